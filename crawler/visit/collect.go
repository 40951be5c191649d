package visit

import (
	"context"
	"fmt"
	"strings"
	"time"

	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/crawler/walls"
	"github.com/spoor-audit/spoor/evidence"
)

// Limits of what is looked at on a page.
const (
	maxDocument = 20 << 20 // bytes of a page's own document
	maxMoves    = 20       // times that a page may send its visitor on
	wallText    = 20000    // characters of text and markup that tell a wall
	shotLimit   = 3 * time.Second
)

// mainFrame is the frame of the run's own page.
func (r *recorder) mainFrame() cdptypes.FrameID {
	if r.main == nil {
		return ""
	}
	return cdptypes.FrameID(r.main.Info.TargetID)
}

// describe reads what the settled page is, and whether it is the page that was
// asked for: not an error, not a wall before it.
func (d *driver) describe(ctx context.Context, pg *evidence.Page, index int, first bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), collectLimit)
	defer cancel()
	doc := d.document(index)
	if doc != nil && doc.answer != nil {
		pg.Status = int(doc.answer.Status)
	}
	d.rec.mu.Lock()
	if d.rec.moves > maxMoves && pg.Error == "" {
		pg.Error = "redirect-loop"
	}
	d.rec.mu.Unlock()
	if d.gone() {
		if pg.Error == "" {
			pg.Error = d.lossReason(d.main.Call(ctx, runtime.CommandEvaluate, nil, nil))
		}
		return
	}
	var seen struct {
		URL, Title, Lang, Text, HTML, Type string
		Length, Fields                     int
		Loaded                             float64
	}
	js := fmt.Sprintf(`(n=>{const d=document,b=d.body,t=b?b.innerText||'':'',h=d.documentElement?d.documentElement.innerHTML:'',e=performance.getEntriesByType('navigation')[0];
return {URL:location.href,Title:d.title,Lang:d.documentElement?d.documentElement.lang:'',Text:t.slice(0,n),Length:t.trim().length,HTML:h.slice(0,n),Type:d.contentType,Fields:[...d.querySelectorAll('input:not([type]),input[type=text],input[type=email],input[type=tel],input[type=password],input[type=search],input[type=number],textarea,select')].filter(e=>e.offsetParent).length,Loaded:e?e.loadEventEnd:0}})(%d)`, wallText)
	err := d.eval(ctx, js, &seen)
	if err != nil && pg.Error == "" && !d.large {
		// It may be busy, and what it did so far is worth telling.
		d.hung(ctx)
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), collectLimit)
		defer cancel()
		err = d.eval(ctx, js, &seen)
	}
	if err != nil {
		switch {
		case pg.Error != "":
		case d.large:
			pg.Error = "too-large"
		default:
			pg.Error = "no-answer"
		}
		return
	}
	if strings.HasPrefix(seen.URL, "chrome-error:") {
		if pg.Error == "" {
			pg.Error = "network"
		}
		return
	}
	pg.FinalURL, pg.Title, pg.Language = seen.URL, clip(seen.Title, 500), clip(seen.Lang, 40)
	pg.Loaded = evidence.Millis(seen.Loaded)
	if d.plan.Message == nil {
		d.judgePage(pg, doc, walls.Page{Status: pg.Status, Title: seen.Title, Text: seen.Text, Length: seen.Length, HTML: seen.HTML, Fields: seen.Fields}, seen.Type)
	} else {
		pg.Status = 0 // nobody was asked
	}
	if first {
		d.shoot(ctx)
	}
}

// judgePage sets the page's error if it is not the page that was asked for.
func (d *driver) judgePage(pg *evidence.Page, doc *hop, seen walls.Page, contentType string) {
	if pg.Error != "" {
		return
	}
	if doc != nil && doc.answer != nil {
		for _, h := range headers(doc.answer.Headers) {
			seen.Headers = append(seen.Headers, h.Name+": "+h.Value)
		}
	}
	w := d.know.walls.Of(seen)
	switch {
	case w != nil:
		pg.Error, pg.ErrorText = w.Kind, w.ID
	case pg.Status >= 400:
		pg.Error = fmt.Sprintf("http-%d", pg.Status)
	case pg.Status == 204 || pg.Status == 205:
		pg.Error = "empty"
	case contentType == "application/pdf" || doc != nil && doc.answer != nil && doc.answer.MimeType == "application/pdf":
		pg.Error = "not-html"
	case d.large:
		pg.Error = "too-large"
	}
}

// document is the request of the page's own document, after its redirects.
func (d *driver) document(index int) *hop {
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	frame := d.rec.mainFrame()
	for i := len(d.rec.net.order) - 1; i >= 0; i-- {
		x := d.rec.net.order[i]
		h := x.last()
		if h.page == index && h.event.FrameID == frame && h.kind == "Document" {
			return h
		}
	}
	return nil
}

// tooLarge stops a document that grows beyond all measure.
func (d *driver) tooLarge(ctx context.Context) bool {
	d.rec.mu.Lock()
	frame, size := d.rec.mainFrame(), int64(0)
	for _, x := range d.rec.net.open {
		if h := x.last(); h.event.FrameID == frame && h.kind == "Document" {
			size = h.size
		}
	}
	d.rec.mu.Unlock()
	if size < maxDocument {
		return false
	}
	d.large = true
	d.stopLoading(ctx)
	return true
}

