package readers

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxText is the longest text that is decoded, in bytes. Cookies are shorter;
// storage need not be, and a page can put anything into it.
const maxText = 256 << 10

// knownStep reports whether decode knows a step.
func knownStep(step string) bool {
	name, _, _ := strings.Cut(step, " ")
	switch name {
	case "uri", "query", "json", "js", "base64", "pairs", "list", "split", "tcf":
		return true
	}
	return false
}

// decode turns a text into a value, one step after the other: "uri" undoes
// percent-encoding, "query" reads a=b&c=d, "json" JSON, "js" an object literal of
// JavaScript, "base64" either alphabet, "pairs , :" reads a:b,c:d, "list ," reads
// a,b,c without empty members, "split ," with them, and "tcf" reads a TC string.
// Any character of a separator separates.
func decode(text string, steps []string) (any, error) {
	if len(text) > maxText {
		return nil, fmt.Errorf("readers: a text of %d bytes is too long", len(text))
	}
	var v any = text
	for _, step := range steps {
		s, ok := v.(string)
		if !ok {
			// JSON sometimes holds what other versions of a tool keep as text.
			continue
		}
		var err error
		if v, err = decodeStep(s, step); err != nil {
			return nil, fmt.Errorf("readers: decode: %w", err)
		}
	}
	return v, nil
}

func decodeStep(s, step string) (any, error) {
	f := strings.Fields(step)
	switch f[0] {
	case "uri":
		return unescape(s), nil
	case "query":
		return query(s), nil
	case "json":
		var v any
		err := json.Unmarshal([]byte(s), &v)
		return v, err
	case "js":
		return parseLiteral(s)
	case "base64":
		return unbase64(s)
	case "tcf":
		return tcString(s)
	case "pairs":
		if len(f) != 3 {
			return nil, fmt.Errorf("%q needs two separators", step)
		}
		return pairs(s, f[1], f[2]), nil
	case "list", "split":
		if len(f) != 2 {
			return nil, fmt.Errorf("%q needs a separator", step)
		}
		return list(s, f[1], f[0] == "list"), nil
	}
	return nil, fmt.Errorf("unknown step %q", step)
}

// unescape undoes percent-encoding, twice if the result still is encoded, and
// leaves alone what is none.
func unescape(s string) string {
	for range 3 {
		if !strings.Contains(s, "%") {
			return s
		}
		u, err := url.PathUnescape(s)
		if err != nil || u == s {
			return s
		}
		s = u
	}
	return s
}

func query(s string) any {
	out := map[string]any{}
	for part := range strings.SplitSeq(s, "&") {
		k, v, _ := strings.Cut(part, "=")
		if k != "" {
			out[unescape(k)] = unescape(strings.ReplaceAll(v, "+", " "))
		}
	}
	return out
}

// parts cuts a text at every character of a set.
func parts(s, set string) []string {
	var out []string
	for {
		i := strings.IndexAny(s, set)
		if i < 0 {
			return append(out, s)
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		out, s = append(out, s[:i]), s[i+n:]
	}
}

func pairs(s, between, inside string) any {
	out := map[string]any{}
	for _, part := range parts(s, between) {
		i := strings.IndexAny(part, inside)
		if i <= 0 {
			continue
		}
		if k := strings.TrimSpace(part[:i]); k != "" {
			_, n := utf8.DecodeRuneInString(part[i:])
			out[k] = strings.TrimSpace(part[i+n:])
		}
	}
	return out
}

func list(s, between string, tidy bool) any {
	out := []any{}
	for _, part := range parts(s, between) {
		if part = strings.TrimSpace(part); part != "" || !tidy {
			out = append(out, part)
		}
	}
	return out
}

func unbase64(s string) (any, error) {
	s = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/", " ", "+").Replace(s), "=")
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return nil, err
	}
	return string(b), nil
}

// at finds the values at a path of names between dots: a number counts in a list,
// from its end if it is negative, and * is every member. "" is the value itself.
func at(v any, path string) []any {
	if path == "" {
		return []any{v}
	}
	name, rest, _ := strings.Cut(path, ".")
	var out []any
	switch v := v.(type) {
	case map[string]any:
		if name == "*" {
			for _, k := range keys(v) {
				out = append(out, at(v[k], rest)...)
			}
			return out
		}
		if m, ok := v[name]; ok {
			return at(m, rest)
		}
	case []any:
		if name == "*" {
			for _, m := range v {
				out = append(out, at(m, rest)...)
			}
			return out
		}
		i, err := strconv.Atoi(name)
		if err != nil {
			return nil
		}
		if i < 0 {
			i += len(v)
		}
		if i >= 0 && i < len(v) {
			return at(v[i], rest)
		}
	}
	return nil
}

// scalar writes a value as text: true, 12, a text itself. Lists and objects have
// none.
func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case int:
		return strconv.Itoa(v), true
	}
	return "", false
}
