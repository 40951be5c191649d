package values

import (
	"cmp"
	"slices"
)

// A Value is a text that is looked for.
type Value struct {
	ID   string // of whoever looks
	Text string
	// Kind: email phone name password date text id. It says which variants are worth
	// trying: lower case, digits only, the part before the @ and so on. An id is
	// looked for as a whole word, exactly as it is.
	Kind string
	// Hashes says that hashes of the text are looked for too.
	Hashes bool
}

// A Hit is one value in one place.
type Hit struct {
	ID          string // of the [Value]
	Where, Name string // of the [Part]
	// Steps are the encodings that the value was wrapped in, from outside in:
	// url json html base64 base32 base58 hex decimal uuid gzip zlib deflate
	// lz-string char-codes utf-16 latin-1 reversed substituted rot-1 ... rot-25,
	// and cut where only the beginning of a hash was sent. None: it stands there
	// plainly.
	Steps []string
	// Hash is what was made of the value before: "sha256"; "md5(sha1)" is the MD5
	// of the hexadecimal SHA-1; "sha256(base64)" that of the encoded text. "" if
	// the value itself stands there.
	Hash string
	// Variant is the form of the value: "" as given, lower, upper, case, trim,
	// local (what stands before the @), digits, national, e164, code-31, date, ...
	Variant string
}

// Plain reports whether a reader sees the value without any decoding but that of
// addresses.
func (h *Hit) Plain() bool {
	return h.Hash == "" && !slices.ContainsFunc(h.Steps, func(s string) bool { return s != "url" && s != "json" && s != "html" })
}

// Small reports whether the hash is one of four bytes, which can be met by accident,
// though hardly.
func (h *Hit) Small() bool {
	return slices.ContainsFunc(smallHashes[:], func(f smallFunction) bool { return f.name == h.Hash })
}

// A Searcher finds values. It can be used from several goroutines.
type Searcher struct {
	values  []Value
	needles index
	digests digestIndex
}

// New prepares a search. Values that are too short are not looked for: texts under
// six characters plainly, those under three not even as a hash.
func New(list []Value) *Searcher {
	s := &Searcher{values: slices.Clone(list)}
	for i := range s.values {
		s.add(i)
	}
	s.needles.done()
	s.digests.done()
	return s
}

// Search returns what it finds, at most one hit for each value, place, name and
// hash: the one with the fewest steps. Hits are sorted by ID, Where, Name and Hash.
func (s *Searcher) Search(parts []Part) []Hit {
	if len(s.values) == 0 {
		return nil
	}
	budget := spare
	for i := range parts {
		budget += growth * len(parts[i].Text)
	}
	found := map[hitKey]found{}
	for i := range parts {
		s.searchPart(&parts[i], &budget, found)
	}
	if len(found) == 0 {
		return nil
	}
	out := make([]Hit, 0, len(found))
	for k, f := range found {
		out = append(out, Hit{ID: k.id, Where: k.where, Name: k.name, Hash: k.hash, Steps: f.steps, Variant: f.variant})
	}
	slices.SortFunc(out, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Where, b.Where), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Hash, b.Hash))
	})
	return out
}

type hitKey struct{ id, where, name, hash string }

// A found is the best way in which a value was found so far.
type found struct {
	steps   []string
	variant string
	rank    int // of the variant
}

// less reports whether a find tells more than another: the value itself before a
// part of it, and the shorter way.
func (f *found) less(g *found) bool {
	return cmp.Or(
		cmp.Compare(f.rank, g.rank),
		cmp.Compare(len(f.steps), len(g.steps)),
		slices.Compare(f.steps, g.steps),
		cmp.Compare(f.variant, g.variant),
	) < 0
}

func (s *Searcher) searchPart(p *Part, budget *int, into map[hitKey]found) {
	unwrap(p.Text, budget, func(l *layer) {
		tell := func(value int, hash, variant string, inner ...string) {
			k := hitKey{s.values[value].ID, p.Where, p.Name, hash}
			f := found{steps: append(slices.Clip(l.steps), inner...), variant: variant, rank: rankOf(variant)}
			if old, ok := into[k]; !ok || f.less(&old) {
				into[k] = f
			}
		}
		s.needles.search(l.text, tell)
		s.digests.search(l.text, tell)
	})
}

// lower folds ASCII only, so that the text keeps its length.
func lower(s string) string {
	for i := range len(s) {
		if s[i] != lowered[s[i]] {
			b := []byte(s)
			for j := i; j < len(b); j++ {
				b[j] = lowered[b[j]]
			}
			return string(b)
		}
	}
	return s
}

// lowered maps each byte to its lower case.
var lowered = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
		if 'A' <= i && i <= 'Z' {
			t[i] = byte(i) + 'a' - 'A'
		}
	}
	return t
}()
