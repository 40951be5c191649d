package values

import (
	"slices"
	"strings"
	"time"
)

// A variant is a form in which a value may be sent or hashed.
type variant struct{ name, text string }

// Shorter texts stand in too many places by accident.
const (
	minPlain = 6
	minHash  = 3
)

// plainVariants are the forms that are looked for as they are. Case is ignored
// there, so none is listed for it.
func (v *Value) plainVariants() []variant {
	list := []variant{{"", v.Text}, {"trim", strings.TrimSpace(v.Text)}}
	switch v.Kind {
	case "email":
		list = append(list, emailVariants(lower(strings.TrimSpace(v.Text)))...)
	case "phone":
		list = append(list, phoneVariants(strings.TrimSpace(v.Text), false)...)
	case "name":
		list = append(list, variant{"no-spaces", strings.ReplaceAll(v.Text, " ", "")})
	case "date":
		list = append(list, dateVariants(v.Text)...)
	}
	return usable(list, minPlain)
}

// hashVariants are the forms whose hashes are looked for.
func (v *Value) hashVariants() []variant {
	trimmed := strings.TrimSpace(v.Text)
	low := strings.ToLower(trimmed)
	list := []variant{{"", v.Text}, {"trim", trimmed}}
	if v.Kind != "id" {
		list = append(list, variant{"lower", low}, variant{"upper", strings.ToUpper(trimmed)})
	}
	switch v.Kind {
	case "email":
		list = append(list, emailVariants(low)...)
	case "phone":
		list = append(list, phoneVariants(trimmed, true)...)
	case "name":
		list = append(list, nameVariants(low)...)
	case "date":
		list = append(list, dateVariants(trimmed)...)
	}
	return usable(list, minHash)
}

// usable drops what is too short or says the same again.
func usable(list []variant, least int) []variant {
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(v variant) bool {
		again := seen[v.text]
		seen[v.text] = true
		return again || len(v.text) < least
	})
}

// emailVariants are forms of an address that receivers make before they hash it:
// without the dots and the tag that many mail services ignore.
func emailVariants(low string) []variant {
	local, domain, ok := strings.Cut(low, "@")
	if !ok {
		return nil
	}
	untagged, _, _ := strings.Cut(local, "+")
	undotted := strings.ReplaceAll(local, ".", "")
	return []variant{
		{"no-tag", untagged + "@" + domain},
		{"no-dots", undotted + "@" + domain},
		{"no-dots-no-tag", strings.ReplaceAll(untagged, ".", "") + "@" + domain},
		{"local", local},
	}
}

// nameVariants are the parts of a name, which receivers want one by one.
func nameVariants(low string) []variant {
	words := strings.Fields(low)
	if len(words) < 2 {
		return nil
	}
	list := []variant{{"no-spaces", strings.Join(words, "")}}
	for _, w := range words {
		list = append(list, variant{"word", w})
	}
	return list
}

// dateVariants are the usual ways to write a day. Where it cannot be told which
// number is the month, both are tried.
func dateVariants(s string) []variant {
	var list []variant
	for _, from := range dateLayouts {
		day, err := time.Parse(from, strings.TrimSpace(s))
		if err != nil {
			continue
		}
		for _, to := range dateLayouts {
			list = append(list, variant{"date", day.Format(to)})
		}
	}
	return list
}

var dateLayouts = []string{
	time.DateOnly, "20060102", "2006/01/02", "02-01-2006", "02/01/2006", "02.01.2006", "02012006", "01-02-2006", "01/02/2006", "01022006",
	"2-1-2006", "2/1/2006", "2.1.2006", "1/2/2006",
}

// phoneVariants are the ways to write a number: digits only, and with and without
// the code of its country. For a number without one, all codes of known.yaml are
// tried.
func phoneVariants(s string, codes bool) []variant {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
	if digits == "" {
		return nil
	}
	list := []variant{{"digits", digits}}
	bare, international := strings.CutPrefix(digits, "00")
	if strings.HasPrefix(s, "+") {
		bare, international = digits, true
	}
	for _, c := range theKnown().codes {
		switch rest, has := strings.CutPrefix(bare, c.Code); {
		case international && has:
			list = append(list, variant{"national", c.Drop + rest}, variant{"no-code", rest})
		case !international && codes:
			rest := strings.TrimPrefix(digits, c.Drop)
			list = append(list, variant{"code-" + c.Code, c.Code + rest}, variant{"code-" + c.Code, "+" + c.Code + rest})
		}
	}
	if international {
		list = append(list, variant{"e164", "+" + bare}, variant{"e164", bare}, variant{"e164", "00" + bare})
	}
	return list
}

// rankOf orders variants by how much of the value they hold.
func rankOf(name string) int {
	switch name {
	case "":
		return 0
	case "trim", "lower", "upper", "case":
		return 1
	case "local", "word":
		return 3
	}
	return 2
}
