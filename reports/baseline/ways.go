package baseline

import (
	"slices"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
)

// ways says who brought whom onto a page, in one run. Parties are its places; a
// loader with an address of its own is a place too, because a party can have
// several domains.
type ways struct {
	flows   []reports.Flow
	domains []string // of loaders, sorted: what can be a door
	// reached holds, for each domain, the parties that are reached without it.
	reached map[string]map[string]bool
}

// newWays reads the flows of a run, and for a choice those before it too: what a
// visitor's answer let in may have been fetched by what was there already.
func newWays(r *reports.Result, run evidence.Scenario) *ways {
	w := &ways{reached: map[string]map[string]bool{}}
	for _, f := range slices.Concat(r.Flows, r.Attempts) {
		if f.Scenario != run {
			continue
		}
		w.flows = append(w.flows, f)
		if d := Site(hostOf(f.Loader)); f.Loader != "" && !slices.Contains(w.domains, d) {
			w.domains = append(w.domains, d)
		}
	}
	slices.Sort(w.domains)
	for _, d := range w.domains {
		w.reached[d] = w.without(d)
	}
	return w
}

// without lists the parties that are reached although nothing that comes from a
// domain loads anything.
func (w *ways) without(domain string) map[string]bool {
	reached := map[string]bool{}
	for more := true; more; {
		more = false
		for _, f := range w.flows {
			if reached[f.Receiver] || Site(hostOf(f.Loader)) == domain {
				continue
			}
			if f.Loader == "" || reached[f.LoaderParty] || !w.isReceiver(f.LoaderParty) {
				reached[f.Receiver], more = true, true
			}
		}
	}
	return reached
}

// isReceiver reports whether a party was itself brought by somebody. The site's
// own scripts were not.
func (w *ways) isReceiver(party string) bool {
	return slices.ContainsFunc(w.flows, func(f reports.Flow) bool { return f.Receiver == party })
}

// doors lists the domains without which none of some parties or domains would
// have been reached. A door's own domain, as the place that a script came from,
// counts as behind it.
func (w *ways) doors(places []string) []string {
	var out []string
	for _, d := range w.domains {
		behind, known := false, false
		for _, p := range places {
			switch {
			case p == "":
				continue
			case p == d:
				behind = true
			case w.isReceiver(p):
				known = true
				behind = behind || !w.reached[d][p]
			}
		}
		if behind && (known || slices.Contains(places, d)) {
			out = append(out, d)
		}
	}
	return out
}

// loader returns the address of what sent most requests to a party.
func (w *ways) loader(party string) string {
	for _, f := range w.flows { // sorted by requests
		if f.Receiver == party && f.Loader != "" {
			return f.Loader
		}
	}
	return ""
}
