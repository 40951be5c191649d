package detectors

import (
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

func TestThirdPartyRequest(t *testing.T) {
	tryAll(t, thirdPartyRequest, []trial{
		{"another site", visit().request("script", "https://cdn.other.test/a.js").request("image", "https://cdn.other.test/b.png"), want{"cdn.other.test note"}},
		{"each host", visit().request("font", "https://a.other.test/f").request("font", "https://b.other.test/f"), want{"a.other.test note", "b.other.test note"}},
		{"nobody answered", visit().request("script", "https://gone.test/a.js", fails("net::ERR_NAME_NOT_RESOLVED")), want{"gone.test note"}},
		{"a frame", visit().request("document", "https://frame.test/", func(r *evidence.Request) { r.Frame = true }), want{"frame.test note"}},
		{"before and after the choice", visit().request("script", "https://cdn.other.test/a.js").choose().request("script", "https://cdn.other.test/a.js"),
			want{"cdn.other.test note", "cdn.other.test note after"}},
		{"a line", func() *maker {
			m := visit()
			m.run.Sockets = []evidence.Socket{{ID: "none/socket/1", URL: "wss://live.other.test/s", Status: 101}}
			return m
		}(), want{"live.other.test note"}},

		{"own subdomain", visit().request("image", "https://static.shop.test/a.png"), nil},
		{"the page itself and its way there", visit().request("document", "https://short.test/x", status(301)).request("document", shop), nil},
		{"stopped by the page's own rules", visit().request("script", "https://cdn.other.test/a.js", fails("net::ERR_BLOCKED_BY_CSP"),
			func(r *evidence.Request) { r.BlockedReason = "csp" }), nil},
		{"from the cache", visit().request("script", "https://cdn.other.test/a.js", func(r *evidence.Request) { r.FromCache = true }), nil},
		{"addresses inside the page", visit().request("image", "data:image/gif;base64,R0").request("script", "blob:https://cdn.other.test/1"), nil},
	})
}

func TestThirdPartyIsOfItsPage(t *testing.T) {
	m := visit()
	m.run.Pages = append(m.run.Pages, evidence.Page{URL: "https://www.shop.test/b", FinalURL: "https://shop-checkout.test/b"})
	m.request("image", "https://img.shop-checkout.test/a.png", func(r *evidence.Request) { r.Page = 1 })
	check(t, m.judge(t, thirdPartyRequest), nil)
	m.request("image", "https://img.shop-checkout.test/a.png")
	check(t, m.judge(t, thirdPartyRequest), want{"img.shop-checkout.test note"})
}

func TestTrackerRequest(t *testing.T) {
	tryAll(t, trackerRequest, []trial{
		{"contact", visit().request("script", "https://www.google-analytics.com/analytics.js"), want{"www.google-analytics.com medium"}},
		{"with an identifier", visit().request("fetch", google+"&cid="+id), want{"www.google-analytics.com high"}},
		{"with a cookie", visit().request("script", "https://www.google-analytics.com/analytics.js", sends("_ga")), want{"www.google-analytics.com high"}},
		{"on the own site", visit().request("fetch", "https://metrics.shop.test/g/collect?v=2&tid=G-ABC123"), want{"metrics.shop.test low"}},
		{"a container on the own site", visit().request("script", "https://www.shop.test/t/gtm.js?id=GTM-ABC"), want{"www.shop.test low"}},
		{"another site that is on no list", visit().request("script", "https://cdn.other.test/a.js"), nil},
		{"own file with a like name", visit().request("script", "https://www.shop.test/notgoogle-analytics.js"), nil},
	})
	found := visit().request("script", "https://www.google-analytics.com/analytics.js").judge(t, trackerRequest)
	f := found[0]
	if f.Party != "google-analytics" || f.Args["who"] != "Google Analytics" || f.Certainty != Matched || f.Args["list"] == "" || f.Args["rule"] == "" || f.Args["own_host"] != "no" {
		t.Errorf("finding %+v", f)
	}
}

func TestTrackerOnTheOwnHost(t *testing.T) {
	f := visit().request("script", "https://www.shop.test/t/gtm.js?id=GTM-ABC").judge(t, trackerRequest)
	if len(f) != 1 || f[0].Party != "google-tag-manager" || f[0].Args["own_host"] != "yes" {
		t.Errorf("findings %+v", f)
	}
}

func TestTrackingPixel(t *testing.T) {
	const base = "https://stats.other.test/p.gif"
	tryAll(t, trackingPixel, []trial{
		{"identifier in the address", visit().request("image", base+"?id="+id, pixel), want{"stats.other.test medium"}},
		{"address of the page", visit().request("image", base+"?u=https%3A%2F%2Fwww.shop.test%2Fcart", pixel), want{"stats.other.test medium"}},
		{"a cookie", visit().request("image", base, pixel, sends("uid")), want{"stats.other.test medium"}},
		{"identifier in the path", visit().request("image", "https://stats.other.test/8a6e0804-2bd0-4672-b79d-d97027f9071a/o.gif", pixel), want{"stats.other.test medium"}},
		{"no content", visit().request("image", base+"?id="+id, status(204)), want{"stats.other.test medium"}},
		{"empty answer", visit().request("image", base+"?id="+id, func(r *evidence.Request) {
			r.Answer = []evidence.Header{{Name: "Content-Length", Value: "0"}}
		}), want{"stats.other.test medium"}},
		{"an answer that is no picture", visit().request("image", base+"?id="+id, fails("net::ERR_BLOCKED_BY_ORB")), want{"stats.other.test medium"}},
		{"hardly any bytes", visit().request("image", base+"?id="+id, func(r *evidence.Request) { r.MIME, r.AnswerLength = "image/webp", 34 }), want{"stats.other.test medium"}},
		{"known tracker", visit().request("image", "https://www.google-analytics.com/collect?v=1", pixel), want{"www.google-analytics.com medium"}},
		{"hop of a known tracker", visit().request("image", "https://stats.g.doubleclick.net/r/collect?v=1", status(302)), want{"stats.g.doubleclick.net medium"}},

		{"spacer of another site", visit().request("image", "https://cdn.other.test/img/empty-line.gif?v=12", pixel), nil},
		{"spacer of the site", visit().request("image", "https://static.shop.test/spacer.gif?id="+id, pixel), nil},
		{"photo with an identifier", visit().request("image", "https://cdn.other.test/photo.jpg?id="+id, picture), nil},
		{"picture of a known tracker", visit().request("image", "https://www.google-analytics.com/logo.png", picture), nil},
		{"other kinds", visit().request("script", base+"?id="+id), nil},
		{"never answered", visit().request("image", base+"?id="+id, fails("net::ERR_CONNECTION_REFUSED")), nil},
	})
}

func TestBeaconAndWebSocket(t *testing.T) {
	body := func(r *evidence.Request) { r.BodySize = 120 }
	tryAll(t, beacon, []trial{
		{"to another site", visit().request("beacon", "https://log.other.test/b", body), want{"log.other.test low"}},
		{"a ping to a tracker", visit().request("ping", google, body), want{"www.google-analytics.com medium"}},
		{"to the site itself", visit().request("beacon", "https://www.shop.test/log", body), want{"www.shop.test note"}},
		{"an ordinary request", visit().request("fetch", "https://log.other.test/b"), nil},
	})
	found := visit().request("beacon", "https://log.other.test/b", body).request("beacon", "https://log.other.test/b", body).judge(t, beacon)
	if f := found[0]; f.Args["count"] != "2" || f.Args["bytes"] != "240" {
		t.Errorf("arguments %v", f.Args)
	}
	line := func(url string) *maker {
		m := visit()
		m.run.Sockets = []evidence.Socket{{ID: "none/socket/1", At: 5, URL: url, Sent: 3, Received: 4}}
		return m
	}
	tryAll(t, websocket, []trial{
		{"to another site", line("wss://live.other.test/s"), want{"live.other.test low"}},
		{"to the site itself", line("wss://live.shop.test/s"), want{"live.shop.test note"}},
		{"none", visit().request("fetch", "https://live.other.test/s"), nil},
	})
}

func TestSocialWidget(t *testing.T) {
	tryAll(t, socialWidget, []trial{
		{"button", visit().request("script", "https://connect.facebook.net/en_US/sdk.js"), want{"connect.facebook.net medium"}},
		{"post in a frame", visit().request("document", "https://www.facebook.com/plugins/like.php?href=x", func(r *evidence.Request) { r.Frame = true }), want{"www.facebook.com medium"}},
		{"a link that nobody pressed, own icons", visit().request("image", "https://www.shop.test/icons/facebook.svg"), nil},
		{"another company", visit().request("script", "https://cdn.other.test/share.js"), nil},
	})
}
