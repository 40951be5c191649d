package consent

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is one word of a text, in lower case: as it is written, and without
// its accents. People and style sheets drop accents (Greek capitals have none),
// so words are compared without them unless a list asks for the exact form.
type token struct {
	exact, fold string
	// stop says that a comma or the like follows: "No, reject" does not deny the
	// refusal.
	stop bool
}

// longestText is how many words of a text are looked at.
const longestText = 4000

// signs stand for words: they are kept where other punctuation is dropped.
var signs = map[rune]string{'🍪': "cookie", '%': "%", '€': "€", '$': "$", '£': "£", '×': "×", '✕': "×", '✖': "×", '✗': "×", '╳': "×", '⨯': "×", '❌': "×", '🗙': "×", '⨉': "×", '✘': "×", 'ⓧ': "×", '⊗': "×"}

// tokens splits a text into words.
func tokens(s string) []token {
	var out []token
	var exact, fold strings.Builder
	flush := func() {
		if exact.Len() > 0 {
			out = append(out, token{exact: exact.String(), fold: fold.String()})
			exact.Reset()
			fold.Reset()
		}
	}
	for _, r := range s {
		if len(out) >= longestText {
			break
		}
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			r = unicode.ToLower(r)
			exact.WriteRune(r)
			foldRune(&fold, r)
		case unicode.Is(unicode.Mn, r):
			if exact.Len() > 0 {
				exact.WriteRune(r)
			}
		case r == 0xad || r == 0x200b || r == 0x200c || r == 0x200d || r == 0x2060 || r == 0xfeff:
			// Soft hyphens and joiners stand inside words.
		default:
			flush()
			if sign, ok := signs[r]; ok {
				out = append(out, token{exact: sign, fold: sign})
			} else if len(out) > 0 && strings.ContainsRune(",.;:!?–—", r) {
				out[len(out)-1].stop = true
			}
		}
	}
	flush()
	return out
}

// folds are letters and what they are without accents: the first of each row
// stands for the others.
var folds = func() map[rune]string {
	m := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ĳ': "ij", 'ŉ': "n", 'ﬁ': "fi", 'ﬂ': "fl"}
	for _, row := range []string{
		"aáàâäãåāăąǎạảấầẩẫậắằẳẵặ", "cçćĉċč", "dďđð", "eéèêëēĕėęěẹẻẽếềểễệ", "gĝğġģ", "hĥħ", "iíìîïĩīĭįıỉị", "jĵ", "kķ",
		"lĺļľŀł", "nñńņňŋ", "oóòôöõøōŏőơọỏốồổỗộớờởỡợ", "rŕŗř", "sśŝşšș", "tţťŧț", "uúùûüũūŭůűųưụủứừửữự", "wŵẁẃẅ", "yýỳŷÿỹ", "zźżž",
		"αά", "εέ", "ηή", "ιίϊΐ", "οό", "υύϋΰ", "ωώ", "σς", "еёѐ", "иѝ",
	} {
		base, size := utf8.DecodeRuneInString(row)
		for _, r := range row[size:] {
			m[r] = string(base)
		}
	}
	return m
}()

func foldRune(b *strings.Builder, r rune) {
	if s, ok := folds[r]; ok {
		b.WriteString(s)
		return
	}
	b.WriteRune(r)
}

// fold is a text in lower case and without accents, one space between words.
func fold(s string) string {
	var b strings.Builder
	for i, t := range tokens(s) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.fold)
	}
	return b.String()
}

// A pattern is a run of words to look for. In data it is written as text:
// "accept*" is a beginning, "*einstellung*" a part, "a|b" a choice, ".." up to
// six words of any kind, "=sí" a word with just these accents.
type pattern []elem

type elem struct {
	gap  bool
	alts []word
}

type word struct {
	text       string
	head, tail bool // anything may come before, after
	exact      bool
}

// gapWords is how many words ".." may stand for.
const gapWords = 6

