package survey

import (
	"cmp"
	"hash/fnv"
	"slices"

	"github.com/spoor-audit/spoor/reports/score"
)

// Limits of what is kept while visits stream by. They bound the memory of lists for
// readers; every row stands in the tables.
const (
	maxPlaces = 40  // sites that are named for one company
	maxLines  = 60  // sites that get a line of their own from before to after no
	maxGroups = 200 // different values of the label that sites are compared by
	maxKinds  = 60  // different settings that visits were made with
)

// otherGroup stands for the values of a label beyond the first maxGroups.
const otherGroup = "…"

// Options say what to count.
type Options struct {
	RankBy Number
	By     string // label that sites are compared by; "" for none
	// Keep keeps a few numbers of each site, so that surveys can be compared site by
	// site.
	Keep bool
	// Link returns the address of a bundle as seen from the report; "" if there is
	// none.
	Link func(bundle string) string
}

// Totals are what a survey comes to.
type Totals struct {
	Options Options

	Sites     map[string]int // by state
	Visits    map[string]int // by state
	Reasons   []map[string]int
	Uneven    int // measured sites with fewer visits that say anything than others
	Repeats   int // most visits of one site
	States    [states]StateTotals
	Companies map[string]*Company
	Any       [states]Twice // sites where any other company received data
	Trackers  [states]Twice // sites where a company that follows visitors did
	Checks    map[string]*CheckTotals
	Done      map[string]*TechniqueTotals // by technique
	Makers    map[string]*MakerTotals     // of dialogs; "" is not known
	Asking    Asking
	Presses   map[[2]int]int // sites by presses to accept and to refuse
	Grades    map[string]int // sites by grade, IE among them
	Ungraded  int            // measured sites without a score
	Numbers   map[Number]Histogram
	Unknown   map[Number]int // measured sites whose number is not known
	Slope     Slope
	Ranking   []Ranked // by place; complete once the counting is over
	Groups    map[string]*Group
	Weights   *Weights
	Settings  Settings
	Cut       map[string]int // facts that were left out of visits, by the name of the list
	Briefs    map[uint64]Brief
}

// StateTotals say on how many sites a state of consent was measured.
type StateTotals struct {
	Measured int
	Why      map[string]int // of measured sites on which it was not, by reason
	Records  map[string]int // of those that made a choice: verified contrary unread
}

// A Company is what one receiver comes to over all sites.
type Company struct {
	Name       string
	Known      bool
	Country    string
	Categories []string
	Tracker    bool
	Sites      [states]Twice
	Anywhere   int          // sites on which it received data in any of the states
	Techniques []Counted    // sites by technique, in the order of appearance
	Places     []Place      // the first sites, by name
	groups     []groupCount // few for most of very many companies, so no map
}

// A Counted is a thing and on how many sites it was seen.
type Counted struct {
	ID    string
	Sites int
}

type groupCount struct {
	group *Group
	n     [states]int
}

// Group returns on how many sites of a group the company received data.
func (c *Company) Group(g *Group) [states]int {
	for i := range c.groups {
		if c.groups[i].group == g {
			return c.groups[i].n
		}
	}
	return [states]int{}
}

// A Place is one site on which a company received data.
type Place struct {
	Site   string
	In     [states]bool
	Bundle string
}

// CheckTotals count the outcomes of a check by site.
type CheckTotals struct {
	ID, Group, Severity string
	Outcomes            map[string]int
}

// TechniqueTotals count the sites on which a technique was found and looked for.
type TechniqueTotals struct {
	ID       string
	Severity string
	Found    [states]Twice
	Looked   [states]int
}

// MakerTotals count the sites with a dialog of one maker.
type MakerTotals struct {
	Sites       int
	FirstLayer  int // refusing is possible where accepting is
	NoRefusal   int // no way to refuse was found
	Pays        int
	StillMore   int // after a refusal as many companies or more as before
	Refused     int // sites on which the state before and after no were measured
	TrackBefore int // sites on which a company that follows visitors received data before a choice
}

// Asking counts the sites by their question for consent.
type Asking struct {
	Looked, Found, FirstLayer, LaterLayer, NoRefusal, Pays int
}

// A Group is the sites that share a value of the label they are compared by.
type Group struct {
	Name     string
	Sites    int // in the list
	Measured int
	States   [states]int
	Number   Histogram // of the number that sites are ranked by
	Trackers [states]int
	Grades   map[string]int
	Refused  int
	Fewer    int // fewer companies after no than before
}

