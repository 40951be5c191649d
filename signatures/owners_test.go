package signatures

import (
	"strings"
	"testing"
)

// No domain has two owners, and what is said of a party is what its domains answer.
func TestEveryDomainHasOneOwner(t *testing.T) {
	db, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	owners := map[string]string{}
	for _, p := range db.Parties() {
		d, ok := db.Describe(p.ID)
		if !ok {
			t.Fatalf("%s is listed and not described", p.ID)
		}
		for _, r := range d.Domains {
			domain := strings.TrimPrefix(r.Pattern, "*.")
			if old, taken := owners[domain]; taken && old != p.ID {
				t.Errorf("%s belongs to %s and to %s", domain, old, p.ID)
			}
			owners[domain] = p.ID
			if got, ok := db.Party(domain); !ok || got.ID != p.ID {
				t.Errorf("%s stands with %s and is said to be of %q", domain, p.ID, got.ID)
			}
		}
	}
	if len(owners) < 1000 {
		t.Errorf("only %d domains", len(owners))
	}
}

// Two names for one company are one party, and a host in somebody's network is its
// customer's where that is known.
func TestOwners(t *testing.T) {
	db, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	if db.entities == nil {
		t.Skip("the pack is not there")
	}
	for _, id := range []string{"cookiebot-cmp", "usercentrics-cmp", "33-across"} {
		if _, ok := db.ByID(id); ok {
			t.Errorf("%s is a party beside the core's", id)
		}
	}
	carried := 0
	for host, entity := range db.entities.exact {
		network, domain, ok := db.core.domains.find(host)
		if !ok || domain == host {
			continue
		}
		owner := db.ofEntity[entity]
		if p, ok := db.Party(host); !ok || p.ID != db.parties[owner].ID {
			t.Errorf("%s of %s is said to be of %q", host, db.parties[owner].ID, p.ID)
		}
		if owner != network {
			carried++
		}
	}
	if carried < 20 {
		t.Errorf("%d hosts in networks of others", carried)
	}
}

func TestHeir(t *testing.T) {
	for _, c := range []struct {
		all     int
		claimed map[int32]int
		owner   int32
		ok      bool
	}{
		{3, map[int32]int{7: 3}, 7, true}, {3, map[int32]int{7: 2}, 7, true}, {2, map[int32]int{7: 1}, 7, false}, {3, nil, 0, false},
		{4, map[int32]int{7: 2, 3: 2}, 3, true}, {5, map[int32]int{7: 2, 3: 2}, 3, false},
	} {
		if owner, ok := heir(c.all, c.claimed); ok != c.ok || ok && owner != c.owner {
			t.Errorf("of %d domains, %v: %d %v", c.all, c.claimed, owner, ok)
		}
	}
}
