package visit

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"image"
	_ "image/gif"  // sizes of tracking pixels
	_ "image/jpeg" // sizes of tracking pixels
	_ "image/png"  // sizes of tracking pixels
	"strings"
	"unicode/utf8"

	"github.com/chromedp/cdproto/cdp/jsonv2"
	cdpnet "github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/spoor-audit/spoor/crawler/cdp"
)

// Bodies are digested where the digest can matter: documents and data, and
// images small enough to be pixels. Of scripts V8 tells the digest itself.
const (
	maxBodyFetched  = 1 << 20
	maxImageFetched = 2 << 10
)

// maxBodyKept is how much of a request's body stands in the record, in bytes.
const maxBodyKept = 64 << 10

// maxSentAsked is how many bodies of requests are asked for apart in one run.
const maxSentAsked = 100

// fetchSent asks for the body of a request that Chrome did not tell with it: one
// that was given as a Blob, as recorders and beacons do, or that is large.
func (r *recorder) fetchSent(s *cdp.Session, ev *cdpnet.EventRequestWillBeSent, h *hop) {
	if !ev.Request.HasPostData || len(sentWith(ev.Request)) > 0 {
		return
	}
	if r.net.asked >= maxSentAsked {
		r.run.Losses.SentSkipped++
		return
	}
	r.net.asked++
	r.net.bodies++
	s.Go(cdpnet.CommandGetRequestPostData, cdpnet.GetRequestPostDataParams{RequestID: ev.RequestID}, func(raw jsonv2.Value, err error) {
		go r.keepSent(h, raw, err)
	})
}

func (r *recorder) keepSent(h *hop, raw jsonv2.Value, err error) {
	var answer cdpnet.GetRequestPostDataResult
	if err == nil {
		err = jsonv2.Unmarshal(raw, &answer, chromedp.DefaultUnmarshalOptions)
	}
	var body *sentBody
	if err == nil && len(answer.PostData) > 0 {
		body = newSentBody(answer.PostData)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.net.bodies--
	if h.sent = body; body == nil {
		r.run.Losses.SentSkipped++
	}
}

// A sentBody is what stands in the record of the body of a request.
type sentBody struct {
	text   string // the first bytes, in base64 if binary
	binary bool
	size   int64
	digest string
}

func newSentBody(body []byte) *sentBody {
	b := &sentBody{size: int64(len(body)), digest: digest(body)}
	kept := body[:min(len(body), maxBodyKept)]
	if utf8.Valid(body) {
		b.text = strings.ToValidUTF8(string(kept), "") // the cut may split a character
	} else {
		b.text, b.binary = base64.StdEncoding.EncodeToString(kept), true
	}
	return b
}

// sentWith is the body that Chrome told with a request.
func sentWith(req *cdpnet.Request) []byte {
	var body []byte
	for _, e := range req.PostDataEntries {
		body = append(body, e.Bytes...)
	}
	return body
}

// fetchBody asks for the body of an answer and keeps its digest.
func (r *recorder) fetchBody(s *cdp.Session, x *exchange) {
	h, seek := x.last(), r.seeks(x)
	if !wantsBody(h) && seek == nil {
		r.run.Losses.BodiesSkipped++
		return
	}
	r.net.bodies++
	s.Go(cdpnet.CommandGetResponseBody, cdpnet.GetResponseBodyParams{RequestID: x.id}, func(raw jsonv2.Value, err error) {
		// Answers come in the connection's goroutine, which must not wait for the
		// recorder's work: hashing goes elsewhere.
		go r.keepBody(h, raw, err, seek)
	})
}

func wantsBody(h *hop) bool {
	if h.answer == nil {
		return false
	}
	limit := int64(maxBodyFetched)
	switch h.kind {
	case cdpnet.ResourceTypeDocument, cdpnet.ResourceTypeXHR, cdpnet.ResourceTypeFetch:
	case cdpnet.ResourceTypeImage:
		limit = maxImageFetched
	default:
		return false
	}
	return h.size <= limit && h.answer.Status != 204
}

func (r *recorder) keepBody(h *hop, raw jsonv2.Value, err error, seek map[string]bool) {
	var answer struct {
		Body   string `json:"body"`
		Base64 bool   `json:"base64Encoded"`
	}
	if err == nil {
		err = jsonv2.Unmarshal(raw, &answer, chromedp.DefaultUnmarshalOptions)
	}
	body := []byte(answer.Body)
	if err == nil && answer.Base64 {
		body, err = base64.StdEncoding.DecodeString(answer.Body)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.net.bodies--
	if err != nil {
		r.run.Losses.BodiesSkipped++
		return
	}
	h.digest, h.length = digest(body), int64(len(body))
	h.carries = textsIn(body, seek)
	if strings.HasPrefix(h.answer.MimeType, "image/") {
		if c, _, err := image.DecodeConfig(bytes.NewReader(body)); err == nil {
			h.width, h.height = c.Width, c.Height
		}
	}
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}
