package values

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// Bounds on words that may be encoded.
const (
	minWord  = 8   // characters
	minBlind = 16  // bytes of what is no text: the shortest digest
	maxTries = 8   // places of a word at which base64 may begin
	maxWord  = 160 // characters of base58, whose decoding takes time squared
)

// peelWords decodes the words of a text that may be hexadecimal, base64, base32,
// base58 or LZ-string.
func peelWords(text string, out emit) {
	for start := 0; start < len(text); {
		if bits64[text[start]] < 0 {
			start++
			continue
		}
		end := start + 1
		kinds := alphabets[text[start]]
		for end < len(text) && bits64[text[end]] >= 0 {
			kinds &= alphabets[text[end]]
			end++
		}
		if word := text[start:end]; len(word) >= minWord {
			peelWord(word, kinds, out)
		}
		start = end
	}
}

func peelWord(word string, kinds uint8, out emit) {
	if kinds&inHex != 0 {
		if b := unhexAll(word[:len(word)&^1]); printable(b) || compressed(b) {
			out("hex", string(b))
		}
	}
	if kinds&inBase32 != 0 {
		if b := decode32(word); len(b) >= minBlind || len(b) > 0 && printable(b) {
			out("base32", string(b))
		}
	}
	if kinds&inBase58 != 0 && len(word) >= minBlind && len(word) <= maxWord && kinds&inHex == 0 {
		if b := decode58(word); printable(b) || digestLength[len(b)] {
			out("base58", string(b))
		}
	}
	if len(word) >= 36 && word[len(word)-28] == '-' {
		if id := strings.ReplaceAll(word[len(word)-36:], "-", ""); len(id) == 32 {
			out("uuid", id)
		}
	}
	if !peel64(word, out) {
		peelLZ(word, out)
	}
}

func unhexAll(digits string) []byte {
	b, _ := hex.DecodeString(digits) // what is no digit ends it
	return b
}

// digestLength holds the lengths of digests, for words that are nothing else.
var digestLength = map[int]bool{16: true, 20: true, 28: true, 32: true, 48: true, 64: true}

// peel64 decodes a word of base64 and reports whether it is a text. Where it has
// the signs that also separate words, what follows them is tried too.
func peel64(word string, out emit) (isText bool) {
	for tries := 0; tries < maxTries && len(word) >= minWord; tries++ {
		if b, ok := decode64(word); ok {
			text := printable(b)
			if text || len(b) >= minBlind || compressed(b) {
				out("base64", string(b))
			}
			isText = isText || text
		}
		i := strings.IndexAny(word, "/+-_")
		if i < 0 {
			break
		}
		word = word[i+1:]
	}
	return isText
}

// decode64 decodes either alphabet of base64 as far as it goes.
func decode64(word string) ([]byte, bool) {
	if len(word)%4 == 1 {
		word = word[:len(word)-1]
	}
	b, err := base64.RawStdEncoding.DecodeString(fromURL64.Replace(word))
	return b, err == nil
}

var fromURL64 = strings.NewReplacer("-", "+", "_", "/")

func decode32(word string) []byte {
	word = strings.ToUpper(word)
	if n := len(word) % 8; n == 1 || n == 3 || n == 6 {
		word = word[:len(word)-1]
	}
	b, _ := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(word)
	return b
}

// letters58 is the alphabet of Bitcoin: none that look alike.
const letters58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// decode58 reads a word as a number to the base of 58.
func decode58(word string) []byte {
	var out []byte // little endian
	for i := range len(word) {
		carry := strings.IndexByte(letters58, word[i])
		for j := range out {
			carry += int(out[j]) * 58
			out[j] = byte(carry) //nolint:gosec // The rest is carried on.
			carry >>= 8
		}
		for ; carry > 0; carry >>= 8 {
			out = append(out, byte(carry)) //nolint:gosec // The rest is carried on.
		}
	}
	for i := 0; i < len(word) && word[i] == '1'; i++ {
		out = append(out, 0)
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

func encode58(text string) string {
	var digits []int // little endian
	for i := range len(text) {
		carry := int(text[i])
		for j := range digits {
			carry += digits[j] << 8
			digits[j] = carry % 58
			carry /= 58
		}
		for ; carry > 0; carry /= 58 {
			digits = append(digits, carry%58)
		}
	}
	out := make([]byte, len(digits))
	for i, d := range digits {
		out[len(out)-1-i] = letters58[d]
	}
	return string(out)
}

// bits64 holds the numbers of the characters of base64 in both alphabets, without
// padding; -1 is none.
var bits64 = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = int8(i)
	}
	t['-'], t['_'] = t['+'], t['/']
	return t
}()

// Alphabets that a word can be written in.
const (
	inHex = 1 << iota
	inBase32
	inBase58
)

var alphabets = func() (t [256]uint8) {
	for i := range 256 {
		c := byte(i)
		if isHex(c) {
			t[i] |= inHex
		}
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '2' <= c && c <= '7' {
			t[i] |= inBase32
		}
		if strings.IndexByte(letters58, c) >= 0 {
			t[i] |= inBase58
		}
	}
	return t
}()
