package reports_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/sample"
	"github.com/spoor-audit/spoor/reports/lang"
)

// input returns the input of a sample.
func input(t testing.TB, of func() (reports.Input, error)) reports.Input {
	t.Helper()
	in, err := of()
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func consent(t testing.TB) *reports.Result { return reports.New(input(t, sample.Consent)) }

func TestDialogAndChoice(t *testing.T) {
	r := consent(t)
	none, reject, accept := r.Run(evidence.None), r.Run(evidence.Reject), r.Run(evidence.Accept)
	if d := none.Dialog; !d.Found || d.CMP != "OneTrust" || d.By != "rule" || d.LayersToAccept != 1 || d.LayersToReject != 0 || none.DialogNote != "" {
		t.Errorf("the dialog that was left alone: %+v", d)
	}
	if d := reject.Dialog; d.LayersToReject != 2 || len(d.Buttons) != 4 || len(d.Toggles) != 3 || !d.Toggles[1].On {
		t.Errorf("the dialog that was refused: %+v", d)
	}
	if !slices.Equal(reject.Pressed, []string{"Instellingen", "Alles weigeren"}) || !reject.Verified || reject.ReadBy != "onetrust" || *reject.ChosenMS != 3350 {
		t.Errorf("the refusal: pressed %q, verified %v by %q", reject.Pressed, reject.Verified, reject.ReadBy)
	}
	for s, want := range map[evidence.Scenario]bool{evidence.None: false, evidence.Reject: false, evidence.Accept: true} {
		if got := r.Run(s).State; got["marketing"] != want || !got["necessary"] {
			t.Errorf("%s: the state is %v", s, got)
		}
	}
	if accept.Record() != "verified" || len(accept.Presses) != 1 || accept.Presses[0].Role != "accept" {
		t.Errorf("the acceptance: %+v", accept.Presses)
	}
	for _, g := range r.Gaps {
		if g.Kind == "dialog" {
			t.Errorf("there is a gap although a dialog was looked for: %+v", g)
		}
	}
	d, run := r.Question()
	if run.Scenario != evidence.None || d.LayersToReject != 2 || len(d.Buttons) != 4 || len(d.Layers) != 2 || d.Layers[1].Shot != "shots/reject-dialog-2.png" {
		t.Errorf("the question over all runs: %+v", d)
	}
	if len(none.Dialog.Buttons) != 2 {
		t.Error("joining the dialogs changed that of a run")
	}
}

// A layer with switches and a button that keeps them is a place to refuse.
func TestSwitchesAreAWayToRefuse(t *testing.T) {
	in := input(t, sample.Consent)
	d := in.Visit.Runs[1].Dialog
	d.Buttons = slices.DeleteFunc(d.Buttons, func(b evidence.Button) bool { return b.Role == evidence.RoleReject })
	if got := reports.New(in).Run(evidence.Reject).Dialog.LayersToReject; got != 2 {
		t.Errorf("with switches to set, the layer to refuse is %d, want 2", got)
	}
	d.Toggles = nil
	if got := reports.New(in).Run(evidence.Reject).Dialog.LayersToReject; got != 0 {
		t.Errorf("without switches, the layer to refuse is %d, want none", got)
	}
}

// Without a record of the consent manager, the strings on the page tell the state;
// what a request carried does not.
func TestStateOfStrings(t *testing.T) {
	statement := func(at evidence.Millis, sent evidence.ID, tcf *statements.TCF, google *statements.Google) statements.Statement {
		return statements.Statement{Scenario: evidence.Reject, Phase: evidence.After, At: at, Sent: sent, TCF: tcf, Google: google}
	}
	google := &statements.Google{Types: map[string]string{"ad_storage": "denied", "analytics_storage": "granted", "wait": ""}}
	for name, c := range map[string]struct {
		list []statements.Statement
		want map[string]bool
	}{
		"nothing":     {nil, map[string]bool{}},
		"TCF":         {[]statements.Statement{statement(1, "", &statements.TCF{Purposes: []int{1, 9}}, nil)}, map[string]bool{"analytics": true, "functional": false, "marketing": false}},
		"Google":      {[]statements.Statement{statement(1, "", nil, google)}, map[string]bool{"analytics": true, "marketing": false}},
		"last counts": {[]statements.Statement{statement(2, "", &statements.TCF{}, nil), statement(1, "", &statements.TCF{Purposes: []int{2}}, nil)}, map[string]bool{"analytics": false, "functional": false, "marketing": false}},
		"TCF first":   {[]statements.Statement{statement(9, "", nil, google), statement(1, "", &statements.TCF{Purposes: []int{4}}, nil)}, map[string]bool{"analytics": false, "functional": false, "marketing": true}},
		"sent":        {[]statements.Statement{statement(1, "reject/request/1", &statements.TCF{Purposes: []int{2}}, nil)}, map[string]bool{}},
	} {
		in := input(t, sample.Consent)
		in.Visit.Runs[1].Signals, in.Statements = nil, c.list
		if got := reports.New(in).Run(evidence.Reject).State; !maps.Equal(got, c.want) {
			t.Errorf("%s: the state is %v, want %v", name, got, c.want)
		}
	}
}

// What a run recorded before its choice is not the state after it.
func TestNoChoiceNoState(t *testing.T) {
	in := input(t, sample.Unclear)
	in.Visit.Runs[1].Signals = []evidence.Signal{{Kind: "cmp", Phase: evidence.Before, Categories: map[string]bool{"marketing": true}}}
	if got := reports.New(in).Run(evidence.Reject).State; len(got) > 0 {
		t.Errorf("a run that made no choice has the state %v", got)
	}
}

func TestColumns(t *testing.T) {
	r := consent(t)
	columns := r.Columns()
	if len(columns) != 3 {
		t.Fatalf("%d columns", len(columns))
	}
	want := map[string][3]int{
		"Google": {9, 4, 6}, "Meta": {2, 0, 1}, "Contentsquare": {2, 0, 1}, "Fingerprint": {1, 0, 0}, "widgets.example": {1, 0, 0},
		"retarget.example": {0, 0, 2}, "exchange.example": {0, 0, 1},
	}
	for _, c := range r.Companies() {
		var got [3]int
		for i, col := range columns {
			got[i] = c.In(col)
			if !col.Measured {
				t.Errorf("column %d was not measured: %s", i, col.Why.EN)
			}
		}
		if got != want[c.Name] {
			t.Errorf("%s: %v requests, want %v", c.Name, got, want[c.Name])
		}
		delete(want, c.Name)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}

	in := input(t, sample.Unclear)
	columns = reports.New(in).Columns()
	if columns[1].Measured || !strings.Contains(columns[1].Why.NL, "geen manier gevonden om te weigeren") {
		t.Errorf("a refusal that was not offered: %+v", columns[1])
	}
	if !columns[2].Measured || columns[2].Doubt.EN == "" {
		t.Errorf("an acceptance that was not verified: %+v", columns[2])
	}
	in.Visit.Runs[1].Outcome, in.Visit.Runs[1].Choice = evidence.Failed, nil
	if columns = reports.New(in).Columns(); columns[1].Measured || columns[1].Why.EN == "" || !columns[0].Measured {
		t.Errorf("a visit that failed: %+v", columns)
	}
	in.Visit.Runs = in.Visit.Runs[1:2]
	if columns = reports.New(in).Columns(); columns[0].Measured {
		t.Error("the state before a choice counts as measured although every visit failed")
	}
}

func TestSentencesOfConsent(t *testing.T) {
	contrary := input(t, sample.Consent)
	contrary.Visit.Runs[1].Choice.Verified, contrary.Visit.Runs[1].Choice.Contrary = false, true
	none := input(t, sample.Consent)
	for i := range none.Visit.Runs[1:] {
		run := &none.Visit.Runs[i+1]
		run.Outcome, run.Chosen, run.Dialog = evidence.NoDialog, nil, &evidence.Dialog{Certainty: 1}
		run.Choice.Outcome = evidence.NoDialog
	}
	blind := input(t, sample.Consent)
	blind.Visit.Gaps = append(blind.Visit.Gaps, evidence.Gap{Scenario: evidence.Reject, Kind: evidence.KindRequests, Why: "limit", Whole: true})
	for name, c := range map[string]struct {
		in   reports.Input
		want []string
	}{
		"consent":  {input(t, sample.Consent), []string{"5 companies receive data before", "1 company still receives data after the visitor has said no.", "5 companies receive data after"}},
		"unclear":  {input(t, sample.Unclear), []string{"no way to refuse was found", "Whether the site recorded the acceptance could not be read."}},
		"contrary": {contrary, []string{"The site recorded the opposite of a refusal."}},
		"none":     {none, []string{"nothing to refuse", "nothing to accept"}},
		"blind":    {blind, []string{"No requests were observed"}},
	} {
		s := reports.New(c.in).Summary
		text := ""
		for _, sentence := range s.Sentences {
			text += sentence.EN + "\n"
			if sentence.NL == "" || sentence.NL == sentence.EN {
				t.Errorf("%s: no Dutch for %q", name, sentence.EN)
			}
		}
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is missing from\n%s", name, want, text)
			}
		}
		if len(s.Headline) != 2 || s.Headline[0] != s.Sentences[0] {
			t.Errorf("%s: the headline is %v", name, s.Headline)
		}
	}
	if s := consent(t).Summary; !slices.Equal(s.Still, []string{"Google"}) || s.Headline[1] != s.Sentences[2] {
		t.Errorf("still: %q, headline %v", s.Still, s.Headline)
	}
}

