package typing

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/internal/try"
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
	mail := func() *try.Maker { return try.Typing().Typed("email", try.Canary) }
	ours := "https://www.shop.test/api"
	found := try.Want{"email:collect.other.test critical"}
	try.All(t, FormExfiltration, []try.Trial{
		try.One("in an address", mail().Request("image", try.Collector+"?e="+q(try.Canary)), found),
		try.One("in a body", mail().Post(try.Collector, `{"type":"blur","value":"`+try.Canary+`"}`), found),
		try.One("in parameters of a body", mail().Post(try.Collector, "a=1&mail="+q(try.Canary)), found),
		try.One("in a form of several parts", mail().Post(try.Collector, "--X\r\nContent-Disposition: form-data; name=\"m\"\r\n\r\n"+try.Canary+"\r\n--X--\r\n"), found),
		try.One("in a beacon", mail().Request("beacon", try.Collector, func(r *evidence.Request) { r.Body = try.Canary }), found),
		try.One("over a socket", mail().Line("wss://collect.other.test/s", `{"m":"`+try.Canary+`"}`), found),
		try.One("in a header", mail().Request("fetch", try.Collector, try.SentHeader("X-Info", try.Base64(try.Canary))), found),
		try.One("in the name of a host", mail().Request("image", "https://"+hex.EncodeToString([]byte(try.Canary))+".collect.other.test/"), try.Want{"email:" + hex.EncodeToString([]byte(try.Canary)) + ".collect.other.test critical"}),
		try.One("in a path, in base64", mail().Request("image", "https://collect.other.test/v1/"+try.Base64("user="+try.Canary)+"/p.gif"), found),
		try.One("gzip in base64 in JSON", mail().Post(try.Collector, `{"d":"`+try.Base64(try.Gzip(`{"email":"`+try.Canary+`"}`))+`"}`), found),
		try.One("gzip as bytes", mail().Post(try.Collector, try.Gzip(strings.Repeat("x", 50)+try.Canary), try.Binary), found),
		try.One("backwards and in hexadecimal", mail().Request("image", try.Collector+"?x="+hex.EncodeToString([]byte("moc.elpmaxe@1284alekafidob"))), found),
		try.One("the part before the @", mail().Request("image", try.Collector+"?u=bodifakela4821"), found),
		try.One("by a frame of another page", mail().Request("document", "https://collect.other.test/?e="+q(try.Canary), func(r *evidence.Request) { r.Frame = true }), found),
		try.One("by taking the visitor elsewhere", mail().Request("document", "https://collect.other.test/?e="+q(try.Canary)), found),
		try.One("in a form that the page sends and spoor holds back", mail().Request("document", try.Collector+"?e="+q(try.Canary),
			func(r *evidence.Request) { r.Status, r.BlockedReason = 0, evidence.StoppedForm }), found),
		try.One("in two pieces", mail().Request("image", try.Collector+"?a=bodifakela").Request("image", try.Collector+"?b=4821@example.com"), found),
		try.One("what the field made of it", try.Typing().Typed("phone", "2025550112", func(t *evidence.Typed) { t.Became = "(202) 555-0112" }).Post(try.Collector, "t=%28202%29+555-0112"),
			try.Want{"phone:collect.other.test critical"}),
		try.One("a secret", try.Typing().Typed("password", secret).Post(try.Collector, secret), try.Want{"password:collect.other.test critical"}),
		try.One("the hash of a secret", try.Typing().Typed("password", secret).Post(try.Collector, try.MD5(secret)), try.Want{"password:collect.other.test critical"}),
		try.One("a number in another spelling", try.Typing().Typed("phone", "+447700900123").Request("image", try.Collector+"?t=447700900123"), try.Want{"phone:collect.other.test critical"}),
		try.One("a message", try.Typing().Typed("message", words).Post(try.Collector, words), try.Want{"message:collect.other.test high"}),
		try.One("a field that says nothing", try.Typing().Typed("other", "bodifakela482").Post(try.Collector, "x=bodifakela482"), try.Want{"other:collect.other.test high"}),
		try.One("fields are told apart", try.Typing().Typed("email", try.Canary).Typed("name", try.Called).Post(try.Collector, try.Canary+" "+try.Called),
			try.Want{"email:collect.other.test critical", "name:collect.other.test critical"}),
		try.One("a known tracker", mail().Request("fetch", try.Google+"&ep.mail="+q(try.Canary)), try.Want{"email:www.google-analytics.com critical"}),
		try.One("a tracker on the own site", mail().Request("fetch", "https://metrics.shop.test/g/collect?v=2&tid=G-ABC123&ep.mail="+q(try.Canary)), try.Want{"email:metrics.shop.test high"}),
		try.One("another company's script, by way of the site", mail().Post(ours, try.Canary, try.By(try.OtherJS)), try.Want{"email:www.shop.test medium"}),
		try.One("before and after a choice", mail().Post(try.Collector, try.Canary).Choose().Post(try.Collector, try.Canary),
			try.Want{"email:collect.other.test critical", "email:collect.other.test critical after"}),
		try.One("search words with a company for search", try.Typing().Typed("search", seeking).Post("https://x-dsn.algolia.net/1/indexes/a/query", `{"query":"`+seeking+`"}`),
			try.Want{"search:x-dsn.algolia.net low"}),
		try.One("search words with a company that is not known", try.Typing().Typed("search", seeking).Post(try.Collector, seeking), try.Want{"search:collect.other.test medium"}),
		try.One("search words with a tracker", try.Typing().Typed("search", seeking).Request("fetch", try.Google+"&ep.q="+seeking), try.Want{"search:www.google-analytics.com high"}),

		try.One("a question whether the name is taken", mail().Post(ours, try.Canary, try.By(try.ShopJS)), try.Want{"email:www.shop.test low"}),
		try.One("a message kept for later", try.Typing().Typed("message", words).Post(ours, words), try.Want{"message:www.shop.test note"}),
		try.One("by the site's own code in another company's library", mail().Post(ours, try.Canary, try.By("https://unpkg.com/axios@1/axios.js", try.ShopJS)), try.Want{"email:www.shop.test low"}),

		try.One("a search on the site itself", try.Typing().Typed("search", seeking).Request("fetch", ours+"?q="+seeking), nil),
		try.One("a search in a field that says nothing", try.Typing().Typed("other", seeking, func(t *evidence.Typed) { t.Name = "q" }).Request("fetch", ours+"?q="+seeking), nil),
		try.One("an address that the site looks up", try.Typing().Typed("postcode", "1234 AB").Request("fetch", ours+"?pc="+q("1234 AB")), nil),
		try.One("nothing of it", mail().Post(try.Collector, `{"event":"focus","field":"email"}`).Request("image", try.Collector+"?email=yes"), nil),
		try.One("its length and strength", try.Typing().Typed("password", secret).Post(ours, `{"length":17,"score":4}`), nil),
		try.One("an address of somebody else", mail().Post(try.Collector, "service@example.com"), nil),
		try.One("its hash, which is another matter", mail().Post(try.Collector, try.SHA256(try.Canary)), nil),
		try.One("what the site wrote into its own address", mail().Request("fetch", try.Google+"&dl="+q(try.Shop+"?q="+try.Canary)).Request("image", "https://cdn.other.test/a.png", try.SentHeader("Referer", try.Shop+"?q="+try.Canary)), nil),
		try.One("before it was typed", func() *try.Maker {
			m := try.Typing().Post(try.Collector, try.Canary)
			return m.Typed("email", try.Canary)
		}(), nil),
		try.One("stopped by the page's own rules", mail().Post(try.Collector, try.Canary, func(r *evidence.Request) { r.BlockedReason = "csp" }), nil),
	})
}

