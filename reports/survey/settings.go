package survey

import "strings"

func newSettings() Settings {
	return Settings{
		Spoor: map[string]int{}, Chrome: map[string]int{}, Signatures: map[string]int{}, Vantage: map[string]int{}, Device: map[string]int{},
		Lang: map[string]int{}, Profile: map[string]int{}, Rules: map[string]int{}, Cookies: map[string]int{}, Flags: map[string]int{},
		Differs: map[string]int{}, Packs: map[string]int{}, LeftOut: map[string]int{}, Runs: map[string]map[string]int{}, Gaps: map[string]int{},
	}
}

// add notes with what a visit was made.
func (s *Settings) add(f *Facts) {
	m := &f.Method
	for list, value := range map[*map[string]int]string{
		&s.Spoor: m.Spoor, &s.Chrome: strings.TrimSpace(m.Chrome + " " + m.Mode), &s.Signatures: m.Signatures, &s.Vantage: m.Vantage,
		&s.Device: m.Device, &s.Lang: m.Lang, &s.Profile: m.Profile, &s.Rules: m.Rules, &s.Cookies: m.ThirdPartyCookies,
	} {
		note(*list, value)
	}
	for list, values := range map[*map[string]int][]string{&s.Flags: m.Flags, &s.Differs: m.Differs, &s.Packs: m.Packs, &s.LeftOut: m.LeftOut} {
		for _, v := range values {
			note(*list, v)
		}
	}
	s.Insecure += b2i(m.Insecure)
	s.Proxy += b2i(m.Proxy)
	if f.Started != "" {
		if s.First == "" || f.Started < s.First {
			s.First = f.Started
		}
		s.Last = max(s.Last, f.Started)
	}
	for i := range f.Steps {
		step := &f.Steps[i]
		if s.Runs[step.Scenario] == nil {
			s.Runs[step.Scenario] = map[string]int{}
		}
		s.Runs[step.Scenario][step.Outcome]++
		if !step.Settled {
			s.Unsettled++
		}
	}
	kinds := map[string]bool{}
	for i := range f.Gaps {
		kinds[f.Gaps[i].Kind] = true
	}
	for kind := range kinds {
		note(s.Gaps, kind)
	}
}

// note counts a value; of many different ones, those that come first.
func note(list map[string]int, value string) {
	if value == "" {
		return
	}
	if _, known := list[value]; !known && len(list) >= maxKinds {
		value = otherGroup
	}
	list[value]++
}
