package statements

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// A pair is a name and a value that a request carries.
type pair struct{ name, value string }

// maxPairs is how many pairs of a request are looked at.
const maxPairs = 4000

// jsonPair finds names and values in JSON, also in JSON that was cut off or
// stands inside a JSON string.
var jsonPair = regexp.MustCompile(`\\*"([A-Za-z_.-]{2,40})\\*"\s*:\s*(?:\\*"([^"\\]*)|(\[[^\]"]*\])|([A-Za-z0-9.-]+))`)

// pairsOf returns what a request carries, in order: parameters of the path
// (";a=b"), of the query, of the body.
func pairsOf(q *evidence.Request) []pair {
	address, _, _ := strings.Cut(q.URL, "#")
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	list := splitPairs(nil, address)
	body := strings.TrimSpace(q.Body)
	switch {
	case body == "" || q.BodyBinary:
	case body[0] == '{' || body[0] == '[':
		for _, m := range jsonPair.FindAllStringSubmatch(body, maxPairs) {
			list = append(list, pair{m[1], m[2] + m[3] + m[4]})
		}
	default:
		list = splitPairs(list, body)
	}
	return list
}

func splitPairs(list []pair, s string) []pair {
	for part := range strings.FieldsFuncSeq(s, func(c rune) bool {
		return c == '?' || c == '&' || c == ';' || c == '\n' || c == '\r'
	}) {
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			continue
		}
		if len(list) >= maxPairs {
			return list
		}
		list = append(list, pair{unescape(name), unescape(value)})
	}
	return list
}

func unescape(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	if out, err := url.PathUnescape(s); err == nil {
		return out
	}
	return s
}

// request reads the consent strings and states that a request carries.
func (c *collector) request(q *evidence.Request) {
	list := pairsOf(q)
	if len(list) == 0 {
		return
	}
	host := evidence.Host(q.URL)
	base := Statement{At: q.At, Page: q.Page, Sent: q.ID, Host: host, Evidence: q.ID}
	groups := map[string][]pair{}
	for _, p := range list {
		group := theTables().names.parameters[plainName(p.name)]
		if group == "" && len(p.value) > 30 && p.value[0] == 'C' && looksLikeTCF(p.value) {
			group = KindTCF
		}
		if group != "" && p.value != "" {
			groups[group] = append(groups[group], p)
		}
	}
	c.sentTCF(base, groups)
	c.sentGPP(base, groups)
	c.sentUSP(base, groups["usp"])
	c.sentGoogle(base, q, list)
}

func isMacro(s string) bool {
	for _, m := range theTables().names.macros {
		if m.MatchString(s) {
			return true
		}
	}
	return false
}

// macro takes a statement in whose place a macro was sent that nobody replaced.
func (c *collector) macro(s Statement, what string) bool {
	if !isMacro(s.Raw) {
		return false
	}
	s.Error = what + ": a macro that was not replaced"
	c.add(s, "")
	return true
}

func (c *collector) sentTCF(base Statement, groups map[string][]pair) {
	var applies *bool
	var said pair
	for _, p := range groups["applies"] {
		if t := truthOf(p.value); t != nil {
			applies, said = t, p
			break
		}
	}
	base.Kind = KindTCF
	seen := map[string]bool{}
	for _, p := range groups[KindTCF] {
		if seen[p.value] {
			continue
		}
		seen[p.value] = true
		s := base
		s.Source, s.Raw = p.name, p.value
		if c.macro(s, "TC string") {
			continue
		}
		t, err := c.tcf(p.value)
		if err != nil {
			s.fail(err)
			c.add(s, "")
			continue
		}
		told := *t
		told.Applies = applies
		s.TCF = &told
		c.add(s, said.value)
	}
	if len(seen) == 0 && applies != nil {
		base.Source, base.Raw = said.name, said.name+"="+said.value
		base.TCF = newTCF()
		base.TCF.Applies = applies
		c.add(base, "")
	}
}

func (c *collector) sentGPP(base Statement, groups map[string][]pair) {
	base.Kind = KindGPP
	var sections string
	var applicable []int
	for _, p := range groups["gpp-sections"] {
		if list := ints(p.value); len(list) > 0 {
			sections, applicable = p.value, list
			break
		}
	}
	seen := map[string]bool{}
	for _, p := range groups[KindGPP] {
		// The name is short and others use it too: only what begins as a header
		// does, or stands beside a list of sections, was meant as a string.
		meant := strings.HasPrefix(p.value, "DB") || applicable != nil || isMacro(p.value)
		if seen[p.value] || !meant {
			continue
		}
		seen[p.value] = true
		s := base
		s.Source, s.Raw = p.name, p.value
		if c.macro(s, "GPP string") {
			continue
		}
		g, err := decodeGPP(p.value)
		if err == nil {
			g.Applicable, g.Ready = applicable, true
		}
		s.GPP = g
		s.fail(err)
		c.add(s, sections)
	}
}

func (c *collector) sentUSP(base Statement, list []pair) {
	base.Kind = KindUSP
	seen := map[string]bool{}
	for _, p := range list {
		if seen[p.value] {
			continue
		}
		seen[p.value] = true
		s := base
		s.Source, s.Raw = p.name, p.value
		if c.macro(s, "US privacy string") {
			continue
		}
		u, err := decodeUSP(p.value)
		s.USP = u
		s.fail(err)
		c.add(s, "")
	}
}

// sentGoogle reads a hit of Google: one on a known path that carries one of the
// parameters, or on any path with a consent state of Google's form.
func (c *collector) sentGoogle(base Statement, q *evidence.Request, list []pair) {
	values := map[string]string{}
	var raw []string
	for _, name := range theTables().google.Keep {
		for _, p := range list {
			if p.name == name && p.value != "" {
				values[name] = p.value
				raw = append(raw, name+"="+p.value)
				break
			}
		}
	}
	if len(values) == 0 {
		return
	}
	g := newGoogle()
	var wrong []Statement
	for _, read := range []struct {
		name string
		by   func(string) error
	}{{"gcs", g.readGCS}, {"gcd", g.readGCD}} {
		if value := values[read.name]; value != "" {
			if err := read.by(value); err != nil {
				s := base
				s.Kind, s.Source, s.Raw = KindGoogle, read.name, read.name+"="+value
				s.fail(err)
				wrong = append(wrong, s)
			}
		}
	}
	known := false
	if u, err := url.Parse(q.URL); err == nil {
		known = googlePath(u.Path)
	}
	if !known && (g.GCS == "" || len(values) < 2) && g.GCD == "" {
		return
	}
	g.DMA, g.NPA, g.Client, g.Measurement = values["dma"], values["npa"], values["cid"], values["tid"]
	base.Kind, base.Source, base.Raw, base.Google = KindGoogle, "hit", strings.Join(raw, "&"), g
	page := strconv.Itoa(base.Page)
	c.add(base, page)
	for _, s := range wrong {
		c.add(s, page)
	}
}
