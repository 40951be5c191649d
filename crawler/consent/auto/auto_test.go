package auto_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/crawler/consent"
	"github.com/spoor-audit/spoor/crawler/consent/auto"
	"github.com/spoor-audit/spoor/evidence"
)

// A dialog with the element names of a consent manager that a rule knows
// (cookieconsent 3), which keeps what was pressed.
const knownDialog = `<!doctype html><html lang=en><body><h1>Shop</h1>
<div id=cc-main><div class=cm-wrapper style="position:fixed;bottom:0;background:#fff"><p>We use cookies.</p>
<button class=cm__btn data-role=all>Accept all</button><button class=cm__btn data-role=necessary>Reject all</button></div></div>
<script>
for (const b of document.querySelectorAll('button')) b.onclick = () => {
  document.cookie = 'cc_cookie=' + b.dataset.role; document.querySelector('#cc-main').remove() };
</script>`

var sites = map[string]string{
	"/known":  knownDialog,
	"/plain":  `<!doctype html><h1>No question here</h1>`,
	"/hidden": strings.Replace(knownDialog, "position:fixed", "display:none;position:fixed", 1),
	// It breaks its own language, and names elements like the script's functions.
	"/hostile": strings.Replace(knownDialog, "<script>", `<iframe name=autoconsentReceiveMessage></iframe><i id=spoorAutoconsent></i><script>
JSON.parse = JSON.stringify = () => { throw 1 };
Array.prototype.map = Array.prototype.push = Array.prototype.filter = () => { throw 1 };
Promise.prototype.then = () => { throw 1 }; window.Promise = null; window.setTimeout = () => 0;
`, 1),
	// A dialog in a frame of another site, with Sourcepoint's element names.
	"/framed": `<!doctype html><h1>News</h1><iframe id=sp_message_iframe_1 src="OTHER/index.html?message_id=1" style="width:600px;height:300px"></iframe>
<script>onmessage = e => { document.cookie = 'choice=' + e.data; document.querySelector('iframe').remove() }</script>`,
	"/index.html": `<!doctype html><p>We and our partners use cookies.</p>
<button class="message-button sp_choice_type_11">Agree</button><button class="message-button sp_choice_type_13">Reject</button>
<script>if (location.search.includes('layers')) { const b = document.querySelector('.sp_choice_type_13'); b.className = 'sp_choice_type_12'; b.textContent = 'Manage' }
for (const b of document.querySelectorAll('button')) b.onclick = () => parent.postMessage(b.textContent, '*')</script>`,
	// The same, where refusing is in a second frame that takes the place of the first.
	"/layers": `<!doctype html><h1>News</h1><iframe src="OTHER/index.html?message_id=1&layers" style="width:600px;height:300px"></iframe>
<script>onmessage = e => { document.querySelector('iframe').remove();
if (e.data === 'Manage') document.body.insertAdjacentHTML('beforeend', '<iframe src="OTHER/privacy-manager/index.html?message_id=2" style="width:600px;height:300px"></iframe>');
else document.cookie = 'choice=' + e.data }</script>`,
	"/privacy-manager/index.html": `<!doctype html><div class=type-modal>Purposes</div>
<button class="sp_choice_type_SAVE_AND_EXIT">Save</button><button class="sp_choice_type_REJECT_ALL">Reject all</button>
<script>for (const b of document.querySelectorAll('button')) b.onclick = () => parent.postMessage(b.textContent, '*')</script>`,
	"/reload": strings.Replace(knownDialog, "document.querySelector('#cc-main').remove() };", `location.reload() };
if (document.cookie) document.querySelector('#cc-main').remove()`, 1),
	"/stuck": `<!doctype html><h1>Stuck</h1><script>onload = () => setTimeout(() => { for (;;); }, 50)</script>`,
}

