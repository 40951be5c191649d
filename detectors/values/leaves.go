package values

import "strings"

// Bounds on the leaves of a search.
const (
	maxLeaves = 5000
	maxNested = 5 // structures and encodings inside each other
)

// Leaves takes parts apart further, to single texts: JSON and parameters inside of
// parameters, and parts that are encoded or compressed as a whole. The name of a
// leaf that was encoded ends in "~" and the encoding: "data.k~base64". A text that
// can be read in two ways gives a leaf for each.
func Leaves(parts []Part) []Part {
	g := &gatherer{budget: spare}
	for i := range parts {
		g.budget += growth * len(parts[i].Text)
	}
	for i := range parts {
		g.add(parts[i], 0)
	}
	return g.out
}

// A gatherer lists leaves in order.
type gatherer struct {
	out    []Part
	budget int
}

func (g *gatherer) add(p Part, depth int) {
	if len(g.out) >= maxLeaves || len(p.Text) > g.budget {
		return
	}
	g.budget -= len(p.Text)
	if depth < maxNested {
		if inner, ok := structure(p); ok {
			for _, q := range inner {
				g.add(q, depth+1)
			}
			return
		}
		if strings.Contains(p.Text, "%") {
			g.add(Part{p.Where, p.Name, unescape(p.Text, true)}, depth+1)
			return
		}
	}
	g.out = append(g.out, p)
	if depth < maxNested {
		whole(p.Text, func(step, inner string) { g.add(Part{p.Where, p.Name + "~" + step, inner}, depth+1) })
	}
}

// structure takes JSON and parameters apart. Names begin with that of the part.
func structure(p Part) ([]Part, bool) {
	inner, ok := jsonParts(p.Where, p.Text)
	if !ok && strings.Contains(p.Text, "=") && strings.Contains(p.Text, "&") && looksLikeForm(p.Text) {
		inner, ok = pairs(p.Where, p.Text), true
	}
	if !ok || len(inner) == 1 && inner[0].Text == p.Text {
		return nil, false
	}
	for i := range inner {
		switch {
		case inner[i].Name == "":
			inner[i].Name = p.Name
		case p.Name != "":
			inner[i].Name = p.Name + "." + inner[i].Name
		}
	}
	return inner, true
}

// whole decodes a text that is encoded as a whole.
func whole(text string, out emit) {
	if len(text) < 2 {
		return
	}
	if !printable([]byte(text)) {
		peelCompressed(text, out)
		return
	}
	word := strings.TrimRight(text, "=")
	kinds := uint8(inHex | inBase32 | inBase58)
	for i := range len(word) {
		if bits64[word[i]] < 0 {
			return
		}
		kinds &= alphabets[word[i]]
	}
	if kinds&inHex != 0 && len(word)%2 == 0 {
		if b := unhexAll(word); printable(b) || compressed(b) {
			out("hex", string(b))
		}
	}
	b, ok := decode64(word)
	if len(word) < 2 || !ok || len(b) == 0 {
		return
	}
	if printable(b) || compressed(b) || len(b) >= minWord {
		out("base64", string(b))
	}
	if !printable(b) {
		peelLZ(word, out)
	}
}
