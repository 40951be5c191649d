package checks

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
)

func TestOnlyAndSkip(t *testing.T) {
	m := newMaker()
	m.quiet()
	ids := func(o Options) (out []string) {
		for _, v := range Run(m.v, detectors.Judgement{}, nil, db(t), o) {
			out = append(out, v.ID)
		}
		return out
	}
	if got := ids(Options{Only: []string{"cookie-wall", "beacon", "consent-missing"}}); !slices.Equal(got, []string{"consent-missing", "cookie-wall"}) {
		t.Errorf("only: %v", got)
	}
	if got := ids(Options{Skip: []string{"cookie-wall"}}); len(got) != len(all)-1 || slices.Contains(got, "cookie-wall") {
		t.Errorf("skip: %v", got)
	}
	if got := ids(Options{Profile: "mars"}); len(got) != len(all) {
		t.Errorf("an unknown profile: %v", got)
	}
}

// TestPanic lets a check break: it is unknown, and the others go on.
func TestPanic(t *testing.T) {
	m := newMaker()
	m.quiet()
	p, _ := ProfileByID("")
	c := newCase(m.v, detectors.Judgement{}, nil, db(t), p)
	list := []check{
		{"cookie-wall", func(*Case) Verdict { panic("at the wall\nwith <script>") }},
		{"pay-or-ok", payOrOK},
		{"preticked-purposes", func(c *Case) Verdict { return c.result("preticked-purposes") }},
	}
	got := c.all(list, Options{})
	if got[0].Outcome != Unknown || got[0].Reason != "broken" || got[0].Args["error"] != "at the wall with <script>" || got[0].Group != Question {
		t.Errorf("the broken one: %+v", got[0])
	}
	if got[1].Outcome != Pass {
		t.Errorf("the next one: %+v", got[1])
	}
	if got[2].Outcome != Unknown || got[2].Reason != "broken" {
		t.Errorf("one that asks for itself: %+v", got[2])
	}
}

func TestWithoutSignatures(t *testing.T) {
	for _, x := range examples() {
		m := newMaker()
		x.build(m)
		for _, v := range Run(m.v, techniques.Run(m.v, nil, detectors.Options{}), m.st, nil, Options{}) {
			if v.Reason == "broken" {
				t.Errorf("%s: %s breaks without signatures: %v", x.name, v.ID, v.Args)
			}
		}
	}
	m := newMaker()
	m.quiet().say(register(row("_ga", classNecessary)))
	for _, v := range Run(m.v, detectors.Judgement{}, m.st, nil, Options{Only: []string{"known-cookie-wrong-category"}}) {
		if v.Outcome != Unknown || v.Reason != "no-signatures" {
			t.Errorf("a register without signatures: %+v", v)
		}
	}
}

func TestNotMeasured(t *testing.T) {
	m := newMaker()
	m.quiet()
	var j detectors.Judgement
	for _, s := range []evidence.Scenario{evidence.None, evidence.Reject, evidence.Accept} {
		for _, technique := range techniques.All() {
			j.NotMeasured = append(j.NotMeasured, detectors.NotMeasured{ID: technique.ID, Scenario: s, Why: "x"})
		}
	}
	for _, v := range Run(m.v, j, nil, db(t), Options{Only: []string{
		"pre-consent-tracker-requests", "pre-consent-fingerprinting", "social-plugin-preload", "embedded-media-preload",
		"permission-prompt-on-load", "reject-ignored-requests", "reject-fingerprinting",
	}}) {
		if v.Outcome != Unknown || v.Reason != "technique-not-measured" {
			t.Errorf("%s: %s", v.ID, short(v))
		}
	}
	j.NotMeasured = j.NotMeasured[:0]
	for _, technique := range techniques.All() {
		j.NotMeasured = append(j.NotMeasured, detectors.NotMeasured{ID: technique.ID, Scenario: evidence.None})
	}
	for _, v := range Run(m.v, j, nil, db(t), Options{Only: []string{"pre-consent-tracker-requests"}}) {
		if v.Outcome != Pass {
			t.Errorf("two of three visits were measured: %s", short(v))
		}
	}
}

