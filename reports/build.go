package reports

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// Limits of text that came from a page, in characters. What is longer is cut
// and ends in "…".
const (
	maxURL   = 2000
	maxText  = 500
	maxName  = 200
	maxTitle = 300
)

// RowsPerFinding is how many pieces of evidence of one finding stand in a
// result as rows; the finding lists all of them by ID.
const RowsPerFinding = 20

// An Input is everything that a result is made of.
type Input struct {
	// Visit must not change while the result is used.
	Visit *evidence.Visit
	// Judgement of the techniques. Where some were left out, it has to go through
	// [Skipping] first.
	Judgement detectors.Judgement
	DB        *signatures.DB // not nil
	// Statements, Verdicts and Score may be missing: then the result says nothing
	// of them, which is not to say that nothing is wrong.
	Statements []statements.Statement
	// Ordinary is the judgement of the visit with its ordinary run in the place of
	// the one before any choice; used where Visit.Ordinary is set.
	Ordinary detectors.Judgement
	Verdicts []checks.Verdict
	Score    *Score
	// LeftOut lists the techniques and checks that the user asked to leave out.
	LeftOut []string
}

// New joins a record, what is said of it and what the signatures know into the
// result. Values of cookies and storage are cut; see [Result.WithValues].
func New(in Input) *Result {
	v := in.Visit
	b := &builder{
		in: in, v: v, j: in.Judgement, db: in.DB,
		r:       &Result{Format: Format, visit: v},
		parties: map[string]*Party{},
		ofHost:  map[string]string{},
		sites:   map[string]string{},
		met:     map[*evidence.Run][]contact{},
		targets: map[*evidence.Run]map[evidence.TargetID]*evidence.Target{},
	}
	b.r.Subject = subject(v)
	b.r.Tools = tools(v, in.DB)
	b.r.Tools.LeftOut = list(in.LeftOut)
	slices.Sort(b.r.Tools.LeftOut)
	b.runs()
	b.cookies()
	b.storage()
	b.findings()
	b.techniques()
	b.readings()
	b.scripts()
	b.names()
	b.events()
	b.gaps()
	b.coverage()
	b.mail()
	b.finishParties()
	b.flows()
	b.timeline()
	b.statements()
	b.score()
	b.checks()
	b.compared()
	b.summary()
	b.r.fillValues(false)
	return b.r
}

// A builder holds what the steps of New share. Each step fills its own lists.
type builder struct {
	in Input
	v  *evidence.Visit
	j  detectors.Judgement
	db *signatures.DB
	r  *Result

	parties map[string]*Party // by ID
	ofHost  map[string]string // host to party ID
	sites   map[string]string // host to registrable domain
	met     map[*evidence.Run][]contact
	targets map[*evidence.Run]map[evidence.TargetID]*evidence.Target
}

func subject(v *evidence.Visit) Subject {
	s := Subject{
		Kind: v.Subject.Kind, URL: clip(v.Subject.URL, maxURL), Started: stamp(v.Subject.Started),
		TookMS: int64(v.Subject.Took), Device: v.Subject.Device, Lang: v.Subject.Lang,
		Vantage: clip(v.Subject.Vantage, maxName), Seed: v.Subject.Seed,
		App: clip(v.Subject.App, maxName), File: clip(v.Subject.File, maxName),
	}
	if s.File != "" {
		s.URL = s.File
	}
	if v.Mail != nil {
		s.FinalURL, s.Title = s.URL, clip(v.Mail.Subject, maxTitle)
		return s
	}
	for i := range v.Runs {
		if len(v.Runs[i].Pages) == 0 {
			continue
		}
		p := v.Runs[i].Pages[0] // the one that was asked for
		if s.FinalURL == "" {
			s.FinalURL = clip(p.FinalURL, maxURL)
		}
		if s.Title == "" {
			s.Title = clip(p.Title, maxTitle)
		}
	}
	return s
}

