// Package storage owns the inventories of what is kept in the browser: cookies, storage
// items, databases, caches and service workers, and which names serve what needs no
// consent.
package storage

import (
	"cmp"
	"strconv"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/evidence"
)

// storageFindings lists the storage items of a kind. Items with the same name
// but for digits and codes are one finding.
func storageFindings(v *detectors.View, kind string) []detectors.Finding {
	var out []detectors.Finding
	index := map[[2]string]int{}
	for _, s := range v.Items {
		if s.Kind != kind {
			continue
		}
		identifying := v.Known.IdentifiesItem(s, v.Visit.Subject.Started)
		if s.Deleted && !identifying {
			continue // written to see whether writing works
		}
		f := ItemFinding(v, s, identifying)
		k := [2]string{f.Key, string(f.Phase)}
		j, ok := index[k]
		if !ok {
			index[k] = len(out)
			out = append(out, f)
			continue
		}
		old := &out[j]
		ids, first := append(old.Evidence, f.Evidence...), old.First
		if detectors.Severer(f.Severity, old.Severity) {
			*old = f
		}
		old.Evidence, old.First = ids[:min(len(ids), detectors.MaxEvidence)], first
	}
	return out
}

// ItemFinding starts a finding about a storage item.
func ItemFinding(v *detectors.View, s *evidence.StorageItem, identifying bool) detectors.Finding {
	use := v.Known.Item(s)
	host := evidence.Host(s.Origin)
	third := v.Third(host, s.Page)
	setter, script, party := cmp.Or(host, s.Origin), "", use.Party
	if s.Writer != nil && addresses.IsHTTP(s.Writer.URL) {
		script = addresses.Bare(s.Writer.URL)
		setter = evidence.Host(script)
		if party == "" && v.Third(setter, s.Page) {
			party = v.Known.Script(script)
		}
	}
	if party == "" && third {
		party = v.Known.Party(host)
	}
	key := codes.KeyPattern(s.Key)
	ids := []evidence.ID{s.ID}
	if s.Call != "" {
		ids = append(ids, s.Call)
	}
	return detectors.Finding{
		Key:       key + "@" + s.Origin,
		Phase:     v.Run.PhaseOf(s.At),
		Party:     party,
		Host:      host,
		Script:    script,
		Certainty: detectors.Observed,
		Severity:  itemSeverity(s.Kind, use.Category, identifying, third),
		First:     s.At,
		Evidence:  ids,
		Args: map[string]string{
			"key":         key,
			"host":        cmp.Or(host, s.Origin),
			"who":         v.Known.Name(party, cmp.Or(host, s.Origin)),
			"setter":      setter,
			"length":      strconv.Itoa(s.Length),
			"purpose":     use.Purpose,
			"category":    cmp.Or(use.Category, "unknown"),
			"identifying": detectors.Yes(identifying),
		},
	}
}

func itemSeverity(kind, category string, identifying, third bool) detectors.Severity {
	switch {
	case kind == "service-worker" && third:
		return detectors.Low
	case !identifying || detectors.Harmless(category):
		return detectors.Note
	case kind == "session":
		return detectors.Low
	case third || detectors.Follows(category):
		return detectors.Medium
	}
	return detectors.Low
}
