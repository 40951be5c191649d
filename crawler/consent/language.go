package consent

import "strings"

// fewWords is how many words a text needs for its language to be told.
const fewWords = 4

// Language tells the language of a text, as ISO 639-1, and how sure that is, 0
// to 1. It knows the languages that have a lexicon; of others, and of
// texts that are too short, it says "".
func Language(text string) (string, float64) {
	w, err := loadWords()
	if err != nil {
		return "", 0
	}
	return w.language(text)
}

// aSentence is what a known expression counts for its language; a frequent word
// that no other language has counts 1.
const aSentence = 0.8

// language counts frequent words: each counts for the languages that have it,
// the more the fewer these are. Expressions about consent count too, as dialogs
// are often short.
func (w *words) language(text string) (string, float64) {
	ts := tokens(text)
	scores := make([]float64, len(w.langs))
	known := 0
	for _, t := range ts {
		langs := w.stops[t.exact]
		if len(langs) == 0 {
			continue
		}
		known++
		for _, l := range langs {
			scores[l] += 1 / float64(len(langs))
		}
	}
	seen := map[int]bool{}
	for _, f := range w.texts.find(ts) {
		if e := w.text[f.id]; e.list == "sentence" && !seen[f.id] {
			seen[f.id] = true
			scores[e.lang] += aSentence
			known++
		}
	}
	best, second, at := 0.0, 0.0, -1
	for i, s := range scores {
		switch {
		case s > best:
			best, second, at = s, best, i
		case s > second:
			second = s
		}
	}
	if at < 0 || len(ts) < fewWords || known < 2 || best < 1 {
		return "", 0
	}
	share := float64(known) / float64(len(ts))
	sure := (best - second) / best
	if share < 0.1 {
		sure *= share * 10
	}
	if sure < 0.1 {
		return "", 0
	}
	return w.langs[at].Language, min(1, sure+0.2)
}

// primary is the language of a language tag: "nl" of "nl-BE", and "no" for both
// ways of writing Norwegian.
func primary(tag string) string {
	tag = strings.ToLower(strings.TrimSpace(tag))
	if i := strings.IndexAny(tag, "-_"); i >= 0 {
		tag = tag[:i]
	}
	if tag == "nb" || tag == "nn" {
		return "no"
	}
	return tag
}
