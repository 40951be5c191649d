package readers

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
)

// Where the consents for purposes stand in the core of a TC string, in bits.
// https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework
const (
	tcPurposes     = 152
	tcPurposeCount = 11 // of 24 places, those that are in use
	tcCoreBits     = tcPurposes + 24
)

// tcString reads the consents for purposes from the core of a TC string of
// version 2: {version, purposes: {"1": true, ...}}.
func tcString(s string) (any, error) {
	core, _, _ := strings.Cut(strings.TrimSpace(s), ".")
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(core, "="))
	if err != nil {
		return nil, err
	}
	if len(b)*8 < tcCoreBits {
		return nil, errors.New("too short for a TC string")
	}
	if version := b[0] >> 2; version != 2 {
		return nil, errors.New("not a TC string of version 2")
	}
	purposes := map[string]any{}
	for i := range tcPurposeCount {
		at := tcPurposes + i
		purposes[strconv.Itoa(i+1)] = b[at/8]>>(7-at%8)&1 == 1
	}
	return map[string]any{"version": 2.0, "purposes": purposes}, nil
}
