package abp

import (
	"errors"
	"fmt"
	"strings"
)

// Bits of rule.flags, above the anchors of pattern.go.
const (
	flagException = 1 << (iota + 3)
	flagThird     // only third-party requests
	flagFirst     // only first-party requests
	flagImportant // beats exceptions
	flagMatchCase
	flagRegexp
	flagLowered // the body stands in List.lowered, not in List.text
	flagDead    // taken back by a badfilter rule
	flagPlain   // a pattern that only has to stand somewhere in the URL

	anchorMask = anchorHost | anchorStart | anchorEnd
)

// A rule is one network rule. Its texts are offsets into the list, so that a
// hundred thousand rules are one allocation that holds no pointers.
type rule struct {
	line, lineLen uint32 // the whole rule in List.text
	body, bodyLen uint32 // the pattern without anchors
	kinds         uint16
	flags         uint16
	section       uint16
	extra         int32 // index into List.extras, or -1
}

// An extra holds the rarer conditions of a rule.
type extra struct {
	domains string   // value of domain=: pages on which the rule counts
	deny    string   // value of denyallow=: hosts that it spares
	to      string   // value of to=: hosts that it means
	re      *pattern // if the rule is a regular expression
	never   bool     // cannot be decided from a Query, such as method=
}

// A verdict says what became of a line of a list.
type verdict int

const (
	kept     verdict = iota
	skipped          // a network rule that is not applied
	noRule           // a comment, a heading, a cosmetic rule, an empty line
	disabler         // a badfilter rule
)

// parsed is a line taken apart, before it is stored.
type parsed struct {
	rule
	extra    extra
	hasExtra bool
	bodyText string
	// rest is, for a badfilter rule, the text of the rule that it takes back.
	rest string
	// made says that bodyText is no piece of the line.
	made bool
}

// parseLine takes one line of a list apart.
func parseLine(line string) (p parsed, v verdict) {
	if line == "" || line[0] == '!' || line[0] == '[' || line[0] == '#' {
		return p, noRule
	}
	if isCosmetic(line) {
		return p, noRule
	}
	if host, ok := hostsLine(line); ok {
		return parsed{rule: rule{kinds: kindDefault, flags: anchorHost}, bodyText: host + "^", made: true}, kept
	}
	pat := line
	if strings.HasPrefix(pat, "@@") {
		pat, p.flags = pat[2:], flagException
	}
	pat, options := splitOptions(pat)
	p.kinds = kindDefault
	if options != "" {
		if v = p.parseOptions(options); v == skipped {
			return p, v
		}
		if v == disabler {
			p.rest = withoutBadfilter(line[:len(line)-len(options)-1], options)
			return p, v
		}
	}
	return p, p.parsePattern(pat)
}

// hostsLine reads a line of a hosts file that sends a host nowhere: "0.0.0.0
// ads.example". Some lists are made so.
func hostsLine(line string) (host string, ok bool) {
	for _, nowhere := range [...]string{"0.0.0.0", "127.0.0.1", "::1", "::"} {
		rest, is := strings.CutPrefix(line, nowhere)
		if !is || rest == "" || rest[0] != ' ' && rest[0] != '\t' {
			continue
		}
		host, _, _ = strings.Cut(strings.TrimLeft(rest, " \t"), " ")
		host, _, _ = strings.Cut(host, "\t")
		host = lowerASCII(host)
		return host, strings.Contains(host, ".") && !isAddress(host) && hostLen(host+"^", anchorHost) == len(host)
	}
	return "", false
}

// isCosmetic says whether a line hides elements or runs snippets: "##", "#@#",
// "#?#", "#$#" and their longer forms, and uBlock's "##^" and "##+js".
func isCosmetic(line string) bool {
	for {
		i := strings.IndexByte(line, '#')
		if i < 0 || i+1 >= len(line) {
			return false
		}
		line = line[i+1:]
		for n := 0; n < len(line) && n < 4; n++ {
			if line[n] == '#' {
				return true
			}
			if strings.IndexByte("@?$%", line[n]) < 0 {
				break
			}
		}
	}
}

// splitOptions divides a rule at the dollar that begins its options. A dollar
// that no option list follows belongs to the pattern.
func splitOptions(pat string) (body, options string) {
	if len(pat) > 1 && pat[0] == '/' && pat[len(pat)-1] == '/' {
		return pat, ""
	}
	i := strings.LastIndexByte(pat, '$')
	if i < 0 || i+1 == len(pat) || !looksLikeOptions(pat[i+1:]) {
		return pat, ""
	}
	return pat[:i], pat[i+1:]
}

// looksLikeOptions says whether s begins as an option list does: a name of
// letters, digits, dashes and underscores, then "=", "," or the end.
func looksLikeOptions(s string) bool {
	s = strings.TrimPrefix(s, "~")
	i := 0
	for i < len(s) && (isAlnum(s[i]) || s[i] == '-' || s[i] == '_') {
		i++
	}
	return i > 0 && (i == len(s) || s[i] == '=' || s[i] == ',')
}

