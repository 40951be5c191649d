package evidence

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// harTime is ISO 8601 with milliseconds, which the format asks for.
const harTime = "2006-01-02T15:04:05.000Z07:00"

// WriteHAR writes the requests of all runs as an HTTP archive 1.2, which opens
// in the developer tools of browsers. Each page of each run is a page of the
// archive; its title begins with the scenario. Of the times only begin and end
// are recorded, so the whole of a request counts as waiting; response bodies
// are not recorded. The same record gives the same bytes.
func WriteHAR(w io.Writer, v *Visit) error {
	if v == nil {
		return errors.New("evidence: write HAR: there is no record")
	}
	log := harLog{
		Version: "1.2",
		Creator: harTool{"spoor", v.Tools.Spoor},
		Browser: harTool{"Chrome", v.Tools.Chrome},
		Pages:   []harPage{},
		Entries: []harEntry{},
	}
	for i := range v.Runs {
		r := &v.Runs[i]
		first := len(log.Pages)
		for j := range r.Pages {
			log.Pages = append(log.Pages, pageOf(r, &r.Pages[j], first+j))
		}
		for j := range r.Requests {
			log.Entries = append(log.Entries, entryOf(r, i, first, &r.Requests[j]))
		}
		for j := range r.Sockets {
			log.Entries = append(log.Entries, socketEntryOf(r, i, first, &r.Sockets[j]))
		}
	}
	slices.SortStableFunc(log.Entries, func(x, y harEntry) int {
		if x.sortKey.run != y.sortKey.run {
			return x.sortKey.run - y.sortKey.run
		}
		return int(x.sortKey.at - y.sortKey.at)
	})
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(harFile{log}); err != nil {
		return fmt.Errorf("evidence: write HAR: %w", err)
	}
	return nil
}

func pageID(n int) string { return fmt.Sprintf("page_%d", n+1) }

func pageOf(r *Run, p *Page, n int) harPage {
	title := string(r.Scenario) + ": " + p.FinalURL
	if p.FinalURL == "" {
		title = string(r.Scenario) + ": " + p.URL
	}
	if p.Title != "" {
		title += " (" + p.Title + ")"
	}
	out := harPage{Started: moment(r, p.At), ID: pageID(n), Title: title}
	if p.Loaded > p.At {
		load := int64(p.Loaded - p.At)
		out.Timings.OnLoad = &load
	}
	return out
}

func moment(r *Run, at Millis) string {
	return r.Began.Add(time.Duration(at) * time.Millisecond).UTC().Format(harTime)
}

func entryOf(r *Run, run, firstPage int, q *Request) harEntry {
	took := max(int64(q.Took), 0)
	e := harEntry{
		ID:        q.ID,
		Initiator: harInitiatorOf(q.Initiator),
		Kind:      q.Kind,
		Page:      pageRef(r, firstPage, q.Page),
		Request: harRequest{
			Method:      q.Method,
			URL:         q.URL,
			HTTPVersion: httpVersion(q.Protocol),
			Headers:     orEmpty(q.Headers),
			Query:       queryOf(q.URL),
			Cookies:     sentCookies(q.Headers),
			HeadersSize: -1,
			BodySize:    q.BodySize,
			PostData:    postDataOf(q),
		},
		Response: harResponse{
			Status:       q.Status,
			StatusText:   http.StatusText(q.Status),
			HTTPVersion:  httpVersion(q.Protocol),
			Headers:      orEmpty(q.Answer),
			Cookies:      setCookies(q.Answer),
			Content:      harContent{Size: q.AnswerLength, MIME: q.MIME},
			RedirectURL:  headerOf(q.Answer, "Location"),
			HeadersSize:  -1,
			BodySize:     -1,
			TransferSize: q.Size,
			Error:        q.Error,
		},
		ServerIP: q.RemoteIP,
		Started:  moment(r, q.At),
		Time:     took,
		Timings:  harTimings{Blocked: -1, DNS: -1, Connect: -1, SSL: -1, Wait: took},
		sortKey:  harEntryOrder{run, q.At},
	}
	if q.FromCache {
		e.FromCache = "disk"
		e.Response.BodySize = 0
	}
	return e
}

