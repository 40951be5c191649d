package detectors

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

const person = "jan.jansen@mail.example"

func TestReferrerLeak(t *testing.T) {
	const px = "https://px.other.test/c"
	q := url.QueryEscape
	at := landing // an address of the shop
	mailed := func() *maker { return at("thanks?email=" + q(person)) }
	page := func(path string) string { return shop + path }
	found := want{"email:px.other.test high"}
	tryAll(t, referrerLeak, []trial{
		{"an e-mail address in the referrer", mailed().request("image", px, sentHeader("Referer", page("thanks?email="+q(person)))), found},
		{"in the address of the page as a parameter", mailed().request("fetch", px+"?dl="+q(page("thanks?email="+q(person)))), found},
		{"in a body", mailed().post(px, `{"page":{"url":"`+page("thanks?email="+q(person))+`"}}`), found},
		{"over a line", mailed().line("wss://px.other.test/c", `{"u":"`+page("thanks?email="+q(person))+`"}`), found},
		{"in base64", mailed().request("fetch", px+"?d="+q(b64(`{"u":"`+page("thanks?email="+q(person))+`"}`))), found},
		{"by itself", mailed().request("fetch", px+"?em="+q(person)), found},
		{"as a hash", mailed().request("fetch", px+"?em="+sha256Of(person)), found},
		{"in a title", mailed().request("fetch", px+"?dt="+q("Thank you, "+person)), found},
		{"from base64 in the address", at("u?d="+q(b64("mail="+person))).request("fetch", px+"?dl="+q(page("u?d="+q(b64("mail="+person))))), found},
		{"in the path of the page", at("u/"+person+"/settings").request("image", px, sentHeader("Referer", page("u/"+person+"/settings"))), found},
		{"by a worker in a frame", mailed().request("fetch", px+"?em="+q(person), func(r *evidence.Request) { r.Target = "t9" }), found},
		{"an address that the page gave itself later", visit().request("fetch", px+"?dl="+q(page("step2?email="+q(person))), func(r *evidence.Request) {
			r.Document = page("step2?email=" + q(person))
		}), found},
		{"to a company behind a name of the site", mailed().named("metrics.shop.test", "k1.eulerian.net").request("fetch", metrics+"c?em="+q(person)), want{"email:metrics.shop.test high"}},
		{"words that were searched for", at("search?q=tv").request("fetch", px+"?dl="+q(page("search?q=tv"))), want{"search:px.other.test medium"}},
		{"several words by themselves", at("search?q=hiv+test+at+home").request("fetch", px+"?st=hiv%20test%20at%20home"), want{"search:px.other.test medium"}},
		{"a key", at("reset?token=k3v9q0t7b2m5n8c1").request("script", px, sentHeader("Referer", page("reset?token=k3v9q0t7b2m5n8c1"))), want{"secret:px.other.test high"}},
		{"a telephone number", at("call?tel=0612345678").request("fetch", px+"?p=%2B31%206%2012345678", sentHeader("Referer", page("call?tel=0612345678"))), want{"phone:px.other.test high"}},
		{"the number of an order", at("done?orderid=20261121-0042").request("image", px+"?ref="+q(page("done?orderid=20261121-0042")), pixel), want{"order:px.other.test medium"}},
		{"a name and a postcode", at("offer?voornaam=Jan&postcode=1234AB").request("image", px, sentHeader("Referer", page("offer?voornaam=Jan&postcode=1234AB"))),
			want{"address:px.other.test high", "name:px.other.test high"}},
		{"before and after the choice", mailed().request("fetch", px+"?em="+q(person)).choose().request("fetch", px+"?em="+q(person)),
			want{"email:px.other.test high", "email:px.other.test high after"}},
		{"somebody's address in an address of another company", visit().request("image", px+"?user="+q(person), pixel), want{"email:px.other.test medium"}},
		{"the same in base64 in a path", visit().request("image", "https://px.other.test/u/"+b64(person)+"/p.gif", pixel), want{"email:px.other.test medium"}},
		{"what was typed, in an address", typing().typed("email", canary).request("image", px+"?e="+q(canary)), found},
		{"what was typed, in the address of the page", typing().typed("name", called).request("image", px, sentHeader("Referer", page("form?n="+q(called))), func(r *evidence.Request) {
			r.Document = page("form?n=" + q(called))
		}), want{"name:px.other.test high"}},
	})
}

