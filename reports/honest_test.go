package reports_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/sample"
)

func TestWhatWasNotMeasuredIsNeverClean(t *testing.T) {
	for _, c := range []struct {
		name   string
		visit  *evidence.Visit
		en, nl string
	}{
		{"blocked", sample.Blocked(), "a wall against bots stood before the page (cloudflare-challenge)", "er stond een muur tegen bots"},
		{"failed", sample.Failed(), "the host name could not be found", "de hostnaam was niet te vinden"},
	} {
		for _, j := range []detectors.Judgement{
			{}, // even when the judgement forgets to say so
			sample.Unmeasured("the visit failed"),
			techniques.Run(c.visit, db(t), detectors.Options{}),
		} {
			r := reports.New(reports.Input{Visit: c.visit, Judgement: j, DB: db(t)})
			s := r.Summary
			if s.Measured != reports.MeasuredNot || s.Clean != 0 || s.NotMeasured == 0 || len(s.Receivers) != 0 {
				t.Errorf("%s: %+v", c.name, s)
			}
			for _, technique := range r.Techniques {
				if technique.State == reports.Clean {
					t.Errorf("%s: %s counts as clean", c.name, technique.ID)
				}
			}
			en, nl := sentences(s)
			if !strings.Contains(en, "not measured") || !strings.Contains(en, c.en) || strings.Contains(en, "No other company") {
				t.Errorf("%s says %q", c.name, en)
			}
			if !strings.Contains(nl, "niet gemeten") || !strings.Contains(nl, c.nl) {
				t.Errorf("%s says %q", c.name, nl)
			}
		}
	}
}

func sentences(s reports.Summary) (en, nl string) {
	for _, w := range s.Sentences {
		en, nl = en+w.EN+" ", nl+w.NL+" "
	}
	return strings.TrimSpace(en), strings.TrimSpace(nl)
}

