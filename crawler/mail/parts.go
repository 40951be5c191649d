package mail

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/charset"
	"github.com/emersion/go-message/textproto"
	htmlcharset "golang.org/x/net/html/charset"
)

// A walker goes through the parts of a message and gathers what is shown.
type walker struct {
	bodies    []body            // in the order in which they are shown
	inline    map[string]string // Content-ID or Content-Location -> path
	parts     map[string]Part   // by path
	count     int
	size      int // of parts
	encrypted bool
	limits    map[string]bool
}

// A body is one text that is shown.
type body struct {
	text string
	html bool
}

func (w *walker) limit(what string) {
	if w.limits == nil {
		w.limits = map[string]bool{}
	}
	w.limits[what] = true
}

// entity looks at one part and at those in it.
func (w *walker) entity(h message.Header, raw []byte, depth int) {
	if w.count++; w.count > maxParts {
		w.limit(limitParts)
		return
	}
	kind, params, err := h.ContentType()
	if err != nil || kind == "" {
		// A broken header still names its type before the first semicolon.
		kind, _, _ = strings.Cut(h.Get("Content-Type"), ";")
		params = map[string]string{}
	}
	if kind = strings.ToLower(strings.TrimSpace(kind)); kind == "" {
		kind = "text/plain"
	}
	disposition, _, _ := strings.Cut(strings.ToLower(h.Get("Content-Disposition")), ";")
	attached := strings.TrimSpace(disposition) == "attachment"
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		w.multipart(kind, params, raw, depth)
	case kind == "application/pkcs7-mime" || kind == "application/x-pkcs7-mime":
		w.encrypted = true
	case (kind == "text/html" || kind == "text/plain") && !attached:
		w.bodies = append(w.bodies, body{w.text(h, params["charset"], raw), kind == "text/html"})
	default:
		w.keep(h, kind, raw)
	}
}

// multipart looks at the parts of a part.
func (w *walker) multipart(kind string, params map[string]string, raw []byte, depth int) {
	if depth >= maxDepth {
		w.limit(limitDepth)
		return
	}
	if kind == "multipart/encrypted" {
		w.encrypted = true
		return
	}
	before := len(w.bodies)
	var best []body // of alternatives
	reader := textproto.NewMultipartReader(bytes.NewReader(raw), params["boundary"])
	for n := 0; params["boundary"] != ""; n++ {
		part, err := reader.NextPart()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				w.limit(limitDamage)
			}
			break
		}
		data, err := io.ReadAll(part)
		if err != nil && len(data) == 0 {
			w.limit(limitDamage)
		}
		if w.count >= maxParts {
			w.limit(limitParts)
			break
		}
		h := message.Header{Header: part.Header}
		switch {
		case kind == "multipart/alternative":
			w.entity(h, data, depth+1)
			if found := w.bodies[before:]; better(found, best) {
				best = append([]body(nil), found...)
			}
			w.bodies = w.bodies[:before]
		case kind == "multipart/signed" && n > 0: // the signature
		default:
			w.entity(h, data, depth+1)
		}
	}
	w.bodies = append(w.bodies, best...)
}

// better reports whether what a later alternative shows is to be preferred: the
// last one counts (RFC 2046, 5.1.4), but HTML is not given up for plain text.
func better(found, best []body) bool {
	if len(found) == 0 {
		return false
	}
	return len(best) == 0 || found[0].html || !best[0].html
}

// text decodes a part that is shown.
func (w *walker) text(h message.Header, set string, raw []byte) string {
	data := w.decode(h, raw)
	if len(data) > maxBody {
		w.limit(limitText)
		data = data[:maxBody]
	}
	if set != "" {
		if r, err := charset.Reader(set, bytes.NewReader(data)); err == nil {
			if plain, err := io.ReadAll(r); err == nil {
				return strings.ToValidUTF8(string(plain), "�")
			}
		}
	}
	if utf8.Valid(data) {
		return string(data)
	}
	enc, _, _ := htmlcharset.DetermineEncoding(data, "text/html")
	plain, err := enc.NewDecoder().Bytes(data)
	if err != nil {
		plain = data
	}
	return strings.ToValidUTF8(string(plain), "�")
}

// keep keeps a file that the message may show: one that has a name to be called by.
func (w *walker) keep(h message.Header, kind string, raw []byte) {
	id := strings.Trim(h.Get("Content-Id"), "<> \t")
	location := strings.TrimSpace(h.Get("Content-Location"))
	if id == "" && location == "" || !shown(kind) {
		return
	}
	data := w.decode(h, raw)
	if w.size += len(data); w.size > maxInline {
		w.limit(limitSize)
		return
	}
	path := "/part/" + strconv.Itoa(len(w.parts)+1)
	w.parts[path] = Part{kind, data}
	if id != "" {
		w.inline["cid:"+id] = path
	}
	if location != "" {
		w.inline[location] = path
	}
}

// shown reports whether files of a type are shown in a message: pictures, sound and
// fonts, and no documents.
func shown(kind string) bool {
	top, _, _ := strings.Cut(kind, "/")
	return top == "image" || top == "audio" || top == "video" || top == "font" || kind == "text/css" || kind == "application/octet-stream"
}

// local returns the path of a file that came with the message, by an address that
// the message uses for it.
func (w *walker) local(address string) (string, bool) {
	if path, ok := w.inline[address]; ok {
		return path, true
	}
	if len(address) < 4 || !strings.EqualFold(address[:4], "cid:") {
		return "", false
	}
	id := address[4:]
	if plain, err := url.PathUnescape(id); err == nil { // RFC 2392
		id = plain
	}
	path, ok := w.inline["cid:"+id]
	return path, ok
}

// decode takes off the transfer encoding. Where that is damaged, it goes on with
// what can be read: mail programs do, and the part that is lost would be the end,
// where pixels stand.
func (w *walker) decode(h message.Header, raw []byte) []byte {
	switch strings.ToLower(strings.TrimSpace(h.Get("Content-Transfer-Encoding"))) {
	case "base64":
		return w.base64(raw)
	case "quoted-printable":
		return quotedPrintable(raw)
	}
	return raw
}

func (w *walker) base64(raw []byte) []byte {
	code := make([]byte, 0, len(raw))
	for _, c := range raw {
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
			code = append(code, c)
		case c == '-':
			code = append(code, '+')
		case c == '_':
			code = append(code, '/')
		}
	}
	if len(code)%4 == 1 {
		w.limit(limitDamage)
		code = code[:len(code)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(code)))
	n, err := base64.RawStdEncoding.Decode(out, code)
	if err != nil {
		w.limit(limitDamage)
	}
	return out[:n]
}

// quotedPrintable decodes as RFC 2045, 6.7 says, and leaves as it is what is no
// code.
func quotedPrintable(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	lines := bufio.NewReader(bytes.NewReader(raw))
	for {
		line, err := lines.ReadBytes('\n')
		ended := len(line) > 0 && line[len(line)-1] == '\n'
		line = bytes.TrimRight(line, " \t\r\n")
		soft := bytes.HasSuffix(line, []byte("="))
		if soft {
			line = line[:len(line)-1]
		}
		for i := 0; i < len(line); i++ {
			if line[i] == '=' && i+2 < len(line) {
				if b, err := strconv.ParseUint(string(line[i+1:i+3]), 16, 8); err == nil {
					out = append(out, byte(b)) //nolint:gosec // It was read as eight bits.
					i += 2
					continue
				}
			}
			out = append(out, line[i])
		}
		if ended && !soft {
			out = append(out, '\r', '\n')
		}
		if err != nil {
			return out
		}
	}
}
