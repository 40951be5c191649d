package survey

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// s3Address is the address of a bucket in an S3 server of the test's own.
func s3Address(t *testing.T) string {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("evidence"); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server())
	t.Cleanup(srv.Close)
	return "s3://evidence/surveys/2026?region=eu-west-1&endpoint=" + url.QueryEscape(srv.URL)
}

func TestBundles(t *testing.T) {
	for kind, where := range map[string]string{"folder": filepath.Join(t.TempDir(), "deep", "evidence"), "s3": s3Address(t)} {
		t.Run(kind, func(t *testing.T) {
			b, err := OpenBundles(where, Keys{ID: "id", Secret: "a secret"})
			if err != nil {
				t.Fatal(err)
			}
			testBundles(t, b)
			if strings.Contains(b.String(), "secret") {
				t.Errorf("%s tells a secret", b)
			}
		})
	}
}

func testBundles(t *testing.T, b Bundles) {
	ctx := t.Context()
	src := filepath.Join(t.TempDir(), "src")
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(src, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := b.Put(ctx, name, src); err != nil {
			t.Fatal(err)
		}
	}
	names := func() (list []string) {
		t.Helper()
		for name, err := range b.Names(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, name)
		}
		return list
	}
	if got := names(); len(got) > 0 {
		t.Errorf("at first there are %q", got)
	}
	put("001/b.zip", "second")
	put("000/a.zip", "first")
	put("001/b.zip", "second, anew")
	if got := names(); !slices.Equal(got, []string{"000/a.zip", "001/b.zip"}) {
		t.Errorf("there are %q", got)
	}
	r, err := b.Open(ctx, "001/b.zip")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	_ = r.Close()
	if err != nil || string(text) != "second, anew" {
		t.Errorf("read %q, %v", text, err)
	}
	var copied string
	if err := b.Local(ctx, "000/a.zip", func(path string) error {
		text, err := os.ReadFile(path)
		copied = string(text)
		return err
	}); err != nil || copied != "first" {
		t.Errorf("as a file: %q, %v", copied, err)
	}
	for range 2 {
		if err := b.Remove(ctx, "000/a.zip"); err != nil {
			t.Error(err)
		}
	}
	if _, err := b.Open(ctx, "000/a.zip"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what is not there: %v", err)
	}
}

func TestFolderNames(t *testing.T) {
	f := Folder(t.TempDir())
	for _, name := range []string{"../x.zip", "/x.zip", "", ".", "a/../../x.zip", `a\..\x.zip`} {
		if _, err := f.Open(t.Context(), name); err == nil || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestS3Addresses(t *testing.T) {
	for _, wrong := range []string{"s3://", "s3://key:secret@bucket/", "s3://bucket?endpoint=host", "s3://bucket?endpoint=ftp://host", "s3://bucket?password=x", "gs://bucket"} {
		if _, err := OpenBundles(wrong, Keys{}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

// TestSurveyInS3 keeps the evidence of a survey in an S3 store.
func TestSurveyInS3(t *testing.T) {
	asked := setup(1)
	asked.Evidence = s3Address(t)
	s := create(t, t.TempDir(), asked, sites(3))
	work(t, s, Plan{Visit: func(_ context.Context, task Task) (Outcome, error) { return measured(task), nil }})
	for _, row := range visits(t, s) {
		r, err := s.Bundles().Open(t.Context(), row.Bundle)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(r); err != nil || string(text) != "evidence of "+row.Site {
			t.Errorf("%s: %q, %v", row.Site, text, err)
		}
		_ = r.Close()
	}
}

// TestSweep checks that a worker removes the copies of bundles that a killed one left
// behind, and none that may still be wanted.
func TestSweep(t *testing.T) {
	temp := t.TempDir()
	old, fresh, other := filepath.Join(temp, copyPrefix+"a-1-1.zip"), filepath.Join(temp, copyPrefix+"b-1-1.zip"), filepath.Join(temp, "spoor.zip")
	for _, path := range []string{old, fresh, other} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if at := time.Now().Add(-2 * copyAge); path != fresh {
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	s := create(t, t.TempDir(), setup(1), sites(2))
	work(t, s, Plan{TempDir: temp, Visit: func(_ context.Context, task Task) (Outcome, error) { return measured(task), nil }})
	left, err := filepath.Glob(filepath.Join(temp, "*"))
	if err != nil || !slices.Equal(left, []string{fresh, other}) {
		t.Errorf("left over: %q, %v", left, err)
	}
}
