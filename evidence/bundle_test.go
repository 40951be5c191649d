package evidence_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/evidence"
)

func files() evidence.Files {
	return evidence.Files{"shots/none-1.png": []byte("\x89PNG picture"), "result.json": []byte(`{"format":"spoor-result/1"}`)}
}

func bundle(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := evidence.WriteBundle(&b, sample(), files()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSaveAndOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.zip")
	for range 2 { // The second time replaces the first.
		if err := evidence.Save(path, sample(), files()); err != nil {
			t.Fatal(err)
		}
	}
	b, err := evidence.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), b.Visit); diff != "" {
		t.Errorf("the record changed on its way (-saved +opened):\n%s", diff)
	}
	if diff := cmp.Diff(files(), b.Files); diff != "" {
		t.Errorf("the files changed on their way (-saved +opened):\n%s", diff)
	}
	if err := b.Verify(); err != nil {
		t.Error(err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the bundle there is something left: %v, %v", left, err)
	}
}

func TestSaveGivesTheSameBytes(t *testing.T) {
	if !bytes.Equal(bundle(t), bundle(t)) {
		t.Error("two bundles of one visit differ")
	}
	z, err := zip.NewReader(bytes.NewReader(bundle(t)), int64(len(bundle(t))))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	want := []string{"MANIFEST", "requests.har", "result.json", "shots/none-1.png", "visit.json"}
	if !reflect.DeepEqual(names, want) {
		t.Errorf("members are %q, want %q", names, want)
	}
}

func TestSaveRefuses(t *testing.T) {
	for _, name := range []string{"visit.json", "MANIFEST", "manifest", "requests.har", "../x", "/x", "a//b", "shots/..", `a\b`, "C:x", "", "a\nb", strings.Repeat("x", 300)} {
		path := filepath.Join(t.TempDir(), "out.zip")
		if err := evidence.Save(path, sample(), evidence.Files{name: []byte("x")}); err == nil {
			t.Errorf("a member %q was saved", name)
		}
		if left, _ := os.ReadDir(filepath.Dir(path)); len(left) > 0 {
			t.Errorf("after a failed save of %q there is %v", name, left)
		}
	}
	if err := evidence.Save(filepath.Join(t.TempDir(), "x.zip"), nil, nil); err == nil {
		t.Error("a bundle without a record was saved")
	}
	if err := evidence.Save(t.TempDir(), sample(), nil); err == nil {
		t.Error("a folder was replaced by a bundle")
	}
}

func TestReplaceKeepsTheOldFileOnFailure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	fail := errors.New("disk on fire")
	err := evidence.Replace(path, func(w io.Writer) error {
		_, _ = w.Write([]byte("half"))
		return fail
	})
	if !errors.Is(err, fail) {
		t.Errorf("the error is %v", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "old" {
		t.Errorf("the file now holds %q", got)
	}
}

// rezip returns the bundle with its members changed by edit.
func rezip(t testing.TB, content []byte, edit func(map[string][]byte)) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	members := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if members[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	edit(members)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range members {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestVerifyNamesEveryMember(t *testing.T) {
	b, err := evidence.ReadBundle(rezip(t, bundle(t), func(m map[string][]byte) {
		m["visit.json"] = bytes.Replace(m["visit.json"], []byte("Shop"), []byte("Stop"), 1)
		m["requests.har"] = []byte("{}")
		delete(m, "result.json")
		m["shots/extra.png"] = []byte("x")
	}))
	if err != nil {
		t.Fatal(err)
	}
	var got *evidence.VerifyError
	if !errors.As(b.Verify(), &got) {
		t.Fatalf("Verify said %v", b.Verify())
	}
	want := &evidence.VerifyError{Differ: []string{"requests.har", "visit.json"}, Missing: []string{"result.json"}, Extra: []string{"shots/extra.png"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"requests.har is changed", "visit.json is changed", "result.json is missing", "shots/extra.png is not in the manifest"} {
		if !strings.Contains(got.Error(), name) {
			t.Errorf("%q does not say %q", got, name)
		}
	}
}

func TestVerifyManifest(t *testing.T) {
	tests := []struct{ name, manifest, want string }{
		{"none", "", "MANIFEST is missing"},
		{"not a manifest", "hello\n", "line 1"},
		{"bad sum", "12  visit.json\n", "line 1"},
		{"path out of the folder", strings.Repeat("0", 64) + "  ../visit.json\n", "line 1"},
		{"twice", strings.Repeat("0", 64) + "  a\n" + strings.Repeat("0", 64) + "  a\n", "line 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := evidence.ReadBundle(rezip(t, bundle(t), func(m map[string][]byte) {
				if m["MANIFEST"] = []byte(tt.manifest); tt.manifest == "" {
					delete(m, "MANIFEST")
				}
			}))
			if err != nil {
				t.Fatal(err)
			}
			if err := b.Verify(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Verify said %v, want %q", err, tt.want)
			}
		})
	}
}

