package statements

import (
	"regexp"
	"strings"

	"github.com/spoor-audit/spoor/detectors/patterns"
	"github.com/spoor-audit/spoor/evidence"
)

// insideTCF finds what may be a consent string in other data.
var insideTCF = regexp.MustCompile(`C[A-Za-z0-9_-]{35,}(?:\.[A-Za-z0-9_-]+)*`)

// keptUnder returns what cookies or keys of this name hold.
func keptUnder(name string) (keptName, bool) {
	name = strings.ToLower(name)
	for _, k := range theTables().names.Kept {
		if patterns.Fits(k.Name, name) {
			return k, true
		}
	}
	return keptName{}, false
}

// cookie reads the strings that a cookie held in the course of the run.
func (c *collector) cookie(k *evidence.Cookie) {
	row, ok := keptUnder(k.Name)
	if !ok {
		return
	}
	base := Statement{Kind: row.Kind, At: k.At, Page: k.Page, Source: k.Name, Evidence: k.ID, Kept: true}
	written := false
	for _, w := range k.Writes {
		if len(w.Refused) > 0 {
			continue
		}
		written = true
		if w.Delete {
			continue
		}
		line, _, _ := strings.Cut(w.Raw, ";")
		if _, value, ok := strings.Cut(line, "="); ok {
			base.At = w.At
			c.kept(base, row, strings.TrimSpace(value))
		}
	}
	if !written && k.State != "blocked" {
		c.kept(base, row, k.Value)
	}
}

// storage reads the string that a key of web storage held. The record has its
// value at the end; when that was written is known by phase alone.
func (c *collector) storage(k *evidence.StorageItem) {
	row, ok := keptUnder(k.Key)
	if !ok || k.Kind != "local" && k.Kind != "session" {
		return
	}
	s := Statement{Kind: row.Kind, At: k.At, Page: k.Page, Source: k.Key, Evidence: k.ID, Kept: true}
	if n := len(k.Stages); n > 0 {
		s.Phase = k.Stages[n-1]
	}
	if s.Phase == evidence.After && c.run.Chosen != nil {
		s.At = max(s.At, *c.run.Chosen)
	}
	c.kept(s, row, k.Value)
}

func (c *collector) kept(s Statement, row keptName, value string) {
	value = strings.Trim(unescape(value), `"`)
	if value == "" {
		return
	}
	var err error
	s.Raw = value
	switch row.Kind {
	case KindTCF:
		if row.Inside {
			found := ""
			for _, candidate := range insideTCF.FindAllString(value, 20) {
				if looksLikeTCF(candidate) {
					found = candidate
					break
				}
			}
			if found == "" {
				return // Before a choice there is none, and nobody says there must be.
			}
			s.Raw = found
		}
		s.TCF, err = c.tcf(s.Raw)
	case KindGPP:
		if s.GPP, err = decodeGPP(value); err == nil {
			s.GPP.Ready = true
		}
	case KindUSP:
		s.USP, err = decodeUSP(value)
	}
	s.fail(err)
	c.add(s, "")
}
