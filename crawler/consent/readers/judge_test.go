package readers

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/evidence"
)

func cmpSignal(raw string, made *bool, categories map[string]bool) evidence.Signal {
	return evidence.Signal{Kind: KindCMP, Source: "onetrust", Raw: json.RawMessage(raw), Made: made, Categories: categories}
}

func tcf(status, tc string, consents string) evidence.Signal {
	return evidence.Signal{Kind: KindTCF, Source: "__tcfapi", Raw: json.RawMessage(
		`{"ping":{},"data":{"tcString":"` + tc + `","eventStatus":"` + status + `","gdprApplies":true,"purpose":{"consents":` + consents + `}}}`)}
}

func google(raw string) evidence.Signal {
	return evidence.Signal{Kind: KindGoogle, Source: "dataLayer", Raw: json.RawMessage(raw)}
}

const denied = `["consent","default",{"ad_storage":"denied","analytics_storage":"denied"}]`

func TestJudge(t *testing.T) {
	yes, no := ptr(true), ptr(false)
	none := map[string]bool{"necessary": true, "analytics": false, "marketing": false}
	all := map[string]bool{"necessary": true, "analytics": true, "marketing": true}
	for _, tt := range []struct {
		note               string
		before, after      []evidence.Signal
		want               evidence.Scenario
		verified, contrary bool
		by                 string
	}{
		{"refused", []evidence.Signal{cmpSignal("1", no, nil)}, []evidence.Signal{cmpSignal("2", yes, none)}, evidence.Reject, true, false, "onetrust"},
		{"refused, no record before", nil, []evidence.Signal{cmpSignal("2", yes, none)}, evidence.Reject, true, false, "onetrust"},
		{"refused, and the record says accepted", nil, []evidence.Signal{cmpSignal("2", yes, all)}, evidence.Reject, false, true, "onetrust"},
		{"accepted", nil, []evidence.Signal{cmpSignal("2", yes, all)}, evidence.Accept, true, false, "onetrust"},
		{"accepted, and the record says refused", nil, []evidence.Signal{cmpSignal("2", yes, none)}, evidence.Accept, false, true, "onetrust"},
		{"accepted in part", nil, []evidence.Signal{cmpSignal("2", yes, map[string]bool{"analytics": true, "marketing": false})}, evidence.Accept, true, false, "onetrust"},
		{"the record did not change", []evidence.Signal{cmpSignal("1", yes, none)}, []evidence.Signal{cmpSignal("1", yes, none)}, evidence.Reject, false, false, "onetrust"},
		{"no choice on record", []evidence.Signal{cmpSignal("1", no, none)}, []evidence.Signal{cmpSignal("2", no, none)}, evidence.Reject, false, false, "onetrust"},
		{"allowed from the beginning, and still", []evidence.Signal{cmpSignal("1", yes, all)}, []evidence.Signal{cmpSignal("1", yes, all)}, evidence.Reject, false, true, "onetrust"},
		{"on by default, choice not on record", nil, []evidence.Signal{cmpSignal("1", no, all)}, evidence.Reject, false, false, "onetrust"},
		{"functional stays", nil, []evidence.Signal{cmpSignal("2", yes, map[string]bool{"functional": true, "marketing": false})}, evidence.Reject, true, false, "onetrust"},
		{"something unknown stays", nil, []evidence.Signal{cmpSignal("2", yes, map[string]bool{"other": true, "marketing": false})}, evidence.Reject, false, false, "onetrust"},
		{"everything allowed, without categories", nil, []evidence.Signal{cmpSignal("2", yes, map[string]bool{"other": true})}, evidence.Reject, false, true, "onetrust"},
		{"only the necessary is known", nil, []evidence.Signal{cmpSignal("2", yes, map[string]bool{"necessary": true})}, evidence.Reject, false, false, "onetrust"},
		{"the record does not say who made it, and changed", []evidence.Signal{cmpSignal("1", nil, all)}, []evidence.Signal{cmpSignal("2", nil, none)}, evidence.Reject, true, false, "onetrust"},
		{"closed, and taken as yes", []evidence.Signal{cmpSignal("1", no, none)}, []evidence.Signal{cmpSignal("2", yes, all)}, evidence.Close, false, true, "onetrust"},
		{"withdrawn", []evidence.Signal{cmpSignal("1", yes, all)}, []evidence.Signal{cmpSignal("2", yes, none)}, evidence.Withdraw, true, false, "onetrust"},

		{"TCF refused", []evidence.Signal{tcf("cmpuishown", "", "{}")}, []evidence.Signal{tcf("useractioncomplete", "CP", `{"1":false,"2":false}`)}, evidence.Reject, true, false, "__tcfapi"},
		{"TCF accepted", []evidence.Signal{tcf("cmpuishown", "", "{}")}, []evidence.Signal{tcf("useractioncomplete", "CP", `{"1":true,"2":true}`)}, evidence.Accept, true, false, "__tcfapi"},
		{"TCF says yes to a no", []evidence.Signal{tcf("cmpuishown", "", "{}")}, []evidence.Signal{tcf("useractioncomplete", "CP", `{"1":true}`)}, evidence.Reject, false, true, "__tcfapi"},
		{"TCF still asks", []evidence.Signal{tcf("cmpuishown", "", "{}")}, []evidence.Signal{tcf("cmpuishown", "", "{}")}, evidence.Reject, false, false, "__tcfapi"},
		{"TCF after the page was loaded again", []evidence.Signal{tcf("cmpuishown", "", "{}")}, []evidence.Signal{tcf("tcloaded", "CP", `{"1":false}`)}, evidence.Reject, true, false, "__tcfapi"},
		{"TCF cannot be read", nil, []evidence.Signal{{Kind: KindTCF, Source: "__tcfapi", Raw: json.RawMessage(`{"ping":{}}`)}}, evidence.Reject, false, false, ""},

		{"one source says no, another yes", nil, []evidence.Signal{cmpSignal("2", yes, none), tcf("useractioncomplete", "CP", `{"1":true}`)}, evidence.Reject, false, true, "__tcfapi"},
		{"the record outweighs the consent mode", []evidence.Signal{google(`{"dataLayer":[` + denied + `]}`)},
			[]evidence.Signal{google(`{"dataLayer":[` + denied + `,["consent","update",{"ad_storage":"granted"}]]}`), cmpSignal("2", yes, none)}, evidence.Reject, true, false, "onetrust"},

		{"consent mode refused by an update", []evidence.Signal{google(`{"dataLayer":[` + denied + `]}`)},
			[]evidence.Signal{google(`{"dataLayer":[` + denied + `,["consent","update",{"ad_storage":"denied","analytics_storage":"denied"}]]}`)}, evidence.Reject, true, false, "dataLayer"},
		{"consent mode, nothing but the default", []evidence.Signal{google(`{"dataLayer":[` + denied + `]}`)}, []evidence.Signal{google(`{"dataLayer":[` + denied + `]}`)}, evidence.Reject, false, false, "dataLayer"},
		{"consent mode accepted", []evidence.Signal{google(`{"dataLayer":[` + denied + `]}`)},
			[]evidence.Signal{google(`{"dataLayer":[` + denied + `,["consent","update",{"ad_storage":"granted","analytics_storage":"granted"}]]}`)}, evidence.Accept, true, false, "dataLayer"},
		{"consent mode granted to a no", []evidence.Signal{google(`{"entries":{"ad_storage":{"default":false}}}`)}, []evidence.Signal{google(`{"entries":{"ad_storage":{"default":false,"update":true}}}`)}, evidence.Reject, false, true, "dataLayer"},
		{"consent mode, statistics only", []evidence.Signal{google(`{"dataLayer":[` + denied + `]}`)},
			[]evidence.Signal{google(`{"dataLayer":[` + denied + `,["consent","update",{"analytics_storage":"granted"}]]}`)}, evidence.Reject, false, false, "dataLayer"},
		{"nothing at all", nil, nil, evidence.Reject, false, false, ""},
	} {
		t.Run(tt.note, func(t *testing.T) {
			verified, contrary, by, _ := Judge(tt.before, tt.after, tt.want)
			if verified != tt.verified || contrary != tt.contrary || by != tt.by {
				t.Errorf("verified %v, contrary %v, by %q; want %v, %v, %q", verified, contrary, by, tt.verified, tt.contrary, tt.by)
			}
		})
	}
}

