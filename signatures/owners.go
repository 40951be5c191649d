package signatures

// The pack third-party-web knows many companies that spoor's own data knows too, at
// times under another name. So that a domain has one owner, and a company one name,
// the core comes first: what it knows is taken out of the pack, and an entity of which
// it knows most is the core's vendor.
//
// Domains of delivery networks and hosting are the exception. They carry the hosts of
// others, and the pack may know whose one of them is: d1xyz.cloudfront.net belongs to
// its customer rather than to Amazon.

// carries reports whether the domains of a vendor carry the hosts of others.
func (c *core) carries(owner int32) bool {
	categories := c.parties[owner].Categories
	return len(categories) > 0 && (categories[0] == "cdn" || categories[0] == "hosting")
}

// claims reports which vendor of the core owns an entry of the pack.
func (c *core) claims(domain string) (owner int32, ok bool) {
	owner, suffix, ok := c.domains.find(domain)
	if ok && c.carries(owner) && len(domain) > len(suffix) {
		return 0, false
	}
	return owner, ok
}

// settleOwners gives each entity its party, and takes out of the pack what the core
// knows.
func (db *DB) settleOwners() {
	e := db.entities
	if e == nil {
		return
	}
	all := make([]int, len(e.parties))               // domains of an entity
	claimed := make([]map[int32]int, len(e.parties)) // those that the core knows, by vendor
	for _, hosts := range []hostMap{e.exact, e.below} {
		for domain, entity := range hosts {
			all[entity]++
			if owner, ok := db.core.claims(domain); ok {
				if claimed[entity] == nil {
					claimed[entity] = map[int32]int{}
				}
				claimed[entity][owner]++
				delete(hosts, domain)
			}
		}
	}
	for i, p := range e.parties {
		if owner, ok := heir(all[i], claimed[i]); ok {
			if _, known := db.byID[p.ID]; !known {
				db.ofEntity = append(db.ofEntity, owner)
				continue
			}
		}
		db.ofEntity = append(db.ofEntity, db.intern(p))
	}
}

// heir is the vendor that an entity is: the one that owns more than half of its
// domains, or most of them where the core knows all. Parties of the core have the
// same numbers in both tables.
func heir(all int, claimed map[int32]int) (owner int32, ok bool) {
	most, sum := 0, 0
	for vendor, n := range claimed {
		sum += n
		if n > most || n == most && vendor < owner {
			owner, most = vendor, n
		}
	}
	return owner, most > 0 && (2*most > all || sum == all)
}
