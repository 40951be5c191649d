package fingerprint

import (
	"maps"
	"strconv"
	"strings"
	"unicode"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/detectors/codes"
)

// A drawing sums up what was drawn on a canvas.
type drawing struct {
	texts   map[string]*written
	colours map[string]bool // of all text
	paints  map[string]bool // all fill colours that were set
	blended bool            // colours were mixed
	curves  int
	copies  int // of other pictures
	photos  int // copies, and pixels put in
	steps   int
	calls   []detectors.Call // that draw text or mix colours
}

// A written text, with all settings under which it was drawn.
type written struct {
	times   int // filled in
	colours map[string]bool
	fonts   map[string]bool // families
}

// A pen holds the settings of a canvas while its calls are gone through.
type pen struct{ fill, stroke, font string }

// draw sums up calls on a canvas. A text takes the colour and font that were set
// last; one that was drawn several times may also have had later ones, as calls
// are folded into their first.
func draw(calls []detectors.Call) drawing {
	d := drawing{texts: map[string]*written{}, colours: map[string]bool{}, paints: map[string]bool{}}
	var p pen
	blends := theRules().blends
	for _, c := range calls {
		n := max(c.Count, 1)
		switch {
		case c.Plays(apis.FillText):
			d.write(c, n, p.fill, p.font)
		case c.Plays(apis.StrokeText):
			d.write(c, 0, p.stroke, p.font)
		case c.Plays(apis.Fill):
			p.fill = c.Arg(0)
			d.paints[p.fill] = true
			d.rewrite(p)
		case c.Plays(apis.Stroke):
			p.stroke = c.Arg(0)
		case c.Plays(apis.Font):
			p.font = c.Arg(0)
			d.rewrite(p)
		case c.Plays(apis.Blend) && blends[c.Arg(0)]:
			d.blended = true
			d.calls = append(d.calls, c)
		}
		d.steps += n * is(c, apis.Step)
		d.curves += n * is(c, apis.Curve)
		d.copies += n * is(c, apis.Copy)
		d.photos += n * is(c, apis.Photo)
	}
	return d
}

// is returns 1 if a call plays a role, else 0.
func is(c detectors.Call, one apis.Role) int {
	if c.Plays(one) {
		return 1
	}
	return 0
}

// write notes a text that was drawn; times is 0 for its outlines.
func (d *drawing) write(c detectors.Call, times int, colour, font string) {
	w := d.texts[c.Arg(0)]
	if w == nil {
		w = &written{colours: map[string]bool{}, fonts: map[string]bool{}}
		d.texts[c.Arg(0)] = w
	}
	w.times += times
	w.fonts[familyOfShorthand(font)] = true
	if times > 0 { // an outline in another colour is a shadow of the same text
		w.colours[colour] = true
	}
	d.colours[colour] = true
	d.calls = append(d.calls, c)
}

// fewRepeats is how often a text is drawn again to be seen in other settings;
// an animation draws it on and on.
const fewRepeats = 4

// rewrite applies new settings to texts that were drawn again.
func (d *drawing) rewrite(p pen) {
	for _, c := range d.calls {
		if c.Count > 1 && c.Count <= fewRepeats && c.Plays(apis.FillText) {
			w := d.texts[c.Arg(0)]
			w.colours[p.fill], w.fonts[familyOfShorthand(p.font)] = true, true
			d.colours[p.fill] = true
		}
	}
}

// Numbers of the signs of text; signs.yaml says why each counts.
const (
	manyCharacters = 10 // different ones (Englehardt, Narayanan 2016)
	someCharacters = 4  // enough when they are in two colours
	manyLabels     = 6  // different texts of a chart or page
	faintAlpha     = 0.35
)

// signs returns what the text of a drawing says. reads is how often the picture
// was read: a script that reads after each letter makes an alphabet, not a
// test picture.
func (d drawing) signs(reads int) signs {
	all, alphabet := map[rune]bool{}, map[rune]bool{}
	colours, fonts := map[string]bool{}, map[string]bool{}
	most, labels, long := 0, 0, 0
	var pangram, emoji, overdrawn, recoloured bool
	for text, w := range d.texts {
		t := survey(text)
		n := len(t.distinct)
		maps.Copy(all, t.distinct)
		if n == 1 {
			maps.Copy(alphabet, t.distinct)
		} else if n > 1 {
			labels++
		}
		most = max(most, n)
		pangram = pangram || t.isPangram()
		emoji = emoji || t.pictures > 0 && t.letters > 1
		if n < someCharacters {
			continue
		}
		maps.Copy(fonts, w.fonts)
		recoloured = recoloured || len(w.colours) > 1
		overdrawn = overdrawn || w.times > 1 && len(w.colours)+len(w.fonts) > 2
		if n >= manyCharacters {
			long++
			maps.Copy(colours, w.colours)
		}
	}
	line := max(most, len(alphabet)/max(reads, 1)) >= manyCharacters || recoloured
	var s signs
	s.add("text", line)
	s.add("scraps", !line && most > 1 && (len(all) >= manyCharacters || len(d.colours) > 1 && most >= someCharacters))
	s.add("pangram", pangram)
	s.add("colours", recoloured || long > 1 && len(colours) > 1)
	s.add("fonts", len(fonts) > 1)
	s.add("emoji", emoji)
	s.add("overdrawn", overdrawn)
	s.add("blended", d.blended && d.curves > 1 && len(d.paints) > 2)
	s.add("faint", len(d.texts) > 0 && d.isFaint())
	s.add("labels", labels >= manyLabels)
	return s
}

