package values

// Whirlpool, the hash of ISO/IEC 10118-3, after its description by Barreto and
// Rijmen: a block cipher of ten rounds on 8 by 8 bytes.

// whirlpoolBox is the substitution, made of two small ones.
var whirlpoolBox = func() (t [256]byte) {
	e := [16]byte{0x1, 0xB, 0x9, 0xC, 0xD, 0x6, 0xF, 0x3, 0xE, 0x8, 0x7, 0x4, 0xA, 0x2, 0x5, 0x0}
	r := [16]byte{0x7, 0xC, 0xB, 0xD, 0xE, 0x4, 0x9, 0xF, 0x6, 0x3, 0x8, 0xA, 0x2, 0x5, 0x1, 0x0}
	var back [16]byte
	for i, x := range e {
		back[x] = byte(i)
	}
	for i := range t {
		left, right := e[i>>4], back[i&15]
		mixed := r[left^right]
		t[i] = e[left^mixed]<<4 | back[right^mixed]
	}
	return t
}()

// whirlpoolRow is the first row of the matrix that mixes the bytes of a row.
var whirlpoolRow = [8]byte{1, 1, 4, 1, 8, 5, 2, 9}

type whirlpoolState [8][8]byte

func (s *whirlpoolState) xor(o *whirlpoolState) {
	for i := range s {
		for j := range s[i] {
			s[i][j] ^= o[i][j]
		}
	}
}

// round substitutes the bytes, moves column j down by j and mixes each row.
func (s *whirlpoolState) round() {
	var moved whirlpoolState
	for i := range 8 {
		for j := range 8 {
			moved[(i+j)%8][j] = whirlpoolBox[s[i][j]]
		}
	}
	for i := range 8 {
		for j := range 8 {
			var sum byte
			for k := range 8 {
				sum ^= whirlpoolTimes[whirlpoolRow[(j-k+8)%8]][moved[i][k]]
			}
			s[i][j] = sum
		}
	}
}

// whirlpoolTimes holds the products of the numbers of the row and all others.
var whirlpoolTimes = func() (t [10][256]byte) {
	for _, a := range whirlpoolRow {
		for b := range t[a] {
			t[a][b] = times(byte(b), a)
		}
	}
	return t
}()

// times multiplies in the field of 256 elements with the polynomial 0x11D.
func times(a, b byte) byte {
	var out byte
	for ; b > 0; b >>= 1 {
		if b&1 != 0 {
			out ^= a
		}
		high := a & 0x80
		a <<= 1
		if high != 0 {
			a ^= 0x1D
		}
	}
	return out
}

func whirlpool(text string) []byte {
	m := append([]byte(text), 0x80)
	for len(m)%64 != 32 {
		m = append(m, 0)
	}
	var length [32]byte // in bits
	for i, n := 31, uint64(len(text))*8; n > 0; i, n = i-1, n>>8 {
		length[i] = byte(n)
	}
	m = append(m, length[:]...)
	var sum whirlpoolState
	for ; len(m) > 0; m = m[64:] {
		var block whirlpoolState
		for i := range 64 {
			block[i/8][i%8] = m[i]
		}
		key, state := sum, block
		state.xor(&key)
		for round := range 10 {
			key.round()
			for j := range 8 {
				key[0][j] ^= whirlpoolBox[8*round+j]
			}
			state.round()
			state.xor(&key)
		}
		sum.xor(&state)
		sum.xor(&block)
	}
	out := make([]byte, 0, 64)
	for i := range sum {
		out = append(out, sum[i][:]...)
	}
	return out
}
