package testsites

import (
	"net/http"
	"strconv"
	"time"

	"golang.org/x/net/websocket"
)

// A 1 by 1 transparent GIF, as tracking pixels are.
const pixelGIF = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// dynamicPages lists the paths that no file can answer. They work on every host.
func dynamicPages() map[string]http.HandlerFunc {
	pages := map[string]http.HandlerFunc{
		"/-/collect":   collect,
		"/-/json":      func(w http.ResponseWriter, _ *http.Request) { writeText(w, "application/json", `{"ok":true}`) },
		"/-/pixel.gif": func(w http.ResponseWriter, _ *http.Request) { writeText(w, "image/gif", pixelGIF) },
		"/-/id.gif":    idPixel,
		"/-/keep":      keep,
		"/-/slow":      slow,
		"/-/socket":    socket,
		"/favicon.ico": func(w http.ResponseWriter, _ *http.Request) { writeText(w, "image/gif", pixelGIF) },
	}
	for path, h := range hostilePages() {
		pages[path] = h
	}
	return pages
}

func writeText(w http.ResponseWriter, contentType, text string) {
	w.Header().Set("Content-Type", contentType)
	_, _ = w.Write([]byte(text))
}

// collect takes anything, as collecting endpoints do.
func collect(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }

// idPixel is a pixel that recognises the browser by a cookie for other sites.
func idPixel(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	if name == "" {
		name = "uid"
	}
	if _, err := r.Cookie(name); err != nil {
		http.SetCookie(w, &http.Cookie{
			Name: name, Value: randomID(), Path: "/", MaxAge: 365 * 24 * 3600,
			Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode,
		})
	}
	writeText(w, "image/gif", pixelGIF)
}

// slow answers after ?ms= milliseconds, at most a minute.
func slow(w http.ResponseWriter, r *http.Request) {
	ms, err := strconv.Atoi(r.URL.Query().Get("ms"))
	if err != nil || ms < 0 || ms > 60_000 {
		http.Error(w, "ms must be a number from 0 to 60000", http.StatusBadRequest)
		return
	}
	if sleep(r, time.Duration(ms)*time.Millisecond) {
		writeText(w, "text/plain", "done\n")
	}
}

// socket greets, then sends back what it receives, until one side leaves.
func socket(w http.ResponseWriter, r *http.Request) {
	echo := func(ws *websocket.Conn) {
		stop := make(chan struct{})
		defer close(stop)
		go func() { // a taken-over connection does not end with the server
			select {
			case <-r.Context().Done():
			case <-stop:
			}
			_ = ws.Close()
		}()
		if websocket.Message.Send(ws, `{"type":"hello"}`) != nil {
			return
		}
		for {
			var text string
			if websocket.Message.Receive(ws, &text) != nil || websocket.Message.Send(ws, text) != nil {
				return
			}
		}
	}
	// websocket.Server and not Handler: a socket may be opened from any origin.
	websocket.Server{Handler: echo}.ServeHTTP(w, r)
}
