// Package detectors owns judgement of one visit. Techniques say what was done
// ("a script read a canvas to recognise the device"), from evidence and
// signatures alone. This package is their frame: what a technique and a finding are,
// the view of a run that all of them read, and running them. The techniques
// themselves stand below it, in techniques.
//
// Detectors are pure: no clock, no network, no files, no global state; the same
// record and signatures give the same findings in the same order. They must not
// know how evidence was got, how findings are shown, or what they are worth in
// a score.
package detectors

import (
	"cmp"
	"slices"

	"github.com/spoor-audit/spoor/evidence"
)

// Certainty says how sure a finding is.
type Certainty string

// The three grades of certainty.
const (
	Observed Certainty = "observed" // the act itself is in the record
	Matched  Certainty = "matched"  // a signature says what it is
	Inferred Certainty = "inferred" // concluded from several facts
)

// Severity says how much a finding matters to a visitor.
type Severity string

// The severities, heaviest first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Note     Severity = "note"
)

// A Doc is the documentation of a detector, in English; every surface (report,
// terminal, spoor explain, SARIF) is fed from it.
type Doc struct {
	Found string // title when it was found
	Clean string // title when it was looked for and not found
	// Sentence is said of one finding; {name} is replaced by Finding.Args["name"].
	Sentence string
	// Sentences are said instead of findings whose Args["kind"] names one.
	Sentences map[string]string
	Why       string // why it matters to a visitor
	Fix       string // what the owner of the site can do
	Limits    string // what this cannot see, and known mistakes
	Severity  Severity
	Refs      []string // papers and specifications
	Since     string   // version of spoor
}

// SentenceOf returns the sentence for a finding with some arguments, with its
// {placeholders}.
func (d *Doc) SentenceOf(args map[string]string) string {
	if s, ok := d.Sentences[args["kind"]]; ok {
		return s
	}
	return d.Sentence
}

// A Technique looks for one thing that can be done to a visitor.
type Technique struct {
	ID    string // kebab case, a noun, kept for ever
	Doc   Doc
	Needs []evidence.Kind // if one is missing from a scenario, the technique is not measured there
	// Uses are kinds that make it surer, and without which it is measured in part.
	Uses []evidence.Kind
	// Subject is the only kind of subject that the technique is about,
	// evidence.KindOfPage or KindOfMail; "" is any that can have what it needs.
	Subject string
	// Scenarios are those in which it can be seen at all; empty means all. In the
	// others of a visit it is not looked for, and nothing is said of it.
	Scenarios []evidence.Scenario
	// Run is called once for each run of a visit. It returns what it found in
	// any order, at most one finding for each key and phase; ID, Scenario and
	// Times are filled in by [Run].
	Run func(v *View) []Finding
}

// Applies reports whether a technique has anything to look at in a subject: a mail,
// for one, runs no scripts.
func (t *Technique) Applies(s *evidence.Subject) bool {
	if t.Subject != "" && t.Subject != cmp.Or(s.Kind, evidence.KindOfPage) {
		return false
	}
	return !slices.ContainsFunc(t.Needs, func(k evidence.Kind) bool { return !s.Can(k) })
}

// Judges reports whether the technique can be seen in a scenario.
func (t *Technique) Judges(s evidence.Scenario) bool {
	return len(t.Scenarios) == 0 || slices.Contains(t.Scenarios, s)
}

// A Finding says that something was done.
type Finding struct {
	ID        string // of the technique
	Key       string // stable within ID: a host, a script URL, "name@domain"
	Scenario  evidence.Scenario
	Phase     evidence.Phase
	Party     string // signatures.Party ID, or ""
	Host      string
	Script    string // URL of the script that did it
	Cookie    string
	URL       string
	Certainty Certainty
	Severity  Severity
	Times     string // "1 of 1": runs of this scenario in which it was seen
	First     evidence.Millis
	Args      map[string]string // for Doc.Sentence
	Evidence  []evidence.ID     // sorted by time; the first ones matter most
}

// A NotMeasured says that a technique could not be judged in a scenario, or not
// on all the evidence.
type NotMeasured struct {
	ID       string
	Scenario evidence.Scenario
	Why      string // a few words, English
}

// A Judgement is what all techniques say of one visit.
type Judgement struct {
	Findings []Finding // sorted by ID, Scenario, Phase, Key
	// NotMeasured lists what must not be read as clean: the technique found
	// nothing because it could not look. Sorted by ID, Scenario.
	NotMeasured []NotMeasured
	// Partial lists what was judged on incomplete evidence: there may be more
	// than was found. Sorted by ID, Scenario.
	Partial []NotMeasured
}

// Severer reports whether a outweighs b.
func Severer(a, b Severity) bool { return Weight(a) > Weight(b) }

// Weight is the rank of a severity: 0 for a note to 4.
func Weight(s Severity) int {
	switch s {
	case Critical:
		return 4
	case High:
		return 3
	case Medium:
		return 2
	case Low:
		return 1
	}
	return 0
}
