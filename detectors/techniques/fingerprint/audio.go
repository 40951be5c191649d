package fingerprint

import (
	"slices"
	"strconv"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/evidence"
)

// Audio is the technique fingerprint-audio.
var Audio = &detectors.Technique{
	ID: "fingerprint-audio",
	Doc: detectors.Doc{
		Found:    "A script computes a silent sound to recognise the device",
		Clean:    "No script was seen computing a silent sound to recognise the device",
		Sentence: `A script of {host} computed a sound that is never played and read the result with {api}.`,
		Why: "The same sound is computed slightly differently on each kind of device and browser. The result helps to " +
			"recognise you without a cookie.",
		Fix: "Ask the supplier of the script to leave this out, or load the script only after the visitor has agreed.",
		Limits: "Reported when one script makes a tone, lets the browser compute it without a loudspeaker in at most 5 " +
			"seconds of sound, and reads the samples; or when it makes a tone, sends it through an analyser and a " +
			"compressor or script node, and reads the analyser without a click. Players that decode a sound file, " +
			"visualisers of music and instruments played by the visitor are left out. Music software that renders short " +
			"tones ahead and reads them can be reported by mistake; work divided over scripts of different hosts is missed.",
		Severity: detectors.High,
		Refs: []string{
			"Englehardt, Narayanan: Online Tracking: A 1-million-site Measurement and Analysis (CCS 2016)",
			"W3C Web Audio API, section Privacy considerations",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runFingerprintAudio,
}

func runFingerprintAudio(v *detectors.View) []detectors.Finding {
	return v.Findings(detectors.Once(v, "audio", audioVerdicts))
}

// longestTest is the length in seconds of sound that still is a test: those in
// use compute a tenth of a second to one second; music is longer.
const longestTest = 5.0

// audioRoles are what a test sound is made and read with.
const audioRoles = apis.Offline | apis.Tone | apis.Shape | apis.Analyser | apis.Analyse | apis.Render | apis.Samples | apis.File

// audioVerdicts judges the sound calls of scripts.
func audioVerdicts(v *detectors.View) []detectors.Verdict {
	// A player that decodes files reads samples too: not for another script.
	plays := func(calls []detectors.Call) bool { return len(detectors.Playing(calls, apis.File)) > 0 }
	return together(v, audioRoles, plays, func(calls []detectors.Call) (detectors.Verdict, bool) { return judgeAudio(v, calls) })
}

// judgeAudio says whether calls make a sound only to read how it was computed.
func judgeAudio(v *detectors.View, calls []detectors.Call) (detectors.Verdict, bool) {
	source := detectors.Playing(calls, apis.Tone|apis.Shape)
	samples := detectors.Playing(calls, apis.Samples)
	offline := slices.DeleteFunc(detectors.Playing(calls, apis.Offline), isMusic)
	render := detectors.Playing(calls, apis.Render)
	analyse := detectors.Playing(calls, apis.Analyse)
	var rests []detectors.Call
	switch {
	case len(source) > 0 && len(offline) > 0 && len(render) > 0 && len(samples) > 0:
		rests = slices.Concat(offline, source, render, samples)
		if detectors.Every(samples, detectors.AfterGesture) && len(companyBut(v, samples[0].By, "audio")) < 2 {
			return detectors.Verdict{}, false // an instrument that the visitor plays
		}
	case len(detectors.Playing(calls, apis.Tone)) > 0 && len(detectors.Playing(calls, apis.Shape)) > 0 && len(detectors.Playing(calls, apis.Analyser)) > 0 && len(detectors.Unasked(analyse)) > 0:
		rests = slices.Concat(source, detectors.Playing(calls, apis.Analyser), analyse)
		samples = analyse
	default:
		return detectors.Verdict{}, false
	}
	return detectors.Verdict{
		By:        samples[0].By,
		Calls:     detectors.InOrder(rests),
		Certainty: detectors.Observed,
		Severity:  detectors.High,
		Args:      map[string]string{"api": detectors.Members(samples)},
	}, true
}

// isMusic reports whether a new OfflineAudioContext (channels, length, rate) is
// too long for a test.
func isMusic(c detectors.Call) bool {
	length, errL := strconv.ParseFloat(c.Arg(1), 64)
	rate, errR := strconv.ParseFloat(c.Arg(2), 64)
	return errL == nil && errR == nil && rate > 0 && length/rate > longestTest
}
