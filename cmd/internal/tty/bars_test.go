package tty

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func startBars(mode string) (*Bars, *bytes.Buffer, *clock) {
	var b bytes.Buffer
	c := &clock{time.Unix(1_000_000, 0)}
	return newBars(&b, mode, false, 40, c.now), &b, c
}

// some tells of three visits.
func some(b *Bars, c *clock) {
	b.Tell(Tally{Sites: 10, All: 20, Over: 2, Running: 2})
	b.Begin("1", "a.test loading")
	c.at = c.at.Add(time.Second)
	b.Begin("2", "b\x1b[2J.test")
	c.at = c.at.Add(time.Minute)
	b.Begin("1", "a.test settling")
	b.End("2", Ended{Site: "b\x1b[2J.test", Repeat: 1, Attempt: 1, State: "failed", Reason: "dns", Again: true, Took: 1500 * time.Millisecond})
	b.Tell(Tally{Sites: 10, All: 20, Over: 5, Failed: 1, Running: 1})
}

func TestBarsPlain(t *testing.T) {
	b, out, c := startBars(Plain)
	some(b, c)
	b.Note("paused")
	want := "b\\x1b[2J.test                               1.5 s  failed: dns (will be tried again)\nspoor: note: paused\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out, want)
	}
}

func TestBarsSilent(t *testing.T) {
	b, out, c := startBars(Auto)
	some(b, c)
	if out.Len() > 0 {
		t.Errorf("without a terminal: %q", out)
	}
	if b.Note("paused"); out.String() != "spoor: note: paused\n" {
		t.Errorf("a note: %q", out)
	}
}

func TestBarsJSON(t *testing.T) {
	b, out, c := startBars(JSON)
	some(b, c)
	var types []string
	var last struct {
		Type      string
		Over      int
		Now       []string
		PerMinute float64 `json:"per_minute"`
		LeftMS    int64   `json:"left_ms"`
	}
	for line := range strings.Lines(out.String()) {
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			t.Fatal(err)
		}
		types = append(types, last.Type)
	}
	if got := strings.Join(types, " "); got != "survey visit survey" {
		t.Errorf("lines of %s", got)
	}
	// Three visits in 61 seconds; fifteen are left.
	if last.Over != 5 || len(last.Now) != 1 || last.Now[0] != "a.test settling" || last.PerMinute < 2.9 || last.PerMinute > 3 || last.LeftMS/1000 != 304 {
		t.Errorf("the last line is %+v", last)
	}
}

func TestBarsOnATerminal(t *testing.T) {
	b, _, c := startBars(Auto)
	some(b, c)
	if got := b.summary(); got != "5 of 20  1 failed  3.0 a minute  about 5 min" {
		t.Errorf("beside the bar: %q", got)
	}
	if got := strings.Join(b.lines(), ""); got != "    61 s  a.test settling\n" {
		t.Errorf("below the bar: %q", got)
	}
	var out bytes.Buffer
	live, err := NewBars(&out, Auto, true, 100)
	if err != nil {
		t.Fatal(err)
	}
	some(live, c)
	time.Sleep(2 * barEvery)
	live.Note("paused")
	live.Close()
	if got := out.String(); !strings.Contains(got, "5 of 20") || !strings.Contains(got, "a.test settling") || !strings.Contains(got, "note: paused") || strings.Contains(got, "\x1b[2J") {
		t.Errorf("on a terminal: %q", got)
	}
	if _, err := NewBars(&out, "loud", false, 0); err == nil {
		t.Error("an unknown way was accepted")
	}
}
