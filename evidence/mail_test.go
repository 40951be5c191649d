package evidence_test

import (
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

func TestMailHost(t *testing.T) {
	for from, want := range map[string]string{
		"Shop <news@Mail.Shop.test>": "mail.shop.test", "news@shop.test": "shop.test", `"a@b" <news@shop.test>`: "shop.test",
		"Shop, the <news@shop.test>": "shop.test", "nobody": "", "": "", "x@": "",
	} {
		if got := (&evidence.Mail{From: from}).Host(); got != want {
			t.Errorf("%q: host %q, want %q", from, got, want)
		}
	}
}

func TestPageOfMail(t *testing.T) {
	v := sample()
	r := &v.Runs[0]
	if a, b := v.PageURL(r, 0), v.PageURL(r, 9); a != "https://shop.test/" || b != "" || v.Home() != "https://shop.test/" {
		t.Errorf("of a page: %q, %q, home %q", a, b, v.Home())
	}
	r.Pages[0].FinalURL = ""
	if got := v.PageURL(r, 0); got != "http://shop.test/" {
		t.Errorf("of a page that never came: %q", got)
	}
	v.Mail = &evidence.Mail{
		From:   "news@letters.test",
		Links:  []evidence.MailLink{{ID: "none/link/1"}, {ID: "none/link/2", URL: "https://x.test/"}},
		Copies: []evidence.Mail{{Images: []evidence.MailImage{{ID: "none/image-copy2/1", Width: 7}}}},
	}
	if got := v.PageURL(r, 0); got != "https://letters.test/" || v.Home() != got {
		t.Errorf("of a mail: %q, home %q", got, v.Home())
	}
	if l, ok := v.Lookup("none/link/2"); !ok || l.(*evidence.MailLink).URL != "https://x.test/" {
		t.Errorf("a link: %v", l)
	}
	if i, ok := v.Lookup("none/image-copy2/1"); !ok || i.(*evidence.MailImage).Width != 7 {
		t.Errorf("a picture of a copy: %v", i)
	}
	if _, ok := v.Lookup("none/link/3"); ok {
		t.Error("found a link that is not there")
	}
}

func TestCan(t *testing.T) {
	page, mail := evidence.Subject{Kind: evidence.KindOfPage}, evidence.Subject{Kind: evidence.KindOfMail}
	if !page.Can(evidence.KindCalls) || page.Can(evidence.KindMail) || mail.Can(evidence.KindCalls) || !mail.Can(evidence.KindMail) || !mail.Can(evidence.KindRequests) {
		t.Error("a page has calls and no mail, a mail has requests and no calls")
	}
}

func TestAsSent(t *testing.T) {
	for raw, want := range map[string]string{
		"HTTPS://Shop.Test":                "https://shop.test/",
		"https://shop.test/a b?x=1 2#part": "https://shop.test/a%20b?x=1%202",
		" https://shop.test/%7Ea ":         "https://shop.test/%7Ea",
		"https://shop.test:99999999/%zz":   "https://shop.test:99999999/%zz",
	} {
		if got := evidence.AsSent(raw); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}
