package flows

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/detectors/techniques/typing"
	"github.com/spoor-audit/spoor/evidence"
)

// CookieSync is the technique cookie-sync.
var CookieSync = &detectors.Technique{
	ID: "cookie-sync",
	Doc: detectors.Doc{
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
		Severity: detectors.High,
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
	typing.Departure
	from, to  owner
	item      string
	parameter string
	form      string
	kept      []evidence.ID // where the identifier is kept
	both      []evidence.ID // cookies by which the receiver knows the visitor itself
	inferred  bool
}

func runCookieSync(v *detectors.View) []detectors.Finding {
	homes := homes(v)
	var list []handover
	for _, s := range flows(v).sightings {
		if s.owner == (owner{}) || s.At < s.kept || sameOwner(v, s.owner, s.to) || homes[s.mark] == s.to || rents(v, s.to) {
			continue
		}
		list = append(list, handover{
			Departure: s.Departure, from: s.owner, to: s.to, item: s.name, parameter: cmp.Or(s.hit.Name, s.hit.Where), form: formOf(&s.hit),
			kept: s.ids, both: knownBy(v, s.Contact),
		})
	}
	list = append(list, concluded(v, list)...)
	return handoverFindings(v, list)
}

// homes says where identifiers under the site's own name go home to that nobody
// known made: where a script comes from says little about whom it works for. Who
// gets one first is taken for its owner, unless its maker gets it too, or the
// receiver shows that it is another: it recognises the visitor by an identifier of
// its own, its own script sent it, or its address is one for exchanges.
func homes(v *detectors.View) map[*mark]owner {
	homes := map[*mark]owner{}
	for _, s := range flows(v).sightings {
		own := sameOwner(v, s.owner, s.to)
		if s.third || s.owner.party != "" && !own && !sentByTool(v, &s) {
			continue
		}
		if _, found := homes[s.mark]; own || !found && !isPartner(v, &s) {
			homes[s.mark] = s.to
		}
	}
	return homes
}

// sentByTool reports whether the script that made an identifier sent it to somebody
// unknown, and is a copy of a known tool that does not come from the tool's maker: it
// sends to whom the site's owner chose.
func sentByTool(v *detectors.View, s *sighting) bool {
	return s.setter != "" && s.SentBy() == s.setter && s.to.party == "" && v.Known.Script(s.setter) != s.owner.party
}

// isPartner reports whether the receiver of an identifier shows that it is not the
// one whose it is.
func isPartner(v *detectors.View, s *sighting) bool {
	if len(knownBy(v, s.Contact)) > 0 || exchanges(s.URL) {
		return true
	}
	if s.SentBy() == s.setter {
		return false
	}
	from := evidence.Host(s.SentBy())
	return v.Third(from, s.Page) && !sameOwner(v, s.owner, owner{v.Known.Party(from), v.Known.Site(from)})
}

// exchanges reports whether an address says that it is there to exchange
// identifiers: its path holds a word for that.
func exchanges(rawURL string) bool {
	words := strings.FieldsFunc(strings.ToLower(addresses.PathOf(rawURL)), func(r rune) bool { return r < 'a' || r > 'z' })
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(theFollowed().Exchange, w) })
}

// rents reports whether an owner rents out computers.
func rents(v *detectors.View, o owner) bool {
	if v.DB == nil || o.party == "" {
		return false
	}
	p, _ := v.DB.ByID(o.party)
	return len(p.Categories) > 0 && slices.Contains(theFollowed().Rented, p.Categories[0])
}

// knownBy lists the cookies by which the receiver of a contact recognises the
// visitor: that went along, or came with the answer.
func knownBy(v *detectors.View, c *detectors.Contact) []evidence.ID {
	if c.Request == nil {
		return nil
	}
	var ids []evidence.ID
	for _, k := range v.Cookies {
		used := addresses.Below(c.Host, k.Domain) && slices.Contains(c.Request.CookiesSent, k.Name) ||
			slices.ContainsFunc(k.Writes, func(w evidence.CookieWrite) bool { return w.Request == c.ID && !w.Delete && len(w.Refused) == 0 })
		if used && k.State != "blocked" && v.Known.IdentifiesCookie(k, v.Known.Cookie(k), v.Visit.Subject.Started) {
			ids = append(ids, k.ID)
		}
	}
	return ids
}

