package techniques

import (
	"maps"
	"math/rand/v2"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/detectors/techniques/mail"
	"github.com/spoor-audit/spoor/detectors/techniques/network"
	"github.com/spoor-audit/spoor/detectors/techniques/pixels"
	"github.com/spoor-audit/spoor/detectors/techniques/prompts"
	"github.com/spoor-audit/spoor/evidence"
)

// full is a visit in which every technique finds something, before and after a
// choice.
func full() *try.Maker {
	m := try.Visit()
	m.Run.Scripts = []evidence.Script{{ID: "none/script/1", Kind: "eval", URL: "https://forged.test/x.js", By: &evidence.Frame{URL: try.OtherJS}}}
	m.Visit.Names = []evidence.Name{{Host: "metrics.shop.test", Chain: []string{"shop.test.ssl.sc.omtrdc.net"}}, {Host: "www.shop.test", Chain: []string{"shop.cdn.test"}}}
	m.Run.Shots = []evidence.Shot{{Name: "shots/none-1.png"}}
	for range 2 {
		allActs(m)
		if m.Run.Chosen == nil {
			m.Choose()
		}
	}
	m.Another(evidence.Forms)
	for range 2 {
		whileTyping(m)
		if m.Run.Chosen == nil {
			m.Choose()
		}
	}
	return m
}

// fullMail is a message in which every technique on messages finds something, before
// and after its pictures are shown.
func fullMail() *try.Maker {
	const sent = "https://x.list-manage.com/track/"
	m := try.MailVisit(evidence.Mail{
		File: "full.eml", From: "Shop <news@shop.test>", To: "jan@reader.test",
		Links: []evidence.MailLink{{ID: "none/link/1", URL: sent + "click?e=f3a91c07d2", Text: "Offer"}, {ID: "none/link/2", URL: "https://www.other.test/?e=jan@reader.test", Text: "More"}},
		Images: []evidence.MailImage{
			{ID: "none/image/1", URL: sent + "open.php?e=f3a91c07d2", Width: 1, Height: 1, As: "img"},
			{ID: "none/image/2", URL: sent + "open.php?e=f3a91c07d3", Width: 1, Height: 1, As: "img"},
		},
	})
	m.Named("metrics.shop.test", "k1.eulerian.net")
	for _, code := range []string{"f3a91c07d2", "f3a91c07d3"} {
		m.Request("image", sent+"open.php?e="+code, try.Pixel).Request("image", try.Metrics+"open?e="+code, try.Pixel)
		m.Cookie("vid", "shop.test", try.UUID, 365).Cookie("uid", "list-manage.com", try.UUID[1:]+"a", 365)
		if m.Run.Chosen == nil {
			m.Choose()
		}
	}
	return m
}

// fulls are the visits above.
var fulls = []func() *try.Maker{full, fullMail}

// whileTyping does once what techniques look for that watch a visitor type.
func whileTyping(m *try.Maker) {
	m.Typed("email", try.Canary)
	m.Request("fetch", "https://log.other.test/f?m="+url.QueryEscape(try.Canary)).Request("fetch", "https://log.other.test/h?m="+try.SHA256(try.Canary))
	for i := range try.Canary {
		m.Request("fetch", "https://log.other.test/k?k="+url.QueryEscape(try.Canary[i:i+1]))
	}
}

