package signatures

import (
	"cmp"
	"slices"
	"strings"
)

// A globSet finds a use by the name of a cookie or the key of a storage item.
type globSet struct {
	exact map[string][]globUse
	globs []globUse // most specific first
}

// A globUse is one pattern and what it says.
type globUse struct {
	glob   string
	domain string // suffix of the cookie's domain; "" fits any
	use    Use
}

func (s *globSet) add(glob, domain string, use Use) {
	g := globUse{glob, domain, use}
	if strings.Contains(glob, "*") {
		s.globs = append(s.globs, g)
		return
	}
	if s.exact == nil {
		s.exact = map[string][]globUse{}
	}
	s.exact[glob] = append(s.exact[glob], g)
}

// sort puts the most specific pattern first: with a domain before without, a
// longer domain before a shorter, more letters before fewer, then by name.
func (s *globSet) sort() {
	specific := func(a, b globUse) int {
		return cmp.Or(
			cmp.Compare(len(b.domain), len(a.domain)),
			cmp.Compare(letters(b.glob), letters(a.glob)),
			cmp.Compare(a.glob, b.glob),
			cmp.Compare(a.use.Party, b.use.Party),
		)
	}
	slices.SortFunc(s.globs, specific)
	for _, list := range s.exact {
		slices.SortFunc(list, specific)
	}
}

func letters(glob string) int { return len(glob) - strings.Count(glob, "*") }

// find returns the most specific use of a name at a domain. An exact name beats
// a glob, but for a glob bound to the domain.
func (s *globSet) find(name, domain string) (Use, bool) {
	var plain *globUse
	if list := s.exact[name]; len(list) > 0 {
		for i := range list {
			if g := &list[i]; g.domain == "" || hostUnder(domain, g.domain) {
				plain = g
				break
			}
		}
	}
	if plain != nil && plain.domain != "" {
		return plain.use, true
	}
	for i := range s.globs {
		g := &s.globs[i]
		if plain != nil && g.domain == "" {
			break
		}
		if (g.domain == "" || hostUnder(domain, g.domain)) && globMatch(g.glob, name) {
			return g.use, true
		}
	}
	if plain != nil {
		return plain.use, true
	}
	return Use{}, false
}

// all lists every use, sorted by name and domain.
func (s *globSet) all() []globUse {
	list := slices.Clone(s.globs)
	for _, uses := range s.exact {
		list = append(list, uses...)
	}
	slices.SortFunc(list, func(a, b globUse) int {
		return cmp.Or(cmp.Compare(a.glob, b.glob), cmp.Compare(a.domain, b.domain), cmp.Compare(a.use.Party, b.use.Party))
	})
	return list
}

// globMatch says whether a name fits a glob, in which "*" stands for any
// letters or none. Cookie names and storage keys mind case.
func globMatch(glob, name string) bool {
	head, rest, star := strings.Cut(glob, "*")
	if !star {
		return glob == name
	}
	if !strings.HasPrefix(name, head) {
		return false
	}
	name = name[len(head):]
	for {
		part, more, star := strings.Cut(rest, "*")
		if !star {
			return strings.HasSuffix(name, part)
		}
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name, rest = name[i+len(part):], more
	}
}

// hostUnder says whether a host is domain or a name below it.
func hostUnder(host, domain string) bool {
	if !strings.HasSuffix(host, domain) {
		return false
	}
	rest := len(host) - len(domain)
	return rest == 0 || host[rest-1] == '.'
}

// of returns the most specific use of a name by one party.
func (s *globSet) of(name, party string) (Use, bool) {
	for _, g := range s.exact[name] {
		if g.use.Party == party {
			return g.use, true
		}
	}
	for _, g := range s.globs {
		if g.use.Party == party && globMatch(g.glob, name) {
			return g.use, true
		}
	}
	return Use{}, false
}