func TestSentences(t *testing.T) {
	// visit makes a visit in which so many companies receive data, of which so
	// many set a cookie that identifies.
	visit := func(companies, recognising int) *evidence.Visit {
		v := sample.Shop()
		run := &v.Runs[0]
		run.Requests, run.Sockets, run.Calls, run.Cookies, run.Storage = nil, nil, nil, nil, nil
		for i := range companies {
			host := "www." + string(rune('a'+i)) + ".example"
			run.Requests = append(run.Requests, evidence.Request{
				ID: evidence.NewID(evidence.None, "request", i+1), Kind: "script", URL: "https://" + host + "/", Status: 200,
			})
			if i < recognising {
				run.Cookies = append(run.Cookies, evidence.Cookie{
					ID: evidence.NewID(evidence.None, "cookie", i+1), Name: "uid", Domain: host, Path: "/", State: "stored",
					Value: "k3J9xQ2mZ7pL" + string(rune('a'+i)), Lifetime: 400 * 86400,
				})
			}
		}
		v.Gaps = nil
		return v
	}
	gap := func(v *evidence.Visit, k evidence.Kind) *evidence.Visit {
		v.Gaps = append(v.Gaps, evidence.Gap{Scenario: evidence.None, Kind: k, Why: "crash", Whole: true})
		return v
	}
	for _, c := range []struct {
		name   string
		visit  *evidence.Visit
		en, nl string
	}{
		{
			"nobody", visit(0, 0),
			"No other company was seen to receive data before the visitor has chosen.",
			"Vóór een keuze zagen we geen enkel ander bedrijf gegevens ontvangen.",
		},
		{
			"one", visit(1, 0),
			"1 company receives data before the visitor has chosen. It was not seen to recognise the device.",
			"1 bedrijf ontvangt gegevens vóórdat de bezoeker een keuze heeft gemaakt. Dat het bedrijf het apparaat kan herkennen, zagen we niet.",
		},
		{
			"one of one", visit(1, 1),
			"1 company receives data before the visitor has chosen. It can recognise the device.",
			"1 bedrijf ontvangt gegevens vóórdat de bezoeker een keuze heeft gemaakt. Dat bedrijf kan het apparaat herkennen.",
		},
		{
			"none of three", visit(3, 0),
			"3 companies receive data before the visitor has chosen. None of them was seen to recognise the device.",
			"3 bedrijven ontvangen gegevens vóórdat de bezoeker een keuze heeft gemaakt. Dat een van die bedrijven het apparaat kan herkennen, zagen we niet.",
		},
		{
			"one of three", visit(3, 1),
			"3 companies receive data before the visitor has chosen. 1 of them can recognise the device.",
			"3 bedrijven ontvangen gegevens vóórdat de bezoeker een keuze heeft gemaakt. 1 daarvan kan het apparaat herkennen.",
		},
		{
			"all of three", visit(3, 3),
			"3 companies receive data before the visitor has chosen. All of them can recognise the device.",
			"3 bedrijven ontvangen gegevens vóórdat de bezoeker een keuze heeft gemaakt. Ze kunnen allemaal het apparaat herkennen.",
		},
		{
			"calls missing", gap(visit(3, 1), evidence.KindCalls),
			"3 companies receive data before the visitor has chosen. At least 1 of them can recognise the device; not everything needed to tell was measured.",
			"3 bedrijven ontvangen gegevens vóórdat de bezoeker een keuze heeft gemaakt. Minstens 1 daarvan kan het apparaat herkennen; niet alles wat daarvoor nodig is, is gemeten.",
		},
		{
			"cookies missing", gap(visit(3, 0), evidence.KindCookies),
			"3 companies receive data before the visitor has chosen. Whether they can recognise the device was not measured.",
			"3 bedrijven ontvangen gegevens vóórdat de bezoeker een keuze heeft gemaakt. Of ze het apparaat kunnen herkennen, is niet gemeten.",
		},
		{
			"requests missing", gap(visit(0, 0), evidence.KindRequests),
			"Who receives data was not measured: the requests of the page could not be recorded.",
			"Wie gegevens ontvangt, is niet gemeten: de verzoeken van de pagina konden niet worden vastgelegd.",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := reports.New(reports.Input{Visit: c.visit, Judgement: techniques.Run(c.visit, db(t), detectors.Options{}), DB: db(t)})
			en, nl := sentences(r.Summary)
			if en != c.en {
				t.Errorf("en\n got %s\nwant %s", en, c.en)
			}
			if nl != c.nl {
				t.Errorf("nl\n got %s\nwant %s", nl, c.nl)
			}
			if len(c.visit.Gaps) > 0 && r.Summary.Measured != reports.MeasuredPartly {
				t.Errorf("measured %q in spite of a gap", r.Summary.Measured)
			}
		})
	}
}

func TestStatesOfTechniques(t *testing.T) {
	r := shop(t)
	by := map[string]reports.Technique{}
	for _, technique := range r.Techniques {
		by[technique.ID] = technique
	}
	if len(by) != ofPages() {
		t.Errorf("%d techniques in the result, there are %d", len(by), ofPages())
	}
	for _, c := range []struct{ id, state, clump, severity string }{
		{"fingerprint-canvas", reports.Found, reports.Problem, "high"},
		{"beacon", reports.Found, reports.Consider, "low"},
		{"third-party-request", reports.Found, reports.Inventory, "note"},
		{"cookies-first-party", reports.Found, reports.Problem, "medium"},
		{"storage-indexeddb", reports.NotMeasured, "", "note"},
		{"websocket", reports.Clean, "", "low"},
	} {
		if got := by[c.id]; got.State != c.state || got.Clump != c.clump || got.Severity != c.severity {
			t.Errorf("%s: %+v", c.id, got)
		}
	}
	if broke := by["storage-indexeddb"].NotMeasured; len(broke) != 1 || broke[0].Text.NL != "De techniek liep vast (index out of range)." {
		t.Errorf("a technique that broke: %+v", broke)
	}
	partial := by["fingerprint-audio"]
	if partial.State != reports.Clean || len(partial.Partial) != 1 ||
		!strings.Contains(partial.Partial[0].Text.NL, "voordat het gevolgd kon worden") {
		t.Errorf("partial: %+v", partial)
	}
	s := r.Summary
	if n := s.Problems + s.Consider + s.Inventory + s.Clean + s.NotMeasured + s.Skipped; n != len(r.Techniques) {
		t.Errorf("the counts add up to %d of %d techniques: %+v", n, len(r.Techniques), s)
	}
}