// A finding says what, whence, to whom, in what form, by whom.
func TestFormExfiltrationTells(t *testing.T) {
	m := try.Typing().Typed("email", try.Canary, func(t *evidence.Typed) { t.Label, t.Form = " Your e-mail ", "newsletter" })
	m.Post(try.Collector, `{"d":"`+try.Base64(try.Canary)+`"}`, try.By(try.OtherJS)).Request("image", try.Collector+"?e="+url.QueryEscape(try.Canary))
	f := m.Judge(t, FormExfiltration)[0]
	for name, want := range map[string]string{
		"what": "email", "field": "Your e-mail", "form": "newsletter", "host": "collect.other.test", "encoding": "base64, url", "count": "2", "script": try.OtherJS, "own": "no",
	} {
		if f.Args[name] != want {
			t.Errorf("%s: %q, want %q", name, f.Args[name], want)
		}
	}
	if f.Script != try.OtherJS || f.Certainty != detectors.Observed || len(f.Evidence) != 2 || f.Scenario != evidence.Forms {
		t.Errorf("%+v", f)
	}
	m = try.Typing().Typed("email", try.Canary).Request("image", try.Collector+"?a=bodifakela")
	if f := m.Judge(t, FormExfiltration)[0]; f.Certainty != detectors.Inferred || f.Args["encoding"] != "plain (piece)" {
		t.Errorf("a piece: %+v", f)
	}
}

