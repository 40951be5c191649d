package detectors

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

// rrwebPage is a small page as rrweb sends it, rrwebMoves what follows.
const (
	rrwebMoves   = `[{"type":3,"data":{"source":1,"positions":[{"x":1,"y":2,"id":3,"timeOffset":-40}]},"timestamp":1795000000100}]`
	rrwebChanges = `[{"type":3,"data":{"source":0,"texts":[],"attributes":[],"removes":[],"adds":[]},"timestamp":1795000000100}]`
	rrwebInput   = `[{"type":3,"data":{"source":5,"text":"a","isChecked":false,"id":9},"timestamp":1795000000100}]`
)

const (
	markupPage = `<!DOCTYPE html><html><head><title>Tea</title><meta charset="utf-8"></head><body><header><nav><a href="/a">a</a></nav></header>` +
		`<main><h1>Tea</h1><p>Sencha</p></main></body></html>`
	nodesPage  = `{"n":["HTML",{"lang":"en"},["HEAD",["TITLE","Tea"],["META"]],["BODY",["HEADER",["NAV",["A"]]],["MAIN",["H1","Tea"],["P","Sencha"]]]]}`
	binaryPage = "\x00\x04HEAD\x00\x05STYLE\x01\x04BODY\x02\x06HEADER\x00\x03NAV\x00\x02UL\x00\x02LI\x00\x01A\x00\x04MAIN\x00\x02H1\x00\x80\xff\x01P\x00"
)

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

func zlibbed(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

// quoted writes a text as a string of JSON, each byte as a character.
func quoted(s string) string {
	var chars []rune
	for i := range len(s) {
		chars = append(chars, rune(s[i]))
	}
	b, _ := json.Marshal(string(chars))
	return string(b)
}

func TestSessionRecording(t *testing.T) {
	const to = "https://rec.other.test/r"
	sent := func(body string) *maker { return visit().moved().request("fetch", to, posts(body)) }
	tryAll(t, sessionRecording, []trial{
		{"events of rrweb", sent(rrwebPage), want{"rec.other.test high"}},
		{"its mouse alone", sent(rrwebMoves), want{"rec.other.test high"}},
		{"its changes alone", sent(rrwebChanges), want{"rec.other.test high"}},
		{"its input alone", sent(rrwebInput), want{"rec.other.test high"}},
		{"HTML of the page", sent(markupPage), want{"rec.other.test high"}},
		{"HTML in JSON", sent(`{"url":"/","dom":` + quoted(markupPage) + `}`), want{"rec.other.test high"}},
		{"nodes in a form of its own", sent(nodesPage), want{"rec.other.test high"}},
		{"nodes in a binary form", sent(binaryPage), want{"rec.other.test high"}},
		{"to the site itself", visit().request("fetch", "https://www.shop.test/r", posts(rrwebPage)), want{"www.shop.test medium"}},
		{"by beacon", visit().request("beacon", to, posts(markupPage)), want{"rec.other.test high"}},
		{"clipped by the record", sent(rrwebPage[:150]), want{"rec.other.test high"}},
		{"over a line", visit().line("wss://rec.other.test/s", "hello", rrwebPage), want{"rec.other.test high"}},
		{"over a line in pieces", visit().line("wss://rec.other.test/s", markupPage[:80], markupPage[80:160], markupPage[160:]), want{"rec.other.test high"}},
		{"in several requests", visit().request("fetch", to, posts(markupPage[:90])).request("fetch", to, posts(markupPage[90:])), want{"rec.other.test high"}},
		{"before and after the choice", visit().request("fetch", to, posts(rrwebPage)).choose().request("fetch", to, posts(rrwebPage)),
			want{"rec.other.test high", "rec.other.test high after"}},

		{"gzip", sent(gzipped(rrwebPage)), want{"rec.other.test high"}},
		{"zlib", sent(zlibbed(rrwebPage)), want{"rec.other.test high"}},
		{"bare deflate", sent(zlibbed(rrwebPage)[2:]), want{"rec.other.test high"}},
		{"base64 in JSON", sent(`{"v":1,"d":"` + base64.StdEncoding.EncodeToString([]byte(zlibbed(nodesPage))) + `"}`), want{"rec.other.test high"}},
		{"gzip as characters in JSON", sent(`[{"event":"$snapshot","data":` + quoted(gzipped(rrwebPage)) + `}]`), want{"rec.other.test high"}},
		{"JSON in JSON in JSON", sent(`{"a":` + quoted(`{"b":`+quoted(rrwebPage)+`}`) + `}`), want{"rec.other.test high"}},
		{"a form", sent("v=1&data=" + url.QueryEscape(rrwebPage)), want{"rec.other.test high"}},
		{"base64 in a form", sent("data=" + url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(gzipped(rrwebPage))))), want{"rec.other.test high"}},
		{"a multipart form", sent("--x1\r\nContent-Disposition: form-data; name=\"segment\"\r\n\r\n" + zlibbed(rrwebPage) + "\r\n--x1--\r\n"), want{"rec.other.test high"}},
		{"behind lines that describe it", sent("{\"event_id\":\"1\"}\n{\"type\":\"replay_recording\",\"length\":9}\n{\"segment_id\":0}\n" + zlibbed(rrwebPage)),
			want{"rec.other.test high"}},

		{"the mouse in pairs", sent(`{"m":[` + mouseWay("[%d,%d,12]") + `]}`), want{"rec.other.test high"}},
		{"the mouse as text", sent(mouseWay("%d %d")), want{"rec.other.test high"}},
		{"the mouse in columns", sent(`{"x":[341,372,403,434,465,496],"y":[268,281,294,307,320,333]}`), want{"rec.other.test high"}},
		{"the mouse in the address", visit().moved().request("image", to+"?m="+mouseWay("%d.%d"), pixel), nil},
		{"the mouse in pairs in the address", visit().moved().request("image", to+"?m="+mouseWay("%d_%d"), pixel), want{"rec.other.test high"}},
		{"the mouse to the site itself, with scrolling", visit().moved().request("fetch", "https://www.shop.test/r", posts(`{"mousemove":[`+mouseWay("[%d,%d]")+`],"scroll":[0,200]}`)),
			want{"www.shop.test medium"}},
	})
}

