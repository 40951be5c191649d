package statements

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/evidence"
)

// A string of the specification: CMP 31, no consent.
const someTCF = "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"

func signal(kind, source string, at evidence.Millis, raw string) evidence.Signal {
	return evidence.Signal{ID: evidence.ID("none/signal/" + source), Kind: kind, Source: source, At: at, Raw: json.RawMessage(raw)}
}

func read(t *testing.T, r evidence.Run) []Statement {
	t.Helper()
	return Read(visitOf(r), nil)
}

func one(t *testing.T, r evidence.Run) Statement {
	t.Helper()
	list := read(t, r)
	if len(list) != 1 {
		t.Fatalf("%d statements: %+v", len(list), list)
	}
	return list[0]
}

func TestSignalsTCF(t *testing.T) {
	yes, no := true, false
	for name, tt := range map[string]struct {
		raw     string
		cmp     int
		status  string
		applies *bool
		vendors []int
	}{
		"TC data":              {`{"tcString":"` + someTCF + `","eventStatus":"tcloaded","gdprApplies":true}`, 31, "tcloaded", &yes, []int{}},
		"ping and data":        {`{"ping":{"gdprApplies":true,"cmpStatus":"loaded"},"data":{"tcString":"` + someTCF + `","eventStatus":"cmpuishown"}}`, 31, "cmpuishown", &yes, []int{}},
		"ping alone":           {`{"ping":{"gdprApplies":false}}`, 0, "", &no, []int{}},
		"no string yet":        {`{"eventStatus":"cmpuishown","gdprApplies":true,"tcString":""}`, 0, "cmpuishown", &yes, []int{}},
		"objects for a string": {`{"cmpId":9,"eventStatus":"useractioncomplete","gdprApplies":1,"vendor":{"consents":{"12":true,"3":true,"4":false,"x":true}}}`, 9, "useractioncomplete", &yes, []int{3, 12}},
		"bare string":          {`"` + someTCF + `"`, 31, "", nil, []int{}},
		"JSON in a string":     {`"{\"tcString\":\"` + someTCF + `\"}"`, 31, "", nil, []int{}},
	} {
		s := one(t, evidence.Run{Signals: []evidence.Signal{signal("tcf", "__tcfapi", 5, tt.raw)}})
		if s.TCF == nil {
			t.Errorf("%s: %q", name, s.Error)
			continue
		}
		if s.TCF.CMPID != tt.cmp || s.TCF.Status != tt.status || !cmp.Equal(s.TCF.Applies, tt.applies) || !slices.Equal(s.TCF.Vendors, tt.vendors) {
			t.Errorf("%s: %+v", name, s.TCF)
		}
		if bytes.Contains(s.Parsed(), []byte("null")) {
			t.Errorf("%s: lists that are null: %s", name, s.Parsed())
		}
	}
	for _, raw := range []string{`[1]`, `{"data":"x"}`, `{"tcString":"CPX"}`, ``, `7`, `"nonsense"`} {
		if s := one(t, evidence.Run{Signals: []evidence.Signal{signal("tcf", "__tcfapi", 5, raw)}}); s.Error == "" || s.TCF != nil {
			t.Errorf("%s is read as %+v", raw, s.TCF)
		}
	}
	// A broken string beside words: both are told.
	list := read(t, evidence.Run{Signals: []evidence.Signal{signal("tcf", "__tcfapi", 5, `{"tcString":"CPX","purpose":{"consents":{"1":true}}}`)}})
	if len(list) != 2 || (list[0].Error == "") == (list[1].Error == "") {
		t.Errorf("%+v", list)
	}
}

