package pixels

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/detectors/patterns"
	"github.com/spoor-audit/spoor/evidence"
)

// AdPixelEvent is the technique ad-pixel-event.
var AdPixelEvent = &detectors.Technique{
	ID: "ad-pixel-event",
	Doc: detectors.Doc{
		Found:    "Pages report what you do to advertising companies",
		Clean:    "No reports to advertising companies were seen",
		Sentence: `The page reported the event "{event}" to {host} ({who}). Reports: {count}. Sent along: {with}.`,
		Why: "A report tells the company what you looked at, put into a basket or bought, so that it can show you " +
			"advertisements and measure them. With a code for you, or your e-mail address in any form, it knows who did it.",
		Fix: "Report events only after the visitor has agreed, leave out names of articles and amounts where they say " +
			"something personal, and do not send personal data along.",
		Limits: "Reports are read by a list of well-known tags, in the address and in the body; a tag that is not on it, or " +
			"that packs its reports, is missed. A report without identifiers, as Google's tags send after a no, is a report " +
			"all the same; the finding says that the choice was no. Reports in the same form to another host, also of the " +
			"site itself, count as passed on by that host: what it does with them is not to be seen from outside. Whether a " +
			"hash is that of a real e-mail address is not judged here.",
		Severity: detectors.Medium,
		Refs: []string{
			"EDPB Guidelines 2/2023 on article 5(3) of the ePrivacy Directive",
			"EDPB Guidelines 8/2020 on the targeting of social media users",
			"Bekos et al.: The Hitchhiker's Guide to Facebook Web Tracking with Invisible Pixels and Click IDs (WWW 2023)",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindRequests, evidence.KindBodies},
	Run:   runAdPixelEvent,
}

// maxEvents is how many events of one pixel are told apart in a phase: names come
// from pages.
const maxEvents = 50

// A pixelEvent is the reports of one event of one pixel in a phase.
type pixelEvent struct {
	detectors.Group
	pixel     *pixelKind
	event     string
	elsewhere bool
	count     int
	id        string
	value     string
	consent   string          // parameter and value that told the choice
	denied    bool            // in all reports
	with      map[string]bool // see sentAlong
	matching  map[string]bool
	names     map[string]bool // of parameters
}

func runAdPixelEvent(v *detectors.View) []detectors.Finding {
	w := &pixelWatch{index: map[string]*pixelEvent{}, events: map[string]int{}}
	for i := range v.Contacts {
		c := &v.Contacts[i]
		p, elsewhere := pixelOf(c)
		if p == nil {
			continue
		}
		for _, r := range p.reports(c) {
			w.add(c, p, r, elsewhere)
		}
	}
	out := make([]detectors.Finding, 0, len(w.list))
	for _, e := range w.list {
		out = append(out, pixelFinding(v, e))
	}
	return out
}

// A pixelWatch collects the events of a run.
type pixelWatch struct {
	list   []*pixelEvent // in order of their first reports
	index  map[string]*pixelEvent
	events map[string]int // by pixel and phase
}

// add counts a report.
func (w *pixelWatch) add(c *detectors.Contact, p *pixelKind, r report, elsewhere bool) {
	name := eventName(p, r)
	k := p.Pixel + "/" + name
	if elsewhere {
		k += "@" + c.Host
	}
	full := k + " " + string(c.Phase)
	e := w.index[full]
	if e == nil {
		of := p.Pixel + " " + string(c.Phase)
		if w.events[of]++; w.events[of] > maxEvents {
			return
		}
		e = &pixelEvent{
			Group: detectors.Group{Host: c.Host, Phase: c.Phase}, pixel: p, event: name, elsewhere: elsewhere, denied: true,
			with: map[string]bool{}, matching: map[string]bool{}, names: map[string]bool{},
		}
		w.index[full] = e
		w.list = append(w.list, e)
	}
	if n := len(e.List); n == 0 || e.List[n-1] != c {
		e.List = append(e.List, c)
	}
	e.count++
	e.read(c, r)
}

// eventName is the name of an event, as far as it can be shown.
func eventName(p *pixelKind, r report) string {
	name := strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c == '\ufffd' {
			return -1
		}
		return c
	}, r.find(p.Event))
	return cmp.Or(clipped(strings.TrimSpace(name), 60), p.Named, "event")
}

// read notes what a report holds.
func (e *pixelEvent) read(c *detectors.Contact, r report) {
	p := e.pixel
	e.id = cmp.Or(e.id, clipped(r.find(p.ID), 60))
	e.value = cmp.Or(e.value, clipped(r.find(p.Value), 20))
	for _, x := range r {
		e.names[x.Name] = true
	}
	for what, names := range map[string][]string{"URL": p.Page, "value": p.Value, "content": p.Content, "identifier": p.Visitor} {
		if isSaid(r.find(names)) {
			e.with[what] = true
		}
	}
	if len(c.Request.CookiesSent) > 0 {
		e.with["cookie"] = true
	}
	for kind, names := range p.Matching {
		for _, x := range r {
			if isSaid(x.Value) && patterns.FitsAny(names, x.Name) {
				e.matching[kind+" ("+matchForm(x.Value)+")"] = true
			}
		}
	}
	for _, packed := range p.Google {
		e.readGoogle(r.find([]string{packed}))
	}
	e.denied = e.choice(r) && e.denied
}

