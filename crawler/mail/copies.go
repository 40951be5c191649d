package mail

import (
	netmail "net/mail"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spoor-audit/spoor/evidence"
)

// A Relation is how two messages belong together.
type Relation int

// The relations.
const (
	Unrelated Relation = iota
	Copies             // the same mailing, sent twice: what differs belongs to the recipient
	Same               // the same copy: there is nothing to compare
)

// Copies of one mailing are sent within days, and their subjects share most words:
// a name may stand in one.
const (
	sameWords = 0.5
	sameDays  = 7 * 24 * time.Hour
)

// Relate says how two messages belong together: copies of one mailing have the same
// sender, nearly the same subject, the same numbers in it, and mostly the same
// links by what a reader sees of them.
func Relate(a, b *evidence.Mail) Relation {
	if address(a.From) != address(b.From) || !nearlySame(a.Subject, b.Subject) || !sentTogether(a.Date, b.Date) {
		return Unrelated
	}
	if a.ID != "" && a.ID == b.ID || a.To == b.To && slices.EqualFunc(a.Links, b.Links, sameLink) && slices.EqualFunc(a.Images, b.Images, sameImage) {
		return Same
	}
	if !nearlySame(texts(a), texts(b)) {
		return Unrelated
	}
	return Copies
}

func sameLink(a, b evidence.MailLink) bool   { return a.URL == b.URL }
func sameImage(a, b evidence.MailImage) bool { return a.URL == b.URL }

// address is the bare address of a sender, in lower case.
func address(from string) string {
	if a, err := netmail.ParseAddress(from); err == nil {
		return strings.ToLower(a.Address)
	}
	return strings.ToLower(from)
}

// nearlySame compares two texts by their words (Dice's coefficient), and demands
// that the numbers in them are the same: "News 41" and "News 42" are two mailings.
func nearlySame(a, b string) bool {
	x, y := words(a), words(b)
	if !slices.Equal(numbers(x), numbers(y)) {
		return false
	}
	if len(x)+len(y) == 0 {
		return true
	}
	count := map[string]int{}
	for _, w := range x {
		count[w]++
	}
	shared := 0
	for _, w := range y {
		if count[w] > 0 {
			count[w]--
			shared++
		}
	}
	return 2*float64(shared)/float64(len(x)+len(y)) >= sameWords
}

func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func numbers(words []string) []string {
	var out []string
	for _, w := range words {
		if _, err := strconv.Atoi(w); err == nil {
			out = append(out, w)
		}
	}
	return out
}

// texts joins what a reader sees of the links; numbers in them, such as prices, may
// differ from copy to copy and are left out.
func texts(m *evidence.Mail) string {
	var b strings.Builder
	for _, l := range m.Links {
		for _, w := range words(l.Text) {
			if _, err := strconv.Atoi(w); err != nil {
				b.WriteString(w)
				b.WriteByte(' ')
			}
		}
	}
	return b.String()
}

func sentTogether(a, b string) bool {
	x, errA := time.Parse(time.RFC3339, a)
	y, errB := time.Parse(time.RFC3339, b)
	return errA != nil || errB != nil || x.Sub(y).Abs() <= sameDays
}

// Add makes another message a further copy of this one.
func (m *Message) Add(other *Message) {
	c := other.Mail
	kind := "copy" + strconv.Itoa(len(m.Mail.Copies)+2)
	c.Links, c.Images = slices.Clone(c.Links), slices.Clone(c.Images)
	for i := range c.Links {
		c.Links[i].ID = evidence.NewID(evidence.None, "link-"+kind, i+1)
	}
	for i := range c.Images {
		c.Images[i].ID = evidence.NewID(evidence.None, "image-"+kind, i+1)
	}
	m.Mail.Copies = append(m.Mail.Copies, c)
}
