// Package checks owns the question whether what a site does fits what it states
// and what the visitor chose: one rule for each check. Rules are pure functions
// over a case: record, findings, statements, profile. The package must not know
// how a result is shown, nor how many points a check is worth.
package checks

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// An Outcome is what a check comes to.
type Outcome string

// The outcomes. Unknown never passes: something needed was not observed.
const (
	Pass    Outcome = "pass"
	Warn    Outcome = "warn"
	Fail    Outcome = "fail"
	NA      Outcome = "n/a"
	Unknown Outcome = "unknown"
)

// Groups of checks; docs of the score name their weight.
const (
	BeforeChoice = "G1"
	Obeyed       = "G2"
	Question     = "G3"
	Stated       = "G4"
	Exit         = "G5"
	Care         = "G6"
)

// A Case is everything a check may look at.
type Case struct {
	Visit      *evidence.Visit
	Findings   []detectors.Finding
	Judgement  detectors.Judgement
	Statements []statements.Statement
	DB         *signatures.DB
	Profile    Profile

	facts   *facts // joins that several checks need; see newCase
	list    []check
	results map[string]Verdict // judged once; see result
}

// A Verdict is what one check says.
type Verdict struct {
	ID       string
	Outcome  Outcome
	Severity detectors.Severity // critical high medium low; note for what is not scored
	Group    string             // G1 to G6
	// Certainty, 0 to 1, of a fail or warn. 0.9 and above is certain.
	Certainty     float64
	Organisations []string // ids of parties or domains involved, sorted; nil if the check counts none
	Reason        string   // a code for why it is n/a or unknown, or which branch of the rule decided
	Visits        string   // "3 of 3": visits in which it was seen
	Args          map[string]string
	Basis         []string // keys of legal sources
	Evidence      []evidence.ID
}
