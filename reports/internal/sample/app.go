package sample

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
)

// App returns what a report is made of when the shop was visited as the in-app
// browser of Instagram: there it asks nothing, sends the visitor elsewhere and lets
// a company in that it keeps out of an ordinary browser. One host takes turns.
func App() (reports.Input, error) {
	db, err := DB()
	if err != nil {
		return reports.Input{}, err
	}
	v := frame()
	v.Subject.Device, v.Subject.App = "mobile", "instagram"
	v.Tools.UserAgent = "Mozilla/5.0 (Linux; Android 14; Pixel 7; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/156.0.8078.79 Mobile Safari/537.36 Instagram 382"
	v.Tools.Differs = append([]string{"app-additions", "app-header"}, v.Tools.Differs...)
	for i, s := range []evidence.Scenario{evidence.None, evidence.Reject, evidence.Accept} {
		hosts := []string{"connect.facebook.net", "fpnpmcdn.net"}
		if i == 1 {
			hosts = append(hosts, "a7.cdn.example")
		}
		run := appRun(s, Site+"app/", hosts...)
		run.Dialog = &evidence.Dialog{}
		run.Cookies = []evidence.Cookie{{
			ID: evidence.NewID(s, "cookie", 1), Name: "_fbp", Value: "fb.1.1795000000." + string(s), Domain: "shop.example", Path: "/", State: "stored", At: 900,
			Writes: []evidence.CookieWrite{{At: 900, Kind: "script", URL: pixelJS}},
		}}
		v.Runs = append(v.Runs, run)
	}
	ordinary := appRun(evidence.None, Site, "www.googletagmanager.com", "b3.cdn.example")
	ordinary.Dialog = &evidence.Dialog{Found: true, By: "rule", Buttons: []evidence.Button{{Label: "Accept", Role: "accept", Layer: 1}, {Label: "Reject", Role: "reject", Layer: 1}}}
	v.Ordinary = &evidence.Ordinary{
		UserAgent: "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36", Run: ordinary,
	}
	var j detectors.Judgement
	for _, s := range []evidence.Scenario{evidence.None, evidence.Reject, evidence.Accept} {
		j.Findings = append(j.Findings, detectors.Finding{
			ID: "fingerprint-canvas", Key: fpJS, Party: "fingerprintjs", Host: "fpnpmcdn.net", Script: fpJS, Scenario: s, Phase: evidence.Before, Times: "1 of 1",
			Certainty: detectors.Observed, Severity: detectors.High, First: 800, Evidence: []evidence.ID{evidence.NewID(s, "request", 3)},
			Args: map[string]string{"host": "fpnpmcdn.net", "who": "Fingerprint", "size": "240 x 60", "api": "toDataURL", "reads": "2"},
		})
	}
	return reports.Input{Visit: v, Judgement: j, DB: db}, nil
}

// appRun is a run that ends at an address and asks other hosts for something.
func appRun(s evidence.Scenario, final string, hosts ...string) evidence.Run {
	run := evidence.Run{
		Scenario: s, Outcome: evidence.Done, Began: began, Took: 9000,
		Pages:   []evidence.Page{{URL: Site, FinalURL: final + "?from=app", Status: 200, Title: "Shop", Settled: "quiet", Took: 8000, Loaded: 700}},
		Targets: []evidence.Target{{ID: "t1", Kind: "page", URL: final, BeforeFirstScript: true}},
	}
	if s != evidence.None {
		run.Outcome = evidence.NoDialog
	}
	for i, address := range append([]string{final}, hosts...) {
		q := evidence.Request{
			ID: evidence.NewID(s, "request", i+1), At: evidence.Millis(100 * i), Kind: "script", URL: address, Method: "GET", Status: 200,
			Size: 20000, Target: "t1", Document: final, Initiator: evidence.Initiator{Kind: "parser", URL: final},
		}
		if i == 0 {
			q.Kind = "document"
		} else {
			q.URL = "https://" + address + "/s.js"
		}
		run.Requests = append(run.Requests, q)
	}
	return run
}
