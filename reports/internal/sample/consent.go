package sample

import (
	_ "embed" // for consent.yaml
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
)

//go:embed consent.yaml
var consentFile []byte

// Moments of the choices in the visit of [Consent].
const (
	rejectedAt = evidence.Millis(3350)
	acceptedAt = evidence.Millis(2600)
)

// Consent returns everything a result is made of for the shop, visited three
// times: left alone, refused, accepted. Its dialog hides the refusal behind a
// second layer, and Google Analytics goes on after it. Statements and verdicts
// are written by hand, in consent.yaml, so that golden files of reports do not
// change when a rule of a check does.
func Consent() (reports.Input, error) {
	in := reports.Input{Visit: ConsentVisit(), Judgement: consentJudgement()}
	err := fromFile(&in)
	return in, err
}

// Unclear returns the shop when nothing could be told of its answers: no way to
// refuse was found, and what it made of an acceptance could not be read.
func Unclear() (reports.Input, error) {
	in := reports.Input{Visit: ConsentVisit(), Judgement: Judgement()}
	reject, accept := &in.Visit.Runs[1], &in.Visit.Runs[2]
	reject.Outcome, reject.Chosen, reject.Choice.Outcome, reject.Choice.Verified = evidence.NotOffered, nil, evidence.NotOffered, false
	reject.Choice.Presses, reject.Signals, reject.Controls = reject.Choice.Presses[:1], nil, nil
	accept.Outcome, accept.Choice.Outcome, accept.Choice.Verified, accept.Signals = evidence.Unverified, evidence.Unverified, false, nil
	for i := range in.Visit.Runs {
		d := in.Visit.Runs[i].Dialog
		d.By, d.CMP, d.Rule, d.Certainty, d.Buttons, d.Toggles = "heuristic", "", "", 0.7, d.Buttons[:2], nil
	}
	if err := fromFile(&in); err != nil {
		return in, err
	}
	in.Statements, in.Verdicts = nil, in.Verdicts[len(in.Verdicts)-3:]
	in.Score = &reports.Score{
		Rules: "1", Profile: "eu-strict", Exposure: map[string]int{"none": 46}, Bands: map[string]string{"none": "high"},
		Compliance: reports.Compliance{
			Value: 99, Low: 47, High: 99, Grade: "IE", Reason: "not-observed", Ceiling: 100, Lost: map[string]float64{"G1": 0, "G2": 0},
			Gains: []reports.Gain{}, Unknown: []string{"G2", "G5"}, Applied: []string{},
		},
	}
	return in, nil
}

// An input is what is stated and judged, under the names of the Go types.
type input struct {
	Statements any `yaml:"statements"`
	Verdicts   any `yaml:"verdicts"`
	Score      any `yaml:"score"`
}

// fromFile reads the embedded file into an input.
func fromFile(in *reports.Input) error {
	var file input
	if err := yaml.Unmarshal(consentFile, &file); err != nil {
		return fmt.Errorf("sample: consent.yaml: %w", err)
	}
	return fill(in, file)
}

// fill adds what is stated and judged to an input, and the signatures. It goes by
// way of JSON, which takes a field by its Go name in any case.
func fill(in *reports.Input, from input) error {
	for _, part := range []struct{ from, to any }{
		{from.Statements, &in.Statements}, {from.Verdicts, &in.Verdicts}, {from.Score, &in.Score},
	} {
		data, err := json.Marshal(part.from)
		if err != nil {
			return fmt.Errorf("sample: fill input: %w", err)
		}
		if err := json.Unmarshal(data, part.to); err != nil {
			return fmt.Errorf("sample: fill input: %w", err)
		}
	}
	var err error
	in.DB, err = DB()
	return err
}

// visitor is what identifies the visitor of a run.
var visitor = map[evidence.Scenario]string{evidence.Reject: "3141592653", evidence.Accept: "2718281828"}

// as returns a copy of a run under another scenario.
func as(run evidence.Run, s evidence.Scenario) evidence.Run {
	data, err := json.Marshal(run)
	if err == nil {
		var out evidence.Run
		text := strings.NewReplacer(`"none/`, `"`+string(s)+`/`, `shots/none-`, `shots/`+string(s)+`-`,
			// Each visit is another visitor.
			"1234567890.1700000000", visitor[s]+".1700000000", "987654321", visitor[s], "0aBcDeFgHiJkLmNoP", "0zYxWvUtSrQ"+visitor[s],
			"7f3a9c1e5b2d4860", "5d2e8b4f"+visitor[s]).Replace(string(data))
		if err = json.Unmarshal([]byte(text), &out); err == nil {
			out.Scenario = s
			return out
		}
	}
	panic(err) // The run is made above, of nothing that JSON cannot hold.
}

