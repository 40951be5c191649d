package visit

import (
	"context"
	"net/url"
	"time"

	"github.com/chromedp/cdproto/fetch"
	cdpnet "github.com/chromedp/cdproto/network"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/evidence"
)

// A Message is an e-mail that a run shows as a mail program does: first without
// what it would fetch, then with it. It is served to the browser from memory, at
// an address that exists nowhere.
//
// The address has no encryption, so that pictures leave as the message writes
// them: a page with encryption would turn http: into https:. It sends no Referer:
// webmail either fetches pictures by itself or forbids the header, and programs
// have no page to name.
type Message struct {
	HTML  string          // made safe to show
	Parts map[string]Part // files that came with it, by their path
}

// A Part is one file that came with a message.
type Part struct {
	Type string // MIME
	Data []byte
}

// What a message may do while it is shown. Scripts, forms and frames were taken
// out; the policy holds down what was overlooked.
const (
	messageRest   = "; script-src 'none'; base-uri 'none'; form-action 'none'; frame-src 'none'; connect-src 'none'; object-src 'none'"
	policyClosed  = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'" + messageRest
	policyPicture = "default-src 'none'; img-src * data:; media-src *; font-src * data:; style-src * 'unsafe-inline'" + messageRest
)

// MessageSettle is the rule by which a shown message is settled: nothing in it can
// begin anything later.
var MessageSettle = Settle{Quiet: time.Second, Min: time.Second, Max: 25 * time.Second}

// showMessage opens the message without pictures, and then with them. The choice of
// such a run is to show them.
func (d *driver) showMessage(ctx context.Context) {
	if err := d.intercept(ctx, "*"); err != nil {
		d.rec.mu.Lock()
		defer d.rec.mu.Unlock()
		d.rec.run.Pages = []evidence.Page{{URL: evidence.MailAddress, FinalURL: evidence.MailAddress, Settled: settledLimit, Error: d.lossReason(err)}}
		return
	}
	d.openPage(ctx, evidence.MailAddress, false)
	if d.firstPage().Error != "" {
		return
	}
	d.collect(ctx, evidence.Before)
	if err := d.intercept(ctx, evidence.MailAddress+"*"); err != nil {
		d.lockedGap(evidence.KindRequests, d.plan.URL, d.lossReason(err))
		return
	}
	d.rec.mu.Lock()
	now := d.rec.since(time.Now())
	d.rec.run.Chosen, d.rec.pictures = &now, true
	d.rec.mu.Unlock()
	d.openPage(ctx, evidence.MailAddress, false)
}

// intercept holds requests for addresses of a pattern until [recorder.serve] has
// answered them.
func (d *driver) intercept(ctx context.Context, pattern string) error {
	_, err := cdp.Do(ctx, d.main, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: pattern}}})
	return err
}

// serve answers a request that waits: with the message itself or one of its parts,
// and for all else with no, as long as pictures are not shown. It is called from
// the connection's goroutine and does not wait.
func (r *recorder) serve(e cdp.Event) {
	var ev fetch.EventRequestPaused
	if e.Decode(&ev) != nil || ev.Request == nil {
		return
	}
	r.mu.Lock()
	pictures := r.pictures
	r.mu.Unlock()
	switch {
	case evidence.Host(ev.Request.URL) == evidence.MailHost:
		cdp.Send(e.Session, fetch.FulfillRequest, r.message.answer(ev.RequestID, ev.Request.URL, pictures))
	case pictures:
		cdp.Send(e.Session, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: ev.RequestID})
	default:
		cdp.Send(e.Session, fetch.FailRequest, fetch.FailRequestParams{RequestID: ev.RequestID, ErrorReason: cdpnet.ErrorReasonBlockedByClient})
	}
}

// answer is the message, or the part that an address names.
func (m *Message) answer(id fetch.RequestID, address string, pictures bool) fetch.FulfillRequestParams {
	header := func(name, value string) *fetch.HeaderEntry { return &fetch.HeaderEntry{Name: name, Value: value} }
	path := "/"
	if u, err := url.Parse(address); err == nil && u.Path != "" {
		path = u.Path
	}
	if part, ok := m.Parts[path]; ok {
		return fetch.FulfillRequestParams{RequestID: id, ResponseCode: 200, Body: part.Data, ResponseHeaders: []*fetch.HeaderEntry{
			header("Content-Type", part.Type), header("X-Content-Type-Options", "nosniff"),
		}}
	}
	if path != "/" {
		return fetch.FulfillRequestParams{RequestID: id, ResponseCode: 404}
	}
	policy := policyClosed
	if pictures {
		policy = policyPicture
	}
	return fetch.FulfillRequestParams{RequestID: id, ResponseCode: 200, Body: []byte(m.HTML), ResponseHeaders: []*fetch.HeaderEntry{
		header("Content-Type", "text/html; charset=utf-8"), header("Content-Security-Policy", policy),
		header("Referrer-Policy", "no-referrer"), header("X-DNS-Prefetch-Control", "off"),
	}}
}

// ofMessage reports whether a hop only showed the message itself, or was held back
// with the pictures: nobody was asked.
func (r *recorder) ofMessage(h *hop) bool {
	if r.message == nil {
		return false
	}
	host := evidence.Host(h.event.Request.URL)
	return host == "" || host == evidence.MailHost || h.blocked != ""
}
