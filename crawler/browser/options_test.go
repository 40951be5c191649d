package browser

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestArgs(t *testing.T) {
	o := Options{
		Mode: Headless, HostRules: "MAP * 127.0.0.1", Langs: []string{"nl", "en"}, Major: "156",
		Flags: []string{"--disable-features=Mine", "--force-dark-mode"},
	}
	args, err := o.args("/profile", false)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"--headless=new", "--no-sandbox", "--user-data-dir=/profile", "--host-resolver-rules=MAP * 127.0.0.1", "--force-dark-mode", "--accept-lang=nl,en"} {
		if !slices.Contains(args, want) {
			t.Errorf("no %s in %q", want, args)
		}
	}
	if args[len(args)-1] != "about:blank" {
		t.Error("the browser opens its start page, which is on the web")
	}
	// Chrome takes the last of two: ours must not be lost in the user's.
	last := ""
	for _, a := range args {
		if strings.HasPrefix(a, "--disable-features=") {
			last = a
		}
	}
	if !strings.Contains(last, "Mine") || !strings.Contains(last, "IsolateSandboxedIframes") {
		t.Errorf("features: %s", last)
	}
	if i := slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, "--user-agent=") }); i < 0 || strings.Contains(args[i], "Headless") {
		t.Errorf("user agent: %q", args)
	}
}

func TestPreferences(t *testing.T) {
	for _, block := range []bool{false, true} {
		o := Options{BlockThirdPartyCookies: block}
		var p struct {
			Profile struct {
				Mode  int  `json:"cookie_controls_mode"`
				Block bool `json:"block_third_party_cookies"`
			} `json:"profile"`
		}
		if err := json.Unmarshal([]byte(o.preferences()), &p); err != nil {
			t.Fatal(err)
		}
		if p.Profile.Block != block || (p.Profile.Mode == 1) != block {
			t.Errorf("block %v: %+v", block, p)
		}
	}
}

func TestStartError(t *testing.T) {
	_, err := Launch(t.Context(), Options{Path: "/nowhere/chrome", Mode: Headless, TempDir: t.TempDir()}, nil, nil)
	if err == nil || !strings.Contains(err.Error(), "/nowhere/chrome") {
		t.Errorf("error %v does not say which browser did not start", err)
	}
}

func TestBrandOf(t *testing.T) {
	for path, want := range map[string]string{
		"/usr/bin/chromium": "Chromium", "/usr/bin/google-chrome-stable": "Google Chrome",
		"/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge": "Microsoft Edge", "/usr/bin/brave-browser": "Brave",
	} {
		if got := BrandOf(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