// isFaint reports whether all text is nearly transparent.
func (d drawing) isFaint() bool {
	for c := range d.colours {
		if alphaOf(c) > faintAlpha {
			return false
		}
	}
	return len(d.colours) > 0
}

// A surveyed text, by its characters.
type surveyed struct {
	distinct map[rune]bool // but for spaces and pictures
	unlike   map[rune]bool // letters, without their case
	letters  int
	pictures int // emoji
}

func survey(text string) surveyed {
	t := surveyed{distinct: map[rune]bool{}, unlike: map[rune]bool{}}
	for _, r := range text {
		switch {
		case isPictograph(r):
			t.pictures++
		case unicode.IsSpace(r) || unicode.IsControl(r):
		default:
			t.distinct[r] = true
			if unicode.IsLetter(r) {
				t.letters++
				t.unlike[unicode.ToLower(r)] = true
			}
		}
	}
	return t
}

// isPangram reports whether a text was made to hold as many different letters as
// it can: 20 of them in at most 64, or 14 that hardly repeat. Lines that people
// write repeat more.
func (t surveyed) isPangram() bool {
	n := len(t.unlike)
	return n >= 20 && t.letters <= 64 || n >= 14 && n*100 >= t.letters*85
}

// isPictograph reports whether a character is an emoji or a part of one.
func isPictograph(r rune) bool {
	switch {
	case r >= 0x1F000 && r <= 0x1FAFF, r >= 0x2600 && r <= 0x27BF, r >= 0x2B00 && r <= 0x2BFF:
		return true
	case r == 0x200D, r == 0xFE0F, r == 0x20E3, r >= 0xE0000 && r <= 0xE007F:
		return true // joiner, variation selector, keycap, tags
	}
	return false
}

// alphaOf returns the opacity of a CSS colour, 1 where none is stated.
func alphaOf(colour string) float64 {
	colour = strings.ToLower(strings.TrimSpace(colour))
	if strings.HasPrefix(colour, "#") && (len(colour) == 5 || len(colour) == 9) {
		digits := colour[len(colour)-(len(colour)-1)/4:]
		n, err := strconv.ParseUint(digits, 16, 16)
		if err != nil {
			return 1
		}
		if len(digits) == 1 {
			return float64(n) / 15
		}
		return float64(n) / 255
	}
	name, rest, ok := strings.Cut(colour, "(")
	if !ok || name != "rgba" && name != "rgb" && name != "hsla" && name != "hsl" {
		return 1
	}
	parts := strings.FieldsFunc(strings.TrimSuffix(rest, ")"), func(r rune) bool { return r == ',' || r == '/' || r == ' ' })
	if len(parts) < 4 {
		return 1
	}
	text, percent := strings.CutSuffix(parts[3], "%")
	a, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || a < 0:
		return 1
	case percent:
		return a / 100
	}
	return a
}

// familyOfShorthand returns the first family of a CSS font: of
// "italic 12px/1.2 'Segoe UI', serif" it is "segoe ui".
func familyOfShorthand(font string) string {
	rest := font
	for {
		word, more, ok := strings.Cut(strings.TrimLeft(rest, " "), " ")
		if !ok {
			return familyOf(font) // no size: the whole is a family
		}
		rest = more
		if isFontSize(word) {
			return familyOf(rest)
		}
	}
}

// isFontSize reports whether a word of a CSS font is its size: a number with a
// unit.
func isFontSize(word string) bool {
	if word == "" || !codes.IsDigit(word[0]) && word[0] != '.' {
		return false
	}
	for i := range len(word) {
		if codes.IsLetter(word[i]) || word[i] == '%' {
			return true
		}
	}
	return false
}

// familyOf returns the first family of a CSS font-family, without quotes, in
// lower case.
func familyOf(families string) string {
	first, _, _ := strings.Cut(families, ",")
	return strings.ToLower(strings.Trim(strings.TrimSpace(first), `"'`))
}
