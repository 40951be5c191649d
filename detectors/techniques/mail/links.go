package mail

import (
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/signatures"
)

// Shares of links from which a host counts as the one by which links are led, and
// how long a code must be that hides a destination as well: those of Mailgun,
// SendGrid, Brevo and HubSpot have 100 characters and more, identifiers of articles
// up to 36 (UUID) or 40 (SHA-1).
const (
	mostLinks = 0.6
	halfLinks = 0.5
	minLinks  = 3
	minSealed = 16
	ownSealed = 44
	minSaying = 8 // letters of words that say where a link leads
)

// A way is all links to one host.
type way struct {
	host    string
	links   []*address
	told    int // differ between copies
	coded   int // hold a code by their form
	inner   int // name another host to which they lead
	sealed  int // do not say where they lead: a code stands for it
	answer  *signatures.Answer
	service bool // of a company that sends mailings
	own     bool // of the sender's site
}

// wraps finds hosts by which links are led, and links that carry a code.
func (l *letter) wraps() []detectors.Finding {
	var found []clue
	for _, w := range l.ways() {
		switch {
		case w.wraps(len(l.links)):
			found = append(found, l.wrapped(&w)...)
		default:
			found = append(found, l.coded(&w)...)
		}
	}
	return l.findings(found, len(l.mail.Links))
}

// ways groups the links by host, in the order of the message.
func (l *letter) ways() []way {
	var out []way
	index := map[string]int{}
	for i := range l.links {
		a := &l.links[i]
		at, ok := index[a.host]
		if !ok {
			at = len(out)
			index[a.host] = at
			answer := l.judge(a, "")
			out = append(out, way{host: a.host, answer: answer, own: l.view.Known.Site(a.host) == l.home, service: sendsMail(answer)})
		}
		w := &out[at]
		w.links = append(w.links, a)
		code, coded := a.code(l.near)
		inner := a.leads() != ""
		need := minSealed
		if w.own {
			need = ownSealed
		}
		count := func(n *int, yes bool) {
			if yes {
				*n++
			}
		}
		count(&w.told, len(a.told) > 0)
		count(&w.coded, coded)
		count(&w.inner, inner)
		count(&w.sealed, !inner && coded && len(code.value) >= need && !a.says())
	}
	return out
}

// sendsMail reports whether an address belongs to a company that sends mailings for
// others.
func sendsMail(a *signatures.Answer) bool {
	return a.Tracker && a.Party != nil && slices.ContainsFunc(a.Party.Categories, func(c string) bool {
		return slices.Contains(theEmailTable().Services, c)
	})
}

// says reports whether an address tells in words where it leads:
// "/offers/spring-sale-4f3a2b".
func (a *address) says() bool {
	return slices.ContainsFunc(a.pieces, func(p piece) bool {
		if p.place != placeFile && !strings.HasPrefix(p.place, "path/") {
			return false
		}
		words, letters := 0, 0
		for part := range strings.FieldsFuncSeq(p.value, func(r rune) bool { return strings.ContainsRune("-_. ", r) }) {
			if isWord(part) {
				words, letters = words+1, letters+len(part)
			}
		}
		return words >= 2 && letters >= minSaying
	})
}

// wraps reports whether the links to a host are led by it.
func (w *way) wraps(of int) bool {
	n := float64(len(w.links))
	share := n / float64(of)
	most := share >= mostLinks && len(w.links) >= minLinks
	hide := float64(w.inner + w.sealed)
	switch {
	case w.service:
		return float64(max(w.told, w.coded, w.inner)) >= n*halfLinks
	case w.told > 0 && float64(w.told) >= n*halfLinks && hide >= n*halfLinks:
		return true
	case w.own:
		return most && hide >= n*mostLinks && float64(w.sealed) >= n*halfLinks
	}
	return most && hide >= n*mostLinks
}

// wrapped makes clues of the links that are led by a host.
func (l *letter) wrapped(w *way) []clue {
	var out []clue
	for _, a := range w.links {
		c := clue{address: a, kind: kindWrapped, certainty: detectors.Inferred, severity: detectors.Medium, proof: "form", party: detectors.PartyOf(w.answer)}
		_, coded := a.code(l.near)
		switch {
		case len(a.told) > 0:
			c.certainty, c.proof = detectors.Observed, "copies"
		case !coded || a.compared:
			c.kind, c.severity, c.proof = kindPlainWrap, detectors.Low, ""
		}
		if c.certainty == detectors.Inferred && w.service {
			c.certainty = detectors.Matched
		}
		out = append(out, c)
	}
	return out
}

// coded makes clues of open links that carry a code for the reader: one that differs
// between copies, one of a service that gives each reader one, or one that all links
// share with those by which the reader leaves the list.
func (l *letter) coded(w *way) []clue {
	var out []clue
	for _, a := range w.links {
		c := clue{address: a, kind: kindLinkCode, certainty: detectors.Inferred, severity: detectors.Medium, party: detectors.PartyOf(w.answer)}
		switch {
		case len(a.told) > 0:
			c.certainty, c.proof = detectors.Observed, "copies"
		case a.compared:
			continue
		case slices.ContainsFunc(a.pieces, func(p piece) bool { return p.isReader() }):
			c.certainty, c.proof = detectors.Matched, "service"
		case l.shared(a, w):
			c.severity, c.proof = detectors.Low, "form"
		default:
			continue
		}
		out = append(out, c)
	}
	return out
}

// shared reports whether a code of a link stands in most links to its host, and in
// the address by which the reader leaves the list: that must know the reader.
func (l *letter) shared(a *address, w *way) bool {
	if len(w.links) < minLinks {
		return false
	}
	leave := plainly(l.mail.Header("List-Unsubscribe"))
	return slices.ContainsFunc(a.pieces, func(p piece) bool {
		if p.place[0] != '?' || !p.isCode(l.near) || !strings.Contains(leave, p.value) {
			return false
		}
		n := 0
		for _, other := range w.links {
			if slices.Contains(other.pieces, p) {
				n++
			}
		}
		return float64(n) >= float64(len(w.links))*mostLinks
	})
}
