package detectors

import (
	"net/url"
	"slices"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

const (
	bID = "c7e9d1f04b2a86537d1e" // of b.test
)

func wrote(script string) func(*evidence.StorageItem) {
	return func(s *evidence.StorageItem) { s.Writer = &evidence.Frame{URL: script, Line: 1} }
}

func TestCookieSync(t *testing.T) {
	const tag, match = "https://cdn.a.test/tag.js", "https://px.b.test/match"
	pixelOfA := func() *maker {
		return visit().request("image", "https://px.a.test/p", pixel).answers("uid", "a.test", aID)
	}
	inFrame := func(r *evidence.Request) { r.Target = "t7" }
	tryAll(t, cookieSync, []trial{
		{"a redirect with the identifier", pixelOfA().leads(match + "?uid=" + aID), want{"a.test>b.test medium"}},
		{"to a company that then recognises the visitor too", pixelOfA().leads(match+"?uid="+aID).answers("bid", "b.test", bID), want{"a.test>b.test high"}},
		{"and back again", pixelOfA().leads(match+"?uid="+aID).answers("bid", "b.test", bID).leads("https://px.a.test/done?bid=" + bID), want{"a.test>b.test high", "b.test>a.test medium"}},
		{"on to a third", pixelOfA().leads(match + "?uid=" + aID).leads("https://px.c.test/m?u=" + aID), want{"a.test>b.test medium", "a.test>c.test medium"}},
		{"to a company on a list", pixelOfA().leads("https://cm.g.doubleclick.net/pixel?google_hm=" + b64(aID)), want{"a.test>doubleclick.net high"}},
		{"in base64", pixelOfA().request("image", match+"?uid="+url.QueryEscape(b64(aID))), want{"a.test>b.test medium"}},
		{"in base64 of JSON", pixelOfA().request("image", match+"?d="+url.QueryEscape(b64(`{"v":2,"uid":"`+aID+`"}`))), want{"a.test>b.test medium"}},
		{"as a hash", pixelOfA().request("image", match+"?h="+sha256Of(aID)), want{"a.test>b.test medium"}},
		{"in the path", pixelOfA().request("image", "https://px.b.test/sync/"+aID+"/1.gif"), want{"a.test>b.test medium"}},
		{"in a body", pixelOfA().post(match, `{"ids":[{"source":"a","id":"`+aID+`"}]}`), want{"a.test>b.test medium"}},
		{"in a beacon of a form", pixelOfA().request("beacon", match, func(r *evidence.Request) { r.Body = "x=1&uid=" + aID }), want{"a.test>b.test medium"}},
		{"in a header", pixelOfA().request("fetch", match, sentHeader("X-User", aID)), want{"a.test>b.test medium"}},
		{"over a line", pixelOfA().line("wss://live.b.test/", `["hello","`+aID+`"]`), want{"a.test>b.test medium"}},
		{"from a frame or a worker", pixelOfA().request("fetch", match+"?uid="+aID, inFrame), want{"a.test>b.test medium"}},
		{"a part of a value", visit().request("image", "https://px.a.test/p").answers("uid", "a.test", "v2|"+aID+"|17").leads(match + "?uid=" + aID), want{"a.test>b.test medium"}},
		{"a value that was replaced later", visit().request("image", "https://px.a.test/p").answers("uid", "a.test", uuid, func(c *evidence.Cookie) { c.Writes[0].Raw = "uid=" + aID + "; Path=/" }).
			leads(match + "?uid=" + aID), want{"a.test>b.test medium"}},
		{"storage of a frame", visit().item("local", "https://frame.a.test", "uid", aID).request("image", match+"?uid="+aID), want{"a.test>b.test medium"}},
		{"a cookie on the site of a known company", visit().cookie("_fbp", "shop.test", "fb.1.1795000000123.1098115397", 90, scripted("https://connect.facebook.net/en_US/fbevents.js")).
			request("image", match+"?fbp=fb.1.1795000000123.1098115397"), want{"meta-pixel>b.test medium"}},
		{"one that the page's own bundle wrote", visit().cookie("_ga", "shop.test", "GA1.2.1234567890.1795000000", 400, scripted(shopJS)).
			request("fetch", match+"?ga=1234567890.1795000000"), want{"google-analytics>b.test medium"}},
		{"a cookie on the site that an unknown company's script wrote, sent home and on", visit().cookie("_a", "shop.test", aID, 365, scripted(tag)).
			request("fetch", "https://api.a.test/v?id="+aID, by(tag)).request("image", match+"?uid="+aID, by(tag)), want{"a.test>b.test medium"}},
		{"a cookie of one that another's script reads and sends home", visit().cookie("_a", "shop.test", aID, 365, scripted(tag)).
			request("fetch", "https://api.b.test/v?ext="+aID, by("https://cdn.b.test/reader.js")), want{"a.test>b.test medium"}},
		{"one that is sent to an address for that", visit().cookie("_a", "shop.test", aID, 365, scripted(tag)).
			request("image", "https://px.b.test/user-sync?id="+aID, by(tag)), want{"a.test>b.test medium"}},
		{"one that goes to who recognises the visitor itself", visit().cookie("_a", "shop.test", aID, 365, scripted(tag)).
			request("image", match+"?uid="+aID, by(tag)).answers("bid", "b.test", bID), want{"a.test>b.test high"}},
		{"storage on the site", visit().item("local", "https://www.shop.test", "_a", aID, wrote(tag)).
			request("fetch", "https://api.a.test/v?id="+aID).request("image", match+"?uid="+aID), want{"a.test>b.test medium"}},
		{"to a company behind a name of the site", pixelOfA().named("metrics.shop.test", "k1.eulerian.net").request("image", metrics+"m?uid="+aID, pixel), want{"a.test>eulerian medium"}},
		{"before and after the choice", pixelOfA().request("image", match+"?uid="+aID).choose().request("image", match+"?uid="+aID),
			want{"a.test>b.test medium", "a.test>b.test medium after"}},
		{"encrypted, between two that are known", visit().request("image", "https://ib.adnxs.com/getuid?x", sends("uuid2")).cookie("uuid2", "adnxs.com", "4503599627370496123", 90).
			leads("https://cm.g.doubleclick.net/pixel?google_nid=appnexus&google_hm=Zk9Qw3xN0bVkPjE8sYfLgC2dIoA", sends("IDE")).cookie("IDE", "doubleclick.net", bID, 400),
			want{"adnxs.com>doubleclick.net medium"}},
	})
}

func TestNoCookieSync(t *testing.T) {
	const match = "https://px.b.test/match"
	pixelOfA := func() *maker {
		return visit().request("image", "https://px.a.test/p", pixel).answers("uid", "a.test", aID)
	}
	gaCookie := func() *maker {
		return visit().cookie("_ga", "shop.test", "GA1.2.1234567890.1795000000", 400, scripted("https://www.googletagmanager.com/gtag/js"))
	}
	tryAll(t, cookieSync, []trial{
		{"its own identifier", pixelOfA().request("image", "https://other-host.a.test/p?uid="+aID), nil},
		{"an identifier of the site on its way home", gaCookie().request("fetch", google+"&cid=1234567890.1795000000"), nil},
		{"to another service of the same company", gaCookie().request("fetch", "https://stats.g.doubleclick.net/g/collect?cid=1234567890.1795000000"), nil},
		{"to the site itself", pixelOfA().request("fetch", shop+"log?uid="+aID), nil},
		{"an identifier of the site itself", visit().cookie("vid", "shop.test", uuid, 365, scripted(shopJS)).request("fetch", match+"?vid="+uuid, by(shopJS)), nil},
		{"a library from a shared network, with its own home", visit().cookie("_a", "shop.test", aID, 365, scripted("https://cdn.jsdelivr.net/npm/a/a.js")).
			request("fetch", "https://api.a.test/?id="+aID), nil},
		{"a company with one domain for scripts and one for data", visit().cookie("_a", "shop.test", aID, 365, scripted("https://static.a-files.test/a.js")).
			request("fetch", "https://api.a.test/?id="+aID, by("https://static.a-files.test/a.js")), nil},
		{"two countries of one company", pixelOfA().request("fetch", "https://px.a.de/?uid="+aID), want{"a.test>a.de medium"}}, // one letter is no name
		{"the same with a name", visit().request("image", "https://px.adco.test/p").answers("uid", "adco.test", aID).leads("https://px.adco.de/?uid=" + aID), nil},
		{"rented computers", pixelOfA().request("fetch", "https://d111111abcdef8.cloudfront.net/c?uid="+aID), nil},
		{"a session cookie", visit().cookie("PHPSESSID", "a.test", aID, 0).request("image", match+"?s="+aID), nil},
		{"a token against forged requests", visit().cookie("csrftoken", "a.test", aID, 365).request("image", match+"?t="+aID), nil},
		{"a record of the choice", visit().cookie("euconsent-v2", "shop.test", "CQAAAAAQAAAAAAAAAAENABCgAAAAAAAAAAAAAAAAAAAA", 365, scripted("https://cdn.a.test/cmp.js")).
			request("image", match+"?gdpr_consent=CQAAAAAQAAAAAAAAAAENABCgAAAAAAAAAAAAAAAAAAAA"), nil},
		{"the same kept under an unknown name", visit().request("image", "https://px.a.test/p").answers("cs", "a.test", "CQAAAAAQAAAAAAAAAAENABCgAAAAAAAAAAAAAAAAAAAA1a2b3").
			request("image", match+"?gdpr_consent=CQAAAAAQAAAAAAAAAAENABCgAAAAAAAAAAAAAAAAAAAA1a2b3"), nil},
		{"the identifier of a consent dialog", visit().cookie("consentUUID", "a.test", aID, 365).request("image", match+"?u="+aID), nil},
		{"a balancer", visit().cookie("AWSALB", "a.test", "AHWqTUmQzR3xN0bVkPjE8sYfLgC2dIoA", 365).request("image", match+"?x=AHWqTUmQzR3xN0bVkPjE8sYfLgC2dIoA"), nil},
		{"a moment", visit().cookie("seen", "a.test", "1795000000123", 365).request("image", match+"?t=1795000000123"), nil},
		{"a bucket of an experiment", visit().cookie("exp", "a.test", "variant-B", 365).request("image", match+"?exp=variant-B"), nil},
		{"a value that is the same in every visit", pixelOfA().request("image", match+"?b="+aID).another(evidence.Accept).
			request("image", "https://px.a.test/p", pixel).answers("uid", "a.test", aID).request("image", match+"?b="+aID), nil},
		{"the number of the site in a value that changes", visit().request("image", "https://px.a.test/p", pixel).answers("cfg", "a.test", aID+".1794999999999").request("image", match+"?site="+aID).
			another(evidence.Accept).request("image", "https://px.a.test/p", pixel).answers("cfg", "a.test", aID+".1795000000123").request("image", match+"?site="+aID), nil},
		{"a record of the choice in a question for advertisements", visit().request("image", "https://px.a.test/p").answers("cs", "a.test", "CQAAAAAQAAAAAAAAAAENABCgAAAAAAAAAAAAAAAAAAAA1a2b3").
			post(match, `{"user":{"ext":{"consent":"CQAAAAAQAAAAAAAAAAENABCgAAAAAAAAAAAAAAAAAAAA1a2b3"}}}`), nil},
		{"the hash of a file", visit().request("script", "https://cdn.a.test/app."+id+".js").item("local", "https://www.shop.test", "a_build", id, wrote("https://cdn.a.test/app.js")).
			request("fetch", "https://api.a.test/?v="+id).request("fetch", match+"?v="+id), nil},
		{"a value that the page gave to both", visit().request("image", match+"?pv="+aID).request("image", "https://px.a.test/p?pv="+aID).answers("pv", "a.test", aID).request("image", match+"?pv="+aID+"&2"), nil},
		{"in the address of the page", pixelOfA().request("image", match+"?u="+url.QueryEscape(shop+"?uid="+aID)), nil},
		{"in the referrer", pixelOfA().request("image", match, sentHeader("Referer", shop+"?uid="+aID)), nil},
		{"a cookie that was refused", visit().request("image", "https://px.a.test/p").answers("uid", "a.test", aID, func(c *evidence.Cookie) { c.State = "blocked" }).leads(match + "?uid=" + aID), nil},
		{"a redirect between unknown companies with another code", pixelOfA().leads(match+"?k="+id).answers("bid", "b.test", bID), nil},
		{"a redirect of a known company to sign in", visit().request("image", "https://ib.adnxs.com/getuid?x", sends("uuid2")).cookie("uuid2", "adnxs.com", "4503599627370496123", 90).
			leads("https://login.b.test/?state="+id, sends("bid")).cookie("bid", "b.test", bID, 400), nil},
		{"on a page of another site, to which a click led", visit().goes("https://www.news.test/", "t1").landed("t2").cookie("vid", "news.test", aID, 365).
			request("image", match+"?vid="+aID, func(r *evidence.Request) { r.Target = "t2" }), nil},
		{"words", pixelOfA().request("image", match+"?q=some+words+for+a+search"), nil},
	})
}

func TestCookieSyncFinding(t *testing.T) {
	m := visit().request("image", "https://px.a.test/p", by("https://cdn.a.test/tag.js")).answers("uid", "a.test", aID).
		leads("https://px.b.test/match?partner=a&uid="+b64(aID)).answers("bid", "b.test", bID)
	found := m.judge(t, cookieSync)
	check(t, found, want{"a.test>b.test high"})
	f := found[0]
	if f.Host != "px.b.test" || f.Certainty != Observed || !slices.Equal(f.Evidence, []evidence.ID{"none/cookie/1", "none/request/1", "none/request/2", "none/cookie/2"}) {
		t.Errorf("finding %+v", f)
	}
	for name, want := range map[string]string{
		"from": "a.test", "partner": "a.test", "item": "uid", "who": "px.b.test", "parameter": "uid", "form": "base64",
		"path": "px.a.test → px.b.test", "count": "1", "both": "yes",
	} {
		if f.Args[name] != want {
			t.Errorf("%s is %q, want %q", name, f.Args[name], want)
		}
	}
}

// A conclusion says that it is one.
func TestConcludedSync(t *testing.T) {
	m := visit().request("image", "https://ib.adnxs.com/getuid?x", sends("uuid2")).cookie("uuid2", "adnxs.com", "4503599627370496123", 90).
		leads("https://cm.g.doubleclick.net/pixel?google_hm=Zk9Qw3xN0bVkPjE8sYfLgC2dIoA", sends("IDE")).cookie("IDE", "doubleclick.net", bID, 400)
	f := m.judge(t, cookieSync)[0]
	if f.Certainty != Inferred || f.Args["form"] != "encrypted" || f.Args["item"] != "uuid2" || f.Args["parameter"] != "google_hm" || f.Args["partner"] == "" {
		t.Errorf("finding %+v", f)
	}
}
