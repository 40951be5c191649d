package testsites_test

import (
	"strings"
	"testing"
)

// An own dialog is how a site without a consent manager is refused, and what it
// wrongly does all the same.
type ownDialog struct {
	site          string
	refuse        []string // empty if nobody can refuse
	accept        string
	before, after bool // trackers are contacted before a choice, after no
}

const (
	chooseNone  = "[data-choose=none]"
	chooseAll   = "[data-choose=all]"
	chooseBoxes = "[data-choose=boxes]"
)

var ownDialogs = []ownDialog{
	{site: "asymmetry", refuse: []string{chooseNone}},
	{site: "category", refuse: []string{chooseNone}},
	{site: "claim", refuse: []string{chooseNone}},
	{site: "close-position", refuse: []string{chooseNone}},
	{site: "finnish", refuse: []string{chooseNone}, after: true},
	{site: "form", refuse: []string{chooseNone}},
	{site: "form-box", refuse: []string{chooseNone}},
	{site: "gpc", refuse: []string{chooseNone}, before: true, after: true},
	{site: "google-advanced", refuse: []string{chooseNone}, before: true, after: true},
	{site: "google-granted", refuse: []string{chooseNone}, before: true, after: true},
	{site: "google-identified", refuse: []string{chooseNone}, before: true, after: true},
	{site: "grey-link", refuse: []string{chooseNone}},
	{site: "in-flow", refuse: []string{chooseNone}, after: true},
	{site: "late", refuse: []string{chooseNone}, after: true},
	{site: "lifetime", refuse: []string{chooseNone}},
	{site: "nagging", refuse: []string{chooseNone}},
	{site: "no-table", refuse: []string{chooseNone}},
	{site: "no-withdraw", refuse: []string{chooseNone}},
	{site: "notice", before: true},
	{site: "pay"},
	{site: "polish", refuse: []string{chooseNone}, after: true},
	{site: "scroll", refuse: []string{chooseNone}},
	{site: "second-layer", refuse: []string{"[data-open='2']", chooseNone}},
	{site: "shadow", refuse: []string{"button[value=none]"}, accept: "button[value=all]", after: true},
	{site: "switches", refuse: []string{chooseNone}},
	{site: "tcf", refuse: []string{chooseNone}, after: true},
	{site: "three-layers", refuse: []string{"[data-open='2']", "[data-open='3']", chooseNone}},
	{site: "toggles", refuse: []string{"[data-open='2']", chooseBoxes}},
	{site: "undeclared", refuse: []string{chooseNone}},
	{site: "wall"},
	{site: "withdrawal", refuse: []string{chooseNone}},
}

func TestOwnDialogsDoAsTheySay(t *testing.T) {
	c, srv := browse(t)
	for _, d := range ownDialogs {
		if d.accept == "" {
			d.accept = chooseAll
		}
		t.Run(d.site, func(t *testing.T) {
			t.Parallel()
			v := visit(t, c, srv, "https://consent-own-"+d.site+".test/")
			v.expect(d.before, "before a choice")
			if len(d.refuse) > 0 {
				v.choose(d.refuse...)
				v.reload()
				v.expect(d.after, "after no")
			} else if v.sees(chooseNone) {
				t.Error("there is a way to refuse")
			}
		})
		t.Run(d.site+" twin", func(t *testing.T) {
			t.Parallel()
			refuse := chooseNone
			if len(d.refuse) == 1 {
				refuse = d.refuse[0]
			}
			v := visit(t, c, srv, "https://consent-own-"+d.site+"-clean.test/")
			v.quiet("before a choice")
			v.choose(refuse)
			v.reload()
			v.quiet("after no")
			if v.sees(refuse) {
				t.Error("the dialog comes back after no")
			}
			w := visit(t, c, srv, v.url)
			w.seen = w.sent()
			w.choose(d.accept)
			w.followed("after yes")
		})
	}
}

func (v *visitor) expect(followed bool, when string) {
	v.t.Helper()
	if followed {
		v.followed(when)
	} else {
		v.quiet(when)
	}
}

