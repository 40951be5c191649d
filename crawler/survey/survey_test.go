package survey

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// setup is what tests ask.
func setup(repeat int) Setup {
	return Setup{List: "list.csv", Scenarios: []string{"none", "reject"}, Repeat: repeat, Spoor: "test", Created: time.Unix(1_700_000_000, 0).UTC()}
}

// create makes a survey of sites.
func create(t testing.TB, where string, s Setup, list string) *Store {
	t.Helper()
	if IsAddress(where) {
		s.Evidence = evidenceOf(t)
	}
	store, _, err := Create(t.Context(), where, s, Keys{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if _, err := store.Load(t.Context(), strings.NewReader(list)); err != nil {
		t.Fatal(err)
	}
	return store
}

// evidencePlaces are the folders for the evidence of tests, by their names.
var evidencePlaces sync.Map

// evidenceOf is a folder for the evidence of a test's survey, the same one at each
// call.
func evidenceOf(t testing.TB) string {
	if dir, ok := evidencePlaces.Load(t.Name()); ok {
		return dir.(string)
	}
	dir := t.TempDir()
	evidencePlaces.Store(t.Name(), dir)
	t.Cleanup(func() { evidencePlaces.Delete(t.Name()) })
	return dir
}

// sites is a list of n sites.
func sites(n int) string {
	var b strings.Builder
	b.WriteString("site,country\n")
	for i := range n {
		fmt.Fprintf(&b, "site-%d.test,%s\n", i+1, []string{"NL", "DE"}[i%2])
	}
	return b.String()
}

// measured is the outcome of a visit that went well.
func measured(t Task) Outcome {
	return Outcome{
		State: Measured, RunsDone: 2, Facts: []byte("facts of " + t.Site), FinalURL: t.URL,
		Evidence: func(w io.Writer) error { _, err := io.WriteString(w, "evidence of "+t.Site); return err },
	}
}

// work works until all is over.
func work(t testing.TB, s *Store, p Plan) {
	t.Helper()
	if p.Slots == 0 {
		p.Slots = 4
	}
	if p.Deadline == 0 {
		p.Deadline = 20 * time.Second
	}
	if err := s.Work(t.Context(), p); err != nil {
		t.Fatal(err)
	}
}

func visits(t testing.TB, s *Store) []Row {
	t.Helper()
	var list []Row
	for row, err := range s.Visits(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, row)
	}
	return list
}

func TestSurvey(t *testing.T) { inEach(t, testSurvey) }

func testSurvey(t *testing.T, where string) {
	s := create(t, where, setup(2), sites(30)+"not a site,NL\nsite-1.test,again\n")
	var mu sync.Mutex
	times := map[string]int{}
	work(t, s, Plan{Visit: func(_ context.Context, task Task) (Outcome, error) {
		mu.Lock()
		defer mu.Unlock()
		times[fmt.Sprintf("%s %d %s", task.Site, task.Repeat, task.Labels["country"])]++
		return measured(task), nil
	}})
	if len(times) != 60 {
		t.Errorf("%d visits were made, want 60", len(times))
	}
	for task, n := range times {
		if n != 1 {
			t.Errorf("%s was visited %d times", task, n)
		}
	}
	rows := visits(t, s)
	if len(rows) != 62 || !slices.IsSortedFunc(rows, func(a, b Row) int {
		if a.Site != b.Site {
			return strings.Compare(a.Site, b.Site)
		}
		return a.Repeat - b.Repeat
	}) {
		t.Errorf("%d rows, or not in order", len(rows))
	}
	for _, row := range rows {
		if row.URL == "" {
			if row.State != Excluded || row.Reason != NotAnAddress || row.Line != 32 {
				t.Errorf("a line that is no address: %+v", row)
			}
			continue
		}
		if row.State != Measured || row.Attempt != 1 || string(row.Facts) != "facts of "+row.Site || row.Started.IsZero() || row.FinalURL != row.URL {
			t.Errorf("%+v", row)
		}
		r, err := s.Bundles().Open(t.Context(), row.Bundle)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(r)
		_ = r.Close()
		if string(text) != "evidence of "+row.Site {
			t.Errorf("evidence of %s is %q", row.Site, text)
		}
	}
	st, err := s.Status(t.Context())
	if err != nil || st.Sites != 30 || st.Done != 120 || st.Failed != 0 || st.Pending+st.Running != 0 || st.Runs() != 30*2*2 {
		t.Errorf("%+v, %v", st, err)
	}
	if got := s.Setup().Labels; !slices.Equal(got, []string{"country"}) {
		t.Errorf("labels %q", got)
	}
}

// TestRetries checks that failures are tried again by their reason, and that the
// try that says most is kept.
func TestRetries(t *testing.T) { inEach(t, testRetries) }

func testRetries(t *testing.T, where string) {
	s := create(t, where, setup(1), "site\nflaky.test\ndown.test\nwall.test\nhalf.test\npanic.test\nslow.test\n")
	table, err := loadReasons()
	if err != nil {
		t.Fatal(err)
	}
	for reason, row := range table {
		row.Wait = 10 * time.Millisecond
		table[reason] = row
	}
	visit := func(ctx context.Context, task Task) (Outcome, error) {
		switch {
		case task.Site == "flaky.test" && task.Attempt == 1:
			return Outcome{State: Failed, Reason: "crash", RunsFailed: 2}, nil
		case task.Site == "down.test":
			return Outcome{State: Failed, Reason: "dns", RunsFailed: 2}, nil
		case task.Site == "wall.test":
			return Outcome{State: Excluded, Reason: "bot-wall", RunsFailed: 2}, nil
		case task.Site == "half.test" && task.Attempt == 1:
			o := measured(task)
			o.State, o.Reason, o.RunsDone, o.RunsFailed = Partial, "crash", 1, 1
			return o, nil
		case task.Site == "half.test":
			return Outcome{State: Failed, Reason: "timeout", RunsFailed: 2}, nil
		case task.Site == "panic.test":
			panic("broken")
		case task.Site == "slow.test":
			<-ctx.Done()
			return Outcome{}, context.Cause(ctx)
		}
		return measured(task), nil
	}
	if err := s.work(t.Context(), Plan{Visit: visit, Slots: 3, Deadline: time.Second}, table); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, row := range visits(t, s) {
		got[row.Site] = fmt.Sprintf("%s %s %d %d/%d", row.State, row.Reason, row.Attempt, row.RunsDone, row.RunsFailed)
	}
	for site, want := range map[string]string{
		"flaky.test": "measured  2 2/0", "down.test": "failed dns 2 0/2", "wall.test": "excluded bot-wall 1 0/2",
		"half.test": "partial crash 2 1/1", "panic.test": "failed panic 1 0/2", "slow.test": "failed deadline 2 0/2",
	} {
		if got[site] != want {
			t.Errorf("%s: %s, want %s", site, got[site], want)
		}
	}
}

// TestResume checks that a survey goes on where it was stopped, and that a longer
// list adds to it.
func TestResume(t *testing.T) { inEach(t, testResume) }

func testResume(t *testing.T, where string) {
	s := create(t, where, setup(1), sites(20))
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	times := map[string]int{}
	visit := func(ctx context.Context, task Task) (Outcome, error) {
		mu.Lock()
		n := len(times)
		mu.Unlock()
		if n >= 8 {
			stop()
			<-ctx.Done()
			return Outcome{}, ctx.Err()
		}
		mu.Lock()
		times[task.Site]++
		mu.Unlock()
		return measured(task), nil
	}
	if err := s.Work(ctx, Plan{Visit: visit, Slots: 3, Deadline: time.Minute}); !errors.Is(err, context.Canceled) {
		t.Fatalf("a worker that was stopped says %v", err)
	}
	st, err := s.Status(t.Context())
	if err != nil || st.Running != 0 || st.Pending == 0 || st.Done != 2*len(times) {
		t.Fatalf("%+v after %d visits, %v", st, len(times), err)
	}
	_ = s.Close()
	s = create(t, where, setup(1), sites(25))
	work(t, s, Plan{Visit: func(_ context.Context, task Task) (Outcome, error) {
		mu.Lock()
		defer mu.Unlock()
		times[task.Site]++
		return measured(task), nil
	}})
	for site, n := range times {
		if n != 1 {
			t.Errorf("%s was measured %d times", site, n)
		}
	}
	if rows := visits(t, s); len(times) != 25 || len(rows) != 25 {
		t.Errorf("%d sites were visited, %d rows, want 25", len(times), len(rows))
	}
	loaded, err := s.Load(t.Context(), strings.NewReader(sites(25)))
	if err != nil || !loaded.Same {
		t.Errorf("the same list again: %+v, %v", loaded, err)
	}
}

func TestChanged(t *testing.T) {
	where := t.TempDir()
	first := setup(1)
	first.Options = []Option{{"pages", []string{"2"}}}
	create(t, where, first, sites(2))
	second := setup(2)
	second.Options = []Option{{"lang", []string{"nl", "en"}}, {"pages", []string{"3"}}}
	_, _, err := Create(t.Context(), where, second, Keys{})
	var changed *ChangedError
	if !errors.As(err, &changed) {
		t.Fatalf("other settings: %v", err)
	}
	want := []string{"--repeat was 1, and is 2 now", "--lang was not set, and is nl, en now", "--pages was 2, and is 3 now"}
	if !slices.Equal(changed.Differences, want) {
		t.Errorf("differences %q", changed.Differences)
	}
	if _, err := Open(t.Context(), t.TempDir(), Keys{}); !errors.Is(err, ErrNoSurvey) {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestReplace(t *testing.T) { inEach(t, testReplace) }

func testReplace(t *testing.T, where string) {
	s := create(t, where, setup(1), sites(2))
	if err := s.Replace(t.Context(), 1, 1, func(Row) ([]byte, error) { return nil, nil }); !errors.Is(err, errNotOver) {
		t.Errorf("a visit that is not over: %v", err)
	}
	work(t, s, Plan{Visit: func(_ context.Context, task Task) (Outcome, error) { return measured(task), nil }})
	if err := s.Replace(t.Context(), 2, 1, func(r Row) ([]byte, error) { return append(r.Facts, " anew"...), nil }); err != nil {
		t.Fatal(err)
	}
	if err := s.SetSignatures(t.Context(), "2"); err != nil {
		t.Fatal(err)
	}
	rows := visits(t, s)
	if string(rows[0].Facts) != "facts of site-1.test" || string(rows[1].Facts) != "facts of site-2.test anew" || s.Setup().Signatures != "2" {
		t.Errorf("%q, %q, signatures %q", rows[0].Facts, rows[1].Facts, s.Setup().Signatures)
	}
}

// TestPoliteness checks that two visits of one registrable domain never overlap,
// and keep their distance.
func TestPoliteness(t *testing.T) { inEach(t, testPoliteness) }

func testPoliteness(t *testing.T, where string) {
	s := create(t, where, setup(2), "a.shop.test\nb.shop.test\nother.test\n")
	const delay = 300 * time.Millisecond
	var mu sync.Mutex
	inside, ended := 0, time.Time{}
	work(t, s, Plan{HostDelay: delay, Visit: func(_ context.Context, task Task) (Outcome, error) {
		if !strings.HasSuffix(task.Site, ".shop.test") {
			return measured(task), nil
		}
		mu.Lock()
		inside++
		if inside > 1 || time.Since(ended) < delay {
			t.Errorf("%s: %d visits of shop.test at once, %v after the last one", task.Site, inside, time.Since(ended))
		}
		mu.Unlock()
		time.Sleep(50 * time.Millisecond)
		mu.Lock()
		defer mu.Unlock()
		inside--
		ended = time.Now()
		return measured(task), nil
	}})
}

// TestBroken checks that a worker whose visits all break off ends with the reason,
// and loses nothing.
func TestBroken(t *testing.T) {
	s := create(t, t.TempDir(), setup(1), sites(30))
	broken := errors.New("there is no browser")
	err := s.Work(t.Context(), Plan{Slots: 2, Deadline: time.Minute, Visit: func(context.Context, Task) (Outcome, error) { return Outcome{}, broken }})
	if !errors.Is(err, broken) {
		t.Fatalf("the worker ended with %v", err)
	}
	if st, err := s.Status(t.Context()); err != nil || st.Pending != 60 {
		t.Errorf("%+v, %v", st, err)
	}
}

func TestAdapt(t *testing.T) {
	s := create(t, t.TempDir(), setup(1), sites(12))
	var mu sync.Mutex
	inside, most := 0, 0
	work(t, s, Plan{Slots: 6, Adapt: func() int { return 2 }, Visit: func(_ context.Context, task Task) (Outcome, error) {
		mu.Lock()
		inside++
		most = max(most, inside)
		mu.Unlock()
		time.Sleep(20 * time.Millisecond)
		mu.Lock()
		inside--
		mu.Unlock()
		return measured(task), nil
	}})
	if most > 2 {
		t.Errorf("%d visits at once, 2 were allowed", most)
	}
}

func TestMain(m *testing.M) {
	if os.Getenv(helperEnv) != "" {
		help()
		return
	}
	code := m.Run()
	stopServer()
	os.Exit(code)
}
