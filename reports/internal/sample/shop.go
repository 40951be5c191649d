package sample

import (
	"strconv"

	"github.com/spoor-audit/spoor/evidence"
)

// Addresses of the shop's page.
const (
	appJS     = Site + "assets/app.js"
	gtmJS     = "https://www.googletagmanager.com/gtm.js?id=GTM-TEST"
	analytics = "https://www.google-analytics.com/analytics.js"
	pixelJS   = "https://connect.facebook.net/en_US/fbevents.js"
	hotjarJS  = "https://static.hotjar.com/c/hotjar-1.js"
	fpJS      = "https://fpnpmcdn.net/v3/abc.js"
	widget    = "https://cdn.widgets.example/reviews/frame.html"
)

// Shop returns the visit of a shop that does a bit of everything.
func Shop() *evidence.Visit {
	v := frame()
	run := evidence.Run{
		Scenario: evidence.None, Outcome: evidence.Done, Began: began, Took: 12400,
		Pages: []evidence.Page{{
			URL: Site, FinalURL: Site + "nl/", Status: 200, Title: "Fietsen voor iedereen – Shop Example", Language: "nl",
			Settled: "limit", Pending: 1, Loaded: 2100, Took: 12100,
		}},
		Targets: []evidence.Target{
			{ID: "t1", Kind: "page", URL: Site + "nl/", BeforeFirstScript: true},
			{ID: "t2", Kind: "iframe", URL: widget, Parent: "t1", At: 1500, BeforeFirstScript: true},
			{ID: "t3", Kind: "service-worker", URL: Site + "sw.js", Parent: "t1", At: 2600, Why: "late", Missing: []string{"Navigator.getBattery"}},
		},
		Requests: requests(),
		Sockets: []evidence.Socket{{
			ID: "none/socket/1", At: 3900, Target: "t1", URL: "wss://ws.hotjar.com/api/v2/client", Status: 101,
			Sent: 12, Received: 3, SentBytes: 8410, Initiator: evidence.Initiator{Kind: "script", Stack: stack(hotjarJS, 2, 8812)},
			Frames: []evidence.SocketFrame{{At: 4000, Sent: true, Text: `{"move":[[12,40],[18,44]]}`, Size: 27}},
		}},
		Scripts: []evidence.Script{
			{ID: "none/script/1", At: 90, Target: "t1", URL: Site + "nl/", Kind: "inline", Line: 12, Length: 812, Digest: "sha256:11aa"},
			{ID: "none/script/2", At: 400, Target: "t1", URL: appJS, Kind: "external", Length: 41200, Digest: "sha256:22bb"},
			{ID: "none/script/3", At: 700, Target: "t1", URL: gtmJS, Kind: "external", Length: 98000, Digest: "sha256:33cc"},
			{ID: "none/script/4", At: 1400, Target: "t1", URL: fpJS, Kind: "external", Length: 33100, Digest: "sha256:44dd"},
		},
		Calls:   calls(),
		Cookies: cookies(),
		Storage: []evidence.StorageItem{
			{
				ID: "none/storage/1", Kind: "local", Origin: "https://shop.example", Key: "hjViewportId", Value: "7f3a9c1e5b2d4860", Length: 16,
				At: 3800, Writer: &evidence.Frame{URL: hotjarJS, Line: 2, Column: 901}, Stages: []evidence.Phase{evidence.Before},
			},
			{
				ID: "none/storage/2", Kind: "session", Origin: "https://shop.example", Key: "cart", Value: "[]", Length: 2,
				At: 480, Writer: &evidence.Frame{URL: appJS, Line: 88}, Stages: []evidence.Phase{evidence.Before},
			},
			{ID: "none/storage/3", Kind: "service-worker", Origin: "https://shop.example", Key: Site, At: 2600},
		},
		Events: []evidence.Event{
			{ID: "none/event/1", At: 6200, Kind: "alert", URL: Site + "nl/", Text: "Meld je aan en krijg 10% korting!"},
		},
		Shots:  []evidence.Shot{{At: 12200, Name: "shots/none-1.png", What: "page"}},
		Losses: evidence.Losses{CallsSeen: 1284, CallsFolded: 1190, CallsAtLeast: 1, CallsDropped: 2, BodiesSkipped: 3},
	}
	v.Runs = []evidence.Run{run}
	v.Names = []evidence.Name{
		{Host: "metrics.shop.example", Chain: []string{"shop.eulerian.example", "edge.eulerian.example"}},
		{Host: "tags.gone.example", Error: "timeout"},
		{Host: "www.facebook.com"},
	}
	v.Gaps = []evidence.Gap{
		{Scenario: evidence.None, Kind: evidence.KindCalls, Where: Site + "sw.js", Why: "late"},
		{Scenario: evidence.None, Kind: evidence.KindStorage, Where: "https://cdn.widgets.example", Why: "closed"},
	}
	return v
}

