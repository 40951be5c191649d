package visit

import (
	"cmp"
	"context"
	"errors"
	"time"

	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp/kb"

	"github.com/spoor-audit/spoor/crawler/canary"
	"github.com/spoor-audit/spoor/crawler/consent"
	"github.com/spoor-audit/spoor/crawler/document"
	"github.com/spoor-audit/spoor/evidence"
)

// Limits of typing, for each page.
const (
	maxBlanks  = 30              // fields, unless the plan says otherwise
	maxRounds  = 6               // looks for fields that appeared while others were filled in
	keyLimit   = 3 * time.Second // for a page to take a key
	maxStrikes = 2               // fields of a page that gives no answer
	// typeReserve is what is left of the run's time for what typing sets off.
	typeReserve = 8 * time.Second
)

// Why a field was not typed into, in the words of gaps.
const (
	whyOutOfReach = "out-of-reach"  // it could not be focused
	whyRemoved    = "removed"       // the page took it away meanwhile
	whyNoAnswer   = "no-answer"     // the page did not answer in time
	whyLeft       = "left-page"     // the page sent its visitor elsewhere meanwhile
	whyMany       = "many-fields"   // the page has more than are filled in
	whyNoTime     = "no-time"       // the run's time was over
	whyNoLook     = "not-readable"  // the page could not be looked at
	whyNotLeft    = "not-left"      // the page could not be left, so its good-bye is missing
	whyLostFocus  = "focus-escapes" // the page moved the focus away while it was typed
)

// A typist types into the fields of one page.
type typist struct {
	driver *driver
	maker  *canary.Maker
	where  string // address of the page
	began  cdptypes.LoaderID
	until  time.Time
	done   []*consent.Blank
	silent map[string]bool // frames that gave no answer
	strike int
}

// typeForms types a text of its own into each field of the page, in the scenario
// that does so, and waits for what that sets off. No form is sent: see guard.go.
func (d *driver) typeForms(ctx context.Context) {
	if d.plan.Scenario != evidence.Forms || ctx.Err() != nil || d.gone() {
		return
	}
	if d.maker == nil {
		maker, err := canary.New(d.plan.Seed, d.plan.URL)
		if err != nil {
			d.lockedGap(evidence.KindTyped, d.plan.URL, err.Error())
			return
		}
		d.maker = maker
	}
	d.guardForms()
	t := &typist{driver: d, maker: d.maker, began: d.loader(), until: d.typeUntil(ctx), silent: map[string]bool{}}
	d.rec.mu.Lock()
	pg := &d.rec.run.Pages[d.rec.page]
	t.where = pg.FinalURL
	d.rec.mu.Unlock()
	d.say("typing", t.where)
	t.page(ctx)
	d.settle(ctx, time.Now(), d.after())
	if t.left() {
		t.gap(t.where, whyLeft)
	}
}

// typeUntil is when typing into the present page ends at the latest: early enough for
// what it sets off and, on the first of several pages, for the others.
func (d *driver) typeUntil(ctx context.Context) time.Time {
	now := time.Now()
	deadline, ok := ctx.Deadline()
	if !ok {
		return now.Add(d.plan.Timeout)
	}
	left := deadline.Add(-typeReserve).Sub(now)
	if d.plan.Further != nil {
		left /= 2
	}
	return now.Add(left)
}

// loader tells the page's present document from those after it.
func (d *driver) loader() cdptypes.LoaderID {
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	return d.rec.frames[d.rec.mainFrame()].loader
}

// page fills in what there is, and what appears meanwhile.
func (t *typist) page(ctx context.Context) {
	for range maxRounds {
		list, silent, err := consent.Blanks(ctx, surface{t.driver})
		for _, u := range silent {
			if !t.silent[u] {
				t.silent[u] = true
				t.gap(u, whyNoAnswer)
			}
		}
		if err != nil {
			t.gap(t.where, whyNoLook)
			return
		}
		fresh := t.fresh(list)
		if len(fresh) == 0 {
			return
		}
		for _, b := range fresh {
			if !t.goesOn(ctx) {
				return
			}
			t.field(ctx, b)
		}
	}
}

