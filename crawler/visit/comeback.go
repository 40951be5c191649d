package visit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/cdproto/target"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/crawler/instrument"
	"github.com/spoor-audit/spoor/evidence"
)

// Limits of coming back. It takes at most a quarter of the run's budget, and of
// that only what the run itself has left over.
const (
	returnShare = 4
	minReturn   = 2 * time.Second // less than this is no look
	closeLimit  = 2 * time.Second
	maxKeys     = 200 // places whose storage is cleared
)

// returning is the rule for waiting on a page that comes back: what restores a
// value does so while the page loads, for the next page needs it.
func (s Settle) returning(left time.Duration) Settle {
	return Settle{Quiet: min(s.Quiet, 700*time.Millisecond), Min: min(s.Min, time.Second), Max: min(s.Max, 8*time.Second, left)}
}

// A second is what one second look clears.
type second struct{ cleared, kept []string }

// seconds are the second looks, in order.
var seconds = [...]second{
	{[]string{evidence.KeptCookies}, []string{evidence.KeptCache, evidence.KeptStorage}},
	{[]string{evidence.KeptCookies, evidence.KeptStorage}, []string{evidence.KeptCache}},
}

// comeBack visits the first page of a finished run again, in the same profile,
// with what the run left behind cleared in part. What it sees stands apart from
// all that the run itself saw.
func (h *Hub) comeBack(ctx context.Context, table *instrument.Table, first *driver, rec *Record, keys []string) {
	run := &rec.Run
	left := leavings(run)
	if left.nothing() {
		run.Returns = []evidence.Return{{At: first.now(), Skipped: evidence.NothingKept}}
		return
	}
	ctx, cancel := context.WithTimeout(ctx, first.plan.Timeout/returnShare)
	defer cancel()
	for n := range seconds {
		if n > 0 && !left.stored && !cameBack(run) {
			break // with less kept no more can come back
		}
		if !timeFor(ctx, minReturn) {
			rec.missReturn(first.plan.URL, "no-time", n == 0)
			return
		}
		if err := h.lookAgain(ctx, table, first, rec, n, keys); err != nil {
			rec.missReturn(first.plan.URL, "not-possible", n == 0)
			return
		}
	}
}

// timeFor reports whether a context leaves so much time.
func timeFor(ctx context.Context, d time.Duration) bool {
	end, limited := ctx.Deadline()
	return ctx.Err() == nil && (!limited || time.Until(end) >= d)
}

// missReturn records that a second look is missing, or a part of it.
func (rec *Record) missReturn(where, why string, whole bool) {
	rec.Gaps = append(rec.Gaps, evidence.Gap{
		Scenario: rec.Run.Scenario, Kind: evidence.KindReturns, Where: where, Why: why, Whole: whole,
	})
}

// lookAgain carries out the n-th second look, counted from 0.
func (h *Hub) lookAgain(ctx context.Context, table *instrument.Table, first *driver, rec *Record, n int, keys []string) error {
	run := &rec.Run
	d, err := h.enter(ctx, table, first.plan, first.context, func(r *recorder) {
		r.part, r.began, r.seek = evidence.ReturnKind(n+1, ""), first.rec.began, storedTexts(run)
	})
	if err != nil {
		return err
	}
	defer d.retire(ctx)
	d.clear(ctx, seconds[n], keys)
	at := d.now()
	d.say("returning", d.plan.URL)
	rule := d.plan.Settle
	if end, limited := ctx.Deadline(); limited {
		left := time.Until(end) / time.Duration(len(seconds)-n)
		rule = rule.returning(max(left, time.Second))
	}
	d.plan.Settle = rule
	d.openPage(ctx, d.plan.URL, true) // as a further page: without a picture
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), collectLimit)
	defer cancel()
	d.collect(ctx, evidence.Before)
	d.retire(ctx)
	seen := d.finish(ctx)
	back := asReturn(&seen.Run, seconds[n])
	back.Page.ViaLink = false
	back.At, back.Took = at, d.now()-at
	run.Returns = append(run.Returns, back)
	switch pg := back.Page; {
	case pg.Error != "":
		rec.missReturn(pg.URL, pg.Error, n == 0)
	case pg.Settled == settledLimit:
		rec.missReturn(pg.URL, "not-settled", false)
	}
	return nil
}

// asReturn keeps of a run what belongs to a second look.
func asReturn(run *evidence.Run, s second) evidence.Return {
	back := evidence.Return{
		Cleared: slices.Clone(s.cleared), Kept: slices.Clone(s.kept), Page: run.Pages[0],
		Targets: run.Targets, Requests: run.Requests, Cookies: run.Cookies, Storage: run.Storage,
	}
	named := map[evidence.ID]bool{}
	for i := range run.Cookies {
		for _, w := range run.Cookies[i].Writes {
			named[w.Call] = true
		}
	}
	for i := range run.Storage {
		named[run.Storage[i].Call] = true
	}
	for i := range run.Calls {
		if named[run.Calls[i].ID] {
			back.Calls = append(back.Calls, run.Calls[i])
		}
	}
	return back
}

