package values

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// A Part is one piece of what was sent.
type Part struct {
	Where string // host path query fragment header body frame
	Name  string // of the parameter, the field or the header; in JSON "user.email"
	Text  string
}

// Bounds on the parts of one request.
const (
	maxParts  = 2000 // of one body
	maxFields = 200  // of one multipart body
	maxName   = 100  // bytes of a name
	maxDepth  = 30   // of JSON
)

// RequestParts takes a request apart: address, headers but those of cookies, body.
func RequestParts(r *evidence.Request) []Part {
	out := urlParts(r.URL)
	contentType := ""
	for _, h := range r.Headers {
		switch {
		case strings.EqualFold(h.Name, "cookie") || strings.HasPrefix(h.Name, ":"): // what HTTP/2 says of the address
			continue
		case strings.EqualFold(h.Name, "content-type"):
			contentType = h.Value
		}
		out = append(out, Part{"header", h.Name, h.Value})
	}
	if r.Body != "" {
		out = append(out, bodyParts("body", contentType, raw(r.Body, r.BodyBinary))...)
	}
	return out
}

// CookieParts returns the cookies that were sent with a request.
func CookieParts(r *evidence.Request) []Part {
	var out []Part
	for _, h := range r.Headers {
		if !strings.EqualFold(h.Name, "cookie") {
			continue
		}
		for pair := range strings.SplitSeq(h.Value, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			out = append(out, Part{"cookie", clip(name), value})
		}
	}
	return out
}

// SocketParts takes what the page sent over a socket apart: the address and the
// frames.
func SocketParts(s *evidence.Socket) []Part {
	out := urlParts(s.URL)
	for i := range s.Frames {
		out = append(out, FrameParts(&s.Frames[i])...)
	}
	return out
}

// FrameParts takes one frame apart; one that was received has no parts.
func FrameParts(f *evidence.SocketFrame) []Part {
	if !f.Sent || f.Text == "" {
		return nil
	}
	return bodyParts("frame", "", raw(f.Text, f.Binary))
}

// raw undoes the base64 of the record. What was clipped is decoded as far as it
// goes.
func raw(s string, binary bool) string {
	if !binary {
		return s
	}
	if out, ok := decode64(strings.TrimRight(s, "=")); ok {
		return string(out)
	}
	return s
}

// urlParts takes an address apart without decoding it.
func urlParts(u string) []Part {
	_, rest, ok := strings.Cut(u, "://")
	if !ok {
		return nil
	}
	rest, fragment, hasFragment := strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	host, path, _ := strings.Cut(rest, "/")
	out := []Part{{"host", "", host}}
	if path != "" {
		out = append(out, Part{"path", "", path})
	}
	out = append(out, pairs("query", query)...)
	if hasFragment && fragment != "" {
		out = append(out, pairs("fragment", fragment)...)
	}
	return out
}

// pairs takes parameters apart; their values stay encoded.
func pairs(where, s string) []Part {
	var out []Part
	for s != "" {
		var pair string
		if pair, s = cutAny(s, "&;"); pair == "" {
			continue
		}
		if len(out) > maxParts {
			return append(out, Part{where, "", pair + "&" + s})
		}
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			out = append(out, Part{where, "", pair})
			continue
		}
		readable := unescape(name, true)
		if !plainName(readable) {
			out = append(out, Part{where, "", name})
		}
		if value != "" {
			out = append(out, Part{where, clip(readable), value})
		}
	}
	return out
}

// cutAny cuts at the first of some characters.
func cutAny(s, chars string) (before, after string) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i+1:]
	}
	return s, ""
}

// plainName reports whether a name is a name: it holds nothing that could be a
// value.
func plainName(s string) bool {
	if len(s) > 32 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '_' && c != '-' && c != '.' && c != '[' && c != ']' {
			return len(s) < minPlain
		}
	}
	return true
}

func clip(name string) string {
	if len(name) > maxName {
		return strings.ToValidUTF8(name[:maxName], "")
	}
	return name
}