// Where nothing was typed, nothing is known.
func TestNothingTyped(t *testing.T) {
	for _, c := range []struct {
		m    *try.Maker
		want string
	}{
		{try.Visit(), "other-scenario"},
		{try.Typing(), "nothing-typed"},
	} {
		j := detectors.Run([]*detectors.Technique{FormExfiltration}, c.m.Visit, try.DB(t), detectors.Options{})
		if len(j.NotMeasured) != 1 || j.NotMeasured[0].Why != c.want {
			t.Errorf("%+v, want %s", j.NotMeasured, c.want)
		}
	}
}

func TestHashedIdentifier(t *testing.T) {
	q := url.QueryEscape
	mail := func() *try.Maker { return try.Typing().Typed("email", try.Canary) }
	raw := func(s string) string { sum := sha256.Sum256([]byte(s)); return string(sum[:]) }
	safe := base64.RawURLEncoding.EncodeToString([]byte(raw("someone@else.test")))
	hash := try.SHA256("someone@else.test")
	meta := "https://www.facebook.com/tr?id=1&ev=Lead"
	try.All(t, HashedIdentifier, []try.Trial{
		try.One("SHA-256 of what was typed", mail().Request("image", try.Collector+"?x="+try.SHA256(try.Canary)), try.Want{"email:collect.other.test high"}),
		try.One("MD5, whatever it is called", mail().Post(try.Collector, `{"z":["`+try.MD5(try.Canary)+`"]}`), try.Want{"email:collect.other.test high"}),
		try.One("bytes in base64", mail().Post(try.Collector, try.Base64(raw(try.Canary))), try.Want{"email:collect.other.test high"}),
		try.One("a hash of a hash", mail().Post(try.Collector, try.SHA256(try.MD5(try.Canary))), try.Want{"email:collect.other.test high"}),
		try.One("over a socket", mail().Line("wss://collect.other.test/s", try.Gzip(try.SHA256(try.Canary))), try.Want{"email:collect.other.test high"}),
		try.One("a number", try.Typing().Typed("phone", number).Request("image", try.Collector+"?p="+try.SHA256("447700900123")), try.Want{"phone:collect.other.test high"}),
		try.One("a name", try.Typing().Typed("first-name", "Bodifakela").Request("image", try.Collector+"?p="+try.SHA256("bodifakela")), try.Want{"first-name:collect.other.test high"}),
		try.One("to the site itself", mail().Request("fetch", "https://www.shop.test/api?h="+try.SHA256(try.Canary)), try.Want{"email:www.shop.test low"}),
		try.One("Meta", try.Visit().Request("image", meta+"&ud[em]="+hash+"&ud%5Bph%5D="+try.SHA256("1")+"x"), try.Want{"email:www.facebook.com high"}),
		try.One("Meta, in a body", try.Visit().Post("https://www.facebook.com/tr/", "--X\r\nContent-Disposition: form-data; name=\"ud[fn]\"\r\n\r\n"+hash+"\r\n--X--"), try.Want{"first-name:www.facebook.com high"}),
		try.One("Google", try.Visit().Request("image", "https://www.google.com/pagead/1p-conversion/1/?em="+q("tv.1~em."+safe+"~pn."+safe)), try.Want{"email:www.google.com high", "phone:www.google.com high"}),
		try.One("Google, by way of the site", try.Visit().Request("fetch", "https://sgtm.shop.test/g/collect?v=2&tid=G-ABC123&em=tv.1~em."+safe), try.Want{"email:sgtm.shop.test high"}),
		try.One("TikTok", try.Visit().Post("https://analytics.tiktok.com/api/v2/pixel", `{"event":"Lead","context":{"user":{"email":"`+hash+`"}}}`), try.Want{"email:analytics.tiktok.com high"}),
		try.One("Pinterest", try.Visit().Request("image", "https://ct.pinterest.com/v3/?event=lead&pd="+q(`{"em":"`+hash+`","np":"gtm"}`)), try.Want{"email:ct.pinterest.com high"}),
		try.One("Snap", try.Visit().Post("https://tr.snapchat.com/p", "pid=1&u_hem="+hash), try.Want{"email:tr.snapchat.com high"}),
		try.One("LiveRamp", try.Visit().Request("fetch", "https://api.rlcdn.com/api/identity/v2/envelope?pid=1&it=4&iv="+try.MD5("x@y.test")), try.Want{"email:api.rlcdn.com high"}),
		try.One("LiveRamp, a number", try.Visit().Request("fetch", "https://api.rlcdn.com/api/identity/v2/envelope?pid=1&it=11&iv="+try.MD5("x@y.test")), try.Want{"phone:api.rlcdn.com high"}),
		try.One("LiveRamp, an envelope renewed", try.Visit().Request("fetch", "https://api.rlcdn.com/api/identity/v2/envelope/refresh?pid=1&it=19&iv="+try.MD5("x@y.test")), nil),
		try.One("a token in a bid", try.Visit().Post("https://bid.other.test/rtb", `{"user":{"ext":{"eids":[{"source":"uidapi.com","uids":[{"id":"AgAA"}]}]}}}`), try.Want{"email:bid.other.test high"}),
		try.One("an unknown company, by the name", try.Visit().Request("fetch", try.Collector+"?hashed_email="+try.MD5("x@y.test")), try.Want{"email:collect.other.test high"}),
		try.One("by the name in JSON in base64", try.Visit().Post(try.Collector, "data="+q(try.Base64(`{"user":{"email_sha256":"`+hash+`"}}`))), try.Want{"email:collect.other.test high"}),
		try.One("the number of an account", try.Visit().Request("fetch", try.Google+"&uid=customer-4711"), try.Want{"user-id:www.google-analytics.com medium"}),
		try.One("the number of an account, in JSON", try.Visit().Post("https://api.segment.io/v1/t", `{"userId":"4711","anonymousId":"x"}`), try.Want{"user-id:api.segment.io medium"}),

		try.One("a hash of nothing", try.Visit().Request("image", meta+"&ud[em]="+try.SHA256("")+"&ud[ph]="+try.SHA256("undefined")), nil),
		try.One("nobody is signed in", try.Visit().Request("fetch", try.Google+"&uid=").Request("fetch", try.Google+"&uid=undefined").Post("https://api.segment.io/v1/t", `{"userId":null}`), nil),
		try.One("hashes of other things", try.Visit().Request("script", "https://cdn.other.test/app."+hash+".js?v="+hash+"&integrity=sha256-"+hash), nil),
		try.One("a short name with a short hash", try.Visit().Request("image", try.Collector+"?em="+try.MD5("x")), nil),
		try.One("an address that is not hashed", try.Visit().Request("image", try.Collector+"?email=x%40y.test"), nil),
		try.One("the number of a browser", try.Visit().Request("fetch", try.Google+"&cid=1234567890.1234567890&sid=1"), nil),
		try.One("a parameter of the site itself", try.Visit().Request("fetch", "https://www.shop.test/avatar?email_hash="+try.MD5("x@y.test")), nil),
		try.One("a hash of a secret, which is another matter", try.Typing().Typed("password", secret).Post(try.Collector, try.MD5(secret)), nil),
		try.One("zeros", try.Visit().Request("image", meta+"&ud[em]="+strings.Repeat("0", 64)), nil),
		try.One("another identifier in a bid", try.Visit().Post("https://bid.other.test/rtb", `{"user":{"ext":{"eids":[{"source":"pubcid.org","uids":[{"id":"x"}]}]}}}`), nil),
	})
	for _, c := range []struct {
		m    *try.Maker
		want detectors.Certainty
		form string
	}{
		{mail().Request("image", meta+"&ud[em]="+try.SHA256(try.Canary)), detectors.Observed, "hex sha256"},
		{try.Visit().Request("image", meta+"&ud[em]="+hash), detectors.Matched, "sha256"},
		{try.Visit().Request("image", try.Collector+"?hashed_email="+hash), detectors.Inferred, "sha256"},
		{mail().Request("image", try.Collector+fmt.Sprintf("?x=%d", try.CRC(try.Canary))), detectors.Inferred, "decimal crc32"},
	} {
		f := c.m.Judge(t, HashedIdentifier)[0]
		if f.Certainty != c.want || f.Args["form"] != c.form {
			t.Errorf("%s, %q; want %s, %q", f.Certainty, f.Args["form"], c.want, c.form)
		}
	}
}

