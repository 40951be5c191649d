package reports

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// cookies fills Result.Cookies: each cookie once, with the runs in which it was
// seen. What is said of a cookie is what its first run says.
func (b *builder) cookies() {
	type key struct{ domain, name, path, partition string }
	index := map[key]int{}
	out := []Cookie{}
	for _, run := range b.runsInOrder() {
		for i := range run.Cookies {
			c := &run.Cookies[i]
			k := key{c.Domain, c.Name, c.Path, c.Partition}
			at, known := index[k]
			if !known {
				at = len(out)
				index[k] = at
				out = append(out, b.cookie(run, c))
			}
			out[at].Evidence = sight(out[at].Evidence, out[at].Seen, run, c.At, c.ID)
		}
	}
	slices.SortFunc(out, func(a, b Cookie) int {
		return cmp.Or(cmp.Compare(a.Domain, b.Domain), cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.Path, b.Path), cmp.Compare(a.Partition, b.Partition))
	})
	for i := range out {
		if p := b.parties[out[i].Party]; p != nil && out[i].State != "blocked" {
			p.Cookies++
		}
	}
	b.r.Cookies = out
}

// sight notes the first time that a run saw something: in which phase, and its
// evidence.
func sight(ids []evidence.ID, seen map[string]string, run *evidence.Run, at evidence.Millis, id evidence.ID) []evidence.ID {
	if _, before := seen[string(run.Scenario)]; before {
		return ids
	}
	seen[string(run.Scenario)] = string(run.PhaseOf(at))
	return append(ids, id)
}

// cookie describes a cookie of one run.
func (b *builder) cookie(run *evidence.Run, c *evidence.Cookie) Cookie {
	third := b.third(run, c.Page, c.Domain)
	out := Cookie{
		Name: clip(c.Name, maxName), Domain: clip(c.Domain, maxName), Path: clip(c.Path, maxName),
		ThirdParty: third, SetBy: b.setBy(run, c), Category: "unknown",
		LifetimeDays: days(c.Lifetime), DeclaredLifetimeDays: days(c.Declared), Session: c.Session,
		HTTPOnly: c.HTTPOnly, Secure: c.Secure, SameSite: c.SameSite,
		Partitioned: c.Partition != "", Partition: clip(c.Partition, maxName),
		ValueDigest: evidence.Digest([]byte(c.Value)), ValueLength: len(c.Value),
		Seen: map[string]string{}, State: c.State, Reasons: list(c.Reasons), FirstMS: int64(c.At),
		Evidence: []evidence.ID{},
	}
	if use, ok := b.db.Cookie(c.Name, c.Domain); ok {
		out.Party = b.partyByID(use.Party)
		out.Category, out.Purpose, out.PurposeFrom = orUnknown(use.Category), use.Purpose, use.List
	}
	if out.Party == "" {
		out.Party = b.owner(run, c.Page, c.Domain, third, out.SetBy.Script)
	}
	if out.SetBy.URL == "" {
		out.SetBy.URL = clip(b.v.PageURL(run, c.Page), maxURL)
	}
	return out
}

// owner names the party that something kept under a host belongs to: another
// site's host speaks for itself, and what a foreign script keeps under the
// site's own name belongs to whose script it is.
func (b *builder) owner(run *evidence.Run, page int, host string, third bool, script string) string {
	if !third {
		if from := hostOf(script); b.third(run, page, from) {
			return b.party(from)
		}
	}
	return b.party(strings.ToLower(host))
}

// setBy says who wrote a cookie first.
func (b *builder) setBy(run *evidence.Run, c *evidence.Cookie) SetBy {
	if len(c.Writes) == 0 {
		return SetBy{}
	}
	w := c.Writes[0]
	if w.Kind != "script" {
		return SetBy{Kind: "http", URL: clip(w.URL, maxURL)}
	}
	by := SetBy{Kind: "script", Script: clip(w.URL, maxURL), Line: w.Line}
	if found, ok := b.v.Lookup(w.Call); ok {
		if call, ok := found.(*evidence.Call); ok {
			by.URL = clip(b.targetURL(run, call.In), maxURL)
		}
	}
	return by
}

// days converts seconds to days, with so many decimals that a minute counts.
func days(seconds int64) float64 {
	return math.Round(float64(seconds)/86400*1e4) / 1e4
}

func orUnknown(category string) string {
	if category == "" {
		return "unknown"
	}
	return category
}

// storage fills Result.Storage, as cookies does for cookies.
func (b *builder) storage() {
	type key struct{ origin, kind, key, partition string }
	index := map[key]int{}
	out := []StorageItem{}
	for _, run := range b.runsInOrder() {
		for i := range run.Storage {
			s := &run.Storage[i]
			k := key{s.Origin, s.Kind, s.Key, s.Partition}
			at, known := index[k]
			if !known {
				at = len(out)
				index[k] = at
				out = append(out, b.storageItem(run, s))
			}
			out[at].Evidence = sight(out[at].Evidence, out[at].Seen, run, s.At, s.ID)
		}
	}
	slices.SortFunc(out, func(a, b StorageItem) int {
		return cmp.Or(cmp.Compare(a.Origin, b.Origin), cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Key, b.Key), cmp.Compare(a.Partition, b.Partition))
	})
	b.r.Storage = out
}

func (b *builder) storageItem(run *evidence.Run, s *evidence.StorageItem) StorageItem {
	host := hostOf(s.Origin)
	out := StorageItem{
		Kind: s.Kind, Origin: clip(s.Origin, maxName), Key: clip(s.Key, maxName), Category: "unknown",
		ThirdParty: b.third(run, s.Page, host), Partition: clip(s.Partition, maxName),
		Seen: map[string]string{}, Length: s.Length, ValueDigest: s.Digest, Deleted: s.Deleted,
		FirstMS: int64(s.At), Evidence: []evidence.ID{},
	}
	if s.Writer != nil {
		out.Script, out.Line = clip(s.Writer.URL, maxURL), s.Writer.Line
	}
	if out.ValueDigest == "" && s.Value != "" && s.Length == len(s.Value) {
		out.ValueDigest = evidence.Digest([]byte(s.Value))
	}
	if use, ok := b.db.StorageKey(s.Key, s.Origin); ok {
		out.Party = b.partyByID(use.Party)
		out.Category, out.Purpose = orUnknown(use.Category), use.Purpose
	}
	if out.Party == "" {
		out.Party = b.owner(run, s.Page, host, out.ThirdParty, out.Script)
	}
	return out
}

// markIdentifying sets Identifying on cookies and storage items, by the word of
// the detectors, and notes it with the parties that they belong to.
func (b *builder) markIdentifying() {
	identifying := detectors.Identifying(b.v, b.db)
	for i := range b.r.Cookies {
		c := &b.r.Cookies[i]
		c.Identifying = slices.ContainsFunc(c.Evidence, func(id evidence.ID) bool { return identifying[id] })
		if !c.Identifying || c.State == "blocked" {
			continue
		}
		technique := "cookies-first-party"
		if c.ThirdParty {
			technique = "cookies-third-party"
		}
		b.recognises(c.Party, technique)
	}
	for i := range b.r.Storage {
		s := &b.r.Storage[i]
		s.Identifying = slices.ContainsFunc(s.Evidence, func(id evidence.ID) bool { return identifying[id] })
		if s.Identifying {
			b.recognises(s.Party, "storage-"+s.Kind)
		}
	}
}

// reads reports whether a technique is about reading traits of the device.
func reads(id string) bool { return strings.HasPrefix(id, "fingerprint-") }
