package values

import "strings"

// window is the number of bytes of a needle by which it is found first: as long
// as the shortest needle.
const window = minPlain

const windowMask = 1<<(8*window) - 1

// A needle is one text that is looked for in another.
type needle struct {
	text    string
	fold    bool   // text is in lower case, and case does not matter
	word    bool   // it must stand alone
	value   int    // index of its value
	variant string // of the value
	steps   []string
}

// An index finds needles: by the first bytes of each, and then by comparing.
type index struct {
	list   []needle
	filter []uint64         // a bit for each hash of first bytes
	first  map[uint64][]int // first bytes -> places in list
}

func (x *index) add(n needle) {
	if len(n.text) >= window {
		x.list = append(x.list, n)
	}
}

const filterBits = 17

func slot(w uint64) (word, bit uint64) {
	h := w * 0x9E3779B97F4A7C15 >> (64 - filterBits)
	return h >> 6, h & 63
}

// done builds the index.
func (x *index) done() {
	x.filter = make([]uint64, 1<<(filterBits-6))
	x.first = make(map[uint64][]int, len(x.list))
	for i := range x.list {
		var w uint64
		for j := range window {
			w = w<<8 | uint64(lowered[x.list[i].text[j]])
		}
		x.first[w] = append(x.first[w], i)
		word, bit := slot(w)
		x.filter[word] |= 1 << bit
	}
}

// search tells of each needle in a text.
func (x *index) search(text string, tell note) {
	if len(x.list) == 0 {
		return
	}
	var w uint64
	for i := range len(text) {
		w = (w<<8 | uint64(lowered[text[i]])) & windowMask
		if i < window-1 {
			continue
		}
		word, bit := slot(w)
		if x.filter[word]&(1<<bit) == 0 {
			continue
		}
		for _, at := range x.first[w] {
			n := &x.list[at]
			if got, ok := n.at(text, i-window+1); ok {
				tell(n.value, "", n.variantOf(got), n.steps...)
			}
		}
	}
}

// at reports whether a needle stands at a place of a text, and how it is written
// there.
func (n *needle) at(text string, start int) (string, bool) {
	end := start + len(n.text)
	if end > len(text) {
		return "", false
	}
	got := text[start:end]
	if n.fold && lower(got) != n.text || !n.fold && got != n.text {
		return "", false
	}
	if n.word && (start > 0 && isWord(text[start-1]) || end < len(text) && isWord(text[end])) {
		return "", false
	}
	return got, true
}

func isWord(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// variantOf names the form of a needle as it was written.
func (n *needle) variantOf(got string) string {
	if n.variant != "" || !n.fold || n.steps != nil {
		return n.variant
	}
	switch {
	case got == n.text:
		return "lower"
	case got == strings.ToUpper(n.text):
		return "upper"
	}
	return "case"
}
