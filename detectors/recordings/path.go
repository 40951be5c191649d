package recordings

import (
	"encoding/binary"
	"strings"
)

// minFound is how many points of the way of the mouse must stand in one message.
// That two numbers of three digits stand side by side by accident happens; that
// four such pairs of one way do, does not.
const minFound = 4

// minOrdinary is the least coordinate that is looked for: smaller numbers stand in
// every message.
const minOrdinary = 100

// maxNumbers is how many numbers of a text are looked at.
const maxNumbers = 200_000

// A path is the way that the mouse went.
type path struct {
	points []Point
	byX    map[int][]int // X -> places in points
	byY    map[int][]int
	binary []encoding
}

// An encoding is how a binary format may keep the points.
type encoding [][]byte

func newPath(moves []Point) path {
	p := path{byX: map[int][]int{}, byY: map[int][]int{}}
	for _, m := range moves {
		if m.X < minOrdinary || m.Y < minOrdinary || m.X > 1<<14 || m.Y > 1<<14 {
			continue
		}
		p.byX[m.X] = append(p.byX[m.X], len(p.points))
		p.byY[m.Y] = append(p.byY[m.Y], len(p.points))
		p.points = append(p.points, m)
	}
	for _, write := range writers {
		var e encoding
		for _, m := range p.points {
			e = append(e, write(write(nil, m.X), m.Y))
		}
		p.binary = append(p.binary, e)
	}
	return p
}

// writers are the ways in which binary formats keep small numbers: as variable
// length (LEB128) without and with a place for the sign, as 16 and 32 bits in both
// orders.
var writers = []func([]byte, int) []byte{
	func(b []byte, n int) []byte { return binary.AppendUvarint(b, uint64(n)) }, //nolint:gosec // 0 to 16384, see newPath.
	func(b []byte, n int) []byte { return binary.AppendVarint(b, int64(n)) },
	func(b []byte, n int) []byte { return binary.LittleEndian.AppendUint16(b, uint16(n)) }, //nolint:gosec // See above.
	func(b []byte, n int) []byte { return binary.BigEndian.AppendUint16(b, uint16(n)) },    //nolint:gosec // See above.
	func(b []byte, n int) []byte { return binary.LittleEndian.AppendUint32(b, uint32(n)) }, //nolint:gosec // See above.
	func(b []byte, n int) []byte { return binary.BigEndian.AppendUint32(b, uint32(n)) },    //nolint:gosec // See above.
}

// in reports whether enough points of the way stand in a text: as pairs of numbers,
// as two columns, or as bytes.
func (p *path) in(text string) bool {
	if len(p.points) < minFound {
		return false
	}
	list := numbers(text)
	if p.pairs(list) || runs(list, p.byX) && runs(list, p.byY) {
		return true
	}
	if isText(text) {
		return false
	}
	for _, e := range p.binary {
		n := 0
		for _, code := range e {
			if strings.Contains(text, string(code)) {
				n++
			}
		}
		if n >= minFound {
			return true
		}
	}
	return false
}

// pairs reports whether enough points stand as X and Y side by side.
func (p *path) pairs(list []int) bool {
	found := map[int]bool{}
	for i := 0; i+1 < len(list); i++ {
		for _, at := range p.byX[list[i]] {
			if p.points[at].Y == list[i+1] {
				found[at] = true
			}
		}
		if len(found) >= minFound {
			return true
		}
	}
	return false
}

// runs reports whether enough coordinates follow each other as on the way; some of
// the way's points may have been left out.
func runs(list []int, places map[int][]int) bool {
	last, n := -1, 0
	for _, number := range list {
		next := -1
		for _, at := range places[number] {
			if at > last && at <= last+4 {
				next = at
				break
			}
		}
		switch at := places[number]; {
		case next >= 0 && last >= 0:
			last, n = next, n+1
		case len(at) > 0:
			last, n = at[0], 1
		default:
			last, n = -1, 0
		}
		if n > minFound {
			return true
		}
	}
	return false
}

// numbers lists the numbers in a text, without fractions, in order.
func numbers(text string) []int {
	var out []int
	for i := 0; i < len(text) && len(out) < maxNumbers; {
		if !isDigit(text[i]) {
			i++
			continue
		}
		start, n := i, 0
		for ; i < len(text) && isDigit(text[i]); i++ {
			if i-start < 9 {
				n = n*10 + int(text[i]-'0')
			}
		}
		if i+1 < len(text) && text[i] == '.' && isDigit(text[i+1]) {
			for i++; i < len(text) && isDigit(text[i]); i++ { //nolint:revive // Only the place moves on.
			}
		}
		if start == 0 || !isLetter(text[start-1]) { // "h2" and "x86" are words
			out = append(out, n)
		}
	}
	return out
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
