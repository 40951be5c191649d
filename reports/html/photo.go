package html

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
)

const (
	largePNG   = 150_000    // bytes; a larger picture is packed tighter
	maxPixels  = 25_000_000 // of a picture that is looked into
	photoWidth = 900        // to which a large picture is made smaller, in pixels
	largeJPEG  = 90_000     // bytes; a larger one is made again with less quality
)

// qualities are those of JPEG, from the usual to the last resort.
var qualities = []int{72, 50, 25}

// photograph puts a PNG into the page. What is no PNG is left out: a picture is
// proof that something was seen, and a broken one proves nothing. A large one
// becomes a smaller JPEG, for a report is sent by mail; the bundle keeps what was
// taken. Browsers show both at the size that is stated.
func photograph(data []byte) *picture {
	size, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil || size.Width == 0 || size.Height == 0 {
		return nil
	}
	kind := "image/png"
	if len(data) > largePNG && size.Width*size.Height <= maxPixels {
		if packed := squeeze(data); packed != nil && len(packed) < len(data) {
			kind, data = "image/jpeg", packed
		}
	}
	return &picture{
		// The bytes are a picture and stand in base64, so the address is safe.
		Source: template.URL("data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data)), //nolint:gosec // see above
		Width:  size.Width, Height: size.Height,
	}
}

// squeeze makes a JPEG of a PNG, at most photoWidth wide; nil if it cannot be read.
func squeeze(data []byte) []byte {
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	img = shrink(img)
	var b bytes.Buffer
	for _, quality := range qualities {
		b.Reset()
		if jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}) != nil {
			return nil
		}
		if b.Len() <= largeJPEG {
			break
		}
	}
	return b.Bytes()
}

// shrink makes a picture smaller by averaging; each pixel of the result stands for
// the rectangle of the original that it covers.
func shrink(img image.Image) image.Image {
	from := img.Bounds()
	flat := image.NewRGBA(image.Rect(0, 0, from.Dx(), from.Dy()))
	draw.Draw(flat, flat.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), img, from.Min, draw.Over)
	if from.Dx() <= photoWidth {
		return flat
	}
	w := photoWidth
	h := max(from.Dy()*w/from.Dx(), 1)
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		top, bottom := y*from.Dy()/h, max((y+1)*from.Dy()/h, y*from.Dy()/h+1)
		for x := range w {
			left, right := x*from.Dx()/w, max((x+1)*from.Dx()/w, x*from.Dx()/w+1)
			var sum [3]int
			for sy := top; sy < bottom; sy++ {
				for i := flat.PixOffset(left, sy); i < flat.PixOffset(right, sy); i += 4 {
					sum[0] += int(flat.Pix[i])
					sum[1] += int(flat.Pix[i+1])
					sum[2] += int(flat.Pix[i+2])
				}
			}
			n := (right - left) * (bottom - top)
			at := out.PixOffset(x, y)
			for c := range sum {
				out.Pix[at+c] = uint8(sum[c] / n) //nolint:gosec // an average of bytes is a byte
			}
			out.Pix[at+3] = 255
		}
	}
	return out
}
