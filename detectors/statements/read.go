package statements

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// maxRaw is how many characters of what was read a statement keeps.
const maxRaw = 4000

// maxStrings is how many different consent strings of a visit are read. Ranges
// let a short string unfold to much, so a page could fill the memory with them.
const maxStrings = 1000

// Read returns what a site stated in a visit, sorted by scenario, phase, time,
// kind, source and raw text. What cannot be read is a statement with an error.
// It never fails, and the same record gives the same statements.
func Read(v *evidence.Visit, db *signatures.DB) []Statement {
	if v == nil {
		return nil
	}
	c := &collector{visit: v, db: db, strings: map[string]tcfAnswer{}}
	for i := range v.Runs {
		c.run, c.seen = &v.Runs[i], map[string]int{}
		c.readRun()
	}
	c.agree()
	slices.SortStableFunc(c.list, compare)
	return c.list
}

// A collector gathers the statements of a visit.
type collector struct {
	visit *evidence.Visit
	db    *signatures.DB
	run   *evidence.Run
	list  []Statement
	// seen holds the place in list of each different statement of the run.
	seen    map[string]int
	strings map[string]tcfAnswer
	items   map[string]bool // names of what the visit saw, made when first needed
}

type tcfAnswer struct {
	tcf *TCF
	err error
}

func (c *collector) readRun() {
	for i := range c.run.Signals {
		c.signal(&c.run.Signals[i])
	}
	for i := range c.run.Requests {
		c.request(&c.run.Requests[i])
	}
	for i := range c.run.Cookies {
		c.cookie(&c.run.Cookies[i])
	}
	for i := range c.run.Storage {
		c.storage(&c.run.Storage[i])
	}
	for i := range c.run.Papers {
		c.paper(&c.run.Papers[i])
	}
	c.dialog(c.run.Dialog)
}

// tcf reads a consent string once for the whole visit. The answer is shared and
// must not be changed.
func (c *collector) tcf(s string) (*TCF, error) {
	if a, ok := c.strings[s]; ok {
		return a.tcf, a.err
	}
	if len(c.strings) >= maxStrings {
		return nil, errors.New("TC string: the visit has too many different ones")
	}
	t, err := decodeTCF(s)
	c.strings[s] = tcfAnswer{t, err}
	return t, err
}

// agree raises the confidence of claims that several sentences of the visit make.
func (c *collector) agree() {
	var claims []*Claim
	for i := range c.list {
		if c.list[i].Claim != nil {
			claims = append(claims, c.list[i].Claim)
		}
	}
	agree(claims)
}

// fail notes why a statement could not be read; nil is nothing to note.
func (s *Statement) fail(err error) {
	if err != nil {
		s.Error = err.Error()
		s.TCF, s.GPP, s.USP, s.Google, s.CMP, s.Register, s.Claim, s.GPC, s.Ads = nil, nil, nil, nil, nil, nil, nil, nil, nil
	}
}

// add takes in a statement of the current run. One that was there before in the
// same phase only counts; apart says what else tells two from each other.
func (c *collector) add(s Statement, apart string) {
	s.Scenario = c.run.Scenario
	if s.Phase == "" {
		s.Phase = c.run.PhaseOf(s.At)
	}
	sum := sha256.Sum256([]byte(s.Raw))
	key := string(s.Phase) + "\x00" + s.Kind + "\x00" + s.Source + "\x00" + s.Host + "\x00" + strconv.FormatBool(s.Error != "") + "\x00" + apart + "\x00" + string(sum[:])
	if at, ok := c.seen[key]; ok {
		old := &c.list[at]
		old.Times++
		old.Until = max(old.Until, s.At)
		if s.At < old.At {
			old.At, old.Page, old.Sent, old.Evidence = s.At, s.Page, s.Sent, s.Evidence
		}
		return
	}
	s.Times, s.Until = 1, s.At
	s.Raw = clip(s.Raw)
	c.seen[key] = len(c.list)
	c.list = append(c.list, s)
}

// clip cuts a text to the length that statements keep, in characters.
func clip(s string) string {
	if len(s) <= maxRaw || utf8.RuneCountInString(s) <= maxRaw {
		return s
	}
	n := 0
	for at := range s {
		if n == maxRaw {
			return s[:at]
		}
		n++
	}
	return s
}

func compare(x, y Statement) int {
	return cmp.Or(
		cmp.Compare(rank(x.Scenario), rank(y.Scenario)),
		cmp.Compare(x.Scenario, y.Scenario),
		cmp.Compare(later(x.Phase), later(y.Phase)),
		cmp.Compare(x.At, y.At),
		cmp.Compare(x.Kind, y.Kind),
		cmp.Compare(x.Source, y.Source),
		cmp.Compare(x.Raw, y.Raw),
		cmp.Compare(x.Host, y.Host),
		cmp.Compare(x.Evidence, y.Evidence),
	)
}

// rank is the place of a scenario in reports; unknown ones come last.
func rank(s evidence.Scenario) int {
	if i := slices.Index(evidence.Scenarios, s); i >= 0 {
		return i
	}
	return len(evidence.Scenarios)
}

func later(p evidence.Phase) int {
	if p == evidence.After {
		return 1
	}
	return 0
}
