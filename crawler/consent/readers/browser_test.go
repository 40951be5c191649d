package readers_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/crawler/consent/readers"
	"github.com/spoor-audit/spoor/evidence"
)

// state reads what the browser keeps for a page.
func state(t testing.TB, p *browsertest.Tab) readers.State {
	t.Helper()
	var s readers.State
	for _, c := range p.Cookies(t) {
		s.Cookies = append(s.Cookies, readers.Cookie{Name: c.Name, Value: c.Value, Domain: c.Domain})
	}
	frames, err := p.Frames(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var local map[string]string
	if err := frames[0].World(t.Context(), `Object.assign({},localStorage)`, &local); err != nil {
		t.Fatal(err)
	}
	s.Local = map[string]map[string]string{strings.TrimSuffix(frames[0].URL(), "/"): local}
	return s
}

func read(t testing.TB, p *browsertest.Tab) []evidence.Signal {
	t.Helper()
	signals, err := readers.Read(t.Context(), p, state(t, p))
	if err != nil {
		t.Fatal(err)
	}
	return signals
}

func of(t testing.TB, signals []evidence.Signal, kind string) *evidence.Signal {
	t.Helper()
	for i := range signals {
		if signals[i].Kind == kind {
			return &signals[i]
		}
	}
	return nil
}

// tcfScript is a consent tool that answers as the TCF says.
const tcfScript = `let n = 0, open = new Set();
window.__tcfapi = (command, version, done, id) => {
  if (command === 'ping') done({ gdprApplies: true, cmpStatus: 'loaded', displayStatus: 'visible', cmpId: 300 }, true);
  if (command === 'addEventListener') { open.add(++n); done({ tcString: '', eventStatus: 'cmpuishown', gdprApplies: true, listenerId: n,
    purpose: { consents: { 1: false } }, vendor: { consents: {} } }, true); }
  if (command === 'removeEventListener') { open.delete(id); done(true); }
};
window.left = () => open.size;`

var pages = map[string]string{
	"/interfaces": `<!doctype html><script>` + tcfScript + `
window.__gpp = (command, done) => done({ gppString: 'DBABMA~1', applicableSections: [2], signalStatus: 'ready' }, true);
window.__uspapi = (command, version, done) => done({ version: 1, uspString: '1YNN' }, true);
window.dataLayer = []; function gtag() { dataLayer.push(arguments) }
gtag('consent', 'default', { ad_storage: 'denied', region: ['NL', 'DE'], wait_for_update: 500 });
gtag('event', 'x'); dataLayer.push({ event: 'y' });
gtag('consent', 'update', { ad_storage: 'granted' });
window.google_tag_data = { ics: { entries: { ad_storage: { default: false, update: true, quiet: false, f() {} } } } };
</script>`,
	"/frame": `<!doctype html><iframe src="OTHER/interfaces"></iframe>`,
	"/locator": `<!doctype html><iframe name="__tcfapiLocator"></iframe><script>addEventListener('message', e => {
  const c = e.data && e.data.__tcfapiCall; if (!c) return;
  const value = c.command === 'ping' ? { cmpId: 5 } : { tcString: 'CP', eventStatus: 'tcloaded', listenerId: 1 };
  e.source.postMessage({ __tcfapiReturn: { returnValue: value, success: true, callId: c.callId } }, '*');
})</script>`,
	"/silent": `<!doctype html><script>window.__tcfapi = window.__gpp = window.__uspapi = () => {}; window.OneTrust = { get GetDomainData() { throw 1 } }</script>`,
	"/hostile": `<!doctype html><script>` + tcfScript + `
JSON.parse = JSON.stringify = Object.keys = () => { throw 1 }; Promise.prototype.then = () => { throw 1 }; window.Promise = null;
Array.prototype.push = Array.prototype.map = () => { throw 1 }; window.dataLayer = { get length() { throw 1 } };
Object.defineProperty(window, 'Cookiebot', { get() { throw 1 } }); document.querySelector = () => { throw 1 };</script>`,
	"/stuck": `<!doctype html><script>Object.defineProperty(window, '__tcfapi', { get() { for (;;); } })</script>`,
	// The functions of consent managers, as far as they are asked, with answers.
	"/functions": `<!doctype html><script>
window.Cookiebot = { hasResponse: true, consent: { necessary: true, preferences: false, statistics: true, marketing: false, method: 'explicit' } };
window.__ucCmp = { async getConsentDetails() { return { consent: { type: 'EXPLICIT', status: 'ALL_DENIED' }, services: {
  a: { name: 'CMP', category: 'essential', essential: true, consent: { given: true, type: 'EXPLICIT' } },
  b: { name: 'Ads', category: 'marketing', consent: { given: false, type: 'EXPLICIT' } } } } } };
window.Didomi = { shouldUserStatusBeCollected: () => false, getCurrentUserStatus: () => ({ purposes: { cookies: { id: 'cookies', enabled: true }, create_ads_profile: { enabled: false } } }) };
window.__cmp = c => c === 'consentStatus' ? { userChoiceExists: true } : { purposeConsents: { c52: false, c53: false } };
window.Osano = { cm: { getConsent: () => ({ ESSENTIAL: 'ACCEPT', ANALYTICS: 'DENY', MARKETING: 'DENY' }) } };
window.Shopify = { customerPrivacy: { currentVisitorConsent: () => ({ marketing: '', analytics: '', preferences: '', sale_of_data: '' }) } };
window.OnetrustActiveGroups = ',C0001,req2,'; window.OneTrust = { GetDomainData: () => ({ Groups: [{ CustomGroupId: 'req2', GroupName: 'Marketing cookies' }] }) };
window.klaro = { getManager: () => ({ confirmed: false, consents: { a: true, b: false }, config: { services: [{ name: 'a', required: true }, { name: 'b', purposes: ['analytics'] }] } }) };
window.zaraz = { consent: { purposes: { x: { name: { en: 'Advertising' } } } } }; document.cookie = 'zaraz-consent={"x":false}';
window.tarteaucitron = { state: { gtag: true } };
window.CookieConsent = { validConsent: () => true, getUserPreferences: () => ({ acceptedCategories: ['necessary'], rejectedCategories: ['analytics'] }) };
</script><div id=cc-main></div>`,
	"/functions-2": `<!doctype html><script>
window.UC_UI = { isConsentRequired: true, getServicesBaseInfo: () => [
  { id: '1', name: 'CMP', categorySlug: 'essential', isEssential: true, consent: { status: true, history: [{ type: 'implicit' }] } },
  { id: '2', name: 'Ads', categorySlug: 'marketing', consent: { status: true, history: [{ type: 'implicit' }] } }] };
</script>`,
	"/plain": `<!doctype html><h1>Nothing</h1>`,
}

// TestInterfaces reads the interfaces of consent tools in a real browser.
func TestInterfaces(t *testing.T) {
	b := browsertest.Start(t)
	site := browsertest.Serve(t, pages, "")
	p := b.Open(t, site+"/interfaces")
	signals := read(t, p)
	want := map[string]string{
		readers.KindTCF: `{"data":{"eventStatus":"cmpuishown","gdprApplies":true,"listenerId":1,"purpose":{"consents":{"1":false}},"tcString":"","vendor":{"consents":{}}},` +
			`"ping":{"cmpId":300,"cmpStatus":"loaded","displayStatus":"visible","gdprApplies":true}}`,
		readers.KindGPP: `{"ping":{"applicableSections":[2],"gppString":"DBABMA~1","signalStatus":"ready"}}`,
		readers.KindUSP: `{"uspString":"1YNN","version":1}`,
		readers.KindGoogle: `{"dataLayer":[["consent","default",{"ad_storage":"denied","region":["NL","DE"],"wait_for_update":500}],` +
			`["consent","update",{"ad_storage":"granted"}]],"entries":{"ad_storage":{"default":false,"quiet":false,"update":true}}}`,
	}
	for kind, raw := range want {
		s := of(t, signals, kind)
		if s == nil {
			t.Errorf("%s: not read", kind)
			continue
		}
		var got, exp any
		if err := json.Unmarshal(s.Raw, &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(raw), &exp); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(exp, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", kind, d)
		}
		if s.Frame != site+"/interfaces" {
			t.Errorf("%s: frame %q", kind, s.Frame)
		}
	}
	frames, err := p.Frames(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var left int
	if err := frames[0].Main(t.Context(), "left()", &left); err != nil || left != 0 {
		t.Errorf("%d listeners were left behind (%v)", left, err)
	}
}

// TestExpressions has the browser read every expression of the rows.
func TestExpressions(t *testing.T) {
	b := browsertest.Start(t)
	all, err := readers.Expressions()
	if err != nil {
		t.Fatal(err)
	}
	list, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	frames, err := b.Open(t, browsertest.Serve(t, pages, "")+"/plain").Frames(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var bad []string
	js := string(list) + `.flatMap(e=>{try{new Function('return async()=>{return await('+e+')}');return[]}catch(x){return[x.message+': '+e]}})`
	if err := frames[0].World(t.Context(), js, &bad); err != nil {
		t.Fatal(err)
	}
	for _, e := range bad {
		t.Error(e)
	}
}

// TestFunctions asks consent managers' functions where there is no record.
func TestFunctions(t *testing.T) {
	b := browsertest.Start(t)
	site := browsertest.Serve(t, pages, "")
	yes, no := true, false
	for path, want := range map[string][]evidence.Signal{
		"/functions": {
			{Source: "cookiebot", Made: &yes, Method: "explicit", Categories: map[string]bool{"necessary": true, "functional": false, "analytics": true, "marketing": false}},
			{Source: "cookieconsent", Made: &yes, Categories: map[string]bool{"necessary": true, "analytics": false}},
			{Source: "consentmanager", Made: &yes, Categories: map[string]bool{"analytics": false, "marketing": false}},
			{Source: "didomi", Made: &yes, Categories: map[string]bool{"other": true, "marketing": false}},
			{Source: "klaro", Made: &no, Categories: map[string]bool{"necessary": true, "analytics": false}},
			{Source: "onetrust", Categories: map[string]bool{"necessary": true, "marketing": true, "analytics": false, "functional": false, "social": false}},
			{Source: "osano", Categories: map[string]bool{"necessary": true, "analytics": false, "marketing": false}},
			{Source: "shopify", Made: &no},
			{Source: "tarteaucitron", Made: &yes, Categories: map[string]bool{"analytics": true}},
			{Source: "usercentrics", Made: &yes, Method: "explicit", Categories: map[string]bool{"marketing": false}},
			{Source: "zaraz", Made: &yes, Categories: map[string]bool{"marketing": false}},
		},
		"/functions-2": {
			{Source: "usercentrics", Made: &no, Method: "implied", Categories: map[string]bool{"marketing": true}},
		},
	} {
		p := b.Open(t, site+path)
		got := map[string]evidence.Signal{}
		for _, s := range read(t, p) {
			got[s.Source] = evidence.Signal{Source: s.Source, Made: s.Made, Method: s.Method, Categories: s.Categories}
		}
		for _, w := range want {
			if d := cmp.Diff(w, got[w.Source]); d != "" {
				t.Errorf("%s (-want +got):\n%s", w.Source, d)
			}
		}
	}
}

// TestFrames finds a TCF function in a frame of another site, and one that
// answers messages only.
func TestFrames(t *testing.T) {
	b := browsertest.Start(t)
	site := browsertest.Serve(t, pages, "")
	for path, source := range map[string]string{"/frame": "__tcfapi", "/locator": "__tcfapiLocator"} {
		s := of(t, read(t, b.Open(t, site+path)), readers.KindTCF)
		if s == nil {
			t.Errorf("%s: not read", path)
			continue
		}
		var raw struct{ Ping, Data map[string]any }
		if err := json.Unmarshal(s.Raw, &raw); err != nil {
			t.Fatal(err)
		}
		if s.Source != source || raw.Ping["cmpId"] == nil || raw.Data["eventStatus"] == nil {
			t.Errorf("%s: source %s, %s", path, s.Source, s.Raw)
		}
		if path == "/frame" && !strings.Contains(s.Frame, "localhost") {
			t.Errorf("%s: read from %s", path, s.Frame)
		}
	}
}

// TestBroken reads what can be read from pages that break their own language, and
// comes back from those that never answer.
func TestBroken(t *testing.T) {
	b := browsertest.Start(t)
	site := browsertest.Serve(t, pages, "")
	if s := of(t, read(t, b.Open(t, site+"/hostile")), readers.KindTCF); s == nil || !strings.Contains(string(s.Raw), "cmpuishown") {
		t.Errorf("hostile: %v", s)
	}
	if signals := read(t, b.Open(t, site+"/plain")); len(signals) != 0 {
		t.Errorf("plain: %v", signals)
	}
	for _, s := range read(t, b.Open(t, site+"/silent")) {
		if s.Source == "onetrust" && (s.Made == nil || *s.Made || len(s.Categories) > 0) {
			t.Errorf("silent: %s made %v, %v; want no choice", s.Source, s.Made, s.Categories)
		}
	}
	p := b.Open(t, site+"/stuck")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	kept := readers.State{Cookies: []readers.Cookie{{Name: "cookieconsent_status", Value: "deny", Domain: "127.0.0.1"}}}
	signals, err := readers.Read(ctx, p, kept)
	if err == nil || ctx.Err() != nil {
		t.Errorf("stuck: error %v", err)
	}
	if s := of(t, signals, readers.KindCMP); s == nil || s.Source != "cookieconsent-insites" {
		t.Errorf("stuck: %v; want what the cookies say", signals)
	}
}

// realPages use consent managers as their makers publish them.
var realPages = map[string]string{
	"/klaro": `<!doctype html><html lang=en><script>klaroConfig = { version: 1, elementID: 'klaro', acceptAll: true, default: false, mustConsent: false,
services: [{ name: 'matomo', purposes: ['analytics'] }, { name: 'ads', purposes: ['advertising'] }, { name: 'session', purposes: ['basis'], required: true }] }</script>
<script src=/klaro/klaro.js></script><h1>Klaro</h1>`,
	"/cookieconsent": `<!doctype html><html lang=en><link rel=stylesheet href=/vanilla-cookieconsent/cookieconsent.css>
<script src=/vanilla-cookieconsent/cookieconsent.umd.js></script><h1>CookieConsent</h1><script>CookieConsent.run({
categories: { necessary: { readOnly: true }, analytics: {}, ads: {} },
language: { default: 'en', translations: { en: { consentModal: { title: 'Cookies', description: 'We use cookies', acceptAllBtn: 'Accept all', acceptNecessaryBtn: 'Reject all' },
preferencesModal: { title: 'x', sections: [] } } } } })</script>`,
	"/tarteaucitron": `<!doctype html><html lang=en><script src=/tarteaucitronjs/tarteaucitron.js></script><h1>tarteaucitron</h1><script>
tarteaucitron.init({ orientation: 'bottom', DenyAllCta: true, AcceptAllCta: true, highPrivacy: true, showIcon: false });
tarteaucitron.services.plausibleTest = { key: 'plausibleTest', type: 'analytic', name: 'Plausible', needConsent: true, cookies: [], uri: '', js() {}, fallback() {} };
(tarteaucitron.job = tarteaucitron.job || []).push('plausibleTest');</script>`,
}

// TestReal answers the dialogs of real consent managers and reads back what they
// made of it. They are no part of this repository: the set-up of the tests fetches
// them.
func TestReal(t *testing.T) {
	const folder = "../../../testsites/lib"
	if _, err := os.Stat(folder + "/klaro"); err != nil {
		if os.Getenv("SPOOR_REQUIRE_CHROME") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	rules := browsertest.Rules(t)
	b := browsertest.Start(t)
	site := browsertest.Serve(t, realPages, folder)
	for path := range realPages {
		for _, want := range []evidence.Scenario{evidence.Reject, evidence.Accept} {
			t.Run(path[1:]+"/"+string(want), func(t *testing.T) {
				t.Parallel()
				p := b.Open(t, site+path)
				found, err := rules.Detect(t.Context(), p)
				if err != nil || !found.Open {
					t.Fatalf("found %q, open %v, %v", found.CMP, found.Open, err)
				}
				before := read(t, p)
				if s := of(t, before, readers.KindCMP); s == nil || s.Source != path[1:] || s.Made == nil || *s.Made {
					t.Errorf("before: %+v; want no choice", s)
				}
				p.Rest(t.Context()) // As before a real choice, the page has settled.
				ok, clicks, err := found.Choose(t.Context(), want)
				if err != nil || !ok {
					t.Fatalf("choose: %v, %v", ok, err)
				}
				p.Rest(t.Context())
				after := read(t, p)
				verified, contrary, by, allowed := readers.Judge(before, after, want)
				t.Logf("%s: %d clicks %q, scripted %v; by %s: %v", found.CMP, clicks, found.Presses(), found.Scripted(), by, allowed)
				if !verified || contrary || by != path[1:] {
					t.Errorf("verified %v, contrary %v, by %q: %+v", verified, contrary, by, after)
				}
			})
		}
	}
}
