package visit

import (
	"context"
	"slices"

	"github.com/spoor-audit/spoor/crawler/consent"
	"github.com/spoor-audit/spoor/crawler/instrument"
	"github.com/spoor-audit/spoor/evidence"
)

// exploring names the pictures of an exploration.
const exploring evidence.Scenario = "settings"

// WorthExploring reports whether a question for consent has a layer that no other
// run sees: settings beside a way to refuse at once. Without such a way the
// refusal itself goes through the settings.
func WorthExploring(d *evidence.Dialog) bool {
	return d.Found && hasRole(d, evidence.RoleSettings) && hasRole(d, evidence.RoleReject)
}

func hasRole(d *evidence.Dialog, role string) bool {
	return slices.ContainsFunc(d.Buttons, func(b evidence.Button) bool { return b.Role == role })
}

// Explore opens the page in a context of its own and walks through all layers of
// its question for consent, to read the switches there. Nothing else of that
// visit is kept: to open the settings is more than a visitor does who refuses at
// once, and would be part of what a run shows. It returns nil if there is no
// question, or nothing behind its first layer.
func (h *Hub) Explore(ctx context.Context, table *instrument.Table, p Plan) (*evidence.Dialog, map[string][]byte, error) {
	p.Scenario, p.Tell = exploring, nil
	d, err := h.open(ctx, table, p)
	if err != nil {
		return nil, nil, err
	}
	defer d.leave(ctx)
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	d.openPage(ctx, p.URL, false)
	if d.firstPage().Error != "" {
		return nil, nil, nil
	}
	dialog, handle, err := consent.Find(ctx, surface{d}, consent.Options{
		Wait: askWait, Scroll: true, URL: p.URL, Now: d.now,
	})
	if err != nil || !dialog.Found || handle == nil {
		return nil, nil, nil //nolint:nilerr // The runs say themselves what they could not read.
	}
	handle.Explore(ctx)
	dialog = handle.Dialog()
	if len(dialog.Layers) < 2 && len(dialog.Toggles) == 0 {
		return nil, nil, nil
	}
	return &dialog, d.shots, nil
}

// Deepen adds to a dialog the layers that only another look at it went down to.
func Deepen(d, other *evidence.Dialog) {
	deepest := 1
	for _, l := range d.Layers {
		deepest = max(deepest, l.Number)
	}
	for _, l := range other.Layers {
		if l.Number > deepest {
			d.Layers = append(d.Layers, l)
		}
	}
	for _, b := range other.Buttons {
		if b.Layer > deepest {
			d.Buttons = append(d.Buttons, b)
		}
	}
	for _, t := range other.Toggles {
		if t.Layer > deepest {
			d.Toggles = append(d.Toggles, t)
		}
	}
}
