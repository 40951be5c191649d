package detectors

import (
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// A Knowledge answers questions of signatures and remembers the answers: the
// same few hundred hosts come back in every run of a visit.
type Knowledge struct {
	db       *signatures.DB
	sites    map[string]string
	parties  map[string]string
	scripts  map[string]string
	verdicts map[signatures.Query]*signatures.Answer
	apis     map[string]*apis.API
	Chains   map[string][]string // aliases of hosts, by host
	memo     map[string]any      // see OnceAVisit
	fixed    map[string]bool     // values that are the same in all runs; see constants
	varied   map[string]bool     // short codes that are others in every run; see codes.Varied
}

func newKnowledge(visit *evidence.Visit, db *signatures.DB) *Knowledge {
	k := &Knowledge{
		db:       db,
		sites:    map[string]string{},
		parties:  map[string]string{},
		scripts:  map[string]string{},
		verdicts: map[signatures.Query]*signatures.Answer{},
		apis:     map[string]*apis.API{},
		Chains:   make(map[string][]string, len(visit.Names)),
		memo:     map[string]any{},
		fixed:    codes.Constants(visit),
		varied:   codes.Varied(visit),
	}
	for _, n := range visit.Names {
		if len(n.Chain) > 0 {
			k.Chains[n.Host] = n.Chain
		}
	}
	return k
}

// Site returns the registrable domain of a host, or the host itself where it
// has none (an address, "localhost").
func (k *Knowledge) Site(host string) string {
	if s, ok := k.sites[host]; ok {
		return s
	}
	s := signatures.Site(host)
	if s == "" {
		s = host
	}
	k.sites[host] = s
	return s
}

// Party returns the party ID of a host, or "".
func (k *Knowledge) Party(host string) string {
	if k.db == nil {
		return ""
	}
	if id, ok := k.parties[host]; ok {
		return id
	}
	p, _ := k.db.Party(host)
	k.parties[host] = p.ID
	return p.ID
}

// Script returns the party ID of a script: of the library it holds if that is
// known, else of the address it came from.
func (k *Knowledge) Script(rawURL string) string {
	if k.db == nil {
		return ""
	}
	if id, ok := k.scripts[rawURL]; ok {
		return id
	}
	p, ok := k.db.Library(rawURL)
	if !ok {
		p, _ = k.db.Identify(rawURL)
	}
	k.scripts[rawURL] = p.ID
	return p.ID
}

// Name returns the name of a party, or other if it is not known.
func (k *Knowledge) Name(party, other string) string {
	if k.db == nil || party == "" {
		return other
	}
	if p, ok := k.db.ByID(party); ok && p.Name != "" {
		return p.Name
	}
	return other
}

// Company returns the company of a party, or "".
func (k *Knowledge) Company(party string) string {
	if k.db == nil || party == "" {
		return ""
	}
	p, _ := k.db.ByID(party)
	return p.Company
}

// Tracks reports whether a party's main purpose is to follow or measure
// visitors.
func (k *Knowledge) Tracks(p signatures.Party) bool {
	if k.db == nil || len(p.Categories) == 0 {
		return false
	}
	c, _ := k.db.Category(p.Categories[0])
	return c.Tracking
}

// Judge says what is known about requests. It asks about new ones on all
// processors: this is where judging a visit spends its time.
func (k *Knowledge) Judge(queries []signatures.Query) []*signatures.Answer {
	out := make([]*signatures.Answer, len(queries))
	var fresh []int
	for i, q := range queries {
		a, ok := k.verdicts[q]
		if !ok {
			a = &signatures.Answer{}
			k.verdicts[q] = a
			fresh = append(fresh, i)
		}
		out[i] = a
	}
	if k.db == nil || len(fresh) == 0 {
		return out
	}
	var wg sync.WaitGroup
	var broke atomic.Pointer[any]
	size := (len(fresh) + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0)
	for part := range slices.Chunk(fresh, size) {
		wg.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					broke.Store(&r)
				}
			}()
			for _, i := range part {
				*out[i] = k.db.Judge(queries[i])
			}
		})
	}
	wg.Wait()
	if r := broke.Load(); r != nil {
		panic(*r) // for the technique that asked, see try
	}
	return out
}

// API returns what the tables say of a watched API.
func (k *Knowledge) API(name string) *apis.API {
	a := k.apis[name]
	if a == nil {
		a = apis.Find(name)
		k.apis[name] = a
	}
	return a
}

// Codes returns the codes in a value that look like identifiers, by their form or
// because they are others in every run of the visit; at most n, each once.
func (k *Knowledge) Codes(value string, near time.Time, n int) []string {
	return codes.In(value, near, n, k.varied)
}

// SameCompany reports whether two sites are known or seem to be of one company.
func (v *View) SameCompany(a, b string) bool {
	if a == b {
		return true
	}
	if a == "" || b == "" {
		return false
	}
	if label, _, _ := strings.Cut(a, "."); len(label) > 2 && strings.HasPrefix(b, label+".") {
		return true
	}
	company := v.Known.Company(v.Known.Party(a))
	return company != "" && company == v.Known.Company(v.Known.Party(b))
}
