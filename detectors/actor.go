package detectors

import (
	"cmp"

	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/evidence"
)

// An Actor is a script that answers for calls: its address without query, and
// of an inline script the address of its document.
type Actor struct {
	URL   string
	Host  string
	party string
}

// MaxOrigin limits the walk from a script to its maker. Records come from
// outside; a loop in them must not hang the judge.
const MaxOrigin = 32

// actorOf finds the script that answers for a call: the innermost one that came
// over the web. A script made at run time (eval, blob, data, inserted inline)
// has no address that means anything, or one that it chose itself, so its maker
// answers for it. Last comes the document.
func (v *View) actorOf(c *evidence.Call) *Actor {
	url := v.scriptOrigin(c.Script, 0)
	for i := 0; url == "" && i < len(c.Stack); i++ {
		url = v.FrameOrigin(&c.Stack[i], 0)
	}
	if url == "" {
		url = v.documentOf(c.In)
	}
	return v.Actor(url)
}

// Actor returns the one actor of an address.
func (v *View) Actor(rawURL string) *Actor {
	key := addresses.Bare(rawURL)
	if a, ok := v.actors[key]; ok {
		return a
	}
	a := &Actor{URL: key, Host: evidence.Host(key), party: v.Known.Script(key)}
	v.actors[key] = a
	return a
}

// FrameOrigin returns the address of the script of a stack frame, or "".
func (v *View) FrameOrigin(f *evidence.Frame, depth int) string {
	if url := v.scriptOrigin(f.Script, depth); url != "" {
		return url
	}
	if addresses.IsHTTP(f.URL) {
		return f.URL
	}
	return ""
}

// scriptOrigin returns the address of a script, or of its maker if it was made
// at run time, or "".
func (v *View) scriptOrigin(id evidence.ID, depth int) string {
	s := v.scripts[id]
	if s == nil || depth > MaxOrigin {
		return ""
	}
	if s.By != nil && !v.hasAddress(s) {
		if url := v.FrameOrigin(s.By, depth+1); url != "" {
			return url
		}
	}
	if addresses.IsHTTP(s.URL) {
		return s.URL
	}
	return ""
}

// hasAddress reports whether a script was loaded from an address of its own. It
// then answers for itself, whoever inserted it.
func (v *View) hasAddress(s *evidence.Script) bool {
	switch s.Kind {
	case "external":
		return addresses.IsHTTP(s.URL)
	case "module": // in a file, or inline in a document
		return addresses.IsHTTP(s.URL) && addresses.Bare(s.URL) != addresses.Bare(v.documentOf(s.Target))
	}
	return false
}

// documentOf returns the address of a document or worker; of one without an
// address on the web (about:blank, data:, blob:) that of the one that holds it.
func (v *View) documentOf(id evidence.TargetID) string {
	for range MaxOrigin {
		t := v.Targets[id]
		if t == nil {
			break
		}
		if addresses.IsHTTP(t.URL) {
			return t.URL
		}
		id = t.Parent
	}
	for _, t := range v.Run.Targets {
		if addresses.IsHTTP(t.URL) {
			return t.URL
		}
	}
	return v.Visit.Subject.URL
}

// who names an actor's company, or its host.
func (v *View) who(a *Actor) string { return v.Known.Name(a.party, cmp.Or(a.Host, a.URL)) }
