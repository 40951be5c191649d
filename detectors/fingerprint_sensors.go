package detectors

import (
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

var fingerprintSensors = &Technique{
	ID: "fingerprint-sensors",
	Doc: Doc{
		Found:    "A script listens to motion and other sensors",
		Clean:    "No script was seen listening to sensors",
		Sentence: `A script of {host} listened to sensors of the device: {sensors}.`,
		Why: "Each motion sensor has small errors of its own, which help to recognise the device. Motion also tells what " +
			"you are doing.",
		Fix: "Listen only while a game or view that needs it is in use.",
		Limits: "It counts when no click or key press came before. Views that move with the telephone listen too, so one " +
			"kind of sensor alone weighs little; it weighs more with several kinds, or when the same script reads other " +
			"properties of the device. Whether the sensors gave values is not said.",
		Severity: Low,
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

func runFingerprintSensors(v *View) []Finding {
	var list []verdict
	for _, a := range v.acts {
		list = append(list, perPhase(unasked(playing(a.calls, roleSensor|roleHandler)), func(calls []call) (verdict, bool) {
			if len(calls) == 0 {
				return verdict{}, false
			}
			sensors := sensorsOf(calls)
			severity := Low
			if len(sensors) > 1 || len(v.company(a.by)) >= 2 {
				severity = Medium
			}
			x := question(a.by, calls, severity)
			x.args["sensors"] = strings.Join(sensors, ", ")
			return x, true
		})...)
	}
	return v.findings(list)
}

// sensorsOf names the sensors that calls listen to, by the browser's own words,
// sorted.
func sensorsOf(calls []call) []string {
	var names []string
	for _, c := range calls {
		name := strings.TrimPrefix(members([]call{{Call: c.Call}}), "new ")
		if c.plays(roleListen) {
			name = c.arg(0)
		}
		names = append(names, strings.TrimPrefix(name, "on"))
	}
	slices.Sort(names)
	return slices.Compact(names)
}