// allActs does once what each technique looks for.
func allActs(m *try.Maker) {
	evald := []try.With{func(c *evidence.Call) { c.Script, c.Stack = "none/script/1", nil }}
	small := try.Size(1, 240, 60)
	m.Paint(try.OtherJS, small, try.Probe(try.Context)...).Paint(try.OtherJS, small, try.Canvas+"toDataURL")
	m.Calls(try.OtherJS, try.Size(2, 300, 150), try.GL+"getParameter(37445)").Calls(try.OtherJS, try.Size(2, 300, 150), try.Parameters(30)...)
	m.Calls(try.OtherJS, nil, "new OfflineAudioContext(1; 5000; 44100)", "BaseAudioContext.createOscillator", "OfflineAudioContext.startRendering", "AudioBuffer.getChannelData(0)")
	for i := range 50 {
		m.Call(try.OtherJS, "HTMLElement.offsetWidth", try.Font("Font "+strconv.Itoa(i)))
	}
	m.Calls("", evald, "Navigator.getBattery", "Navigator.platform", "Navigator.languages", "Navigator.hardwareConcurrency", "Navigator.deviceMemory",
		"Navigator.plugins", "Screen.width", "Screen.availWidth", "Screen.availLeft", "Screen.colorDepth", "new RTCPeerConnection",
		"RTCPeerConnection.createDataChannel", "RTCPeerConnection.createOffer", "MediaDevices.enumerateDevices", "Sensor.start",
		"Geolocation.getCurrentPosition", "Notification.requestPermission", "Clipboard.readText")
	m.Cookie("vid", "shop.test", try.UUID, 365).Cookie("uid", "tracker.test", try.UUID[1:]+"a", 365)
	for _, kind := range []string{"local", "session", "indexeddb", "cache", "service-worker"} {
		m.Item(kind, "https://www.shop.test", "k"+kind, try.UUID)
	}
	m.Request("image", try.Google+"&cid="+try.Visitor, try.Pixel).Request("beacon", "https://log.other.test/b").
		Request("script", "https://connect.facebook.net/en_US/sdk.js").Request("script", try.Metrics+"s_code.js").
		Request("fetch", "https://rec.other.test/r", try.Posts(try.RrwebPage))
	landed := try.Shop + "?gclid=" + try.Gclid + "&q=tv"
	m.Goes(landed, "", try.Opened).Request("image", "https://px.other.test/p?dl="+url.QueryEscape(landed), try.Pixel)
	m.Request("image", "https://px.a.test/p").Answers("uid", "a.test", try.CodeOfA).Leads("https://px.b.test/m?uid=" + try.CodeOfA)
	m.Goes(try.Counter, "t1").Sets("cid", "counter.test", try.UUID, 365).Redirected(try.News)
	back := "back" + strconv.Itoa(len(m.Run.Returns))
	m.Cookie(back, "shop.test", try.UUID[2:]+"bb", 365).Again(try.NoCookies, func(l *try.Maker) { l.Cookie(back, "shop.test", try.UUID[2:]+"bb", 365) })
	m.Item("local", "https://www.shop.test", "copy", try.UUID[2:]+"bb")
	m.Run.Sockets = append(m.Run.Sockets, evidence.Socket{ID: evidence.NewID(evidence.None, "socket", len(m.Run.Sockets)+1), At: m.Now, URL: "wss://live.other.test/s"})
}

