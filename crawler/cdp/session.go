package cdp

import (
	"context"
	"fmt"
	"sync"

	"github.com/chromedp/cdproto"
	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// A Session speaks with one target: a page, a frame in a process of its own, a
// worker, or the browser itself.
type Session struct {
	ID      target.SessionID
	Parent  *Session
	Info    target.Info // as it was when the target attached
	Waiting bool        // the target was held before its first script

	conn *Conn
	sink Sink

	once sync.Once
	gone chan struct{}
	why  error
}

// Gone is closed when the target went away or was given up.
func (s *Session) Gone() <-chan struct{} { return s.gone }

// Fail ends all calls that wait on the session with an error, and lets later
// ones fail at once. A crashed renderer never answers: its visit calls this.
func (s *Session) Fail(err error) {
	s.once.Do(func() {
		s.why = err
		close(s.gone)
	})
	c := s.conn
	var waiting []waiter
	c.mu.Lock()
	for id, w := range c.pending {
		if w.session == s {
			waiting = append(waiting, w)
			delete(c.pending, id)
		}
	}
	c.mu.Unlock()
	for _, w := range waiting {
		w.reply(nil, err)
	}
}

func (s *Session) tell(ev Event) {
	if s.sink != nil {
		s.sink(ev)
	}
}

// Go sends a command and returns at once. Reply, if not nil, gets the answer in
// the reading goroutine, or in the caller's if the session is already gone: it
// must be quick and must not wait. Commands of one session are carried out in
// the order in which they were sent.
func (s *Session) Go(method string, params any, reply func(jsonv2.Value, error)) {
	if reply == nil {
		reply = func(jsonv2.Value, error) {}
	}
	var raw jsonv2.Value
	if params != nil {
		b, err := jsonv2.Marshal(params, chromedp.DefaultMarshalOptions)
		if err != nil {
			reply(nil, fmt.Errorf("cdp: write %s: %w", method, err))
			return
		}
		raw = b
	}
	select {
	case <-s.gone:
		reply(nil, s.why)
		return
	default:
	}
	c := s.conn
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		reply(nil, c.err)
		return
	}
	c.next++
	id := c.next
	c.pending[id] = waiter{s, reply}
	// Queued under the lock, so that ids go out in order.
	c.out.put(&cdproto.Message{ID: id, SessionID: s.ID, Method: cdproto.MethodType(method), Params: raw})
	c.mu.Unlock()
}

// Call sends a command and waits for its answer, which it reads into result if
// that is not nil. It fails when ctx ends, the target goes, or the browser is
// lost. It must not be called from a [Sink].
func (s *Session) Call(ctx context.Context, method string, params, result any) error {
	type answer struct {
		raw jsonv2.Value
		err error
	}
	ch := make(chan answer, 1)
	s.Go(method, params, func(raw jsonv2.Value, err error) { ch <- answer{raw, err} })
	select {
	case a := <-ch:
		if a.err != nil {
			return fmt.Errorf("cdp: %s: %w", method, a.err)
		}
		if result == nil {
			return nil
		}
		if err := jsonv2.Unmarshal(a.raw, result, chromedp.DefaultUnmarshalOptions); err != nil {
			return fmt.Errorf("cdp: read answer of %s: %w", method, err)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("cdp: %s: %w", method, context.Cause(ctx))
	}
}

// Do sends a typed command of cdproto and waits for its typed answer.
func Do[P, R any](ctx context.Context, s *Session, c cdptypes.Command[P, R], params P) (R, error) {
	var r R
	err := s.Call(ctx, c.Method, params, &r)
	return r, err
}

// Send sends a typed command of cdproto without waiting for its answer.
func Send[P, R any](s *Session, c cdptypes.Command[P, R], params P) {
	s.Go(c.Method, params, nil)
}
