package checks

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/spoor-audit/spoor/evidence"
)

// manyPages is how many pages must be seen to be certain that a control is on
// none of them.
const manyPages = 3

// withdrawLinkMissing: is there a way back to the choice?
func withdrawLinkMissing(c *Case) Verdict {
	if d, v := c.dialog(); d == nil {
		return v
	}
	var controls []evidence.Control
	var where evidence.ID
	pages, looked, why := 0, false, "no-run"
	for i := range c.Visit.Runs {
		r := &c.Visit.Runs[i]
		if r.Scenario != evidence.Accept && r.Scenario != evidence.Withdraw {
			continue
		}
		if r.Chosen == nil || c.unusable(r, nil) != "" || r.Outcome == evidence.Failed {
			why = cmp.Or(c.unusable(r, nil), notChosen(r))
			continue
		}
		looked = true
		controls = append(controls, r.Controls...)
		pages = max(pages, len(r.Pages))
		if len(r.Signals) > 0 {
			where = r.Signals[len(r.Signals)-1].ID
		}
	}
	if !looked {
		return c.withoutChoice(why)
	}
	sure := likely
	if pages >= manyPages {
		sure = certain
	}
	own := slices.DeleteFunc(slices.Clone(controls), func(k evidence.Control) bool { return k.Browser })
	switch {
	case slices.ContainsFunc(own, func(k evidence.Control) bool { return k.Reopens == nil || *k.Reopens }):
		return pass()
	case len(own) > 0:
		return fail("does-nothing", likely).with("label", own[0].Label, "p", pages).on(where)
	case len(controls) > 0:
		return fail("browser", sure).with("label", controls[0].Label, "p", pages).on(where)
	}
	return fail("fail", sure).with("p", pages).on(where)
}

// withdrawMoreClicks: is withdrawing harder than agreeing?
func withdrawMoreClicks(c *Case) Verdict {
	samples, _, v := c.obeyed(evidence.Withdraw)
	if v.Outcome != "" {
		if v.Reason == string(evidence.NotOffered) {
			return na("no-control")
		}
		return v
	}
	accept := c.clicks(evidence.Accept)
	if accept == 0 {
		accept = 1 // nobody agrees with fewer
	}
	withdraw := 0
	for _, s := range samples {
		n := len(withdrawal(s.run.Choice.Presses))
		if n > 0 && (withdraw == 0 || n < withdraw) {
			withdraw = n
		}
	}
	switch more := withdraw - accept; {
	case withdraw == 0:
		return unknown("clicks-not-verified")
	case more <= 1:
		return pass()
	case more == 2:
		v = warn("warn", certain)
	default:
		v = fail("fail", certain)
	}
	return v.with("w", withdraw, "a", accept)
}

// withdrawal returns the presses that withdraw: those after agreeing.
func withdrawal(presses []evidence.Press) []evidence.Press {
	for i, p := range presses {
		if p.Role == evidence.RoleAccept {
			return presses[i+1:]
		}
	}
	return presses
}

// minPolicy is how many words make a statement.
const minPolicy = 150

// policyNotOneClick: is a statement on data one click away, before the choice
// and after it?
func policyNotOneClick(c *Case) Verdict {
	if !c.papersLooked() {
		return unknown("gap-papers")
	}
	before, after := c.reachable("dialog", "page"), c.reachable("page-after")
	seen := slices.ContainsFunc(c.Visit.Runs, func(r evidence.Run) bool {
		return r.Chosen != nil && r.Outcome != evidence.Failed && r.Outcome != evidence.Blocked
	})
	if unread := c.unreadPolicy(); unread != "" && !before && !after {
		return unknown("policy-unread").with("url", unread)
	}
	dialog := c.facts.dialog.found
	if d := c.facts.dialog; !before && !dialog && d.looked && d.absent < certain {
		return unknown("dialog-unsure") // one that was not seen may lie over the link
	}
	switch {
	case before && (after || !dialog):
		return pass()
	case !before && !after && (seen || !dialog):
		return fail("fail", certain)
	case dialog && !seen:
		return unknown("after-not-seen")
	case before:
		return warn("not-after", likely)
	}
	return warn("not-before", likely)
}

// reachable reports whether a link at one of some places leads to a statement.
func (c *Case) reachable(where ...string) bool {
	for i := range c.Visit.Runs {
		for _, l := range c.Visit.Runs[i].Policies {
			if slices.Contains(where, l.Where) && l.Reachable && slices.ContainsFunc(c.facts.papers, func(p paper) bool {
				return good(p) && (same(p.URL, l.URL) || same(p.FinalURL, l.URL))
			}) {
				return true
			}
		}
	}
	return slices.ContainsFunc(c.facts.papers, func(p paper) bool {
		return good(p) && len(p.run.Policies) == 0 && slices.ContainsFunc(p.Where, func(w string) bool { return slices.Contains(where, w) })
	})
}

