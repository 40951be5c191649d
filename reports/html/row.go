package html

import (
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

// A row is one piece of evidence. It stands in the page once; where another
// finding rests on it too, a link leads there.
type row struct {
	ID         evidence.ID
	Anchor     string
	Elsewhere  bool
	When, Kind string
	Text       string
	Facts      []rowFact
}

type rowFact struct {
	Name   string
	Values []rowValue
}

type rowValue struct {
	Text string
	Code bool
}

func (m *maker) row(id evidence.ID, e *reports.Row) row {
	out := row{ID: id, Anchor: anchor(id), Text: clean.Short(e.Text, longText)}
	if m.shown[id] {
		out.Elsewhere, out.Text = true, clean.Short(e.Text, shortText)
		return out
	}
	m.shown[id] = true
	m.order[e.Kind] = append(m.order[e.Kind], indexLink{id, out.Anchor})
	out.When, out.Kind = m.t.Seconds(e.AtMS), m.kind(e)
	add := func(key string, code bool, values ...string) {
		f := rowFact{Name: m.t.T("row." + key)}
		for _, v := range values {
			if v = clean.Short(v, longText); v != "" {
				f.Values = append(f.Values, rowValue{v, code})
			}
		}
		if len(f.Values) > 0 {
			out.Facts = append(out.Facts, f)
		}
	}
	add("answer", false, m.answer(e))
	add("error", true, e.Error)
	add("object", true, e.Object)
	add("args", true, quoted(e.Args)...)
	add("result", true, m.result(e))
	add("value", true, e.Value)
	add("times", false, m.times(e.Count, e.AtLeast))
	add("domain", true, e.Domain)
	add("lifetime", false, m.lifetime(e))
	add("sent", true, strings.Join(e.Sent, ", "))
	add("body", true, e.Body)
	add(linesKey(e.Kind), true, e.Lines...)
	add("script", true, at(e))
	if len(e.Stack) > 1 {
		add("stack", true, e.Stack...)
	}
	add("chain", true, e.Chain...)
	add("in", true, m.where(e.In))
	return out
}

// where puts the kind of a document or worker ("page https://...") into words.
func (m *maker) where(in string) string {
	kind, address, ok := strings.Cut(in, " ")
	if !ok {
		return in
	}
	return m.t.Word("target", clean.Short(kind, 20)) + " " + address
}

// kind names what a row is, with the method or type that says more.
func (m *maker) kind(e *reports.Row) string {
	words := []string{m.t.Word("row-kind", e.Kind)}
	switch e.Kind {
	case "request":
		words = append(words, clean.Short(e.Method, 12), clean.Short(e.Type, 20))
	case "cookie":
	case "signal":
		words = append(words, m.t.Word("stated.kind", clean.Short(e.Type, 20)))
	case "paper":
		words = append(words, m.t.Word("paper", clean.Short(e.Type, 20)))
	case "typed":
		words = append(words, m.t.Word("asks", clean.Short(e.Type, 20)))
	case "storage":
		words = []string{m.t.Word("storage-kind", e.Type)}
	default:
		words = append(words, clean.Short(e.Type, 20))
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

func (m *maker) answer(e *reports.Row) string {
	if e.Kind != "request" && e.Kind != "paper" {
		return ""
	}
	if e.Status == 0 {
		return m.t.T("row.no-answer")
	}
	parts := []string{strconv.Itoa(e.Status)}
	if e.MIME != "" {
		parts = append(parts, e.MIME)
	}
	if e.Size > 0 {
		parts = append(parts, m.t.Bytes(e.Size))
	}
	return strings.Join(parts, ", ")
}

func (m *maker) result(e *reports.Row) string {
	switch {
	case e.Kind != "call":
		return ""
	case e.Result != "":
		return e.Result
	case e.Digest != "" || e.Size > 0:
		return strings.TrimSpace(m.t.N("row.length", int(e.Size)) + " " + e.Digest)
	}
	return ""
}

func (m *maker) times(n int, atLeast bool) string {
	switch {
	case atLeast:
		return m.t.N("times.at-least", n)
	case n > 1:
		return m.t.N("times.exactly", n)
	}
	return ""
}

func (m *maker) lifetime(e *reports.Row) string {
	switch {
	case e.Kind != "cookie":
		return ""
	case e.Lifetime == 0:
		return m.t.T("cookies.session")
	}
	return m.t.Days(e.Lifetime)
}

// at says where in which script something was done.
func at(e *reports.Row) string {
	if e.Script == "" {
		return ""
	}
	s := e.Script
	if e.Line > 0 {
		s += ":" + strconv.Itoa(e.Line)
		if e.Column > 0 {
			s += ":" + strconv.Itoa(e.Column)
		}
	}
	return s
}

// linesKey names the raw lines of a row.
func linesKey(kind string) string {
	switch kind {
	case "request":
		return "set-cookie"
	case "socket":
		return "messages"
	case "signal":
		return "said"
	case "paper":
		return "title"
	case "typed":
		return "became"
	}
	return "written"
}

// quoted puts quotation marks around arguments, so that an empty one and a
// blank are seen.
func quoted(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = "“" + clean.Short(a, shortText) + "”"
	}
	return out
}
