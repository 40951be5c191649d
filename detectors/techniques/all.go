// Package techniques owns the list of all techniques. What each looks for stands in the
// packages below, by what they look at; this one knows them all, and they know
// nothing of it.
package techniques

import (
	"slices"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/techniques/fingerprint"
	"github.com/spoor-audit/spoor/detectors/techniques/flows"
	"github.com/spoor-audit/spoor/detectors/techniques/mail"
	"github.com/spoor-audit/spoor/detectors/techniques/network"
	"github.com/spoor-audit/spoor/detectors/techniques/pixels"
	"github.com/spoor-audit/spoor/detectors/techniques/prompts"
	"github.com/spoor-audit/spoor/detectors/techniques/recording"
	"github.com/spoor-audit/spoor/detectors/techniques/respawn"
	"github.com/spoor-audit/spoor/detectors/techniques/storage"
	"github.com/spoor-audit/spoor/detectors/techniques/typing"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// all lists the techniques by hand, alphabetically by ID.
var all = [...]*detectors.Technique{
	pixels.AdPixelEvent,
	network.Beacon,
	flows.BounceTracking,
	network.CNAMECloaking,
	flows.CookieSync,
	storage.CookiesFirstParty,
	storage.CookiesThirdParty,
	mail.EmailTracking,
	respawn.ETagRespawn,
	fingerprint.Audio,
	fingerprint.Battery,
	fingerprint.Canvas,
	fingerprint.Fonts,
	fingerprint.MediaDevices,
	fingerprint.Navigator,
	fingerprint.Screen,
	fingerprint.Script,
	fingerprint.Sensors,
	fingerprint.WebGL,
	fingerprint.WebRTC,
	typing.FormExfiltration,
	prompts.Geolocation,
	typing.HashedIdentifier,
	typing.KeyLogging,
	flows.LinkDecoration,
	prompts.NotificationPrompt,
	prompts.PermissionPrompt,
	flows.ReferrerLeak,
	storage.ServiceWorker,
	recording.SessionRecording,
	network.SocialWidget,
	storage.Cache,
	storage.IndexedDB,
	storage.Local,
	storage.Session,
	network.ThirdPartyRequest,
	network.TrackerRequest,
	network.TrackingPixel,
	network.WebSocket,
}

// Run judges a visit by all techniques that are chosen; see [detectors.Run].
func Run(v *evidence.Visit, db *signatures.DB, opts detectors.Options) detectors.Judgement {
	return detectors.Run(all[:], v, db, opts)
}

// All returns every technique, sorted by ID.
func All() []*detectors.Technique { return slices.Clone(all[:]) }

// ByID returns the technique of an ID.
func ByID(id string) (*detectors.Technique, bool) {
	for _, t := range all {
		if t.ID == id {
			return t, true
		}
	}
	return nil, false
}
