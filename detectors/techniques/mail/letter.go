package mail

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/values"
	"github.com/spoor-audit/spoor/evidence"
)

// A letter is a message made ready for judging.
type letter struct {
	view   *detectors.View
	mail   *evidence.Mail
	near   time.Time // about when it was sent
	home   string    // site of the sender
	links  []address // without those by which a reader leaves the list
	images []address // that are fetched
	// reader finds the addresses that the message went to.
	reader *values.Searcher
	// requests are what left the browser, by address; see evidence.AsSent.
	requests map[string][]*detectors.Contact
}

// newLetter takes a message apart, and its copies.
func newLetter(v *detectors.View) *letter {
	m := v.Visit.Mail
	l := &letter{view: v, mail: m, near: v.Visit.Subject.Started, home: v.Known.Site(m.Host()), requests: map[string][]*detectors.Contact{}}
	if at, err := time.Parse(time.RFC3339, m.Date); err == nil {
		l.near = at
	}
	l.links, l.images = linksOf(m), imagesOf(m)
	for i := range m.Copies {
		c := &m.Copies[i]
		l.compare(linksOf(c), imagesOf(c), m.To != "" && c.To != "" && m.To != c.To)
	}
	var to []values.Value
	for mailbox := range strings.SplitSeq(m.To, ", ") {
		to = append(to, values.Value{ID: mailbox, Text: mailbox, Kind: "email", Hashes: true})
	}
	l.reader = values.New(to)
	for i := range v.Contacts {
		c := &v.Contacts[i]
		l.requests[evidence.AsSent(c.URL)] = append(l.requests[evidence.AsSent(c.URL)], c)
	}
	return l
}

// linksOf takes the links of a message apart that lead somewhere and do not leave
// the list.
func linksOf(m *evidence.Mail) []address {
	ways := m.Header("List-Unsubscribe")
	var out []address
	for i := range m.Links {
		raw := ungated(m.Links[i].URL)
		if !addresses.IsHTTP(raw) {
			continue
		}
		a := newAddress(raw)
		a.id, a.link = m.Links[i].ID, &m.Links[i]
		if !a.leaving(ways) {
			out = append(out, a)
		}
	}
	return out
}

// imagesOf takes the pictures of a message apart that somebody is asked for.
func imagesOf(m *evidence.Mail) []address {
	var out []address
	for i := range m.Images {
		if img := &m.Images[i]; !img.Inline && addresses.IsHTTP(img.URL) {
			a := newAddress(img.URL)
			a.id, a.image = img.ID, img
			out = append(out, a)
		}
	}
	return out
}

// ungated takes off a link what the reader's own mail system put around it.
func ungated(raw string) string {
	host := evidence.Host(raw)
	for gate, param := range theEmailTable().Gateways {
		if host != gate && !strings.HasSuffix(host, "."+gate) {
			continue
		}
		for _, p := range newAddress(raw).pieces {
			if p.name == param && addresses.IsHTTP(p.value) {
				return p.value
			}
		}
		return "" // It does not say where it leads.
	}
	return raw
}

// holds says in which form an address of the message holds that of the recipient:
// "plain", or encodings and a hash ("base64, md5"); "" if it does not. What stands
// before the @ is not enough: it can be a word of the message.
func (l *letter) holds(a *address) string {
	for _, h := range l.reader.Search(values.RequestParts(&evidence.Request{URL: a.url})) {
		if h.Variant == "local" {
			continue
		}
		words := slices.DeleteFunc(slices.Clone(h.Steps), func(step string) bool { return slices.Contains(theEmailTable().Usual, step) })
		if h.Hash != "" {
			words = append(words, h.Hash)
		}
		return cmp.Or(strings.Join(words, ", "), "plain")
	}
	return ""
}

// compare sets what differs between the message and a copy of it. Links and pictures
// are matched by their place; other says that the copy went to somebody else.
func (l *letter) compare(links, images []address, other bool) {
	pairs := append(match(l.links, links), match(l.images, images)...)
	count := map[[2]string]int{}
	for _, p := range pairs {
		for _, d := range differences(p[0], p[1]) {
			count[[2]string{d[0].value, d[1].value}]++
		}
	}
	for _, p := range pairs {
		p[0].compared = p[0].compared || other
		for _, d := range differences(p[0], p[1]) {
			// A number alone can be that of an article shown to one and not to the
			// other; one that comes back in several addresses is the reader's.
			again := count[[2]string{d[0].value, d[1].value}] > 1
			if again || d[0].isCode(l.near) && d[1].isCode(l.near) {
				p[0].told = append(p[0].told, d[0])
			}
		}
	}
}

// match pairs addresses of two copies. Where one copy has more, those with the same
// site and text or size are paired in their order.
func match(a, b []address) [][2]*address {
	var out [][2]*address
	if len(a) == len(b) {
		for i := range a {
			out = append(out, [2]*address{&a[i], &b[i]})
		}
		return out
	}
	waiting := map[string][]*address{}
	for i := range b {
		k := b[i].likeness()
		waiting[k] = append(waiting[k], &b[i])
	}
	for i := range a {
		k := a[i].likeness()
		if queue := waiting[k]; len(queue) > 0 {
			out = append(out, [2]*address{&a[i], queue[0]})
			waiting[k] = queue[1:]
		}
	}
	return out
}

// likeness is what the same link or picture has in common in two copies.
func (a *address) likeness() string {
	if a.link != nil {
		return "link " + a.host + " " + strings.ToLower(a.link.Text)
	}
	return strings.Join([]string{"image", a.host, a.image.As, strconv.Itoa(a.image.Width), strconv.Itoa(a.image.Height)}, " ")
}

// differences lists the pieces at the same place that differ, and that are not only
// other words: those belong to what is told, not to whom.
func differences(a, b *address) [][2]piece {
	if len(a.pieces) != len(b.pieces) || !sameDomain(a.host, b.host) {
		return nil
	}
	var out [][2]piece
	for i := range a.pieces {
		p, q := a.pieces[i], b.pieces[i]
		if p.place != q.place {
			return nil
		}
		if p.value == q.value || isWording(p.value) && isWording(q.value) || named(theEmailTable().Campaigns, p.name) {
			continue
		}
		out = append(out, [2]piece{p, q})
	}
	return out
}

// sameDomain reports whether two hosts are the same but for their first label, which
// can hold a code.
func sameDomain(a, b string) bool {
	_, x, _ := strings.Cut(a, ".")
	_, y, _ := strings.Cut(b, ".")
	return a == b || x == y && strings.Contains(x, ".")
}

// isWording reports whether a value is made of words, if need be with numbers beside
// them: "blue-shoes-3", "83712-floor-lamp.html".
func isWording(s string) bool {
	words := 0
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune("-_. +,/", r) }) {
		switch {
		case isWord(part):
			words++
		case len(part) < 3 || strings.Trim(part, "0123456789") == "":
		default:
			return false
		}
	}
	return words > 0
}
