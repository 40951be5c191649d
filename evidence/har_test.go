package evidence_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/evidence"
)

// har reads an archive with nothing of spoor's own types.
func har(t *testing.T, v *evidence.Visit) (pages, entries []map[string]any) {
	t.Helper()
	var b bytes.Buffer
	if err := evidence.WriteHAR(&b, v); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Log struct {
			Version string
			Creator map[string]any
			Pages   []map[string]any
			Entries []map[string]any
		}
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Log.Version != "1.2" || doc.Log.Creator["name"] != "spoor" {
		t.Errorf("version %q, creator %v", doc.Log.Version, doc.Log.Creator)
	}
	return doc.Log.Pages, doc.Log.Entries
}

func TestHAR(t *testing.T) {
	v := sample()
	v.Runs = append(v.Runs, evidence.Run{Scenario: evidence.Accept, Began: v.Runs[0].Began, Pages: []evidence.Page{{URL: "https://shop.test/"}},
		Requests: []evidence.Request{{ID: "accept/request/1", URL: "https://shop.test/", Method: "GET"}}})
	pages, entries := har(t, v)
	if len(pages) != 3 || pages[0]["title"] != "none: https://shop.test/ (Shop)" || pages[2]["title"] != "accept: https://shop.test/" {
		t.Errorf("pages are %v", pages)
	}
	if got := pages[0]["startedDateTime"]; got != "2026-11-21T10:00:01.510Z" {
		t.Errorf("the first page started %v", got)
	}
	var order []any
	ids := map[any]bool{}
	for _, p := range pages {
		ids[p["id"]] = true
	}
	for _, e := range entries {
		order = append(order, e["_spoorID"])
		if !ids[e["pageref"]] {
			t.Errorf("%v is of page %v, which is not there", e["_spoorID"], e["pageref"])
		}
	}
	want := []any{"none/request/1", "none/request/2", "none/request/3", "none/socket/1", "none/request/4", "accept/request/1"}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if len(entries) != len(want) {
		t.FailNow()
	}
	if got := entries[0]["response"].(map[string]any)["redirectURL"]; got != "https://shop.test/" {
		t.Errorf("the redirect goes to %v", got)
	}
	if got := entries[4]["response"].(map[string]any)["_error"]; got != "net::ERR_NAME_NOT_RESOLVED" {
		t.Errorf("the failed request says %v", got)
	}
	if entries[5]["pageref"] != pages[2]["id"] {
		t.Errorf("the request of the second run is of page %v", entries[5]["pageref"])
	}
}

func TestHAREntry(t *testing.T) {
	_, entries := har(t, sample())
	var got, want any
	got = entries[2]
	if err := json.Unmarshal([]byte(`{
		"_spoorID": "none/request/3", "_resourceType": "beacon", "pageref": "page_1", "cache": {},
		"startedDateTime": "2026-11-21T10:00:02.400Z", "time": 80, "serverIPAddress": "192.0.2.7",
		"timings": {"blocked": -1, "dns": -1, "connect": -1, "ssl": -1, "send": 0, "wait": 80, "receive": 0},
		"_initiator": {"type": "script", "url": "https://shop.test/app.js", "lineNumber": 6, "stack": {
			"callFrames": [{"functionName": "send", "scriptId": "", "url": "https://shop.test/app.js", "lineNumber": 6, "columnNumber": 2}],
			"parent": {"description": "async", "callFrames": [{"functionName": "", "scriptId": "", "url": "https://shop.test/app.js", "lineNumber": 89, "columnNumber": 0}]}}},
		"request": {"method": "POST", "url": "https://t.test/collect?v=2&cid=1234567890.1700000000&name=a%20b", "httpVersion": "unknown",
			"headers": [{"name": "Cookie", "value": "uid=abcdefgh12345; x=1"}, {"name": "Content-Type", "value": "application/json"}],
			"queryString": [{"name": "v", "value": "2"}, {"name": "cid", "value": "1234567890.1700000000"}, {"name": "name", "value": "a b"}],
			"cookies": [{"name": "uid", "value": "abcdefgh12345"}, {"name": "x", "value": "1"}], "headersSize": -1, "bodySize": 34,
			"postData": {"mimeType": "application/json", "text": "{\"client\":\"1234567890.1700000000\"}"}},
		"response": {"status": 204, "statusText": "No Content", "httpVersion": "unknown", "headers": [], "cookies": [],
			"content": {"size": 0, "mimeType": ""}, "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": 0}
	}`), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	cookies := entries[1]["response"].(map[string]any)["cookies"]
	wantCookies := []any{map[string]any{"name": "_ga", "value": "GA1.2.1234567890.1700000000", "path": "/", "secure": true, "sameSite": "None", "expires": "2027-12-01T10:00:00.000Z"}}
	if diff := cmp.Diff(any(wantCookies), cookies); diff != "" {
		t.Errorf("cookies (-want +got):\n%s", diff)
	}
	messages := entries[3]["_webSocketMessages"]
	wantMessages := []any{
		map[string]any{"type": "send", "time": 1795255202.51, "opcode": 1.0, "data": "hello 1234567890"},
		map[string]any{"type": "receive", "time": 1795255202.52, "opcode": 2.0, "data": "aGk="},
	}
	if diff := cmp.Diff(any(wantMessages), messages); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}
