package visit

import (
	"encoding/json"
	"strings"
	"time"

	cdptypes "github.com/chromedp/cdproto/cdp"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/crawler/instrument"
	"github.com/spoor-audit/spoor/evidence"
)

// realms keeps the JavaScript realms of a run, the scripts compiled in them, and
// the uses of watched APIs.
//
// Every use of a watched API makes V8 compile the condition of its breakpoint,
// and so send one scriptParsed event with the place of the caller, which no page
// can forge or suppress. These events are counted. What the script in the page
// reports beside them, arguments and stack, is joined to them by the number of
// the use in its realm.
type realms struct {
	byContext map[contextKey]*realm
	byName    map[string]*realm // by the name that the script in the page chose
	scripts   map[scriptKey]int // into Run.Scripts
	booting   map[*cdp.Session]*realm
	places    map[placeKey]*place
	order     []*place // in order of first use
	firsts    map[beginning]time.Time
	again     map[*cdp.Session]map[int]int
	limited   map[limitKey]bool
	inspector map[string]bool // digests of the inspector's own scripts
}

func newRealms() realms {
	return realms{
		byContext: map[contextKey]*realm{}, byName: map[string]*realm{}, scripts: map[scriptKey]int{},
		booting: map[*cdp.Session]*realm{}, places: map[placeKey]*place{}, firsts: map[beginning]time.Time{},
		again: map[*cdp.Session]map[int]int{}, limited: map[limitKey]bool{}, inspector: map[string]bool{},
	}
}

type contextKey struct {
	session *cdp.Session
	id      int64
}

type scriptKey struct {
	session *cdp.Session
	id      string
}

// A placeKey is one place in a script that uses one API, in one realm.
type placeKey struct {
	realm        *realm
	row          int
	script       string // the protocol's id
	line, column int
}

type limitKey struct {
	realm *realm
	row   int
}

// A place counts the uses of an API from one place, and holds the records that
// were made of them.
type place struct {
	key   placeKey
	at    time.Time
	since time.Time // see loops.go
	url   string
	fn    string
	hits  int
	calls []int // into Run.Calls
}

// A realm is one global object: of a document or a worker.
type realm struct {
	session *cdp.Session
	context int64
	frame   cdptypes.FrameID
	target  int // into Run.Targets, -1 until it is known
	early   bool
	booted  bool
	at      time.Time // when its probes came in
	recent  []*place  // places of the last uses, for joining reports to them
	first   int       // number of the first use in recent, from 1
}

// recentLimit is how many uses are kept for reports that come later: more than
// the script in the page collects before it sends.
const recentLimit = 4096

// parsedEvent is Debugger.scriptParsed, as far as it is used. These events are
// by far the most frequent, so they are read into no more than this.
type parsedEvent struct {
	ScriptID    string `json:"scriptId"`
	URL         string `json:"url"`
	StartLine   int    `json:"startLine"`
	StartColumn int    `json:"startColumn"`
	Context     int64  `json:"executionContextId"`
	Hash        string `json:"hash"`
	Length      int    `json:"length"`
	IsModule    bool   `json:"isModule"`
	Named       bool   `json:"hasSourceURL"`
	Embedder    string `json:"embedderName"`
	Aux         struct {
		IsDefault bool             `json:"isDefault"`
		Type      string           `json:"type"`
		Frame     cdptypes.FrameID `json:"frameId"`
	} `json:"executionContextAuxData"`
	Stack *struct {
		Frames []callFrame `json:"callFrames"`
	} `json:"stackTrace"`
}

type callFrame struct {
	Function string `json:"functionName"`
	ScriptID string `json:"scriptId"`
	URL      string `json:"url"`
	Line     int    `json:"lineNumber"`
	Column   int    `json:"columnNumber"`
}

func (p *parsedEvent) top() (callFrame, bool) {
	if p.Stack == nil || len(p.Stack.Frames) == 0 {
		return callFrame{}, false
	}
	return p.Stack.Frames[0], true
}

func (r *recorder) scriptParsed(e cdp.Event) {
	var p parsedEvent
	if err := json.Unmarshal(e.Params, &p); err != nil {
		r.run.Losses.EventsDropped++
		return
	}
	row, session, own := r.script.Code(p.URL)
	switch {
	case own && row >= 0:
		// A process may have several sessions, whose conditions are all asked in
		// all of its realms. A realm hears its own session's.
		if session == string(e.Session.ID) {
			r.used(e, &p, row)
		}
	case own && row == instrument.Boot:
		r.booted(e, &p)
	case own:
	default:
		r.addScript(e, &p)
	}
}

