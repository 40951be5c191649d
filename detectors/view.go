package detectors

import (
	"cmp"
	"slices"

	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// A View is one run of a visit made ready for judging: the record, the
// signatures, and joins over both that several techniques need.
type View struct {
	Visit *evidence.Visit
	Run   *evidence.Run // the run under judgement
	DB    *signatures.DB

	Known    *Knowledge // what signatures know, and what the runs together show
	scripts  map[evidence.ID]*evidence.Script
	Targets  map[evidence.TargetID]*evidence.Target // documents and workers
	sites    []string                               // registrable domain of each page of the run
	actors   map[string]*Actor
	Calls    []Call             // in order of time
	Contacts []Contact          // in order of time
	Cookies  []*evidence.Cookie // in order of time, as items
	Items    []*evidence.StorageItem
	Acts     []Act // calls by script, in order of the scripts' first calls
	Requests map[evidence.ID]*evidence.Request
	memo     map[string]any // see Once
}

// A Call is a watched call with the script that answers for it.
type Call struct {
	*evidence.Call
	By    *Actor
	Phase evidence.Phase
	Known *apis.API // what the tables say of it
	roles apis.Role // of the API, or of the event that is listened to
}

// Plays reports whether a call plays one of some roles in a rule.
func (c *Call) Plays(one apis.Role) bool { return c.roles&one != 0 }

// Arg returns the i-th argument of a call, or "".
func (c *Call) Arg(i int) string {
	if i < len(c.Args) {
		return c.Args[i]
	}
	return ""
}

// An Act is all calls of one script in a run.
type Act struct {
	By    *Actor
	Calls []Call
}

// newView prepares a run. Everything in it is computed once and then only read.
func newView(visit *evidence.Visit, run *evidence.Run, k *Knowledge) *View {
	v := &View{
		Visit:    visit,
		Run:      run,
		DB:       k.db,
		Known:    k,
		scripts:  make(map[evidence.ID]*evidence.Script, len(run.Scripts)),
		Targets:  make(map[evidence.TargetID]*evidence.Target, len(run.Targets)),
		actors:   map[string]*Actor{},
		Requests: make(map[evidence.ID]*evidence.Request, len(run.Requests)),
		memo:     map[string]any{},
	}
	for i := range run.Requests {
		v.Requests[run.Requests[i].ID] = &run.Requests[i]
	}
	for i := range run.Scripts {
		v.scripts[run.Scripts[i].ID] = &run.Scripts[i]
	}
	for i := range run.Targets {
		v.Targets[run.Targets[i].ID] = &run.Targets[i]
	}
	for i := range run.Pages {
		v.sites = append(v.sites, k.Site(evidence.Host(visit.PageURL(run, i))))
	}
	for i := range run.Cookies {
		v.Cookies = append(v.Cookies, &run.Cookies[i])
	}
	slices.SortStableFunc(v.Cookies, func(a, b *evidence.Cookie) int { return InTime(a.At, a.ID, b.At, b.ID) })
	for i := range run.Storage {
		v.Items = append(v.Items, &run.Storage[i])
	}
	slices.SortStableFunc(v.Items, func(a, b *evidence.StorageItem) int { return InTime(a.At, a.ID, b.At, b.ID) })
	v.gatherCalls()
	v.gatherContacts()
	return v
}

// gatherCalls attributes each call to a script and puts calls in order.
func (v *View) gatherCalls() {
	v.Calls = make([]Call, len(v.Run.Calls))
	for i := range v.Run.Calls {
		c := &v.Run.Calls[i]
		a := v.Known.API(c.API)
		v.Calls[i] = Call{Call: c, By: v.actorOf(c), Phase: v.Run.PhaseOf(c.At), Known: a, roles: a.Roles}
		if a.Roles&apis.Listen != 0 {
			v.Calls[i].roles |= apis.OfEvent(v.Calls[i].Arg(0))
		}
	}
	slices.SortStableFunc(v.Calls, func(a, b Call) int { return InTime(a.At, a.ID, b.At, b.ID) })

	index := map[*Actor]int{}
	for _, c := range v.Calls {
		i, ok := index[c.By]
		if !ok {
			i = len(v.Acts)
			index[c.By] = i
			v.Acts = append(v.Acts, Act{By: c.By})
		}
		v.Acts[i].Calls = append(v.Acts[i].Calls, c)
	}
}

// InTime orders evidence by time, then by the number in its ID.
func InTime(at evidence.Millis, a evidence.ID, bt evidence.Millis, b evidence.ID) int {
	return cmp.Or(cmp.Compare(at, bt), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// Site returns the registrable domain of a page of the run, or of the subject
// where the page is not known.
func (v *View) Site(page int) string {
	if page >= 0 && page < len(v.sites) && v.sites[page] != "" {
		return v.sites[page]
	}
	return v.Known.Site(evidence.Host(v.Visit.Home()))
}

// Third reports whether a host belongs to another site than a page of the run.
func (v *View) Third(host string, page int) bool {
	own := v.Site(page)
	return host != "" && own != "" && v.Known.Site(host) != own
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
	if done, ok := v.Known.memo[name].(T); ok {
		return done
	}
	done := work(v.Visit)
	v.Known.memo[name] = done
	return done
}