func TestPlatforms(t *testing.T) {
	m := newMaker()
	m.visit(evidence.None).dialog(changed(func(d *evidence.Dialog) {
		d.Buttons = append(d.Buttons[:1], button(evidence.RolePay, "Subscribe", 200, 240))
	}))
	p, _ := ProfileByID("")
	p.Platform = true
	judge := func() Verdict {
		return newCase(m.v, detectors.Judgement{}, nil, db(t), p).all(all[:], Options{Only: []string{"pay-or-ok"}})[0]
	}
	if v := judge(); v.Outcome != Fail || v.Reason != "fail" || v.Args["label"] != "Subscribe" {
		t.Errorf("%+v", v)
	}
	m.run().Dialog.Price = "€ 3"
	if v := judge(); v.Outcome != Fail || v.Reason != "fail-price" || v.Args["price"] != "€ 3" {
		t.Errorf("%+v", v)
	}
}

// TestVisits tells how often something was seen, and how sure that makes it.
func TestVisits(t *testing.T) {
	for seen, want := range map[int]struct {
		outcome   Outcome
		visits    string
		certainty float64
	}{0: {Pass, "0 of 3", 0}, 1: {Warn, "1 of 3", weak}, 2: {Fail, "2 of 3", certain}, 3: {Fail, "3 of 3", certain}} {
		m := newMaker()
		for i, s := range []evidence.Scenario{evidence.None, evidence.Reject, evidence.Accept} {
			m.visit(s).dialog(fair())
			if i < seen {
				m.cookie("_fbp", "shop.test", 90*days)
			}
		}
		v := m.judge(t)["pre-consent-tracking-cookies"]
		if v.Outcome != want.outcome || v.Visits != want.visits || v.Certainty != want.certainty {
			t.Errorf("seen %d times: %s %q %v", seen, short(v), v.Visits, v.Certainty)
		}
	}
}

// TestDeterminism judges the same visit twice; judging changes nothing of the
// record.
func TestDeterminism(t *testing.T) {
	for _, x := range examples() {
		m := newMaker()
		x.build(m)
		before, _ := json.Marshal(m.v)
		first := m.verdicts(t)
		if again := m.verdicts(t); !reflect.DeepEqual(first, again) {
			t.Errorf("%s: the verdicts differ", x.name)
		}
		if after, _ := json.Marshal(m.v); string(before) != string(after) {
			t.Errorf("%s: the record was changed", x.name)
		}
	}
}

func TestHostileArguments(t *testing.T) {
	m := newMaker()
	nasty := "Accept\u202e\n\x00<b>" + strings.Repeat("long ", 100)
	m.visit(evidence.None).dialog(changed(func(d *evidence.Dialog) {
		d.Buttons = d.Buttons[:1]
		d.Buttons[0].Label = nasty
		d.Toggles = nil
	}))
	for _, v := range m.verdicts(t) {
		for name, value := range v.Args {
			if len([]rune(value)) > maxArg || strings.ContainsAny(value, "\n\x00\u202e") {
				t.Errorf("%s: %s = %q", v.ID, name, value)
			}
		}
	}
}

// FuzzRun judges records that were changed at random: it must neither panic nor
// break a check.
func FuzzRun(f *testing.F) {
	for _, x := range examples() {
		m := newMaker()
		x.build(m)
		record, err := json.Marshal(m.v)
		if err != nil {
			f.Fatal(err)
		}
		said, err := json.Marshal(m.st)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(record, said)
	}
	f.Fuzz(func(t *testing.T, record, said []byte) {
		var v evidence.Visit
		var st []statements.Statement
		if json.Unmarshal(record, &v) != nil || json.Unmarshal(said, &st) != nil {
			t.Skip()
		}
		list := Run(&v, techniques.Run(&v, db(t), detectors.Options{}), st, db(t), Options{})
		if len(list) != len(all) {
			t.Fatalf("%d verdicts", len(list))
		}
		for _, x := range list {
			if x.Reason == "broken" {
				t.Errorf("%s: %v", x.ID, x.Args)
			}
		}
	})
}
