package detectors

import (
	"slices"
	"strconv"

	"github.com/spoor-audit/spoor/evidence"
)

var fingerprintAudio = &Technique{
	ID: "fingerprint-audio",
	Doc: Doc{
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
		Severity: High,
		Refs: []string{
			"Englehardt, Narayanan: Online Tracking: A 1-million-site Measurement and Analysis (CCS 2016)",
			"W3C Web Audio API, section Privacy considerations",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runFingerprintAudio,
}

func runFingerprintAudio(v *View) []Finding { return v.findings(Once(v, "audio", audioVerdicts)) }

// longestTest is the length in seconds of sound that still is a test: those in
// use compute a tenth of a second to one second; music is longer.
const longestTest = 5.0

// audioVerdicts judges the sound calls of each script; then those of all scripts
// of one host together, for bundles in several files.
func audioVerdicts(v *View) []verdict {
	var list []verdict
	hosts := map[string][]call{}
	for _, a := range v.acts {
		calls := playing(a.calls, roleOffline|roleTone|roleShape|roleAnalyser|roleAnalyse|roleRender|roleSamples|roleFile)
		list = append(list, perPhase(calls, v.judgeAudio)...)
		if len(calls) > 0 {
			hosts[a.by.host] = append(hosts[a.by.host], calls...)
		}
	}
	found := map[string]bool{}
	for _, x := range list {
		found[x.by.host] = true
	}
	for _, a := range v.acts { // in order, once for each host
		calls := hosts[a.by.host]
		delete(hosts, a.by.host)
		// A player that decodes files reads samples too: not for another script.
		if !found[a.by.host] && len(playing(calls, roleFile)) == 0 {
			list = append(list, perPhase(inOrder(calls), v.judgeAudio)...)
		}
	}
	return list
}

// judgeAudio says whether calls make a sound only to read how it was computed.
func (v *View) judgeAudio(calls []call) (verdict, bool) {
	source := playing(calls, roleTone|roleShape)
	samples := playing(calls, roleSamples)
	offline := slices.DeleteFunc(playing(calls, roleOffline), isMusic)
	render := playing(calls, roleRender)
	analyse := playing(calls, roleAnalyse)
	var rests []call
	switch {
	case len(source) > 0 && len(offline) > 0 && len(render) > 0 && len(samples) > 0:
		rests = slices.Concat(offline, source, render, samples)
		if every(samples, afterGesture) && len(v.companyBut(samples[0].by, "audio")) < 2 {
			return verdict{}, false // an instrument that the visitor plays
		}
	case len(playing(calls, roleTone)) > 0 && len(playing(calls, roleShape)) > 0 && len(playing(calls, roleAnalyser)) > 0 && len(unasked(analyse)) > 0:
		rests = slices.Concat(source, playing(calls, roleAnalyser), analyse)
		samples = analyse
	default:
		return verdict{}, false
	}
	return verdict{
		by:        samples[0].by,
		calls:     inOrder(rests),
		certainty: Observed,
		severity:  High,
		args:      map[string]string{"api": members(samples)},
	}, true
}

// isMusic reports whether a new OfflineAudioContext (channels, length, rate) is
// too long for a test.
func isMusic(c call) bool {
	length, errL := strconv.ParseFloat(c.arg(1), 64)
	rate, errR := strconv.ParseFloat(c.arg(2), 64)
	return errL == nil && errR == nil && rate > 0 && length/rate > longestTest
}
