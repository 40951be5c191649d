// Package spoor holds the architecture of the house as a test: which package
// may import which, and that each says what it owns.
package spoor

import (
	"encoding/json"
	"errors"
	"go/build"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/spoor-audit/spoor"

// arrows is the import table: a package, or all below it where the name ends in
// "/...", may import of spoor only what stands beside it. Tests may import more.
// Every package must match a line; the longest match counts.
var arrows = map[string][]string{
	"evidence":          {},
	"signatures":        {"signatures/abp"},
	"signatures/...":    {"signatures/...", "signatures"},
	"signatures/update": {"signatures"},
	"detectors":         {"evidence", "signatures", "detectors/addresses", "detectors/apis", "detectors/codes", "detectors/datafile"},
	"detectors/...":     {"evidence", "signatures", "detectors"},

	"detectors/apis":       {"detectors/datafile"},
	"detectors/addresses":  {"detectors/codes", "detectors/datafile"},
	"detectors/codes":      {"evidence"},
	"detectors/patterns":   {},
	"detectors/datafile":   {},
	"detectors/recordings": {"detectors/values"},
	"detectors/statements": {"evidence", "signatures", "detectors/patterns", "detectors/datafile"},
	"detectors/values":     {"evidence"},
	"detectors/checks":     {"evidence", "signatures", "detectors", "detectors/addresses", "detectors/patterns", "detectors/statements", "detectors/datafile", "detectors/techniques", "detectors/techniques/storage"},

	"detectors/techniques":           {"evidence", "signatures", "detectors", "detectors/techniques/..."},
	"detectors/techniques/...":       technique(),
	"detectors/techniques/flows":     technique("detectors/techniques/network", "detectors/techniques/storage", "detectors/techniques/typing"),
	"detectors/techniques/mail":      technique("detectors/techniques/network"),
	"detectors/techniques/recording": technique("detectors/recordings"),
	"detectors/techniques/respawn":   technique("detectors/techniques/fingerprint", "detectors/techniques/storage"),

	// Tests of techniques share it; nothing that ships does.
	"detectors/internal/try": {"evidence", "signatures", "detectors", "crawler/mail"},

	"crawler":             {"evidence", "crawler/browser", "crawler/consent/auto", "crawler/find", "crawler/instrument", "crawler/mail", "crawler/visit"},
	"crawler/cdp":         {},
	"crawler/browser":     {"crawler/cdp"},
	"crawler/document":    {"crawler/cdp"},
	"crawler/canary":      {},
	"crawler/printing":    {"crawler/browser", "crawler/cdp"},
	"crawler/instrument":  {"evidence"},
	"crawler/visit":       {"evidence", "crawler/consent", "crawler/consent/...", "crawler/browser", "crawler/canary", "crawler/cdp", "crawler/document", "crawler/instrument", "crawler/walls"},
	"crawler/consent":     {"evidence"},
	"crawler/consent/...": {"evidence", "crawler/consent"},
	"crawler/discover":    {"crawler/hostrules"},
	"crawler/find":        {},
	"crawler/hostrules":   {},
	"crawler/mail":        {"evidence"},
	"crawler/names":       {"evidence"},
	"crawler/probe":       {"crawler/discover", "crawler/hostrules", "crawler/walls"},
	"crawler/survey":      {},
	"crawler/walls":       {},
	"crawler/browsertest": {"crawler/browser", "crawler/cdp", "crawler/consent", "crawler/consent/auto", "crawler/document", "crawler/find", "signatures", "testsites"},

	"reports":          {"detectors", "detectors/...", "reports/score", "evidence", "signatures", "reports/clean", "reports/lang"},
	"reports/clean":    {},
	"reports/lang":     {"detectors", "detectors/checks", "detectors/techniques"},
	"reports/score":    {"detectors", "detectors/checks", "evidence", "signatures"},
	"reports/schema":   {},
	"reports/...":      {"reports", "reports/clean", "reports/lang", "detectors", "detectors/codes", "detectors/techniques", "evidence", "signatures"},
	"reports/csv":      {"reports", "reports/clean", "reports/lang"},
	"reports/gitlab":   {"reports", "reports/clean", "reports/lang"},
	"reports/junit":    {"reports", "reports/clean", "reports/lang"},
	"reports/markdown": {"reports", "reports/clean", "reports/lang"},
	"reports/sarif":    {"reports", "reports/clean", "reports/lang"},
	"reports/xlsx":     {"reports", "reports/clean", "reports/lang"},
	"reports/html":     {"reports", "reports/clean", "reports/lang", "evidence"},
	"reports/term":     {"reports", "reports/clean", "reports/compare", "reports/lang", "evidence", "detectors", "detectors/techniques"},
	"reports/compare":  {"reports", "evidence", "detectors/codes"},

	"reports/survey":        {"reports", "reports/clean", "reports/lang", "reports/score", "evidence", "signatures", "detectors"},
	"reports/survey/method": {"reports", "reports/clean", "reports/lang", "reports/score", "reports/survey", "evidence", "detectors/techniques"},
	"reports/survey/page":   {"reports", "reports/clean", "reports/html", "reports/lang", "reports/survey"},
	"reports/survey/sheets": {"reports/clean", "reports/survey", "reports/xlsx"},

	// Tests of formats share these; nothing that ships does.
	"reports/survey/internal/sample": {"reports/score", "reports/survey", "detectors"},
	"reports/internal/try":           {"reports", "reports/internal/golden", "reports/internal/sample", "reports/lang"},

	"testsites":     {},
	"testsites/...": {"testsites"},
	"cmd/...":       {"..."},
}

// technique is what every package of techniques may import, and some others.
func technique(more ...string) []string {
	return append([]string{"evidence", "signatures", "detectors", "detectors/addresses", "detectors/apis", "detectors/codes", "detectors/patterns", "detectors/datafile", "detectors/values"}, more...)
}

// outside says which outside packages may be imported where alone.
var outside = map[string][]string{
	"github.com/jackc/pgx/":                 {"crawler/survey"},
	"github.com/minio/":                     {"crawler/survey"},
	"github.com/riverqueue/":                {"crawler/survey"},
	"github.com/vbauerster/mpb":             {"cmd/internal/tty"},
	"github.com/chromedp/":                  {"crawler/cdp", "crawler/browser", "crawler/browsertest", "crawler/document", "crawler/printing", "crawler/visit"},
	"github.com/emersion/go-message":        {"crawler/mail"},
	"github.com/gocolly/colly":              {"crawler/discover", "crawler/probe"},
	"github.com/olekukonko/tablewriter":     {"reports/term"},
	"github.com/spf13/cobra":                {"cmd/spoor"},
	"github.com/miekg/dns":                  {"crawler/names", "testsites"},
	"github.com/santhosh-tekuri/jsonschema": {"reports/internal/try"},
	"github.com/xuri/excelize":              {"reports/xlsx"},
	"modernc.org/sqlite":                    {"crawler/survey", "reports/survey/sheets"},
}

type listed struct {
	ImportPath string
	Doc        string
	Imports    []string
	GoFiles    []string
	Dir        string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), filepath.Join(build.Default.GOROOT, "bin", "go"), "list", "-json", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		if len(p.GoFiles) > 0 {
			list = append(list, p)
		}
	}
}

