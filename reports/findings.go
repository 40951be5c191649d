package reports

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports/lang"
)

// severities lists the severities, heaviest first.
var severities = []string{
	string(detectors.Critical), string(detectors.High), string(detectors.Medium), string(detectors.Low), string(detectors.Note),
}

// Weight gives the place of a severity: 0 is the heaviest.
func Weight(severity string) int {
	if i := slices.Index(severities, severity); i >= 0 {
		return i
	}
	return len(severities)
}

// Clump says in which clump a severity puts a technique.
func Clump(severity string) string {
	switch detectors.Severity(severity) {
	case detectors.Critical, detectors.High, detectors.Medium:
		return Problem
	case detectors.Low:
		return Consider
	}
	return Inventory
}

// Doc returns the documentation of a technique in a language, in the form of
// detectors.Doc; where a language lacks a text, the English one stands in. It
// reports false for an ID that this version does not know.
func Doc(t *lang.Text, id string) (detectors.Doc, bool) {
	technique, ok := techniques.ByID(id)
	if !ok {
		return detectors.Doc{}, false
	}
	doc := technique.Doc
	if own, ok := t.Doc(id); ok {
		doc = translated(doc, own)
	}
	// What is said of a page may not fit another subject.
	for part, text := range map[string]*string{
		"found": &doc.Found, "clean": &doc.Clean, "sentence": &doc.Sentence, "why": &doc.Why, "fix": &doc.Fix, "limits": &doc.Limits,
	} {
		if key := "technique-" + part + "." + id; t.Has(key) {
			*text = t.T(key)
		}
	}
	return doc, true
}

// findings fills Result.Findings, in the order of the judgement: by ID,
// scenario, phase and key.
func (b *builder) findings() {
	texts := redactor(b.v, textsOf(b.j.Findings))
	b.r.Findings = []Finding{}
	for i := range b.j.Findings {
		f := &b.j.Findings[i]
		out := Finding{
			ID: f.ID, Key: clip(texts(f.Key), maxURL), Scenario: f.Scenario, Phase: f.Phase,
			Party: b.partyOf(f), Host: clip(f.Host, maxName), Script: clip(texts(f.Script), maxURL),
			Cookie: clip(f.Cookie, maxName), URL: clip(texts(f.URL), maxURL),
			Certainty: string(f.Certainty), Severity: string(f.Severity), Times: f.Times, FirstMS: int64(f.First),
			Evidence: append([]evidence.ID{}, f.Evidence...),
		}
		args := make(map[string]string, len(f.Args))
		for name, value := range f.Args {
			args[name] = clip(texts(value), maxName)
		}
		out.Text = b.both(func(t *lang.Text) string { return sentence(t, f.ID, args) })
		b.r.Findings = append(b.r.Findings, out)
	}
	slices.SortStableFunc(b.r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(order(a.Scenario), order(b.Scenario)),
			-cmp.Compare(a.Phase, b.Phase), cmp.Compare(a.Key, b.Key)) // "before" comes first
	})
	b.joinTimes()
	b.markIdentifying()
	for i := range b.r.Findings {
		f := &b.r.Findings[i]
		if reads(f.ID) && Clump(f.Severity) == Problem {
			b.recognises(f.Party, f.ID)
		}
	}
}

// joinTimes counts what was done before any choice over all runs that show it:
// three runs are three samples of the same state.
func (b *builder) joinTimes() {
	type key struct{ id, key string }
	seen := map[key]int{}
	for i := range b.r.Findings {
		if f := &b.r.Findings[i]; beforeChoice(f.Scenario, f.Phase) {
			n, _, _ := strings.Cut(f.Times, " of ")
			count, _ := strconv.Atoi(n) // A detector's own word; 0 if it is none.
			seen[key{f.ID, f.Key}] += count
		}
	}
	for i := range b.r.Findings {
		f := &b.r.Findings[i]
		if n := seen[key{f.ID, f.Key}]; n > 0 && beforeChoice(f.Scenario, f.Phase) {
			f.Times = strconv.Itoa(n) + " of " + strconv.Itoa(max(n, b.samples(f.ID)))
		}
	}
}

