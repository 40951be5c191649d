package flows

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/detectors/techniques/storage"
	"github.com/spoor-audit/spoor/detectors/values"
	"github.com/spoor-audit/spoor/evidence"
)

// LinkDecoration is the technique link-decoration.
var LinkDecoration = &detectors.Technique{
	ID: "link-decoration",
	Doc: detectors.Doc{
		Found:    "Addresses carry marks that tie the visitor to clicks, messages or other sites",
		Clean:    "No mark of an address was seen being kept or passed on",
		Sentence: `The mark "{name}" of an address came to {host} ({who}). In: {place} "{item}", form: {form}, times: {count}.`,
		Why: "Whoever adds such a mark to a link knows who clicked it: which advertisement you saw, or which copy of a message, " +
			"and so your e-mail address. Kept on this site, the mark ties all that you do here to that; passed on, it does " +
			"so for others. It also takes an identifier to another site where no cookie could go.",
		Fix: "Read such marks only after the visitor has agreed, and take them out of the address. Put no identifiers of " +
			"visitors into links to other sites.",
		Limits: "Marks that come in are known by name (about 150, of advertising, messages and linkers), and count when what " +
			"they hold, of 6 characters or more, is then found in a cookie or in storage of the site, or in what goes to " +
			"others, also encoded or hashed. Names of campaigns (utm_source and the like) are no marks of a visitor. Marks " +
			"that go out are identifiers that the site keeps, in links and frames of other sites as they stood at the end, and in " +
			"addresses to which spoor was taken; what a link gets only when it is pressed shows only if spoor presses it. A " +
			"mark under another name that comes in is missed.",
		Severity: detectors.Medium,
		Refs: []string{
			"Munir et al.: PURL: Safe and Effective Sanitization of Link Decoration (USENIX Security 2024)",
			"Randall et al.: Measuring UID Smuggling in the Wild (IMC 2022)",
			"EDPB Guidelines 2/2023 on article 5(3) of the ePrivacy Directive",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindRequests, evidence.KindCookies, evidence.KindStorage},
	Uses:  []evidence.Kind{evidence.KindNames},
	Run:   runLinkDecoration,
}

// A landed mark is a decoration of an address that a page of the run had.
type landed struct {
	addresses.Decoration
	at evidence.Millis
	id evidence.ID // of the request for the page
}

// A trace is where a mark was found.
type trace struct {
	name      string // of the parameter
	kind      string // click mail visitor
	direction string // in out
	key       string
	host      string
	party     string
	cookie    string
	url       string
	place     string // cookie local session indexeddb query header body frame link
	item      string
	form      string
	at        evidence.Millis
	ids       []evidence.ID
}

func runLinkDecoration(v *detectors.View) []detectors.Finding {
	marks := landedMarks(v)
	list := make([]values.Value, len(marks))
	for i, m := range marks {
		list[i] = values.Value{ID: strconv.Itoa(i), Text: m.Value, Kind: "id", Hashes: true}
	}
	search := values.New(list)
	var traces []trace
	if len(marks) > 0 {
		traces = append(keptMarks(v, marks, search), forwardedMarks(v, marks, search)...)
	}
	return traceFindings(v, append(traces, sentOut(v)...))
}

// landedMarks lists the marks in addresses of the site's own pages, in order of
// time, each value once.
func landedMarks(v *detectors.View) []landed {
	var out []landed
	trips := trips(v)
	for i := range trips {
		for _, h := range trips[i].hops {
			if h.site != v.Site(h.Page) {
				continue
			}
			for _, d := range addresses.DecorationsOf(h.URL) {
				if !slices.ContainsFunc(out, func(l landed) bool { return l.Name == d.Name && l.Value == d.Value }) {
					out = append(out, landed{d, h.At, h.ID})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b landed) int { return detectors.InTime(a.at, a.id, b.at, b.id) })
	return out
}

// keptMarks lists the cookies and storage items in which marks were kept.
func keptMarks(v *detectors.View, marks []landed, search *values.Searcher) []trace {
	var out []trace
	add := func(text, name, kind, host, party string, t trace) {
		for _, h := range search.Search([]values.Part{{Where: kind, Name: name, Text: text}}) {
			n, _ := strconv.Atoi(h.ID)
			if m := &marks[n]; m.at <= t.at {
				t.name, t.kind, t.direction, t.host, t.party = m.Name, m.Kind, "in", host, party
				t.key, t.place, t.item, t.form = m.Name+"@"+name, kind, name, formOf(&h)
				t.ids = append([]evidence.ID{m.id}, t.ids...)
				out = append(out, t)
			}
		}
	}
	for _, c := range v.Cookies {
		if c.State == "blocked" {
			continue
		}
		use := v.Known.Cookie(c)
		_, party := storage.Setter(v, c, use, v.Third(c.Domain, c.Page))
		for _, text := range textsOf(c) {
			add(text, c.Name, "cookie", c.Domain, party, trace{at: c.At, cookie: c.Name, ids: []evidence.ID{c.ID}})
		}
	}
	for _, s := range v.Items {
		add(s.Value, codes.KeyPattern(s.Key), s.Kind, evidence.Host(s.Origin), v.Known.Item(s).Party, trace{at: s.At, ids: []evidence.ID{s.ID}})
	}
	return out
}

// textsOf lists the values that a cookie had.
func textsOf(c *evidence.Cookie) []string {
	out := []string{c.Value}
	for _, w := range c.Writes {
		if _, value, ok := strings.Cut(w.Raw, "="); ok && !w.Delete && len(w.Refused) == 0 && len(out) < codes.MaxEarlier {
			value, _, _ = strings.Cut(value, ";")
			out = append(out, value)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// forwardedMarks lists what marks went to others in.
func forwardedMarks(v *detectors.View, marks []landed, search *values.Searcher) []trace {
	var out []trace
	for _, o := range abroad(v) {
		for _, h := range search.Search(o.Parts) {
			n, _ := strconv.Atoi(h.ID)
			m := &marks[n]
			out = append(out, trace{
				name: m.Name, kind: m.Kind, direction: "in", key: m.Name + ">" + o.to.id(), host: o.Host, party: o.to.party, url: o.URL,
				place: h.Where, item: cmp.Or(h.Name, h.Where), form: formOf(&h), at: o.At, ids: []evidence.ID{m.id, o.ID},
			})
		}
	}
	return out
}

// An exit is an address of another site that the visitor was taken to, can be by
// a link of the page, or sees in a frame of it.
type exit struct {
	url   string
	host  string
	from  string // site that is left
	place string // link frame
	at    evidence.Millis
	id    evidence.ID
}

// exits lists the ways from the site's pages to others, in order of time.
func exits(v *detectors.View) []exit {
	var out []exit
	trips := trips(v)
	for i := range trips {
		if t := &trips[i]; !t.opened && t.from == v.Site(t.hops[0].Page) {
			h := &t.hops[0]
			out = append(out, exit{h.URL, h.host, t.from, "link", h.At, h.ID})
		}
	}
	for i := range v.Run.Links {
		l := &v.Run.Links[i]
		if from := v.Known.Site(evidence.Host(l.Document)); from == v.Site(l.Page) && addresses.IsHTTP(l.URL) {
			out = append(out, exit{l.URL, evidence.Host(l.URL), from, "link", l.At, l.ID})
		}
	}
	for i := range v.Contacts {
		if c := &v.Contacts[i]; c.Kind == "document" && c.Third && c.Predecessor() == "" {
			out = append(out, exit{c.URL, c.Host, v.Site(c.Page), "frame", c.At, c.ID})
		}
	}
	out = slices.DeleteFunc(out, func(x exit) bool { return v.SameCompany(v.Known.Site(x.host), x.from) })
	slices.SortStableFunc(out, func(a, b exit) int { return detectors.InTime(a.at, a.id, b.at, b.id) })
	return out
}

// sentOut lists the addresses of other sites that carry an identifier which the
// site keeps, or a mark made for that.
func sentOut(v *detectors.View) []trace {
	exits := exits(v)
	if len(exits) == 0 {
		return nil
	}
	marks := flows(v).marks
	list := make([]values.Value, len(marks))
	for i := range marks {
		list[i] = values.Value{ID: strconv.Itoa(i), Text: marks[i].code, Kind: "id", Hashes: true}
	}
	search := values.New(list)
	var out []trace
	for _, x := range exits {
		site, party := v.Known.Site(x.host), v.Known.Party(x.host)
		add := func(name, item, form string, ids ...evidence.ID) {
			out = append(out, trace{
				name: name, kind: "visitor", direction: "out", key: item + ">" + site, host: x.host, party: party, url: x.url,
				place: x.place, item: item, form: form, at: x.at, ids: append(ids, x.id),
			})
		}
		seen := map[string]bool{}
		for _, h := range search.Search(values.RequestParts(&evidence.Request{URL: x.url})) {
			n, _ := strconv.Atoi(h.ID)
			m := &marks[n]
			// What one company's identifier is in a frame of another, cookie-sync tells.
			if frame := x.place == "frame" && m.owner != (owner{}); !m.third && !frame && m.kept <= x.at && !sameOwner(v, m.owner, owner{party, site}) {
				name := cmp.Or(h.Name, h.Where)
				seen[name] = true
				add(name, m.name, formOf(&h), m.ids...)
			}
		}
		for _, d := range addresses.DecorationsOf(x.url) {
			if d.Kind == "visitor" && !seen[d.Name] && codes.IdentifierIn(d.Value, v.Visit.Subject.Started) != "" {
				add(d.Name, d.Name, "plain")
			}
		}
	}
	return out
}

// traceFindings makes a finding for each key and phase.
func traceFindings(v *detectors.View, list []trace) []detectors.Finding {
	slices.SortStableFunc(list, func(a, b trace) int { return detectors.InTime(a.at, a.ids[0], b.at, b.ids[0]) })
	var out []detectors.Finding
	index := map[[2]string]int{}
	counts := map[int]int{}
	for _, t := range list {
		phase := v.Run.PhaseOf(t.at)
		k := [2]string{t.key, string(phase)}
		i, ok := index[k]
		if !ok {
			i = len(out)
			index[k] = i
			out = append(out, detectors.Finding{
				Key: t.key, Phase: phase, Party: t.party, Host: t.host, Cookie: t.cookie, URL: t.url,
				Certainty: detectors.Observed, Severity: t.severity(), First: t.at,
				Args: map[string]string{
					"name": t.name, "kind": t.kind, "direction": t.direction, "host": t.host, "who": v.Known.Name(t.party, t.host),
					"place": t.place, "item": t.item, "form": t.form,
				},
			})
		}
		counts[i]++
		out[i].Evidence = detectors.MergeEvidence(out[i].Evidence, t.ids)
		out[i].Args["count"] = strconv.Itoa(counts[i])
	}
	return out
}

// severity weighs a mark: one of a message stands for a person's address.
func (t *trace) severity() detectors.Severity {
	if t.kind == "mail" {
		return detectors.High
	}
	return detectors.Medium
}
