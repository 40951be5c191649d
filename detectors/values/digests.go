package values

import (
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// A digest is the hash of one variant of a value.
type digest struct {
	sum           string
	value         int
	hash, variant string
	number        bool // it is looked for as a number only
	next          int  // place of the next one with the same beginning, or -1
}

// minDigest is how many bytes of a digest must be there: among 2^64 there are no
// accidents.
const minDigest = 8

// A digestIndex finds digests by their first eight bytes, and those of four bytes.
type digestIndex struct {
	list   []digest
	filter []uint64
	first  map[uint64]int // first bytes -> place in list
	small  map[uint32][]digest
}

const digestBits = 20

func digestSlot(w uint64) (word, bit uint64) {
	h := w >> (64 - digestBits) // a digest is as good as random
	return h >> 6, h & 63
}

func (x *digestIndex) add(sum []byte, value int, hash, variant string) {
	x.list = append(x.list, digest{sum: string(sum), value: value, hash: hash, variant: variant})
}

func (x *digestIndex) addNumber(sum []byte, value int, hash, variant string) {
	x.list = append(x.list, digest{sum: string(sum), value: value, hash: hash, variant: variant, number: true})
}

func (x *digestIndex) addSmall(sum uint32, value int, hash, variant string) {
	if x.small == nil {
		x.small = map[uint32][]digest{}
	}
	x.small[sum] = append(x.small[sum], digest{value: value, hash: hash, variant: variant})
}

func (x *digestIndex) done() {
	if len(x.list) == 0 {
		return
	}
	x.filter = make([]uint64, 1<<(digestBits-6))
	x.first = make(map[uint64]int, len(x.list))
	for i := range x.list {
		w := binary.BigEndian.Uint64([]byte(x.list[i].sum))
		word, bit := digestSlot(w)
		x.filter[word] |= 1 << bit
		x.list[i].next = -1
		if at, ok := x.first[w]; ok {
			x.list[i].next = at
		}
		x.first[w] = i
	}
}

// find returns the place of a digest that begins with eight bytes, or -1.
func (x *digestIndex) find(w uint64) int {
	word, bit := digestSlot(w)
	if x.filter[word]&(1<<bit) == 0 {
		return -1
	}
	if at, ok := x.first[w]; ok {
		return at
	}
	return -1
}

// A note is told of each find in a text, with the steps that were undone for it
// last.
type note func(value int, hash, variant string, inner ...string)

// search finds digests in a text: in hexadecimal digits, in base64, as numbers,
// and as bytes where the text is none.
func (x *digestIndex) search(text string, tell note) {
	if len(x.list) == 0 {
		return
	}
	x.searchHex(text, tell)
	x.search64(text, tell)
	x.searchBytes(text, tell)
	x.searchNumbers(text, tell)
}

func (x *digestIndex) searchHex(text string, tell note) {
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
		for at := x.find(w); at >= 0; at = x.list[at].next {
			x.compareHex(&x.list[at], text[i+1-2*minDigest:], run == 2*minDigest, tell)
		}
	}
}

// compareHex compares a digest with the hexadecimal digits at the beginning of a
// text. A digest that was cut counts where the digits are all of their run.
func (x *digestIndex) compareHex(d *digest, text string, alone bool, tell note) {
	end := 0
	for end < len(text) && end < 2*len(d.sum) && isHex(text[end]) {
		end++
	}
	b, err := hex.DecodeString(text[:end-end%2])
	switch {
	case d.number || err != nil || string(b) != d.sum[:len(b)]:
	case len(b) == len(d.sum):
		tell(d.value, d.hash, d.variant, "hex")
	case alone:
		tell(d.value, d.hash, d.variant, "cut", "hex")
	}
}

