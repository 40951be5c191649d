package values

import (
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"html"
	"math/big"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

const (
	mail  = "Jo.Kanarie+x7q@example.test"
	phone = "06 1234 5670"
	name  = "Josefien Kanarie"
	pass  = "Kn4rie!zwijgt"
)

func searcher() *Searcher {
	return New([]Value{
		{ID: "mail", Text: mail, Kind: "email", Hashes: true},
		{ID: "phone", Text: phone, Kind: "phone", Hashes: true},
		{ID: "name", Text: name, Kind: "name", Hashes: true},
		{ID: "password", Text: pass, Kind: "password", Hashes: true},
		{ID: "birth", Text: "14-03-1972", Kind: "date", Hashes: true},
	})
}

// show writes a hit in one line: value, variant, hash, steps.
func show(h Hit) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %s", h.ID, or(h.Variant), or(h.Hash), strings.Join(h.Steps, " ")))
}

// What each text must be found in, and how.
func TestSearchText(t *testing.T) {
	s, low := searcher(), strings.ToLower(mail)
	longer := `{"type":"input","field":"e-mail","value":"` + mail + `","form":"newsletter"}`
	for _, c := range []struct{ name, text, want string }{
		{"plain", "x=" + mail + ";y", "mail - -"},
		{"lower case", low, "mail lower -"},
		{"upper case", strings.ToUpper(mail), "mail upper -"},
		{"mixed case", "jo.Kanarie+x7q@Example.Test", "mail case -"},
		{"percent-encoded", url.QueryEscape(mail), "mail - - url"},
		{"twice", url.QueryEscape(url.QueryEscape(mail)), "mail - - url url"},
		{"three times", url.QueryEscape(url.QueryEscape(url.QueryEscape(mail))), "mail - - url url url"},
		{"the old escape function", "Jo.Kanarie+x7q%u0040example.test", "mail - - url"},
		{"a plus that should have been encoded", "Jo.Kanarie+x7q%40example.test", "mail - - url"},
		{"JSON escapes", `Jo.Kanarie\u002bx7q\u0040example.test`, "mail - - json"},
		{"JavaScript escapes", `Jo.Kanarie+x7q\x40example.test`, "mail - - json"},
		{"HTML references", "Jo.Kanarie&#43;x7q&commat;example.test", "mail - - html"},
		{"JSON in HTML", html.EscapeString(`{"m":"Jo.Kanarie+x7q\u0040example.test"}`), "mail - - json"},
		{"base64", b64(mail), "mail - - base64"},
		{"base64 for addresses", base64.RawURLEncoding.EncodeToString([]byte("???" + mail + "???")), "mail - - base64"},
		{"base64 in lower case", b64(low), "mail lower - base64"},
		{"base64, offset 0", b64(longer), "mail - - base64"},
		{"base64, offset 1", b64("x" + longer), "mail - - base64"},
		{"base64, offset 2", b64("xy" + longer), "mail - - base64"},
		{"base64 without its beginning", b64(longer)[7:], "mail - - base64"},
		{"base64 behind letters", "prefix" + b64(mail), "mail - - base64"},
		{"base64 in a path", "collect/v1/a/b/" + b64(b64(mail)), "mail - - base64 base64"},
		{"base64 twice, in the middle", b64("some text before " + b64("z"+longer)), "mail - - base64 base64"},
		{"base64, percent-encoded", url.QueryEscape(b64("?>" + mail)), "mail - - base64"},
		{"base64 of percent-encoding", b64(url.QueryEscape(mail)), "mail - - base64 url"},
		{"hexadecimal", digits(mail), "mail - - hex"},
		{"hexadecimal in upper case", strings.ToUpper(digits(mail)), "mail - - hex"},
		{"hexadecimal in the middle", "a" + digits("zz"+mail+"zz"), "mail - - hex"},
		{"hexadecimal of JSON escapes", digits(`"Jo.Kanarie+x7q\u0040example.test"`), "mail - - hex json"},
		{"base32", base32.StdEncoding.EncodeToString([]byte(mail)), "mail - - base32"},
		{"base32 in the middle", strings.ToLower(base32.StdEncoding.EncodeToString([]byte("zz" + longer))), "mail - - base32"},
		{"base58", "id=" + encode58(mail), "mail - - base58"},
		{"gzip", packed("gzip", longer), "mail - - gzip"},
		{"zlib", packed("zlib", longer), "mail - - zlib"},
		{"deflate", packed("deflate", longer), "mail - - deflate"},
		{"base64 of gzip", b64(packed("gzip", longer)), "mail - - base64 gzip"},
		{"base64 of deflate", b64(packed("deflate", longer)), "mail - - base64 deflate"},
		{"hexadecimal of zlib", digits(packed("zlib", longer)), "mail - - hex zlib"},
		{"gzip of gzip", packed("gzip", packed("gzip", longer)), "mail - - gzip gzip"},
		{"percent-encoded gzip", url.QueryEscape(packed("gzip", longer)), "mail - - url gzip"},
		{"gzip kept in a text", latin(packed("gzip", longer)), "mail - - latin-1 gzip"},
		{"gzip without its end", packed("gzip", longer+strings.Repeat(longer+"?", 30))[:120], "mail - - gzip"},
		{"UTF-16", wide(mail), "mail - - utf-16"},
		{"base64 of UTF-16", b64(wide(mail)), "mail - - base64 utf-16"},
		{"codes of characters", codes(mail), "mail - - char-codes"},
		{"codes in JSON", `{"k":[` + codes(mail) + `]}`, "mail - - char-codes"},
		{"an array of bytes as JSON shows it", bytesAsObject(mail), "mail - - char-codes"},
		{"backwards", reverse(mail), "mail - - reversed"},
		{"base64 backwards", b64(reverse(mail)), "mail - - base64 reversed"},
		{"ROT13", "Wb.Xnanevr+k7d@rknzcyr.grfg", "mail - - rot-13"},
		{"a known replacement of characters", theKnown().maps[0].Replace(mail), "mail - - substituted"},
		// Made by lz-string 1.5.0.
		{"LZ-string, base64", "FIewdA0ghgdlBOBLApgagB4HYCOABZ6UAtgA4A2yYALsgM5VA===", "mail - - lz-string"},
		{"LZ-string, address", "x=FIewdA0ghgdlBOBLApgagB4HYCOABZ6UAtgA4A2yYALsgM5VA&y", "mail - - lz-string"},
		{"LZ-string, UTF-16", "\u0a63\u6c3d\u01c4\u0880\u3b48\u13a1\u1625\u183a\u402f\u01f8\u0490\u0079\u74c0\u0b80\u01e0\u0dd2\u3021\u3b40\u19ea\u5020\u0020", "mail - - lz-string"},
		{"LZ-string of JSON", "N4IgpgbmB2AuDOIBcBtUsCeAHMyQEtosBXWEAGhAgEMAbY3JEAKQHsA6AaWumoCd8YANQAPAOwBHAAJgR1ALZZaYdrDDwylagHNqhPGy49+g0ZJlzFy1erIBfcumyMCRUhSp0GBjt14DhcWlZBSUVNQ0QOwBdOyA",
			"mail - - lz-string"},
		{"LZ-string, bytes", unhexed("1487b0740d2086076504e04b02981a801e07602380059e9402d800e00db26002ec80ce550000"), "mail - - lz-string"},
		{"the part before the @", "user=jo.kanarie+x7q", "mail local -"},
		{"without the tag", "jo.kanarie@example.test", "mail no-tag -"},
		{"a name", "josefien kanarie", "name lower -"},
		{"a name with a plus", "Josefien+Kanarie", "name - - url"},
		{"a number", "tel:0612345670", "phone digits -"},
		{"a number as it was typed", "06+1234+5670", "phone - - url"},
		{"a secret", url.QueryEscape(pass), "password - - url"},
		{"a day, written otherwise", `{"born":"1972-03-14"}`, "birth date -"},
	} {
		got := s.Search([]Part{{"body", "", c.text}})
		if len(got) != 1 || show(got[0]) != c.want {
			t.Errorf("%s: %q, want %q", c.name, shown(got), c.want)
		}
	}
}

