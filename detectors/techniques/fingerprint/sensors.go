package fingerprint

import (
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/evidence"
)

// Sensors is the technique fingerprint-sensors.
var Sensors = &detectors.Technique{
	ID: "fingerprint-sensors",
	Doc: detectors.Doc{
		Found:    "A script listens to motion and other sensors",
		Clean:    "No script was seen listening to sensors",
		Sentence: `A script of {host} listened to sensors of the device: {sensors}.`,
		Why: "Each motion sensor has small errors of its own, which help to recognise the device. Motion also tells what " +
			"you are doing.",
		Fix: "Listen only while a game or view that needs it is in use.",
		Limits: "It counts when no click or key press came before. Views that move with the telephone listen too, so one " +
			"kind of sensor alone weighs little; it weighs more with several kinds, or when the same script reads other " +
			"properties of the device. Whether the sensors gave values is not said.",
		Severity: detectors.Low,
		Refs: []string{
			"Bojinov et al.: Mobile Device Identification via Sensor Fingerprinting (2014)",
			"Das et al.: The Web's Sixth Sense (CCS 2018)",
			"W3C Device Orientation and Motion",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runFingerprintSensors,
}

func runFingerprintSensors(v *detectors.View) []detectors.Finding {
	var list []detectors.Verdict
	for _, a := range v.Acts {
		list = append(list, detectors.PerPhase(detectors.Unasked(detectors.Playing(a.Calls, apis.Sensor|apis.Handler)), func(calls []detectors.Call) (detectors.Verdict, bool) {
			if len(calls) == 0 {
				return detectors.Verdict{}, false
			}
			sensors := sensorsOf(calls)
			severity := detectors.Low
			if kindsOf(sensors) > 1 || len(company(v, a.By)) >= 2 {
				severity = detectors.Medium
			}
			x := detectors.Question(a.By, calls, severity)
			x.Args["sensors"] = strings.Join(sensors, ", ")
			return x, true
		})...)
	}
	return v.Findings(list)
}

// kindsOf counts kinds of sensors: what moves with the telephone listens to its motion
// and its orientation together.
func kindsOf(sensors []string) int {
	kinds := map[string]bool{}
	for _, name := range sensors {
		if strings.HasPrefix(name, "deviceorientation") {
			name = "devicemotion"
		}
		kinds[name] = true
	}
	return len(kinds)
}

// sensorsOf names the sensors that calls listen to, by the browser's own words,
// sorted.
func sensorsOf(calls []detectors.Call) []string {
	var names []string
	for _, c := range calls {
		name := strings.TrimPrefix(detectors.Members([]detectors.Call{{Call: c.Call}}), "new ")
		if c.Plays(apis.Listen) {
			name = c.Arg(0)
		}
		names = append(names, strings.TrimPrefix(name, "on"))
	}
	slices.Sort(names)
	return slices.Compact(names)
}
