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
	var b strings.Builder
	write := func(level string, items []Item) {
		for i := range items {
			if i == maxAnnotations-1 && len(items) > maxAnnotations {
				fmt.Fprintf(&b, "::%s file=%s::%d more, see the summary\n", level, clean.GitHubProperty(v.Config), len(items)-i)
				return
			}
			item := &items[i]
			fmt.Fprintf(&b, "::%s file=%s,line=%d,title=%s::%s\n", level, clean.GitHubProperty(v.Config), max(item.Line, 1), clean.GitHubProperty("spoor: "+item.Gate), clean.GitHub(item.sentence()))
		}
	}
	write("error", v.Against)
	write("warning", v.Undecided)
	return b.String()
}

// sentence says in one line what an item is about.
func (i *Item) sentence() string {
	parts := []string{fmt.Sprintf("%s, %s: %s %s", i.Target, when(i.Scenario), i.Kind, i.Subject)}
	for _, more := range []string{i.who(), i.loadedBy(), i.Text} {
		if more != "" {
			parts = append(parts, more)
		}
	}
	if i.Seen != "" {
		parts = append(parts, "in "+i.Seen+" loads")
	}
	return clean.Short(strings.Join(parts, "; "), 500)
}

// markdown is the outcome for a summary or a comment.
func (v View) markdown() string {
	var b strings.Builder
	switch {
	case len(v.Against) > 0:
		fmt.Fprintf(&b, "### spoor: %s against policy\n\n", plural(len(v.Against), "thing"))
	case len(v.Undecided) > 0:
		b.WriteString("### spoor: not everything could be measured\n\n")
	default:
		b.WriteString("### spoor: nothing against policy\n\n")
	}
	v.table(&b, v.Against)
	if len(v.Undecided) > 0 {
		b.WriteString("Not measured:\n\n")
		v.table(&b, v.Undecided)
	}
	for _, t := range v.Targets {
		fmt.Fprintf(&b, "- **%s**: %s, %d new, %d expired, %d allowed, %d known, %d no longer seen\n",
			clean.Markdown(t.Name), plural(t.Loads, "load"), t.New, t.Expired, t.Allowed, t.Known, t.Gone)
	}
	if len(v.Diff.New)+len(v.Diff.Expired) > 0 {
		b.WriteString("\nAccept: run `spoor lock` and commit. Allow: `[[allow]]` in " + clean.Markdown(v.Config) + ".\n")
	}
	for _, a := range v.unused() {
		fmt.Fprintf(&b, "\nThe allowance in line %d (%s, until %s) was not needed.\n", a.Line, clean.Markdown(clean.Short(a.What, 120)), a.Until)
	}
	if len(v.Undecided) == 0 {
		b.WriteString("\nNothing was left unmeasured.\n")
	}
	return b.String()
}

// table lists items, as many as fit.
func (v View) table(b *strings.Builder, items []Item) {
	if len(items) == 0 {
		return
	}
	b.WriteString("| Gate | Page | When | What | Company | Loaded by | Seen |\n|---|---|---|---|---|---|---|\n")
	for i := range items {
		item := &items[i]
		if b.Len() > maxSummary {
			fmt.Fprintf(b, "\nand %d more\n", len(items)-i)
			break
		}
		what := item.Kind + " " + item.Subject
		if item.Text != "" {
			what += ": " + item.Text
		}
		row := []string{item.Gate, item.Target, when(item.Scenario), clean.Short(what, 300), item.who(), strings.TrimPrefix(item.loadedBy(), "loaded by "), item.Seen}
		for j := range row {
			row[j] = clean.Markdown(row[j])
		}
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	b.WriteString("\n")
}