// fresh lists the fields that were not filled in, nor stand in the place of one that
// was.
func (t *typist) fresh(list []*consent.Blank) []*consent.Blank {
	present := map[*consent.Blank]bool{}
	for _, o := range t.done {
		for _, b := range list {
			present[o] = present[o] || o.Same(b)
		}
	}
	var out []*consent.Blank
	for _, b := range list {
		known := false
		for _, o := range t.done {
			known = known || o.Same(b) || o.Alike(b) && !present[o]
		}
		if !known {
			out = append(out, b)
		}
	}
	return out
}

// goesOn reports whether another field is to be filled in.
func (t *typist) goesOn(ctx context.Context) bool {
	d := t.driver
	switch {
	case d.gone():
		return false
	case t.left():
		t.gap(t.where, whyLeft)
	case len(t.done) >= cmp.Or(d.plan.Blanks, maxBlanks):
		t.gap(t.where, whyMany)
	case ctx.Err() != nil || time.Now().After(t.until):
		t.gap(t.where, whyNoTime)
	default:
		return t.strike < maxStrikes
	}
	return false
}

// left reports whether the page is another one by now.
func (t *typist) left() bool { return t.driver.loader() != t.began }

func (t *typist) gap(where, why string) {
	t.driver.lockedGap(evidence.KindTyped, where, why)
}

// field types into one field, and records what it typed, or why it could not.
func (t *typist) field(ctx context.Context, b *consent.Blank) {
	t.done = append(t.done, b)
	text := t.maker.Text(t.driver.typed(), t.want(b))
	if text == "" {
		return // nothing that it takes could be found again
	}
	place, err := b.Reach(ctx)
	switch {
	case err != nil:
		t.fail(ctx, b, err)
		return
	case place.Gone, !place.Seen:
		return // a person meets no such field
	}
	doc, ok := b.Frame.(*document.Document)
	if !ok || !t.focus(ctx, doc, b, place) {
		if t.left() {
			return
		}
		t.gap(b.Name(), whyOutOfReach)
		return
	}
	t.driver.rec.types(text)
	sent, at, err := t.keys(ctx, doc, b, text)
	if sent != "" {
		became, _ := b.Content(ctx) // of a field that is gone there is nothing to tell
		t.record(doc, b, sent, became.Text, at)
	}
	if err != nil {
		t.fail(ctx, b, err)
		return
	}
	t.strike = 0
	t.blur(ctx, doc, b)
}

func (d *driver) typed() int {
	d.texts++
	return d.texts
}

func (t *typist) want(b *consent.Blank) canary.Want {
	w := canary.Want{
		Asks: b.Field.Asks, Type: b.Field.Type, Language: t.language(), Max: max(b.Max, 0), Low: b.Low, High: b.High,
		Pattern: b.Pattern, Digits: b.Digits, Words: b.Field.Label + " " + b.Field.Name, Hint: b.Hint, Fills: b.Fills,
	}
	if w.Asks == "other" && b.Search() {
		w.Asks = "search"
	}
	return w
}

func (t *typist) language() string {
	d := t.driver
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	return d.rec.run.Pages[d.rec.page].Language
}

var errRemoved = errors.New("visit: the field is gone")
var errFocus = errors.New("visit: the focus is elsewhere")

// fail records why a field was not, or not wholly, typed into.
func (t *typist) fail(ctx context.Context, b *consent.Blank, err error) {
	switch {
	case t.left():
		// goesOn tells.
	case errors.Is(err, errRemoved):
		t.gap(b.Name(), whyRemoved)
	case errors.Is(err, errFocus):
		t.gap(b.Name(), whyLostFocus)
	default:
		t.strike++
		t.gap(b.Name(), whyNoAnswer)
		if ctx.Err() == nil && !t.driver.gone() && !t.driver.ping(ctx, time.Second) {
			t.driver.hung(ctx)
		}
	}
}

// focus lets the field get what is typed: by a click where the mouse meets it, as a
// person does; else, and in frames, over which something of the page may lie, as the
// Tab key does. Fields for dates open a calendar when they are clicked.
func (t *typist) focus(ctx context.Context, doc *document.Document, b *consent.Blank, at consent.Place) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*keyLimit)
	defer cancel()
	d := t.driver
	d.rec.mu.Lock()
	own := doc.Frame == d.rec.mainFrame()
	d.rec.mu.Unlock()
	if own && at.Hit && b.Field.Type != "date" {
		if doc.Press(ctx, at.X, at.Y) == nil && t.has(ctx, b) {
			return true
		}
	}
	return doc.Focus(ctx, b.Element()) == nil && t.has(ctx, b)
}