// TestJudgeLast takes the last reading of a source, and gives its state.
func TestJudgeLast(t *testing.T) {
	after := []evidence.Signal{
		cmpSignal("1", ptr(true), map[string]bool{"marketing": true}),
		cmpSignal("2", ptr(true), map[string]bool{"marketing": false}),
	}
	verified, contrary, _, state := Judge(nil, after, evidence.Reject)
	if !verified || contrary {
		t.Errorf("verified %v, contrary %v; want the last reading to count", verified, contrary)
	}
	if d := cmp.Diff(map[string]bool{"marketing": false}, state); d != "" {
		t.Errorf("state (-want +got):\n%s", d)
	}
}

// TestJudgeFrame compares with what the source said before, although the address
// of its frame has changed with the choice.
func TestJudgeFrame(t *testing.T) {
	before, after := cmpSignal("1", nil, map[string]bool{"marketing": false}), cmpSignal("1", nil, map[string]bool{"marketing": false})
	before.Frame, after.Frame = "https://example.nl/", "https://example.nl/?consent=1"
	if verified, _, _, _ := Judge([]evidence.Signal{before}, []evidence.Signal{after}, evidence.Reject); verified {
		t.Error("a record that did not change verified the choice")
	}
}

func TestTool(t *testing.T) {
	for source, want := range map[string]string{"onetrust": "OneTrust", "__tcfapi": "", "tc-string": ""} {
		if got := Tool(source); got != want {
			t.Errorf("%s is called %q, want %q", source, got, want)
		}
	}
}