// forged returns a bundle whose table of contents claims another size than the
// member has.
func forged(t testing.TB, claim uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateRaw(&zip.FileHeader{Name: "visit.json", Method: zip.Store, UncompressedSize64: claim, CompressedSize64: 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("{}")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOpenRefuses(t *testing.T) {
	change := func(edit func(map[string][]byte)) []byte { return rezip(t, bundle(t), edit) }
	tests := []struct {
		name    string
		content []byte
		want    string
	}{
		{"empty", nil, "zip"},
		{"not a zip", []byte("hello"), "zip"},
		{"cut off", bundle(t)[:500], "zip"},
		{"no record", change(func(m map[string][]byte) { delete(m, "visit.json") }), "no visit.json"},
		{"bad JSON", change(func(m map[string][]byte) { m["visit.json"] = []byte(`{"format":`) }), `"visit.json"`},
		{"record of the wrong type", change(func(m map[string][]byte) { m["visit.json"] = []byte(`{"format":"spoor-evidence/1","runs":7}`) }), "runs"},
		{"later format", change(func(m map[string][]byte) { m["visit.json"] = []byte(`{"format":"spoor-evidence/2"}`) }), `"spoor-evidence/2"`},
		{"path out of the folder", change(func(m map[string][]byte) { m["../evil"] = []byte("x") }), "../evil"},
		{"absolute path", change(func(m map[string][]byte) { m["/evil"] = []byte("x") }), "/evil"},
		{"backslash", change(func(m map[string][]byte) { m[`..\evil`] = []byte("x") }), "evil"},
		{"names that differ in case", change(func(m map[string][]byte) { m["Visit.json"] = []byte("x") }), "two members"},
		{"bomb", forged(t, 1<<40), "limit"},
		{"claims less than it holds", forged(t, 1), "visit.json"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "b.zip")
			if err := os.WriteFile(path, tt.content, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := evidence.Open(path)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "b.zip") {
				t.Errorf("the error is %v, want one with %q and the file name", err, tt.want)
			}
		})
	}
	if _, err := evidence.Open(filepath.Join(t.TempDir(), "absent.zip")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an absent file gives %v", err)
	}
	if _, err := evidence.Open(t.TempDir()); err == nil {
		t.Error("a folder was opened as a bundle")
	}
}

func FuzzReadBundle(f *testing.F) {
	f.Add(bundle(f))
	f.Add(forged(f, 3))
	f.Add(rezip(f, bundle(f), func(m map[string][]byte) { delete(m, "MANIFEST") }))
	f.Fuzz(func(t *testing.T, content []byte) {
		b, err := evidence.ReadBundle(content)
		if err != nil {
			return
		}
		_ = b.Verify() // Must not panic.
		// What can be read can be written, and says the same.
		var out bytes.Buffer
		if err := evidence.WriteBundle(&out, b.Visit, b.Files); err != nil {
			t.Fatal(err)
		}
		again, err := evidence.ReadBundle(out.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Verify(); err != nil {
			t.Fatal(err)
		}
	})
}
