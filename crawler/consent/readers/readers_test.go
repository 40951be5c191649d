package readers

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// encoded writes a sample's value as a browser keeps it.
func encoded(v string) string {
	if s, ok := strings.CutPrefix(v, "base64:"); ok {
		return base64.StdEncoding.EncodeToString([]byte(s))
	}
	if s, ok := strings.CutPrefix(v, "uri:"); ok {
		return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
	}
	return v
}

// stateOf is the browser's state that a sample describes.
func stateOf(s sample) State {
	var out State
	for _, name := range keysOf(s.Cookies) {
		out.Cookies = append(out.Cookies, Cookie{Name: name, Value: encoded(s.Cookies[name]), Domain: "example.nl"})
	}
	if len(s.Local) > 0 {
		m := map[string]string{}
		for k, v := range s.Local {
			m[k] = encoded(v)
		}
		out.Local = map[string]map[string]string{"https://example.nl": m}
	}
	return out
}

// sightOf is what is seen of a page on which the tool's function gives what the
// sample says.
func sightOf(r *reader, s sample) *sight {
	if s.Main == nil && s.Names == nil {
		return nil
	}
	seen := &sight{present: map[string]bool{r.ID: true}, main: map[string]map[int]any{}, names: map[string]map[string]string{r.ID: s.Names}}
	for i, src := range r.Read {
		if src.Main != "" && s.Main != nil {
			seen.main[r.ID] = map[int]any{i: s.Main}
		}
	}
	return seen
}

// TestSamples reads every sample of every row.
func TestSamples(t *testing.T) {
	table, err := load()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i := range table.Readers {
		r := &table.Readers[i]
		if seen[r.ID] {
			t.Errorf("two rows are called %s", r.ID)
		}
		seen[r.ID] = true
		if len(r.Read) > 0 && len(r.Samples) < 2 {
			t.Errorf("%s: %d samples, want two at least", r.ID, len(r.Samples))
		}
		for _, s := range r.Samples {
			t.Run(r.ID+"/"+s.Note, func(t *testing.T) {
				got, ok := r.read(table.words, stateOf(s), sightOf(r, s))
				if ok == s.None {
					t.Fatalf("read: %v, want %v", ok, !s.None)
				}
				want := record{made: s.Made, method: s.Method, categories: s.Categories}
				if len(got.categories) == 0 {
					got.categories = nil
				}
				got.raw = raw{}
				if d := cmp.Diff(want, got, cmp.AllowUnexported(record{}, raw{})); d != "" {
					t.Errorf("read differently than the sample says (-want +got):\n%s", d)
				}
			})
		}
	}
}

// TestPlaces demands that rows that read the choice can tell accepting from
// refusing: among their samples is one with something allowed, and one without.
func TestPlaces(t *testing.T) {
	table, err := load()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range table.Readers {
		if len(r.Read) == 0 || slices.ContainsFunc(r.Read, func(s source) bool {
			return s.Flags == nil && s.Allowed == nil && s.Denied == nil && s.Items == nil && s.All == nil
		}) {
			continue
		}
		yes, no := false, false
		for _, s := range r.Samples {
			some, known := false, false
			for c, allowed := range s.Categories {
				if c != "necessary" {
					some, known = some || allowed, true
				}
			}
			yes, no = yes || some, no || known && !some
		}
		if !yes || !no {
			t.Errorf("%s: samples for accepted %v, refused %v; want both", r.ID, yes, no)
		}
	}
}
