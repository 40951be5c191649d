package values

import (
	"crypto/md5"  //nolint:gosec // It is looked for, not relied on.
	"crypto/sha1" //nolint:gosec // It is looked for, not relied on.
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/binary"
	"hash"
	"hash/crc32"
	"hash/fnv"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"
	"golang.org/x/crypto/md4"       //nolint:staticcheck,gosec // It is looked for, not relied on.
	"golang.org/x/crypto/ripemd160" //nolint:staticcheck,gosec // It is looked for, not relied on.
	legacy "golang.org/x/crypto/sha3"
)

// A function is one with which values are hashed.
type function struct {
	name string
	sum  func(string) []byte
	use  int
}

// How much a function is used on the web. One hash is looked for inside another
// where both together are not too rare.
const (
	rare = iota
	usual
	common
)

// hashes lists the functions whose results cannot be met by accident. Nothing
// relies on their strength.
var hashes = [...]function{
	{"md5", func(s string) []byte { d := md5.Sum([]byte(s)); return d[:] }, common},   //nolint:gosec // See above.
	{"sha1", func(s string) []byte { d := sha1.Sum([]byte(s)); return d[:] }, common}, //nolint:gosec // See above.
	{"sha256", func(s string) []byte { d := sha256.Sum256([]byte(s)); return d[:] }, common},
	{"sha512", func(s string) []byte { d := sha512.Sum512([]byte(s)); return d[:] }, common},
	{"sha224", func(s string) []byte { d := sha256.Sum224([]byte(s)); return d[:] }, usual},
	{"sha384", func(s string) []byte { d := sha512.Sum384([]byte(s)); return d[:] }, usual},
	{"sha512-256", func(s string) []byte { d := sha512.Sum512_256([]byte(s)); return d[:] }, rare},
	{"sha3-224", func(s string) []byte { d := sha3.Sum224([]byte(s)); return d[:] }, usual},
	{"sha3-256", func(s string) []byte { d := sha3.Sum256([]byte(s)); return d[:] }, usual},
	{"sha3-384", func(s string) []byte { d := sha3.Sum384([]byte(s)); return d[:] }, usual},
	{"sha3-512", func(s string) []byte { d := sha3.Sum512([]byte(s)); return d[:] }, usual},
	{"keccak256", func(s string) []byte { return with(legacy.NewLegacyKeccak256(), s) }, rare},
	{"blake2b-256", func(s string) []byte { d := blake2b.Sum256([]byte(s)); return d[:] }, usual},
	{"blake2b-384", func(s string) []byte { d := blake2b.Sum384([]byte(s)); return d[:] }, rare},
	{"blake2b-512", func(s string) []byte { d := blake2b.Sum512([]byte(s)); return d[:] }, usual},
	{"blake2s-256", func(s string) []byte { d := blake2s.Sum256([]byte(s)); return d[:] }, usual},
	{"ripemd160", func(s string) []byte { return with(ripemd160.New(), s) }, usual}, //nolint:gosec // See above.
	{"whirlpool", whirlpool, rare},
	{"md4", func(s string) []byte { return with(md4.New(), s) }, rare}, //nolint:gosec // See above.
	{"md2", md2, rare},
	{"murmur3-128", func(s string) []byte {
		a, b := murmur128(s)
		return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, a), b)
	}, rare},
	{"murmur3-128-x86", func(s string) (out []byte) {
		for _, h := range murmur128x86(s) {
			out = binary.BigEndian.AppendUint32(out, h)
		}
		return out
	}, rare},
	{"fnv1a-64", func(s string) []byte { return with(fnv.New64a(), s) }, rare},
}

func with(h hash.Hash, s string) []byte {
	_, _ = h.Write([]byte(s)) // never fails, see [hash.Hash]
	return h.Sum(nil)
}

// smallHashes have four bytes. Numbers like theirs are everywhere, so they are
// looked for in few forms, and only where a number stands alone.
var smallHashes = [...]smallFunction{
	{"murmur3-32", murmur32},
	{"crc32", func(s string) uint32 { return crc32.ChecksumIEEE([]byte(s)) }},
	{"fnv1a-32", func(s string) uint32 { return binary.BigEndian.Uint32(with(fnv.New32a(), s)) }},
	{"java", javaHash},
}

type smallFunction struct {
	name string
	sum  func(string) uint32
}

// javaHash is String.hashCode of Java, which many scripts imitate.
func javaHash(s string) uint32 {
	var h uint32
	for _, c := range s {
		h = 31*h + uint32(c) //nolint:gosec // A code point is not negative.
	}
	return h
}
