package survey

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
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

// TestDatabaseDown takes the database away from a worker that is at work, and
// gives it back.
func TestDatabaseDown(t *testing.T) {
	if postgresServer(t); testing.Short() {
		t.Skip("it takes a while")
	}
	own, err := newServer()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		own.kill()
		_ = os.RemoveAll(own.dir)
	})
	const n = 150
	where := own.database(t)
	_ = create(t, where, setup(1), sites(n)).Close()
	h := startHelper(t, where)
	for range 2 {
		h.until("ended", 20)
		own.kill()
		if h.until("paused", 1) {
			t.Fatalf("the worker ended: %s", &h.errors)
		}
		if err := own.start(); err != nil {
			t.Fatal(err)
		}
		if h.until("resumed", 1) {
			t.Fatalf("the worker ended: %s", &h.errors)
		}
	}
	h.wait(t)
	checkWhole(t, where, n)
}

// A fullDisk has no room for some time.
type fullDisk struct {
	Folder
	left int
	err  error
}

func (d *fullDisk) Put(ctx context.Context, name, src string) error {
	if d.left--; d.left >= 0 {
		return &os.PathError{Op: "write", Path: name, Err: d.err}
	}
	return d.Folder.Put(ctx, name, src)
}

// TestFullDisk checks that a worker waits while there is no room for evidence, and
// makes no visit again for it.
func TestFullDisk(t *testing.T) {
	where := t.TempDir()
	s := create(t, where, setup(1), sites(6))
	s.bundles = &fullDisk{Folder(filepath.Join(where, evidenceName)), 2, syscall.ENOSPC}
	begun, waits := 0, []string{}
	work(t, s, Plan{
		Slots: 1, Visit: func(_ context.Context, task Task) (Outcome, error) { return measured(task), nil },
		Tell: func(n News) {
			switch n.Kind {
			case Begun:
				begun++
			case Paused, Resumed:
				waits = append(waits, n.Why)
			}
		},
	})
	const full = "there is no space left on the disk"
	if begun != 6 || !slices.Equal(waits, []string{full, full}) {
		t.Errorf("%d visits were begun; waited for %q", begun, waits)
	}
	_ = s.Close()
	checkWhole(t, where, 6)
}

// TestNoPlace checks that an error that does not pass ends the worker, with all
// visits still to be made.
func TestNoPlace(t *testing.T) {
	where := t.TempDir()
	s := create(t, where, setup(1), sites(6))
	s.bundles = &fullDisk{Folder(where), 100, syscall.EACCES}
	err := s.Work(t.Context(), Plan{Slots: 2, Deadline: time.Minute, Visit: func(_ context.Context, task Task) (Outcome, error) { return measured(task), nil }})
	if !errors.Is(err, syscall.EACCES) {
		t.Errorf("the worker ended with %v", err)
	}
	if st, err := s.Status(t.Context()); err != nil || st.Pending != 12 {
		t.Errorf("%+v, %v", st, err)
	}
}

// TestPoison checks that visits that end their workers, or cannot be made, are given
// up after some tries, and that the others are made.
func TestPoison(t *testing.T) {
	where := t.TempDir()
	s := create(t, where, setup(1), sites(3))
	if _, err := s.db.exec(t.Context(), `UPDATE spoor_visits SET lost = $1 WHERE number = 2`, maxLost-1); err != nil {
		t.Fatal(err)
	}
	work(t, s, Plan{Visit: func(_ context.Context, task Task) (Outcome, error) {
		if task.Number == 2 {
			return Outcome{}, errors.New("this one cannot be visited")
		}
		return measured(task), nil
	}})
	for _, row := range visits(t, s) {
		if lost := row.Number == 2; lost != (row.State == Failed && row.Reason == brokenOff) || !lost && row.State != Measured {
			t.Errorf("%s: %s %s", row.Site, row.State, row.Reason)
		}
	}
}

// TestStolen lets a worker be taken for dead while it makes a visit: what it brings
// home does not count, and what the other one brings home does.
func TestStolen(t *testing.T) { inEach(t, testStolen) }

func testStolen(t *testing.T, where string) {
	s := create(t, where, setup(1), sites(1))
	stolen := false
	work(t, s, Plan{Slots: 1, Visit: func(ctx context.Context, task Task) (Outcome, error) {
		o := measured(task)
		if !stolen {
			stolen = true
			o.Evidence = func(w io.Writer) error { _, err := io.WriteString(w, "of a dead worker"); return err }
			// As another worker does it.
			other := &worker{s: s, me: workerID{id: "other"}, flying: map[int64]bool{}}
			err := s.db.within(ctx, func(tx transaction) error {
				claims, err := s.db.claims(ctx, tx)
				if err != nil || len(claims) != 1 {
					return fmt.Errorf("claims %v, %w", claims, err)
				}
				if _, err := tx.exec(ctx, `DELETE FROM river_job WHERE id = $1`, claims[0].id); err != nil {
					return err
				}
				return other.takeBack(ctx, tx, func(id string) bool { return id == "other" }, map[visitJob]bool{claims[0].job: true})
			})
			if err != nil {
				t.Error(err)
			}
		}
		return o, nil
	}})
	checkWhole(t, where, 1)
	for name, err := range s.Bundles().Names(t.Context()) {
		if row := visits(t, s)[0]; err != nil || name != row.Bundle {
			t.Errorf("%s is there besides %s, %v", name, row.Bundle, err)
		}
	}
}

// TestFullDatabase checks that a worker waits while there is no room for the
// database, and makes no visit again that came to an end.
func TestFullDatabase(t *testing.T) {
	where := t.TempDir()
	const n = 40
	s := create(t, where, setup(1), sites(n))
	pages, err := one[int64](t.Context(), s.db, `PRAGMA page_count`)
	if err != nil {
		t.Fatal(err)
	}
	limit := func(most int64) {
		if _, err := s.db.exec(t.Context(), fmt.Sprintf(`PRAGMA max_page_count = %d`, most)); err != nil {
			t.Error(err)
		}
	}
	limit(pages + 30)
	begun, why := 0, ""
	work(t, s, Plan{
		Slots: 2, Visit: func(_ context.Context, task Task) (Outcome, error) {
			o := measured(task)
			o.Facts = append(o.Facts, bytes.Repeat([]byte{0}, 10_000)...)
			return o, nil
		},
		Tell: func(news News) {
			switch news.Kind {
			case Begun:
				begun++
			case Paused:
				why = news.Why
				limit(1 << 30)
			}
		},
	})
	if begun != n || why != "there is no space left on the disk" {
		t.Errorf("%d visits were begun, want %d; waited because %q", begun, n, why)
	}
	if st, err := s.Status(t.Context()); err != nil || st.Visits[Measured] != n {
		t.Errorf("%+v, %v", st, err)
	}
}

// TestLenient checks that a worker that was long not heard of holds nobody for dead
// until the others could be heard of.
func TestLenient(t *testing.T) {
	var h hearing
	at := time.Unix(1_700_000_000, 0)
	steps := []struct {
		after time.Duration
		want  bool
	}{{0, false}, {beatEvery, false}, {time.Minute, true}}
	for at := beatEvery; at <= lease; at += beatEvery {
		steps = append(steps, struct {
			after time.Duration
			want  bool
		}{beatEvery, at < lease})
	}
	for i, c := range steps {
		at = at.Add(c.after)
		if got := h.lenient(at); got != c.want {
			t.Errorf("step %d: %v", i, got)
		}
	}
}