func TestSignalsOther(t *testing.T) {
	gpp := "DBABM~" + someTCF
	for name, tt := range map[string]struct {
		signal evidence.Signal
		check  func(Statement) bool
	}{
		"GPP ping": {signal("gpp", "__gpp", 1, `{"gppString":"`+gpp+`","applicableSections":[2],"signalStatus":"ready"}`), func(s Statement) bool {
			return s.GPP != nil && s.GPP.Ready && slices.Equal(s.GPP.Applicable, []int{2}) && s.GPP.Sections[0].TCF.CMPID == 31
		}},
		"GPP in ping": {signal("gpp", "__gpp", 1, `{"ping":{"gppString":"`+gpp+`","signalStatus":"not ready"}}`), func(s Statement) bool {
			return s.GPP != nil && !s.GPP.Ready && len(s.GPP.Sections) == 1
		}},
		"GPP without a string": {signal("gpp", "__gpp", 1, `{"gppString":"","applicableSections":[-1],"signalStatus":"ready"}`), func(s Statement) bool {
			return s.GPP != nil && len(s.GPP.Sections) == 0
		}},
		"GPP broken":  {signal("gpp", "__gpp", 1, `{"gppString":"DBABM"}`), func(s Statement) bool { return s.GPP == nil && s.Error != "" }},
		"GPP no JSON": {signal("gpp", "__gpp", 1, `nonsense`), func(s Statement) bool { return s.GPP == nil && s.Error != "" }},
		"USP":         {signal("usp", "__uspapi", 1, `{"version":1,"uspString":"1YNN"}`), func(s Statement) bool { return s.USP != nil && s.USP.Notice == "Y" }},
		"USP string":  {signal("usp", "__uspapi", 1, `"1Y-N"`), func(s Statement) bool { return s.USP != nil && s.USP.OptOut == "-" }},
		"USP broken":  {signal("usp", "__uspapi", 1, `{"uspString":"x"}`), func(s Statement) bool { return s.USP == nil && s.Error != "" }},
		"Google": {signal("google-consent", "dataLayer", 1, `{"dataLayer":[["consent","default",{"ad_storage":"denied"}]],"entries":{}}`), func(s Statement) bool {
			return s.Google != nil && s.Google.Types["ad_storage"] == Denied && s.Source == "dataLayer"
		}},
		"Google broken": {signal("google-consent", "dataLayer", 1, `[]`), func(s Statement) bool { return s.Google == nil && s.Error != "" }},
		"manager": {evidence.Signal{Kind: "cmp", Source: "onetrust", Raw: json.RawMessage(`"x"`), Method: "explicit", Categories: map[string]bool{"marketing": false}}, func(s Statement) bool {
			return s.CMP != nil && s.CMP.Name == "OneTrust" && s.CMP.Reader == "onetrust" && s.CMP.Method == "explicit" && !s.CMP.Categories["marketing"] && s.CMP.Made == nil
		}},
		"manager that nobody knows": {evidence.Signal{Kind: "cmp", Source: "homemade"}, func(s Statement) bool {
			return s.CMP != nil && s.CMP.Name == "homemade" && s.CMP.Categories != nil
		}},
	} {
		if s := one(t, evidence.Run{Signals: []evidence.Signal{tt.signal}}); !tt.check(s) {
			t.Errorf("%s: %q %s", name, s.Error, s.Parsed())
		}
	}
}

// requests makes a run of one request for each address.
func requests(addresses ...string) evidence.Run {
	var r evidence.Run
	for i, a := range addresses {
		r.Requests = append(r.Requests, evidence.Request{ID: evidence.NewID(evidence.None, "request", i+1), At: evidence.Millis(10 * (i + 1)), URL: a})
	}
	return r
}

