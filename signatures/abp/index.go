package abp

import (
	"math/bits"
	"strings"
)

// An index finds the few rules that may apply to a request.
type index struct {
	hosts  table // "||host" and a delimiter: by the hash of host
	tokens table // other patterns: by the rarest whole word in them
	pages  table // patterns without a rare word: by the hash of each page in domain=
	scan   []int32
}

// A table is a hash table from a hash to a chain of rules. It stores no keys:
// a rule found by a colliding hash fails its own match.
type table struct {
	slots   []slot // a power of two in number
	entries []entry
}

type slot struct {
	hash uint32
	head int32 // index into entries plus one; 0 is empty
}

type entry struct {
	rule, next int32
	// offset is where the word stands in the pattern, if a match of the pattern
	// must begin so far in front of the word; else -1.
	offset int32
}

// newTable makes a table for n entries.
func newTable(n int) table {
	if n == 0 {
		return table{}
	}
	size := 1 << bits.Len(uint(n+n/2))
	return table{make([]slot, size), make([]entry, 0, n)}
}

// place returns the slot of a hash, or the empty one where it belongs.
func (t *table) place(hash uint32) *slot {
	mask := uint32(len(t.slots) - 1) // #nosec G115 -- a table has less than 2^32 slots
	// FNV's low bits are weak for short keys; spread the high ones over them.
	for i := (hash ^ hash>>15) & mask; ; i = (i + 1) & mask {
		if s := &t.slots[i]; s.head == 0 || s.hash == hash {
			return s
		}
	}
}

// add puts a rule at the front of the chain of a hash.
func (t *table) add(hash uint32, rule, offset int32) {
	s := t.place(hash)
	t.entries = append(t.entries, entry{rule, s.head, offset})
	s.hash, s.head = hash, int32(len(t.entries)) // #nosec G115 -- fewer than rules
}

// first returns the head of the chain of a hash, or 0.
func (t *table) first(hash uint32) int32 {
	if len(t.slots) == 0 {
		return 0
	}
	return t.place(hash).head
}

// Where a rule is kept.
const (
	inHosts = iota
	inTokens
	inPages
	inScan
)

// A home is the place of a rule in an index.
type home struct {
	where  uint8
	hash   uint32
	offset int32 // see entry
}

// crowded is how common a word may be before a rule that names pages is better
// kept by those.
const crowded = 32

// index builds both indexes of a list.
func (l *List) index() {
	common := l.countTokens()
	homes := make([]home, len(l.rules))
	var size [2][4]int
	for i := range l.rules {
		r := &l.rules[i]
		if r.flags&flagDead != 0 {
			continue
		}
		homes[i] = l.homeOf(r, common)
		n := 1
		if homes[i].where == inPages {
			n = strings.Count(l.extras[r.extra].domains, "|") + 1
		}
		size[side(r)][homes[i].where] += n
	}
	for s, ix := range []*index{&l.block, &l.except} {
		ix.hosts = newTable(size[s][inHosts])
		ix.tokens = newTable(size[s][inTokens])
		ix.pages = newTable(size[s][inPages])
	}
	// Chains grow at the front, so going backwards keeps the order of the list.
	for i := len(l.rules) - 1; i >= 0; i-- {
		if r := &l.rules[i]; r.flags&flagDead == 0 {
			l.settle(int32(i), r, homes[i]) // #nosec G115 -- see builder.add
		}
	}
}

func side(r *rule) int {
	if r.flags&flagException != 0 {
		return 1
	}
	return 0
}

// settle puts a rule into its home.
func (l *List) settle(i int32, r *rule, h home) {
	ix := &l.block
	if side(r) == 1 {
		ix = &l.except
	}
	switch h.where {
	case inHosts:
		ix.hosts.add(h.hash, i, -1)
	case inTokens:
		ix.tokens.add(h.hash, i, h.offset)
	case inPages:
		for host := range strings.SplitSeq(l.extras[r.extra].domains, "|") {
			if !strings.HasPrefix(host, "~") {
				ix.pages.add(hashHost(host), i, -1)
			}
		}
	default:
		ix.scan = append(ix.scan, i)
	}
}