// Settings are the different ways in which visits were made, each with the number of
// visits.
type Settings struct {
	Spoor, Chrome, Signatures, Vantage, Device, Lang, Profile, Rules, Cookies, Flags, Differs, Packs, LeftOut map[string]int
	Insecure, Proxy                                                                                           int
	First, Last                                                                                               string                    // RFC 3339
	Runs                                                                                                      map[string]map[string]int // by scenario, outcome
	Unsettled                                                                                                 int                       // runs that were still loading when the time was over
	Gaps                                                                                                      map[string]int            // visits with a gap, by kind
}

// A Brief is what comparing two surveys needs of a site. Companies are -1 where the
// state was not measured.
type Brief struct {
	Companies [states]int16
	Grade     byte // the first letter, "I" for IE; 0 is none
}

// NewTotals returns totals of nothing.
func NewTotals(o Options) *Totals {
	if o.RankBy == "" {
		o.RankBy = DefaultNumber
	}
	if o.Link == nil {
		o.Link = func(string) string { return "" }
	}
	t := &Totals{
		Options: o, Sites: map[string]int{}, Visits: map[string]int{}, Reasons: []map[string]int{{}, {}},
		Companies: map[string]*Company{}, Checks: map[string]*CheckTotals{}, Done: map[string]*TechniqueTotals{},
		Makers: map[string]*MakerTotals{}, Presses: map[[2]int]int{}, Grades: map[string]int{},
		Numbers: map[Number]Histogram{}, Unknown: map[Number]int{}, Groups: map[string]*Group{}, Weights: newWeights(),
		Settings: newSettings(), Cut: map[string]int{},
	}
	for i := range t.States {
		t.States[i] = StateTotals{Why: map[string]int{}, Records: map[string]int{}}
	}
	for _, n := range Numbers() {
		t.Numbers[n] = Histogram{}
	}
	if o.Keep {
		t.Briefs = map[uint64]Brief{}
	}
	return t
}

// MeasuredSites is the number of sites that anything is known of.
func (t *Totals) MeasuredSites() int { return t.Sites[Measured] + t.Sites[Partial] }

// AllSites is the number of sites in the list.
func (t *Totals) AllSites() int {
	n := 0
	for _, count := range t.Sites {
		n += count
	}
	return n
}

// AllVisits is the number of visits, whatever came of them.
func (t *Totals) AllVisits() int {
	n := 0
	for _, count := range t.Visits {
		n += count
	}
	return n
}

// Share returns on how many of the sites whose state was measured a company received
// data.
func (t *Totals) Share(c *Company, at int) Share {
	return Share{c.Sites[at].Any, t.States[at].Measured}
}

// add adds one site.
func (t *Totals) add(s *siteCount) {
	t.Sites[s.state]++
	t.Repeats = max(t.Repeats, len(s.visits))
	for _, v := range s.visits {
		t.Visits[v.State]++
		if v.State != Measured && v.State != Pending {
			t.Reasons[1][v.State+" "+v.Reason]++
		}
		if v.counts() {
			t.Settings.add(v.Facts)
			for list, n := range v.Facts.Left {
				t.Cut[list] += n
			}
		}
	}
	group := t.group(s)
	if group != nil {
		group.Sites++
	}
	if s.state != Measured && s.state != Partial {
		t.Reasons[0][s.state+" "+s.reason]++
		return
	}
	if s.counted < len(s.visits) {
		t.Uneven++
	}
	t.addStates(s)
	t.addCompanies(s, group)
	t.addTechniques(s)
	t.addChecks(s)
	t.addDialog(s)
	t.addScore(s)
	t.addNumbers(s)
	t.addGroup(s, group)
	t.Slope.add(s, t.Options.Link)
	if t.Briefs != nil {
		t.Briefs[siteKey(s.first.Site)] = brief(s)
	}
}

func (t *Totals) addStates(s *siteCount) {
	for at := range states {
		st := &t.States[at]
		if s.measured[at] == 0 {
			st.Why[cmp.Or(s.why[at], "unknown")]++
			continue
		}
		st.Measured++
		if s.records[at] != "" {
			st.Records[s.records[at]]++
		}
		t.Any[at].addAny(s, func(*ownerCount) bool { return true }, at)
		t.Trackers[at].addAny(s, func(c *ownerCount) bool { return c.owner.Tracker }, at)
	}
}

