package patterns

import "testing"

func TestFits(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		want          bool
	}{
		{"_ga", "_ga", true}, {"_ga", "_gat", false}, {"_ga_*", "_ga_X", true}, {"_ga_*", "_ga", false}, {"*consent*", "aconsentb", true},
		{"a*b*c", "aXbYc", true}, {"a*b*c", "acb", false}, {"a*a", "a", false}, {"*", "", true}, {"", "", true}, {"", "x", false},
		{"_ga_*", "_ga_", true}, {"a*b*c", "ac", false}, {"a*a", "aa", true}, {"ab", "abc", false}, {"*id", "sid", true},
	} {
		if got := Fits(tt.pattern, tt.name); got != tt.want {
			t.Errorf("%q fits %q: %v", tt.pattern, tt.name, got)
		}
	}
}