// parsePattern stores the pattern of a rule.
func (p *parsed) parsePattern(pat string) verdict {
	if len(pat) > 2 && pat[0] == '/' && pat[len(pat)-1] == '/' {
		re, err := compilePattern(pat[1:len(pat)-1], p.flags&flagMatchCase != 0)
		if err != nil {
			return skipped
		}
		p.flags |= flagRegexp
		p.extra.re, p.hasExtra = re, true
		p.bodyText = pat
		return kept
	}
	body, anchors := splitAnchors(pat)
	// An asterisk at an untied end says nothing.
	if anchors&(anchorHost|anchorStart) == 0 {
		body = strings.TrimLeft(body, "*")
	}
	if anchors&anchorEnd == 0 {
		body = strings.TrimRight(body, "*")
	}
	if body == "" && p.extra.domains == "" && p.extra.to == "" {
		return skipped // it would mean every request there is
	}
	p.flags |= uint16(anchors)
	p.bodyText = body
	return kept
}

// parseOptions reads the options of a rule.
func (p *parsed) parseOptions(options string) verdict {
	var wanted, unwanted uint16
	bad, policy := false, false
	for option := range strings.SplitSeq(options, ",") {
		name, value, valued := strings.Cut(option, "=")
		name, negated := strings.CutPrefix(lowerASCII(strings.TrimSpace(name)), "~")
		if kind, ok := optionKinds[name]; ok && !valued {
			if negated {
				unwanted |= kind
			} else {
				wanted |= kind
			}
			continue
		}
		if name == "badfilter" {
			bad = true
			continue
		}
		if name == "csp" && !valued {
			// An exception to rules that add a policy, which are not applied.
			policy = true
			continue
		}
		if !p.parseOption(name, value, negated) {
			return skipped
		}
	}
	switch {
	case wanted == 0 && policy:
		return skipped
	case wanted != 0:
		p.kinds = wanted &^ unwanted
	case unwanted != 0:
		p.kinds = kindDefault &^ unwanted
	}
	if bad {
		return disabler
	}
	return kept
}

// parseOption reads one option that is no kind. It reports false if the rule
// does not block requests, or says what is not understood here.
func (p *parsed) parseOption(name, value string, negated bool) bool {
	switch name {
	case "third-party", "3p":
		p.setParty(!negated)
	case "first-party", "1p":
		p.setParty(negated)
	case "important":
		p.flags |= flagImportant
	case "match-case":
		p.flags |= flagMatchCase
	case "domain", "from":
		return p.setHosts(&p.extra.domains, value)
	case "denyallow":
		return p.setHosts(&p.extra.deny, value)
	case "to":
		return p.setHosts(&p.extra.to, value)
	case "method":
		p.extra.never, p.hasExtra = true, true
	case "redirect", "rewrite", "empty", "mp4", "reason":
		// They say what to answer instead; the request is blocked all the same.
	default:
		return strings.Trim(name, "_") == "" && name != "" // uBlock's filler
	}
	return true
}

func (p *parsed) setParty(third bool) {
	if third {
		p.flags |= flagThird
	} else {
		p.flags |= flagFirst
	}
}

// setHosts stores a list of hosts, "a.example|~b.example". Regular expressions
// among them are not understood.
func (p *parsed) setHosts(to *string, value string) bool {
	if value == "" || strings.Contains(value, "/") {
		return false
	}
	*to, p.hasExtra = lowerASCII(value), true
	return true
}

// withoutBadfilter returns the text of the rule that a badfilter rule names.
func withoutBadfilter(pat, options string) string {
	var keep []string
	for option := range strings.SplitSeq(options, ",") {
		if strings.TrimSpace(option) != "badfilter" {
			keep = append(keep, option)
		}
	}
	if len(keep) == 0 {
		return pat
	}
	return pat + "$" + strings.Join(keep, ",")
}

// CheckPattern says why a line cannot be given to ParsePatterns, or nil.
func CheckPattern(line string) error {
	switch {
	case line == "":
		return errors.New("is empty")
	case strings.HasPrefix(line, "@@"):
		return errors.New("is an exception; only patterns are allowed")
	case line[0] == '!' || line[0] == '[' || line[0] == '#' || isCosmetic(line):
		return errors.New("is a comment or a cosmetic rule")
	case len(line) > 1 && line[0] == '/' && line[len(line)-1] == '/':
		return errors.New(`would be a regular expression; add "*" at the end for a path`)
	case strings.ContainsAny(line, " \t\r\n"):
		return errors.New("holds white space")
	}
	if _, options := splitOptions(line); options != "" {
		return errors.New(`has options behind "$"; only patterns are allowed`)
	}
	body, _ := splitAnchors(line)
	letters := 0
	for i := 0; i < len(body); i++ {
		if isAlnum(body[i]) {
			letters++
		}
	}
	if letters < minLetters {
		return fmt.Errorf("has fewer than %d letters and digits and would match too much", minLetters)
	}
	return nil
}

// minLetters is how many letters and digits a pattern of CheckPattern has at
// least.
const minLetters = 3
