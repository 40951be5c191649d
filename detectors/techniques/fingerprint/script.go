// Package fingerprint owns the techniques that tell a device by what its browser
// computes and says of itself: pictures, sound, fonts, hardware, sensors.
package fingerprint

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/evidence"
)

// Script is the technique fingerprint-script.
var Script = &detectors.Technique{
	ID: "fingerprint-script",
	Doc: detectors.Doc{
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
		Severity: detectors.High,
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

func runFingerprintScript(v *detectors.View) []detectors.Finding {
	tests := Tests(v)
	var list []detectors.Verdict
	for _, a := range v.Acts {
		list = append(list, detectors.PerPhase(a.Calls, func(calls []detectors.Call) (detectors.Verdict, bool) {
			return judgeScript(v, a.By, calls, tests[a.By])
		})...)
	}
	out := v.Findings(list)
	return append(out, folders(v, tests, list)...)
}

// Tests returns the verdicts of the techniques that watch tests: readings that
// have no other use than to recognise a device, by script and kind.
func Tests(v *detectors.View) map[*detectors.Actor]map[string][]detectors.Verdict {
	out := map[*detectors.Actor]map[string][]detectors.Verdict{}
	add := func(kind string, list []detectors.Verdict) {
		for _, x := range list {
			if out[x.By] == nil {
				out[x.By] = map[string][]detectors.Verdict{}
			}
			out[x.By][kind] = append(out[x.By][kind], x)
		}
	}
	add("canvas", detectors.Once(v, "canvas", canvasVerdicts))
	add("webgl", detectors.Once(v, "webgl", webglVerdicts))
	add("audio", detectors.Once(v, "audio", audioVerdicts))
	add("fonts", detectors.Once(v, "fonts", fontVerdicts))
	add("webrtc", detectors.Once(v, "webrtc", webrtcVerdicts))
	return out
}

// judgeScript counts the kinds of properties that calls of a script read.
func judgeScript(v *detectors.View, by *detectors.Actor, calls []detectors.Call, tests map[string][]detectors.Verdict) (detectors.Verdict, bool) {
	kinds := weakKinds(calls)
	if len(detectors.Playing(calls, apis.Sensor|apis.Handler)) > 0 {
		kinds["sensors"] = detectors.Playing(calls, apis.Sensor|apis.Handler)
	}
	tested := asksHiddenModel(v, kinds["webgl"])
	for kind, list := range tests {
		for _, x := range list {
			if rest := within(x.Calls, calls); len(rest) > 0 {
				kinds[kind] = rest
				tested = true
			}
		}
	}
	if len(kinds) < minKindsWithTest || !tested && len(kinds) < minKinds {
		return detectors.Verdict{}, false
	}
	var rests []detectors.Call
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		rests = append(rests, kinds[kind]...)
	}
	certainty := detectors.Inferred
	if tested && len(kinds) > minKindsWithTest {
		certainty = detectors.Observed
	}
	return detectors.Verdict{
		By:        by,
		Calls:     detectors.InOrder(rests),
		Certainty: certainty,
		Severity:  detectors.High,
		Args: map[string]string{
			"count":    strconv.Itoa(len(kinds)),
			"surfaces": strings.Join(slices.Sorted(maps.Keys(kinds)), ", "),
		},
	}, true
}

// asksHiddenModel reports whether the exact graphics card was asked for on a
// drawing area that is not shown: games ask for it on the one they draw on.
func asksHiddenModel(v *detectors.View, calls []detectors.Call) bool {
	for _, c := range calls {
		for _, cv := range canvases(v) {
			if cv.shown && slices.ContainsFunc(cv.calls, func(d detectors.Call) bool { return d.Call == c.Call }) {
				return false
			}
		}
	}
	return len(calls) > 0
}

// within returns those of some calls that are among others.
func within(some, others []detectors.Call) []detectors.Call {
	in := make(map[*evidence.Call]bool, len(others))
	for _, c := range others {
		in[c.Call] = true
	}
	var out []detectors.Call
	for _, c := range some {
		if in[c.Call] {
			out = append(out, c)
		}
	}
	return out
}

// folders finds libraries that were not bundled: several scripts of one folder,
// each with a test of its own. The key is the folder.
func folders(v *detectors.View, tests map[*detectors.Actor]map[string][]detectors.Verdict, found []detectors.Verdict) []detectors.Finding {
	type folder struct {
		kinds map[string]bool
		calls []detectors.Call
		by    map[*detectors.Actor]bool
	}
	folders := map[string]*folder{}
	for by, kinds := range tests {
		if slices.ContainsFunc(found, func(x detectors.Verdict) bool { return x.By == by }) {
			continue
		}
		path := by.URL[:strings.LastIndexByte(by.URL, '/')+1]
		f := folders[path]
		if f == nil {
			f = &folder{kinds: map[string]bool{}, by: map[*detectors.Actor]bool{}}
			folders[path] = f
		}
		f.by[by] = true
		for kind, list := range kinds {
			f.kinds[kind] = true
			for _, x := range list {
				f.calls = append(f.calls, x.Calls...)
			}
		}
	}
	var list []detectors.Verdict
	for _, path := range slices.Sorted(maps.Keys(folders)) {
		f := folders[path]
		if len(f.kinds) < minTests || len(f.by) < 2 {
			continue
		}
		calls := detectors.InOrder(f.calls)
		kinds := slices.Sorted(maps.Keys(f.kinds))
		list = append(list, detectors.Verdict{
			By:        v.Actor(path),
			Phase:     calls[0].Phase,
			Calls:     calls,
			Certainty: detectors.Inferred,
			Severity:  detectors.High,
			Args:      map[string]string{"count": strconv.Itoa(len(kinds)), "surfaces": strings.Join(kinds, ", ")},
		})
	}
	return v.Findings(list)
}