func TestSessionRecordingByName(t *testing.T) {
	tryAll(t, sessionRecording, []trial{
		{"a known recorder, unreadable", visit().request("fetch", "https://rs.fullstory.com/rec/bundle?OrgId=1", posts("\x01\x02\xf3\xf4")), want{"rs.fullstory.com high"}},
		{"on the site itself", visit().request("fetch", "https://www.shop.test/ingest/v1/web/i", posts(binaryPage)), want{"www.shop.test medium"}},
		{"a line of a known recorder", visit().line("wss://ws.hotjar.com/api/v2/client/ws", "x"), want{"ws.hotjar.com high"}},
		{"loaded alone", visit().request("script", "https://script.hotjar.com/modules.1.js"), want{"script.hotjar.com low"}},
		{"loaded, then sent", visit().request("script", "https://script.hotjar.com/modules.1.js").request("fetch", "https://content.hotjar.io/?site_id=1", posts("x")),
			want{"content.hotjar.io high"}},
		{"loaded before, sent after the choice", visit().request("script", "https://script.hotjar.com/modules.1.js").choose().
			request("fetch", "https://content.hotjar.io/?site_id=1", posts("x")), want{"content.hotjar.io high after", "script.hotjar.com low"}},
		{"a recorder that sends to the site itself", visit().request("script", "https://cdn.other.test/openreplay.js").
			request("fetch", "https://www.shop.test/i", posts(binaryPage), by("https://cdn.other.test/openreplay.js")), want{"www.shop.test medium"}},
		{"measurements of a known recorder", visit().request("fetch", "https://metrics.hotjar.io/", posts("x")), nil},
		{"a script that nobody answered", visit().request("script", "https://script.hotjar.com/modules.1.js", fails("net::ERR_FAILED")), nil},
		{"the recorder of a company for statistics", visit().request("script", "https://us-assets.i.posthog.com/static/posthog-recorder.js?v=1"), want{"us-assets.i.posthog.com low"}},
		{"its statistics", visit().request("script", "https://us-assets.i.posthog.com/static/array.js").request("fetch", "https://us.i.posthog.com/e/", posts(`{"event":"x"}`)), nil},
	})
	found := visit().request("script", "https://script.hotjar.com/modules.1.js").request("fetch", "https://content.hotjar.io/", posts("x"), by("https://script.hotjar.com/modules.1.js")).
		judge(t, sessionRecording)
	f := found[0]
	if f.Party != "hotjar" || f.Certainty != Matched || f.Args["sent"] != "1" || f.Script != "https://script.hotjar.com/modules.1.js" || len(f.Evidence) != 2 {
		t.Errorf("finding %+v", f)
	}
	found = visit().moved().request("fetch", "https://a.clarity.ms/collect", posts(gzipped(nodesPage+mouseWay("[%d,%d]")))).judge(t, sessionRecording)
	if f := found[0]; f.Certainty != Observed || f.Args["what"] != "DOM, mousemove" || f.Args["packed"] != "gzip" {
		t.Errorf("finding %+v", f)
	}
	if found := visit().request("script", "https://script.hotjar.com/modules.1.js").judge(t, sessionRecording); found[0].Args["sent"] != "0" {
		t.Errorf("a recorder that only loaded sent %s", found[0].Args["sent"])
	}
}

