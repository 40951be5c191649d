package detectors

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

var formExfiltration = &Technique{
	ID: "form-exfiltration",
	Doc: Doc{
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
		Severity: Critical,
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

func runFormExfiltration(v *View) []Finding {
	var groups []*leakGroup
	for _, l := range v.leaks() {
		// The hash of a password is as good as the password, that of an address is
		// another technique.
		if l.hit.Hash == "" || l.asks == "password" {
			groups = gather(groups, l)
		}
	}
	var out []Finding
	for _, g := range groups {
		severity := silent
		for i := range g.list {
			severity = heavier(severity, v.leakSeverity(&g.list[i]))
		}
		if severity != silent {
			out = append(out, v.leakFinding(g, severity))
		}
	}
	return out
}

// A leakGroup is what left of one kind of field for one host in one phase.
type leakGroup struct {
	asks, host string
	phase      evidence.Phase
	list       []leak
}

func gather(groups []*leakGroup, l leak) []*leakGroup {
	if i := slices.IndexFunc(groups, func(g *leakGroup) bool { return g.asks == l.asks && g.host == l.host && g.phase == l.phase }); i >= 0 {
		groups[i].list = append(groups[i].list, l)
		return groups
	}
	return append(groups, &leakGroup{l.asks, l.host, l.phase, []leak{l}})
}

// leakSeverity weighs who got a text and what it is.
func (v *View) leakSeverity(l *leak) Severity {
	answer := v.judge(l.contact)
	switch {
	case l.third && !answer.Tracker && l.field.Lookup && v.serves(l.contact):
		return Low
	case l.third && !answer.Tracker && l.field.Lookup:
		return Medium
	case l.third:
		return l.field.Severity
	case answer.Tracker: // under the site's own name
		return High
	case l.field.Own == silent:
		return silent
	}
	if v.foreign(l.contact) {
		return Medium // another company's script, by way of the site
	}
	return l.field.Own
}

// serves reports whether a host belongs to a company that looks texts up.
func (v *View) serves(c *contact) bool {
	if v.DB == nil {
		return false
	}
	p, _ := v.DB.ByID(v.known.party(c.host))
	return slices.ContainsFunc(p.Categories, func(id string) bool { return slices.Contains(theFields().services, id) })
}

// heavier returns the heavier of two severities.
func heavier(a, b Severity) Severity {
	order := []Severity{silent, Note, Low, Medium, High, Critical}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

func (v *View) leakFinding(g *leakGroup, severity Severity) Finding {
	first := &g.list[0]
	party := cmp.Or(v.known.party(g.host), partyOf(v.judge(first.contact)))
	by := v.sender(first.contact)
	var ids []evidence.ID
	var ways []string
	certainty := Inferred
	for i := range g.list {
		l := &g.list[i]
		if !slices.Contains(ids, l.id) && len(ids) < maxEvidence {
			ids = append(ids, l.id)
		}
		way := wrapping(&l.hit)
		if l.part {
			way += " (piece)"
		} else {
			certainty = Observed
		}
		ways = append(ways, way)
	}
	slices.Sort(ways)
	ways = slices.Compact(ways)
	return Finding{
		Key: g.asks + ":" + g.host, Phase: g.phase, Party: party, Host: g.host, Script: by.url, URL: first.url,
		Certainty: certainty, Severity: severity, First: first.at, Evidence: ids,
		Args: map[string]string{
			"what": g.asks, "field": label(first.typed), "form": cmp.Or(first.typed.Form, "none"), "host": g.host,
			"who": v.known.name(party, g.host), "encoding": strings.Join(ways, ", "), "count": strconv.Itoa(len(ids)),
			"script": by.url, "own": yes(!first.third), "held": yes(first.held),
		},
	}
}
