package testsites

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"strings"
	"sync"
	"time"
)

// The figures of the heavy page. They are those of a large news site: 200
// requests to 60 other hosts, 2 MB of script, 8 advertising frames and 61
// cookies.
const (
	heavyHost     = "heavy.test"
	heavyRequests = 200
	heavyHosts    = 60
	heavyAds      = 8  // hosts 1 to 8 serve one cross-site frame each
	heavyCanvas   = 9  // the host whose script reads a canvas
	heavyFonts    = 10 // the host whose script measures text
	heavyScripts  = 25 // 6 of the page itself, 19 of other hosts
	heavyBytes    = 2 << 20
	heavyCookies  = 61 // 10 by header and 11 by script of the page, 40 of pixels
)

// A heavyFile is one answer of the heavy page. Everything is generated, and is
// the same on every start.
type heavyFile struct {
	contentType string
	body        []byte
	cookies     []string
}

// heavy is the generated media page heavy.test with its other hosts.
type heavy struct {
	once  sync.Once
	files map[string]heavyFile // by host and path
}

func newHeavy() *heavy { return &heavy{} }

// heavyParty is the n-th other host, from 1.
func heavyParty(n int) string { return fmt.Sprintf("t%02d.party%02d.test", n, n) }

func (h *heavy) owns(host string) bool {
	var a, b int
	if n, _ := fmt.Sscanf(host, "t%d.party%d.test", &a, &b); n == 2 {
		return host == heavyParty(a) && a <= heavyHosts
	}
	return ownHeavy(host) == heavyHost
}

// ownHeavy takes the other names of the heavy page, heavy-1.test to heavy-99.test,
// for its own: a list of sites may hold it more than once.
func ownHeavy(host string) string {
	var n int
	if _, err := fmt.Sscanf(host, "heavy-%d.test", &n); err == nil && 0 < n && n < 100 && host == fmt.Sprintf("heavy-%d.test", n) {
		return heavyHost
	}
	return host
}

// latency is what a host takes to answer: 10 to 80 ms, always the same.
func latency(host string) time.Duration {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(host))
	return time.Duration(10+sum.Sum32()%71) * time.Millisecond
}