func TestKeyLogging(t *testing.T) {
	// each sends something for every key of the text.
	each := func(m *try.Maker, text string, send func(m *try.Maker, i int)) *try.Maker {
		for i := range text {
			send(m, i)
		}
		return m
	}
	mail := func() *try.Maker { return try.Typing().Typed("email", try.Canary) }
	found := try.Want{"collect.other.test critical"}
	ours := "https://www.shop.test/api"
	growing := func(m *try.Maker, text, to string) *try.Maker {
		return each(m, text, func(m *try.Maker, i int) { m.Request("fetch", to+"?v="+url.QueryEscape(text[:i+1])) })
	}
	var frames, batch, mixed []string
	for i := range try.Canary {
		frames = append(frames, fmt.Sprintf(`{"type":"key","key":%q}`, try.Canary[i:i+1]))
		batch = append(batch, fmt.Sprintf(`{"t":%d,"e":"keydown","k":%q},{"t":%d,"e":"keyup","k":%q}`, i, try.Canary[i:i+1], i, try.Canary[i:i+1]))
		mixed = append(mixed, fmt.Sprintf(`{"e":"input","v":%q}`, try.Canary[:i+1]))
	}
	try.All(t, KeyLogging, []try.Trial{
		try.One("a growing text", growing(mail(), try.Canary, try.Collector), found),
		try.One("a growing text in base64", each(mail(), try.Canary, func(m *try.Maker, i int) { m.Post(try.Collector, `{"v":"`+try.Base64(try.Canary[:i+1])+`"}`) }), found),
		try.One("a growing text inside another", each(mail(), try.Canary, func(m *try.Maker, i int) { m.Post(try.Collector, "field email now "+try.Canary[:i+1]+"!") }), found),
		try.One("single keys", each(mail(), try.Canary, func(m *try.Maker, i int) { m.Request("image", try.Collector+"?k="+url.QueryEscape(try.Canary[i:i+1])) }), found),
		try.One("single keys in base64", each(mail(), try.Canary, func(m *try.Maker, i int) { m.Post(try.Collector, `{"k":"`+try.Base64(try.Canary[i:i+1])+`"}`) }), found),
		try.One("single keys in a path", each(mail(), try.Canary, func(m *try.Maker, i int) { m.Request("image", try.Collector+"/"+url.PathEscape(try.Canary[i:i+1])) }), found),
		try.One("codes of keys", each(mail(), try.Canary, func(m *try.Maker, i int) {
			m.Post(try.Collector, fmt.Sprintf(`{"keyCode":%d}`, strings.ToUpper(try.Canary)[i]))
		}), found),
		try.One("names of keys", each(mail(), "bodifakela", func(m *try.Maker, i int) {
			m.Post(try.Collector, `{"code":"Key`+strings.ToUpper(try.Canary[i:i+1])+`"}`)
		}), found),
		try.One("over a socket", mail().Line("wss://collect.other.test/s", frames...), found),
		try.One("all at once, after the last", mail().Post(try.Collector, "["+strings.Join(batch, ",")+"]"), found),
		try.One("a recording", mail().Post(try.Collector, try.Gzip(`{"events":[`+strings.Join(mixed, ",")+`]}`), try.Binary), found),
		try.One("by worker and beacon", each(mail(), try.Canary, func(m *try.Maker, i int) {
			m.Request("beacon", try.Collector, func(r *evidence.Request) { r.Body = try.Canary[i : i+1] })
		}), found),
		try.One("a secret", growing(try.Typing().Typed("password", secret), secret, try.Collector), found),
		try.One("search words with a company for search", growing(try.Typing().Typed("search", seeking), seeking, "https://x-dsn.algolia.net/q"), try.Want{"x-dsn.algolia.net low"}),
		try.One("the address to the site itself", growing(mail(), try.Canary, ours), try.Want{"www.shop.test low"}),
		try.One("a message to the site itself", growing(try.Typing().Typed("message", words), words, ours), try.Want{"www.shop.test note"}),
		try.One("what cannot be read, with each key", encrypted(try.Typing(), 1), try.Want{"collect.other.test medium"}),

		try.One("a search that answers while one types", growing(try.Typing().Typed("search", seeking), seeking, ours), nil),
		try.One("an address that the site looks up", growing(try.Typing().Typed("address", "Gofudirilo 482"), "Gofudirilo 482", ours), nil),
		try.One("the whole text at once", mail().Post(try.Collector, try.Canary), nil),
		try.One("twice, after pauses", mail().Post(try.Collector, try.Canary[:9]).Post(try.Collector, try.Canary), nil),
		try.One("listening alone", mail().Call(try.OtherJS, "EventTarget.addEventListener(keydown)").Call(try.OtherJS, "EventTarget.addEventListener(input)"), nil),
		try.One("lengths", each(mail(), try.Canary, func(m *try.Maker, i int) { m.Post(try.Collector, fmt.Sprintf(`{"length":%d}`, i)) }), nil),
		try.One("stars", each(mail(), try.Canary, func(m *try.Maker, i int) { m.Post(try.Collector, `{"v":"`+strings.Repeat("*", i+1)+`"}`) }), nil),
		try.One("that somebody types", each(mail().Call(try.OtherJS, "EventTarget.addEventListener(keydown)"), try.Canary, func(m *try.Maker, i int) {
			m.Post(try.Collector, fmt.Sprintf(`{"event":"typing","id":"%s"}`, try.SHA256(strconv.Itoa(i))), try.By(try.OtherJS))
		}), nil),
		try.One("what cannot be read, all the time", encrypted(try.Typing(), 20), nil),
		try.One("other letters", each(mail(), "hello world, how are you", func(m *try.Maker, i int) { m.Request("image", try.Collector+"?k="+"xyz"[i%3:i%3+1]) }), nil),
	})
	m := growing(mail(), try.Canary, try.Collector)
	if f := m.Judge(t, KeyLogging)[0]; f.Certainty != detectors.Observed || f.Args["way"] != "growing-text" || f.Args["what"] != "email" || f.Args["count"] != strconv.Itoa(len(try.Canary)) {
		t.Errorf("%+v", f)
	}
	if f := encrypted(try.Typing(), 1).Judge(t, KeyLogging)[0]; f.Certainty != detectors.Inferred || f.Args["what"] != "unreadable" {
		t.Errorf("%+v", f)
	}
}

// encrypted types into two fields; a script that listens to keys sends words that
// cannot be read with each, and goes on for so many times as long.
func encrypted(m *try.Maker, times int) *try.Maker {
	m.Call(try.OtherJS, "EventTarget.addEventListener(keydown)")
	for field := range 2 {
		m.Typed("message", words+strconv.Itoa(field))
		for i := range len(words) * times {
			m.Now += 25
			sum := sha256.Sum256([]byte(strconv.Itoa(field*1000 + i)))
			m.Post(try.Collector, base64.StdEncoding.EncodeToString(sum[:24]), try.By(try.OtherJS))
		}
	}
	return m
}
