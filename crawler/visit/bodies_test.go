package visit

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
)

// sendingPage sends bodies in the ways that pages do, each to an address that names
// it.
const sendingPage = `<!doctype html><title>sends</title><script>
const large = "x".repeat(400000);
const packed = new Blob([new Uint8Array([31, 139, 8, 0, 255, 254])]);
fetch("/to/text", {method: "POST", body: "plain text"});
fetch("/to/blob", {method: "POST", body: new Blob(["from a blob"])});
fetch("/to/packed", {method: "POST", body: packed});
fetch("/to/large", {method: "POST", body: large});
navigator.sendBeacon("/to/beacon", new Blob(["a beacon's blob"], {type: "text/plain"}));
const form = new FormData();
form.append("segment", new Blob(["in a form"]), "a.txt");
fetch("/to/form", {method: "POST", body: form});
const x = new XMLHttpRequest();
x.open("POST", "/to/xhr");
x.send(new Blob(["by the old way"]));
new Worker(URL.createObjectURL(new Blob(["fetch('" + location.origin + "/to/worker', {method: 'POST', body: new Blob(['of a worker'])})"])));
</script>`

// What a page sends stands in the record, however it hands it over.
func TestSentBodies(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, sendingPage)
		}
	}))
	defer srv.Close()
	b := &bench{hub: newHub(t, browsertest.Options(t, nil, browser.Headless)), table: loadTable(t)}
	rec := b.visit(t, Plan{URL: srv.URL})
	want := map[string]string{
		"text": "plain text", "blob": "from a blob", "packed": "H4sIAP/+", "beacon": "a beacon's blob", "form": "in a form",
		"xhr": "by the old way", "worker": "of a worker", "large": strings.Repeat("x", maxBodyKept),
	}
	for i := range rec.Run.Requests {
		q := &rec.Run.Requests[i]
		_, name, ok := strings.Cut(q.URL, "/to/")
		if !ok {
			continue
		}
		if !strings.Contains(q.Body, want[name]) || q.BodySize == 0 || q.BodyDigest == "" {
			t.Errorf("%s: body %.80q of %d bytes (%s), want %.80q", name, q.Body, q.BodySize, q.BodyDigest, want[name])
		}
		if name == "packed" != q.BodyBinary || name == "large" && q.BodySize != 400_000 {
			t.Errorf("%s: binary %t, size %d", name, q.BodyBinary, q.BodySize)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s: no such request on record", name)
	}
	if n := rec.Run.Losses.SentSkipped; n > 0 {
		t.Errorf("%d bodies were not told", n)
	}
}

// leavingPage keeps what it has to say until nobody looks any more.
const leavingPage = `<!doctype html><title>leaves</title><script>
addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden") return;
  navigator.sendBeacon("/to/beacon", new Blob(["last words"]));
  new Response("and some more").blob().then(body => fetch("/to/later", {method: "POST", body}));
});
</script>`

// What a page sends when its visitor turns away is on record, with its content.
func TestLastWords(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, leavingPage)
		}
	}))
	defer srv.Close()
	b := &bench{hub: newHub(t, browsertest.Options(t, nil, browser.Headless)), table: loadTable(t)}
	rec := b.visit(t, Plan{URL: srv.URL})
	got := map[string]string{}
	for i := range rec.Run.Requests {
		if _, name, ok := strings.Cut(rec.Run.Requests[i].URL, "/to/"); ok {
			got[name] = rec.Run.Requests[i].Body
		}
	}
	if got["beacon"] != "last words" || got["later"] != "and some more" {
		t.Errorf("on record: %q", got)
	}
}