func stack(url string, line, column int) []evidence.Frame {
	return []evidence.Frame{
		{Function: "send", URL: url, Line: line, Column: column},
		{Function: "init", URL: url, Line: line, Column: column + 400},
		{URL: Site + "nl/", Line: 14, Column: 3},
	}
}

// A requester numbers requests as a recorder does.
type requester struct{ list []evidence.Request }

func (r *requester) add(at evidence.Millis, kind, url string, by evidence.Initiator) *evidence.Request {
	r.list = append(r.list, evidence.Request{
		ID: evidence.NewID(evidence.None, "request", len(r.list)+1), At: at, Target: "t1", Document: Site + "nl/",
		Kind: kind, URL: url, Method: "GET", Initiator: by, Status: 200, MIME: "text/javascript", Size: 20480,
		Protocol: "h2", RemoteIP: "192.0.2.7", Took: 80,
	})
	return &r.list[len(r.list)-1]
}

func requests() []evidence.Request {
	r := &requester{}
	parser := evidence.Initiator{Kind: "parser", URL: Site + "nl/", Line: 9}
	by := func(url string, line int) evidence.Initiator {
		return evidence.Initiator{Kind: "script", Stack: stack(url, line, 100)}
	}
	first := r.add(0, "document", Site, evidence.Initiator{Kind: "navigation"})
	first.Status, first.MIME, first.Redirect = 301, "", "none/request/2"
	r.add(60, "document", Site+"nl/", evidence.Initiator{Kind: "redirect", Request: "none/request/1"}).MIME = "text/html"
	r.add(180, "script", appJS, parser)
	r.add(190, "script", gtmJS, parser)
	r.add(260, "font", "https://fonts.gstatic.com/s/inter/v12/inter.woff2", parser).MIME = "font/woff2"
	r.add(760, "script", analytics, by(gtmJS, 214))
	r.add(780, "script", pixelJS, by(gtmJS, 230))
	r.add(800, "script", hotjarJS, by(gtmJS, 251))
	r.add(830, "script", "https://tags.gone.example/t.js", by(gtmJS, 260))
	gone := &r.list[len(r.list)-1]
	gone.Status, gone.Error, gone.RemoteIP, gone.Size, gone.MIME = 0, "net::ERR_NAME_NOT_RESOLVED", "", 0, ""
	r.add(1300, "script", fpJS, by(appJS, 310))
	frame := r.add(1480, "document", widget, parser)
	frame.Frame, frame.MIME = true, "text/html"
	for i := range 6 {
		q := r.add(evidence.Millis(1500+1300*i), "beacon",
			"https://www.google-analytics.com/g/collect?v=2&cid=1234567890.1700000000&en=event"+strconv.Itoa(i), by(analytics, 77))
		q.Method, q.Status, q.MIME, q.Size, q.Body, q.BodySize = "POST", 204, "", 120, "en=page_view&dl=https%3A%2F%2Fshop.example%2Fnl%2F", 49
	}
	pixel := r.add(2400, "image", "https://www.facebook.com/tr/?id=99&ev=PageView&fbp=fb.1.1700000000000.987654321", by(pixelJS, 31))
	pixel.MIME, pixel.Size, pixel.Width, pixel.Height, pixel.CookiesSent = "image/gif", 43, 1, 1, []string{"fr"}
	pixel.Answer = []evidence.Header{{Name: "Set-Cookie", Value: "fr=0aBcDeFgHiJkLmNoP.AWXq; Max-Age=7776000; Secure; SameSite=None"}}
	r.add(9800, "xhr", "https://metrics.shop.example/track", by(appJS, 402))
	r.add(11900, "eventsource", Site+"live", by(appJS, 10)).Status = 0
	return r.list
}

