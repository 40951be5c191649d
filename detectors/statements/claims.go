package statements

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Confidence of a claim: from one pattern, and where two agree or the question
// for consent itself says so.
const (
	onePattern = 0.7
	agreed     = 0.9
)

// Where a claim stands.
const (
	inPolicy = "policy"
	inDialog = "dialog"
)

// maxQuote is how many characters of a sentence are looked at and quoted.
const maxQuote = 1000

type claimTable struct {
	Guards map[string]guardRow `yaml:"guards"`
	Claims []claimRow          `yaml:"claims"`

	guards map[string]guard
	words  map[string][]string // languages of common words
}

type guardRow struct {
	Words     []string `yaml:"words"`
	Modal     []string `yaml:"modal"`
	Exception []string `yaml:"exception"`
	Always    []string `yaml:"always"`
	Heading   []string `yaml:"heading"`
	Title     []string `yaml:"title"`
}

// A guard is a guardRow made ready.
type guard struct{ modal, exception, always, heading, title []*regexp.Regexp }

type claimRow struct {
	ID         string   `yaml:"id"`
	Language   string   `yaml:"language"`
	Confidence float64  `yaml:"confidence"`
	Category   string   `yaml:"category"`
	Need       []string `yaml:"need"`
	Match      []string `yaml:"match"`
	Unless     []string `yaml:"unless"`
	Allow      []string `yaml:"allow"`
	Each       bool     `yaml:"each"`
	Plus       string   `yaml:"plus"`
	Hit        []string `yaml:"hit"`
	Miss       []string `yaml:"miss"`

	match, unless []*regexp.Regexp
}

func (t *claimTable) prepare() error {
	t.guards, t.words = map[string]guard{}, map[string][]string{}
	for language, row := range t.Guards {
		var g guard
		for _, w := range row.Words {
			t.words[w] = append(t.words[w], language)
		}
		for _, part := range []struct {
			from []string
			to   *[]*regexp.Regexp
		}{
			{row.Modal, &g.modal}, {row.Exception, &g.exception}, {row.Always, &g.always},
			{row.Heading, &g.heading}, {row.Title, &g.title},
		} {
			if err := compileAll(part.from, part.to); err != nil {
				return fmt.Errorf("statements: claims.yaml: guards of %s: %w", language, err)
			}
		}
		t.guards[language] = g
	}
	for i := range t.Claims {
		row := &t.Claims[i]
		for j := range row.Need {
			row.Need[j] = fold(row.Need[j])
		}
		if row.Confidence == 0 {
			row.Confidence = onePattern
		}
		if err := compileAll(row.Match, &row.match); err != nil {
			return fmt.Errorf("statements: claims.yaml: %s in %s: %w", row.ID, row.Language, err)
		}
		if err := compileAll(row.Unless, &row.unless); err != nil {
			return fmt.Errorf("statements: claims.yaml: %s in %s: %w", row.ID, row.Language, err)
		}
	}
	return nil
}

// compileAll makes patterns ready. Accents are taken out of them and of what
// they are compared with, because "\b" knows ASCII letters alone.
func compileAll(from []string, to *[]*regexp.Regexp) error {
	for _, s := range from {
		re, err := regexp.Compile(fold(s))
		if err != nil {
			return fmt.Errorf("pattern %q: %w", s, err)
		}
		*to = append(*to, re)
	}
	return nil
}

// A passage is a sentence, the heading above it, and the lines after its own.
type passage struct {
	sentence string
	heading  string
	after    []string
}

// claimsIn finds the claims of a text, in order. Title is the paper's.
func claimsIn(text, title string) []Claim {
	t := &theTables().claims
	title = normal(title)
	skip := t.foreign(text)
	for language, g := range t.guards {
		skip[language] = skip[language] || fitsAny(g.title, title)
	}
	var list []Claim
	for _, p := range passages(text) {
		s, heading := normal(p.sentence), normal(p.heading)
		if strings.HasSuffix(s, "?") {
			continue
		}
		for i := range t.Claims {
			row := &t.Claims[i]
			if !skip[row.Language] && row.fits(s, heading) {
				list = append(list, row.claims(s, p)...)
			}
		}
	}
	return list
}

