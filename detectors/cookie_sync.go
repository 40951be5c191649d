package detectors

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

var cookieSync = &Technique{
	ID: "cookie-sync",
	Doc: Doc{
		Found: "Companies pass identifiers of the visitor to each other",
		Clean: "No passing on of identifiers between companies was seen",
		Sentence: `An identifier of {from} ("{item}") went to {host} ({who}). In: {parameter}, form: {form}, by way of: {path}. ` +
			`Times: {count}, {who} has an identifier of its own: {both}.`,
		Why: "Each company knows you by a code of its own. When one tells the other its code, the two can join what they know " +
			"about you, also about visits where only one of them was there. Deleting one cookie is then not enough.",
		Fix: "Load companies that exchange identifiers only after the visitor has agreed, and leave out partners that you do " +
			"not need.",
		Limits: "Values of cookies and storage that look like identifiers are looked for in everything that is sent to other " +
			"companies: addresses, headers, bodies and open lines, through the usual encodings and hashes, redirects included. " +
			"A company that gets its own identifier is not reported, nor is another company of the same owner, as far as " +
			"that is known; records of a choice, values that were the same in every visit, values that the page itself gave " +
			"out, and what goes to rented computers are left out. Two domains of one unknown company can be taken for two " +
			"companies. The first company that gets what a script of an unknown one keeps under the site's name is taken for " +
			"its owner, unless it has an identifier or a script of its own, or an address for such exchanges. Encrypted " +
			"values are seen only where one known company redirects to another and both recognise the browser; then the " +
			"finding is a conclusion. What servers exchange " +
			"among themselves is never seen.",
		Severity: High,
		Refs: []string{
			"Acar et al.: The Web Never Forgets (CCS 2014)",
			"Englehardt, Narayanan: Online Tracking: A 1-million-site Measurement and Analysis (CCS 2016)",
			"Papadopoulos, Kourtellis, Markatos: Cookie Synchronization: Everything You Always Wanted to Know (WWW 2019)",
			"Fouad et al.: Missed by Filter Lists (PoPETs 2020)",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindRequests, evidence.KindCookies, evidence.KindStorage},
	Uses:  []evidence.Kind{evidence.KindNames},
	Run:   runCookieSync,
}

// A handover is an identifier of one company that reached another.
type handover struct {
	departure
	from, to  owner
	item      string
	parameter string
	form      string
	kept      []evidence.ID // where the identifier is kept
	both      []evidence.ID // cookies by which the receiver knows the visitor itself
	inferred  bool
}

func runCookieSync(v *View) []Finding {
	homes := v.homes()
	var list []handover
	for _, s := range v.flows().sightings {
		if s.owner == (owner{}) || s.departure.at < s.mark.at || v.sameOwner(s.owner, s.to) || homes[s.mark] == s.to || v.rents(s.to) {
			continue
		}
		list = append(list, handover{
			departure: s.departure, from: s.owner, to: s.to, item: s.name, parameter: cmp.Or(s.hit.Name, s.hit.Where), form: formOf(&s.hit),
			kept: s.ids, both: v.knownBy(s.contact),
		})
	}
	list = append(list, v.concluded(list)...)
	return v.handoverFindings(list)
}

// homes says where identifiers under the site's own name go home to that nobody
// known made: where a script comes from says little about whom it works for. Who
// gets one first is taken for its owner, unless its maker gets it too, or the
// receiver shows that it is another: it recognises the visitor by an identifier of
// its own, its own script sent it, or its address is one for exchanges.
func (v *View) homes() map[*mark]owner {
	homes := map[*mark]owner{}
	for _, s := range v.flows().sightings {
		if s.third || s.owner.party != "" {
			continue
		}
		if _, found := homes[s.mark]; v.sameOwner(s.owner, s.to) || !found && !v.isPartner(&s) {
			homes[s.mark] = s.to
		}
	}
	return homes
}

// isPartner reports whether the receiver of an identifier shows that it is not the
// one whose it is.
func (v *View) isPartner(s *sighting) bool {
	if len(v.knownBy(s.contact)) > 0 || exchanges(s.url) {
		return true
	}
	from := evidence.Host(s.sentBy())
	return v.third(from, s.page) && !v.sameOwner(s.owner, owner{v.known.party(from), v.known.site(from)})
}

// exchanges reports whether an address says that it is there to exchange
// identifiers: its path holds a word for that.
func exchanges(rawURL string) bool {
	words := strings.FieldsFunc(strings.ToLower(pathOf(rawURL)), func(r rune) bool { return r < 'a' || r > 'z' })
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(theFollowed().Exchange, w) })
}

// rents reports whether an owner rents out computers.
func (v *View) rents(o owner) bool {
	if v.DB == nil || o.party == "" {
		return false
	}
	p, _ := v.DB.ByID(o.party)
	return len(p.Categories) > 0 && slices.Contains(theFollowed().Rented, p.Categories[0])
}

// knownBy lists the cookies by which the receiver of a contact recognises the
// visitor: that went along, or came with the answer.
func (v *View) knownBy(c *contact) []evidence.ID {
	if c.request == nil {
		return nil
	}
	var ids []evidence.ID
	for _, k := range v.cookies {
		used := below(c.host, k.Domain) && slices.Contains(c.request.CookiesSent, k.Name) ||
			slices.ContainsFunc(k.Writes, func(w evidence.CookieWrite) bool { return w.Request == c.id && !w.Delete && len(w.Refused) == 0 })
		if used && k.State != "blocked" && v.known.identifiesCookie(k, v.known.cookie(k), v.Visit.Subject.Started) {
			ids = append(ids, k.ID)
		}
	}
	return ids
}