// parsePattern reads a pattern. Punctuation inside separates words, as in texts.
func parsePattern(s string) pattern {
	var p pattern
	for field := range strings.FieldsSeq(s) {
		if field == ".." {
			p = append(p, elem{gap: true})
			continue
		}
		var alts []word
		var rest []word // further words that punctuation split off, "d'accord"
		for i, alt := range strings.Split(field, "|") {
			w := word{}
			alt, w.exact = strings.CutPrefix(alt, "=")
			alt, w.head = strings.CutPrefix(alt, "*")
			alt, w.tail = strings.CutSuffix(alt, "*")
			ts := tokens(alt)
			if len(ts) == 0 {
				continue
			}
			for j, t := range ts {
				part := word{text: t.fold, exact: w.exact, head: w.head && j == 0, tail: w.tail && j == len(ts)-1}
				if w.exact {
					part.text = t.exact
				}
				switch {
				case j == 0:
					alts = append(alts, part)
				case i == 0:
					rest = append(rest, part)
				}
			}
		}
		if len(alts) == 0 {
			continue
		}
		p = append(p, elem{alts: alts})
		for _, w := range rest {
			p = append(p, elem{alts: []word{w}})
		}
	}
	return p
}

func (w word) matches(t token) bool {
	s := t.fold
	if w.exact {
		s = t.exact
	}
	switch {
	case w.head && w.tail:
		return strings.Contains(s, w.text)
	case w.head:
		return strings.HasSuffix(s, w.text)
	case w.tail:
		return strings.HasPrefix(s, w.text)
	}
	return s == w.text
}

func (e elem) matches(t token) bool {
	for _, w := range e.alts {
		if w.matches(t) {
			return true
		}
	}
	return false
}

// match tries the pattern at the beginning of ts and returns how many words it
// took, or -1.
func (p pattern) match(ts []token) int {
	i := 0
	for k, e := range p {
		if e.gap {
			for skip := 0; skip <= gapWords && i+skip <= len(ts); skip++ {
				if n := p[k+1:].match(ts[i+skip:]); n >= 0 {
					return i + skip + n
				}
			}
			return -1
		}
		if i >= len(ts) || !e.matches(ts[i]) {
			return -1
		}
		i++
	}
	return i
}

// An index finds many patterns in a text at once.
type index struct {
	patterns []pattern
	exact    map[string][]int // by the first word
	prefix   map[string][]int // by the first letters of a first word that is a beginning
	rest     []int
}

// A found is one match: the number of the pattern, and the words from, to.
type found struct{ id, from, to int }

const prefixKey = 3

func newIndex() *index {
	return &index{exact: map[string][]int{}, prefix: map[string][]int{}}
}

// add takes a pattern and returns its number, or -1 if there is nothing to it.
func (x *index) add(p pattern) int {
	if len(p) == 0 || p[0].gap {
		return -1
	}
	id := len(x.patterns)
	x.patterns = append(x.patterns, p)
	for _, w := range p[0].alts {
		switch {
		case w.head || w.exact:
			x.rest = append(x.rest, id)
		case w.tail:
			k := head(w.text, prefixKey)
			x.prefix[k] = append(x.prefix[k], id)
		default:
			x.exact[w.text] = append(x.exact[w.text], id)
		}
	}
	return id
}

// head is the first n runes of s.
func head(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// find lists all matches in a text.
func (x *index) find(ts []token) []found {
	var out []found
	try := func(ids []int, at int) {
		for _, id := range ids {
			if n := x.patterns[id].match(ts[at:]); n > 0 {
				out = append(out, found{id, at, at + n})
			}
		}
	}
	for i, t := range ts {
		try(x.exact[t.fold], i)
		before := ""
		for n := 1; n <= prefixKey; n++ {
			k := head(t.fold, n)
			if k == before {
				break
			}
			before = k
			try(x.prefix[k], i)
		}
		try(x.rest, i)
	}
	return out
}
