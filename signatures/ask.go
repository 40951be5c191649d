package signatures

import (
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/signatures/abp"
)

// Site returns the registrable domain of a host: the public suffix and one
// label. As in browsers, suffixes that companies keep for their customers
// count, so that "a.github.io" and "b.github.io" are two sites. An IP address,
// a single label such as "localhost" and a public suffix are their own site. A
// port, a trailing dot, upper case and names in other scripts are put right.
func Site(host string) string { return abp.Site(host) }

// SameSite says whether two hosts belong to one site.
func SameSite(a, b string) bool {
	a, b = Site(a), Site(b)
	return a == b && a != ""
}

// A who is an answer to the question whose a host or URL is.
type who struct {
	party int32 // index into DB.parties
	match Match
	// tracker says that the party's purpose makes third-party requests to it
	// trackers.
	tracker bool
	// pattern says that a request pattern matched, which holds on any host.
	pattern bool
}

// ofHost names the owner of a canonical host: by the core, then by
// third-party-web, each by the longest suffix. Where the core knows only whose
// network carries the host, a longer entry comes first.
func (db *DB) ofHost(host string) (who, bool) {
	w, known := db.core.ofHost(host)
	if known && !db.core.carries(w.party) {
		return w, true
	}
	if e, entry, ok := db.entities.find(host); ok && len(strings.TrimPrefix(entry, "*.")) > len(w.match.Rule) {
		return who{
			party:   db.ofEntity[e],
			match:   Match{List: listThirdPartyWeb, Rule: entry, Section: db.entities.names[e].category},
			tracker: db.entities.accused(host, e, entry),
		}, true
	}
	return w, known
}

// ofRequest names the owner of a request: by the core, then by host.
func (db *DB) ofRequest(q *abp.Request) (who, bool) {
	if w, ok := db.core.ofRequest(q); ok {
		return w, true
	}
	return db.ofHost(q.Host())
}

// ofHost names the owner of a canonical host by the longest suffix.
func (c *core) ofHost(host string) (who, bool) {
	owner, domain, ok := c.domains.find(host)
	if !ok {
		return who{}, false
	}
	return who{party: owner, match: Match{List: listCore, Rule: domain}, tracker: c.tracker[owner]}, true
}

// ofRequest names the owner of a request: by the patterns of requests, then by
// host. A pattern that fits any host tells which software answers there; where
// the host belongs to another tracker, that one receives: it runs the software.
func (c *core) ofRequest(q *abp.Request) (who, bool) {
	byHost, known := c.ofHost(q.Host())
	owner, pattern, ok := c.requests.find(q)
	if !ok || known && byHost.tracker && !strings.HasPrefix(pattern, "||") {
		return byHost, known
	}
	return who{
		party:   owner,
		match:   Match{List: listCore, Rule: pattern},
		tracker: c.tracker[owner],
		pattern: true,
	}, true
}

// bySection names the company under whose heading a list blocks a request.
func (db *DB) bySection(j judged) (int32, bool) {
	if !j.blocked {
		return 0, false
	}
	i, ok := db.ofSection[j.section]
	return i, ok
}

// Party names the owner of a host, which may carry a port: by spoor's own data,
// then by third-party-web, each by the longest suffix, then by lists of hosts
// that EasyPrivacy keeps for one company.
func (db *DB) Party(host string) (Party, bool) {
	host = abp.Host(host)
	if w, ok := db.ofHost(host); ok {
		return db.parties[w.party], true
	}
	q, ok := abp.NewRequest("https://"+host+"/", "", "")
	if !ok {
		return Party{}, false
	}
	return db.partyOfSection(q)
}

func (db *DB) partyOfSection(q *abp.Request) (Party, bool) {
	i, ok := db.bySection(judge(db.lists, q))
	if !ok {
		return Party{}, false
	}
	return db.parties[i], true
}

// Identify names the receiver of a request by its URL: patterns of requests
// beat owners of hosts, so that "https://www.google.com/pagead/..." is not
// Google's search. It reports false for URLs without a host.
func (db *DB) Identify(rawURL string) (Party, bool) {
	q, ok := abp.NewRequest(rawURL, "", "")
	if !ok {
		return Party{}, false
	}
	if w, ok := db.ofRequest(q); ok {
		return db.parties[w.party], true
	}
	return db.partyOfSection(q)
}