// addAny counts a site on which any company of a kind received data.
func (t *Twice) addAny(s *siteCount, kind func(*ownerCount) bool, at int) {
	most := 0
	for _, c := range s.owners {
		if kind(c) {
			most = max(most, c.in[at])
		}
	}
	t.add(most, s.measured[at])
}

func (t *Totals) addCompanies(s *siteCount, group *Group) {
	link := ""
	for _, name := range s.names {
		o := s.owners[name]
		if o.in == [states]int{} {
			continue
		}
		c := t.Companies[name]
		if c == nil {
			c = &Company{Name: name, Known: o.owner.Known, Country: o.owner.Country}
			t.Companies[name] = c
		}
		c.Tracker = c.Tracker || o.owner.Tracker
		for _, category := range o.owner.Categories[:min(1, len(o.owner.Categories))] {
			c.Categories = with(c.Categories, category)
		}
		c.Anywhere++
		place := Place{Site: s.first.Site}
		for at := range states {
			if o.in[at] > 0 {
				c.Sites[at].add(o.in[at], s.measured[at])
				place.In[at] = true
			}
		}
		if len(c.Places) < maxPlaces {
			if link == "" {
				link = t.Options.Link(s.first.Bundle)
			}
			place.Bundle = link
			c.Places = append(c.Places, place)
		}
		for _, id := range o.techniques {
			c.technique(id)
		}
		c.addGroup(group, o)
	}
}

func (c *Company) addGroup(group *Group, o *ownerCount) {
	if group == nil {
		return
	}
	at := slices.IndexFunc(c.groups, func(n groupCount) bool { return n.group == group })
	if at < 0 {
		at = len(c.groups)
		c.groups = append(c.groups, groupCount{group: group})
	}
	for i := range states {
		c.groups[at].n[i] += min(o.in[i], 1)
	}
}

// technique counts a site on which the company used a technique.
func (c *Company) technique(id string) {
	at := slices.IndexFunc(c.Techniques, func(n Counted) bool { return n.ID == id })
	if at < 0 {
		at = len(c.Techniques)
		c.Techniques = append(c.Techniques, Counted{ID: id})
	}
	c.Techniques[at].Sites++
}

func (t *Totals) addTechniques(s *siteCount) {
	type found struct{ n, looked [states]int }
	seen := map[string]*found{}
	severity := map[string]string{}
	for _, v := range s.visits {
		if !v.counts() {
			continue
		}
		in := map[string]*[states]bool{}
		for i := range v.Facts.Findings {
			f := &v.Facts.Findings[i]
			if in[f.ID] == nil {
				in[f.ID] = new([states]bool)
			}
			if at := stateIndex(f.State); at >= 0 {
				in[f.ID][at] = true
			}
			if severity[f.ID] == "" || heavier(f.Severity, severity[f.ID]) {
				severity[f.ID] = f.Severity
			}
		}
		for id, where := range in {
			if seen[id] == nil {
				seen[id] = new(found)
			}
			for at := range states {
				seen[id].n[at] += b2i(where[at])
			}
		}
	}
	blind := s.unlooked()
	for id := range blind {
		t.technique(id)
	}
	for id := range seen {
		t.technique(id)
	}
	// A technique that comes up for the first time was looked for on the sites
	// before, too; those are added at the end, see finish.
	for id, d := range t.Done {
		for at := range states {
			if f := seen[id]; f != nil && f.n[at] > 0 {
				d.Found[at].add(f.n[at], s.measured[at])
			} else if b := blind[id]; b != nil && s.measured[at] > 0 && b[at] == s.measured[at] {
				d.Looked[at]-- // it counts as one of the measured sites, and was not
			}
		}
		if v := severity[id]; v != "" && (d.Severity == "" || heavier(v, d.Severity)) {
			d.Severity = v
		}
	}
}

func (t *Totals) technique(id string) *TechniqueTotals {
	d := t.Done[id]
	if d == nil {
		d = &TechniqueTotals{ID: id}
		t.Done[id] = d
	}
	return d
}

// unlooked counts the visits in which a technique could not be judged, by state.
func (s *siteCount) unlooked() map[string]*[states]int {
	out := map[string]*[states]int{}
	for _, v := range s.visits {
		if !v.counts() {
			continue
		}
		for _, u := range v.Facts.Unlooked {
			at := stateIndex(u.State)
			if at < 0 {
				continue
			}
			if out[u.ID] == nil {
				out[u.ID] = new([states]int)
			}
			out[u.ID][at]++
		}
	}
	return out
}

