package detectors

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors/values"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// A departure is one message that left the browser after something was typed: a
// request, or one frame of a WebSocket.
type departure struct {
	*contact
	at    evidence.Millis
	phase evidence.Phase // of the message: a socket may have been opened before
	held  bool           // the recorder held it back
	parts []values.Part
}

// A leak is one text that was typed, in a message.
type leak struct {
	*departure
	asks  string
	field *field
	typed *evidence.Typed
	hit   values.Hit
	part  bool // only a piece of the text was there
}

// departures lists the messages since the run began to type, in order of time.
func (v *View) departures() []departure {
	if len(v.Run.Typed) == 0 {
		return nil
	}
	return Once(v, "departures", gatherDepartures)
}

// leaks lists where texts that were typed went, in order of time.
func (v *View) leaks() []leak {
	if len(v.Run.Typed) == 0 {
		return nil
	}
	return Once(v, "leaks", gatherLeaks)
}

func gatherDepartures(v *View) []departure {
	first := slices.MinFunc(v.Run.Typed, func(a, b evidence.Typed) int { return cmp.Compare(a.At, b.At) }).At
	var out []departure
	for i := range v.contacts {
		c := &v.contacts[i]
		for _, d := range v.messagesOf(c) {
			if d.at < first {
				continue
			}
			if c.request != nil && c.third { // what scripts write into cookies of the site itself goes along everywhere
				d.parts = append(d.parts, values.CookieParts(c.request)...)
			}
			out = append(out, d)
		}
	}
	// Beside these, pages to which the site itself took its visitor, and forms that
	// it sent. The run's own pages hold nothing that was typed.
	for i := range v.Run.Requests {
		r := &v.Run.Requests[i]
		if stopped := r.BlockedReason == evidence.StoppedForm; (stopped || r.Kind == "document" && !r.Frame) && r.At >= first && isHTTP(r.URL) {
			host := evidence.Host(r.URL)
			c := &contact{id: r.ID, at: r.At, phase: v.Run.PhaseOf(r.At), kind: r.Kind, url: r.URL, host: host,
				page: r.Page, third: v.third(host, r.Page), request: r}
			c.answer = v.known.judge([]signatures.Query{v.query(c)})[0]
			out = append(out, departure{c, r.At, c.phase, stopped, values.RequestParts(r)})
		}
	}
	slices.SortStableFunc(out, func(a, b departure) int { return inTime(a.at, a.id, b.at, b.id) })
	return out
}

// messagesOf takes a contact apart: a request, or the opening of a line and each
// frame that the page sent over it.
func (v *View) messagesOf(c *contact) []departure {
	if c.socket == nil {
		return []departure{{c, c.at, c.phase, false, values.RequestParts(c.request)}}
	}
	out := []departure{{c, c.at, c.phase, false, values.SocketParts(&evidence.Socket{URL: c.url})}}
	for j := range c.socket.Frames {
		if f := &c.socket.Frames[j]; f.Sent {
			out = append(out, departure{c, f.At, v.Run.PhaseOf(f.At), false, values.FrameParts(f)})
		}
	}
	return out
}

// pieceLength is the length of the pieces of a text that are looked for too:
// random texts of so many characters do not stand anywhere by accident.
const pieceLength = 8

// wanted lists what is looked for: the texts as they were typed and as the fields
// then held them, and pieces of the former. The ID of a piece ends in "/".
func (v *View) wanted() []values.Value {
	var out []values.Value
	for i := range v.Run.Typed {
		t := &v.Run.Typed[i]
		_, row := theFields().of(t)
		id := strconv.Itoa(i)
		out = append(out, values.Value{ID: id, Text: t.Value, Kind: row.Kind, Hashes: true})
		if t.Became != "" && t.Became != t.Value {
			out = append(out, values.Value{ID: id, Text: t.Became, Kind: row.Kind, Hashes: true})
		}
		if row.Kind == "phone" || row.Kind == "date" {
			continue // numbers may stand in others
		}
		text, _, _ := strings.Cut(t.Value, "@") // many addresses share what follows
		for j := 0; len(text) > pieceLength && j+pieceLength <= len(text); j++ {
			out = append(out, values.Value{ID: id + "/", Text: text[j : j+pieceLength], Kind: "text"})
		}
	}
	return out
}

func gatherLeaks(v *View) []leak {
	search := values.New(v.wanted())
	own := v.ownAddresses()
	departures := v.departures()
	var out []leak
	for i := range departures {
		d := &departures[i]
		hits := search.Search(slices.DeleteFunc(slices.Clone(d.parts), func(p values.Part) bool { return isAddress(&p, own) }))
		whole := map[string]bool{}
		for _, h := range hits {
			whole[h.ID] = true
		}
		for _, h := range hits {
			id, part := strings.CutSuffix(h.ID, "/")
			if part && whole[id] {
				continue
			}
			n, _ := strconv.Atoi(id)
			t := &v.Run.Typed[n]
			asks, row := theFields().of(t)
			out = append(out, leak{d, asks, row, t, h, part})
		}
	}
	return out
}

// ownAddresses lists how the addresses of the run's pages begin.
func (v *View) ownAddresses() []string {
	var out []string
	for i := range v.Run.Pages {
		u := cmp.Or(v.Run.Pages[i].FinalURL, v.Run.Pages[i].URL)
		if end := strings.Index(u, "://"); end > 0 {
			out = append(out, u[:end+3]+evidence.Host(u))
		}
	}
	return out
}

// isAddress reports whether a part holds the address of the page: what the page
// itself wrote into its address is another matter.
func isAddress(p *values.Part, own []string) bool {
	if p.Where == "header" && strings.EqualFold(p.Name, "referer") {
		return true
	}
	text := p.Text
	if strings.HasPrefix(text, "http") && strings.Contains(text[:min(len(text), 12)], "%3") {
		text = strings.NewReplacer("%3A", ":", "%3a", ":", "%2F", "/", "%2f", "/").Replace(text[:min(len(text), 300)])
	}
	return slices.ContainsFunc(own, func(o string) bool { return strings.HasPrefix(text, o) })
}

// foreign reports whether scripts of other companies alone made a contact.
func (v *View) foreign(c *contact) bool {
	init, _ := c.initiator()
	some := false
	for i := range init.Stack {
		if url := v.frameOrigin(&init.Stack[i], 0); url != "" {
			if !v.third(evidence.Host(url), c.page) {
				return false
			}
			some = true
		}
	}
	return some
}

// label names a field for a sentence.
func label(t *evidence.Typed) string {
	return cmp.Or(strings.TrimSpace(t.Label), t.Name, t.Type)
}

// wrapping says how a value was wrapped, in technical words.
func wrapping(h *values.Hit) string {
	words := slices.Clone(h.Steps)
	if h.Hash != "" {
		words = append(words, h.Hash)
	}
	if len(words) == 0 {
		return "plain"
	}
	return strings.Join(words, " ")
}
