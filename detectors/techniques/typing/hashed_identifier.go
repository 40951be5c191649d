package typing

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/values"
	"github.com/spoor-audit/spoor/evidence"
)

// HashedIdentifier is the technique hashed-identifier.
var HashedIdentifier = &detectors.Technique{
	ID: "hashed-identifier",
	Doc: detectors.Doc{
		Found: "Identifiers that hold on every device are sent",
		Clean: "No hashed address, number or name was seen leaving",
		Sentence: `An identifier made of the visitor's {what} went to {host} ({who}). Form: {form}, in: {parameter}, ` +
			`times: {count}, script: {script}.`,
		Why: "The hash of your e-mail address is the same wherever you give that address: on every site, on your telephone " +
			"and your computer, and in shops. Whoever gets it can join all of that, and who knows the address can make " +
			"the hash. The number of an account does the same within one company's customers.",
		Fix: "Send no hashed addresses or numbers of accounts to companies for statistics or advertising, or only after the " +
			"visitor has agreed to that and knows who gets it.",
		Limits: "Hashes of what spoor typed are recognised whatever the parameter is called: the usual functions, of the " +
			"usual spellings, also of one another. A hash with a secret text added is not. Without something typed, a " +
			"parameter counts that its receiver documents for this, or that has a name like that and the form of a hash; " +
			"then the sentence says so, and whose address it is cannot be told. Hashes of no address (of an empty text and " +
			"the like) are left out. Numbers of accounts show only for those who are signed in.",
		Severity: detectors.High,
		Refs: []string{
			"Federal Trade Commission: No, hashing still doesn't make your data anonymous (2024)",
			"Senol et al.: Leaky Forms (USENIX Security 2022)",
			"Englehardt, Han, Narayanan: I never signed up for this! (PETS 2018)",
			"Meta, Google, TikTok, Pinterest, Snap, Microsoft: documentation of their customer matching",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindRequests, evidence.KindScripts, evidence.KindTyped},
	Run:   runHashedIdentifier,
}

// An identity is one identifier in one message.
type identity struct {
	*detectors.Contact
	at        evidence.Millis
	phase     evidence.Phase
	what      string
	form      string // "sha256 hex"
	parameter string
	certainty detectors.Certainty
}

func runHashedIdentifier(v *detectors.View) []detectors.Finding {
	var list []identity
	for _, l := range Leaks(v) {
		if l.Hit.Hash == "" || l.Asks == "password" {
			continue
		}
		x := identity{l.Contact, l.At, l.Phase, l.Asks, Wrapping(&l.Hit), cmp.Or(l.Hit.Name, l.Hit.Where), detectors.Observed}
		if l.Hit.Small() {
			x.certainty = detectors.Inferred
		}
		list = append(list, x)
	}
	list = append(list, claimed(v)...)
	return identityFindings(v, list)
}

// claimed lists what is an identifier by its parameter.
func claimed(v *detectors.View) []identity {
	h := theHashed()
	var out []identity
	for i := range v.Contacts {
		c := &v.Contacts[i]
		rows := h.rowsOf(c.Host, addresses.PathOf(c.URL))
		for _, m := range messages(c) {
			if len(rows) == 0 && !m.mayHash() {
				continue
			}
			for _, x := range h.claims(c.Host, addresses.PathOf(c.URL), c.Third, m.parts()) {
				certainty := detectors.Inferred
				if x.known {
					certainty = detectors.Matched
				}
				out = append(out, identity{c, m.at, v.Run.PhaseOf(m.at), x.what, x.form, x.name, certainty})
			}
		}
	}
	return out
}

// A message is a request or a frame, not yet taken apart.
type message struct {
	at    evidence.Millis
	texts []string
	parts func() []values.Part
}

func messages(c *detectors.Contact) []message {
	if c.Request != nil {
		return []message{{c.At, []string{c.URL, c.Request.Body}, func() []values.Part { return values.RequestParts(c.Request) }}}
	}
	out := []message{{c.At, []string{c.URL}, func() []values.Part { return values.SocketParts(&evidence.Socket{URL: c.URL}) }}}
	for i := range c.Socket.Frames {
		if f := &c.Socket.Frames[i]; f.Sent {
			out = append(out, message{f.At, []string{f.Text}, func() []values.Part { return values.FrameParts(f) }})
		}
	}
	return out
}

// mayHash reports whether a message holds a word as long as a hash, or names kinds
// of identifiers. Most do not, and need not be taken apart.
func (m *message) mayHash() bool {
	for _, text := range m.texts {
		run := 0
		for i := range len(text) {
			if c := text[i]; c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("-_+/%", c) >= 0 {
				if run++; run >= 32 {
					return true
				}
				continue
			}
			run = 0
		}
		if strings.Contains(text, "eids") {
			return true
		}
	}
	return false
}

func identityFindings(v *detectors.View, list []identity) []detectors.Finding {
	slices.SortStableFunc(list, func(a, b identity) int { return detectors.InTime(a.at, a.ID, b.at, b.ID) })
	var order [][3]string
	groups := map[[3]string][]identity{}
	for _, x := range list {
		k := [3]string{x.what, x.Host, string(x.phase)}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], x)
	}
	var out []detectors.Finding
	for _, k := range order {
		if f := identityFinding(v, groups[k]); f.Severity != silent {
			out = append(out, f)
		}
	}
	return out
}

// identityFinding is about one kind of identifier that one host got in one phase. It
// speaks of the surest find.
func identityFinding(v *detectors.View, list []identity) detectors.Finding {
	best := &list[0]
	order := []detectors.Certainty{detectors.Observed, detectors.Matched, detectors.Inferred}
	var ids []evidence.ID
	for i := range list {
		x := &list[i]
		if slices.Index(order, x.certainty) < slices.Index(order, best.certainty) {
			best = x
		}
		if !slices.Contains(ids, x.ID) && len(ids) < detectors.MaxEvidence {
			ids = append(ids, x.ID)
		}
	}
	answer := v.Judge(best.Contact)
	party := cmp.Or(v.Known.Party(best.Host), detectors.PartyOf(answer))
	by := v.Sender(best.Contact)
	return detectors.Finding{
		Key: best.what + ":" + best.Host, Phase: best.phase, Party: party, Host: best.Host, Script: by.URL, URL: best.URL,
		Certainty: best.certainty, Severity: identitySeverity(best, answer.Tracker), First: list[0].at, Evidence: ids,
		Args: map[string]string{
			"what": best.what, "host": best.Host, "who": v.Known.Name(party, best.Host), "form": best.form, "parameter": best.parameter,
			"count": strconv.Itoa(len(ids)), "script": by.URL, "own": detectors.Yes(!best.Third), "typed": detectors.Yes(best.certainty == detectors.Observed),
		},
	}
}

// persons are what a person is known by, wherever it is given.
var persons = []string{"email", "phone", "name", "first-name", "last-name", "birth-date", "national-id"}

// identitySeverity weighs an identifier by what it is made of and who got it.
func identitySeverity(x *identity, tracker bool) detectors.Severity {
	person := slices.Contains(persons, x.what)
	switch {
	case !x.Third && !tracker && x.certainty == detectors.Observed:
		return detectors.Low
	case !x.Third && !tracker:
		return detectors.Note
	case person:
		return detectors.High
	}
	return detectors.Medium
}
