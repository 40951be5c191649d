package values

// Texts calls visit for the text of each part and for all that can be decoded from
// it, with the encodings that were undone from outside in. It decodes no more than
// [Searcher.Search] does. The parts, steps and texts must not be changed.
func Texts(parts []Part, visit func(p *Part, text string, steps []string)) {
	budget := spare
	for i := range parts {
		budget += growth * len(parts[i].Text)
	}
	for i := range parts {
		p := &parts[i]
		unwrap(p.Text, &budget, func(l *layer) { visit(p, l.text, l.steps) })
	}
}
