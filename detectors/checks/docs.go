package checks

import (
	"maps"

	"github.com/spoor-audit/spoor/detectors"
)

// A Doc is the documentation of a check, in English; every surface is fed from
// it.
type Doc struct {
	Group    string             `yaml:"group"` // G1 to G6
	Severity detectors.Severity `yaml:"severity"`
	Found    string             `yaml:"found"` // title of a warning or failure
	Clean    string             `yaml:"clean"` // title of a pass
	// Sentences by branch of the rule: Verdict.Reason. {name} is replaced by
	// Verdict.Args["name"].
	Sentences map[string]string `yaml:"sentences"`
	Why       string            `yaml:"why"`    // why it matters to a visitor
	Fix       string            `yaml:"fix"`    // what the owner of the site can do
	Limits    string            `yaml:"limits"` // what this cannot see
	Basis     []string          `yaml:"basis"`  // keys of legal sources; see Laws
	// Subject is the kind of subject that the check is about; "" is a page.
	Subject string `yaml:"subject"`
}

// Sentence returns the words for a verdict with their {placeholders}, or "" if
// the verdict needs none: those of the branch that decided, else the common
// words for why a check is n/a or unknown. A pass without words of its own has
// the title Clean.
func (d Doc) Sentence(v Verdict) string {
	if s, ok := d.Sentences[v.Reason]; ok {
		return s
	}
	switch v.Outcome {
	case NA, Unknown:
		return theTables().reasons[v.Reason]
	case Pass:
		return d.Clean
	case Warn, Fail:
	}
	return ""
}

// A Law is a legal source.
type Law struct {
	EN string `yaml:"en"`
	NL string `yaml:"nl"`
}

// An Info is what lists show of a check.
type Info struct {
	ID       string
	Group    string
	Severity detectors.Severity
}

// All lists the checks, sorted by ID.
func All() []Info {
	docs := theTables().docs
	out := make([]Info, 0, len(all))
	for _, c := range all {
		d := docs[c.id]
		out = append(out, Info{ID: c.id, Group: d.Group, Severity: d.Severity})
	}
	return out
}

// Docs returns the documentation of every check, by ID. The maps and lists in
// it must not be changed.
func Docs() map[string]Doc { return maps.Clone(theTables().docs) }

// DocOf returns the documentation of a check.
func DocOf(id string) (Doc, bool) {
	d, ok := theTables().docs[id]
	return d, ok
}

// Reasons returns the common words for why a check is n/a or unknown, by
// Verdict.Reason.
func Reasons() map[string]string { return maps.Clone(theTables().reasons) }

// Laws returns the legal sources by key.
func Laws() map[string]Law { return maps.Clone(theTables().laws) }

// reasonsKey is the entry of checks.yaml that holds the common reasons.
const reasonsKey = "reasons"

func (t *tables) readDocs() error {
	if err := read("checks.yaml", &t.docs); err != nil {
		return err
	}
	t.reasons = t.docs[reasonsKey].Sentences
	delete(t.docs, reasonsKey)
	return nil
}
