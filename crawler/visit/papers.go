package visit

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/spoor-audit/spoor/crawler/instrument"
	"github.com/spoor-audit/spoor/evidence"
)

// Limits of what is read of the papers of a site.
const (
	maxPolicies  = 4
	maxRegisters = 3
	maxText      = 1 << 20
	maxBodyText  = 2 << 20
	maxQueryLink = 300 // characters of a link's label
	paperLimit   = 20 * time.Second
)

// paperRule is the rule by which a paper counts as loaded. Cookie lists are often
// made by a script.
var paperRule = Settle{Quiet: 700 * time.Millisecond, Min: time.Second, Max: 12 * time.Second}

// fileRule is that of files, which no script fills in.
var fileRule = Settle{Quiet: 200 * time.Millisecond, Max: 8 * time.Second}

//go:embed papers.yaml
var papersYAML []byte

//go:embed paper.js
var paperJS string

// An Ask names a paper of the site that is to be read.
type Ask struct {
	Kind  string // as evidence.Paper
	URL   string
	Link  string
	Where []string
}

// registers says at which addresses consent managers keep their lists of
// cookies, and which fixed addresses a site may use to state something.
type registers struct {
	Registers []string          `yaml:"registers"`
	Fixed     map[string]string `yaml:"fixed"` // path -> kind
	compiled  []*regexp.Regexp
}

func loadRegisters() (*registers, error) {
	var r registers
	if err := yaml.Unmarshal(papersYAML, &r); err != nil {
		return nil, fmt.Errorf("visit: papers.yaml: %w", err)
	}
	for _, text := range r.Registers {
		re, err := regexp.Compile(text)
		if err != nil {
			return nil, fmt.Errorf("visit: papers.yaml: %w", err)
		}
		r.compiled = append(r.compiled, re)
	}
	return &r, nil
}

// Asks lists the papers that the runs of a visit point at: policies that pages
// and dialogs link to, lists of consent managers that were loaded, and the fixed
// addresses of the site.
func Asks(runs []evidence.Run) ([]Ask, error) {
	know, err := loadRegisters()
	if err != nil {
		return nil, err
	}
	var asks []Ask
	add := func(a Ask, limit int) {
		a.URL, _, _ = strings.Cut(a.URL, "#")
		n := 0
		for i := range asks {
			if asks[i].URL == a.URL {
				for _, w := range a.Where {
					if !slices.Contains(asks[i].Where, w) {
						asks[i].Where = append(asks[i].Where, w)
					}
				}
				return
			}
			if asks[i].Kind == a.Kind {
				n++
			}
		}
		if n < limit && strings.HasPrefix(a.URL, "http") {
			asks = append(asks, a)
		}
	}
	home := ""
	for i := range runs {
		r := &runs[i]
		for _, l := range r.Policies {
			add(Ask{Kind: "policy", URL: l.URL, Link: clip(l.Label, maxQueryLink), Where: []string{l.Where}}, maxPolicies)
		}
		for j := range r.Requests {
			if u := r.Requests[j].URL; slices.ContainsFunc(know.compiled, func(re *regexp.Regexp) bool { return re.MatchString(u) }) {
				add(Ask{Kind: "register", URL: u}, maxRegisters)
			}
		}
		if home == "" && len(r.Pages) > 0 && r.Pages[0].Error == "" {
			home = r.Pages[0].FinalURL
		}
	}
	base, err := url.Parse(home)
	if err != nil || home == "" {
		return nil, nil //nolint:nilerr // A page without an address of its own has no fixed papers.
	}
	for _, path := range slices.Sorted(mapKeys(know.Fixed)) {
		add(Ask{Kind: know.Fixed[path], URL: base.Scheme + "://" + base.Host + path}, 1)
	}
	return asks, nil
}

func mapKeys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// Papers reads papers one after another in a fresh context of the browser,
// without probes: what the papers' own pages do is not part of the visit.
func (h *Hub) Papers(ctx context.Context, table *instrument.Table, p Plan, asks []Ask) ([]evidence.Paper, error) {
	if len(asks) == 0 {
		return nil, nil
	}
	p.Bare, p.Settle, p.Tell = true, paperRule, nil
	d, err := h.open(ctx, table, p)
	if err != nil {
		return nil, err
	}
	defer d.leave(ctx)
	list := make([]evidence.Paper, 0, len(asks))
	for i, a := range asks {
		if ctx.Err() != nil {
			break
		}
		paper := d.read(ctx, a)
		paper.ID = evidence.NewID(p.Scenario, "paper", i+1)
		list = append(list, paper)
	}
	return list, nil
}

func (d *driver) read(ctx context.Context, a Ask) evidence.Paper {
	ctx, cancel := context.WithTimeout(ctx, paperLimit)
	defer cancel()
	paper := evidence.Paper{Kind: a.Kind, URL: a.URL, FinalURL: a.URL, Link: a.Link, Where: a.Where}
	began := time.Now()
	paper.At = d.rec.since(began)
	d.rec.forgetLoad()
	var pg evidence.Page
	d.rec.mu.Lock()
	d.rec.page = len(d.rec.run.Pages)
	d.rec.started = true
	d.rec.moves = 0
	d.rec.run.Pages = append(d.rec.run.Pages, evidence.Page{URL: a.URL, FinalURL: a.URL})
	index := d.rec.page
	d.rec.mu.Unlock()
	if !d.navigate(ctx, a.URL, &pg) {
		paper.Error = pg.Error
		return paper
	}
	rule := fileRule
	if a.Kind == "policy" || a.Kind == "cookie-policy" {
		rule = paperRule
	}
	d.settle(ctx, began, rule)
	if doc := d.document(index); doc != nil && doc.answer != nil {
		paper.Status, paper.Type = int(doc.answer.Status), doc.answer.MimeType
	}
	var seen struct {
		URL, Title, Lang, Text string
		Tables                 []evidence.Table
	}
	if err := d.eval(ctx, paperJS, &seen); err != nil {
		paper.Error = "no-answer"
		return paper
	}
	paper.FinalURL, paper.Title, paper.Language = seen.URL, clip(seen.Title, 500), clip(seen.Lang, 40)
	switch {
	case strings.HasPrefix(seen.URL, "chrome-error:"):
		paper.Error = "network"
	case paper.Status >= 400:
		paper.Error = fmt.Sprintf("http-%d", paper.Status)
	case a.Kind == "policy" || a.Kind == "cookie-policy":
		paper.Text, paper.Tables = clip(seen.Text, maxText), seen.Tables
		if paper.Type == "application/pdf" {
			paper.Error = "not-html"
		}
	default:
		paper.Body = clip(seen.Text, maxBodyText)
	}
	sum := sha256.Sum256([]byte(paper.Text + paper.Body))
	paper.Digest = "sha256:" + hex.EncodeToString(sum[:])
	return paper
}
