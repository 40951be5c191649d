package consent

import (
	"context"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// A seenForm is a form as js/page.js describes it.
type seenForm struct {
	Tag    string      `json:"tag"`
	Hint   string      `json:"hint"`
	Action string      `json:"action"`
	Text   string      `json:"text"`
	Before string      `json:"before"` // what stands before it
	Fields []seenField `json:"fields"`
	Submit string      `json:"submit"`
	Search bool        `json:"search"`
}

type seenField struct {
	Label    string `json:"label"`
	Name     string `json:"name"`
	Type     string `json:"type"`
	Auto     string `json:"auto"` // autocomplete
	Hold     string `json:"hold"` // placeholder
	Required bool   `json:"required"`
	Checked  bool   `json:"checked"`
	// Write is what can be written into it, where that was asked; nil if nothing can.
	Write *writing `json:"write"`
}

type writing struct {
	N       int    `json:"n"`
	Max     int    `json:"max"` // characters; -1 is no limit
	Low     string `json:"low"`
	High    string `json:"high"`
	Pattern string `json:"pattern"`
	Digits  bool   `json:"digits"`
	Held    int    `json:"held"` // length of what it holds already
}

// Forms lists the forms that can be seen in the page's own document, in its
// order, with what each field asks. The question for consent is none of them.
func Forms(ctx context.Context, p Page) ([]evidence.Form, error) {
	w, err := loadWords()
	if err != nil {
		return nil, err
	}
	f, err := mainFrame(ctx, p)
	if err != nil {
		return nil, err
	}
	seen, err := w.seenForms(ctx, f, false)
	if err != nil {
		return nil, err
	}
	var out []evidence.Form
	for i := range seen {
		out = append(out, w.form(&seen[i]))
	}
	return out, nil
}

// seenForms describes the forms of a document, without those of the question for
// consent.
func (w *words) seenForms(ctx context.Context, f Frame, write bool) ([]seenForm, error) {
	skip, err := w.open(ctx, f)
	if err != nil {
		return nil, err
	}
	var seen []seenForm
	if err := call(ctx, f, "forms", map[string]any{"skip": skip, "write": write}, &seen); err != nil {
		return nil, err
	}
	return seen, nil
}

func (w *words) form(s *seenForm) evidence.Form {
	form := evidence.Form{Submit: clip(s.Submit, 200), Text: clip(s.Text, 1000)}
	for j := range s.Fields {
		form.Fields = append(form.Fields, w.field(&s.Fields[j]))
	}
	form.Purpose = w.formPurpose(s, form.Fields)
	return form
}

func (w *words) field(f *seenField) evidence.Field {
	return evidence.Field{
		Label: clip(f.Label, 300), Name: f.Name, Type: f.Type, Required: f.Required, Checked: f.Checked, Asks: w.asks(f),
	}
}

// asks tells what a field wants to know: by its type, by what it tells the
// browser to fill in, by its words.
func (w *words) asks(f *seenField) string {
	if f.Type == "checkbox" {
		return w.boxAsks(f)
	}
	if a, ok := w.places.Inputs[f.Type]; ok {
		return a
	}
	for part := range strings.FieldsSeq(f.Auto) {
		if a, ok := w.places.Auto[part]; ok {
			return a
		}
	}
	if f.Type == "file" || f.Type == "range" || f.Type == "color" {
		return "other"
	}
	for _, text := range []string{f.Label, f.Hold, spaced(strings.NewReplacer("_", " ", "-", " ", "[", " ", "]", " ").Replace(f.Name))} {
		if a := w.asked(text); a != "" && a != "marketing" && a != "terms" {
			return a
		}
	}
	if f.Type == "textarea" {
		return "message"
	}
	return "other"
}

// asked is the most exact thing that words ask for: of several the longest
// expression counts, and then the first.
func (w *words) asked(text string) string {
	best, size, at := "", 0, 0
	for _, f := range w.texts.find(tokens(text)) {
		e := w.text[f.id]
		if e.list != "field" {
			continue
		}
		if n := f.to - f.from; n > size || n == size && f.from < at {
			best, size, at = e.class, n, f.from
		}
	}
	return best
}

// boxAsks: a box to tick asks for agreement, to terms or to advertising; who asks
// for both at once asks for advertising.
func (w *words) boxAsks(f *seenField) string {
	ask := "other"
	for _, m := range w.texts.find(tokens(f.Label + " " + spaced(f.Name))) {
		switch e := w.text[m.id]; {
		case e.list != "field":
		case e.class == "marketing":
			return "marketing"
		case e.class == "terms":
			ask = "terms"
		}
	}
	return ask
}

// formPurpose tells what a form is for.
func (w *words) formPurpose(s *seenForm, fields []evidence.Field) string {
	if s.Search {
		return "search"
	}
	asks := map[string]int{}
	for _, f := range fields {
		asks[f.Asks]++
	}
	points := map[string]float64{}
	for _, part := range []struct {
		text   string
		weight float64
	}{{s.Submit, 3}, {s.Before, 2}, {spaced(strings.NewReplacer("_", " ", "-", " ", "/", " ").Replace(s.Hint + " " + s.Action)), 2}, {clip(s.Text, 600), 1}} {
		said := map[string]bool{}
		for _, m := range w.texts.find(tokens(part.text)) {
			if e := w.text[m.id]; e.list == "form" {
				said[e.class] = true
			}
		}
		for purpose := range said {
			points[purpose] += part.weight
		}
	}
	if asks["password"] > 0 {
		points["login"] += 4
	} else {
		points["login"] -= 3
	}
	if asks["message"] > 0 {
		points["contact"] += 3
	}
	if asks["email"] > 0 && len(fields) <= 4 && asks["message"] == 0 && asks["password"] == 0 {
		points["newsletter"] += 1.5
	}
	if asks["address"] > 0 && asks["postcode"] > 0 {
		points["order"] += 1.5
	}
	best := "other"
	for _, purpose := range []string{"newsletter", "contact", "download", "login", "search", "order"} {
		if points[purpose] >= 2 && points[purpose] > points[best] {
			best = purpose
		}
	}
	return best
}
