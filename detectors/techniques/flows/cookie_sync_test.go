package flows

import (
	"net/url"
	"slices"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/internal/try"
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
	pixelOfA := func() *try.Maker {
		return try.Visit().Request("image", "https://px.a.test/p", try.Pixel).Answers("uid", "a.test", try.CodeOfA)
	}
	inFrame := func(r *evidence.Request) { r.Target = "t7" }
	try.All(t, CookieSync, []try.Trial{
		try.One("a redirect with the identifier", pixelOfA().Leads(match+"?uid="+try.CodeOfA), try.Want{"a.test>b.test medium"}),
		try.One("to a company that then recognises the visitor too", pixelOfA().Leads(match+"?uid="+try.CodeOfA).Answers("bid", "b.test", bID), try.Want{"a.test>b.test high"}),
		try.One("and back again", pixelOfA().Leads(match+"?uid="+try.CodeOfA).Answers("bid", "b.test", bID).Leads("https://px.a.test/done?bid="+bID), try.Want{"a.test>b.test high", "b.test>a.test medium"}),
		try.One("on to a third", pixelOfA().Leads(match+"?uid="+try.CodeOfA).Leads("https://px.c.test/m?u="+try.CodeOfA), try.Want{"a.test>b.test medium", "a.test>c.test medium"}),
		try.One("to a company on a list", pixelOfA().Leads("https://cm.g.doubleclick.net/pixel?google_hm="+try.Base64(try.CodeOfA)), try.Want{"a.test>doubleclick.net high"}),
		try.One("in base64", pixelOfA().Request("image", match+"?uid="+url.QueryEscape(try.Base64(try.CodeOfA))), try.Want{"a.test>b.test medium"}),
		try.One("in base64 of JSON", pixelOfA().Request("image", match+"?d="+url.QueryEscape(try.Base64(`{"v":2,"uid":"`+try.CodeOfA+`"}`))), try.Want{"a.test>b.test medium"}),
		try.One("as a hash", pixelOfA().Request("image", match+"?h="+try.SHA256(try.CodeOfA)), try.Want{"a.test>b.test medium"}),
		try.One("in the path", pixelOfA().Request("image", "https://px.b.test/sync/"+try.CodeOfA+"/1.gif"), try.Want{"a.test>b.test medium"}),
		try.One("in a body", pixelOfA().Post(match, `{"ids":[{"source":"a","id":"`+try.CodeOfA+`"}]}`), try.Want{"a.test>b.test medium"}),
		try.One("in a beacon of a form", pixelOfA().Request("beacon", match, func(r *evidence.Request) { r.Body = "x=1&uid=" + try.CodeOfA }), try.Want{"a.test>b.test medium"}),
		try.One("in a header", pixelOfA().Request("fetch", match, try.SentHeader("X-User", try.CodeOfA)), try.Want{"a.test>b.test medium"}),
		try.One("over a line", pixelOfA().Line("wss://live.b.test/", `["hello","`+try.CodeOfA+`"]`), try.Want{"a.test>b.test medium"}),
		try.One("from a frame or a worker", pixelOfA().Request("fetch", match+"?uid="+try.CodeOfA, inFrame), try.Want{"a.test>b.test medium"}),
		try.One("a part of a value", try.Visit().Request("image", "https://px.a.test/p").Answers("uid", "a.test", "v2|"+try.CodeOfA+"|17").Leads(match+"?uid="+try.CodeOfA), try.Want{"a.test>b.test medium"}),
		try.One("a value that was replaced later", try.Visit().Request("image", "https://px.a.test/p").Answers("uid", "a.test", try.UUID, func(c *evidence.Cookie) { c.Writes[0].Raw = "uid=" + try.CodeOfA + "; Path=/" }).
			Leads(match+"?uid="+try.CodeOfA), try.Want{"a.test>b.test medium"}),
		try.One("storage of a frame", try.Visit().Item("local", "https://frame.a.test", "uid", try.CodeOfA).Request("image", match+"?uid="+try.CodeOfA), try.Want{"a.test>b.test medium"}),
		try.One("a cookie on the site of a known company", try.Visit().Cookie("_fbp", "shop.test", "fb.1.1795000000123.1098115397", 90, try.Scripted("https://connect.facebook.net/en_US/fbevents.js")).
			Request("image", match+"?fbp=fb.1.1795000000123.1098115397"), try.Want{"meta-pixel>b.test medium"}),
		try.One("one that the page wrote and sent, home and on", try.Visit().Cookie("_fbp", "shop.test", "fb.1.1795000000123.1098115397", 90, try.Scripted(try.Shop)).
			Request("image", "https://www.facebook.com/tr?fbp=fb.1.1795000000123.1098115397", try.By(try.Shop)).
			Request("image", "https://px.b.test/p?fbp=fb.1.1795000000123.1098115397", try.By(try.Shop)), try.Want{"meta-pixel>b.test medium"}),
		try.One("one that the page's own bundle wrote", try.Visit().Cookie("_ga", "shop.test", "GA1.2.1234567890.1795000000", 400, try.Scripted(try.ShopJS)).
			Request("fetch", match+"?ga=1234567890.1795000000"), try.Want{"google-analytics>b.test medium"}),
		try.One("a cookie on the site that an unknown company's script wrote, sent home and on", try.Visit().Cookie("_a", "shop.test", try.CodeOfA, 365, try.Scripted(tag)).
			Request("fetch", "https://api.a.test/v?id="+try.CodeOfA, try.By(tag)).Request("image", match+"?uid="+try.CodeOfA, try.By(tag)), try.Want{"a.test>b.test medium"}),
		try.One("a cookie of one that another's script reads and sends home", try.Visit().Cookie("_a", "shop.test", try.CodeOfA, 365, try.Scripted(tag)).
			Request("fetch", "https://api.b.test/v?ext="+try.CodeOfA, try.By("https://cdn.b.test/reader.js")), try.Want{"a.test>b.test medium"}),
		try.One("one that is sent to an address for that", try.Visit().Cookie("_a", "shop.test", try.CodeOfA, 365, try.Scripted(tag)).
			Request("image", "https://px.b.test/user-sync?id="+try.CodeOfA, try.By(tag)), try.Want{"a.test>b.test medium"}),
		try.One("one that goes to who recognises the visitor itself", try.Visit().Cookie("_a", "shop.test", try.CodeOfA, 365, try.Scripted(tag)).
			Request("image", match+"?uid="+try.CodeOfA, try.By(tag)).Answers("bid", "b.test", bID), try.Want{"a.test>b.test high"}),
		try.One("storage on the site", try.Visit().Item("local", "https://www.shop.test", "_a", try.CodeOfA, wrote(tag)).
			Request("fetch", "https://api.a.test/v?id="+try.CodeOfA).Request("image", match+"?uid="+try.CodeOfA), try.Want{"a.test>b.test medium"}),
		try.One("to a company behind a name of the site", pixelOfA().Named("metrics.shop.test", "k1.eulerian.net").Request("image", try.Metrics+"m?uid="+try.CodeOfA, try.Pixel), try.Want{"a.test>eulerian medium"}),
		try.One("before and after the choice", pixelOfA().Request("image", match+"?uid="+try.CodeOfA).Choose().Request("image", match+"?uid="+try.CodeOfA),
			try.Want{"a.test>b.test medium", "a.test>b.test medium after"}),
		try.One("encrypted, between two that are known", try.Visit().Request("image", "https://ib.adnxs.com/getuid?x", try.Sends("uuid2")).Cookie("uuid2", "adnxs.com", "4503599627370496123", 90).
			Leads("https://cm.g.doubleclick.net/pixel?google_nid=appnexus&google_hm=Zk9Qw3xN0bVkPjE8sYfLgC2dIoA", try.Sends("IDE")).Cookie("IDE", "doubleclick.net", bID, 400),
			try.Want{"adnxs.com>doubleclick.net medium"}),
	})
}