func TestRequests(t *testing.T) {
	long := url.QueryEscape("DBACNYA~" + someTCF + "~1YNN")
	for name, tt := range map[string]struct {
		run  evidence.Run
		want []string // kind source raw-or-error
	}{
		"string and flag":   {requests("https://ads.test/s?gdpr=1&gdpr_consent=" + someTCF), []string{"tcf gdpr_consent " + someTCF}},
		"in the path":       {requests("https://ad.test/ddm/activity/src=1;gdpr=1;gdpr_consent=" + someTCF + ";ord=1?"), []string{"tcf gdpr_consent " + someTCF}},
		"flag alone":        {requests("https://ads.test/s?gdpr=0"), []string{"tcf gdpr gdpr=0"}},
		"empty string":      {requests("https://ads.test/s?gdpr=1&gdpr_consent="), []string{"tcf gdpr gdpr=1"}},
		"unknown name":      {requests("https://ads.test/s?xyz=" + someTCF), []string{"tcf xyz " + someTCF}},
		"nothing":           {requests("https://ads.test/s?a=b", "https://ads.test/", "::bad"), nil},
		"a macro":           {requests("https://ads.test/s?gdpr=${GDPR}&gdpr_consent=${GDPR_CONSENT_755}"), []string{"tcf gdpr_consent !TC string: a macro that was not replaced"}},
		"an escaped macro":  {requests("https://ads.test/s?gdpr_consent=%7B%7Bconsent%7D%7D"), []string{"tcf gdpr_consent !TC string: a macro that was not replaced"}},
		"cut short":         {requests("https://ads.test/s?gdpr_consent=" + someTCF[:20]), []string{"tcf gdpr_consent !TC string: core: it is cut short"}},
		"GPP and sections":  {requests("https://ads.test/s?gpp=" + long + "&gpp_sid=2,6"), []string{"gpp gpp DBACNYA~" + someTCF + "~1YNN"}},
		"GPP by other name": {requests("https://ads.test/s?gpp=true"), nil},
		"GPP macro":         {requests("https://ads.test/s?gpp=${GPP_STRING_1}"), []string{"gpp gpp !GPP string: a macro that was not replaced"}},
		"USP":               {requests("https://ads.test/s?us_privacy=1YNN"), []string{"usp us_privacy 1YNN"}},
		"USP broken":        {requests("https://ads.test/s?us_privacy=yes"), []string{"usp us_privacy !US privacy string: it does not have four characters"}},
		"JSON body": {evidence.Run{Requests: []evidence.Request{{ID: "none/request/1", URL: "https://ads.test/bid",
			Body: `{"regs":{"ext":{"gdpr":1,"us_privacy":"1YNN"},"gpp":"` + "DBABM~" + someTCF + `","gpp_sid":[2]},"user":{"ext":{"consent":"` + someTCF + `"}}}`}}},
			[]string{"gpp gpp DBABM~" + someTCF, "tcf consent " + someTCF, "usp us_privacy 1YNN"}},
		"JSON inside JSON, cut off": {evidence.Run{Requests: []evidence.Request{{URL: "https://ads.test/bid", Body: `{"data":"{\"gdpr_consent\":\"` + someTCF + `\",\"gdpr\":true,\"x`}}}, []string{"tcf gdpr_consent " + someTCF}},
		"form body":                 {evidence.Run{Requests: []evidence.Request{{URL: "https://ads.test/bid", Body: "a=b&gdpr_consent=" + someTCF}}}, []string{"tcf gdpr_consent " + someTCF}},
		"binary body":               {evidence.Run{Requests: []evidence.Request{{URL: "https://ads.test/bid", BodyBinary: true, Body: "gdpr_consent=" + someTCF}}}, nil},
		"analytics": {requests("https://region1.google-analytics.com/g/collect?v=2&tid=G-1&cid=1.2&gcs=G100&gcd=13p3p3p3p5&dma=1&npa=1&gdpr=1"),
			[]string{"google-consent hit tid=G-1&cid=1.2&gcs=G100&gcd=13p3p3p3p5&dma=1&npa=1", "tcf gdpr gdpr=1"}},
		"first-party path":       {requests("https://shop.test/metrics/g/collect?v=2&tid=G-1&cid=1.2"), []string{"google-consent hit tid=G-1&cid=1.2"}},
		"any path":               {requests("https://shop.test/x?gcd=13p3p3p3p5"), []string{"google-consent hit gcd=13p3p3p3p5"}},
		"gcs of something else":  {requests("https://shop.test/x?gcs=G100"), nil},
		"same names, other site": {requests("https://shop.test/x?tid=1&cid=2"), nil},
		"broken gcd":             {requests("https://www.google.test/pagead/1p-user-list/1?gcs=G111&gcd=zz"), []string{"google-consent gcd !gcd: \"zz\" is not of the form 13l3l3l3l1", "google-consent hit gcs=G111&gcd=zz"}},
	} {
		var got []string
		for _, s := range read(t, tt.run) {
			line := s.Kind + " " + s.Source + " " + s.Raw
			if s.Error != "" {
				line = s.Kind + " " + s.Source + " !" + s.Error
			}
			if s.Sent != tt.run.Requests[0].ID || s.Evidence != s.Sent {
				t.Errorf("%s: sent %q, evidence %q", name, s.Sent, s.Evidence)
			}
			got = append(got, line)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	s := one(t, requests("https://Ads.Test:8443/s?gdpr=1&gdpr_consent="+someTCF))
	if s.Host != "ads.test" || s.TCF.Applies == nil || !*s.TCF.Applies {
		t.Errorf("host %q, applies %v", s.Host, s.TCF.Applies)
	}
	s = one(t, requests("https://ads.test/s?gpp="+long+"&gpp_sid=2_6"))
	if !slices.Equal(s.GPP.Applicable, []int{2, 6}) || !s.GPP.Ready {
		t.Errorf("%+v", s.GPP)
	}
}

func TestHit(t *testing.T) {
	s := one(t, requests("https://www.google-analytics.com/g/collect?v=2&tid=G-AB12&cid=11.22&gcs=G111&gcd=13t3q3l3n5&dma=1&npa=0"))
	want := &Google{
		Types:   map[string]string{"ad_storage": Granted, "analytics_storage": Denied, "ad_personalization": Granted},
		Letters: types("t", "q", "l", "n"), Default: types(Granted, Denied, "", ""), Update: types("", Denied, "", Granted),
		GCS: "G111", GCD: "13t3q3l3n5", DMA: "1", NPA: "0", Client: "11.22", Measurement: "G-AB12",
	}
	if diff := cmp.Diff(want, s.Google); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestKept(t *testing.T) {
	chosen := evidence.Millis(100)
	run := evidence.Run{
		Chosen: &chosen,
		Cookies: []evidence.Cookie{
			{ID: "none/cookie/1", Name: "euconsent-v2", At: 10, Writes: []evidence.CookieWrite{
				{At: 10, Raw: "euconsent-v2=" + someTCF + "; Path=/"},
				{At: 110, Raw: "euconsent-v2=" + url.QueryEscape(someTCF)},
				{At: 120, Raw: "euconsent-v2=gone", Delete: true},
				{At: 130, Raw: "euconsent-v2=refused", Refused: []string{"x"}},
			}},
			{ID: "none/cookie/2", Name: "FCCDCF", At: 20, Value: `[null,null,null,["` + someTCF + `","2~1.2~dv.",null]]`},
			{ID: "none/cookie/3", Name: "usprivacy", At: 30, Value: "1---"},
			{ID: "none/cookie/4", Name: "__gpp", At: 30, Value: "DBABM~" + someTCF},
			{ID: "none/cookie/5", Name: "_sp_user_consent_7", At: 30, Value: `{"gdpr":{}}`},
			{ID: "none/cookie/6", Name: "other", At: 30, Value: someTCF},
			{ID: "none/cookie/7", Name: "eupubconsent-v2", At: 30, Value: "broken", State: "stored"},
			{ID: "none/cookie/8", Name: "eupubconsent-v2", At: 30, Value: someTCF, State: "blocked"},
		},
		Storage: []evidence.StorageItem{
			{ID: "none/storage/1", Kind: "local", Key: "_sp_user_consent_12", At: 40, Value: `{"gdpr":{"euconsent":"` + someTCF + `"}}`, Stages: []evidence.Phase{evidence.Before, evidence.After}},
			{ID: "none/storage/2", Kind: "indexeddb", Key: "tcString", At: 40, Value: someTCF},
		},
	}
	var got []string
	for _, s := range read(t, run) {
		if !s.Kept || s.Sent != "" {
			t.Errorf("%+v", s)
		}
		got = append(got, strings.Join([]string{string(s.Phase), s.Kind, s.Source, string(s.Evidence), s.Error}, " "))
	}
	want := []string{
		"before tcf euconsent-v2 none/cookie/1 ",
		"before tcf FCCDCF none/cookie/2 ",
		"before gpp __gpp none/cookie/4 ",
		"before tcf eupubconsent-v2 none/cookie/7 TC string: core: version 27 is not 2",
		"before usp usprivacy none/cookie/3 ",
		"after tcf _sp_user_consent_12 none/storage/1 ",
		"after tcf euconsent-v2 none/cookie/1 ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestFolded says which statements are one and which are not.
func TestFolded(t *testing.T) {
	chosen := evidence.Millis(1000)
	q := "?gdpr=1&gdpr_consent=" + someTCF
	run := requests("https://a.test/1"+q, "https://a.test/2"+q, "https://b.test/1"+q, "https://a.test/3?gdpr=0&gdpr_consent="+someTCF)
	run.Chosen = &chosen
	run.Requests = append(run.Requests, evidence.Request{ID: "none/request/9", At: 2000, URL: "https://a.test/9" + q})
	type line struct {
		Phase evidence.Phase
		Host  string
		Sent  evidence.ID
		Times int
		At    evidence.Millis
		Until evidence.Millis
	}
	var got []line
	for _, s := range read(t, run) {
		got = append(got, line{s.Phase, s.Host, s.Sent, s.Times, s.At, s.Until})
	}
	want := []line{
		{evidence.Before, "a.test", "none/request/1", 2, 10, 20},
		{evidence.Before, "b.test", "none/request/3", 1, 30, 30},
		{evidence.Before, "a.test", "none/request/4", 1, 40, 40},
		{evidence.After, "a.test", "none/request/9", 1, 2000, 2000},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	hit := "https://www.google-analytics.com/g/collect?tid=G-1&cid=1.2&gcs=G100"
	run = requests(hit, hit, hit)
	run.Requests[2].Page = 1
	if list := read(t, run); len(list) != 2 || list[0].Times != 2 || list[1].Page != 1 {
		t.Errorf("hits on two pages: %+v", list)
	}
}

func TestOrderAndBytes(t *testing.T) {
	v := &evidence.Visit{Runs: []evidence.Run{
		{Scenario: evidence.Accept, Signals: []evidence.Signal{signal("usp", "__uspapi", 9, `"1YNN"`)}},
		{Scenario: "later", Signals: []evidence.Signal{signal("usp", "__uspapi", 1, `"1YNN"`)}},
		{Scenario: evidence.None, Signals: []evidence.Signal{
			signal("usp", "b", 5, `"1YNN"`), signal("usp", "a", 5, `"1YNN"`), signal("gpp", "z", 5, `{}`), signal("usp", "a", 2, `"1Y--"`),
			{Kind: "usp", Source: "late", At: 1, Phase: evidence.After, Raw: json.RawMessage(`"1YNN"`)},
		}},
	}}
	var got []string
	list := Read(v, nil)
	for _, s := range list {
		got = append(got, strings.Join([]string{string(s.Scenario), string(s.Phase), s.Kind, s.Source}, " "))
	}
	want := []string{"none before usp a", "none before gpp z", "none before usp a", "none before usp b", "none after usp late", "accept before usp __uspapi", "later before usp __uspapi"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	first, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(Read(v, nil))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, again) {
		t.Error("the same record gives other bytes")
	}
	if Read(nil, nil) != nil {
		t.Error("no visit states something")
	}
}

func TestLast(t *testing.T) {
	run := requests("https://a.test/?us_privacy=1YYY")
	run.Requests[0].At = 900
	run.Cookies = []evidence.Cookie{{Name: "usprivacy", At: 800, Value: "1NNN"}}
	run.Signals = []evidence.Signal{
		signal("usp", "__uspapi", 10, `"1YNN"`), signal("usp", "__uspapi", 20, `"1Y--"`), signal("usp", "__uspapi", 30, `"1YNN"`), signal("usp", "__uspapi", 40, `"wrong"`),
		signal("google-consent", "dataLayer", 50, `{"dataLayer":[["consent","default",{"ad_storage":"denied","region":["NL"]}]]}`),
	}
	list := Read(visitOf(run), nil)
	last, ok := Last(list, KindUSP, evidence.None, evidence.Before)
	if !ok || last.Raw != `"1YNN"` {
		t.Errorf("the page's last word is %+v", last)
	}
	if s, ok := Last(list, KindGoogle, evidence.None, evidence.Before); ok {
		t.Errorf("a default of some regions is taken for the state: %+v", s)
	}
	if _, ok := Last(list, KindUSP, evidence.None, evidence.After); ok {
		t.Error("a phase without statements has a last one")
	}
	if _, ok := Last(list, KindUSP, evidence.Accept, evidence.Before); ok {
		t.Error("a scenario without statements has a last one")
	}
	run.Signals = nil
	if s, _ := Last(Read(visitOf(run), nil), KindUSP, evidence.None, evidence.Before); s == nil || s.Source != "usprivacy" {
		t.Errorf("without the page's word the last is %+v", s)
	}
}

func TestParsed(t *testing.T) {
	for want, s := range map[string]Statement{
		`{}`: {Error: "x"},
		`{"version":1,"notice":"Y","opt_out":"N","lspa":"-"}`: {USP: &USP{1, "Y", "N", "-"}},
		`{"gpc":true,"version":1}`:                            {GPC: &GPC{Honours: true, Version: 1}},
		`{"systems":["a.test"],"direct":1,"resell":0}`:        {Ads: &Ads{Systems: []string{"a.test"}, Direct: 1}},
	} {
		if got := string(s.Parsed()); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestLongRawIsClipped(t *testing.T) {
	raw := `{"tcString":"` + someTCF + `","x":"` + strings.Repeat("é", 9000) + `"}`
	s := one(t, evidence.Run{Signals: []evidence.Signal{signal("tcf", "__tcfapi", 1, raw)}})
	if n := len([]rune(s.Raw)); n != maxRaw || s.TCF == nil {
		t.Errorf("%d characters, %q", n, s.Error)
	}
}

// TestManyStrings keeps a page from filling the memory with strings.
func TestManyStrings(t *testing.T) {
	c := &collector{strings: map[string]tcfAnswer{}}
	for i := range maxStrings + 5 {
		_, err := c.tcf(strings.Repeat("C", i+1))
		if tooMany := strings.Contains(err.Error(), "too many"); tooMany != (i >= maxStrings) {
			t.Fatalf("string %d: %v", i, err)
		}
	}
}
