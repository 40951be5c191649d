package values

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// The vectors stand in the specification of each function, those of MurmurHash3
// in the programs of several languages.
func TestHashVectors(t *testing.T) {
	digits := strings.Repeat("1234567890", 8)
	for _, c := range []struct{ name, in, want string }{
		{"md2", "", "8350e5a3e24c153df2275c9f80692773"},
		{"md2", "abc", "da853b0d3f88d99b30283a69e6ded6bb"},
		{"md2", digits, "d5976f79d83d3a0dc9806c3c66f3efd8"},
		{"md4", "abc", "a448017aaf21d8525fc10ae87aa6729d"},
		{"md5", "abc", "900150983cd24fb0d6963f7d28e17f72"},
		{"sha1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
		{"sha224", "abc", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"},
		{"sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"sha384", "abc", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
		{"sha512", "abc", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
		{"sha3-224", "abc", "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf"},
		{"sha3-256", "abc", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"},
		{"sha3-384", "abc", "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25"},
		{"sha3-512", "abc", "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0"},
		{"keccak256", "abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"},
		{"blake2b-512", "abc", "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"},
		{"blake2b-256", "abc", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"},
		{"blake2s-256", "abc", "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"},
		{"ripemd160", "abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"},
		{"whirlpool", "", "19fa61d75522a4669b44e39c1d2e1726c530232130d407f89afee0964997f7a73e83be698b288febcf88e3e03c4f0757ea8964e59b63d93708b138cc42a66eb3"},
		{"whirlpool", "abc", "4e2448a4c6f486bb16b6562c73b4020bf3043e3a731bce721ae1b303d97e6d4c7181eebdb6c57e277d0e34957114cbd6c797fc9d95d8b582d225292076d4eef5"},
		{"murmur3-128", "", "00000000000000000000000000000000"},
		{"murmur3-128", "hello", "cbd8a7b341bd9b025b1e906a48ae1d19"},
		{"murmur3-128", "The quick brown fox jumps over the lazy dog", "e34bbc7bbc071b6c7a433ca9c49a9347"},
		{"murmur3-128-x86", "The quick brown fox jumps over the lazy dog", "2f1583c3ecee2c675d7bf66ce5e91d2c"},
		{"fnv1a-64", "foobar", "85944171f73967e8"},
	} {
		found := false
		for _, h := range hashes {
			if h.name == c.name {
				found = true
				if got := hex.EncodeToString(h.sum(c.in)); got != c.want {
					t.Errorf("%s of %q: %s, want %s", c.name, c.in, got, c.want)
				}
			}
		}
		if !found {
			t.Errorf("%s is not looked for", c.name)
		}
	}
	for _, c := range []struct {
		name, in string
		want     uint32
	}{
		{"murmur3-32", "", 0},
		{"murmur3-32", "test", 0xba6bd213},
		{"murmur3-32", "Hello, world!", 0xc0363e43},
		{"murmur3-32", "The quick brown fox jumps over the lazy dog", 0x2e4ff723},
		{"crc32", "123456789", 0xcbf43926},
		{"fnv1a-32", "foobar", 0xbf9cf968},
		{"java", "hello", 99162322},
	} {
		for _, h := range smallHashes {
			if got := h.sum(c.in); h.name == c.name && got != c.want {
				t.Errorf("%s of %q: %s, want %s", c.name, c.in, fmt.Sprintf("%08x", got), fmt.Sprintf("%08x", c.want))
			}
		}
	}
}
