package main

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/spoor-audit/spoor/crawler/browsertest"
)

var pictureFile = flag.String("picture", "", "write the picture of a report that the README shows to this file")

// TestPicture takes the picture of the README: the top of the report on the demo site,
// as a person sees it.
func TestPicture(t *testing.T) {
	if *pictureFile == "" {
		t.Skip("-picture names no file")
	}
	w := browsertest.Start(t)
	report := filepath.Join(t.TempDir(), "report.html")
	if code, _, stderr := spoor(t, "demo", "--audit", "-q", "--lang", "en", "-o", report); code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	page, err := os.ReadFile(report) //nolint:gosec // The test wrote it.
	if err != nil {
		t.Fatal(err)
	}
	tab := w.OpenSized(t, browsertest.Serve(t, map[string]string{"/": string(page)}, ""), 1100, 1210)
	tab.HideScrollbars(t)
	tab.Resize(t, 1120, 1210)
	tab.Show(t, "screen", "light")
	img, err := png.Decode(bytes.NewReader(tab.Picture(t, false)))
	if err != nil {
		t.Fatal(err)
	}
	var small bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, fewColours(img)); err != nil {
		t.Fatal(err)
	}
	if small.Len() > 150_000 {
		t.Errorf("the picture has %d bytes", small.Len())
	}
	if err := os.WriteFile(*pictureFile, small.Bytes(), 0o644); err != nil { //nolint:gosec // It is to be read by all.
		t.Fatal(err)
	}
}

// fewColours draws a picture with the 256 colours that it has most of.
func fewColours(img image.Image) image.Image {
	// Colours that the eye hardly tells apart count as one.
	rough := func(c color.Color) color.RGBA {
		r, g, b, _ := c.RGBA()
		return color.RGBA{uint8(r>>8) &^ 3, uint8(g>>8) &^ 3, uint8(b>>8) &^ 3, 255}
	}
	count, first := map[color.RGBA]int{}, map[color.RGBA]color.Color{}
	size := img.Bounds()
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			c := rough(img.At(x, y))
			if count[c]++; count[c] == 1 {
				first[c] = img.At(x, y)
			}
		}
	}
	var often []color.RGBA
	for c := range count {
		often = append(often, c)
	}
	slices.SortFunc(often, func(a, b color.RGBA) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return int(a.R)<<16 + int(a.G)<<8 + int(a.B) - int(b.R)<<16 - int(b.G)<<8 - int(b.B)
	})
	var palette color.Palette
	for _, c := range often[:min(len(often), 256)] {
		palette = append(palette, first[c])
	}
	out, known := image.NewPaletted(size, palette), map[color.RGBA]uint8{}
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			c := rough(img.At(x, y))
			index, ok := known[c]
			if !ok {
				index = uint8(palette.Index(img.At(x, y))) //nolint:gosec // There are 256.
				known[c] = index
			}
			out.SetColorIndex(x, y, index)
		}
	}
	return out
}
