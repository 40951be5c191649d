package values

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// add makes all that is looked for of one value.
func (s *Searcher) add(at int) {
	v := &s.values[at]
	for _, x := range v.plainVariants() {
		s.addPlain(at, v, x)
	}
	if !v.Hashes {
		return
	}
	for _, x := range v.hashVariants() {
		s.addHashes(at, v, x)
	}
}

// addPlain adds one form of a value as it is and in the encodings that are found
// without decoding: because they can stand in the middle of something longer, or
// because nothing shows that a text is written in them.
func (s *Searcher) addPlain(at int, v *Value, x variant) {
	id := v.Kind == "id"
	add := func(x variant, fold, word bool, steps ...string) {
		s.needles.add(needle{text: x.text, fold: fold, word: word, value: at, variant: x.name, steps: steps})
	}
	low := lower(x.text)
	word := id || strings.Trim(x.text, "0123456789") == "" // a number stands in longer ones by accident
	add(x, false, word)
	if id {
		low = x.text
	} else {
		add(variant{x.name, low}, true, word)
	}
	for _, y := range spellings(x, id) {
		for _, text := range inner(y.text, base64.RawStdEncoding.EncodeToString, 6) {
			add(variant{y.name, text}, false, false, "base64")
			add(variant{y.name, toURL64.Replace(text)}, false, false, "base64")
		}
		for _, text := range inner(y.text, base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString, 5) {
			add(variant{y.name, lower(text)}, true, false, "base32")
		}
		add(variant{y.name, hex.EncodeToString([]byte(y.text))}, true, false, "hex")
		add(variant{y.name, encode58(y.text)}, false, true, "base58")
	}
	add(variant{x.name, reverse(low)}, !id, word, "reversed")
	if !id && letters(low) >= minWord {
		for by := 1; by < 26; by++ {
			add(variant{x.name, rotate(low, by)}, true, id, "rot-"+strconv.Itoa(by))
		}
	}
	for _, m := range theKnown().maps {
		add(variant{x.name, m.Replace(x.text)}, false, id, "substituted")
	}
}

// spellings are a form as it is and, but for identifiers, in lower and upper case.
func spellings(x variant, exact bool) []variant {
	list := []variant{x}
	if exact {
		return list
	}
	for _, y := range []variant{{"lower", lower(x.text)}, {"upper", strings.ToUpper(x.text)}} {
		if slices.ContainsFunc(list, func(z variant) bool { return z.text == y.text }) {
			continue
		}
		if x.name != "" {
			y.name = x.name
		}
		list = append(list, y)
	}
	return list
}

func reverse(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

var toURL64 = strings.NewReplacer("+", "-", "/", "_")

// inner returns what of an encoded text does not depend on what stands around it,
// for each place at which it can begin. An encoding writes so many bits with each
// character.
func inner(text string, encode func([]byte) string, bits int) []string {
	var out []string
	for before := range bits {
		if before == 3 && bits == 6 { // as at 0
			break
		}
		whole := encode(append(make([]byte, before), text...))
		first := (8*before + bits - 1) / bits
		last := 8 * (before + len(text)) / bits
		out = append(out, whole[first:last])
	}
	return out
}

// letters counts the letters of a text in lower case.
func letters(s string) (n int) {
	for i := range len(s) {
		if 'a' <= s[i] && s[i] <= 'z' {
			n++
		}
	}
	return n
}

// rotate moves each letter on in the alphabet.
func rotate(s string, by int) string {
	b := []byte(s)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = 'a' + (c-'a'+byte(by))%26 //nolint:gosec // At most 25.
		}
	}
	return string(b)
}

// addHashes adds the hashes of one form of a value, of its encodings, and hashes
// of hashes.
func (s *Searcher) addHashes(at int, v *Value, x variant) {
	part := rankOf(x.name) > 2 || strings.HasPrefix(x.name, "code-")
	var encoded []variant // name of an encoding, result
	if !part {
		encoded = usable([]variant{
			{"", x.text},
			{"base64", base64.StdEncoding.EncodeToString([]byte(x.text))},
			{"hex", hex.EncodeToString([]byte(x.text))},
			{"url", url.QueryEscape(x.text)},
			{"reversed", reverse(x.text)},
		}, minHash)[1:]
	}
	for i := range hashes {
		h := &hashes[i]
		sum := h.sum(x.text)
		s.digests.add(sum, at, h.name, x.name)
		if part || v.Kind == "id" && h.use < common {
			continue
		}
		if h.use == common {
			for _, e := range encoded {
				s.digests.add(h.sum(e.text), at, h.name+"("+e.name+")", x.name)
			}
		}
		s.addNested(at, v, x, h, sum)
	}
	_, second := murmur128(x.text) // libraries give the halves as two numbers
	s.digests.addNumber(binary.BigEndian.AppendUint64(nil, second), at, "murmur3-128", x.name)
	for _, salt := range theKnown().salts {
		s.digests.add(salt.sum(x.text+salt.after), at, salt.hash+"(salted)", x.name)
	}
	if v.Kind != "id" && v.Kind != "text" && !part {
		for _, h := range smallHashes {
			s.digests.addSmall(h.sum(x.text), at, h.name, x.name)
		}
	}
}

// addNested adds hashes of a hash: of its hexadecimal digits, and among those that
// are widely used of its other forms too.
func (s *Searcher) addNested(at int, v *Value, x variant, inner *function, sum []byte) {
	digits := hex.EncodeToString(sum)
	for i := range hashes {
		outer := &hashes[i]
		if inner.use+outer.use < common || v.Kind == "id" && outer.use < common {
			continue
		}
		name := outer.name + "(" + inner.name
		s.digests.add(outer.sum(digits), at, name+")", x.name)
		if inner.use == common && outer.use == common {
			s.digests.add(outer.sum(string(sum)), at, name+" bytes)", x.name)
			s.digests.add(outer.sum(strings.ToUpper(digits)), at, name+" upper)", x.name)
			s.digests.add(outer.sum(base64.StdEncoding.EncodeToString(sum)), at, name+" base64)", x.name)
		}
	}
}
