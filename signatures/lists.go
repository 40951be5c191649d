package signatures

import (
	"cmp"
	"io/fs"
	"time"

	"github.com/spoor-audit/spoor/signatures/abp"
)

// A filterList is a pack of network rules.
type filterList struct {
	name string
	*abp.List
}

// A section is a heading of a list that names a company; see
// core/sections.yaml.
type section struct {
	Section  string `yaml:"section"`
	Vendor   string `yaml:"vendor"`
	Name     string `yaml:"name"`
	Company  string `yaml:"company"`
	Country  string `yaml:"country"`
	Category string `yaml:"category"`
}

func (s section) party() Party {
	return Party{ID: s.Vendor, Name: s.Name, Company: s.Company, Country: s.Country, Categories: []string{s.Category}}
}

// readSections reads core/sections.yaml.
func readSections(core fs.FS) ([]section, error) {
	var sections []section
	return sections, readYAML(core, sectionsFile, &sections)
}

// judged is what the filter lists say of a request.
type judged struct {
	blocked bool
	matches []Match
	section string // heading above the first blocking rule
}

// judge asks every list. An exception takes back the blocking rules of all
// lists, as it does in a browser that loads them together; a rule marked
// important stands.
func judge(lists []filterList, q *abp.Request) judged {
	var j judged
	for _, l := range lists {
		if rule, ok := l.Block(q); ok {
			j.section = cmp.Or(j.section, rule.Section)
			j.matches = append(j.matches, Match{l.name, rule.Text, rule.Section})
		}
	}
	j.blocked = len(j.matches) > 0
	if !j.blocked {
		return j
	}
	for _, l := range lists {
		if rule, ok := l.Except(q); ok {
			j.blocked = false
			j.matches = append(j.matches, Match{l.name, rule.Text, rule.Section})
		}
	}
	for _, l := range lists {
		if j.blocked {
			break
		}
		_, j.blocked = l.Important(q)
	}
	return j
}

// rank puts lists in the order in which they are asked: EasyPrivacy names
// trackers and their companies, EasyList advertising; then those of the user.
func rank(name string) int {
	switch name {
	case listEasyPrivacy:
		return 0
	case listEasyList:
		return 1
	}
	return 2
}

// listDate reads the day out of what a list says of its age; "" if it cannot.
func listDate(s string) string {
	for _, layout := range []string{"2 Jan 2006 15:04 MST", time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return ""
}
