package detectors

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors/recordings"
	"github.com/spoor-audit/spoor/evidence"
)

var sessionRecording = &Technique{
	ID: "session-recording",
	Doc: Doc{
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
		Severity: High,
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
	group
	party  string
	loaded []*contact
	traits recordings.Traits
	sent   int
	read   bool // something could be read in it
	script *actor
}

func runSessionRecording(v *View) []Finding {
	w := &recordingWatch{view: v, reader: recordings.NewReader(v.mousePath()), index: map[[2]string]*recording{}}
	for i := range v.contacts {
		w.look(&v.contacts[i])
	}
	w.joinPieces()
	w.joinScripts()
	out := make([]Finding, 0, len(w.list))
	for _, r := range w.list {
		out = append(out, v.recordingFinding(r))
	}
	return out
}

// mousePath is the way that spoor moved the mouse.
func (v *View) mousePath() []recordings.Point {
	out := make([]recordings.Point, len(v.Run.Moves))
	for i, m := range v.Run.Moves {
		out[i] = recordings.Point{X: m.X, Y: m.Y}
	}
	return out
}

// A recordingWatch looks for recordings in a run.
type recordingWatch struct {
	view    *View
	reader  *recordings.Reader
	list    []*recording // in order of their first contacts
	index   map[[2]string]*recording
	pieces  []fragment // what may be a recording together with others
	scripts []*contact // of recorders
}

// A fragment is what was sent and is no recording by itself.
type fragment struct {
	contact *contact
	traits  recordings.Traits
}

// look judges one contact.
func (w *recordingWatch) look(c *contact) {
	if c.kind == "preflight" {
		return
	}
	v := w.view
	party := cmp.Or(partyOf(v.judge(c)), v.known.party(c.host))
	rule := v.recorderOf(party)
	if c.kind == "script" {
		if rule != nil && c.answered() && fitsAny(rule.Scripts, plainAddress(c.url)) {
			w.scripts = append(w.scripts, c)
		}
		return
	}
	t, n := w.readAll(c)
	known := rule != nil && c.sentBytes() > 0 && fitsAny(rule.Sends, plainAddress(c.url))
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
func (w *recordingWatch) readAll(c *contact) (all recordings.Traits, n int) {
	for _, m := range c.messages() {
		t := w.reader.Read(m)
		if t.Any() {
			n++
		}
		all.Add(&t)
	}
	if q := query(c.url); len(q) >= minSentQuery {
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
func (w *recordingWatch) counts(c *contact, t *recordings.Traits, party string) bool {
	if t.Page || t.Changes || t.Format != "" {
		return true
	}
	if c.third && !w.guards(party) {
		return true
	}
	return !c.third && w.tellsMore(c)
}

func (w *recordingWatch) guards(party string) bool {
	if party == "" || w.view.DB == nil {
		return false
	}
	p, _ := w.view.DB.ByID(party)
	return slices.ContainsFunc(p.Categories, func(c string) bool { return theRecorders().guards[c] })
}

// tellsMore reports whether messages name further things that visitors do.
func (w *recordingWatch) tellsMore(c *contact) bool {
	text := strings.ToLower(strings.Join(c.messages(), "\n"))
	n := 0
	for _, word := range theRecorders().words {
		if strings.Contains(text, word) {
			n++
		}
	}
	return n >= 2
}

// add counts a contact into the recording of its host and phase.
func (w *recordingWatch) add(c *contact, party string, sent int) *recording {
	k := [2]string{c.host, string(c.phase)}
	r := w.index[k]
	if r == nil {
		r = &recording{group: group{host: c.host, phase: c.phase}, party: party}
		w.index[k] = r
		w.list = append(w.list, r)
	}
	if r.script == nil && sent > 0 {
		r.script = w.view.sender(c)
	}
	r.list = append(r.list, c)
	r.sent += sent
	return r
}

// joinPieces looks whether what went to one host is a recording in pieces.
func (w *recordingWatch) joinPieces() {
	all := map[[2]string]*recordings.Traits{}
	for i := range w.pieces {
		p := &w.pieces[i]
		k := [2]string{p.contact.host, string(p.contact.phase)}
		if all[k] == nil {
			all[k] = &recordings.Traits{}
		}
		all[k].Add(&p.traits)
	}
	for i := range w.pieces {
		p := &w.pieces[i]
		t := all[[2]string{p.contact.host, string(p.contact.phase)}]
		if !t.Page {
			continue
		}
		r := w.add(p.contact, w.view.known.party(p.contact.host), 1)
		r.traits.Add(t)
		r.read = true
	}
}

// joinScripts adds the scripts of recorders: to the recording that they sent, or as
// recorders that sent nothing.
func (w *recordingWatch) joinScripts() {
	for _, c := range w.scripts {
		party := cmp.Or(partyOf(w.view.judge(c)), w.view.known.party(c.host))
		sends := false
		for _, r := range w.list {
			by := r.script != nil && r.script.url == bare(c.url)
			if r.phase == c.phase && r.sent > 0 && (by || r.party == party) {
				r.loaded, sends = append(r.loaded, c), true
				r.party = cmp.Or(r.party, party)
			}
		}
		if !sends {
			r := w.add(c, party, 0)
			r.script = w.view.actor(c.url)
		}
	}
}

func (v *View) recordingFinding(r *recording) Finding {
	f := v.contactFinding(group{host: r.host, phase: r.phase, list: inTimeOrder(r.list, r.loaded)}, r.party)
	f.Severity = recordingSeverity(r)
	if !r.read {
		f.Certainty = Matched
	}
	if r.script != nil {
		f.Script = r.script.url
	}
	f.Args["sent"] = strconv.Itoa(r.sent)
	f.Args["what"] = cmp.Or(strings.Join(recordedWords(&r.traits), ", "), "-")
	f.Args["format"] = r.traits.Format
	f.Args["packed"] = strings.Join(r.traits.Packed, ", ")
	return f
}

// recordingSeverity weighs a recording: one that leaves the site most, a recorder
// that sent nothing least.
func recordingSeverity(r *recording) Severity {
	switch {
	case r.sent == 0:
		return Low
	case r.list[0].third:
		return High
	}
	return Medium
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
func inTimeOrder(lists ...[]*contact) []*contact {
	all := slices.Concat(lists...)
	slices.SortStableFunc(all, func(a, b *contact) int { return inTime(a.at, a.id, b.at, b.id) })
	return slices.Compact(all)
}
