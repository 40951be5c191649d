package reports

import (
	"strings"

	"github.com/spoor-audit/spoor/reports/lang"
)

// differenceText says what differs, without who shows it: that stands beside it.
func differenceText(code string, d *Difference) string {
	t := lang.Get(code)
	switch d.Kind {
	case DiffFinding:
		doc, _ := Doc(t, d.ID)
		return t.T("compared.finding", "title", doc.Found, "subject", clip(d.Subject, maxName))
	case DiffHost, DiffCookie:
		if d.Who != "" {
			return t.T("compared."+d.Kind+"-of", "subject", d.Subject, "who", d.Who)
		}
		return t.T("compared."+d.Kind, "subject", d.Subject)
	}
	return t.T("compared." + d.Kind)
}

// Values puts what was there in the app and in an ordinary browser into words,
// each with the visits that show it.
func (d *Difference) Values(t *lang.Text) (inApp, ordinary string) {
	return d.value(t, d.InApp, d.InAppTimes), d.value(t, d.Ordinary, d.OrdinaryTimes)
}

func (d *Difference) value(t *lang.Text, value, seen string) string {
	n, of, _ := strings.Cut(seen, " of ")
	words := ""
	switch d.Kind {
	case DiffOutcome:
		words = t.T("compared.loaded")
		if value != "loaded" {
			words = Reason(t, value)
		}
	case DiffAddress:
		words = value
	case DiffButtons:
		var roles []string
		for role := range strings.SplitSeq(value, ", ") {
			roles = append(roles, t.Word("role", role))
		}
		words = strings.Join(roles, ", ")
	default:
		if value == "yes" {
			return t.T("compared.there", "n", n, "of", of)
		}
		return t.T("compared.not-there", "of", of)
	}
	return t.T("compared.value", "value", words, "n", n, "of", of)
}

// Ranges puts a size into words: of the visits in the app, and of the ordinary one.
func (s *Size) Ranges(t *lang.Text) (inApp, ordinary string) {
	number := func(n int64) string {
		if s.What == "bytes" {
			return t.Bytes(n)
		}
		return t.Number(int(n))
	}
	inApp = number(s.Low)
	if s.High != s.Low {
		inApp = t.T("compared.range", "low", number(s.Low), "high", number(s.High))
	}
	return inApp, number(s.Ordinary)
}

// Short says in brief what the visits are and what their differences can tell.
func (c *Compared) Short(t *lang.Text) string {
	if c.InApp == 0 || c.Ordinary == 0 {
		return c.Intro(t)
	}
	return t.N("compared.short", c.InApp)
}

// Intro says how the two kinds of visits were made, and what their differences
// can tell.
func (c *Compared) Intro(t *lang.Text) string {
	app := t.Word("app", c.App)
	if c.InApp == 0 || c.Ordinary == 0 {
		return t.T("compared.intro-ends", "app", app)
	}
	return t.N("compared.intro", c.InApp, "app", app)
}
