package values

import (
	"encoding/binary"
	"math/bits"
)

// MurmurHash3 with seed 0, after the public description and constants of Austin
// Appleby, who placed it in the public domain.

func murmur32(s string) uint32 {
	const c1, c2 = 0xcc9e2d51, 0x1b873593
	b := []byte(s)
	var h uint32
	for ; len(b) >= 4; b = b[4:] {
		k := binary.LittleEndian.Uint32(b) * c1
		h ^= bits.RotateLeft32(k, 15) * c2
		h = bits.RotateLeft32(h, 13)*5 + 0xe6546b64
	}
	if len(b) > 0 {
		h ^= bits.RotateLeft32(tail32(b)*c1, 15) * c2
	}
	return mix32(h ^ uint32(len(s))) //nolint:gosec // As the function does.
}

// tail32 reads up to four bytes as a little-endian number.
func tail32(b []byte) uint32 {
	var k uint32
	for i := range min(len(b), 4) {
		k |= uint32(b[i]) << (8 * i)
	}
	return k
}

func mix32(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}

// murmur128 is the variant for 64-bit machines.
func murmur128(s string) (h1, h2 uint64) {
	const c1, c2 = 0x87c37b91114253d5, 0x4cf5ad432745937f
	b := []byte(s)
	for ; len(b) >= 16; b = b[16:] {
		h1 ^= bits.RotateLeft64(binary.LittleEndian.Uint64(b)*c1, 31) * c2
		h1 = (bits.RotateLeft64(h1, 27)+h2)*5 + 0x52dce729
		h2 ^= bits.RotateLeft64(binary.LittleEndian.Uint64(b[8:])*c2, 33) * c1
		h2 = (bits.RotateLeft64(h2, 31)+h1)*5 + 0x38495ab5
	}
	var rest [16]byte
	copy(rest[:], b)
	if len(b) > 8 {
		h2 ^= bits.RotateLeft64(binary.LittleEndian.Uint64(rest[8:])*c2, 33) * c1
	}
	if len(b) > 0 {
		h1 ^= bits.RotateLeft64(binary.LittleEndian.Uint64(rest[:])*c1, 31) * c2
	}
	h1 ^= uint64(len(s))
	h2 ^= uint64(len(s))
	h1 += h2
	h2 += h1
	h1, h2 = mix64(h1), mix64(h2)
	h1 += h2
	return h1, h2 + h1
}

func mix64(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// murmur128x86 is the variant for 32-bit machines, which scripts use too.
func murmur128x86(s string) [4]uint32 {
	c := [4]uint32{0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93}
	kTurn := [4]int{15, 16, 17, 18}
	hTurn := [4]int{19, 17, 15, 13}
	plus := [4]uint32{0x561ccd1b, 0x0bcaa747, 0x96cd1c35, 0x32ac3b17}
	var h [4]uint32
	b := []byte(s)
	for ; len(b) >= 16; b = b[16:] {
		for i := range 4 {
			k := binary.LittleEndian.Uint32(b[4*i:]) * c[i]
			h[i] ^= bits.RotateLeft32(k, kTurn[i]) * c[(i+1)%4]
			h[i] = (bits.RotateLeft32(h[i], hTurn[i])+h[(i+1)%4])*5 + plus[i]
		}
	}
	for i := range 4 {
		if len(b) > 4*i {
			h[i] ^= bits.RotateLeft32(tail32(b[4*i:])*c[i], kTurn[i]) * c[(i+1)%4]
		}
	}
	for i := range h {
		h[i] ^= uint32(len(s)) //nolint:gosec // As the function does.
	}
	spread := func() {
		h[0] += h[1] + h[2] + h[3]
		h[1] += h[0]
		h[2] += h[0]
		h[3] += h[0]
	}
	spread()
	for i := range h {
		h[i] = mix32(h[i])
	}
	spread()
	return h
}
