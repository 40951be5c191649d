package reports

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/reports/lang"
	"github.com/spoor-audit/spoor/reports/score"
)

// CheckDoc returns the documentation of a check in a language; where a language
// lacks a text, the English one stands in. It reports false for an ID that this
// version does not know.
func CheckDoc(t *lang.Text, id string) (CheckInfo, bool) {
	info, ok := checkInfo(id)
	if !ok {
		return CheckInfo{}, false
	}
	if own, ok := t.CheckDoc(id); ok {
		doc := &info.CheckDoc
		doc.Found, doc.Clean = cmp.Or(own.Found, doc.Found), cmp.Or(own.Clean, doc.Clean)
		doc.Why, doc.Fix, doc.Limits = cmp.Or(own.Why, doc.Why), cmp.Or(own.Fix, doc.Fix), cmp.Or(own.Limits, doc.Limits)
		sentences := map[string]string{}
		maps.Copy(sentences, doc.Sentences)
		maps.Copy(sentences, own.Sentences)
		doc.Sentences = sentences
	}
	return info, true
}

// Laws returns the names of legal sources in a language, by their keys.
func Laws(t *lang.Text, keys []string) []string {
	out := make([]string, len(keys))
	for i, key := range keys {
		out[i] = law(t, key)
	}
	return out
}

// translated puts the texts that a language has in place of the English ones.
func translated(doc detectors.Doc, own lang.Doc) detectors.Doc {
	doc.Found, doc.Clean = cmp.Or(own.Found, doc.Found), cmp.Or(own.Clean, doc.Clean)
	doc.Sentence, doc.Why = cmp.Or(own.Sentence, doc.Sentence), cmp.Or(own.Why, doc.Why)
	doc.Fix, doc.Limits = cmp.Or(own.Fix, doc.Fix), cmp.Or(own.Limits, doc.Limits)
	if len(own.Sentences) > 0 {
		doc.Sentences = own.Sentences
	}
	return doc
}

// checks fills Result.Checks from the verdicts.
func (b *builder) checks() {
	texts := []string{}
	for i := range b.in.Verdicts {
		for _, arg := range b.in.Verdicts[i].Args {
			texts = append(texts, arg)
		}
	}
	cut := redactor(b.v, texts)
	b.r.Checks = []Check{}
	for i := range b.in.Verdicts {
		b.r.Checks = append(b.r.Checks, b.check(&b.in.Verdicts[i], cut))
	}
	slices.SortStableFunc(b.r.Checks, func(a, b Check) int { return cmp.Compare(a.ID, b.ID) })
	if b.r.Score == nil {
		return
	}
	for _, g := range b.r.Score.Compliance.Gains {
		for i := range b.r.Checks {
			if b.r.Checks[i].ID == g.Check {
				b.r.Checks[i].Gain = g.Points
			}
		}
	}
}

// score fills Result.Score with what was given, none of it null, and with what has
// to be said beside it.
func (b *builder) score() {
	if b.in.Score == nil {
		return
	}
	s := *b.in.Score
	c := &s.Compliance
	c.Unknown, c.Applied = list(c.Unknown), list(c.Applied)
	c.Gains = append([]Gain{}, c.Gains...)
	c.Lost = orEmpty(c.Lost)
	s.Exposure, s.Organisations, s.Identified, s.Bands = orEmpty(s.Exposure), orEmpty(s.Organisations), orEmpty(s.Identified), orEmpty(s.Bands)
	s.Limits = list(score.Limits(b.v, b.in.Verdicts))
	b.r.Score = &s
}

// orEmpty returns a copy of a map that is not null.
func orEmpty[V any](m map[string]V) map[string]V {
	out := map[string]V{}
	maps.Copy(out, m)
	return out
}

// maxQuote is how long a quotation in the sentence of a check may be, in
// characters.
const maxQuote = 300

