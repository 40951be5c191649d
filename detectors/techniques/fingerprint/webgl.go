package fingerprint

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/evidence"
)

// WebGL is the technique fingerprint-webgl.
var WebGL = &detectors.Technique{
	ID: "fingerprint-webgl",
	Doc: detectors.Doc{
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
		Severity: detectors.High,
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

func runFingerprintWebGL(v *detectors.View) []detectors.Finding {
	return v.Findings(detectors.Once(v, "webgl", webglVerdicts))
}

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
func names(parameters []detectors.Call) int {
	asked := map[string]bool{}
	for _, c := range parameters {
		if slices.Contains(strings.Fields(glNames), c.Arg(0)) {
			asked[c.Arg(0)] = true
		}
	}
	return len(asked)
}

// isLongShader reports whether a program for the graphics card is one of a 3D
// library. The record clips texts and writes their length behind.
func isLongShader(c detectors.Call) bool {
	text, length, clipped := strings.Cut(c.Arg(1), "\u2026")
	if n, err := strconv.Atoi(length); clipped && err == nil {
		return n >= longShader
	}
	return len(text) >= longShader
}

// asksModel reports whether a call asks for the exact make or model of the
// graphics card.
func asksModel(c detectors.Call) bool {
	return c.Plays(apis.Model) || c.Plays(apis.Parameter) && (c.Arg(0) == unmaskedVendor || c.Arg(0) == unmaskedRenderer)
}

// asksBoth reports whether make and model both were asked for.
func asksBoth(parameters []detectors.Call) bool {
	asked := map[string]bool{}
	for _, c := range parameters {
		asked[c.Arg(0)] = true
	}
	return asked[unmaskedVendor] && asked[unmaskedRenderer]
}

// glSeverity weighs a reading: make and model alone say less than a picture or a
// list of properties.
func glSeverity(s signs) detectors.Severity {
	for _, more := range []string{"picture", "parameters", "precision", "extensions", "company"} {
		if slices.Contains(s, more) {
			return detectors.High
		}
	}
	return detectors.Low
}

// webglVerdicts judges the WebGL calls of each script: those on drawing areas
// that show nothing to the visitor together, and those on each other one for
// itself, so that a game beside a test picture hides nothing.
func webglVerdicts(v *detectors.View) []detectors.Verdict {
	var list []detectors.Verdict
	for _, a := range v.Acts {
		var quiet []*canvas
		for _, cv := range glCanvases(v, a.By) {
			if cv.shown || glSteps(cv) > steadySteps {
				list = append(list, judgeGL(v, a, []*canvas{cv})...)
			} else {
				quiet = append(quiet, cv)
			}
		}
		if len(quiet) > 0 {
			list = append(list, judgeGL(v, a, quiet)...)
		}
	}
	return surest(list)
}

// glCanvases returns the drawing areas that a script used through WebGL or whose
// WebGL picture it read.
func glCanvases(v *detectors.View, by *detectors.Actor) []*canvas {
	var out []*canvas
	for _, cv := range canvases(v) {
		if cv.gl && slices.ContainsFunc(cv.calls, func(c detectors.Call) bool { return c.By == by }) {
			out = append(out, cv)
		}
	}
	return out
}

func glSteps(cv *canvas) int { return detectors.Uses(detectors.Playing(cv.calls, apis.Draw)) }

// judgeGL weighs the signs of a script's calls on some drawing areas.
func judgeGL(v *detectors.View, a detectors.Act, areas []*canvas) []detectors.Verdict {
	var calls []detectors.Call
	steps, shown, scene := 0, false, false
	for _, cv := range areas {
		for _, c := range cv.calls {
			if c.By == a.By && c.Plays(apis.GL|apis.Read) {
				calls = append(calls, c)
			}
		}
		steps += glSteps(cv)
		shown = shown || cv.shown
		scene = scene || slices.ContainsFunc(detectors.Playing(cv.calls, apis.Shader), isLongShader)
	}
	return detectors.PerPhase(detectors.InOrder(calls), func(calls []detectors.Call) (detectors.Verdict, bool) {
		reads := detectors.Playing(calls, apis.Read|apis.GLPixels)
		picture := steps > 0 && readsPicture(reads, apis.Read, 2, 3)
		parameters := detectors.Playing(calls, apis.Parameter)
		different := differentArgs(parameters)
		asked := append(slices.Clip(parameters), detectors.Playing(calls, apis.Precision|apis.Extensions)...)
		var s signs
		s.add("model", slices.ContainsFunc(calls, asksModel))
		s.add("maker", asksBoth(parameters))
		s.add("picture", picture)
		s.add("parameters", different >= manyParameters)
		s.add("all-parameters", different >= allParameters)
		s.add("precision", differentArgs(detectors.Playing(calls, apis.Precision)) >= manyPrecisions)
		s.add("extensions", len(detectors.Playing(calls, apis.Extensions)) > 0)
		s.add("hidden", !shown)
		s.add("shown", shown)
		s.add("identity", names(parameters) >= manyNames)
		s.add("scene", scene)
		s.add("steady", steps > steadySteps)
		s.add("company", len(companyBut(v, a.By, "webgl")) >= 2)
		if picture {
			asked = append(asked, reads...)
			s.add("gesture", detectors.Every(reads, detectors.AfterGesture))
		} else {
			s.add("gesture", detectors.Every(asked, detectors.AfterGesture))
		}
		points, certainty, ok := theRules().webgl.weigh(s)
		if !ok || len(asked) == 0 {
			return detectors.Verdict{}, false
		}
		return detectors.Verdict{
			By:        a.By,
			Calls:     detectors.InOrder(asked),
			Certainty: certainty,
			Severity:  glSeverity(s),
			Args: map[string]string{
				"api":        detectors.Members(asked),
				"parameters": strconv.Itoa(different),
				"signs":      s.String(),
				"points":     strconv.Itoa(points),
			},
		}, true
	})
}

// differentArgs counts the different arguments of calls.
func differentArgs(calls []detectors.Call) int {
	seen := map[string]bool{}
	for _, c := range calls {
		seen[strings.Join(c.Args, "\x00")] = true
	}
	return len(seen)
}
