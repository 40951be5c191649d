package survey

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

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
