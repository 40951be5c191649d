package sample

import (
	_ "embed" // the service of the letter
	"io/fs"
	"testing/fstest"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/signatures"
)

//go:embed letter/mailer.yaml
var mailer []byte

// letterDB returns the signatures of [DB] and one more service, which sends mailings.
func letterDB() (*signatures.DB, error) {
	files := fstest.MapFS{"vendors/mailer.yaml": {Data: mailer}}
	from, err := fs.Sub(core, "core")
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(from, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(from, path)
		files[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		return nil, err
	}
	files["categories.yaml"].Data = append(files["categories.yaml"].Data, "- {id: email, en: E-mail marketing, nl: E-mailmarketing, tracking: true, report: e-mail marketing}\n"...)
	return signatures.Load(files, fstest.MapFS{})
}

// letterFor is one copy of a newsletter of the shop: a service counts who opens it
// and who follows which link, by a code of the reader.
func letterFor(to, code, kind string) evidence.Mail {
	const track = "https://t.mailer.example/"
	id := func(what string, n int) evidence.ID { return evidence.NewID(evidence.None, what+kind, n) }
	return evidence.Mail{
		File: "newsletter.eml", Subject: "Twenty new city bikes", From: "Shop Example <news@shop.example>", To: to,
		Date: "2026-11-20T08:00:00Z", ID: code + "@mailer.example", Dropped: []string{"form", "script"},
		Headers: []evidence.Header{
			{Name: "List-Unsubscribe", Value: "<" + track + "leave?r=" + code + ">"}, {Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click"},
		},
		Links: []evidence.MailLink{
			{ID: id("link", 1), URL: track + "c?u=https%3A%2F%2Fshop.example%2Fcity&r=" + code, Text: "City bikes"},
			{ID: id("link", 2), URL: track + "c?u=https%3A%2F%2Fshop.example%2Frepair&r=" + code, Text: "Book a repair"},
			{ID: id("link", 3), URL: "https://shop.example/stores?utm_source=newsletter", Text: "Our stores"},
			{ID: id("link", 4), URL: track + "leave?r=" + code, Text: "Unsubscribe"},
		},
		Images: []evidence.MailImage{
			{ID: id("image", 1), URL: "https://shop.example/mail/city.jpg", Width: 560, Height: 300, As: "img"},
			{ID: id("image", 2), URL: "cid:logo", Width: 120, Height: 40, As: "img", Inline: true},
			{ID: id("image", 3), URL: "https://fonts.googleapis.com/css2?family=Lato", Width: -1, Height: -1, As: "stylesheet"},
			{ID: id("image", 4), URL: track + "o?r=" + code, Width: 1, Height: 1, As: "img"},
		},
	}
}

// letter makes everything a result is made of for a message.
func letter(v *evidence.Visit) (reports.Input, error) {
	db, err := letterDB()
	if err != nil {
		return reports.Input{}, err
	}
	return reports.Input{Visit: v, DB: db, Judgement: techniques.Run(v, db, detectors.Options{})}, nil
}

// Letter returns a newsletter in two copies, shown without pictures and with them.
func Letter() (reports.Input, error) {
	v := frame()
	m := letterFor("anna@reader.example", "f3a91c07d2", "")
	m.Copies = []evidence.Mail{letterFor("ben@reader.example", "0c77e1ab48", "-copy2")}
	v.Mail, v.Subject.Kind, v.Subject.URL = &m, evidence.KindOfMail, m.File
	shown := evidence.Millis(1400)
	run := evidence.Run{
		Scenario: evidence.None, Outcome: evidence.Done, Began: began, Took: 4200, Chosen: &shown,
		Pages: []evidence.Page{
			{URL: evidence.MailAddress, FinalURL: evidence.MailAddress, Settled: "quiet", Loaded: 80, Took: 1200},
			{URL: evidence.MailAddress, FinalURL: evidence.MailAddress, Settled: "quiet", At: 1400, Loaded: 300, Took: 2600},
		},
		Targets: []evidence.Target{{ID: "t1", Kind: "page", URL: evidence.MailAddress, BeforeFirstScript: true}},
		Shots:   []evidence.Shot{{At: 1300, Name: "shots/none-1.png", What: "page"}, {At: 4000, Name: "shots/none-2.png", What: "pictures"}},
	}
	for i, kind := range []string{"image", "", "stylesheet", "image"} {
		if kind == "" {
			continue
		}
		size := 560
		if i == 3 {
			size = 1
		}
		n := len(run.Requests) + 1
		run.Requests = append(run.Requests, evidence.Request{
			ID: evidence.NewID(evidence.None, "request", n), At: shown + evidence.Millis(100*n), Page: 1, Target: "t1", Document: evidence.MailAddress, Kind: kind,
			URL: m.Images[i].URL, Method: "GET", Status: 200, MIME: "image/gif", Width: size, Height: size, Initiator: evidence.Initiator{Kind: "parser", URL: evidence.MailAddress},
		})
	}
	v.Runs = []evidence.Run{run}
	return letter(v)
}

// Unshown returns one copy of the same newsletter, judged without a browser.
func Unshown() (reports.Input, error) {
	v := frame()
	m := letterFor("anna@reader.example", "f3a91c07d2", "")
	v.Mail, v.Subject.Kind, v.Subject.URL = &m, evidence.KindOfMail, m.File
	v.Tools.Chrome, v.Tools.UserAgent, v.Tools.BrowserMode = "", "", ""
	v.Runs = []evidence.Run{{Scenario: evidence.None, Outcome: evidence.Done, Began: began}}
	for _, k := range []evidence.Kind{evidence.KindRequests, evidence.KindCookies, evidence.KindShots} {
		v.Gaps = append(v.Gaps, evidence.Gap{Scenario: evidence.None, Kind: k, Where: m.File, Why: "not-shown: no-browser", Whole: true})
	}
	return letter(v)
}
