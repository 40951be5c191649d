package testsites

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const (
	hugeBytes = 100 << 20
	deepest   = 500 // frame in frame
)

// hostilePages lists the answers that no well-behaved server gives. They work on
// every host.
func hostilePages() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"/-/never":       never,
		"/-/endless":     endless("text/html; charset=utf-8", "<!doctype html><title>Endless</title><h1>Endless</h1>\n", "<p>and on</p>\n"),
		"/-/endless.js":  endless("text/javascript", "// never done\n", "// and on\n"),
		"/-/endless.gif": endless("image/gif", pixelGIF[:10], "\x00"),
		"/-/half":        half,
		"/-/huge":        huge("text/html; charset=utf-8", "<!doctype html><title>Huge</title><h1>Huge</h1>\n"),
		"/-/huge.bin":    huge("application/octet-stream", ""),
		"/-/nest":        nest,
		"/-/hop":         hop,
		"/-/reset":       reset,
	}
}

// never takes the request and says nothing.
func never(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// endless starts an answer and keeps adding to it.
func endless(contentType, start, more string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		text := start
		for {
			if _, err := w.Write([]byte(text)); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			if !sleep(r, 200*time.Millisecond) {
				return
			}
			text = more
		}
	}
}

// half sends half a document and then nothing, without ending.
func half(w http.ResponseWriter, r *http.Request) {
	writeText(w, "text/html; charset=utf-8", "<!doctype html><title>Half</title><h1>Half a page</h1><p>This sentence is")
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

// huge streams 100 MB.
func huge(contentType, start string) http.HandlerFunc {
	block := bytes.Repeat([]byte("<p>All the words of the world, one after the other.</p>\n"), 1000)
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		sent, _ := w.Write([]byte(start))
		for sent < hugeBytes {
			n, err := w.Write(block)
			if err != nil {
				return
			}
			sent += n
		}
	}
}

// nest is a document with a frame of the same kind in it, ?n= deep.
func nest(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.URL.Query().Get("n"))
	if err != nil || n < 0 || n > deepest {
		http.Error(w, "n must be a number from 0 to "+strconv.Itoa(deepest), http.StatusBadRequest)
		return
	}
	text := fmt.Sprintf("<!doctype html><meta charset=\"utf-8\"><title>Frame %d</title><p>%d</p>\n", n, n)
	if n > 0 {
		text += fmt.Sprintf("<iframe src=\"/-/nest?n=%d\" title=\"inner\"></iframe>\n", n-1)
	}
	writeText(w, "text/html; charset=utf-8", text)
}

// hop redirects ?n= times before it gives a page.
func hop(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.URL.Query().Get("n"))
	if err != nil || n < 0 || n > 1000 {
		http.Error(w, "n must be a number from 0 to 1000", http.StatusBadRequest)
		return
	}
	if n == 0 {
		writeText(w, "text/html; charset=utf-8", "<!doctype html><title>Arrived</title><h1>Arrived</h1>")
		return
	}
	w.Header().Set("Location", "/-/hop?n="+strconv.Itoa(n-1))
	w.WriteHeader(http.StatusFound)
}

// reset breaks the connection without an answer.
func reset(_ http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }
