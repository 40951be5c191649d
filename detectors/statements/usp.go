package statements

import (
	"errors"
	"fmt"
	"strings"
)

// decodeUSP reads a US privacy string: version, notice, opt-out, LSPA.
// https://github.com/InteractiveAdvertisingBureau/USPrivacy
func decodeUSP(s string) (*USP, error) {
	if len(s) != 4 {
		return nil, errors.New("US privacy string: it does not have four characters")
	}
	if s[0] != '1' {
		return nil, fmt.Errorf("US privacy string: version %q is not 1", s[0])
	}
	upper := strings.ToUpper(s)
	for i := 1; i < 4; i++ {
		if !strings.ContainsRune("YN-", rune(upper[i])) {
			return nil, fmt.Errorf("US privacy string: %q is none of Y, N and -", s[i])
		}
	}
	return &USP{Version: 1, Notice: upper[1:2], OptOut: upper[2:3], LSPA: upper[3:4]}, nil
}
