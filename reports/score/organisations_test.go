package score

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

func shop(runs ...evidence.Run) *evidence.Visit {
	for i := range runs {
		runs[i].Pages = []evidence.Page{{URL: "https://shop.example/", FinalURL: "https://www.shop.example/"}}
	}
	return &evidence.Visit{
		Subject: evidence.Subject{Kind: "page", URL: "https://shop.example/"},
		Runs:    runs,
		Names:   []evidence.Name{{Host: "metrics.shop.example", Chain: []string{"shop.example.sc.omtrdc.net"}}},
	}
}

// did makes a finding of scenario none; args are pairs.
func did(id, party, host string, s detectors.Severity, args ...string) detectors.Finding {
	f := detectors.Finding{
		ID: id, Key: host, Scenario: evidence.None, Phase: evidence.Before, Party: party, Host: host, Severity: s, Args: map[string]string{},
	}
	for i := 0; i+1 < len(args); i += 2 {
		f.Args[args[i]] = args[i+1]
	}
	return f
}

func signs(t *testing.T) *signatures.DB {
	t.Helper()
	db, err := signatures.Default()
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestOrganisations(t *testing.T) {
	db := signs(t)
	for _, c := range []struct {
		name string
		in   []detectors.Finding
		want []Organisation
	}{
		{"contact alone", []detectors.Finding{
			did("third-party-request", "google-fonts", "fonts.gstatic.com", "note"),
			did("third-party-request", "", "cdn.unheard-of.example", "note"),
		}, []Organisation{{ID: "Google", Contact: true}, {ID: "unheard-of.example", Contact: true}}},
		{"services of one company are one organisation", []detectors.Finding{
			did("tracker-request", "google-analytics", "www.google-analytics.com", "high"),
			did("tracker-request", "doubleclick", "ad.doubleclick.net", "medium"),
			did("third-party-request", "google-fonts", "fonts.gstatic.com", "note"),
		}, []Organisation{{ID: "Google", Contact: true, AnalyticsID: true}}},
		{"an advertising cookie", []detectors.Finding{
			did("cookies-third-party", "doubleclick", "doubleclick.net", "high", "identifying", "yes", "category", "marketing"),
		}, []Organisation{{ID: "Google", AdvertisingID: true}}},
		{"many cookies of one", []detectors.Finding{
			did("cookies-third-party", "", "a.ads.example", "high", "identifying", "yes", "category", "unknown"),
			did("cookies-third-party", "", "b.ads.example", "high", "identifying", "yes", "category", "unknown"),
			did("storage-local", "", "ads.example", "medium", "identifying", "yes", "category", "unknown"),
		}, []Organisation{{ID: "ads.example", AnalyticsID: true}}},
		{"a cookie that tells nobody apart, and one that serves the visitor", []detectors.Finding{
			did("cookies-third-party", "", "a.example", "low", "identifying", "no", "category", "marketing"),
			did("cookies-third-party", "", "b.example", "note", "identifying", "yes", "category", "necessary"),
			did("storage-session", "", "c.example", "low", "identifying", "yes", "category", "unknown"),
		}, []Organisation{}},
		{"an identifier on the site's own domain, handed over", []detectors.Finding{
			did("cookies-first-party", "google-analytics", "shop.example", "medium", "identifying", "yes", "category", "analytics"),
			did("tracker-request", "google-analytics", "www.google-analytics.com", "high"),
		}, []Organisation{{ID: "Google", Contact: true, AnalyticsID: true, FirstPartyID: true}}},
		{"the same, but pinged without it", []detectors.Finding{
			did("cookies-first-party", "google-analytics", "shop.example", "medium", "identifying", "yes", "category", "analytics"),
			did("tracker-request", "google-analytics", "www.google-analytics.com", "medium"),
		}, []Organisation{{ID: "Google", Contact: true}}},
		{"own statistics on the own host", []detectors.Finding{
			did("tracker-request", "matomo", "stats.shop.example", "low"),
			did("cookies-first-party", "matomo", "shop.example", "medium", "identifying", "yes", "category", "analytics"),
		}, []Organisation{}},
		{"another company behind an own name", []detectors.Finding{
			did("tracker-request", "adobe-analytics", "metrics.shop.example", "high"),
		}, []Organisation{{ID: "Adobe", Contact: true, AnalyticsID: true}}},
		{"the same, on no list but for its alias", []detectors.Finding{
			did("cname-cloaking", "adobe-analytics", "metrics.shop.example", "high"),
		}, []Organisation{{ID: "Adobe", Contact: true, AnalyticsID: true}}},
		{"the same, with nothing sent along", []detectors.Finding{
			did("cname-cloaking", "adobe-analytics", "metrics.shop.example", "medium"),
		}, []Organisation{{ID: "Adobe", Contact: true}}},
		{"nobody answered", []detectors.Finding{
			did("third-party-request", "", "gone.example", "note", "answered", "0"),
			did("tracker-request", "", "gone.example", "high", "answered", "0"),
		}, []Organisation{}},
		{"fingerprinting by another and by the site itself", []detectors.Finding{
			did("fingerprint-canvas", "", "fp.example", "high"),
			did("fingerprint-script", "fingerprintjs", "www.shop.example", "high"),
			did("fingerprint-webgl", "", "low.example", "low"),
		}, []Organisation{{ID: "fp.example", Fingerprinting: true}, {ID: "shop.example", Fingerprinting: true}}},
		{"fingerprinting by a library of the own host for its maker", []detectors.Finding{
			did("fingerprint-script", "fingerprintjs", "www.shop.example", "high"),
			did("tracker-request", "fingerprintjs", "api.fpjs.io", "high"),
		}, []Organisation{{ID: "Fingerprint", Contact: true, AdvertisingID: true, Fingerprinting: true}}},
		{"the same, but its maker was not contacted", []detectors.Finding{
			did("fingerprint-script", "fingerprintjs", "www.shop.example", "high"),
			did("fingerprint-canvas", "fingerprintjs", "cdn.libraries.example", "high"),
		}, []Organisation{{ID: "Fingerprint", Fingerprinting: true}, {ID: "shop.example", Fingerprinting: true}}},
		{"recording, matching and reading forms", []detectors.Finding{
			did("session-recording", "hotjar", "script.hotjar.com", "high"),
			did("session-recording", "fullstory", "edge.fullstory.com", "low"), // loaded alone
			did("cookie-sync", "", "sync.example", "high", "partner", "one.example"),
			did("cookie-sync", "", "x.sync.example", "high", "partner", "two.example"),
			did("cookie-sync", "", "y.sync.example", "high", "partner", "two.example"),
			did("form-exfiltration", "", "leads.example", "critical"),
		}, []Organisation{{ID: "Contentsquare", Replay: true}, {ID: "leads.example", FormData: true}, {ID: "sync.example", SyncPartners: 2}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := shop(evidence.Run{Scenario: evidence.None, Outcome: evidence.Done})
			if d := cmp.Diff(c.want, Organisations(v, c.in, db, evidence.None, "")); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			slices.Reverse(c.in)
			if d := cmp.Diff(c.want, Organisations(v, c.in, db, evidence.None, "")); d != "" {
				t.Errorf("in another order (-want +got):\n%s", d)
			}
		})
	}
}

// TestOrganisationsUnknown: without signatures, parties and domains stand for
// organisations.
func TestOrganisationsUnknown(t *testing.T) {
	v := shop(evidence.Run{Scenario: evidence.None, Outcome: evidence.Done})
	got := Organisations(v, []detectors.Finding{
		did("third-party-request", "", "a.ads.co.uk", "note"),
		did("cookies-third-party", "", "b.ads.co.uk", "high", "identifying", "yes", "category", "marketing"),
		did("tracker-request", "", "stats.shop.example", "low"),
	}, nil, evidence.None, "")
	want := []Organisation{{ID: "ads.co.uk", Contact: true, AdvertisingID: true}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestExposures: what was not measured has no number.
func TestExposures(t *testing.T) {
	at := evidence.Millis(500)
	reject := func(outcome evidence.Outcome, verified bool, chosen *evidence.Millis) evidence.Run {
		return evidence.Run{
			Scenario: evidence.Reject, Outcome: outcome, Chosen: chosen,
			Choice: &evidence.Choice{Want: evidence.Reject, Outcome: outcome, Verified: verified},
		}
	}
	after := did("tracker-request", "", "ads.example", "high")
	after.Scenario, after.Phase = evidence.Reject, evidence.After
	before := did("fingerprint-canvas", "", "fp.example", "high")
	before.Scenario = evidence.Reject
	findings := []detectors.Finding{after, before, did("third-party-request", "", "fonts.example", "note")}
	refused := Exposed{Score: 5, Band: "low", Organisations: 1, Identified: 1}
	nothing := Exposed{Score: 2, Band: "low", Organisations: 1}

	none := evidence.Run{Scenario: evidence.None, Outcome: evidence.Done}
	for _, c := range []struct {
		name string
		v    *evidence.Visit
		want map[evidence.Scenario]Exposed
	}{
		{"refused", shop(none, reject(evidence.Done, true, &at)), map[evidence.Scenario]Exposed{evidence.None: nothing, evidence.Reject: refused}},
		{"refused, and the dialog is gone", shop(none, reject(evidence.Done, false, &at)), map[evidence.Scenario]Exposed{evidence.None: nothing, evidence.Reject: refused}},
		{"the click had no effect that was seen", shop(none, reject(evidence.Unverified, false, &at)), map[evidence.Scenario]Exposed{evidence.None: nothing}},
		{"the choice has no moment", shop(none, reject(evidence.Done, true, nil)), map[evidence.Scenario]Exposed{evidence.None: nothing}},
		{"nothing was clicked", shop(none, reject(evidence.NotOffered, false, nil)), map[evidence.Scenario]Exposed{evidence.None: nothing}},
		{"the visit failed", shop(evidence.Run{Scenario: evidence.None, Outcome: evidence.Failed}, reject(evidence.Failed, false, &at)), map[evidence.Scenario]Exposed{}},
		{"a bot wall", shop(evidence.Run{Scenario: evidence.None, Outcome: evidence.Blocked}), map[evidence.Scenario]Exposed{}},
	} {
		if d := cmp.Diff(c.want, Exposures(c.v, findings, nil)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}

	blind := shop(none)
	blind.Gaps = []evidence.Gap{{Scenario: evidence.None, Kind: evidence.KindRequests, Whole: true}}
	if got := Exposures(blind, findings, nil); len(got) != 0 {
		t.Errorf("without requests: %v, want nothing", got)
	}
}