func TestNoCookieSync(t *testing.T) {
	const match = "https://px.b.test/match"
	pixelOfA := func() *try.Maker {
		return try.Visit().Request("image", "https://px.a.test/p", try.Pixel).Answers("uid", "a.test", try.CodeOfA)
	}
	gaCookie := func() *try.Maker {
		return try.Visit().Cookie("_ga", "shop.test", "GA1.2.1234567890.1795000000", 400, try.Scripted("https://www.googletagmanager.com/gtag/js"))
	}
	try.All(t, CookieSync, []try.Trial{
		try.One("its own identifier", pixelOfA().Request("image", "https://other-host.a.test/p?uid="+try.CodeOfA), nil),
		try.One("an identifier of the site on its way home", gaCookie().Request("fetch", try.Google+"&cid=1234567890.1795000000"), nil),
		try.One("of a known tool that the site runs itself, from elsewhere", try.Visit().Cookie("_ga", "shop.test", "GA1.2.1234567890.1795000000", 400, try.Scripted("https://cdn.b.test/copy.js")).
			Request("fetch", "https://stats.c.test/in?cid=1234567890.1795000000", try.By("https://cdn.b.test/copy.js")), nil),
		try.One("to another service of the same company", gaCookie().Request("fetch", "https://stats.g.doubleclick.net/g/collect?cid=1234567890.1795000000"), nil),
		try.One("to the site itself", pixelOfA().Request("fetch", try.Shop+"log?uid="+try.CodeOfA), nil),
		try.One("an identifier of the site itself", try.Visit().Cookie("vid", "shop.test", try.UUID, 365, try.Scripted(try.ShopJS)).Request("fetch", match+"?vid="+try.UUID, try.By(try.ShopJS)), nil),
		try.One("a library from a shared network, with its own home", try.Visit().Cookie("_a", "shop.test", try.CodeOfA, 365, try.Scripted("https://cdn.jsdelivr.net/npm/a/a.js")).
			Request("fetch", "https://api.a.test/?id="+try.CodeOfA), nil),
		try.One("a company with one domain for scripts and one for data", try.Visit().Cookie("_a", "shop.test", try.CodeOfA, 365, try.Scripted("https://static.a-files.test/a.js")).
			Request("fetch", "https://api.a.test/?id="+try.CodeOfA, try.By("https://static.a-files.test/a.js")), nil),
		try.One("two countries of one company", pixelOfA().Request("fetch", "https://px.a.de/?uid="+try.CodeOfA), try.Want{"a.test>a.de medium"}), // one letter is no name
		try.One("the same with a name", try.Visit().Request("image", "https://px.adco.test/p").Answers("uid", "adco.test", try.CodeOfA).Leads("https://px.adco.de/?uid="+try.CodeOfA), nil),
		try.One("rented computers", pixelOfA().Request("fetch", "https://d111111abcdef8.cloudfront.net/c?uid="+try.CodeOfA), nil),
		try.One("a session cookie", try.Visit().Cookie("PHPSESSID", "a.test", try.CodeOfA, 0).Request("image", match+"?s="+try.CodeOfA), nil),
		try.One("a token against forged requests", try.Visit().Cookie("csrftoken", "a.test", try.CodeOfA, 365).Request("image", match+"?t="+try.CodeOfA), nil),
		try.One("a record of the choice", try.Visit().Cookie("euconsent-v2", "shop.test", "CQAAAAAQAAAAAAAAAAENABCgAAAAAAAAAAAAAAAAAAAA", 365, try.Scripted("https://cdn.a.test/cmp.js")).
			Request("image", match+"?gdpr_consent=CQAAAAAQAAAAAAAAAAENABCgAAAAAAAAAAAAAAAAAAAA"), nil),
		try.One("the same kept under an unknown name", try.Visit().Request("image", "https://px.a.test/p").Answers("cs", "a.test", "CQAAAAAQAAAAAAAAAAENABCgAAAAAAAAAAAAAAAAAAAA1a2b3").
			Request("image", match+"?gdpr_consent=CQAAAAAQAAAAAAAAAAENABCgAAAAAAAAAAAAAAAAAAAA1a2b3"), nil),
		try.One("the identifier of a consent dialog", try.Visit().Cookie("consentUUID", "a.test", try.CodeOfA, 365).Request("image", match+"?u="+try.CodeOfA), nil),
		try.One("a balancer", try.Visit().Cookie("AWSALB", "a.test", "AHWqTUmQzR3xN0bVkPjE8sYfLgC2dIoA", 365).Request("image", match+"?x=AHWqTUmQzR3xN0bVkPjE8sYfLgC2dIoA"), nil),
		try.One("a moment", try.Visit().Cookie("seen", "a.test", "1795000000123", 365).Request("image", match+"?t=1795000000123"), nil),
		try.One("a bucket of an experiment", try.Visit().Cookie("exp", "a.test", "variant-B", 365).Request("image", match+"?exp=variant-B"), nil),
		try.One("a value that is the same in every visit", pixelOfA().Request("image", match+"?b="+try.CodeOfA).Another(evidence.Accept).
			Request("image", "https://px.a.test/p", try.Pixel).Answers("uid", "a.test", try.CodeOfA).Request("image", match+"?b="+try.CodeOfA), nil),
		try.One("the number of the site in a value that changes", try.Visit().Request("image", "https://px.a.test/p", try.Pixel).Answers("cfg", "a.test", try.CodeOfA+".1794999999999").Request("image", match+"?site="+try.CodeOfA).
			Another(evidence.Accept).Request("image", "https://px.a.test/p", try.Pixel).Answers("cfg", "a.test", try.CodeOfA+".1795000000123").Request("image", match+"?site="+try.CodeOfA), nil),
		try.One("a record of the choice in a question for advertisements", try.Visit().Request("image", "https://px.a.test/p").Answers("cs", "a.test", "CQAAAAAQAAAAAAAAAAENABCgAAAAAAAAAAAAAAAAAAAA1a2b3").
			Post(match, `{"user":{"ext":{"consent":"CQAAAAAQAAAAAAAAAAENABCgAAAAAAAAAAAAAAAAAAAA1a2b3"}}}`), nil),
		try.One("the hash of a file", try.Visit().Request("script", "https://cdn.a.test/app."+try.Visitor+".js").Item("local", "https://www.shop.test", "a_build", try.Visitor, wrote("https://cdn.a.test/app.js")).
			Request("fetch", "https://api.a.test/?v="+try.Visitor).Request("fetch", match+"?v="+try.Visitor), nil),
		try.One("a value that the page gave to both", try.Visit().Request("image", match+"?pv="+try.CodeOfA).Request("image", "https://px.a.test/p?pv="+try.CodeOfA).Answers("pv", "a.test", try.CodeOfA).Request("image", match+"?pv="+try.CodeOfA+"&2"), nil),
		try.One("in the address of the page", pixelOfA().Request("image", match+"?u="+url.QueryEscape(try.Shop+"?uid="+try.CodeOfA)), nil),
		try.One("in the referrer", pixelOfA().Request("image", match, try.SentHeader("Referer", try.Shop+"?uid="+try.CodeOfA)), nil),
		try.One("a cookie that was refused", try.Visit().Request("image", "https://px.a.test/p").Answers("uid", "a.test", try.CodeOfA, func(c *evidence.Cookie) { c.State = "blocked" }).Leads(match+"?uid="+try.CodeOfA), nil),
		try.One("a redirect between unknown companies with another code", pixelOfA().Leads(match+"?k="+try.Visitor).Answers("bid", "b.test", bID), nil),
		try.One("a redirect of a known company to sign in", try.Visit().Request("image", "https://ib.adnxs.com/getuid?x", try.Sends("uuid2")).Cookie("uuid2", "adnxs.com", "4503599627370496123", 90).
			Leads("https://login.b.test/?state="+try.Visitor, try.Sends("bid")).Cookie("bid", "b.test", bID, 400), nil),
		try.One("on a page of another site, to which a click led", try.Visit().Goes("https://www.news.test/", "t1").Landed("t2").Cookie("vid", "news.test", try.CodeOfA, 365).
			Request("image", match+"?vid="+try.CodeOfA, func(r *evidence.Request) { r.Target = "t2" }), nil),
		try.One("words", pixelOfA().Request("image", match+"?q=some+words+for+a+search"), nil),
	})
}

