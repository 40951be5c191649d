package signatures

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/spoor-audit/spoor/signatures/abp"
)

// Contents says what a file of a pack holds.
type Contents struct {
	Rules   int
	Version string // as the file says itself, or ""
	Date    string // YYYY-MM-DD, as the file says itself, or ""
}

// Inspect reads the file of a pack of some kind, and returns an error if it is no
// such file.
func Inspect(kind string, data []byte) (Contents, error) {
	if start := bytes.ToLower(data[:min(len(data), 512)]); bytes.Contains(start, []byte("<html")) || bytes.Contains(start, []byte("<!doctype")) {
		return Contents{}, errors.New("signatures: it is a web page")
	}
	switch kind {
	case KindFilters:
		l := abp.Parse(string(data))
		switch {
		case l.Len() == 0:
			return Contents{}, errors.New("signatures: it is no filter list: there is no rule in it")
		case 2*l.Odd() > l.Len():
			return Contents{}, errors.New("signatures: it is no filter list: most of its lines are no rules")
		}
		return Contents{l.Len(), l.Version(), listDate(l.Modified())}, nil
	case KindEntities:
		core, _, err := builtIn()
		if err != nil {
			return Contents{}, err
		}
		rules, err := readEntityRules(core)
		if err != nil {
			return Contents{}, err
		}
		e, err := parseEntities(data, rules)
		if err != nil {
			return Contents{}, err
		}
		if e.domains == 0 {
			return Contents{}, errors.New("signatures: third-party-web: the table names nobody")
		}
		return Contents{Rules: e.domains}, nil
	case KindCookies:
		t, err := parseCookieTable(data)
		if err != nil {
			return Contents{}, err
		}
		return Contents{Rules: t.rows}, nil
	case KindTCF:
		v, err := parseTCFVendors(data)
		if err != nil {
			return Contents{}, err
		}
		return Contents{len(v.byNumber), v.version, v.date}, nil
	}
	return Contents{}, fmt.Errorf("signatures: this version reads no packs of kind %q", kind)
}
