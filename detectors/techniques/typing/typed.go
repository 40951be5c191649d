// Package typing owns the techniques about what a visitor types: where the texts go,
// hashed or not, before a form is sent, and whether single keys are followed.
package typing

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/values"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// A Departure is one message that left the browser after something was typed: a
// request, or one frame of a WebSocket.
type Departure struct {
	*detectors.Contact
	At    evidence.Millis
	Phase evidence.Phase // of the message: a socket may have been opened before
	held  bool           // the recorder held it back
	Parts []values.Part
}

// A Leak is one text that was typed, in a message.
type Leak struct {
	*Departure
	Asks  string
	Field *Field
	Typed *evidence.Typed
	Hit   values.Hit
	Part  bool // only a piece of the text was there
}

// departures lists the messages since the run began to type, in order of time.
func departures(v *detectors.View) []Departure {
	if len(v.Run.Typed) == 0 {
		return nil
	}
	return detectors.Once(v, "departures", gatherDepartures)
}

// Leaks lists where texts that were typed went, in order of time.
func Leaks(v *detectors.View) []Leak {
	if len(v.Run.Typed) == 0 {
		return nil
	}
	return detectors.Once(v, "leaks", gatherLeaks)
}

func gatherDepartures(v *detectors.View) []Departure {
	first := slices.MinFunc(v.Run.Typed, func(a, b evidence.Typed) int { return cmp.Compare(a.At, b.At) }).At
	var out []Departure
	for i := range v.Contacts {
		c := &v.Contacts[i]
		for _, d := range MessagesOf(v, c) {
			if d.At < first {
				continue
			}
			if c.Request != nil && c.Third { // what scripts write into cookies of the site itself goes along everywhere
				d.Parts = append(d.Parts, values.CookieParts(c.Request)...)
			}
			out = append(out, d)
		}
	}
	// Beside these, pages to which the site itself took its visitor, and forms that
	// it sent. The run's own pages hold nothing that was typed.
	for i := range v.Run.Requests {
		r := &v.Run.Requests[i]
		if stopped := r.BlockedReason == evidence.StoppedForm; (stopped || r.Kind == "document" && !r.Frame) && r.At >= first && addresses.IsHTTP(r.URL) {
			host := evidence.Host(r.URL)
			c := &detectors.Contact{ID: r.ID, At: r.At, Phase: v.Run.PhaseOf(r.At), Kind: r.Kind, URL: r.URL, Host: host,
				Page: r.Page, Third: v.Third(host, r.Page), Request: r}
			c.Answer = v.Known.Judge([]signatures.Query{v.Query(c)})[0]
			out = append(out, Departure{c, r.At, c.Phase, stopped, values.RequestParts(r)})
		}
	}
	slices.SortStableFunc(out, func(a, b Departure) int { return detectors.InTime(a.At, a.ID, b.At, b.ID) })
	return out
}

// MessagesOf takes a contact apart: a request, or the opening of a line and each
// frame that the page sent over it.
func MessagesOf(v *detectors.View, c *detectors.Contact) []Departure {
	if c.Socket == nil {
		return []Departure{{c, c.At, c.Phase, false, values.RequestParts(c.Request)}}
	}
	out := []Departure{{c, c.At, c.Phase, false, values.SocketParts(&evidence.Socket{URL: c.URL})}}
	for j := range c.Socket.Frames {
		if f := &c.Socket.Frames[j]; f.Sent {
			out = append(out, Departure{c, f.At, v.Run.PhaseOf(f.At), false, values.FrameParts(f)})
		}
	}
	return out
}

// pieceLength is the length of the pieces of a text that are looked for too:
// random texts of so many characters do not stand anywhere by accident.
const pieceLength = 8

// wanted lists what is looked for: the texts as they were typed and as the fields
// then held them, and pieces of the former. The ID of a piece ends in "/".
func wanted(v *detectors.View) []values.Value {
	var out []values.Value
	for i := range v.Run.Typed {
		t := &v.Run.Typed[i]
		_, row := Fields().Of(t)
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

func gatherLeaks(v *detectors.View) []Leak {
	search := values.New(wanted(v))
	own := OwnAddresses(v)
	departures := departures(v)
	var out []Leak
	for i := range departures {
		d := &departures[i]
		hits := search.Search(slices.DeleteFunc(slices.Clone(d.Parts), func(p values.Part) bool { return IsAddress(&p, own) }))
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
			asks, row := Fields().Of(t)
			out = append(out, Leak{d, asks, row, t, h, part})
		}
	}
	return out
}

// OwnAddresses lists how the addresses of the run's pages begin.
func OwnAddresses(v *detectors.View) []string {
	var out []string
	for i := range v.Run.Pages {
		u := cmp.Or(v.Run.Pages[i].FinalURL, v.Run.Pages[i].URL)
		if end := strings.Index(u, "://"); end > 0 {
			out = append(out, u[:end+3]+evidence.Host(u))
		}
	}
	return out
}

// IsAddress reports whether a part holds the address of the page: what the page
// itself wrote into its address is another matter.
func IsAddress(p *values.Part, own []string) bool {
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
func foreign(v *detectors.View, c *detectors.Contact) bool {
	init, _ := c.Initiator()
	some := false
	for i := range init.Stack {
		if url := v.FrameOrigin(&init.Stack[i], 0); url != "" {
			if !v.Third(evidence.Host(url), c.Page) {
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

// Wrapping says how a value was wrapped, in technical words.
func Wrapping(h *values.Hit) string {
	words := slices.Clone(h.Steps)
	if h.Hash != "" {
		words = append(words, h.Hash)
	}
	if len(words) == 0 {
		return "plain"
	}
	return strings.Join(words, " ")
}