func TestNoReferrerLeak(t *testing.T) {
	const px = "https://px.other.test/c"
	q := url.QueryEscape
	mailed := func() *maker { return landing("thanks?email=" + q(person)) }
	tryAll(t, referrerLeak, []trial{
		{"only the origin in the referrer", mailed().request("image", px, sentHeader("Referer", shop)), nil},
		{"the path alone", mailed().request("fetch", px+"?dl="+q(shop+"thanks")), nil},
		{"to the site itself", mailed().request("fetch", "https://api.shop.test/c?em="+q(person), sentHeader("Referer", shop+"thanks?email="+q(person))), nil},
		{"an address that says nothing", landing("list?page=2&sort=price&order=asc").request("fetch", px+"?dl="+q(shop+"list?page=2&sort=price&order=asc")), nil},
		{"one short word by itself", landing("search?q=tv").request("image", "https://img.other.test/tv.png?q=tv-small", picture), nil},
		{"one word that is in a picture's name", landing("search?q=amsterdam").request("image", "https://img.other.test/amsterdam.png", picture), nil},
		{"words for a company that searches for the site", landing("search?q=red+running+shoes").post("https://abc-dsn.algolia.net/1/indexes/*/queries", `{"requests":[{"params":"query=red%20running%20shoes"}]}`), nil},
		{"an empty search", landing("search?q=").request("fetch", px+"?dl="+q(shop+"search?q=")), nil},
		{"the site's own address", visit().request("document", "https://calendar.other.test/embed?src=info%40shop.test", func(r *evidence.Request) { r.Frame = true }), nil},
		{"a role", visit().request("image", px+"?to=support%40vendor.example"), nil},
		{"a calendar", visit().request("document", "https://calendar.google.com/embed?src=nl.dutch%23holiday%40group.v.calendar.google.com", func(r *evidence.Request) { r.Frame = true }), nil},
		{"a version of a library", visit().request("script", "https://cdn.jsdelivr.net/npm/vue@3.5.12/dist/vue.global.prod.js").request("script", "https://unpkg.com/@scope/lib@latest.min.js"), nil},
		{"a key of an address", visit().request("fetch", "https://tunnel.other.test/?dsn=https%3A%2F%2F0a1b2c3d4e5f60718293a4b5c6d7e8f9%40o123.ingest.other-host.example%2F1"), nil},
		{"a picture for sharp screens", visit().request("image", "https://img.other.test/logo@2x.png", picture), nil},
		{"a fragment", visit().request("image", px+"#"+person), nil},
		{"a hash of what was typed", typing().typed("email", canary).request("image", px+"?e="+sha256Of(canary)), nil},
		{"what was typed, in a body", typing().typed("email", canary).post(px, canary), nil},
	})
}

func TestReferrerLeakFinding(t *testing.T) {
	m := landing("thanks?email="+url.QueryEscape(person)+"&orderid=12345").request("image", "https://px.other.test/a", by("https://cdn.other.test/t.js"), sentHeader("Referer", shop+"thanks?email="+url.QueryEscape(person)+"&orderid=12345")).
		request("image", "https://px.other.test/b?e="+b64(person))
	found := m.judge(t, referrerLeak)
	check(t, found, want{"email:px.other.test high", "order:px.other.test medium"})
	f := found[slices.IndexFunc(found, func(f Finding) bool { return f.Args["what"] == "email" })]
	if f.Script != "https://cdn.other.test/t.js" || !slices.Equal(f.Evidence, []evidence.ID{"none/request/2", "none/request/3"}) {
		t.Errorf("finding %+v", f)
	}
	for name, want := range map[string]string{"name": "email", "place": "Referer", "form": "plain", "count": "2"} {
		if f.Args[name] != want {
			t.Errorf("%s is %q, want %q", name, f.Args[name], want)
		}
	}
	for _, f := range found {
		for name, value := range f.Args {
			if strings.Contains(value, "@") {
				t.Errorf("%s shows the address itself: %q", name, value)
			}
		}
	}
}

func TestEmailsIn(t *testing.T) {
	for text, want := range map[string]string{
		person: person, "a=" + person + "&b": person, "<Jan.Jansen@Mail.Example>": person, "mailto:jan@shop.nl?x": "jan@shop.nl", "jan+tag@a.b.co.uk": "jan+tag@a.b.co.uk",
		"jan@x.nl,piet@y.be": "jan@x.nl piet@y.be", "jan@gmail.com.": "jan@gmail.com",
		"": "", "@": "", "vue@3.5.12": "", "lib@1.0.map": "", "logo@2x.png": "", "https://key@o1.ingest.sentry.io/1": "", "@user@mastodon.social": "", "a@b": "", "jan@com": "", "x@app.min.js": "",
		"5@4.nl": "",
	} {
		if got := strings.Join(emailsIn(text), " "); got != want {
			t.Errorf("in %q: %q, want %q", text, got, want)
		}
	}
}

func FuzzEmailsIn(f *testing.F) {
	for _, s := range []string{person, "a@b.nl@c.nl", strings.Repeat("a.", 99) + "@x.nl", "@@@"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, email := range emailsIn(s) {
			if strings.Count(email, "@") != 1 || !strings.Contains(strings.ToLower(s), email) {
				t.Errorf("%q in %q", email, s)
			}
			impersonal(email, "shop.test")
		}
	})
}
