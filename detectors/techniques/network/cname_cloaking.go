package network

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// CNAMECloaking is the technique cname-cloaking.
var CNAMECloaking = &detectors.Technique{
	ID: "cname-cloaking",
	Doc: detectors.Doc{
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
		Severity: detectors.Medium,
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

// A Disguise is a company behind a name of the site.
type Disguise struct {
	Party signatures.Party
	path  string // how the name leads there, for a sentence
}

func runCNAMECloaking(v *detectors.View) []detectors.Finding {
	if v.DB == nil {
		return nil
	}
	pages := PageHosts(v)
	groups := v.ByHost(func(c *detectors.Contact) bool {
		return !c.Third && !pages[c.Host] && DisguiseOf(v, c.Host, v.Site(c.Page)) != nil
	})
	out := make([]detectors.Finding, 0, len(groups))
	for _, g := range groups {
		d := DisguiseOf(v, g.Host, v.Site(g.List[0].Page))
		f := v.ContactFinding(g, d.Party.ID)
		f.Certainty = detectors.Matched
		f.Severity = disguiseSeverity(v, g, d)
		f.Args["chain"] = d.path
		f.Args["cookies"] = cmp.Or(strings.Join(sentCookies(g.List), ", "), "0")
		out = append(out, f)
	}
	return out
}

// PageHosts lists the hosts that pages themselves came from: whoever serves the
// page is not hidden behind a name of it.
func PageHosts(v *detectors.View) map[string]bool {
	return detectors.Once(v, "page hosts", gatherPageHosts)
}

func gatherPageHosts(v *detectors.View) map[string]bool {
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

// DisguiseOf finds the company that follows visitors behind a name of a site, or
// nil: by the aliases that leave the site, then by the list of such names.
func DisguiseOf(v *detectors.View, host, site string) *Disguise {
	return detectors.OnceAVisit(v, "disguise of "+host, func(*evidence.Visit) *Disguise { return findDisguise(v, host, site) })
}

func findDisguise(v *detectors.View, host, site string) *Disguise {
	chain := v.Known.Chains[host]
	away := slices.DeleteFunc(slices.Clone(chain), func(name string) bool { return v.Known.Site(name) == site })
	own := v.Known.Company(v.Known.Party(site))
	if p, ok := v.DB.CNAME(away); ok && (own == "" || p.Company != own) {
		return &Disguise{Party: p, path: host + " → " + strings.Join(chain, " → ")}
	}
	if p, m, ok := v.DB.Disguise(host); ok && (own == "" || p.Company != own) {
		return &Disguise{Party: p, path: m.List + ": " + m.Rule}
	}
	return nil
}

// disguiseSeverity weighs what went along to a disguised company, and what it
// is there for.
func disguiseSeverity(v *detectors.View, g detectors.Group, d *Disguise) detectors.Severity {
	if !v.Known.Tracks(d.Party) {
		return detectors.Low
	}
	asset := true
	for _, c := range g.List {
		if v.Carries(c) {
			return detectors.High
		}
		asset = asset && isAsset(c)
	}
	if asset {
		return detectors.Low
	}
	return detectors.Medium
}

// isAsset reports whether a contact brought a part of the page that is seen.
func isAsset(c *detectors.Contact) bool {
	switch c.Kind {
	case "stylesheet", "font", "media":
		return true
	case "image":
		return c.Request.Status == 200 && !IsInvisible(c.Request)
	}
	return false
}

// sentCookies names the cookies that contacts took along, sorted.
func sentCookies(list []*detectors.Contact) []string {
	var names []string
	for _, c := range list {
		if c.Request != nil {
			names = append(names, c.Request.CookiesSent...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
