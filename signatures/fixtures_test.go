package signatures

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"
)

// smallCore is core data with a handful of invented vendors.
func smallCore(t testing.TB, vendors ...string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{categoriesFile, countriesFile, entitiesFile} {
		data, err := os.ReadFile("core/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: data}
	}
	files[sectionsFile] = &fstest.MapFile{Data: []byte(
		"- {section: cname_acme, vendor: acme-analytics, name: Acme, company: Acme, country: US, category: analytics}\n" +
			"- {section: cname_other, vendor: other-metrics, name: Other Metrics, company: Other, country: FR, category: attribution}\n")}
	for _, text := range append([]string{acmeAnalytics, acmeSearch, brick, dialog}, vendors...) {
		_, id, _ := strings.Cut(text, "id: ")
		id, _, _ = strings.Cut(id, "\n")
		files["vendors/"+id+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

const acmeAnalytics = `schema: 1
id: acme-analytics
name: Acme Analytics
company: Acme
country: US
categories: [analytics]
sources: [invented]
match:
  domains: [stats.acme.test, acme-stats.test]
  requests: ["||acme.test/pixel/", "/collect?tid=AC-"]
  cnames: [edge.acme-cloud.test]
  globals: [acmeq]
  cookies:
    - {name: _acme, purpose: visitor, category: analytics, max_age: 400d}
    - {name: "_acme_*", purpose: session, category: analytics}
    - {name: id, domain: acme.test, purpose: visitor across sites, category: marketing}
  storage:
    - {key: "acme.*", purpose: queue, category: analytics}
    - {key: shared, purpose: acme's, category: analytics}
  libraries: ["/acme.min.js"]
tests: {hit: ["https://stats.acme.test/"], miss: ["https://acme.test/"]}
`

const acmeSearch = `schema: 1
id: acme
name: Acme
company: Acme
country: US
categories: [search]
sources: [invented]
match: {domains: [acme.test]}
tests: {hit: ["https://acme.test/"], miss: ["https://notacme.test/"]}
`

const brick = `schema: 1
id: brick
name: Brick
company: Brick Works
country: NL
categories: [cdn]
sources: [invented]
match:
  domains: [brick.test]
  storage:
    - {key: shared, purpose: brick's, category: preferences}
  cookies:
    - {name: "_ac*", purpose: short, category: unknown}
tests: {hit: ["https://brick.test/"], miss: ["https://prick.test/"]}
`

const dialog = `schema: 1
id: dialog
name: Dialog
company: Dialog
country: DE
categories: [consent]
sources: [invented]
match: {domains: [dialog.test]}
tests: {hit: ["https://dialog.test/"], miss: ["https://dia.test/"]}
`

// smallPacks is every pack that the loader reads, with a few records each.
func smallPacks(t testing.TB) fstest.MapFS {
	t.Helper()
	return packs(t, map[string]string{
		listEasyPrivacy: strings.Join([]string{
			"! Title: EasyPrivacy", "! Last modified: 01 Oct 2025 12:00 UTC", "! Version: 202510011200",
			"||tracker.test^$third-party",
			"||brick.test/telemetry/",
			"/beacon.gif?",
			"||except.test^",
			"||hard.test^$important",
			"! *** list:x/cname_acme.txt ***", "||metrics.shop.test^",
			"! *** list:x/cname_other.txt ***", "||data.shop.test^", "||edge.other.test^",
			"||x.test^$removeparam=y",
		}, "\n"),
		listEasyList: "||ads.test^\n@@||except.test^$script\n@@||hard.test^\n@@||stats.acme.test^\n",
		listThirdPartyWeb: `[
			{"name": "Tally &amp; Co", "company": "Tally", "category": "analytics", "homepage": "https://tally.test/", "domains": ["*.tally.test", "exact.tally.invalid", "*.co.uk", "d123.cloudfront.net"]},
			{"name": "Acme Analytics", "category": "utility", "domains": ["*.acme-more.test"]},
			{"name": "Everyone's CDN", "category": "ad", "domains": ["*.azureedge.net"]},
			{"name": "Plain CDN", "category": "cdn", "domains": ["*.plaincdn.test"]},
			{"name": "Odd", "category": "never-heard", "domains": ["*.odd.test"]},
			{"name": "Empty", "category": "ad", "domains": []}]`,
		"autoconsent": `{"autoconsent": []}`,
	})
}

// packs makes a folder of packs as the fill program does.
func packs(t testing.TB, texts map[string]string) fstest.MapFS {
	t.Helper()
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	index := PackIndex{Format: 1}
	for name, text := range texts {
		sum := sha256.Sum256([]byte(text))
		file := PackFile{Name: name + ".txt", SHA256: hex.EncodeToString(sum[:]), Size: int64(len(text))}
		entry := PackEntry{Name: name, Version: "1.2.3", Date: "2025-09-30", Licence: "MIT", Files: []PackFile{file}}
		if name == "autoconsent" {
			entry.Rules = 7
		}
		index.Packs = append(index.Packs, entry)
		files[file.Name+".zst"] = &fstest.MapFile{Data: enc.EncodeAll([]byte(text), nil)}
	}
	slices.SortFunc(index.Packs, func(a, b PackEntry) int { return strings.Compare(a.Name, b.Name) })
	data, err := json.Marshal(index)
	if err != nil {
		t.Fatal(err)
	}
	files[packIndex] = &fstest.MapFile{Data: data}
	return files
}

func load(t testing.TB, core, packs fs.FS) *DB {
	t.Helper()
	db, err := Load(core, packs)
	if err != nil {
		t.Fatal(err)
	}
	return db
}
