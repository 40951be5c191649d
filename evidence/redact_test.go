package evidence_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/evidence"
)

func text(t *testing.T, v *evidence.Visit) string {
	t.Helper()
	var b bytes.Buffer
	if err := evidence.Write(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRedactValues(t *testing.T) {
	v := sample()
	before := text(t, v)
	r := evidence.Redact(v, evidence.Rules{Values: true})
	if diff := cmp.Diff(before, text(t, v)); diff != "" {
		t.Fatalf("the record itself was changed:\n%s", diff)
	}
	for _, secret := range []string{"1234567890", "1700000000", "abcdefgh12345", "e29b-41d4"} {
		if strings.Contains(text(t, r), secret) {
			t.Errorf("%q is still there", secret)
		}
	}
	cookie := r.Runs[0].Cookies[0]
	if cookie.Value != evidence.Cut("GA1.2.1234567890.1700000000") {
		t.Errorf("the cookie is now %q", cookie.Value)
	}
	if want := "_ga=" + cookie.Value + "; Path=/"; cookie.Writes[0].Raw != want {
		t.Errorf("the Set-Cookie line is %q, want %q: equal values must stay equal", cookie.Writes[0].Raw, want)
	}
	url := r.Runs[0].Requests[2].URL
	if !strings.HasPrefix(url, "https://t.test/collect?v=2&cid=12345678~") || !strings.HasSuffix(url, "&name=a%20b") {
		t.Errorf("the URL is now %q", url)
	}
	if got := r.Runs[0].Requests[2].Headers[0].Value; got != "uid="+evidence.Cut("abcdefgh12345")+"; x=1" {
		t.Errorf("the Cookie header is now %q", got)
	}
	if diff := cmp.Diff(r, evidence.Redact(r, evidence.Rules{Values: true})); diff != "" {
		t.Errorf("redacted twice, more is gone:\n%s", diff)
	}
}

func TestRedactPayloadsAndCalls(t *testing.T) {
	r := evidence.Redact(sample(), evidence.Rules{Payloads: true, Calls: true})
	run := r.Runs[0]
	if got, want := run.Requests[2].Body, evidence.Cut(`{"client":"1234567890.1700000000"}`); got != want {
		t.Errorf("the body is %q, want %q", got, want)
	}
	if strings.Contains(run.Requests[2].URL, "1234567890") {
		t.Errorf("the URL is %q", run.Requests[2].URL)
	}
	if got := run.Sockets[0].Frames[0].Text; !strings.HasPrefix(got, "hello 12~") {
		t.Errorf("the message is %q", got)
	}
	if got := run.Calls[1].Result.Text; strings.Contains(got, "Linux") {
		t.Errorf("the result is %q", got)
	}
	if run.Cookies[0].Value != "GA1.2.1234567890.1700000000" {
		t.Error("a cookie was cut without being asked for")
	}
}

func TestRedactSecretsEverywhere(t *testing.T) {
	const secret = "hunter-2!"
	v := sample()
	plant(reflect.ValueOf(v), secret)
	v.Format = evidence.Format
	r := evidence.Redact(v, evidence.Rules{Secrets: []string{secret}})
	var left []string
	find(reflect.ValueOf(r), "Visit", secret, &left)
	for _, where := range left {
		t.Errorf("the secret is still in %s", where)
	}
}

// What spoor typed is nobody's: it stays wherever it went, also where the site kept
// it, while what stands beside it is cut.
func TestRedactLeavesTypedTextsAlone(t *testing.T) {
	v := &evidence.Visit{Format: evidence.Format, Runs: []evidence.Run{{
		Scenario: evidence.Forms,
		Typed:    []evidence.Typed{{ID: "forms/typed/1", Type: "text", Asks: "other", Value: "Fagabaviri1826", Became: "visitor-4c1d9e77aa"}},
		Storage:  []evidence.StorageItem{{Kind: "local", Key: "draft", Value: "fagabaviri1826 visitor-4c1d9e77aa"}},
		Requests: []evidence.Request{{ID: "forms/request/1", URL: "https://t.test/?q=Fagabaviri1826&low=fagabaviri1826&v=visitor-4c1d9e77aa"}},
	}}}
	run := evidence.Redact(v, evidence.Rules{Values: true, Calls: true}).Runs[0]
	if run.Typed[0].Value != "Fagabaviri1826" || !strings.Contains(run.Requests[0].URL, "?q=Fagabaviri1826&low=fagabaviri1826&v=visitor-~") {
		t.Errorf("typed %+v, sent %s", run.Typed[0], run.Requests[0].URL)
	}
	if strings.Contains(text(t, &evidence.Visit{Format: evidence.Format, Runs: []evidence.Run{run}}), "4c1d9e77aa") {
		t.Errorf("what the page put into the field is still there: %+v", run)
	}
}

func TestRedactLeavesHostsAlone(t *testing.T) {
	v := sample()
	v.Runs[0].Cookies[0].Value = "https://metrics-2024.shop.test/x"
	v.Runs[0].Requests[3].URL = "https://metrics-2024.shop.test/a.js"
	r := evidence.Redact(v, evidence.Rules{Values: true})
	if got := r.Runs[0].Requests[3].URL; got != "https://metrics-2024.shop.test/a.js" {
		t.Errorf("the URL is now %q", got)
	}
}

// notPageText lists the fields that hold a word of spoor or of Chrome, never
// text which a page, its server or the user decides.
var notPageText = map[string]bool{
	"Format": true, "Kind": true, "Device": true, "Lang": true, "Spoor": true, "Chrome": true, "BrowserMode": true, "Probes": true,
	"ThirdPartyCookies": true, "Differs": true, "Reason": true, "Settled": true, "Error": true, "What": true, "API": true,
	"Digest": true, "Missing": true, "BodyDigest": true, "AnswerDigest": true, "Protocol": true, "Direction": true, "Reasons": true,
	"SameSite": true, "State": true, "Refused": true,
}

// plant writes the secret into every text field of plain string type.
func plant(v reflect.Value, secret string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			plant(v.Elem(), secret)
		}
	case reflect.Slice:
		for i := range v.Len() {
			plant(v.Index(i), secret)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Type != reflect.TypeFor[evidence.Files]() {
				plant(v.Field(i), secret)
			}
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString("<" + secret + ">")
		}
	}
}

