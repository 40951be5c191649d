package detectors

import (
	"cmp"
	"strconv"

	"github.com/spoor-audit/spoor/evidence"
)

// storageFindings lists the storage items of a kind. Items with the same name
// but for digits and codes are one finding.
func storageFindings(v *View, kind string) []Finding {
	var out []Finding
	index := map[[2]string]int{}
	for _, s := range v.items {
		if s.Kind != kind {
			continue
		}
		identifying := v.known.identifiesItem(s, v.Visit.Subject.Started)
		if s.Deleted && !identifying {
			continue // written to see whether writing works
		}
		f := v.itemFinding(s, identifying)
		k := [2]string{f.Key, string(f.Phase)}
		j, ok := index[k]
		if !ok {
			index[k] = len(out)
			out = append(out, f)
			continue
		}
		old := &out[j]
		ids, first := append(old.Evidence, f.Evidence...), old.First
		if severer(f.Severity, old.Severity) {
			*old = f
		}
		old.Evidence, old.First = ids[:min(len(ids), maxEvidence)], first
	}
	return out
}

func (v *View) itemFinding(s *evidence.StorageItem, identifying bool) Finding {
	use := v.known.item(s)
	host := evidence.Host(s.Origin)
	third := v.third(host, s.Page)
	setter, script, party := cmp.Or(host, s.Origin), "", use.Party
	if s.Writer != nil && isHTTP(s.Writer.URL) {
		script = bare(s.Writer.URL)
		setter = evidence.Host(script)
		if party == "" && v.third(setter, s.Page) {
			party = v.known.script(script)
		}
	}
	if party == "" && third {
		party = v.known.party(host)
	}
	key := KeyPattern(s.Key)
	ids := []evidence.ID{s.ID}
	if s.Call != "" {
		ids = append(ids, s.Call)
	}
	return Finding{
		Key:       key + "@" + s.Origin,
		Phase:     v.Run.PhaseOf(s.At),
		Party:     party,
		Host:      host,
		Script:    script,
		Certainty: Observed,
		Severity:  itemSeverity(s.Kind, use.Category, identifying, third),
		First:     s.At,
		Evidence:  ids,
		Args: map[string]string{
			"key":         key,
			"host":        cmp.Or(host, s.Origin),
			"who":         v.known.name(party, cmp.Or(host, s.Origin)),
			"setter":      setter,
			"length":      strconv.Itoa(s.Length),
			"purpose":     use.Purpose,
			"category":    cmp.Or(use.Category, "unknown"),
			"identifying": yes(identifying),
		},
	}
}

func itemSeverity(kind, category string, identifying, third bool) Severity {
	switch {
	case kind == "service-worker" && third:
		return Low
	case !identifying || harmless(category):
		return Note
	case kind == "session":
		return Low
	case third || follows(category):
		return Medium
	}
	return Low
}
