package reports

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports/lang"
)

// emailTracking is the technique whose findings say what links and pictures tell.
const emailTracking = "email-tracking"

// A Mail is what a message holds, and what its links and pictures tell.
type Mail struct {
	File    string `json:"file"`
	Subject string `json:"subject"`
	From    string `json:"from"`
	Date    string `json:"date"`  // RFC 3339, "" if it does not say
	Plain   bool   `json:"plain"` // it has no HTML
	// Copies is how many further copies were compared with it.
	Copies int         `json:"copies"`
	Links  []MailLink  `json:"links"`  // in the order of the message
	Images []MailImage `json:"images"` // in the order of the message
	// Unsubscribe says that the headers tell how to leave the list, OneClick that one
	// click is enough (RFC 8058).
	Unsubscribe bool         `json:"unsubscribe"`
	OneClick    bool         `json:"one_click"`
	Headers     []MailHeader `json:"headers"` // in the order of the message
	Dropped     []string     `json:"dropped"` // what was not shown: kinds of elements, sorted
	Closed      string       `json:"closed"`  // file in the bundle that shows it without pictures, or ""
	Shown       string       `json:"shown"`   // the same with pictures
	// Opens counts the pictures that tell who opened the message, Telling the links
	// that tell who follows them.
	Opens   int `json:"opens"`
	Telling int `json:"telling"`
}

// A MailLink is one link of a message.
type MailLink struct {
	ID         evidence.ID `json:"id"`
	URL        string      `json:"url"`
	Text       string      `json:"text"`
	Host       string      `json:"host"`
	Party      string      `json:"party"`
	ThirdParty bool        `json:"third_party"` // of another site than the sender's
	Wrapped    bool        `json:"wrapped"`     // it leads by the host before it leads to where it points
	Code       bool        `json:"code"`        // it holds a code for the reader, as far as can be told
	Address    bool        `json:"address"`     // it holds the reader's e-mail address, plain or hashed
}

// A MailImage is one picture, or another file that is fetched to show the message.
type MailImage struct {
	ID         evidence.ID `json:"id"`
	URL        string      `json:"url"`
	Host       string      `json:"host"`
	Party      string      `json:"party"`
	ThirdParty bool        `json:"third_party"`
	As         string      `json:"as"`     // img srcset input background css stylesheet font poster video audio object outlook
	Width      int         `json:"width"`  // as the message says; -1 if it does not
	Height     int         `json:"height"` //
	Hidden     bool        `json:"hidden"`
	Inline     bool        `json:"inline"`  // it came with the message: nobody is asked
	Fetched    bool        `json:"fetched"` // it was asked for when pictures were shown
	Pixel      bool        `json:"pixel"`   // it reports that the message was opened
	Code       bool        `json:"code"`
	Address    bool        `json:"address"`
}

// A MailHeader is one header that says how the message was sent.
type MailHeader struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Limits of what a message brings along. The record holds more.
const (
	maxMailLinks  = 1000
	maxMailImages = 1000
)

// mail fills Result.Mail.
func (b *builder) mail() {
	m := b.v.Mail
	if m == nil {
		return
	}
	out := &Mail{
		File: clip(m.File, maxName), Subject: clip(m.Subject, maxTitle), From: clip(m.From, maxTitle),
		Plain: m.Plain, Copies: len(m.Copies), Links: []MailLink{}, Images: []MailImage{}, Headers: []MailHeader{}, Dropped: list(m.Dropped),
		Unsubscribe: m.Header("List-Unsubscribe") != "", OneClick: strings.Contains(strings.ToLower(m.Header("List-Unsubscribe-Post")), "one-click"),
	}
	if at, err := time.Parse(time.RFC3339, m.Date); err == nil {
		out.Date = stamp(at)
	}
	kinds := b.kindsOf()
	fetched := b.fetched()
	home := b.site(m.Host())
	third := func(host string) bool { return host != "" && b.site(host) != home }
	for _, l := range m.Links[:min(len(m.Links), maxMailLinks)] {
		k, host := kinds[l.ID], hostOf(l.URL)
		link := MailLink{
			ID: l.ID, URL: clip(l.URL, maxURL), Text: clip(l.Text, maxLabel), Host: clip(host, maxName), Party: b.party(host), ThirdParty: third(host),
			Wrapped: k.has("wrapped-link", "wrapped-plain"), Code: k.has("wrapped-link", "link-code"), Address: k.has("recipient-address"),
		}
		if link.Code || link.Address {
			out.Telling++
		}
		out.Links = append(out.Links, link)
	}
	for _, i := range m.Images[:min(len(m.Images), maxMailImages)] {
		k, host := kinds[i.ID], hostOf(i.URL)
		image := MailImage{
			ID: i.ID, URL: clip(i.URL, maxURL), Host: clip(host, maxName), Party: b.party(host), ThirdParty: third(host), As: clip(i.As, maxWord),
			Width: i.Width, Height: i.Height, Hidden: i.Hidden, Inline: i.Inline, Fetched: fetched[evidence.AsSent(i.URL)],
			Pixel: k.has("open-pixel", "open-count"), Code: k.has("open-pixel"), Address: k.has("recipient-address"),
		}
		if image.Code || image.Address {
			out.Opens++
		}
		out.Images = append(out.Images, image)
	}
	for _, h := range m.Headers {
		out.Headers = append(out.Headers, MailHeader{clip(h.Name, maxName), clip(h.Value, maxText)})
	}
	for i := range b.v.Runs {
		for _, s := range b.v.Runs[i].Shots {
			switch s.What {
			case "page":
				out.Closed = cmp.Or(out.Closed, s.Name)
			case "pictures":
				out.Shown = cmp.Or(out.Shown, s.Name)
			}
		}
	}
	b.r.Mail = out
}

