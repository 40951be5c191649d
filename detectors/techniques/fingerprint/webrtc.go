package fingerprint

import (
	"slices"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/evidence"
)

// WebRTC is the technique fingerprint-webrtc.
var WebRTC = &detectors.Technique{
	ID: "fingerprint-webrtc",
	Doc: detectors.Doc{
		Found:    "A script starts a call to nobody to learn about the network",
		Clean:    "No script was seen starting a call to nobody",
		Sentence: `A script of {host} prepared a connection for calls ({api}) and never connected it to anyone.`,
		Why: "Preparing a call tells a script about your network and the sound and picture formats of your device. " +
			"It can reveal an internet address that a VPN should hide.",
		Fix: "Prepare a connection only when the visitor starts a call.",
		Limits: "Reported when a script makes a connection and an offer, opens a data channel or listens for addresses, and " +
			"never answers to another side, without a click before. A real call whose other side had not come before the " +
			"visit ended looks the same. Browsers now hide local addresses in most cases.",
		Severity: detectors.High,
		Refs: []string{
			"Englehardt, Narayanan: Online Tracking: A 1-million-site Measurement and Analysis (CCS 2016)",
			"IETF RFC 8828: WebRTC IP Address Handling Requirements",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runFingerprintWebRTC,
}

func runFingerprintWebRTC(v *detectors.View) []detectors.Finding {
	return v.Findings(detectors.Once(v, "webrtc", webrtcVerdicts))
}

// callRoles are what a call is prepared and connected with.
const callRoles = apis.Connection | apis.Offer | apis.Channel | apis.Address | apis.Remote

func webrtcVerdicts(v *detectors.View) []detectors.Verdict {
	connected := map[string]bool{} // hosts whose scripts answer to another side
	for _, c := range detectors.Playing(v.Calls, apis.Remote) {
		connected[c.By.Host] = true
	}
	connects := func(calls []detectors.Call) bool {
		return slices.ContainsFunc(calls, func(c detectors.Call) bool { return connected[c.By.Host] })
	}
	return together(v, callRoles, connects, func(calls []detectors.Call) (detectors.Verdict, bool) {
		offer, looks := detectors.Playing(calls, apis.Offer), detectors.Playing(calls, apis.Channel|apis.Address)
		if connects(calls) || len(offer) == 0 || len(looks) == 0 || len(detectors.Unasked(offer)) == 0 {
			return detectors.Verdict{}, false
		}
		return detectors.Verdict{
			By:        offer[0].By,
			Calls:     calls,
			Certainty: detectors.Inferred,
			Severity:  detectors.High,
			Args:      map[string]string{"api": detectors.Members(calls)},
		}, true
	})
}
