package visit

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	cdpnet "github.com/chromedp/cdproto/network"

	"github.com/spoor-audit/spoor/evidence"
)

// seeks returns the texts to look for in an answer; nil if it was not kept from
// before: it came from no cache and no service worker, and the server did not say
// that it has not changed.
func (r *recorder) seeks(x *exchange) map[string]bool {
	h := x.last()
	if h.answer == nil || h.size > maxBodyFetched || h.kind == cdpnet.ResourceTypeMedia || h.kind == cdpnet.ResourceTypeFont {
		return nil
	}
	if h.cached || h.answer.FromDiskCache || h.answer.FromPrefetchCache || h.answer.FromServiceWorker || x.confirmed() {
		return r.seek
	}
	return nil
}

// confirmed reports whether the server answered the last hop with "not modified".
func (x *exchange) confirmed() bool {
	return len(x.got) > 0 && x.got[len(x.got)-1].StatusCode == http.StatusNotModified
}

// Limits of the texts that are looked for.
const (
	minText  = 8
	maxTexts = 500
)

// storedTexts are the codes in what a run stored: what is looked for in kept
// answers. Words without a digit are rarely codes, and stand everywhere.
func storedTexts(run *evidence.Run) map[string]bool {
	texts := map[string]bool{}
	add := func(value string) {
		for _, part := range []string{value, unescaped(value)} {
			for text := range eachText(part) {
				if len(texts) < maxTexts && len(text) >= minText && strings.ContainsAny(text, "0123456789") {
					texts[text] = true
				}
			}
		}
	}
	for i := range run.Cookies {
		add(run.Cookies[i].Value)
	}
	for i := range run.Storage {
		add(run.Storage[i].Value)
	}
	return texts
}

func unescaped(s string) string {
	plain, err := url.QueryUnescape(s)
	if err != nil {
		return ""
	}
	return plain
}

// textsIn lists, sorted, which of some texts stand in a body.
func textsIn(body []byte, seek map[string]bool) []string {
	if len(seek) == 0 {
		return nil
	}
	found := map[string]bool{}
	for text := range eachText(string(body)) {
		if seek[text] {
			found[text] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// eachText yields the longest runs of letters, digits, "-" and "_" of a text.
func eachText(s string) func(func(string) bool) {
	return strings.FieldsFuncSeq(s, func(c rune) bool {
		return c != '-' && c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z')
	})
}