func (t *Totals) addChecks(s *siteCount) {
	outcomes := map[string]string{}
	for _, v := range s.visits {
		if !v.counts() {
			continue
		}
		for i := range v.Facts.Checks {
			c := &v.Facts.Checks[i]
			outcomes[c.ID] = worse(outcomes[c.ID], c.Outcome)
			if t.Checks[c.ID] == nil {
				t.Checks[c.ID] = &CheckTotals{ID: c.ID, Group: c.Group, Severity: c.Severity, Outcomes: map[string]int{}}
			}
		}
	}
	for id, outcome := range outcomes {
		t.Checks[id].Outcomes[outcome]++
	}
}

func (t *Totals) addScore(s *siteCount) {
	if s.score == nil {
		t.Ungraded++
		return
	}
	t.Grades[s.score.Grade]++
	if s.score.Grade != insufficient {
		t.Weights.add(s.score)
	}
}

func (t *Totals) addNumbers(s *siteCount) {
	for _, n := range Numbers() {
		value, known := n.of(s)
		if !known {
			t.Unknown[n]++
			continue
		}
		t.Numbers[n][value]++
		if n == t.Options.RankBy {
			t.Ranking = append(t.Ranking, Ranked{Site: s.first.Site, Number: value, Bundle: s.first.Bundle})
		}
	}
}

// group returns the group of a site, nil where sites are not compared.
func (t *Totals) group(s *siteCount) *Group {
	if t.Options.By == "" {
		return nil
	}
	name := s.first.Labels[t.Options.By]
	g := t.Groups[name]
	if g == nil && len(t.Groups) >= maxGroups {
		name = otherGroup
		g = t.Groups[name]
	}
	if g == nil {
		g = &Group{Name: name, Number: Histogram{}, Grades: map[string]int{}}
		t.Groups[name] = g
	}
	return g
}

func (t *Totals) addGroup(s *siteCount, g *Group) {
	if g == nil {
		return
	}
	g.Measured++
	for at := range states {
		if s.measured[at] > 0 {
			g.States[at]++
		}
		if s.trackers[at].Any > 0 {
			g.Trackers[at]++
		}
	}
	if n, ok := t.Options.RankBy.of(s); ok {
		g.Number[n]++
	}
	if s.score != nil {
		g.Grades[s.score.Grade]++
	}
	if s.measured[0] > 0 && s.measured[1] > 0 {
		g.Refused++
		if s.companies[1].Any < s.companies[0].Any {
			g.Fewer++
		}
	}
}

// finish makes the lists that need all sites.
func (t *Totals) finish() {
	rank(t.Ranking)
	for _, d := range t.Done {
		for at := range states {
			d.Looked[at] += t.States[at].Measured
		}
	}
}

// TopCompanies lists the companies that received data on most sites in a state, then
// in any, then by name.
func (t *Totals) TopCompanies(at int) []*Company {
	out := make([]*Company, 0, len(t.Companies))
	for _, c := range t.Companies {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *Company) int {
		return cmp.Or(cmp.Compare(b.Sites[at].Any, a.Sites[at].Any), cmp.Compare(b.Anywhere, a.Anywhere), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// GroupsBySize lists the groups, the largest first, then by name.
func (t *Totals) GroupsBySize() []*Group {
	out := make([]*Group, 0, len(t.Groups))
	for _, g := range t.Groups {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b *Group) int { return cmp.Or(cmp.Compare(b.Measured, a.Measured), cmp.Compare(a.Name, b.Name)) })
	return out
}

// siteKey stands for the name of a site among briefs.
func siteKey(site string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(site)) // It cannot fail.
	return h.Sum64()
}

func brief(s *siteCount) Brief {
	b := Brief{}
	for at := range states {
		b.Companies[at] = -1
		if s.measured[at] > 0 {
			b.Companies[at] = int16(min(s.companies[at].Any, 1<<15-1)) //nolint:gosec // It fits.
		}
	}
	if s.score != nil && s.score.Grade != "" {
		b.Grade = s.score.Grade[0]
	}
	return b
}

// GradeLetters lists the grades in the order of reports, insufficient evidence last.
func GradeLetters() []string { return append(score.Grades(), insufficient) }
