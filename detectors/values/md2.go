package values

import "encoding/hex"

// md2Table is the substitution of RFC 1319, which it makes of the digits of pi.
var md2Table = func() (t [256]byte) {
	// The digits are constant, so that there is no error.
	_, _ = hex.Decode(t[:], []byte("292e43c9a2d87c013d3654a1ecf0061362a705f3c0c7738c98932bd9bc4c82ca"+
		"1e9b573cfdd4e01667426f188a17e512be4ec4d6da9ede49a0fbf58ebb2fee7a"+
		"a968799115b2073f94c210890b225f21807f5d9a5a903227353ecce7bff79703"+
		"ff1930b348a5b5d1d75e922aac56aac64fb838d296a47db676fc6be29c7404f1"+
		"459d705964718720865bcf65e62da8021b6025adaeb0b9f61c46616934407e0f"+
		"5547a323dd51af3ac35cf9cebac5ea262c530d6e85288409d3dfcdf441814d52"+
		"6adc37c86cc1abfa24e17b080cbdb14a7888958be363e86de9cbd5fe3b001d39"+
		"f2efb70e6658d0e4a67772f8eb754b0a314450b48fed1f1adb998d339f118314"))
	return t
}()

// md2 is the message digest of RFC 1319. Nothing should use it, and some that
// hash addresses did.
func md2(s string) []byte {
	pad := 16 - len(s)%16
	m := []byte(s)
	for range pad {
		m = append(m, byte(pad))
	}
	var sum [16]byte
	last := byte(0)
	for i := 0; i < len(m); i += 16 {
		for j := range 16 {
			sum[j] ^= md2Table[m[i+j]^last]
			last = sum[j]
		}
	}
	m = append(m, sum[:]...)
	var x [48]byte
	for i := 0; i < len(m); i += 16 {
		for j := range 16 {
			x[16+j] = m[i+j]
			x[32+j] = m[i+j] ^ x[j]
		}
		t := byte(0)
		for round := range 18 {
			for k := range x {
				x[k] ^= md2Table[t]
				t = x[k]
			}
			t += byte(round)
		}
	}
	return x[:16]
}
