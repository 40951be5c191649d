package visit

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp/kb"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/crawler/document"
)

// A Step is something that the visitor does on the page.
type Step struct {
	Act      string // click type press wait scroll reload goto
	Selector string // CSS, of click and type
	Text     string // of type
	Key      string // of press: "Enter", "Tab", "a"
	URL      string // of goto; relative to the page
	Wait     time.Duration
}

// stepWait is how long a step waits for its element to appear.
const stepWait = 10 * time.Second

// do carries out one step and waits until the page is settled again.
func (d *driver) do(ctx context.Context, s Step) error {
	began := time.Now()
	d.rec.note("step", s.Act+" "+s.Selector+s.Key+s.URL)
	rule := Settle{Quiet: d.plan.Settle.Quiet, Min: min(d.plan.Settle.Min, 2*time.Second), Max: d.plan.Settle.Max}
	var err error
	switch s.Act {
	case "click":
		err = d.click(ctx, s.Selector)
	case "type":
		if err = d.click(ctx, s.Selector); err == nil {
			err = d.typeText(ctx, s.Text)
		}
	case "press":
		err = d.press(ctx, s.Key)
	case "wait":
		select {
		case <-ctx.Done():
		case <-time.After(s.Wait):
		}
		return nil
	case "scroll":
		err = d.scroll(ctx)
	case "reload":
		d.rec.forgetLoad()
		_, err = cdp.Do(ctx, d.main, page.Reload, page.ReloadParams{})
	case "goto":
		err = d.openRelative(ctx, s.URL)
	default:
		err = fmt.Errorf("unknown act %q", s.Act)
	}
	if err != nil {
		return fmt.Errorf("visit: %s %s: %w", s.Act, s.Selector+s.Key+s.URL, err)
	}
	d.settle(ctx, began, rule)
	return nil
}

// click presses the left mouse button on an element, as a person would: with
// real input, in the middle of the element, after scrolling it into view.
func (d *driver) click(ctx context.Context, selector string) error {
	x, y, err := d.locate(ctx, selector)
	if err != nil {
		return err
	}
	return d.page().Press(ctx, x, y)
}

// locate waits for an element and finds its middle.
func (d *driver) locate(ctx context.Context, selector string) (x, y float64, err error) {
	js := `(()=>{const e=document.querySelector(` + quote(selector) + `);if(!e)return null;
e.scrollIntoView({block:'center',inline:'center',behavior:'instant'});const r=e.getBoundingClientRect();
return r.width&&r.height?[r.left+r.width/2,r.top+r.height/2]:null})()`
	deadline := time.Now().Add(stepWait)
	for {
		var at []float64
		if err := d.eval(ctx, js, &at); err != nil {
			return 0, 0, err
		}
		if len(at) == 2 {
			return at[0], at[1], nil
		}
		if time.Now().After(deadline) {
			return 0, 0, fmt.Errorf("no visible element %q", selector)
		}
		select {
		case <-ctx.Done():
			return 0, 0, context.Cause(ctx)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (d *driver) typeText(ctx context.Context, text string) error {
	for _, c := range text {
		if err := d.key(ctx, string(c)); err != nil {
			return err
		}
	}
	return nil
}

// keys are the names of keys that are no characters.
var keys = map[string]string{
	"enter": kb.Enter, "tab": kb.Tab, "escape": kb.Escape, "backspace": kb.Backspace, "space": " ",
	"arrowdown": kb.ArrowDown, "arrowup": kb.ArrowUp, "arrowleft": kb.ArrowLeft, "arrowright": kb.ArrowRight,
	"home": kb.Home, "end": kb.End, "pagedown": kb.PageDown, "pageup": kb.PageUp, "delete": kb.Delete,
}

func (d *driver) press(ctx context.Context, key string) error {
	if k, ok := keys[strings.ToLower(key)]; ok {
		return d.key(ctx, k)
	}
	if utf8.RuneCountInString(key) == 1 {
		return d.key(ctx, key)
	}
	return fmt.Errorf("unknown key %q", key)
}

func (d *driver) key(ctx context.Context, key string) error {
	c, _ := utf8.DecodeRuneInString(key)
	return d.page().Key(ctx, c)
}

// scroll turns the wheel down the page, a window at a time, to its end or for
// twenty windows.
func (d *driver) scroll(ctx context.Context) error {
	w := d.rec.look.window
	for range 20 {
		// cdproto leaves out a distance of 0, without which Chrome turns no wheel.
		p := map[string]any{"type": "mouseWheel", "x": w.Width / 2, "y": w.Height / 3, "deltaX": 0, "deltaY": w.Height * 4 / 5}
		if err := d.main.Call(ctx, input.CommandDispatchMouseEvent, p, nil); err != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
		var end bool
		if err := d.eval(ctx, `(e=>e.scrollTop+innerHeight>=e.scrollHeight-2)(document.scrollingElement||document.documentElement)`, &end); err != nil || end {
			return err
		}
	}
	return nil
}

func (d *driver) openRelative(ctx context.Context, address string) error {
	var full string
	if err := d.eval(ctx, `new URL(`+quote(address)+`,document.baseURI).href`, &full); err != nil {
		return fmt.Errorf("bad address %q", address)
	}
	d.rec.forgetLoad()
	res, err := cdp.Do(ctx, d.main, page.Navigate, page.NavigateParams{URL: full})
	if err == nil && res.ErrorText != "" {
		err = fmt.Errorf("%s", res.ErrorText)
	}
	return err
}

// eval runs JavaScript of spoor's own in a world of its own, which shares the
// page's document and none of its scripts' changes to the language, and reads
// its value.
func (d *driver) eval(ctx context.Context, js string, into any) error {
	return d.page().World(ctx, js, into)
}

// page is the page's own document.
func (d *driver) page() *document.Document {
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	p := d.rec.document(d.main, d.rec.mainFrame())
	p.Limit, p.Prompt = hangLimit, true
	return p
}

// quote writes a string as a JavaScript literal.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

// note records what spoor itself did.
func (r *recorder) note(kind, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.event(time.Now(), kind, "", strings.TrimSpace(text))
}

// forgetLoad makes the page count as loading until its next load event.
func (r *recorder) forgetLoad() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.first = r.frames[r.mainFrame()].loader
	r.changed = time.Now()
}
