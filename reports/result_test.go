package reports_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/sample"
	"github.com/spoor-audit/spoor/signatures"
)

func db(t testing.TB) *signatures.DB {
	t.Helper()
	db, err := sample.DB()
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func shop(t testing.TB) *reports.Result {
	t.Helper()
	return reports.New(reports.Input{Visit: sample.Shop(), Judgement: sample.Judgement(), DB: db(t)})
}

func document(t testing.TB, r *reports.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := reports.WriteJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHosts(t *testing.T) {
	run := shop(t).Runs[0]
	want := map[string]reports.Host{
		"shop.example":         {Party: "shop.example", Before: 4, Reached: true},
		"metrics.shop.example": {Party: "shop.example", Before: 1, Reached: true},
		"cdn.widgets.example":  {Party: "widgets.example", ThirdParty: true, Before: 1, Reached: true},
		"tags.gone.example":    {Party: "gone.example", ThirdParty: true, Before: 1},
		"www.facebook.com":     {Party: "meta-pixel", ThirdParty: true, Tracker: true, Before: 1, Reached: true},
		"ws.hotjar.com":        {Party: "hotjar", ThirdParty: true, Tracker: true, Before: 1, Reached: true},
		"fonts.gstatic.com":    {Party: "google-fonts", ThirdParty: true, Before: 1, Reached: true},
		"fpnpmcdn.net":         {Party: "fingerprintjs", ThirdParty: true, Tracker: true, Before: 1, Reached: true},
		"connect.facebook.net": {Party: "meta-pixel", ThirdParty: true, Tracker: true, Before: 1, Reached: true},
		"static.hotjar.com":    {Party: "hotjar", ThirdParty: true, Tracker: true, Before: 1, Reached: true},
		"www.googletagmanager.com": {
			Party: "google-tag-manager", ThirdParty: true, Tracker: true, Before: 1, Reached: true,
		},
		"www.google-analytics.com": {
			Party: "google-analytics", ThirdParty: true, Tracker: true, Before: 7, Reached: true,
		},
	}
	for _, got := range run.Hosts {
		w, ok := want[got.Host]
		if !ok {
			t.Errorf("host %s was not contacted", got.Host)
			continue
		}
		// One host answered nothing; nothing came from a cache or was stopped.
		w.Host, w.ReachedBefore, w.TriedBefore = got.Host, w.Reached, true
		if got != w {
			t.Errorf("host %s:\n got %+v\nwant %+v", got.Host, got, w)
		}
		delete(want, got.Host)
	}
	for host := range want {
		t.Errorf("host %s is missing", host)
	}
	if !slices.IsSortedFunc(run.Hosts, func(a, b reports.Host) int { return strings.Compare(a.Host, b.Host) }) {
		t.Error("hosts are not sorted")
	}
}

func TestParties(t *testing.T) {
	r := shop(t)
	for _, c := range []struct {
		id, name, company string
		third, known      bool
		requests          int
		recognises        []string
	}{
		{"google-analytics", "Google Analytics", "Google", true, true, 7, []string{"cookies-first-party"}},
		{"fingerprintjs", "Fingerprint", "Fingerprint", true, true, 1, []string{"fingerprint-canvas", "fingerprint-script"}},
		{"hotjar", "Hotjar", "Contentsquare", true, true, 2, []string{"storage-local"}},
		{"widgets.example", "widgets.example", "", true, false, 1, []string{}},
		{"shop.example", "shop.example", "", false, false, 5, []string{}},
	} {
		p := r.Party(c.id)
		if p == nil {
			t.Errorf("party %s is missing", c.id)
			continue
		}
		if p.Name != c.name || p.Company != c.company || p.ThirdParty != c.third || p.Known != c.known ||
			p.Requests["none"] != c.requests || !slices.Equal(p.Recognises, c.recognises) {
			t.Errorf("party %s: %+v", c.id, p)
		}
	}
	if r.Party("eulerian.example") != nil {
		t.Error("a DNS alias that no signature knows became a party")
	}
}

func TestCompanies(t *testing.T) {
	r := shop(t)
	var names []string
	for _, c := range r.Companies() {
		names = append(names, c.Name)
	}
	want := []string{"Google", "Contentsquare", "Meta", "Fingerprint", "widgets.example"}
	if !slices.Equal(names, want) {
		t.Errorf("companies %q, want %q", names, want)
	}
	google := r.Companies()[0]
	if google.Requests["none"] != 9 || !slices.Equal(google.Services, []string{"Google Analytics", "Google Fonts", "Google Tag Manager"}) {
		t.Errorf("Google: %+v", google)
	}
	if got := r.Unreached(); !slices.Equal(got, []string{"tags.gone.example"}) {
		t.Errorf("unreached hosts %q", got)
	}
}

func TestCookies(t *testing.T) {
	r := shop(t)
	by := map[string]reports.Cookie{}
	for _, c := range r.Cookies {
		by[c.Name] = c
	}
	ga := by["_ga"]
	if ga.Party != "google-analytics" || ga.Category != "analytics" || ga.ThirdParty || !ga.Identifying || ga.Seen["none"] != "before" {
		t.Errorf("_ga: %+v", ga)
	}
	if ga.LifetimeDays != 400 || ga.DeclaredLifetimeDays != 730 {
		t.Errorf("_ga is kept %v of %v days", ga.LifetimeDays, ga.DeclaredLifetimeDays)
	}
	want := reports.SetBy{Kind: "script", URL: sample.Site + "nl/", Script: "https://www.google-analytics.com/analytics.js", Line: 42}
	if ga.SetBy != want {
		t.Errorf("_ga was set by %+v, want %+v", ga.SetBy, want)
	}
	if fr := by["fr"]; fr.Party != "meta-pixel" || !fr.ThirdParty || fr.SetBy.Kind != "http" || fr.SetBy.Script != "" {
		t.Errorf("fr: %+v", fr)
	}
	if s := by["session"]; !s.Session || s.Party != "shop.example" || s.Identifying || s.Category != "unknown" {
		t.Errorf("session: %+v", s)
	}
	if hj := by["_hjSession"]; hj.State != "blocked" || !slices.Equal(hj.Reasons, []string{"SameSiteLax"}) {
		t.Errorf("_hjSession: %+v", hj)
	}
	if p := r.Party("hotjar"); p.Cookies != 0 {
		t.Errorf("a cookie that the browser refused counts as one of %s", p.Name)
	}
}

func TestCookiesOfSeveralRunsAreJoined(t *testing.T) {
	v := sample.Shop()
	chosen := evidence.Millis(3000)
	second := evidence.Run{
		Scenario: evidence.Accept, Outcome: evidence.Done, Chosen: &chosen, Pages: v.Runs[0].Pages,
		Cookies: []evidence.Cookie{
			{ID: "accept/cookie/1", Name: "_ga", Domain: "shop.example", Path: "/", Value: "other", At: 3500, State: "stored"},
			{ID: "accept/cookie/2", Name: "new", Domain: "shop.example", Path: "/", Value: "x", At: 100, State: "stored"},
		},
		Requests: []evidence.Request{
			{ID: "accept/request/1", At: 10, Kind: "script", URL: "https://www.google-analytics.com/a.js", Status: 200},
			{ID: "accept/request/2", At: 3100, Kind: "script", URL: "https://www.google-analytics.com/b.js", Status: 200},
		},
	}
	v.Runs = append([]evidence.Run{second}, v.Runs...)
	r := reports.New(reports.Input{Visit: v, Judgement: sample.Judgement(), DB: db(t)})
	if r.Runs[0].Scenario != evidence.None {
		t.Errorf("the first run is %s, want none whatever the order of the record", r.Runs[0].Scenario)
	}
	for _, c := range r.Cookies {
		switch c.Name {
		case "_ga":
			if c.Seen["none"] != "before" || c.Seen["accept"] != "after" || len(c.Evidence) != 2 {
				t.Errorf("_ga: %+v", c)
			}
			if c.ValueDigest != evidence.Digest([]byte("GA1.1.1234567890.1700000000")) {
				t.Error("the digest is not that of the first run in reporting order")
			}
		case "new":
			if _, ok := c.Seen["none"]; ok || c.Seen["accept"] != "before" {
				t.Errorf("new: %+v", c)
			}
		}
	}
	ga := r.Party("google-analytics")
	if ga.Requests["none"] != 7 || ga.Requests["accept"] != 2 || ga.Before["accept"] != 1 {
		t.Errorf("requests %v, before %v", ga.Requests, ga.Before)
	}
	if r.Runs[1].ChosenMS == nil || *r.Runs[1].ChosenMS != 3000 {
		t.Error("the moment of the choice is missing")
	}
}

func TestFlows(t *testing.T) {
	type key struct{ loader, receiver string }
	got := map[key]int{}
	for _, f := range shop(t).Flows {
		got[key{f.Loader, f.Receiver}] = f.Requests
	}
	for k, n := range map[key]int{
		{"", "google-tag-manager"}:                                            1,
		{"https://www.googletagmanager.com/gtm.js", "hotjar"}:                 1,
		{"https://www.google-analytics.com/analytics.js", "google-analytics"}: 6,
		{"https://shop.example/assets/app.js", "fingerprintjs"}:               1,
		{"", "widgets.example"}:                                               1,
	} {
		if got[k] != n {
			t.Errorf("%q sent %d requests to %s, want %d", k.loader, got[k], k.receiver, n)
		}
	}
	for k := range got {
		if k.receiver == "gone.example" || k.receiver == "shop.example" {
			t.Errorf("%s is shown as a receiver", k.receiver)
		}
	}
}

func TestReadingsAreAttributedToTheMakerOfTheCode(t *testing.T) {
	v := sample.Shop()
	run := &v.Runs[0]
	run.Scripts = append(run.Scripts, evidence.Script{
		ID: "none/script/9", Kind: "blob", URL: "blob:https://shop.example/1", By: &evidence.Frame{URL: "https://fpnpmcdn.net/v3/abc.js?x=1"},
	})
	run.Calls = append(run.Calls, evidence.Call{
		ID: "none/call/99", API: "Navigator.plugins", In: "t1", Script: "none/script/9", Count: 3,
		Stack: []evidence.Frame{{URL: "blob:https://shop.example/1", Line: 1}},
	})
	for _, reading := range reports.New(reports.Input{Visit: v, Judgement: sample.Judgement(), DB: db(t)}).Readings {
		if reading.API == "Navigator.plugins" {
			if reading.Script != "https://fpnpmcdn.net/v3/abc.js" || reading.Party != "fingerprintjs" || reading.Count != 3 {
				t.Errorf("%+v", reading)
			}
			return
		}
	}
	t.Error("the reading is missing")
}

func TestSameInputSameBytes(t *testing.T) {
	want := document(t, shop(t))
	for range 5 {
		if got := document(t, shop(t)); got != want {
			t.Fatal("two results of the same visit differ")
		}
	}
}

func TestResultComesBackFromJSON(t *testing.T) {
	want := document(t, shop(t))
	r, err := reports.ReadJSON(strings.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	if got := document(t, r); got != want {
		t.Error("a result that was read and written again differs")
	}
	if r.HasValues() || r.WithValues() != r {
		t.Error("a result read from JSON claims to have values")
	}
	for _, bad := range []string{"", "{}", `{"format":"spoor-result/2"}`, "[1]"} {
		if _, err := reports.ReadJSON(strings.NewReader(bad)); err == nil {
			t.Errorf("ReadJSON(%q) gave no error", bad)
		}
	}
}

func TestNothingIsNull(t *testing.T) {
	hostile, judgement := sample.Hostile()
	for name, r := range map[string]*reports.Result{
		"shop":    shop(t),
		"blocked": reports.New(reports.Input{Visit: sample.Blocked(), Judgement: sample.Unmeasured("blocked"), DB: db(t)}),
		"failed":  reports.New(reports.Input{Visit: sample.Failed(), Judgement: sample.Unmeasured("failed"), DB: db(t)}),
		"hostile": reports.New(reports.Input{Visit: hostile, Judgement: judgement, DB: db(t)}),
		"empty":   reports.New(reports.Input{Visit: &evidence.Visit{}, Judgement: detectors.Judgement{}, DB: db(t)}),
	} {
		var doc any
		if err := json.Unmarshal([]byte(document(t, r)), &doc); err != nil {
			t.Fatal(err)
		}
		var walk func(path string, v any)
		walk = func(path string, v any) {
			switch v := v.(type) {
			case nil:
				t.Errorf("%s: %s is null", name, path)
			case []any:
				for _, e := range v {
					walk(path+"[]", e)
				}
			case map[string]any:
				for k, e := range v {
					walk(path+"."+k, e)
				}
			}
		}
		walk("", doc)
	}
}

func TestRealDetectorsGiveWholeSentences(t *testing.T) {
	d := db(t)
	v := sample.Shop()
	r := reports.New(reports.Input{Visit: v, Judgement: techniques.Run(v, d, detectors.Options{}), DB: d})
	if len(r.Findings) == 0 {
		t.Fatal("the detectors found nothing at the shop")
	}
	for _, f := range r.Findings {
		for code, text := range map[string]string{"en": f.Text.EN, "nl": f.Text.NL} {
			if text == "" || strings.ContainsAny(text, "{}") {
				t.Errorf("%s, %s: %q", f.ID, code, text)
			}
		}
		if f.Text.EN == f.Text.NL {
			t.Errorf("%s is not translated: %q", f.ID, f.Text.EN)
		}
	}
}
