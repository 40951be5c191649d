package detectors

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

// Texts that are typed.
const (
	number  = "07700900123"
	secret  = "Ba12!fedigokubo34"
	words   = "Gofudiri bodifake nemidolatu."
	seeking = "tomelafusiba"
)

func TestFormExfiltration(t *testing.T) {
	q := url.QueryEscape
	mail := func() *maker { return typing().typed("email", canary) }
	ours := "https://www.shop.test/api"
	found := want{"email:collect.other.test critical"}
	tryAll(t, formExfiltration, []trial{
		{"in an address", mail().request("image", collector+"?e="+q(canary)), found},
		{"in a body", mail().post(collector, `{"type":"blur","value":"`+canary+`"}`), found},
		{"in parameters of a body", mail().post(collector, "a=1&mail="+q(canary)), found},
		{"in a form of several parts", mail().post(collector, "--X\r\nContent-Disposition: form-data; name=\"m\"\r\n\r\n"+canary+"\r\n--X--\r\n"), found},
		{"in a beacon", mail().request("beacon", collector, func(r *evidence.Request) { r.Body = canary }), found},
		{"over a socket", mail().line("wss://collect.other.test/s", `{"m":"`+canary+`"}`), found},
		{"in a header", mail().request("fetch", collector, sentHeader("X-Info", b64(canary))), found},
		{"in the name of a host", mail().request("image", "https://"+hex.EncodeToString([]byte(canary))+".collect.other.test/"), want{"email:" + hex.EncodeToString([]byte(canary)) + ".collect.other.test critical"}},
		{"in a path, in base64", mail().request("image", "https://collect.other.test/v1/"+b64("user="+canary)+"/p.gif"), found},
		{"gzip in base64 in JSON", mail().post(collector, `{"d":"`+b64(gzipOf(`{"email":"`+canary+`"}`))+`"}`), found},
		{"gzip as bytes", mail().post(collector, gzipOf(strings.Repeat("x", 50)+canary), binary), found},
		{"backwards and in hexadecimal", mail().request("image", collector+"?x="+hex.EncodeToString([]byte("moc.elpmaxe@1284alekafidob"))), found},
		{"the part before the @", mail().request("image", collector+"?u=bodifakela4821"), found},
		{"by a frame of another page", mail().request("document", "https://collect.other.test/?e="+q(canary), func(r *evidence.Request) { r.Frame = true }), found},
		{"by taking the visitor elsewhere", mail().request("document", "https://collect.other.test/?e="+q(canary)), found},
		{"in a form that the page sends and spoor holds back", mail().request("document", collector+"?e="+q(canary),
			func(r *evidence.Request) { r.Status, r.BlockedReason = 0, evidence.StoppedForm }), found},
		{"in two pieces", mail().request("image", collector+"?a=bodifakela").request("image", collector+"?b=4821@example.com"), found},
		{"what the field made of it", typing().typed("phone", "2025550112", func(t *evidence.Typed) { t.Became = "(202) 555-0112" }).post(collector, "t=%28202%29+555-0112"),
			want{"phone:collect.other.test critical"}},
		{"a secret", typing().typed("password", secret).post(collector, secret), want{"password:collect.other.test critical"}},
		{"the hash of a secret", typing().typed("password", secret).post(collector, md5Of(secret)), want{"password:collect.other.test critical"}},
		{"a number in another spelling", typing().typed("phone", "+447700900123").request("image", collector+"?t=447700900123"), want{"phone:collect.other.test critical"}},
		{"a message", typing().typed("message", words).post(collector, words), want{"message:collect.other.test high"}},
		{"a field that says nothing", typing().typed("other", "bodifakela482").post(collector, "x=bodifakela482"), want{"other:collect.other.test high"}},
		{"fields are told apart", typing().typed("email", canary).typed("name", called).post(collector, canary+" "+called),
			want{"email:collect.other.test critical", "name:collect.other.test critical"}},
		{"a known tracker", mail().request("fetch", google+"&ep.mail="+q(canary)), want{"email:www.google-analytics.com critical"}},
		{"a tracker on the own site", mail().request("fetch", "https://metrics.shop.test/g/collect?v=2&tid=G-ABC123&ep.mail="+q(canary)), want{"email:metrics.shop.test high"}},
		{"another company's script, by way of the site", mail().post(ours, canary, by(otherJS)), want{"email:www.shop.test medium"}},
		{"before and after a choice", mail().post(collector, canary).choose().post(collector, canary),
			want{"email:collect.other.test critical", "email:collect.other.test critical after"}},
		{"search words with a company for search", typing().typed("search", seeking).post("https://x-dsn.algolia.net/1/indexes/a/query", `{"query":"`+seeking+`"}`),
			want{"search:x-dsn.algolia.net low"}},
		{"search words with a company that is not known", typing().typed("search", seeking).post(collector, seeking), want{"search:collect.other.test medium"}},
		{"search words with a tracker", typing().typed("search", seeking).request("fetch", google+"&ep.q="+seeking), want{"search:www.google-analytics.com high"}},

		{"a question whether the name is taken", mail().post(ours, canary, by(shopJS)), want{"email:www.shop.test low"}},
		{"a message kept for later", typing().typed("message", words).post(ours, words), want{"message:www.shop.test note"}},
		{"by the site's own code in another company's library", mail().post(ours, canary, by("https://unpkg.com/axios@1/axios.js", shopJS)), want{"email:www.shop.test low"}},

		{"a search on the site itself", typing().typed("search", seeking).request("fetch", ours+"?q="+seeking), nil},
		{"a search in a field that says nothing", typing().typed("other", seeking, func(t *evidence.Typed) { t.Name = "q" }).request("fetch", ours+"?q="+seeking), nil},
		{"an address that the site looks up", typing().typed("postcode", "1234 AB").request("fetch", ours+"?pc="+q("1234 AB")), nil},
		{"nothing of it", mail().post(collector, `{"event":"focus","field":"email"}`).request("image", collector+"?email=yes"), nil},
		{"its length and strength", typing().typed("password", secret).post(ours, `{"length":17,"score":4}`), nil},
		{"an address of somebody else", mail().post(collector, "service@example.com"), nil},
		{"its hash, which is another matter", mail().post(collector, sha256Of(canary)), nil},
		{"what the site wrote into its own address", mail().request("fetch", google+"&dl="+q(shop+"?q="+canary)).request("image", "https://cdn.other.test/a.png", sentHeader("Referer", shop+"?q="+canary)), nil},
		{"before it was typed", func() *maker {
			m := typing().post(collector, canary)
			return m.typed("email", canary)
		}(), nil},
		{"stopped by the page's own rules", mail().post(collector, canary, func(r *evidence.Request) { r.BlockedReason = "csp" }), nil},
	})
}