// foreign returns the languages in which a text is clearly not written. Short
// texts may be in any.
func (t *claimTable) foreign(text string) map[string]bool {
	counts := map[string]int{}
	most := 0
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(c rune) bool { return !unicode.IsLetter(c) }) {
		for _, language := range t.words[word] {
			counts[language]++
			most = max(most, counts[language])
		}
	}
	out := map[string]bool{}
	for language := range t.Guards {
		out[language] = most >= 30 && counts[language] < most/4
	}
	return out
}

// fits reports whether a sentence makes the claim.
func (row *claimRow) fits(s, heading string) bool {
	if !containsAny(s, row.Need) {
		return false
	}
	if !fitsAny(row.match, s) || fitsAny(row.unless, s) {
		return false
	}
	g := theTables().claims.guards[row.Language]
	switch {
	case fitsAny(g.always, s), fitsAny(g.heading, heading):
		return false
	case fitsAny(g.modal, s) && !slices.Contains(row.Allow, "modal"):
		return false
	case fitsAny(g.exception, s) && !slices.Contains(row.Allow, "exception"):
		return false
	}
	return true
}

func fitsAny(list []*regexp.Regexp, s string) bool {
	return slices.ContainsFunc(list, func(re *regexp.Regexp) bool { return re.MatchString(s) })
}

// claims makes the claims of a sentence that fits.
func (row *claimRow) claims(s string, p passage) []Claim {
	base := Claim{ID: row.ID, Quote: p.sentence, Language: row.Language, Confidence: row.Confidence, Category: row.Category}
	base.Days = row.days(s)
	if row.Plus == "list" && strings.HasSuffix(p.sentence, ":") {
		base.Quote = strings.Join(append([]string{p.sentence}, p.after...), "\n")
	}
	if base.Days > 0 && base.Category == "" {
		base.Category = categoryOf(s)
	}
	if !row.Each {
		return []Claim{base}
	}
	var list []Claim
	for _, category := range categoriesOf(s) {
		c := base
		c.Category = category
		list = append(list, c)
	}
	if list == nil {
		list = []Claim{base}
	}
	return list
}

// days reads the length of time in a sentence, in days, rounded up.
func (row *claimRow) days(s string) int {
	for _, re := range row.match {
		at := re.SubexpIndex("d")
		if at < 0 {
			continue
		}
		if m := re.FindStringSubmatch(s); m != nil {
			if life := parseLifetime(m[at], 0); life.Seconds > 0 {
				return int((life.Seconds + 86399) / 86400)
			}
		}
	}
	return 0
}

// categoriesOf returns the categories that need consent and that a sentence
// names, from the heaviest.
func categoriesOf(s string) []string {
	t := &theTables().registers
	words := strings.FieldsFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && c != '-' })
	var list []string
	for _, category := range heavy {
		if category != "necessary" && category != "functional" && anyStem(words, t.Categories[category]) {
			list = append(list, category)
		}
	}
	return list
}

// passages cuts a text into sentences. Each line is a block of the page; a short
// line without an end is the heading of what follows.
func passages(text string) []passage {
	lines := strings.Split(text, "\n")
	var list []passage
	heading := ""
	for i, line := range lines {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" {
			continue
		}
		if isHeading(line) {
			heading = line
		}
		for _, s := range sentences(line) {
			p := passage{sentence: s, heading: heading}
			if strings.HasSuffix(s, ":") {
				p.after = following(lines[i+1:])
			}
			list = append(list, p)
		}
	}
	return list
}

