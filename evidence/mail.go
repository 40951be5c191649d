package evidence

import (
	"net/mail"
	"strings"
)

// The kinds of subjects, [Subject.Kind].
const (
	KindOfPage = "page"
	KindOfMail = "mail"
)

// MailHost is the host of the address at which a run shows a message. No such host
// exists (RFC 2606), and no request to it leaves the browser.
const (
	MailHost    = "mail.invalid"
	MailAddress = "http://" + MailHost + "/"
)

// A Mail is what an e-mail holds, read from its file without asking anybody. The
// run that belongs to it, of scenario none, shows the message as a mail program
// does: before the choice without pictures, after it with them.
type Mail struct {
	File    string `json:"file"` // name of the file, without folder
	Subject string `json:"subject"`
	From    string `json:"from"`           // "Shop <news@shop.test>"
	To      string `json:"to,omitempty"`   // addresses of the recipients, joined with ", "
	Date    string `json:"date,omitempty"` // RFC 3339
	ID      string `json:"message_id,omitempty"`
	// Plain says that the message has no HTML: it fetches nothing, and links are
	// the addresses in its text.
	Plain bool `json:"plain,omitempty"`
	// Headers are those that say how the message was sent and how to leave its
	// list, in the order of the file.
	Headers []Header    `json:"headers,omitempty"`
	Links   []MailLink  `json:"links,omitempty"`
	Images  []MailImage `json:"images,omitempty"`
	// Dropped names, sorted, what was taken out before the message was shown, as
	// mail programs do: "script", "form", "iframe", ...
	Dropped []string `json:"dropped,omitempty"`
	// Limits names, sorted, of what there was more than is kept: "links",
	// "images", "size", "parts", "depth", "text".
	Limits []string `json:"limits,omitempty"`
	// Copies are further copies of the same mailing, sent to others: what differs
	// between copies belongs to the recipient.
	Copies []Mail `json:"copies,omitempty"`
}

// A MailLink is one link of a message.
type MailLink struct {
	ID   ID     `json:"id"`
	URL  string `json:"url"`
	Text string `json:"text,omitempty"` // as a reader sees it
}

// A MailImage is one picture, or another file, that is fetched when the pictures
// of the message are shown. Width and Height are those that the message gives it,
// in CSS pixels; -1 if it gives none.
type MailImage struct {
	ID     ID     `json:"id"`
	URL    string `json:"url"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	// As says what for: "img", "srcset", "input", "background" (an attribute),
	// "css" (a style), "stylesheet", "font", "poster", "video", "audio", "object".
	As string `json:"as,omitempty"`
	// Hidden says that the message's own styles keep it from being seen.
	Hidden bool `json:"hidden,omitempty"`
	// Inline says that it came with the message: nobody is asked.
	Inline bool `json:"inline,omitempty"`
}

// Host is the host of the sender's address, in lower case; "" if it has none.
func (m *Mail) Host() string {
	from := m.From
	if a, err := mail.ParseAddress(from); err == nil {
		from = a.Address
	}
	_, host, ok := cutLast(from, "@")
	if !ok {
		return ""
	}
	return strings.ToLower(strings.Trim(host, " <>.\"'"))
}

// Header is the value of the first header of a name, "" if there is none.
func (m *Mail) Header(name string) string {
	for _, h := range m.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// Home is the address that says which site the subject is, so that others can be
// told from it: that of the subject and, of a mail, of its sender's domain.
func (v *Visit) Home() string {
	if v.Mail == nil {
		return v.Subject.URL
	}
	if host := v.Mail.Host(); host != "" {
		return "https://" + host + "/"
	}
	return ""
}

// PageURL is the address of a page of a run after its redirects, or as it was
// asked for if it never came to that; "" if there is no such page. The page of a
// mail is shown at an address that means nothing, so its sender's counts.
func (v *Visit) PageURL(r *Run, page int) string {
	switch {
	case v.Mail != nil:
		return v.Home()
	case page < 0 || page >= len(r.Pages):
		return ""
	case Host(r.Pages[page].FinalURL) == "":
		return r.Pages[page].URL
	}
	return r.Pages[page].FinalURL
}

// kindsOfMail are the kinds of evidence that a mail can have: nothing runs in it,
// nothing asks for consent and nothing can be typed.
var kindsOfMail = map[Kind]bool{
	KindPage: true, KindRequests: true, KindCookies: true, KindNames: true, KindShots: true, KindMail: true,
}

// Can reports whether a subject of this kind can have evidence of a kind at all.
func (s *Subject) Can(k Kind) bool {
	if s.Kind == KindOfMail {
		return kindsOfMail[k]
	}
	return k != KindMail
}