// Before the choice, three visits are three samples of the same state.
func TestTimesOverRuns(t *testing.T) {
	r := consent(t)
	times := map[string]string{}
	for _, f := range r.Distinct("") {
		times[f.ID+" "+f.Key+" "+string(f.Scenario)+" "+string(f.Phase)] = f.Times
	}
	for key, want := range map[string]string{
		"fingerprint-canvas https://fpnpmcdn.net/v3/abc.js none before": "3 of 3",
		"storage-local hjViewportId@shop.example none before":           "1 of 3",
		"tracker-request www.google-analytics.com reject after":         "1 of 1",
	} {
		if times[key] != want {
			t.Errorf("%s: seen %q, want %q", key, times[key], want)
		}
	}
	for key := range times {
		if strings.HasPrefix(key, "fingerprint-canvas") && !strings.HasSuffix(key, "none before") {
			t.Errorf("%s only says again what the first visit says", key)
		}
	}
	for _, f := range r.Findings {
		if f.ID == "fingerprint-canvas" && f.Times != "3 of 3" {
			t.Errorf("%s, %s: seen %q", f.ID, f.Scenario, f.Times)
		}
	}
}

// What happens only with consent is no problem by itself.
func TestOnlyAfterYes(t *testing.T) {
	r := consent(t)
	for _, technique := range r.Techniques {
		switch technique.ID {
		case "websocket":
			if technique.Clump != reports.Accepted {
				t.Errorf("websocket, seen only after yes, is in clump %q", technique.Clump)
			}
		case "tracker-request":
			if technique.Clump != reports.Problem {
				t.Errorf("tracker-request, seen before a choice too, is in clump %q", technique.Clump)
			}
		}
	}
	if got := r.FindingStates("tracker-request"); !slices.Equal(got, []string{"state.before", "state.reject"}) {
		t.Errorf("tracker-request was found in %q", got)
	}
	in := input(t, sample.Consent)
	in.Judgement = detectors.Judgement{Findings: []detectors.Finding{
		{ID: "tracker-request", Key: "a", Scenario: evidence.Accept, Phase: evidence.After, Severity: detectors.High, Times: "1 of 1"},
		{ID: "tracker-request", Key: "b", Scenario: evidence.Reject, Phase: evidence.After, Severity: detectors.Low, Times: "1 of 1"},
	}}
	for _, technique := range reports.New(in).Techniques {
		if technique.ID == "tracker-request" && (technique.Clump != reports.Consider || technique.Severity != "low") {
			t.Errorf("a heavy finding with consent weighs for one without: %s, %s", technique.Clump, technique.Severity)
		}
	}
}

