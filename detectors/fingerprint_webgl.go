package detectors

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

var fingerprintWebGL = &Technique{
	ID: "fingerprint-webgl",
	Doc: Doc{
		Found:    "A script reads the graphics card to recognise the device",
		Clean:    "No script was seen reading the graphics card to recognise the device",
		Sentence: `A script of {host} read properties of the graphics card (different ones: {parameters}) with {api}.`,
		Why: "Make, model and limits of the graphics card, and the way it draws a test picture, tell devices apart. " +
			"You cannot change or delete them.",
		Fix: "Ask the supplier of the script to leave this out, or load the script only after the visitor has agreed.",
		Limits: "Points are added. For: asking for the exact make or model 2 (for both 3); a drawn test picture read back 2; 12 or more " +
			"different properties 1 (25 or more 2); 6 or more number formats 1; the list of extensions 1; name, maker and " +
			"version of the graphics software 1; a drawing area never shown on the page 1; other device properties read by " +
			"the same script 1. Against: a drawing area that is shown 2; steady drawing, as in a game or map, 2; long " +
			"programs, as in a 3D library, 2; reading after a click 2. From 4 points on it is reported. Make and model " +
			"alone weigh little; a script that asks for the model alone, as games do to choose their quality, is not " +
			"reported here but counts among the properties that one script combines.",
		Severity: High,
		Refs: []string{
			"Mowery, Shacham: Pixel Perfect: Fingerprinting Canvas in HTML5 (W2SP 2012)",
			"Cao, Li, Wijmans: (Cross-)Browser Fingerprinting via OS and Hardware Level Features (NDSS 2017)",
			"Khronos WEBGL_debug_renderer_info",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runFingerprintWebGL,
}

func runFingerprintWebGL(v *View) []Finding { return v.findings(Once(v, "webgl", webglVerdicts)) }

// Numbers of the signs; signs.yaml says why each counts.
const (
	manyParameters = 12
	allParameters  = 25
	manyPrecisions = 6
	manyNames      = 3
	longShader     = 2000 // characters
	steadySteps    = 200
)

// The parameters UNMASKED_VENDOR_WEBGL and UNMASKED_RENDERER_WEBGL of Khronos
// WEBGL_debug_renderer_info.
const (
	unmaskedVendor   = "37445"
	unmaskedRenderer = "37446"
)

// The parameters VENDOR, RENDERER, VERSION and SHADING_LANGUAGE_VERSION of WebGL,
// which name the graphics software.
const glNames = "7936 7937 7938 35724"

// names counts how many of them were asked for.
func names(parameters []call) int {
	asked := map[string]bool{}
	for _, c := range parameters {
		if slices.Contains(strings.Fields(glNames), c.arg(0)) {
			asked[c.arg(0)] = true
		}
	}
	return len(asked)
}

// isLongShader reports whether a program for the graphics card is one of a 3D
// library. The record clips texts and writes their length behind.
func isLongShader(c call) bool {
	text, length, clipped := strings.Cut(c.arg(1), "\u2026")
	if n, err := strconv.Atoi(length); clipped && err == nil {
		return n >= longShader
	}
	return len(text) >= longShader
}

// asksModel reports whether a call asks for the exact make or model of the
// graphics card.
func asksModel(c call) bool {
	return c.plays(roleModel) || c.plays(roleParameter) && (c.arg(0) == unmaskedVendor || c.arg(0) == unmaskedRenderer)
}

// asksBoth reports whether make and model both were asked for.
func asksBoth(parameters []call) bool {
	asked := map[string]bool{}
	for _, c := range parameters {
		asked[c.arg(0)] = true
	}
	return asked[unmaskedVendor] && asked[unmaskedRenderer]
}

// glSeverity weighs a reading: make and model alone say less than a picture or a
// list of properties.
func glSeverity(s signs) Severity {
	for _, more := range []string{"picture", "parameters", "precision", "extensions", "company"} {
		if slices.Contains(s, more) {
			return High
		}
	}
	return Low
}

// webglVerdicts judges the WebGL calls of each script: those on drawing areas
// that show nothing to the visitor together, and those on each other one for
// itself, so that a game beside a test picture hides nothing.
func webglVerdicts(v *View) []verdict {
	var list []verdict
	for _, a := range v.acts {
		var quiet []*canvas
		for _, cv := range v.glCanvases(a.by) {
			if cv.shown || glSteps(cv) > steadySteps {
				list = append(list, v.judgeGL(a, []*canvas{cv})...)
			} else {
				quiet = append(quiet, cv)
			}
		}
		if len(quiet) > 0 {
			list = append(list, v.judgeGL(a, quiet)...)
		}
	}
	return surest(list)
}

// glCanvases returns the drawing areas that a script used through WebGL or whose
// WebGL picture it read.
func (v *View) glCanvases(by *actor) []*canvas {
	var out []*canvas
	for _, cv := range v.canvases() {
		if cv.gl && slices.ContainsFunc(cv.calls, func(c call) bool { return c.by == by }) {
			out = append(out, cv)
		}
	}
	return out
}

func glSteps(cv *canvas) int { return uses(playing(cv.calls, roleDraw)) }

// judgeGL weighs the signs of a script's calls on some drawing areas.
func (v *View) judgeGL(a act, areas []*canvas) []verdict {
	var calls []call
	steps, shown, scene := 0, false, false
	for _, cv := range areas {
		for _, c := range cv.calls {
			if c.by == a.by && c.plays(roleGL|roleRead) {
				calls = append(calls, c)
			}
		}
		steps += glSteps(cv)
		shown = shown || cv.shown
		scene = scene || slices.ContainsFunc(playing(cv.calls, roleShader), isLongShader)
	}
	return perPhase(inOrder(calls), func(calls []call) (verdict, bool) {
		reads := playing(calls, roleRead|roleGLPixels)
		picture := steps > 0 && readsPicture(reads, roleRead, 2, 3)
		parameters := playing(calls, roleParameter)
		different := differentArgs(parameters)
		asked := append(slices.Clip(parameters), playing(calls, rolePrecision|roleExtensions)...)
		var s signs
		s.add("model", slices.ContainsFunc(calls, asksModel))
		s.add("maker", asksBoth(parameters))
		s.add("picture", picture)
		s.add("parameters", different >= manyParameters)
		s.add("all-parameters", different >= allParameters)
		s.add("precision", differentArgs(playing(calls, rolePrecision)) >= manyPrecisions)
		s.add("extensions", len(playing(calls, roleExtensions)) > 0)
		s.add("hidden", !shown)
		s.add("shown", shown)
		s.add("identity", names(parameters) >= manyNames)
		s.add("scene", scene)
		s.add("steady", steps > steadySteps)
		s.add("company", len(v.companyBut(a.by, "webgl")) >= 2)
		if picture {
			asked = append(asked, reads...)
			s.add("gesture", every(reads, afterGesture))
		} else {
			s.add("gesture", every(asked, afterGesture))
		}
		points, certainty, ok := theRules().webgl.weigh(s)
		if !ok || len(asked) == 0 {
			return verdict{}, false
		}
		return verdict{
			by:        a.by,
			calls:     inOrder(asked),
			certainty: certainty,
			severity:  glSeverity(s),
			args: map[string]string{
				"api":        members(asked),
				"parameters": strconv.Itoa(different),
				"signs":      s.String(),
				"points":     strconv.Itoa(points),
			},
		}, true
	})
}

// differentArgs counts the different arguments of calls.
func differentArgs(calls []call) int {
	seen := map[string]bool{}
	for _, c := range calls {
		seen[strings.Join(c.Args, "\x00")] = true
	}
	return len(seen)
}
