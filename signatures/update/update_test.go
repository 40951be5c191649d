package update

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/signatures"
)

// now is when the updates of the tests happen.
var now = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

const (
	list = "! Title: Ours\n! Last modified: 20 Nov 2026 08:00 UTC\n! Version: 202611200800\n" +
		"||one.test^\n||two.test^\n||three.test^\n||four.test^\n"
	table = "Platform,Category,Cookie / Data Key name,Domain,Description,Data Controller\n" +
		"Tally,Analytics,tally_id,Advertiser's website domain (1st party),A number of the visitor,Tally\n"
	vendors = `{"vendorListVersion": 142, "lastUpdated": "2026-11-19T16:00:21Z", "vendors": {"1": {"id": 1, "name": "Tally"}}}`
)

// A site serves lists. Tests change its texts.
type site struct {
	*httptest.Server
	mu      sync.Mutex
	texts   map[string]string
	headers map[string]string
	asked   []string
}

func (s *site) set(path, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.texts[path] = text
}

func (s *site) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{texts: map[string]string{"/ours.txt": list, "/cookies.csv": table, "/gvl.json": vendors}, headers: map[string]string{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, r.URL.Path+" "+r.UserAgent())
		text, ok := s.texts[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		for k, v := range s.headers {
			w.Header().Set(k, v)
		}
		_, _ = w.Write([]byte(text))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) options(dir string, sources ...Source) Options {
	if sources == nil {
		sources = []Source{s.source("ours", signatures.KindFilters, "/ours.txt")}
	}
	return Options{Dir: dir, Sources: sources, Client: s.Client(), Agent: "spoor/test", Now: now, Load: loadOnce}
}

// loaded remembers what was loaded, by the contents of the lists: the tests load
// the same few sets again and again.
var loaded = map[string]*signatures.DB{}

func loadOnce(set signatures.PackSet) (*signatures.DB, error) {
	key := ""
	for _, p := range set.Index.Packs {
		key += p.Name + " " + p.Date + " " + p.Files[0].SHA256 + "\n"
	}
	if db, ok := loaded[key]; ok {
		return db, nil
	}
	db, err := signatures.DefaultWith(set)
	if err == nil {
		loaded[key] = db
	}
	return db, err
}

func (s *site) source(name, kind, path string) Source {
	return Source{Name: name, Kind: kind, URL: s.URL + path, Licence: "MIT", Version: "X-Version"}
}

func mustRun(t *testing.T, o Options) *Result {
	t.Helper()
	r, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// contents returns every file of a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(data)
	}
	return files
}

// TestRun fetches lists of all kinds and uses them.
func TestRun(t *testing.T) {
	s, dir := newSite(t), filepath.Join(t.TempDir(), "a", "b")
	s.headers["X-Version"] = "7.1"
	s.headers["Last-Modified"] = "Wed, 18 Nov 2026 07:00:00 GMT"
	r := mustRun(t, s.options(dir,
		s.source("ours", signatures.KindFilters, "/ours.txt"),
		s.source("open-cookie-database", signatures.KindCookies, "/cookies.csv"),
		s.source("iab-gvl", signatures.KindTCF, "/gvl.json")))
	if diff := cmp.Diff([]string{"iab-gvl", "open-cookie-database", "ours"}, r.Changed); diff != "" {
		t.Error(diff)
	}
	lock, err := ReadLock(filepath.Join(dir, LockName))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r.Lock, lock); diff != "" {
		t.Error(diff)
	}
	want := Entry{
		Name: "ours", Kind: "filters", URL: s.URL + "/ours.txt", Fetched: "2026-11-21T10:00:00Z", SHA256: hash([]byte(list)),
		Size: int64(len(list)), Rules: 4, Version: "202611200800", Date: "2026-11-20", Licence: "MIT",
	}
	if e, _ := lock.Entry("ours"); e != want {
		t.Error(cmp.Diff(want, e))
	}
	if e, _ := lock.Entry("open-cookie-database"); e.Date != "2026-11-18" || e.Version != "7.1" || e.Rules != 1 {
		t.Errorf("%+v", e)
	}
	if e, _ := lock.Entry("iab-gvl"); e.Date != "2026-11-19" || e.Version != "142" {
		t.Errorf("%+v", e)
	}
	db, err := signatures.DefaultWith(lock.Set(dir))
	if err != nil {
		t.Fatal(err)
	}
	if db.Version() != lock.Signatures || db.Version() != r.DB.Version() {
		t.Errorf("the versions are %s, %s and %s", db.Version(), lock.Signatures, r.DB.Version())
	}
	if a := db.Judge(signatures.Query{URL: "https://one.test/"}); !a.Tracker {
		t.Error("the list has no say")
	}
	if use, _ := db.Cookie("tally_id", "x.test"); use.Party != "tally" {
		t.Errorf("%+v", use)
	}
	if v, _ := db.TCFVendor(1); v.Name != "Tally" {
		t.Errorf("%+v", v)
	}
	for _, asked := range s.requests() {
		if !strings.HasSuffix(asked, " spoor/test") {
			t.Errorf("asked as %q", asked)
		}
	}
}