func TestStatements(t *testing.T) {
	in := input(t, sample.Consent)
	for range 5 { // The same string goes along with further requests.
		again := in.Statements[4]
		again.Sent = "reject/request/18"
		in.Statements = append(in.Statements, again)
	}
	r := reports.New(in)
	if !slices.IsSortedFunc(r.Statements, func(a, b reports.Statement) int {
		return slices.Index(evidence.Scenarios, a.Scenario) - slices.Index(evidence.Scenarios, b.Scenario)
	}) {
		t.Error("statements are not sorted by scenario")
	}
	kinds := map[string]*reports.Statement{}
	for i := range r.Statements {
		s := &r.Statements[i]
		kinds[s.Kind+" "+s.Source] = s
		var object map[string]any
		if err := json.Unmarshal(s.Parsed, &object); err != nil {
			t.Errorf("%s: %v", s.Kind, err)
		}
		if (s.Error != "") != (len(object) == 0) {
			t.Errorf("%s: error %q beside %s", s.Kind, s.Error, s.Parsed)
		}
	}
	tcf := kinds["tcf gdpr_consent"]
	if tcf.Count != 6 || !slices.Equal(tcf.SentTo, []string{"www.facebook.com", "www.google-analytics.com"}) {
		t.Errorf("a string that was sent six times: %d times to %q", tcf.Count, tcf.SentTo)
	}
	if gcs := kinds["google-consent gcs"]; strings.Contains(string(gcs.Parsed), "1234567890") || !strings.Contains(string(gcs.Parsed), `"G100"`) {
		t.Errorf("the client id is not cut, or more is: %s", gcs.Parsed)
	}
	if got := kinds["register table"]; !strings.Contains(string(got.Parsed), `"63072000"`) && !strings.Contains(string(got.Parsed), "63072000") {
		t.Errorf("numbers of the register are lost: %s", got.Parsed)
	}
}

