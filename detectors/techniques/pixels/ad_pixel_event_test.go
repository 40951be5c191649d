package pixels

import (
	"strconv"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/evidence"
)

const (
	sha256Hex = "d4c74594d841139328695756648b6bd6d4c74594d841139328695756648b6bd6"
	sha256B64 = "1MdFlNhBE5MoaVdWZItr1tTHRZTYQROTKGlXVmSLa9Y"
)

func TestAdPixelEvent(t *testing.T) {
	get := func(url string) *try.Maker { return try.Visit().Request("image", url, try.Pixel) }
	post := func(url, body string) *try.Maker { return try.Visit().Request("fetch", url, try.Posts(body)) }
	try.All(t, AdPixelEvent, []try.Trial{
		try.One("Meta", get("https://www.facebook.com/tr/?id=123456789012345&ev=PageView&dl=https%3A%2F%2Fwww.shop.test%2F"), try.Want{"meta-pixel/PageView low"}),
		try.One("Meta with an amount", get("https://www.facebook.com/tr/?id=1&ev=Purchase&cd%5Bvalue%5D=12&cd%5Bcurrency%5D=EUR"), try.Want{"meta-pixel/Purchase medium"}),
		try.One("Meta with a hashed address", get("https://www.facebook.com/tr/?id=1&ev=Lead&ud%5Bem%5D="+sha256Hex), try.Want{"meta-pixel/Lead high"}),
		try.One("Meta by a form in parts", post("https://www.facebook.com/tr/", "--b\r\nContent-Disposition: form-data; name=\"ev\"\r\n\r\nAddToCart\r\n"+
			"--b\r\nContent-Disposition: form-data; name=\"ud[em]\"\r\n\r\n"+sha256Hex+"\r\n--b--\r\n"), try.Want{"meta-pixel/AddToCart high"}),
		try.One("Meta by a form", post("https://www.facebook.com/tr/", "id=1&ev=ViewContent&cd[content_ids]=12"), try.Want{"meta-pixel/ViewContent medium"}),
		try.One("Meta's interface for servers, called by the page", post("https://graph.facebook.com/v20.0/123/events?access_token=x",
			`{"data":[{"event_name":"Lead","user_data":{"em":["`+sha256Hex+`"]}}]}`), try.Want{"meta-conversions/Lead high"}),
		try.One("Google Analytics", get("https://region1.google-analytics.com/g/collect?v=2&tid=G-1&cid=1.2&en=page_view&dl=x"), try.Want{"google-analytics/page_view low"}),
		try.One("several lines", post("https://www.google-analytics.com/g/collect?v=2&tid=G-1&cid=1.2&dl=x", "en=scroll&epn.percent=90\r\nen=purchase&epn.value=12\r\n"),
			try.Want{"google-analytics/purchase medium", "google-analytics/scroll low"}),
		try.One("after a no", get("https://www.google-analytics.com/g/collect?v=2&tid=G-1&cid=1.2&en=page_view&gcs=G100"), try.Want{"google-analytics/page_view note"}),
		try.One("Google with an address", get("https://www.google.com/ccm/collect?en=page_view&em=tv.1~em."+sha256B64), try.Want{"google-ads/page_view high"}),
		try.One("Google with an empty one", get("https://www.google.com/ccm/collect?en=page_view&em=tv.1"), try.Want{"google-ads/page_view low"}),
		try.One("Google Ads", get("https://googleads.g.doubleclick.net/pagead/viewthroughconversion/123/?value=1&label=x"), try.Want{"google-ads/conversion medium"}),
		try.One("Floodlight", get("https://ad.doubleclick.net/activity;src=1;type=a;cat=order;cost=12"), try.Want{"google-floodlight/order medium"}),
		try.One("TikTok", post("https://analytics.tiktok.com/api/v2/pixel", `{"event":"CompletePayment","context":{"pixel":{"code":"C1"},"user":{"email":"`+sha256Hex+`"}},"properties":{"value":1}}`),
			try.Want{"tiktok-pixel/CompletePayment high"}),
		try.One("X", get("https://t.co/1/i/adsct?txn_id=o1&events=%5B%5B%22pageview%22%2C%7B%7D%5D%5D"), try.Want{"x-pixel/pageview low"}),
		try.One("X with an address", get("https://t.co/i/adsct?txn_id=o1&events=%5B%5B%22tw-1%22%2C%7B%22email_address%22%3A%22"+sha256Hex+"%22%7D%5D%5D"), try.Want{"x-pixel/tw-1 high"}),
		try.One("LinkedIn", get("https://px.ads.linkedin.com/collect?pid=1&url=x"), try.Want{"linkedin-insight/page_view low"}),
		try.One("LinkedIn's conversions", get("https://px.ads.linkedin.com/collect?pid=1&conversionId=77"), try.Want{"linkedin-insight/77 low"}),
		try.One("Pinterest", get("https://ct.pinterest.com/v3/?tid=1&event=checkout&ed=%7B%22value%22%3A12%7D"), try.Want{"pinterest-tag/checkout medium"}),
		try.One("Pinterest with an address", get("https://ct.pinterest.com/v3/?tid=1&event=init&pd=%7B%22em%22%3A%22"+sha256Hex+"%22%7D"), try.Want{"pinterest-tag/init high"}),
		try.One("Snap", post("https://tr.snapchat.com/p", "pid=1&ev=PAGE_VIEW&u_hem="+sha256Hex), try.Want{"snap-pixel/PAGE_VIEW high"}),
		try.One("Bing", get("https://bat.bing.com/action/0?ti=1&Ver=2&evt=pageLoad&p=x"), try.Want{"bing-uet/pageLoad low"}),
		try.One("Bing after a no", get("https://bat.bing.com/action/0?ti=1&Ver=2&evt=pageLoad&asc=D"), try.Want{"bing-uet/pageLoad note"}),
		try.One("Reddit", get("https://alb.reddit.com/rp.gif?id=a2_1&event=PageVisit&m.value=&em="), try.Want{"reddit-pixel/PageVisit low"}),
		try.One("Criteo", get("https://sslwidget.criteo.com/event?a=1&p0=e%3Dvp%26p%3D12"), try.Want{"criteo-onetag/vp medium"}),
		try.One("Taboola", get("https://trc.taboola.com/1/log/3/unip?en=page_view&revenue=3"), try.Want{"taboola-pixel/page_view medium"}),
		try.One("before and after the choice", get("https://bat.bing.com/action/0?evt=pageLoad").Choose().Request("image", "https://bat.bing.com/action/0?evt=pageLoad", try.Pixel),
			try.Want{"bing-uet/pageLoad low", "bing-uet/pageLoad low after"}),

		try.One("Google Analytics through the shop", post("https://www.shop.test/m/x?v=2&tid=G-1&cid=1.2&en=purchase&epn.value=2", ""), try.Want{"google-analytics/purchase@www.shop.test medium"}),
		try.One("in the body alone", post("https://www.shop.test/m", "v=2&tid=G-1&cid=1.2&en=page_view"), try.Want{"google-analytics/page_view@www.shop.test low"}),
		try.One("Meta through the shop", get("https://fb.shop.test/x?id=1&ev=Lead&dl=https%3A%2F%2Fwww.shop.test%2F&if=false&ts=1"), try.Want{"meta-pixel/Lead@fb.shop.test low"}),
		try.One("Meta's interface through the shop", post("https://www.shop.test/api/capi", `{"event_name":"Lead","event_source_url":"https://www.shop.test/","user_data":{"em":"a@b.example"}}`),
			try.Want{"meta-conversions/Lead@www.shop.test high"}),
		try.One("TikTok through the shop", post("https://www.shop.test/t", `{"event":"Pageview","context":{"pixel":{"code":"C1"},"page":{"url":"https://www.shop.test/"}}}`),
			try.Want{"tiktok-pixel/Pageview@www.shop.test low"}),

		try.One("the script of a pixel", try.Visit().Request("script", "https://connect.facebook.net/signals/config/1?v=2&ev=PageView"), nil),
		try.One("a like button", try.Visit().Request("document", "https://www.facebook.com/plugins/like.php?href=x", func(r *evidence.Request) { r.Frame = true }), nil),
		try.One("the shop's own statistics", post("https://www.shop.test/e", `{"event":"purchase","properties":{"value":12},"page":{"url":"https://www.shop.test/"}}`), nil),
		try.One("parameters named like those of a pixel", get("https://www.shop.test/search?id=1&ev=2&ts=3&if=x"), nil),
		try.One("another company with such names", post("https://api.other.test/v2?v=2&tid=T-1&cid=5", `{"en":"x"}`), nil),
		try.One("what is asked before", try.Visit().Request("preflight", "https://analytics.tiktok.com/api/v2/pixel"), nil),
	})
}

