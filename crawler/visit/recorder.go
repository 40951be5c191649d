package visit

import (
	"errors"
	"sync"
	"time"

	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/crawler/instrument"
	"github.com/spoor-audit/spoor/evidence"
)

// errCrashed ends the calls that wait on a page whose process has died: it will
// never answer them.
var errCrashed = errors.New("renderer crashed")

// maxPages is how many pages a run lets a site open; further ones are closed.
const maxPages = 20

// A recorder turns the events of one run into evidence. The connection calls
// sink; one goroutine runs drain; the run's driver asks for the state.
type recorder struct {
	script *instrument.Script
	look   look
	began  time.Time
	part   string          // of IDs: which second look it is, "" of the run itself
	seek   map[string]bool // texts to look for in answers that were kept
	queue  *queue

	// Of the connection's goroutine alone.
	attached map[target.ID]*cdp.Session
	pages    int

	mu       sync.Mutex
	run      *evidence.Run
	gaps     []evidence.Gap
	page     int  // index of the page being visited
	started  bool // the first address was asked for
	main     *cdp.Session
	sessions map[*cdp.Session]bool // those whose targets are there
	doubles  map[*cdp.Session]bool
	net      traffic
	realms   realms
	state    state
	guard    guard
	loaded   map[cdptypes.FrameID]cdptypes.LoaderID
	frames   map[cdptypes.FrameID]frame
	first    cdptypes.LoaderID // of the document that is being left
	moves    int               // documents that the page has shown since it was opened
	bare     bool
	message  *Message  // that the run shows; nil for a site
	pictures bool      // the message's pictures may be fetched
	changed  time.Time // of the last event that means the page is at work
	ready    chan struct{}
	drained  chan struct{}
	found    map[string]int // events of a kind so far
}

// A frame is one frame of a page, by its id.
type frame struct {
	parent cdptypes.FrameID
	url    string
	target evidence.TargetID // of its present document
	loader cdptypes.LoaderID
	by     *evidence.Frame // the script that made it
}

func newRecorder(script *instrument.Script, l look, scenario evidence.Scenario) *recorder {
	now := time.Now()
	return &recorder{
		script:   script,
		look:     l,
		began:    now,
		queue:    newQueue(),
		attached: map[target.ID]*cdp.Session{},
		run:      &evidence.Run{Scenario: scenario, Began: now.UTC()},
		sessions: map[*cdp.Session]bool{},
		doubles:  map[*cdp.Session]bool{},
		net:      newTraffic(),
		realms:   newRealms(),
		state:    newState(),
		loaded:   map[cdptypes.FrameID]cdptypes.LoaderID{},
		frames:   map[cdptypes.FrameID]frame{},
		ready:    make(chan struct{}),
		drained:  make(chan struct{}),
		found:    map[string]int{},
	}
}

// since is a moment of the run.
func (r *recorder) since(t time.Time) evidence.Millis {
	if t.Before(r.began) {
		return 0
	}
	return evidence.MillisOf(t.Sub(r.began))
}

// sink takes events from the connection. What a page waits for is answered
// here at once, without waiting for the recorder; all else is queued.
func (r *recorder) sink(e cdp.Event) {
	switch e.Method {
	case "Target.attachedToTarget":
		if !r.attach(e.Session) {
			return
		}
	case "Page.javascriptDialogOpening":
		answerDialog(e.Session)
	case "Fetch.requestPaused":
		if r.message != nil {
			r.serve(e)
			return
		}
	case "Inspector.targetCrashed", "Target.targetCrashed":
		e.Session.Fail(errCrashed)
	case "Network.dataReceived":
		// Many, and only the size of the main document matters.
		if !r.isMain(e.Session) {
			return
		}
	}
	r.queue.put(e)
}

func (r *recorder) isMain(s *cdp.Session) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return s == r.main
}