// bodyParts takes a body or frame apart: a form, JSON, or one piece.
func bodyParts(where, contentType, text string) []Part {
	if fields, ok := fieldsOf(where, contentType, text); ok {
		return fields
	}
	if leaves, ok := jsonParts(where, text); ok {
		return leaves
	}
	if strings.HasPrefix(contentType, "application/x-www-form-urlencoded") || looksLikeForm(text) {
		return pairs(where, text)
	}
	return []Part{{where, "", text}}
}

// looksLikeForm reports whether a text begins as parameters do.
func looksLikeForm(s string) bool {
	name, _, ok := strings.Cut(s[:min(len(s), 64)], "=")
	return ok && name != "" && plainName(unescape(name, true)) && !strings.ContainsAny(s, " \n<{")
}

// fieldsOf takes a multipart body apart.
func fieldsOf(where, contentType, text string) ([]Part, bool) {
	if !strings.HasPrefix(text, "--") {
		return nil, false
	}
	line, _ := cutAny(text, "\r\n")
	boundary := line[2:]
	if kind, params, err := mime.ParseMediaType(contentType); err == nil && strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" {
		boundary = params["boundary"]
	}
	if boundary == "" {
		return nil, false
	}
	var out []Part
	for r := multipart.NewReader(strings.NewReader(text), boundary); len(out) < maxFields; {
		p, err := r.NextRawPart()
		if err != nil {
			break // the end, or where the record was clipped
		}
		content, err := io.ReadAll(p)
		if name := p.FileName(); name != "" {
			out = append(out, Part{where, clip(p.FormName()), name})
		}
		out = append(out, Part{where, clip(p.FormName()), string(content)})
		if err != nil {
			break
		}
	}
	if len(out) == maxFields {
		return nil, false // all of it in one piece rather than a part of it
	}
	return out, len(out) > 0
}

// jsonParts takes JSON apart, also several documents one after the other, or
// behind the numbers that some protocols put before. What is no JSON, or was
// clipped, stays in one piece.
func jsonParts(where, text string) ([]Part, bool) {
	body := strings.TrimLeft(text, "0123456789 \t\r\n")
	if body == "" || body[0] != '{' && body[0] != '[' {
		return nil, false
	}
	w := &walker{dec: json.NewDecoder(strings.NewReader(body)), where: where}
	w.dec.UseNumber()
	for {
		switch err := w.value("", 0); {
		case errors.Is(err, io.EOF):
			return w.out, true
		case err != nil:
			return nil, false
		}
	}
}

var errTooMuch = errors.New("values: too much JSON")

// A walker lists the leaves of JSON in order.
type walker struct {
	dec     *json.Decoder
	where   string
	out     []Part
	numbers []string // of the innermost list, as long as it holds nothing else
}

func (w *walker) value(name string, depth int) error {
	t, err := w.dec.Token()
	if err != nil {
		return err
	}
	if depth > maxDepth || len(w.out) > maxParts {
		return errTooMuch
	}
	switch t := t.(type) {
	case string:
		w.out = append(w.out, Part{w.where, name, t})
	case json.Number:
		w.out = append(w.out, Part{w.where, name, t.String()})
		w.numbers = append(w.numbers, t.String())
		return nil
	case json.Delim:
		return w.list(name, t == '{', depth)
	}
	w.numbers = w.numbers[:0]
	return nil
}

// list walks through an array or object. One that holds numbers alone may spell
// something, and is a leaf of its own beside them.
func (w *walker) list(name string, object bool, depth int) error {
	w.numbers = w.numbers[:0]
	n := 0
	for ; w.dec.More(); n++ {
		inner := name
		if object {
			key, err := w.dec.Token()
			if err != nil {
				return err
			}
			k, _ := key.(string)
			if !plainName(k) {
				w.out = append(w.out, Part{w.where, name, k})
			}
			inner = clip(strings.TrimPrefix(name+"."+k, "."))
		}
		if err := w.value(inner, depth+1); err != nil {
			return unexpected(err)
		}
	}
	if n >= minPlain && len(w.numbers) == n {
		w.out = append(w.out, Part{w.where, name, strings.Join(w.numbers, ",")})
	}
	w.numbers = w.numbers[:0]
	_, err := w.dec.Token()
	return unexpected(err)
}

// unexpected tells an end inside a document from the end of all.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