func detect(t testing.TB, r *auto.Rules, p consent.Page) auto.Found {
	t.Helper()
	f, err := r.Detect(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func run(t testing.TB, p *browsertest.Tab, js string) string {
	t.Helper()
	frames, err := p.Frames(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out string
	if err := frames[0].Main(t.Context(), js, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestChoose finds dialogs in a real browser and answers them.
func TestChoose(t *testing.T) {
	rules := browsertest.Rules(t)
	b := browsertest.Start(t)
	site := browsertest.Serve(t, sites, "")
	for _, tt := range []struct {
		path, cmp, cookie, label string
		want                     evidence.Scenario
	}{
		{"/known", "cookieconsent3", "cc_cookie=necessary", "Reject all", evidence.Reject},
		{"/known", "cookieconsent3", "cc_cookie=all", "Accept all", evidence.Accept},
		{"/hostile", "cookieconsent3", "cc_cookie=necessary", "Reject all", evidence.Reject},
		{"/reload", "cookieconsent3", "cc_cookie=necessary", "Reject all", evidence.Reject},
		{"/framed", "Sourcepoint-frame", "choice=Reject", "Reject", evidence.Reject},
		{"/framed", "Sourcepoint-frame", "choice=Agree", "Agree", evidence.Accept},
		{"/layers", "Sourcepoint-frame", "choice=Reject all", "", evidence.Reject},
	} {
		t.Run(tt.path[1:]+"/"+string(tt.want), func(t *testing.T) {
			t.Parallel()
			p := b.Open(t, site+tt.path)
			f := detect(t, rules, p)
			if f.CMP != tt.cmp || !f.Open || f.Cosmetic {
				t.Fatalf("found %q, open %v, cosmetic %v; want %q, open", f.CMP, f.Open, f.Cosmetic, tt.cmp)
			}
			if c := run(t, p, "document.cookie"); c != "" {
				t.Fatalf("cookie %q before any choice", c)
			}
			ok, clicks, err := f.Choose(t.Context(), tt.want)
			if err != nil || !ok {
				t.Fatalf("choose: %v, %v", ok, err)
			}
			if c := run(t, p, "document.cookie"); c != tt.cookie {
				t.Errorf("the site keeps %q, want %q", c, tt.cookie)
			}
			if tt.label != "" && clicks > 1 || tt.label != "" && len(f.Presses()) > 0 && !slices.Equal(f.Presses(), []string{tt.label}) {
				t.Errorf("%d clicks on %q, want one on %q", clicks, f.Presses(), tt.label)
			}
			// A click that takes its document away can take its label away as well.
			if tt.path == "/known" && len(f.Presses()) == 0 {
				t.Error("the click has no label")
			}
			if clicks < 1 || f.Scripted() {
				t.Errorf("%d clicks, scripted %v", clicks, f.Scripted())
			}
		})
	}
}

// TestNothing says that there is nothing where there is nothing to answer.
func TestNothing(t *testing.T) {
	rules := browsertest.Rules(t)
	b := browsertest.Start(t)
	site := browsertest.Serve(t, sites, "")
	for _, tt := range []struct{ path, cmp string }{{"/plain", ""}, {"/hidden", "cookieconsent3"}} {
		p := b.Open(t, site+tt.path)
		f := detect(t, rules, p)
		if f.CMP != tt.cmp || f.Open {
			t.Errorf("%s: found %q, open %v; want %q, not open", tt.path, f.CMP, f.Open, tt.cmp)
		}
		if ok, _, err := f.Choose(t.Context(), evidence.Reject); ok || !errors.Is(err, auto.ErrNotShown) {
			t.Errorf("%s: choose: %v, %v; want ErrNotShown", tt.path, ok, err)
		}
	}
}

// TestInvisible looks for traces that a page could see.
func TestInvisible(t *testing.T) {
	rules := browsertest.Rules(t)
	b := browsertest.Start(t)
	p := b.Open(t, browsertest.Serve(t, sites, "")+"/known")
	const look = `[Object.getOwnPropertyNames(window).join(), document.documentElement.outerHTML, HTMLElement.prototype.click].join()`
	before := run(t, p, look)
	detect(t, rules, p)
	if after := run(t, p, look); after != before {
		t.Errorf("detecting left traces:\n%s\n%s", before, after)
	}
}

// TestStuck gives up on a page whose scripts never end.
func TestStuck(t *testing.T) {
	rules := browsertest.Rules(t)
	b := browsertest.Start(t)
	p := b.Open(t, browsertest.Serve(t, sites, "")+"/stuck")
	time.Sleep(200 * time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	f, err := rules.Detect(ctx, p)
	if ctx.Err() != nil {
		t.Fatal("it had to be stopped from outside")
	}
	if err == nil || f.CMP != "" {
		t.Errorf("found %q, error %v; want an error", f.CMP, err)
	}
}

// TestRules refuses what are no rules, and choices that a rule cannot make.
func TestRules(t *testing.T) {
	if _, err := auto.New("alert(1)", "{}"); err == nil {
		t.Error("any script was taken for the content script")
	}
	const script = "autoconsentReceiveMessage"
	for _, bad := range []string{"", "{}", `{"autoconsent":[{}]}`, `{"autoconsent":[{"name":"a","runContext":{"main":1}}]}`} {
		if _, err := auto.New(script, bad); err == nil {
			t.Errorf("rules %q were taken", bad)
		}
	}
}

// TestNoRule does not accept by a rule that cannot, and does not use one that
// only hides.
func TestNoRule(t *testing.T) {
	b := browsertest.Start(t)
	site := browsertest.Serve(t, sites, "")
	for _, tt := range []struct {
		rule     string
		want     evidence.Scenario
		cosmetic bool
	}{
		{`"optOut":[{"click":"[data-role=necessary]"}]`, evidence.Accept, false},
		{`"cosmetic":true,"optOut":[{"hide":"#cc-main"}],"optIn":[{"click":"[data-role=all]"}]`, evidence.Accept, true},
		{`"optOut":[{"hide":"#cc-main"}]`, evidence.Reject, true},
		{`"optOut":[{"click":"[data-role=necessary]"}],"optIn":[{"click":"[data-role=all]"}]`, evidence.Close, false},
	} {
		rules, err := auto.New(browsertest.Pack(t, "autoconsent.playwright.js"),
			`{"autoconsent":[{"name":"test","detectCmp":[{"exists":"#cc-main"}],"detectPopup":[{"visible":".cm-wrapper"}],`+tt.rule+`}]}`)
		if err != nil {
			t.Fatal(err)
		}
		p := b.Open(t, site+"/known")
		f := detect(t, rules, p)
		if f.CMP != "test" || !f.Open || f.Cosmetic != tt.cosmetic {
			t.Errorf("%s: found %q, open %v, cosmetic %v", tt.rule, f.CMP, f.Open, f.Cosmetic)
		}
		if ok, _, err := f.Choose(t.Context(), tt.want); ok || !errors.Is(err, auto.ErrNoRule) {
			t.Errorf("%s: %s: %v, %v; want ErrNoRule", tt.rule, tt.want, ok, err)
		}
		if got := run(t, p, "document.cookie+getComputedStyle(document.querySelector('.cm-wrapper')).display"); got != "block" {
			t.Errorf("%s: the page was changed: %s", tt.rule, got)
		}
	}
}

// TestFailed says so if a rule does not fit the page.
func TestFailed(t *testing.T) {
	rules, err := auto.New(browsertest.Pack(t, "autoconsent.playwright.js"),
		`{"autoconsent":[{"name":"test","detectCmp":[{"exists":"#cc-main"}],"detectPopup":[{"visible":".cm-wrapper"}],"optOut":[{"click":"#gone"}]}]}`)
	if err != nil {
		t.Fatal(err)
	}
	b := browsertest.Start(t)
	f := detect(t, rules, b.Open(t, browsertest.Serve(t, sites, "")+"/known"))
	if ok, clicks, err := f.Choose(t.Context(), evidence.Reject); ok || clicks != 0 || err != nil {
		t.Errorf("choose: %v, %d clicks, %v; want false, none", ok, clicks, err)
	}
}

// TestSelfTest asks a rule whether it worked.
func TestSelfTest(t *testing.T) {
	rules := browsertest.Rules(t)
	b := browsertest.Start(t)
	p := b.Open(t, browsertest.Serve(t, sites, "")+"/known")
	f := detect(t, rules, p)
	if _, err := f.SelfTest(t.Context()); !errors.Is(err, auto.ErrNoRule) {
		t.Errorf("before a choice: %v, want ErrNoRule", err)
	}
	if _, _, err := f.Choose(t.Context(), evidence.Reject); err != nil {
		t.Fatal(err)
	}
	if ok, err := f.SelfTest(t.Context()); err != nil || !ok {
		t.Errorf("self-test: %v, %v; want true", ok, err)
	}
}
