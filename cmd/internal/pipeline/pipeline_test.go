package pipeline_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// record is a visit of one page that sent requests to the given addresses.
func record(addresses ...string) *evidence.Visit {
	r := evidence.Run{Scenario: evidence.None, Outcome: evidence.Done, Pages: []evidence.Page{{URL: "http://shop.test/", FinalURL: "http://shop.test/", Status: 200, Settled: "quiet"}}}
	for i, address := range addresses {
		r.Requests = append(r.Requests, evidence.Request{ID: evidence.NewID(evidence.None, "request", i+1), Kind: "image", Method: "GET", URL: address})
	}
	return &evidence.Visit{Format: evidence.Format, Subject: evidence.Subject{Kind: "page", URL: "http://shop.test/"}, Runs: []evidence.Run{r}}
}

func saw(v *evidence.Visit) pipeline.Visitor {
	return func(_ context.Context, _ crawler.Plan, tell func(crawler.Progress)) (*evidence.Visit, evidence.Files, error) {
		tell(crawler.Progress{Scenario: evidence.None, Stage: "loading"})
		return v, nil, nil
	}
}

func database(t *testing.T) *signatures.DB {
	t.Helper()
	db, err := signatures.Default()
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// dnsServer answers that every name is an alias of edge.tracker.test, except
// those below refused.test.
func dnsServer(t *testing.T) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		if name := q.Question[0].Name; strings.HasSuffix(name, "refused.test.") {
			m.Rcode = dns.RcodeRefused
		} else {
			m.Answer = append(m.Answer,
				&dns.CNAME{Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeCNAME, Class: dns.ClassINET}, Target: "edge.tracker.test."},
				&dns.A{Hdr: dns.RR_Header{Name: "edge.tracker.test.", Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(192, 0, 2, 1)})
		}
		_ = w.WriteMsg(m)
	})}
	go func() { _ = server.ActivateAndServe() }()
	t.Cleanup(func() { _ = server.Shutdown() })
	return conn.LocalAddr().String()
}