func TestAdPixelEventTells(t *testing.T) {
	m := try.Visit().Request("image", "https://www.facebook.com/tr/?id=123&ev=Purchase&cd[value]=12.50&dl=https%3A%2F%2Fwww.shop.test%2F&fbp=fb.1.2.3&ud[em]="+sha256Hex+"&ud[ph]=0612345678",
		try.Pixel, try.Sends("fr"), try.By("https://connect.facebook.net/en_US/fbevents.js")).
		Request("image", "https://www.facebook.com/tr/?id=123&ev=Purchase", try.Pixel)
	found := m.Judge(t, AdPixelEvent)
	if len(found) != 1 {
		t.Fatalf("%d findings for one event", len(found))
	}
	f := found[0]
	for name, want := range map[string]string{
		"event": "Purchase", "pixel": "meta-pixel", "id": "123", "value": "12.50", "count": "2", "host": "www.facebook.com", "who": "Meta Pixel",
		"with": "URL, identifier, cookie, value, email (sha256), phone (plain)", "matching": "email (sha256), phone (plain)", "server_side": "no", "denied": "no",
	} {
		if f.Args[name] != want {
			t.Errorf("%s is %q, want %q", name, f.Args[name], want)
		}
	}
	if f.Script != "https://connect.facebook.net/en_US/fbevents.js" || f.Party != "meta-pixel" || f.Certainty != detectors.Matched {
		t.Errorf("finding %+v", f)
	}
	f = try.Visit().Request("fetch", "https://www.shop.test/g/collect?v=2&tid=G-1&cid=1.2&en=page_view&gcs=G100").Judge(t, AdPixelEvent)[0]
	if f.Args["server_side"] != "yes" || f.Args["denied"] != "yes" || f.Args["consent"] != "gcs=G100" || f.Party != "google-analytics" || f.Severity != detectors.Note {
		t.Errorf("finding %+v", f)
	}
}

