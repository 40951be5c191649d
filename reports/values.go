package reports

import (
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// WithValues returns a copy of the result in which the values of cookies and
// storage are whole, also inside rows of evidence. A result that was read from
// JSON holds no values and comes back as it is. Whoever shows such a result
// should say that it can identify the visitor.
func (r *Result) WithValues() *Result {
	if r.visit == nil {
		return r
	}
	out := *r
	out.Cookies = append([]Cookie{}, r.Cookies...)
	out.Storage = append([]StorageItem{}, r.Storage...)
	out.whole = true
	out.fillValues(true)
	return &out
}

// HasValues reports whether WithValues has values to give.
func (r *Result) HasValues() bool { return r.visit != nil }

// fillValues fills everything that holds values: the rows of evidence, and the
// values of cookies and storage items.
func (r *Result) fillValues(full bool) {
	v := excerpt(r.visit, r.cited())
	if !full {
		cutCalls(v)
		v = evidence.Redact(v, evidence.Rules{Values: true})
	}
	of := map[evidence.Scenario]*origins{}
	for i := range v.Runs {
		if s := v.Runs[i].Scenario; of[s] == nil {
			of[s] = newOrigins(&v.Runs[i])
		}
	}
	r.Evidence = map[evidence.ID]Row{}
	for id := range r.cited() {
		scenario, _, _ := strings.Cut(string(id), "/")
		if o := of[evidence.Scenario(scenario)]; o != nil {
			if shown, ok := row(v, id, o); ok {
				r.Evidence[id] = shown
			}
		}
	}
	if !full {
		r.cutSaid()
	}
	for i := range r.Cookies {
		if len(r.Cookies[i].Evidence) == 0 {
			continue
		}
		if found, ok := v.Lookup(r.Cookies[i].Evidence[0]); ok {
			if c, ok := found.(*evidence.Cookie); ok {
				r.Cookies[i].Value = clip(c.Value, maxBody)
			}
		}
	}
	for i := range r.Storage {
		if len(r.Storage[i].Evidence) == 0 {
			continue
		}
		if found, ok := v.Lookup(r.Storage[i].Evidence[0]); ok {
			if s, ok := found.(*evidence.StorageItem); ok {
				r.Storage[i].Value = clip(s.Value, maxBody)
			}
		}
	}
}

// cutSaid cuts the values in rows of what the site said. Redact takes it for data
// of spoor's own, not for text, and leaves it whole.
func (r *Result) cutSaid() {
	var texts []string
	for _, row := range r.Evidence {
		if row.Kind == "signal" || row.Kind == "paper" {
			texts = append(append(texts, row.Text), row.Lines...)
		}
	}
	if len(texts) == 0 {
		return
	}
	cut := redactor(r.visit, texts)
	for id, row := range r.Evidence {
		if row.Kind == "signal" || row.Kind == "paper" {
			row.Text = cut(row.Text)
			for i := range row.Lines {
				row.Lines[i] = cut(row.Lines[i])
			}
			r.Evidence[id] = row
		}
	}
}

// cited gathers the evidence that stands in the result as rows.
func (r *Result) cited() map[evidence.ID]bool {
	ids := map[evidence.ID]bool{}
	for i := range r.Findings {
		list := r.Findings[i].Evidence
		for _, id := range list[:min(len(list), RowsPerFinding)] {
			ids[id] = true
		}
	}
	for i := range r.Checks {
		list := r.Checks[i].Evidence
		for _, id := range list[:min(len(list), RowsPerFinding)] {
			ids[evidence.ID(id)] = true
		}
	}
	return ids
}

// excerpt returns a visit that holds the cited evidence, what loaded it, and all
// cookies and storage: as much as rows need, so that a visit of ten thousand
// requests need not be copied to show twenty. Nothing of it is shared with the
// record in a way that writing could reach.
func excerpt(v *evidence.Visit, cited map[evidence.ID]bool) *evidence.Visit {
	out := &evidence.Visit{Format: v.Format, Subject: v.Subject}
	for i := range v.Runs {
		run := &v.Runs[i]
		e := evidence.Run{
			Scenario: run.Scenario, Chosen: run.Chosen, Targets: run.Targets,
			Cookies: run.Cookies, Storage: run.Storage,
		}
		e.Signals = pick(run.Signals, cited, func(s *evidence.Signal) evidence.ID { return s.ID })
		e.Papers = pick(run.Papers, cited, func(p *evidence.Paper) evidence.ID { return p.ID })
		e.Typed = run.Typed // all of them, so that none is taken for an identifier
		wanted := newOrigins(run).loaders(cited)
		for j := range run.Requests {
			if wanted[run.Requests[j].ID] {
				e.Requests = append(e.Requests, run.Requests[j])
			}
		}
		e.Calls = pick(run.Calls, cited, func(c *evidence.Call) evidence.ID { return c.ID })
		e.Sockets = pick(run.Sockets, cited, func(s *evidence.Socket) evidence.ID { return s.ID })
		e.Events = pick(run.Events, cited, func(e *evidence.Event) evidence.ID { return e.ID })
		e.Scripts = scriptsOf(run, cited)
		out.Runs = append(out.Runs, e)
	}
	if v.Mail != nil {
		out.Mail = &evidence.Mail{
			Links:  pick(v.Mail.Links, cited, func(l *evidence.MailLink) evidence.ID { return l.ID }),
			Images: pick(v.Mail.Images, cited, func(i *evidence.MailImage) evidence.ID { return i.ID }),
		}
	}
	return out
}

func pick[T any](list []T, cited map[evidence.ID]bool, id func(*T) evidence.ID) []T {
	var out []T
	for i := range list {
		if cited[id(&list[i])] {
			out = append(out, list[i])
		}
	}
	return out
}

// scriptsOf picks the scripts that are cited, or that made a cited call.
func scriptsOf(run *evidence.Run, cited map[evidence.ID]bool) []evidence.Script {
	wanted := map[evidence.ID]bool{}
	for i := range run.Calls {
		if cited[run.Calls[i].ID] {
			wanted[run.Calls[i].Script] = true
		}
	}
	var out []evidence.Script
	for i := range run.Scripts {
		if id := run.Scripts[i].ID; cited[id] || wanted[id] {
			out = append(out, run.Scripts[i])
		}
	}
	return out
}

// textsOf lists the texts of findings that can hold what a page chose.
func textsOf(findings []detectors.Finding) []string {
	texts := []string{}
	for i := range findings {
		f := &findings[i]
		texts = append(texts, f.Key, f.Script, f.URL)
		for _, arg := range f.Args {
			texts = append(texts, arg)
		}
	}
	return texts
}

// redactor returns a function that cuts the values of cookies and storage
// wherever they stand in the given texts. Other texts come back as they are.
func redactor(v *evidence.Visit, texts []string) func(string) string {
	out := &evidence.Visit{}
	for i := range v.Runs {
		run := &v.Runs[i]
		e := evidence.Run{Cookies: run.Cookies, Storage: run.Storage, Typed: run.Typed}
		hosts := map[string]bool{}
		for j := range run.Requests {
			// Redact leaves names of hosts alone; it takes them from requests.
			if host := hostOf(run.Requests[j].URL); host != "" && !hosts[host] {
				hosts[host] = true
				e.Requests = append(e.Requests, evidence.Request{URL: "https://" + host + "/"})
			}
		}
		out.Runs = append(out.Runs, e)
	}
	// Redact works on records, so the texts travel through it as events.
	// Nothing of a text is shown beyond maxURL characters.
	carrier := evidence.Run{}
	for _, text := range texts {
		carrier.Events = append(carrier.Events, evidence.Event{Text: clip(text, 2*maxURL)})
	}
	out.Runs = append(out.Runs, carrier)
	cut := evidence.Redact(out, evidence.Rules{Values: true})
	to := make(map[string]string, len(texts))
	for i, e := range cut.Runs[len(cut.Runs)-1].Events {
		to[texts[i]] = e.Text
	}
	return func(s string) string {
		if c, ok := to[s]; ok {
			return c
		}
		return s
	}
}

// cutCalls cuts the values in arguments and results of calls that keep or read
// something, so that they look as the cookie or storage item does. The calls of
// an excerpt are copies; what they point to is not, and is replaced.
func cutCalls(v *evidence.Visit) {
	for i := range v.Runs {
		for j := range v.Runs[i].Calls {
			c := &v.Runs[i].Calls[j]
			c.Args = cutArgs(c)
			if c.Result != nil {
				result := *c.Result
				result.Text = cutResult(c.API, result.Text)
				c.Result = &result
			}
		}
	}
}

func cutArgs(c *evidence.Call) []string {
	args := slices.Clone(c.Args)
	switch {
	case c.API == "Document.cookie=" && len(args) > 0:
		args[0] = cutPair(args[0])
	case (c.API == "Storage.setItem" || c.API == "CookieStore.set") && len(args) > 1:
		args[1] = evidence.Cut(args[1])
	}
	return args
}

func cutResult(api, text string) string {
	switch api {
	case "Document.cookie":
		pairs := strings.Split(text, "; ")
		for i, pair := range pairs {
			pairs[i] = cutPair(pair)
		}
		return strings.Join(pairs, "; ")
	case "Storage.getItem":
		return evidence.Cut(text)
	}
	return text
}

// cutPair cuts the value in "name=value; attributes".
func cutPair(s string) string {
	pair, rest, more := strings.Cut(s, ";")
	name, value, ok := strings.Cut(pair, "=")
	if !ok {
		return s
	}
	s = name + "=" + evidence.Cut(value)
	if more {
		s += ";" + rest
	}
	return s
}
