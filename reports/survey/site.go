package survey

import (
	"cmp"
	"slices"

	"github.com/spoor-audit/spoor/reports"
)

// A siteCount is what the visits of one site come to.
type siteCount struct {
	visits []*Visit
	first  *Visit // the first visit that was measured, else the first

	state, reason string
	counted       int         // visits that say anything
	measured      [states]int // visits in which a state was measured
	why           [states]string

	companies, trackers, cookies [states]Twice
	noCookies                    [states]int // measured visits that could not see cookies
	exposure                     [states]int // the highest of the visits; -1 is not known
	owners                       map[string]*ownerCount
	names                        []string // of owners, in the order of appearance

	dialog  Dialog
	score   *Score
	records [states]string
}

// An ownerCount is one company on one site.
type ownerCount struct {
	owner      *Owner
	in         [states]int // visits in which it received data
	techniques []string    // of findings that are its own
}

// countSite adds up the visits of one site. They must not be empty.
func countSite(visits []*Visit) *siteCount {
	s := &siteCount{visits: visits, first: visits[0], owners: map[string]*ownerCount{}}
	for at := range states {
		s.exposure[at] = -1
	}
	for _, v := range visits {
		if !v.counts() {
			continue
		}
		if s.counted == 0 {
			s.first = v
		}
		s.counted++
		s.add(v.Facts)
	}
	s.settle()
	return s
}

// add adds the facts of one visit.
func (s *siteCount) add(f *Facts) {
	for at, id := range States() {
		state := f.State(id)
		switch {
		case state == nil:
			s.why[at] = cmp.Or(s.why[at], "not-run")
		case state.Measured:
			s.measured[at]++
			s.addExposure(at, f)
		default:
			s.why[at] = cmp.Or(state.Why, s.why[at])
		}
		if step := f.step(stepOf(id)); step != nil {
			s.records[at] = cmp.Or(s.records[at], step.Record)
		}
	}
	seen := map[string]*ownerCount{}
	for i := range f.Owners {
		o := &f.Owners[i]
		c := s.owners[o.Name]
		if c == nil {
			c = &ownerCount{owner: o}
			s.owners[o.Name] = c
			s.names = append(s.names, o.Name)
		}
		if seen[o.Name] != nil {
			continue
		}
		seen[o.Name] = c
		for at, id := range States() {
			if o.In[id] > 0 {
				c.in[at]++
			}
		}
	}
	for i := range f.Findings {
		if o := f.owner(f.Findings[i].Owner); o != nil {
			c := s.owners[o.Name]
			c.techniques = with(c.techniques, f.Findings[i].ID)
		}
	}
	s.addDialog(&f.Dialog)
}

// addExposure keeps the highest exposure of a state.
func (s *siteCount) addExposure(at int, f *Facts) {
	if f.Score == nil {
		return
	}
	if n, ok := f.Score.Exposure[stepOf(States()[at])]; ok {
		s.exposure[at] = max(s.exposure[at], n)
	}
}

// addDialog keeps what the first visit says that found a dialog, and the presses of
// the first that carried out a choice.
func (s *siteCount) addDialog(d *Dialog) {
	accept, reject := s.dialog.PressesAccept, s.dialog.PressesReject
	switch {
	case d.Found && !s.dialog.Found:
		looked := s.dialog.Looked
		s.dialog = *d
		s.dialog.Looked = looked || d.Looked
	default:
		s.dialog.Looked = s.dialog.Looked || d.Looked
	}
	s.dialog.PressesAccept = cmp.Or(accept, d.PressesAccept)
	s.dialog.PressesReject = cmp.Or(reject, d.PressesReject)
}

// settle fills what rests on all visits.
func (s *siteCount) settle() {
	for _, c := range s.owners {
		for at := range states {
			if s.measured[at] == 0 || c.in[at] == 0 {
				continue
			}
			s.companies[at].add(c.in[at], s.measured[at])
			if c.owner.Tracker {
				s.trackers[at].add(c.in[at], s.measured[at])
			}
		}
	}
	s.countCookies()
	s.pickScore()
	s.settleState()
}

// settleState makes one state of those of the visits: the best one.
func (s *siteCount) settleState() {
	order := []string{Measured, Partial, Excluded, Failed, Pending}
	best := len(order)
	for _, v := range s.visits {
		state := v.State
		if (state == Measured || state == Partial) && v.Facts == nil {
			state = Failed
		}
		if at := slices.Index(order, state); at >= 0 && at < best {
			best, s.state, s.reason = at, state, v.Reason
		}
	}
	if best == len(order) {
		s.state = Pending
	}
	if s.state == Measured {
		s.reason = ""
	}
}

// countCookies counts the cookies and stored items that tell a visitor from others,
// by the state in which they were set first.
func (s *siteCount) countCookies() {
	type key struct{ kind, name, domain string }
	seen := [states]map[key]int{{}, {}, {}}
	for _, v := range s.visits {
		if !v.counts() {
			continue
		}
		blind := v.Facts.blindForCookies()
		for at, id := range States() {
			if state := v.Facts.State(id); state != nil && state.Measured && blind[at] {
				s.noCookies[at]++
			}
		}
		for i := range v.Facts.Cookies {
			c := &v.Facts.Cookies[i]
			if !c.Identifying || c.Blocked {
				continue
			}
			for at, id := range States() {
				if slices.Contains(c.Seen, id) {
					seen[at][key{c.Kind, c.Name, c.Domain}]++
				}
			}
		}
	}
	for at := range seen {
		for _, n := range seen[at] {
			s.cookies[at].add(n, s.measured[at]-s.noCookies[at])
		}
	}
}

// blindForCookies tells the states in which the visit could not see cookies.
func (f *Facts) blindForCookies() [states]bool {
	var out [states]bool
	for i := range f.Gaps {
		g := &f.Gaps[i]
		if !g.Whole || g.Kind != "cookies" {
			continue
		}
		for at, id := range States() {
			if g.Step == stepOf(id) {
				out[at] = true
			}
		}
	}
	return out
}

// pickScore takes the score of the site: of several visits that were graded the
// middle one, the lower of two. Insufficient evidence counts where nothing else is.
func (s *siteCount) pickScore() {
	var graded []*Score
	for _, v := range s.visits {
		if !v.counts() || v.Facts.Score == nil {
			continue
		}
		if v.Facts.Score.Grade == insufficient {
			s.score = v.Facts.Score
			continue
		}
		graded = append(graded, v.Facts.Score)
	}
	if len(graded) == 0 {
		return
	}
	slices.SortStableFunc(graded, func(a, b *Score) int { return cmp.Compare(a.Value, b.Value) })
	s.score = graded[(len(graded)-1)/2]
}

// insufficient is the grade of a site that could not be graded.
const insufficient = "IE"

// worse returns the outcome of two visits of one check that weighs most.
func worse(a, b string) string {
	order := []string{reports.Fail, reports.Warn, reports.Pass, reports.Unknown, reports.NA}
	i, j := slices.Index(order, a), slices.Index(order, b)
	switch {
	case i < 0:
		return b
	case j < 0 || i <= j:
		return a
	}
	return b
}