// isSaid reports whether a parameter has a value: scripts write missing ones out.
func isSaid(value string) bool {
	switch value {
	case "", "undefined", "null", "NaN", "false", "[]", "{}":
		return false
	}
	return true
}

// readGoogle reads "tv.1~em.<hash>~pn.<hash>".
func (e *pixelEvent) readGoogle(packed string) {
	rest, ok := strings.CutPrefix(packed, "tv.1~")
	if !ok {
		return
	}
	for part := range strings.SplitSeq(rest, "~") {
		name, value, _ := strings.Cut(part, ".")
		if kind := thePixels().Google[strings.TrimRight(name, "0123456789")]; kind != "" && value != "" {
			e.matching[kind+" ("+matchForm(value)+")"] = true
		}
	}
}

// choice notes what a report tells of the visitor's choice, and reports whether it
// was no.
func (e *pixelEvent) choice(r report) (denied bool) {
	for _, name := range slices.Sorted(maps.Keys(e.pixel.Consent)) {
		no, value := e.pixel.Consent[name], r.find([]string{name})
		if value == "" {
			continue
		}
		e.consent = clipped(name+"="+value, 60)
		if patterns.FitsAny(no, value) {
			denied = true
		}
	}
	return denied
}

// matchForm says in what form personal data are sent: as a hash, by its length, or
// plainly.
func matchForm(value string) string {
	hex, code := true, true
	for i := range len(value) {
		c := value[i]
		hex = hex && codes.IsHex(c)
		code = code && (codes.IsLetter(c) || codes.IsDigit(c) || strings.IndexByte("+/-_=", c) >= 0)
	}
	switch n := len(value); {
	case hex && n == 64:
		return "sha256"
	case hex && n == 40:
		return "sha1"
	case hex && n == 32:
		return "md5"
	case code && (n == 43 || n == 44 && value[43] == '='):
		return "sha256"
	}
	return "plain"
}

// sentAlong lists what went along, in an order that stays the same.
func (e *pixelEvent) sentAlong() []string {
	var out []string
	for _, what := range []string{"URL", "identifier", "cookie", "content", "value"} {
		if e.with[what] {
			out = append(out, what)
		}
	}
	return append(out, e.matched()...)
}

// matched lists the personal data that went along.
func (e *pixelEvent) matched() []string {
	var out []string
	for _, kind := range matchingKinds {
		for _, form := range []string{"plain", "md5", "sha1", "sha256"} {
			if x := kind + " (" + form + ")"; e.matching[x] {
				out = append(out, x)
			}
		}
	}
	return out
}

// severity weighs what went along.
func (e *pixelEvent) severity() detectors.Severity {
	switch {
	case len(e.matching) > 0:
		return detectors.High
	case e.with["value"] || e.with["content"]:
		return detectors.Medium
	case e.denied && !e.with["cookie"]:
		return detectors.Note
	}
	return detectors.Low
}

func pixelFinding(v *detectors.View, e *pixelEvent) detectors.Finding {
	f := v.ContactFinding(e.Group, e.pixel.Party)
	f.Key = e.pixel.Pixel + "/" + e.event
	if e.elsewhere {
		f.Key += "@" + e.Host
	}
	f.Certainty, f.Severity = detectors.Matched, e.severity()
	f.Script = v.Sender(e.List[0]).URL
	f.Args["event"], f.Args["pixel"], f.Args["id"], f.Args["value"] = e.event, e.pixel.Pixel, e.id, e.value
	f.Args["count"] = strconv.Itoa(e.count)
	f.Args["with"] = cmp.Or(strings.Join(e.sentAlong(), ", "), "-")
	f.Args["matching"] = strings.Join(e.matched(), ", ")
	f.Args["consent"], f.Args["denied"] = e.consent, detectors.Yes(e.denied)
	f.Args["server_side"] = detectors.Yes(e.elsewhere)
	f.Args["parameters"] = e.parameters()
	return f
}

// maxNames is how many names of parameters a finding lists.
const maxNames = 40

// parameters lists the names of the parameters that went along.
func (e *pixelEvent) parameters() string {
	names := make([]string, 0, len(e.names))
	for name := range e.names {
		names = append(names, clipped(name, 60))
	}
	slices.Sort(names)
	return strings.Join(names[:min(len(names), maxNames)], ", ")
}
