package consent

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A rgba is a colour in sRGB, each part 0 to 1.
type rgba struct{ r, g, b, a float64 }

// parseColour reads a computed CSS colour. Chrome writes rgb(), rgba(), color(),
// oklab(), oklch(), lab() and lch().
// https://www.w3.org/TR/css-color-4/#serializing-color-values
func parseColour(s string) (rgba, bool) {
	name, rest, ok := strings.Cut(strings.ToLower(strings.TrimSpace(s)), "(")
	if !ok {
		if name == "transparent" {
			return rgba{}, true
		}
		return rgba{}, false
	}
	rest, _, ok = strings.Cut(rest, ")")
	if !ok {
		return rgba{}, false
	}
	space := ""
	if name == "color" {
		space, rest, _ = strings.Cut(strings.TrimSpace(rest), " ")
	}
	v, ok := numbers(rest)
	if !ok || len(v) < 3 {
		return rgba{}, false
	}
	alpha := 1.0
	if len(v) > 3 {
		alpha = v[3]
	}
	switch name {
	case "rgb", "rgba":
		return rgba{v[0] / 255, v[1] / 255, v[2] / 255, alpha}.clamp(), true
	case "color":
		// Wide colour spaces are near enough to sRGB for a comparison.
		return rgba{v[0], v[1], v[2], alpha}.clamp(), space == "srgb" || space == "display-p3" || space == "a98-rgb"
	case "oklab":
		return oklab(v[0], v[1], v[2], alpha), true
	case "oklch":
		return oklab(v[0], v[1]*math.Cos(v[2]*math.Pi/180), v[1]*math.Sin(v[2]*math.Pi/180), alpha), true
	case "lab":
		return lab(v[0], v[1], v[2], alpha), true
	case "lch":
		return lab(v[0], v[1]*math.Cos(v[2]*math.Pi/180), v[1]*math.Sin(v[2]*math.Pi/180), alpha), true
	}
	return rgba{}, false
}

func numbers(s string) ([]float64, bool) {
	var out []float64
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '/' }) {
		if f == "none" {
			out = append(out, 0)
			continue
		}
		f, percent := strings.CutSuffix(f, "%")
		n, err := strconv.ParseFloat(f, 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, false
		}
		if percent {
			n /= 100
		}
		out = append(out, n)
	}
	return out, true
}

func (c rgba) clamp() rgba {
	f := func(x float64) float64 { return min(1, max(0, x)) }
	return rgba{f(c.r), f(c.g), f(c.b), f(c.a)}
}

// oklab converts from Oklab. https://bottosson.github.io/posts/oklab/
func oklab(l, a, b, alpha float64) rgba {
	cube := func(x float64) float64 { return x * x * x }
	p := cube(l + 0.3963377774*a + 0.2158037573*b)
	q := cube(l - 0.1055613458*a - 0.0638541728*b)
	s := cube(l - 0.0894841775*a - 1.2914855480*b)
	return linear(
		4.0767416621*p-3.3077115913*q+0.2309699292*s,
		-1.2684380046*p+2.6097574011*q-0.3413193965*s,
		-0.0041960863*p-0.7034186147*q+1.7076147010*s, alpha)
}

// lab converts from CIE Lab with white point D50.
// https://www.w3.org/TR/css-color-4/#color-conversion-code
func lab(l, a, b, alpha float64) rgba {
	const kappa, eps = 24389.0 / 27, 216.0 / 24389
	fy := (l + 16) / 116
	fx, fz := a/500+fy, fy-b/200
	inv := func(f float64) float64 {
		if c := f * f * f; c > eps {
			return c
		}
		return (116*f - 16) / kappa
	}
	x, y, z := inv(fx)*0.9642956764, inv(fy), inv(fz)*0.8251046025
	return linear(
		3.1341359569*x-1.6173863321*y-0.4906619460*z,
		-0.9787954765*x+1.9162543773*y+0.0334427360*z,
		0.0719489880*x-0.2289600480*y+1.4052427000*z, alpha)
}

// linear turns linear light into sRGB.
func linear(r, g, b, alpha float64) rgba {
	f := func(x float64) float64 {
		if x <= 0.0031308 {
			return 12.92 * x
		}
		return 1.055*math.Pow(x, 1/2.4) - 0.055
	}
	return rgba{f(r), f(g), f(b), alpha}.clamp()
}

// over puts a colour on another.
func (c rgba) over(under rgba) rgba {
	mix := func(a, b float64) float64 { return a*c.a + b*(1-c.a) }
	return rgba{mix(c.r, under.r), mix(c.g, under.g), mix(c.b, under.b), 1}
}

func (c rgba) hex() string {
	n := func(x float64) int { return int(math.Round(x * 255)) }
	return fmt.Sprintf("#%02x%02x%02x", n(c.r), n(c.g), n(c.b))
}

// apart reports whether two colours can be told apart at a glance.
func (c rgba) apart(d rgba) bool {
	x, y, z := c.r-d.r, c.g-d.g, c.b-d.b
	return math.Sqrt(x*x+y*y+z*z) > 0.08
}

// paint reads a background: a colour, or the first colour of a gradient. Ok is
// false for pictures.
func paint(s string) (rgba, bool) {
	if c, ok := parseColour(s); ok {
		return c, true
	}
	if !strings.Contains(s, "gradient") {
		return rgba{}, false
	}
	for _, name := range []string{"rgba(", "rgb(", "color(", "oklch(", "oklab(", "lab(", "lch("} {
		if i := strings.Index(s, name); i >= 0 {
			if c, ok := parseColour(s[i:]); ok {
				return c, true
			}
		}
	}
	return rgba{}, false
}

// layered mixes backgrounds that lie over each other, the uppermost first, on
// white. Ok is false if a picture hides what there is.
func layered(list []string) (rgba, bool) {
	out := rgba{1, 1, 1, 1}
	for i := len(list) - 1; i >= 0; i-- {
		c, ok := paint(list[i])
		if !ok {
			return rgba{}, false
		}
		out = c.over(out)
	}
	return out, true
}
