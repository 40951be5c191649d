package visit

import (
	"context"
	"slices"
	"time"

	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/runtime"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/crawler/consent"
	"github.com/spoor-audit/spoor/crawler/document"
	"github.com/spoor-audit/spoor/evidence"
)

// A surface is the page as package consent sees it.
type surface struct{ driver *driver }

// Frames implements [consent.Page]: the page's own document first, the others in
// the order in which they appeared.
func (s surface) Frames(context.Context) ([]consent.Frame, error) {
	d := s.driver
	if d.gone() {
		return nil, cdp.ErrDetached
	}
	r := d.rec
	r.mu.Lock()
	defer r.mu.Unlock()
	main := r.mainFrame()
	present := map[cdptypes.FrameID]*realm{}
	for _, m := range r.realms.byContext {
		if !m.booted || m.frame == "" || !r.sessions[m.session] || r.pageOf(m.frame) != main {
			continue
		}
		if have := present[m.frame]; have == nil || m.at.After(have.at) {
			present[m.frame] = m
		}
	}
	list := make([]*realm, 0, len(present))
	for id, m := range present {
		if id != main {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b *realm) int { return a.at.Compare(b.at) })
	first := r.document(d.main, main)
	if m := present[main]; m != nil {
		first.Scripts = runtime.ExecutionContextID(m.context)
	}
	frames := []consent.Frame{first}
	for _, m := range list {
		f := r.document(m.session, m.frame)
		f.Scripts = runtime.ExecutionContextID(m.context)
		frames = append(frames, f)
	}
	return frames, nil
}

// document is a frame's document, to be spoken with.
func (r *recorder) document(s *cdp.Session, id cdptypes.FrameID) *document.Document {
	return &document.Document{Session: s, Frame: id, Address: r.frames[id].url, Room: r.script.World(), Sign: r.script.Own}
}

// pageOf is the outermost frame that a frame is in.
func (r *recorder) pageOf(id cdptypes.FrameID) cdptypes.FrameID {
	for range maxFrameDepth {
		f, ok := r.frames[id]
		if !ok || f.parent == "" {
			break
		}
		id = f.parent
	}
	return id
}

// maxFrameDepth ends the search for a page in frames that claim to be in each
// other.
const maxFrameDepth = 300

// Shot implements [consent.Page].
func (s surface) Shot(ctx context.Context, what string) (string, error) {
	return s.driver.shot(ctx, what)
}

// restRule is the rule by which the page counts as quiet after a click.
var restRule = Settle{Quiet: 400 * time.Millisecond, Min: 300 * time.Millisecond, Max: 4 * time.Second}

// Rest implements [consent.Page].
func (s surface) Rest(ctx context.Context) {
	s.driver.settle(ctx, time.Now(), restRule)
}

// phase is the phase in which the run is.
func (d *driver) phase() evidence.Phase {
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	if d.rec.run.Chosen != nil {
		return evidence.After
	}
	return evidence.Before
}