// retire closes all pages of the context and waits until all that they told is
// recorded. The context stays, with its cookies, storage and cache.
func (d *driver) retire(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeLimit)
	defer cancel()
	root := d.hub.Browser.Conn.Root()
	var open []*cdp.Session
	d.rec.mu.Lock()
	for s := range d.rec.sessions {
		switch s.Info.Type {
		case "page":
			open = append(open, s)
		case "service_worker":
			// It outlives its pages. A worker that is stopped and started again waits
			// for those who watched it before.
			cdp.Send(s.Parent, target.DetachFromTarget, target.DetachFromTargetParams{SessionID: s.ID})
		}
	}
	d.rec.mu.Unlock()
	for _, s := range open {
		cdp.Send(root, target.CloseTarget, target.CloseTargetParams{TargetID: s.Info.TargetID})
	}
	for _, s := range open {
		select {
		case <-s.Gone():
		case <-ctx.Done():
		}
	}
	d.stopRecording()
}

// clear removes what a second look does without. Service workers of the visit
// before are stopped in any case, for they would go on with what they know.
func (d *driver) clear(ctx context.Context, s second, keys []string) {
	_, _ = cdp.Do(ctx, d.main, serviceworker.StopAllWorkers, cdptypes.Empty{})
	if slices.Contains(s.cleared, evidence.KeptStorage) {
		for _, key := range keys {
			cdp.Send(d.main, storage.ClearDataForStorageKey, storage.ClearDataForStorageKeyParams{
				StorageKey: key, StorageTypes: "local_storage,indexeddb,cache_storage,service_workers,file_systems",
			})
		}
	}
	// Answered when all before it is done.
	_, _ = cdp.Do(ctx, d.main, storage.GetStorageKey, storage.GetStorageKeyParams{})
	_, _ = cdp.Do(ctx, d.hub.Browser.Conn.Root(), storage.ClearCookies, storage.ClearCookiesParams{BrowserContextID: d.context})
}

// storageKeys lists the places where the documents of a run keep storage: the
// origin, and for a frame of another site the site that it is kept apart under.
func (d *driver) storageKeys(ctx context.Context) []string {
	type place struct {
		session *cdp.Session
		frame   cdptypes.FrameID
	}
	seen := map[place]bool{}
	d.rec.mu.Lock()
	for _, m := range d.rec.realms.byContext {
		if m.frame != "" && d.rec.sessions[m.session] {
			seen[place{m.session, m.frame}] = true
		}
	}
	keys := map[string]bool{}
	for k := range d.rec.state.items {
		o, partition, _ := strings.Cut(k.origin, "^")
		if partition != "" {
			partition = "^0" + partition
		}
		keys[o+"/"+partition] = true
	}
	d.rec.mu.Unlock()
	for p := range seen {
		if len(keys) >= maxKeys {
			break
		}
		res, err := cdp.Do(ctx, p.session, storage.GetStorageKey, storage.GetStorageKeyParams{FrameID: p.frame})
		if err == nil {
			keys[string(res.StorageKey)] = true
		}
	}
	out := make([]string, 0, len(keys))
	for k := range keys {
		out = append(out, k)
	}
	slices.Sort(out)
	return out[:min(len(out), maxKeys)]
}

// minStored is how long a value is at least that can tell visitors apart.
const minStored = 8

// left says what a run left behind that could recognise its visitor.
type left struct {
	cookies bool
	stored  bool // in storage that outlives the tab
	tags    bool // in entity tags of cached answers
}

func (l left) nothing() bool { return !l.cookies && !l.stored && !l.tags }

// leavings looks what a run left behind. What a value means is not known here, so
// every one that is long enough counts.
func leavings(run *evidence.Run) left {
	var l left
	for i := range run.Cookies {
		c := &run.Cookies[i]
		l.cookies = l.cookies || c.State == "stored" && len(c.Value) >= minStored
	}
	for i := range run.Storage {
		s := &run.Storage[i]
		switch s.Kind {
		case "session":
		case "cache", "service-worker":
			l.stored = l.stored || !s.Deleted
		default:
			l.stored = l.stored || !s.Deleted && s.Length >= minStored
		}
	}
	for i := range run.Requests {
		for _, h := range run.Requests[i].Answer {
			l.tags = l.tags || strings.EqualFold(h.Name, "etag") && len(h.Value) >= minStored
		}
	}
	return l
}

// cameBack reports whether the last second look found a cookie of the run with
// its value again.
func cameBack(run *evidence.Run) bool {
	had := map[string]bool{}
	for i := range run.Cookies {
		c := &run.Cookies[i]
		if len(c.Value) >= minStored {
			had[cookieName(c)] = true
		}
	}
	last := &run.Returns[len(run.Returns)-1]
	return slices.ContainsFunc(last.Cookies, func(c evidence.Cookie) bool { return had[cookieName(&c)] })
}

func cookieName(c *evidence.Cookie) string {
	return fmt.Sprintf("%s\x00%s\x00%s", c.Domain, c.Name, c.Value)
}
