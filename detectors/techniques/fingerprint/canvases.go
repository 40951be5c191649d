package fingerprint

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/evidence"
)

// A canvas is one drawing area in one document or worker, with all calls on it,
// whichever script made them.
type canvas struct {
	calls []detectors.Call // in order of time
	shown bool             // it stood on the page at some call
	gl    bool             // it was drawn on through WebGL
}

// canvases groups calls by the canvas that they were made on, in order of their
// first calls. Where the
// record does not number its canvases, a script has one in each document.
func canvases(v *detectors.View) []*canvas { return detectors.Once(v, "canvases", gatherCanvases) }

func gatherCanvases(v *detectors.View) []*canvas {
	var out []*canvas
	type key struct {
		in     evidence.TargetID
		number int
		by     *detectors.Actor
	}
	index := map[key]*canvas{}
	for _, c := range v.Calls {
		k := key{in: c.In}
		switch o := c.Object; {
		case o != nil && o.Number > 0 && strings.HasSuffix(o.Kind, "canvas"):
			k.number = o.Number
		case o == nil && c.Plays(apis.Step|apis.Read|apis.Pixels|apis.GL):
			k.by = c.By
		default:
			continue
		}
		cv := index[k]
		if cv == nil {
			cv = &canvas{}
			index[k] = cv
			out = append(out, cv)
		}
		cv.calls = append(cv.calls, c)
		cv.shown = cv.shown || c.Object != nil && c.Object.Shown
		cv.gl = cv.gl || c.Plays(apis.GL) || c.Plays(apis.Context) && strings.Contains(c.Arg(0), "webgl")
	}
	return out
}

// A reading is the calls of one script that read the picture of a canvas at one
// size.
type reading struct {
	by            *detectors.Actor
	width, height int // 0 if not recorded
	calls         []detectors.Call
}

// readings returns who read the picture of a canvas, in order of the first
// calls.
func (cv *canvas) readings(roles apis.Role) []reading {
	var list []reading
	for _, c := range detectors.Playing(cv.calls, roles) {
		w, h := sizeOf(c)
		i := slices.IndexFunc(list, func(r reading) bool { return r.by == c.By && r.width == w && r.height == h })
		if i < 0 {
			i = len(list)
			list = append(list, reading{by: c.By, width: w, height: h})
		}
		list[i].calls = append(list[i].calls, c)
	}
	return list
}

// seen returns the calls on a canvas whose effect can be in a picture that was
// read: those that came before, at the same size, as a canvas that gets a new
// size is emptied. Calls are folded with the time of their first use, so a
// reading that was made several times has no known end.
func (cv *canvas) seen(reads []detectors.Call) []detectors.Call {
	if len(reads) == 0 {
		return nil
	}
	last, open := evidence.Millis(0), false
	for _, r := range reads {
		open = open || r.Count > 1
		last = max(last, r.At)
	}
	width, height := sizeOf(reads[0])
	var out []detectors.Call
	for _, c := range cv.calls {
		w, h := sizeOf(c)
		if (open || c.At <= last) && (width == 0 || w == 0 || w == width && h == height) {
			out = append(out, c)
		}
	}
	return out
}

// sizeOf returns the size of the canvas that a call was made on, 0 if it is not
// recorded.
func sizeOf(c detectors.Call) (width, height int) {
	if c.Object == nil {
		return 0, 0
	}
	return c.Object.Width, c.Object.Height
}

// minRead is the side in pixels of the smallest picture whose reading can tell
// devices apart (Englehardt, Narayanan 2016). Emoji and format tests read less.
const minRead = 16

// readsPicture reports whether readings take in a picture of a size that tells
// devices apart: one of 16 by 16 pixels, or as many pixels in parts. width and
// height say which arguments hold the size of a part.
func readsPicture(reads []detectors.Call, whole apis.Role, width, height int) bool {
	pixels := 0.0
	for _, r := range reads {
		if r.Plays(whole) {
			if o := r.Object; o == nil || o.Width == 0 || o.Width >= minRead && o.Height >= minRead {
				return true
			}
			continue
		}
		w, errW := strconv.ParseFloat(r.Arg(width), 64)
		h, errH := strconv.ParseFloat(r.Arg(height), 64)
		if errW != nil || errH != nil {
			return true // the size is not recorded: rather look than overlook
		}
		pixels += math.Abs(w) * math.Abs(h) * float64(max(r.Count, 1))
	}
	return pixels >= minRead*minRead
}

// sizeText writes a size, "240 x 60".
func sizeText(width, height int) string {
	if width == 0 || height == 0 {
		return "?"
	}
	return strconv.Itoa(width) + " x " + strconv.Itoa(height)
}

// isLossy reports whether a picture was read in a format for photos.
func isLossy(c detectors.Call) bool {
	for _, a := range c.Args {
		if strings.Contains(a, "image/jpeg") || strings.Contains(a, "image/webp") {
			return true
		}
	}
	return false
}
