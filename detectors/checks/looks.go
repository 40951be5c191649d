package checks

import (
	"math"
	"strconv"

	"github.com/spoor-audit/spoor/evidence"
)

// Thresholds of button-prominence-asymmetry; docs/consent.md 2.2.
const (
	minText    = 3.0  // WCAG contrast of a label, below which it is hard to read
	minFont    = 0.75 // size of the label that refuses, to the other
	hugeArea   = 2.0  // area of the button that accepts, to the other
	largeArea  = 1.5
	strongFill = 2.0 // contrast of the button that accepts with the dialog, to the other
	otherColor = 5.0 // dE ITP
)

// buttonProminenceAsymmetry: does accepting stand out over refusing?
func buttonProminenceAsymmetry(c *Case) Verdict {
	accept, reject, v := c.pair()
	if accept == nil {
		return v
	}
	n, ok := compare(accept, reject)
	if !ok {
		return unknown("no-colours")
	}
	sure := min(likely, accept.Certainty, reject.Certainty)
	switch {
	case n.text < minText:
		v = fail("unreadable", sure)
	case n.font < minFont && n.area >= hugeArea:
		v = fail("small", sure)
	case n.fill >= strongFill || n.area >= largeArea || accept.Filled && reject.Outline || n.color > otherColor:
		v = warn("warn", sure)
	default:
		v = pass()
		v.Reason = "even"
	}
	return v.with("accept", accept.Label, "reject", reject.Label, "area", tenth(n.area), "text", tenth(n.text),
		"fill", tenth(n.fill), "font", tenth(n.font), "colour", tenth(n.color)).on(c.dialogEvidence()...)
}

func tenth(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// A prominence compares the button that accepts with the one that refuses.
type prominence struct {
	area  float64 // accept to reject
	text  float64 // WCAG contrast of the label that refuses with what is behind it
	fill  float64 // contrast with the dialog, accept to reject
	font  float64 // reject to accept
	color float64 // dE ITP between the dominant colours
}

// compare computes the five numbers; false if a size or colour is not known.
func compare(accept, reject *evidence.Button) (prominence, bool) {
	a, okA := paintOf(accept)
	r, okR := paintOf(reject)
	areaA, areaR := area(accept), area(reject)
	if !okA || !okR || areaA <= 0 || areaR <= 0 {
		return prominence{}, false
	}
	n := prominence{
		area:  areaA / areaR,
		text:  contrast(r.label, r.fill),
		fill:  contrast(a.fill, a.around) / contrast(r.fill, r.around),
		font:  1,
		color: a.fill.distance(r.fill),
	}
	if accept.FontPx > 0 && reject.FontPx > 0 {
		n.font = reject.FontPx / accept.FontPx
	}
	return n, true
}

func area(b *evidence.Button) float64 { return float64(b.Box[2]) * float64(b.Box[3]) }

// A paint is the colours of a button.
type paint struct{ label, fill, around rgb }

// paintOf reads the colours of a button; one without a fill of its own shows
// what is behind it.
func paintOf(b *evidence.Button) (paint, bool) {
	around, ok := parseColor(b.Around)
	if !ok {
		return paint{}, false
	}
	label, ok := parseColor(b.Color)
	if !ok {
		return paint{}, false
	}
	fill := around
	if b.Filled {
		if fill, ok = parseColor(b.Fill); !ok {
			return paint{}, false
		}
	}
	return paint{label, fill, around}, true
}

// An rgb is a colour of sRGB, each part from 0 to 1.
type rgb [3]float64

// parseColor reads "#rrggbb".
func parseColor(s string) (rgb, bool) {
	if len(s) != 7 || s[0] != '#' {
		return rgb{}, false
	}
	n, err := strconv.ParseUint(s[1:], 16, 32)
	if err != nil {
		return rgb{}, false
	}
	return rgb{float64(n>>16&255) / 255, float64(n>>8&255) / 255, float64(n&255) / 255}, true
}

// linear takes the curve of sRGB off (IEC 61966-2-1).
func (c rgb) linear() rgb {
	for i, x := range c {
		if x <= 0.04045 {
			c[i] = x / 12.92
		} else {
			c[i] = math.Pow((x+0.055)/1.055, 2.4)
		}
	}
	return c
}

// luminance is the relative luminance of WCAG 2.2.
func (c rgb) luminance() float64 {
	l := c.linear()
	return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2]
}

// contrast is the contrast ratio of WCAG 2.2, 1 to 21.
func contrast(a, b rgb) float64 {
	la, lb := a.luminance(), b.luminance()
	if la < lb {
		la, lb = lb, la
	}
	return (la + 0.05) / (lb + 0.05)
}

// whiteNits is how bright white is taken to be, in cd/m2: that of graphics by
// ITU-R BT.2408.
const whiteNits = 203

// itp puts a colour into ICtCp (ITU-R BT.2100) by way of BT.2020 primaries.
func (c rgb) itp() [3]float64 {
	l := c.linear()
	r := 0.627404*l[0] + 0.329283*l[1] + 0.043313*l[2]
	g := 0.069097*l[0] + 0.919540*l[1] + 0.011362*l[2]
	b := 0.016391*l[0] + 0.088013*l[1] + 0.895595*l[2]
	lms := [3]float64{
		(1688*r + 2146*g + 262*b) / 4096,
		(683*r + 2951*g + 462*b) / 4096,
		(99*r + 309*g + 3688*b) / 4096,
	}
	for i, x := range lms {
		lms[i] = perceptual(x * whiteNits / 10000)
	}
	return [3]float64{
		0.5*lms[0] + 0.5*lms[1],
		(6610*lms[0] - 13613*lms[1] + 7003*lms[2]) / 4096,
		(17933*lms[0] - 17390*lms[1] - 543*lms[2]) / 4096,
	}
}

// perceptual is the inverse EOTF of SMPTE ST 2084.
func perceptual(x float64) float64 {
	const m1, m2, c1, c2, c3 = 2610.0 / 16384, 2523.0 / 32, 3424.0 / 4096, 2413.0 / 128, 2392.0 / 128
	p := math.Pow(max(x, 0), m1)
	return math.Pow((c1+c2*p)/(1+c3*p), m2)
}

// distance is the colour difference dE ITP of ITU-R BT.2124: 1 is just to be
// seen.
func (c rgb) distance(d rgb) float64 {
	a, b := c.itp(), d.itp()
	i, t, p := a[0]-b[0], (a[1]-b[1])/2, a[2]-b[2]
	return 720 * math.Sqrt(i*i+t*t+p*p)
}
