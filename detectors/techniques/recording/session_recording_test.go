package recording

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

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/internal/try"
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
	sent := func(body string) *try.Maker { return try.Visit().Moved().Request("fetch", to, try.Posts(body)) }
	try.All(t, SessionRecording, []try.Trial{
		try.One("events of rrweb", sent(try.RrwebPage), try.Want{"rec.other.test high"}),
		try.One("its mouse alone", sent(rrwebMoves), try.Want{"rec.other.test high"}),
		try.One("its changes alone", sent(rrwebChanges), try.Want{"rec.other.test high"}),
		try.One("its input alone", sent(rrwebInput), try.Want{"rec.other.test high"}),
		try.One("HTML of the page", sent(markupPage), try.Want{"rec.other.test high"}),
		try.One("HTML in JSON", sent(`{"url":"/","dom":`+quoted(markupPage)+`}`), try.Want{"rec.other.test high"}),
		try.One("nodes in a form of its own", sent(nodesPage), try.Want{"rec.other.test high"}),
		try.One("nodes in a binary form", sent(binaryPage), try.Want{"rec.other.test high"}),
		try.One("to the site itself", try.Visit().Request("fetch", "https://www.shop.test/r", try.Posts(try.RrwebPage)), try.Want{"www.shop.test medium"}),
		try.One("by beacon", try.Visit().Request("beacon", to, try.Posts(markupPage)), try.Want{"rec.other.test high"}),
		try.One("clipped by the record", sent(try.RrwebPage[:150]), try.Want{"rec.other.test high"}),
		try.One("over a line", try.Visit().Line("wss://rec.other.test/s", "hello", try.RrwebPage), try.Want{"rec.other.test high"}),
		try.One("over a line in pieces", try.Visit().Line("wss://rec.other.test/s", markupPage[:80], markupPage[80:160], markupPage[160:]), try.Want{"rec.other.test high"}),
		try.One("in several requests", try.Visit().Request("fetch", to, try.Posts(markupPage[:90])).Request("fetch", to, try.Posts(markupPage[90:])), try.Want{"rec.other.test high"}),
		try.One("before and after the choice", try.Visit().Request("fetch", to, try.Posts(try.RrwebPage)).Choose().Request("fetch", to, try.Posts(try.RrwebPage)),
			try.Want{"rec.other.test high", "rec.other.test high after"}),

		try.One("gzip", sent(gzipped(try.RrwebPage)), try.Want{"rec.other.test high"}),
		try.One("zlib", sent(zlibbed(try.RrwebPage)), try.Want{"rec.other.test high"}),
		try.One("bare deflate", sent(zlibbed(try.RrwebPage)[2:]), try.Want{"rec.other.test high"}),
		try.One("base64 in JSON", sent(`{"v":1,"d":"`+base64.StdEncoding.EncodeToString([]byte(zlibbed(nodesPage)))+`"}`), try.Want{"rec.other.test high"}),
		try.One("gzip as characters in JSON", sent(`[{"event":"$snapshot","data":`+quoted(gzipped(try.RrwebPage))+`}]`), try.Want{"rec.other.test high"}),
		try.One("JSON in JSON in JSON", sent(`{"a":`+quoted(`{"b":`+quoted(try.RrwebPage)+`}`)+`}`), try.Want{"rec.other.test high"}),
		try.One("a form", sent("v=1&data="+url.QueryEscape(try.RrwebPage)), try.Want{"rec.other.test high"}),
		try.One("base64 in a form", sent("data="+url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(gzipped(try.RrwebPage))))), try.Want{"rec.other.test high"}),
		try.One("a multipart form", sent("--x1\r\nContent-Disposition: form-data; name=\"segment\"\r\n\r\n"+zlibbed(try.RrwebPage)+"\r\n--x1--\r\n"), try.Want{"rec.other.test high"}),
		try.One("behind lines that describe it", sent("{\"event_id\":\"1\"}\n{\"type\":\"replay_recording\",\"length\":9}\n{\"segment_id\":0}\n"+zlibbed(try.RrwebPage)),
			try.Want{"rec.other.test high"}),

		try.One("the mouse in pairs", sent(`{"m":[`+try.MouseWay("[%d,%d,12]")+`]}`), try.Want{"rec.other.test high"}),
		try.One("the mouse as text", sent(try.MouseWay("%d %d")), try.Want{"rec.other.test high"}),
		try.One("the mouse in columns", sent(`{"x":[341,372,403,434,465,496],"y":[268,281,294,307,320,333]}`), try.Want{"rec.other.test high"}),
		try.One("the mouse in the address", try.Visit().Moved().Request("image", to+"?m="+try.MouseWay("%d.%d"), try.Pixel), nil),
		try.One("the mouse in pairs in the address", try.Visit().Moved().Request("image", to+"?m="+try.MouseWay("%d_%d"), try.Pixel), try.Want{"rec.other.test high"}),
		try.One("the mouse to the site itself, with scrolling", try.Visit().Moved().Request("fetch", "https://www.shop.test/r", try.Posts(`{"mousemove":[`+try.MouseWay("[%d,%d]")+`],"scroll":[0,200]}`)),
			try.Want{"www.shop.test medium"}),
	})
}

