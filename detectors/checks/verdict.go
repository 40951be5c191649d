package checks

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// Certainties of verdicts. certain and above is what a failure without "may"
// rests on; docs/consent.md 4.3 knows three steps.
const (
	certain = 0.9
	likely  = 0.7
	weak    = 0.4
)

func unknown(reason string) Verdict { return Verdict{Outcome: Unknown, Reason: reason} }
func na(reason string) Verdict      { return Verdict{Outcome: NA, Reason: reason} }
func pass() Verdict                 { return Verdict{Outcome: Pass} }

func warn(branch string, certainty float64) Verdict {
	return Verdict{Outcome: Warn, Reason: branch, Certainty: certainty}
}

func fail(branch string, certainty float64) Verdict {
	return Verdict{Outcome: Fail, Reason: branch, Certainty: certainty}
}

// with returns the verdict with arguments for its sentence: name, value, name,
// value. Values are strings, numbers or lists.
func (v Verdict) with(pairs ...any) Verdict {
	args := make(map[string]string, len(v.Args)+len(pairs)/2)
	maps.Copy(args, v.Args)
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		switch value := pairs[i+1].(type) {
		case string:
			args[name] = value
		case int:
			args[name] = strconv.Itoa(value)
		case float64:
			args[name] = strconv.FormatFloat(value, 'f', -1, 64)
		case []string:
			args[name] = enumerate(value)
		}
	}
	v.Args = args
	return v
}

// words are the arguments that name some IDs in a sentence: under the name in
// English, under the name and "_nl" in Dutch. An ID without words is its own.
func words(name string, ids []string) []any {
	var en, nl []string
	for _, id := range ids {
		w := theTables().market.Words[id]
		en, nl = append(en, cmp.Or(w.EN, id)), append(nl, cmp.Or(w.NL, id))
	}
	return []any{name, enumerate(en), name + "_nl", enumerate(nl)}
}

// on returns the verdict resting on evidence, each piece once, in the order
// given.
func (v Verdict) on(ids ...evidence.ID) Verdict {
	out := slices.Clone(v.Evidence)
	for _, id := range ids {
		if id != "" && !slices.Contains(out, id) && len(out) < maxEvidence {
			out = append(out, id)
		}
	}
	v.Evidence = out
	return v
}

// maxNamed is how many names stand in a sentence.
const maxNamed = 5

// enumerate writes a list of names: "a, b, c (+2)".
func enumerate(names []string) string {
	names = slices.Clone(names)
	for i := range names {
		if r := []rune(names[i]); len(r) > 40 {
			names[i] = string(r[:39]) + "…"
		}
	}
	more := ""
	if n := len(names) - maxNamed; n > 0 {
		names, more = names[:maxNamed], " (+"+strconv.Itoa(n)+")"
	}
	text := []rune(strings.Join(names, ", "))
	if limit := maxArg - len(more); len(text) > limit {
		text = append(text[:limit-1], '…')
	}
	return string(text) + more
}