// circling stops a page that sends its visitor on and on.
func (d *driver) circling(ctx context.Context) bool {
	d.rec.mu.Lock()
	moves := d.rec.moves
	d.rec.mu.Unlock()
	if moves <= maxMoves {
		return false
	}
	d.stopLoading(ctx)
	return true
}

// hung ends a script that does not return.
func (d *driver) hung(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	_, _ = cdp.Do(ctx, d.main, runtime.TerminateExecution, cdptypes.Empty{})
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	d.rec.event(time.Now(), "hang", d.plan.URL, "")
	d.rec.gap(evidence.KindPage, d.plan.URL, "hang")
}

// shoot takes a picture of the page as the visitor sees it.
func (d *driver) shoot(ctx context.Context) {
	what := "page"
	if d.plan.Message != nil && d.phase() == evidence.After {
		what = "pictures"
	}
	if _, err := d.shot(ctx, what); err != nil {
		d.lockedGap(evidence.KindShots, d.plan.URL, "no-picture")
	}
}

// shot takes a picture of the window and returns its name in the bundle.
func (d *driver) shot(ctx context.Context, what string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, shotLimit)
	defer cancel()
	res, err := cdp.Do(ctx, d.main, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng})
	if err != nil {
		return "", fmt.Errorf("visit: picture of the %s: %w", what, err)
	}
	name := fmt.Sprintf("shots/%s%s-%d.png", d.rec.part, d.plan.Scenario, len(d.shots)+1)
	d.shots[name] = res.Data
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	d.rec.run.Shots = append(d.rec.run.Shots, evidence.Shot{At: d.rec.since(time.Now()), Name: name, What: what})
	return name, nil
}

// collect looks at what the site has left behind at the end of a phase.
func (d *driver) collect(ctx context.Context, phase evidence.Phase) {
	root := d.hub.Browser.Conn.Root()
	if err := d.rec.readJar(ctx, root, d.context, phase); err != nil {
		d.rec.mu.Lock()
		d.rec.gaps = append(d.rec.gaps, evidence.Gap{
			Scenario: d.plan.Scenario, Kind: evidence.KindCookies, Where: d.plan.URL, Why: "no-answer", Whole: true,
		})
		d.rec.mu.Unlock()
	}
	d.readLinks(ctx)
	d.rec.flush()
	d.rec.readStorage(ctx, phase)
}

// flush asks all realms for what they have not sent yet.
func (r *recorder) flush() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.realms.byContext {
		if m.booted && r.sessions[m.session] {
			m.session.Go("Runtime.evaluate", map[string]any{"expression": r.script.Flush(), "contextId": m.context, "silent": true}, nil)
		}
	}
}

// finish puts the record together. It runs after the last event.
func (d *driver) finish(ctx context.Context) *Record {
	r := d.rec
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	r.finishTargets(now)
	r.finishCalls()
	r.finishRequests()
	r.finishMakers()
	r.finishCookies()
	r.finishStorage()
	d.finishTyped()
	if n := r.queue.lost(); n > 0 {
		r.run.Losses.EventsDropped += n
		r.gap(evidence.KindRequests, d.plan.URL, "too-many-events")
	}
	r.run.Took = r.since(now)
	r.run.Outcome, r.run.Reason = d.outcome(ctx)
	return &Record{Run: *r.run, Gaps: r.gaps, Shots: d.shots}
}

// outcome judges the run by its first page: that is what was asked for.
func (d *driver) outcome(ctx context.Context) (evidence.Outcome, string) {
	p := d.rec.run.Pages[0]
	switch p.Error {
	case "":
		if c := d.rec.run.Choice; c != nil {
			return c.Outcome, c.Reason
		}
		if d.plan.Ask && !phaseless(d.plan.Scenario) {
			return evidence.Failed, "not-looked-for"
		}
		return evidence.Done, ""
	case "bot-wall":
		return evidence.Blocked, p.ErrorText
	}
	if ctx.Err() != nil {
		return evidence.Failed, "interrupted"
	}
	return evidence.Failed, p.Error
}

// phaseless reports whether a scenario makes no choice.
func phaseless(s evidence.Scenario) bool {
	return s == evidence.None || s == evidence.GPC || s == evidence.Forms
}

// say tells the run's progress, a few times a second at most unless the stage
// is new.
func (d *driver) say(stage, address string) {
	d.stage = stage
	d.tell(Progress{Stage: stage, URL: address})
}

func (d *driver) report(open int, left time.Duration) {
	if time.Since(d.lastSay) < 200*time.Millisecond {
		return
	}
	d.tell(Progress{Stage: d.stage, URL: d.plan.URL, Open: open, Left: left})
}

func (d *driver) tell(p Progress) {
	d.lastSay = time.Now()
	if d.plan.Tell == nil {
		return
	}
	d.rec.mu.Lock()
	p.Scenario, p.Requests = d.plan.Scenario, len(d.rec.net.order)
	d.rec.mu.Unlock()
	d.plan.Tell(p)
}