// ConsentVisit returns the record of [Consent].
func ConsentVisit() *evidence.Visit {
	v := Shop()
	none := v.Runs[0]
	reject, accept := as(none, evidence.Reject), as(none, evidence.Accept)
	for i, run := range []*evidence.Run{&none, &reject, &accept} {
		run.Dialog = dialog(run.Scenario, i == 1)
	}
	refuse(&reject)
	agree(&accept)
	none.Signals = []evidence.Signal{signal(none.Scenario, 1, 1900, evidence.Before, false, false, false)}
	v.Runs = []evidence.Run{none, reject, accept}
	return v
}

func signal(s evidence.Scenario, n int, at evidence.Millis, p evidence.Phase, made, analytics, marketing bool) evidence.Signal {
	raw := `{"groups":"C0001:1,C0002:0,C0004:0"}`
	if marketing {
		raw = `{"groups":"C0001:1,C0002:1,C0004:1"}`
	}
	out := evidence.Signal{
		ID: evidence.NewID(s, "signal", n), At: at, Phase: p, Kind: "cmp", Source: "onetrust", Frame: Site + "nl/",
		Raw: json.RawMessage(raw), Made: &made,
		Categories: map[string]bool{"necessary": true, "functional": false, "analytics": analytics, "marketing": marketing},
	}
	if made {
		out.Method = "explicit"
	}
	return out
}

// dialog is the question of the shop. Only who refuses sees its second layer.
func dialog(s evidence.Scenario, opened bool) *evidence.Dialog {
	d := &evidence.Dialog{
		Found: true, By: "rule", CMP: "OneTrust", Rule: "onetrust", Certainty: 1, Frame: Site + "nl/", At: 1650, Language: "nl",
		Text:     "Wij en 12 partners gebruiken cookies om onze site te verbeteren en je aanbiedingen te tonen die bij je passen. Lees meer in ons cookiebeleid.",
		Box:      evidence.Box{0, 540, 1366, 228},
		Coverage: 0.31, Blocking: true, Scroll: true,
		Buttons: []evidence.Button{
			{
				Label: "Alles accepteren", Role: evidence.RoleAccept, Certainty: 1, Layer: 1, Box: evidence.Box{1060, 590, 240, 48}, Tag: "button",
				Filled: true, Fill: "#14593c", Color: "#ffffff", Around: "#ffffff", FontPx: 16, Weight: 700,
			},
			{
				Label: "Instellingen", Role: evidence.RoleSettings, Certainty: 1, Layer: 1, Box: evidence.Box{1060, 652, 240, 24}, Tag: "a",
				Color: "#767676", Around: "#ffffff", FontPx: 13, Weight: 400,
			},
		},
		Layers: []evidence.Layer{{Number: 1, Text: "Wij en 12 partners gebruiken cookies …", Shot: "shots/" + string(s) + "-dialog-1.png"}},
	}
	if opened {
		d.Buttons = append(d.Buttons,
			evidence.Button{
				Label: "Alles weigeren", Role: evidence.RoleReject, Certainty: 0.95, Layer: 2, Box: evidence.Box{480, 660, 180, 40}, Tag: "button",
				Outline: true, Color: "#1d1c1a", Around: "#ffffff", FontPx: 14, Weight: 400,
			},
			evidence.Button{
				Label: "Keuzes opslaan", Role: evidence.RoleSave, Certainty: 1, Layer: 2, Box: evidence.Box{690, 660, 200, 40}, Tag: "button",
				Filled: true, Fill: "#14593c", Color: "#ffffff", Around: "#ffffff", FontPx: 14, Weight: 700,
			},
		)
		d.Toggles = []evidence.Toggle{
			{Label: "Strikt noodzakelijk", On: true, Disabled: true, Layer: 2, Purpose: "necessary"},
			{Label: "Statistieken", On: true, Layer: 2, Purpose: "analytics"},
			{Label: "Gerichte reclame", Layer: 2, Purpose: "marketing"},
		}
		d.Layers = append(d.Layers, evidence.Layer{Number: 2, Text: "Strikt noodzakelijk …", Shot: "shots/" + string(s) + "-dialog-2.png"})
	}
	return d
}