func isHeading(line string) bool {
	n := utf8.RuneCountInString(line)
	return n <= 120 && (strings.HasSuffix(line, "?") || n <= 90 && !strings.ContainsAny(line[len(line)-1:], ".!;:,"))
}

// following returns the short lines of a list.
func following(lines []string) []string {
	var list []string
	for _, line := range lines {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" {
			continue
		}
		if utf8.RuneCountInString(line) > 90 || len(list) == 30 {
			break
		}
		list = append(list, line)
	}
	return list
}

// sentences cuts a line at the ends of sentences. A dot after one or two letters
// is an abbreviation.
func sentences(line string) []string {
	var list []string
	from := 0
	for i, c := range line {
		if c != '.' && c != '!' && c != '?' || i+2 > len(line) {
			continue
		}
		rest := line[i+1:]
		if rest == "" || rest[0] != ' ' || c == '.' && lettersBefore(line[from:i]) <= 2 {
			continue
		}
		next, _ := utf8.DecodeRuneInString(rest[1:])
		if unicode.IsLower(next) {
			continue
		}
		list = append(list, clipSentence(line[from:i+1]))
		from = i + 2
	}
	if from < len(line) {
		list = append(list, clipSentence(line[from:]))
	}
	return list
}

func lettersBefore(s string) int {
	n := 0
	for len(s) > 0 {
		c, size := utf8.DecodeLastRuneInString(s)
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			break
		}
		n++
		s = s[:len(s)-size]
	}
	return n
}

func clipSentence(s string) string {
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) > maxQuote {
		return string([]rune(s)[:maxQuote])
	}
	return s
}

var straight = strings.NewReplacer("’", "'", "‘", "'", "ʼ", "'", "‑", "-", "–", "-", "\u00a0", " ", "\u00ad", "")

// accents turns the letters of Western European languages into plain ones.
var accents = strings.NewReplacer(
	"à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "ç", "c", "è", "e", "é", "e", "ê", "e", "ë", "e",
	"ì", "i", "í", "i", "î", "i", "ï", "i", "ñ", "n", "ò", "o", "ó", "o", "ô", "o", "õ", "o", "ö", "o", "ø", "o",
	"ù", "u", "ú", "u", "û", "u", "ü", "u", "ý", "y", "ÿ", "y", "œ", "oe", "æ", "ae", "ß", "ss")

// fold takes accents out of a text in small letters.
func fold(s string) string { return accents.Replace(s) }

// normal makes a sentence ready to be compared.
func normal(s string) string {
	return fold(strings.Join(strings.Fields(strings.ToLower(straight.Replace(s))), " "))
}

// agree raises the confidence of claims that another sentence of the same list
// makes too.
func agree(list []*Claim) {
	quotes := map[string]map[string]bool{}
	for _, c := range list {
		key := c.ID + "\x00" + c.Category
		if quotes[key] == nil {
			quotes[key] = map[string]bool{}
		}
		quotes[key][normal(c.Quote)] = true
	}
	for _, c := range list {
		if len(quotes[c.ID+"\x00"+c.Category]) > 1 && c.Confidence >= onePattern {
			c.Confidence = agreed
		}
	}
}

// fragment returns an address that leads to a quote in a page.
// https://wicg.github.io/scroll-to-text-fragment/
func fragment(address, quote string) string {
	line, _, _ := strings.Cut(quote, "\n")
	words := strings.Fields(line)
	if len(words) == 0 {
		return address
	}
	target := escapeFragment(strings.Join(words, " "))
	if len(words) > 10 {
		target = escapeFragment(strings.Join(words[:5], " ")) + "," + escapeFragment(strings.Join(words[len(words)-4:], " "))
	}
	if !strings.Contains(address, "#") {
		address += "#"
	}
	return address + ":~:text=" + target
}

// escapeFragment escapes also what has a meaning in a text directive.
func escapeFragment(s string) string {
	return strings.NewReplacer("-", "%2D", ",", "%2C", "&", "%26").Replace(url.PathEscape(s))
}
