package gate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/baseline"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// words is a text in all languages.
func words(key string) reports.Words {
	return reports.Words{EN: lang.Get("en").T(key), NL: lang.Get("nl").T(key)}
}

// A speaker says in one language what items hold.
type speaker struct{ *lang.Text }

// when says in which state of consent something was, in the words of reports.
func (t speaker) when(s evidence.Scenario) string {
	switch s {
	case "":
		return ""
	case evidence.None:
		return t.T("state.before")
	}
	return t.T("state." + string(s))
}

// what names the kind of an item and what it is about. Targets and states are
// named beside it already.
func (t speaker) what(kind, subject string) (name, about string) {
	if kind == "target" || kind == "state" {
		return "", ""
	}
	return t.T("gate.kind." + kind), clean.Short(subject, 120)
}

// subject is what an item is about, with the numbers of a limit in words.
func (t speaker) subject(i *Item) string {
	switch {
	case i.Kind == "score" && i.Limit == nil:
		return t.T("gate.no-grade")
	case i.Kind == "score":
		return t.T("gate.at-least", "have", i.Have, "limit", *i.Limit)
	case i.Limit != nil:
		return t.T("gate.at-most", "have", i.Have, "limit", *i.Limit)
	}
	return i.Subject
}

// who names a company and what it is for: "Hotjar, session recording".
func (t speaker) who(i *Item) string {
	parts := []string{i.Company}
	if i.Purpose != "" {
		parts = append(parts, t.Word("for", i.Purpose))
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// by names what loaded something, in a few words: its host and file.
func by(i *Item) string {
	_, rest, _ := strings.Cut(i.By, "://")
	host, path, _ := strings.Cut(rest, "/")
	return strings.TrimSpace(host + " " + path[strings.LastIndexByte(path, '/')+1:])
}

// more lists what else is known of an item: who loaded it, in how many loads it was
// seen, which allowance it had, and what it means.
func (t speaker) more(i *Item) []string {
	var parts []string
	if i.By != "" {
		parts = append(parts, t.T("gate.loaded-by", "by", clean.Short(by(i), 100)))
	}
	if seen, of, ok := strings.Cut(i.Seen, " of "); ok {
		parts = append(parts, t.T("gate.seen", "seen", seen, "of", of))
	}
	if i.Until != "" {
		parts = append(parts, t.T("gate.until", "day", i.Until, "reason", clean.Short(i.Reason, 200)))
	}
	if text := i.Text.In(t.Code()); text != "" {
		parts = append(parts, clean.Short(text, 300))
	}
	return parts
}

// sentence says in one line what an item is about.
func (t speaker) sentence(i *Item) string {
	head := i.Target
	if when := t.when(i.Scenario); when != "" {
		head += ", " + when
	}
	if kind, about := t.what(i.Kind, t.subject(i)); kind != "" {
		head += ": " + kind + " " + about
	}
	parts := append([]string{head}, t.more(i)...)
	if who := t.who(i); who != "" {
		parts = slices.Insert(parts, 1, who)
	}
	return clean.Short(strings.Join(parts, "; "), 500)
}

// absence says in how many loads a known fact was missing, and whether that is
// enough to take it out of the lock.
func (t speaker) absence(a *baseline.Absent) string {
	what := t.T("gate.not-removable", "least", baseline.EnoughLoads)
	if a.Removable() {
		what = t.T("gate.removable")
	}
	return t.N("gate.absent", a.Of) + "; " + what
}

// unused is an allowance that nothing needed.
type unused struct {
	Line   int    `json:"line"`
	What   string `json:"what"`
	Until  string `json:"until"`
	Reason string `json:"reason"`
}

func (t speaker) unused(o *Outcome) []unused {
	list := []unused{}
	for i := range o.Unused {
		a := &o.Unused[i]
		what := cmp.Or(a.Receiver, a.Cookie, a.Storage, a.Technique)
		if a.LoadedBy != "" {
			what = strings.TrimSpace(what + " " + t.T("gate.loaded-by", "by", a.LoadedBy))
		}
		list = append(list, unused{a.Line, what, a.Until.String(), a.Reason})
	}
	return list
}
