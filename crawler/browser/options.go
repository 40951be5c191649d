package browser

import (
	_ "embed"
	"fmt"
	"runtime"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Modes of the browser.
const (
	Headless = "headless" // full browser, new headless: what a person uses, without a window
	Shell    = "shell"    // chromium-headless-shell: faster, but another browser to the page
)

// Options are the settings of a browser process.
type Options struct {
	Path string // of the executable
	Mode string // Headless or Shell
	// Brand is the browser's name in its list of brands: "Chromium", "Google
	// Chrome", "Microsoft Edge", "Brave".
	Brand string
	// Major is the major version, known before the start, for the user agent of
	// those parts of the browser that no session reaches; "" if it is not known.
	Major string
	// BlockThirdPartyCookies sets the profile's preference. It is always set
	// explicitly: builds differ in their default, and flags do not change it.
	BlockThirdPartyCookies bool
	Flags                  []string // extra flags, as the user gave them
	HostRules              string   // --host-resolver-rules
	Insecure               bool     // accept every certificate
	SPKI                   []string // accept certificates with these public keys (base64 SHA-256)
	Proxy                  string   // URL
	Langs                  []string // languages of the visitor, preferred first
	Mobile                 bool
	// LocalNetwork lets documents ask this machine and its network for things. What
	// is shown from memory counts as of the internet, from which that is forbidden.
	LocalNetwork bool
	// WebSocket forces the WebSocket transport, which otherwise serves only
	// where a pipe cannot be handed to the browser.
	WebSocket bool
	// TempDir is where profiles are made; "" is the system's.
	TempDir string
}

//go:embed flags.yaml
var flagsYAML []byte

// BrandOf guesses the brand of a browser from its path.
func BrandOf(path string) string {
	name := strings.ToLower(path)
	switch {
	case strings.Contains(name, "edge"):
		return "Microsoft Edge"
	case strings.Contains(name, "brave"):
		return "Brave"
	case strings.Contains(name, "chromium"), strings.Contains(name, "headless"):
		return "Chromium"
	case strings.Contains(name, "chrome"):
		return "Google Chrome"
	}
	return "Chromium"
}

// A Window is the size of the visitor's window and screen, in CSS pixels.
type Window struct {
	Width, Height             int
	ScreenWidth, ScreenHeight int
	Scale                     float64
}

// Window returns the window that the options ask for.
func (o *Options) Window() Window {
	if o.Mobile {
		return Window{412, 915, 412, 915, 2.625}
	}
	return Window{1366, 768, 1920, 1080, 1}
}

// UserAgent is what a person's browser of the same system and major version
// sends: Chrome tells no more of its version.
// https://www.chromium.org/updates/ua-reduction/
func (o *Options) UserAgent(major string) string {
	system, mobile := "X11; Linux x86_64", ""
	switch {
	case o.Mobile:
		system, mobile = "Linux; Android 10; K", "Mobile "
	case runtime.GOOS == "darwin":
		system = "Macintosh; Intel Mac OS X 10_15_7"
	case runtime.GOOS == "windows":
		system = "Windows NT 10.0; Win64; x64"
	}
	return "Mozilla/5.0 (" + system + ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/" + major + ".0.0.0 " + mobile + "Safari/537.36"
}

// args builds the command line, without the transport's flag.
func (o *Options) args(profile string, sandbox bool) ([]string, error) {
	var args []string
	if err := yaml.Unmarshal(flagsYAML, &args); err != nil {
		return nil, fmt.Errorf("browser: read flags.yaml: %w", err)
	}
	features := []string{
		// A sandboxed srcdoc frame that moves to a process of its own is attached
		// too late to be held before its first script.
		"IsolateSandboxedIframes",
		// Browser features that would talk to their makers.
		"Translate", "OptimizationHints", "MediaRouter", "InterestFeedContentSuggestions",
		"CertificateTransparencyComponentUpdater", "AutofillServerCommunication",
		// The list under the address bar, which nobody sees: a process of its own for
		// every window, as dear as a small page.
		"WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxSimplification",
		"WebUIOmniboxAskGAboutThisPage",
	}
	if o.LocalNetwork {
		features = append(features, "LocalNetworkAccessChecks")
	}
	w := o.Window()
	args = append(args,
		"--user-data-dir="+profile,
		"--disable-features="+strings.Join(features, ","),
		fmt.Sprintf("--window-size=%d,%d", w.Width, w.Height),
		fmt.Sprintf("--screen-info={%dx%d}", w.ScreenWidth, w.ScreenHeight),
	)
	if o.Mode != Shell {
		args = append(args, "--headless=new")
	}
	if len(o.Langs) > 0 {
		args = append(args, "--lang="+o.Langs[0], "--accept-lang="+strings.Join(o.Langs, ","))
	}
	if o.Major != "" {
		args = append(args, "--user-agent="+o.UserAgent(o.Major))
	}
	if !sandbox {
		args = append(args, "--no-sandbox")
	}
	if o.HostRules != "" {
		args = append(args, "--host-resolver-rules="+o.HostRules)
	}
	if o.Insecure {
		args = append(args, "--ignore-certificate-errors")
	}
	if len(o.SPKI) > 0 {
		args = append(args, "--ignore-certificate-errors-spki-list="+strings.Join(o.SPKI, ","))
	}
	if o.Proxy != "" {
		args = append(args, "--proxy-server="+o.Proxy)
	}
	args = append(args, merged(args, o.Flags)...)
	// Without an address, new headless opens its start page, which is on the web.
	return append(args, "about:blank"), nil
}

// merged prepares the user's flags: Chrome takes only the last --disable-features
// and --enable-features, so theirs are joined with ours.
func merged(ours, theirs []string) []string {
	var out []string
	for _, f := range theirs {
		name, value, ok := strings.Cut(f, "=")
		if ok && (name == "--disable-features" || name == "--disable-blink-features") {
			for _, g := range ours {
				if v, found := strings.CutPrefix(g, name+"="); found {
					value = v + "," + value
				}
			}
			f = name + "=" + value
		}
		out = append(out, f)
	}
	return out
}

// preferences is the profile's Preferences file.
func (o *Options) preferences() string {
	mode := 0
	if o.BlockThirdPartyCookies {
		mode = 1
	}
	return `{"profile":{"cookie_controls_mode":` + strconv.Itoa(mode) +
		`,"block_third_party_cookies":` + strconv.FormatBool(o.BlockThirdPartyCookies) +
		`,"default_content_setting_values":{}},"credentials_enable_service":false}`
}

// needsNoSandbox reports whether Chrome refuses to start with its sandbox here
// for a reason that can be known beforehand.
func needsNoSandbox(uid int) bool { return runtime.GOOS == "linux" && uid == 0 }

// Differs lists, as ids, in what the browser still differs from a person's, and
// so what a page could know it by. Nothing of it is faked.
func (b *Browser) Differs() []string {
	d := []string{"data-centre-address", "no-gestures", "no-speech-voices", "no-stored-history", "software-graphics"}
	if b.options.Mode == Shell {
		d = append(d, "shell-languages", "shell-no-plugins", "shell-no-site-isolation", "shell-no-window-chrome", "shell-notifications-denied")
	}
	return d
}