func TestArrows(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		may, ok := allowed(name)
		if !ok {
			t.Errorf("%s: no line in the table of arrows", name)
			continue
		}
		for _, imp := range p.Imports {
			if inside, ok := strings.CutPrefix(imp, module+"/"); ok && !slices.ContainsFunc(may, func(m string) bool { return matches(m, inside) }) {
				t.Errorf("%s imports %s, which the table of arrows forbids", name, inside)
			}
			for prefix, where := range outside {
				if strings.HasPrefix(imp, prefix) && !slices.Contains(where, name) {
					t.Errorf("%s imports %s, which belongs in %v alone", name, imp, where)
				}
			}
			if name == "evidence" && strings.Contains(imp, ".") {
				t.Errorf("evidence imports %s: it has the standard library only", imp)
			}
		}
	}
}

func allowed(name string) ([]string, bool) {
	best, found := "", false
	for pattern := range arrows {
		if matches(pattern, name) && (!found || len(pattern) > len(best) || pattern == name) {
			best, found = pattern, true
			if pattern == name {
				break
			}
		}
	}
	return arrows[best], found
}

func matches(pattern, name string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "..."); ok {
		return strings.HasPrefix(name, prefix)
	}
	return pattern == name
}

// TestPackageComments demands that every package says what it owns.
func TestPackageComments(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.Doc) < 20 {
			t.Errorf("%s: no package comment", strings.TrimPrefix(p.ImportPath, module+"/"))
		}
	}
}
