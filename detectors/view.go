package detectors

import (
	"cmp"
	"slices"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// A View is one run of a visit made ready for judging: the record, the
// signatures, and joins over both that several techniques need.
type View struct {
	Visit *evidence.Visit
	Run   *evidence.Run // the run under judgement
	DB    *signatures.DB

	known    *knowledge
	scripts  map[evidence.ID]*evidence.Script
	targets  map[evidence.TargetID]*evidence.Target
	sites    []string // registrable domain of each page of the run
	actors   map[string]*actor
	calls    []call // in order of time
	contacts []contact
	cookies  []*evidence.Cookie // in order of time, as items
	items    []*evidence.StorageItem
	acts     []act // calls by script, in order of the scripts' first calls
	requests map[evidence.ID]*evidence.Request
	memo     map[string]any // see Once
}

// A call is a watched call with the script that answers for it.
type call struct {
	*evidence.Call
	by    *actor
	phase evidence.Phase
	api   *api
	roles role // of the API, or of the event that is listened to
}

// plays reports whether a call plays one of some roles in a rule.
func (c *call) plays(one role) bool { return c.roles&one != 0 }

// arg returns the i-th argument of a call, or "".
func (c *call) arg(i int) string {
	if i < len(c.Args) {
		return c.Args[i]
	}
	return ""
}

// An act is all calls of one script in a run.
type act struct {
	by    *actor
	calls []call
}

// newView prepares a run. Everything in it is computed once and then only read.
func newView(visit *evidence.Visit, run *evidence.Run, k *knowledge) *View {
	v := &View{
		Visit:    visit,
		Run:      run,
		DB:       k.db,
		known:    k,
		scripts:  make(map[evidence.ID]*evidence.Script, len(run.Scripts)),
		targets:  make(map[evidence.TargetID]*evidence.Target, len(run.Targets)),
		actors:   map[string]*actor{},
		requests: make(map[evidence.ID]*evidence.Request, len(run.Requests)),
		memo:     map[string]any{},
	}
	for i := range run.Requests {
		v.requests[run.Requests[i].ID] = &run.Requests[i]
	}
	for i := range run.Scripts {
		v.scripts[run.Scripts[i].ID] = &run.Scripts[i]
	}
	for i := range run.Targets {
		v.targets[run.Targets[i].ID] = &run.Targets[i]
	}
	for i := range run.Pages {
		v.sites = append(v.sites, k.site(evidence.Host(visit.PageURL(run, i))))
	}
	for i := range run.Cookies {
		v.cookies = append(v.cookies, &run.Cookies[i])
	}
	slices.SortStableFunc(v.cookies, func(a, b *evidence.Cookie) int { return inTime(a.At, a.ID, b.At, b.ID) })
	for i := range run.Storage {
		v.items = append(v.items, &run.Storage[i])
	}
	slices.SortStableFunc(v.items, func(a, b *evidence.StorageItem) int { return inTime(a.At, a.ID, b.At, b.ID) })
	v.gatherCalls()
	v.gatherContacts()
	return v
}

// gatherCalls attributes each call to a script and puts calls in order.
func (v *View) gatherCalls() {
	v.calls = make([]call, len(v.Run.Calls))
	for i := range v.Run.Calls {
		c := &v.Run.Calls[i]
		a := v.known.api(c.API)
		v.calls[i] = call{Call: c, by: v.actorOf(c), phase: v.Run.PhaseOf(c.At), api: a, roles: a.roles}
		if a.roles&roleListen != 0 {
			v.calls[i].roles |= roleOfEvent(v.calls[i].arg(0))
		}
	}
	slices.SortStableFunc(v.calls, func(a, b call) int { return inTime(a.At, a.ID, b.At, b.ID) })

	index := map[*actor]int{}
	for _, c := range v.calls {
		i, ok := index[c.by]
		if !ok {
			i = len(v.acts)
			index[c.by] = i
			v.acts = append(v.acts, act{by: c.by})
		}
		v.acts[i].calls = append(v.acts[i].calls, c)
	}
}

// inTime orders evidence by time, then by the number in its ID.
func inTime(at evidence.Millis, a evidence.ID, bt evidence.Millis, b evidence.ID) int {
	return cmp.Or(cmp.Compare(at, bt), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// site returns the registrable domain of a page of the run, or of the subject
// where the page is not known.
func (v *View) site(page int) string {
	if page >= 0 && page < len(v.sites) && v.sites[page] != "" {
		return v.sites[page]
	}
	return v.known.site(evidence.Host(v.Visit.Home()))
}

// third reports whether a host belongs to another site than a page of the run.
func (v *View) third(host string, page int) bool {
	own := v.site(page)
	return host != "" && own != "" && v.known.site(host) != own
}

// Once returns what work makes of a run, and remembers it under a name: several
// techniques ask for the same.
func Once[T any](v *View, name string, work func(*View) T) T {
	if done, ok := v.memo[name].(T); ok {
		return done
	}
	done := work(v)
	v.memo[name] = done
	return done
}

// OnceAVisit is [Once] for what is the same in all runs of a visit.
func OnceAVisit[T any](v *View, name string, work func(*evidence.Visit) T) T {
	if done, ok := v.known.memo[name].(T); ok {
		return done
	}
	done := work(v.Visit)
	v.known.memo[name] = done
	return done
}