// ofPages is how many techniques have something to look at in a page.
func ofPages() int {
	n := 0
	for _, x := range techniques.All() {
		if x.Applies(&evidence.Subject{Kind: evidence.KindOfPage}) {
			n++
		}
	}
	return n
}

func TestSkippedIsNotClean(t *testing.T) {
	for _, c := range []struct {
		name    string
		options detectors.Options
		skipped int
	}{
		{"nothing left out", detectors.Options{}, 0},
		{"one left out", detectors.Options{Skip: []string{"websocket"}}, 1},
		{"only one", detectors.Options{Only: []string{"beacon"}}, ofPages() - 1},
	} {
		v := sample.Shop()
		v.Gaps = nil
		j := reports.Skipping(techniques.Run(v, db(t), c.options), c.options)
		r := reports.New(reports.Input{Visit: v, Judgement: j, DB: db(t)})
		if r.Summary.Skipped != c.skipped {
			t.Errorf("%s: %d techniques count as left out, want %d", c.name, r.Summary.Skipped, c.skipped)
		}
		for _, technique := range r.Techniques {
			if technique.ID == "websocket" && technique.State == reports.Clean {
				t.Errorf("%s: websocket counts as clean", c.name)
			}
			for _, u := range technique.NotMeasured {
				if u.Scenario == "" {
					t.Errorf("%s: %s is not measured in no scenario", c.name, technique.ID)
				}
			}
		}
	}
}

func TestGapsAreWords(t *testing.T) {
	v := sample.Shop()
	v.Gaps = append(v.Gaps,
		evidence.Gap{Scenario: evidence.None, Kind: evidence.KindPage, Where: "https://a.example/", Why: "http-503"},
		evidence.Gap{Scenario: evidence.None, Kind: evidence.KindNames, Where: "3 hosts", Why: "DNS: nxdomain"},
		evidence.Gap{Scenario: evidence.None, Kind: evidence.KindShots, Why: "something new", Whole: true},
	)
	r := reports.New(reports.Input{Visit: v, Judgement: sample.Judgement(), DB: db(t)})
	var en, nl []string
	for _, g := range r.Gaps {
		en, nl = append(en, g.Text.EN), append(nl, g.Text.NL)
	}
	for _, want := range []string{
		"Page https://a.example/: the server answered with HTTP status 503.",
		"No pictures were observed: something new.",
		"This audit did not look for consent dialogs.",
	} {
		if !slices.Contains(en, want) {
			t.Errorf("no gap says %q; there are\n%s", want, strings.Join(en, "\n"))
		}
	}
	for _, want := range []string{
		"Dit onderzoek keek niet naar cookiemeldingen.",
		"Er kunnen opzoekingen van hostnamen ontbreken bij 3 hosts: het opzoeken van de naam mislukte (de naam bestaat niet).",
	} {
		if !slices.Contains(nl, want) {
			t.Errorf("no gap says %q; there are\n%s", want, strings.Join(nl, "\n"))
		}
	}
	if d := r.Runs[0].Dialog; d.Found || r.Runs[0].DialogNote != "not-looked-for" {
		t.Errorf("dialog %+v, note %q", d, r.Runs[0].DialogNote)
	}
}

func TestValuesAreCut(t *testing.T) {
	secrets := []string{
		"1234567890.1700000000", "1234567890", "fb.1.1700000000000.987654321", "0aBcDeFgHiJkLmNoP", "7f3a9c1e5b2d4860", "eyJpZCI6IjQyIn0",
	}
	r := shop(t)
	text := document(t, r)
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("the document holds the value %q", secret)
		}
	}
	cut := evidence.Cut("7f3a9c1e5b2d4860")
	for _, item := range r.Storage {
		if item.Key == "hjViewportId" && item.Value != cut {
			t.Errorf("the value is shown as %q, want %q", item.Value, cut)
		}
	}
	whole := r.WithValues()
	if text := document(t, whole); !strings.Contains(text, "cid=1234567890.1700000000") {
		t.Error("the document with values does not hold them")
	}
	if document(t, r) != text {
		t.Error("WithValues changed the result it was asked of")
	}
	// The same value looks the same wherever it was cut.
	ga := evidence.Cut("GA1.1.1234567890.1700000000")
	if got := r.Evidence["none/call/9"].Args[0]; !strings.HasPrefix(got, "_ga="+ga) {
		t.Errorf("the call shows %q, the cookie %q", got, ga)
	}
	if got := r.Evidence["none/cookie/1"].Value; got != ga {
		t.Errorf("the cookie shows %q, want %q", got, ga)
	}
}