func TestCookieSyncFinding(t *testing.T) {
	m := try.Visit().Request("image", "https://px.a.test/p", try.By("https://cdn.a.test/tag.js")).Answers("uid", "a.test", try.CodeOfA).
		Leads("https://px.b.test/match?partner=a&uid="+try.Base64(try.CodeOfA)).Answers("bid", "b.test", bID)
	found := m.Judge(t, CookieSync)
	try.Check(t, found, try.Want{"a.test>b.test high"})
	f := found[0]
	if f.Host != "px.b.test" || f.Certainty != detectors.Observed || !slices.Equal(f.Evidence, []evidence.ID{"none/cookie/1", "none/request/1", "none/request/2", "none/cookie/2"}) {
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
	m := try.Visit().Request("image", "https://ib.adnxs.com/getuid?x", try.Sends("uuid2")).Cookie("uuid2", "adnxs.com", "4503599627370496123", 90).
		Leads("https://cm.g.doubleclick.net/pixel?google_hm=Zk9Qw3xN0bVkPjE8sYfLgC2dIoA", try.Sends("IDE")).Cookie("IDE", "doubleclick.net", bID, 400)
	f := m.Judge(t, CookieSync)[0]
	if f.Certainty != detectors.Inferred || f.Args["form"] != "encrypted" || f.Args["item"] != "uuid2" || f.Args["parameter"] != "google_hm" || f.Args["partner"] == "" {
		t.Errorf("finding %+v", f)
	}
}
