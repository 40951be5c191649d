package try

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/crawler/mail"
	"github.com/spoor-audit/spoor/evidence"
)

// readMail reads a message of the test sites.
func readMail(t testing.TB, name string) *mail.Message {
	t.Helper()
	f, err := os.Open(filepath.Join(root(t), "testsites", "mails", name)) //nolint:gosec // The tests name it.
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // Nothing is written.
	m, err := mail.Read(f, name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// LetterOf makes a visit of a message that nobody showed, with copies.
func LetterOf(t testing.TB, name string, copies ...string) *Maker {
	t.Helper()
	m := readMail(t, name)
	for _, c := range copies {
		m.Add(readMail(t, c))
	}
	return MailVisit(m.Mail)
}

// MailVisit makes a visit of a message.
func MailVisit(m evidence.Mail) *Maker {
	v := Visit()
	v.Visit.Subject = evidence.Subject{Kind: evidence.KindOfMail, URL: m.File, Started: visited}
	v.Visit.Mail = &m
	v.Run.Pages = []evidence.Page{{URL: evidence.MailAddress, FinalURL: evidence.MailAddress}, {URL: evidence.MailAddress, FinalURL: evidence.MailAddress}}
	v.Run.Targets = []evidence.Target{{ID: "t1", Kind: "page", URL: evidence.MailAddress}}
	return v
}

// Composed makes a visit of a message in HTML, sent by shop.test to jan@reader.test.
func Composed(t testing.TB, html string) *Maker {
	t.Helper()
	m, err := mail.Read(strings.NewReader("From: Shop <news@shop.test>\nTo: jan@reader.test\nSubject: News\nDate: Sat, 21 Nov 2026 09:00:00 +0000\n"+
		"List-Unsubscribe: <https://www.shop.test/leave?m=Zk2Lm9Qw7TyB4x>\nContent-Type: text/html\n\n"+html), "news.eml")
	if err != nil {
		t.Fatal(err)
	}
	return MailVisit(m.Mail)
}

// Shown adds that all pictures were fetched when they were shown; each answer has the
// size that its address asks for, or is of one pixel.
func (m *Maker) Shown(sizes map[string]int) *Maker {
	m.Choose()
	for _, img := range m.Visit.Mail.Images {
		if img.Inline {
			continue
		}
		m.Request("image", img.URL, func(r *evidence.Request) {
			r.MIME, r.Page = "image/gif", 1
			size := 1
			for part, s := range sizes {
				if strings.Contains(img.URL, part) {
					size = s
				}
			}
			r.Width, r.Height = size, size
		})
	}
	return m
}

// root is the folder of the module, above the package under test.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	for ; err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	t.Fatalf("no go.mod above the working directory: %v", err)
	return ""
}