// drain records events until the queue is closed.
func (r *recorder) drain() {
	defer close(r.drained)
	for {
		events, ok := r.queue.take()
		if !ok {
			return
		}
		for _, e := range events {
			r.mu.Lock()
			r.record(e)
			r.mu.Unlock()
		}
	}
}

// record turns one event into evidence.
func (r *recorder) record(e cdp.Event) {
	if r.doubles[e.Session] {
		return
	}
	if handle, ok := handlers[e.Method]; ok {
		handle(r, e)
	}
}

// handlers says what is done with which event; other events are not needed.
var handlers = map[string]func(*recorder, cdp.Event){
	"Debugger.scriptParsed":                      (*recorder).scriptParsed,
	"Console.messageAdded":                       (*recorder).consoleMessage,
	"Network.requestWillBeSent":                  (*recorder).requestWillBeSent,
	"Network.requestWillBeSentExtraInfo":         (*recorder).requestExtra,
	"Network.responseReceived":                   (*recorder).responseReceived,
	"Network.responseReceivedExtraInfo":          (*recorder).responseExtra,
	"Network.loadingFinished":                    (*recorder).loadingFinished,
	"Network.loadingFailed":                      (*recorder).loadingFailed,
	"Network.requestServedFromCache":             (*recorder).servedFromCache,
	"Network.dataReceived":                       (*recorder).dataReceived,
	"Network.webSocketCreated":                   (*recorder).socketCreated,
	"Network.webSocketHandshakeResponseReceived": (*recorder).socketAnswered,
	"Network.webSocketFrameSent":                 (*recorder).socketSent,
	"Network.webSocketFrameReceived":             (*recorder).socketReceived,
	"Network.webSocketFrameError":                (*recorder).socketFailed,
	"Page.frameAttached":                         (*recorder).frameAttached,
	"Page.frameNavigated":                        (*recorder).frameNavigated,
	"Page.frameRequestedNavigation":              (*recorder).navigationAsked,
	"Page.windowOpen":                            (*recorder).windowAsked,
	"Page.loadEventFired":                        (*recorder).loadFired,
	"Page.javascriptDialogOpening":               (*recorder).dialogOpened,
	"Fetch.requestPaused":                        (*recorder).requestPaused,
	"Browser.downloadWillBegin":                  (*recorder).downloadBegan,
	"Inspector.targetCrashed":                    (*recorder).crashed,
	"Target.attachedToTarget":                    (*recorder).targetAttached,
	"Target.detachedFromTarget":                  (*recorder).targetDetached,
	"DOMStorage.domStorageItemAdded":             (*recorder).storageChanged,
	"DOMStorage.domStorageItemUpdated":           (*recorder).storageChanged,
	"DOMStorage.domStorageItemRemoved":           (*recorder).storageRemoved,
	"DOMStorage.domStorageItemsCleared":          (*recorder).storageCleared,
	"ServiceWorker.workerRegistrationUpdated":    (*recorder).registered,
}

// gap records that something could not be observed.
func (r *recorder) gap(k evidence.Kind, where, why string) {
	g := evidence.Gap{Scenario: r.run.Scenario, Kind: k, Where: where, Why: why}
	for _, have := range r.gaps {
		if have == g {
			return
		}
	}
	r.gaps = append(r.gaps, g)
}

// maxEvents is how many events of one kind are kept; the others are counted.
const maxEvents = 50

// event records something that happened and is no other kind of evidence.
func (r *recorder) event(at time.Time, kind, url, text string) {
	r.found[kind]++
	if r.found[kind] > maxEvents {
		r.run.Losses.EventsDropped++
		return
	}
	r.run.Events = append(r.run.Events, evidence.Event{
		ID: r.id("event", len(r.run.Events)+1), At: r.since(at), Kind: kind, URL: url, Text: clip(text, 300),
	})
}

func (r *recorder) id(kind string, n int) evidence.ID {
	return evidence.NewID(r.run.Scenario, r.part+kind, n)
}

// clip cuts a text that is too long to keep, at a whole character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}
