package update

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/signatures"
)

// TestPinned fetches exactly what a lock names.
func TestPinned(t *testing.T) {
	s, dir := newSite(t), t.TempDir()
	lock := mustRun(t, s.options(dir)).Lock

	elsewhere := filepath.Join(t.TempDir(), "new")
	o := s.options(elsewhere)
	o.Pinned, o.Now = lock, now.AddDate(0, 1, 0)
	r := mustRun(t, o)
	if diff := cmp.Diff(contents(t, dir), contents(t, elsewhere)); diff != "" {
		t.Error(diff)
	}
	if r.DB.Version() != lock.Signatures {
		t.Errorf("the version is %s, the lock's %s", r.DB.Version(), lock.Signatures)
	}

	// What is there is not fetched again; what is not must be the same.
	s.set("/ours.txt", list+"||five.test^\n")
	asked := len(s.requests())
	mustRun(t, o)
	if got := s.requests(); len(got) > asked {
		t.Errorf("asked for %v", got[asked:])
	}
	o.Dir = t.TempDir()
	if _, err := Run(context.Background(), o); err == nil || !strings.Contains(err.Error(), "serves another list than the lock names: SHA-256 ") {
		t.Errorf("%v", err)
	}
	if len(contents(t, o.Dir)) > 0 {
		t.Error("files were left")
	}

	// A damaged file is fetched anew.
	s.set("/ours.txt", list)
	o.Dir = dir
	file := filepath.Join(dir, stored(lock.Lists[0].SHA256))
	if err := os.WriteFile(file, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := signatures.DefaultWith(lock.Set(dir)); err == nil {
		t.Error("a damaged list was used")
	}
	mustRun(t, o)
	if _, err := signatures.DefaultWith(lock.Set(dir)); err != nil {
		t.Error(err)
	}
}

// TestTidy removes lists that were given up long ago.
func TestTidy(t *testing.T) {
	s, dir := newSite(t), t.TempDir()
	mustRun(t, s.options(dir))
	was := stored(hash([]byte(list)))
	s.set("/ours.txt", list+"||five.test^\n")
	o := s.options(dir)
	o.Now = time.Now()
	mustRun(t, o)
	if _, ok := contents(t, dir)[was]; !ok {
		t.Error("the list that was replaced is gone at once")
	}
	o.Now = time.Now().Add(keepFor + time.Hour)
	mustRun(t, o)
	if files := contents(t, dir); files[was] != "" || len(files) != 2 {
		t.Errorf("%d files are left", len(files))
	}
}

// TestDamagedLock refuses to go on from what it cannot read.
func TestDamagedLock(t *testing.T) {
	s, dir := newSite(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, LockName), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), s.options(dir)); err == nil || !strings.Contains(err.Error(), "is no usable lock") {
		t.Errorf("%v", err)
	}
}

func TestChoose(t *testing.T) {
	known, err := Sources()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range known {
		if err := s.check(); err != nil || s.Kind == "" || s.Licence == "" || !strings.HasPrefix(s.URL, "https://") {
			t.Errorf("%+v: %v", s, err)
		}
	}
	lock := &Lock{Lists: []Entry{
		{Name: "easylist", Kind: signatures.KindFilters, URL: "https://mirror.test/easylist.txt"},
		{Name: "mine", Kind: signatures.KindFilters, URL: "https://mine.test/"},
	}}
	all, err := Choose(lock, nil, nil)
	if err != nil || len(all) != len(known)+1 {
		t.Fatalf("%+v, %v", all, err)
	}
	byName := map[string]Source{}
	for _, s := range all {
		byName[s.Name] = s
	}
	if s := byName["easylist"]; s.URL != "https://mirror.test/easylist.txt" || s.Licence != "CC-BY-SA-3.0" {
		t.Errorf("%+v", s)
	}
	more, err := Choose(lock, nil, []Source{{Name: "more", URL: "http://more.test/list"}})
	if err != nil || len(more) != 1 || more[0].Kind != signatures.KindFilters || more[0].Licence == "" {
		t.Errorf("%+v, %v", more, err)
	}
	some, err := Choose(lock, []string{"mine"}, []Source{{Name: "easyprivacy", URL: "https://other.test/"}})
	if err != nil || len(some) != 2 || some[0].URL != "https://other.test/" {
		t.Errorf("%+v, %v", some, err)
	}
	var unknown *UnknownError
	if _, err := Choose(nil, []string{"easylst"}, nil); !errors.As(err, &unknown) || len(unknown.Known) != len(known) {
		t.Errorf("%v", err)
	}
	for _, s := range []Source{
		{Name: "Mine", URL: "https://x.test/"}, {Name: "core", URL: "https://x.test/"}, {Name: "", URL: "https://x.test/"},
		{Name: "x", URL: "ftp://x.test/"}, {Name: "x", URL: "x.test"}, {Name: "x", URL: "https://me:pw@x.test/"}, {Name: "../x", URL: "https://x.test/"},
	} {
		if _, err := Choose(nil, nil, []Source{s}); err == nil {
			t.Errorf("%+v was taken", s)
		}
	}
}

// FuzzLock feeds any bytes as a lock: what is read can be written and read again.
func FuzzLock(f *testing.F) {
	l := &Lock{Format: 1, Signatures: "0123", Lists: []Entry{{
		Name: "ours", Kind: "filters", URL: "https://x.test/", Fetched: "2026-11-21T10:00:00Z", SHA256: strings.Repeat("a", 64), Size: 3,
	}}}
	data, err := l.bytes()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"format": 1, "lists": [{"name": "../x"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := parseLock(data)
		if err != nil {
			return
		}
		again, err := l.bytes()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parseLock(again); err != nil {
			t.Errorf("%s: %v", again, err)
		}
		for _, p := range l.Set(t.TempDir()).Index.Packs {
			if name := p.Files[0].Stored; name != filepath.Base(name) {
				t.Errorf("a list would be read from %q", name)
			}
		}
	})
}
