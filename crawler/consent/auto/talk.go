package auto

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spoor-audit/spoor/crawler/consent"
)

const (
	maxFrames = 40 // documents of a page that are looked at
	// Smallest frame in which a dialog could be read, in CSS pixels.
	minWidth, minHeight = 100, 40

	// detectRetries is how often the script looks again, half a second apart.
	detectRetries = 20

	// Documents are asked often while they have something to say, for the script
	// gives up on a snippet after a second, and seldom when they have not.
	pollEvery   = 60 * time.Millisecond
	pollQuiet   = 200 * time.Millisecond
	pollEmpty   = 500 * time.Millisecond // of those too small for the script
	quietAfter  = time.Second
	askLimit    = 2 * time.Second        // for a document to say what it has
	startLimit  = 5 * time.Second        // for a document to take in the script
	snippetTime = 900 * time.Millisecond // the script waits for a snippet for a second
)

// A talk is the exchange of messages with the content script in all documents of
// a page. Documents are known by a number that is left in them, for frames come,
// go and are replaced while it goes on.
type talk struct {
	rules *Rules
	page  consent.Page
	gen   string

	mu    sync.Mutex
	docs  map[int]*document
	busy  map[string]bool
	due   map[string]time.Time // when a document is asked again
	next  int
	heard bool // some document has answered
	last  error
}

// A document is one in which the script runs.
type document struct {
	id        int
	frame     consent.Frame
	top       bool
	born      time.Time
	seen      time.Time
	spoke     time.Time
	lifecycle string
	cmp       string    // found
	cmpAt     time.Time // when
	popup     string    // rule whose dialog is shown
	popupAt   time.Time // when
	cosmetic  bool      // of the rule of popup, or of cmp
	labels    []string  // what was clicked
	snippets  int       // run among the page's own scripts

	replaced  bool // another has taken its place in the window
	commanded bool
	result    *bool // of the choice
	finished  bool  // no other document has to go on with the choice
	tests     bool  // the rule can test itself
	passed    *bool // the rule's test of itself
}

func newTalk(r *Rules, page consent.Page) *talk {
	return &talk{rules: r, page: page, gen: rand.Text(), docs: map[int]*document{}, busy: map[string]bool{}, due: map[string]time.Time{}}
}

// until asks all documents again and again for their messages until done says
// so, which is called with the talk locked, or the context ends.
func (t *talk) until(ctx context.Context, done func(now time.Time) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	var frames []consent.Frame
	var listed time.Time
	for {
		if time.Since(listed) > 4*pollEvery {
			fs, err := t.list(ctx)
			if err != nil && ctx.Err() == nil && frames == nil {
				return err
			}
			if err == nil {
				frames = fs
			}
			listed = time.Now()
		}
		for i, f := range frames[:min(len(frames), maxFrames)] {
			t.start(ctx, &running, f, i == 0, key(frames, i))
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
		t.mu.Lock()
		over := done(time.Now())
		t.mu.Unlock()
		if over {
			return nil
		}
	}
}

func (t *talk) list(ctx context.Context) ([]consent.Frame, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	frames, err := t.page.Frames(ctx)
	if err != nil {
		return nil, fmt.Errorf("auto: list the frames: %w", err)
	}
	return frames, nil
}

// key tells frames apart from one listing to the next.
func key(frames []consent.Frame, i int) string {
	n, address := 0, frames[i].URL()
	for _, f := range frames[:i] {
		if f.URL() == address {
			n++
		}
	}
	return strconv.Itoa(n) + " " + address
}

// start asks one document, unless it still owes an answer: one that hangs must
// not keep the others waiting, for the script gives up on a snippet after a second.
func (t *talk) start(ctx context.Context, running *sync.WaitGroup, f consent.Frame, top bool, key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.busy[key] || time.Now().Before(t.due[key]) {
		return
	}
	t.busy[key] = true
	running.Go(func() {
		pause, err := t.ask(ctx, f, top)
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.busy, key)
		t.due[key] = time.Now().Add(pause)
		if err != nil && top {
			t.last = err
		}
	})
}

// An answer is what a document has to say. Of one without the script, None is
// true.
type answer struct {
	None     bool      `json:"none"`
	Width    int       `json:"width"`
	Height   int       `json:"height"`
	ID       int       `json:"id"`
	State    *state    `json:"state"`
	Messages []message `json:"messages"`
	Clicks   []string  `json:"clicks"`
}

type state struct {
	Lifecycle string `json:"lifecycle"`
}

// A message is one from the content script.
type message struct {
	Type     string `json:"type"`
	CMP      string `json:"cmp"`
	ID       string `json:"id"`
	Code     string `json:"code"`
	Result   any    `json:"result"`
	SelfTest bool   `json:"scheduleSelfTest"`
}

const askJS = `(()=>{const o=globalThis.spoorAutoconsent;` +
	`if(!o||o.gen!==%s)return{none:true,width:innerWidth|0,height:document.documentElement?innerHeight|0:0};` +
	`const r={id:o.id,state:o.state,messages:o.messages,clicks:o.clicks};o.messages=[];o.clicks=[];return r})()`

