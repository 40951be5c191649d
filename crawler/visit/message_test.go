package visit

import (
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/testsites"
)

// A message with pictures of three kinds of address. The last two lines are what
// the sanitiser of package mail would have taken out: the policy must hold them.
const letter = `<!doctype html><title>t</title><link rel="stylesheet" href="https://fonts.mail-test.test/css"><style>i{background:url(https://sheet.shop.test/-/pixel.gif)}</style><body background="https://pics.shop.test/back.png">
<img src="http://plain.shop.test/-/pixel.gif?who=plain" width="1" height="1"><img src="https://open.tracker.test/-/pixel.gif?who=3f9a61c2d04b8e57" width="1" height="1">
<img src="/part/1" width="20" height="20"><i>x</i><p style="background:url(https://css.shop.test/-/pixel.gif)">Hello</p><a href="https://shop.test/offer">offer</a>
<script>document.title = 'ran'; new Image().src = 'https://script.shop.test/x.gif'</script><iframe src="https://frame.shop.test/"></iframe>`

// TestMessage shows a message and asks the server what was fetched when.
func TestMessage(t *testing.T) {
	srv := testsites.Start(t)
	o := browsertest.Options(t, srv, browser.Headless)
	o.LocalNetwork = true // the server is on this machine
	b := &bench{srv: srv, hub: newHub(t, o), table: loadTable(t)}
	var first []string
	hosts := func() []string {
		var out []string
		for _, q := range b.srv.Requests() {
			if strings.HasSuffix(q.Host, ".test") { // not what the browser asks for itself
				out = append(out, q.Scheme+"://"+q.Host)
			}
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	rec := b.visit(t, Plan{
		URL: "letter.eml", Message: &Message{HTML: letter, Parts: map[string]Part{"/part/1": {Type: "image/gif", Data: []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")}}},
		Tell: func(p Progress) {
			if p.Stage == "loading" && len(p.URL) > 0 {
				first = hosts() // of the last call: before pictures are shown
			}
		},
	})
	if len(first) > 0 {
		t.Errorf("before pictures were shown, %q were asked", first)
	}
	want := []string{"http://plain.shop.test", "https://css.shop.test", "https://fonts.mail-test.test", "https://open.tracker.test", "https://pics.shop.test", "https://sheet.shop.test"}
	if got := hosts(); !slices.Equal(got, want) {
		t.Errorf("with pictures, %q were asked, want %q", got, want)
	}
	for _, q := range b.srv.Requests() {
		if r, sent := q.Header["Referer"]; sent && strings.HasSuffix(q.Host, ".test") {
			t.Errorf("%s got the Referer %q", q.Host, r)
		}
	}
	var seen []string
	for _, q := range rec.Run.Requests {
		if strings.Contains(q.URL, evidence.MailHost) || rec.Run.PhaseOf(q.At) != evidence.After {
			t.Errorf("request %s in phase %s", q.URL, rec.Run.PhaseOf(q.At))
		}
		seen = append(seen, q.URL[:strings.Index(q.URL, "://")+3]+evidence.Host(q.URL))
	}
	slices.Sort(seen)
	if got := slices.Compact(seen); !slices.Equal(got, want) {
		t.Errorf("recorded were %q, want %q", got, want)
	}
	if rec.Run.Outcome != evidence.Done || rec.Run.Chosen == nil || len(rec.Run.Shots) != 2 || rec.Run.Shots[1].What != "pictures" || rec.Run.Pages[0].Title != "t" {
		t.Errorf("run %s %q, shots %v, title %q", rec.Run.Outcome, rec.Run.Reason, rec.Run.Shots, rec.Run.Pages[0].Title)
	}
}
