package survey

import (
	"cmp"
	"hash/fnv"

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

// finish makes the lists that need all sites.
func (t *Totals) finish() {
	rank(t.Ranking)
	for _, d := range t.Done {
		for at := range states {
			d.Looked[at] += t.States[at].Measured
		}
	}
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