func TestSessionRecordingByName(t *testing.T) {
	try.All(t, SessionRecording, []try.Trial{
		try.One("a known recorder, unreadable", try.Visit().Request("fetch", "https://rs.fullstory.com/rec/bundle?OrgId=1", try.Posts("\x01\x02\xf3\xf4")), try.Want{"rs.fullstory.com high"}),
		try.One("on the site itself", try.Visit().Request("fetch", "https://www.shop.test/ingest/v1/web/i", try.Posts(binaryPage)), try.Want{"www.shop.test medium"}),
		try.One("a line of a known recorder", try.Visit().Line("wss://ws.hotjar.com/api/v2/client/ws", "x"), try.Want{"ws.hotjar.com high"}),
		try.One("loaded alone", try.Visit().Request("script", "https://script.hotjar.com/modules.1.js"), try.Want{"script.hotjar.com low"}),
		try.One("loaded, then sent", try.Visit().Request("script", "https://script.hotjar.com/modules.1.js").Request("fetch", "https://content.hotjar.io/?site_id=1", try.Posts("x")),
			try.Want{"content.hotjar.io high"}),
		try.One("loaded before, sent after the choice", try.Visit().Request("script", "https://script.hotjar.com/modules.1.js").Choose().
			Request("fetch", "https://content.hotjar.io/?site_id=1", try.Posts("x")), try.Want{"content.hotjar.io high after", "script.hotjar.com low"}),
		try.One("a recorder that sends to the site itself", try.Visit().Request("script", "https://cdn.other.test/openreplay.js").
			Request("fetch", "https://www.shop.test/i", try.Posts(binaryPage), try.By("https://cdn.other.test/openreplay.js")), try.Want{"www.shop.test medium"}),
		try.One("measurements of a known recorder", try.Visit().Request("fetch", "https://metrics.hotjar.io/", try.Posts("x")), nil),
		try.One("a script that nobody answered", try.Visit().Request("script", "https://script.hotjar.com/modules.1.js", try.Fails("net::ERR_FAILED")), nil),
		try.One("the recorder of a company for statistics", try.Visit().Request("script", "https://us-assets.i.posthog.com/static/posthog-recorder.js?v=1"), try.Want{"us-assets.i.posthog.com low"}),
		try.One("its statistics", try.Visit().Request("script", "https://us-assets.i.posthog.com/static/array.js").Request("fetch", "https://us.i.posthog.com/e/", try.Posts(`{"event":"x"}`)), nil),
	})
	found := try.Visit().Request("script", "https://script.hotjar.com/modules.1.js").Request("fetch", "https://content.hotjar.io/", try.Posts("x"), try.By("https://script.hotjar.com/modules.1.js")).
		Judge(t, SessionRecording)
	f := found[0]
	if f.Party != "hotjar" || f.Certainty != detectors.Matched || f.Args["sent"] != "1" || f.Script != "https://script.hotjar.com/modules.1.js" || len(f.Evidence) != 2 {
		t.Errorf("finding %+v", f)
	}
	found = try.Visit().Moved().Request("fetch", "https://a.clarity.ms/collect", try.Posts(gzipped(nodesPage+try.MouseWay("[%d,%d]")))).Judge(t, SessionRecording)
	if f := found[0]; f.Certainty != detectors.Observed || f.Args["what"] != "DOM, mousemove" || f.Args["packed"] != "gzip" {
		t.Errorf("finding %+v", f)
	}
	if found := try.Visit().Request("script", "https://script.hotjar.com/modules.1.js").Judge(t, SessionRecording); found[0].Args["sent"] != "0" {
		t.Errorf("a recorder that only loaded sent %s", found[0].Args["sent"])
	}
}

