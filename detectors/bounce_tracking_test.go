package detectors

import (
	"slices"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

func TestBounceTracking(t *testing.T) {
	link := func() *maker { return visit().goes(counter, "t1") }
	tryAll(t, bounceTracking, []trial{
		{"a link through a counter of clicks", link().sets("cid", "counter.test", uuid, 365).redirected(news), want{"counter.test medium"}},
		{"that hands the identifier on", link().sets("cid", "counter.test", uuid, 365).redirected(news + "?ref=" + uuid), want{"counter.test high"}},
		{"that hands it on in base64", link().sets("cid", "counter.test", id, 365).redirected(news + "?ref=M2YyYjhjMWQ5ZTdhNGY2MA"), want{"counter.test high"}},
		{"by a company that is known", visit().goes("https://ad.doubleclick.net/clk?x=1", "t1").sets("IDE", "doubleclick.net", uuid, 365).redirected(news), want{"doubleclick.net high"}},
		{"that reads a cookie of earlier", visit().cookie("cid", "counter.test", uuid, 365).goes(counter, "t1", sends("cid")).redirected(news), want{"counter.test medium"}},
		{"in the middle of several hops", visit().goes("https://short.test/x", "t1").redirected(counter).sets("cid", "counter.test", uuid, 365).redirected(news), want{"counter.test medium"}},
		{"by a script on a page in between", visit().goes("https://counter.test/p", "t1").landed("t2").writes("cid", "counter.test", uuid, 365).goes(news, "t2", auto),
			want{"counter.test medium"}},
		{"with local storage on a page in between", visit().goes("https://counter.test/p", "t1").landed("t2").item("local", "https://counter.test", "cid", uuid).goes(news, "t2", auto),
			want{"counter.test medium"}},
		{"into a new tab", visit().goes(counter, "", func(r *evidence.Request) { r.Headers[0].Value = shop }).sets("cid", "counter.test", uuid, 365).redirected(news),
			want{"counter.test medium"}},
		{"a page that goes away and comes back", visit().goes(shop, "", opened).goes(counter, "t1", auto).sets("cid", "counter.test", uuid, 365).redirected(shop + "?back"),
			want{"counter.test medium"}},
		{"an opened address of a known counter", visit().goes("https://ad.doubleclick.net/clk?x=1", "", opened).sets("IDE", "doubleclick.net", uuid, 365).redirected(shop),
			want{"doubleclick.net high"}},
		{"a code until the browser closes", link().sets("s", "counter.test", uuid, 0).redirected(news), want{"counter.test low"}},
		{"a wish", link().sets("country", "counter.test", "nl", 365).redirected(news), want{"counter.test note"}},
		{"single sign-on", visit().goes("https://id.login.test/auth?response_type=code&client_id=shop&redirect_uri=x", "t1").sets("sso", "login.test", uuid, 365).redirected(shop + "in"),
			want{"login.test note"}},
		{"before and after the choice", link().sets("cid", "counter.test", uuid, 365).redirected(news).choose().goes(counter, "t1", sends("cid")).redirected(news),
			want{"counter.test medium", "counter.test medium after"}},

		{"a hop that keeps nothing", link().redirected(news), nil},
		{"a link to another site", visit().goes(news, "t1").sets("vid", "news.test", uuid, 365), nil},
		{"to https and www", visit().goes("http://shop.test/", "", opened).sets("vid", "shop.test", uuid, 365).redirected(shop), nil},
		{"another country of the same shop", visit().goes("https://shop.com/", "t1").sets("vid", "shop.com", uuid, 365).redirected("https://www.shop.de/"), nil},
		{"two sites of one company", visit().goes("https://consent.youtube.com/m", "t1").sets("SOCS", "youtube.com", uuid, 365).redirected("https://www.google.com/"), nil},
		{"a short address that was asked for", visit().goes("https://sh.test/x", "", opened).sets("vid", "sh.test", uuid, 365).redirected(shop), nil},
		{"a page that stays and is left by a click", visit().goes("https://counter.test/p", "t1").landed("t2").writes("cid", "counter.test", uuid, 365).goes(news, "t2"), nil},
		{"a page that is shown for a minute", func() *maker {
			m := visit().goes("https://counter.test/p", "t1").landed("t2").writes("cid", "counter.test", uuid, 365)
			m.now += 60_000
			return m.goes(news, "t2", auto)
		}(), nil},
		{"a cookie that the browser refused", link().cookie("cid", "counter.test", uuid, 365, func(c *evidence.Cookie) { c.State, c.Writes[0].Request = "blocked", "none/request/1" }).redirected(news), nil},
		{"a cookie of a picture beside it", link().cookie("cid", "counter.test", uuid, 365).redirected(news), nil},
		{"a frame", visit().goes(counter, "t1", func(r *evidence.Request) { r.Frame = true }).sets("cid", "counter.test", uuid, 365).redirected(news, func(r *evidence.Request) { r.Frame = true }), nil},
	})
}

func TestBounceFinding(t *testing.T) {
	m := visit().goes("https://short.test/x", "t1").redirected(counter).sets("cid", "counter.test", uuid, 365).redirected(news + "?c=" + uuid)
	found := m.judge(t, bounceTracking)
	check(t, found, want{"counter.test high"})
	f := found[0]
	if f.Host != "click.counter.test" || f.URL != counter || f.Certainty != Observed ||
		!slices.Equal(f.Evidence, []evidence.ID{"none/request/1", "none/request/2", "none/request/3", "none/cookie/1"}) {
		t.Errorf("finding %+v", f)
	}
	for name, want := range map[string]string{
		"from": "shop.test", "to": "www.news.test", "items": "cid", "passed": "yes", "identifying": "yes",
		"path": "shop.test → short.test → click.counter.test → www.news.test",
	} {
		if f.Args[name] != want {
			t.Errorf("%s is %q, want %q", name, f.Args[name], want)
		}
	}
}

// Without Fetch Metadata, which unprotected addresses do not get, what spoor did
// tells who asked.
func TestBounceWithoutMetadata(t *testing.T) {
	bare := func(r *evidence.Request) { r.Headers = nil }
	m := visit().goes("http://counter.test/p", "t1", bare).landed("t2").writes("cid", "counter.test", uuid, 365).goes("http://news.test/", "t2", bare)
	check(t, m.judge(t, bounceTracking), want{"counter.test medium"})
	m.run.Events = []evidence.Event{{Kind: "step", At: m.now - 5, Text: "click a"}}
	check(t, m.judge(t, bounceTracking), nil)
}