// Judge says whether a request serves to follow or profile visitors, and who
// receives it.
//
// A request is a tracker if a request pattern of a tracking party fits it; if
// it goes to a host of such a party from another site; or if a filter list
// blocks it and no list makes an exception. Exceptions do not take back what
// spoor's own data says: they are made so that pages keep working.
//
// Matches names every rule that had a say, exceptions included. The party is
// shared and must not be changed.
func (db *DB) Judge(query Query) Answer {
	answer := Answer{Categories: []string{}, Matches: []Match{}}
	q, ok := abp.NewRequest(query.URL, query.Type, query.Page)
	if !ok {
		return answer
	}
	party := int32(-1)
	if w, ok := db.ofRequest(q); ok {
		party = w.party
		answer.Matches = append(answer.Matches, w.match)
		answer.Tracker = w.tracker && (w.pattern || q.ThirdParty())
	}
	j := judge(db.lists, q)
	answer.Matches = append(answer.Matches, j.matches...)
	answer.Tracker = answer.Tracker || j.blocked
	if party < 0 {
		if i, ok := db.bySection(j); ok {
			party = i
		}
	}
	if party >= 0 {
		answer.Party = &db.parties[party]
		answer.Categories = append(answer.Categories, answer.Party.Categories...)
	}
	return answer
}

// Cookie says whose a cookie is and what for, by its name and by its domain
// (with or without leading dot): by spoor's own data, then by the Open Cookie
// Database. Only known names are answered; whose an unknown cookie on a third
// party's domain is, Party says.
func (db *DB) Cookie(name, domain string) (Use, bool) {
	domain = abp.Host(strings.TrimPrefix(domain, "."))
	if use, ok := db.core.cookies.find(name, domain); ok || db.cookies == nil {
		return use, ok
	}
	return db.cookies.names.find(name, domain)
}

// StorageKey says whose a key of web storage is and what for. When several
// parties use the key, the owner of the origin is meant if it is one of them.
func (db *DB) StorageKey(key, origin string) (Use, bool) {
	if q, ok := abp.NewRequest(origin, "", ""); ok {
		if owner, _, ok := db.core.domains.find(q.Host()); ok {
			if use, ok := db.core.storage.of(key, db.parties[owner].ID); ok {
				return use, true
			}
		}
	}
	return db.core.storage.find(key, "")
}

// CNAME names the tracking party behind the DNS aliases of a host, in order of
// the chain: by known alias targets, then by the hosts of trackers. Aliases
// that lead to delivery networks and hosting name nobody.
func (db *DB) CNAME(chain []string) (Party, bool) {
	for _, host := range chain {
		if owner, _, ok := db.core.cnames.find(abp.Host(host)); ok {
			return db.parties[owner], true
		}
	}
	for _, host := range chain {
		host = abp.Host(host)
		w, known := db.ofHost(host)
		if known && w.tracker {
			return db.parties[w.party], true
		}
		q, ok := abp.NewRequest("https://"+host+"/", "", "")
		if !ok {
			continue
		}
		j := judge(db.lists, q)
		if known && j.blocked {
			return db.parties[w.party], true
		}
		if i, ok := db.bySection(j); ok {
			return db.parties[i], true
		}
	}
	return Party{}, false
}

// Disguise names the company that a filter list says to stand behind a host of
// the site that it serves: EasyPrivacy keeps such hosts under headings that name
// one company, see core/sections.yaml. The list may know of an alias that is not
// there any more, and knows of hosts whose alias nobody can see.
func (db *DB) Disguise(host string) (Party, Match, bool) {
	page := "https://" + abp.Host(host) + "/"
	q, ok := abp.NewRequest(page, "", page)
	if !ok {
		return Party{}, Match{}, false
	}
	j := judge(db.lists, q)
	i, ok := db.bySection(j)
	if !ok {
		return Party{}, Match{}, false
	}
	at := slices.IndexFunc(j.matches, func(m Match) bool { return m.Section == j.section })
	return db.parties[i], j.matches[at], true
}

// Library names the maker of a script by its file name, wherever it is served
// from: "/fp.min.js".
func (db *DB) Library(scriptURL string) (Party, bool) {
	q, ok := abp.NewRequest(scriptURL, "script", "")
	if !ok {
		return Party{}, false
	}
	owner, _, ok := db.core.libraries.find(q)
	if !ok {
		return Party{}, false
	}
	return db.parties[owner], true
}