// samples counts the runs in which a technique could look at the state before any
// choice.
func (b *builder) samples(id string) int {
	n := 0
	technique, known := techniques.ByID(id)
	for i := range b.v.Runs {
		run := &b.v.Runs[i]
		if known && !technique.Judges(run.Scenario) {
			continue
		}
		if slices.Contains(repeats, run.Scenario) && run.Outcome != evidence.Blocked &&
			!slices.ContainsFunc(b.j.NotMeasured, func(u detectors.NotMeasured) bool { return u.ID == id && u.Scenario == run.Scenario }) {
			n++
		}
	}
	return n
}

// partyOf names the party of a finding: the detector's word, else that of the
// script or host it is about.
func (b *builder) partyOf(f *detectors.Finding) string {
	switch {
	case f.Party != "":
		return b.partyByID(f.Party)
	case hostOf(f.Script) != "":
		return b.partyOfScript(f.Script)
	default:
		return b.party(f.Host)
	}
}

// sentence says what a finding says, in a language.
func sentence(t *lang.Text, id string, args map[string]string) string {
	doc, ok := Doc(t, id)
	if !ok {
		return id
	}
	return lang.Fill(doc.SentenceOf(args), localise(t, args))
}

// counted names the arguments of sentences that are numbers. Other arguments can
// look like numbers too, such as the name of a cookie, and stay as they are.
var counted = []string{
	"answered", "bytes", "count", "days", "fonts", "length", "links", "of", "parameters", "pictures", "properties", "reads", "received", "sent",
}

// localise writes the numbers among the arguments of a sentence as a language
// does, and puts ids into words.
func localise(t *lang.Text, args map[string]string) map[string]string {
	out := maps.Clone(args)
	for _, name := range counted {
		if n, err := strconv.ParseFloat(args[name], 64); err == nil {
			out[name] = t.Decimal(n, 2)
		}
	}
	for name, group := range worded {
		if list, ok := args[name]; ok {
			words := strings.Split(list, ", ")
			for i, id := range words {
				words[i] = t.Word(group, id)
			}
			out[name] = strings.Join(words, ", ")
		}
	}
	return out
}

// worded names the arguments of sentences that are lists of ids, and the groups of
// words that say what these are.
var worded = map[string]string{
	"both": "truth", "identifying": "truth", "means": "means", "own": "truth", "passed": "truth", "surfaces": "surface",
	"what": "asks", "way": "way", "written": "written",
}

// skippedWhy is what a judgement says of a technique that the user left out.
const skippedWhy = "skipped"

// Skipping notes in a judgement which techniques were left out by the options it
// was made with. Without that, a result would say of them that they were looked
// for and not found.
func Skipping(j detectors.Judgement, o detectors.Options) detectors.Judgement {
	j.NotMeasured = slices.Clone(j.NotMeasured)
	for _, t := range techniques.All() {
		if len(o.Only) > 0 && !slices.Contains(o.Only, t.ID) || slices.Contains(o.Skip, t.ID) {
			j.NotMeasured = append(j.NotMeasured, detectors.NotMeasured{ID: t.ID, Why: skippedWhy})
		}
	}
	return j
}

// techniques fills Result.Techniques: one row for everything that can be looked
// for, so that nothing is missing because it was not found.
func (b *builder) techniques() {
	b.r.Techniques = []Technique{}
	for _, t := range techniques.All() {
		if !t.Applies(&b.v.Subject) {
			continue
		}
		row := Technique{ID: t.ID, State: Clean, Severity: string(t.Doc.Severity), NotMeasured: []Unmeasured{}, Partial: []Unmeasured{}}
		clump, weight := "", ""
		for _, f := range b.r.Findings {
			if f.ID != t.ID {
				continue
			}
			if row.Findings == 0 || Weight(f.Severity) < Weight(row.Severity) {
				row.Severity = f.Severity
			}
			row.Findings++
			if !Consented(f.Scenario, f.Phase) && (clump == "" || Weight(f.Severity) < Weight(weight)) {
				clump, weight = Clump(f.Severity), f.Severity
			}
		}
		skipped := b.unmeasured(t, &row)
		switch {
		case row.Findings > 0:
			row.State, row.Clump = Found, cmp.Or(clump, accepted(row.Severity))
			row.Severity = cmp.Or(weight, row.Severity)
		case skipped:
			row.State = Skipped
		case len(row.NotMeasured) > 0 || len(b.v.Runs) == 0:
			row.State = NotMeasured
		}
		row.Title = b.both(func(text *lang.Text) string { return title(text, t, row.State) })
		b.r.Techniques = append(b.r.Techniques, row)
	}
	slices.SortFunc(b.r.Techniques, func(a, b Technique) int { return cmp.Compare(a.ID, b.ID) })
}

