package typing

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// FormExfiltration is the technique form-exfiltration.
var FormExfiltration = &detectors.Technique{
	ID: "form-exfiltration",
	Doc: detectors.Doc{
		Found: "What is typed leaves before the form is sent",
		Clean: "Nothing that was typed was seen leaving before the form was sent",
		Sentence: `What was typed into “{field}” ({what}) reached {host} ({who}) before the form was sent. ` +
			`Times: {count}, encoding: {encoding}, script: {script}.`,
		Why: "Who does not press the button expects that nothing was sent: people type an address and think better of it. " +
			"A script that reads the fields takes that choice away, and a company gets a name with its visitor's history.",
		Fix: "Take out scripts that read fields, or have them wait until the form is sent. Tools for statistics and " +
			"advertising have a setting for it (“automatic matching” and the like).",
		Limits: "spoor types texts of its own into the fields that it finds and never sends a form. Texts are found as they " +
			"are, in all usual encodings and compressions, and from eight characters on in pieces; what a script encrypts " +
			"is not found, nor texts under six characters. Whether the site itself passes on what it gets cannot be seen " +
			"from outside: saving what is typed for later is a note or weighs little, and so does a question whether a " +
			"name is taken. Search words and addresses that go to the site itself, to be looked up, are no finding; with " +
			"companies that look them up for it they weigh little. Addresses of pages that hold what was typed are left " +
			"out here.",
		Severity: detectors.Critical,
		Refs: []string{
			"Senol et al.: Leaky Forms: A Study of Email and Password Exfiltration Before Form Submission (USENIX Security 2022)",
			"Englehardt, Acar, Narayanan: No boundaries: Exfiltration of personal data by session-replay scripts (2017)",
			"Starov, Gill, Nikiforakis: Are You Sure You Want to Contact Us? (PETS 2016)",
		},
		Since: "1.0",
	},
	Needs:     []evidence.Kind{evidence.KindPage, evidence.KindRequests, evidence.KindScripts, evidence.KindTyped},
	Scenarios: []evidence.Scenario{evidence.Forms},
	Run:       runFormExfiltration,
}

func runFormExfiltration(v *detectors.View) []detectors.Finding {
	var groups []*leakGroup
	for _, l := range Leaks(v) {
		// The hash of a password is as good as the password, that of an address is
		// another technique.
		if l.Hit.Hash == "" || l.Asks == "password" {
			groups = gather(groups, l)
		}
	}
	var out []detectors.Finding
	for _, g := range groups {
		severity := silent
		for i := range g.list {
			severity = heavier(severity, leakSeverity(v, &g.list[i]))
		}
		if severity != silent {
			out = append(out, leakFinding(v, g, severity))
		}
	}
	return out
}

// A leakGroup is what left of one kind of field for one host in one phase.
type leakGroup struct {
	asks, host string
	phase      evidence.Phase
	list       []Leak
}

func gather(groups []*leakGroup, l Leak) []*leakGroup {
	if i := slices.IndexFunc(groups, func(g *leakGroup) bool { return g.asks == l.Asks && g.host == l.Host && g.phase == l.Phase }); i >= 0 {
		groups[i].list = append(groups[i].list, l)
		return groups
	}
	return append(groups, &leakGroup{l.Asks, l.Host, l.Phase, []Leak{l}})
}

// leakSeverity weighs who got a text and what it is.
func leakSeverity(v *detectors.View, l *Leak) detectors.Severity {
	answer := v.Judge(l.Contact)
	switch {
	case l.Third && !answer.Tracker && l.Field.Lookup && serves(v, l.Contact):
		return detectors.Low
	case l.Third && !answer.Tracker && l.Field.Lookup:
		return detectors.Medium
	case l.Third:
		return l.Field.Severity
	case answer.Tracker: // under the site's own name
		return detectors.High
	case l.Field.Own == silent:
		return silent
	}
	if foreign(v, l.Contact) {
		return detectors.Medium // another company's script, by way of the site
	}
	return l.Field.Own
}

// serves reports whether a host belongs to a company that looks texts up.
func serves(v *detectors.View, c *detectors.Contact) bool {
	if v.DB == nil {
		return false
	}
	p, _ := v.DB.ByID(v.Known.Party(c.Host))
	return slices.ContainsFunc(p.Categories, func(id string) bool { return slices.Contains(Fields().Services, id) })
}

// heavier returns the heavier of two severities.
func heavier(a, b detectors.Severity) detectors.Severity {
	order := []detectors.Severity{silent, detectors.Note, detectors.Low, detectors.Medium, detectors.High, detectors.Critical}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

func leakFinding(v *detectors.View, g *leakGroup, severity detectors.Severity) detectors.Finding {
	first := &g.list[0]
	party := cmp.Or(v.Known.Party(g.host), detectors.PartyOf(v.Judge(first.Contact)))
	by := v.Sender(first.Contact)
	var ids []evidence.ID
	var ways []string
	certainty := detectors.Inferred
	for i := range g.list {
		l := &g.list[i]
		if !slices.Contains(ids, l.ID) && len(ids) < detectors.MaxEvidence {
			ids = append(ids, l.ID)
		}
		way := Wrapping(&l.Hit)
		if l.Part {
			way += " (piece)"
		} else {
			certainty = detectors.Observed
		}
		ways = append(ways, way)
	}
	slices.Sort(ways)
	ways = slices.Compact(ways)
	return detectors.Finding{
		Key: g.asks + ":" + g.host, Phase: g.phase, Party: party, Host: g.host, Script: by.URL, URL: first.URL,
		Certainty: certainty, Severity: severity, First: first.At, Evidence: ids,
		Args: map[string]string{
			"what": g.asks, "field": label(first.Typed), "form": cmp.Or(first.Typed.Form, "none"), "host": g.host,
			"who": v.Known.Name(party, g.host), "encoding": strings.Join(ways, ", "), "count": strconv.Itoa(len(ids)),
			"script": by.URL, "own": detectors.Yes(!first.Third), "held": detectors.Yes(first.held),
		},
	}
}
