package readers

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/crawler/consent"
)

// look sees which consent managers are on a page, and asks the functions of those
// whose records in state do not tell enough.
func (t *table) look(ctx context.Context, f consent.Frame, state State) (*sight, error) {
	seen := &sight{present: map[string]bool{}, main: map[string]map[int]any{}, names: map[string]map[string]string{}}
	err := t.elements(ctx, f, seen)
	if e := t.globals(ctx, f, seen); err == nil {
		err = e
	}
	if err != nil {
		// A page that does not answer will not answer the rest either.
		return seen, err
	}
	for i := range t.Readers {
		r := &t.Readers[i]
		if !seen.present[r.ID] {
			continue
		}
		rec, _ := r.read(t.words, state, nil)
		if len(rec.categories) == 0 || len(r.Read) > 0 && r.Read[0].Main != "" {
			r.ask(ctx, f, seen)
			rec, _ = r.read(t.words, state, seen)
		}
		if r.Names != "" && doubtful(rec.categories) {
			var names map[string]string
			if ask(ctx, f, r.Names, &names) == nil {
				seen.names[r.ID] = names
			}
		}
	}
	return seen, nil
}

// ask asks the functions of one tool. One that cannot be asked tells nothing.
func (r *reader) ask(ctx context.Context, f consent.Frame, seen *sight) {
	for n, s := range r.Read {
		if s.Main == "" {
			continue
		}
		var v any
		if err := ask(ctx, f, s.Main, &v); err != nil || v == nil {
			continue
		}
		if seen.main[r.ID] == nil {
			seen.main[r.ID] = map[int]any{}
		}
		seen.main[r.ID][n] = v
	}
}

// doubtful reports whether the site's own names of categories could change what a
// record is taken to mean: something is allowed that might be necessary, or
// nothing is known.
func doubtful(state map[string]bool) bool {
	_, other := state["other"]
	return other || len(state) == 0 || slices.ContainsFunc(categories[1:], func(c string) bool { return state[c] })
}

// ask evaluates an expression among the page's own scripts. One that throws is
// null; a page that does not answer costs the limit.
func ask(ctx context.Context, f consent.Frame, expression string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	return f.Main(ctx, `(async()=>{try{return await(`+expression+`)}catch(e){return null}})()`, into)
}

// elements looks for the tools' elements, in a world that the page cannot see.
func (t *table) elements(ctx context.Context, f consent.Frame, seen *sight) error {
	list := map[string]string{}
	for i := range t.Readers {
		if s := t.Readers[i].Detect.Selectors; len(s) > 0 {
			list[t.Readers[i].ID] = strings.Join(s, ",")
		}
	}
	b, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("readers: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	var ids []string
	js := `(o=>Object.keys(o).filter(k=>{try{return document.querySelector(o[k])}catch(e){return false}}))(` + string(b) + `)`
	if err := f.World(ctx, js, &ids); err != nil {
		return fmt.Errorf("readers: look for consent managers: %w", err)
	}
	for _, id := range ids {
		seen.present[id] = true
	}
	return nil
}

// globals looks for the tools' objects, in one go. The answer is a text of ones
// and noughts, which the page's scripts cannot change on the way.
func (t *table) globals(ctx context.Context, f consent.Frame, seen *sight) error {
	var ids []string
	var js strings.Builder
	js.WriteString("''")
	for i := range t.Readers {
		r := &t.Readers[i]
		if len(r.Detect.Globals) == 0 {
			continue
		}
		ids = append(ids, r.ID)
		js.WriteString("+(()=>{try{return(" + strings.Join(r.Detect.Globals, ")||(") + ")?'1':'0'}catch(e){return'0'}})()")
	}
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	var found string
	if err := f.Main(ctx, js.String(), &found); err != nil {
		return fmt.Errorf("readers: look for consent managers: %w", err)
	}
	for i, id := range ids {
		if i < len(found) && found[i] == '1' {
			seen.present[id] = true
		}
	}
	return nil
}

func keysOf[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
