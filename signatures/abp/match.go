package abp

import "strings"

// Block returns the first blocking rule that applies to a request.
func (l *List) Block(r *Request) (Rule, bool) {
	return l.search(&l.block, r, 0)
}

// Important returns the first blocking rule marked "important" that applies to
// a request; exceptions do not take it back.
func (l *List) Important(r *Request) (Rule, bool) {
	return l.search(&l.block, r, flagImportant)
}

// Except returns the first exception that applies to a request.
func (l *List) Except(r *Request) (Rule, bool) {
	return l.search(&l.except, r, 0)
}

// search returns the first rule of an index that applies and has all flags.
func (l *List) search(ix *index, q *Request, flags uint16) (Rule, bool) {
	found := int32(-1)
	l.walk(ix, q, func(i int32) bool {
		if l.rules[i].flags&flags == flags {
			found = i
		}
		return found < 0
	})
	if found < 0 {
		return Rule{}, false
	}
	return l.rule(found), true
}

// Each calls f for every blocking rule that applies to a request, until f
// returns false. A rule may come more than once.
func (l *List) Each(q *Request, f func(Rule) bool) {
	l.walk(&l.block, q, func(i int32) bool { return f(l.rule(i)) })
}

// walk calls f for every rule of an index that applies, until f returns false.
func (l *List) walk(ix *index, q *Request, f func(int32) bool) {
	for _, s := range q.suffixes {
		for e := ix.hosts.first(s.hash); e != 0; e = ix.hosts.entries[e-1].next {
			i := ix.hosts.entries[e-1].rule
			if l.appliesAt(&l.rules[i], q, q.host.start+s.at) && !f(i) {
				return
			}
		}
	}
	for _, t := range q.tokens {
		if !l.chain(&ix.tokens, t.hash, int(t.at), q, f) {
			return
		}
	}
	for _, s := range q.pages {
		if !l.chain(&ix.pages, s.hash, 0, q, f) {
			return
		}
	}
	for _, i := range ix.scan {
		if l.applies(&l.rules[i], q) && !f(i) {
			return
		}
	}
}

// chain calls f for every rule under a hash that applies. At is the place in
// the URL of the word that has the hash. It reports false if f did.
func (l *List) chain(t *table, hash uint32, at int, q *Request, f func(int32) bool) bool {
	for e := t.first(hash); e != 0; {
		x := &t.entries[e-1]
		e = x.next
		r := &l.rules[x.rule]
		applies := false
		if x.offset < 0 {
			applies = l.applies(r, q)
		} else if start := at - int(x.offset); start >= 0 {
			applies = l.appliesAt(r, q, start)
		}
		if applies && !f(x.rule) {
			return false
		}
	}
	return true
}

// appliesAt is applies for a pattern that must begin at a place in the URL.
func (l *List) appliesAt(r *rule, q *Request, at int) bool {
	if r.kinds&q.kinds == 0 {
		return false
	}
	url := q.lower
	if r.flags&flagMatchCase != 0 {
		url = q.url
	}
	return matchFrom(l.bodyOf(r), uint8(r.flags&anchorMask), url, at) && l.allowed(r, q)
}

// applies says whether a rule applies to a request.
func (l *List) applies(r *rule, q *Request) bool {
	if r.kinds&q.kinds == 0 {
		return false
	}
	url := q.lower
	if r.flags&flagMatchCase != 0 {
		url = q.url
	}
	body := l.bodyOf(r)
	switch {
	case r.flags&flagPlain != 0:
		return strings.Contains(url, body) && l.allowed(r, q)
	case r.flags&flagRegexp != 0:
		re := l.extras[r.extra].re
		return strings.Contains(q.lower, re.literal) && l.allowed(r, q) && re.re.MatchString(q.url)
	default:
		return matchPattern(body, uint8(r.flags&anchorMask), url, q.host.start, q.host.end) && l.allowed(r, q)
	}
}

// allowed says whether the conditions of a rule other than kind and pattern
// hold.
func (l *List) allowed(r *rule, q *Request) bool {
	if r.extra >= 0 {
		x := &l.extras[r.extra]
		switch {
		case x.never,
			x.domains != "" && !listed(x.domains, q.page, q.pageEntity),
			x.to != "" && !listed(x.to, q.Host(), func() string { return entity(q.Host()) }),
			x.deny != "" && listed(x.deny, q.Host(), func() string { return entity(q.Host()) }):
			return false
		}
	}
	switch {
	case r.flags&flagThird != 0:
		return q.ThirdParty()
	case r.flags&flagFirst != 0:
		return !q.ThirdParty()
	}
	return true
}

// listed decides a list of hosts such as "a.example|~b.a.example|c.*" for a
// host: the longest entry that fits says yes or no. If none fits, a list of
// exclusions alone says yes. The value of withoutSuffix is the host without its
// public suffix, which entries ending in ".*" name.
func listed(list, host string, withoutSuffix func() string) bool {
	longest, yes, onlyNot := -1, false, true
	for len(list) > 0 {
		var entry string
		entry, list, _ = strings.Cut(list, "|")
		entry, not := strings.CutPrefix(entry, "~")
		if !not {
			onlyNot = false
		}
		if len(entry) <= longest || host == "" || entry == "" {
			continue
		}
		fits := false
		if name, ok := strings.CutSuffix(entry, ".*"); ok {
			fits = under(withoutSuffix(), name)
		} else {
			fits = under(host, entry)
		}
		if fits {
			longest, yes = len(entry), !not
		}
	}
	if longest < 0 {
		return onlyNot
	}
	return yes
}