// realm finds or makes the realm of an event.
func (r *recorder) realm(e cdp.Event, p *parsedEvent) *realm {
	key := contextKey{e.Session, p.Context}
	m := r.realms.byContext[key]
	if m == nil {
		m = &realm{session: e.Session, context: p.Context, frame: p.Aux.Frame, target: -1, first: 1}
		r.realms.byContext[key] = m
	}
	return m
}

// booted notes that the probes start in a realm. If a script of the page was
// compiled there before them, calls may have been missed.
func (r *recorder) booted(e cdp.Event, p *parsedEvent) {
	m := r.realm(e, p)
	if m.booted {
		// The page moved to another process, which counts its contexts anew.
		delete(r.realms.byContext, contextKey{e.Session, p.Context})
		m = r.realm(e, p)
	}
	m.booted, m.at = true, e.At
	r.realms.booting[e.Session] = m
}

// used counts one use of a watched API.
func (r *recorder) used(e cdp.Event, p *parsedEvent, row int) {
	m := r.realm(e, p)
	top, ok := p.top()
	if ok {
		if _, _, own := r.script.Code(top.URL); own {
			r.remember(m, nil)
			return
		}
	}
	r.run.Losses.CallsSeen++
	key := placeKey{m, row, top.ScriptID, top.Line, top.Column}
	pl := r.realms.places[key]
	if pl == nil {
		pl = &place{key: key, at: e.At, since: r.firstUse(m, row, &top, e.At), url: top.URL, fn: top.Function}
		r.realms.places[key] = pl
		r.realms.order = append(r.realms.order, pl)
	}
	pl.hits++
	if e.At.Sub(pl.since) < loopAfter {
		r.changed = e.At
	}
	r.remember(m, pl)
}

func (r *recorder) remember(m *realm, p *place) {
	m.recent = append(m.recent, p)
	if len(m.recent) > 2*recentLimit {
		drop := len(m.recent) - recentLimit
		m.recent = append(m.recent[:0], m.recent[drop:]...)
		m.first += drop
	}
}

// consoleMessage reads what the script in the page reports. Everything else on
// the console is the page's own affair.
func (r *recorder) consoleMessage(e cdp.Event) {
	var c struct {
		Message struct {
			Text string `json:"text"`
		} `json:"message"`
	}
	if err := json.Unmarshal(e.Params, &c); err != nil {
		return
	}
	name, reports, ok := r.script.Decode(c.Message.Text)
	if !ok {
		return
	}
	for _, rep := range reports {
		if rep.Kind == instrument.Hello {
			r.greeted(e, name, rep)
			continue
		}
		m := r.realms.byName[name]
		if m == nil {
			r.run.Losses.CallsDropped++
			continue
		}
		if m.target < 0 {
			continue
		}
		if rep.Kind == instrument.LetGo {
			r.letGo(m, rep.Row)
			continue
		}
		r.called(e, m, rep)
	}
}

// greeted makes the target of a realm whose probes are in.
func (r *recorder) greeted(e cdp.Event, name string, rep instrument.Report) {
	m := r.realms.booting[e.Session]
	if m == nil {
		return
	}
	delete(r.realms.booting, e.Session)
	r.realms.byName[name] = m
	m.recent, m.first = nil, 1 // the script counts uses from here on
	if !r.started {
		return // the empty page before the first address
	}
	t := r.addTarget(m, e, rep.URL)
	t.Missing = rep.Missing
	t.BeforeFirstScript = !m.early && !rep.Crowded
	switch {
	case rep.Crowded:
		t.Why = "many-frames"
	case m.early:
		t.Why = "late"
	}
}

// called makes a record of one use.
func (r *recorder) called(e cdp.Event, m *realm, rep instrument.Report) {
	var pl *place
	if i := rep.Hit - m.first; i >= 0 && i < len(m.recent) {
		pl = m.recent[i]
		if pl != nil && pl.key.row != rep.Row {
			pl = nil
		}
	}
	call := evidence.Call{
		ID: r.id("call", len(r.run.Calls)+1), At: r.since(e.At), API: r.script.API(rep.Row),
		In: r.targetID(m), Object: rep.Object, Args: rep.Args, Result: rep.Result,
		Stack: rep.Stack, Count: 1, Gesture: rep.Gesture,
	}
	if pl != nil {
		call.At = r.since(pl.at)
		if len(pl.calls) > 0 {
			call.At = r.since(e.At)
		}
		call.Script = r.scriptID(m.session, pl.key.script)
		if len(call.Stack) == 0 {
			call.Stack = []evidence.Frame{r.frameOf(pl)}
		}
		if i, known := r.realms.scripts[scriptKey{m.session, pl.key.script}]; known && len(call.Stack) > 0 {
			call.Stack[0].Script, call.Stack[0].URL = call.Script, r.run.Scripts[i].URL
		}
		pl.calls = append(pl.calls, len(r.run.Calls))
	}
	r.run.Calls = append(r.run.Calls, call)
}