func find(v reflect.Value, where, secret string, found *[]string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			find(v.Elem(), where, secret, found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			find(v.Index(i), where, secret, found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			// The name of a picture file is spoor's own.
			if f.IsExported() && !notPageText[f.Name] && (v.Type().Name() != "Shot" || f.Name != "Name") {
				find(v.Field(i), v.Type().Name()+"."+f.Name, secret, found)
			}
		}
	case reflect.String:
		if strings.Contains(v.String(), secret) {
			*found = append(*found, where)
		}
	}
}

// TestRedactSignals cuts secrets out of what consent tools told, which is kept as
// the JSON that it was, and leaves JSON.
func TestRedactSignals(t *testing.T) {
	v := &evidence.Visit{Runs: []evidence.Run{{Signals: []evidence.Signal{{Kind: "cmp", Raw: json.RawMessage(`{"user":"s3cret-name","ok":true}`)}}}}}
	raw := evidence.Redact(v, evidence.Rules{Secrets: []string{"s3cret-name"}}).Runs[0].Signals[0].Raw
	if bytes.Contains(raw, []byte("s3cret-name")) || !json.Valid(raw) || !bytes.Contains(raw, []byte(`"ok":true`)) {
		t.Errorf("left: %s", raw)
	}
	if raw := evidence.Redact(v, evidence.Rules{Secrets: []string{`","ok`}}).Runs[0].Signals[0].Raw; !json.Valid(raw) {
		t.Errorf("no JSON any more: %s", raw)
	}
}