// A finding says what, whence, to whom, in what form, by whom.
func TestFormExfiltrationTells(t *testing.T) {
	m := typing().typed("email", canary, func(t *evidence.Typed) { t.Label, t.Form = " Your e-mail ", "newsletter" })
	m.post(collector, `{"d":"`+b64(canary)+`"}`, by(otherJS)).request("image", collector+"?e="+url.QueryEscape(canary))
	f := m.judge(t, formExfiltration)[0]
	for name, want := range map[string]string{
		"what": "email", "field": "Your e-mail", "form": "newsletter", "host": "collect.other.test", "encoding": "base64, url", "count": "2", "script": otherJS, "own": "no",
	} {
		if f.Args[name] != want {
			t.Errorf("%s: %q, want %q", name, f.Args[name], want)
		}
	}
	if f.Script != otherJS || f.Certainty != Observed || len(f.Evidence) != 2 || f.Scenario != evidence.Forms {
		t.Errorf("%+v", f)
	}
	m = typing().typed("email", canary).request("image", collector+"?a=bodifakela")
	if f := m.judge(t, formExfiltration)[0]; f.Certainty != Inferred || f.Args["encoding"] != "plain (piece)" {
		t.Errorf("a piece: %+v", f)
	}
}

// Where nothing was typed, nothing is known.
func TestNothingTyped(t *testing.T) {
	for _, c := range []struct {
		m    *maker
		want string
	}{
		{visit(), "other-scenario"},
		{typing(), "nothing-typed"},
	} {
		j := Run([]*Technique{formExfiltration}, c.m.v, db(t), Options{})
		if len(j.NotMeasured) != 1 || j.NotMeasured[0].Why != c.want {
			t.Errorf("%+v, want %s", j.NotMeasured, c.want)
		}
	}
}