// accepted says in which clump a technique belongs that was found only after the
// visitor had accepted everything.
func accepted(severity string) string {
	if Clump(severity) == Inventory {
		return Inventory
	}
	return Accepted
}

// unmeasured fills Technique.NotMeasured and Partial, and reports whether the
// user left the technique out. A run that says nothing about the site leaves
// everything unmeasured, whatever the judgement says.
func (b *builder) unmeasured(t *detectors.Technique, row *Technique) (skipped bool) {
	for i := range b.v.Runs {
		if run := &b.v.Runs[i]; !measured(run) {
			why := cmp.Or(run.Reason, string(run.Outcome))
			row.NotMeasured = addUnmeasured(row.NotMeasured, run.Scenario, why, b.whyText(t, run.Scenario, why, true))
		}
	}
	for _, n := range b.j.NotMeasured {
		if n.ID == t.ID {
			if n.Why == skippedWhy {
				skipped = true
				continue
			}
			row.NotMeasured = addUnmeasured(row.NotMeasured, n.Scenario, n.Why, b.whyText(t, n.Scenario, n.Why, true))
		}
	}
	for _, n := range b.j.Partial {
		if n.ID == t.ID {
			row.Partial = addUnmeasured(row.Partial, n.Scenario, n.Why, b.whyText(t, n.Scenario, n.Why, false))
		}
	}
	return skipped
}

// addUnmeasured adds a scenario to a list that holds each once, in reporting
// order.
func addUnmeasured(list []Unmeasured, s evidence.Scenario, why string, text Words) []Unmeasured {
	if slices.ContainsFunc(list, func(u Unmeasured) bool { return u.Scenario == s }) {
		return list
	}
	list = append(list, Unmeasured{s, clip(why, maxText), text})
	slices.SortFunc(list, func(a, b Unmeasured) int { return cmp.Compare(order(a.Scenario), order(b.Scenario)) })
	return list
}

// whyText puts the reason why a technique was not measured into words, or, if
// not all of it is missing, why only in part. Detectors speak English; the
// reason is found again in the record, so that it can be said in each language.
func (b *builder) whyText(t *detectors.Technique, s evidence.Scenario, why string, all bool) Words {
	return both(func(text *lang.Text) string {
		for i := range b.v.Runs {
			if run := &b.v.Runs[i]; run.Scenario == s && !measured(run) {
				return asSentence(runReason(text, run.Outcome, run.Reason))
			}
		}
		var reasons []string
		for _, g := range b.v.Gaps {
			needs := slices.Contains(t.Needs, g.Kind) && g.Whole == all
			if g.Scenario == s && (needs || !all && slices.Contains(t.Uses, g.Kind)) {
				reasons = with(reasons, gapText(text.Code(), Gap{
					Kind: string(g.Kind), Where: clip(g.Where, maxURL), Why: clip(g.Why, maxText), Whole: g.Whole,
				}))
			}
		}
		if !all && slices.Contains(t.Needs, evidence.KindCalls) {
			reasons = append(reasons, b.lossTexts(text, s)...)
		}
		if len(reasons) == 0 {
			return asSentence(Reason(text, clip(why, maxText)))
		}
		return strings.Join(reasons, " ")
	})
}

// asSentence makes a sentence of a reason.
func asSentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(s[size:], ".") + "."
}

// lossTexts says what the runs of a scenario lost of the calls.
func (b *builder) lossTexts(text *lang.Text, s evidence.Scenario) []string {
	var out []string
	late, dropped, atLeast := 0, 0, 0
	for i := range b.v.Runs {
		run := &b.v.Runs[i]
		if run.Scenario != s {
			continue
		}
		for j := range run.Targets {
			if !run.Targets[j].BeforeFirstScript {
				late++
			}
		}
		dropped += run.Losses.CallsDropped
		atLeast += run.Losses.CallsAtLeast
	}
	if late > 0 {
		out = append(out, text.N("loss.late", late))
	}
	if dropped > 0 {
		out = append(out, text.N("loss.dropped", dropped))
	}
	if atLeast > 0 {
		out = append(out, text.N("loss.at-least", atLeast))
	}
	return out
}

// title is the title of a technique in the state it has.
func title(text *lang.Text, t *detectors.Technique, state string) string {
	doc, _ := Doc(text, t.ID)
	if state == Clean {
		return doc.Clean
	}
	return doc.Found
}
