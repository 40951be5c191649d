package fingerprint

import (
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/evidence"
)

// Fonts is the technique fingerprint-fonts.
var Fonts = &detectors.Technique{
	ID: "fingerprint-fonts",
	Doc: detectors.Doc{
		Found:    "A script tries out which fonts are installed",
		Clean:    "No script was seen trying out which fonts are installed",
		Sentence: `A script of {host} tried out {fonts} fonts with {api}.`,
		Why: "Which fonts are installed depends on the programs and languages you use. The list helps to recognise your " +
			"device.",
		Fix: "Ask the supplier of the script to leave this out, or load the script only after the visitor has agreed.",
		Limits: "Counts the different font families that one script measures: by the width of text in a canvas, by the size " +
			"of elements on the page, by asking whether a font is there, or by loading it from the device. From 20 on it is " +
			"reported if the script also measures a fallback to compare with, or asks instead of measuring; else from 50 " +
			"on, as in published studies. Pages set far fewer fonts. A font menu that measures its samples can be reported " +
			"by mistake when it does so without a click. Fonts set through style sheets instead of on the element are not seen.",
		Severity: detectors.High,
		Refs: []string{
			"Englehardt, Narayanan: Online Tracking: A 1-million-site Measurement and Analysis (CCS 2016)",
			"Fifield, Egelman: Fingerprinting Web Users Through Font Metrics (FC 2015)",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runFingerprintFonts,
}

func runFingerprintFonts(v *detectors.View) []detectors.Finding {
	return v.Findings(detectors.Once(v, "fonts", fontVerdicts))
}

// How many different fonts a script tries before it is reported. Libraries try
// 40 to 500 (FingerprintJS 5: 54), pages set up to about ten. A font menu can
// measure more, but it has no need to measure what the fallback looks like, to
// compare; without that the published number counts.
const (
	minFonts        = 20
	publishedNumber = 50 // Englehardt, Narayanan 2016
)

func fontVerdicts(v *detectors.View) []detectors.Verdict {
	var list []detectors.Verdict
	for _, a := range v.Acts {
		list = append(list, detectors.PerPhase(a.Calls, func(calls []detectors.Call) (detectors.Verdict, bool) {
			tried := triedFonts(calls)
			if !tried.enough() || detectors.Every(tried.calls, detectors.AfterGesture) {
				return detectors.Verdict{}, false
			}
			return detectors.Verdict{
				By:        a.By,
				Calls:     tried.calls,
				Certainty: detectors.Observed,
				Severity:  detectors.High,
				Args:      map[string]string{"fonts": strconv.Itoa(len(tried.families)), "api": detectors.Members(tried.calls)},
			}, true
		})...)
	}
	return list
}

// A trying of fonts by one script.
type trying struct {
	families map[string]bool // but for those that CSS maps to whatever is there
	calls    []detectors.Call
	asked    int  // families that were asked for instead of measured
	compared bool // a fallback was measured alone
}

// enough reports whether so many fonts were tried that it is for the list.
func (t *trying) enough() bool {
	n := len(t.families)
	return n >= publishedNumber || n >= minFonts && (t.compared || t.asked >= minFonts)
}

// try notes that a call measures or asks for a family.
func (t *trying) try(c detectors.Call, family string, asks bool) {
	switch {
	case family == "":
	case theRules().generic[family]:
		t.compared = true
	case !t.families[family] && asks:
		t.asked++
		fallthrough
	default:
		t.families[family] = true
		t.calls = append(t.calls, c)
	}
}

// triedFonts finds the font families that calls measure or ask for.
func triedFonts(calls []detectors.Call) trying {
	t := trying{families: map[string]bool{}}
	var set []detectors.Call
	measured := 0
	for _, c := range calls {
		switch {
		case c.Plays(apis.Measure):
			measured += max(c.Count, 1)
			if c.Result != nil && c.Result.Text != "" {
				t.try(c, familyOfShorthand(c.Result.Text), false)
			}
		case c.Plays(apis.Font):
			set = append(set, c)
		case c.Plays(apis.Size):
			if c.Object != nil {
				t.try(c, familyOf(c.Object.Font), false)
			}
		case c.Plays(apis.Check | apis.Load):
			t.try(c, familyOfShorthand(c.Arg(0)), true)
		case c.Plays(apis.Face):
			if source := strings.ToLower(c.Arg(1)); strings.Contains(source, "local(") {
				t.try(c, familyOf(c.Arg(0)), true)
			}
		}
	}
	// Where measuring does not tell the font, the fonts set in between do.
	if measured >= minFonts && len(set) >= minFonts {
		for _, c := range set {
			t.try(c, familyOfShorthand(c.Arg(0)), false)
		}
	}
	t.calls = detectors.InOrder(t.calls)
	return t
}