func TestHashedIdentifier(t *testing.T) {
	q := url.QueryEscape
	mail := func() *maker { return typing().typed("email", canary) }
	raw := func(s string) string { sum := sha256.Sum256([]byte(s)); return string(sum[:]) }
	safe := base64.RawURLEncoding.EncodeToString([]byte(raw("someone@else.test")))
	hash := sha256Of("someone@else.test")
	meta := "https://www.facebook.com/tr?id=1&ev=Lead"
	tryAll(t, hashedIdentifier, []trial{
		{"SHA-256 of what was typed", mail().request("image", collector+"?x="+sha256Of(canary)), want{"email:collect.other.test high"}},
		{"MD5, whatever it is called", mail().post(collector, `{"z":["`+md5Of(canary)+`"]}`), want{"email:collect.other.test high"}},
		{"bytes in base64", mail().post(collector, b64(raw(canary))), want{"email:collect.other.test high"}},
		{"a hash of a hash", mail().post(collector, sha256Of(md5Of(canary))), want{"email:collect.other.test high"}},
		{"over a socket", mail().line("wss://collect.other.test/s", gzipOf(sha256Of(canary))), want{"email:collect.other.test high"}},
		{"a number", typing().typed("phone", number).request("image", collector+"?p="+sha256Of("447700900123")), want{"phone:collect.other.test high"}},
		{"a name", typing().typed("first-name", "Bodifakela").request("image", collector+"?p="+sha256Of("bodifakela")), want{"first-name:collect.other.test high"}},
		{"to the site itself", mail().request("fetch", "https://www.shop.test/api?h="+sha256Of(canary)), want{"email:www.shop.test low"}},
		{"Meta", visit().request("image", meta+"&ud[em]="+hash+"&ud%5Bph%5D="+sha256Of("1")+"x"), want{"email:www.facebook.com high"}},
		{"Meta, in a body", visit().post("https://www.facebook.com/tr/", "--X\r\nContent-Disposition: form-data; name=\"ud[fn]\"\r\n\r\n"+hash+"\r\n--X--"), want{"first-name:www.facebook.com high"}},
		{"Google", visit().request("image", "https://www.google.com/pagead/1p-conversion/1/?em="+q("tv.1~em."+safe+"~pn."+safe)), want{"email:www.google.com high", "phone:www.google.com high"}},
		{"Google, by way of the site", visit().request("fetch", "https://sgtm.shop.test/g/collect?v=2&tid=G-ABC123&em=tv.1~em."+safe), want{"email:sgtm.shop.test high"}},
		{"TikTok", visit().post("https://analytics.tiktok.com/api/v2/pixel", `{"event":"Lead","context":{"user":{"email":"`+hash+`"}}}`), want{"email:analytics.tiktok.com high"}},
		{"Pinterest", visit().request("image", "https://ct.pinterest.com/v3/?event=lead&pd="+q(`{"em":"`+hash+`","np":"gtm"}`)), want{"email:ct.pinterest.com high"}},
		{"Snap", visit().post("https://tr.snapchat.com/p", "pid=1&u_hem="+hash), want{"email:tr.snapchat.com high"}},
		{"LiveRamp", visit().request("fetch", "https://api.rlcdn.com/api/identity/v2/envelope?pid=1&it=4&iv="+md5Of("x@y.test")), want{"email:api.rlcdn.com high"}},
		{"a token in a bid", visit().post("https://bid.other.test/rtb", `{"user":{"ext":{"eids":[{"source":"uidapi.com","uids":[{"id":"AgAA"}]}]}}}`), want{"email:bid.other.test high"}},
		{"an unknown company, by the name", visit().request("fetch", collector+"?hashed_email="+md5Of("x@y.test")), want{"email:collect.other.test high"}},
		{"by the name in JSON in base64", visit().post(collector, "data="+q(b64(`{"user":{"email_sha256":"`+hash+`"}}`))), want{"email:collect.other.test high"}},
		{"the number of an account", visit().request("fetch", google+"&uid=customer-4711"), want{"user-id:www.google-analytics.com medium"}},
		{"the number of an account, in JSON", visit().post("https://api.segment.io/v1/t", `{"userId":"4711","anonymousId":"x"}`), want{"user-id:api.segment.io medium"}},

		{"a hash of nothing", visit().request("image", meta+"&ud[em]="+sha256Of("")+"&ud[ph]="+sha256Of("undefined")), nil},
		{"nobody is signed in", visit().request("fetch", google+"&uid=").request("fetch", google+"&uid=undefined").post("https://api.segment.io/v1/t", `{"userId":null}`), nil},
		{"hashes of other things", visit().request("script", "https://cdn.other.test/app."+hash+".js?v="+hash+"&integrity=sha256-"+hash), nil},
		{"a short name with a short hash", visit().request("image", collector+"?em="+md5Of("x")), nil},
		{"an address that is not hashed", visit().request("image", collector+"?email=x%40y.test"), nil},
		{"the number of a browser", visit().request("fetch", google+"&cid=1234567890.1234567890&sid=1"), nil},
		{"a parameter of the site itself", visit().request("fetch", "https://www.shop.test/avatar?email_hash="+md5Of("x@y.test")), nil},
		{"a hash of a secret, which is another matter", typing().typed("password", secret).post(collector, md5Of(secret)), nil},
		{"zeros", visit().request("image", meta+"&ud[em]="+strings.Repeat("0", 64)), nil},
		{"another identifier in a bid", visit().post("https://bid.other.test/rtb", `{"user":{"ext":{"eids":[{"source":"pubcid.org","uids":[{"id":"x"}]}]}}}`), nil},
	})
	for _, c := range []struct {
		m    *maker
		want Certainty
		form string
	}{
		{mail().request("image", meta+"&ud[em]="+sha256Of(canary)), Observed, "hex sha256"},
		{visit().request("image", meta+"&ud[em]="+hash), Matched, "sha256"},
		{visit().request("image", collector+"?hashed_email="+hash), Inferred, "sha256"},
		{mail().request("image", collector+fmt.Sprintf("?x=%d", crcOf(canary))), Inferred, "decimal crc32"},
	} {
		f := c.m.judge(t, hashedIdentifier)[0]
		if f.Certainty != c.want || f.Args["form"] != c.form {
			t.Errorf("%s, %q; want %s, %q", f.Certainty, f.Args["form"], c.want, c.form)
		}
	}
}