func tools(v *evidence.Visit, db *signatures.DB) Tools {
	t := Tools{
		Spoor: v.Tools.Spoor, Chrome: v.Tools.Chrome, Probes: v.Tools.Probes,
		ThirdPartyCookies: v.Tools.ThirdPartyCookies, Flags: list(v.Tools.Flags),
		BrowserMode: v.Tools.BrowserMode, UserAgent: v.Tools.UserAgent, Sandbox: v.Tools.Sandbox,
		InsecureTLS: v.Tools.InsecureTLS, Proxy: v.Tools.Proxy, HostRules: v.Tools.HostRules,
		Differs:    list(v.Tools.Differs),
		Signatures: Signatures{Version: db.Version(), Packs: []Pack{}},
	}
	for _, p := range db.Packs() {
		t.Signatures.Packs = append(t.Signatures.Packs, newPack(p, v.Subject.Started))
	}
	slices.SortFunc(t.Signatures.Packs, func(a, b Pack) int { return cmp.Compare(a.Name, b.Name) })
	return t
}

// order gives the place of a scenario in reports.
func order(s evidence.Scenario) int {
	if i := slices.Index(evidence.Scenarios, s); i >= 0 {
		return i
	}
	return len(evidence.Scenarios)
}

// runsInOrder lists the runs of the visit in reporting order.
func (b *builder) runsInOrder() []*evidence.Run {
	runs := make([]*evidence.Run, len(b.v.Runs))
	for i := range b.v.Runs {
		runs[i] = &b.v.Runs[i]
	}
	slices.SortStableFunc(runs, func(a, b *evidence.Run) int { return cmp.Compare(order(a.Scenario), order(b.Scenario)) })
	return runs
}

// measured reports whether a run says anything about the site.
func measured(r *evidence.Run) bool {
	return r.Outcome != evidence.Blocked && r.Outcome != evidence.Failed
}

// third reports whether a host belongs to another site than a page of a run.
// Without a page there is nothing to be third to.
func (b *builder) third(r *evidence.Run, page int, host string) bool {
	own := b.site(hostOf(b.v.PageURL(r, page)))
	return own != "" && host != "" && b.site(host) != own
}

// site returns the registrable domain of a host, or the host itself where there
// is none, as for IP addresses. The same few hosts are asked for all the time.
func (b *builder) site(host string) string {
	s, known := b.sites[host]
	if !known {
		s = cmp.Or(signatures.Site(host), host)
		b.sites[host] = s
	}
	return s
}

// hostOf returns the host of a web address, as [evidence.Host] does; "" of what
// goes to no host, as "data:" and "blob:" do not.
func hostOf(raw string) string {
	scheme, _, _ := strings.Cut(raw, "://")
	switch strings.ToLower(scheme) {
	case "http", "https", "ws", "wss", "ftp":
		return evidence.Host(raw)
	}
	return ""
}

// target returns a document or worker of a run, or nil.
func (b *builder) target(run *evidence.Run, id evidence.TargetID) *evidence.Target {
	index, known := b.targets[run]
	if !known {
		index = make(map[evidence.TargetID]*evidence.Target, len(run.Targets))
		for i := range run.Targets {
			index[run.Targets[i].ID] = &run.Targets[i]
		}
		b.targets[run] = index
	}
	return index[id]
}

// targetURL returns the address of a document or worker.
func (b *builder) targetURL(run *evidence.Run, id evidence.TargetID) string {
	if t := b.target(run, id); t != nil {
		return t.URL
	}
	return ""
}

// stamp writes a moment as the document does.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// clip cuts text of a page and makes it UTF-8, which JSON demands.
func clip(s string, limit int) string {
	if len(s) > 4*limit {
		s = s[:4*limit] // no character is longer, so at least limit of them are left
		return clipRunes(strings.ToValidUTF8(s, "\ufffd")+"…", limit)
	}
	return clipRunes(strings.ToValidUTF8(s, "\ufffd"), limit)
}

func clipRunes(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	n := 0
	for i := range s {
		if n == limit-1 {
			// One more character fits, unless another one follows it.
			if rest := []rune(s[i:]); len(rest) > 1 {
				return s[:i] + "…"
			}
		}
		n++
	}
	return s
}

// list copies a list of strings, so that none of a result is null.
func list(in []string) []string {
	return append([]string{}, in...)
}
