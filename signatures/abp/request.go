package abp

import "strings"

// Kinds of requests, as bits of a rule's mask.
const (
	kindScript = 1 << iota
	kindImage
	kindStylesheet
	kindObject
	kindXHR
	kindSubdocument
	kindDocument
	kindWebSocket
	kindPing
	kindFont
	kindMedia
	kindOther
	kindPopup

	kindAll = 1<<iota - 1
	// A rule that names no kind means all but these two.
	kindDefault = kindAll &^ (kindDocument | kindPopup)
)

// optionKinds maps the names that rules use to kinds.
var optionKinds = map[string]uint16{
	"script": kindScript, "image": kindImage, "background": kindImage,
	"stylesheet": kindStylesheet, "css": kindStylesheet,
	"object": kindObject, "object-subrequest": kindObject,
	"xmlhttprequest": kindXHR, "xhr": kindXHR,
	"subdocument": kindSubdocument, "frame": kindSubdocument,
	"document": kindDocument, "doc": kindDocument,
	"websocket": kindWebSocket, "ping": kindPing, "beacon": kindPing,
	"font": kindFont, "media": kindMedia, "other": kindOther,
	"popup": kindPopup, "popunder": kindPopup, "all": kindAll,
}

// requestKinds adds the names that only requests use.
var requestKinds = map[string]uint16{
	"fetch": kindXHR, "eventsource": kindXHR, "preflight": kindXHR,
	"iframe": kindSubdocument, "sub_frame": kindSubdocument,
	"main_frame": kindDocument,
	"manifest":   kindOther, "prefetch": kindOther, "cspreport": kindOther,
}

// kindOf returns the mask of a request's kind: one bit, or all bits if the kind
// is not known.
func kindOf(name string) uint16 {
	if name == "" {
		return kindAll
	}
	if k, ok := optionKinds[name]; ok {
		return k
	}
	if k, ok := requestKinds[name]; ok {
		return k
	}
	return kindOther
}

// A Request is a request taken apart for matching. It is read-only once made,
// but for values that it works out when they are first asked for, so it belongs
// to one goroutine.
type Request struct {
	url   string // without fragment
	lower string // the same in lower case
	host  span   // in both
	page  string // canonical host of the page; "" if not known
	kinds uint16

	suffixes []suffix // of host, shortest first
	pages    []suffix // of page, shortest first
	tokens   []token  // the words of lower

	party  uint8  // 0 not worked out, else thirdParty or firstParty
	entity string // of page; valid if hasEntity
	// hasEntity says that entity was worked out.
	hasEntity bool

	suffixRoom [8]suffix
	pageRoom   [6]suffix
	tokenRoom  [40]token
}

type span struct{ start, end int }

// A suffix is the part of a host from one of its labels on.
type suffix struct {
	at   int
	hash uint32
}

// maxURL is the number of bytes of a URL that are looked at. Chrome refuses to
// go to longer ones, but scripts may ask for them.
const maxURL = 2 << 20

// NewRequest takes a request apart. Kind is the resource type in the words of
// browsers or of filter lists; "" matches rules for any kind. Page is the URL
// of the top-level page; "" means that the request is third-party. It reports
// false for URLs without a host (data:, blob:, about:) and for unreadable ones.
func NewRequest(rawURL, kind, page string) (*Request, bool) {
	if len(rawURL) > maxURL {
		rawURL = rawURL[:maxURL]
	}
	url, host, ok := locate(rawURL)
	if !ok {
		return nil, false
	}
	r := &Request{url: url, host: host, kinds: kindOf(kind)}
	r.lower = lowerASCII(url)
	r.suffixes = suffixes(r.suffixRoom[:0], r.Host())
	r.tokens = tokens(r.tokenRoom[:0], r.lower)
	if pageURL, pageHost, ok := locate(page); ok {
		r.page = Host(pageURL[pageHost.start:pageHost.end])
		r.pages = suffixes(r.pageRoom[:0], r.page)
	}
	return r, true
}

