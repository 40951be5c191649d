package evidence_test

import (
	"time"

	"github.com/spoor-audit/spoor/evidence"
)

// sample is a small visit that holds one piece of evidence of each kind.
func sample() *evidence.Visit {
	id := func(kind string, n int) evidence.ID { return evidence.NewID(evidence.None, kind, n) }
	return &evidence.Visit{
		Format:  evidence.Format,
		Subject: evidence.Subject{Kind: "page", URL: "https://shop.test/", Started: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC), Device: "desktop"},
		Tools:   evidence.Tools{Spoor: "1.0.0", Chrome: "156.0.1.2", BrowserMode: "headless", ThirdPartyCookies: "allowed"},
		Runs: []evidence.Run{{
			Scenario: evidence.None,
			Outcome:  evidence.Done,
			Began:    time.Date(2026, 11, 21, 10, 0, 1, 500e6, time.UTC),
			Took:     3000,
			Pages: []evidence.Page{
				{URL: "http://shop.test/", FinalURL: "https://shop.test/", Status: 200, Title: "Shop", Settled: "quiet", At: 10, Loaded: 400, Took: 2000},
				{URL: "https://shop.test/2", FinalURL: "https://shop.test/2", Status: 200, Settled: "limit", At: 2100},
			},
			Targets: []evidence.Target{{ID: "t1", Kind: "page", URL: "https://shop.test/", BeforeFirstScript: true}},
			Requests: []evidence.Request{
				{
					ID: id("request", 1), At: 10, Kind: "document", URL: "http://shop.test/", Method: "GET", Status: 301, Took: 20,
					Initiator: evidence.Initiator{Kind: "navigation"}, Redirect: id("request", 2), Protocol: "http/1.1",
					Answer: []evidence.Header{{Name: "Location", Value: "https://shop.test/"}},
				},
				{
					ID: id("request", 2), At: 30, Kind: "document", URL: "https://shop.test/", Method: "GET", Status: 200, Took: 50, Protocol: "h2",
					Initiator: evidence.Initiator{Kind: "redirect", Request: id("request", 1)}, MIME: "text/html",
					Answer: []evidence.Header{{Name: "Set-Cookie", Value: "_ga=GA1.2.1234567890.1700000000; Path=/; Secure; SameSite=None; Expires=Wed, 01 Dec 2027 10:00:00 GMT"}},
				},
				{
					ID: id("request", 3), At: 900, Page: 0, Target: "t1", Kind: "beacon", URL: "https://t.test/collect?v=2&cid=1234567890.1700000000&name=a%20b", Method: "POST",
					Initiator: evidence.Initiator{Kind: "script", URL: "https://shop.test/app.js", Line: 7, Stack: []evidence.Frame{
						{Function: "send", URL: "https://shop.test/app.js", Line: 7, Column: 3},
						{URL: "https://shop.test/app.js", Line: 90, Async: true},
					}},
					Headers: []evidence.Header{{Name: "Cookie", Value: "uid=abcdefgh12345; x=1"}, {Name: "Content-Type", Value: "application/json"}},
					Body:    `{"client":"1234567890.1700000000"}`, BodySize: 34, Status: 204, Took: 80, RemoteIP: "192.0.2.7",
				},
				{ID: id("request", 4), At: 2200, Page: 1, Kind: "script", URL: "https://down.test/x.js", Method: "GET", Error: "net::ERR_NAME_NOT_RESOLVED", Initiator: evidence.Initiator{Kind: "parser"}},
			},
			Sockets: []evidence.Socket{{ID: id("socket", 1), At: 1000, URL: "wss://live.test/", Status: 101, Sent: 1, Initiator: evidence.Initiator{Kind: "script"}, Frames: []evidence.SocketFrame{
				{At: 1010, Sent: true, Text: "hello 1234567890", Size: 16}, {At: 1020, Text: "aGk=", Binary: true, Size: 2},
			}}},
			Scripts: []evidence.Script{{ID: id("script", 1), URL: "https://shop.test/app.js", Kind: "external", Length: 10}},
			Calls: []evidence.Call{
				{ID: id("call", 1), At: 500, API: "HTMLCanvasElement.toDataURL", In: "t1", Args: []string{"image/png"}, Result: &evidence.Value{Length: 900, Digest: "ab12"}, Count: 1},
				{ID: id("call", 2), At: 600, API: "Navigator.userAgent", In: "t1", Result: &evidence.Value{Text: "Mozilla/5.0 (X11; Linux x86_64)"}, Count: 2},
			},
			Cookies: []evidence.Cookie{{ID: id("cookie", 1), Name: "_ga", Value: "GA1.2.1234567890.1700000000", Domain: "shop.test", Path: "/", State: "stored", At: 80,
				Writes: []evidence.CookieWrite{{At: 80, Kind: "http", Request: id("request", 2), URL: "https://shop.test/", Raw: "_ga=GA1.2.1234567890.1700000000; Path=/"}}}},
			Storage: []evidence.StorageItem{{ID: id("storage", 1), Kind: "local", Origin: "https://shop.test", Key: "visitor", Value: "550e8400-e29b-41d4-a716-446655440000", Length: 36}},
			Events:  []evidence.Event{{ID: id("event", 1), At: 700, Kind: "alert", Text: "hello"}},
			Shots:   []evidence.Shot{{At: 2000, Name: "shots/none-1.png", What: "page"}},
			Links:   []evidence.Link{{ID: id("anchor", 1), At: 2000, Document: "https://shop.test/", URL: "https://partner.test/?cid=1234567890.1700000000"}},
		}},
		Names: []evidence.Name{{Host: "shop.test"}, {Host: "t.test", Chain: []string{"edge.tracker.test"}}},
		Gaps:  []evidence.Gap{{Scenario: evidence.None, Kind: evidence.KindRequests, Where: "https://down.test/x.js", Why: "the host does not exist"}},
	}
}
