package values

import (
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
)

// compressed reports whether bytes begin as gzip or zlib do.
func compressed(b []byte) bool {
	return len(b) > 4 && (b[0] == 0x1f && b[1] == 0x8b || isZlib(b[0], b[1]))
}

// isZlib reports whether two bytes are a zlib header: deflate, and a multiple of
// 31 (RFC 1950, 2.2).
func isZlib(a, b byte) bool { return a&0x0f == 8 && a>>4 <= 7 && (uint(a)<<8|uint(b))%31 == 0 }

// peelCompressed decompresses a text that is gzip, zlib or bare deflate.
func peelCompressed(text string, out emit) {
	if len(text) < 5 {
		return
	}
	switch {
	case text[0] == 0x1f && text[1] == 0x8b:
		if n := gzipHeader(text); n > 0 {
			if s := inflate(text[n:], false); s != "" {
				out("gzip", s)
			}
		}
		return
	case isZlib(text[0], text[1]):
		if s := inflate(text[2:], false); s != "" {
			out("zlib", s)
			return
		}
	}
	if s := inflate(text, true); len(s) >= minPlain && printable([]byte(s)) {
		out("deflate", s)
	}
}

// gzipHeader returns the length of a gzip header (RFC 1952, 2.3), or 0.
func gzipHeader(s string) int {
	if len(s) < 10 {
		return 0
	}
	flags, n := s[3], 10
	if flags&4 != 0 { // extra field
		if len(s) < n+2 {
			return 0
		}
		n += 2 + int(s[n]) + int(s[n+1])<<8
	}
	for _, f := range []byte{8, 16} { // name, comment
		if flags&f == 0 {
			continue
		}
		if n >= len(s) {
			return 0
		}
		end := strings.IndexByte(s[n:], 0)
		if end < 0 {
			return 0
		}
		n += end + 1
	}
	if flags&2 != 0 {
		n += 2
	}
	if n >= len(s) {
		return 0
	}
	return n
}

var inflaters = sync.Pool{New: func() any { return &inflater{flate.NewReader(strings.NewReader("")), make([]byte, 4096)} }}

type inflater struct {
	io.ReadCloser
	buffer []byte
}

// inflate undoes deflate as far as it goes: records are clipped. Blindly, where
// nothing says that a text is deflated, it gives up on what is no text.
func inflate(s string, blindly bool) string {
	r, _ := inflaters.Get().(*inflater)
	defer inflaters.Put(r)
	if z, ok := r.ReadCloser.(flate.Resetter); !ok || z.Reset(strings.NewReader(s), nil) != nil {
		return ""
	}
	var b strings.Builder
	for limit := maxOpened + growth*len(s); b.Len() < limit; {
		n, err := r.Read(r.buffer)
		if b.Len() == 0 && blindly && !printable(cutRune(r.buffer[:n])) {
			return ""
		}
		b.Write(r.buffer[:n])
		if err != nil { // half an answer is better than none
			break
		}
	}
	return b.String()
}

// cutRune drops the last bytes of a text that may be half a character.
func cutRune(b []byte) []byte {
	for i := 0; i < utf8.UTFMax && len(b) > 0 && b[len(b)-1] >= 0x80; i++ {
		b = b[:len(b)-1]
	}
	return b
}
