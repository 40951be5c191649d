package mail

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

const mails = "../../testsites/mails"

func load(t testing.TB, name string) *Message {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(mails, name))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Read(bytes.NewReader(data), name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// made is a message made of headers and a body.
func made(t testing.TB, head, body string) *Message {
	t.Helper()
	m, err := Read(strings.NewReader("From: a@shop.test\n"+head+"\n\n"+body), "made.eml")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func images(m *Message) []string {
	var out []string
	for _, i := range m.Mail.Images {
		line := fmt.Sprintf("%s %s %dx%d", i.As, i.URL, i.Width, i.Height)
		if i.Hidden {
			line += " hidden"
		}
		if i.Inline {
			line += " inline"
		}
		out = append(out, line)
	}
	return out
}

func links(m *Message) []string {
	var out []string
	for _, l := range m.Mail.Links {
		out = append(out, l.Text+" -> "+l.URL)
	}
	return out
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	for _, g := range got {
		if !slices.Contains(want, g) {
			t.Errorf("%s: not wanted: %q", what, g)
		}
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("%s: missing: %q", what, w)
		}
	}
}

// TestWaysToRefer has every way in which a message can refer to a picture, and much
// that must not be shown.
func TestWaysToRefer(t *testing.T) {
	m := load(t, "tricks.eml")
	same(t, "images", images(m), []string{
		"stylesheet https://static.tricks.test/mail/style.css -1x-1",
		"stylesheet https://import.tricks.test/a.css -1x-1", "stylesheet https://import.tricks.test/b.css -1x-1",
		"font https://fonts.tricks.test/x.woff2 -1x-1", "font https://fonts.tricks.test/x.woff -1x-1",
		"css https://css.tricks.test/hero.png -1x-1", "css https://print.tricks.test/p.gif -1x-1",
		"background https://static.tricks.test/mail/back.png -1x-1", "background http://cell.tricks.test/c.png -1x-1",
		"css https://cell.tricks.test/style.png -1x-1", "object https://object.tricks.test/o.svg -1x-1",
		"img https://noscript.tricks.test/n.gif -1x-1", "input https://input.tricks.test/i.png 20x20",
		"img https://static.tricks.test/mail/logo.png 120x30", "srcset https://static.tricks.test/mail/wide.png -1x-1",
		"srcset https://set.tricks.test/a,b.png -1x-1", "img https://set.tricks.test/plain.png -1x-1",
		"srcset https://set.tricks.test/avif.avif -1x-1", "srcset https://set.tricks.test/webp.webp -1x-1", "img https://set.tricks.test/fallback.jpg -1x-1",
		"video https://video.tricks.test/v.mp4 -1x-1", "poster https://video.tricks.test/poster.jpg -1x-1", "audio https://audio.tricks.test/a.mp3 -1x-1",
		"img https://svg.tricks.test/s.png -1x-1",
		"img https://hidden.tricks.test/class.gif 20x20 hidden", "img https://hidden.tricks.test/flat.gif -1x-1 hidden",
		"img https://hidden.tricks.test/deep.gif -1x-1 hidden", "img https://shown.tricks.test/s.png 20x20",
		"img https://tiny.tricks.test/t.gif 1x1", "img https://tiny.tricks.test/attr.gif 1x1", "img https://tiny.tricks.test/max.gif 0x0",
		"img data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7 1x1 inline",
		"outlook https://outlook.tricks.test/fill.png -1x-1", "img https://shown.tricks.test/a.png -1x-1",
	})
	same(t, "links", links(m), []string{
		"Not Outlook -> https://www.tricks.test/not-outlook", "shop -> https://static.tricks.test/shop",
		"A picture -> https://www.tricks.test/a%20b", "area -> https://www.tricks.test/area",
	})
	for _, bad := range []string{"script", "alert", "<form", "<iframe", "<object", "refresh", "onload", "onerror", "dns.tricks", "icon.png", "<base", "loading", "name=\"q\"", "javascript", "comment.tricks"} {
		if strings.Contains(strings.ReplaceAll(m.HTML, ">script</a>", ""), bad) && bad != "script" || bad == "script" && strings.Contains(m.HTML, "<script") {
			t.Errorf("the page still holds %q", bad)
		}
	}
	for _, good := range []string{"kept", `type="image"`, "hero.png", "https://static.tricks.test/mail/logo.png"} {
		if !strings.Contains(m.HTML, good) {
			t.Errorf("the page lacks %q", good)
		}
	}
	if want := []string{"button", "form", "iframe", "input", "link", "noscript", "object", "script"}; !slices.Equal(m.Mail.Dropped, want) {
		t.Errorf("dropped %q, want %q", m.Mail.Dropped, want)
	}
	if m.Mail.To != "kim@reader.test" {
		t.Errorf("the recipient is %q", m.Mail.To)
	}
}

func TestEnvelope(t *testing.T) {
	m := load(t, "bikeshop.eml").Mail
	if m.Subject != "Anna, spring is here – new bikes" || m.From != "Bike Shop <news@bikeshop.test>" || m.Host() != "bikeshop.test" ||
		m.To != "anna@reader.test" || m.Date != "2026-11-21T09:12:31Z" || !strings.HasSuffix(m.ID, "@mail7.suw11.mcsv.net") {
		t.Errorf("%+v", m)
	}
	var names []string
	for _, h := range m.Headers {
		names = append(names, h.Name)
	}
	same(t, "headers", names, []string{"Return-Path", "Received-Spf", "Dkim-Signature", "X-Mailer", "X-Mc-User", "Feedback-Id", "List-Unsubscribe", "List-Unsubscribe-Post"})
	if n := len(m.Links); n != 6 || len(m.Images) != 2 {
		t.Errorf("%d links, %d images", n, len(m.Images))
	}
}

func TestCharacterSets(t *testing.T) {
	m := load(t, "rowingclub.eml")
	if m.Mail.From != "Roeivereniging De Gliër <nieuws@rowingclub.test>" || m.Mail.Subject != "Nieuwsbrief 41: café en vloot" || !strings.Contains(m.HTML, "Café open") {
		t.Errorf("from %q, subject %q\n%s", m.Mail.From, m.Mail.Subject, m.HTML)
	}
	if got := images(m); !slices.Contains(got, "img https://www.rowingclub.test/nb/open.php?n=41&lid=4821 -1x-1 hidden") {
		t.Errorf("images %q", got)
	}
	for name, tt := range map[string]struct{ head, body, want string }{
		"not told, UTF-8":      {"Content-Type: text/html", "<p>caf\u00e9</p>", "café"},
		"not told, Latin":      {"Content-Type: text/html", "<p>caf\xe9</p>", "café"},
		"told in the HTML":     {"Content-Type: text/html", "<meta charset=koi8-r><p>\xf0\xf2\xe9</p>", "ПРИ"},
		"unknown":              {"Content-Type: text/html; charset=x-nowhere", "<p>caf\xe9</p>", "café"},
		"base64 and UTF-16":    {"Content-Type: text/html; charset=utf-16le\nContent-Transfer-Encoding: base64", "PABwAD4AYwBhAGYA6QA8AC8AcAA+AA==", "café"},
		"wrong claim":          {"Content-Type: text/html; charset=utf-8", "<p>a\xff\xfeb</p>", "a"},
		"headers of no use":    {"Content-Type: text/html;;; charset", "<p>caf\u00e9</p>", "café"},
		"quoted-printable cut": {"Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable", "<p>caf=C3=A9 =ZZ 100%=\n</p>=", "café =ZZ 100%</p>"},
		"base64 with a fault":  {"Content-Type: text/html\nContent-Transfer-Encoding: base64", "PHA+Y2Fm\n*w6k8L3A+!", "café"},
	} {
		if got := made(t, tt.head, tt.body).HTML; !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestInlineParts(t *testing.T) {
	m := load(t, "garden.eml")
	same(t, "images", images(m), []string{"background cid:back@garden -1x-1 inline", "css cid:back@garden -1x-1 inline", "img cid:logo%40garden 80x80 inline"})
	if len(m.Parts) != 2 || m.Parts["/part/1"].Type != "image/gif" || !bytes.HasPrefix(m.Parts["/part/1"].Data, []byte("GIF89a")) {
		t.Errorf("parts %v", m.Parts)
	}
	if !strings.Contains(m.HTML, `src="/part/1"`) || !strings.Contains(m.HTML, `background="/part/2"`) || strings.Contains(m.HTML, "cid:") {
		t.Errorf("the page is %s", m.HTML)
	}
}

func TestPlainText(t *testing.T) {
	m := load(t, "choir.eml")
	if !m.Mail.Plain || len(m.Mail.Images) > 0 {
		t.Errorf("%+v", m.Mail)
	}
	same(t, "links", links(m), []string{"https://www.singers.test/agenda?date=2026-11-12 -> https://www.singers.test/agenda?date=2026-11-12"})
	if got := made(t, "Content-Type: text/plain", "1 < 2 http:// <b> http").HTML; !strings.Contains(got, "1 &lt; 2 http:// &lt;b&gt; http") {
		t.Errorf("the page is %q", got)
	}
}

// TestChoiceOfParts says which parts of a message are shown.
func TestChoiceOfParts(t *testing.T) {
	part := func(kind, body string) string { return "--b\nContent-Type: " + kind + "\n\n" + body + "\n" }
	for name, tt := range map[string]struct {
		head, body string
		show, hide []string
	}{
		"alternatives":            {"alternative", part("text/plain", "PLAIN") + part("text/html", "<p>HTML") + part("text/calendar", "CAL"), []string{"HTML"}, []string{"PLAIN", "CAL"}},
		"alternatives, reversed":  {"alternative", part("text/html", "<p>HTML") + part("text/plain", "PLAIN"), []string{"HTML"}, []string{"PLAIN"}},
		"one after another":       {"mixed", part("text/plain", "FIRST") + part("text/html", "<p>SECOND") + part("text/html\nContent-Disposition: attachment", "ATTACHED"), []string{"FIRST", "SECOND"}, []string{"ATTACHED"}},
		"signed":                  {"signed", part("text/html", "<p>HTML") + part("application/pgp-signature", "SIGNATURE"), []string{"HTML"}, []string{"SIGNATURE"}},
		"forwarded, as a file":    {"mixed", part("text/plain", "COVER") + part("message/rfc822", "From: b@x.test\n\nINSIDE"), []string{"COVER"}, []string{"INSIDE"}},
		"alternatives with files": {"alternative", part("text/plain", "PLAIN") + "--b\nContent-Type: multipart/related; boundary=c\n\n--c\nContent-Type: text/html\n\n<p>HTML<img src=cid:x>\n--c\nContent-Type: image/png\nContent-ID: <x>\n\nPNG\n--c--\n", []string{"HTML", "/part/1"}, []string{"PLAIN"}},
	} {
		got := made(t, "Content-Type: multipart/"+tt.head+"; boundary=b", tt.body+"--b--\n").HTML
		for _, s := range tt.show {
			if !strings.Contains(got, s) {
				t.Errorf("%s: %q is not shown in %q", name, s, got)
			}
		}
		for _, s := range tt.hide {
			if strings.Contains(got, s) {
				t.Errorf("%s: %q is shown in %q", name, s, got)
			}
		}
	}
}

func TestNoMail(t *testing.T) {
	for name, tt := range map[string]struct{ data, want string }{
		"nothing":      {"", "empty"},
		"a text":       {"hello world\n\nthis is no mail\n", "no e-mail"},
		"a page":       {"<!doctype html><html><body>hello</body></html>", "no e-mail"},
		"a picture":    {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "no e-mail"},
		"of Outlook":   {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .eml"},
		"HTTP headers": {"Content-Type: text/html\nDate: x\n\n<p>", "no header From"},
		"encrypted":    {"From: a@x.test\nContent-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--", "encrypted"},
	} {
		_, err := Read(strings.NewReader(tt.data), "x.eml")
		if err == nil || !strings.Contains(err.Error(), tt.want) || errors.Is(err, ErrNoMail) != (name != "encrypted") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for name, data := range map[string]string{
		"of an mbox": "From news@x.test Sat Nov 21 09:12:31 2026\nFrom: a@x.test\n\nhello",
		"of Apple":   "312\nFrom: a@x.test\n\nhello",
		"with a BOM": "\xef\xbb\xbf\r\n\r\nFrom: a@x.test\r\n\r\nhello",
		"no body":    "From: a@x.test\nSubject: hello",
		"odd header": "From: a@x.test\nthis line is no header\nSubject: x\n\nhello",
	} {
		if _, err := Read(strings.NewReader(data), "x.eml"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestHostile gives messages that are made to cost much.
func TestHostile(t *testing.T) {
	deep := strings.Repeat("<div>", 100_000)
	many := strings.Repeat("<img src=https://x.test/1.gif><a href=https://x.test/>x</a>", 20_000)
	nested := ""
	for i := range 200 {
		nested += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%[1]d\n", i)
	}
	for name, tt := range map[string]struct{ head, body, limit string }{
		"deep":            {"Content-Type: text/html", deep, limitDepth},
		"many":            {"Content-Type: text/html", many, limitLinks},
		"parts":           {"Content-Type: multipart/mixed; boundary=b", strings.Repeat("--b\n\nx\n", 5000), limitParts},
		"nested":          {strings.TrimSuffix(nested, "\n"), "", limitDepth},
		"long":            {"Content-Type: text/plain", strings.Repeat("x", maxBody+1), limitText},
		"styles":          {"Content-Type: text/html", "<style>" + strings.Repeat(".a b .c{display:none}", 5000) + "</style>" + strings.Repeat("<b class=a></b>", 20_000), limitStyles},
		"no end of style": {"Content-Type: text/html", "<style>@media x{" + strings.Repeat("{", 100_000), ""},
		"no end of css":   {"Content-Type: text/html", `<p style="background:url('` + strings.Repeat(`\`, 100_000), ""},
		"no boundary":     {"Content-Type: multipart/mixed", "--\n\n--", ""},
	} {
		m := made(t, tt.head, tt.body)
		if tt.limit != "" && !slices.Contains(m.Mail.Limits, tt.limit) {
			t.Errorf("%s: limits %q, want %q", name, m.Mail.Limits, tt.limit)
		}
	}
}

func TestRelate(t *testing.T) {
	letter := func(name string) *evidence.Mail { return &load(t, name).Mail }
	plain := func(subject, id, to string) *evidence.Mail {
		return &evidence.Mail{From: "News <n@x.test>", Subject: subject, ID: id, To: to, Links: []evidence.MailLink{{URL: "https://x.test/" + id, Text: "Read more"}}}
	}
	for name, tt := range map[string]struct {
		a, b *evidence.Mail
		want Relation
	}{
		"two copies":             {letter("bikeshop.eml"), letter("bikeshop-copy.eml"), Copies},
		"of a club":              {letter("rowingclub.eml"), letter("rowingclub-copy.eml"), Copies},
		"honest ones":            {letter("museum.eml"), letter("museum-copy.eml"), Copies},
		"one copy":               {letter("bikeshop.eml"), letter("bikeshop.eml"), Same},
		"other senders":          {letter("bikeshop.eml"), letter("museum.eml"), Unrelated},
		"another number":         {plain("News 41 of the club", "1", "a@a.test"), plain("News 42 of the club", "2", "b@b.test"), Unrelated},
		"another subject":        {plain("The summer programme", "1", "a@a.test"), plain("Your invoice is ready", "2", "b@b.test"), Unrelated},
		"a name in the subject":  {plain("Ann, your summer offer", "1", "a@a.test"), plain("Bob, your summer offer", "2", "b@b.test"), Copies},
		"the same but for an ID": {plain("News", "", "a@a.test"), plain("News", "", "a@a.test"), Same},
	} {
		if got := Relate(tt.a, tt.b); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
	old := plain("News", "1", "a@a.test")
	fresh := plain("News", "2", "b@b.test")
	old.Date, fresh.Date = "2026-09-01T10:00:00Z", "2026-11-01T10:00:00Z"
	if got := Relate(old, fresh); got != Unrelated {
		t.Errorf("months apart: %d", got)
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(mails, "*.eml"))
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Read(bytes.NewReader(data), "x.eml")
		if err != nil {
			return
		}
		again, err := Read(bytes.NewReader(data), "x.eml")
		if err != nil || again.HTML != m.HTML {
			t.Error("the same file gives two messages")
		}
		for _, bad := range []string{"<script>", "<iframe>", "<form>", "<object>", "<base>", "<meta>"} {
			if strings.Contains(strings.ToLower(shownText(m.HTML)), bad) {
				t.Errorf("%q is shown: %q", bad, m.HTML)
			}
		}
		v := &evidence.Visit{Format: evidence.Format, Mail: &m.Mail}
		for _, l := range m.Mail.Links {
			if found, ok := v.Lookup(l.ID); !ok || found.(*evidence.MailLink).URL != l.URL {
				t.Errorf("%s is not found", l.ID)
			}
		}
	})
}

// shownText is a page without its attributes, styles and comments, where such words
// are only text.
func shownText(page string) string {
	doc, err := parse(page)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Data != "" && n.Type == 3 { // elements
			b.WriteString("<" + n.Data + ">")
		}
	}
	return b.String()
}
