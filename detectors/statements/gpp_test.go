package statements

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	gpplib "github.com/prebid/go-gpp"
)

// TestGPPAsReference compares with what the reference implementation reads.
func TestGPPAsReference(t *testing.T) {
	raw, err := os.ReadFile("testdata/iabgpp.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Strings []struct {
			String   string `json:"string"`
			Sections map[int]struct {
				Name   string         `json:"name"`
				Fields map[string]any `json:"fields"`
			} `json:"sections"`
		} `json:"strings"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	seen := map[int]int{}
	for _, ref := range file.Strings {
		g, err := decodeGPP(ref.String)
		if err != nil {
			t.Errorf("%s: %v", ref.String, err)
			continue
		}
		if len(g.Sections) != len(ref.Sections) {
			t.Errorf("%s: %d sections, the reference reads %d", ref.String, len(g.Sections), len(ref.Sections))
		}
		for _, s := range g.Sections {
			want := ref.Sections[s.ID]
			seen[s.ID]++
			if s.Error != "" || s.Name != want.Name {
				t.Errorf("%s: section %d is %q with error %q, want %q", ref.String, s.ID, s.Name, s.Error, want.Name)
				continue
			}
			got := map[string]any{}
			for k, v := range s.Fields {
				got[k] = float64(v)
			}
			if s.USP != nil {
				got = map[string]any{"Version": float64(s.USP.Version), "Notice": s.USP.Notice, "OptOutSale": s.USP.OptOut, "LspaCovered": s.USP.LSPA}
			}
			if !strings.Contains(s.Raw, ".") {
				delete(want.Fields, "Gpc") // The reference gives 0 where the segment is not there.
			}
			if diff := cmp.Diff(want.Fields, got); diff != "" {
				t.Errorf("%s: section %d (-reference +ours):\n%s", ref.String, s.ID, diff)
			}
		}
	}
	for id, row := range theTables().sections {
		if len(row.Versions) > 0 && seen[id] == 0 {
			t.Errorf("no string holds section %d %s", id, row.Name)
		}
	}
}

// TestGPPAsOtherReader compares with a reader that was written by others and
// knows six of the sections.
func TestGPPAsOtherReader(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		sections := map[int]string{}
		ids := []int{}
		for _, id := range []int{7, 8, 9, 10, 11, 12} {
			if r.IntN(2) == 0 {
				ids = append(ids, id)
				sections[id] = writeSection(r, theTables().sections[id])
			}
		}
		s := writeGPP(ids, sections)
		ours, err := decodeGPP(s)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		theirs, errs := gpplib.Parse(s)
		if len(errs) > 0 {
			t.Fatalf("%s: the other reader: %v", s, errs)
		}
		if len(theirs.Sections) != len(ours.Sections) {
			t.Fatalf("%s: %d sections, the other reader has %d", s, len(ours.Sections), len(theirs.Sections))
		}
		for i, section := range theirs.Sections {
			if int(section.GetID()) != ours.Sections[i].ID || section.GetValue() != ours.Sections[i].Raw {
				t.Errorf("%s: section %d is %d %q, the other reader has %d %q", s, i, ours.Sections[i].ID, ours.Sections[i].Raw, section.GetID(), section.GetValue())
			}
			for name, value := range numbersOf(reflect.ValueOf(section).FieldByName("CoreSegment")) {
				if got, ok := ours.Sections[i].Fields[name]; !ok || got != value {
					t.Errorf("%s: section %d: %s is %d, the other reader has %d", s, section.GetID(), name, got, value)
				}
			}
		}
	}
}

// numbersOf reads the fields of another reader's segment under our names.
func numbersOf(v reflect.Value) map[string]int {
	m := map[string]int{}
	for i := range v.NumField() {
		name, field := v.Type().Field(i).Name, v.Field(i)
		switch field.Kind() {
		case reflect.Uint8:
			m[name] = int(field.Uint())
		case reflect.Slice:
			if field.Len() == 1 {
				m[name] = int(field.Index(0).Uint())
				continue
			}
			for j := range field.Len() {
				m[name+strconv.Itoa(j+1)] = int(field.Index(j).Uint())
			}
		}
	}
	return m
}

// writeSection makes a section of version 1 with random values.
func writeSection(r *rand.Rand, row section) string {
	w := &writer{}
	w.number(1, 6)
	_, layout, _ := strings.Cut(row.Versions[1], " ")
	for field := range strings.FieldsSeq(layout) {
		n := 1
		if _, times, many := strings.Cut(field, "*"); many {
			n, _ = strconv.Atoi(times)
		}
		for range n {
			w.number(r.IntN(3), 2)
		}
	}
	out := w.text(8)
	if row.GPC && r.IntN(2) == 0 {
		w := &writer{}
		w.number(1, 2)
		w.number(r.IntN(2), 1)
		out += "." + w.text(8)
	}
	return out
}

// writeGPP makes a string whose header names each section for itself.
func writeGPP(ids []int, sections map[int]string) string {
	w := &writer{}
	w.number(gppHeader, 6)
	w.number(1, 6)
	w.number(len(ids), 12)
	last := 0
	for _, id := range ids {
		w.flag(false)
		w.fibonacci(id - last)
		last = id
	}
	parts := []string{w.text(8)}
	for _, id := range ids {
		parts = append(parts, sections[id])
	}
	return strings.Join(parts, "~")
}

// TestGPPExamples holds the examples of the specification.
func TestGPPExamples(t *testing.T) {
	for _, tt := range []struct {
		header string
		want   []int
	}{
		{"DBABM", []int{2}},
		{"DBABMA", []int{2}},
		{"DBACNY", []int{2, 6}},
		{"DBABjw", []int{5, 6}},
	} {
		got, err := decodeHeader(tt.header)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", tt.header, err, diff)
		}
	}
	const tcf = "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"
	g, err := decodeGPP("DBACNYA~" + tcf + "~1YNN")
	if err != nil {
		t.Fatal(err)
	}
	if g.Sections[0].TCF == nil || g.Sections[0].TCF.CMPID != 31 || g.Sections[1].USP == nil || g.Sections[1].USP.OptOut != "N" {
		t.Errorf("read as %+v", g.Sections)
	}
}

func TestGPPSectionsApart(t *testing.T) {
	// A Canadian section, one that nobody knows, and one of an unknown version.
	canada := &writer{}
	canada.number(1, 6)
	canada.number(1, 36)
	canada.number(1, 36)
	canada.number(77, 12)
	canada.number(3, 12)
	canada.number(1, 6)
	canada.letters("EN")
	canada.number(9, 12)
	canada.number(2, 6)
	canada.number(0, 1)
	canada.set([]int{1}, 12)
	canada.set([]int{1, 3}, 24)
	canada.set([]int{2}, 24)
	next := &writer{}
	next.number(9, 6)
	next.number(0, 60)
	g, err := decodeGPP(writeGPP([]int{5, 8, 99}, map[int]string{5: canada.text(8), 8: next.text(8), 99: "what-ever"}))
	if err != nil {
		t.Fatal(err)
	}
	if f := g.Sections[0].Fields; f["CmpId"] != 77 || f["PurposesExpressConsent3"] != 1 || f["PurposesExpressConsent2"] != 0 || f["PurposesImpliedConsent2"] != 1 {
		t.Errorf("Canada is read as %v (%s)", f, g.Sections[0].Error)
	}
	if s := g.Sections[1]; !strings.Contains(s.Error, "version 9") || s.Fields != nil {
		t.Errorf("a version that is not known is read as %+v", s)
	}
	if s := g.Sections[2]; s.Error == "" || s.Raw != "what-ever" {
		t.Errorf("a section that is not known is kept as %+v", s)
	}
}

func TestGPPRefused(t *testing.T) {
	good := writeGPP([]int{7}, map[int]string{7: writeSection(rand.New(rand.NewPCG(1, 1)), theTables().sections[7])})
	for name, s := range map[string]string{
		"empty":            "",
		"no header":        "1YNN",
		"section missing":  strings.Split(good, "~")[0],
		"section too many": good + "~1YNN",
		"header cut short": "DBA~" + strings.Split(good, "~")[1],
		"another version":  "DCABMA~x",
		"huge section":     "DB" + strings.Repeat("A", 40) + "~x",
	} {
		if g, err := decodeGPP(s); err == nil {
			t.Errorf("%s: read as %+v", name, g)
		}
	}
	cut := strings.Split(good, "~")
	g, err := decodeGPP(cut[0] + "~" + cut[1][:5])
	if err != nil || g.Sections[0].Error == "" || g.Sections[0].Fields != nil {
		t.Errorf("a section that is cut short is read as %+v (%v)", g, err)
	}
}

func TestUSP(t *testing.T) {
	for s, want := range map[string]*USP{
		"1YNN": {1, "Y", "N", "N"}, "1---": {1, "-", "-", "-"}, "1yYn": {1, "Y", "Y", "N"},
		"": nil, "1YN": nil, "2YNN": nil, "1YNX": nil, "1YNNN": nil, "${US_PRIVACY}": nil, "1é-": nil,
	} {
		got, err := decodeUSP(s)
		if diff := cmp.Diff(want, got); diff != "" || (err == nil) != (want != nil) {
			t.Errorf("%q: %v (-want +got):\n%s", s, err, diff)
		}
	}
}