func TestStorageDiff(t *testing.T) {
	yes, no := ptr(true), ptr(false)
	for _, tt := range []struct {
		key, value string
		allowed    *bool
		confidence float64
	}{
		{"cookie_consent", "rejected", no, sure},
		{"cookie-consent", "denied", no, sure},
		{"gdpr", "allow_all", yes, sure},
		{"toestemming", "geweigerd", no, sure},
		{"cookieConsent", `{"necessary":true,"analytics":false,"marketing":false}`, no, sure},
		{"cookieConsent", "%7B%22necessary%22%3Atrue%2C%22analytics%22%3Atrue%2C%22marketing%22%3Atrue%7D", yes, sure},
		{"consent", "eyJhbmFseXRpY3MiOmZhbHNlLCJtYXJrZXRpbmciOmZhbHNlfQ==", no, sure},
		{"consent_state", `{"analytics":true,"marketing":false}`, yes, named},
		{"consent", `{"status":"denied","date":"2026-11-01"}`, no, sure},
		{"consent", "analytics=0&ads=0", no, sure},
		{"cookie_settings", "functional:no,statistics:no,marketing:no", no, sure},
		{"cookies_accepted", "false", no, named},
		{"cookies_accepted", "true", yes, named},
		{"tracking_optout", "1", no, named},
		{"cookie_consent", "1", yes, stated},
		{"siteConsent", "false", no, stated},
		{"consent_banner_shown", "true", yes, vague},
		{"cookie_notice", "1", yes, vague},
		{"toestemmingvoorcookies", "nee", no, stated},
		{"consent", `{"analytics":false}`, no, named},
		{"cookie-consent", `{"Analytics":{"consented":false,"timestamp":"2026-12-01"},"Social":{"consented":false,"timestamp":"2026-12-01"}}`, no, sure},
		{"cookie-consent", `{"Analytics":{"consented":true},"Advertising":{"consented":true}}`, yes, sure},
		{"consent-popup", `{"consent":["essential"],"hash":"a306f41d"}`, no, sure},
		{"consent-popup", `{"consent":["essential","analytics","marketing"],"hash":"a306f41d"}`, yes, sure},
		{"consent-popup", `{"rejectedConsent":["analytics","marketing"]}`, nil, 0},
		{"consent-popup", `{"consent":["essential"],"allowed":["essential","analytics","marketing"]}`, nil, 0},
		{"cookieConsent", `{"level":["required"],"date":"2026-12-01"}`, no, named},
		{"cc_consent", `{"categories":["necessary","analytics","targeting"],"level":["necessary","analytics","targeting"],"rfc_cookie":false}`, yes, named},
		{"cookieConsent", `{"level":["required","statistics","marketing"]}`, yes, named},
		{"cookieSettings", `[{"id":"analytics","accepted":false},{"id":"marketing","accepted":false}]`, no, sure},
		{"cookies_policy", `{"essential":true,"settings":false,"usage":false,"campaigns":false}`, no, sure},
		{"cookieLevel", "necessary", no, sure},
		{"toestemming", "alleen-noodzakelijk", no, sure},
		{"cookieLevel", "all", yes, sure},
		{"cookie_categories", `["necessary"]`, no, sure},
		{"cookie_categories", `["necessary","analytics","marketing"]`, yes, sure},
		{"cookies_accepted_categories", "technically_required,analytics,marketing", yes, sure},
		{"cookies_accepted_categories", `["necessary","analytics"]`, yes, named},
		{"cookie_groups", `["necessary","C0007"]`, nil, 0},
		{"cookiebar", "CookieAllowed", yes, sure},
		{"cookiebar", "CookieDisallowed", no, sure},
		{"cookie_consent", "2026-11-01T10:00:00Z", nil, 0},
		{"consentId", "5f3c1e9a-77", nil, 0},
		{"gdpr", `{"version":1,"seen":true}`, nil, 0},
	} {
		before := State{Cookies: []Cookie{{Name: "session", Value: "1"}}}
		after := State{Cookies: []Cookie{{Name: "session", Value: "rejected"}, {Name: tt.key, Value: tt.value, Domain: "example.nl"}}}
		got, err := StorageDiff(before, after)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || got[0].Key != tt.key {
			t.Fatalf("%s=%s: changes %v, want this one only", tt.key, tt.value, got)
		}
		if d := cmp.Diff(tt.allowed, got[0].Allowed); d != "" || got[0].Confidence != tt.confidence {
			t.Errorf("%s=%s: says %v with %v, want %v with %v", tt.key, tt.value, show(got[0].Allowed), got[0].Confidence, show(tt.allowed), tt.confidence)
		}
		if want := tt.confidence >= named; (len(Keepers(got)) == 1) != want {
			t.Errorf("%s=%s: keeps the choice: %v, want %v", tt.key, tt.value, Keepers(got), want)
		}
		verified, contrary, _ := JudgeStorage(got, evidence.Reject)
		if want := tt.confidence >= stated && !*tt.allowed; verified != want {
			t.Errorf("%s=%s: a refusal is verified: %v, want %v", tt.key, tt.value, verified, want)
		}
		if want := tt.confidence == sure && *tt.allowed; contrary != want {
			t.Errorf("%s=%s: contrary to a refusal: %v, want %v", tt.key, tt.value, contrary, want)
		}
		verified, _, _ = JudgeStorage(got, evidence.Accept)
		if want := tt.confidence >= stated && *tt.allowed; verified != want {
			t.Errorf("%s=%s: an acceptance is verified: %v, want %v", tt.key, tt.value, verified, want)
		}
	}
}

