package apis

import (
	"strings"
	"testing"
)

// Every role that a rule asks for is played by some API or event.
func TestAPIs(t *testing.T) {
	tab := theAPIs()
	var played Role
	for name, a := range tab.apis {
		played |= a.Roles
		if owner, _, ok := strings.Cut(name, "."); ok && tab.aliases[owner] != "" {
			t.Errorf("%s has an alias: nothing finds it", name)
		}
	}
	for _, r := range tab.events {
		played |= r
	}
	for i, name := range names {
		if played&(1<<i) == 0 {
			t.Errorf("nothing plays the role %q", name)
		}
	}
}

func TestReadAPIs(t *testing.T) {
	for name, apis := range map[string]string{
		"no YAML":         "roles: [",
		"unknown role":    "roles: {canvas-tetx: [A.b]}",
		"unknown event":   "events: {devicemotion: nothing}",
		"unknown section": "rolls: {}",
	} {
		if _, err := readAPIs([]byte(apis)); err == nil || !strings.Contains(err.Error(), "apis.yaml") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
