package term

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/reports"
)

// Explain writes the documentation of a technique or a check: what it means when
// it was found, why it matters, what to do, and what it cannot see. An ID that is
// not known is an error that names those that come near.
func Explain(w io.Writer, id string, o Options) error {
	p := newPrinter(o)
	if technique, ok := techniques.ByID(id); ok {
		p.technique(technique)
		return p.flush(w)
	}
	if check, ok := reports.CheckDoc(p.t, id); ok {
		p.check(id, check)
		return p.flush(w)
	}
	return fmt.Errorf("term: explain %q: there is no such technique or check%s", id, near(id))
}

// technique writes the documentation of a technique.
func (p *printer) technique(t *detectors.Technique) {
	doc, _ := reports.Doc(p.t, t.ID)
	p.about(t.ID, doc.Found, doc.Why, doc.Fix, doc.Limits)
	needs := make([]string, len(t.Needs))
	for i, kind := range t.Needs {
		needs[i] = p.t.Word("kind", string(kind))
	}
	p.entry(idColumn, plain, p.t.T("explain.severity"), p.t.Word("severity", string(doc.Severity)))
	p.entry(idColumn, plain, p.t.T("explain.clean"), doc.Clean)
	p.entry(idColumn, plain, p.t.T("explain.needs"), p.t.List(needs))
	p.entry(idColumn, plain, p.t.T("explain.since"), doc.Since)
	if len(doc.Refs) > 0 {
		p.title(plain, p.t.T("card.refs"))
		for _, ref := range doc.Refs {
			p.item(plain, ref)
		}
	}
}

// check writes the documentation of a check, with what it can say and the rules
// that are relevant.
func (p *printer) check(id string, doc reports.CheckInfo) {
	p.about(id, doc.Found, doc.Why, doc.Fix, doc.Limits)
	p.entry(idColumn, plain, p.t.T("explain.severity"), p.t.Word("severity", doc.Severity))
	p.entry(idColumn, plain, p.t.T("explain.group"), p.t.Word("group", doc.Group))
	p.entry(idColumn, plain, p.t.T("explain.clean"), doc.Clean)
	if len(doc.Sentences) > 0 {
		p.title(plain, p.t.T("explain.sentences"))
		for _, branch := range slices.Sorted(maps.Keys(doc.Sentences)) {
			p.item(plain, bare(doc.Sentences[branch]))
		}
	}
	if len(doc.Basis) > 0 {
		p.title(plain, p.t.T("check.basis"))
		for _, law := range reports.Laws(p.t, doc.Basis) {
			p.item(plain, law)
		}
	}
}

// about writes what techniques and checks have in common.
func (p *printer) about(id, found, why, fix, limits string) {
	p.line(problem, id)
	p.blank()
	p.wrap(0, plain, found+".")
	for _, part := range []struct{ key, text string }{{"card.why", why}, {"card.fix", fix}, {"card.limits", limits}} {
		if part.text != "" {
			p.title(plain, p.t.T(part.key))
			p.wrap(0, plain, part.text)
		}
	}
	p.title(plain, p.t.T("explain.facts"))
}

// bare shows a sentence without values: "…" for a value, the plural for a choice.
func bare(sentence string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(sentence, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		inside, after, ok := strings.Cut(rest, "}")
		if !ok {
			return b.String() + "{" + rest
		}
		if forms := strings.Split(inside, "|"); len(forms) == 3 {
			b.WriteString(forms[2])
		} else {
			b.WriteString("…")
		}
		sentence = after
	}
}

// List writes all techniques and checks with their titles, each by ID.
func List(w io.Writer, o Options) error {
	p := newPrinter(o)
	p.line(plain, strings.ToUpper(p.t.T("explain.techniques")))
	for _, t := range techniques.All() {
		doc, _ := reports.Doc(p.t, t.ID)
		p.entry(idColumn, problem, t.ID, doc.Found)
	}
	p.title(plain, p.t.T("explain.checks"))
	for _, id := range reports.CheckIDs() {
		doc, _ := reports.CheckDoc(p.t, id)
		p.entry(idColumn, problem, id, doc.Found)
	}
	p.blank()
	p.wrap(0, plain, p.t.T("explain.more"))
	return p.flush(w)
}

// near names the ids that share a part with one that is not known.
func near(id string) string {
	known := reports.CheckIDs()
	for _, t := range techniques.All() {
		known = append(known, t.ID)
	}
	slices.Sort(known)
	var ids []string
	for _, k := range known {
		for part := range strings.SplitSeq(id, "-") {
			if len(part) > 3 && strings.Contains(k, part) && !slices.Contains(ids, k) {
				ids = append(ids, k)
			}
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return "; there is " + strings.Join(ids, ", ")
}
