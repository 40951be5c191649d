package gate

import (
	"fmt"
	"strings"

	"github.com/spoor-audit/spoor/reports/clean"
)

// GitHub shows ten annotations of a kind in one step.
const maxAnnotations = 10

// maxSummary keeps the summary short enough to be a comment on a pull request,
// which holds 64 KB.
const maxSummary = 60_000

// annotations are commands to GitHub's runner, one for each thing against policy:
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
func (v View) annotations() string {
	t := v.speak()
	var b strings.Builder
	write := func(level string, items []Item) {
		for i := range items {
			if i == maxAnnotations-1 && len(items) > maxAnnotations {
				fmt.Fprintf(&b, "::%s file=%s::%s\n", level, clean.GitHubProperty(v.File), clean.GitHub(t.N("gate.more-annotations", len(items)-i)))
				return
			}
			item := &items[i]
			fmt.Fprintf(&b, "::%s file=%s,line=%d,title=%s::%s\n", level, clean.GitHubProperty(v.File), max(item.Line, 1), clean.GitHubProperty("spoor: "+item.Gate), clean.GitHub(t.sentence(item)))
		}
	}
	write("error", v.Against)
	write("warning", v.Undecided)
	return b.String()
}

// markdown is the outcome for a summary or a comment.
func (v View) markdown() string {
	t := v.speak()
	var b strings.Builder
	title := t.T("gate.title.passed")
	switch {
	case len(v.Against) > 0:
		title = t.N("gate.title.against", len(v.Against))
	case len(v.Undecided) > 0:
		title = t.T("gate.title.unmeasured")
	}
	b.WriteString("### " + title + "\n\n")
	v.table(&b, v.Against)
	if len(v.Undecided) > 0 {
		b.WriteString(t.T("gate.unmeasured-intro") + "\n\n")
		v.table(&b, v.Undecided)
	}
	for i := range v.Targets {
		s := &v.Targets[i]
		fmt.Fprintf(&b, "- **%s**: %s, %s\n", clean.Markdown(s.Name), t.N("gate.loads", s.Loads), strings.Join(t.counts(s, true), ", "))
	}
	if len(v.Diff.New)+len(v.Diff.Expired) > 0 {
		b.WriteString("\n" + t.T("gate.accept-how", "file", clean.Markdown(v.File)) + "\n")
	}
	for _, a := range t.unused(v.Outcome) {
		what := t.T("gate.unused", "what", clean.Markdown(clean.Short(a.What, 120)), "day", a.Until)
		b.WriteString("\n" + t.T("gate.unused-line", "line", a.Line, "what", what) + "\n")
	}
	if len(v.Undecided) == 0 {
		b.WriteString("\n" + t.T("gate.all-measured") + "\n")
	}
	return b.String()
}

// table lists items, as many as fit.
func (v View) table(b *strings.Builder, items []Item) {
	if len(items) == 0 {
		return
	}
	t := v.speak()
	var heads []string
	for _, key := range []string{"gate", "target", "state", "what", "company", "by", "seen"} {
		heads = append(heads, t.T("gate.column."+key))
	}
	b.WriteString("| " + strings.Join(heads, " | ") + " |\n|" + strings.Repeat("---|", len(heads)) + "\n")
	for i := range items {
		item := &items[i]
		if b.Len() > maxSummary {
			b.WriteString("\n" + t.N("gate.more", len(items)-i) + "\n")
			break
		}
		// Who loaded it and how often it was seen have columns of their own.
		rest := *item
		rest.By, rest.Seen = "", ""
		kind, about := t.what(item.Kind, t.subject(item))
		what := strings.TrimSpace(kind + " " + about)
		for _, more := range t.more(&rest) {
			if what != "" {
				what += ": "
			}
			what += more
		}
		seen := ""
		if n, of, ok := strings.Cut(item.Seen, " of "); ok {
			seen = t.T("gate.of", "seen", n, "of", of)
		}
		row := []string{item.Gate, item.Target, t.when(item.Scenario), clean.Short(what, 300), t.who(item), by(item), seen}
		for j := range row {
			row[j] = clean.Markdown(row[j])
		}
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	b.WriteString("\n")
}