// concluded lists handovers of encrypted identifiers: a known company redirects
// to another with a code that was not in its own address, and both recognise the
// browser. What was seen in the open is left out.
func concluded(v *detectors.View, seen []handover) []handover {
	var out []handover
	for i := range v.Contacts {
		c := &v.Contacts[i]
		before := flows(v).contacts[c.Predecessor()]
		if before == nil || !c.Third || !before.Third || !v.Judge(c).Tracker || !v.Judge(before).Tracker {
			continue
		}
		from, _ := receiver(v, before)
		to, _ := receiver(v, c)
		if sameOwner(v, from, to) || slices.ContainsFunc(seen, func(h handover) bool { return h.from.id() == from.id() && h.to.id() == to.id() && h.Phase == c.Phase }) {
			continue
		}
		name := freshCode(v, before.URL, c.URL)
		first, second := knownBy(v, before), knownBy(v, c)
		if name == "" || len(first) == 0 || len(second) == 0 {
			continue
		}
		out = append(out, handover{
			Departure: typing.Departure{Contact: c, At: c.At, Phase: c.Phase}, from: from, to: to,
			item: cookieName(v, first[0]), parameter: name, form: "encrypted", kept: first, both: second, inferred: true,
		})
	}
	return out
}

// freshCode names the first parameter of an address that holds a code which the
// address before it did not hold; "" if there is none.
func freshCode(v *detectors.View, before, after string) string {
	for pair := range strings.SplitSeq(addresses.Query(after), "&") {
		name, value, _ := strings.Cut(pair, "=")
		if theFollowed().quiet[strings.ToLower(name)] || strings.Contains(value, "%2F%2F") || strings.Contains(value, "://") {
			continue
		}
		if code := codes.IdentifierIn(value, v.Visit.Subject.Started); code != "" && !strings.Contains(before, code) {
			return name
		}
	}
	return ""
}

func cookieName(v *detectors.View, id evidence.ID) string {
	for _, c := range v.Cookies {
		if c.ID == id {
			return c.Name
		}
	}
	return ""
}

// handoverFindings makes a finding for each pair of companies and phase.
func handoverFindings(v *detectors.View, list []handover) []detectors.Finding {
	slices.SortStableFunc(list, func(a, b handover) int { return detectors.InTime(a.At, a.ID, b.At, b.ID) })
	var order [][2]string
	groups := map[[2]string][]handover{}
	for _, h := range list {
		k := [2]string{h.from.id() + ">" + h.to.id(), string(h.Phase)}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], h)
	}
	out := make([]detectors.Finding, 0, len(order))
	for _, k := range order {
		out = append(out, handoverFinding(v, k[0], groups[k]))
	}
	return out
}

func handoverFinding(v *detectors.View, key string, list []handover) detectors.Finding {
	best := &list[0]
	seen := map[evidence.ID]bool{}
	var ids, both []evidence.ID
	tracker := false
	for i := range list {
		h := &list[i]
		if best.inferred && !h.inferred || len(best.both) == 0 && len(h.both) > 0 && best.inferred == h.inferred {
			best = h
		}
		tracker = tracker || v.Judge(h.Contact).Tracker
		seen[h.ID] = true
		ids = detectors.MergeEvidence(ids, slices.Concat(h.kept, chainTo(v, h.Contact)))
		both = detectors.MergeEvidence(both, h.both)
	}
	party := best.to.party
	return detectors.Finding{
		Key:       key,
		Phase:     best.Phase,
		Party:     party,
		Host:      best.Host,
		Script:    best.SentBy(),
		URL:       best.URL,
		Certainty: best.certainty(),
		Severity:  best.severity(tracker),
		First:     list[0].At,
		Evidence:  detectors.MergeEvidence(ids, both),
		Args: map[string]string{
			"from":      v.Known.Name(best.from.party, best.from.id()),
			"partner":   organisation(v, best.from),
			"item":      best.item,
			"host":      best.Host,
			"who":       v.Known.Name(party, best.Host),
			"parameter": best.parameter,
			"form":      best.form,
			"path":      pathTo(v, best.Contact),
			"count":     strconv.Itoa(len(seen)),
			"both":      detectors.Yes(len(both) > 0),
		},
	}
}

func (h *handover) certainty() detectors.Certainty {
	if h.inferred {
		return detectors.Inferred
	}
	return detectors.Observed
}

// severity weighs a handover: most where the receiver follows visitors, or can
// join two identifiers at once.
func (h *handover) severity(tracker bool) detectors.Severity {
	if !h.inferred && (tracker || len(h.both) > 0) {
		return detectors.High
	}
	return detectors.Medium
}

// chainTo lists the requests that led to a contact by redirects, and itself.
func chainTo(v *detectors.View, c *detectors.Contact) []evidence.ID {
	ids := []evidence.ID{c.ID}
	for at := c.Predecessor(); at != "" && len(ids) < detectors.MaxOrigin && !slices.Contains(ids, at); {
		ids = append(ids, at)
		r := v.Requests[at]
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
func pathTo(v *detectors.View, c *detectors.Contact) string {
	var hosts []string
	for _, id := range chainTo(v, c) {
		if r := v.Requests[id]; r != nil {
			hosts = append(hosts, evidence.Host(r.URL))
		}
	}
	if hosts = slices.Compact(hosts); len(hosts) > 1 {
		return strings.Join(hosts, " → ")
	}
	return cmp.Or(evidence.Host(c.SentBy()), v.Site(c.Page)) + " → " + c.Host
}
