package reports

import (
	"bytes"
	"cmp"
	_ "embed" // for purposes.yaml
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
)

const (
	maxRaw    = 4000 // characters of a statement as it was made
	maxSentTo = 200  // hosts that one statement was sent to
)

//go:embed purposes.yaml
var purposesFile []byte

// purposeTable says which purpose a number of TCF or a type of Google means.
type purposeTable struct {
	TCF    map[int]string    `yaml:"tcf"`
	Google map[string]string `yaml:"google"`
}

// purposes reads the embedded table once. It is part of the program and a test
// reads it, so a fault in it is a fault of the build.
var purposes = sync.OnceValue(func() purposeTable {
	var t purposeTable
	if err := yaml.Unmarshal(purposesFile, &t); err != nil {
		panic(fmt.Errorf("reports: purposes.yaml: %w", err))
	}
	return t
})

// stated returns the consent by purpose that a page's own strings tell of last
// in a phase: of TCF if there is one, else of Google. A purpose counts as
// allowed if any part of it is.
func (b *builder) stated(s evidence.Scenario, phase evidence.Phase) map[string]bool {
	var tcf, google *statements.Statement
	for i := range b.in.Statements {
		st := &b.in.Statements[i]
		if st.Scenario != s || st.Phase != phase || st.Sent != "" {
			continue
		}
		if st.TCF != nil && (tcf == nil || st.At >= tcf.At) {
			tcf = st
		}
		if st.Google != nil && len(st.Google.Types) > 0 && (google == nil || st.At >= google.At) {
			google = st
		}
	}
	out := map[string]bool{}
	switch {
	case tcf != nil:
		for n, purpose := range purposes().TCF {
			out[purpose] = out[purpose] || slices.Contains(tcf.TCF.Purposes, n)
		}
	case google != nil:
		for kind, given := range google.Google.Types {
			if purpose := purposes().Google[kind]; purpose != "" && given != statements.Unset {
				out[purpose] = out[purpose] || given == statements.Granted
			}
		}
	}
	return out
}

// statements fills Result.Statements. What was said the same way in a phase is
// one statement, with how often and to whom: a consent string goes along with
// hundreds of requests.
func (b *builder) statements() {
	type key struct {
		scenario          evidence.Scenario
		phase             evidence.Phase
		kind, source, raw string
	}
	b.r.Statements = []Statement{}
	index := map[key]int{}
	for i := range b.in.Statements {
		st := &b.in.Statements[i]
		k := key{st.Scenario, st.Phase, st.Kind, st.Source, st.Raw + "\x00" + st.Error}
		at, known := index[k]
		if !known {
			at = len(b.r.Statements)
			index[k] = at
			b.r.Statements = append(b.r.Statements, b.statement(st))
		}
		out := &b.r.Statements[at]
		out.Count++
		if host := b.sentTo(st.Sent); host != "" && len(out.SentTo) < maxSentTo {
			out.SentTo = with(out.SentTo, host)
		}
	}
	b.redactStatements()
	for i := range b.r.Statements {
		slices.Sort(b.r.Statements[i].SentTo)
	}
	slices.SortStableFunc(b.r.Statements, func(a, b Statement) int {
		return cmp.Or(cmp.Compare(order(a.Scenario), order(b.Scenario)), -cmp.Compare(a.Phase, b.Phase),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Raw, b.Raw), cmp.Compare(a.Source, b.Source), cmp.Compare(a.AtMS, b.AtMS))
	})
}

func (b *builder) statement(st *statements.Statement) Statement {
	out := Statement{
		Kind: st.Kind, Scenario: st.Scenario, Phase: st.Phase, Raw: clip(st.Raw, maxRaw), Parsed: parsedOf(st),
		Source: clip(st.Source, maxName), AtMS: int64(st.At), Page: st.Page, SentTo: []string{},
		Error: clip(st.Error, maxText), Evidence: []evidence.ID{},
	}
	for _, id := range []evidence.ID{st.Evidence, st.Sent} {
		if id != "" && !slices.Contains(out.Evidence, id) {
			out.Evidence = append(out.Evidence, id)
		}
	}
	return out
}

// sentTo returns the host of the request that carried a statement, "" if none
// did.
func (b *builder) sentTo(id evidence.ID) string {
	if found, ok := b.v.Lookup(id); ok && id != "" {
		if q, ok := found.(*evidence.Request); ok {
			return hostOf(q.URL)
		}
	}
	return ""
}

// parsedOf writes what was read from a statement as a JSON object.
func parsedOf(st *statements.Statement) json.RawMessage {
	var v any
	switch {
	case st.Error != "":
		return json.RawMessage("{}")
	case st.TCF != nil:
		v = st.TCF
	case st.GPP != nil:
		v = st.GPP
	case st.USP != nil:
		v = st.USP
	case st.Google != nil:
		v = st.Google
	case st.CMP != nil:
		v = st.CMP
	case st.Register != nil:
		v = st.Register
	case st.Claim != nil:
		v = st.Claim
	case st.GPC != nil:
		v = st.GPC
	case st.Ads != nil:
		v = st.Ads
	default:
		return json.RawMessage("{}")
	}
	data, err := json.Marshal(v)
	if err != nil { // The types hold nothing that JSON cannot.
		return json.RawMessage("{}")
	}
	return data
}

// redactStatements cuts the values of cookies and storage in what was said, as
// everywhere in a result: a consent string or a client id can identify the
// visitor.
func (b *builder) redactStatements() {
	texts := []string{}
	docs := make([]any, len(b.r.Statements))
	gather := func(s string) string {
		texts = append(texts, s)
		return s
	}
	for i := range b.r.Statements {
		st := &b.r.Statements[i]
		texts = append(texts, st.Raw, st.Error)
		d := json.NewDecoder(bytes.NewReader(st.Parsed))
		d.UseNumber()
		if d.Decode(&docs[i]) == nil {
			eachText(docs[i], gather)
		}
	}
	cut := redactor(b.v, texts)
	for i := range b.r.Statements {
		st := &b.r.Statements[i]
		st.Raw, st.Error = cut(st.Raw), cut(st.Error)
		if parsed, err := json.Marshal(eachText(docs[i], func(s string) string { return clip(cut(s), maxURL) })); err == nil && docs[i] != nil {
			st.Parsed = parsed
		}
	}
}

// eachText replaces every text in a JSON value by what f makes of it. Names of
// fields stay.
func eachText(v any, f func(string) string) any {
	switch v := v.(type) {
	case string:
		return f(v)
	case []any:
		for i := range v {
			v[i] = eachText(v[i], f)
		}
	case map[string]any:
		for name := range v {
			v[name] = eachText(v[name], f)
		}
	}
	return v
}
