// Package mail owns the technique about messages: pictures that tell that one was opened,
// links that tell who clicked, and the reader's address in either.
package mail

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/techniques/network"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// The kinds of findings of this technique; each has a sentence of its own.
const (
	kindOpenPixel = "open-pixel"        // tells who opened
	kindOpenCount = "open-count"        // tells that somebody opened
	kindWrapped   = "wrapped-link"      // leads by another host, with a code
	kindPlainWrap = "wrapped-plain"     // leads by another host, without one
	kindLinkCode  = "link-code"         // a code for the reader in an open link
	kindAddress   = "recipient-address" // the reader's address, plain or hashed
)

// EmailTracking is the technique email-tracking.
var EmailTracking = &detectors.Technique{
	ID: "email-tracking",
	Doc: detectors.Doc{
		Found:    "The message reports who opens it or follows its links",
		Clean:    "The message was not seen to report who opens it or follows its links",
		Sentence: `The message reports to {host} ({who}).`,
		Sentences: map[string]string{
			kindOpenPixel: `A picture from {host} ({who}) reports that this reader opened the message: its address holds a code made for the reader. Pictures: {count}.`,
			kindOpenCount: `A picture from {host} ({who}) that shows nothing reports that the message was opened. No code for the reader was seen in its address. Pictures: {count}.`,
			kindWrapped:   `{count} of {of} links lead by {host} ({who}) before they lead to where they point, with a code that can tell this reader from others.`,
			kindPlainWrap: `{count} of {of} links lead by {host} ({who}) before they lead to where they point. No code for the reader was seen in them.`,
			kindLinkCode:  `{count} of {of} links, to {host} ({who}), carry a code that can tell this reader from others.`,
			kindAddress:   `The reader's e-mail address ({written}) stands in addresses at {host} ({who}). Links: {links}, pictures: {pictures}.`,
		},
		Why: "The sender, and the company that sends for it, learn whether, when, how often and from which place you open " +
			"a message and what you click. A code in a link ties your visit to the website to your e-mail address.",
		Fix: "Send pictures and links that are the same for everybody, or count openings and clicks only for readers who " +
			"have agreed. Keep e-mail addresses out of addresses of pages, hashed ones too.",
		Limits: "Whether a code is made for one reader is certain only where two copies of the mailing were compared; in one " +
			"copy it is concluded from its form (8 characters or more, no word, number, date or version), and a short number " +
			"is not recognised as one. A picture counts if it shows nothing: at most 2 pixels, of no size, or hidden; larger ones " +
			"only if they differ between copies. Spacers, names of files and parameters of campaigns do not count, nor do links to leave " +
			"the list. Links were not followed, so what is behind them is not known. Programs that fetch pictures for their readers, " +
			"as those of some large providers do, hide part of this.",
		Severity: detectors.Medium,
		Refs: []string{
			"Englehardt, Han, Narayanan: I never signed up for this! Privacy implications of email tracking (PETS 2018)",
			"Hu, Peng, Wang: Characterizing Pixel Tracking through the Lens of Disposable Email Services (IEEE S&P 2019)",
			"EDPB Guidelines 2/2023 on article 5(3) of the ePrivacy Directive",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindMail},
	Uses:  []evidence.Kind{evidence.KindRequests},
	Run:   runEmailTracking,
}

func runEmailTracking(v *detectors.View) []detectors.Finding {
	if v.Visit.Mail == nil {
		return nil
	}
	l := newLetter(v)
	return slices.Concat(l.pixels(), l.wraps(), l.addresses())
}

// maxPixelSize is the width and height, in CSS pixels, up to which a picture shows
// nothing.
const maxPixelSize = 2

// A sight is how much a reader sees of a picture.
type sight int

const (
	unknownSight sight = iota // the message gives no size, and nobody looked
	unseen
	seen
)

// sight judges a picture by the sizes that the message gives it, and by those that it
// has itself.
func (l *letter) sight(a *address) sight {
	img := a.image
	switch {
	case img.Width >= 0 && img.Height >= 0 && img.Width <= maxPixelSize && img.Height <= maxPixelSize, img.Width == 0, img.Height == 0:
		return unseen
	case img.Width > maxPixelSize || img.Height > maxPixelSize:
		return seen
	}
	for _, c := range l.requests[evidence.AsSent(a.url)] {
		r := l.last(c.Request)
		switch {
		case r == nil || r.Status == 0 || r.Status >= 400:
		case network.IsInvisible(r), r.Width > 0 && r.Width <= maxPixelSize && r.Height <= maxPixelSize:
			return unseen
		case r.Width > 0:
			return seen
		}
	}
	if img.Hidden && !a.isPicture() {
		return unseen
	}
	return unknownSight
}

// last follows the redirects of a request to its answer.
func (l *letter) last(r *evidence.Request) *evidence.Request {
	for range detectors.MaxOrigin {
		if r == nil || r.Redirect == "" {
			return r
		}
		found, ok := l.view.Visit.Lookup(r.Redirect)
		next, isRequest := found.(*evidence.Request)
		if !ok || !isRequest {
			return r
		}
		r = next
	}
	return r
}

// A clue is what one address of the message gives away.
type clue struct {
	*address
	kind      string
	certainty detectors.Certainty
	severity  detectors.Severity
	proof     string // copies, address, form, service or none
	written   string // how the recipient's address is; see holds
	party     string
}

// pixels finds the pictures that report an opening.
func (l *letter) pixels() []detectors.Finding {
	var found []clue
	for i := range l.images {
		if c, ok := l.pixel(&l.images[i]); ok {
			found = append(found, c)
		}
	}
	return l.findings(found, len(l.images))
}

func (l *letter) pixel(a *address) (clue, bool) {
	c := clue{address: a, kind: kindOpenPixel, certainty: detectors.Inferred, severity: detectors.Medium}
	answer := l.judge(a, "image")
	c.party = detectors.PartyOf(answer)
	if len(a.told) > 0 {
		c.certainty, c.proof = detectors.Observed, "copies"
		return c, true
	}
	if l.holds(a) != "" {
		c.certainty, c.proof = detectors.Observed, "address"
		return c, true
	}
	if a.image.As == "stylesheet" || a.image.As == "font" {
		return c, false
	}
	if !l.unseen(a, answer) {
		return c, false
	}
	if _, coded := a.code(l.near); coded && !a.compared {
		c.proof = "form"
		switch {
		case len(l.requests[evidence.AsSent(a.url)]) > 0:
			c.certainty = detectors.Observed
		case l.known(a, answer):
			c.certainty = detectors.Matched
		}
		return c, true
	}
	// The address is the same for everybody, or holds at most a number.
	c.kind, c.severity = kindOpenCount, detectors.Low
	if l.known(a, answer) {
		c.certainty, c.proof = detectors.Matched, "service"
	}
	return c, c.certainty == detectors.Matched || a.isProgram()
}

// known reports whether the signatures name an address as that of a service that
// follows readers. On the sender's own site a rule must name the service: rules about
// names of files are made for pages, and fit spacers as well.
func (l *letter) known(a *address, answer *signatures.Answer) bool {
	return answer.Tracker && (answer.Party != nil || l.view.Known.Site(a.host) != l.home)
}

// unseen reports whether a picture is there to be fetched and not to be seen. One of
// unknown size counts if a rule names its address.
func (l *letter) unseen(a *address, answer *signatures.Answer) bool {
	switch l.sight(a) {
	case seen:
		return false
	case unknownSight:
		return l.known(a, answer) && hasRule(answer) && !a.isPicture()
	}
	return l.known(a, answer) || !a.isSpacer()
}

// isProgram reports whether an address is not that of a file but of a program that is
// told something.
func (a *address) isProgram() bool {
	if a.isPicture() {
		return false
	}
	return slices.ContainsFunc(a.pieces, func(p piece) bool {
		return p.place[0] == '?' && !named(theEmailTable().Versions, p.name) && len(p.value) > 0
	})
}

// judge asks the signatures about an address of the message.
func (l *letter) judge(a *address, kind string) *signatures.Answer {
	return l.view.Known.Judge([]signatures.Query{{URL: a.url, Type: kind, Page: l.view.Visit.Home()}})[0]
}

// hasRule reports whether a rule names the address, and not only its domain.
func hasRule(a *signatures.Answer) bool {
	return slices.ContainsFunc(a.Matches, func(m signatures.Match) bool {
		return slices.ContainsFunc([]byte(m.Rule), func(c byte) bool { return c == '/' || c == '?' || c == '=' })
	})
}

// addresses finds the recipient's address in links and pictures.
func (l *letter) addresses() []detectors.Finding {
	var found []clue
	for _, list := range [][]address{l.links, l.images} {
		for i := range list {
			a := &list[i]
			written := l.holds(a)
			if written == "" {
				continue
			}
			c := clue{address: a, kind: kindAddress, certainty: detectors.Observed, severity: detectors.High, proof: "address", written: written, party: detectors.PartyOf(l.judge(a, ""))}
			if l.view.Known.Site(a.host) == l.home {
				c.severity = detectors.Medium
			}
			found = append(found, c)
		}
	}
	return l.findings(found, len(l.mail.Links)+len(l.images))
}

// findings makes one finding for each kind, host and phase.
func (l *letter) findings(clues []clue, of int) []detectors.Finding {
	var out []detectors.Finding
	index := map[[3]string]int{}
	for _, c := range clues {
		phase, first, requests := l.moment(c.address)
		// One address counts once, whatever it tells: the heavier kind names it.
		key := [3]string{family(c.kind), c.host, string(phase)}
		i, ok := index[key]
		if !ok {
			i = len(out)
			index[key] = i
			party := l.party(&c)
			out = append(out, detectors.Finding{
				Key: family(c.kind) + "@" + c.host, Phase: phase, Party: party, Host: c.host, URL: c.url,
				Certainty: c.certainty, Severity: c.severity, First: first,
				Args: map[string]string{
					"kind": c.kind, "host": c.host, "who": l.view.Known.Name(party, c.host), "of": strconv.Itoa(of), "count": "0",
					"links": "0", "pictures": "0", "written": c.written, "proof": c.proof,
				},
			})
		}
		add(&out[i], c, requests)
	}
	return out
}

// party names who is told something: the company that the address belongs to, or the
// one to which the name of its host leads in DNS, "" if neither is known.
func (l *letter) party(c *clue) string {
	party := cmp.Or(c.party, l.view.Known.Party(c.host))
	if party == "" && l.view.DB != nil {
		if d := network.DisguiseOf(l.view, c.host, l.home); d != nil {
			party = d.Party.ID
		}
	}
	return party
}

// family is the kind that names findings: the same rule with and without a code.
func family(kind string) string {
	switch kind {
	case kindOpenCount:
		return kindOpenPixel
	case kindPlainWrap:
		return kindWrapped
	}
	return kind
}

// add counts a clue into the finding of its host.
func add(f *detectors.Finding, c clue, requests []evidence.ID) {
	more := func(name string) {
		n, err := strconv.Atoi(f.Args[name])
		if err == nil {
			f.Args[name] = strconv.Itoa(n + 1)
		}
	}
	more("count")
	if c.link != nil {
		more("links")
	} else {
		more("pictures")
	}
	if heaviness(c.severity, c.certainty) > heaviness(f.Severity, f.Certainty) {
		f.Certainty, f.Severity, f.URL = c.certainty, c.severity, c.url
		f.Args["kind"], f.Args["proof"], f.Args["written"] = c.kind, c.proof, cmp.Or(c.written, f.Args["written"])
	}
	for _, id := range append([]evidence.ID{c.id}, requests...) {
		if len(f.Evidence) < detectors.MaxEvidence && !slices.Contains(f.Evidence, id) {
			f.Evidence = append(f.Evidence, id)
		}
	}
}

// certainties lists the grades of certainty, the least first.
var certainties = [...]detectors.Certainty{detectors.Inferred, detectors.Matched, detectors.Observed}

// heaviness orders by severity, and then by certainty.
func heaviness(s detectors.Severity, c detectors.Certainty) int {
	return detectors.Weight(s)*len(certainties) + slices.Index(certainties[:], c)
}

// moment says when an address gives something away: a picture when it was fetched,
// or when pictures are shown; a link for as long as the message is there.
func (l *letter) moment(a *address) (evidence.Phase, evidence.Millis, []evidence.ID) {
	if a.link != nil {
		return evidence.Before, 0, nil
	}
	var ids []evidence.ID
	phase, first := evidence.After, evidence.Millis(0)
	for i, c := range l.requests[evidence.AsSent(a.url)] {
		if i == 0 {
			phase, first = c.Phase, c.At
		}
		ids = append(ids, c.ID)
	}
	return phase, first, ids
}
