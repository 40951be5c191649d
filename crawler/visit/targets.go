package visit

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/evidence"
)

// addTarget records a document or worker in which scripts run.
func (r *recorder) addTarget(m *realm, e cdp.Event, address string) *evidence.Target {
	s := m.session
	t := evidence.Target{
		ID: r.nextTarget(), URL: address,
		Page: r.page, At: r.since(e.At), Kind: workerKind(s.Info.Type),
	}
	if t.Kind != "" {
		t.URL = s.Info.URL
		t.Parent = r.parentOf(s)
	} else {
		r.describeDocument(&t, m)
	}
	t.URL = clip(t.URL, 4096)
	t.Origin = origin(t.URL)
	m.target = len(r.run.Targets)
	r.run.Targets = append(r.run.Targets, t)
	return &r.run.Targets[m.target]
}

func (r *recorder) describeDocument(t *evidence.Target, m *realm) {
	s := m.session
	f := r.frames[m.frame]
	switch {
	case string(m.frame) != string(s.Info.TargetID) || s.Info.Type == "iframe":
		t.Kind = "iframe"
		if f.parent == "" {
			f.parent = s.Info.ParentFrameID
		}
		t.Parent = r.frames[f.parent].target
		t.By = f.by
	case s == r.main:
		t.Kind = "page"
	case s.Info.OpenerID != "" || r.main != nil:
		t.Kind = "popup"
		t.Parent = r.frames[s.Info.OpenerFrameID].target
	default:
		t.Kind = "page"
	}
	if t.URL == "" {
		t.URL = f.url
	}
	f.target = t.ID
	r.frames[m.frame] = f
}

// parentOf is the document or worker that started a worker: the newest realm of
// the parent session that is told apart no further by the protocol.
func (r *recorder) parentOf(s *cdp.Session) evidence.TargetID {
	if f, ok := r.frames[s.Info.ParentFrameID]; ok && f.target != "" {
		return f.target
	}
	p := s.Parent
	if p == nil {
		return ""
	}
	if f, ok := r.frames[cdptypes.FrameID(p.Info.TargetID)]; ok {
		return f.target
	}
	for _, m := range r.realms.byContext {
		if m.session == p && m.target >= 0 && workerKind(p.Info.Type) != "" {
			return r.run.Targets[m.target].ID
		}
	}
	return ""
}

func (r *recorder) nextTarget() evidence.TargetID {
	return evidence.TargetID(r.part + "t" + strconv.Itoa(len(r.run.Targets)+1))
}

func (r *recorder) targetID(m *realm) evidence.TargetID {
	if m == nil || m.target < 0 {
		return ""
	}
	return r.run.Targets[m.target].ID
}

