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
	"github.com/spoor-audit/spoor/detectors/values"
	"github.com/spoor-audit/spoor/evidence"
)

// ReferrerLeak is the technique referrer-leak.
var ReferrerLeak = &detectors.Technique{
	ID: "referrer-leak",
	Doc: detectors.Doc{
		Found: "Personal data in addresses reach other companies",
		Clean: "No personal data in addresses were seen reaching other companies",
		Sentence: `Something about the visitor that stood in an address ({what}: "{name}") reached {host} ({who}). ` +
			`In: {place}, form: {form}, times: {count}.`,
		Why: "Browsers and scripts tell other companies on which page you are. When the address of that page holds your " +
			"e-mail address, what you searched for or the key to your order, they get that too, and it stays in their logs.",
		Fix: "Keep personal data out of addresses: send forms with POST, and take keys out of the address before anything " +
			"else is loaded. Set Referrer-Policy: strict-origin-when-cross-origin or stricter.",
		Limits: "Looked at are the addresses of the pages of the visit: e-mail addresses wherever they stand, also encoded, " +
			"and parameters by their name (telephone numbers, names, addresses, keys and sessions, numbers of orders and accounts, " +
			"words searched for). They count when another company gets that address whole, in the Referer or as a parameter, or " +
			"the value by itself; words searched for by themselves count only when there are several or they are long, and " +
			"not when they go to a company that searches for the site. An e-mail address in an address of another company is " +
			"reported too, if it is not one of the site or of a role (info@); whether it is the visitor's cannot be told. " +
			"What spoor typed itself counts when it stands in an address. A page that says something by its path alone (an " +
			"illness, a party) is not recognised.",
		Severity: detectors.High,
		Refs: []string{
			"Krishnamurthy, Naryshkin, Wills: Privacy leakage vs. protection measures: the growing disconnect (W2SP 2011)",
			"Starov, Gill, Nikiforakis: Are You Sure You Want to Contact Us? (PoPETs 2016)",
			"W3C Referrer Policy",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindRequests, evidence.KindTyped},
	Uses:  []evidence.Kind{evidence.KindNames},
	Run:   runReferrerLeak,
}

// A detail is a part of an address that says something about a person.
type detail struct {
	what  string // email phone name birth-date national-id address secret search order account, or what a field asked
	name  string // of the parameter, or "path"
	value string
}

// A disclosure is a detail that reached another company.
type disclosure struct {
	typing.Departure
	detail
	place    string
	form     string
	severity detectors.Severity
}

func runReferrerLeak(v *detectors.View) []detectors.Finding {
	list := append(disclosedAddresses(v), disclosedTyped(v)...)
	list = append(list, disclosedEmails(v)...)
	slices.SortStableFunc(list, func(a, b disclosure) int { return detectors.InTime(a.At, a.ID, b.At, b.ID) })
	var out []detectors.Finding
	index := map[[2]string]int{}
	count := map[int]map[evidence.ID]bool{}
	for i := range list {
		d := &list[i]
		k := [2]string{d.what + ":" + d.Host, string(d.Phase)}
		j, ok := index[k]
		if !ok {
			j = len(out)
			index[k], count[j] = j, map[evidence.ID]bool{}
			party := cmp.Or(detectors.PartyOf(v.Judge(d.Contact)), v.Known.Party(d.Host))
			out = append(out, detectors.Finding{
				Key: k[0], Phase: d.Phase, Party: party, Host: d.Host, Script: d.SentBy(), URL: d.URL,
				Certainty: detectors.Observed, Severity: d.severity, First: d.At,
				Args: map[string]string{
					"what": d.what, "name": d.name, "host": d.Host, "who": v.Known.Name(party, d.Host), "place": d.place, "form": d.form,
				},
			})
		}
		count[j][d.ID] = true
		f := &out[j]
		f.Evidence = detectors.MergeEvidence(f.Evidence, []evidence.ID{d.ID})
		f.Args["count"] = strconv.Itoa(len(count[j]))
		if detectors.Severer(d.severity, f.Severity) {
			f.Severity = d.severity
		}
	}
	return out
}

// disclosedAddresses lists what reached others of what the addresses of the
// site's pages say about a person.
func disclosedAddresses(v *detectors.View) []disclosure {
	var details []detail
	var list []values.Value
	of := map[string][]int{} // ID of a value -> details
	for _, address := range pageAddresses(v) {
		found := detailsOf(v, address)
		whole := "address " + address
		for _, s := range found {
			n := slices.Index(details, s)
			if n < 0 {
				n = len(details)
				details = append(details, s)
				if kind, alone := s.alone(); alone {
					id := strconv.Itoa(n)
					of[id] = []int{n}
					list = append(list, values.Value{ID: id, Text: s.value, Kind: kind, Hashes: kind == "email"})
				}
			}
			of[whole] = append(of[whole], n)
		}
		if len(found) > 0 {
			list = append(list, values.Value{ID: whole, Text: tailOf(address), Kind: "text"})
		}
	}
	if len(details) == 0 {
		return nil
	}
	search := values.New(list)
	var out []disclosure
	for _, d := range abroad(v) {
		for _, h := range search.Search(d.Parts) {
			if h.Variant == "local" {
				continue // what stands before the @ stands in other places too
			}
			for _, n := range of[h.ID] {
				if s := details[n]; s.what != "search" || !searches(v, d.Contact) {
					out = append(out, disclosure{d.Departure, s, cmp.Or(h.Name, h.Where), formOf(&h), s.severity()})
				}
			}
		}
	}
	return out
}

// searches reports whether the receiver of a contact looks texts up for the site.
func searches(v *detectors.View, c *detectors.Contact) bool {
	p := v.Judge(c).Party
	return p != nil && len(p.Categories) > 0 && slices.Contains(typing.Fields().Services, p.Categories[0])
}

// pageAddresses lists the addresses that pages of the site had in the run, sorted.
func pageAddresses(v *detectors.View) []string {
	var out []string
	add := func(u string, page int) {
		u, _, _ = strings.Cut(u, "#")
		if addresses.IsHTTP(u) && !v.Third(evidence.Host(u), page) {
			out = append(out, u)
		}
	}
	for i := range v.Run.Pages {
		add(v.Run.Pages[i].URL, i)
		add(v.Run.Pages[i].FinalURL, i)
	}
	for i := range v.Run.Requests {
		r := &v.Run.Requests[i]
		add(r.Document, r.Page)
		if r.Kind == "document" && !r.Frame && r.Redirect == "" {
			add(r.URL, r.Page)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// tailOf returns path and query of an address, as others get them.
func tailOf(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		return rest[i:]
	}
	return ""
}

// detailsOf lists what an address says about a person.
func detailsOf(v *detectors.View, address string) []detail {
	var out []detail
	add := func(what, name, value string) {
		if s := (detail{what, name, value}); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	parts := values.RequestParts(&evidence.Request{URL: address})
	values.Texts(parts, func(p *values.Part, text string, _ []string) {
		if p.Where == "path" || p.Where == "query" {
			for _, email := range emailsIn(text) {
				add("email", cmp.Or(p.Name, p.Where), email)
			}
		}
	})
	for _, p := range addresses.ParametersOf(address) {
		name := strings.ToLower(p.Name)
		what := addresses.Known().Private[name]
		if what == "" && typing.Fields().Searches[name] {
			what = "search"
		}
		if what != "" && len(p.Value) <= codes.MaxValue && says(what, p.Value) {
			add(what, p.Name, p.Value)
		}
	}
	if len(v.Run.Typed) > 0 {
		for _, h := range values.New(typedValues(v)).Search(parts) {
			n, _ := strconv.Atoi(h.ID)
			t := &v.Run.Typed[n]
			asks, _ := typing.Fields().Of(t)
			if asks != "email" && h.Variant != "local" {
				add(asks, cmp.Or(h.Name, h.Where), t.Value)
			}
		}
	}
	return out
}

// typedValues lists the texts that were typed, by their index.
func typedValues(v *detectors.View) []values.Value {
	out := make([]values.Value, len(v.Run.Typed))
	for i := range v.Run.Typed {
		_, row := typing.Fields().Of(&v.Run.Typed[i])
		out[i] = values.Value{ID: strconv.Itoa(i), Text: v.Run.Typed[i].Value, Kind: row.Kind}
	}
	return out
}

// says reports whether a value can be what the name of its parameter says:
// "order=asc" is no number of an order.
func says(what, value string) bool {
	digits, letters := 0, 0
	for i := range len(value) {
		switch {
		case codes.IsDigit(value[i]):
			digits++
		case codes.IsLetter(value[i]) || value[i] >= 0x80:
			letters++
		}
	}
	switch what {
	case "phone", "national-id":
		return digits >= 7
	case "order", "account":
		return digits >= 3
	case "birth-date":
		return digits >= 4
	case "secret":
		return len(value) >= 8 && digits > 0
	case "name", "search":
		return letters >= 2
	}
	return digits+letters >= 3
}

// alone says whether a secret is looked for by itself, and as what. Short and
// ordinary words stand in too many places.
func (s *detail) alone() (kind string, ok bool) {
	switch s.what {
	case "email", "phone", "name":
		return s.what, true
	case "secret", "order", "account", "national-id":
		return "id", len(s.value) >= codes.MinIdentifier
	case "search":
		return "text", len(s.value) >= 12 || len(s.value) >= codes.MinIdentifier && strings.Contains(s.value, " ")
	}
	return "text", len(s.value) >= codes.MinIdentifier
}

// severity weighs what a secret says: words and numbers of orders less than what
// names a person or opens a door.
func (s *detail) severity() detectors.Severity {
	switch s.what {
	case "search", "order", "account":
		return detectors.Medium
	}
	return detectors.High
}

// disclosedTyped lists what spoor typed that stands in an address of another
// company.
func disclosedTyped(v *detectors.View) []disclosure {
	var out []disclosure
	for _, l := range typing.Leaks(v) {
		inAddress := l.Hit.Where == "host" || l.Hit.Where == "path" || l.Hit.Where == "query"
		if !inAddress || !l.Third || l.Hit.Hash != "" || l.Part || l.Field.Lookup && searches(v, l.Contact) {
			continue
		}
		s := detail{l.Asks, cmp.Or(l.Hit.Name, l.Hit.Where), l.Typed.Value}
		out = append(out, disclosure{*l.Departure, s, s.name, formOf(&l.Hit), s.severity()})
	}
	return out
}

// disclosedEmails lists the e-mail addresses of persons in addresses of other
// companies, whoever they are.
func disclosedEmails(v *detectors.View) []disclosure {
	own := typing.OwnAddresses(v)
	var out []disclosure
	for _, d := range abroad(v) {
		if !mayName(d.URL) {
			continue
		}
		parts := slices.DeleteFunc(slices.Clone(d.Parts), func(p values.Part) bool {
			return p.Where != "query" && p.Where != "path" || typing.IsAddress(&p, own)
		})
		values.Texts(parts, func(p *values.Part, text string, steps []string) {
			for _, email := range emailsIn(text) {
				if !impersonal(email, v.Site(d.Page)) && !hasTyped(v, email) {
					s := detail{"email", cmp.Or(p.Name, p.Where), email}
					out = append(out, disclosure{d.Departure, s, s.name, formOf(&values.Hit{Steps: steps}), detectors.Medium})
				}
			}
		})
	}
	return out
}

// mayName reports whether an address may hold an e-mail address: an @, or a word
// that is long enough to hide one. Most do not, and need not be taken apart.
func mayName(rawURL string) bool {
	run := 0
	for i := range len(rawURL) {
		switch c := rawURL[i]; {
		case c == '@' || c == '%' && (strings.HasPrefix(rawURL[i:], "%40") || strings.HasPrefix(rawURL[i:], "%2540")):
			return true
		case codes.IsDigit(c) || codes.IsLetter(c) || c == '+':
			if run++; run >= 16 {
				return true
			}
		default:
			run = 0
		}
	}
	return false
}

// hasTyped reports whether a text was typed in the run: then leaks tell of it.
func hasTyped(v *detectors.View, text string) bool {
	return slices.ContainsFunc(v.Run.Typed, func(t evidence.Typed) bool { return strings.EqualFold(t.Value, text) })
}
