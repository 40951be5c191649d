package detectors

import (
	"slices"
)

// all lists the techniques by hand, alphabetically by ID.
var all = [...]*Technique{
	adPixelEvent,
	beacon,
	bounceTracking,
	cnameCloaking,
	cookieSync,
	cookiesFirstParty,
	cookiesThirdParty,
	emailTracking,
	etagRespawn,
	fingerprintAudio,
	fingerprintBattery,
	fingerprintCanvas,
	fingerprintFonts,
	fingerprintMediaDevices,
	fingerprintNavigator,
	fingerprintScreen,
	fingerprintScript,
	fingerprintSensors,
	fingerprintWebGL,
	fingerprintWebRTC,
	formExfiltration,
	geolocation,
	hashedIdentifier,
	keyLogging,
	linkDecoration,
	notificationPrompt,
	permissionPrompt,
	referrerLeak,
	serviceWorker,
	sessionRecording,
	socialWidget,
	storageCache,
	storageIndexedDB,
	storageLocal,
	storageSession,
	thirdPartyRequest,
	trackerRequest,
	trackingPixel,
	websocket,
}

// All returns every technique, sorted by ID.
func All() []*Technique { return slices.Clone(all[:]) }

// ByID returns the technique of an ID.
func ByID(id string) (*Technique, bool) {
	for _, t := range all {
		if t.ID == id {
			return t, true
		}
	}
	return nil, false
}
