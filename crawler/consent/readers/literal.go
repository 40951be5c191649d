package readers

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// parseLiteral reads an object literal as JavaScript has it: names without
// quotation marks, either kind of quotation mark, a comma at the end. Nothing is
// run.
func parseLiteral(s string) (any, error) {
	p := &literal{s: s}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.i < len(p.s) && p.s[p.i] != ';' {
		return nil, errors.New("more follows the literal")
	}
	return v, nil
}

type literal struct {
	s string
	i int
}

// maxDepth is how deep lists and objects may stand in each other.
const maxDepth = 32

var errLiteral = errors.New("not a literal of JavaScript")

func (p *literal) space() {
	for p.i < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.i]) >= 0 {
		p.i++
	}
}

func (p *literal) next(c byte) bool {
	p.space()
	if p.i < len(p.s) && p.s[p.i] == c {
		p.i++
		return true
	}
	return false
}

func (p *literal) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, errLiteral
	}
	p.space()
	if p.i >= len(p.s) {
		return nil, errLiteral
	}
	switch c := p.s[p.i]; c {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	case '"', '\'':
		return p.text()
	}
	word := p.word()
	switch word {
	case "":
		return nil, errLiteral
	case "true", "!0":
		return true, nil
	case "false", "!1":
		return false, nil
	case "null", "undefined":
		return nil, nil
	}
	n, err := strconv.ParseFloat(word, 64)
	if err != nil || n != n {
		return nil, errLiteral
	}
	return n, nil
}

func (p *literal) object(depth int) (any, error) {
	p.i++
	out := map[string]any{}
	for !p.next('}') {
		p.space()
		var name string
		var err error
		if p.i < len(p.s) && (p.s[p.i] == '"' || p.s[p.i] == '\'') {
			name, err = p.text()
		} else if name = p.word(); name == "" {
			err = errLiteral
		}
		if err != nil {
			return nil, err
		}
		if !p.next(':') {
			return nil, errLiteral
		}
		if out[name], err = p.value(depth + 1); err != nil {
			return nil, err
		}
		if !p.next(',') {
			if !p.next('}') {
				return nil, errLiteral
			}
			break
		}
	}
	return out, nil
}

func (p *literal) array(depth int) (any, error) {
	p.i++
	out := []any{}
	for !p.next(']') {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		if !p.next(',') {
			if !p.next(']') {
				return nil, errLiteral
			}
			break
		}
	}
	return out, nil
}

// word reads a name or a number.
func (p *literal) word() string {
	from := p.i
	for p.i < len(p.s) && strings.IndexByte(" \t\r\n,:{}[]'\";", p.s[p.i]) < 0 {
		p.i++
	}
	return p.s[from:p.i]
}

func (p *literal) text() (string, error) {
	end := p.s[p.i]
	p.i++
	var b strings.Builder
	for p.i < len(p.s) {
		c := p.s[p.i]
		p.i++
		switch {
		case c == end:
			return b.String(), nil
		case c == '\\' && p.i < len(p.s):
			p.escape(&b)
		default:
			b.WriteByte(c)
		}
	}
	return "", errLiteral
}

// escape reads what follows a backslash.
func (p *literal) escape(b *strings.Builder) {
	c := p.s[p.i]
	p.i++
	switch c {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case 'u':
		if p.i+4 <= len(p.s) {
			if r, _, _, err := strconv.UnquoteChar(`\u`+p.s[p.i:p.i+4], 0); err == nil {
				b.WriteRune(r)
				p.i += 4
				return
			}
		}
		b.WriteByte(c)
	default:
		b.WriteByte(c)
	}
}

func keys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
