package page

import (
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/survey"
)

type overTime struct {
	Heads   []string
	Rows    []timeRow
	Changes []changeRow
}

type timeRow struct {
	Name   string
	Shares []share
}

type changeRow struct {
	Name, State, Sites, Means, Fewer, Same, More string
}

// time fills the comparison with other surveys.
func (m *maker) time() {
	if len(m.about.Others) == 0 || m.totals.MeasuredSites() == 0 {
		return
	}
	o := &overTime{}
	surveys := make([]*survey.Totals, 0, len(m.about.Others)+1)
	names := []string{}
	for _, other := range m.about.Others {
		surveys = append(surveys, other.Totals)
		names = append(names, other.Name)
	}
	surveys, names = append(surveys, m.totals), append(names, m.about.Name)
	for i, s := range surveys {
		o.Heads = append(o.Heads, m.w("time.head", "name", clean.Short(names[i], 40), "date", m.date(s.Settings.First)))
	}
	row := func(title string, of func(*survey.Totals) survey.Share) {
		r := timeRow{Name: title}
		for i, s := range surveys {
			x := m.share(of(s), 0)
			x.Label = o.Heads[i]
			if i < len(surveys)-1 {
				x.State = "earlier"
			}
			r.Shares = append(r.Shares, x)
		}
		o.Rows = append(o.Rows, r)
	}
	row(m.w("time.trackers"), func(s *survey.Totals) survey.Share {
		return survey.Share{N: s.Trackers[0].Any, M: s.States[0].Measured}
	})
	top := m.totals.TopCompanies(0)
	for _, c := range top[:min(len(top), 15)] {
		row(name(c.Name), func(s *survey.Totals) survey.Share {
			n := 0
			if x := s.Companies[c.Name]; x != nil {
				n = x.Sites[0].Any
			}
			return survey.Share{N: n, M: s.States[0].Measured}
		})
	}
	for _, other := range m.about.Others {
		for _, c := range survey.Compare(other.Totals, m.totals) {
			if c.Sites == 0 {
				continue
			}
			o.Changes = append(o.Changes, changeRow{
				Name: clean.Short(other.Name, 40), State: m.w("state." + c.State), Sites: m.t.Number(c.Sites),
				Means: m.w("time.means", "then", m.t.Decimal(c.MeanThen, 1), "now", m.t.Decimal(c.MeanNow, 1)),
				Fewer: m.t.Number(c.Fewer), Same: m.t.Number(c.Same), More: m.t.Number(c.More),
			})
		}
	}
	m.v.Time = o
}
