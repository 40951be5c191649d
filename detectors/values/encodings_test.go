package values

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
)

func or(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func packed(kind, s string) string {
	var b bytes.Buffer
	var w io.WriteCloser
	switch kind {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "zlib":
		w = zlib.NewWriter(&b)
	default:
		w, _ = flate.NewWriter(&b, 6)
	}
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

func sum[T [16]byte | [20]byte | [32]byte](d T) string {
	switch d := any(d).(type) {
	case [16]byte:
		return string(d[:])
	case [20]byte:
		return string(d[:])
	case [32]byte:
		return string(d[:])
	}
	return ""
}

func digits(s string) string { return hex.EncodeToString([]byte(s)) }

func md5Of(s string) string { return sum(md5.Sum([]byte(s))) }

func sha1Of(s string) string { return sum(sha1.Sum([]byte(s))) }

func sha256Of(s string) string { return sum(sha256.Sum256([]byte(s))) }

func codes(s string) string {
	var list []string
	for i := range len(s) {
		list = append(list, strconv.Itoa(int(s[i])))
	}
	return strings.Join(list, ",")
}

func wide(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		b.WriteByte(0)
	}
	return b.String()
}

func latin(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

func unhexed(s string) string {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func bytesAsObject(s string) string {
	var list []string
	for i := range len(s) {
		list = append(list, fmt.Sprintf(`"%d":%d`, i, s[i]))
	}
	return "{" + strings.Join(list, ",") + "}"
}

func half(s string, n int) uint64 {
	a, b := murmur128(s)
	return []uint64{a, b}[n]
}

func uuidOf(sum string) string {
	d := digits(sum)
	return d[:8] + "-" + d[8:12] + "-" + d[12:16] + "-" + d[16:20] + "-" + d[20:]
}
