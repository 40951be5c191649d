package abp

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// A pattern is a regular expression with a literal that every match contains.
// Looking for the literal first spares the expression on nearly all URLs.
type pattern struct {
	re      *regexp.Regexp
	literal string // in lower case; "" if there is none
}

// compilePattern compiles the expression of a rule. Lists write JavaScript's
// syntax; what RE2 does not know (look-around, back references) is an error.
func compilePattern(expr string, matchCase bool) (*pattern, error) {
	if !matchCase {
		expr = "(?i)" + expr
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, err
	}
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil, err
	}
	return &pattern{re, lowerASCII(needed(tree.Simplify()))}, nil
}

// needed returns the longest literal that each match of an expression contains.
// Only plain sequences are looked at; "" promises nothing.
func needed(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpLiteral:
		// A piece of the scheme stands in every URL and tells nothing.
		if s := string(re.Rune); isASCII(s) && !strings.Contains("https://", lowerASCII(s)) {
			return s
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needed(re.Sub[0])
	case syntax.OpConcat:
		best := ""
		for _, sub := range re.Sub {
			if s := needed(sub); len(s) > len(best) {
				best = s
			}
		}
		return best
	}
	return ""
}
