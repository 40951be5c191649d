package flows

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/evidence"
)

const person = "jan.jansen@mail.example"

func TestReferrerLeak(t *testing.T) {
	const px = "https://px.other.test/c"
	q := url.QueryEscape
	at := try.Landing // an address of the shop
	mailed := func() *try.Maker { return at("thanks?email=" + q(person)) }
	page := func(path string) string { return try.Shop + path }
	found := try.Want{"email:px.other.test high"}
	try.All(t, ReferrerLeak, []try.Trial{
		try.One("an e-mail address in the referrer", mailed().Request("image", px, try.SentHeader("Referer", page("thanks?email="+q(person)))), found),
		try.One("in the address of the page as a parameter", mailed().Request("fetch", px+"?dl="+q(page("thanks?email="+q(person)))), found),
		try.One("in a body", mailed().Post(px, `{"page":{"url":"`+page("thanks?email="+q(person))+`"}}`), found),
		try.One("over a line", mailed().Line("wss://px.other.test/c", `{"u":"`+page("thanks?email="+q(person))+`"}`), found),
		try.One("in base64", mailed().Request("fetch", px+"?d="+q(try.Base64(`{"u":"`+page("thanks?email="+q(person))+`"}`))), found),
		try.One("by itself", mailed().Request("fetch", px+"?em="+q(person)), found),
		try.One("as a hash", mailed().Request("fetch", px+"?em="+try.SHA256(person)), found),
		try.One("in a title", mailed().Request("fetch", px+"?dt="+q("Thank you, "+person)), found),
		try.One("from base64 in the address", at("u?d="+q(try.Base64("mail="+person))).Request("fetch", px+"?dl="+q(page("u?d="+q(try.Base64("mail="+person))))), found),
		try.One("in the path of the page", at("u/"+person+"/settings").Request("image", px, try.SentHeader("Referer", page("u/"+person+"/settings"))), found),
		try.One("by a worker in a frame", mailed().Request("fetch", px+"?em="+q(person), func(r *evidence.Request) { r.Target = "t9" }), found),
		try.One("an address that the page gave itself later", try.Visit().Request("fetch", px+"?dl="+q(page("step2?email="+q(person))), func(r *evidence.Request) {
			r.Document = page("step2?email=" + q(person))
		}), found),
		try.One("to a company behind a name of the site", mailed().Named("metrics.shop.test", "k1.eulerian.net").Request("fetch", try.Metrics+"c?em="+q(person)), try.Want{"email:metrics.shop.test high"}),
		try.One("words that were searched for", at("search?q=tv").Request("fetch", px+"?dl="+q(page("search?q=tv"))), try.Want{"search:px.other.test medium"}),
		try.One("several words by themselves", at("search?q=hiv+test+at+home").Request("fetch", px+"?st=hiv%20test%20at%20home"), try.Want{"search:px.other.test medium"}),
		try.One("a key", at("reset?token=k3v9q0t7b2m5n8c1").Request("script", px, try.SentHeader("Referer", page("reset?token=k3v9q0t7b2m5n8c1"))), try.Want{"secret:px.other.test high"}),
		try.One("a telephone number", at("call?tel=0612345678").Request("fetch", px+"?p=%2B31%206%2012345678", try.SentHeader("Referer", page("call?tel=0612345678"))), try.Want{"phone:px.other.test high"}),
		try.One("the number of an order", at("done?orderid=20261121-0042").Request("image", px+"?ref="+q(page("done?orderid=20261121-0042")), try.Pixel), try.Want{"order:px.other.test medium"}),
		try.One("a name and a postcode", at("offer?voornaam=Jan&postcode=1234AB").Request("image", px, try.SentHeader("Referer", page("offer?voornaam=Jan&postcode=1234AB"))),
			try.Want{"address:px.other.test high", "name:px.other.test high"}),
		try.One("before and after the choice", mailed().Request("fetch", px+"?em="+q(person)).Choose().Request("fetch", px+"?em="+q(person)),
			try.Want{"email:px.other.test high", "email:px.other.test high after"}),
		try.One("somebody's address in an address of another company", try.Visit().Request("image", px+"?user="+q(person), try.Pixel), try.Want{"email:px.other.test medium"}),
		try.One("the same in base64 in a path", try.Visit().Request("image", "https://px.other.test/u/"+try.Base64(person)+"/p.gif", try.Pixel), try.Want{"email:px.other.test medium"}),
		try.One("what was typed, in an address", try.Typing().Typed("email", try.Canary).Request("image", px+"?e="+q(try.Canary)), found),
		try.One("what was typed, in the address of the page", try.Typing().Typed("name", try.Called).Request("image", px, try.SentHeader("Referer", page("form?n="+q(try.Called))), func(r *evidence.Request) {
			r.Document = page("form?n=" + q(try.Called))
		}), try.Want{"name:px.other.test high"}),
	})
}

func TestNoReferrerLeak(t *testing.T) {
	const px = "https://px.other.test/c"
	q := url.QueryEscape
	mailed := func() *try.Maker { return try.Landing("thanks?email=" + q(person)) }
	try.All(t, ReferrerLeak, []try.Trial{
		try.One("only the origin in the referrer", mailed().Request("image", px, try.SentHeader("Referer", try.Shop)), nil),
		try.One("the path alone", mailed().Request("fetch", px+"?dl="+q(try.Shop+"thanks")), nil),
		try.One("to the site itself", mailed().Request("fetch", "https://api.shop.test/c?em="+q(person), try.SentHeader("Referer", try.Shop+"thanks?email="+q(person))), nil),
		try.One("an address that says nothing", try.Landing("list?page=2&sort=price&order=asc").Request("fetch", px+"?dl="+q(try.Shop+"list?page=2&sort=price&order=asc")), nil),
		try.One("one short word by itself", try.Landing("search?q=tv").Request("image", "https://img.other.test/tv.png?q=tv-small", try.Picture), nil),
		try.One("one word that is in a picture's name", try.Landing("search?q=amsterdam").Request("image", "https://img.other.test/amsterdam.png", try.Picture), nil),
		try.One("words for a company that searches for the site", try.Landing("search?q=red+running+shoes").Post("https://abc-dsn.algolia.net/1/indexes/*/queries", `{"requests":[{"params":"query=red%20running%20shoes"}]}`), nil),
		try.One("an empty search", try.Landing("search?q=").Request("fetch", px+"?dl="+q(try.Shop+"search?q=")), nil),
		try.One("the site's own address", try.Visit().Request("document", "https://calendar.other.test/embed?src=info%40shop.test", func(r *evidence.Request) { r.Frame = true }), nil),
		try.One("a role", try.Visit().Request("image", px+"?to=support%40vendor.example"), nil),
		try.One("a calendar", try.Visit().Request("document", "https://calendar.google.com/embed?src=nl.dutch%23holiday%40group.v.calendar.google.com", func(r *evidence.Request) { r.Frame = true }), nil),
		try.One("a version of a library", try.Visit().Request("script", "https://cdn.jsdelivr.net/npm/vue@3.5.12/dist/vue.global.prod.js").Request("script", "https://unpkg.com/@scope/lib@latest.min.js"), nil),
		try.One("a key of an address", try.Visit().Request("fetch", "https://tunnel.other.test/?dsn=https%3A%2F%2F0a1b2c3d4e5f60718293a4b5c6d7e8f9%40o123.ingest.other-host.example%2F1"), nil),
		try.One("a picture for sharp screens", try.Visit().Request("image", "https://img.other.test/logo@2x.png", try.Picture), nil),
		try.One("a fragment", try.Visit().Request("image", px+"#"+person), nil),
		try.One("a hash of what was typed", try.Typing().Typed("email", try.Canary).Request("image", px+"?e="+try.SHA256(try.Canary)), nil),
		try.One("what was typed, in a body", try.Typing().Typed("email", try.Canary).Post(px, try.Canary), nil),
	})
}

func TestReferrerLeakFinding(t *testing.T) {
	m := try.Landing("thanks?email="+url.QueryEscape(person)+"&orderid=12345").Request("image", "https://px.other.test/a", try.By("https://cdn.other.test/t.js"), try.SentHeader("Referer", try.Shop+"thanks?email="+url.QueryEscape(person)+"&orderid=12345")).
		Request("image", "https://px.other.test/b?e="+try.Base64(person))
	found := m.Judge(t, ReferrerLeak)
	try.Check(t, found, try.Want{"email:px.other.test high", "order:px.other.test medium"})
	f := found[slices.IndexFunc(found, func(f detectors.Finding) bool { return f.Args["what"] == "email" })]
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
