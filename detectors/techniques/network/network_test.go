package network

import (
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/evidence"
)

func TestThirdPartyRequest(t *testing.T) {
	try.All(t, ThirdPartyRequest, []try.Trial{
		try.One("another site", try.Visit().Request("script", "https://cdn.other.test/a.js").Request("image", "https://cdn.other.test/b.png"), try.Want{"cdn.other.test note"}),
		try.One("each host", try.Visit().Request("font", "https://a.other.test/f").Request("font", "https://b.other.test/f"), try.Want{"a.other.test note", "b.other.test note"}),
		try.One("nobody answered", try.Visit().Request("script", "https://gone.test/a.js", try.Fails("net::ERR_NAME_NOT_RESOLVED")), try.Want{"gone.test note"}),
		try.One("a frame", try.Visit().Request("document", "https://frame.test/", func(r *evidence.Request) { r.Frame = true }), try.Want{"frame.test note"}),
		try.One("before and after the choice", try.Visit().Request("script", "https://cdn.other.test/a.js").Choose().Request("script", "https://cdn.other.test/a.js"),
			try.Want{"cdn.other.test note", "cdn.other.test note after"}),
		try.One("a line", func() *try.Maker {
			m := try.Visit()
			m.Run.Sockets = []evidence.Socket{{ID: "none/socket/1", URL: "wss://live.other.test/s", Status: 101}}
			return m
		}(), try.Want{"live.other.test note"}),

		try.One("own subdomain", try.Visit().Request("image", "https://static.shop.test/a.png"), nil),
		try.One("the page itself and its way there", try.Visit().Request("document", "https://short.test/x", try.Status(301)).Request("document", try.Shop), nil),
		try.One("stopped by the page's own rules", try.Visit().Request("script", "https://cdn.other.test/a.js", try.Fails("net::ERR_BLOCKED_BY_CSP"),
			func(r *evidence.Request) { r.BlockedReason = "csp" }), nil),
		try.One("from the cache", try.Visit().Request("script", "https://cdn.other.test/a.js", func(r *evidence.Request) { r.FromCache = true }), nil),
		try.One("addresses inside the page", try.Visit().Request("image", "data:image/gif;base64,R0").Request("script", "blob:https://cdn.other.test/1"), nil),
	})
}

func TestThirdPartyIsOfItsPage(t *testing.T) {
	m := try.Visit()
	m.Run.Pages = append(m.Run.Pages, evidence.Page{URL: "https://www.shop.test/b", FinalURL: "https://shop-checkout.test/b"})
	m.Request("image", "https://img.shop-checkout.test/a.png", func(r *evidence.Request) { r.Page = 1 })
	try.Check(t, m.Judge(t, ThirdPartyRequest), nil)
	m.Request("image", "https://img.shop-checkout.test/a.png")
	try.Check(t, m.Judge(t, ThirdPartyRequest), try.Want{"img.shop-checkout.test note"})
}

func TestTrackerRequest(t *testing.T) {
	try.All(t, TrackerRequest, []try.Trial{
		try.One("contact", try.Visit().Request("script", "https://www.google-analytics.com/analytics.js"), try.Want{"www.google-analytics.com medium"}),
		try.One("with an identifier", try.Visit().Request("fetch", try.Google+"&cid="+try.Visitor), try.Want{"www.google-analytics.com high"}),
		try.One("with a cookie", try.Visit().Request("script", "https://www.google-analytics.com/analytics.js", try.Sends("_ga")), try.Want{"www.google-analytics.com high"}),
		try.One("on the own site", try.Visit().Request("fetch", "https://metrics.shop.test/g/collect?v=2&tid=G-ABC123"), try.Want{"metrics.shop.test low"}),
		try.One("a container on the own site", try.Visit().Request("script", "https://www.shop.test/t/gtm.js?id=GTM-ABC"), try.Want{"www.shop.test low"}),
		try.One("another site that is on no list", try.Visit().Request("script", "https://cdn.other.test/a.js"), nil),
		try.One("own file with a like name", try.Visit().Request("script", "https://www.shop.test/notgoogle-analytics.js"), nil),
	})
	found := try.Visit().Request("script", "https://www.google-analytics.com/analytics.js").Judge(t, TrackerRequest)
	f := found[0]
	if f.Party != "google-analytics" || f.Args["who"] != "Google Analytics" || f.Certainty != detectors.Matched || f.Args["list"] == "" || f.Args["rule"] == "" || f.Args["own_host"] != "no" {
		t.Errorf("finding %+v", f)
	}
}

func TestTrackerOnTheOwnHost(t *testing.T) {
	f := try.Visit().Request("script", "https://www.shop.test/t/gtm.js?id=GTM-ABC").Judge(t, TrackerRequest)
	if len(f) != 1 || f[0].Party != "google-tag-manager" || f[0].Args["own_host"] != "yes" {
		t.Errorf("findings %+v", f)
	}
}

