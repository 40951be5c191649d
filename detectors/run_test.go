package detectors

import (
	"maps"
	"math/rand/v2"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

// full is a visit in which every technique finds something, before and after a
// choice.
func full() *maker {
	m := visit()
	m.run.Scripts = []evidence.Script{{ID: "none/script/1", Kind: "eval", URL: "https://forged.test/x.js", By: &evidence.Frame{URL: otherJS}}}
	m.v.Names = []evidence.Name{{Host: "metrics.shop.test", Chain: []string{"shop.test.ssl.sc.omtrdc.net"}}, {Host: "www.shop.test", Chain: []string{"shop.cdn.test"}}}
	m.run.Shots = []evidence.Shot{{Name: "shots/none-1.png"}}
	for range 2 {
		m.acts()
		if m.run.Chosen == nil {
			m.choose()
		}
	}
	m.another(evidence.Forms)
	for range 2 {
		m.typing()
		if m.run.Chosen == nil {
			m.choose()
		}
	}
	return m
}

// fullMail is a message in which every technique on messages finds something, before
// and after its pictures are shown.
func fullMail() *maker {
	const sent = "https://x.list-manage.com/track/"
	m := mailVisit(evidence.Mail{
		File: "full.eml", From: "Shop <news@shop.test>", To: "jan@reader.test",
		Links: []evidence.MailLink{{ID: "none/link/1", URL: sent + "click?e=f3a91c07d2", Text: "Offer"}, {ID: "none/link/2", URL: "https://www.other.test/?e=jan@reader.test", Text: "More"}},
		Images: []evidence.MailImage{
			{ID: "none/image/1", URL: sent + "open.php?e=f3a91c07d2", Width: 1, Height: 1, As: "img"},
			{ID: "none/image/2", URL: sent + "open.php?e=f3a91c07d3", Width: 1, Height: 1, As: "img"},
		},
	})
	m.named("metrics.shop.test", "k1.eulerian.net")
	for _, code := range []string{"f3a91c07d2", "f3a91c07d3"} {
		m.request("image", sent+"open.php?e="+code, pixel).request("image", metrics+"open?e="+code, pixel)
		m.cookie("vid", "shop.test", uuid, 365).cookie("uid", "list-manage.com", uuid[1:]+"a", 365)
		if m.run.Chosen == nil {
			m.choose()
		}
	}
	return m
}

// fulls are the visits above.
var fulls = []func() *maker{full, fullMail}

// typing does once what techniques look for that watch a visitor type.
func (m *maker) typing() {
	m.typed("email", canary)
	m.request("fetch", "https://log.other.test/f?m="+url.QueryEscape(canary)).request("fetch", "https://log.other.test/h?m="+sha256Of(canary))
	for i := range canary {
		m.request("fetch", "https://log.other.test/k?k="+url.QueryEscape(canary[i:i+1]))
	}
}

// acts does once what each technique looks for.
func (m *maker) acts() {
	evald := []with{func(c *evidence.Call) { c.Script, c.Stack = "none/script/1", nil }}
	small := size(1, 240, 60)
	m.paint(otherJS, small, probe(ctx)...).paint(otherJS, small, el+"toDataURL")
	m.calls(otherJS, size(2, 300, 150), gl+"getParameter(37445)").calls(otherJS, size(2, 300, 150), parameters(30)...)
	m.calls(otherJS, nil, "new OfflineAudioContext(1; 5000; 44100)", "BaseAudioContext.createOscillator", "OfflineAudioContext.startRendering", "AudioBuffer.getChannelData(0)")
	for i := range 50 {
		m.call(otherJS, "HTMLElement.offsetWidth", font("Font "+itoa(i)))
	}
	m.calls("", evald, "Navigator.getBattery", "Navigator.platform", "Navigator.languages", "Navigator.hardwareConcurrency", "Navigator.deviceMemory",
		"Navigator.plugins", "Screen.width", "Screen.availWidth", "Screen.availLeft", "Screen.colorDepth", "new RTCPeerConnection",
		"RTCPeerConnection.createDataChannel", "RTCPeerConnection.createOffer", "MediaDevices.enumerateDevices", "Sensor.start",
		"Geolocation.getCurrentPosition", "Notification.requestPermission", "Clipboard.readText")
	m.cookie("vid", "shop.test", uuid, 365).cookie("uid", "tracker.test", uuid[1:]+"a", 365)
	for _, kind := range []string{"local", "session", "indexeddb", "cache", "service-worker"} {
		m.item(kind, "https://www.shop.test", "k"+kind, uuid)
	}
	m.request("image", google+"&cid="+id, pixel).request("beacon", "https://log.other.test/b").
		request("script", "https://connect.facebook.net/en_US/sdk.js").request("script", metrics+"s_code.js").
		request("fetch", "https://rec.other.test/r", posts(rrwebPage))
	landed := shop + "?gclid=" + gclid + "&q=tv"
	m.goes(landed, "", opened).request("image", "https://px.other.test/p?dl="+url.QueryEscape(landed), pixel)
	m.request("image", "https://px.a.test/p").answers("uid", "a.test", aID).leads("https://px.b.test/m?uid=" + aID)
	m.goes(counter, "t1").sets("cid", "counter.test", uuid, 365).redirected(news)
	back := "back" + itoa(len(m.run.Returns))
	m.cookie(back, "shop.test", uuid[2:]+"bb", 365).again(noCookies, func(l *maker) { l.cookie(back, "shop.test", uuid[2:]+"bb", 365) })
	m.item("local", "https://www.shop.test", "copy", uuid[2:]+"bb")
	m.run.Sockets = append(m.run.Sockets, evidence.Socket{ID: evidence.NewID(evidence.None, "socket", len(m.run.Sockets)+1), At: m.now, URL: "wss://live.other.test/s"})
}

func TestEveryTechniqueFindsBeforeAndAfter(t *testing.T) {
	seen := map[string]bool{}
	for _, visit := range fulls {
		m := visit()
		j := Run(All(), m.v, db(t), Options{})
		if len(j.NotMeasured)+len(j.Partial) > 0 {
			t.Errorf("not measured %v, partial %v", j.NotMeasured, j.Partial)
		}
		for _, f := range j.Findings {
			seen[m.v.Subject.Kind+" "+f.ID+" "+string(f.Phase)] = true
		}
		for _, x := range All() {
			for _, phase := range []evidence.Phase{evidence.Before, evidence.After} {
				if !seen[m.v.Subject.Kind+" "+x.ID+" "+string(phase)] && x.Applies(&m.v.Subject) {
					t.Errorf("%s found nothing in a %s %s the choice", x.ID, m.v.Subject.Kind, phase)
				}
			}
		}
	}
	for _, x := range All() {
		if !seen["page "+x.ID+" before"] && !seen["mail "+x.ID+" before"] {
			t.Errorf("%s applies to nothing", x.ID)
		}
	}
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// Every finding must fill its sentence and say who, when, how sure and on what
// grounds.
func TestFindingsAreComplete(t *testing.T) {
	for _, visit := range fulls {
		findingsAreComplete(t, visit())
	}
}

func findingsAreComplete(t *testing.T, m *maker) {
	t.Helper()
	known := map[evidence.ID]bool{}
	for i := range m.v.Runs {
		run := &m.v.Runs[i]
		for i := range run.Calls {
			known[run.Calls[i].ID] = true
		}
		for i := range run.Requests {
			known[run.Requests[i].ID] = true
		}
		for _, s := range run.Sockets {
			known[s.ID] = true
		}
		for i := range run.Cookies {
			known[run.Cookies[i].ID] = true
		}
		for i := range run.Storage {
			known[run.Storage[i].ID] = true
		}
		for _, look := range run.Returns {
			for i := range look.Cookies {
				known[look.Cookies[i].ID] = true
			}
		}
		for i := range run.Links {
			known[run.Links[i].ID] = true
		}
	}
	if m.v.Mail != nil {
		for _, l := range m.v.Mail.Links {
			known[l.ID] = true
		}
		for _, i := range m.v.Mail.Images {
			known[i.ID] = true
		}
	}
	for _, f := range Run(All(), m.v, db(t), Options{}).Findings {
		x, _ := ByID(f.ID)
		for _, p := range placeholder.FindAllStringSubmatch(x.Doc.SentenceOf(f.Args), -1) {
			if f.Args[p[1]] == "" {
				t.Errorf("%s %s: no argument %q for its sentence", f.ID, f.Key, p[1])
			}
		}
		if f.Key == "" || f.Host == "" || f.Times != "1 of 1" || f.Certainty == "" || f.Severity == "" || len(f.Evidence) == 0 || f.Args["who"] == "" {
			t.Errorf("incomplete finding %+v", f)
		}
		for _, id := range f.Evidence {
			if !known[id] {
				t.Errorf("%s %s: evidence %q is not in the record", f.ID, f.Key, id)
			}
		}
	}
}

func TestDocs(t *testing.T) {
	ids := make([]string, 0, len(all))
	for _, x := range All() {
		ids = append(ids, x.ID)
		d := reflect.ValueOf(x.Doc)
		for i := range d.NumField() {
			if d.Field(i).IsZero() && d.Type().Field(i).Name != "Sentences" {
				t.Errorf("%s: no %s", x.ID, d.Type().Field(i).Name)
			}
		}
		if len(x.Needs) == 0 || x.Run == nil {
			t.Errorf("%s: no Needs or no Run", x.ID)
		}
		for _, title := range []string{x.Doc.Found, x.Doc.Clean} {
			if strings.HasSuffix(title, ".") || len(title) > 90 {
				t.Errorf("%s: the title %q is no title", x.ID, title)
			}
		}
		for _, prose := range slices.AppendSeq([]string{x.Doc.Sentence, x.Doc.Why, x.Doc.Fix, x.Doc.Limits}, maps.Values(x.Doc.Sentences)) {
			if !strings.HasSuffix(prose, ".") {
				t.Errorf("%s: %q does not end with a full stop", x.ID, prose)
			}
			// The words of docs/interfaces.md 14 and docs/consent.md 5.
			for _, bad := range []string{"illegal", "violat", "breach", "third party", "third parties", "vendor", "fingerprint", "pre-consent"} {
				if strings.Contains(strings.ToLower(prose), bad) {
					t.Errorf("%s: %q is not a word for visitors: %q", x.ID, bad, prose)
				}
			}
		}
		if y, ok := ByID(x.ID); !ok || y != x {
			t.Errorf("%s is not found by its ID", x.ID)
		}
	}
	if !slices.IsSorted(ids) {
		t.Errorf("not in order: %v", ids)
	}
}

// What a technique does not declare it must not use: without it the answer
// stays the same.
func TestNeedsAreComplete(t *testing.T) {
	remove := map[evidence.Kind]func(*evidence.Visit, *evidence.Run){
		evidence.KindPage:     func(_ *evidence.Visit, r *evidence.Run) { r.Pages, r.Links = nil, nil },
		evidence.KindRequests: func(_ *evidence.Visit, r *evidence.Run) { r.Requests, r.Sockets = nil, nil },
		evidence.KindBodies: func(_ *evidence.Visit, r *evidence.Run) {
			for i := range r.Requests {
				r.Requests[i].Body = ""
			}
		},
		evidence.KindCookies: func(_ *evidence.Visit, r *evidence.Run) { r.Cookies = nil },
		evidence.KindStorage: func(_ *evidence.Visit, r *evidence.Run) { r.Storage = nil },
		evidence.KindCalls:   func(_ *evidence.Visit, r *evidence.Run) { r.Calls = nil },
		evidence.KindScripts: func(_ *evidence.Visit, r *evidence.Run) { r.Scripts = nil },
		evidence.KindNames:   func(v *evidence.Visit, _ *evidence.Run) { v.Names = nil },
		evidence.KindShots:   func(_ *evidence.Visit, r *evidence.Run) { r.Shots = nil },
		evidence.KindTyped:   func(_ *evidence.Visit, r *evidence.Run) { r.Typed = nil },
		evidence.KindReturns: func(_ *evidence.Visit, r *evidence.Run) { r.Returns = nil },
	}
	for _, x := range All() {
		opts := Options{Only: []string{x.ID}}
		for _, visit := range fulls {
			before := Run(All(), visit().v, db(t), opts)
			for kind, cut := range remove {
				m := visit()
				for i := range m.v.Runs {
					cut(m.v, &m.v.Runs[i])
				}
				after := Run(All(), m.v, db(t), opts)
				if slices.Contains(x.Needs, kind) || slices.Contains(x.Uses, kind) {
					continue
				}
				if !reflect.DeepEqual(before, after) {
					t.Errorf("%s changes without %s, which it does not declare", x.ID, kind)
				}
			}
		}
	}
}

// The same record gives the same judgement, in whatever order it was written.
func TestDeterminism(t *testing.T) {
	first := Run(All(), full().v, db(t), Options{})
	for seed := range uint64(5) {
		m := full()
		r := rand.New(rand.NewPCG(seed, 1))
		for i := range m.v.Runs {
			run := &m.v.Runs[i]
			r.Shuffle(len(run.Calls), func(i, j int) { run.Calls[i], run.Calls[j] = run.Calls[j], run.Calls[i] })
			r.Shuffle(len(run.Requests), func(i, j int) { run.Requests[i], run.Requests[j] = run.Requests[j], run.Requests[i] })
			r.Shuffle(len(run.Cookies), func(i, j int) { run.Cookies[i], run.Cookies[j] = run.Cookies[j], run.Cookies[i] })
			r.Shuffle(len(run.Storage), func(i, j int) { run.Storage[i], run.Storage[j] = run.Storage[j], run.Storage[i] })
		}
		if got := Run(All(), m.v, db(t), Options{}); !reflect.DeepEqual(got, first) {
			t.Fatalf("seed %d: another judgement", seed)
		}
	}
}

func TestOptions(t *testing.T) {
	ids := func(o Options) []string {
		var list []string
		for _, f := range Run(All(), full().v, db(t), o).Findings {
			list = append(list, f.ID)
		}
		return slices.Compact(list)
	}
	if got := ids(Options{Only: []string{"geolocation", "no-reject-first-layer"}}); !slices.Equal(got, []string{"geolocation"}) {
		t.Errorf("only: %v", got)
	}
	if got := ids(Options{Skip: []string{"geolocation"}}); slices.Contains(got, "geolocation") || len(got) != ofPages()-1 {
		t.Errorf("skip: %v", got)
	}
}

// ofPages is how many techniques have something to look at in a page.
func ofPages() int {
	n := 0
	for _, x := range All() {
		if x.Applies(&full().v.Subject) {
			n++
		}
	}
	return n
}

// What could not be looked at is not measured, and never silently clean.
func TestNotMeasured(t *testing.T) {
	only := Options{Only: []string{"geolocation"}}
	asks := func() *maker { return visit().calls(shopJS, nil, "Geolocation.watchPosition") }
	for _, c := range []struct {
		name  string
		m     *maker
		whole func(*maker)
		found int
		why   string
	}{
		{"no calls were recorded", asks(), func(m *maker) {
			m.v.Gaps = []evidence.Gap{{Scenario: evidence.None, Kind: evidence.KindCalls, Why: "read from a HAR file", Whole: true}}
		}, 0, "no calls were recorded: read from a HAR file"},
		{"a bot wall", asks(), func(m *maker) { m.run.Outcome, m.run.Reason = evidence.Blocked, "captcha" }, 0, "bot wall"},
		{"a failed visit with nothing found", visit(), func(m *maker) { m.run.Outcome, m.run.Reason = evidence.Failed, "dns" }, 0, "the visit failed: dns"},
		{"a failed visit with something found", asks(), func(m *maker) { m.run.Outcome, m.run.Reason = evidence.Failed, "crash" }, 1, ""},
		{"another kind is missing", asks(), func(m *maker) {
			m.v.Gaps = []evidence.Gap{{Scenario: evidence.None, Kind: evidence.KindCookies, Why: "x", Whole: true}}
		}, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.whole(c.m)
			j := Run(All(), c.m.v, db(t), only)
			if len(j.Findings) != c.found {
				t.Errorf("%d findings, want %d", len(j.Findings), c.found)
			}
			if c.why == "" && len(j.NotMeasured) > 0 || c.why != "" && (len(j.NotMeasured) != 1 || !strings.Contains(j.NotMeasured[0].Why, c.why)) {
				t.Errorf("not measured: %v, want %q", j.NotMeasured, c.why)
			}
		})
	}
}

func TestPartial(t *testing.T) {
	m := visit()
	m.run.Targets = append(m.run.Targets, evidence.Target{ID: "t2", Kind: "iframe"})
	m.run.Losses.CallsDropped, m.run.Losses.SentSkipped = 12, 3
	m.v.Gaps = []evidence.Gap{{Scenario: evidence.None, Kind: evidence.KindCalls, Where: "worklet 1", Why: "no probes"}}
	j := Run([]*Technique{geolocation, beacon, adPixelEvent}, m.v, db(t), Options{})
	if len(j.Partial) != 2 || j.Partial[0].ID != "ad-pixel-event" || j.Partial[0].Why != "the bodies of 3 requests were not told" {
		t.Errorf("partial: %v", j.Partial)
	}
	j.Partial = j.Partial[1:]
	if len(j.Partial) != 1 || j.Partial[0].ID != "geolocation" {
		t.Fatalf("partial: %v", j.Partial)
	}
	for _, want := range []string{"1 of 2 documents", "12 calls", "worklet 1: no probes"} {
		if !strings.Contains(j.Partial[0].Why, want) {
			t.Errorf("%q does not say %q", j.Partial[0].Why, want)
		}
	}
}

// A technique that breaks must not take the others with it.
func TestPanic(t *testing.T) {
	bad := &Technique{ID: "bad", Run: func(v *View) []Finding { panic("oh") }}
	j := Run([]*Technique{bad}, visit().v, nil, Options{})
	if len(j.NotMeasured) != 1 || j.NotMeasured[0].Why != "the technique broke: oh" {
		t.Errorf("not measured: %v", j.NotMeasured)
	}
}

func TestTimes(t *testing.T) {
	m := visit().calls(shopJS, nil, "Geolocation.watchPosition").another(evidence.None).another(evidence.None).calls(shopJS, nil, "Geolocation.watchPosition")
	found := m.judge(t, geolocation)
	if len(found) != 1 || found[0].Times != "2 of 3" {
		t.Errorf("found %+v", found)
	}
}

// Without signatures the visit is judged by what is seen.
func TestWithoutDB(t *testing.T) {
	j := Run(All(), full().v, nil, Options{})
	ids := map[string]bool{}
	for _, f := range j.Findings {
		ids[f.ID] = true
	}
	if !ids["fingerprint-canvas"] || !ids["third-party-request"] || ids["tracker-request"] || len(j.NotMeasured) > 0 {
		t.Errorf("found %v, not measured %v", ids, j.NotMeasured)
	}
}

// TestNotShown says that a message is judged without a browser, in part.
func TestNotShown(t *testing.T) {
	m := letterOf(t, "bikeshop.eml")
	m.v.Gaps = []evidence.Gap{{Scenario: evidence.None, Kind: evidence.KindRequests, Where: "bikeshop.eml", Why: "not-shown: no-browser", Whole: true}}
	j := Run(All(), m.v, db(t), Options{})
	ids := map[string]bool{}
	for _, f := range j.Findings {
		ids[f.ID] = true
	}
	if !ids["email-tracking"] || len(j.Partial) != 1 || j.Partial[0].ID != "email-tracking" {
		t.Errorf("found %v, partial %v", ids, j.Partial)
	}
	for _, n := range j.NotMeasured {
		if n.ID == "email-tracking" || strings.HasPrefix(n.ID, "fingerprint") || n.ID == "tracking-pixel" {
			t.Errorf("not measured: %+v", n)
		}
	}
	if len(Run([]*Technique{emailTracking}, visit().v, db(t), Options{}).Partial) > 0 {
		t.Error("a page was judged as a message")
	}
}
