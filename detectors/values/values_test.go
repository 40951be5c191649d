package values

import (
	"encoding/base64"
	"net/url"
	"reflect"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

const mail = "Jo.Kanarie+x7q@example.test"

func TestFirst(t *testing.T) {
	s := New([]Value{{ID: "m", Text: mail, Kind: "email", Hashes: true}})
	for _, c := range []struct {
		url, body string
		want      []Hit
	}{
		{"https://a.test/p?e=" + url.QueryEscape(mail), "", []Hit{{ID: "m", Where: "query", Name: "e", Steps: []string{"url"}}}},
		{"https://a.test/p?e=" + base64.StdEncoding.EncodeToString([]byte(mail)), "", []Hit{{ID: "m", Where: "query", Name: "e", Steps: []string{"base64"}}}},
		{"https://a.test/p", `{"a":{"b":"x Jo.Kanarie+x7q@example.test"}}`, []Hit{{ID: "m", Where: "body", Name: "a.b"}}},
		{"https://a.test/p", `nothing=here`, nil},
	} {
		got := s.Search(RequestParts(&evidence.Request{URL: c.url, Body: c.body}))
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %s: %+v", c.url, c.body, got)
		}
	}
}
