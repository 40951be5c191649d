package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// cutLength is how many characters of a value are left when it is cut.
const cutLength = 8

// cutDigest is how many hexadecimal digits of the digest follow a cut value:
// enough to tell the values of one visit apart.
const cutDigest = 16

// Digest names content by its SHA-256 sum: "sha256:" and 64 hexadecimal digits.
func Digest(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Cut shortens a value that may identify somebody to its first eight
// characters, "~" and sixteen hexadecimal digits of its SHA-256 sum, so that
// equal values can still be told from different ones. Values of up to eight
// characters, and values that were cut before, come back as they are. The
// result holds no character that the value did not hold, except "~", so that it
// can stand in a URL or a header.
//
// A digest does not protect what can be guessed: whoever suspects a certain
// telephone number can check it.
func Cut(value string) string {
	if utf8.RuneCountInString(value) <= cutLength || isCut(value) {
		return value
	}
	end := 0
	for range cutLength {
		_, size := utf8.DecodeRuneInString(value[end:])
		end += size
	}
	sum := sha256.Sum256([]byte(value))
	return value[:end] + "~" + hex.EncodeToString(sum[:])[:cutDigest]
}

// isCut reports whether a value has the form that Cut gives.
func isCut(value string) bool {
	at := len(value) - cutDigest - 1
	if at < 0 || value[at] != '~' || utf8.RuneCountInString(value[:at]) != cutLength {
		return false
	}
	return strings.Trim(value[at+1:], "0123456789abcdef") == ""
}
