package reports

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// readings fills Result.Readings: who read what of the device, one row for each
// API and script of a run.
func (b *builder) readings() {
	type key struct{ api, script string }
	b.r.Readings = []Reading{}
	for _, run := range b.runsInOrder() {
		rows := map[key]*Reading{}
		by := newMaker(run)
		for i := range run.Calls {
			c := &run.Calls[i]
			script := bare(by.script(c))
			k := key{c.API, script}
			row := rows[k]
			if row == nil {
				row = &Reading{
					Scenario: run.Scenario, API: clip(c.API, maxName), Script: clip(script, maxURL), Party: b.scriptParty(run, c, script),
					FirstMS: int64(c.At), Phase: run.PhaseOf(c.At), In: []string{}, Evidence: c.ID,
				}
				rows[k] = row
			}
			if int64(c.At) < row.FirstMS {
				row.FirstMS, row.Phase, row.Evidence = int64(c.At), run.PhaseOf(c.At), c.ID
			}
			row.Count += c.Count
			row.AtLeast = row.AtLeast || c.AtLeast
			if t := b.target(run, c.In); t != nil {
				row.In = with(row.In, t.Kind)
			}
		}
		list := slices.SortedFunc(maps.Values(rows), func(a, b *Reading) int {
			return cmp.Or(cmp.Compare(a.Script, b.Script), cmp.Compare(a.API, b.API), cmp.Compare(a.Evidence, b.Evidence))
		})
		for _, row := range list {
			slices.Sort(row.In)
			if p := b.parties[row.Party]; p != nil {
				p.Readings++
			}
			b.r.Readings = append(b.r.Readings, *row)
		}
	}
}

// A maker tells which script answers for a call.
type maker struct {
	run     *evidence.Run
	scripts map[evidence.ID]*evidence.Script
}

func newMaker(run *evidence.Run) *maker {
	m := &maker{run, make(map[evidence.ID]*evidence.Script, len(run.Scripts))}
	for i := range run.Scripts {
		m.scripts[run.Scripts[i].ID] = &run.Scripts[i]
	}
	return m
}

// maxMakers limits the walk from a script to its maker.
const maxMakers = 32

// script returns the address of the innermost script that came over the web. A
// script that was made at run time has an address that it chose itself, so its
// maker answers for it.
func (m *maker) script(c *evidence.Call) string {
	if from := m.origin(c.Script, maxMakers); from != "" {
		return from
	}
	for _, f := range c.Stack {
		if from := m.frame(f, maxMakers); from != "" {
			return from
		}
	}
	return ""
}

func (m *maker) frame(f evidence.Frame, depth int) string {
	if from := m.origin(f.Script, depth); from != "" {
		return from
	}
	if hostOf(f.URL) != "" {
		return f.URL
	}
	return ""
}

func (m *maker) origin(id evidence.ID, depth int) string {
	s := m.scripts[id]
	if s == nil || depth == 0 {
		return ""
	}
	if s.By != nil && s.Kind != "external" && s.Kind != "module" {
		if from := m.frame(*s.By, depth-1); from != "" {
			return from
		}
	}
	if hostOf(s.URL) != "" {
		return s.URL
	}
	return ""
}

// scriptParty says whose script made a call; code without an address belongs to
// the document in which it ran.
func (b *builder) scriptParty(run *evidence.Run, c *evidence.Call, script string) string {
	if hostOf(script) != "" {
		return b.partyOfScript(script)
	}
	return b.party(hostOf(b.targetURL(run, c.In)))
}

// scripts fills Result.Scripts: the code that ran, by where it came from.
func (b *builder) scripts() {
	type key struct{ url, kind string }
	b.r.Scripts = []Script{}
	for _, run := range b.runsInOrder() {
		rows := map[key]*Script{}
		for i := range run.Scripts {
			s := &run.Scripts[i]
			k := key{s.URL, s.Kind}
			row := rows[k]
			if row == nil {
				host := hostOf(s.URL)
				row = &Script{
					Scenario: run.Scenario, URL: clip(s.URL, maxURL), Kind: s.Kind, Party: b.party(host),
					ThirdParty: b.third(run, b.pageOf(run, s.Target), host), Digest: s.Digest, FirstMS: int64(s.At),
				}
				rows[k] = row
			}
			row.Count++
			row.Length += s.Length
		}
		list := slices.SortedFunc(maps.Values(rows), func(a, b *Script) int {
			return cmp.Or(cmp.Compare(a.URL, b.URL), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.FirstMS, b.FirstMS))
		})
		for _, row := range list {
			b.r.Scripts = append(b.r.Scripts, *row)
		}
	}
}

// pageOf returns the index of the page in which a target lived.
func (b *builder) pageOf(run *evidence.Run, id evidence.TargetID) int {
	if t := b.target(run, id); t != nil {
		return t.Page
	}
	return 0
}