func shown(list []Hit) []string {
	var out []string
	for _, h := range list {
		out = append(out, show(h))
	}
	return out
}

func TestSearchHashes(t *testing.T) {
	s, low := searcher(), strings.ToLower(mail)
	for _, c := range []struct{ name, text, want string }{
		{"SHA-256 of lower case", digits(sha256Of(low)), "mail lower sha256 hex"},
		{"as typed", digits(sha256Of(mail)), "mail - sha256 hex"},
		{"in upper case", strings.ToUpper(digits(md5Of(low))), "mail lower md5 hex"},
		{"behind other digits", "0a1b" + digits(sha1Of(low)) + "77", "mail lower sha1 hex"},
		{"like a UUID", "3e" + "-x " + uuidOf(md5Of(low)), "mail lower md5 uuid hex"},
		{"two at once", digits(sha256Of("x")) + digits(sha256Of(low)), "mail lower sha256 hex"},
		{"its beginning", digits(sha256Of(low))[:32], "mail lower sha256 cut hex"},
		{"base64", b64(sha256Of(low)), "mail lower sha256 base64"},
		{"base64 for addresses", "tv.1~em." + base64.RawURLEncoding.EncodeToString([]byte(sha256Of(low))), "mail lower sha256 base64"},
		{"base64 behind letters", "em" + base64.RawURLEncoding.EncodeToString([]byte(sha256Of(low))), "mail lower sha256 base64"},
		{"base64 of digits", b64(digits(sha256Of(low))), "mail lower sha256 base64 hex"},
		{"base64 of bytes inside others", b64("\x0a\x20" + sha256Of(low) + "\x10"), "mail lower sha256 base64"},
		{"base32 of bytes", base32.StdEncoding.EncodeToString([]byte(sha256Of(low))), "mail lower sha256 base32"},
		{"base58 of bytes", encode58(sha256Of(low)), "mail lower sha256 base58"},
		{"bytes", "\x01\x02" + sha256Of(low) + "zz", "mail lower sha256"},
		{"bytes in a text", latin(sha256Of(low)), "mail lower sha256 latin-1"},
		{"bytes, percent-encoded", url.QueryEscape(sha256Of(low)), "mail lower sha256 url"},
		{"bytes as codes", "[" + codes(sha256Of(low)) + "]", "mail lower sha256 char-codes"},
		{"gzip of JSON", packed("gzip", `{"u":{"em":"`+digits(sha256Of(low))+`"}}`), "mail lower sha256 gzip hex"},
		{"hash of a hash", digits(md5Of(digits(sha1Of(low)))), "mail lower md5(sha1) hex"},
		{"hash of the bytes of a hash", digits(sha256Of(sha256Of(low))), "mail lower sha256(sha256 bytes) hex"},
		{"hash of the base64 of a hash", digits(sha256Of(b64(sha256Of(low)))), "mail lower sha256(sha256 base64) hex"},
		{"hash of base64", digits(sha256Of(b64(mail))), "mail - sha256(base64) hex"},
		{"hash of percent-encoding", digits(sha1Of(url.QueryEscape(mail))), "mail - sha1(url) hex"},
		{"a known salt", digits(sha256Of(low + "QX4QkKEU")), "mail lower sha256(salted) hex"},
		{"without dots and tag", digits(sha256Of("jokanarie@example.test")), "mail no-dots-no-tag sha256 hex"},
		{"the part before the @", digits(md5Of("jo.kanarie+x7q")), "mail local md5 hex"},
		{"a number in international form", digits(sha256Of("+31612345670")), "phone code-31 sha256 hex"},
		{"without the sign", digits(sha256Of("31612345670")), "phone code-31 sha256 hex"},
		{"in national form", digits(sha256Of("0612345670")), "phone digits sha256 hex"},
		{"one word of a name", digits(sha256Of("josefien")), "name word sha256 hex"},
		{"a secret", digits(sha1Of(pass)), "password - sha1 hex"},
		{"a day, written otherwise", digits(sha256Of("19720314")), "birth date sha256 hex"},
		{"MurmurHash3", digits(string(functionNamed("murmur3-128").sum(low))), "mail lower murmur3-128 hex"},
		{"its first half as a number", fmt.Sprintf(`{"h":"%d"}`, int64(half(low, 0))), "mail lower murmur3-128 cut decimal"},
		{"its second half as a number", fmt.Sprintf("h=%d", half(low, 1)), "mail lower murmur3-128 decimal"},
		{"all of it as a number", new(big.Int).SetBytes(functionNamed("murmur3-128").sum(low)).String(), "mail lower murmur3-128 decimal"},
		{"four bytes that stand alone", fmt.Sprintf(`{"h":%d}`, murmur32(low)), "mail lower murmur3-32 decimal"},
		{"four bytes, with a sign", fmt.Sprintf("h=%d", int32(javaHash("jokanarie@example.test"))), "mail no-dots-no-tag java decimal"},
		{"four bytes, hexadecimal", fmt.Sprintf("crc:%08x", smallHashes[1].sum(mail)), "mail - crc32 hex"},
	} {
		got := s.Search([]Part{{"body", "", c.text}})
		if len(got) != 1 || show(got[0]) != c.want {
			t.Errorf("%s: %q, want %q", c.name, shown(got), c.want)
		}
	}
	for _, f := range hashes {
		for _, text := range []string{digits(string(f.sum(low))), b64(string(f.sum(low))), "id:" + string(f.sum(low))} {
			if got := s.Search([]Part{{"body", "", text}}); len(got) != 1 || got[0].Hash != f.name {
				t.Errorf("%s in %q: %q", f.name, text, shown(got))
			}
		}
	}
}

