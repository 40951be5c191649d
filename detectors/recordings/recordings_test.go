package recordings

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"io"
	"strconv"
	"strings"
	"testing"
)

// points is a way of the mouse.
func points() []Point {
	var list []Point
	for i := range 12 {
		list = append(list, Point{341 + 31*i, 268 + 13*i})
	}
	return list
}

func packed(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

func deflated(s string) string {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

const page = `<html><head><title>x</title><meta><link></head><body><div><p>a</p></div></body></html>`

// The page as LZ-string packs it, into base64 and into characters.
const (
	lzPage = "DwCwLgtgNgfKCmBDAJnMBLMV4wB7AHoMsdgJ4xE4p0A7AazgJCVWACMB7ZATzmXQA3OAAcYiQmMIDhhLrybhoMIA"
	lzWide = "\u07a0\u2c2b\u418c\u0380\u3e70\u29a1\u0621\u19ec\u0279\u4598\u602f\u3027\u5085\u4780\u13e6\u1158\u53c0\u0ee0\u35bc\u0262\u2ad0\u00ac\u03fb\u1033\u6752\u7420\u6e90<\u3132\u09ac\u103c\u186b\u57b3\u3888\u1860 "
)

// What was packed in what is told, from the outside in, and each step once.
func TestPacked(t *testing.T) {
	r := NewReader(nil)
	for _, c := range []struct{ name, message, want string }{
		{"not at all", page, ""},
		{"gzip", packed(page), "gzip"},
		{"deflate", deflated(strings.Repeat(page, 3)), "deflate"},
		{"gzip in gzip", packed(packed(strings.Repeat(page, 3))), "gzip"},
		{"base64 of gzip", base64.StdEncoding.EncodeToString([]byte(packed(page))), "base64 gzip"},
		{"base64 for addresses", base64.RawURLEncoding.EncodeToString([]byte(packed(page))), "base64 gzip"},
		{"a data address", `{"d":"data:application/octet-stream;base64,` + base64.StdEncoding.EncodeToString([]byte(packed(page))) + `"}`, "base64 gzip"},
		// Made by lz-string 1.5.0.
		{"LZ-string", `{"d":"` + lzPage + `"}`, "lz-string"},
		{"LZ-string alone", lzPage, "lz-string"},
		{"LZ-string in characters", `{"d":"` + lzWide + `"}`, "lz-string"},
		{"clipped gzip", packed(strings.Repeat(page, 40))[:90], "gzip"},
	} {
		if got := r.Read(c.message); !got.Page || strings.Join(got.Packed, " ") != c.want {
			t.Errorf("%s: page %t, packed in %q, want %q", c.name, got.Page, got.Packed, c.want)
		}
	}
}

func TestMouse(t *testing.T) {
	r := NewReader(points())
	encode := func(write func([]byte, int) []byte, from, to int) string {
		out := []byte{0, 1, 2, 0xff}
		for _, p := range points()[from:to] {
			out = append(write(write(append(out, 7), p.X), p.Y), 0)
		}
		return string(out)
	}
	for name, message := range map[string]string{
		"variable length":      encode(func(b []byte, n int) []byte { return binary.AppendUvarint(b, uint64(n)) }, 2, 7),
		"with a sign":          encode(func(b []byte, n int) []byte { return binary.AppendVarint(b, int64(n)) }, 2, 7),
		"16 bits":              encode(func(b []byte, n int) []byte { return binary.LittleEndian.AppendUint16(b, uint16(n)) }, 2, 7),
		"32 bits, large first": encode(func(b []byte, n int) []byte { return binary.BigEndian.AppendUint32(b, uint32(n)) }, 2, 7),
		"with fractions":       `[[341.5,268.25],[372.0,281.9],[403.1,294.2],[434.5,307.5]]`,
		"not all of it":        `{"x":341,"y":268},{"x":403,"y":294},{"x":465,"y":320},{"x":527,"y":346}`,
	} {
		if got := r.Read(message); !got.Mouse {
			t.Errorf("%s: no mouse in %q", name, message)
		}
	}
	for name, message := range map[string]string{
		"three points":      `[[341,268],[372,281],[403,294]]`,
		"three as bytes":    encode(func(b []byte, n int) []byte { return binary.AppendUvarint(b, uint64(n)) }, 2, 5),
		"another way":       `[[340,268],[371,281],[402,294],[433,307],[464,320]]`,
		"one column":        `[341,372,403,434,465,496,527,558]`,
		"names with digits": `x341 y268 x372 y281 x403 y294 x434 y307`,
	} {
		if got := r.Read(message); got.Mouse {
			t.Errorf("%s: a mouse in %q", name, message)
		}
	}
	if NewReader(nil).Read(`[[341,268],[372,281],[403,294],[434,307]]`).Mouse {
		t.Error("a mouse, where nobody moved one")
	}
}

// A message that grows without end is read as far as the bounds go.
func TestBounds(t *testing.T) {
	bomb := packed(packed(strings.Repeat("\x00", 20<<20)))
	if got := NewReader(points()).Read(bomb); got.Any() {
		t.Errorf("read %+v", got)
	}
	deep := `{"type":2,"a":`
	for range 12 { // each step doubles the signs of escape
		deep = `{"a":` + strconv.Quote(deep)
	}
	_ = NewReader(points()).Read(deep)
	var all Traits
	for range 3 {
		all.Add(&Traits{Packed: []string{"gzip"}})
	}
	if len(all.Packed) != 1 {
		t.Errorf("packed in %q", all.Packed)
	}
}

func TestTags(t *testing.T) {
	for name := range tags() {
		if name != strings.ToLower(name) || len(name) > 10 {
			t.Errorf("%q is never found", name)
		}
	}
	if _, err := readTags([]byte("heads: [x]")); err == nil {
		t.Error("an unknown kind was accepted")
	}
}

// No message may break the reader, and what it says depends on the message alone.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		page, packed(page), deflated(page), `{"a":"\u001f\u008b\b","b":[1,2]}`, "a=%5B1%5D&b=eyJhIjoxfQ==", "--x\r\n\r\ny\r\n--x--", "{}\n{}\n" + packed(page),
		`[{"type":3,"data":{"source":1,"positions":[{"x":1,"y":2,"timeOffset":0}]},"timestamp":1}]`, `"\`, `{"a":"\ud800"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, message string) {
		r := NewReader(points())
		a, b := r.Read(message), r.Read(message)
		if a.Any() != b.Any() || a.Format != b.Format || strings.Join(a.Packed, " ") != strings.Join(b.Packed, " ") {
			t.Errorf("%q: once %+v, then %+v", message, a, b)
		}
		if a.Page && a.seen.all == 0 && a.Format == "" {
			t.Errorf("%q: a page without elements", message)
		}
	})
}
