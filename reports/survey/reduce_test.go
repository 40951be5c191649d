package survey_test

import (
	"fmt"
	"testing"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/try"
	"github.com/spoor-audit/spoor/reports/survey"
)

// The facts of every sample result say what the result says, and fit a store.
func TestReduce(t *testing.T) {
	for name, r := range try.Results(t) {
		f := survey.Reduce(r)
		data, err := survey.EncodeFacts(f)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		back, err := survey.DecodeFacts(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d := survey.Differences(f, back); len(d) > 0 {
			t.Errorf("%s: after a while in a store, facts differ in %v", name, d)
		}
		columns := r.Columns()
		if len(f.States) != len(columns) {
			t.Errorf("%s: %d states, want %d", name, len(f.States), len(columns))
			continue
		}
		for i, col := range columns {
			if f.States[i].Measured != col.Measured || !col.Measured && f.States[i].Why == "" {
				t.Errorf("%s: state %+v, want measured %v", name, f.States[i], col.Measured)
			}
			if col.Measured {
				if got, want := receivers(f, f.States[i].ID), companies(r, col); got != want {
					t.Errorf("%s: %d companies %s, want %d", name, got, f.States[i].ID, want)
				}
			}
		}
		if len(f.Findings) != len(r.Distinct("")) && len(f.Left) == 0 {
			t.Errorf("%s: %d findings, want %d", name, len(f.Findings), len(r.Distinct("")))
		}
		for i := range f.Owners {
			if !utf8.ValidString(f.Owners[i].Name) {
				t.Errorf("%s: a name that is cut within a character: %q", name, f.Owners[i].Name)
			}
		}
		if len(data) > 12000 {
			t.Errorf("%s: %d bytes of facts", name, len(data))
		}
	}
}

func receivers(f *survey.Facts, state string) int {
	n := 0
	for i := range f.Owners {
		if f.Owners[i].In[state] > 0 {
			n++
		}
	}
	return n
}

func companies(r *reports.Result, col reports.Column) int {
	n := 0
	for _, c := range r.Companies() {
		if c.In(col) > 0 {
			n++
		}
	}
	return n
}

// What a page makes up without end is cut, and what was cut is counted.
func TestReduceIsBounded(t *testing.T) {
	r := try.Result(t, "consent")
	run := r.Run(evidence.None)
	host := run.Hosts[0]
	for i := range 5000 {
		host.Host, host.ThirdParty, host.Reached, host.ReachedBefore, host.Before = fmt.Sprintf("h%d.example%d.test", i, i), true, true, true, 1
		run.Hosts = append(run.Hosts, host)
		r.Cookies = append(r.Cookies, reports.Cookie{Name: fmt.Sprint("c", i), Domain: "shop.example"})
	}
	f := survey.Reduce(r)
	if len(f.Receivers) > 1000 || len(f.Cookies) > 1000 {
		t.Errorf("%d receivers, %d cookies", len(f.Receivers), len(f.Cookies))
	}
	if f.Left["receivers"] < 4000 || f.Left["cookies"] < 4000 {
		t.Errorf("left out: %v", f.Left)
	}
}
