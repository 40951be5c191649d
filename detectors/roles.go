package detectors

import (
	"fmt"
)

// A role is a part that an API plays in the rules; apis.yaml says which play
// which. A set of roles is their sum.
type role uint64

// The roles.
const (
	roleFillText role = 1 << iota
	roleStrokeText
	roleFill
	roleStroke
	roleFont
	roleBlend
	roleCurve
	roleCopy
	rolePhoto
	roleStep
	roleRead
	rolePixels
	roleMeasure
	roleParameter
	rolePrecision
	roleExtensions
	roleDraw
	roleGLPixels
	roleGL
	roleShader
	roleContext
	roleModel
	roleOffline
	roleTone
	roleShape
	roleAnalyser
	roleAnalyse
	roleRender
	roleSamples
	roleFile
	roleSize
	roleCheck
	roleLoad
	roleFace
	roleConnection
	roleChannel
	roleOffer
	roleAddress
	roleRemote
	roleBattery
	roleLocation
	roleNotify
	roleMediaList
	roleMediaUse
	roleListen
	roleSensor
	roleHandler
	roleMediaQuery
	roleKeys
)

// roleNames holds the names of the roles in apis.yaml, in the order of the
// constants.
var roleNames = [...]string{
	"canvas-fill-text",
	"canvas-stroke-text",
	"canvas-fill-colour",
	"canvas-stroke-colour",
	"canvas-font",
	"canvas-blend",
	"canvas-curve",
	"canvas-copy",
	"canvas-photo",
	"canvas-step",
	"canvas-read",
	"canvas-pixels",
	"canvas-measure",
	"webgl-parameter",
	"webgl-precision",
	"webgl-extensions",
	"webgl-draw",
	"webgl-pixels",
	"webgl-any",
	"webgl-shader",
	"webgl-context",
	"gpu-model",
	"audio-offline",
	"audio-tone",
	"audio-shape",
	"audio-analyser",
	"audio-analyse",
	"audio-render",
	"audio-read",
	"audio-file",
	"font-size",
	"font-check",
	"font-load",
	"font-face",
	"webrtc-connection",
	"webrtc-channel",
	"webrtc-offer",
	"webrtc-address",
	"webrtc-remote",
	"battery",
	"location",
	"notification",
	"media-list",
	"media-use",
	"listen",
	"sensor",
	"sensor-handler",
	"media-query",
	"keys",
}

// roleOf returns the role of a name.
func roleOf(name string) (role, error) {
	for i, n := range roleNames {
		if n == name {
			return 1 << i, nil
		}
	}
	return 0, fmt.Errorf("detectors: apis.yaml: no rule knows the role %q", name)
}