// What is not there is not found, however like it looks.
func TestSilence(t *testing.T) {
	s := searcher()
	for _, text := range []string{
		"", "jo", "kanarie", "josefien", "example.test", "jo.kanarie@elsewhere.test",
		"t=1706123456701", "90612345670", "0612345670123", // a number inside another
		digits(sha256Of("someone.else@example.test")),
		digits(sha256Of(strings.ToLower(mail)))[:15], digits(sha256Of(strings.ToLower(mail)))[:20] + "0000000000000000",
		fmt.Sprintf("x%da", murmur32(strings.ToLower(mail))), fmt.Sprintf("%d.%d", 12, murmur32(strings.ToLower(mail))),
		strings.Repeat("analytics/collect?v=2&tid=G-ABC123XYZ&_p=1712345678&", 40),
	} {
		if got := s.Search([]Part{{"body", "", text}}); got != nil {
			t.Errorf("%q: %q", text, shown(got))
		}
	}
	short := New([]Value{{ID: "s", Text: "abcde", Kind: "text", Hashes: true}, {ID: "i", Text: "u1234567", Kind: "id"}})
	for _, text := range []string{"abcde", b64("abcde"), "xu1234567", "u12345678", "U1234567"} {
		if got := short.Search([]Part{{"body", "", text}}); got != nil {
			t.Errorf("%q: %q", text, shown(got))
		}
	}
	if got := short.Search([]Part{{"body", "", digits(sha1Of("abcde"))}, {"query", "u", "a.u1234567.b"}}); len(got) != 2 {
		t.Errorf("a hash of a short text, and an identifier: %q", shown(got))
	}
}

