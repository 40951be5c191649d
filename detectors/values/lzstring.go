package values

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// LZString opens a text that the library LZ-string has compressed, into base64, for
// addresses, or into characters. It returns "" if the text is none, and what can be
// read where it was clipped.
func LZString(text string) string {
	found := ""
	keep := func(_, inner string) {
		if len(inner) > len(found) {
			found = inner
		}
	}
	word := strings.TrimRight(text, "=$")
	if isWord64(word) {
		peelLZ(word, keep)
	} else {
		peelLZBinary(text, keep)
	}
	return found
}

func isWord64(word string) bool {
	for i := range len(word) {
		if bits64[word[i]] < 0 {
			return false
		}
	}
	return word != ""
}

// peelLZ reads a word as the library LZ-string writes it into base64 and into
// addresses. After the public description of its format: a dictionary coder whose
// codes grow from three bits on, lowest bit first.
func peelLZ(word string, out emit) {
	units := make([]uint16, len(word))
	for i := range len(word) {
		units[i] = uint16(bits64[word[i]]) //nolint:gosec // Words hold no other characters.
		if word[i] == '-' {
			units[i] = 63 // its place in this library's alphabet for addresses
		}
	}
	tellLZ(units, 6, out)
}

// peelLZBinary reads a text that is none as the library writes it into bytes, and
// into texts of 15 bits a character.
func peelLZBinary(text string, out emit) {
	if utf8.ValidString(text) {
		var units []uint16
		for _, c := range text {
			if c < 32 || c >= 32+1<<15 {
				return
			}
			units = append(units, uint16(c-32)) //nolint:gosec // See above.
		}
		tellLZ(units, 15, out)
		return
	}
	units := make([]uint16, len(text))
	for i := range len(text) {
		units[i] = uint16(text[i])
	}
	tellLZ(units, 8, out)
}

func tellLZ(units []uint16, size uint, out emit) {
	r := &bitReader{units: units, size: size}
	if s := openLZ(r, growth*len(units)); len(s) >= minPlain {
		out("lz-string", s)
	}
}

// A bitReader reads units of so many bits bit by bit, highest first.
type bitReader struct {
	units []uint16
	size  uint
	at    int
	left  uint
}

func (r *bitReader) bit() uint {
	if r.left == 0 {
		r.left = r.size
		r.at++
	}
	r.left--
	if r.ended() {
		return 0
	}
	return uint(r.units[r.at-1]) >> r.left & 1
}

func (r *bitReader) ended() bool { return r.at > len(r.units) }

// number reads a number, lowest bit first.
func (r *bitReader) number(n uint) (v uint) {
	for i := range n {
		v |= r.bit() << i
	}
	return v
}

// Codes of LZ-string that stand for no entry.
const (
	lzByte = iota // a new character of 8 bits follows
	lzWide        // one of 16 bits
	lzEnd
)

// openLZ decompresses as far as it goes, and returns "" at the first sign that
// it is no text.
func openLZ(r *bitReader, limit int) string {
	var out []uint16
	entries := [][]uint16{nil, nil, nil} // the three codes
	var last []uint16
	width, room := uint(2), 0
	grow := func() {
		if room--; room <= 0 {
			room = 1 << width
			width++
		}
	}
	for size := 0; size <= limit; {
		code := r.number(width)
		if r.ended() {
			break
		}
		var entry []uint16
		switch {
		case code == lzEnd:
			return string(utf16.Decode(out))
		case code == lzByte || code == lzWide:
			c := uint16(r.number(8 + 8*code)) //nolint:gosec // At most 16 bits.
			if c < 0x20 && c != '\t' && c != '\n' && c != '\r' || c == 0x7f || r.ended() {
				return ""
			}
			entry = []uint16{c}
			entries = append(entries, entry)
			if last == nil { // the first character
				width, room = 3, 4
			} else {
				grow()
			}
		case code < uint(len(entries)):
			entry = entries[code]
		case code == uint(len(entries)) && last != nil:
			entry = append(last[:len(last):len(last)], last[0])
		default:
			return ""
		}
		if last != nil {
			entries = append(entries, append(last[:len(last):len(last)], entry[0]))
			size += len(last) + 1
			grow()
		}
		out = append(out, entry...)
		size += len(entry)
		last = entry
	}
	return string(utf16.Decode(out))
}
