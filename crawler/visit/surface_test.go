package visit

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
)

// TestSurface presses a button in the page, in a frame of its own site, in a
// frame in that frame, and in a frame of another site, each scrolled and pushed
// aside: each press must arrive as a person's click, at the button.
func TestSurface(t *testing.T) {
	const button = `<div style="height:90px"></div><button id="b" style="margin-left:70px;width:60px;height:30px" onclick="this.dataset.pressed=event.isTrusted">press</button>`
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		far := "http://localhost:" + r.Host[strings.LastIndexByte(r.Host, ':')+1:]
		switch r.URL.Path {
		case "/":
			_, _ = io.WriteString(w, `<!doctype html><title>frames</title>`+button+`<iframe src="/near" style="margin:20px 0 0 33px;border:7px solid;height:400px;width:500px"></iframe><iframe src="`+far+`/far" style="border:5px solid;padding:9px"></iframe>`)
		case "/near":
			_, _ = io.WriteString(w, `<!doctype html>`+button+`<iframe src="/deep" style="margin-left:11px"></iframe>`)
		default:
			_, _ = io.WriteString(w, `<!doctype html>`+button)
		}
	}))
	defer srv.Close()
	b := &bench{hub: newHub(t, browsertest.Options(t, nil, browser.Headless)), table: loadTable(t)}
	var pressed []string
	b.visit(t, Plan{URL: srv.URL, look: func(ctx context.Context, d *driver) {
		frames, err := surface{d}.Frames(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range frames {
			var at [2]float64
			if err := f.World(ctx, `(e=>{e.scrollIntoView({block:'center'});const r=e.getBoundingClientRect();return [r.left+r.width/2,r.top+r.height/2]})(document.getElementById('b'))`, &at); err != nil {
				t.Fatal(err)
			}
			if err := f.Press(ctx, at[0], at[1]); err != nil {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
			var said string
			if err := f.World(ctx, `document.getElementById('b').dataset.pressed||'no'`, &said); err != nil {
				t.Fatal(err)
			}
			var main string
			if err := f.Main(ctx, `Promise.resolve(location.pathname)`, &main); err != nil {
				t.Fatal(err)
			}
			pressed = append(pressed, f.URL()[strings.LastIndexByte(f.URL(), '/'):]+" "+main+" "+said)
		}
	}})
	want := map[string]bool{"/ / true": true, "/near /near true": true, "/deep /deep true": true, "/far /far true": true}
	if len(pressed) != len(want) {
		t.Errorf("documents: %q", pressed)
	}
	for _, p := range pressed {
		if !want[p] {
			t.Errorf("press: %s", p)
		}
	}
}
