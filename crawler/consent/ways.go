package consent

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/evidence"
)

// A way is something that may lead back to the choice.
type way struct {
	N     int    `json:"n"`
	Tag   string `json:"tag"`
	Text  string `json:"text"`
	Name  string `json:"name"`
	Hint  string `json:"hint"`
	Href  string `json:"href"`
	Box   [4]int `json:"box"`
	Fixed bool   `json:"fixed"`
	Known bool   `json:"known"` // its selector is a consent manager's
	Small bool   `json:"small"` // fixed, and the size of an icon

	frame   Frame
	control evidence.Control
	rank    int
}

// rankLink is the rank of a link to another page.
const rankLink = 4

// maxTries is how many ways back are pressed until one brings the dialog back.
const maxTries = 3

// reopenWait is how long a dialog may take to come back.
const reopenWait = 3 * time.Second

// Controls lists what the page offers, now that the choice is made, to change it:
// floating icons, links that speak of cookie settings, known elements of consent
// managers. The likeliest comes first. Reopens is nil: nothing is pressed.
func Controls(ctx context.Context, p Page) ([]evidence.Control, error) {
	w, err := loadWords()
	if err != nil {
		return nil, err
	}
	ways, err := w.findWays(ctx, p)
	if err != nil {
		return nil, err
	}
	return controlsOf(ways), nil
}

func controlsOf(ways []way) []evidence.Control {
	var out []evidence.Control
	for i := range ways {
		out = append(out, ways[i].control)
	}
	return out
}

// mainFrame is the page's own document.
func mainFrame(ctx context.Context, p Page) (Frame, error) {
	frames, err := p.Frames(ctx)
	if err != nil {
		return nil, fmt.Errorf("consent: list frames: %w", err)
	}
	if len(frames) == 0 {
		return nil, fmt.Errorf("consent: list frames: %w", errNoAnswer)
	}
	return frames[0], nil
}

func (w *words) findWays(ctx context.Context, p Page) ([]way, error) {
	f, err := mainFrame(ctx, p)
	if err != nil {
		return nil, err
	}
	skip, err := w.open(ctx, f)
	if err != nil {
		return nil, err
	}
	var list []way
	if err := call(ctx, f, "ways", map[string]any{"known": w.places.Ways, "words": w.ways, "skip": skip}, &list); err != nil {
		return nil, err
	}
	var out []way
	for i := range list {
		if k := &list[i]; w.judgeWay(k) {
			k.frame = f
			out = append(out, *k)
		}
	}
	slices.SortStableFunc(out, func(a, b way) int { return a.rank - b.rank })
	return out, nil
}

// judgeWay decides whether something leads back to the choice, and how likely.
func (w *words) judgeWay(k *way) bool {
	label := k.Text
	if len(tokens(label)) == 0 {
		label = k.Name
	}
	k.control = evidence.Control{Label: clip(label, 200), Tag: k.Tag, Box: evidence.Box(k.Box), Fixed: k.Fixed}
	ts := tokens(label)
	says, about := false, false
	for _, f := range w.labels.find(ts) {
		switch w.label[f.id].class {
		case "withdraw":
			says = says || len(ts) <= 8
		case "object", "accept":
			about = true
		case "browser":
			k.control.Browser = true
		}
	}
	// What leads to settings of cookies, or of what was agreed to, leads back too.
	if about && !says && len(ts) <= 8 {
		says = w.meaning(label, nil).role == evidence.RoleSettings
	}
	script := strings.HasPrefix(strings.ToLower(k.Href), "javascript:")
	switch {
	case k.control.Browser && !k.Known:
		k.rank = 9
		return says
	case k.Known:
		k.rank = 0
	case says && (k.Href == "" || script || strings.Contains(k.Href, "#")):
		k.rank = 1
	case k.Small && hinted(k.Hint+" "+k.Name+" "+k.Text, w.places.WayHints) && (k.Href == "" || script || strings.HasSuffix(k.Href, "#")):
		k.rank = 2
	case says:
		k.rank = rankLink
	case script:
		k.rank = 5
	default:
		return false
	}
	return true
}

// Reopen presses the page's ways back to the choice, the likeliest first, until
// one brings the dialog back. It returns all ways, with Reopens set for those
// that were tried, and the dialog, ready to be answered; nil if none came.
func Reopen(ctx context.Context, p Page, o Options) ([]evidence.Control, *Handle, error) {
	w, err := loadWords()
	if err != nil {
		return nil, nil, err
	}
	ways, err := w.findWays(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	h, _, err := w.reopen(ctx, p, ways, o.prepared())
	return controlsOf(ways), h, err
}

func (w *words) reopen(ctx context.Context, p Page, ways []way, o Options) (*Handle, evidence.Press, error) {
	o.Wait, o.Scroll, o.reopened = reopenWait, false, true
	address := ""
	for i := range ways {
		k := &ways[i]
		if i >= maxTries || k.control.Browser {
			break
		}
		if f, err := mainFrame(ctx, p); err != nil || address != "" && f.URL() != address {
			break // the last one led to another page
		}
		address = k.frame.URL()
		at := o.Now()
		if err := press(ctx, k.frame, k.N, false); err != nil {
			if ctx.Err() != nil {
				return nil, evidence.Press{}, context.Cause(ctx)
			}
			continue
		}
		p.Rest(ctx)
		d, h, err := Find(ctx, p, o)
		if err != nil {
			return nil, evidence.Press{}, err
		}
		// A link may lead to a page where the choice is made in another way.
		if yes := d.Found; yes || k.rank != rankLink {
			k.control.Reopens = &yes
		}
		if d.Found {
			return h, evidence.Press{At: at, Label: k.control.Label, Role: evidence.RoleSettings}, nil
		}
	}
	return nil, evidence.Press{}, nil
}

// Withdraw goes back on a consent that was given: it presses a way back, and
// refuses in the dialog that opens. All presses are counted; the first, of the
// way back, has layer 0. NotOffered has the reason no-control if no way back was
// found, not-reopened if none brought the dialog back; other outcomes are those
// of [Handle.Choose]. It returns the ways too, as [Reopen] does.
func Withdraw(ctx context.Context, p Page, o Options) (evidence.Choice, []evidence.Control, error) {
	choice := evidence.Choice{Want: evidence.Withdraw, Outcome: evidence.NotOffered}
	w, err := loadWords()
	if err != nil {
		return choice, nil, err
	}
	ways, err := w.findWays(ctx, p)
	if err != nil {
		choice.Outcome, choice.Reason = evidence.Failed, "not-readable"
		return choice, nil, err
	}
	if len(ways) == 0 {
		choice.Reason = "no-control"
		return choice, nil, nil
	}
	h, first, err := w.reopen(ctx, p, ways, o.prepared())
	if h == nil || err != nil {
		choice.Reason = "not-reopened"
		return choice, controlsOf(ways), err
	}
	choice = h.Choose(ctx, evidence.Withdraw)
	choice.Presses = append([]evidence.Press{first}, choice.Presses...)
	return choice, controlsOf(ways), nil
}
