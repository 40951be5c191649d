package values

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

func TestParts(t *testing.T) {
	type parts = []Part
	form := "--XX\r\nContent-Disposition: form-data; name=\"e-mail\"\r\n\r\n" + mail + "\r\n--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n\r\nhello\r\n--XX--\r\n"
	for _, c := range []struct {
		name    string
		request evidence.Request
		want    parts
	}{
		{"an address", evidence.Request{URL: "https://a.test/x/y;z?a=1&b%5Bem%5D=%40&flag&longer@d=#frag=2"}, parts{
			{"host", "", "a.test"}, {"path", "", "x/y;z"}, {"query", "a", "1"}, {"query", "b[em]", "%40"}, {"query", "", "flag"}, {"query", "", "longer@d"},
			{"fragment", "frag", "2"},
		}},
		{"headers", evidence.Request{URL: "https://a.test", Headers: []evidence.Header{{Name: "Referer", Value: "https://b.test/?m=x"}, {Name: "Cookie", Value: "a=b"}}}, parts{
			{"host", "", "a.test"}, {"header", "Referer", "https://b.test/?m=x"},
		}},
		{"JSON", evidence.Request{Body: `{"a":{"b":["x",{"c":1.5}],"mail@x.test":true},"d":null}{"e":"\u0040"}`}, parts{
			{"body", "a.b", "x"}, {"body", "a.b.c", "1.5"}, {"body", "a", "mail@x.test"}, {"body", "e", "@"},
		}},
		{"numbers that may spell something", evidence.Request{Body: `{"k":[1,2,3,4,5,6],"o":{"0":1,"1":2},"m":[1,2,3,4,5,"x",6]}`}, parts{
			{"body", "k", "1"}, {"body", "k", "2"}, {"body", "k", "3"}, {"body", "k", "4"}, {"body", "k", "5"}, {"body", "k", "6"}, {"body", "k", "1,2,3,4,5,6"},
			{"body", "o.0", "1"}, {"body", "o.1", "2"},
			{"body", "m", "1"}, {"body", "m", "2"}, {"body", "m", "3"}, {"body", "m", "4"}, {"body", "m", "5"}, {"body", "m", "x"}, {"body", "m", "6"},
		}},
		{"JSON behind a number", evidence.Request{Body: `42["typed",{"v":"x"}]`}, parts{{"body", "", "typed"}, {"body", "v", "x"}}},
		{"JSON that was clipped", evidence.Request{Body: `{"a":"x","b":"y`}, parts{{"body", "", `{"a":"x","b":"y`}}},
		{"parameters", evidence.Request{Body: "e-mail=x%40y&n=1"}, parts{{"body", "e-mail", "x%40y"}, {"body", "n", "1"}}},
		{"parameters by their type", evidence.Request{Body: "a1=x y", Headers: []evidence.Header{{Name: "content-type", Value: "application/x-www-form-urlencoded; charset=UTF-8"}}},
			parts{{"header", "content-type", "application/x-www-form-urlencoded; charset=UTF-8"}, {"body", "a1", "x y"}}},
		{"a form of several parts", evidence.Request{Body: form}, parts{{"body", "e-mail", mail}, {"body", "f", "a.txt"}, {"body", "f", "hello"}}},
		{"bytes", evidence.Request{Body: b64("\x00\x01" + mail), BodyBinary: true}, parts{{"body", "", "\x00\x01" + mail}}},
		{"a text", evidence.Request{Body: "hello = world"}, parts{{"body", "", "hello = world"}}},
	} {
		if got := RequestParts(&c.request); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n%q\nwant\n%q", c.name, got, c.want)
		}
	}
	s := &evidence.Socket{URL: "wss://a.test/s?k=v", Frames: []evidence.SocketFrame{
		{Sent: true, Text: `{"k":"j"}`}, {Text: "received"}, {Sent: true, Text: b64("\xffx"), Binary: true},
	}}
	want := parts{{"host", "", "a.test"}, {"path", "", "s"}, {"query", "k", "v"}, {"frame", "k", "j"}, {"frame", "", "\xffx"}}
	if got := SocketParts(s); !reflect.DeepEqual(got, want) {
		t.Errorf("a socket: %q", got)
	}
	cookies := CookieParts(&evidence.Request{Headers: []evidence.Header{{Name: "cookie", Value: "a=b=c; d=e"}}})
	if want := (parts{{"cookie", "a", "b=c"}, {"cookie", "d", "e"}}); !reflect.DeepEqual(cookies, want) {
		t.Errorf("cookies: %q", cookies)
	}
}

func TestLeaves(t *testing.T) {
	part := func(text string) []Part { return []Part{{"body", "p", text}} }
	for _, c := range []struct {
		name, text string
		want       []string // name=text
	}{
		{"a text", "x y", []string{"p=x y"}},
		{"JSON in a parameter", `%7B%22em%22%3A%22a%40b%22%2C%22k%22%3A%5B1%2C%22c%22%5D%7D`, []string{"p.em=a@b", "p.k=1", "p.k=c"}},
		{"parameters in a parameter", "a=1&b=%78", []string{"p.a=1", "p.b=x"}},
		{"a key in base64", "Yg==", []string{"p=Yg==", "p~base64=b"}},
		{"a key in hexadecimal", "62", []string{"p=62", "p~hex=b"}},
		{"JSON in base64", b64(`{"key":"j"}`), []string{"p=" + b64(`{"key":"j"}`), "p~base64.key=j"}},
		{"JSON in gzip in base64", b64(packed("gzip", `[{"v":"jo"}]`)), []string{"p~base64~gzip.v=jo"}},
		{"LZ-string", "FIewdA0ghgdlBOBLApgagB4HYCOABZ6UAtgA4A2yYALsgM5VA", []string{"p~lz-string=" + mail}},
	} {
		var got []string
		for _, l := range Leaves(part(c.text)) {
			if printable([]byte(l.Text)) {
				got = append(got, l.Name+"="+l.Text)
			}
		}
		for _, w := range c.want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
				break
			}
		}
	}
	if got := Leaves(part(strings.Repeat("[", 100) + strings.Repeat("]", 100))); len(got) != 1 {
		t.Errorf("deep brackets: %d leaves", len(got))
	}
	bomb := b64(packed("gzip", packed("gzip", strings.Repeat("[1,2,3,4],", 1<<22))))
	if n := len(Leaves(part(bomb))); n > maxLeaves {
		t.Errorf("%d leaves of a bomb", n)
	}
}
