package apis

import "fmt"

// A Role is a part that an API plays in the rules; apis.yaml says which play
// which. A set of roles is their sum.
type Role uint64

// The roles.
const (
	FillText Role = 1 << iota
	StrokeText
	Fill
	Stroke
	Font
	Blend
	Curve
	Copy
	Photo
	Step
	Read
	Pixels
	Measure
	Parameter
	Precision
	Extensions
	Draw
	GLPixels
	GL
	Shader
	Context
	Model
	Offline
	Tone
	Shape
	Analyser
	Analyse
	Render
	Samples
	File
	Size
	Check
	Load
	Face
	Connection
	Channel
	Offer
	Address
	Remote
	Battery
	Location
	Notify
	MediaList
	MediaUse
	Listen
	Sensor
	Handler
	MediaQuery
	Keys
)

// names holds the names of the roles in apis.yaml, in the order of the
// constants.
var names = [...]string{
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

// ofName returns the role of a name.
func ofName(name string) (Role, error) {
	for i, n := range names {
		if n == name {
			return 1 << i, nil
		}
	}
	return 0, fmt.Errorf("detectors: apis.yaml: no rule knows the role %q", name)
}