// countTokens estimates how common each word is in URLs, by 16 bits of its
// hash: by the rules that hold it. Host names count too, for they say how common
// "com" and "www" are. A scheme stands in every URL.
func (l *List) countTokens() []uint16 {
	count := make([]uint16, 1<<16)
	for i := range l.rules {
		if r := &l.rules[i]; r.flags&flagRegexp == 0 {
			eachToken(l.bodyOf(r), r.flags, func(hash uint32, _, _ int) {
				if n := &count[hash&0xffff]; *n < 1<<16-1 {
					*n++
				}
			})
		}
	}
	for _, scheme := range []string{"http", "https"} {
		count[tokens(nil, scheme)[0].hash&0xffff] = 1<<16 - 1
	}
	return count
}

// shortness is what a word of 0, 1, 2, ... letters counts as more than the rules
// that hold it: short words are common in URLs, even if few rules hold them.
var shortness = [...]int{0, 2000, 400, 40}

// homeOf decides where a rule is kept.
func (l *List) homeOf(r *rule, common []uint16) home {
	body := l.bodyOf(r)
	if n := hostLen(body, r.flags); n > 0 {
		return home{where: inHosts, hash: hashHost(lowerASCII(body[:n]))}
	}
	best, fewest := home{where: inScan}, -1
	if r.flags&flagRegexp == 0 {
		eachToken(body, r.flags, func(hash uint32, start, end int) {
			n := int(common[hash&0xffff])
			if end-start < len(shortness) {
				n += shortness[end-start]
			}
			if fewest < 0 || n < fewest {
				fewest = n
				best = home{inTokens, hash, int32(start)} // #nosec G115 -- see builder.add
			}
		})
	}
	if (fewest < 0 || fewest > crowded) && r.extra >= 0 && namesPages(l.extras[r.extra].domains) {
		return home{where: inPages}
	}
	// What stands between an asterisk and the word, and where an anchor holds,
	// only the whole match can tell.
	if best.where == inTokens && (r.flags&anchorMask&^anchorEnd != 0 || strings.Contains(body[:best.offset], "*")) {
		best.offset = -1
	}
	return best
}

// hostLen returns the length of the complete host name with which a pattern
// begins, or 0 if it begins with something else.
func hostLen(body string, flags uint16) int {
	if flags&anchorHost == 0 || flags&flagRegexp != 0 {
		return 0
	}
	for i := 0; i < len(body); i++ {
		switch c := body[i]; c {
		case '^', '/', ':', '?':
			return i
		case '-', '.', '_':
		default:
			if !isAlnum(c) {
				return 0
			}
		}
	}
	return 0
}

// namesPages says whether a domain= list can be found by the hosts in it: it
// names at least one page to be on, and no page by its entity ("example.*").
func namesPages(domains string) bool {
	some := false
	for host := range strings.SplitSeq(domains, "|") {
		if strings.HasSuffix(host, "*") {
			return false
		}
		some = some || !strings.HasPrefix(host, "~")
	}
	return some && domains != ""
}

// eachToken calls f with the hash and place of every word that stands whole in
// each URL that the pattern matches.
func eachToken(body string, flags uint16, f func(hash uint32, start, end int)) {
	for i := 0; i < len(body); {
		if !tokenByte[body[i]] {
			i++
			continue
		}
		start, h := i, uint32(hashSeed)
		for ; i < len(body) && tokenByte[body[i]]; i++ {
			h = (h ^ uint32(lowered[body[i]])) * hashPrime
		}
		openLeft := start == 0 && flags&(anchorHost|anchorStart) == 0 || start > 0 && body[start-1] == '*'
		openRight := i == len(body) && flags&anchorEnd == 0 || i < len(body) && body[i] == '*'
		if !openLeft && !openRight {
			f(h, start, i)
		}
	}
}