// search64 finds the base64 of a digest wherever it begins, also right behind
// other letters.
func (x *digestIndex) search64(text string, tell note) {
	const first = 11 // characters that hold the first eight bytes, and two bits
	var high, w uint64
	run := 0
	for i := range len(text) {
		bits := bits64[text[i]]
		if bits < 0 {
			run = 0
			continue
		}
		high, w = high<<6|w>>58, w<<6|uint64(bits)
		if run++; run < first {
			continue
		}
		for at := x.find(high<<62 | w>>2); at >= 0; at = x.list[at].next {
			d := &x.list[at]
			start := i + 1 - first
			end := start + (len(d.sum)*8+5)/6
			if d.number || end > len(text) {
				continue
			}
			if b, ok := decode64(text[start:end]); ok && string(b) == d.sum {
				tell(d.value, d.hash, d.variant, "base64")
			}
		}
	}
}

func (x *digestIndex) searchBytes(text string, tell note) {
	var w uint64
	high := 0 // place of the last byte that is no ASCII
	for i := range len(text) {
		w = w<<8 | uint64(text[i])
		if text[i] >= 0x80 {
			high = i + 1
		}
		if i < minDigest-1 || high < i-minDigest+2 {
			continue
		}
		for at := x.find(w); at >= 0; at = x.list[at].next {
			d := &x.list[at]
			start := i + 1 - minDigest
			if end := start + len(d.sum); !d.number && end <= len(text) && text[start:end] == d.sum {
				tell(d.value, d.hash, d.variant)
			}
		}
	}
}

// searchNumbers finds digests that were written as a number, decimal or of eight
// hexadecimal digits, which must stand alone.
func (x *digestIndex) searchNumbers(text string, tell note) {
	for start := 0; start < len(text); {
		if !isWord(text[start]) {
			start++
			continue
		}
		end := start
		for end < len(text) && isWord(text[end]) {
			end++
		}
		negative := start > 0 && text[start-1] == '-'
		if n := end - start; n >= 5 && n <= 39 && alone(text, start, end, negative) {
			x.number(text[start:end], negative, tell)
		}
		start = end
	}
}

// alone reports whether a word is all of a value: quotes, separators or nothing
// around it.
func alone(text string, start, end int, negative bool) bool {
	if negative {
		start--
	}
	return (start == 0 || strings.IndexByte(`"':=[,&;|~ `, text[start-1]) >= 0) &&
		(end == len(text) || strings.IndexByte(`"',&;]}|~ `, text[end]) >= 0)
}

func (x *digestIndex) number(word string, negative bool, tell note) {
	if len(word) == 8 {
		if n, err := strconv.ParseUint(word, 16, 32); err == nil {
			x.tellSmall(uint32(n), "hex", tell)
		}
	}
	n, ok := new(big.Int).SetString(word, 10)
	if !ok || strings.Trim(word, "0123456789") != "" {
		return
	}
	if len(word) <= 10 {
		v := n.Int64()
		if negative {
			v = -v
		}
		if v == int64(int32(v)) || v == int64(uint32(v)) { //nolint:gosec // The conversions are the question.
			x.tellSmall(uint32(v), "decimal", tell) //nolint:gosec // Signed numbers wrap.
		}
		return
	}
	for _, size := range []int{8, 16} {
		m := n
		if negative {
			m = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(8*size)), n) //nolint:gosec // 8 or 16.
		}
		if m.Sign() < 0 || m.BitLen() > 8*size || m.BitLen() <= 8*size-16 {
			continue
		}
		b := m.FillBytes(make([]byte, size))
		if size == 16 { // some write the second half before the first
			x.compareNumber(append(slices.Clone(b[8:]), b[:8]...), tell)
		}
		x.compareNumber(b, tell)
	}
}

func (x *digestIndex) compareNumber(b []byte, tell note) {
	for at := x.find(binary.BigEndian.Uint64(b)); at >= 0; at = x.list[at].next {
		switch d := &x.list[at]; {
		case d.sum == string(b):
			tell(d.value, d.hash, d.variant, "decimal")
		case len(b) == minDigest && !d.number: // its first half, or what stands for it
			tell(d.value, d.hash, d.variant, "cut", "decimal")
		}
	}
}

func (x *digestIndex) tellSmall(n uint32, step string, tell note) {
	for i := range x.small[n] {
		d := &x.small[n][i]
		tell(d.value, d.hash, d.variant, step)
	}
}
