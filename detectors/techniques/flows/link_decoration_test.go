package flows

import (
	"net/url"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/evidence"
)

const (
	eid = "9c1b2d3e4f"
)

func TestLinkDecoration(t *testing.T) {
	ad := func() *try.Maker { return try.Landing("?utm_source=google&gclid=" + try.Gclid) }
	keptIn := try.Want{"gclid@_gcl_aw medium"}
	try.All(t, LinkDecoration, []try.Trial{
		try.One("kept in a cookie", ad().Cookie("_gcl_aw", "shop.test", "GCL.1795000000."+try.Gclid, 90), keptIn),
		try.One("kept in a cookie of a few minutes", ad().Cookie("_gcl_aw", "shop.test", try.Gclid, 0), keptIn),
		try.One("kept in local storage", ad().Item("local", "https://www.shop.test", "landing", `{"url":"`+try.Shop+`?gclid=`+try.Gclid+`"}`), try.Want{"gclid@landing medium"}),
		try.One("kept in base64", ad().Cookie("_gcl_aw", "shop.test", try.Base64("v1:"+try.Gclid), 90), keptIn),
		try.One("kept and replaced", ad().Cookie("_gcl_aw", "shop.test", "-", 90, func(c *evidence.Cookie) { c.Writes[0].Raw = "_gcl_aw=" + try.Gclid + "; Path=/" }), keptIn),
		try.One("passed on as a parameter", ad().Request("image", "https://px.other.test/c?click="+try.Gclid, try.Pixel), try.Want{"gclid>other.test medium"}),
		try.One("passed on with the address of the page", ad().Request("fetch", "https://px.other.test/c?dl="+url.QueryEscape(try.Shop+"?gclid="+try.Gclid)), try.Want{"gclid>other.test medium"}),
		try.One("passed on in the referrer", ad().Request("script", "https://cdn.other.test/a.js", try.SentHeader("Referer", try.Shop+"?gclid="+try.Gclid)), try.Want{"gclid>other.test medium"}),
		try.One("passed on in a body", ad().Post("https://px.other.test/c", `{"ctx":{"click":{"id":"`+try.Gclid+`"}}}`), try.Want{"gclid>other.test medium"}),
		try.One("passed on over a line", ad().Line("wss://px.other.test/l", `["`+try.Gclid+`"]`), try.Want{"gclid>other.test medium"}),
		try.One("passed on as a hash", ad().Request("image", "https://px.other.test/c?h="+try.SHA256(try.Gclid)), try.Want{"gclid>other.test medium"}),
		try.One("passed on by a worker in a frame", ad().Request("fetch", "https://px.other.test/c?click="+try.Gclid, func(r *evidence.Request) { r.Target = "t9" }), try.Want{"gclid>other.test medium"}),
		try.One("to a company behind a name of the site", ad().Named("metrics.shop.test", "k1.eulerian.net").Request("fetch", try.Metrics+"c?x="+try.Gclid), try.Want{"gclid>eulerian medium"}),
		try.One("of one copy of a message", try.Landing("?mc_eid="+eid).Cookie("mc", "shop.test", eid, 30).Request("image", "https://px.other.test/?e="+eid),
			try.Want{"mc_eid>other.test high", "mc_eid@mc high"}),
		try.One("a name in other letters, in the fragment", try.Landing("#ScCid="+try.UUID).Cookie("_scclid", "shop.test", try.UUID, 30), try.Want{"ScCid@_scclid medium"}),
		try.One("the page that a redirect led to", try.Visit().Goes("https://www.shop.test/go?fbclid="+try.Gclid, "", try.Opened).Redirected(try.Shop).Cookie("_fbc", "shop.test", "fb.1.1795000000123."+try.Gclid, 90),
			try.Want{"fbclid@_fbc medium"}),
		try.One("before and after the choice", ad().Cookie("_gcl_aw", "shop.test", try.Gclid, 90).Choose().Request("image", "https://px.other.test/c?click="+try.Gclid),
			try.Want{"gclid>other.test medium after", "gclid@_gcl_aw medium"}),

		try.One("a link out with the site's identifier", try.Visit().Cookie("vid", "shop.test", try.UUID, 365).Goes("https://www.news.test/?from=shop&vid="+try.UUID, "t1"), try.Want{"vid>news.test medium"}),
		try.One("in base64, in the fragment", try.Visit().Cookie("vid", "shop.test", try.UUID, 365).Goes("https://www.news.test/#"+try.Base64(try.UUID), "t1"), try.Want{"vid>news.test medium"}),
		try.One("with an identifier of local storage", try.Visit().Item("local", "https://www.shop.test", "anon", try.UUID).Goes("https://www.news.test/?a="+try.UUID, "t1"), try.Want{"anon>news.test medium"}),
		try.One("a link that nobody pressed", try.Visit().Cookie("vid", "shop.test", try.UUID, 365).Linked("https://www.news.test/?vid="+try.UUID).Linked("https://www.news.test/2?vid="+try.UUID), try.Want{"vid>news.test medium"}),
		try.One("in the address of a frame", try.Visit().Cookie("vid", "shop.test", try.UUID, 365, try.Scripted(try.ShopJS)).Request("document", "https://widget.other.test/?visitor="+try.UUID, func(r *evidence.Request) { r.Frame = true }),
			try.Want{"vid>other.test medium"}),
		try.One("with a linker", try.Visit().Goes("https://pay.news.test/?_gl=1*1abcde*_ga*"+strings.TrimRight(try.Base64("1234567890.1795000000"), "="), "t1"), try.Want{"_gl>news.test medium"}),

		try.One("a mark that is not touched", ad(), nil),
		try.One("a mark that the site itself looks at", ad().Request("fetch", try.Shop+"api?gclid="+try.Gclid), nil),
		try.One("names of a campaign", try.Landing("?utm_source=newsletter&utm_campaign=autumn-sale-2026").Cookie("utm", "shop.test", "newsletter|autumn-sale-2026", 30).
			Request("image", "https://px.other.test/?utm_campaign=autumn-sale-2026"), nil),
		try.One("only the origin in the referrer", ad().Request("script", "https://cdn.other.test/a.js", try.SentHeader("Referer", try.Shop)), nil),
		try.One("a short word", try.Landing("?clickid=1").Cookie("c", "shop.test", "1", 30), nil),
		try.One("something else in the cookie", ad().Cookie("_gcl_aw", "shop.test", "x"+try.Gclid+"x", 90), nil),
		try.One("a cookie that was refused", ad().Cookie("_gcl_aw", "shop.test", try.Gclid, 90, func(c *evidence.Cookie) { c.State = "blocked" }), nil),
		try.One("a plain link out", try.Visit().Cookie("vid", "shop.test", try.UUID, 365).Goes("https://www.news.test/?from=shop", "t1"), nil),
		try.One("plain links that nobody pressed", try.Visit().Cookie("vid", "shop.test", try.UUID, 365).Linked("https://www.news.test/?article="+try.Visitor).Linked("https://pay.shop.test/?vid="+try.UUID), nil),
		try.One("a link of a page of another site", try.Visit().Cookie("vid", "shop.test", try.UUID, 365).Linked("https://www.news.test/?vid="+try.UUID, "https://elsewhere.test/"), nil),
		try.One("a link within the site", try.Visit().Cookie("vid", "shop.test", try.UUID, 365).Goes("https://pay.shop.test/?vid="+try.UUID, "t1"), nil),
		try.One("a link to the identifier's own company", try.Visit().Cookie("_fbp", "shop.test", "fb.1.1795000000123.1098115397", 90).Goes("https://www.facebook.com/x?fbp=1098115397", "t1"), nil),
		try.One("a link out with the number of a thing", try.Visit().Cookie("vid", "shop.test", try.UUID, 365).Goes("https://www.news.test/?article=1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", "t1"), nil),
	})
}

func TestLinkDecorationFinding(t *testing.T) {
	m := try.Landing("?gclid="+try.Gclid).Cookie("_gcl_aw", "shop.test", "GCL.1795000000."+try.Gclid, 90, try.Scripted("https://www.googletagmanager.com/gtag/js"))
	f := m.Judge(t, LinkDecoration)[0]
	if f.Cookie != "_gcl_aw" || f.Host != "shop.test" || f.Evidence[0] != "none/request/1" || f.Evidence[1] != "none/cookie/1" {
		t.Errorf("finding %+v", f)
	}
	for name, want := range map[string]string{"name": "gclid", "kind": "click", "direction": "in", "place": "cookie", "item": "_gcl_aw", "form": "plain", "count": "1"} {
		if f.Args[name] != want {
			t.Errorf("%s is %q, want %q", name, f.Args[name], want)
		}
	}
}
