package fingerprint

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/evidence"
)

// Canvas is the technique fingerprint-canvas.
var Canvas = &detectors.Technique{
	ID: "fingerprint-canvas",
	Doc: detectors.Doc{
		Found:    "A script draws a test picture to recognise the device",
		Clean:    "No script was seen drawing a test picture to recognise the device",
		Sentence: `A script of {host} drew a picture of {size} pixels and read it back as data with {api}. Times read: {reads}.`,
		Why: "The same drawing comes out slightly different on each device, because of its fonts, graphics card and " +
			"settings. The differences work as an identifier that you cannot delete.",
		Fix: "Ask the supplier of the script to leave this out, or load the script only after the visitor has agreed.",
		Limits: "The rule looks at each picture that a script draws and reads back without loss, at least 16 by 16 pixels, " +
			"and adds points. For: a line of text with 10 or more different characters, or drawn in two colours, 2 (several " +
			"short texts 1); a line made to hold as many different letters as possible 2; two colours 1; two fonts 1; letters " +
			"with emoji 1; the same text drawn over itself 1; blended circles 2; a picture never put on the page 1; the same " +
			"picture read twice 1; other device properties read by the same script 1. Against: reading after a click 2; a " +
			"lossy format 2; photos in the picture 2; very faint text, as in a watermark, 2; six or more different texts 3; " +
			"many drawing steps 1; a large picture 1; a picture shown on the page 1; what was read put on the page as an image 2. From 3 points on it is reported. So " +
			"charts, games, emoji tests, photo uploads and signature fields stay out, and no single trick hides a reading. " +
			"What else the script does with the picture cannot be seen: a site that turns a line of text into a file in the " +
			"same way can be reported by mistake, and a picture carried to another canvas can be missed.",
		Severity: detectors.High,
		Refs: []string{
			"Mowery, Shacham: Pixel Perfect: Fingerprinting Canvas in HTML5 (W2SP 2012)",
			"Acar et al.: The Web Never Forgets (CCS 2014)",
			"Englehardt, Narayanan: Online Tracking: A 1-million-site Measurement and Analysis (CCS 2016)",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Uses:  []evidence.Kind{evidence.KindRequests},
	Run:   runFingerprintCanvas,
}

func runFingerprintCanvas(v *detectors.View) []detectors.Finding {
	return v.Findings(detectors.Once(v, "canvas", canvasVerdicts))
}

// Limits of the honest signs; signs.yaml says why each counts.
const (
	busySteps    = 200
	largePicture = 800 * 600
	fewSources   = 3 // canvases that one picture is put together from
	fewReadings  = 4 // of one picture, to compare them
)

// canvasVerdicts judges each canvas that a script read. Two pictures of one
// script are one verdict: the surer one.
func canvasVerdicts(v *detectors.View) []detectors.Verdict {
	var list []detectors.Verdict
	for _, cv := range canvases(v) {
		for _, reader := range cv.readings(apis.Read | apis.Pixels) {
			list = append(list, detectors.PerPhase(reader.calls, func(reads []detectors.Call) (detectors.Verdict, bool) {
				return judgeCanvas(v, cv, reads)
			})...)
		}
	}
	return surest(list)
}

// judgeCanvas weighs the signs of one canvas for the readings of one script.
func judgeCanvas(v *detectors.View, cv *canvas, reads []detectors.Call) (detectors.Verdict, bool) {
	if !readsPicture(reads, apis.Read, 2, 3) {
		return detectors.Verdict{}, false
	}
	by := reads[0].By
	drawn := draw(cv.seen(reads))
	if len(drawn.texts) == 0 && !drawn.blended {
		if sources := sources(v, cv, by, drawn); len(sources) > 0 {
			drawn = draw(sources)
		}
	}
	signs := append(drawn.signs(detectors.Uses(reads)), readingSigns(v, cv, by, drawn, reads)...)
	points, certainty, ok := theRules().canvas.weigh(signs)
	if !ok {
		return detectors.Verdict{}, false
	}
	return detectors.Verdict{
		By:        by,
		Calls:     detectors.InOrder(append(slices.Clip(drawn.calls), reads...)),
		Certainty: certainty,
		Severity:  detectors.High,
		Args: map[string]string{
			"size":   sizeText(sizeOf(reads[0])),
			"api":    detectors.Members(reads),
			"reads":  strconv.Itoa(detectors.Uses(reads)),
			"signs":  signs.String(),
			"points": strconv.Itoa(points),
			"writer": writer(drawn.calls, by),
		},
	}, true
}

// readingSigns returns what the way of reading says, whatever was drawn.
func readingSigns(v *detectors.View, cv *canvas, by *detectors.Actor, drawn drawing, reads []detectors.Call) signs {
	var s signs
	isLarge := func(c detectors.Call) bool { return c.Object != nil && c.Object.Width*c.Object.Height > largePicture }
	s.add("hidden", !cv.shown)
	s.add("shown", cv.shown)
	s.add("repeated", repeated(reads))
	s.add("company", len(company(v, by)) >= 2)
	s.add("image", detectors.Every(reads, func(c detectors.Call) bool { return becameImage(v, c) }))
	s.add("gesture", detectors.Every(reads, detectors.AfterGesture))
	s.add("lossy", detectors.Every(reads, isLossy))
	s.add("photo", drawn.photos > 0)
	s.add("busy", drawn.steps > busySteps)
	s.add("large", detectors.Every(reads, isLarge))
	return s
}

// becameImage reports whether the address that holds a picture was loaded as an image
// after it was read: a label, a code to scan, a drawing made for the visitor.
func becameImage(v *detectors.View, read detectors.Call) bool {
	return read.Result != nil && read.Result.Length > 0 && slices.ContainsFunc(v.Run.Requests, func(r evidence.Request) bool {
		return r.Kind == "image" && r.At >= read.At && len(r.URL) == read.Result.Length && strings.HasPrefix(r.URL, "data:image/")
	})
}

// repeated reports whether the same picture was read more than once, but not on
// and on.
func repeated(reads []detectors.Call) bool {
	for i, a := range reads {
		n := max(a.Count, 1)
		for _, b := range reads[i+1:] {
			if a.API == b.API && a.Result != nil && b.Result != nil && a.Result.Digest != "" && a.Result.Digest == b.Result.Digest {
				n += max(b.Count, 1)
			}
		}
		if n > 1 && n <= fewReadings {
			return true
		}
	}
	return false
}

// sources finds the hidden pictures with text that a script drew but did not
// read, and that can be in the canvas it did read: copied onto it, or the same
// canvas seen from another frame, whose functions were borrowed. Label caches
// of maps and charts are more than a few.
func sources(v *detectors.View, cv *canvas, by *detectors.Actor, drawn drawing) []detectors.Call {
	var calls []detectors.Call
	found := 0
	for _, other := range canvases(v) {
		if other == cv || other.shown || other.gl || len(detectors.Playing(other.calls, apis.Read|apis.Pixels)) > 0 {
			continue
		}
		texts := detectors.Playing(other.calls, apis.FillText|apis.StrokeText)
		if len(texts) == 0 || texts[0].By.Host != by.Host {
			continue
		}
		borrowed := drawn.steps == 0 && texts[0].By == by && sameSize(cv, other)
		if drawn.copies == 0 && !borrowed {
			continue
		}
		found++
		calls = append(calls, other.calls...)
	}
	if found > fewSources {
		return nil
	}
	return calls
}

// sameSize reports whether two canvases had the same size at last.
func sameSize(a, b *canvas) bool {
	aw, ah := sizeOf(a.calls[len(a.calls)-1])
	bw, bh := sizeOf(b.calls[len(b.calls)-1])
	return aw > 0 && aw == bw && ah == bh
}

// writer names the script that drew, if it was not the one that read.
func writer(drawn []detectors.Call, reader *detectors.Actor) string {
	for _, c := range drawn {
		if c.By != reader {
			return c.By.URL
		}
	}
	return ""
}

// surest keeps one verdict for each script and phase: the surest, then the
// first.
func surest(list []detectors.Verdict) []detectors.Verdict {
	var out []detectors.Verdict
	for _, x := range list {
		i := slices.IndexFunc(out, func(y detectors.Verdict) bool { return y.By == x.By && y.Phase == x.Phase })
		switch {
		case i < 0:
			out = append(out, x)
		case x.Certainty == detectors.Observed && out[i].Certainty != detectors.Observed:
			out[i] = x
		}
	}
	return out
}
