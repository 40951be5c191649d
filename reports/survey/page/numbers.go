package page

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/survey"
)

// summary fills the sentences on top.
func (m *maker) summary() {
	t := m.totals
	say := func(s string) { m.v.Sentences = append(m.v.Sentences, s) }
	if t.MeasuredSites() == 0 {
		say(m.w("sentence.nothing"))
		return
	}
	for at, key := range []string{"before", "reject", "accept"} {
		if n := t.States[at].Measured; n > 0 {
			s := m.share(survey.Share{N: t.Trackers[at].Any, M: n}, at)
			say(m.w("sentence."+key, "count", s.Count, "percent", s.Percent))
		}
	}
	if p := &t.Slope; p.Sites > 0 {
		before, after := p.Means()
		say(m.w("sentence.slope", "n", p.Fewer, "m", p.Sites, "before", m.t.Decimal(before, 1), "after", m.t.Decimal(after, 1)))
	}
	if a := &t.Asking; a.Found > 0 {
		s := m.share(survey.Share{N: a.FirstLayer, M: a.Found}, 0)
		say(m.w("sentence.first-layer", "count", s.Count, "percent", s.Percent))
	}
	remark := func(s string) { m.v.Remarks = append(m.v.Remarks, s) }
	if n := t.Sites[survey.Failed] + t.Sites[survey.Excluded]; n > 0 {
		remark(m.n("remark.left-out", n))
	}
	if n := t.Sites[survey.Pending]; n > 0 {
		remark(m.n("remark.pending", n))
	}
	if n := t.Sites[survey.Partial]; n > 0 {
		remark(m.n("remark.partial", n))
	}
	if t.Repeats > 1 {
		remark(m.w("remark.repeats", "n", t.Repeats))
		if t.Uneven > 0 {
			remark(m.n("remark.uneven", t.Uneven))
		}
	}
	if len(t.Settings.Signatures) > 1 {
		remark(m.w("remark.signatures"))
	}
	if len(t.Cut) > 0 {
		remark(m.w("remark.cut"))
	}
}

type stateRow struct {
	Label    string
	Measured string
	Why      []fact
	Records  []fact
}

type lostRow struct {
	State, Reason, Sites string
	N                    int
}

// denominators fills what was measured, and why the rest was not.
func (m *maker) denominators() {
	t := m.totals
	for at, id := range survey.States() {
		st := &t.States[at]
		row := stateRow{Label: m.w("state." + id), Measured: m.w("of", "n", st.Measured, "m", t.MeasuredSites())}
		for _, why := range byCount(st.Why) {
			row.Why = append(row.Why, fact{m.reason(why), m.t.Number(st.Why[why])})
		}
		for _, record := range byCount(st.Records) {
			row.Records = append(row.Records, fact{m.w("record." + record), m.t.Number(st.Records[record])})
		}
		m.v.States = append(m.v.States, row)
	}
	for _, key := range byCount(t.Reasons[0]) {
		state, reason, _ := strings.Cut(key, " ")
		n := t.Reasons[0][key]
		m.v.Lost = append(m.v.Lost, lostRow{m.w("site-state." + state), m.reason(reason), m.t.Number(n), n})
	}
}