func (h *heavy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.once.Do(func() {
		p := &heavyPage{files: map[string]heavyFile{}}
		p.generate()
		h.files = p.files
	})
	host := ownHeavy(hostOf(r))
	f, ok := h.files[host+r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if !sleep(r, latency(host)) {
		return
	}
	w.Header().Set("Content-Type", f.contentType)
	for _, c := range f.cookies {
		w.Header().Add("Set-Cookie", strings.ReplaceAll(c, "{id}", randomID()))
	}
	_, _ = w.Write(f.body)
}

// heavyPage collects the parts of the page while they are generated.
type heavyPage struct {
	files          map[string]heavyFile
	head, body     strings.Builder
	requests       int // that the page makes, itself included
	cookies, bytes int
}

// add makes a file and returns its URL. Every file is requested once.
func (p *heavyPage) add(host, path, contentType string, body []byte, cookies ...string) string {
	p.files[host+path] = heavyFile{contentType, body, cookies}
	p.requests++
	p.cookies += len(cookies)
	if contentType == "text/javascript" {
		p.bytes += len(body)
	}
	return "https://" + host + path
}

// generate makes the page, its twin and all files.
func (p *heavyPage) generate() {
	p.requests = 1 // the document
	p.styles()
	p.scripts()
	p.images()
	p.ads()
	p.blankFrames()
	p.pixels()

	own := make([]string, 10)
	for i := range own {
		own[i] = fmt.Sprintf("visit%d={id}; Path=/; Max-Age=31536000; Secure; SameSite=Lax", i)
	}
	p.files[heavyHost+"/"] = heavyFile{"text/html; charset=utf-8", p.document(p.head.String()), own}
	p.cookies += len(own)
	p.files[heavyHost+"/clean.html"] = heavyFile{"text/html; charset=utf-8", p.document(`<link rel="stylesheet" href="/site0.css">`), nil}
}

// document is the page around the generated parts; the twin has the text only.
func (p *heavyPage) document(head string) []byte {
	var b bytes.Buffer
	b.WriteString("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Heavy: the daily news</title>\n")
	b.WriteString(head)
	b.WriteString("</head><body><h1>The daily news</h1>\n")
	twin := !strings.Contains(head, "<script")
	for i := range 30 {
		fmt.Fprintf(&b, "<article><h2>Story %d</h2><p>%s</p></article>\n", i, strings.Repeat("All the news of the day, told at length. ", 12))
	}
	if !twin {
		b.WriteString(p.body.String())
	}
	b.WriteString("</body></html>\n")
	return b.Bytes()
}

func (p *heavyPage) styles() {
	for i := range 3 {
		var css strings.Builder
		for j := range 400 {
			fmt.Fprintf(&css, ".c%d-%d { margin: %dpx; color: hsl(%d 40%% 30%%); padding: %dpx }\n", i, j, j%9, j%360, j%5)
		}
		fmt.Fprintf(&p.head, "<link rel=\"stylesheet\" href=\"%s\">\n", p.add(heavyHost, fmt.Sprintf("/site%d.css", i), "text/css", []byte(css.String())))
	}
}

// scripts adds the 2 MB of script: classic, async and deferred, own and foreign.
func (p *heavyPage) scripts() {
	how := []string{"", " async", " defer"}
	for i := range heavyScripts {
		host := heavyHost
		if i >= 6 {
			host = heavyParty(heavyAds + i) // hosts 14 to 32
		}
		src := workScript(i, heavyBytes/heavyScripts)
		u := p.add(host, fmt.Sprintf("/bundle%d.js", i), "text/javascript", src)
		fmt.Fprintf(&p.head, "<script%s src=\"%s\"></script>\n", how[i%3], u)
	}
	cookies := `for (let i = 0; i < 11; i++) document.cookie = "pref" + i + "=" + Math.random().toString(36).slice(2) + "; Path=/; Max-Age=31536000; Secure; SameSite=Lax";
for (let i = 0; i < 20; i++) localStorage.setItem("state" + i, JSON.stringify({seen: i, at: Date.now()}));
sessionStorage.setItem("session", Math.random().toString(36));
`
	p.cookies += 11
	fmt.Fprintf(&p.head, "<script>%s</script>\n", cookies)
	for n, src := range map[int]string{heavyCanvas: canvasScript, heavyFonts: measureScript} {
		p.add(heavyParty(n), "/tag.js", "text/javascript", []byte(src))
	}
	fmt.Fprintf(&p.head, "<script async src=\"https://%s/tag.js\"></script>\n<script async src=\"https://%s/tag.js\"></script>\n",
		heavyParty(heavyCanvas), heavyParty(heavyFonts))
}

// canvasScript reads a canvas to recognise the device.
const canvasScript = `(() => {
  const canvas = document.createElement("canvas");
  canvas.width = 280; canvas.height = 60;
  const draw = canvas.getContext("2d");
  draw.textBaseline = "alphabetic";
  draw.fillStyle = "#f60"; draw.fillRect(100, 1, 62, 20);
  draw.fillStyle = "#069"; draw.font = "11pt Arial"; draw.fillText("Cwm fjordbank glyphs vext quiz, \ud83d\ude03", 2, 15);
  draw.fillStyle = "rgba(102, 204, 0, 0.7)"; draw.font = "18pt Arial"; draw.fillText("Cwm fjordbank glyphs vext quiz", 4, 45);
  let h = 5381; for (const c of canvas.toDataURL()) h = (h * 33 ^ c.charCodeAt(0)) >>> 0;
  new Image().src = "/-/pixel.gif?device=" + h;
})();
`

// measureScript lays out headlines: many texts in one font, which is honest.
const measureScript = `(() => {
  const draw = document.createElement("canvas").getContext("2d");
  draw.font = "20px serif";
  for (const title of document.querySelectorAll("h2")) title.dataset.width = Math.round(draw.measureText(title.textContent).width);
  for (const story of document.querySelectorAll("article")) story.dataset.height = story.offsetHeight;
})();
`

// workScript is a script of about size bytes, most of it data and functions as
// a bundler writes them, that computes for some milliseconds.
func workScript(n, size int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "(() => {\nconst table = [];\n")
	for i := 0; b.Len() < size-600; i++ {
		fmt.Fprintf(&b, "function part%d(list, seed) { let sum = seed + %d; for (const x of list) { sum = (sum * 31 + x.value) %% 65521; x.label = \"item \" + sum; } return sum }\n", i, n*7919+i)
		fmt.Fprintf(&b, "table.push({run: part%d, key: \"k%d-%d\", text: \"%s\"});\n", i, n, i, strings.Repeat(string(rune('a'+(i+n)%26)), 60))
	}
	b.WriteString(`const list = Array.from({length: 60}, (_, i) => ({value: i * 17 % 101}));
let seed = 1;
for (const part of table) seed = part.run(list, seed);
const sorted = table.map(part => part.key + part.text).sort();
const index = new Map(sorted.map((key, i) => [key, i]));
const root = document.createElement("div");
root.hidden = true;
for (let i = 0; i < 20; i++) { const e = document.createElement("span"); e.className = "c0-" + i; e.textContent = seed + index.size; root.append(e); }
document.documentElement.append(root);
})();
`)
	return b.Bytes()
}