func TestChecks(t *testing.T) {
	in := input(t, sample.Consent)
	r := reports.New(in)
	byID := map[string]reports.Check{}
	for _, c := range r.Checks {
		byID[c.ID] = c
		for _, text := range []string{c.Text.EN, c.Text.NL, c.Title.EN, c.Title.NL} {
			if text == "" || strings.ContainsAny(text, "{}|") || text == c.ID {
				t.Errorf("%s says %q", c.ID, text)
			}
		}
	}
	cookies := byID["pre-consent-tracking-cookies"]
	if !strings.Contains(cookies.Text.EN, "2 organisations (Google, Meta) stored 2 cookies") || !strings.Contains(cookies.Text.EN, "3 of 3 visits") ||
		!strings.Contains(cookies.Text.NL, "statistiek, advertenties") || strings.Contains(cookies.Text.NL, "statistics") {
		t.Errorf("cookies: %+v", cookies.Text)
	}
	if cookies.Gain != 9 || cookies.Visits != "3 of 3" || !slices.Equal(cookies.Named, []string{"Google", "Meta"}) || cookies.Sure() != "certain" {
		t.Errorf("cookies: %+v", cookies)
	}
	unknown := byID["withdrawal-ignored"]
	if !strings.Contains(unknown.Text.EN, "This is not a pass and not a fail.") || !strings.Contains(unknown.Text.NL, "geen voldoende en geen onvoldoende") ||
		!strings.Contains(unknown.Text.EN, strings.TrimSuffix(unknown.Why.EN, ".")) {
		t.Errorf("what could not be judged: %+v", unknown)
	}
	if na := byID["gpc-ignored"]; !strings.HasPrefix(na.Text.EN, "Does not apply: ") || na.Why.NL == "" {
		t.Errorf("what does not apply: %+v", na)
	}
	if pass := byID["no-reject-any-layer"]; pass.Title.EN != "The dialog offers a way to refuse" || pass.Text.EN != "The dialog offers a way to refuse." {
		t.Errorf("what passed: %+v", pass)
	}
	if got := r.Evidence["reject/signal/2"]; got.Kind != "signal" || !strings.Contains(strings.Join(got.Lines, ""), "C0001:1") {
		t.Errorf("the reading that a check rests on: %+v", got)
	}
	s := r.Summary
	if s.NotApplicable != 1 || s.Accepted != 2 {
		t.Errorf("summary: %+v", s)
	}
	without := in
	without.Verdicts = nil
	w := reports.New(without).Summary
	if s.Problems-w.Problems != 4 || s.Consider-w.Consider != 2 || s.Clean-w.Clean != 1 || s.NotMeasured-w.NotMeasured != 2 {
		t.Errorf("with checks %+v, without %+v", s, w)
	}
}

// Every sentence of every check can be said in both languages.
func TestEveryBranchHasWords(t *testing.T) {
	in := input(t, sample.Consent)
	in.Verdicts = nil
	for id, doc := range checks.Docs() {
		for branch, sentence := range doc.Sentences {
			args := map[string]string{}
			for _, name := range lang.Placeholders(sentence) {
				args[name] = "2"
			}
			in.Verdicts = append(in.Verdicts, checks.Verdict{ID: id, Outcome: checks.Fail, Severity: detectors.High, Group: doc.Group, Reason: branch, Args: args})
		}
	}
	for _, c := range reports.New(in).Checks {
		if c.Text.NL == c.Text.EN || strings.ContainsAny(c.Text.EN+c.Text.NL, "{}") {
			t.Errorf("%s, %s: %+v", c.ID, c.Reason, c.Text)
		}
	}
}

// Values of cookies do not leave by what a consent tool said.
func TestSignalsAreCut(t *testing.T) {
	in := input(t, sample.Consent)
	in.Visit.Runs[1].Signals[1].Raw = json.RawMessage(`{"ga":"GA1.1.3141592653.1700000000"}`)
	in.Verdicts[0].Args["names"] = "uid=3141592653"
	if text := document(t, reports.New(in)); strings.Contains(text, "3141592653") {
		t.Error("a value of a cookie stands in the result")
	}
}

func TestScoreIsWhole(t *testing.T) {
	in := input(t, sample.Consent)
	in.Score = &reports.Score{Compliance: reports.Compliance{Grade: "A"}}
	s := reports.New(in).Score
	if s.Exposure == nil || s.Bands == nil || s.Compliance.Gains == nil || s.Compliance.Lost == nil || s.Compliance.Unknown == nil || s.Compliance.Applied == nil {
		t.Errorf("a list of the score is null: %+v", s)
	}
	if len(s.Limits) == 0 {
		t.Error("the score does not say what it cannot see")
	}
	if in.Score.Compliance.Gains != nil || in.Score.Limits != nil {
		t.Error("making the result changed what it was made of")
	}
	in.Score = nil
	if reports.New(in).Score != nil {
		t.Error("there is a score that nobody made")
	}
}