// kinds are the kinds of findings that rest on one link or picture.
type kinds []string

func (k kinds) has(names ...string) bool {
	return slices.ContainsFunc(names, func(s string) bool { return slices.Contains(k, s) })
}

// kindsOf lists for each link and picture what was found about it.
func (b *builder) kindsOf() map[evidence.ID]kinds {
	out := map[evidence.ID]kinds{}
	for i := range b.j.Findings {
		f := &b.j.Findings[i]
		if f.ID != emailTracking {
			continue
		}
		for _, id := range f.Evidence {
			out[id] = append(out[id], f.Args["kind"])
		}
	}
	return out
}

// fetched lists the addresses that were asked for.
func (b *builder) fetched() map[string]bool {
	out := map[string]bool{}
	for i := range b.v.Runs {
		for j := range b.v.Runs[i].Requests {
			out[evidence.AsSent(b.v.Runs[i].Requests[j].URL)] = true
		}
	}
	return out
}

// sizeOf writes a size as "560×300"; "" if none is given.
func sizeOf(width, height int) string {
	if width < 0 && height < 0 {
		return ""
	}
	part := func(n int) string {
		if n < 0 {
			return "?"
		}
		return strconv.Itoa(n)
	}
	return part(width) + "×" + part(height)
}

// mailColumns are the two states of a message: opened without its pictures, and with
// them.
func (r *Result) mailColumns() []Column {
	closed := Column{Scenario: evidence.None, Phase: evidence.Before}
	shown := Column{Scenario: evidence.None, Phase: evidence.After}
	run := r.Run(evidence.None)
	if run == nil {
		return []Column{closed, shown}
	}
	why, ok := r.seen(run)
	closed.Measured, closed.Why = ok, why
	shown.Measured, shown.Why = ok && run.ChosenMS != nil, why
	return []Column{closed, shown}
}

// aboutMail sums up what a message does: who is asked, who is told that it was
// opened, and whether its links tell who follows them.
func (b *builder) aboutMail(s *Summary) {
	columns := b.r.mailColumns()
	early := 0
	for _, c := range b.r.Companies() {
		if c.In(columns[1]) > 0 {
			s.Receivers = append(s.Receivers, c.Name)
		}
		if c.In(columns[0]) > 0 {
			early++
		}
	}
	say := func(say func(*lang.Text) string) { s.Sentences = append(s.Sentences, b.both(say)) }
	m := b.r.Mail
	judged := !slices.ContainsFunc(b.j.NotMeasured, func(n detectors.NotMeasured) bool { return n.ID == emailTracking })
	switch {
	case columns[1].Measured:
		say(func(t *lang.Text) string { return t.N("letter.asks", early) })
		say(func(t *lang.Text) string {
			if n := b.r.unreached(); n > 0 && len(s.Receivers) == 0 {
				return t.N("letter.unreached", n)
			}
			return t.N("letter.shown-to", len(s.Receivers))
		})
	case columns[1].Why != Words{}:
		say(func(t *lang.Text) string { return t.T("letter.not-shown") })
	}
	if judged {
		say(func(t *lang.Text) string { return t.N("letter.opens", m.Opens) })
		say(func(t *lang.Text) string { return t.N("letter.telling", m.Telling, "of", len(m.Links)) })
	}
	s.Headline = append(s.Headline, s.Sentences[max(len(s.Sentences)-2, 0):]...)
}

// unreached counts the hosts of other sites that were asked for pictures in vain.
func (r *Result) unreached() int {
	run, n := r.Run(evidence.None), 0
	if run == nil {
		return 0
	}
	for i := range run.Hosts {
		if h := &run.Hosts[i]; h.ThirdParty && h.After > 0 && !h.Reached {
			n++
		}
	}
	return n
}