// good reports whether a paper is a statement that could be read.
func good(p paper) bool {
	return (p.Kind == "policy" || p.Kind == "cookie-policy") && p.Status == 200 && p.Error == "" && p.words >= minPolicy
}

// same compares addresses without their fragments.
func same(a, b string) bool {
	a, _, _ = strings.Cut(a, "#")
	b, _, _ = strings.Cut(b, "#")
	return a != "" && strings.TrimSuffix(a, "/") == strings.TrimSuffix(b, "/")
}

// unreadPolicy returns the address of a statement that was found and could not
// be read, or "".
func (c *Case) unreadPolicy() string {
	for _, p := range c.facts.papers {
		if (p.Kind == "policy" || p.Kind == "cookie-policy") && p.Error != "" {
			return p.URL
		}
	}
	return ""
}

// statement returns the longest statement on data that could be read.
func (c *Case) statement() (paper, bool) {
	var best paper
	for _, p := range c.facts.papers {
		if good(p) && (best.Paper == nil || best.Kind != "policy" && p.Kind == "policy" || best.Kind == p.Kind && p.words > best.words) {
			best = p
		}
	}
	return best, best.Paper != nil
}

// policyRequiredContent: does the statement say what it must?
func policyRequiredContent(c *Case) Verdict {
	p, ok := c.statement()
	if !ok {
		return c.noPolicy()
	}
	terms, known := theTables().lexicon.content[primary(p.Language)]
	if !known {
		return unknown("language").with("language", cmp.Or(p.Language, "?"))
	}
	var text strings.Builder
	for _, other := range c.facts.papers {
		if good(other) {
			text.WriteString(lower(other))
			text.WriteByte('\n')
		}
	}
	held := saidTerms(text.String(), terms)
	var missing []string
	for _, t := range terms {
		if !slices.Contains(held, t.ID) {
			missing = append(missing, t.ID)
		}
	}
	v := pass()
	switch {
	case len(missing) >= 4:
		v = fail("fail", likely)
	case len(missing) >= 2:
		v = warn("warn", likely)
	}
	return v.with("k", len(missing), "url", p.URL).with(words("list", missing)...).on(p.ID)
}

// Limits of a readable statement.
const (
	manyWords  = 5000
	endless    = 10000
	lowFlesch  = 30 // Flesch reading ease below which a text is for graduates
	lowDouma   = 30
	highLIX    = 62
	minSpoken  = 300 // words that readability can be told from
	maxJudged  = 200_000
	longLetter = 6
)

// policyUnreadable: is the statement endless, or too hard?
func policyUnreadable(c *Case) Verdict {
	p, ok := c.statement()
	if !ok {
		return c.noPolicy()
	}
	lang := primary(p.Language)
	short := says(lower(p), theTables().lexicon.summary[lang]) != ""
	score, scale, hard := readability(p.Text, lang)
	v := pass()
	switch {
	case p.words > endless && !short:
		v = fail("endless", certain)
	case p.words > manyWords:
		v = warn("long", certain)
	case hard:
		v = warn("hard", likely)
	}
	return v.with("words", p.words, "score", int(math.Round(score)), "scale", scale, "url", p.URL).on(p.ID)
}

// readability returns a score, its scale (Flesch for English, Douma for Dutch,
// LIX for others) and whether the text is too hard for most readers.
func readability(text, lang string) (score float64, scale string, hard bool) {
	if len(text) > maxJudged {
		text = text[:maxJudged]
	}
	words, sentences, syllables, long := 0, 0, 0, 0
	for line := range strings.Lines(text) {
		inLine := strings.Fields(line)
		if len(inLine) < 4 {
			continue // headings and entries of lists
		}
		ended := false
		for _, w := range inLine {
			ended = strings.ContainsAny(w[len(w)-1:], ".!?;:")
			if ended {
				sentences++
			}
			w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) })
			if w == "" {
				continue
			}
			words++
			syllables += syllablesOf(w)
			if len([]rune(w)) > longLetter {
				long++
			}
		}
		if !ended {
			sentences++
		}
	}
	if words < minSpoken || sentences == 0 {
		return 0, "", false
	}
	perSentence, perWord := float64(words)/float64(sentences), float64(syllables)/float64(words)
	switch lang {
	case "en":
		score = 206.835 - 1.015*perSentence - 84.6*perWord
		return score, "Flesch", score < lowFlesch
	case "nl":
		score = 206.84 - 0.93*perSentence - 77*perWord
		return score, "Douma", score < lowDouma
	}
	score = perSentence + 100*float64(long)/float64(words)
	return score, "LIX", score > highLIX
}

// syllablesOf counts groups of vowels, which is near enough over a text.
func syllablesOf(word string) int {
	n, in := 0, false
	for _, r := range strings.ToLower(word) {
		vowel := strings.ContainsRune("aeiouyáàâäéèêëíìîïóòôöúùûü", r)
		if vowel && !in {
			n++
		}
		in = vowel
	}
	return max(n, 1)
}
