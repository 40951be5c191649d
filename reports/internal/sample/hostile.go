package sample

import (
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
)

// Evil is text that acts on whatever shows it carelessly: a formula, markup, a
// script, a terminal command, turned direction, a NUL, broken UTF-8, Markdown with
// links, mentions and a cell that ends, the end of a CDATA section, an entity, a
// placeholder, a command of GitHub.
const Evil = "=1+2</script><script>alert(1)</script><img src=x onerror=alert(2)>'\"{{.}}\x1b[31;1mred\x1b]0;title\a\u202egpj.exe\u2066\u200b\x00\xff" +
	"|[a](javascript:1)![b](//evil.test/i.png) www.evil.test https://evil.test/ @everyone #1 GH-1 `c` **d** $e$ ]]> &lt; {0}\uffff\r\n::error::x\n# f\n- g"

// Hostile returns a visit in which the page chose every text it can choose, and
// what detectors could say of it. Long texts are a megabyte.
func Hostile() (*evidence.Visit, detectors.Judgement) {
	long := Evil + strings.Repeat("A", 1<<20)
	url := "https://shop.example/" + Evil
	v := frame()
	v.Subject.Vantage = Evil
	run := evidence.Run{
		Scenario: evidence.None, Outcome: evidence.Done, Began: began, Took: 4000,
		Pages: []evidence.Page{{URL: Site, FinalURL: url, Status: 200, Title: long, Language: Evil, Settled: "quiet", Took: 3900}},
		Targets: []evidence.Target{
			{ID: "t1", Kind: "page", URL: url, BeforeFirstScript: true},
			{ID: "t2", Kind: "iframe", URL: "data:text/html," + long, Why: Evil, Missing: []string{Evil}},
		},
		Requests: []evidence.Request{
			{
				ID: "none/request/1", At: 10, Kind: Evil, URL: "https://evil.example/" + long, Method: Evil, Status: 200, MIME: Evil,
				Initiator:   evidence.Initiator{Kind: "script", Stack: []evidence.Frame{{Function: long, URL: "https://evil.example/" + Evil, Line: 1}}},
				Body:        long,
				BodySize:    1 << 20,
				CookiesSent: []string{long},
				Answer:      []evidence.Header{{Name: "Set-Cookie", Value: Evil + "=" + long}},
			},
			{ID: "none/request/2", At: 12, Kind: "image", URL: "https://" + Evil + ".example/x", Method: "GET", Error: Evil},
			{ID: "none/request/3", At: 14, Kind: "image", URL: "javascript:alert(1)//", Method: "GET"},
		},
		Sockets: []evidence.Socket{{ID: "none/socket/1", At: 20, URL: "wss://evil.example/" + Evil, Sent: 1, Frames: []evidence.SocketFrame{{Sent: true, Text: long}}}},
		Scripts: []evidence.Script{{ID: "none/script/1", URL: "https://evil.example/" + Evil, Kind: "external", Length: 4}},
		Calls: []evidence.Call{{
			ID: "none/call/1", At: 30, API: Evil, In: "t2", Args: []string{long, Evil}, Result: &evidence.Value{Text: long}, Count: 1,
			Object: &evidence.Object{Kind: Evil, Font: long}, Stack: []evidence.Frame{{Function: Evil, URL: "https://evil.example/" + Evil, Line: 1}},
		}},
		Cookies: []evidence.Cookie{{
			ID: "none/cookie/1", Name: long, Value: long, Domain: Evil, Path: long, At: 40, State: "stored", SameSite: "None",
			Partition: Evil, Reasons: []string{Evil},
			Writes: []evidence.CookieWrite{{At: 40, Kind: "http", URL: "javascript:alert(1)//" + Evil, Raw: Evil + "=" + long}},
		}},
		Storage: []evidence.StorageItem{{
			ID: "none/storage/1", Kind: "local", Origin: "https://shop.example" + Evil, Key: long, Value: long, Length: 1 << 20, At: 50,
			Writer: &evidence.Frame{URL: "https://evil.example/" + Evil, Line: 1},
		}},
		Events: []evidence.Event{{ID: "none/event/1", At: 60, Kind: "alert", URL: url, Text: long}},
	}
	v.Runs = []evidence.Run{run, hostileReject(long)}
	v.Names = []evidence.Name{{Host: Evil, Chain: []string{Evil, long}}, {Host: "b.example", Error: Evil}}
	v.Gaps = []evidence.Gap{{Scenario: evidence.None, Kind: evidence.KindCalls, Where: long, Why: long}}
	args := map[string]string{}
	for _, name := range []string{"name", "domain", "who", "setter", "days", "host", "size", "api", "reads"} {
		args[name] = long
	}
	j := detectors.Judgement{Findings: []detectors.Finding{
		{
			ID: "cookies-first-party", Key: long, Scenario: evidence.None, Phase: evidence.Before, Host: Evil, Cookie: long, URL: long,
			Certainty: detectors.Observed, Severity: detectors.High, Times: "1 of 1", First: 40, Args: args,
			Evidence: []evidence.ID{"none/cookie/1", "none/request/1", "none/socket/1", "none/event/1", "none/storage/1", "none/script/1"},
		},
		{
			ID: "fingerprint-canvas", Key: Evil, Scenario: evidence.None, Phase: evidence.Before, Script: "javascript:" + long, Party: "nobody",
			Certainty: detectors.Observed, Severity: detectors.High, Times: "1 of 1", First: 30, Args: args,
			Evidence: []evidence.ID{"none/call/1", "reject/typed/1"},
		},
	}, NotMeasured: []detectors.NotMeasured{{ID: "geolocation", Scenario: evidence.None, Why: long}}}
	return v, j
}

