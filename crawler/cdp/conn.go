package cdp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Errors that end calls.
var (
	// ErrLost is wrapped by every call that fails because the browser is gone.
	ErrLost = errors.New("connection to the browser is lost")
	// ErrDetached is wrapped by every call on a target that went away.
	ErrDetached = errors.New("target is gone")
)

// An Event is one message that the browser sent on its own account.
type Event struct {
	Session *Session
	Method  string
	Params  []byte // JSON; valid for as long as it is kept
	At      time.Time
}

// Decode reads the event's parameters into a cdproto event type.
func (e Event) Decode(into any) error {
	if err := jsonv2.Unmarshal(e.Params, into, chromedp.DefaultUnmarshalOptions); err != nil {
		return fmt.Errorf("cdp: read %s: %w", e.Method, err)
	}
	return nil
}

// A Sink takes events, in the order of the connection. It is called by the
// goroutine that reads the connection: it must be quick and must not wait for
// a reply.
type Sink func(Event)

// A Conn is one connection to one browser.
type Conn struct {
	tr    chromedp.Transport
	root  *Session
	route func(*Session) Sink

	mu       sync.Mutex
	next     int64
	pending  map[int64]waiter
	sessions map[target.SessionID]*Session
	err      error

	out  outbox
	lost chan struct{}
}

type waiter struct {
	session *Session
	reply   func(jsonv2.Value, error)
}

// New starts to speak over a transport. Events of the browser itself go to
// sink. For every target that attaches directly to the browser, route says
// where its events go; nil drops them. Targets that attach to a target share
// their parent's sink. Route is called by the reading goroutine.
func New(tr chromedp.Transport, sink Sink, route func(*Session) Sink) *Conn {
	c := &Conn{
		tr:       tr,
		route:    route,
		pending:  map[int64]waiter{},
		sessions: map[target.SessionID]*Session{},
		lost:     make(chan struct{}),
	}
	c.out.wake = make(chan struct{}, 1)
	c.root = &Session{conn: c, sink: sink, gone: make(chan struct{})}
	go c.write()
	go c.read()
	return c
}

// Root is the session of the browser itself.
func (c *Conn) Root() *Session { return c.root }

// Lost is closed when the connection has ended, for whatever reason.
func (c *Conn) Lost() <-chan struct{} { return c.lost }

// Close ends the connection; the browser then exits by itself.
func (c *Conn) Close() error {
	if err := c.tr.Close(); err != nil {
		return fmt.Errorf("cdp: close: %w", err)
	}
	return nil
}

// outbox queues messages without limit, so that the reading goroutine can send
// and still never waits: were it to wait for a full pipe while the browser waits
// for us to read, both would wait for ever. What is queued is bounded by what
// the callers ask for.
type outbox struct {
	mu    sync.Mutex
	queue []*cdproto.Message
	wake  chan struct{}
}

func (o *outbox) put(m *cdproto.Message) {
	o.mu.Lock()
	o.queue = append(o.queue, m)
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

func (o *outbox) take() []*cdproto.Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	q := o.queue
	o.queue = nil
	return q
}

func (c *Conn) write() {
	for {
		select {
		case <-c.lost:
			return
		case <-c.out.wake:
		}
		for _, m := range c.out.take() {
			// A failed write is followed by a failed read, which ends all.
			if err := c.tr.Write(context.Background(), m); err != nil {
				return
			}
		}
	}
}

func (c *Conn) read() {
	var err error
	for {
		msg := new(cdproto.Message)
		if err = c.tr.Read(context.Background(), msg); err != nil {
			break
		}
		if msg.ID != 0 {
			c.answer(msg)
			continue
		}
		c.dispatch(msg)
	}
	if errors.Is(err, io.EOF) {
		err = ErrLost
	} else {
		err = fmt.Errorf("%w: %w", ErrLost, err)
	}
	c.mu.Lock()
	c.err = err
	waiting := c.pending
	c.pending = nil
	sessions := c.sessions
	c.mu.Unlock()
	close(c.lost)
	for _, w := range waiting {
		w.reply(nil, err)
	}
	for _, s := range sessions {
		s.Fail(err)
	}
}

func (c *Conn) answer(msg *cdproto.Message) {
	c.mu.Lock()
	w, ok := c.pending[msg.ID]
	delete(c.pending, msg.ID)
	c.mu.Unlock()
	if !ok {
		return
	}
	if msg.Error != nil {
		w.reply(nil, msg.Error)
		return
	}
	w.reply(msg.Result, nil)
}

func (c *Conn) dispatch(msg *cdproto.Message) {
	s := c.session(msg.SessionID)
	if s == nil {
		return
	}
	ev := Event{Session: s, Method: string(msg.Method), Params: msg.Params, At: time.Now()}
	switch msg.Method {
	case "Target.attachedToTarget":
		c.attach(s, ev)
	case "Target.detachedFromTarget":
		c.detach(ev)
	default:
		s.tell(ev)
	}
}

func (c *Conn) session(id target.SessionID) *Session {
	if id == "" {
		return c.root
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sessions[id]
}

// attach registers a child before the next message is read, so that none of
// its events is lost. The news of its attaching, and of its leaving, comes as an
// event of the child.
func (c *Conn) attach(parent *Session, ev Event) {
	var a target.EventAttachedToTarget
	if err := ev.Decode(&a); err != nil || a.TargetInfo == nil {
		return
	}
	s := &Session{
		conn: c, ID: a.SessionID, Parent: parent, Info: *a.TargetInfo,
		Waiting: a.WaitingForDebugger, sink: parent.sink, gone: make(chan struct{}),
	}
	if parent == c.root {
		s.sink = nil
		if c.route != nil {
			s.sink = c.route(s)
		}
	}
	c.mu.Lock()
	c.sessions[s.ID] = s
	c.mu.Unlock()
	ev.Session = s
	s.tell(ev)
}

func (c *Conn) detach(ev Event) {
	var d target.EventDetachedFromTarget
	if err := ev.Decode(&d); err != nil {
		return
	}
	c.mu.Lock()
	s := c.sessions[d.SessionID]
	delete(c.sessions, d.SessionID)
	c.mu.Unlock()
	if s == nil {
		return
	}
	ev.Session = s
	s.tell(ev)
	s.Fail(ErrDetached)
}
