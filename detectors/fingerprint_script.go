package detectors

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

var fingerprintScript = &Technique{
	ID: "fingerprint-script",
	Doc: Doc{
		Found:    "A script combines many properties to recognise the device",
		Clean:    "No script was seen combining properties to recognise the device",
		Sentence: `A script of {host} read {count} kinds of properties that together recognise a device: {surfaces}.`,
		Why: "Put together, these properties are nearly as good as a name tag: they recognise your device on every site " +
			"that uses the script, and you cannot delete them.",
		Fix: "Load the script only after the visitor has agreed, or take it out; for protection against fraud, limit it to " +
			"the page where it is needed.",
		Limits: "Kinds of properties are: canvas, graphics card, sound, fonts, browser and device, screen, network (WebRTC), " +
			"media devices, battery, sensors, voices, keyboard, permissions, storage space, time zone and media formats. " +
			"Reported when one script reads at least 3 kinds, one of them a test picture, sound, font or network test or " +
			"the exact graphics card; or at least 5 kinds of any sort. Scripts of one folder on one host are taken " +
			"together when each does such a test. Whether the result was sent away is not judged here. A large bundle that " +
			"holds many libraries can reach the limit by their sum.",
		Severity: High,
		Refs: []string{
			"Laperdrix et al.: Browser Fingerprinting: A Survey (TWEB 2020)",
			"Iqbal, Englehardt, Shafiq: Fingerprinting the Fingerprinters (S&P 2021)",
			"Article 29 Working Party Opinion 9/2014 on device fingerprinting",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runFingerprintScript,
}

// How many kinds of properties make a script one that recognises devices, with
// and without a test that has no other use.
const (
	minKindsWithTest = 3
	minKinds         = 5
	minTests         = 3 // of one folder's scripts together
)

func runFingerprintScript(v *View) []Finding {
	tests := v.tests()
	var list []verdict
	for _, a := range v.acts {
		list = append(list, perPhase(a.calls, func(calls []call) (verdict, bool) {
			return v.judgeScript(a.by, calls, tests[a.by])
		})...)
	}
	out := v.findings(list)
	return append(out, v.folders(tests, list)...)
}

// tests returns the verdicts of the techniques that watch tests: readings that
// have no other use than to recognise a device, by script and kind.
func (v *View) tests() map[*actor]map[string][]verdict {
	out := map[*actor]map[string][]verdict{}
	add := func(kind string, list []verdict) {
		for _, x := range list {
			if out[x.by] == nil {
				out[x.by] = map[string][]verdict{}
			}
			out[x.by][kind] = append(out[x.by][kind], x)
		}
	}
	add("canvas", Once(v, "canvas", canvasVerdicts))
	add("webgl", Once(v, "webgl", webglVerdicts))
	add("audio", Once(v, "audio", audioVerdicts))
	add("fonts", Once(v, "fonts", fontVerdicts))
	add("webrtc", Once(v, "webrtc", webrtcVerdicts))
	return out
}

// judgeScript counts the kinds of properties that calls of a script read.
func (v *View) judgeScript(by *actor, calls []call, tests map[string][]verdict) (verdict, bool) {
	kinds := weakKinds(calls)
	if len(playing(calls, roleSensor|roleHandler)) > 0 {
		kinds["sensors"] = playing(calls, roleSensor|roleHandler)
	}
	tested := v.asksHiddenModel(kinds["webgl"])
	for kind, list := range tests {
		for _, x := range list {
			if rest := within(x.calls, calls); len(rest) > 0 {
				kinds[kind] = rest
				tested = true
			}
		}
	}
	if len(kinds) < minKindsWithTest || !tested && len(kinds) < minKinds {
		return verdict{}, false
	}
	var rests []call
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		rests = append(rests, kinds[kind]...)
	}
	certainty := Inferred
	if tested && len(kinds) > minKindsWithTest {
		certainty = Observed
	}
	return verdict{
		by:        by,
		calls:     inOrder(rests),
		certainty: certainty,
		severity:  High,
		args: map[string]string{
			"count":    strconv.Itoa(len(kinds)),
			"surfaces": strings.Join(slices.Sorted(maps.Keys(kinds)), ", "),
		},
	}, true
}

// asksHiddenModel reports whether the exact graphics card was asked for on a
// drawing area that is not shown: games ask for it on the one they draw on.
func (v *View) asksHiddenModel(calls []call) bool {
	for _, c := range calls {
		for _, cv := range v.canvases() {
			if cv.shown && slices.ContainsFunc(cv.calls, func(d call) bool { return d.Call == c.Call }) {
				return false
			}
		}
	}
	return len(calls) > 0
}

// within returns those of some calls that are among others.
func within(some, others []call) []call {
	in := make(map[*evidence.Call]bool, len(others))
	for _, c := range others {
		in[c.Call] = true
	}
	var out []call
	for _, c := range some {
		if in[c.Call] {
			out = append(out, c)
		}
	}
	return out
}

// folders finds libraries that were not bundled: several scripts of one folder,
// each with a test of its own. The key is the folder.
func (v *View) folders(tests map[*actor]map[string][]verdict, found []verdict) []Finding {
	type folder struct {
		kinds map[string]bool
		calls []call
		by    map[*actor]bool
	}
	folders := map[string]*folder{}
	for by, kinds := range tests {
		if slices.ContainsFunc(found, func(x verdict) bool { return x.by == by }) {
			continue
		}
		path := by.url[:strings.LastIndexByte(by.url, '/')+1]
		f := folders[path]
		if f == nil {
			f = &folder{kinds: map[string]bool{}, by: map[*actor]bool{}}
			folders[path] = f
		}
		f.by[by] = true
		for kind, list := range kinds {
			f.kinds[kind] = true
			for _, x := range list {
				f.calls = append(f.calls, x.calls...)
			}
		}
	}
	var list []verdict
	for _, path := range slices.Sorted(maps.Keys(folders)) {
		f := folders[path]
		if len(f.kinds) < minTests || len(f.by) < 2 {
			continue
		}
		calls := inOrder(f.calls)
		kinds := slices.Sorted(maps.Keys(f.kinds))
		list = append(list, verdict{
			by:        v.actor(path),
			phase:     calls[0].phase,
			calls:     calls,
			certainty: Inferred,
			severity:  High,
			args:      map[string]string{"count": strconv.Itoa(len(kinds)), "surfaces": strings.Join(kinds, ", ")},
		})
	}
	return v.findings(list)
}
