package values

import (
	"crypto/md5"  //nolint:gosec // It is looked for, not relied on.
	"crypto/sha1" //nolint:gosec // It is looked for, not relied on.
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
)

// A hash is one function that values are hashed with.
type hash struct {
	name string
	sum  func(string) []byte
}

// hashes lists the functions that are looked for.
var hashes = [...]hash{
	{"md5", func(s string) []byte { d := md5.Sum([]byte(s)); return d[:] }},   //nolint:gosec // See above.
	{"sha1", func(s string) []byte { d := sha1.Sum([]byte(s)); return d[:] }}, //nolint:gosec // See above.
	{"sha224", func(s string) []byte { d := sha256.Sum224([]byte(s)); return d[:] }},
	{"sha256", func(s string) []byte { d := sha256.Sum256([]byte(s)); return d[:] }},
	{"sha384", func(s string) []byte { d := sha512.Sum384([]byte(s)); return d[:] }},
	{"sha512", func(s string) []byte { d := sha512.Sum512([]byte(s)); return d[:] }},
}

// A digest is the hash of one variant of a value.
type digest struct {
	sum           []byte
	value         int
	hash, variant string
}

// minDigest is how many bytes of a digest must be there: accidents among 2^64
// do not happen.
const minDigest = 8

// A digestIndex finds digests by their first eight bytes.
type digestIndex struct {
	list   []digest
	filter []uint64
	first  map[uint64][]int
}

const digestBits = 20

func digestSlot(w uint64) (word, bit uint64) {
	h := w >> (64 - digestBits) // a digest is as good as random
	return h >> 6, h & 63
}

func (x *digestIndex) add(d digest) { x.list = append(x.list, d) }

func (x *digestIndex) done() {
	if len(x.list) == 0 {
		return
	}
	x.filter = make([]uint64, 1<<(digestBits-6))
	x.first = make(map[uint64][]int, len(x.list))
	for i := range x.list {
		w := binary.BigEndian.Uint64(x.list[i].sum)
		x.first[w] = append(x.first[w], i)
		word, bit := digestSlot(w)
		x.filter[word] |= 1 << bit
	}
}

func (x *digestIndex) find(w uint64) []int {
	word, bit := digestSlot(w)
	if x.filter[word]&(1<<bit) == 0 {
		return nil
	}
	return x.first[w]
}

// search tells note of each digest in a text: as hexadecimal digits or, where the
// text is none, as bytes.
func (x *digestIndex) search(l *layer, note func(value int, hash, variant string, inner ...string)) {
	if len(x.list) == 0 {
		return
	}
	x.searchHex(l.text, note)
	x.searchBytes(l.text, note)
}

func (x *digestIndex) searchHex(text string, note func(value int, hash, variant string, inner ...string)) {
	var w uint64
	run := 0
	for i := range len(text) {
		if !isHex(text[i]) {
			run = 0
			continue
		}
		w = w<<4 | uint64(unhex(text[i]))
		if run++; run < 2*minDigest {
			continue
		}
		for _, at := range x.find(w) {
			d := &x.list[at]
			start := i + 1 - 2*minDigest
			end := start
			for end < len(text) && end-start < 2*len(d.sum) && isHex(text[end]) {
				end++
			}
			b, err := hex.DecodeString(text[start : end-(end-start)%2])
			switch {
			case err != nil || string(b) != string(d.sum[:len(b)]):
			case len(b) == len(d.sum):
				note(d.value, d.hash, d.variant, "hex")
			case run == 2*minDigest: // and nothing follows
				note(d.value, d.hash, d.variant, "cut", "hex")
			}
		}
	}
}

func (x *digestIndex) searchBytes(text string, note func(value int, hash, variant string, inner ...string)) {
	var w uint64
	for i := range len(text) {
		w = w<<8 | uint64(text[i])
		if i < minDigest-1 {
			continue
		}
		for _, at := range x.find(w) {
			d := &x.list[at]
			start := i + 1 - minDigest
			if end := start + len(d.sum); end <= len(text) && text[start:end] == string(d.sum) {
				note(d.value, d.hash, d.variant)
			}
		}
	}
}

// add makes all that is looked for of one value.
func (s *Searcher) add(at int) {
	v := &s.values[at]
	for _, x := range v.plainVariants() {
		s.needles.add(needle{text: x.text, value: at, variant: x.name, word: v.Kind == "id" || x.name == "digits"})
		if v.Kind != "id" {
			s.needles.add(needle{text: lower(x.text), fold: true, value: at, variant: x.name, word: x.name == "digits"})
		}
	}
	if !v.Hashes {
		return
	}
	for _, x := range v.hashVariants() {
		for _, h := range hashes {
			s.digests.add(digest{h.sum(x.text), at, h.name, x.name})
		}
	}
}
