package detectors

import (
	"net/url"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

const (
	eid = "9c1b2d3e4f"
)

func TestLinkDecoration(t *testing.T) {
	ad := func() *maker { return landing("?utm_source=google&gclid=" + gclid) }
	keptIn := want{"gclid@_gcl_aw medium"}
	tryAll(t, linkDecoration, []trial{
		{"kept in a cookie", ad().cookie("_gcl_aw", "shop.test", "GCL.1795000000."+gclid, 90), keptIn},
		{"kept in a cookie of a few minutes", ad().cookie("_gcl_aw", "shop.test", gclid, 0), keptIn},
		{"kept in local storage", ad().item("local", "https://www.shop.test", "landing", `{"url":"`+shop+`?gclid=`+gclid+`"}`), want{"gclid@landing medium"}},
		{"kept in base64", ad().cookie("_gcl_aw", "shop.test", b64("v1:"+gclid), 90), keptIn},
		{"kept and replaced", ad().cookie("_gcl_aw", "shop.test", "-", 90, func(c *evidence.Cookie) { c.Writes[0].Raw = "_gcl_aw=" + gclid + "; Path=/" }), keptIn},
		{"passed on as a parameter", ad().request("image", "https://px.other.test/c?click="+gclid, pixel), want{"gclid>other.test medium"}},
		{"passed on with the address of the page", ad().request("fetch", "https://px.other.test/c?dl="+url.QueryEscape(shop+"?gclid="+gclid)), want{"gclid>other.test medium"}},
		{"passed on in the referrer", ad().request("script", "https://cdn.other.test/a.js", sentHeader("Referer", shop+"?gclid="+gclid)), want{"gclid>other.test medium"}},
		{"passed on in a body", ad().post("https://px.other.test/c", `{"ctx":{"click":{"id":"`+gclid+`"}}}`), want{"gclid>other.test medium"}},
		{"passed on over a line", ad().line("wss://px.other.test/l", `["`+gclid+`"]`), want{"gclid>other.test medium"}},
		{"passed on as a hash", ad().request("image", "https://px.other.test/c?h="+sha256Of(gclid)), want{"gclid>other.test medium"}},
		{"passed on by a worker in a frame", ad().request("fetch", "https://px.other.test/c?click="+gclid, func(r *evidence.Request) { r.Target = "t9" }), want{"gclid>other.test medium"}},
		{"to a company behind a name of the site", ad().named("metrics.shop.test", "k1.eulerian.net").request("fetch", metrics+"c?x="+gclid), want{"gclid>eulerian medium"}},
		{"of one copy of a message", landing("?mc_eid="+eid).cookie("mc", "shop.test", eid, 30).request("image", "https://px.other.test/?e="+eid),
			want{"mc_eid>other.test high", "mc_eid@mc high"}},
		{"a name in other letters, in the fragment", landing("#ScCid="+uuid).cookie("_scclid", "shop.test", uuid, 30), want{"ScCid@_scclid medium"}},
		{"the page that a redirect led to", visit().goes("https://www.shop.test/go?fbclid="+gclid, "", opened).redirected(shop).cookie("_fbc", "shop.test", "fb.1.1795000000123."+gclid, 90),
			want{"fbclid@_fbc medium"}},
		{"before and after the choice", ad().cookie("_gcl_aw", "shop.test", gclid, 90).choose().request("image", "https://px.other.test/c?click="+gclid),
			want{"gclid>other.test medium after", "gclid@_gcl_aw medium"}},

		{"a link out with the site's identifier", visit().cookie("vid", "shop.test", uuid, 365).goes("https://www.news.test/?from=shop&vid="+uuid, "t1"), want{"vid>news.test medium"}},
		{"in base64, in the fragment", visit().cookie("vid", "shop.test", uuid, 365).goes("https://www.news.test/#"+b64(uuid), "t1"), want{"vid>news.test medium"}},
		{"with an identifier of local storage", visit().item("local", "https://www.shop.test", "anon", uuid).goes("https://www.news.test/?a="+uuid, "t1"), want{"anon>news.test medium"}},
		{"a link that nobody pressed", visit().cookie("vid", "shop.test", uuid, 365).linked("https://www.news.test/?vid=" + uuid).linked("https://www.news.test/2?vid=" + uuid), want{"vid>news.test medium"}},
		{"in the address of a frame", visit().cookie("vid", "shop.test", uuid, 365, scripted(shopJS)).request("document", "https://widget.other.test/?visitor="+uuid, func(r *evidence.Request) { r.Frame = true }),
			want{"vid>other.test medium"}},
		{"with a linker", visit().goes("https://pay.news.test/?_gl=1*1abcde*_ga*"+strings.TrimRight(b64("1234567890.1795000000"), "="), "t1"), want{"_gl>news.test medium"}},

		{"a mark that is not touched", ad(), nil},
		{"a mark that the site itself looks at", ad().request("fetch", shop+"api?gclid="+gclid), nil},
		{"names of a campaign", landing("?utm_source=newsletter&utm_campaign=autumn-sale-2026").cookie("utm", "shop.test", "newsletter|autumn-sale-2026", 30).
			request("image", "https://px.other.test/?utm_campaign=autumn-sale-2026"), nil},
		{"only the origin in the referrer", ad().request("script", "https://cdn.other.test/a.js", sentHeader("Referer", shop)), nil},
		{"a short word", landing("?clickid=1").cookie("c", "shop.test", "1", 30), nil},
		{"something else in the cookie", ad().cookie("_gcl_aw", "shop.test", "x"+gclid+"x", 90), nil},
		{"a cookie that was refused", ad().cookie("_gcl_aw", "shop.test", gclid, 90, func(c *evidence.Cookie) { c.State = "blocked" }), nil},
		{"a plain link out", visit().cookie("vid", "shop.test", uuid, 365).goes("https://www.news.test/?from=shop", "t1"), nil},
		{"plain links that nobody pressed", visit().cookie("vid", "shop.test", uuid, 365).linked("https://www.news.test/?article=" + id).linked("https://pay.shop.test/?vid=" + uuid), nil},
		{"a link of a page of another site", visit().cookie("vid", "shop.test", uuid, 365).linked("https://www.news.test/?vid="+uuid, "https://elsewhere.test/"), nil},
		{"a link within the site", visit().cookie("vid", "shop.test", uuid, 365).goes("https://pay.shop.test/?vid="+uuid, "t1"), nil},
		{"a link to the identifier's own company", visit().cookie("_fbp", "shop.test", "fb.1.1795000000123.1098115397", 90).goes("https://www.facebook.com/x?fbp=1098115397", "t1"), nil},
		{"a link out with the number of a thing", visit().cookie("vid", "shop.test", uuid, 365).goes("https://www.news.test/?article=1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", "t1"), nil},
	})
}

func TestLinkDecorationFinding(t *testing.T) {
	m := landing("?gclid="+gclid).cookie("_gcl_aw", "shop.test", "GCL.1795000000."+gclid, 90, scripted("https://www.googletagmanager.com/gtag/js"))
	f := m.judge(t, linkDecoration)[0]
	if f.Cookie != "_gcl_aw" || f.Host != "shop.test" || f.Evidence[0] != "none/request/1" || f.Evidence[1] != "none/cookie/1" {
		t.Errorf("finding %+v", f)
	}
	for name, want := range map[string]string{"name": "gclid", "kind": "click", "direction": "in", "place": "cookie", "item": "_gcl_aw", "form": "plain", "count": "1"} {
		if f.Args[name] != want {
			t.Errorf("%s is %q, want %q", name, f.Args[name], want)
		}
	}
}
