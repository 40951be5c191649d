// Package recording owns the technique about recordings of a visit: copies and changes of
// the page, and the way of the mouse, in what was sent.
package recording

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/patterns"
	"github.com/spoor-audit/spoor/detectors/recordings"
	"github.com/spoor-audit/spoor/evidence"
)

// SessionRecording is the technique session-recording.
var SessionRecording = &detectors.Technique{
	ID: "session-recording",
	Doc: detectors.Doc{
		Found:    "Visits are recorded and can be played back",
		Clean:    "No recording of the visit was seen",
		Sentence: `A script that records visits works for {host} ({who}). Recordings sent: {sent}. Seen in them: {what}.`,
		Why: "A recording holds the page as you saw it and what you did on it: where the mouse went, how far you read, what " +
			"you clicked and filled in. Somebody can play it back later like a film. What stands on the page about you is " +
			"in it, too.",
		Fix: "Record only after the visitor has agreed, mask all text and fields on the page, and leave pages with personal " +
			"data out.",
		Limits: "What was sent is read where that is possible: copies of the page, changes to it, and the way of the mouse, " +
			"in the formats of known recorders and in any other, also compressed. The mouse is moved once over each page " +
			"for that, without a click; on a telephone it is not. Recordings in a format of its own that hold neither " +
			"readable names of elements nor the way of the mouse are seen only from companies known for recording. Of long " +
			"messages the beginning is read. Whether texts are masked in a recording is not judged. Tools that send a copy of " +
			"the page for another reason, such as checking advertisements, count too. With 0 recordings sent, " +
			"the recorder was loaded and nothing of it was seen going out: it may choose visits by chance.",
		Severity: detectors.High,
		Refs: []string{
			"Englehardt, Acar, Narayanan: No Boundaries: Exfiltration of Personal Data by Session-Replay Scripts (2017)",
			"Mattu, Hill: Blacklight (The Markup, 2020)",
			"EDPB Guidelines 2/2023 on article 5(3) of the ePrivacy Directive",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindRequests, evidence.KindBodies},
	Run:   runSessionRecording,
}

// A recording is what was seen of one recorder: what went to a host in a phase, or
// a script that was loaded from it.
type recording struct {
	detectors.Group
	party  string
	loaded []*detectors.Contact
	traits recordings.Traits
	sent   int
	read   bool // something could be read in it
	script *detectors.Actor
}

func runSessionRecording(v *detectors.View) []detectors.Finding {
	w := &recordingWatch{view: v, reader: recordings.NewReader(mousePath(v)), index: map[[2]string]*recording{}}
	for i := range v.Contacts {
		w.look(&v.Contacts[i])
	}
	w.joinPieces()
	w.joinScripts()
	out := make([]detectors.Finding, 0, len(w.list))
	for _, r := range w.list {
		out = append(out, recordingFinding(v, r))
	}
	return out
}

// mousePath is the way that spoor moved the mouse.
func mousePath(v *detectors.View) []recordings.Point {
	out := make([]recordings.Point, len(v.Run.Moves))
	for i, m := range v.Run.Moves {
		out[i] = recordings.Point{X: m.X, Y: m.Y}
	}
	return out
}

// A recordingWatch looks for recordings in a run.
type recordingWatch struct {
	view    *detectors.View
	reader  *recordings.Reader
	list    []*recording // in order of their first contacts
	index   map[[2]string]*recording
	pieces  []fragment           // what may be a recording together with others
	scripts []*detectors.Contact // of recorders
}

// A fragment is what was sent and is no recording by itself.
type fragment struct {
	contact *detectors.Contact
	traits  recordings.Traits
}

// look judges one contact.
func (w *recordingWatch) look(c *detectors.Contact) {
	if c.Kind == "preflight" {
		return
	}
	v := w.view
	party := cmp.Or(detectors.PartyOf(v.Judge(c)), v.Known.Party(c.Host))
	rule := recorderOf(v, party)
	if c.Kind == "script" {
		if rule != nil && c.Answered() && patterns.FitsAny(rule.Scripts, addresses.PlainAddress(c.URL)) {
			w.scripts = append(w.scripts, c)
		}
		return
	}
	t, n := w.readAll(c)
	known := rule != nil && c.SentBytes() > 0 && patterns.FitsAny(rule.Sends, addresses.PlainAddress(c.URL))
	switch {
	case n > 0 && w.counts(c, &t, party):
		r := w.add(c, party, n)
		r.traits.Add(&t)
		r.read = true
	case known:
		w.add(c, party, max(1, n))
	case t.Piece():
		w.pieces = append(w.pieces, fragment{c, t})
	}
}

// readAll reads all that a contact sent, and counts the messages with recordings.
func (w *recordingWatch) readAll(c *detectors.Contact) (all recordings.Traits, n int) {
	for _, m := range c.Messages() {
		t := w.reader.Read(m)
		if t.Any() {
			n++
		}
		all.Add(&t)
	}
	if q := addresses.Query(c.URL); len(q) >= minSentQuery {
		if t := w.reader.Read(q); t.Any() {
			all.Add(&t)
			n++
		}
	}
	return all, n
}

// minSentQuery is the length of a query from which it can hold a recording.
const minSentQuery = 64

// counts reports whether what was read is a recording. The way of the mouse alone
// is one if it goes to another company that does not guard the page with it, or if
// the message has the other signs of a recording: games send it too.
func (w *recordingWatch) counts(c *detectors.Contact, t *recordings.Traits, party string) bool {
	if t.Page || t.Changes || t.Format != "" {
		return true
	}
	if c.Third && !w.guards(party) {
		return true
	}
	return !c.Third && w.tellsMore(c)
}

func (w *recordingWatch) guards(party string) bool {
	if party == "" || w.view.DB == nil {
		return false
	}
	p, _ := w.view.DB.ByID(party)
	return slices.ContainsFunc(p.Categories, func(c string) bool { return theRecorders().guards[c] })
}

// tellsMore reports whether messages name further things that visitors do.
func (w *recordingWatch) tellsMore(c *detectors.Contact) bool {
	text := strings.ToLower(strings.Join(c.Messages(), "\n"))
	n := 0
	for _, word := range theRecorders().words {
		if strings.Contains(text, word) {
			n++
		}
	}
	return n >= 2
}

// add counts a contact into the recording of its host and phase.
func (w *recordingWatch) add(c *detectors.Contact, party string, sent int) *recording {
	k := [2]string{c.Host, string(c.Phase)}
	r := w.index[k]
	if r == nil {
		r = &recording{Group: detectors.Group{Host: c.Host, Phase: c.Phase}, party: party}
		w.index[k] = r
		w.list = append(w.list, r)
	}
	if r.script == nil && sent > 0 {
		r.script = w.view.Sender(c)
	}
	r.List = append(r.List, c)
	r.sent += sent
	return r
}

// joinPieces looks whether what went to one host is a recording in pieces.
func (w *recordingWatch) joinPieces() {
	all := map[[2]string]*recordings.Traits{}
	for i := range w.pieces {
		p := &w.pieces[i]
		k := [2]string{p.contact.Host, string(p.contact.Phase)}
		if all[k] == nil {
			all[k] = &recordings.Traits{}
		}
		all[k].Add(&p.traits)
	}
	for i := range w.pieces {
		p := &w.pieces[i]
		t := all[[2]string{p.contact.Host, string(p.contact.Phase)}]
		if !t.Page {
			continue
		}
		r := w.add(p.contact, w.view.Known.Party(p.contact.Host), 1)
		r.traits.Add(t)
		r.read = true
	}
}

// joinScripts adds the scripts of recorders: to the recording that they sent, or as
// recorders that sent nothing.
func (w *recordingWatch) joinScripts() {
	for _, c := range w.scripts {
		party := cmp.Or(detectors.PartyOf(w.view.Judge(c)), w.view.Known.Party(c.Host))
		sends := false
		for _, r := range w.list {
			by := r.script != nil && r.script.URL == addresses.Bare(c.URL)
			if r.Phase == c.Phase && r.sent > 0 && (by || r.party == party) {
				r.loaded, sends = append(r.loaded, c), true
				r.party = cmp.Or(r.party, party)
			}
		}
		if !sends {
			r := w.add(c, party, 0)
			r.script = w.view.Actor(c.URL)
		}
	}
}

func recordingFinding(v *detectors.View, r *recording) detectors.Finding {
	f := v.ContactFinding(detectors.Group{Host: r.Host, Phase: r.Phase, List: inTimeOrder(r.List, r.loaded)}, r.party)
	f.Severity = recordingSeverity(r)
	if !r.read {
		f.Certainty = detectors.Matched
	}
	if r.script != nil {
		f.Script = r.script.URL
	}
	f.Args["sent"] = strconv.Itoa(r.sent)
	f.Args["what"] = cmp.Or(strings.Join(recordedWords(&r.traits), ", "), "-")
	f.Args["format"] = r.traits.Format
	f.Args["packed"] = strings.Join(r.traits.Packed, ", ")
	return f
}

// recordingSeverity weighs a recording: one that leaves the site most, a recorder
// that sent nothing least.
func recordingSeverity(r *recording) detectors.Severity {
	switch {
	case r.sent == 0:
		return detectors.Low
	case r.List[0].Third:
		return detectors.High
	}
	return detectors.Medium
}

// recordedWords names what stands in a recording by the browser's own words.
func recordedWords(t *recordings.Traits) []string {
	var out []string
	for _, x := range []struct {
		is   bool
		word string
	}{{t.Page, "DOM"}, {t.Changes, "mutations"}, {t.Mouse, "mousemove"}, {t.Input, "input"}} {
		if x.is {
			out = append(out, x.word)
		}
	}
	return out
}

// inTimeOrder joins contacts in order of time.
func inTimeOrder(lists ...[]*detectors.Contact) []*detectors.Contact {
	all := slices.Concat(lists...)
	slices.SortStableFunc(all, func(a, b *detectors.Contact) int { return detectors.InTime(a.At, a.ID, b.At, b.ID) })
	return slices.Compact(all)
}
