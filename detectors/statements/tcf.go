package statements

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Limits of what a string may unfold to. Ranges make a short string name very
// many vendors; the largest real lists hold some thousands.
const (
	maxRestricted = 1 << 16 // vendors in all publisher restrictions together
	maxTCF        = 1 << 16 // characters
)

// Kinds of segments after the first.
// https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework/blob/master/TCFv2
const (
	segmentDisclosed = 1
	segmentAllowed   = 2
	segmentPublisher = 3
)

// decodeTCF reads a transparency and consent string of version 2 (TCF 2.0 to
// 2.3). Anything missing or impossible is an error.
func decodeTCF(s string) (*TCF, error) {
	if len(s) > maxTCF {
		return nil, errors.New("TC string: it is too long")
	}
	segments := strings.Split(s, ".")
	t, _, err := decodeCore(segments[0])
	if err != nil {
		return nil, fmt.Errorf("TC string: core: %w", err)
	}
	seen := map[int]bool{}
	for i, segment := range segments[1:] {
		b, err := newBits(segment)
		if err != nil {
			return nil, fmt.Errorf("TC string: segment %d: %w", i+2, err)
		}
		kind := b.number(3)
		if seen[kind] {
			return nil, fmt.Errorf("TC string: segment %d: there are two of type %d", i+2, kind)
		}
		seen[kind] = true
		if err := t.segment(b, kind); err != nil {
			return nil, fmt.Errorf("TC string: segment %d: %w", i+2, err)
		}
	}
	return t, nil
}

func (t *TCF) segment(b *bits, kind int) error {
	switch kind {
	case segmentDisclosed:
		t.Disclosed, t.HasDisclosed = b.vendors(), true
	case segmentAllowed:
		b.vendors() // Vendors allowed by other means: given up in TCF 2.3.
	case segmentPublisher:
		t.PublisherPurposes = b.publisher()
	default:
		return fmt.Errorf("type %d is not known", kind)
	}
	return b.err
}

// decodeCore reads the first segment and says whether nothing but padding
// follows it.
func decodeCore(s string) (*TCF, bool, error) {
	b, err := newBits(s)
	if err != nil {
		return nil, false, err
	}
	t := &TCF{Version: b.number(6), Disclosed: []int{}}
	if b.err == nil && t.Version != 2 {
		return nil, false, fmt.Errorf("version %d is not 2", t.Version)
	}
	t.Created, t.LastUpdated = moment(b.number(36)), moment(b.number(36))
	t.CMPID, t.CMPVersion, t.Screen = b.number(12), b.number(12), b.number(6)
	t.Language = b.letters(2)
	t.ListVersion, t.PolicyVersion = b.number(12), b.number(6)
	t.ServiceSpecific, t.NonStandardTexts = b.flag(), b.flag()
	t.SpecialFeatures = b.set(12)
	t.Purposes, t.Interests = b.set(24), b.set(24)
	t.PurposeOne, t.Publisher = b.flag(), b.letters(2)
	t.Vendors, t.VendorInterests = b.vendors(), b.vendors()
	t.Restrictions = b.restrictions()
	if b.err != nil {
		return nil, false, b.err
	}
	return t, b.padding(), nil
}

// moment reads a time in tenths of seconds since 1970.
func moment(deciseconds int) time.Time {
	return time.UnixMilli(int64(deciseconds) * 100).UTC()
}

// vendors reads a list of vendors: a field of bits, or ranges.
func (b *bits) vendors() []int {
	highest := b.number(16)
	if !b.flag() {
		return b.set(highest)
	}
	return b.ranges(highest)
}

// ranges reads vendors up to a highest number as single numbers and ranges.
func (b *bits) ranges(highest int) []int {
	n := b.number(12)
	marked := make([]bool, highest+1)
	count := 0
	for range n {
		first, last := 0, 0
		isRange := b.flag()
		first = b.number(16)
		last = first
		if isRange {
			last = b.number(16)
		}
		if b.err != nil {
			return []int{}
		}
		if first < 1 || last < first || last > highest {
			b.err = fmt.Errorf("range %d to %d is not between 1 and %d", first, last, highest)
			return []int{}
		}
		for i := first; i <= last; i++ {
			if !marked[i] {
				marked[i] = true
				count++
			}
		}
	}
	list := make([]int, 0, count)
	for i, m := range marked {
		if m {
			list = append(list, i)
		}
	}
	return list
}

func (b *bits) restrictions() []Restriction {
	list := []Restriction{}
	total := 0
	for range b.number(12) {
		r := Restriction{Purpose: b.number(6), Type: b.number(2)}
		r.Vendors = b.ranges(1<<16 - 1)
		if b.err != nil {
			return list
		}
		if total += len(r.Vendors); total > maxRestricted {
			b.err = errors.New("its restrictions name too many vendors")
			return list
		}
		list = append(list, r)
	}
	slices.SortStableFunc(list, func(x, y Restriction) int {
		if x.Purpose != y.Purpose {
			return x.Purpose - y.Purpose
		}
		return x.Type - y.Type
	})
	return list
}

func (b *bits) publisher() *PublisherConsent {
	p := &PublisherConsent{Purposes: b.set(24), Interests: b.set(24)}
	n := b.number(6)
	p.Custom, p.CustomLI = b.set(n), b.set(n)
	return p
}

// looksLikeTCF reports whether a text that nobody called a consent string is
// one: it has the form, decodes without rest, and its times make sense.
func looksLikeTCF(s string) bool {
	if len(s) < 36 || len(s) > maxTCF || s[0] != 'C' {
		return false
	}
	core, _, _ := strings.Cut(s, ".")
	t, whole, err := decodeCore(core)
	if err != nil || !whole {
		return false
	}
	if t.Created.Year() < 2018 || t.Created.Year() > 2100 || t.LastUpdated.Before(t.Created) {
		return false
	}
	_, err = decodeTCF(s)
	return err == nil
}
