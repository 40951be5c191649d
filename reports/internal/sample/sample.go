// Package sample builds visits to test reports with: one shop that does a bit of
// everything, one that turned visitors away, one that could not be reached, and
// one whose every text is hostile. They are built in code, so that golden files
// change only when reports do.
package sample

import (
	"crypto/sha256"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"testing/fstest"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

//go:embed core
var core embed.FS

// DB returns signatures of six services, so that results do not change with the
// real ones.
func DB() (*signatures.DB, error) {
	files, err := fs.Sub(core, "core")
	if err != nil {
		return nil, fmt.Errorf("sample: %w", err)
	}
	return signatures.Load(files, fstest.MapFS{})
}

// DBWithList returns them with a filter list.
func DBWithList(list string) (*signatures.DB, error) {
	files, err := fs.Sub(core, "core")
	if err != nil {
		return nil, fmt.Errorf("sample: %w", err)
	}
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		return nil, fmt.Errorf("sample: %w", err)
	}
	index, err := json.Marshal(signatures.PackIndex{Format: 1, Packs: []signatures.PackEntry{{
		Name: "easyprivacy", Version: "1", Licence: "MIT", Source: "sample",
		Files: []signatures.PackFile{{Name: "list.txt", SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(list))), Size: int64(len(list))}},
	}}})
	if err != nil {
		return nil, fmt.Errorf("sample: %w", err)
	}
	return signatures.Load(files, fstest.MapFS{
		"index.json": {Data: index}, "list.txt.zst": {Data: enc.EncodeAll([]byte(list), nil)},
	})
}

// Site is the address of the shop.
const Site = "https://shop.example/"

var began = time.Date(2026, time.November, 21, 14, 2, 31, 0, time.UTC)

// Frame returns a record without runs, as every visit begins.
func frame() *evidence.Visit {
	return &evidence.Visit{
		Format: evidence.Format,
		Subject: evidence.Subject{
			Kind: "page", URL: Site, Started: began, Took: 12400, Device: "desktop", Lang: "nl,en", Vantage: "Utrecht, NL", Seed: 1,
		},
		Tools: evidence.Tools{
			Spoor: "1.0.0", Chrome: "156.0.8078.79", BrowserMode: "headless", Probes: "3f6c1d90",
			UserAgent:         "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
			ThirdPartyCookies: "allowed", Sandbox: true, Differs: []string{"no-speech-voices", "software-graphics"},
		},
	}
}

// Blocked returns a visit that ended at a wall against bots.
func Blocked() *evidence.Visit {
	v := frame()
	v.Runs = []evidence.Run{{
		Scenario: evidence.None, Outcome: evidence.Blocked, Reason: "cloudflare-challenge", Began: began, Took: 3100,
		Pages: []evidence.Page{{
			URL: Site, FinalURL: Site, Status: 403, Title: "Just a moment...", Settled: "quiet", Took: 2900, Loaded: 900,
			Error: "bot-wall", ErrorText: "cloudflare-challenge",
		}},
		Targets: []evidence.Target{{ID: "t1", Kind: "page", URL: Site, BeforeFirstScript: true}},
		Requests: []evidence.Request{
			{ID: "none/request/1", Kind: "document", URL: Site, Method: "GET", Status: 403, Target: "t1"},
			{ID: "none/request/2", At: 400, Kind: "script", URL: "https://challenge.wall.example/c.js", Method: "GET", Status: 200, Target: "t1", Document: Site},
		},
	}}
	return v
}

// Failed returns a visit of a host that does not exist.
func Failed() *evidence.Visit {
	v := frame()
	v.Runs = []evidence.Run{{
		Scenario: evidence.None, Outcome: evidence.Failed, Reason: "dns", Began: began, Took: 120,
		Pages: []evidence.Page{{URL: Site, Error: "dns", ErrorText: "net::ERR_NAME_NOT_RESOLVED"}},
	}}
	for _, kind := range []evidence.Kind{
		evidence.KindPage, evidence.KindRequests, evidence.KindCookies, evidence.KindStorage, evidence.KindCalls, evidence.KindScripts,
	} {
		v.Gaps = append(v.Gaps, evidence.Gap{Scenario: evidence.None, Kind: kind, Where: Site, Why: "dns", Whole: true})
	}
	return v
}

// Unmeasured returns the judgement of a visit in which no technique could look.
func Unmeasured(why string) detectors.Judgement {
	var j detectors.Judgement
	for _, t := range techniques.All() {
		j.NotMeasured = append(j.NotMeasured, detectors.NotMeasured{ID: t.ID, Scenario: evidence.None, Why: why})
	}
	return j
}