// What looks like a recording and is none.
func TestSessionRecordingTwins(t *testing.T) {
	other := func(body string) *try.Maker {
		return try.Visit().Moved().Request("fetch", "https://api.other.test/v1", try.Posts(body))
	}
	own := func(body string) *try.Maker {
		return try.Visit().Moved().Request("fetch", "https://www.shop.test/api", try.Posts(body))
	}
	try.All(t, SessionRecording, []try.Trial{
		try.One("statistics with how far one scrolled", other(`{"event":"scroll","depth":90,"height":3000,"url":"https://www.shop.test/"}`), nil),
		try.One("a click with the elements around it", other(`{"event":"$autocapture","elements":[{"tag_name":"path"},{"tag_name":"svg"},{"tag_name":"button"},{"tag_name":"div"},`+
			`{"tag_name":"li"},{"tag_name":"ul"},{"tag_name":"nav"},{"tag_name":"header"},{"tag_name":"main"},{"tag_name":"body"}],"x":341,"y":268}`), nil),
		try.One("crumbs that led to an error", other(`{"exception":"x","breadcrumbs":[{"category":"ui.click","message":"body > main > div#a > button.b"},{"category":"ui.input"}],`+
			`"html":"<button class=b>Order</button>"}`), nil),
		try.One("what was loaded, and how fast", other(`[`+strings.Repeat(`{"initiatorType":"script"},{"initiatorType":"link"},{"initiatorType":"img"},{"initiatorType":"iframe"},{"initiatorType":"body"},`, 12)+`0]`), nil),
		try.One("the draft of a letter", own(`{"html":"<h1>Dear shop</h1><p>I <strong>like</strong> tea.</p><ul><li>Green</li><li>Black</li></ul><p>Yours</p>"}`), nil),
		try.One("changes to a text that several write", own(`{"delta":{"ops":[{"retain":12},{"insert":"tea","attributes":{"bold":true}}]}}`), nil),
		try.One("a form kept for later", own(`{"name":"A","street":"B","label":"home","title":"x","select":"option"}`), nil),
		try.One("an event with type, data and time", other(`[{"type":"track","data":{"source":"web"},"timestamp":1795000000000}]`), nil),
		try.One("moves of a game", own(`{"game":7,"moves":[`+try.MouseWay(`{"x":%d,"y":%d,"t":1}`)+`]}`), nil),
		try.One("pointers one at a time", try.Visit().Moved().Line("wss://live.other.test/s", `{"x":341,"y":268}`, `{"x":372,"y":281}`, `{"x":403,"y":294}`, `{"x":434,"y":307}`), nil),
		try.One("places on a map", other(`{"path":[[52.01,4.36],[52.02,4.37],[52.03,4.38],[52.04,4.39]]}`), nil),
		try.One("a guard that tells people from programs", try.Visit().Moved().Request("fetch", "https://hcaptcha.com/getcaptcha", try.Posts(`{"mm":[`+try.MouseWay("[%d,%d,1]")+`]}`)), nil),
		try.One("a mail with a page in it", other(`{"subject":"x","text":"no page here, only the words head and body"}`), nil),
		try.One("bytes that are no text", other("\x01\x02\x03\xff\xfe"+strings.Repeat("\x9b\x11\xe0", 400)), nil),
		try.One("a page that was received", try.Visit().Request("fetch", "https://api.other.test/page", func(r *evidence.Request) { r.MIME = "text/html" }), nil),
		try.One("what is asked before", try.Visit().Request("preflight", "https://rs.fullstory.com/rec/bundle", try.Posts("x")), nil),
	})
}

// Who sent it is the script, also out of a worker that it made.
func TestSender(t *testing.T) {
	m := try.Visit()
	m.Run.Targets = append(m.Run.Targets, evidence.Target{ID: "t2", Kind: "worker", URL: "blob:https://www.shop.test/1", Parent: "t1", By: &evidence.Frame{URL: try.OtherJS}})
	m.Request("fetch", "https://rec.other.test/r", try.Posts(try.RrwebPage), func(r *evidence.Request) {
		r.Target = "t2"
		r.Initiator = evidence.Initiator{Kind: "script", URL: "blob:https://www.shop.test/1", Stack: []evidence.Frame{{URL: "blob:https://www.shop.test/1"}}}
	})
	if f := m.Judge(t, SessionRecording); len(f) != 1 || f[0].Script != try.OtherJS {
		t.Errorf("findings %+v", f)
	}
	m = try.Visit().Request("fetch", "https://rec.other.test/r", try.Posts(try.RrwebPage))
	if f := m.Judge(t, SessionRecording); len(f) != 1 || f[0].Script != try.Shop {
		t.Errorf("without a stack the document answers: %+v", f)
	}
}

func TestRecordersAreKnown(t *testing.T) {
	for party := range theRecorders().byParty {
		if _, ok := try.DB(t).ByID(party); !ok {
			t.Errorf("recorders.yaml: there is no party %q", party)
		}
	}
}
