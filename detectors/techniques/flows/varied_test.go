package flows

import (
	"testing"

	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/detectors/techniques/storage"
	"github.com/spoor-audit/spoor/evidence"
)

// Short codes are told from words by what they are in other runs.
func TestShortCodes(t *testing.T) {
	two := func(a, b string) *try.Maker {
		return try.Visit().Cookie("v", "shop.test", a, 365).Another(evidence.Accept).Cookie("v", "shop.test", b, 365)
	}
	identifies := try.Want{"v@shop.test low", "v@shop.test low"}
	not := try.Want{"v@shop.test note", "v@shop.test note"}
	try.All(t, storage.CookiesFirstParty, []try.Trial{
		try.One("random, to the base of 36", two("4fzyo82mab", "9xkqw31pdz"), identifies),
		try.One("a part of a value", two("v1|4fzyo82mab|x", "v1|9xkqw31pdz|x"), identifies),
		try.One("short hexadecimal digits", two("a3f9c2d1", "0b7e11ca"), identifies),
		try.One("the same again", two("4fzyo82mab", "4fzyo82mab"), not),
		try.One("words", two("variantalpha", "variantbeta"), not),
		try.One("names of an experiment", two("header-26-b1", "header-26-c1"), not),
		try.One("a word with a number", two("version2", "version3"), not),
		try.One("moments to the base of 36", two("mwqcvpc0", "mwqcw1zk"), not),
		try.One("a moment in hexadecimal digits", two("1a1fdfa4600", "1a1fdfb5e08"), not),
		try.One("only one run", try.Visit().Cookie("v", "shop.test", "4fzyo82mab", 365), try.Want{"v@shop.test note"}),
	})
	sync := func(id string) func(m *try.Maker) *try.Maker {
		return func(m *try.Maker) *try.Maker {
			return m.Request("image", "https://px.a.test/p", try.Pixel).Answers("uid", "a.test", id).Leads("https://px.b.test/m?uid=" + id)
		}
	}
	m := sync("9xkqw31pdz")(sync("4fzyo82mab")(try.Visit()).Another(evidence.Accept))
	try.Check(t, m.Judge(t, CookieSync), try.Want{"a.test>b.test medium", "a.test>b.test medium"})
}