func (p *heavyPage) images() {
	for i := range 14 {
		host := heavyHost
		if i >= 8 {
			host = heavyParty(33 + i - 8) // hosts 33 to 38
		}
		u := p.add(host, fmt.Sprintf("/photo%d.jpg", i), "image/jpeg", photo(i, 320, 200))
		fmt.Fprintf(&p.body, "<img src=\"%s\" width=\"320\" height=\"200\" alt=\"\">\n", u)
	}
}

// photo makes a JPEG picture with enough detail to have a realistic size.
func photo(n, width, height int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	noise := uint32(n)*2654435761 + 1
	for y := range height {
		for x := range width {
			noise = noise*1664525 + 1013904223
			img.Set(x, y, color.RGBA{byte(x + n*20), byte(y * 2), byte(noise >> 27 * 3), 255}) //nolint:gosec // G115: colours may wrap round
		}
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, nil) // writing to memory cannot fail
	return b.Bytes()
}

// ads adds the advertising frames: each a document with two scripts, three
// pictures and a fetch of its own host.
func (p *heavyPage) ads() {
	for i := 1; i <= heavyAds; i++ {
		host := heavyParty(i)
		var ad strings.Builder
		ad.WriteString("<!doctype html><meta charset=\"utf-8\"><title>Advertisement</title><p>Advertisement</p>\n")
		for j := range 2 {
			u := p.add(host, fmt.Sprintf("/ad%d.js", j), "text/javascript", workScript(100+2*i+j, 6000))
			fmt.Fprintf(&ad, "<script src=\"%s\"></script>\n", u)
		}
		for j := range 3 {
			u := p.add(host, fmt.Sprintf("/creative%d.jpg", j), "image/jpeg", photo(50+3*i+j, 120, 90))
			fmt.Fprintf(&ad, "<img src=\"%s\" width=\"120\" height=\"90\" alt=\"\">\n", u)
		}
		u := p.add(host, "/bid.json", "application/json", []byte(`{"price":1}`))
		fmt.Fprintf(&ad, "<script>fetch(%q).then(r => r.json())</script>\n", u)
		frame := p.add(host, "/frame.html", "text/html; charset=utf-8", []byte(ad.String()))
		fmt.Fprintf(&p.body, "<iframe src=\"%s\" width=\"300\" height=\"250\" title=\"advertisement\"></iframe>\n", frame)
	}
}

// blankFrames adds the frames without an address of their own that tags use:
// two made and filled by script at once, two srcdoc.
func (p *heavyPage) blankFrames() {
	p.body.WriteString(`<script>for (let i = 0; i < 2; i++) {
  const frame = document.createElement("iframe"); frame.hidden = true; document.body.append(frame);
  frame.contentDocument.body.innerHTML = "<p>slot " + i + "</p>"; frame.contentWindow.slot = i;
}</script>
<iframe srcdoc="<script>document.title = 'slot 2'; top.postMessage('ready', '*')</script>" hidden></iframe>
<iframe srcdoc="<script>document.title = 'slot 3'; top.postMessage('ready', '*')</script>" hidden></iframe>
`)
}

// pixels fills the page up to the stated number of requests, with pixels of the
// hosts that have none yet first, so that all hosts take part. The first 40 set
// a cookie.
func (p *heavyPage) pixels() {
	p.requests++ // the pixel that canvasScript asks for
	p.body.WriteString("<script>\n")
	for i := 0; p.requests < heavyRequests; i++ {
		host := heavyParty(heavyHosts - i%heavyHosts)
		var cookies []string
		if i < 40 {
			cookies = []string{"uid={id}; Path=/; Max-Age=31536000; Secure; SameSite=None"}
		}
		u := p.add(host, fmt.Sprintf("/p%d.gif", i), "image/gif", []byte(pixelGIF), cookies...)
		fmt.Fprintf(&p.body, "new Image().src = \"%s?page=\" + encodeURIComponent(location.href);\n", u)
	}
	p.body.WriteString("</script>\n")
}
