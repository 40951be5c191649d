package evidence

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
)

// formatManifest writes sums by name, sorted, in the form that "sha256sum
// --check MANIFEST" reads.
func formatManifest(sums map[string]string) []byte {
	var b bytes.Buffer
	for _, name := range sortedNames(sums) {
		b.WriteString(sums[name] + "  " + name + "\n")
	}
	return b.Bytes()
}

// parseManifest reads what formatManifest wrote.
func parseManifest(text []byte) (map[string]string, error) {
	sums := map[string]string{}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		raw, err := hex.DecodeString(sum)
		if !ok || err != nil || len(raw) != 32 || checkName(name) != nil {
			return nil, fmt.Errorf("%s: line %d is not a sum and a name", manifestName, n)
		}
		if _, twice := sums[name]; twice {
			return nil, fmt.Errorf("%s: line %d names %q again", manifestName, n, name)
		}
		sums[name] = strings.ToLower(sum)
	}
	return sums, nil
}