func show(b *bool) string {
	switch {
	case b == nil:
		return "nothing"
	case *b:
		return "yes"
	}
	return "no"
}

// TestStorageDisagrees verifies nothing if two keys say opposite things.
func TestStorageDisagrees(t *testing.T) {
	for _, confidence := range []float64{stated, named, sure} {
		changes := []Change{{Key: "consent", Allowed: ptr(false), Confidence: sure}, {Key: "gdpr", Allowed: ptr(true), Confidence: confidence}}
		if verified, contrary, _ := JudgeStorage(changes, evidence.Reject); verified || contrary {
			t.Errorf("verified %v, contrary %v with %v; want neither", verified, contrary, confidence)
		}
	}
}

// TestStorageUnchanged lists only what changed, and what went.
func TestStorageUnchanged(t *testing.T) {
	before := State{Local: map[string]map[string]string{"https://example.nl": {"consent": "denied", "cookie_banner": "open"}}}
	after := State{Local: map[string]map[string]string{"https://example.nl": {"consent": "denied"}}}
	got, err := StorageDiff(before, after)
	if err != nil {
		t.Fatal(err)
	}
	want := []Change{{Where: "local", Domain: "https://example.nl", Key: "cookie_banner", Before: "open"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("changes (-want +got):\n%s", d)
	}
}
