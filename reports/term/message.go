package term

import (
	"time"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

// messageColumn is where texts begin beside the words of the section on a message.
const messageColumn = 18

// message writes what an e-mail holds: of whom, when, how many pictures and links,
// and how many of them tell something.
func message(p *printer, r *reports.Result) {
	m := r.Mail
	if m == nil {
		return
	}
	p.title(plain, p.t.T("letter.title"))
	add := func(key, text string) { p.entry(messageColumn, plain, p.t.T("letter."+key), text) }
	add("from", clean.Short(m.From, 100))
	add("subject", clean.Short(m.Subject, 200))
	if at, err := time.Parse(time.RFC3339, m.Date); err == nil {
		add("sent", p.t.Date(at.UTC())+", "+p.t.Clock(at))
	}
	pixels, wrapped := 0, 0
	for i := range m.Images {
		if m.Images[i].Pixel {
			pixels++
		}
	}
	for i := range m.Links {
		if m.Links[i].Wrapped {
			wrapped++
		}
	}
	switch {
	case m.Plain:
		p.wrap(0, plain, p.t.T("letter.plain"))
	default:
		add("pictures-short", p.t.T("letter.terminal-pictures", "n", len(m.Images), "tells", pixels))
	}
	add("links", p.t.T("letter.terminal-links", "n", len(m.Links), "tells", m.Telling, "wrapped", wrapped))
	copies := p.t.T("letter.no-copies")
	if m.Copies > 0 {
		copies = p.t.N("letter.n-copies", m.Copies)
	}
	add("copies", copies)
}
