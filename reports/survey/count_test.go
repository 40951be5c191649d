package survey

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
)

// A memory keeps the rows of all tables.
type memory struct {
	tables []Table
	rows   map[string][][]any
	fail   error
	ended  int
	whole  bool
}

func (m *memory) Begin(tables []Table) error {
	m.tables, m.rows = tables, map[string][][]any{}
	return nil
}

func (m *memory) Rows(table int, rows [][]any) error {
	m.rows[m.tables[table].Name] = append(m.rows[m.tables[table].Name], rows...)
	return m.fail
}

func (m *memory) End(whole bool) error {
	m.whole = whole
	m.ended++
	return nil
}

// cell returns a cell of the row of a table whose first cell is a key.
func (m *memory) cell(t *testing.T, table, key, column string) any {
	t.Helper()
	at := slices.IndexFunc(m.tables, func(x Table) bool { return x.Name == table })
	col := slices.IndexFunc(m.tables[at].Columns, func(c Column) bool { return c.Name == column })
	if col < 0 {
		t.Fatalf("%s has no column %s", table, column)
	}
	for _, row := range m.rows[table] {
		if row[0] == key {
			return row[col]
		}
	}
	t.Fatalf("%s has no row %s", table, key)
	return nil
}

func list(visits ...Visit) iter.Seq2[Visit, error] {
	return func(yield func(Visit, error) bool) {
		for _, v := range visits {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// seen makes a visit on which companies received data in states.
func seen(site string, repeat int, in map[string][]string, unmeasured ...string) Visit {
	f := &Facts{Format: FactsFormat}
	for _, id := range States() {
		s := State{ID: id, Measured: !slices.Contains(unmeasured, id)}
		if !s.Measured {
			s.Why = "no-dialog"
		}
		f.States = append(f.States, s)
		f.Steps = append(f.Steps, Step{Scenario: stepOf(id), Outcome: "done", Measured: true})
	}
	for _, name := range []string{"Google", "Meta", "Small"} {
		o := Owner{Name: name, Known: true, Tracker: name != "Small", In: map[string]int{}}
		for id, names := range in {
			if slices.Contains(names, name) {
				o.In[id] = 2
			}
		}
		f.Owners = append(f.Owners, o)
	}
	return Visit{Site: site, Repeat: repeat, State: Measured, Facts: f, Bundle: site + ".zip"}
}

func counted(t *testing.T, o Options, visits ...Visit) (*Totals, *memory) {
	t.Helper()
	m := &memory{}
	totals, err := Count(t.Context(), list(visits...), nil, "en", o, m)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range m.tables {
		for _, row := range m.rows[table.Name] {
			if len(row) != len(table.Columns) {
				t.Fatalf("%s: a row of %d cells for %d columns: %v", table.Name, len(row), len(table.Columns), row)
			}
		}
	}
	return totals, m
}

// What could not be measured is not part of m, and is not none.
func TestUnknownIsNotZero(t *testing.T) {
	totals, m := counted(t, Options{},
		seen("a.test", 1, map[string][]string{Before: {"Google"}, Reject: {"Google"}}),
		seen("b.test", 1, map[string][]string{Before: {"Google", "Meta"}}, Reject, Accept),
		seen("c.test", 1, nil),
		Visit{Site: "d.test", Repeat: 1, State: Failed, Reason: "dns"},
		Visit{Site: "e.test", Repeat: 1, State: Excluded, Reason: "bot-wall", Facts: seen("", 1, map[string][]string{Before: {"Meta"}}).Facts},
		Visit{Site: "f.test", Repeat: 1, State: Pending})
	google := totals.Companies["Google"]
	for at, want := range []Share{{2, 3}, {1, 2}, {0, 2}} {
		if got := totals.Share(google, at); got != want {
			t.Errorf("%s: %v, want %v", States()[at], got, want)
		}
	}
	if n := totals.Companies["Meta"].Sites[0].Any; n != 1 {
		t.Errorf("Meta is counted on %d sites, want 1: a wall against robots is no site", n)
	}
	for site, want := range map[string]any{"a.test": int64(1), "b.test": nil, "c.test": int64(0), "d.test": nil, "e.test": nil, "f.test": nil} {
		if got := m.cell(t, "sites", site, "companies_rejected"); got != want {
			t.Errorf("%s: companies after a refusal: %v, want %v", site, got, want)
		}
	}
	if why := m.cell(t, "sites", "b.test", "unmeasured_rejected"); why != "no-dialog" {
		t.Errorf("b.test does not say why: %v", why)
	}
	if got := fmt.Sprint(totals.Sites); got != "map[excluded:1 failed:1 measured:3 pending:1]" {
		t.Errorf("sites: %s", got)
	}
	if why := totals.States[1].Why["no-dialog"]; why != 1 {
		t.Errorf("after a refusal, %d sites had no dialog, want 1", why)
	}
	for _, x := range totals.Ranking {
		if slices.Contains([]string{"d.test", "e.test", "f.test"}, x.Site) {
			t.Errorf("%s has a rank", x.Site)
		}
	}
}

// Of sites that are visited several times: in at least one, and in all that were
// measured.
func TestRepeats(t *testing.T) {
	totals, m := counted(t, Options{},
		seen("a.test", 1, map[string][]string{Before: {"Google", "Meta"}}),
		seen("a.test", 2, map[string][]string{Before: {"Google"}}),
		Visit{Site: "a.test", Repeat: 3, State: Failed, Reason: "timeout"},
		Visit{Site: "b.test", Repeat: 1, State: Failed, Reason: "timeout"},
		Visit{Site: "b.test", Repeat: 2, State: Failed, Reason: "timeout"})
	if got := totals.Companies["Google"].Sites[0]; got != (Twice{1, 1}) {
		t.Errorf("Google: %+v", got)
	}
	if got := totals.Companies["Meta"].Sites[0]; got != (Twice{1, 0}) {
		t.Errorf("Meta: %+v", got)
	}
	if one, all := m.cell(t, "sites", "a.test", "companies_before"), m.cell(t, "sites", "a.test", "companies_before_all_visits"); one != int64(2) || all != int64(1) {
		t.Errorf("companies before a choice: %v in at least one visit, %v in all", one, all)
	}
	if totals.Uneven != 1 || totals.MeasuredSites() != 1 || totals.Visits[Failed] != 3 {
		t.Errorf("uneven %d, measured %d, visits %v", totals.Uneven, totals.MeasuredSites(), totals.Visits)
	}
}

// Sites with the same number share a rank, and the next counts all before it.
func TestTies(t *testing.T) {
	totals, _ := counted(t, Options{RankBy: "trackers-before"},
		seen("a.test", 1, map[string][]string{Before: {"Google", "Small"}}),
		seen("b.test", 1, map[string][]string{Before: {"Google", "Meta"}}),
		seen("c.test", 1, map[string][]string{Before: {"Meta"}}),
		seen("d.test", 1, nil))
	var got []string
	for _, x := range totals.Ranking {
		got = append(got, fmt.Sprintf("%d %s %d (%d)", x.Rank, x.Site, x.Number, x.Ties))
	}
	if want := "1 b.test 2 (1), 2 a.test 1 (2), 2 c.test 1 (2), 4 d.test 0 (1)"; strings.Join(got, ", ") != want {
		t.Errorf("ranks: %s, want %s", strings.Join(got, ", "), want)
	}
}

func TestNumbers(t *testing.T) {
	for _, n := range Numbers() {
		if kind, state := n.Parts(); kind == "" || stateIndex(state) < 0 || !n.Valid() {
			t.Errorf("%s has the parts %q and %q", n, kind, state)
		}
	}
	for _, n := range []Number{"grade", "score", "companies", ""} {
		if n.Valid() {
			t.Errorf("sites can be ranked by %q", n)
		}
	}
}

// A technique counts on the sites where it was looked for, also on those that come
// before it is met for the first time.
func TestLookedFor(t *testing.T) {
	a, b, c := seen("a.test", 1, nil), seen("b.test", 1, nil), seen("c.test", 1, nil)
	b.Facts.Unlooked = []Unlooked{{"key-logging", Before}}
	c.Facts.Findings = []Finding{{ID: "key-logging", State: Before, Owner: -1, Severity: "high"}}
	totals, _ := counted(t, Options{}, a, b, c)
	d := totals.Done["key-logging"]
	if d.Looked != [states]int{2, 3, 3} || d.Found[0].Any != 1 || d.Found[1].Any != 0 {
		t.Errorf("looked for on %v sites, found on %v", d.Looked, d.Found)
	}
}

func TestSlope(t *testing.T) {
	var visits []Visit
	for i := range maxLines + 1 {
		in := map[string][]string{Before: {"Google", "Meta"}}
		if i > 0 {
			in[Reject] = []string{"Google", "Meta", "Small"}[:1+i%3]
		}
		visits = append(visits, seen(fmt.Sprintf("s%03d.test", i), 1, in))
	}
	few, _ := counted(t, Options{}, visits[:maxLines]...)
	if p := few.Slope; len(p.Lines) != maxLines || p.NoneAfter != 1 || p.Fewer+p.Same+p.More != maxLines || p.More != 20 {
		t.Errorf("%d lines; %+v", len(p.Lines), p)
	}
	many, _ := counted(t, Options{}, visits...)
	sum := 0
	for _, row := range many.Slope.Bins {
		for _, n := range row {
			sum += n
		}
	}
	if many.Slope.Lines != nil || sum != maxLines+1 {
		t.Errorf("%d lines, %d sites in classes", len(many.Slope.Lines), sum)
	}
}

func TestCompare(t *testing.T) {
	o := Options{Keep: true}
	then, _ := counted(t, o, seen("a.test", 1, map[string][]string{Before: {"Google", "Meta"}}), seen("b.test", 1, nil), seen("gone.test", 1, map[string][]string{Before: {"Meta"}}))
	now, _ := counted(t, o, seen("a.test", 1, map[string][]string{Before: {"Google"}}), seen("b.test", 1, nil, Reject), seen("new.test", 1, nil))
	c := Compare(then, now)
	if c[0].Sites != 2 || c[0].Fewer != 1 || c[0].Same != 1 || c[0].MeanThen != 1 || c[0].MeanNow != .5 {
		t.Errorf("before a choice: %+v", c[0])
	}
	if c[1].Sites != 1 {
		t.Errorf("after a refusal, %d sites were measured in both, want 1", c[1].Sites)
	}
}

// Names of labels are columns of their own, also where a table has one of that name.
func TestLabelsAreColumns(t *testing.T) {
	for _, table := range Tables([]string{"country", "State", "site", "label_site", ""}) {
		names := map[string]bool{}
		for _, c := range table.Columns {
			if name := strings.ToLower(c.Name); names[name] || name == "" {
				t.Errorf("%s has two columns %q", table.Name, c.Name)
			} else {
				names[name] = true
			}
		}
		if table.Columns[0].Name != "site" && names["country"] && table.Name != "companies" {
			t.Errorf("%s has labels and does not begin with the site", table.Name)
		}
	}
}

func TestBadStreams(t *testing.T) {
	broken := errors.New("the disk is gone")
	unsorted := list(seen("b.test", 1, nil), seen("a.test", 1, nil))
	failing := func(yield func(Visit, error) bool) { yield(Visit{}, broken) }
	for what, c := range map[string]struct {
		visits iter.Seq2[Visit, error]
		sink   *memory
		want   string
	}{
		"unsorted":      {unsorted, &memory{}, "not sorted"},
		"broken store":  {failing, &memory{}, broken.Error()},
		"broken tables": {list(seen("a.test", 1, nil)), &memory{fail: broken}, broken.Error()},
	} {
		if _, err := Count(t.Context(), c.visits, nil, "en", Options{}, c.sink); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", what, err)
		}
		if c.sink.ended != 1 || c.sink.whole {
			t.Errorf("%s: the tables were ended %d times, as whole: %v", what, c.sink.ended, c.sink.whole)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Count(ctx, list(seen("a.test", 1, nil)), nil, "en", Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped count ends with %v", err)
	}
}

// Visits come out of the decoding in their order, and facts that cannot be read make
// a visit that failed.
func TestUnpack(t *testing.T) {
	var packed []Packed
	for i := range 500 {
		v := seen(fmt.Sprintf("s%03d.test", i), 1, nil)
		data, err := EncodeFacts(v.Facts)
		if err != nil {
			t.Fatal(err)
		}
		v.Facts = nil
		if i == 77 {
			data = data[:20]
		}
		packed = append(packed, Packed{v, data})
	}
	in := func(yield func(Packed, error) bool) {
		for _, p := range packed {
			if !yield(p, nil) {
				return
			}
		}
	}
	i := 0
	for v, err := range Unpack(t.Context(), in, 3) {
		if err != nil {
			t.Fatal(err)
		}
		if v.Site != packed[i].Site {
			t.Fatalf("visit %d is that of %s", i, v.Site)
		}
		if bad := i == 77; bad != (v.State == Failed && v.Reason == unreadable && v.Facts == nil) {
			t.Errorf("visit %d: %s %s", i, v.State, v.Reason)
		}
		i++
	}
	if i != len(packed) {
		t.Errorf("%d visits came out of %d", i, len(packed))
	}
	for _, err := range Unpack(t.Context(), in, 3) {
		if err != nil {
			t.Error(err)
		}
		break // nothing hangs
	}
}

func TestDifferences(t *testing.T) {
	was, is := seen("a.test", 1, map[string][]string{Before: {"Google"}}).Facts, seen("a.test", 1, map[string][]string{Before: {"Google", "Meta"}}).Facts
	was.Owners = was.Owners[:1]
	is.Owners = is.Owners[:2]
	was.Findings = []Finding{{ID: "beacon", State: Before}}
	was.Checks, is.Checks = []Check{{ID: "consent-missing", Outcome: "pass"}}, []Check{{ID: "consent-missing", Outcome: "fail"}}
	was.Score, is.Score = &Score{Grade: "A"}, &Score{Grade: "D"}
	var got []string
	for _, d := range Differences(was, is) {
		got = append(got, fmt.Sprintf("%s %s %s>%s", d.Kind, d.ID, d.Was, d.Is))
	}
	want := "check consent-missing pass>fail, company Meta >found, finding beacon (before) found>, grade grade A>D"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("differences: %s\nwant: %s", s, want)
	}
	if d := Differences(was, was); len(d) != 0 {
		t.Errorf("facts differ from themselves: %v", d)
	}
	is = seen("a.test", 1, nil).Facts
	was = seen("a.test", 1, nil).Facts
	was.Method.Signatures, is.Title = "older", "Other"
	if d := Differences(was, is); len(d) != 1 || d[0].Kind != "other" {
		t.Errorf("another title: %v", d)
	}
}