func TestEveryTechniqueFindsBeforeAndAfter(t *testing.T) {
	seen := map[string]bool{}
	for _, visit := range fulls {
		m := visit()
		j := Run(m.Visit, try.DB(t), detectors.Options{})
		if len(j.NotMeasured)+len(j.Partial) > 0 {
			t.Errorf("not measured %v, partial %v", j.NotMeasured, j.Partial)
		}
		for _, f := range j.Findings {
			seen[m.Visit.Subject.Kind+" "+f.ID+" "+string(f.Phase)] = true
		}
		for _, x := range All() {
			for _, phase := range []evidence.Phase{evidence.Before, evidence.After} {
				if !seen[m.Visit.Subject.Kind+" "+x.ID+" "+string(phase)] && x.Applies(&m.Visit.Subject) {
					t.Errorf("%s found nothing in a %s %s the choice", x.ID, m.Visit.Subject.Kind, phase)
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

func findingsAreComplete(t *testing.T, m *try.Maker) {
	t.Helper()
	known := map[evidence.ID]bool{}
	for i := range m.Visit.Runs {
		run := &m.Visit.Runs[i]
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
	if m.Visit.Mail != nil {
		for _, l := range m.Visit.Mail.Links {
			known[l.ID] = true
		}
		for _, i := range m.Visit.Mail.Images {
			known[i.ID] = true
		}
	}
	for _, f := range Run(m.Visit, try.DB(t), detectors.Options{}).Findings {
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
		opts := detectors.Options{Only: []string{x.ID}}
		for _, visit := range fulls {
			before := Run(visit().Visit, try.DB(t), opts)
			for kind, cut := range remove {
				m := visit()
				for i := range m.Visit.Runs {
					cut(m.Visit, &m.Visit.Runs[i])
				}
				after := Run(m.Visit, try.DB(t), opts)
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
	first := Run(full().Visit, try.DB(t), detectors.Options{})
	for seed := range uint64(5) {
		m := full()
		r := rand.New(rand.NewPCG(seed, 1))
		for i := range m.Visit.Runs {
			run := &m.Visit.Runs[i]
			r.Shuffle(len(run.Calls), func(i, j int) { run.Calls[i], run.Calls[j] = run.Calls[j], run.Calls[i] })
			r.Shuffle(len(run.Requests), func(i, j int) { run.Requests[i], run.Requests[j] = run.Requests[j], run.Requests[i] })
			r.Shuffle(len(run.Cookies), func(i, j int) { run.Cookies[i], run.Cookies[j] = run.Cookies[j], run.Cookies[i] })
			r.Shuffle(len(run.Storage), func(i, j int) { run.Storage[i], run.Storage[j] = run.Storage[j], run.Storage[i] })
		}
		if got := Run(m.Visit, try.DB(t), detectors.Options{}); !reflect.DeepEqual(got, first) {
			t.Fatalf("seed %d: another judgement", seed)
		}
	}
}

func TestOptions(t *testing.T) {
	ids := func(o detectors.Options) []string {
		var list []string
		for _, f := range Run(full().Visit, try.DB(t), o).Findings {
			list = append(list, f.ID)
		}
		return slices.Compact(list)
	}
	if got := ids(detectors.Options{Only: []string{"geolocation", "no-reject-first-layer"}}); !slices.Equal(got, []string{"geolocation"}) {
		t.Errorf("only: %v", got)
	}
	if got := ids(detectors.Options{Skip: []string{"geolocation"}}); slices.Contains(got, "geolocation") || len(got) != ofPages()-1 {
		t.Errorf("skip: %v", got)
	}
}

// ofPages is how many techniques have something to look at in a page.
func ofPages() int {
	n := 0
	for _, x := range All() {
		if x.Applies(&full().Visit.Subject) {
			n++
		}
	}
	return n
}

// What could not be looked at is not measured, and never silently clean.
func TestNotMeasured(t *testing.T) {
	only := detectors.Options{Only: []string{"geolocation"}}
	asks := func() *try.Maker { return try.Visit().Calls(try.ShopJS, nil, "Geolocation.watchPosition") }
	for _, c := range []struct {
		name  string
		m     *try.Maker
		whole func(*try.Maker)
		found int
		why   string
	}{
		{"no calls were recorded", asks(), func(m *try.Maker) {
			m.Visit.Gaps = []evidence.Gap{{Scenario: evidence.None, Kind: evidence.KindCalls, Why: "read from a HAR file", Whole: true}}
		}, 0, "no calls were recorded: read from a HAR file"},
		{"a bot wall", asks(), func(m *try.Maker) { m.Run.Outcome, m.Run.Reason = evidence.Blocked, "captcha" }, 0, "bot wall"},
		{"a failed visit with nothing found", try.Visit(), func(m *try.Maker) { m.Run.Outcome, m.Run.Reason = evidence.Failed, "dns" }, 0, "the visit failed: dns"},
		{"a failed visit with something found", asks(), func(m *try.Maker) { m.Run.Outcome, m.Run.Reason = evidence.Failed, "crash" }, 1, ""},
		{"another kind is missing", asks(), func(m *try.Maker) {
			m.Visit.Gaps = []evidence.Gap{{Scenario: evidence.None, Kind: evidence.KindCookies, Why: "x", Whole: true}}
		}, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.whole(c.m)
			j := Run(c.m.Visit, try.DB(t), only)
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
	m := try.Visit()
	m.Run.Targets = append(m.Run.Targets, evidence.Target{ID: "t2", Kind: "iframe"})
	m.Run.Losses.CallsDropped, m.Run.Losses.SentSkipped = 12, 3
	m.Visit.Gaps = []evidence.Gap{{Scenario: evidence.None, Kind: evidence.KindCalls, Where: "worklet 1", Why: "no probes"}}
	j := detectors.Run([]*detectors.Technique{prompts.Geolocation, network.Beacon, pixels.AdPixelEvent}, m.Visit, try.DB(t), detectors.Options{})
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
	bad := &detectors.Technique{ID: "bad", Run: func(v *detectors.View) []detectors.Finding { panic("oh") }}
	j := detectors.Run([]*detectors.Technique{bad}, try.Visit().Visit, nil, detectors.Options{})
	if len(j.NotMeasured) != 1 || j.NotMeasured[0].Why != "the technique broke: oh" {
		t.Errorf("not measured: %v", j.NotMeasured)
	}
}

func TestTimes(t *testing.T) {
	m := try.Visit().Calls(try.ShopJS, nil, "Geolocation.watchPosition").Another(evidence.None).Another(evidence.None).Calls(try.ShopJS, nil, "Geolocation.watchPosition")
	found := m.Judge(t, prompts.Geolocation)
	if len(found) != 1 || found[0].Times != "2 of 3" {
		t.Errorf("found %+v", found)
	}
}

// Without signatures the visit is judged by what is seen.
func TestWithoutDB(t *testing.T) {
	j := Run(full().Visit, nil, detectors.Options{})
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
	m := try.LetterOf(t, "bikeshop.eml")
	m.Visit.Gaps = []evidence.Gap{{Scenario: evidence.None, Kind: evidence.KindRequests, Where: "bikeshop.eml", Why: "not-shown: no-browser", Whole: true}}
	j := Run(m.Visit, try.DB(t), detectors.Options{})
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
	if len(detectors.Run([]*detectors.Technique{mail.EmailTracking}, try.Visit().Visit, try.DB(t), detectors.Options{}).Partial) > 0 {
		t.Error("a page was judged as a message")
	}
}