// Host returns the host of the request in lower case.
func (r *Request) Host() string { return r.lower[r.host.start:r.host.end] }

// Page returns the canonical host of the page, or "".
func (r *Request) Page() string { return r.page }

// The answers of Request.party.
const (
	thirdParty = 1
	firstParty = 2
)

// ThirdParty says whether the request leaves the site of its page. It does if
// the page is not known.
func (r *Request) ThirdParty() bool {
	if r.party == 0 {
		r.party = thirdParty
		if r.page != "" && !r.apart() && Site(r.page) == Site(r.Host()) {
			r.party = firstParty
		}
	}
	return r.party == thirdParty
}

// apart says quickly that request and page are of two sites: hosts of one site
// share at least their last two labels. False says nothing.
func (r *Request) apart() bool {
	return len(r.suffixes) > 1 && len(r.pages) > 1 && r.suffixes[1].hash != r.pages[1].hash
}

// pageEntity returns the page's host without its public suffix.
func (r *Request) pageEntity() string {
	if !r.hasEntity {
		r.entity, r.hasEntity = entity(r.page), true
	}
	return r.entity
}

// locate finds the host in a URL and takes the fragment off.
func locate(url string) (clean string, host span, ok bool) {
	scheme := strings.Index(url, "://")
	if scheme <= 0 || !isScheme(url[:scheme]) {
		return "", span{}, false
	}
	if i := strings.IndexByte(url, '#'); i >= 0 {
		url = url[:i]
	}
	start := scheme + len("://")
	end := start
	for end < len(url) && url[end] != '/' && url[end] != '?' && url[end] != '\\' {
		end++
	}
	if i := strings.LastIndexByte(url[start:end], '@'); i >= 0 {
		start += i + 1
	}
	switch port := strings.LastIndexByte(url[start:end], ':'); {
	case start < end && url[start] == '[':
		if i := strings.IndexByte(url[start:end], ']'); i > 0 {
			end = start + i + 1
		}
	case port >= 0:
		end = start + port
	}
	if end > start && url[end-1] == '.' {
		// A trailing dot names the same host.
		url, end = url[:end-1]+url[end:], end-1
	}
	return url, span{start, end}, end > start
}

// isScheme says whether s is made as the scheme of a URL is. "data:,http" is not.
func isScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isAlnum(c) && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// suffixes appends every suffix of a host that starts at a label. Hashes run
// from right to left, so that each is a step on from the one before.
func suffixes(to []suffix, host string) []suffix {
	h := uint32(hashSeed)
	for i := len(host) - 1; i >= 0; i-- {
		h = (h ^ uint32(host[i])) * hashPrime
		if i == 0 || host[i-1] == '.' {
			to = append(to, suffix{i, h})
		}
	}
	return to
}

// FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/.
const (
	hashSeed  = 2166136261
	hashPrime = 16777619
)

// hashHost is the hash of a whole host in suffixes.
func hashHost(host string) uint32 {
	h := uint32(hashSeed)
	for i := len(host) - 1; i >= 0; i-- {
		h = (h ^ uint32(host[i])) * hashPrime
	}
	return h
}

// tokenByte holds the bytes that words of a URL are made of.
var tokenByte = func() (t [256]bool) {
	for c := range t {
		t[c] = isAlnum(byte(c)) || c == '%'
	}
	return t
}()

// A token is a word of a URL.
type token struct {
	hash uint32
	at   int32 // where it starts
}

// tokens appends all words of a URL.
func tokens(to []token, url string) []token {
	h, start := uint32(hashSeed), -1
	for i := 0; i < len(url); i++ {
		c := url[i]
		if tokenByte[c] {
			if start < 0 {
				h, start = hashSeed, i
			}
			h = (h ^ uint32(c)) * hashPrime
		} else if start >= 0 {
			to = append(to, token{h, int32(start)}) // #nosec G115 -- see maxURL
			start = -1
		}
	}
	if start >= 0 {
		to = append(to, token{h, int32(start)}) // #nosec G115 -- see maxURL
	}
	return to
}