// refuse makes a run that says no, in two clicks, after which Google Analytics
// and one pixel go on.
func refuse(run *evidence.Run) {
	at := rejectedAt
	run.Chosen = &at
	run.Choice = &evidence.Choice{
		Want: evidence.Reject, Outcome: evidence.Done, At: at, Gone: true, Verified: true, By: "onetrust",
		Presses: []evidence.Press{
			{At: 2500, Label: "Instellingen", Role: evidence.RoleSettings, Layer: 1},
			{At: at, Label: "Alles weigeren", Role: evidence.RoleReject, Layer: 2},
		},
	}
	run.Signals = []evidence.Signal{
		signal(run.Scenario, 1, 1900, evidence.Before, false, false, false),
		signal(run.Scenario, 2, 3600, evidence.After, true, false, false),
	}
	run.Policies = []evidence.PolicyLink{{Label: "cookiebeleid", URL: Site + "nl/cookies", Where: "dialog", Reachable: true}}
	reopens := true
	run.Controls = []evidence.Control{{Page: 0, Label: "Cookie-instellingen", Tag: "a", Box: evidence.Box{600, 2200, 140, 20}, Reopens: &reopens}}
	// Hotjar listens to the refusal.
	run.Sockets, run.Storage = nil, run.Storage[1:]
	run.Took = 13100
}

// agree makes a run that says yes, after which more companies come.
func agree(run *evidence.Run) {
	at := acceptedAt
	run.Chosen = &at
	run.Choice = &evidence.Choice{
		Want: evidence.Accept, Outcome: evidence.Done, At: at, Gone: true, Verified: true, By: "onetrust",
		Presses: []evidence.Press{{At: at, Label: "Alles accepteren", Role: evidence.RoleAccept, Layer: 1}},
	}
	run.Signals = []evidence.Signal{
		signal(run.Scenario, 1, 1900, evidence.Before, false, false, false),
		signal(run.Scenario, 2, 2900, evidence.After, true, true, true),
	}
	r := &requester{list: run.Requests}
	loader := evidence.Initiator{Kind: "script", Stack: stack(gtmJS, 301, 12)}
	for i, url := range []string{
		"https://dis.retarget.example/bid?u=8842", "https://sync.retarget.example/match", "https://ads.exchange.example/rtb",
		"https://www.facebook.com/tr/?id=99&ev=ViewContent", "https://www.google-analytics.com/g/collect?v=2&en=view_item",
	} {
		q := r.add(acceptedAt+evidence.Millis(400+300*i), "image", url, loader)
		q.ID, q.MIME, q.Size = evidence.NewID(evidence.Accept, "request", len(r.list)), "image/gif", 43
	}
	run.Requests = r.list
	run.Took = 14100
}

// consentJudgement is what detectors could say of the three runs.
func consentJudgement() detectors.Judgement {
	j := Judgement()
	first := j.Findings
	for _, f := range first {
		for _, s := range []evidence.Scenario{evidence.Reject, evidence.Accept} {
			after := rejectedAt
			if s == evidence.Accept {
				after = acceptedAt
			}
			if f.First >= after || f.Party == "hotjar" {
				continue
			}
			again := f
			again.Scenario, again.Evidence = s, nil
			for _, id := range f.Evidence {
				again.Evidence = append(again.Evidence, evidence.ID(strings.Replace(string(id), "none/", string(s)+"/", 1)))
			}
			j.Findings = append(j.Findings, again)
		}
	}
	google := detectors.Finding{
		ID: "tracker-request", Key: "www.google-analytics.com", Scenario: evidence.Reject, Phase: evidence.After, Party: "google-analytics",
		Host: "www.google-analytics.com", Certainty: detectors.Matched, Severity: detectors.High, Times: "1 of 1", First: 4100,
		Args:     map[string]string{"host": "www.google-analytics.com", "who": "Google Analytics", "list": "core", "count": "4", "answered": "4"},
		Evidence: []evidence.ID{"reject/request/14", "reject/request/15", "reject/request/16", "reject/request/17"},
	}
	hotjar := detectors.Finding{
		ID: "session-recording", Key: "static.hotjar.com", Scenario: evidence.Accept, Phase: evidence.After, Party: "hotjar",
		Host: "static.hotjar.com", Script: hotjarJS, Certainty: detectors.Matched, Severity: detectors.High, Times: "1 of 1", First: 3900,
		Args:     map[string]string{"host": "static.hotjar.com", "who": "Hotjar", "count": "1", "sent": "12", "what": "DOM, mousemove"},
		Evidence: []evidence.ID{"accept/socket/1"},
	}
	websocket := detectors.Finding{
		ID: "websocket", Key: "ws.hotjar.com", Scenario: evidence.Accept, Phase: evidence.After, Party: "hotjar", Host: "ws.hotjar.com",
		Certainty: detectors.Observed, Severity: detectors.Low, Times: "1 of 1", First: 3900,
		Args:     map[string]string{"host": "ws.hotjar.com", "who": "Hotjar", "sent": "12", "received": "3", "bytes": "8410", "count": "1"},
		Evidence: []evidence.ID{"accept/socket/1"},
	}
	j.Findings = append(j.Findings, google, websocket)
	if _, known := techniques.ByID(hotjar.ID); known {
		j.Findings = append(j.Findings, hotjar)
	}
	return j
}
