package statements

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Numbers of sections that are not read by layout alone.
const (
	sectionTCF    = 2
	sectionCanada = 5
	sectionUSP    = 6
)

// gppHeader is the type that a header states of itself.
const gppHeader = 3

// A section is a row of gpp_sections.yaml.
type section struct {
	ID        int            `yaml:"id"`
	Name      string         `yaml:"name"`
	GPC       bool           `yaml:"gpc"`
	Sensitive string         `yaml:"sensitive"`
	Versions  map[int]string `yaml:"versions"`
}

// decodeGPP reads a Global Privacy Platform string: a header that says which
// sections follow, and the sections. A section that cannot be read has an
// error of its own.
// https://github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform/blob/main/Core/Consent%20String%20Specification.md
func decodeGPP(s string) (*GPP, error) {
	if len(s) > maxTCF {
		return nil, errors.New("GPP string: it is too long")
	}
	parts := strings.Split(s, "~")
	ids, err := decodeHeader(parts[0])
	if err != nil {
		return nil, fmt.Errorf("GPP string: header: %w", err)
	}
	if len(ids) != len(parts)-1 {
		return nil, fmt.Errorf("GPP string: its header names %d sections and %d follow", len(ids), len(parts)-1)
	}
	g := &GPP{Sections: []GPPSection{}}
	for i, id := range ids {
		g.Sections = append(g.Sections, decodeSection(id, parts[i+1]))
	}
	return g, nil
}

// decodeHeader returns the numbers of the sections that follow, which ascend.
func decodeHeader(s string) ([]int, error) {
	b, err := newBits(s)
	if err != nil {
		return nil, err
	}
	if kind := b.number(6); b.err == nil && kind != gppHeader {
		return nil, fmt.Errorf("type %d is not %d", kind, gppHeader)
	}
	if version := b.number(6); b.err == nil && version != 1 {
		return nil, fmt.Errorf("version %d is not 1", version)
	}
	var ids []int
	last := 0
	for range b.number(12) {
		isRange := b.flag()
		first := last + b.fibonacci()
		last = first
		if isRange {
			last += b.fibonacci()
		}
		if b.err != nil {
			return nil, b.err
		}
		if last > 1<<12 {
			return nil, fmt.Errorf("section %d is not known", last)
		}
		for id := first; id <= last; id++ {
			ids = append(ids, id)
		}
	}
	return ids, b.err
}

func decodeSection(id int, raw string) GPPSection {
	out := GPPSection{ID: id, Raw: clip(raw)}
	row, known := theTables().sections[id]
	if known {
		out.Name = row.Name
	}
	var err error
	switch {
	case id == sectionTCF:
		out.TCF, err = decodeTCF(raw)
	case id == sectionCanada:
		out.Fields, err = decodeCanada(raw)
	case id == sectionUSP:
		out.USP, err = decodeUSP(raw)
	case len(row.Versions) > 0:
		out.Fields, err = row.decode(raw)
	case !known:
		err = errors.New("its fields are not known")
	default:
		err = errors.New("it is no longer in use")
	}
	if err != nil {
		out.Error = fmt.Sprintf("section %d: %v", id, err)
	}
	return out
}

// decode reads a US section by its layout.
func (row section) decode(raw string) (map[string]int, error) {
	segments := strings.Split(raw, ".")
	b, err := newBits(segments[0])
	if err != nil {
		return nil, err
	}
	version := b.number(6)
	layout, ok := row.Versions[version]
	if !ok {
		return nil, fmt.Errorf("version %d is not known", version)
	}
	first, rest, _ := strings.Cut(layout, " ")
	fields := map[string]int{first: version}
	b.twoBits(rest, fields)
	if b.err != nil {
		return nil, b.err
	}
	for _, segment := range segments[1:] {
		b, err := newBits(segment)
		if err != nil {
			return nil, err
		}
		switch {
		case row.Sensitive != "":
			b.twoBits(row.Sensitive, fields)
		case row.GPC && b.number(2) == 1:
			fields["Gpc"] = b.number(1)
		}
		if b.err != nil {
			return nil, b.err
		}
	}
	return fields, nil
}

// twoBits reads the fields of a layout, two bits each, into a map.
func (b *bits) twoBits(layout string, into map[string]int) {
	for field := range strings.FieldsSeq(layout) {
		name, times, many := strings.Cut(field, "*")
		if !many {
			into[name] = b.number(2)
			continue
		}
		n, _ := strconv.Atoi(times) // The tables are checked when they are read.
		for i := 1; i <= n; i++ {
			into[name+strconv.Itoa(i)] = b.number(2)
		}
	}
}

// decodeCanada reads the part of a Canadian section that has one form in all
// strings: purposes by express and by implied consent. Lists of vendors follow
// in two forms that cannot be told apart, so they are left.
func decodeCanada(raw string) (map[string]int, error) {
	core, _, _ := strings.Cut(raw, ".")
	b, err := newBits(core)
	if err != nil {
		return nil, err
	}
	fields := map[string]int{"Version": b.number(6)}
	b.number(36)
	b.number(36)
	fields["CmpId"], fields["CmpVersion"], fields["ConsentScreen"] = b.number(12), b.number(12), b.number(6)
	b.letters(2)
	fields["VendorListVersion"], fields["TcfPolicyVersion"], fields["UseNonStandardStacks"] = b.number(12), b.number(6), b.number(1)
	for _, group := range []struct {
		name string
		n    int
	}{{"SpecialFeatureExpressConsent", 12}, {"PurposesExpressConsent", 24}, {"PurposesImpliedConsent", 24}} {
		for i := 1; i <= group.n; i++ {
			fields[group.name+strconv.Itoa(i)] = b.number(1)
		}
	}
	if b.err != nil {
		return nil, b.err
	}
	return fields, nil
}

// ints reads a list of numbers such as "7,8" or "7_8". Others are left out.
func ints(s string) []int {
	var list []int
	for part := range strings.FieldsFuncSeq(s, func(c rune) bool { return c == ',' || c == '_' || c == ' ' || c == '[' || c == ']' }) {
		if n, err := strconv.Atoi(part); err == nil {
			list = append(list, n)
		}
	}
	return list
}
