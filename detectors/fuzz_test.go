package detectors

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors/values"
	"github.com/spoor-audit/spoor/evidence"
)

// FuzzRun judges records as they may come from a file: no record may break the
// judge, and the same record gives the same judgement.
func FuzzRun(f *testing.F) {
	small := size(1, 240, 60)
	for _, m := range []*maker{
		visit(),
		visit().paint(otherJS, small, probe(ctx)...).choose().paint(otherJS, small, el+"toDataURL"),
		fullMail(), letterOf(f, "tricks.eml"), letterOf(f, "bikeshop.eml", "bikeshop-copy.eml"),
		typing().typed("email", canary).post(collector, canary).line("wss://collect.other.test/s", "b", "bo", "bod", sha256Of(canary)),
		visit().cookie("vid", "shop.test", uuid, 365).item("local", "https://www.shop.test", "k", uuid).request("image", google, pixel),
		profiles(tagOf, code1, code2, code3).again(noCookies, func(l *maker) { l.request("image", tagged, asking("If-None-Match", code1)) }),
		visit().request("image", "https://px.a.test/p", pixel).answers("uid", "a.test", aID).leads("https://px.b.test/m?uid="+aID).named("metrics.shop.test", "k1.eulerian.net"),
		landing("?gclid="+gclid+"&q=tv").goes(counter, "t1").sets("cid", "counter.test", uuid, 365).redirected(news).linked(news + "?v=" + uuid),
	} {
		b, err := json.Marshal(m.v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"runs":[{"scenario":"x","calls":[{"api":"HTMLCanvasElement.toDataURL","object":{"kind":"canvas","number":-1}},{"api":"CanvasRenderingContext2D.getImageData","args":["NaN","1e999"]}]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var v, w evidence.Visit
		if json.Unmarshal(b, &v) != nil || json.Unmarshal(b, &w) != nil {
			return
		}
		j := Run(&v, nil, Options{})
		for _, n := range j.NotMeasured {
			if strings.Contains(n.Why, "broke") {
				t.Errorf("%s: %s", n.ID, n.Why)
			}
		}
		if !reflect.DeepEqual(j, Run(&w, nil, Options{})) {
			t.Error("another judgement of the same record")
		}
	})
}

func FuzzIdentifierIn(f *testing.F) {
	for _, s := range []string{uuid, "GA1.2.123456789.1795000000", "%7B%22a%22%3A1%7D", "eyJhIjoxfQ.eyJiIjoyfQ.x", "2026-11-21T10:15"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := identifierIn(s, visited); got != "" && len(got) < minIdentifier {
			t.Errorf("%q is too short an identifier", got)
		}
		if p := KeyPattern(s); len(p) > len(s) {
			t.Errorf("the pattern %q is longer than its key %q", p, s)
		}
	})
}

// FuzzHostOf compares with the parser of the standard library, where that one
// understands the address.
func FuzzHostOf(f *testing.F) {
	for _, s := range []string{shop, "https://a:b@c.test:1/x?y#z", "http://[::1]:80/", "https://x.test?u=https://y.test/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := evidence.Host(s)
		if strings.ContainsAny(got, "/?#@") {
			t.Errorf("host %q", got)
		}
		u, err := url.Parse(s)
		if err != nil || !isHTTP(s) || u.Hostname() == "" || strings.ContainsAny(s, "\\[]%") {
			return
		}
		if want := strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")); got != want {
			t.Errorf("host of %q is %q, want %q", s, got, want)
		}
	})
}

// FuzzClaims feeds addresses and bodies to the reader of parameters.
func FuzzClaims(f *testing.F) {
	f.Add("https://www.facebook.com/tr?ud[em]="+sha256Of("x"), `{"user":{"ext":{"eids":[{"source":"uidapi.com"}]}}}`)
	f.Add("https://www.google.com/x?em=tv.1~em."+strings.Repeat("aB3", 15), "a~b.c=d&[=]&]=[&x[=1")
	f.Fuzz(func(t *testing.T, u, body string) {
		r := &evidence.Request{URL: u, Body: body}
		for _, c := range theHashed().claims(evidence.Host(u), pathOf(u), true, values.RequestParts(r)) {
			if c.what == "" || c.form == "" {
				t.Errorf("an incomplete claim: %+v", c)
			}
		}
	})
}

// FuzzKeys feeds texts to the reader of keystrokes.
func FuzzKeys(f *testing.F) {
	f.Add("b\nbo\nbod\nbodi", canary, "key")
	f.Add("KeyB\nDigit4\n66\nx", "b4bx", "e.keyCode")
	f.Fuzz(func(t *testing.T, lines, text, name string) {
		s := &stream{}
		for l := range strings.SplitSeq(lines, "\n") {
			s.add(l, name, &departure{})
		}
		if k, ok := s.keyed(&evidence.Typed{Value: text}); ok && len(k.from) < minGrowth {
			t.Errorf("%q in %d texts", text, len(k.from))
		}
	})
}

// FuzzText feeds what pages draw and style with to the readers of text, colours,
// fonts and media queries.
func FuzzText(f *testing.F) {
	for _, s := range []string{"Cwm fjordbank \U0001F603", "rgba(0,0,0,.5)", "12px Arial", "(color-gamut: p3)", "#12345678"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if a := alphaOf(s); a < 0 {
			t.Errorf("opacity %v of %q", a, s)
		}
		if n := survey(s); n.letters < len(n.unlike) {
			t.Errorf("%q has %d letters, %d different ones", s, n.letters, len(n.unlike))
		}
		if family := familyOfShorthand(s); strings.ContainsAny(family, ",") {
			t.Errorf("family %q of %q", family, s)
		}
		for _, name := range mediaFeatures(s) {
			if name == "" {
				t.Errorf("%q asks about a feature without a name", s)
			}
		}
	})
}

// FuzzReports takes what pages send apart as reports of pixels.
func FuzzReports(f *testing.F) {
	f.Add("https://www.facebook.com/tr?ev=x&cd[value]=1", "ud[em]=x")
	f.Add("https://www.google-analytics.com/g/collect?v=2&tid=G-1&cid=1", "en=a\nen=b")
	f.Add("https://analytics.tiktok.com/api/v2/pixel", `{"event":"x","context":{"user":{"email":"y"}}}`)
	f.Add("https://t.co/i/adsct?events=%5B%5B%22a%22%5D%5D", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--b--")
	f.Fuzz(func(t *testing.T, url, body string) {
		for _, x := range visit().request("fetch", url, posts(body)).judge(t, "ad-pixel-event") {
			if x.Args["event"] == "" || len(x.Args["event"]) > 60 || len(x.Key) > 400+len(x.Host) {
				t.Errorf("finding %+v", x)
			}
		}
	})
}