// A hit says where it was, the shortest way, once for each place.
func TestHits(t *testing.T) {
	got := searcher().Search(RequestParts(&evidence.Request{
		URL:     "https://a.test/" + url.PathEscape(mail) + "?m=" + url.QueryEscape(mail) + "&h=" + digits(md5Of(mail)) + "&h=" + digits(md5Of(mail)),
		Headers: []evidence.Header{{Name: "X-User", Value: b64(mail)}},
		Body:    `{"user":{"mail":"` + mail + `","again":"` + mail + `"},"list":["` + strings.ToLower(mail) + `","` + mail + `"]}`,
	}))
	want := []Hit{
		{ID: "mail", Where: "body", Name: "list"},
		{ID: "mail", Where: "body", Name: "user.again"},
		{ID: "mail", Where: "body", Name: "user.mail"},
		{ID: "mail", Where: "header", Name: "X-User", Steps: []string{"base64"}},
		{ID: "mail", Where: "path"},
		{ID: "mail", Where: "query", Name: "h", Hash: "md5", Steps: []string{"hex"}},
		{ID: "mail", Where: "query", Name: "m", Steps: []string{"url"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

// A page cannot make the search endless: archives that grow, words upon words.
func TestBounds(t *testing.T) {
	s := searcher()
	bomb := packed("gzip", strings.Repeat("0", 64<<20))
	s.Search([]Part{{"body", "", bomb}})
	for range 4 {
		bomb = packed("gzip", bomb)
	}
	s.Search([]Part{{"body", "", bomb + mail}})
	words := strings.Repeat(b64(strings.Repeat("%41+\\u0041&amp;", 50))+" ", 60)
	if got := s.Search([]Part{{"body", "", words + mail}}); len(got) != 1 {
		t.Errorf("behind many words: %q", shown(got))
	}
	budget := 10
	n := 0
	unwrap(strings.Repeat("%41", 100), &budget, func(*layer) { n++ })
	if n != 1 || budget != 10 {
		t.Errorf("%d texts, %d bytes left", n, budget)
	}
}

func BenchmarkSearch(b *testing.B) {
	var list []Value
	for i := range 20 {
		list = append(list, Value{ID: strconv.Itoa(i), Text: fmt.Sprintf("jo.kanarie+%d@example.test", i), Kind: "email", Hashes: true})
	}
	var requests []evidence.Request
	for i := range 10_000 {
		r := evidence.Request{
			URL: fmt.Sprintf("https://www.google-analytics.com/g/collect?v=2&tid=G-ABC123&gtm=45je4&_p=%d&cid=%d.17%08d&ul=en-us&sr=1280x720&uaa=x86&uafvl=Chromium%%3B156&dl=https%%3A%%2F%%2Fwww.shop.test%%2Fcart%%2F%d&dt=Cart%%20of%%20the%%20shop&en=scroll&_et=%d&tag_exp=101509157~103116026", i*7919, i*104729, i, i, i),
			Headers: []evidence.Header{{Name: "User-Agent", Value: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"},
				{Name: "Referer", Value: "https://www.shop.test/"}, {Name: "sec-ch-ua", Value: `"Chromium";v="156", "Not-A.Brand";v="24"`}},
		}
		if i%10 == 0 {
			r.Body = fmt.Sprintf(`{"event":"view","time":%d,"user":{"id":"%s","session":"%s"},"page":{"url":"https://www.shop.test/p/%d","title":"A page"},"items":[{"sku":"a%d","price":12.5}]}`,
				1700000000000+i, uuidOf(md5Of(strconv.Itoa(i))), digits(sha1Of(strconv.Itoa(i))), i, i)
		}
		requests = append(requests, r)
	}
	b.ResetTimer()
	for range b.N {
		s := New(list)
		for i := range requests {
			s.Search(RequestParts(&requests[i]))
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for range b.N {
		searcher()
	}
}

func FuzzSearch(f *testing.F) {
	f.Add("https://a.test/p?e="+url.QueryEscape(mail), "application/json", `{"a":"`+mail+`"}`, false)
	f.Add("wss://a.test/"+b64(mail), "multipart/form-data; boundary=XX", "--XX\r\nContent-Disposition: form-data; name=\"m\"\r\n\r\nx\r\n--XX--", false)
	f.Add("", "", b64(packed("gzip", mail)), true)
	f.Add("https://a.test/#"+wide(mail), "", bytesAsObject(mail), false)
	f.Add("https://a.test/?"+encode58(mail), "text/plain", latin(packed("zlib", mail)), false)
	f.Add("https://a.test/?FIewdA0ghgdlBOBLApgagB4HYCOABZ6UAtgA4A2yYALsgM5VA", "", codes(mail), false)
	s := searcher()
	f.Fuzz(func(t *testing.T, u, contentType, body string, binary bool) {
		r := &evidence.Request{URL: u, Headers: []evidence.Header{{Name: "Content-Type", Value: contentType}, {Name: "Cookie", Value: u}}, Body: body, BodyBinary: binary}
		first := s.Search(append(RequestParts(r), CookieParts(r)...))
		if again := s.Search(append(RequestParts(r), CookieParts(r)...)); !reflect.DeepEqual(first, again) {
			t.Errorf("another answer: %v, %v", first, again)
		}
		Leaves(RequestParts(r))
		s.Search(SocketParts(&evidence.Socket{URL: u, Frames: []evidence.SocketFrame{{Sent: true, Text: body, Binary: binary}}}))
		// Whatever is put around it, what stands there plainly is found.
		if got := s.Search([]Part{{"body", "", body + " " + mail + " " + u}}); !slices.ContainsFunc(got, func(h Hit) bool { return h.ID == "mail" && h.Steps == nil && h.Hash == "" }) {
			t.Errorf("lost: %v", got)
		}
	})
}
