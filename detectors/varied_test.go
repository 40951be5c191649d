package detectors

import (
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

// Short codes are told from words by what they are in other runs.
func TestShortCodes(t *testing.T) {
	two := func(a, b string) *maker {
		return visit().cookie("v", "shop.test", a, 365).another(evidence.Accept).cookie("v", "shop.test", b, 365)
	}
	identifies := want{"v@shop.test low", "v@shop.test low"}
	not := want{"v@shop.test note", "v@shop.test note"}
	tryAll(t, cookiesFirstParty, []trial{
		{"random, to the base of 36", two("4fzyo82mab", "9xkqw31pdz"), identifies},
		{"a part of a value", two("v1|4fzyo82mab|x", "v1|9xkqw31pdz|x"), identifies},
		{"short hexadecimal digits", two("a3f9c2d1", "0b7e11ca"), identifies},
		{"the same again", two("4fzyo82mab", "4fzyo82mab"), not},
		{"words", two("variantalpha", "variantbeta"), not},
		{"names of an experiment", two("header-26-b1", "header-26-c1"), not},
		{"a word with a number", two("version2", "version3"), not},
		{"moments to the base of 36", two("mwqcvpc0", "mwqcw1zk"), not},
		{"a moment in hexadecimal digits", two("1a1fdfa4600", "1a1fdfb5e08"), not},
		{"only one run", visit().cookie("v", "shop.test", "4fzyo82mab", 365), want{"v@shop.test note"}},
	})
	sync := func(id string) func(m *maker) *maker {
		return func(m *maker) *maker {
			return m.request("image", "https://px.a.test/p", pixel).answers("uid", "a.test", id).leads("https://px.b.test/m?uid=" + id)
		}
	}
	m := sync("9xkqw31pdz")(sync("4fzyo82mab")(visit()).another(evidence.Accept))
	check(t, m.judge(t, cookieSync), want{"a.test>b.test medium", "a.test>b.test medium"})
}