// concluded lists handovers of encrypted identifiers: a known company redirects
// to another with a code that was not in its own address, and both recognise the
// browser. What was seen in the open is left out.
func (v *View) concluded(seen []handover) []handover {
	var out []handover
	for i := range v.contacts {
		c := &v.contacts[i]
		before := v.flows().contacts[c.predecessor()]
		if before == nil || !c.third || !before.third || !v.judge(c).Tracker || !v.judge(before).Tracker {
			continue
		}
		from, _ := v.receiver(before)
		to, _ := v.receiver(c)
		if v.sameOwner(from, to) || slices.ContainsFunc(seen, func(h handover) bool { return h.from.id() == from.id() && h.to.id() == to.id() && h.phase == c.phase }) {
			continue
		}
		name := v.freshCode(before.url, c.url)
		first, second := v.knownBy(before), v.knownBy(c)
		if name == "" || len(first) == 0 || len(second) == 0 {
			continue
		}
		out = append(out, handover{
			departure: departure{contact: c, at: c.at, phase: c.phase}, from: from, to: to,
			item: v.cookieName(first[0]), parameter: name, form: "encrypted", kept: first, both: second, inferred: true,
		})
	}
	return out
}

// freshCode names the first parameter of an address that holds a code which the
// address before it did not hold; "" if there is none.
func (v *View) freshCode(before, after string) string {
	for pair := range strings.SplitSeq(query(after), "&") {
		name, value, _ := strings.Cut(pair, "=")
		if theFollowed().quiet[strings.ToLower(name)] || strings.Contains(value, "%2F%2F") || strings.Contains(value, "://") {
			continue
		}
		if code := identifierIn(value, v.Visit.Subject.Started); code != "" && !strings.Contains(before, code) {
			return name
		}
	}
	return ""
}

func (v *View) cookieName(id evidence.ID) string {
	for _, c := range v.cookies {
		if c.ID == id {
			return c.Name
		}
	}
	return ""
}

// handoverFindings makes a finding for each pair of companies and phase.
func (v *View) handoverFindings(list []handover) []Finding {
	slices.SortStableFunc(list, func(a, b handover) int { return inTime(a.at, a.id, b.at, b.id) })
	var order [][2]string
	groups := map[[2]string][]handover{}
	for _, h := range list {
		k := [2]string{h.from.id() + ">" + h.to.id(), string(h.phase)}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], h)
	}
	out := make([]Finding, 0, len(order))
	for _, k := range order {
		out = append(out, v.handoverFinding(k[0], groups[k]))
	}
	return out
}

func (v *View) handoverFinding(key string, list []handover) Finding {
	best := &list[0]
	seen := map[evidence.ID]bool{}
	var ids, both []evidence.ID
	tracker := false
	for i := range list {
		h := &list[i]
		if best.inferred && !h.inferred || len(best.both) == 0 && len(h.both) > 0 && best.inferred == h.inferred {
			best = h
		}
		tracker = tracker || v.judge(h.contact).Tracker
		seen[h.id] = true
		ids = mergeEvidence(ids, slices.Concat(h.kept, v.chainTo(h.contact)))
		both = mergeEvidence(both, h.both)
	}
	party := best.to.party
	return Finding{
		Key:       key,
		Phase:     best.phase,
		Party:     party,
		Host:      best.host,
		Script:    best.sentBy(),
		URL:       best.url,
		Certainty: best.certainty(),
		Severity:  best.severity(tracker),
		First:     list[0].at,
		Evidence:  mergeEvidence(ids, both),
		Args: map[string]string{
			"from":      v.known.name(best.from.party, best.from.id()),
			"partner":   v.organisation(best.from),
			"item":      best.item,
			"host":      best.host,
			"who":       v.known.name(party, best.host),
			"parameter": best.parameter,
			"form":      best.form,
			"path":      v.pathTo(best.contact),
			"count":     strconv.Itoa(len(seen)),
			"both":      yes(len(both) > 0),
		},
	}
}

func (h *handover) certainty() Certainty {
	if h.inferred {
		return Inferred
	}
	return Observed
}

// severity weighs a handover: most where the receiver follows visitors, or can
// join two identifiers at once.
func (h *handover) severity(tracker bool) Severity {
	if !h.inferred && (tracker || len(h.both) > 0) {
		return High
	}
	return Medium
}

// chainTo lists the requests that led to a contact by redirects, and itself.
func (v *View) chainTo(c *contact) []evidence.ID {
	ids := []evidence.ID{c.id}
	for at := c.predecessor(); at != "" && len(ids) < maxOrigin && !slices.Contains(ids, at); {
		ids = append(ids, at)
		r := v.requests[at]
		if r == nil || r.Initiator.Kind != "redirect" {
			break
		}
		at = r.Initiator.Request
	}
	slices.Reverse(ids)
	return ids
}

// pathTo writes the hosts of the redirects to a contact; without any, who sent
// it there.
func (v *View) pathTo(c *contact) string {
	var hosts []string
	for _, id := range v.chainTo(c) {
		if r := v.requests[id]; r != nil {
			hosts = append(hosts, evidence.Host(r.URL))
		}
	}
	if hosts = slices.Compact(hosts); len(hosts) > 1 {
		return strings.Join(hosts, " → ")
	}
	return cmp.Or(evidence.Host(c.sentBy()), v.site(c.page)) + " → " + c.host
}
