package statements

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A literal is a value in the source of a script: a list, or the text of a
// string, number or word.
type literal struct {
	text string
	list []literal
}

// errLiteral says that a script's value ends too early.
var errLiteral = errors.New("the list does not end")

const maxDepth = 20

// parseLiteral reads the list at the start of a piece of JavaScript: lists,
// strings in either quote, numbers and words such as null. What follows it is
// left.
func parseLiteral(s string) (literal, error) {
	p := &literalReader{s: s}
	return p.value(0)
}

type literalReader struct {
	s  string
	at int
}

func (p *literalReader) space() {
	for p.at < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.at]) >= 0 {
		p.at++
	}
}

func (p *literalReader) value(depth int) (literal, error) {
	p.space()
	if p.at >= len(p.s) {
		return literal{}, errLiteral
	}
	switch c := p.s[p.at]; c {
	case '[':
		return p.items(depth)
	case '"', '\'':
		text, err := p.quoted(c)
		return literal{text: text}, err
	default:
		from := p.at
		for p.at < len(p.s) && strings.IndexByte(",] \t\r\n;", p.s[p.at]) < 0 {
			p.at++
		}
		if p.at == from {
			return literal{}, fmt.Errorf("character %q at %d is no value", c, from+1)
		}
		return literal{text: p.s[from:p.at]}, nil
	}
}

func (p *literalReader) items(depth int) (literal, error) {
	if depth >= maxDepth {
		return literal{}, errors.New("its lists are nested too deep")
	}
	p.at++ // the bracket
	out := literal{list: []literal{}}
	for {
		p.space()
		if p.at < len(p.s) && p.s[p.at] == ']' {
			p.at++
			return out, nil
		}
		item, err := p.value(depth + 1)
		if err != nil {
			return literal{}, err
		}
		out.list = append(out.list, item)
		p.space()
		if p.at >= len(p.s) {
			return literal{}, errLiteral
		}
		switch p.s[p.at] {
		case ',':
			p.at++
		case ']':
		default:
			return literal{}, fmt.Errorf("character %q at %d stands where a comma should", p.s[p.at], p.at+1)
		}
	}
}

// quoted reads a string and resolves its escapes.
func (p *literalReader) quoted(quote byte) (string, error) {
	p.at++
	var out strings.Builder
	for p.at < len(p.s) {
		c := p.s[p.at]
		p.at++
		switch {
		case c == quote:
			return out.String(), nil
		case c != '\\':
			out.WriteByte(c)
		case p.at < len(p.s):
			out.WriteString(p.escape())
		}
	}
	return "", errLiteral
}

func (p *literalReader) escape() string {
	c := p.s[p.at]
	p.at++
	switch c {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'r':
		return "\r"
	case 'u', 'x':
		n := map[byte]int{'u': 4, 'x': 2}[c]
		if p.at+n <= len(p.s) {
			if code, err := strconv.ParseInt(p.s[p.at:p.at+n], 16, 32); err == nil && p.s[p.at] != '-' && p.s[p.at] != '+' {
				p.at += n
				if r := rune(code); utf8.ValidRune(r) {
					return string(r)
				}
				return "\uFFFD"
			}
		}
	}
	return p.s[p.at-1 : p.at] // One byte: it may be the first of a longer character.
}
