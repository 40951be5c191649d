package sample

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// Judgement returns what detectors could say of the shop. It is written by hand,
// so that golden files of reports do not change when a rule of a detector does;
// another test has the real detectors judge the same visit.
func Judgement() detectors.Judgement {
	var j detectors.Judgement
	add := func(f detectors.Finding, at evidence.Millis, ids ...evidence.ID) {
		f.Scenario, f.Phase, f.Times, f.First, f.Evidence = evidence.None, evidence.Before, "1 of 1", at, ids
		j.Findings = append(j.Findings, f)
	}
	type args = map[string]string
	add(detectors.Finding{
		ID: "beacon", Key: "google-analytics.com", Party: "google-analytics", Host: "www.google-analytics.com",
		Certainty: detectors.Observed, Severity: detectors.Low,
		Args: args{"host": "www.google-analytics.com", "who": "Google Analytics", "count": "6", "bytes": "1294"},
	}, 1500, "none/request/12", "none/request/13", "none/request/14", "none/request/15", "none/request/16", "none/request/17")
	add(detectors.Finding{
		ID: "cookies-first-party", Key: "_fbp@shop.example", Party: "meta-pixel", Host: "shop.example", Cookie: "_fbp", Script: pixelJS,
		Certainty: detectors.Observed, Severity: detectors.Medium,
		Args: args{"name": "_fbp", "domain": "shop.example", "who": "Meta Pixel", "setter": "connect.facebook.net", "days": "90"},
	}, 2350, "none/cookie/2")
	add(detectors.Finding{
		ID: "cookies-first-party", Key: "_ga@shop.example", Party: "google-analytics", Host: "shop.example", Cookie: "_ga", Script: analytics,
		Certainty: detectors.Observed, Severity: detectors.Medium,
		Args: args{"name": "_ga", "domain": "shop.example", "who": "Google Analytics", "setter": "www.google-analytics.com", "days": "400"},
	}, 2300, "none/cookie/1", "none/call/9")
	add(detectors.Finding{
		ID: "cookies-first-party", Key: "session@shop.example", Host: "shop.example", Cookie: "session",
		Certainty: detectors.Observed, Severity: detectors.Note,
		Args: args{"name": "session", "domain": "shop.example", "who": "shop.example", "setter": "shop.example", "days": "0"},
	}, 90, "none/cookie/4", "none/request/2")
	add(detectors.Finding{
		ID: "fingerprint-canvas", Key: fpJS, Party: "fingerprintjs", Host: "fpnpmcdn.net", Script: fpJS,
		Certainty: detectors.Observed, Severity: detectors.High,
		Args: args{"host": "fpnpmcdn.net", "who": "Fingerprint", "size": "240 x 60", "api": "toDataURL", "reads": "2"},
	}, 1790, "none/call/1", "none/call/2", "none/call/3")
	add(detectors.Finding{
		ID: "fingerprint-script", Key: fpJS, Party: "fingerprintjs", Host: "fpnpmcdn.net", Script: fpJS,
		Certainty: detectors.Inferred, Severity: detectors.High,
		Args: args{"host": "fpnpmcdn.net", "who": "Fingerprint", "count": "3", "surfaces": "canvas, navigator, webgl"},
	}, 1790, "none/call/1", "none/call/3", "none/call/4", "none/call/5", "none/call/6")
	add(detectors.Finding{
		ID: "geolocation", Key: widget, Host: "cdn.widgets.example", Script: widget,
		Certainty: detectors.Observed, Severity: detectors.High,
		Args: args{"host": "cdn.widgets.example", "who": "cdn.widgets.example", "count": "1"},
	}, 5100, "none/call/10")
	add(detectors.Finding{
		ID: "service-worker", Key: Site, Host: "shop.example", Certainty: detectors.Observed, Severity: detectors.Note,
		Args: args{"setter": "shop.example", "key": Site, "host": "shop.example", "who": "shop.example"},
	}, 2600, "none/storage/3")
	add(detectors.Finding{
		ID: "storage-local", Key: "hjViewportId@shop.example", Party: "hotjar", Host: "shop.example", Script: hotjarJS,
		Certainty: detectors.Observed, Severity: detectors.Medium,
		Args: args{"setter": "static.hotjar.com", "key": "hjViewportId", "host": "shop.example", "who": "Hotjar", "length": "16"},
	}, 3800, "none/storage/1")
	for _, h := range []struct {
		host, party, who string
		at               evidence.Millis
		id               evidence.ID
	}{
		{"cdn.widgets.example", "", "cdn.widgets.example", 1480, "none/request/11"},
		{"fonts.gstatic.com", "google-fonts", "Google Fonts", 260, "none/request/5"},
		{"www.facebook.com", "meta-pixel", "Meta Pixel", 2400, "none/request/18"},
	} {
		add(detectors.Finding{
			ID: "third-party-request", Key: h.host, Party: h.party, Host: h.host, Certainty: detectors.Observed, Severity: detectors.Note,
			Args: args{"host": h.host, "who": h.who, "count": "1", "answered": "1"},
		}, h.at, h.id)
	}
	add(detectors.Finding{
		ID: "tracker-request", Key: "www.google-analytics.com", Party: "google-analytics", Host: "www.google-analytics.com",
		Certainty: detectors.Matched, Severity: detectors.High,
		Args: args{"host": "www.google-analytics.com", "who": "Google Analytics", "list": "core", "count": "7", "answered": "7"},
	}, 760, "none/request/6", "none/request/12")
	add(detectors.Finding{
		ID: "tracker-request", Key: "www.facebook.com", Party: "meta-pixel", Host: "www.facebook.com",
		Certainty: detectors.Matched, Severity: detectors.High,
		Args: args{"host": "www.facebook.com", "who": "Meta Pixel", "list": "core", "count": "1", "answered": "1"},
	}, 2400, "none/request/18")
	j.NotMeasured = []detectors.NotMeasured{
		{ID: "storage-indexeddb", Scenario: evidence.None, Why: "the technique broke: index out of range"},
	}
	j.Partial = []detectors.NotMeasured{
		{ID: "fingerprint-audio", Scenario: evidence.None, Why: "calls at " + Site + "sw.js: late"},
		{ID: "fingerprint-canvas", Scenario: evidence.None, Why: "calls at " + Site + "sw.js: late"},
	}
	return j
}