// Names and numbers of events come from pages.
func TestAdPixelEventsAreLimited(t *testing.T) {
	m := try.Visit()
	for i := range 3 * maxEvents {
		m.Request("image", "https://www.facebook.com/tr/?ev=E"+strconv.Itoa(i), try.Pixel)
	}
	if n := len(m.Judge(t, AdPixelEvent)); n != maxEvents {
		t.Errorf("%d findings, want %d", n, maxEvents)
	}
	f := try.Visit().Request("image", "https://www.facebook.com/tr/?ev=%00%0A%E2%80%8Bx"+strings.Repeat("y", 500), try.Pixel).Judge(t, AdPixelEvent)[0]
	if len(f.Args["event"]) > 60 || strings.ContainsAny(f.Args["event"], "\x00\n") {
		t.Errorf("event %q", f.Args["event"])
	}
}

func TestPixelTableWithMistakes(t *testing.T) {
	for _, text := range []string{
		"pixels: [{pixel: a, party: b, to: [x]}]",
		"pixels: [{pixel: a, party: b, to: [x], event: [e], anywhere: ['*']}]",
		"pixels: [{pixel: a, party: b, to: [x], event: [e], matching: {shoe: [s]}}]",
		"pixels: [{colour: red}]",
	} {
		if _, err := readPixels([]byte(text)); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
	for _, p := range thePixels().Pixels {
		if _, ok := try.DB(t).ByID(p.Party); !ok {
			t.Errorf("%s: there is no party %q", p.Pixel, p.Party)
		}
	}
}