func calls() []evidence.Call {
	fp := func(n int, at evidence.Millis, api string, count int, args []string, result *evidence.Value, o *evidence.Object) evidence.Call {
		return evidence.Call{
			ID: evidence.NewID(evidence.None, "call", n), At: at, API: api, In: "t1", Object: o, Args: args, Result: result,
			Stack: stack(fpJS, 1, 2000+n), Count: count, Script: "none/script/4",
		}
	}
	canvas := &evidence.Object{Kind: "canvas", Number: 1, Width: 240, Height: 60}
	list := []evidence.Call{
		fp(1, 1790, "CanvasRenderingContext2D.fillText", 2, []string{"Cwm fjordbank gly 😃", "4", "45"}, nil, canvas),
		fp(2, 1800, "CanvasRenderingContext2D.fillStyle=", 3, []string{"#069"}, nil, canvas),
		fp(3, 1810, "HTMLCanvasElement.toDataURL", 2, nil, &evidence.Value{Length: 15814, Digest: "1f0c3e5a77b2d"}, canvas),
		fp(4, 1830, "WebGLRenderingContext.getParameter", 21, []string{"37446"}, &evidence.Value{Text: "ANGLE (SwiftShader)"}, nil),
		fp(5, 1850, "Navigator.hardwareConcurrency", 1, nil, &evidence.Value{Text: "8"}, nil),
		fp(6, 1852, "Navigator.deviceMemory", 1, nil, &evidence.Value{Text: "8"}, nil),
		fp(7, 1853, "Navigator.languages", 2, nil, &evidence.Value{Text: "nl,en"}, nil),
		fp(8, 1870, "CanvasRenderingContext2D.measureText", 1000, []string{"mmmmmmmmmmlli"}, nil, canvas),
	}
	list[7].AtLeast = true
	list = append(list,
		evidence.Call{
			ID: "none/call/9", At: 2300, API: "Document.cookie=", In: "t1", Count: 1,
			Args: []string{"_ga=GA1.1.1234567890.1700000000; path=/; max-age=63072000"}, Stack: stack(analytics, 42, 7),
		},
		evidence.Call{
			ID: "none/call/10", At: 5100, API: "Geolocation.getCurrentPosition", In: "t2", Count: 1,
			Stack: []evidence.Frame{{Function: "near", URL: widget, Line: 61, Column: 9}},
		},
	)
	return list
}

func cookies() []evidence.Cookie {
	before := []evidence.Phase{evidence.Before}
	return []evidence.Cookie{
		{
			ID: "none/cookie/1", Name: "_ga", Value: "GA1.1.1234567890.1700000000", Domain: "shop.example", Path: "/", SameSite: "Lax",
			Lifetime: 400 * 86400, Declared: 730 * 86400, At: 2300, State: "stored", Stages: before,
			Writes: []evidence.CookieWrite{{
				At: 2300, Kind: "script", Call: "none/call/9", URL: analytics, Line: 42,
				Raw: "_ga=GA1.1.1234567890.1700000000; path=/; max-age=63072000",
			}},
		},
		{
			ID: "none/cookie/2", Name: "_fbp", Value: "fb.1.1700000000000.987654321", Domain: "shop.example", Path: "/", SameSite: "Lax",
			Lifetime: 90 * 86400, Declared: 90 * 86400, At: 2350, State: "stored", Stages: before,
			Writes: []evidence.CookieWrite{{At: 2350, Kind: "script", URL: pixelJS, Line: 18, Raw: "_fbp=fb.1.1700000000000.987654321"}},
		},
		{
			ID: "none/cookie/3", Name: "fr", Value: "0aBcDeFgHiJkLmNoP.AWXq", Domain: "facebook.com", Path: "/", SameSite: "None",
			Secure: true, HTTPOnly: true, Lifetime: 90 * 86400, Declared: 90 * 86400, At: 2480, State: "stored", Stages: before,
			Writes: []evidence.CookieWrite{{
				At: 2480, Kind: "http", Request: "none/request/18", URL: "https://www.facebook.com/tr/?id=99",
				Raw: "fr=0aBcDeFgHiJkLmNoP.AWXq; Max-Age=7776000; Secure; SameSite=None",
			}},
		},
		{
			ID: "none/cookie/4", Name: "session", Value: "s1", Domain: "shop.example", HostOnly: true, Path: "/", Session: true,
			HTTPOnly: true, At: 90, State: "stored", Stages: before,
			Writes: []evidence.CookieWrite{{At: 90, Kind: "http", Request: "none/request/2", URL: Site + "nl/", Raw: "session=s1; HttpOnly"}},
		},
		{
			ID: "none/cookie/5", Name: "_hjSession", Value: "eyJpZCI6IjQyIn0", Domain: "hotjar.com", Path: "/", At: 900, State: "blocked",
			Reasons: []string{"SameSiteLax"}, Lifetime: 1800, Declared: 1800,
			Writes: []evidence.CookieWrite{{At: 900, Kind: "http", Request: "none/request/8", URL: hotjarJS, Raw: "_hjSession=eyJpZCI6IjQyIn0", Refused: []string{"SameSiteLax"}}},
		},
	}
}
