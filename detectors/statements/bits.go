package statements

import (
	"errors"
	"fmt"
	"strings"
)

// errShort says that a string ends before its last field.
var errShort = errors.New("it is cut short")

// A bits reads numbers from the bits of a base64url string, high bits first.
// Each character stands for six bits, so that strings whose length base64 would
// not allow can be read too: the specifications pad to six bits.
type bits struct {
	s   string
	at  int // next bit
	err error
}

// newBits checks the alphabet. Padding at the end is dropped.
func newBits(s string) (*bits, error) {
	s = strings.TrimRight(s, "=")
	if s == "" {
		return nil, errors.New("it is empty")
	}
	for i := range len(s) {
		if sextet(s[i]) < 0 {
			return nil, fmt.Errorf("character %q at %d is not base64url", s[i], i+1)
		}
	}
	return &bits{s: s}, nil
}

func sextet(c byte) int {
	switch {
	case c >= 'A' && c <= 'Z':
		return int(c - 'A')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 26
	case c >= '0' && c <= '9':
		return int(c-'0') + 52
	case c == '-':
		return 62
	case c == '_':
		return 63
	}
	return -1
}

// number reads an unsigned number of n bits. After the end it is 0 and err is
// set.
func (b *bits) number(n int) int {
	if b.err != nil {
		return 0
	}
	if n > b.left() {
		b.err = errShort
		return 0
	}
	value := 0
	for range n {
		value = value<<1 | sextet(b.s[b.at/6])>>(5-b.at%6)&1
		b.at++
	}
	return value
}

func (b *bits) flag() bool { return b.number(1) == 1 }

func (b *bits) left() int { return len(b.s)*6 - b.at }

// letters reads n letters of six bits each, A is 0. Others come back as "?".
func (b *bits) letters(n int) string {
	var out strings.Builder
	for range n {
		if c := b.number(6); c < 26 {
			out.WriteString("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[c : c+1])
		} else {
			out.WriteByte('?')
		}
	}
	return out.String()
}

// set reads a field of n bits and returns the places that are set, from 1.
func (b *bits) set(n int) []int {
	list := []int{}
	if b.err == nil && n > b.left() {
		b.err = errShort
	}
	if b.err != nil {
		return list
	}
	for i := 1; i <= n; i++ {
		if b.flag() {
			list = append(list, i)
		}
	}
	return list
}

// fibonacci reads a number in Fibonacci code, at least 1.
// https://github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform/blob/main/Core/Consent%20String%20Specification.md
func (b *bits) fibonacci() int {
	value, last := 0, false
	for x, y := 1, 2; x < 1<<20; x, y = y, x+y {
		bit := b.flag()
		if b.err != nil {
			return 0
		}
		if bit && last {
			return value
		}
		if bit {
			value += x
		}
		last = bit
	}
	b.err = errors.New("a number in it is too large")
	return 0
}

// padding reports whether only zeros are left, as many as an encoder adds to
// fill up its last bytes.
func (b *bits) padding() bool {
	if b.left() >= 24 {
		return false
	}
	for b.left() > 0 {
		if b.flag() {
			return false
		}
	}
	return b.err == nil
}