// ask fetches the messages of one document and answers them, or starts the
// script in it. It returns how long the document can be left alone.
func (t *talk) ask(ctx context.Context, f consent.Frame, top bool) (time.Duration, error) {
	var a answer
	if err := within(ctx, askLimit, func(ctx context.Context) error {
		return f.World(ctx, fmt.Sprintf(askJS, quote(t.gen)), &a)
	}); err != nil {
		return pollQuiet, err
	}
	t.mu.Lock()
	t.heard = true
	t.mu.Unlock()
	if a.None {
		if !top && (a.Width < minWidth || a.Height < minHeight) || top && a.Height == 0 {
			return pollEmpty, nil
		}
		return 0, t.open(ctx, f, top)
	}
	snippets, quiet := t.hear(&a, f)
	if len(snippets) > 0 {
		return 0, t.run(ctx, f, snippets)
	}
	if quiet && !top {
		return pollQuiet, nil
	}
	return 0, nil
}

func (t *talk) open(ctx context.Context, f consent.Frame, top bool) error {
	t.mu.Lock()
	t.next++
	id := t.next
	t.mu.Unlock()
	js, err := t.rules.source(t.gen, id, f.URL(), top)
	if err != nil {
		return err
	}
	if err := within(ctx, startLimit, func(ctx context.Context) error { return f.World(ctx, js, nil) }); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if top {
		for _, d := range t.docs {
			d.replaced = d.replaced || d.top
		}
	}
	t.docs[id] = &document{id: id, frame: f, top: top, born: now, seen: now, spoke: now}
	return nil
}

// hear takes in what a document says. It returns the snippets that it wants run,
// and whether it has said nothing for a while.
func (t *talk) hear(a *answer, f consent.Frame) (snippets []message, quiet bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	d := t.docs[a.ID]
	if d == nil {
		return nil, false
	}
	d.seen, d.frame = time.Now(), f
	if a.State != nil {
		d.lifecycle = a.State.Lifecycle
	}
	d.labels = append(d.labels, a.Clicks...)
	if len(a.Messages) > 0 {
		d.spoke = d.seen
	}
	for _, m := range a.Messages {
		switch m.Type {
		case "eval":
			snippets = append(snippets, m)
			d.snippets++
		case "cmpDetected":
			if cosmetic := t.rules.cosmetic(m.CMP); d.cmp == "" || d.cosmetic && !cosmetic && d.popup == "" {
				d.cmp, d.cosmetic, d.cmpAt = m.CMP, cosmetic, d.seen
			}
		case "popupFound":
			if d.popup == "" {
				d.popup, d.cmp, d.cosmetic = m.CMP, m.CMP, t.rules.cosmetic(m.CMP)
				d.popupAt = d.seen
			}
		case "optOutResult", "optInResult":
			ok := truthy(m.Result)
			d.result, d.tests = &ok, m.SelfTest
		case "autoconsentDone":
			d.finished = true
		case "selfTestResult":
			ok := truthy(m.Result)
			d.passed = &ok
		}
	}
	return snippets, !d.commanded && d.seen.Sub(d.spoke) > quietAfter
}

// run runs snippets among the page's own scripts and hands back their results.
// They are asked for in one go, and their results come back as a text of ones and
// noughts, which no script of the page can change on the way. What cannot be run
// counts as false, as it does with autoconsent itself.
func (t *talk) run(ctx context.Context, f consent.Frame, snippets []message) error {
	var js strings.Builder
	for i, s := range snippets {
		if i > 0 {
			js.WriteString("+")
		}
		js.WriteString("(()=>{try{return(" + s.Code + ")?'1':'0'}catch(e){return'0'}})()")
	}
	var results string
	// A page that breaks here costs the result, and not the talk.
	_ = within(ctx, snippetTime, func(ctx context.Context) error { return f.Main(ctx, js.String(), &results) })
	var reply strings.Builder
	for i, s := range snippets {
		yes := i < len(results) && results[i] == '1'
		b, err := json.Marshal(map[string]any{"type": "evalResp", "id": s.ID, "result": yes})
		if err != nil {
			return fmt.Errorf("auto: answer: %w", err)
		}
		reply.WriteString(receive(string(b)) + ";")
	}
	return within(ctx, askLimit, func(ctx context.Context) error { return f.World(ctx, reply.String(), nil) })
}

// tell sends a command to the script in one document.
func (t *talk) tell(ctx context.Context, d *document, command string) error {
	js := `(()=>{const o=globalThis.spoorAutoconsent;if(!o||o.gen!==` + quote(t.gen) + `||o.id!==` + strconv.Itoa(d.id) +
		`)return false;` + receive(`{type:`+quote(command)+`}`) + `;return true})()`
	t.mu.Lock()
	f := d.frame
	t.mu.Unlock()
	var there bool
	if err := within(ctx, askLimit, func(ctx context.Context) error { return f.World(ctx, js, &there) }); err != nil {
		return fmt.Errorf("auto: %s: %w", command, err)
	}
	if !there {
		return fmt.Errorf("auto: %s: %w", command, ErrGone)
	}
	return nil
}

// sorted lists the documents in the order in which the script was put into them.
// The talk must be locked.
func (t *talk) sorted() []*document {
	out := make([]*document, 0, len(t.docs))
	for _, d := range t.docs {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b *document) int { return a.id - b.id })
	return out
}

func (r *Rules) cosmetic(name string) bool {
	one := r.byName[name]
	return one != nil && one.cosmetic
}

func truthy(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case nil:
		return false
	case string:
		return v != ""
	case float64:
		return v != 0
	}
	return true
}

// within calls f and comes back in time even if f does not look at its context.
func within(ctx context.Context, limit time.Duration, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := f(ctx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil && errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
