package testsites_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/testsites"
)

// These tests prove in a real browser that the sites about consent do what their
// expect.yaml says of them, before anybody judges a crawler by it.

// A library is how the dialog of one consent manager is pressed.
type library struct {
	site, reject, accept, cross string
	reopen, withdraw, again     string // the way back, and what refuses and accepts then; accepts as at first if ""
	open                        string // shows the second layer; "" if there is one layer
	ticked                      string // boxes of purposes that are on
	loadsTicked                 bool   // what is on beforehand runs at once
}

var consentLibraries = []library{
	{site: "consent-klaro", reject: ".cn-decline", accept: ".cn-buttons .cm-btn-success", cross: ".cn-close",
		reopen: "#manage", withdraw: ".cn-decline", open: ".cn-learn-more", ticked: "#purpose-item-marketing:checked"},
	{site: "consent-vanilla", reject: ".cm [data-role=necessary]", accept: ".cm [data-role=all]", cross: ".cm__btn--close",
		reopen: "#manage", withdraw: ".pm [data-role=necessary]", again: ".pm [data-role=all]", open: ".cm [data-role=show]", ticked: ".section__toggle[value=marketing]:checked"},
	{site: "consent-tarteaucitron", reject: "#tarteaucitronAllDenied2", accept: "#tarteaucitronPersonalize2", cross: "#tarteaucitronCloseCross",
		reopen: "#manage", withdraw: "#tarteaucitronAllDenied", again: "#tarteaucitronAllAllowed", ticked: "#site-marketing:checked"},
	{site: "consent-orejime", reject: ".orejime-Button--decline", accept: ".orejime-Button--save", cross: ".site-cross",
		reopen: "#manage", withdraw: ".orejime-Button--decline", open: ".orejime-Button--info", ticked: ".orejime-Modal input[id*=marketing]:checked", loadsTicked: true},
	{site: "consent-insites", reject: ".cc-deny", accept: ".cc-allow", cross: ".cc-close",
		reopen: "#manage", withdraw: ".cc-deny", ticked: ".cc-boxes [name=marketing]:checked"},
}

// A visitor is one person with a fresh browser on one site.
type visitor struct {
	*tab
	srv  *testsites.Server
	url  string
	seen int // requests to trackers so far
}

func visit(t *testing.T, c *chrome, srv *testsites.Server, address string) *visitor {
	t.Helper()
	v := &visitor{tab: c.tab(t), srv: srv, url: address}
	v.open(address)
	return v
}

// trackers are the hosts that the tags of these sites send to.
var trackers = []string{"www.google-analytics.com", "www.facebook.com", "googleads.g.doubleclick.net", "ib.adnxs.com"}

// sent counts the requests of the visitor's site to trackers.
func (v *visitor) sent() int {
	n := 0
	for _, r := range v.srv.Requests() {
		if slices.Contains(trackers, r.Host) && r.Header.Get("Referer") == v.url {
			n++
		}
	}
	return n
}

// quiet complains if trackers were contacted since it was last asked.
func (v *visitor) quiet(when string) {
	v.t.Helper()
	if n := v.sent(); n > v.seen {
		v.t.Errorf("%s: trackers are contacted %s", v.url, when)
	}
	v.seen = v.sent()
}

// followed complains if trackers are not contacted.
func (v *visitor) followed(when string) {
	v.t.Helper()
	for range 50 {
		if v.sent() > v.seen {
			break
		}
		v.rest()
	}
	if v.sent() <= v.seen {
		v.t.Errorf("%s: no tracker is contacted %s", v.url, when)
	}
	v.rest()
	v.seen = v.sent()
}

// choose presses what must be there. Some libraries listen to their buttons only
// a moment after these can be seen.
func (v *visitor) choose(selectors ...string) {
	v.t.Helper()
	for _, s := range selectors {
		v.until(see + "(" + quote(s) + ") !== null")
		v.rest()
		if !v.press(s) {
			v.t.Fatalf("%s: cannot see %s", v.url, s)
		}
	}
}

func (v *visitor) reload() { v.open(v.url) }