// Sites whose dialog is no document of theirs, or none for consent.
func TestOwnDialogsOutsideThePage(t *testing.T) {
	c, srv := browse(t)
	for site, leaks := range map[string]bool{"gate": true, "gate-clean": false} {
		t.Run(site, func(t *testing.T) {
			t.Parallel()
			v := visit(t, c, srv, "https://consent-own-"+site+".test/")
			if v.eval("location.host") != "login.courier-gate.example" {
				t.Fatalf("the visitor stands at %v", v.eval("location.href"))
			}
			v.choose("button[value=none]")
			v.expect(leaks, "after no")
			if v.eval("location.href") != v.url {
				t.Errorf("the gate leads to %v", v.eval("location.href"))
			}
		})
	}
	for _, site := range []string{"frame", "frame-clean"} {
		t.Run(site, func(t *testing.T) {
			t.Parallel()
			v := visit(t, c, srv, "https://consent-own-"+site+".test/")
			v.quiet("before a choice")
			if !v.sees("#cmp_message_container iframe") {
				t.Error("there is no frame that asks")
			}
		})
	}
	for _, site := range []string{"none", "hidden", "newsletter", "age"} {
		t.Run(site, func(t *testing.T) {
			t.Parallel()
			v := visit(t, c, srv, "https://consent-own-"+site+".test/")
			v.followed("on a site that does not ask")
			w := visit(t, c, srv, "https://consent-own-"+site+"-clean.test/")
			w.quiet("on a site that follows nobody")
			for _, text := range []string{"Accept all", "May we use cookies?"} {
				if w.eval("document.body.innerText.includes("+quote(text)+")") == true {
					t.Errorf("%s asks for consent", w.url)
				}
			}
			if k := w.cookies(); k != "" {
				t.Errorf("%s sets cookies: %s", w.url, k)
			}
		})
	}
}

// What the visitor of a wrong site is up against, beyond trackers.
func TestOwnDialogsGoWrongWhereTheySay(t *testing.T) {
	c, srv := browse(t)
	tests := []struct {
		site, what string
		wrong      func(v *visitor) bool
	}{
		{"scroll", "scrolling is taken for a yes", func(v *visitor) bool {
			v.eval("scrollTo(0, 500)")
			v.rest()
			v.rest()
			return v.sent() > 0
		}},
		{"nagging", "the dialog comes back after no", func(v *visitor) bool {
			v.choose(chooseNone)
			v.reload()
			return v.sees(chooseNone)
		}},
		{"withdrawal", "trackers are contacted after consent was withdrawn", func(v *visitor) bool {
			v.choose(chooseAll, "[data-reopen]", chooseNone)
			v.seen = v.sent()
			v.reload()
			return v.sent() > v.seen
		}},
		{"no-withdraw", "there is no way back", func(v *visitor) bool {
			v.choose(chooseAll)
			return !v.sees("[data-reopen]")
		}},
		{"switches", "saving what is preset means yes", func(v *visitor) bool {
			v.choose("[data-open='2']", chooseBoxes)
			v.rest()
			return v.sent() > 0
		}},
		{"close-position", "the corner accepts", func(v *visitor) bool {
			v.choose(".cross")
			v.rest()
			return v.sent() > 0
		}},
		{"form", "a date of birth is asked for", func(v *visitor) bool { return v.sees("[name=birthdate]") }},
		{"form-box", "the box is ticked", func(v *visitor) bool { return v.sees("[name=marketing_optin]:checked") }},
		{"wall", "the page is behind a wall", func(v *visitor) bool { return v.sees(".veil") }},
		{"pay", "there is a price", func(v *visitor) bool { return v.sees("#subscribe") }},
		{"claim", "a third party sets a cookie", func(v *visitor) bool {
			v.choose(chooseAll)
			v.rest()
			return strings.Contains(v.cookies(), "IDE")
		}},
	}
	for _, test := range tests {
		t.Run(test.site, func(t *testing.T) {
			t.Parallel()
			if !test.wrong(visit(t, c, srv, "https://consent-own-"+test.site+".test/")) {
				t.Errorf("%s: not so: %s", test.site, test.what)
			}
			if test.wrong(visit(t, c, srv, "https://consent-own-"+test.site+"-clean.test/")) {
				t.Errorf("%s: so on the twin too: %s", test.site, test.what)
			}
		})
	}
}
