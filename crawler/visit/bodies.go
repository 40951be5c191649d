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
