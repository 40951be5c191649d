package recordings

import (
	"compress/flate"
	"encoding/base64"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/detectors/values"
)

// Bounds on unpacking one message.
const (
	maxSteps  = 4       // packings around each other
	maxLayers = 100     // texts that come of one message
	maxOut    = 4 << 20 // bytes that come of one message
	maxOpened = 2 << 20 // bytes that come of one archive
	maxLines  = 20      // beginnings of lines at which an archive is looked for
	minPacked = 24      // characters of a text that holds another one
	minWord   = 64      // characters of a word of base64
)

// A layer is a text that came of a message by undoing some steps.
type layer struct {
	text  string
	steps []string // gzip zlib deflate base64 lz-string latin-1 form multipart json
}

// unpack calls visit for a message and for all that is packed in it.
func unpack(message string, visit func(*layer)) {
	queue := []layer{{text: message}}
	left := maxOut
	for i := 0; i < len(queue); i++ {
		l := queue[i]
		visit(&l)
		if len(l.steps) >= maxSteps {
			continue
		}
		peel(l.text, func(step, inner string) {
			if len(inner) < minPacked || len(queue) >= maxLayers || len(inner) > left {
				return
			}
			left -= len(inner)
			queue = append(queue, layer{inner, append(slices.Clip(l.steps), step)})
		})
	}
}

// An emit is told of a text that comes of undoing one step.
type emit func(step, inner string)

// peel undoes one step in every way that the text admits.
func peel(text string, out emit) {
	if step, inner := open(text); step != "" {
		out(step, inner)
		return
	}
	if strings.HasPrefix(text, "--") {
		parts(text, out)
	}
	archives(text, out)
	if form(text, out) {
		return
	}
	if word := strings.TrimSpace(text); len(word) >= minWord && !strings.ContainsAny(word, "\"{[<") {
		inString(word, out)
		return
	}
	literals(text, func(s string, key bool) {
		if !key && len(s) >= minPacked {
			inString(s, out)
		}
	})
}

// open decompresses a text that is an archive.
func open(text string) (step, inner string) {
	if len(text) < 8 {
		return "", ""
	}
	switch {
	case isGzip(text):
		if n := gzipHeader(text); n > 0 {
			step, inner = "gzip", inflate(text[n:])
		}
	case isZlib(text):
		step, inner = "zlib", inflate(text[2:])
	case !utf8.ValidString(text):
		// Deflate has no sign of its own: what comes of it must be a text.
		if s := inflate(text); len(s) > len(text) && utf8.ValidString(trimmed(s)) {
			step, inner = "deflate", s
		}
	}
	if inner == "" {
		return "", ""
	}
	return step, inner
}

// trimmed takes off a character that the end of a text cut in two.
func trimmed(s string) string {
	for i := 0; i < utf8.UTFMax && s != ""; i++ {
		if r, n := utf8.DecodeLastRuneInString(s); r != utf8.RuneError || n > 1 {
			break
		}
		s = s[:len(s)-1]
	}
	return s
}

func isGzip(s string) bool { return len(s) > 10 && s[0] == 0x1f && s[1] == 0x8b && s[2] == 8 }

// isZlib reports whether a text begins with a zlib header as compressors write it:
// deflate with a window of 32 KiB, and a multiple of 31 (RFC 1950, 2.2).
func isZlib(s string) bool {
	return len(s) > 6 && s[0] == 0x78 && (uint(s[0])<<8|uint(s[1]))%31 == 0 && s[1]&0x20 == 0
}

// gzipHeader returns the length of a gzip header (RFC 1952, 2.3), or 0.
func gzipHeader(s string) int {
	flags, n := s[3], 10
	if flags&4 != 0 && len(s) > n+2 { // extra field
		n += 2 + int(s[n]) + int(s[n+1])<<8
	}
	for _, flag := range []byte{8, 16} { // name, comment
		if flags&flag == 0 || n >= len(s) {
			continue
		}
		end := strings.IndexByte(s[n:], 0)
		if end < 0 {
			return 0
		}
		n += end + 1
	}
	if flags&2 != 0 { // checksum of the header
		n += 2
	}
	if n >= len(s) {
		return 0
	}
	return n
}

// inflate undoes deflate as far as it goes: records are clipped.
func inflate(s string) string {
	var b strings.Builder
	r := flate.NewReader(strings.NewReader(s))
	_, _ = io.Copy(&b, io.LimitReader(r, maxOpened)) // the error is where it ends
	return b.String()
}

// parts takes a multipart body apart.
func parts(text string, out emit) {
	end := strings.IndexAny(text, "\r\n")
	if end < 3 {
		return
	}
	boundary := text[:end]
	for _, part := range strings.SplitN(text[end:], boundary, maxLayers) {
		if _, content, ok := strings.Cut(part, "\r\n\r\n"); ok {
			out("multipart", strings.TrimSuffix(content, "\r\n"))
		}
	}
}

// archives finds archives at the beginning of lines, where some protocols put them
// behind lines that describe them.
func archives(text string, out emit) {
	at := 0
	for range maxLines {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			return
		}
		at += i + 1
		rest := text[at:]
		if !isGzip(rest) && !isZlib(rest) {
			continue
		}
		if step, inner := open(rest); step != "" {
			out(step, inner)
			return
		}
	}
}

// form takes the values of a form apart, and reports whether the text is one.
func form(text string, out emit) bool {
	name, _, ok := strings.Cut(text[:min(len(text), 80)], "=")
	if !ok || name == "" || strings.ContainsAny(name, " \n\"'<>{}[]:;") || strings.ContainsAny(text[:min(len(text), 400)], " \n\"<{") {
		return false
	}
	for pair := range strings.SplitSeq(text, "&") {
		_, value, _ := strings.Cut(pair, "=")
		if len(value) < minPacked {
			continue
		}
		if plain, err := url.QueryUnescape(value); err == nil {
			out("form", plain)
		}
	}
	return true
}

// inString looks for a text in a string: JSON, base64, or bytes as characters.
func inString(s string, out emit) {
	switch s[0] {
	case '{', '[':
		out("json", s)
		return
	}
	if b, ok := latin(s); ok && (isGzip(b) || isZlib(b)) {
		out("latin-1", b)
		return
	}
	if len(s) < minWord {
		return
	}
	if i := strings.Index(s[:min(len(s), 100)], ";base64,"); i >= 0 {
		s = s[i+len(";base64,"):]
	}
	if b, ok := decode64(s); ok && (isGzip(string(b)) || isZlib(string(b)) || utf8.Valid(b)) {
		out("base64", string(b))
		return
	}
	if opened := values.LZString(s); opened != "" {
		out("lz-string", opened)
	}
}

// latin reads the characters of a text as bytes.
func latin(s string) (string, bool) {
	if c := s[0]; c != 0x1f && c != 'x' { // as archives begin
		return "", false
	}
	b := make([]byte, 0, len(s))
	for _, c := range s {
		if c > 0xff {
			return "", false
		}
		b = append(b, byte(c)) //nolint:gosec // See above.
	}
	return string(b), true
}

// decode64 decodes either alphabet of base64. What was clipped is decoded as far as
// it goes.
func decode64(s string) ([]byte, bool) {
	s = strings.TrimRight(s, "=")
	if len(s)%4 == 1 {
		s = s[:len(s)-1]
	}
	enc := base64.RawStdEncoding
	if strings.ContainsAny(s, "-_") {
		enc = base64.RawURLEncoding
	}
	b, err := enc.DecodeString(s)
	return b, err == nil
}
