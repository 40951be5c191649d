package gate

import (
	"io"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/reports/baseline"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// WriteChange writes in a language what a new lock adds and takes out, a line each,
// as the lock has it.
func WriteChange(w io.Writer, old, fresh baseline.Lock, code string) error {
	t := lang.Get(code)
	var b strings.Builder
	has := func(l baseline.Lock, f baseline.Fact) bool {
		return slices.ContainsFunc(l, func(g baseline.Fact) bool {
			return g.Target == f.Target && g.Scenario == f.Scenario && g.Kind == f.Kind && g.Subject == f.Subject
		})
	}
	line := func(mark string, f baseline.Fact) {
		fields := []string{f.Target, string(f.Scenario), f.Kind, f.Subject, f.Company}
		for i := range fields {
			fields[i] = clean.Line(fields[i])
		}
		b.WriteString(strings.TrimRight(mark+" "+strings.Join(fields, "  "), " ") + "\n")
	}
	added, removed := 0, 0
	for _, f := range old {
		if !has(fresh, f) {
			line("-", f)
			removed++
		}
	}
	for _, f := range fresh {
		if !has(old, f) {
			line("+", f)
			added++
		}
	}
	if added+removed == 0 {
		b.WriteString(t.T("gate.lock.nothing") + "\n")
	} else {
		b.WriteString(t.T("gate.lock.changes", "added", added, "removed", removed) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
