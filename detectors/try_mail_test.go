package detectors

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
	f, err := os.Open(filepath.Join("../testsites/mails", name))
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

// letterOf makes a visit of a message that nobody showed, with copies.
func letterOf(t testing.TB, name string, copies ...string) *maker {
	t.Helper()
	m := readMail(t, name)
	for _, c := range copies {
		m.Add(readMail(t, c))
	}
	return mailVisit(m.Mail)
}

func mailVisit(m evidence.Mail) *maker {
	v := visit()
	v.v.Subject = evidence.Subject{Kind: evidence.KindOfMail, URL: m.File, Started: visited}
	v.v.Mail = &m
	v.run.Pages = []evidence.Page{{URL: evidence.MailAddress, FinalURL: evidence.MailAddress}, {URL: evidence.MailAddress, FinalURL: evidence.MailAddress}}
	v.run.Targets = []evidence.Target{{ID: "t1", Kind: "page", URL: evidence.MailAddress}}
	return v
}

// composed makes a visit of a message in HTML, sent by shop.test to jan@reader.test.
func composed(t testing.TB, html string) *maker {
	t.Helper()
	m, err := mail.Read(strings.NewReader("From: Shop <news@shop.test>\nTo: jan@reader.test\nSubject: News\nDate: Sat, 21 Nov 2026 09:00:00 +0000\n"+
		"List-Unsubscribe: <https://www.shop.test/leave?m=Zk2Lm9Qw7TyB4x>\nContent-Type: text/html\n\n"+html), "news.eml")
	if err != nil {
		t.Fatal(err)
	}
	return mailVisit(m.Mail)
}

// shown adds that all pictures were fetched when they were shown; each answer has the
// size that its address asks for, or is of one pixel.
func (m *maker) shown(sizes map[string]int) *maker {
	m.choose()
	for _, img := range m.v.Mail.Images {
		if img.Inline {
			continue
		}
		m.request("image", img.URL, func(r *evidence.Request) {
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
