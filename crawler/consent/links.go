package consent

import (
	"context"

	"github.com/spoor-audit/spoor/evidence"
)

// Links lists the links of the page's own document to statements about data and
// cookies, in the order of the page, each address once. Those of an open dialog
// are not the page's: [Handle.Policies] has them. Reachable says that the
// link can be clicked as things stand: with a dialog open, that nothing of it
// lies over the link or keeps the page from being scrolled to it. Where is left
// to the caller.
func Links(ctx context.Context, p Page) ([]evidence.PolicyLink, error) {
	w, err := loadWords()
	if err != nil {
		return nil, err
	}
	f, err := mainFrame(ctx, p)
	if err != nil {
		return nil, err
	}
	skip, err := w.open(ctx, f)
	if err != nil {
		return nil, err
	}
	var page struct {
		Links []struct {
			Label string `json:"label"`
			URL   string `json:"url"`
			Here  bool   `json:"here"` // in the window
			Hit   bool   `json:"hit"`
		} `json:"links"`
		Locked   bool `json:"locked"`
		Blocking bool `json:"blocking"`
	}
	if err := call(ctx, f, "papers", map[string]any{"words": w.papers, "skip": skip}, &page); err != nil {
		return nil, err
	}
	at := map[string]int{}
	var out []evidence.PolicyLink
	for _, l := range page.Links {
		if w.paperKind(l.Label, l.URL) == "" {
			continue
		}
		// What lies further down can be clicked if one can get there.
		reachable := l.Hit || !l.Here && !page.Locked && !page.Blocking
		if i, ok := at[l.URL]; ok {
			out[i].Reachable = out[i].Reachable || reachable
			continue
		}
		at[l.URL] = len(out)
		out = append(out, evidence.PolicyLink{Label: l.Label, URL: l.URL, Reachable: reachable})
	}
	return out, nil
}

// open lists the elements of a document that ask for consent now. What they hold
// is theirs and not the page's.
func (w *words) open(ctx context.Context, f Frame) ([]int, error) {
	s, err := w.scan(ctx, f, false)
	if err != nil {
		return nil, err
	}
	s.main = true
	w.best([]*scene{s}, false)
	list := []int{}
	for i := range s.Candidates {
		if c := &s.Candidates[i]; c.points >= enough && c.Why != "page" {
			list = append(list, c.N)
		}
	}
	return list, nil
}