func TestNames(t *testing.T) {
	db := database(t)
	server := dnsServer(t)
	addresses := []string{"https://a.test/", "wss://a.test/x", "http://b.test/", "http://127.0.0.1/", "https://c.refused.test/", "data:,x"}
	tests := []struct {
		name  string
		dns   string
		plan  func(*pipeline.Plan)
		hosts []string
		gaps  []evidence.Gap
	}{
		{"a server is named", server, func(*pipeline.Plan) {}, []string{"a.test", "b.test", "c.refused.test"},
			[]evidence.Gap{{Where: "c.refused.test", Why: "DNS: refused"}}},
		{"a server is named, whatever the rules and the proxy", server, func(p *pipeline.Plan) {
			p.Browser.HostRules, p.Browser.Proxy = "MAP * 127.0.0.1", "proxy.test:80"
		}, []string{"a.test", "b.test", "c.refused.test"}, []evidence.Gap{{Where: "c.refused.test", Why: "DNS: refused"}}},
		{"host rules map all", "", func(p *pipeline.Plan) { p.Browser.HostRules = "MAP * 127.0.0.1" }, nil,
			[]evidence.Gap{{Where: "4 hosts", Why: "host rules say where their requests go, so DNS was not asked", Whole: true}}},
		{"a proxy hides who asks", "", func(p *pipeline.Plan) { p.Browser.Proxy = "proxy.test:80" }, nil,
			[]evidence.Gap{{Where: "all hosts", Why: "the site was visited through a proxy, and asking the system's DNS server could give the visit away", Whole: true}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := pipeline.Pipeline{Visit: saw(record(addresses...)), DB: db, DNS: tt.dns}
			plan := pipeline.Plan{}
			tt.plan(&plan)
			audit, err := p.Site(t.Context(), plan, nil)
			if err != nil {
				t.Fatal(err)
			}
			var hosts []string
			for _, n := range audit.Visit.Names {
				hosts = append(hosts, n.Host)
				if n.Error == "" && !slices.Equal(n.Chain, []string{"edge.tracker.test"}) {
					t.Errorf("%s has the chain %q", n.Host, n.Chain)
				}
			}
			if diff := cmp.Diff(tt.hosts, hosts); diff != "" {
				t.Errorf("hosts (-want +got):\n%s", diff)
			}
			for i := range tt.gaps {
				tt.gaps[i].Scenario, tt.gaps[i].Kind = evidence.None, evidence.KindNames
			}
			if diff := cmp.Diff(tt.gaps, audit.Visit.Gaps); diff != "" {
				t.Errorf("gaps (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFurtherPages(t *testing.T) {
	asked := map[string]bool{}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked[r.UserAgent()] = true
		switch r.URL.Path {
		case "/robots.txt":
			_, _ = w.Write([]byte("User-agent: *\nDisallow: /private\n"))
		case "/":
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(`<a href="/a">1</a><a href="/private">2</a>`))
		default:
			http.NotFound(w, r)
		}
	}))
	defer site.Close()
	v := record("http://shop.test/")
	var visited [][]string
	p := pipeline.Pipeline{DB: database(t), DNS: dnsServer(t), Visit: func(ctx context.Context, plan crawler.Plan, tell func(crawler.Progress)) (*evidence.Visit, evidence.Files, error) {
		tell(crawler.Progress{Scenario: evidence.None, Stage: "settling"})
		for range 2 { // Two runs.
			pages, err := plan.Further(ctx, "http://shop.test/", []string{"http://shop.test/made-by-script"})
			if err != nil {
				return nil, nil, err
			}
			visited = append(visited, pages)
		}
		return v, nil, nil
	}}
	plan := pipeline.Plan{Pages: 3, Agent: "spoor/test"}
	plan.Browser.HostRules, plan.Seed = "MAP *:80 "+site.Listener.Addr().String(), 1
	var stages []string
	audit, err := p.Site(t.Context(), plan, func(p crawler.Progress) { stages = append(stages, p.Stage) })
	if err != nil {
		t.Fatal(err)
	}
	for _, pages := range visited {
		slices.Sort(pages)
		if diff := cmp.Diff([]string{"http://shop.test/a", "http://shop.test/made-by-script"}, pages); diff != "" {
			t.Error(diff)
		}
	}
	if !slices.ContainsFunc(audit.Visit.Gaps, func(g evidence.Gap) bool { return g.Kind == evidence.KindPage && strings.Contains(g.Why, "robots.txt") }) {
		t.Errorf("the gaps are %+v", audit.Visit.Gaps)
	}
	if !asked["spoor/test"] || len(asked) != 1 {
		t.Errorf("the site saw %v", asked)
	}
	if diff := cmp.Diff([]string{"settling", "further", "names", "done"}, stages); diff != "" {
		t.Errorf("stages (-want +got):\n%s", diff)
	}
}

func TestSecretsAreNotKept(t *testing.T) {
	v := record("https://shop.test/login?password=correct-horse")
	p := pipeline.Pipeline{Visit: saw(v), DB: database(t), DNS: dnsServer(t), Secrets: []string{"correct-horse"}}
	audit, err := p.Site(t.Context(), pipeline.Plan{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []pipeline.Format{pipeline.JSON, pipeline.HAR, pipeline.HTML} {
		var b bytes.Buffer
		if err := audit.Write(t.Context(), &b, format, pipeline.Look{FullValues: true}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "correct-horse") {
			t.Errorf("the secret stands in the %s", format)
		}
	}
}

func TestFailures(t *testing.T) {
	broken := errors.New("no browser")
	p := pipeline.Pipeline{DB: database(t), Visit: func(context.Context, crawler.Plan, func(crawler.Progress)) (*evidence.Visit, evidence.Files, error) {
		return nil, nil, broken
	}}
	if _, err := p.Site(t.Context(), pipeline.Plan{}, nil); !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
	p.Visit = saw(nil)
	if _, err := p.Site(t.Context(), pipeline.Plan{}, nil); err == nil {
		t.Error("no record gives no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	p.Visit = func(context.Context, crawler.Plan, func(crawler.Progress)) (*evidence.Visit, evidence.Files, error) {
		cancel()
		return record("https://a.test/"), nil, nil
	}
	p.DNS = dnsServer(t)
	if _, err := p.Site(ctx, pipeline.Plan{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("after an interrupt the error is %v", err)
	}
}

func TestPolicy(t *testing.T) {
	db := database(t)
	v := record("https://shop.test/", "https://www.google-analytics.com/g/collect?v=2&tid=G-1")
	v.Runs[0].Requests[0].Kind = "document"
	p := pipeline.Pipeline{Visit: saw(v), DB: db, DNS: dnsServer(t)}
	audit, err := p.Site(t.Context(), pipeline.Plan{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var severity string
	for _, f := range audit.Result.Findings {
		if f.ID == "tracker-request" {
			severity = f.Severity
		}
	}
	if severity == "" {
		t.Fatalf("nothing to judge by: %+v", audit.Result.Findings)
	}
	order := []string{"critical", "high", "medium"}
	at := slices.Index(order, severity)
	for i, word := range order {
		policy, err := pipeline.NewPolicy([]string{word})
		if err != nil {
			t.Fatal(err)
		}
		found := slices.Contains(policy.Against(audit.Result), "tracker-request")
		if want := at >= 0 && at <= i; found != want {
			t.Errorf("a finding of severity %s is against %s: %v", severity, word, found)
		}
	}
	for word, want := range map[string]bool{"tracker-request": true, "fingerprint-canvas": false} {
		policy, err := pipeline.NewPolicy([]string{word})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(policy.Against(audit.Result)) > 0; got != want {
			t.Errorf("something against %s: %v", word, got)
		}
	}
	var unknown *pipeline.UnknownError
	if _, err := pipeline.NewPolicy([]string{"low"}); !errors.As(err, &unknown) {
		t.Errorf("the severity low gives %v", err)
	}
}

func TestNear(t *testing.T) {
	for word, want := range map[string]string{
		"fingerprint-canvs":  "fingerprint-canvas",
		"canvas-fingerprint": "fingerprint-canvas",
		"canvas":             "fingerprint-canvas",
		"Tracking_Pixel":     "tracking-pixel",
		"trackin-pixle":      "",
		"x":                  "",
		"nonsense":           "",
	} {
		if got := pipeline.Near(word, pipeline.IDs()); got != want {
			t.Errorf("near %q is %q, want %q", word, got, want)
		}
	}
}

func TestFormatOf(t *testing.T) {
	for file, want := range map[string]pipeline.Format{
		"a.html": "html", "a.b.JSON": "json", "dir/x.zip": "zip", "x.har": "har", "x.pdf": "pdf", "x.md": "md", "x.csv": "csv", "x.xlsx": "xlsx",
		"x.sarif": "sarif", "x.xml": "xml", "x.codequality.json": "codequality", "gl-code-quality-report.json": "codequality", "codequality.json": "json",
	} {
		if got, err := pipeline.FormatOf(file); got != want || err != nil {
			t.Errorf("%q: %q, %v", file, got, err)
		}
	}
	for _, file := range []string{"a", "a.docx", "a.", "html"} {
		if got, err := pipeline.FormatOf(file); err == nil || !strings.Contains(err.Error(), ".html .pdf .md .xlsx .csv .json .sarif .xml .codequality.json .har .zip") {
			t.Errorf("%q: %q, %v", file, got, err)
		}
	}
	for _, f := range pipeline.Formats() {
		if got, err := pipeline.FormatOf("a" + f.Ending()); got != f || err != nil {
			t.Errorf("%s is written to files that are read as %q: %v", f, got, err)
		}
	}
}

func TestTableFile(t *testing.T) {
	for _, c := range []struct{ file, table, want string }{
		{"shop.csv", "findings", "shop.csv"}, {"dir.csv/shop.CSV", "cookies", "dir.csv/shop-cookies.CSV"}, {"a.b.csv", "requests", "a.b-requests.csv"},
	} {
		if got := pipeline.TableFile(c.file, c.table); got != c.want {
			t.Errorf("the %s of %s go to %s, want %s", c.table, c.file, got, c.want)
		}
	}
}
