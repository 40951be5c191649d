package flows

import (
	"slices"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/evidence"
)

func TestBounceTracking(t *testing.T) {
	link := func() *try.Maker { return try.Visit().Goes(try.Counter, "t1") }
	try.All(t, BounceTracking, []try.Trial{
		try.One("a link through a counter of clicks", link().Sets("cid", "counter.test", try.UUID, 365).Redirected(try.News), try.Want{"counter.test medium"}),
		try.One("that hands the identifier on", link().Sets("cid", "counter.test", try.UUID, 365).Redirected(try.News+"?ref="+try.UUID), try.Want{"counter.test high"}),
		try.One("that hands it on in base64", link().Sets("cid", "counter.test", try.Visitor, 365).Redirected(try.News+"?ref=M2YyYjhjMWQ5ZTdhNGY2MA"), try.Want{"counter.test high"}),
		try.One("by a company that is known", try.Visit().Goes("https://ad.doubleclick.net/clk?x=1", "t1").Sets("IDE", "doubleclick.net", try.UUID, 365).Redirected(try.News), try.Want{"doubleclick.net high"}),
		try.One("that reads a cookie of earlier", try.Visit().Cookie("cid", "counter.test", try.UUID, 365).Goes(try.Counter, "t1", try.Sends("cid")).Redirected(try.News), try.Want{"counter.test medium"}),
		try.One("in the middle of several hops", try.Visit().Goes("https://short.test/x", "t1").Redirected(try.Counter).Sets("cid", "counter.test", try.UUID, 365).Redirected(try.News), try.Want{"counter.test medium"}),
		try.One("by a script on a page in between", try.Visit().Goes("https://counter.test/p", "t1").Landed("t2").Writes("cid", "counter.test", try.UUID, 365).Goes(try.News, "t2", try.Auto),
			try.Want{"counter.test medium"}),
		try.One("with local storage on a page in between", try.Visit().Goes("https://counter.test/p", "t1").Landed("t2").Item("local", "https://counter.test", "cid", try.UUID).Goes(try.News, "t2", try.Auto),
			try.Want{"counter.test medium"}),
		try.One("into a new tab", try.Visit().Goes(try.Counter, "", func(r *evidence.Request) { r.Headers[0].Value = try.Shop }).Sets("cid", "counter.test", try.UUID, 365).Redirected(try.News),
			try.Want{"counter.test medium"}),
		try.One("a page that goes away and comes back", try.Visit().Goes(try.Shop, "", try.Opened).Goes(try.Counter, "t1", try.Auto).Sets("cid", "counter.test", try.UUID, 365).Redirected(try.Shop+"?back"),
			try.Want{"counter.test medium"}),
		try.One("an opened address of a known counter", try.Visit().Goes("https://ad.doubleclick.net/clk?x=1", "", try.Opened).Sets("IDE", "doubleclick.net", try.UUID, 365).Redirected(try.Shop),
			try.Want{"doubleclick.net high"}),
		try.One("a code until the browser closes", link().Sets("s", "counter.test", try.UUID, 0).Redirected(try.News), try.Want{"counter.test low"}),
		try.One("a wish", link().Sets("country", "counter.test", "nl", 365).Redirected(try.News), try.Want{"counter.test note"}),
		try.One("single sign-on", try.Visit().Goes("https://id.login.test/auth?response_type=code&client_id=shop&redirect_uri=x", "t1").Sets("sso", "login.test", try.UUID, 365).Redirected(try.Shop+"in"),
			try.Want{"login.test note"}),
		try.One("before and after the choice", link().Sets("cid", "counter.test", try.UUID, 365).Redirected(try.News).Choose().Goes(try.Counter, "t1", try.Sends("cid")).Redirected(try.News),
			try.Want{"counter.test medium", "counter.test medium after"}),

		try.One("a hop that keeps nothing", link().Redirected(try.News), nil),
		try.One("a link to another site", try.Visit().Goes(try.News, "t1").Sets("vid", "news.test", try.UUID, 365), nil),
		try.One("to https and www", try.Visit().Goes("http://shop.test/", "", try.Opened).Sets("vid", "shop.test", try.UUID, 365).Redirected(try.Shop), nil),
		try.One("another country of the same shop", try.Visit().Goes("https://shop.com/", "t1").Sets("vid", "shop.com", try.UUID, 365).Redirected("https://www.shop.de/"), nil),
		try.One("two sites of one company", try.Visit().Goes("https://consent.youtube.com/m", "t1").Sets("SOCS", "youtube.com", try.UUID, 365).Redirected("https://www.google.com/"), nil),
		try.One("a short address that was asked for", try.Visit().Goes("https://sh.test/x", "", try.Opened).Sets("vid", "sh.test", try.UUID, 365).Redirected(try.Shop), nil),
		try.One("a page that stays and is left by a click", try.Visit().Goes("https://counter.test/p", "t1").Landed("t2").Writes("cid", "counter.test", try.UUID, 365).Goes(try.News, "t2"), nil),
		try.One("a page that is shown for a minute", func() *try.Maker {
			m := try.Visit().Goes("https://counter.test/p", "t1").Landed("t2").Writes("cid", "counter.test", try.UUID, 365)
			m.Now += 60_000
			return m.Goes(try.News, "t2", try.Auto)
		}(), nil),
		try.One("a cookie that the browser refused", link().Cookie("cid", "counter.test", try.UUID, 365, func(c *evidence.Cookie) { c.State, c.Writes[0].Request = "blocked", "none/request/1" }).Redirected(try.News), nil),
		try.One("a cookie of a picture beside it", link().Cookie("cid", "counter.test", try.UUID, 365).Redirected(try.News), nil),
		try.One("a frame", try.Visit().Goes(try.Counter, "t1", func(r *evidence.Request) { r.Frame = true }).Sets("cid", "counter.test", try.UUID, 365).Redirected(try.News, func(r *evidence.Request) { r.Frame = true }), nil),
	})
}

func TestBounceFinding(t *testing.T) {
	m := try.Visit().Goes("https://short.test/x", "t1").Redirected(try.Counter).Sets("cid", "counter.test", try.UUID, 365).Redirected(try.News + "?c=" + try.UUID)
	found := m.Judge(t, BounceTracking)
	try.Check(t, found, try.Want{"counter.test high"})
	f := found[0]
	if f.Host != "click.counter.test" || f.URL != try.Counter || f.Certainty != detectors.Observed ||
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
	m := try.Visit().Goes("http://counter.test/p", "t1", bare).Landed("t2").Writes("cid", "counter.test", try.UUID, 365).Goes("http://news.test/", "t2", bare)
	try.Check(t, m.Judge(t, BounceTracking), try.Want{"counter.test medium"})
	m.Run.Events = []evidence.Event{{Kind: "step", At: m.Now - 5, Text: "click a"}}
	try.Check(t, m.Judge(t, BounceTracking), nil)
}