func (b *builder) check(v *checks.Verdict, cut func(string) string) Check {
	out := Check{
		ID: v.ID, Outcome: string(v.Outcome), Severity: string(v.Severity), Group: v.Group, Certainty: min(max(v.Certainty, 0), 1),
		Organisations: []string{}, Named: []string{}, Reason: clip(v.Reason, maxText), Basis: list(v.Basis), Evidence: []string{}, Visits: v.Visits,
	}
	for _, id := range v.Organisations {
		out.Organisations = append(out.Organisations, clip(id, maxName))
		out.Named = append(out.Named, clip(b.organisation(id), maxName))
	}
	for _, id := range v.Evidence {
		out.Evidence = append(out.Evidence, string(id))
	}
	args := checkArgs(v, cut)
	out.Title = both(func(t *lang.Text) string { return checkTitle(t, v) })
	if v.Outcome == checks.NA || v.Outcome == checks.Unknown {
		out.Why = both(func(t *lang.Text) string { return checkReason(t, v, args) })
	}
	out.Text = both(func(t *lang.Text) string { return checkText(t, v, args, out.Why.In(t.Code())) })
	return out
}

// organisation returns the name of an organisation, which checks know by one of its
// parties or, where nobody knows its owner, by a domain.
func (b *builder) organisation(id string) string {
	p, ok := b.db.ByID(id)
	if !ok {
		return id
	}
	return cmp.Or(p.Company, p.Name, id)
}

// checkArgs prepares the arguments of the sentences of a check. Words of checks come
// in both languages, the Dutch under the name and "_nl"; what comes from a page
// stands under one name for both.
func checkArgs(v *checks.Verdict, cut func(string) string) map[string]string {
	args := map[string]string{}
	for name, value := range v.Args {
		args[name] = clip(cut(value), maxQuote)
	}
	for name := range v.Args {
		if dutch := name + "_nl"; args[dutch] == "" {
			args[dutch] = args[name]
		}
	}
	return args
}

// checkTitle returns the title of a check in the state it has.
func checkTitle(t *lang.Text, v *checks.Verdict) string {
	doc, ok := CheckDoc(t, v.ID)
	switch {
	case !ok:
		return v.ID
	case v.Outcome == checks.Pass:
		return cmp.Or(doc.Clean, doc.Found)
	}
	return doc.Found
}

// checkText says what a verdict says as sentences. Of a check that could not be
// judged, it says that it is neither a pass nor a fail.
func checkText(t *lang.Text, v *checks.Verdict, args map[string]string, why string) string {
	switch v.Outcome {
	case checks.Unknown:
		return t.T("check.unknown", "reason", asPart(why))
	case checks.NA:
		return t.T("check.na", "reason", asPart(why))
	case checks.Pass, checks.Warn, checks.Fail:
	}
	doc, ok := CheckDoc(t, v.ID)
	if !ok {
		return v.ID
	}
	if sentence := doc.Sentences[v.Reason]; sentence != "" {
		return lang.Fill(sentence, args)
	}
	return asSentence(checkTitle(t, v))
}

// checkReason puts the code of a reason into words: those of the check, else
// those that all checks share, else those of every other reason.
func checkReason(t *lang.Text, v *checks.Verdict, args map[string]string) string {
	doc, _ := CheckDoc(t, v.ID)
	words := cmp.Or(doc.Sentences[v.Reason], t.CheckReason(v.Reason), checks.Reasons()[v.Reason])
	if words == "" {
		words = Reason(t, clip(v.Reason, maxText))
	}
	return lang.Fill(words, args)
}

// ChecksOf lists the checks with an outcome, heaviest first, then by ID.
func (r *Result) ChecksOf(outcome string) []*Check {
	var list []*Check
	for i := range r.Checks {
		if r.Checks[i].Outcome == outcome {
			list = append(list, &r.Checks[i])
		}
	}
	slices.SortStableFunc(list, func(a, b *Check) int { return cmp.Compare(Weight(a.Severity), Weight(b.Severity)) })
	return list
}

// Sure names how certain a check is of a warning or failure: certain, likely or
// possible, by the steps of the score.
func (c *Check) Sure() string {
	switch {
	case c.Certainty >= 0.9:
		return "certain"
	case c.Certainty >= 0.7:
		return "likely"
	}
	return "possible"
}

// asPart makes a sentence fit to stand behind a colon.
func asPart(s string) string { return strings.TrimSuffix(s, ".") }
