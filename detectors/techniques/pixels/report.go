package pixels

import (
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/url"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/detectors/patterns"
)

// Bounds on taking a report apart. Reports come from pages.
const (
	maxParams     = 500
	maxParamValue = 4096
	maxParamDepth = 12
	maxReports    = 100 // in one request
)

// A report is the parameters of one event, in order. Parts of JSON have the names of
// all that they stand in, "context.pixel.code"; elements of lists have none of their
// own.
type report []addresses.Parameter

// find returns the first value of the first of some names, which may hold *, that has one.
func (r report) find(names []string) string {
	for _, p := range names {
		for _, x := range r {
			if x.Value != "" && patterns.Fits(p, x.Name) {
				return x.Value
			}
		}
	}
	return ""
}

// reports takes a request apart: into one report, or into one for each line of its
// body.
func (p *pixelKind) reports(c *detectors.Contact) []report {
	var base report
	to, _, _ := strings.Cut(c.URL, "#")
	path, q, asked := strings.Cut(to, "?")
	if _, matrix, ok := strings.Cut(path, ";"); ok {
		base.form(strings.ReplaceAll(matrix, ";", "&"))
	}
	if asked {
		base.form(q)
	}
	body := detectors.RawText(c.Request.Body, c.Request.BodyBinary)
	if !p.Lines || strings.TrimSpace(body) == "" {
		base.body(body)
		return []report{base}
	}
	var out []report
	for line := range strings.Lines(body) {
		if line = strings.TrimSpace(line); line == "" || len(out) == maxReports {
			continue
		}
		// What stands on the line is said of this event, the address of all.
		r := report{}
		r.form(line)
		out = append(out, append(r, base...))
	}
	return out
}

// add adds a parameter, and what is in it where it is JSON or parameters itself.
func (r *report) add(name, value string) {
	if len(*r) >= maxParams {
		return
	}
	if len(value) > maxParamValue {
		value = strings.ToValidUTF8(value[:maxParamValue], "")
	}
	switch {
	case strings.HasPrefix(value, "{") || strings.HasPrefix(value, "["):
		if r.json(name, value) {
			return
		}
	case isNested(value):
		for pair := range strings.SplitSeq(value, "&") {
			n, v, _ := strings.Cut(pair, "=")
			if plain, err := url.QueryUnescape(v); err == nil {
				v = plain
			}
			*r = append(*r, addresses.Parameter{Name: name + "." + n, Value: v})
		}
		return
	}
	*r = append(*r, addresses.Parameter{Name: name, Value: value})
}

// isNested reports whether a value is parameters again: "e=vp&p=123".
func isNested(value string) bool {
	name, _, ok := strings.Cut(value, "=")
	if !ok || name == "" || len(name) > 8 {
		return false
	}
	for i := range len(name) {
		if !codes.IsLetter(name[i]) {
			return false
		}
	}
	return !strings.ContainsAny(value, " \n")
}

// form adds the parameters of a query or form.
func (r *report) form(text string) {
	for pair := range strings.SplitSeq(text, "&") {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" || len(*r) >= maxParams {
			continue
		}
		r.add(addresses.Unescaped(name), addresses.Unescaped(value))
	}
}

// body adds the parameters of a body: JSON, the parts of a form, or a form.
func (r *report) body(text string) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
	case text[0] == '{' || text[0] == '[':
		r.json("", text)
	case strings.HasPrefix(text, "--"):
		r.parts(text)
	default:
		r.form(text)
	}
}

// parts adds the fields of a multipart body.
func (r *report) parts(text string) {
	boundary, _, _ := strings.Cut(text[2:], "\r\n")
	if boundary == "" {
		return
	}
	for reader := multipart.NewReader(strings.NewReader(text), boundary); len(*r) < maxParams; {
		part, err := reader.NextPart()
		if err != nil {
			return
		}
		value, _ := io.ReadAll(io.LimitReader(part, maxParamValue)) // what was clipped counts as it is
		r.add(part.FormName(), string(value))
	}
}

// json adds the leaves of JSON, and reports whether it is any.
func (r *report) json(name, text string) bool {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	before := len(*r)
	if err := r.jsonValue(dec, name, 0); err != nil && len(*r) == before {
		return false
	}
	return true
}

var errTooDeep = errors.New("detectors: too much JSON")

func (r *report) jsonValue(dec *json.Decoder, name string, depth int) error {
	t, err := dec.Token()
	if err != nil {
		return err
	}
	if depth > maxParamDepth || len(*r) >= maxParams {
		return errTooDeep
	}
	switch t := t.(type) {
	case string:
		*r = append(*r, addresses.Parameter{Name: name, Value: clipped(t, maxParamValue)})
	case json.Number:
		*r = append(*r, addresses.Parameter{Name: name, Value: t.String()})
	case json.Delim:
		for dec.More() {
			inner := name
			if t == '{' {
				key, err := dec.Token()
				if err != nil {
					return err
				}
				k, _ := key.(string)
				inner = strings.TrimPrefix(name+"."+clipped(k, 100), ".")
			}
			if err := r.jsonValue(dec, inner, depth+1); err != nil {
				return err
			}
		}
		_, err := dec.Token()
		return err
	}
	return nil
}

// clipped cuts a text of a page to a length in bytes.
func clipped(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "")
	}
	return s
}
