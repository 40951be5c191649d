package statements

import (
	"strings"
	"unicode/utf8"
)

// A label is a line that says what stands on the next: "Retention", or on the
// same: "Retention: 2 years".
type label struct {
	column column
	value  string // "" if it stands on the next line
}

// readLabelled makes a register of running text in which every item has labelled
// lines, as some makers render their lists without a table; nil if there are
// fewer than two items. Lines such as "_ga: 2 years" count, too.
func readLabelled(text string) *Register {
	r := &Register{Source: "list", Rows: []Row{}}
	var all []column
	var now entry
	heading := ""
	flush := func() {
		if looksTechnical(now.name) && (now.expiry != "" || now.purpose != "" || now.provider != "" || now.host != "") {
			r.take(now)
		}
		now = entry{}
	}
	lines := blockLines(text)
	for i := 0; i < len(lines) && len(r.Rows) < maxRows; i++ {
		line := lines[i]
		if name, life, ok := nameAndLife(line); ok {
			flush()
			r.take(entry{name: name, expiry: life, heading: heading})
			continue
		}
		l, ok := labelOf(line)
		switch {
		case !ok && isCategory(line):
			flush()
			heading = line
			continue
		case !ok:
			continue
		case l.value == "" && i+1 < len(lines):
			_, again := labelOf(lines[i+1])
			if _, _, item := nameAndLife(lines[i+1]); again || item {
				continue // The value is empty.
			}
			i++
			l.value = lines[i]
		}
		if l.column.role == roleName {
			flush()
			now.heading = heading
		}
		now.set(l.column, l.value)
		all = append(all, l.column)
	}
	flush()
	if len(r.Rows) < 2 {
		return nil
	}
	r.Language = languageOf(all)
	return r
}

func blockLines(text string) []string {
	var list []string
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimLeft(strings.Join(strings.Fields(line), " "), "•*·- ")
		if line != "" {
			list = append(list, line)
		}
	}
	return list
}

// labelOf recognises a label. On a line of its own it is a heading of a column
// word for word; before a colon it may have more words.
func labelOf(line string) (label, bool) {
	before, value, colon := strings.Cut(line, ":")
	if utf8.RuneCountInString(before) > 40 || strings.Contains(before, "_") {
		return label{}, false
	}
	c := columnOf(before)
	if c.role == "" || len(strings.Fields(before)) > 4 {
		return label{}, false
	}
	if _, exact := theTables().registers.headings[strings.ToLower(before)]; !colon && !exact {
		return label{}, false
	}
	return label{c, strings.TrimSpace(value)}, true
}

// isCategory reports whether a line is the title of a category.
func isCategory(line string) bool {
	return len(strings.Fields(line)) <= 4 && utf8.RuneCountInString(line) <= 50 && categoryOf(line) != ""
}

// nameAndLife reads a line such as "_ga: 2 years".
func nameAndLife(line string) (name, life string, ok bool) {
	name, life, ok = strings.Cut(line, ":")
	name, life = strings.TrimSpace(name), strings.TrimSpace(life)
	if !ok || len(strings.Fields(life)) > 5 || !looksTechnical(name) || len(namesOf(name)) != 1 || !strings.ContainsAny(name, "_0123456789") {
		return "", "", false
	}
	return name, life, parseLifetime(life, 0) != lifetime{Seconds: -1}
}
