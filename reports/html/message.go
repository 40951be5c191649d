package html

import (
	"strconv"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

const (
	maxMessageRows = 200 // links, and pictures, that are shown
	shownDropped   = 12
)

// A message is the part of a report on what an e-mail holds.
type message struct {
	Intro                 string
	Facts                 []fact
	Photos                []picture
	Images, Links         []messageRow
	NoImages, NoLinks     string
	MoreImages, MoreLinks string
}

// A messageRow is one link or picture.
type messageRow struct {
	Text, URL, Company string
	Size               string
	Tags               []tag
}

// message fills what the message holds, and what its links and pictures tell.
func (m *maker) message(pictures map[string][]byte) {
	mail := m.r.Mail
	if mail == nil {
		return
	}
	out := &message{Intro: m.t.T("letter.intro")}
	if mail.Plain {
		out.Intro = m.t.T("letter.plain") + " " + out.Intro
	}
	m.messageFacts(out, mail)
	for _, shot := range []struct{ file, key string }{{mail.Closed, "letter.closed"}, {mail.Shown, "letter.shown"}} {
		if p := photograph(pictures[shot.file]); p != nil {
			state := m.t.T(shot.key)
			p.Alt, p.Caption = m.t.T("letter.picture-alt", "state", state), state
			out.Photos = append(out.Photos, *p)
		}
	}
	for i := range mail.Images[:min(len(mail.Images), maxMessageRows)] {
		out.Images = append(out.Images, m.messageImage(&mail.Images[i]))
	}
	for i := range mail.Links[:min(len(mail.Links), maxMessageRows)] {
		out.Links = append(out.Links, m.messageLink(&mail.Links[i]))
	}
	out.MoreImages = m.more("more.rows", len(mail.Images)-maxMessageRows)
	out.MoreLinks = m.more("more.rows", len(mail.Links)-maxMessageRows)
	m.p.Message = out
}

func (m *maker) messageFacts(out *message, mail *reports.Mail) {
	add := func(key, value string) {
		if value != "" {
			out.Facts = append(out.Facts, fact{m.t.T("letter." + key), value})
		}
	}
	add("from", clean.Short(mail.From, shortText))
	add("subject", clean.Short(mail.Subject, longText))
	if at, err := time.Parse(time.RFC3339, mail.Date); err == nil {
		add("sent", m.t.Date(at.UTC())+", "+m.t.Clock(at))
	}
	copies := m.t.T("letter.no-copies")
	if mail.Copies > 0 {
		copies = m.t.N("letter.n-copies", mail.Copies)
	}
	add("copies", copies)
	leave := "letter.leave-none"
	switch {
	case mail.OneClick:
		leave = "letter.leave-one-click"
	case mail.Unsubscribe:
		leave = "letter.leave-way"
	}
	add("leave", m.t.T(leave))
	add("dropped", m.some(mail.Dropped, shownDropped))
}

// A telling is something that can be said of a link or picture.
type telling struct {
	on         bool
	class, key string
}

// tell names what holds of a link or picture.
func (m *maker) tell(all ...telling) []tag {
	var out []tag
	for _, t := range all {
		if t.on {
			out = append(out, tag{t.class, m.t.T("letter." + t.key)})
		}
	}
	return out
}

func (m *maker) messageImage(i *reports.MailImage) messageRow {
	row := messageRow{Text: clean.Short(i.As, 20), URL: clean.Short(i.URL, shortText), Company: m.receiverOf(i.Party, i.Host), Size: m.t.T("letter.size-none")}
	if i.Width >= 0 || i.Height >= 0 {
		row.Size = side(i.Width) + " × " + side(i.Height)
	}
	row.Tags = m.tell(
		telling{i.Code, reports.Problem, "code"}, telling{i.Address, reports.Problem, "has-address"}, telling{i.Pixel && !i.Code, reports.Consider, "pixel"},
		telling{i.Hidden, "plain", "hidden"}, telling{i.Inline, "plain", "inline"}, telling{i.Fetched, "plain", "fetched"},
		telling{m.shownMail() && !i.Fetched && !i.Inline, "plain", "not-fetched"},
	)
	return row
}

// side writes a width or height; one that is not given has a dash.
func side(n int) string {
	if n < 0 {
		return "–"
	}
	return strconv.Itoa(n)
}

// shownMail reports whether the pictures of the message were shown.
func (m *maker) shownMail() bool {
	run := m.r.Run(evidence.None)
	return run != nil && run.ChosenMS != nil
}

func (m *maker) messageLink(l *reports.MailLink) messageRow {
	row := messageRow{Text: clean.Short(l.Text, shortText), URL: clean.Short(l.URL, shortText), Company: m.receiverOf(l.Party, l.Host)}
	if strings.TrimSpace(row.Text) == "" {
		row.Text = m.t.T("letter.nothing")
	}
	row.Tags = m.tell(
		telling{l.Code, reports.Problem, "link-code"}, telling{l.Address, reports.Problem, "has-address"}, telling{l.Wrapped, reports.Consider, "wrapped"},
	)
	return row
}

// receiverOf names the company of a host.
func (m *maker) receiverOf(party, host string) string {
	if party == "" {
		return clean.Short(host, shortText)
	}
	return m.name(party)
}
