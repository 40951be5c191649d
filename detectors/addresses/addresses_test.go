package addresses

import (
	"strings"
	"testing"
)

func TestDecorated(t *testing.T) {
	const shop, gclid, eid = "https://www.shop.test/", "Cj0KCQiA3sq6BhD2ARIsAJ8MRwXk2Yt", "9c1b2d3e4f"
	for address, want := range map[string]bool{
		shop + "?gclid=" + gclid: true, shop + "?a=1&MC_EID=" + eid: true, shop + "#fbclid=" + gclid: true, shop + "#/p?x=1&msclkid=" + eid: true,
		shop: false, shop + "?utm_source=x&utm_medium=email": false, shop + "?gclid=": false, shop + "?xgclid=" + gclid: false, "%%%": false, shop + "?%zz=%zz": false,
	} {
		if got := Decorated(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func FuzzParametersOf(f *testing.F) {
	const shop = "https://www.shop.test/"
	for _, s := range []string{shop, shop + "?a=b&c", "x#?=&=", "?%41=%zz#/a?b=c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range ParametersOf(s) {
			if p.Value == "" && !strings.Contains(s, "=") {
				t.Errorf("%q gives %+v", s, p)
			}
		}
		if len(DecorationsOf(s)) > maxParameters {
			t.Error("too many")
		}
	})
}
