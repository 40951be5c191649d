package reports

import (
	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/reports/lang"
)

// A CheckInfo is what reports show of a check beside its verdict.
type CheckInfo struct {
	lang.CheckDoc

	Group    string   // G1 to G6
	Severity string   // of a failure
	Basis    []string // keys of legal sources
}

// checkInfo returns the English documentation of a check.
func checkInfo(id string) (CheckInfo, bool) {
	d, ok := checks.DocOf(id)
	if !ok {
		return CheckInfo{}, false
	}
	return CheckInfo{
		CheckDoc: lang.CheckDoc{Found: d.Found, Clean: d.Clean, Sentences: d.Sentences, Why: d.Why, Fix: d.Fix, Limits: d.Limits},
		Group:    d.Group, Severity: string(d.Severity), Basis: d.Basis,
	}, true
}

// law returns the name of a legal source in a language, or its key.
func law(t *lang.Text, key string) string {
	l, ok := checks.Laws()[key]
	switch {
	case !ok:
		return key
	case t.Code() == "nl" && l.NL != "":
		return l.NL
	}
	return l.EN
}

// CheckIDs lists all checks, sorted.
func CheckIDs() []string {
	all := checks.All()
	ids := make([]string, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	return ids
}
