package survey

func (t *Totals) addTechniques(s *siteCount) {
	seen := map[string]*[states]int{}
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
				seen[id] = new([states]int)
			}
			for at := range states {
				seen[id][at] += b2i(where[at])
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
			if n := seen[id]; n != nil && n[at] > 0 {
				d.Found[at].add(n[at], s.measured[at])
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