func TestKeyLogging(t *testing.T) {
	// each sends something for every key of the text.
	each := func(m *maker, text string, send func(m *maker, i int)) *maker {
		for i := range text {
			send(m, i)
		}
		return m
	}
	mail := func() *maker { return typing().typed("email", canary) }
	found := want{"collect.other.test critical"}
	ours := "https://www.shop.test/api"
	growing := func(m *maker, text, to string) *maker {
		return each(m, text, func(m *maker, i int) { m.request("fetch", to+"?v="+url.QueryEscape(text[:i+1])) })
	}
	var frames, batch, mixed []string
	for i := range canary {
		frames = append(frames, fmt.Sprintf(`{"type":"key","key":%q}`, canary[i:i+1]))
		batch = append(batch, fmt.Sprintf(`{"t":%d,"e":"keydown","k":%q},{"t":%d,"e":"keyup","k":%q}`, i, canary[i:i+1], i, canary[i:i+1]))
		mixed = append(mixed, fmt.Sprintf(`{"e":"input","v":%q}`, canary[:i+1]))
	}
	tryAll(t, keyLogging, []trial{
		{"a growing text", growing(mail(), canary, collector), found},
		{"a growing text in base64", each(mail(), canary, func(m *maker, i int) { m.post(collector, `{"v":"`+b64(canary[:i+1])+`"}`) }), found},
		{"a growing text inside another", each(mail(), canary, func(m *maker, i int) { m.post(collector, "field email now "+canary[:i+1]+"!") }), found},
		{"single keys", each(mail(), canary, func(m *maker, i int) { m.request("image", collector+"?k="+url.QueryEscape(canary[i:i+1])) }), found},
		{"single keys in base64", each(mail(), canary, func(m *maker, i int) { m.post(collector, `{"k":"`+b64(canary[i:i+1])+`"}`) }), found},
		{"single keys in a path", each(mail(), canary, func(m *maker, i int) { m.request("image", collector+"/"+url.PathEscape(canary[i:i+1])) }), found},
		{"codes of keys", each(mail(), canary, func(m *maker, i int) {
			m.post(collector, fmt.Sprintf(`{"keyCode":%d}`, strings.ToUpper(canary)[i]))
		}), found},
		{"names of keys", each(mail(), "bodifakela", func(m *maker, i int) { m.post(collector, `{"code":"Key`+strings.ToUpper(canary[i:i+1])+`"}`) }), found},
		{"over a socket", mail().line("wss://collect.other.test/s", frames...), found},
		{"all at once, after the last", mail().post(collector, "["+strings.Join(batch, ",")+"]"), found},
		{"a recording", mail().post(collector, gzipOf(`{"events":[`+strings.Join(mixed, ",")+`]}`), binary), found},
		{"by worker and beacon", each(mail(), canary, func(m *maker, i int) {
			m.request("beacon", collector, func(r *evidence.Request) { r.Body = canary[i : i+1] })
		}), found},
		{"a secret", growing(typing().typed("password", secret), secret, collector), found},
		{"search words with a company for search", growing(typing().typed("search", seeking), seeking, "https://x-dsn.algolia.net/q"), want{"x-dsn.algolia.net low"}},
		{"the address to the site itself", growing(mail(), canary, ours), want{"www.shop.test low"}},
		{"a message to the site itself", growing(typing().typed("message", words), words, ours), want{"www.shop.test note"}},
		{"what cannot be read, with each key", encrypted(typing(), 1), want{"collect.other.test medium"}},

		{"a search that answers while one types", growing(typing().typed("search", seeking), seeking, ours), nil},
		{"an address that the site looks up", growing(typing().typed("address", "Gofudirilo 482"), "Gofudirilo 482", ours), nil},
		{"the whole text at once", mail().post(collector, canary), nil},
		{"twice, after pauses", mail().post(collector, canary[:9]).post(collector, canary), nil},
		{"listening alone", mail().call(otherJS, "EventTarget.addEventListener(keydown)").call(otherJS, "EventTarget.addEventListener(input)"), nil},
		{"lengths", each(mail(), canary, func(m *maker, i int) { m.post(collector, fmt.Sprintf(`{"length":%d}`, i)) }), nil},
		{"stars", each(mail(), canary, func(m *maker, i int) { m.post(collector, `{"v":"`+strings.Repeat("*", i+1)+`"}`) }), nil},
		{"that somebody types", each(mail().call(otherJS, "EventTarget.addEventListener(keydown)"), canary, func(m *maker, i int) {
			m.post(collector, fmt.Sprintf(`{"event":"typing","id":"%s"}`, sha256Of(itoa(i))), by(otherJS))
		}), nil},
		{"what cannot be read, all the time", encrypted(typing(), 20), nil},
		{"other letters", each(mail(), "hello world, how are you", func(m *maker, i int) { m.request("image", collector+"?k="+"xyz"[i%3:i%3+1]) }), nil},
	})
	m := growing(mail(), canary, collector)
	if f := m.judge(t, keyLogging)[0]; f.Certainty != Observed || f.Args["way"] != "growing-text" || f.Args["what"] != "email" || f.Args["count"] != itoa(len(canary)) {
		t.Errorf("%+v", f)
	}
	if f := encrypted(typing(), 1).judge(t, keyLogging)[0]; f.Certainty != Inferred || f.Args["what"] != "unreadable" {
		t.Errorf("%+v", f)
	}
}

// encrypted types into two fields; a script that listens to keys sends words that
// cannot be read with each, and goes on for so many times as long.
func encrypted(m *maker, times int) *maker {
	m.call(otherJS, "EventTarget.addEventListener(keydown)")
	for field := range 2 {
		m.typed("message", words+itoa(field))
		for i := range len(words) * times {
			m.now += 25
			sum := sha256.Sum256([]byte(itoa(field*1000 + i)))
			m.post(collector, base64.StdEncoding.EncodeToString(sum[:24]), by(otherJS))
		}
	}
	return m
}
