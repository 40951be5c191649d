package survey

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"testing"
	"time"
)

// helperEnv makes the test's program a worker on the store that it names.
const helperEnv = "SPOOR_SURVEY_STORE"

// tookEnv is how long each visit of such a worker takes. Without it, it takes a
// moment of chance.
const tookEnv = "SPOOR_SURVEY_TOOK"

// help is a worker whose visits do nothing but take a moment. It writes a line for
// each begin and each end, until all is over.
func help() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	fixed, _ := time.ParseDuration(os.Getenv(tookEnv))
	s, err := Open(ctx, os.Getenv(helperEnv), Keys{})
	if err == nil {
		err = s.Work(ctx, Plan{
			Slots: 4, Deadline: time.Minute,
			Visit: func(ctx context.Context, t Task) (Outcome, error) {
				select {
				case <-ctx.Done():
					return Outcome{}, ctx.Err()
				case <-time.After(cmp.Or(fixed, 5*time.Millisecond+rand.N(25*time.Millisecond))):
				}
				return measured(t), nil
			},
			Tell: func(n News) {
				switch n.Kind {
				case Begun:
					fmt.Println("begun", n.Task.Number, n.Task.Repeat)
				case Ended:
					fmt.Println("ended", n.Task.Number, n.Task.Repeat)
				case Paused:
					fmt.Println("paused", n.Why)
				case Resumed:
					fmt.Println("resumed", n.Why)
				case Returned:
					fmt.Println("returned", n.Task.Number, n.Task.Repeat)
				}
			},
		})
		_ = s.Close()
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A helper is a worker in a process of its own.
type helper struct {
	cmd    *exec.Cmd
	lines  chan string
	errors bytes.Buffer
	said   []string
}

func startHelper(t testing.TB, where string, env ...string) *helper {
	t.Helper()
	h := &helper{cmd: exec.Command(os.Args[0]), lines: make(chan string, 100_000)}
	h.cmd.Env = append(append(os.Environ(), helperEnv+"="+where), env...)
	h.cmd.Stderr = &h.errors
	out, err := h.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.cmd.Process.Kill() })
	go func() {
		defer close(h.lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			h.lines <- s.Text()
		}
	}()
	return h
}

// until reads what the helper says until it has said n lines that begin with a
// word, or ended.
func (h *helper) until(word string, n int) (ended bool) {
	for n > 0 {
		line, ok := <-h.lines
		if !ok {
			return true
		}
		h.said = append(h.said, line)
		if strings.HasPrefix(line, word) {
			n--
		}
	}
	return false
}

// kill ends the helper at once, and waits until it is gone.
func (h *helper) kill() {
	_ = h.cmd.Process.Kill()
	h.until("", 1<<30)
	_ = h.cmd.Wait()
}

// wait waits until the helper has ended by itself.
func (h *helper) wait(t testing.TB) {
	t.Helper()
	h.until("", 1<<30)
	if err := h.cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, &h.errors)
	}
}

// checkWhole checks that every visit is there once, measured, with its evidence,
// and that there is no evidence besides.
func checkWhole(t testing.TB, where string, want int) {
	t.Helper()
	s, err := Open(t.Context(), where, Keys{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // It only reads.
	var named []string
	for _, row := range visits(t, s) {
		if row.State != Measured || string(row.Facts) != "facts of "+row.Site {
			t.Errorf("%s, visit %d: %s %s", row.Site, row.Repeat, row.State, row.Reason)
		}
		named = append(named, row.Bundle)
		err := s.Bundles().Local(t.Context(), row.Bundle, func(path string) error {
			text, err := os.ReadFile(path)
			if err == nil && string(text) != "evidence of "+row.Site {
				err = fmt.Errorf("the evidence of %s is %q", row.Site, text)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	slices.Sort(named)
	if len(named) != want || len(slices.Compact(slices.Clone(named))) != want {
		t.Errorf("%d visits with %d bundles, want %d", len(named), len(slices.Compact(named)), want)
	}
	st, err := s.Status(t.Context())
	if err != nil || st.Done != 2*want || st.Pending+st.Running+st.Failed != 0 {
		t.Errorf("%+v, %v", st, err)
	}
}

// TestKill kills a worker at random moments, ten times, and starts the next one.
// Nothing may be lost, nothing be there twice, and only what was on the way may be
// made again.
func TestKill(t *testing.T) { inEach(t, testKill) }

func testKill(t *testing.T, where string) {
	const n, kills = 400, 10
	_ = create(t, where, setup(1), sites(n)).Close()
	if IsAddress(where) {
		shortLease(t, where)
	}
	begun, ended := map[string]int{}, 0
	count := func(h *helper) {
		for _, line := range h.said {
			what, key, _ := strings.Cut(line, " ")
			switch what {
			case "begun":
				begun[key]++
			case "ended":
				ended++
			}
		}
	}
	for range kills {
		h := startHelper(t, where)
		h.until("begun", 1+rand.N(30))
		time.Sleep(rand.N(20 * time.Millisecond))
		h.kill()
		count(h)
	}
	last := startHelper(t, where)
	last.wait(t)
	count(last)
	checkWhole(t, where, n)
	again := 0
	for _, times := range begun {
		again += times - 1
	}
	if len(begun) != n || again > 4*kills {
		t.Errorf("%d visits were begun, and %d begun again after %d kills of 4 at a time", len(begun), again, kills)
	}
	t.Logf("%d visits begun again, %d ends told", again, ended)
}

// shortLease makes dead workers known at once: the server's clock decides, so the
// test makes them look old.
func shortLease(t *testing.T, where string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	db, err := openPostgres(ctx, where)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			// A worker that lives tells so every five seconds.
			_, _ = db.exec(ctx, `UPDATE spoor_workers SET seen = seen - 1000000 WHERE seen < `+serverNow+` - 7000`)
			time.Sleep(100 * time.Millisecond)
		}
	}()
	t.Cleanup(func() { cancel(); <-done; _ = db.close() })
}

// TestTwoWorkers lets two processes work on one store.
func TestTwoWorkers(t *testing.T) { inEach(t, testTwoWorkers) }

func testTwoWorkers(t *testing.T, where string) {
	const n = 200
	_ = create(t, where, setup(1), sites(n)).Close()
	a, b := startHelper(t, where), startHelper(t, where)
	a.wait(t)
	b.wait(t)
	checkWhole(t, where, n)
	var all []string
	for _, h := range []*helper{a, b} {
		mine := 0
		for _, line := range h.said {
			if key, ok := strings.CutPrefix(line, "begun "); ok {
				mine++
				all = append(all, key)
			}
		}
		if mine == 0 {
			t.Error("one of two workers had nothing to do")
		}
	}
	if len(all) != n {
		t.Errorf("%d visits were begun, want %d", len(all), n)
	}
}

// TestInterrupt interrupts a worker: what is on the way goes back, and nothing is
// begun twice that came to an end.
func TestInterrupt(t *testing.T) { inEach(t, testInterrupt) }

func testInterrupt(t *testing.T, where string) {
	const n = 100
	_ = create(t, where, setup(1), sites(n)).Close()
	h := startHelper(t, where)
	h.until("ended", 10)
	_ = h.cmd.Process.Signal(os.Interrupt)
	h.wait(t)
	s, err := Open(t.Context(), where, Keys{})
	if err != nil {
		t.Fatal(err)
	}
	st, err := s.Status(t.Context())
	if err != nil || st.Running > 0 || st.Pending == 0 {
		t.Errorf("after the interrupt: %+v, %v", st, err)
	}
	_ = s.Close()
	startHelper(t, where).wait(t)
	checkWhole(t, where, n)
}
