package visit

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/evidence"
)

// TestComeBack comes back to pages that bring deleted values back by one means
// each, and looks in which of the two second looks they are there again.
func TestComeBack(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct{ site, page, want string }{
		{"etag-respawn", "index.html", "both"},
		{"etag-respawn", "modified.html", "both"},
		{"etag-respawn", "cached.html", "both"},
		{"etag-respawn", "storage.html", "first"},
		{"etag-respawn", "indexeddb.html", "first"},
		{"etag-respawn", "worker.html", "first"},
		{"cookies-first-party", "index.html", "none"},
		{"cookies-third-party", "index.html", "none"},
	} {
		t.Run(c.site+"/"+c.page, func(t *testing.T) {
			rec := b.visit(t, Plan{URL: b.srv.URL(c.site, c.page), Return: true})
			run := &rec.Run
			if len(rec.Gaps) > 0 {
				t.Errorf("gaps %+v", rec.Gaps)
			}
			back := map[int]bool{}
			for n := range run.Returns {
				back[n] = slices.ContainsFunc(run.Returns[n].Cookies, func(again evidence.Cookie) bool {
					return slices.ContainsFunc(run.Cookies, func(had evidence.Cookie) bool {
						return had.Name == again.Name && had.Domain == again.Domain && had.Value == again.Value
					})
				})
			}
			got := map[[2]bool]string{{true, true}: "both", {true, false}: "first", {}: "none"}[[2]bool{back[0], back[1]}]
			if got != c.want || len(run.Returns) == 0 {
				t.Errorf("came back in %s of %d looks, want %s", got, len(run.Returns), c.want)
			}
			checkReturns(t, run)
		})
	}
}

// checkReturns checks that second looks stand apart from the run, and can be
// found by their ids.
func checkReturns(t *testing.T, run *evidence.Run) {
	t.Helper()
	v := &evidence.Visit{Runs: []evidence.Run{*run}}
	for n, look := range run.Returns {
		prefix := "none/" + evidence.ReturnKind(n+1, "")
		for i := range look.Requests {
			q := &look.Requests[i]
			if found, ok := v.Lookup(q.ID); !ok || found.(*evidence.Request).URL != q.URL || !strings.HasPrefix(string(q.ID), prefix) || q.At < look.At {
				t.Errorf("request %s at %d: not found by its id", q.ID, q.At)
			}
		}
		if look.At < run.Took || look.Page.Status != 200 {
			t.Errorf("look at %d, the run took %d; page %+v", look.At, run.Took, look.Page)
		}
	}
	for _, q := range run.Requests {
		if q.At > run.Took {
			t.Errorf("the run holds a request of a second look: %s at %d", q.URL, q.At)
		}
	}
}

// Conditional requests are told with what was asked and what the server said.
func TestConfirmed(t *testing.T) {
	b := newBench(t)
	rec := b.visit(t, Plan{URL: b.srv.URL("etag-respawn", "index.html"), Return: true})
	for _, look := range rec.Run.Returns {
		i := slices.IndexFunc(look.Requests, func(q evidence.Request) bool { return strings.Contains(q.URL, "/-/keep?") })
		if i < 0 {
			t.Fatal("the script was not asked for again")
		}
		q := look.Requests[i]
		asked := slices.ContainsFunc(q.Headers, func(h evidence.Header) bool {
			return strings.EqualFold(h.Name, "if-none-match") && strings.HasPrefix(h.Value, `"v-`)
		})
		if !asked || !q.Confirmed || len(q.Carries) != 1 || q.Carries[0] != rec.Run.Cookies[0].Value {
			t.Errorf("asked %v, confirmed %v, carries %v; the cookie was %q", asked, q.Confirmed, q.Carries, rec.Run.Cookies[0].Value)
		}
	}
}

// Storage of frames of other sites is kept apart by the site around them, and must
// be cleared there too.
func TestFrameStorageIsCleared(t *testing.T) {
	b := newBench(t)
	rec := b.visit(t, Plan{URL: b.srv.URL("storage-local", "frame.html"), Return: true})
	value := func(items []evidence.StorageItem) string {
		for _, s := range items {
			if s.Kind == "local" && s.Origin == "https://third.test" {
				return s.Value
			}
		}
		return ""
	}
	if len(rec.Run.Returns) != 2 {
		t.Fatalf("%d looks; gaps %+v", len(rec.Run.Returns), rec.Gaps)
	}
	first, last := value(rec.Run.Storage), value(rec.Run.Returns[1].Storage)
	if first == "" || last == "" || first == last {
		t.Errorf("the frame kept %q, and %q after it was cleared", first, last)
	}
}

func TestNothingToComeBackFor(t *testing.T) {
	b := newBench(t)
	rec := b.visit(t, Plan{URL: b.srv.URL("plain", "index.html"), Return: true})
	if r := rec.Run.Returns; len(r) != 1 || r[0].Skipped != evidence.NothingKept || len(rec.Gaps) > 0 {
		t.Errorf("looks %+v, gaps %+v", r, rec.Gaps)
	}
}

// A run that has no time left says that it did not come back.
func TestNoTimeToComeBack(t *testing.T) {
	b := newBench(t)
	rec := b.visit(t, Plan{URL: b.srv.URL("etag-respawn", "index.html"), Return: true, Timeout: minReturn * returnShare / 2})
	if !slices.ContainsFunc(rec.Gaps, func(g evidence.Gap) bool { return g.Kind == evidence.KindReturns && g.Why == "no-time" && g.Whole }) {
		t.Errorf("looks %d, gaps %+v", len(rec.Run.Returns), rec.Gaps)
	}
}

func TestReturningSettle(t *testing.T) {
	got := DefaultSettle.returning(3 * time.Second)
	if got.Min != time.Second || got.Max != 3*time.Second || got.Quiet >= DefaultSettle.Quiet {
		t.Errorf("the rule for coming back is %+v", got)
	}
}

func TestTextsIn(t *testing.T) {
	run := &evidence.Run{
		Cookies: []evidence.Cookie{{Value: "id%3D3f9c1a7be2d0"}, {Value: "dark-mode"}},
		Storage: []evidence.StorageItem{{Value: `{"user":"u-7788990011"}`}},
	}
	seek := storedTexts(run)
	got := textsIn([]byte(`var a="3f9c1a7be2d0", b=['u-7788990011','u-7788990012']; // dark-mode 3f9c1a7be2d00`), seek)
	if !slices.Equal(got, []string{"3f9c1a7be2d0", "u-7788990011"}) {
		t.Errorf("found %q of %v", got, seek)
	}
}
