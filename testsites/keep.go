package testsites

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// keep serves answers that browsers keep, some of which recognise the visitor by
// it.
//
//	?by=etag      an entity tag of its own for every visitor
//	   =modified  a date of last change of its own for every visitor
//	   =cache     kept for a year without asking again, with a body of its own
//	   =content   an entity tag that is the same for all visitors
//	&as=gif       a pixel; js: a script that sets the cookie "visitor"; png: a
//	              picture whose colours hold 16 bytes of the visitor's own
//	&cookie=NAME  sets a cookie by header too: with the code in the tag, or one
//	              derived from it with &derived
func keep(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	h := w.Header()
	id, known := "", false
	switch q.Get("by") {
	case "etag":
		id, known = strings.CutPrefix(strings.Trim(r.Header.Get("If-None-Match"), `"`), "v-")
		if !known {
			id = randomID()
		}
		h.Set("ETag", `"v-`+id+`"`)
		h.Set("Cache-Control", "private, no-cache")
	case "modified":
		stamp := r.Header.Get("If-Modified-Since")
		if known = stamp != ""; !known {
			stamp = time.Unix(rand.Int64N(1_600_000_000), 0).UTC().Format(http.TimeFormat) //nolint:gosec // No secret.
		}
		id = stamp
		h.Set("Last-Modified", stamp)
		h.Set("Cache-Control", "private, no-cache")
	case "content":
		id = shared
		h.Set("ETag", `"`+id+`"`)
		h.Set("Cache-Control", "no-cache")
		known = r.Header.Get("If-None-Match") == `"`+id+`"`
	default:
		id = randomID()
		h.Set("Cache-Control", "private, max-age=31536000, immutable")
	}
	if q.Has("derived") {
		sum := sha256.Sum256([]byte(id))
		id = hex.EncodeToString(sum[:16])
	}
	if name := q.Get("cookie"); name != "" {
		http.SetCookie(w, &http.Cookie{
			Name: name, Value: id, Path: "/", MaxAge: 365 * 24 * 3600, Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode,
		})
	}
	if known {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	switch q.Get("as") {
	case "js":
		writeText(w, "text/javascript", `document.cookie = "visitor=`+id+`; Max-Age=31536000; Path=/; Secure";`+"\n")
	case "png":
		writeText(w, "image/png", coloured(id))
	default:
		writeText(w, "image/gif", pixelGIF)
	}
}

// shared is the entity tag of what all visitors get: a digest, as many servers
// make them.
const shared = "9b74c9897bac770ffc029102a200c5de"

// coloured is a picture of which every pixel holds one byte of a code.
func coloured(id string) string {
	code, err := hex.DecodeString(id)
	if err != nil {
		code = []byte(id)
	}
	img := image.NewGray(image.Rect(0, 0, len(code), 1))
	for x, b := range code {
		img.SetGray(x, 0, color.Gray{Y: b})
	}
	var out bytes.Buffer
	_ = png.Encode(&out, img) // A buffer takes everything.
	return out.String()
}
