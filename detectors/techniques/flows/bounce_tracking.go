package flows

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/detectors/values"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// BounceTracking is the technique bounce-tracking.
var BounceTracking = &detectors.Technique{
	ID: "bounce-tracking",
	Doc: detectors.Doc{
		Found: "The way to a page leads through another site that keeps something on the device",
		Clean: "No way to a page was seen to lead through another site that keeps something",
		Sentence: `The way from {from} to {to} led through {host} ({who}), which kept or read "{items}" there. ` +
			`Looks like an identifier: {identifying}. Passed on in the address: {passed}. Hops: {path}.`,
		Why: "For the moment that you pass through it, the other site is the site that you visit. It may then use cookies " +
			"that browsers refuse to companies inside a page, and recognise you on every way that leads through it.",
		Fix: "Link to the page itself. To count clicks, count them on your own site, without an identifier.",
		Limits: "Only ways that were gone count: opened addresses, pages that send the visitor on by themselves within 10 " +
			"seconds, and links that spoor was told to click. The address that was asked for counts only when it belongs to a " +
			"company that is known to follow visitors. A hop that keeps and reads nothing is not reported, nor one of the same " +
			"site or company as either end; sites whose names differ only in the ending (shop.nl, shop.com) are taken for one " +
			"company. Stops to sign in, pay, show that one is no robot or answer a question for consent are noted. It weighs " +
			"more when what is kept is an identifier, and most when the company is known to follow visitors or hands the " +
			"identifier to the next address. That a server knows a device by other means is not seen.",
		Severity: detectors.Medium,
		Refs: []string{
			"W3C Privacy Community Group: Navigational-Tracking Mitigations",
			"Koop, Tews, Katzenbeisser: In-Depth Evaluation of Redirect Tracking and Link Usage (PoPETs 2020)",
			"Chromium: Bounce tracking mitigations (DIPS)",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindRequests, evidence.KindCookies, evidence.KindStorage},
	Run:   runBounceTracking,
}

func runBounceTracking(v *detectors.View) []detectors.Finding {
	var out []detectors.Finding
	index := map[[2]string]int{}
	trips := trips(v)
	for i := range trips {
		for _, b := range bounces(v, &trips[i]) {
			f := bounceFinding(v, b)
			k := [2]string{f.Key, string(f.Phase)}
			j, ok := index[k]
			switch {
			case !ok:
				index[k] = len(out)
				out = append(out, f)
			case detectors.Severer(f.Severity, out[j].Severity):
				f.Evidence = detectors.MergeEvidence(out[j].Evidence, f.Evidence)
				f.First = out[j].First
				out[j] = f
			default:
				out[j].Evidence = detectors.MergeEvidence(out[j].Evidence, f.Evidence)
			}
		}
	}
	return out
}

// A bounce is a site in the middle of a trip that kept or read something.
type bounce struct {
	trip  *trip
	hops  []*hop // of the site, in order
	state []handled
	party *signatures.Party
	known bool // to follow visitors
}

// A handled is a cookie or item that a site kept or read on a hop.
type handled struct {
	id          evidence.ID
	name        string
	value       string
	code        bool // its value looks like an identifier, however long it is kept
	identifying bool
}

// bounces lists the sites that a trip only passed through, in order.
func bounces(v *detectors.View, t *trip) []*bounce {
	var list []*bounce
	for i := range t.hops[:len(t.hops)-1] {
		h := &t.hops[i]
		answer := v.Known.Judge([]signatures.Query{{URL: h.URL, Type: "document", Page: "https://" + t.from + "/"}})[0]
		start := t.from
		if i == 0 && t.opened {
			if answer = v.Known.Judge([]signatures.Query{{URL: h.URL, Type: "document"}})[0]; answer.Tracker {
				start = "" // whoever opens a counter of clicks wants to go where it leads
			}
		}
		if v.SameCompany(h.site, start) || v.SameCompany(h.site, t.to().site) {
			continue
		}
		state := stateOf(v, h)
		if len(state) == 0 {
			continue
		}
		j := slices.IndexFunc(list, func(b *bounce) bool { return b.hops[0].site == h.site })
		if j < 0 {
			j = len(list)
			list = append(list, &bounce{trip: t, party: answer.Party})
		}
		b := list[j]
		b.hops, b.state, b.known = append(b.hops, h), append(b.state, state...), b.known || answer.Tracker
	}
	return list
}

// stateOf lists what the site of a hop kept on the device there, or got from it.
func stateOf(v *detectors.View, h *hop) []handled {
	var out []handled
	near := v.Visit.Subject.Started
	// A page that sends its visitor on by script can keep things as long as it is
	// there.
	during := func(at evidence.Millis) bool { return h.script && at >= h.At && at <= h.until }
	for _, c := range v.Cookies {
		if c.State == "blocked" || v.Known.Site(c.Domain) != h.site {
			continue
		}
		used := addresses.Below(h.host, c.Domain) && slices.Contains(h.CookiesSent, c.Name) || slices.ContainsFunc(c.Writes, func(w evidence.CookieWrite) bool {
			return !w.Delete && len(w.Refused) == 0 && (w.Request != "" && w.Request == h.ID || w.Kind == "script" && during(w.At))
		})
		if used {
			use := v.Known.Cookie(c)
			out = append(out, handled{
				id: c.ID, name: c.Name, value: c.Value,
				code: len(v.Known.Codes(c.Value, near, 1)) > 0, identifying: v.Known.IdentifiesCookie(c, use, near),
			})
		}
	}
	for _, s := range v.Items {
		if v.Known.Site(evidence.Host(s.Origin)) == h.site && during(s.At) {
			identifying := v.Known.IdentifiesItem(s, near)
			out = append(out, handled{id: s.ID, name: codes.KeyPattern(s.Key), value: s.Value, code: identifying, identifying: identifying && s.Kind != "session"})
		}
	}
	return out
}

func bounceFinding(v *detectors.View, b *bounce) detectors.Finding {
	first := b.hops[0]
	party := v.Known.Party(first.host)
	if b.party != nil {
		party = b.party.ID
	}
	passed := passesOn(v, b)
	var ids []evidence.ID
	for i := range b.trip.hops {
		ids = append(ids, b.trip.hops[i].ID)
	}
	var names []string
	for _, s := range b.state {
		ids = append(ids, s.id)
		names = append(names, s.name)
	}
	slices.Sort(names)
	return detectors.Finding{
		Key:       first.site,
		Phase:     v.Run.PhaseOf(first.At),
		Party:     party,
		Host:      first.host,
		URL:       first.URL,
		Certainty: detectors.Observed,
		Severity:  b.severity(passed),
		First:     first.At,
		Evidence:  ids[:min(len(ids), detectors.MaxEvidence)],
		Args: map[string]string{
			"host":        first.host,
			"who":         v.Known.Name(party, first.host),
			"from":        cmp.Or(b.trip.from, first.host),
			"to":          b.trip.to().host,
			"items":       strings.Join(slices.Compact(names), ", "),
			"identifying": detectors.Yes(slices.ContainsFunc(b.state, func(s handled) bool { return s.identifying })),
			"passed":      detectors.Yes(passed),
			"path":        b.trip.path(),
		},
	}
}

// severity weighs what was kept, by whom, and whether it was handed on.
func (b *bounce) severity(passed bool) detectors.Severity {
	has := func(what func(handled) bool) bool { return slices.ContainsFunc(b.state, what) }
	gate := slices.ContainsFunc(b.hops, func(h *hop) bool { return isGate(h.URL, h.host, b.party) })
	switch {
	case gate || !has(func(s handled) bool { return s.code || s.identifying }):
		return detectors.Note
	case !has(func(s handled) bool { return s.identifying }):
		return detectors.Low
	case b.known || passed:
		return detectors.High
	}
	return detectors.Medium
}

// passesOn reports whether an identifier that a bounce kept stands in an address
// to which it sent the visitor on.
func passesOn(v *detectors.View, b *bounce) bool {
	var kept []values.Value
	for _, s := range b.state {
		for _, code := range v.Known.Codes(s.value, v.Visit.Subject.Started, codes.MaxCodes) {
			kept = append(kept, values.Value{ID: code, Text: code, Kind: "id"})
		}
	}
	s := values.New(kept)
	return slices.ContainsFunc(b.trip.hops, func(h hop) bool {
		address := &evidence.Request{URL: h.URL}
		return h.At >= b.hops[0].At && h.site != b.hops[0].site && len(s.Search(values.RequestParts(address))) > 0
	})
}

// path writes the hosts of a trip in order.
func (t *trip) path() string {
	var hosts []string
	if !t.opened {
		hosts = append(hosts, t.from)
	}
	for i := range t.hops {
		hosts = append(hosts, t.hops[i].host)
	}
	return strings.Join(slices.Compact(hosts), " → ")
}