func TestTrackingPixel(t *testing.T) {
	const base = "https://stats.other.test/p.gif"
	try.All(t, TrackingPixel, []try.Trial{
		try.One("identifier in the address", try.Visit().Request("image", base+"?id="+try.Visitor, try.Pixel), try.Want{"stats.other.test medium"}),
		try.One("address of the page", try.Visit().Request("image", base+"?u=https%3A%2F%2Fwww.shop.test%2Fcart", try.Pixel), try.Want{"stats.other.test medium"}),
		try.One("a cookie", try.Visit().Request("image", base, try.Pixel, try.Sends("uid")), try.Want{"stats.other.test medium"}),
		try.One("identifier in the path", try.Visit().Request("image", "https://stats.other.test/8a6e0804-2bd0-4672-b79d-d97027f9071a/o.gif", try.Pixel), try.Want{"stats.other.test medium"}),
		try.One("no content", try.Visit().Request("image", base+"?id="+try.Visitor, try.Status(204)), try.Want{"stats.other.test medium"}),
		try.One("empty answer", try.Visit().Request("image", base+"?id="+try.Visitor, func(r *evidence.Request) {
			r.Answer = []evidence.Header{{Name: "Content-Length", Value: "0"}}
		}), try.Want{"stats.other.test medium"}),
		try.One("an answer that is no picture", try.Visit().Request("image", base+"?id="+try.Visitor, try.Fails("net::ERR_BLOCKED_BY_ORB")), try.Want{"stats.other.test medium"}),
		try.One("hardly any bytes", try.Visit().Request("image", base+"?id="+try.Visitor, func(r *evidence.Request) { r.MIME, r.AnswerLength = "image/webp", 34 }), try.Want{"stats.other.test medium"}),
		try.One("known tracker", try.Visit().Request("image", "https://www.google-analytics.com/collect?v=1", try.Pixel), try.Want{"www.google-analytics.com medium"}),
		try.One("hop of a known tracker", try.Visit().Request("image", "https://stats.g.doubleclick.net/r/collect?v=1", try.Status(302)), try.Want{"stats.g.doubleclick.net medium"}),

		try.One("spacer of another site", try.Visit().Request("image", "https://cdn.other.test/img/empty-line.gif?v=12", try.Pixel), nil),
		try.One("spacer of the site", try.Visit().Request("image", "https://static.shop.test/spacer.gif?id="+try.Visitor, try.Pixel), nil),
		try.One("photo with an identifier", try.Visit().Request("image", "https://cdn.other.test/photo.jpg?id="+try.Visitor, try.Picture), nil),
		try.One("picture of a known tracker", try.Visit().Request("image", "https://www.google-analytics.com/logo.png", try.Picture), nil),
		try.One("other kinds", try.Visit().Request("script", base+"?id="+try.Visitor), nil),
		try.One("never answered", try.Visit().Request("image", base+"?id="+try.Visitor, try.Fails("net::ERR_CONNECTION_REFUSED")), nil),
	})
}

func TestBeaconAndWebSocket(t *testing.T) {
	body := func(r *evidence.Request) { r.BodySize = 120 }
	try.All(t, Beacon, []try.Trial{
		try.One("to another site", try.Visit().Request("beacon", "https://log.other.test/b", body), try.Want{"log.other.test low"}),
		try.One("a ping to a tracker", try.Visit().Request("ping", try.Google, body), try.Want{"www.google-analytics.com medium"}),
		try.One("to the site itself", try.Visit().Request("beacon", "https://www.shop.test/log", body), try.Want{"www.shop.test note"}),
		try.One("an ordinary request", try.Visit().Request("fetch", "https://log.other.test/b"), nil),
	})
	found := try.Visit().Request("beacon", "https://log.other.test/b", body).Request("beacon", "https://log.other.test/b", body).Judge(t, Beacon)
	if f := found[0]; f.Args["count"] != "2" || f.Args["bytes"] != "240" {
		t.Errorf("arguments %v", f.Args)
	}
	line := func(url string) *try.Maker {
		m := try.Visit()
		m.Run.Sockets = []evidence.Socket{{ID: "none/socket/1", At: 5, URL: url, Sent: 3, Received: 4}}
		return m
	}
	try.All(t, WebSocket, []try.Trial{
		try.One("to another site", line("wss://live.other.test/s"), try.Want{"live.other.test low"}),
		try.One("to the site itself", line("wss://live.shop.test/s"), try.Want{"live.shop.test note"}),
		try.One("none", try.Visit().Request("fetch", "https://live.other.test/s"), nil),
	})
}

func TestSocialWidget(t *testing.T) {
	try.All(t, SocialWidget, []try.Trial{
		try.One("button", try.Visit().Request("script", "https://connect.facebook.net/en_US/sdk.js"), try.Want{"connect.facebook.net medium"}),
		try.One("post in a frame", try.Visit().Request("document", "https://www.facebook.com/plugins/like.php?href=x", func(r *evidence.Request) { r.Frame = true }), try.Want{"www.facebook.com medium"}),
		try.One("a link that nobody pressed, own icons", try.Visit().Request("image", "https://www.shop.test/icons/facebook.svg"), nil),
		try.One("another company", try.Visit().Request("script", "https://cdn.other.test/share.js"), nil),
	})
}
