package cdp

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp/jsonv2"
)

// A wire is a browser made of two channels.
type wire struct {
	in  chan *cdproto.Message // to the connection
	out chan *cdproto.Message // from it
}

func newWire() *wire {
	return &wire{in: make(chan *cdproto.Message, 16), out: make(chan *cdproto.Message, 16)}
}

func (w *wire) Read(_ context.Context, m *cdproto.Message) error {
	got, ok := <-w.in
	if !ok {
		return io.EOF
	}
	*m = *got
	return nil
}

func (w *wire) Write(_ context.Context, m *cdproto.Message) error {
	w.out <- m
	return nil
}

func (w *wire) Close() error { return nil }

func (w *wire) event(session, method, params string) {
	m := &cdproto.Message{Method: cdproto.MethodType(method), Params: jsonv2.Value(params)}
	if session != "" {
		m.SessionID = "S1"
	}
	w.in <- m
}

const attached = `{"sessionId":"S1","targetInfo":{"targetId":"T1","type":"page","title":"","url":"about:blank","attached":true,"canAccessOpener":false},"waitingForDebugger":true}`

// open attaches one target and returns its session and what it is told.
func open(t *testing.T, w *wire) (*Conn, *Session, chan Event) {
	t.Helper()
	events := make(chan Event, 16)
	c := New(w, nil, func(*Session) Sink { return func(e Event) { events <- e } })
	w.event("", "Target.attachedToTarget", attached)
	e := <-events
	if e.Method != "Target.attachedToTarget" || !e.Session.Waiting || e.Session.Info.TargetID != "T1" {
		t.Fatalf("first event %+v", e)
	}
	return c, e.Session, events
}

func TestCall(t *testing.T) {
	w := newWire()
	_, s, _ := open(t, w)
	go func() {
		m := <-w.out
		w.in <- &cdproto.Message{ID: m.ID, Result: jsonv2.Value(`{"value":7}`)}
		m = <-w.out
		w.in <- &cdproto.Message{ID: m.ID, Error: &cdproto.Error{Code: -32000, Message: "no"}}
	}()
	var got struct {
		Value int `json:"value"`
	}
	if err := s.Call(t.Context(), "A.b", map[string]any{"x": 1}, &got); err != nil || got.Value != 7 {
		t.Errorf("value %d, error %v", got.Value, err)
	}
	var refused *cdproto.Error
	if err := s.Call(t.Context(), "A.c", nil, nil); !errors.As(err, &refused) {
		t.Errorf("error %v, want the browser's own", err)
	}
}

// TestLost demands that no call waits for a browser that has gone.
func TestLost(t *testing.T) {
	w := newWire()
	c, s, _ := open(t, w)
	done := make(chan error, 1)
	go func() { done <- s.Call(context.Background(), "A.b", nil, nil) }()
	<-w.out
	close(w.in)
	for _, err := range []error{<-done, s.Call(context.Background(), "A.c", nil, nil)} {
		if !errors.Is(err, ErrLost) {
			t.Errorf("error %v, want %v", err, ErrLost)
		}
	}
	<-c.Lost()
	<-s.Gone()
}

func TestDetached(t *testing.T) {
	w := newWire()
	_, s, events := open(t, w)
	done := make(chan error, 1)
	go func() { done <- s.Call(context.Background(), "A.b", nil, nil) }()
	<-w.out
	w.event("", "Target.detachedFromTarget", `{"sessionId":"S1","targetId":"T1"}`)
	if err := <-done; !errors.Is(err, ErrDetached) {
		t.Errorf("error %v, want %v", err, ErrDetached)
	}
	if e := <-events; e.Method != "Target.detachedFromTarget" || e.Session != s {
		t.Errorf("event %+v", e)
	}
	w.event("S1", "A.late", `{}`) // of a session that is no more: dropped
	select {
	case e := <-events:
		t.Errorf("event %+v of a target that has gone", e)
	case <-time.After(50 * time.Millisecond):
	}
}

func TestDeadline(t *testing.T) {
	w := newWire()
	_, s, _ := open(t, w)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := s.Call(ctx, "A.b", nil, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want %v", err, context.DeadlineExceeded)
	}
}
