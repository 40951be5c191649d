package storage

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// cookieFindings lists the cookies of the run, of other sites or of the page's
// own.
func cookieFindings(v *detectors.View, third bool) []detectors.Finding {
	var out []detectors.Finding
	for _, c := range v.Cookies {
		if c.State == "blocked" || v.Third(c.Domain, c.Page) != third {
			continue
		}
		use := v.Known.Cookie(c)
		setter, party := Setter(v, c, use, third)
		identifying := v.Known.IdentifiesCookie(c, use, v.Visit.Subject.Started)
		f := detectors.Finding{
			Key:       c.Name + "@" + c.Domain,
			Party:     party,
			Host:      c.Domain,
			Cookie:    c.Name,
			Certainty: detectors.Observed,
			Severity:  cookieSeverity(use.Category, identifying, third),
			Args: map[string]string{
				"name":        c.Name,
				"domain":      c.Domain,
				"who":         v.Known.Name(party, c.Domain),
				"setter":      setter,
				"days":        days(c),
				"purpose":     use.Purpose,
				"category":    cmp.Or(use.Category, "unknown"),
				"identifying": detectors.Yes(identifying),
			},
		}
		out = append(out, writes(v, c, f)...)
	}
	return out
}

// writes makes a finding for each phase in which a cookie was set.
func writes(v *detectors.View, c *evidence.Cookie, f detectors.Finding) []detectors.Finding {
	var out []detectors.Finding
	for _, phase := range []evidence.Phase{evidence.Before, evidence.After} {
		g := f
		found := false
		for _, w := range c.Writes {
			if w.Delete || len(w.Refused) > 0 || v.Run.PhaseOf(w.At) != phase {
				continue
			}
			if !found {
				found, g.Phase, g.First, g.URL, g.Evidence = true, phase, w.At, w.URL, []evidence.ID{c.ID}
				if w.Kind == "script" {
					g.Script = w.URL
				}
			}
			if id := cmp.Or(w.Call, w.Request); id != "" && len(g.Evidence) < detectors.MaxEvidence && !slices.Contains(g.Evidence, id) {
				g.Evidence = append(g.Evidence, id)
			}
		}
		if found {
			out = append(out, g)
		}
	}
	if len(out) == 0 { // nobody was seen setting it, but it was there
		f.Phase, f.First, f.Evidence = v.Run.PhaseOf(c.At), c.At, []evidence.ID{c.ID}
		out = append(out, f)
	}
	return out
}

// Setter says who set a cookie, as a host, and whose it is, as a party.
func Setter(v *detectors.View, c *evidence.Cookie, use signatures.Use, third bool) (host, party string) {
	host, party = c.Domain, use.Party
	for _, w := range c.Writes {
		if w.Delete || evidence.Host(w.URL) == "" {
			continue
		}
		host = evidence.Host(w.URL)
		if party == "" && v.Third(host, c.Page) {
			party = v.Known.Script(w.URL)
		}
		break
	}
	if party == "" && third {
		party = v.Known.Party(c.Domain)
	}
	return host, party
}

func cookieSeverity(category string, identifying, third bool) detectors.Severity {
	switch {
	case third && identifying && !detectors.Harmless(category):
		return detectors.High
	case third && detectors.Follows(category):
		return detectors.Medium
	case third:
		return detectors.Low
	case identifying && detectors.Follows(category):
		return detectors.Medium
	case identifying && !detectors.Harmless(category):
		return detectors.Low
	}
	return detectors.Note
}

// days says how long a cookie is kept, "0" until the browser is closed.
func days(c *evidence.Cookie) string {
	if c.Session || c.Lifetime <= 0 {
		return "0"
	}
	d := float64(c.Lifetime) / (24 * 60 * 60)
	switch {
	case d < 0.01:
		return "0.01"
	case d < 1:
		return strconv.FormatFloat(d, 'f', 2, 64)
	}
	return strconv.FormatFloat(d, 'f', 0, 64)
}