// What looks like a recording and is none.
func TestSessionRecordingTwins(t *testing.T) {
	other := func(body string) *maker {
		return visit().moved().request("fetch", "https://api.other.test/v1", posts(body))
	}
	own := func(body string) *maker {
		return visit().moved().request("fetch", "https://www.shop.test/api", posts(body))
	}
	tryAll(t, sessionRecording, []trial{
		{"statistics with how far one scrolled", other(`{"event":"scroll","depth":90,"height":3000,"url":"https://www.shop.test/"}`), nil},
		{"a click with the elements around it", other(`{"event":"$autocapture","elements":[{"tag_name":"path"},{"tag_name":"svg"},{"tag_name":"button"},{"tag_name":"div"},` +
			`{"tag_name":"li"},{"tag_name":"ul"},{"tag_name":"nav"},{"tag_name":"header"},{"tag_name":"main"},{"tag_name":"body"}],"x":341,"y":268}`), nil},
		{"crumbs that led to an error", other(`{"exception":"x","breadcrumbs":[{"category":"ui.click","message":"body > main > div#a > button.b"},{"category":"ui.input"}],` +
			`"html":"<button class=b>Order</button>"}`), nil},
		{"what was loaded, and how fast", other(`[` + strings.Repeat(`{"initiatorType":"script"},{"initiatorType":"link"},{"initiatorType":"img"},{"initiatorType":"iframe"},{"initiatorType":"body"},`, 12) + `0]`), nil},
		{"the draft of a letter", own(`{"html":"<h1>Dear shop</h1><p>I <strong>like</strong> tea.</p><ul><li>Green</li><li>Black</li></ul><p>Yours</p>"}`), nil},
		{"changes to a text that several write", own(`{"delta":{"ops":[{"retain":12},{"insert":"tea","attributes":{"bold":true}}]}}`), nil},
		{"a form kept for later", own(`{"name":"A","street":"B","label":"home","title":"x","select":"option"}`), nil},
		{"an event with type, data and time", other(`[{"type":"track","data":{"source":"web"},"timestamp":1795000000000}]`), nil},
		{"moves of a game", own(`{"game":7,"moves":[` + mouseWay(`{"x":%d,"y":%d,"t":1}`) + `]}`), nil},
		{"pointers one at a time", visit().moved().line("wss://live.other.test/s", `{"x":341,"y":268}`, `{"x":372,"y":281}`, `{"x":403,"y":294}`, `{"x":434,"y":307}`), nil},
		{"places on a map", other(`{"path":[[52.01,4.36],[52.02,4.37],[52.03,4.38],[52.04,4.39]]}`), nil},
		{"a guard that tells people from programs", visit().moved().request("fetch", "https://hcaptcha.com/getcaptcha", posts(`{"mm":[`+mouseWay("[%d,%d,1]")+`]}`)), nil},
		{"a mail with a page in it", other(`{"subject":"x","text":"no page here, only the words head and body"}`), nil},
		{"bytes that are no text", other("\x01\x02\x03\xff\xfe" + strings.Repeat("\x9b\x11\xe0", 400)), nil},
		{"a page that was received", visit().request("fetch", "https://api.other.test/page", func(r *evidence.Request) { r.MIME = "text/html" }), nil},
		{"what is asked before", visit().request("preflight", "https://rs.fullstory.com/rec/bundle", posts("x")), nil},
	})
}

// Who sent it is the script, also out of a worker that it made.
func TestSender(t *testing.T) {
	m := visit()
	m.run.Targets = append(m.run.Targets, evidence.Target{ID: "t2", Kind: "worker", URL: "blob:https://www.shop.test/1", Parent: "t1", By: &evidence.Frame{URL: otherJS}})
	m.request("fetch", "https://rec.other.test/r", posts(rrwebPage), func(r *evidence.Request) {
		r.Target = "t2"
		r.Initiator = evidence.Initiator{Kind: "script", URL: "blob:https://www.shop.test/1", Stack: []evidence.Frame{{URL: "blob:https://www.shop.test/1"}}}
	})
	if f := m.judge(t, sessionRecording); len(f) != 1 || f[0].Script != otherJS {
		t.Errorf("findings %+v", f)
	}
	m = visit().request("fetch", "https://rec.other.test/r", posts(rrwebPage))
	if f := m.judge(t, sessionRecording); len(f) != 1 || f[0].Script != shop {
		t.Errorf("without a stack the document answers: %+v", f)
	}
}

func TestRecordersAreKnown(t *testing.T) {
	for party := range theRecorders().byParty {
		if _, ok := db(t).ByID(party); !ok {
			t.Errorf("recorders.yaml: there is no party %q", party)
		}
	}
}