func socketEntryOf(r *Run, run, firstPage int, s *Socket) harEntry {
	e := entryOf(r, run, firstPage, &Request{
		ID: s.ID, At: s.At, Page: s.Page, Kind: "websocket", URL: s.URL, Method: http.MethodGet,
		Initiator: s.Initiator, Status: s.Status, Error: s.Error,
	})
	for _, f := range s.Frames {
		m := harMessage{Type: "receive", Opcode: 1, Data: f.Text}
		m.Time = float64(r.Began.Add(time.Duration(f.At)*time.Millisecond).UnixMilli()) / 1000
		if f.Sent {
			m.Type = "send"
		}
		if f.Binary {
			m.Opcode = 2
		}
		e.Messages = append(e.Messages, m)
	}
	return e
}

func pageRef(r *Run, first, page int) string {
	if page < 0 || page >= len(r.Pages) {
		return ""
	}
	return pageID(first + page)
}

func harInitiatorOf(i Initiator) harInitiator {
	out := harInitiator{Type: i.Kind, URL: i.URL, Caused: i.Request}
	if i.Line > 0 {
		line := i.Line - 1
		out.Line = &line
	}
	if len(i.Stack) == 0 {
		return out
	}
	out.Stack = &harStack{Frames: []harFrame{}}
	part := out.Stack
	async := false
	for _, f := range i.Stack {
		if f.Async && !async {
			// Developer tools show the task that scheduled this one as a parent.
			part.Parent = &harStack{Frames: []harFrame{}, Description: "async"}
			part = part.Parent
			async = true
		}
		part.Frames = append(part.Frames, harFrame{
			Function: f.Function, Script: string(f.Script), URL: f.URL,
			Line: max(f.Line-1, 0), Column: max(f.Column-1, 0),
		})
	}
	return out
}

func httpVersion(protocol string) string {
	if protocol == "" {
		return "unknown"
	}
	return protocol
}

func orEmpty(h []Header) []Header {
	if h == nil {
		return []Header{}
	}
	return h
}

func headerOf(headers []Header, name string) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

func postDataOf(q *Request) *harPostData {
	if q.Body == "" {
		return nil
	}
	p := &harPostData{MIME: headerOf(q.Headers, "Content-Type"), Text: q.Body}
	if q.BodyBinary {
		p.Encoding = "base64"
	}
	return p
}

// queryOf lists the parameters of a URL in their order. What cannot be decoded
// stays as it is.
func queryOf(raw string) []Header {
	out := []Header{}
	raw, _, _ = strings.Cut(raw, "#")
	_, query, _ := strings.Cut(raw, "?")
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		out = append(out, Header{unescape(name), unescape(value)})
	}
	return out
}

func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// sentCookies reads the Cookie header, values as they were sent.
func sentCookies(headers []Header) []harCookie {
	out := []harCookie{}
	for _, h := range headers {
		if !strings.EqualFold(h.Name, "Cookie") {
			continue
		}
		for pair := range strings.SplitSeq(h.Value, ";") {
			if name, value, _ := strings.Cut(strings.TrimSpace(pair), "="); name != "" || value != "" {
				out = append(out, harCookie{Name: name, Value: value})
			}
		}
	}
	return out
}

// setCookies reads the Set-Cookie lines of an answer. A line that Go does not
// accept keeps at least its name and value.
func setCookies(headers []Header) []harCookie {
	out := []harCookie{}
	for _, h := range headers {
		if !strings.EqualFold(h.Name, "Set-Cookie") {
			continue
		}
		first, _, _ := strings.Cut(h.Value, ";")
		name, value, _ := strings.Cut(first, "=")
		c := harCookie{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)}
		if p, err := http.ParseSetCookie(h.Value); err == nil {
			c.Path, c.Domain, c.HTTPOnly, c.Secure = p.Path, p.Domain, p.HttpOnly, p.Secure
			c.SameSite = sameSiteWord(p.SameSite)
			if !p.Expires.IsZero() {
				c.Expires = p.Expires.UTC().Format(harTime)
			}
		}
		out = append(out, c)
	}
	return out
}

func sameSiteWord(s http.SameSite) string {
	switch s {
	case http.SameSiteStrictMode:
		return "Strict"
	case http.SameSiteLaxMode:
		return "Lax"
	case http.SameSiteNoneMode:
		return "None"
	}
	return ""
}