// origin is the origin of an address, "" for those that have none of their own.
func origin(address string) string {
	u, err := url.Parse(strings.TrimPrefix(address, "blob:"))
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func (r *recorder) frameAttached(e cdp.Event) {
	var ev page.EventFrameAttached
	if e.Decode(&ev) != nil {
		return
	}
	f := r.frames[ev.FrameID]
	f.parent = ev.ParentFrameID
	if ev.Stack != nil && len(ev.Stack.CallFrames) > 0 {
		top := r.stackFrame(e.Session, ev.Stack.CallFrames[0], false)
		f.by = &top
	}
	r.frames[ev.FrameID] = f
	r.changed = e.At
}

func (r *recorder) frameNavigated(e cdp.Event) {
	var ev page.EventFrameNavigated
	if e.Decode(&ev) != nil || ev.Frame == nil {
		return
	}
	f := r.frames[ev.Frame.ID]
	if ev.Frame.ParentID != "" {
		f.parent = ev.Frame.ParentID
	}
	f.url, f.loader = ev.Frame.URL+ev.Frame.URLFragment, ev.Frame.LoaderID
	if ev.Frame.ID == r.mainFrame() {
		r.moves++
	}
	r.frames[ev.Frame.ID] = f
	r.changed = e.At
}

func (r *recorder) loadFired(e cdp.Event) {
	id := cdptypes.FrameID(e.Session.Info.TargetID)
	r.loaded[id] = r.frames[id].loader
	r.changed = e.At
}

func (r *recorder) targetAttached(e cdp.Event) {
	s := e.Session
	r.sessions[s] = true
	r.changed = e.At
	switch {
	case s.Info.Type == "page" && r.main != nil && s != r.main:
		r.event(e.At, "popup", s.Info.URL, "")
	case s.Info.Type == "page" || s.Info.Type == "iframe" || workerKind(s.Info.Type) != "":
		if s.Info.ParentFrameID != "" {
			id := cdptypes.FrameID(s.Info.TargetID)
			f := r.frames[id]
			f.parent = s.Info.ParentFrameID
			r.frames[id] = f
		}
	default:
		// Worklets and the like: no debugger command arms them, and they hold no
		// API that tells devices apart but what their page hands in.
		r.run.Targets = append(r.run.Targets, evidence.Target{
			ID: r.nextTarget(), Kind: "worklet", URL: clip(s.Info.URL, 4096),
			Origin: origin(s.Info.URL), Parent: r.parentOf(s), Page: r.page, At: r.since(e.At), Why: "worklet",
		})
	}
}

func (r *recorder) targetDetached(e cdp.Event) {
	delete(r.sessions, e.Session)
	r.net.forget(e.Session)
}

func (r *recorder) dialogOpened(e cdp.Event) {
	var ev page.EventJavascriptDialogOpening
	if e.Decode(&ev) == nil {
		r.event(e.At, string(ev.Type), ev.URL, ev.Message)
	}
}

func (r *recorder) downloadBegan(e cdp.Event) {
	var ev cdpbrowser.EventDownloadWillBegin
	if e.Decode(&ev) != nil {
		return
	}
	if _, ours := r.frames[ev.FrameID]; !ours && (r.main == nil || string(ev.FrameID) != string(r.main.Info.TargetID)) {
		return
	}
	r.event(e.At, "download", ev.URL, ev.SuggestedFilename)
}

func (r *recorder) crashed(e cdp.Event) {
	r.event(e.At, "crash", e.Session.Info.URL, "")
	r.gap(evidence.KindPage, e.Session.Info.URL, "crash")
	r.net.forget(e.Session)
}

// finishTargets records documents and workers that ran scripts without probes.
func (r *recorder) finishTargets(now time.Time) {
	for _, m := range r.realms.byContext {
		if m.target >= 0 || !m.early {
			continue
		}
		t := r.addTarget(m, cdp.Event{Session: m.session, At: now}, r.frames[m.frame].url)
		t.Why = "unprobed"
		r.gap(evidence.KindCalls, t.URL, "unprobed")
	}
	for i := range r.run.Targets {
		if t := &r.run.Targets[i]; !t.BeforeFirstScript && (t.Why == "late" || t.Why == "many-frames") {
			r.gap(evidence.KindCalls, t.URL, t.Why)
		}
	}
}

// finishMakers says who made code that has no address of its own: a script from
// a blob or data address was made by whoever asked for it, and so were the frame
// and worker that run it. It needs the finished requests.
func (r *recorder) finishMakers() {
	asked := map[string]*evidence.Frame{}
	for i := range r.run.Requests {
		q := &r.run.Requests[i]
		if u := clip(q.URL, makerText); asked[u] == nil && (strings.HasPrefix(u, "blob:") || strings.HasPrefix(u, "data:")) {
			asked[u] = asker(q)
		}
	}
	timers := r.addMakers(asked)
	makers := map[evidence.TargetID]*evidence.Frame{}
	for i := range r.run.Targets {
		t := &r.run.Targets[i]
		if t.By == nil {
			t.By = asked[clip(t.URL, makerText)]
		}
		switch {
		case strings.HasPrefix(t.URL, "http"):
			// What a document's own markup holds, it made itself.
			makers[t.ID] = &evidence.Frame{URL: t.URL}
		case t.By != nil:
			makers[t.ID] = t.By
		default:
			makers[t.ID] = r.parentFrame(t)
		}
	}
	for i := range r.run.Scripts {
		s := &r.run.Scripts[i]
		if s.By != nil || strings.HasPrefix(s.URL, "http") {
			continue
		}
		if s.By = asked[clip(s.URL, makerText)]; s.By == nil && s.URL == "" {
			s.By = timers[codeKey{s.Target, s.Length}]
		}
		if s.By == nil {
			s.By = makers[s.Target]
		}
	}
}

// makerText is how much of an address tells it from others: as much as the
// probes keep of an argument.
const makerText = 256

// A codeKey is how a text that was handed to a timer is found again as a script.
type codeKey struct {
	target evidence.TargetID
	length int
}

// addMakers adds who started workers to asked, and returns who handed code as
// text to timers.
func (r *recorder) addMakers(asked map[string]*evidence.Frame) map[codeKey]*evidence.Frame {
	timers := map[codeKey]*evidence.Frame{}
	for i := range r.run.Calls {
		c := &r.run.Calls[i]
		if len(c.Args) == 0 || len(c.Stack) == 0 {
			continue
		}
		switch c.API {
		case "new Worker", "new SharedWorker":
			text, _, _ := strings.Cut(c.Args[0], "…")
			u := r.resolve(text, c.In)
			if len(text) == makerText {
				u += "…"
			}
			asked[u] = &c.Stack[0] // Chrome names no more than the document
		case "self.setTimeout", "self.setInterval":
			timers[codeKey{c.In, textLength(c.Args[0])}] = &c.Stack[0]
		}
	}
	return timers
}

// textLength is the length of an argument that was a text: behind the clipped
// part of a long one stands how long it was.
func textLength(arg string) int {
	if _, n, clipped := strings.Cut(arg, "…"); clipped {
		if length, err := strconv.Atoi(n); err == nil {
			return length
		}
	}
	return len(utf16.Encode([]rune(arg)))
}

// resolve reads an address as a document or worker does.
func (r *recorder) resolve(address string, in evidence.TargetID) string {
	for i := range r.run.Targets {
		if t := &r.run.Targets[i]; t.ID == in {
			if base, err := url.Parse(r.cookieURL(t)); err == nil && !strings.HasPrefix(address, "blob:") && !strings.HasPrefix(address, "data:") {
				if u, err := base.Parse(address); err == nil {
					return u.String()
				}
			}
		}
	}
	return address
}

// asker is the innermost place that made a request.
func asker(q *evidence.Request) *evidence.Frame {
	if len(q.Initiator.Stack) > 0 {
		return &q.Initiator.Stack[0]
	}
	if strings.HasPrefix(q.Initiator.URL, "http") {
		return &evidence.Frame{URL: q.Initiator.URL, Line: q.Initiator.Line, Column: q.Initiator.Column}
	}
	return nil
}

// parentFrame is the document that embeds a target, as the maker of what has no
// other.
func (r *recorder) parentFrame(t *evidence.Target) *evidence.Frame {
	for i := range r.run.Targets {
		if p := &r.run.Targets[i]; p.ID == t.Parent && p.URL != "" {
			return &evidence.Frame{URL: p.URL}
		}
	}
	return nil
}
