package survey

import (
	"strings"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// A rower makes rows of visits and sites and hands them on.
type rower struct {
	t      *lang.Text
	labels []string
	emit   func(table int, row []any) error
	titles map[string]string // of techniques
	cells  map[string]any    // texts that come again and again, as cells
}

func newRower(labels []string, language string, emit func(table int, row []any) error) *rower {
	return &rower{t: lang.Get(language), labels: labels, emit: emit, titles: map[string]string{}, cells: map[string]any{}}
}

// text makes a cell of a text. Texts of pages are one line, and short.
func (r *rower) text(s string) any {
	if c, ok := r.cells[s]; ok {
		return c
	}
	var c any = clean.Short(s, maxURL)
	if len(r.cells) < 1<<14 {
		r.cells[s] = c
	}
	return c
}

// known makes a cell of a number that may not be known.
func known(n int, ok bool) any {
	if !ok {
		return nil
	}
	return int64(n)
}

// keys begins a row of a table about visits.
func (r *rower) keys(n int, v *Visit, step string) []any {
	row := make([]any, 0, n)
	row = append(row, r.text(v.Site), r.text(step), int64(v.Repeat))
	return r.addLabels(row, v)
}

func (r *rower) addLabels(row []any, v *Visit) []any {
	for _, label := range r.labels {
		if value, ok := v.Labels[label]; ok {
			row = append(row, r.text(value))
		} else {
			row = append(row, nil)
		}
	}
	return row
}

// visit hands on the rows of one visit.
func (r *rower) visit(v *Visit) error {
	f := v.Facts
	if f == nil {
		row := append(r.keys(22, v, ""), v.State, r.text(v.Reason), nil, nil, false, nil, nil, nil, nil, line(v.Started), v.TookMS,
			nil, nil, nil, nil, nil, nil, int64(v.Attempts), line(v.Bundle), line(v.SHA256))
		return r.emit(tableVisits, row)
	}
	m := &f.Method
	for i := range f.Steps {
		s := &f.Steps[i]
		row := append(r.keys(26, v, s.Scenario), v.State, r.text(v.Reason), r.text(s.Outcome), r.text(s.Reason), s.Measured,
			int64(s.Requests), s.Bytes, int64(s.Pages), r.text(s.Record), line(f.Started), f.TookMS, r.text(m.Vantage), r.text(m.Device), r.text(m.Lang),
			r.text(m.Chrome), r.text(m.Spoor), r.text(m.Signatures), int64(v.Attempts), line(v.Bundle), line(v.SHA256))
		if err := r.emit(tableVisits, row); err != nil {
			return err
		}
	}
	if !v.counts() {
		return nil // What is there is not the site's.
	}
	for _, rows := range []func(*Visit) error{r.receivers, r.findings, r.checks, r.cookies, r.calls, r.gaps} {
		if err := rows(v); err != nil {
			return err
		}
	}
	return nil
}

// owner makes the cell of a company, and one of its main purpose.
func (r *rower) owner(f *Facts, at int) (name, country, purpose any, known bool) {
	o := f.owner(at)
	if o == nil {
		return nil, nil, nil, false
	}
	if o.Country != "" {
		country = r.text(o.Country)
	}
	if len(o.Categories) > 0 {
		purpose = r.text(o.Categories[0])
	}
	return r.text(o.Name), country, purpose, o.Known
}

func (r *rower) receivers(v *Visit) error {
	for i := range v.Facts.Receivers {
		x := &v.Facts.Receivers[i]
		name, country, purpose, matched := r.owner(v.Facts, x.Owner)
		certainty := "observed"
		if matched {
			certainty = "matched"
		}
		row := append(r.keys(18, v, x.Step), r.text(x.Domain), name, country, purpose, x.Tracker, certainty, int64(x.Before+x.After), int64(x.Before),
			int64(x.After), x.FirstMS, r.text(x.Loader), known(x.Cookies, x.Cookies >= 0), known(x.Identifying, x.Identifying >= 0))
		if err := r.emit(tableReceivers, row); err != nil {
			return err
		}
	}
	return nil
}

// title is the title of a technique that was found.
func (r *rower) title(id string) string {
	title, ok := r.titles[id]
	if !ok {
		title = id
		if doc, known := reports.Doc(r.t, id); known {
			title = doc.Found
		}
		r.titles[id] = title
	}
	return title
}

func (r *rower) findings(v *Visit) error {
	for i := range v.Facts.Findings {
		x := &v.Facts.Findings[i]
		name, _, _, _ := r.owner(v.Facts, x.Owner)
		row := append(r.keys(12, v, stepOf(x.State)), r.text(x.State), r.text(x.ID), line(x.Key), name, r.text(x.Severity), r.text(x.Certainty),
			r.text(r.title(x.ID)), line(strings.Join(x.Evidence, "; ")))
		if err := r.emit(tableFindings, row); err != nil {
			return err
		}
	}
	return nil
}

func (r *rower) checks(v *Visit) error {
	for i := range v.Facts.Checks {
		x := &v.Facts.Checks[i]
		row := append(r.keys(10, v, ""), r.text(x.ID), r.text(x.Group), r.text(x.Outcome), r.text(x.Severity), int64(x.Gain), r.text(x.Reason))
		if err := r.emit(tableChecks, row); err != nil {
			return err
		}
	}
	return nil
}

func (r *rower) cookies(v *Visit) error {
	for i := range v.Facts.Cookies {
		x := &v.Facts.Cookies[i]
		name, _, _, _ := r.owner(v.Facts, x.Owner)
		kind := "cookie"
		if x.Kind != "" {
			kind = x.Kind
		}
		var days, session any
		if x.Kind == "" {
			days, session = x.Days, x.Session
		}
		for _, state := range x.Seen {
			row := append(r.keys(18, v, stepOf(state)), r.text(state), r.text(kind), r.text(x.Name), r.text(x.Domain), name, r.text(x.Category), x.Third,
				x.Identifying, x.Blocked, session, days, r.text(x.SetBy), x.FirstMS)
			if err := r.emit(tableCookies, row); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *rower) calls(v *Visit) error {
	for i := range v.Facts.Calls {
		x := &v.Facts.Calls[i]
		name, _, _, _ := r.owner(v.Facts, x.Owner)
		row := append(r.keys(10, v, x.Step), r.text(x.API), r.text(x.Script), name, int64(x.Count), x.AtLeast, x.FirstMS)
		if err := r.emit(tableCalls, row); err != nil {
			return err
		}
	}
	return nil
}

func (r *rower) gaps(v *Visit) error {
	for i := range v.Facts.Gaps {
		x := &v.Facts.Gaps[i]
		row := append(r.keys(8, v, x.Step), r.text(x.Kind), line(x.Where), r.text(x.Why), x.Whole)
		if err := r.emit(tableGaps, row); err != nil {
			return err
		}
	}
	return nil
}

// site hands on the row of one site.
func (r *rower) site(s *siteCount) error {
	v := s.first
	row := r.addLabels(append(make([]any, 0, 60), r.text(v.Site)), v)
	row = append(row, s.state, r.text(s.reason), int64(len(s.visits)), int64(s.counted), line(v.URL))
	title, final := any(nil), line(v.FinalURL)
	if v.Facts != nil {
		title, final = line(v.Facts.Title), line(v.Facts.FinalURL)
	}
	row = append(row, final, title)
	d := &s.dialog
	if d.Looked || d.Found {
		row = append(row, d.Found)
	} else {
		row = append(row, nil)
	}
	if d.Found {
		row = append(row, r.text(d.CMP), d.RejectLayer == 1, known(d.PressesReject, d.PressesReject > 0), known(d.PressesAccept, d.PressesAccept > 0), d.Pays)
	} else {
		row = append(row, nil, nil, nil, nil, nil)
	}
	if s.score != nil {
		row = append(row, s.score.Grade, int64(s.score.Low), int64(s.score.High))
	} else {
		row = append(row, nil, nil, nil)
	}
	for i, list := range []*[states]Twice{&s.companies, &s.trackers, &s.cookies, nil} {
		for at := range states {
			n, ok := Number(kinds[i] + "-" + stateWords[at]).of(s)
			row = append(row, known(n, ok))
			if list != nil {
				row = append(row, known(list[at].All, ok))
			}
		}
	}
	for at := range states {
		if s.measured[at] > 0 {
			row = append(row, nil)
		} else {
			row = append(row, r.text(s.why[at]))
		}
	}
	var bundles []string
	for _, v := range s.visits {
		if v.Bundle != "" {
			bundles = append(bundles, v.Bundle)
		}
	}
	return r.emit(tableSites, append(row, line(strings.Join(bundles, "; "))))
}