func TestEvidenceRows(t *testing.T) {
	r := shop(t)
	for _, f := range r.Findings {
		for _, id := range f.Evidence {
			if _, ok := r.Evidence[id]; !ok {
				t.Errorf("%s cites %s, which has no row", f.ID, id)
			}
		}
	}
	pixel := r.Evidence["none/request/18"]
	want := []string{
		"https://connect.facebook.net/en_US/fbevents.js", "https://www.googletagmanager.com/gtm.js?id=GTM-TEST",
		sample.Site + "nl/", sample.Site,
	}
	if !slices.Equal(pixel.Chain, want) {
		t.Errorf("the pixel was loaded by %q, want %q", pixel.Chain, want)
	}
	call := r.Evidence["none/call/3"]
	if call.Object != "canvas 1 240×60" || call.Size != 15814 || call.In != "page "+sample.Site+"nl/" || len(call.Stack) != 3 {
		t.Errorf("call: %+v", call)
	}
}

func TestRowsPerFindingAreLimited(t *testing.T) {
	j := sample.Judgement()
	f := &j.Findings[0]
	f.Evidence = nil
	v := sample.Shop()
	for i := range 500 {
		id := evidence.NewID(evidence.None, "request", i+1000)
		v.Runs[0].Requests = append(v.Runs[0].Requests, evidence.Request{ID: id, URL: "https://www.google-analytics.com/", Status: 200})
		f.Evidence = append(f.Evidence, id)
	}
	r := reports.New(reports.Input{Visit: v, Judgement: j, DB: db(t)})
	rows := 0
	for _, id := range r.Findings[0].Evidence {
		if _, ok := r.Evidence[id]; ok {
			rows++
		}
	}
	if rows != reports.RowsPerFinding || len(r.Findings[0].Evidence) != 500 {
		t.Errorf("%d rows of %d pieces of evidence", rows, len(r.Findings[0].Evidence))
	}
}

func TestHostileTextIsClipped(t *testing.T) {
	v, j := sample.Hostile()
	r := reports.New(reports.Input{Visit: v, Judgement: j, DB: db(t)})
	text := document(t, r)
	if len(text) > 250_000 {
		t.Errorf("a page with texts of a megabyte made a document of %d bytes", len(text))
	}
	if strings.ContainsAny(text, "\x1b\x00\u202e\u200b\x7f") {
		t.Error("the document holds characters that act on a terminal")
	}
	if len([]rune(r.Subject.Title)) != 300 || !strings.HasSuffix(r.Subject.Title, "…") {
		t.Errorf("the title has %d characters", len([]rune(r.Subject.Title)))
	}
}

// A heavy visit: 10,000 requests of 200 hosts, 20,000 records of calls.
func BenchmarkNew(b *testing.B) {
	v := sample.Shop()
	run := &v.Runs[0]
	for i := range 10_000 {
		q := run.Requests[5]
		q.ID = evidence.NewID(evidence.None, "request", 100+i)
		q.At = evidence.Millis(i)
		q.URL = "https://h" + string(rune('a'+i%26)) + string(rune('a'+i/26%8)) + ".example/x.js"
		run.Requests = append(run.Requests, q)
	}
	for i := range 20_000 {
		c := run.Calls[i%8]
		c.ID = evidence.NewID(evidence.None, "call", 100+i)
		run.Calls = append(run.Calls, c)
	}
	d := db(b)
	j := sample.Judgement()
	for b.Loop() {
		reports.New(reports.Input{Visit: v, Judgement: j, DB: d})
	}
}