func (r *recorder) frameOf(p *place) evidence.Frame {
	f := evidence.Frame{Function: p.fn, URL: p.url, Line: p.key.line + 1, Column: p.key.column + 1}
	if i, ok := r.realms.scripts[scriptKey{p.key.realm.session, p.key.script}]; ok {
		f.Script, f.URL = r.run.Scripts[i].ID, r.run.Scripts[i].URL
	}
	return f
}

// Rows that were let go because they are used without end are watched again
// after a while, a few times: another script may use them too.
const (
	againAfter = 500 * time.Millisecond
	againTimes = 4
)

func (r *recorder) letGo(m *realm, row int) {
	r.realms.limited[limitKey{m, row}] = true
	done := r.realms.again[m.session]
	if done == nil {
		done = map[int]int{}
		r.realms.again[m.session] = done
	}
	done[row]++
	if done[row] > againTimes {
		return
	}
	wait := againAfter << (done[row] - 1)
	time.AfterFunc(wait, func() {
		m.session.Go("Runtime.evaluate", map[string]any{"expression": r.script.Again(row), "contextId": m.context, "silent": true}, nil)
	})
}

// addScript records a script of the page.
func (r *recorder) addScript(e cdp.Event, p *parsedEvent) {
	if p.Aux.Type != "" && !p.Aux.IsDefault {
		return // an isolated world: not the page's
	}
	m := r.realm(e, p)
	if p.URL == "" && p.Stack == nil && !m.booted {
		// The inspector's own preparation of the command line, not the page's.
		r.realms.inspector[p.Hash] = true
	}
	if r.realms.inspector[p.Hash] {
		return
	}
	if !m.booted {
		m.early = true
	}
	if e.At.Sub(r.begun(beginning{realm: m, code: p.Hash}, e.At)) < loopAfter {
		r.changed = e.At
	}
	if p.Named {
		// The page chose this address with a comment in the code; it may be a lie.
		p.URL = p.Embedder
	}
	s := evidence.Script{
		ID: r.id("script", len(r.run.Scripts)+1), At: r.since(e.At), Target: r.targetID(m),
		URL: p.URL, Length: p.Length, Line: p.StartLine + 1, Column: p.StartColumn + 1,
	}
	if len(p.Hash) == 64 {
		s.Digest = "sha256:" + p.Hash
	}
	if top, ok := p.top(); ok {
		s.By = &evidence.Frame{
			Function: top.Function, URL: top.URL, Line: top.Line + 1, Column: top.Column + 1,
			Script: r.scriptID(e.Session, top.ScriptID),
		}
	}
	s.Kind = r.scriptKind(p, m, s.By != nil)
	r.realms.scripts[scriptKey{e.Session, p.ScriptID}] = len(r.run.Scripts)
	r.run.Scripts = append(r.run.Scripts, s)
}

func (r *recorder) scriptKind(p *parsedEvent, m *realm, made bool) string {
	doc := ""
	if m.target >= 0 {
		doc, _, _ = strings.Cut(r.run.Targets[m.target].URL, "#")
	}
	url, _, _ := strings.Cut(p.URL, "#")
	switch {
	case p.IsModule && url != doc:
		return "module"
	case strings.HasPrefix(url, "blob:"):
		return "blob"
	case strings.HasPrefix(url, "data:") && url != doc:
		return "data"
	case url == "" && made:
		return "eval"
	case url == "":
		return "handler"
	case url == doc:
		return "inline"
	}
	return "external"
}

// scriptID is the evidence's id of a script, or "" if the script is not known.
// A script may be called from another session's realm in the same process.
func (r *recorder) scriptID(s *cdp.Session, id string) evidence.ID {
	if id == "" {
		return ""
	}
	if i, ok := r.realms.scripts[scriptKey{s, id}]; ok {
		return r.run.Scripts[i].ID
	}
	return ""
}
