package detectors

import (
	"github.com/spoor-audit/spoor/evidence"
)

var fingerprintWebRTC = &Technique{
	ID: "fingerprint-webrtc",
	Doc: Doc{
		Found:    "A script starts a call to nobody to learn about the network",
		Clean:    "No script was seen starting a call to nobody",
		Sentence: `A script of {host} prepared a connection for calls ({api}) and never connected it to anyone.`,
		Why: "Preparing a call tells a script about your network and the sound and picture formats of your device. " +
			"It can reveal an internet address that a VPN should hide.",
		Fix: "Prepare a connection only when the visitor starts a call.",
		Limits: "Reported when a script makes a connection and an offer, opens a data channel or listens for addresses, and " +
			"never answers to another side, without a click before. A real call whose other side had not come before the " +
			"visit ended looks the same. Browsers now hide local addresses in most cases.",
		Severity: High,
		Refs: []string{
			"Englehardt, Narayanan: Online Tracking: A 1-million-site Measurement and Analysis (CCS 2016)",
			"IETF RFC 8828: WebRTC IP Address Handling Requirements",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runFingerprintWebRTC,
}

func runFingerprintWebRTC(v *View) []Finding { return v.findings(Once(v, "webrtc", webrtcVerdicts)) }

func webrtcVerdicts(v *View) []verdict {
	connected := map[string]bool{} // hosts whose scripts answer to another side
	for _, c := range playing(v.calls, roleRemote) {
		connected[c.by.host] = true
	}
	var list []verdict
	for _, a := range v.acts {
		if connected[a.by.host] {
			continue
		}
		list = append(list, perPhase(a.calls, func(calls []call) (verdict, bool) {
			offer, looks := playing(calls, roleOffer), playing(calls, roleChannel|roleAddress)
			if len(offer) == 0 || len(looks) == 0 || len(unasked(offer)) == 0 {
				return verdict{}, false
			}
			rests := playing(calls, roleConnection|roleOffer|roleChannel|roleAddress)
			return verdict{
				by:        a.by,
				calls:     rests,
				certainty: Inferred,
				severity:  High,
				args:      map[string]string{"api": members(rests)},
			}, true
		})...)
	}
	return list
}