// flows fills Result.Flows: who sent the browser to whom. Only receivers of
// another site count; the page itself is the loader "".
func (b *builder) flows() {
	b.r.Flows, b.r.Attempts = []Flow{}, []Flow{}
	for _, run := range b.runsInOrder() {
		b.r.Flows = append(b.r.Flows, b.flowsOf(run, reached)...)
		b.r.Attempts = append(b.r.Attempts, b.flowsOf(run, func(q *evidence.Request) bool { return tried(q) && !reached(q) })...)
	}
}

// flowsOf sums up the requests of a run that count.
func (b *builder) flowsOf(run *evidence.Run, counts func(*evidence.Request) bool) []Flow {
	type key struct{ loader, receiver string }
	from := newOrigins(run)
	rows := map[key]*Flow{}
	for i := range run.Requests {
		q := &run.Requests[i]
		host := hostOf(q.URL)
		if !b.third(run, q.Page, host) || !counts(q) {
			continue
		}
		loader := bare(from.loader(q))
		if h := hostOf(loader); h == "" || h == evidence.MailHost || loader == bare(b.v.PageURL(run, q.Page)) {
			loader = ""
		}
		k := key{loader, b.party(host)}
		row := rows[k]
		if row == nil {
			row = &Flow{
				Scenario: run.Scenario, Loader: clip(loader, maxURL), LoaderParty: b.party(hostOf(loader)),
				Receiver: k.receiver, FirstMS: int64(q.At), Evidence: q.ID,
			}
			rows[k] = row
		}
		row.Requests++
		if run.PhaseOf(q.At) == evidence.Before {
			row.Before++
		}
	}
	list := slices.SortedFunc(maps.Values(rows), func(a, b *Flow) int {
		return cmp.Or(-cmp.Compare(a.Requests, b.Requests), cmp.Compare(a.Loader, b.Loader), cmp.Compare(a.Receiver, b.Receiver))
	})
	out := make([]Flow, len(list))
	for i, row := range list {
		out[i] = *row
	}
	return out
}

// bare takes query and fragment off a URL: what differs from visit to visit.
func bare(raw string) string {
	if end := strings.IndexAny(raw, "?#"); end >= 0 {
		return raw[:end]
	}
	return raw
}

// laneTicks is how many moments a lane can tell apart; requests between them
// are one mark.
const laneTicks = 100

// timeline fills Result.Timeline: what each party did, and when.
func (b *builder) timeline() {
	b.r.Timeline = []Lane{}
	for _, run := range b.runsInOrder() {
		lanes := map[string][]Mark{}
		tick := max(int64(run.Took)/laneTicks, 1)
		last := map[string]int64{}
		for _, c := range b.contacts(run) {
			if !c.third || !c.sent {
				continue
			}
			party, kind := b.party(c.host), MarkRequest
			if _, known := last[party]; !known {
				kind = MarkContact
			} else if int64(c.at)/tick == last[party] {
				continue
			}
			last[party] = int64(c.at) / tick
			lanes[party] = append(lanes[party], Mark{int64(c.at), kind, c.host, c.id})
		}
		b.keptMarks(run.Scenario, lanes)
		for _, f := range b.r.Findings {
			if f.Scenario == run.Scenario && reads(f.ID) && f.Party != "" && len(f.Evidence) > 0 {
				lanes[f.Party] = append(lanes[f.Party], Mark{f.FirstMS, MarkReading, f.ID, f.Evidence[0]})
			}
		}
		b.addLanes(run.Scenario, lanes)
	}
}

// keptMarks adds the identifying cookies and storage items of a run.
func (b *builder) keptMarks(s evidence.Scenario, lanes map[string][]Mark) {
	mark := func(party, label string, ids []evidence.ID) {
		for _, id := range ids {
			if found, ok := b.v.Lookup(id); ok && strings.HasPrefix(string(id), string(s)+"/") {
				at := int64(0)
				switch e := found.(type) {
				case *evidence.Cookie:
					at = int64(e.At)
				case *evidence.StorageItem:
					at = int64(e.At)
				}
				lanes[party] = append(lanes[party], Mark{at, MarkCookie, label, id})
			}
		}
	}
	for _, c := range b.r.Cookies {
		if c.Identifying && c.State != "blocked" {
			mark(c.Party, c.Name, c.Evidence)
		}
	}
	for _, item := range b.r.Storage {
		if item.Identifying {
			mark(item.Party, item.Key, item.Evidence)
		}
	}
}

func (b *builder) addLanes(s evidence.Scenario, lanes map[string][]Mark) {
	var list []Lane
	for party, marks := range lanes {
		slices.SortFunc(marks, func(a, b Mark) int {
			return cmp.Or(cmp.Compare(a.AtMS, b.AtMS), cmp.Compare(a.Kind, b.Kind),
				cmp.Compare(a.Evidence, b.Evidence), cmp.Compare(a.Label, b.Label))
		})
		list = append(list, Lane{s, party, marks})
	}
	slices.SortFunc(list, func(a, b Lane) int {
		return cmp.Or(cmp.Compare(a.Marks[0].AtMS, b.Marks[0].AtMS), cmp.Compare(a.Party, b.Party))
	})
	b.r.Timeline = append(b.r.Timeline, list...)
}