// byCount lists the keys of counts, the greatest first, then by name.
func byCount(counts map[string]int) []string {
	keys := make([]string, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	return keys
}

type companyRow struct {
	Name, For, Country, Anchor string
	Tracker                    bool
	Shares                     []share
}

const (
	shownCompanies = 25
	moreCompanies  = 75
)

// companies fills who receives data on how many sites.
func (m *maker) companies() {
	top := m.totals.TopCompanies(0)
	for i, c := range top {
		if i == shownCompanies+moreCompanies {
			break
		}
		row := m.company(c)
		if i < shownProfiles {
			row.Anchor = anchor(i)
		}
		if i < shownCompanies {
			m.v.Companies = append(m.v.Companies, row)
		} else {
			m.v.MoreFirms = append(m.v.MoreFirms, row)
		}
	}
	if n := len(m.v.MoreFirms); n > 0 {
		m.v.MoreTitle = m.n("companies.more", n)
	}
}

func (m *maker) company(c *survey.Company) companyRow {
	row := companyRow{Name: name(c.Name), For: m.purposes(c.Categories), Tracker: c.Tracker}
	if c.Country != "" {
		row.Country = clean.Short(m.t.Word("country", c.Country), 40)
	}
	if !c.Known {
		row.For = m.w("companies.unknown-owner")
	}
	for at := range survey.States() {
		row.Shares = append(row.Shares, m.twice(c.Sites[at], m.totals.States[at].Measured, at))
	}
	return row
}

func (m *maker) purposes(categories []string) string {
	if len(categories) == 0 {
		return m.t.T("for.unknown")
	}
	var words []string
	for _, c := range categories[:min(len(categories), 3)] {
		words = append(words, clean.Short(m.t.Word("for", c), 60))
	}
	return strings.Join(words, ", ")
}

type ranking struct {
	Number, Intro, Unknown, Rest string
	Rows                         []rankRow
	Spread                       []fact
}

type rankRow struct {
	Rank, Site, Number, Bundle string
	Tied                       bool
	Place, Value               int
	Width                      float64
}

const shownRanks = 50

// ranking fills the order of sites by one number.
func (m *maker) ranking() {
	t := m.totals
	number := t.Options.RankBy
	kind, state := number.Parts()
	r := &m.v.Ranking
	r.Number = m.w("number."+kind, "state", m.w("state-long."+state))
	r.Intro = m.w("ranking.intro", "number", r.Number, "n", len(t.Ranking))
	if n := t.Unknown[number]; n > 0 {
		r.Unknown = m.n("ranking.unknown", n)
	}
	if n := len(t.Ranking) - shownRanks; n > 0 {
		r.Rest = m.n("ranking.rest", n)
	}
	h := t.Numbers[number]
	for _, q := range []struct {
		key string
		q   float64
	}{{"least", 0}, {"quarter", .25}, {"middle", .5}, {"three-quarters", .75}, {"most", 1}} {
		if n, ok := h.Quantile(q.q); ok {
			r.Spread = append(r.Spread, fact{m.w("spread." + q.key), m.t.Number(n)})
		}
	}
	most := max(h.Max(), 1)
	for i := range t.Ranking[:min(len(t.Ranking), shownRanks)] {
		x := &t.Ranking[i]
		r.Rows = append(r.Rows, rankRow{
			Rank: m.t.Number(x.Rank), Place: x.Rank, Tied: x.Ties > 1, Site: name(x.Site), Number: m.t.Number(x.Number), Value: x.Number,
			Bundle: t.Options.Link(x.Bundle), Width: pct(float64(x.Number) / float64(most)),
		})
	}
}

type techniqueRow struct {
	ID, Title string
	Shares    []share
}

// techniques fills what was done on how many sites.
func (m *maker) techniques() {
	t := m.totals
	list := make([]*survey.TechniqueTotals, 0, len(t.Done))
	for _, d := range t.Done {
		if d.Found[0].Any+d.Found[1].Any+d.Found[2].Any > 0 {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b *survey.TechniqueTotals) int {
		return cmp.Or(cmp.Compare(b.Found[0].Any, a.Found[0].Any), cmp.Compare(b.Found[2].Any, a.Found[2].Any), cmp.Compare(a.ID, b.ID))
	})
	for _, d := range list {
		row := techniqueRow{ID: name(d.ID), Title: name(d.ID)}
		if doc, ok := reports.Doc(m.t, d.ID); ok {
			row.Title = doc.Found
		}
		for at := range survey.States() {
			row.Shares = append(row.Shares, m.twice(d.Found[at], d.Looked[at], at))
		}
		m.v.Done = append(m.v.Done, row)
	}
}

type checkRow struct {
	ID, Title, Group string
	Failed           share
	Warn, Pass       string
	NA, Unknown      string
}

// checks fills what came of the checks.
func (m *maker) checks() {
	for _, c := range m.totals.ChecksByGroup() {
		row := checkRow{
			ID: name(c.ID), Title: name(c.ID), Group: clean.Short(m.t.Word("group", c.Group), 60), Failed: m.share(c.Failed(), 0),
			Warn: m.t.Number(c.Outcomes[reports.Warn]), Pass: m.t.Number(c.Outcomes[reports.Pass]),
			NA: m.t.Number(c.Outcomes[reports.NA]), Unknown: m.t.Number(c.Outcomes[reports.Unknown]),
		}
		if doc, ok := reports.CheckDoc(m.t, c.ID); ok {
			row.Title = doc.Found
		}
		m.v.Checks = append(m.v.Checks, row)
	}
}

type profile struct {
	Anchor, Name, For, Country string
	Facts                      []fact
	Techniques                 []fact
	Shares                     []share
	Places                     []placeRow
	More                       string
}

type placeRow struct{ Site, When, Bundle string }

// shownProfiles is how many companies have a page of their own.
const shownProfiles = 40

// profiles fills what is known of each of the companies that are seen most.
func (m *maker) profiles() {
	top := m.totals.TopCompanies(0)
	for i, c := range top[:min(len(top), shownProfiles)] {
		row := m.company(c)
		p := profile{Anchor: anchor(i), Name: row.Name, For: row.For, Country: row.Country, Shares: row.Shares}
		techniques := slices.Clone(c.Techniques)
		slices.SortFunc(techniques, func(a, b survey.Counted) int { return cmp.Or(cmp.Compare(b.Sites, a.Sites), cmp.Compare(a.ID, b.ID)) })
		for _, x := range techniques {
			title := name(x.ID)
			if doc, ok := reports.Doc(m.t, x.ID); ok {
				title = doc.Found
			}
			p.Techniques = append(p.Techniques, fact{title, m.n("on-sites", x.Sites)})
		}
		for _, place := range c.Places {
			var when []string
			for at, id := range survey.States() {
				if place.In[at] {
					when = append(when, m.w("state."+id))
				}
			}
			p.Places = append(p.Places, placeRow{name(place.Site), strings.Join(when, ", "), place.Bundle})
		}
		if n := c.Anywhere - len(c.Places); n > 0 {
			p.More = m.n("profiles.more-sites", n)
		}
		m.v.Profiles = append(m.v.Profiles, p)
	}
	if n := len(top) - len(m.v.Profiles); n > 0 {
		m.v.Profiled = m.n("profiles.rest", n)
	}
}

// anchor is the id of the page of a company. Names of companies are hostile, so that
// it is a number.
func anchor(i int) string { return "company-" + strconv.Itoa(i+1) }

type fileRow struct{ Name, About string }

// filesOf lists the tables.
func (m *maker) filesOf() {
	for _, table := range survey.Tables(nil) {
		m.v.Files = append(m.v.Files, fileRow{m.about.Files + table.Name + ".csv", m.w("table." + table.Name)})
	}
}
