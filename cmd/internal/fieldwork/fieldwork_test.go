package fieldwork

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/crawler"
	crawl "github.com/spoor-audit/spoor/crawler/survey"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports/survey"
	"github.com/spoor-audit/spoor/signatures"
)

// An answer is how a run ends.
type answer struct {
	outcome evidence.Outcome
	reason  string
}

// auditor audits with runs that end as the sites say, by their addresses.
func auditor(t *testing.T, sites map[string][]answer) *Auditor {
	t.Helper()
	db, err := signatures.Default()
	if err != nil {
		t.Fatal(err)
	}
	scenarios := []evidence.Scenario{evidence.None, evidence.Reject}
	a := &Auditor{Pipeline: pipeline.Pipeline{DB: db}}
	a.Plan.Scenarios = scenarios
	a.Plan.Browser.HostRules = "MAP * 127.0.0.1" // DNS is not asked then.
	a.Pipeline.Visit = func(_ context.Context, p crawler.Plan, _ func(crawler.Progress)) (*evidence.Visit, evidence.Files, error) {
		answers, ok := sites[p.URL]
		if !ok {
			return nil, nil, errors.New("there is no browser for " + p.URL)
		}
		began := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
		v := &evidence.Visit{Format: evidence.Format, Subject: evidence.Subject{Kind: evidence.KindOfPage, URL: p.URL, Started: began}}
		for i, end := range answers {
			pg := evidence.Page{URL: p.URL, FinalURL: p.URL, Status: 200, Settled: "quiet", Loaded: 100, Took: 500}
			run := evidence.Run{Scenario: scenarios[i], Outcome: end.outcome, Reason: end.reason, Began: began, Took: 500}
			if end.outcome == evidence.Blocked || end.outcome == evidence.Failed && !strings.HasPrefix(end.reason, "did-") {
				pg.Error, pg.Loaded = end.reason, 0
			}
			run.Pages = []evidence.Page{pg}
			v.Runs = append(v.Runs, run)
		}
		return v, nil, nil
	}
	return a
}

func TestVisit(t *testing.T) {
	done, failed := answer{evidence.Done, ""}, func(reason string) answer { return answer{evidence.Failed, reason} }
	wall := answer{evidence.Blocked, "cloudflare-block"}
	both := func(a answer) []answer { return []answer{a, a} }
	a := auditor(t, map[string][]answer{
		"https://fine.test/":           {done, {evidence.NoDialog, ""}},
		"https://dead-button.test/":    {done, failed("did-nothing")},
		"https://half.test/":           {done, failed("timeout")},
		"https://short.test/":          {done},
		"https://wall.test/":           both(wall),
		"https://parked.test/":         both(failed("parked")),
		"https://gone.test/":           both(failed("dns")),
		"https://www.gone.test/":       both(failed("dns")),
		"https://only-www.test/":       both(failed("dns")),
		"https://www.only-www.test/":   both(done),
		"https://plain.test/":          both(failed("refused")),
		"http://plain.test/":           both(done),
		"https://named.test/":          both(failed("refused")),
		"https://certificate.test/":    both(failed("tls")),
		"http://certificate.test/":     both(failed("http-404")),
		"https://deep.sub.gone.test/":  both(failed("dns")),
		"https://port.test:8443/":      both(failed("refused")),
		"https://broken-second.test/":  both(failed("refused")),
		"https://wall-or-timeout.test": {failed("timeout"), wall},
	})
	for address, want := range map[string]string{
		"https://fine.test/":           "measured  2/0 https://fine.test/",
		"https://dead-button.test/":    "partial did-nothing 1/1 https://dead-button.test/",
		"https://half.test/":           "partial timeout 1/1 https://half.test/",
		"https://short.test/":          "partial unknown 1/1 https://short.test/",
		"https://wall.test/":           "excluded bot-wall 0/2 https://wall.test/",
		"https://parked.test/":         "excluded parked 0/2 https://parked.test/",
		"https://gone.test/":           "failed dns 0/2 https://gone.test/",
		"https://only-www.test/":       "measured  2/0 https://www.only-www.test/",
		"https://plain.test/":          "measured  2/0 http://plain.test/",
		"https://certificate.test/":    "failed tls 0/2 https://certificate.test/",
		"https://deep.sub.gone.test/":  "failed dns 0/2 https://deep.sub.gone.test/",
		"https://port.test:8443/":      "failed refused 0/2 https://port.test:8443/",
		"https://wall-or-timeout.test": "excluded bot-wall 0/2 https://wall-or-timeout.test",
	} {
		o, err := a.Visit(t.Context(), crawl.Task{URL: address, Bare: true})
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if got := short(o); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
		f, err := survey.DecodeFacts(o.Facts)
		if err != nil || f.FinalURL != o.FinalURL {
			t.Errorf("%s: facts %+v, %v", address, f, err)
		}
		var bundle bytes.Buffer
		if err := o.Evidence(&bundle); err != nil || !bytes.HasPrefix(bundle.Bytes(), []byte("PK")) {
			t.Errorf("%s: a bundle of %d bytes, %v", address, bundle.Len(), err)
		}
	}
	// An address that names its scheme is no name of a site.
	if o, err := a.Visit(t.Context(), crawl.Task{URL: "https://named.test/"}); err != nil || o.State != crawl.Failed {
		t.Errorf("%s, %v", short(o), err)
	}
	for _, address := range []string{"https://unknown.test/", "https://broken-second.test/"} {
		if _, err := a.Visit(t.Context(), crawl.Task{URL: address, Bare: true}); err == nil {
			t.Errorf("%s: no error without a browser", address)
		}
	}
}

func short(o crawl.Outcome) string {
	return strings.Join([]string{string(o.State), o.Reason, string(rune('0'+o.RunsDone)) + "/" + string(rune('0'+o.RunsFailed)), o.FinalURL}, " ")
}