// has reports whether the field gets what is typed.
func (t *typist) has(ctx context.Context, b *consent.Blank) bool {
	c, err := b.Content(ctx)
	return err == nil && !c.Gone && c.Focused
}

// keys types a text, and returns as much of it as the field got, and when it began.
func (t *typist) keys(ctx context.Context, doc *document.Document, b *consent.Blank, text string) (sent string, at evidence.Millis, err error) {
	if b.Held && b.Field.Type != "editable" && b.Field.Type != "date" {
		if err := within(ctx, doc.SelectAll); err != nil {
			return "", 0, err
		}
	}
	at = t.driver.now()
	order := []rune(text)
	if b.Field.Type == "date" {
		order = t.dateKeys(ctx, doc, text)
	}
	for i, c := range order {
		began := time.Now()
		now, err := b.Content(ctx)
		switch {
		case err != nil:
			return part(text, i, len(order)), at, err
		case now.Gone:
			return part(text, i, len(order)), at, errRemoved
		case !now.Focused:
			return part(text, i, len(order)), at, errFocus
		}
		if err := within(ctx, func(ctx context.Context) error { return doc.Key(ctx, c) }); err != nil {
			return part(text, i, len(order)), at, err
		}
		if err := rest(ctx, pace(i)-time.Since(began)); err != nil {
			return part(text, i+1, len(order)), at, err
		}
	}
	return text, at, nil
}

// part is what of a text was typed.
func part(text string, n, of int) string {
	if n >= of {
		return text
	}
	return string([]rune(text)[:min(n, len([]rune(text)))])
}

// pace is the time for a key: like a quick person's, and the same in every run.
func pace(i int) time.Duration { return time.Duration(25+i*23%29) * time.Millisecond }

// within does something with a page that has a key's time for it.
func within(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, keyLimit)
	defer cancel()
	return do(ctx)
}

func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(max(d, 0)):
		return nil
	}
}

// dateKeys are the digits of a day in the order in which the browser asks for them.
func (t *typist) dateKeys(ctx context.Context, doc *document.Document, text string) []rune {
	parts := map[string]string{"year": text[:4], "month": text[5:7], "day": text[8:10]}
	order := []string{}
	js := `new Intl.DateTimeFormat(undefined,{year:'numeric',month:'2-digit',day:'2-digit'}).formatToParts(0).map(p=>p.type).filter(t=>t!=='literal')`
	if err := doc.World(ctx, js, &order); err != nil {
		order = []string{"month", "day", "year"}
	}
	var out []rune
	for _, p := range order {
		out = append(out, []rune(parts[p])...)
	}
	return out
}

// blur leaves the field, as people do, with the Tab key. Where it is kept for
// something else, the next field takes the focus.
func (t *typist) blur(ctx context.Context, doc *document.Document, b *consent.Blank) {
	if t.left() || !t.has(ctx, b) {
		return
	}
	if err := within(ctx, func(ctx context.Context) error { return doc.Key(ctx, []rune(kb.Tab)[0]) }); err != nil {
		t.fail(ctx, b, err)
	}
}

func (t *typist) record(doc *document.Document, b *consent.Blank, text, became string, at evidence.Millis) {
	r := t.driver.rec
	r.mu.Lock()
	defer r.mu.Unlock()
	v := evidence.Typed{
		ID: r.id("typed", len(r.run.Typed)+1), At: at, Page: r.page, Target: r.frames[doc.Frame].target, Form: b.Form,
		Label: b.Field.Label, Name: b.Field.Name, Type: b.Field.Type, Asks: b.Field.Asks, Value: text,
	}
	if became != text {
		v.Became = clip(became, 500)
	}
	r.run.Typed = append(r.run.Typed, v)
}

// finishTyped says of a run that typed nothing that it did not for want of fields.
func (d *driver) finishTyped() {
	r := d.rec
	if d.plan.Scenario != evidence.Forms || len(r.run.Typed) > 0 {
		return
	}
	for _, g := range r.gaps {
		if g.Kind == evidence.KindTyped {
			g.Where, g.Whole = d.plan.URL, true
			r.gaps = append(r.gaps, g)
			return
		}
	}
}
