package tty

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// A clock is moved by hand.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func start(mode string, terminal bool) (*Progress, *bytes.Buffer, *clock) {
	var b bytes.Buffer
	c := &clock{time.Unix(1_000_000, 0)}
	return newProgress(&b, mode, terminal, 60, c.now), &b, c
}

var loading = Event{Run: "before any choice", Number: 1, Of: 3, Stage: "loading", Requests: 1, Elapsed: 500 * time.Millisecond, Left: 59 * time.Second}

func settling(requests int) Event {
	return Event{Run: "before any choice", Number: 1, Of: 3, Stage: "settling", Waiting: "the network to fall silent", Requests: requests, Open: 6, Elapsed: 2 * time.Second, Left: 18 * time.Second}
}

var finish = Event{Run: "before any choice", Number: 1, Of: 3, Requests: 118, Elapsed: 12400 * time.Millisecond, Done: true}

func TestPlain(t *testing.T) {
	p, b, c := start(Plain, true)
	p.Say("spoor 1.0")
	p.Tell(loading)
	p.Tell(settling(10))
	p.Tell(settling(11)) // The same step: nothing new.
	c.at = c.at.Add(9 * time.Second)
	p.tick()
	c.at = c.at.Add(time.Second)
	p.tick()
	c.at = c.at.Add(time.Second)
	p.tick()
	p.Tell(finish)
	c.at = c.at.Add(time.Minute)
	p.tick()
	want := `spoor 1.0
[1/3] before any choice       0.5 s  1 request  loading
[1/3] before any choice       2.0 s  10 requests  settling
[1/3] before any choice      12.0 s  11 requests  waiting for the network to fall silent (6 requests open, 8 s left)
[1/3] before any choice      12.4 s  118 requests
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b, want)
	}
}

func TestOneLineOnATerminal(t *testing.T) {
	p, b, c := start(Auto, true)
	p.Say("spoor 1.0")
	p.Tell(loading)
	c.at = c.at.Add(2 * time.Second)
	p.tick()
	p.Tell(settling(10))
	c.at = c.at.Add(9 * time.Second)
	p.Tell(settling(10)) // News of the same step do not make it younger.
	c.at = c.at.Add(time.Second)
	p.tick()
	p.Tell(finish)
	want := "spoor 1.0\n" +
		"\r\x1b[K[1/3] before any choice       0.5 s  1 request  loading" +
		"\r\x1b[K[1/3] before any choice       2.5 s  1 request  loading" +
		"\r\x1b[K[1/3] before any choice       2.0 s  10 requests  settling" +
		"\r\x1b[K[1/3] before any choice       2.0 s  10 requests  settling" +
		"\r\x1b[K[1/3] before any choice       3.0 s  10 requests  waiting f" +
		"\r\x1b[K[1/3] before any choice      12.4 s  118 requests\n"
	if b.String() != want {
		t.Errorf("got\n%q\nwant\n%q", b, want)
	}
}

func TestAutoWithoutATerminal(t *testing.T) {
	p, b, _ := start(Auto, false)
	p.Tell(loading)
	p.Tell(finish)
	if strings.ContainsAny(b.String(), "\r\x1b") || strings.Count(b.String(), "\n") != 2 {
		t.Errorf("a file got %q", b)
	}
}

func TestJSON(t *testing.T) {
	p, b, c := start(JSON, true)
	p.Say("spoor 1.0")
	p.Tell(settling(10))
	p.Tell(settling(11)) // At most one a second of the same step.
	c.at = c.at.Add(time.Minute)
	p.tick()
	p.Tell(finish)
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("got %q", b)
	}
	for i, done := range []bool{false, true} {
		var got map[string]any
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(err)
		}
		if got["type"] != "progress" || got["done"] != done || got["run"] != "before any choice" {
			t.Errorf("line %d is %v", i, got)
		}
	}
}

func TestNone(t *testing.T) {
	p, b, c := start(None, true)
	p.Say("spoor 1.0")
	p.Tell(loading)
	c.at = c.at.Add(time.Minute)
	p.tick()
	p.Tell(finish)
	if b.Len() > 0 {
		t.Errorf("got %q", b)
	}
}

func TestNote(t *testing.T) {
	for mode, want := range map[string]string{
		Plain: "spoor: note: no sandbox\n",
		None:  "spoor: note: no sandbox\n",
		JSON:  `{"type":"note","text":"no sandbox"}` + "\n",
	} {
		p, b, _ := start(mode, false)
		p.Note("no sandbox")
		if b.String() != want {
			t.Errorf("%s: %q, want %q", mode, b, want)
		}
	}
	p, b, _ := start(Auto, true)
	p.Tell(loading)
	b.Reset()
	p.Note("no sandbox")
	if b.String() != "\r\x1b[Kspoor: note: no sandbox\n" {
		t.Errorf("on a terminal: %q", b)
	}
}

func TestHostileStage(t *testing.T) {
	for _, mode := range []string{Plain, Auto, JSON} {
		p, b, _ := start(mode, false)
		p.Tell(Event{Run: "a\x1b[2J", Stage: "b\nc", Failed: "d\re", Done: true})
		if strings.ContainsAny(b.String(), "\x1b\r") || strings.Count(b.String(), "\n") != 1 {
			t.Errorf("%s: %q", mode, b)
		}
	}
}

func TestNewProgress(t *testing.T) {
	var b bytes.Buffer
	p, err := NewProgress(&b, Plain, false, 0)
	if err != nil {
		t.Fatal(err)
	}
	p.Tell(finish)
	p.Close()
	if !strings.Contains(b.String(), "118 requests") {
		t.Errorf("got %q", &b)
	}
	if _, err := NewProgress(&b, "loud", false, 0); err == nil || !strings.Contains(err.Error(), "loud") {
		t.Errorf("an unknown way gives %v", err)
	}
}

func TestColor(t *testing.T) {
	var b bytes.Buffer
	for word, want := range map[string]bool{"always": true, "never": false, "auto": false, "": false} {
		if got, err := Color(word, &b, false); err != nil || got != want {
			t.Errorf("%q: %v, %v", word, got, err)
		}
	}
	if got, err := Color("always", &b, true); err != nil || !got {
		t.Errorf("always wins over NO_COLOR: %v, %v", got, err)
	}
	if _, err := Color("blue", &b, false); err == nil {
		t.Error("blue was accepted")
	}
	if Width(&b) != 0 || IsTerminal(&b) {
		t.Error("a buffer is taken for a terminal")
	}
}

// TestSideBySide checks that runs which go side by side, and tell their news in
// turn, get one line for each stage of each.
func TestSideBySide(t *testing.T) {
	no := func(stage string) Event {
		return Event{Run: "after no", Number: 2, Of: 2, Stage: stage, Requests: 3, Elapsed: time.Second}
	}
	p, b, _ := start(Plain, true)
	for range 3 {
		p.Tell(loading)
		p.Tell(no("loading"))
	}
	p.Tell(no("answering"))
	p.Tell(Event{Run: "after no", Number: 2, Of: 2, Requests: 4, Elapsed: time.Second, Done: true})
	p.Tell(loading)
	want := `[1/3] before any choice       0.5 s  1 request  loading
[2/2] after no                1.0 s  3 requests  loading
[2/2] after no                1.0 s  3 requests  answering
[2/2] after no                1.0 s  4 requests
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b, want)
	}
}