// TestAgain keeps what did not change, and lists that are not asked for.
func TestAgain(t *testing.T) {
	s, dir := newSite(t), t.TempDir()
	mustRun(t, s.options(dir))
	first := contents(t, dir)
	if r := mustRun(t, s.options(dir)); len(r.Changed) > 0 {
		t.Errorf("%v changed", r.Changed)
	}
	if diff := cmp.Diff(first, contents(t, dir)); diff != "" {
		t.Error(diff)
	}
	s.set("/ours.txt", list+"||five.test^\n")
	if r := mustRun(t, s.options(dir)); !slices.Equal(r.Changed, []string{"ours"}) {
		t.Errorf("%v changed", r.Changed)
	}
	r := mustRun(t, s.options(dir, s.source("open-cookie-database", signatures.KindCookies, "/cookies.csv")))
	if len(r.Lock.Lists) != 2 {
		t.Errorf("%+v", r.Lock.Lists)
	}
	o := s.options(dir, []Source{}...)
	o.Sources, o.Remove = []Source{}, []string{"ours"}
	if r := mustRun(t, o); len(r.Lock.Lists) != 1 || r.DB.Judge(signatures.Query{URL: "https://one.test/"}).Tracker {
		t.Errorf("%+v", r.Lock.Lists)
	}
}

// TestRefused shows that what is not fit for use is not taken, and that nothing
// changes then.
func TestRefused(t *testing.T) {
	many := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "||host%d.test^\n", i)
		}
		return b.String()
	}
	for _, tt := range []struct {
		name, before, text, want string
	}{
		{"web page", list, "<!DOCTYPE html><html><title>Sign in</title>", "ours from URL/ours.txt is not taken: it is a web page"},
		{"other text", list, "Dear reader,\nthis service\nhas moved away.\n", "it is no filter list: most of its lines are no rules"},
		{"no rules", list, "! Title: Ours\n", "there is no rule in it"},
		{"shrinks", many(100), many(69), "it holds 69 rules, 31 % fewer than the 100 that are in use; at most 30 % are let go"},
		{"accuses", list, list + "||code.jquery.com^\n||fonts.googleapis.com^\n", "is benign and called a tracker (core: jquery.com; ours: ||code.jquery.com^)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, dir := newSite(t), t.TempDir()
			s.set("/ours.txt", tt.before)
			mustRun(t, s.options(dir))
			before := contents(t, dir)
			s.set("/ours.txt", tt.text)
			o := s.options(dir,
				s.source("ours", signatures.KindFilters, "/ours.txt"), s.source("open-cookie-database", signatures.KindCookies, "/cookies.csv"))
			_, err := Run(context.Background(), o)
			var refused *RefusedError
			if !errors.As(err, &refused) || !strings.Contains(strings.ReplaceAll(err.Error(), s.URL, "URL"), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
			if diff := cmp.Diff(before, contents(t, dir)); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("shrinks a little", func(t *testing.T) {
		s, dir := newSite(t), t.TempDir()
		s.set("/ours.txt", many(100))
		mustRun(t, s.options(dir))
		s.set("/ours.txt", many(71))
		mustRun(t, s.options(dir))
	})
	t.Run("less than what is built in", func(t *testing.T) {
		db, err := signatures.Default()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(db.Packs(), func(p signatures.Pack) bool { return p.Name == "easylist" }) {
			t.Skip("needs packs")
		}
		s := newSite(t)
		_, err = Run(context.Background(), s.options(t.TempDir(), s.source("easylist", signatures.KindFilters, "/ours.txt")))
		if err == nil || !strings.Contains(err.Error(), "% fewer than the") {
			t.Errorf("%v", err)
		}
	})
}

// TestBadNetwork shows that nothing is lost if lists do not come.
func TestBadNetwork(t *testing.T) {
	s, dir := newSite(t), t.TempDir()
	mustRun(t, s.options(dir))
	before := contents(t, dir)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	moved := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }))
	t.Cleanup(moved.Close)
	half := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte("||a.test^\n"))
	}))
	t.Cleanup(half.Close)
	for name, url := range map[string]string{
		"refused": gone.URL + "/x", "missing": s.URL + "/missing", "moved": moved.URL + "/x", "half": half.URL + "/x", "no host": "http://name.invalid/x",
	} {
		o := s.options(dir, s.source("ours", signatures.KindFilters, "/ours.txt"), Source{Name: "other", Kind: signatures.KindFilters, URL: url})
		_, err := Run(context.Background(), o)
		var refused *RefusedError
		if err == nil || errors.As(err, &refused) || !strings.Contains(err.Error(), "cannot fetch other from "+url+": ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, s.options(dir)); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if diff := cmp.Diff(before, contents(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// TestEncryption shows that a redirect cannot give encryption up.
func TestEncryption(t *testing.T) {
	s := newSite(t)
	safe := httptest.NewTLSServer(http.RedirectHandler(s.URL+"/ours.txt", http.StatusFound))
	t.Cleanup(safe.Close)
	o := s.options(t.TempDir(), Source{Name: "ours", Kind: signatures.KindFilters, URL: safe.URL})
	o.Client = safe.Client()
	if _, err := Run(context.Background(), o); err == nil || !strings.Contains(err.Error(), "without encryption") {
		t.Errorf("%v", err)
	}
}
