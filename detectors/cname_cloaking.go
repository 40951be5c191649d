package detectors

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

var cnameCloaking = &Technique{
	ID: "cname-cloaking",
	Doc: Doc{
		Found:    "A company that follows visitors goes under a name of the site",
		Clean:    "No company that follows visitors was seen under a name of the site",
		Sentence: `{host} looks like a part of this site, but belongs to {who} ({chain}). Requests: {count}, cookies sent along: {cookies}.`,
		Why: "The address book of the internet (DNS) points this name at a company's computers. To the browser they are the " +
			"site itself: what blocks or limits other companies does not apply, and the site's own cookies go along, at times " +
			"even those of a login.",
		Fix: "Use the company's own address and load it only after the visitor has agreed, or take it out. If it stays, set " +
			"cookies for the exact host, so that they do not go to the other names of the site.",
		Limits: "Spoor asks DNS itself, after the visit; the answer at another place or moment can differ. A name counts when " +
			"its aliases end at a company that is known to follow visitors, or when EasyPrivacy lists it under such a company; " +
			"the hosts that the pages themselves came from do not count. Companies that nobody has listed are missed, and so " +
			"are names that lead to the company without an alias, such as a measuring server that the site rents. Networks " +
			"for content, hosting, shops and consent dialogs also run under names of the site; they are not reported, as " +
			"they do not serve to follow. It weighs more when cookies or an identifier went along, and less when the company " +
			"wards off fraud, or only pictures, styles and fonts came from there.",
		Severity: Medium,
		Refs: []string{
			"Dao, Mazel, Fukuda: CNAME Cloaking-Based Tracking on the Web (IEEE TNSM 2021)",
			"Dimova, Acar, Olejnik, Joosen, Van Goethem: The CNAME of the Game (PoPETs 2021)",
			"EasyPrivacy, sections for disguised hosts",
		},
		Since: "1.0",
	},
	Needs:   []evidence.Kind{evidence.KindPage, evidence.KindRequests, evidence.KindNames},
	Subject: evidence.KindOfPage, // of a mail, email-tracking names the company
	Run:     runCNAMECloaking,
}

// A disguise is a company behind a name of the site.
type disguise struct {
	party signatures.Party
	path  string // how the name leads there, for a sentence
}

func runCNAMECloaking(v *View) []Finding {
	if v.DB == nil {
		return nil
	}
	pages := v.pageHosts()
	groups := v.byHost(func(c *contact) bool {
		return !c.third && !pages[c.host] && v.disguise(c.host, v.site(c.page)) != nil
	})
	out := make([]Finding, 0, len(groups))
	for _, g := range groups {
		d := v.disguise(g.host, v.site(g.list[0].page))
		f := v.contactFinding(g, d.party.ID)
		f.Certainty = Matched
		f.Severity = v.disguiseSeverity(g, d)
		f.Args["chain"] = d.path
		f.Args["cookies"] = cmp.Or(strings.Join(sentCookies(g.list), ", "), "0")
		out = append(out, f)
	}
	return out
}

// pageHosts lists the hosts that pages themselves came from: whoever serves the
// page is not hidden behind a name of it.
func (v *View) pageHosts() map[string]bool { return Once(v, "page hosts", gatherPageHosts) }

func gatherPageHosts(v *View) map[string]bool {
	hosts := map[string]bool{}
	for i := range v.Run.Requests {
		if r := &v.Run.Requests[i]; r.Kind == "document" && !r.Frame {
			hosts[evidence.Host(r.URL)] = true
		}
	}
	for i := range v.Run.Pages {
		hosts[evidence.Host(cmp.Or(v.Run.Pages[i].FinalURL, v.Run.Pages[i].URL))] = true
	}
	return hosts
}

// disguise finds the company that follows visitors behind a name of a site, or
// nil: by the aliases that leave the site, then by the list of such names.
func (v *View) disguise(host, site string) *disguise {
	return OnceAVisit(v, "disguise of "+host, func(*evidence.Visit) *disguise { return v.findDisguise(host, site) })
}

func (v *View) findDisguise(host, site string) *disguise {
	chain := v.known.chains[host]
	away := slices.DeleteFunc(slices.Clone(chain), func(name string) bool { return v.known.site(name) == site })
	own := v.known.company(v.known.party(site))
	if p, ok := v.DB.CNAME(away); ok && (own == "" || p.Company != own) {
		return &disguise{party: p, path: host + " → " + strings.Join(chain, " → ")}
	}
	if p, m, ok := v.DB.Disguise(host); ok && (own == "" || p.Company != own) {
		return &disguise{party: p, path: m.List + ": " + m.Rule}
	}
	return nil
}

// disguiseSeverity weighs what went along to a disguised company, and what it
// is there for.
func (v *View) disguiseSeverity(g group, d *disguise) Severity {
	if !v.known.tracks(d.party) {
		return Low
	}
	asset := true
	for _, c := range g.list {
		if v.carries(c) {
			return High
		}
		asset = asset && isAsset(c)
	}
	if asset {
		return Low
	}
	return Medium
}

// isAsset reports whether a contact brought a part of the page that is seen.
func isAsset(c *contact) bool {
	switch c.kind {
	case "stylesheet", "font", "media":
		return true
	case "image":
		return c.request.Status == 200 && !isInvisible(c.request)
	}
	return false
}

// sentCookies names the cookies that contacts took along, sorted.
func sentCookies(list []*contact) []string {
	var names []string
	for _, c := range list {
		if c.request != nil {
			names = append(names, c.request.CookiesSent...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