// hostileReject is a run whose dialog is as hostile as the page.
func hostileReject(long string) evidence.Run {
	chosen := evidence.Millis(2000)
	made := true
	run := evidence.Run{
		Scenario: evidence.Reject, Outcome: evidence.Done, Began: began, Took: 4000, Chosen: &chosen,
		Pages:    []evidence.Page{{URL: Site, FinalURL: Site + Evil, Status: 200, Title: long, Settled: "quiet", Took: 3900}},
		Requests: []evidence.Request{{ID: "reject/request/1", At: 2500, Kind: "script", URL: "https://evil.example/" + long, Method: "GET", Status: 200}},
		Dialog: &evidence.Dialog{
			Found: true, By: Evil, CMP: long, Rule: Evil, Certainty: 2, Frame: Evil, Language: Evil, Text: long, Price: long, Coverage: 7,
			Layers: []evidence.Layer{{Number: 1, Text: long, Shot: Evil}, {Number: -1, Shot: "shots/../../x.png"}},
		},
		Choice: &evidence.Choice{
			Want: evidence.Reject, Outcome: evidence.Done, At: chosen, By: long, Back: Evil, Contrary: true,
			Presses: []evidence.Press{{At: chosen, Label: long, Role: Evil, Layer: -4}},
		},
		Signals:  []evidence.Signal{{ID: "reject/signal/1", At: 2500, Phase: evidence.After, Kind: "cmp", Source: Evil, Made: &made, Categories: map[string]bool{Evil: true, long: false}}},
		Policies: []evidence.PolicyLink{{Label: long, URL: "javascript:alert(1)//" + long, Where: Evil}},
		Controls: []evidence.Control{{Label: long, Tag: Evil, Page: 99}},
		Typed: []evidence.Typed{{
			ID: "reject/typed/1", At: 2600, Page: -7, Form: Evil, Label: long, Name: long, Type: Evil, Asks: long, Value: long, Became: Evil,
		}},
	}
	for i := range 300 {
		run.Dialog.Buttons = append(run.Dialog.Buttons, evidence.Button{
			Label: long, Role: Evil, Layer: i % 4, Box: evidence.Box{-5, -5, -5, -5}, Tag: Evil, Filled: true, Fill: "red\" onload=alert(3)", Color: "#fff;" + Evil, FontPx: -3,
		})
		run.Dialog.Toggles = append(run.Dialog.Toggles, evidence.Toggle{Label: long, On: true, Layer: 2, Purpose: Evil, Vendor: true})
	}
	return run
}

// HostileInput returns everything a result of [Hostile] is made of: statements and
// verdicts hold what the page chose too.
func HostileInput() (reports.Input, error) {
	var in reports.Input
	in.Visit, in.Judgement = Hostile()
	long := Evil + strings.Repeat("A", 1<<16)
	statements := []map[string]any{
		{"kind": "cmp", "cmp": map[string]any{"name": long, "method": Evil, "categories": map[string]bool{Evil: true}}},
		{"kind": "tcf", "error": long},
		{"kind": "google-consent", "google": map[string]any{"types": map[string]string{Evil: "granted", "ad_storage": Evil}}},
		{"kind": "usp", "usp": map[string]any{"notice": Evil}},
		{"kind": "register", "register": map[string]any{"url": long, "updated": long, "rows": []map[string]any{{"name": long}}}},
		{"kind": "claim", "claim": map[string]any{"quote": long, "url": "javascript:alert(1)//" + long, "language": Evil}},
	}
	for i := range statements {
		s := statements[i]
		s["scenario"], s["phase"], s["raw"], s["source"] = "reject", "after", long, Evil
	}
	verdicts := []map[string]any{
		{"id": "no-such-check", "outcome": "fail", "severity": "critical", "group": "G1", "certainty": 7, "reason": long, "organisations": []string{long}, "basis": []string{Evil}},
		{"id": "policy-claim-contradicted", "outcome": "fail", "severity": "high", "group": "G4", "args": map[string]string{"quote": long, "observation": Evil, "date": Evil}, "reason": "certain"},
		{"id": "withdrawal-ignored", "outcome": "unknown", "severity": "critical", "group": "G5", "reason": long},
	}
	err := fill(&in, input{Statements: statements, Verdicts: verdicts})
	return in, err
}