// browse opens a browser for tests that prove the sites themselves, without the
// crawler. They take many minutes and speak of nothing but these pages, which the
// tests of the whole way visit too: so they run when a page was changed, and
// somebody asks for them.
func browse(t *testing.T) (*chrome, *testsites.Server) {
	t.Helper()
	if os.Getenv("SPOOR_PROVE_SITES") == "" {
		t.Skip("SPOOR_PROVE_SITES is not set")
	}
	srv := testsites.Start(t)
	if !srv.HasLibraries() {
		t.Fatal("the libraries are not there: run go run ./testsites/fill")
	}
	return openChrome(t, srv), srv
}

func TestConsentLibrariesDoAsTheirNamesSay(t *testing.T) {
	c, srv := browse(t)
	languages := []string{"nl", "en", "de", "fr"}
	n := 0
	names := slices.Sorted(maps.Keys(behaviours))
	for _, l := range consentLibraries {
		for _, behaviour := range names {
			check := behaviours[behaviour]
			lang := languages[n%len(languages)]
			n++
			t.Run(l.site+"/"+behaviour+"/"+lang, func(t *testing.T) {
				t.Parallel()
				check(l, visit(t, c, srv, "https://"+behaviour+"."+lang+"."+l.site+".test/"))
			})
		}
	}
}

var behaviours = map[string]func(library, *visitor){
	"compliant": func(l library, v *visitor) {
		v.quiet("before a choice")
		v.choose(l.reject)
		v.quiet("after no")
		v.reload()
		v.quiet("on the next page after no")
		if v.sees(l.reject) {
			v.t.Error("the dialog comes back after no")
		}
		v.choose(l.reopen)
		if !v.press(l.withdraw) {
			v.t.Error("the way back leads nowhere")
		}
		accepting(l, v)
		v.choose(l.reopen, l.withdraw)
		v.seen = v.sent()
		v.reload()
		v.quiet("after consent was withdrawn")
		if k := v.cookies(); strings.Contains(k, "_ga") || strings.Contains(k, "_fbp") {
			v.t.Errorf("cookies of the site stay after consent was withdrawn: %s", k)
		}
	},
	"leaks-before": func(_ library, v *visitor) { v.followed("before a choice") },
	"leaks-after-no": func(l library, v *visitor) {
		v.quiet("before a choice")
		v.choose(l.reject)
		v.followed("after no")
		v.reload()
		v.followed("on the next page after no")
	},
	"no-reject": func(l library, v *visitor) {
		v.quiet("before a choice")
		v.choose(l.accept)
		v.followed("after yes")
		if v.sees(l.reject) {
			v.t.Error("there is a way to refuse")
		}
	},
	"preticked": func(l library, v *visitor) {
		if l.loadsTicked {
			v.followed("before a choice")
		} else {
			v.quiet("before a choice")
		}
		if l.open != "" {
			v.choose(l.open)
		}
		if v.eval("document.querySelector("+quote(l.ticked)+") !== null") != true {
			v.t.Errorf("nothing is ticked: %s", l.ticked)
		}
	},
	"yes-on-no": func(l library, v *visitor) {
		v.quiet("before a choice")
		v.choose(l.reject)
		v.followed("after no")
	},
	"close-is-yes": func(l library, v *visitor) {
		v.quiet("before a choice")
		v.choose(l.cross)
		v.followed("after the cross was pressed")
	},
}

// accepting visits the same site as another person, who says yes.
func accepting(l library, v *visitor) {
	v.t.Helper()
	w := visit(v.t, v.chrome, v.srv, v.url)
	w.seen = w.sent()
	w.choose(l.cross)
	w.quiet("after the cross was pressed")
	w.choose(l.reopen)
	if l.again != "" {
		w.choose(l.again)
	} else {
		w.choose(l.accept)
	}
	w.followed("after yes")
	for _, name := range []string{"_ga", "_fbp", "fr", "IDE"} {
		if k := w.cookies(); !slices.Contains(strings.Fields(k), name) {
			w.t.Errorf("%s: no cookie %s after yes: %s", w.url, name, k)
		}
	}
	*v = *w
}
