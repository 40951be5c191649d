package statements

import (
	"slices"
	"strings"
	"testing"
)

// TestClaimSamples proves each claim with its own samples.
func TestClaimSamples(t *testing.T) {
	table := &theTables().claims
	for i := range table.Claims {
		row := &table.Claims[i]
		t.Run(row.ID+" "+row.Language, func(t *testing.T) {
			if len(row.Hit) == 0 || len(row.Miss) == 0 {
				t.Fatal("it needs samples of both kinds")
			}
			if _, ok := table.Guards[row.Language]; !ok {
				t.Fatalf("there are no guards for %q", row.Language)
			}
			for _, s := range row.Hit {
				if n := normal(s); !row.fits(n, "") {
					t.Errorf("misses %q", s)
				}
			}
			for _, s := range row.Miss {
				if row.fits(normal(s), "") && !strings.HasSuffix(s, "?") {
					t.Errorf("hits %q", s)
				}
			}
		})
	}
}

// TestClaimPatternsNeeded finds patterns that no sample needs.
func TestClaimPatternsNeeded(t *testing.T) {
	for _, row := range theTables().claims.Claims {
		for i, re := range row.match {
			if !slices.ContainsFunc(row.Hit, func(s string) bool { return re.MatchString(normal(s)) }) {
				t.Errorf("%s in %s: no sample needs %q", row.ID, row.Language, row.Match[i])
			}
		}
	}
}
