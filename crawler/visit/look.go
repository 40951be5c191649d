package visit

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"

	"github.com/chromedp/cdproto/emulation"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/cdp"
)

// A look is how the browser presents itself: as a person's browser of the same
// version on the same system would, and no further.
type look struct {
	userAgent string
	languages string // as navigator.languages, joined with commas
	metadata  *emulation.UserAgentMetadata
	brands    []*emulation.UserAgentBrandVersion
	full      []*emulation.UserAgentBrandVersion
	window    browser.Window
	mobile    bool
	foreign   bool   // the brands are not the browser's own
	system    string // navigator.platform, "" is the browser's own
}

// newLook derives the look from the browser that runs, or from the agent that it
// is to present itself as. A user agent given by the user is taken as it is,
// without client hints.
func newLook(b *browser.Browser, userAgent string, as *browser.Agent) look {
	o := b.Options()
	l := look{
		languages: strings.Join(o.Langs, ","),
		window:    o.Window(),
		mobile:    o.Mobile,
	}
	major, _, _ := strings.Cut(b.Version(), ".")
	l.userAgent = o.UserAgent(major)
	if l.mobile {
		l.system = "Linux armv81"
	}
	if as != nil {
		l.userAgent, l.system, l.window, l.mobile, l.foreign = as.UserAgent, as.Platform, as.Window, true, as.Brand != o.Brand
		if as.Brand != "" {
			l.metadata = metadata(true)
			l.brands, l.full = brands(as.Brand, b.Version())
		}
		return l
	}
	if userAgent != "" {
		l.userAgent = userAgent
		return l
	}
	l.metadata = metadata(o.Mobile)
	l.brands, l.full = brands(o.Brand, b.Version())
	return l
}

// metadata is what the client hints tell of the system.
func metadata(mobile bool) *emulation.UserAgentMetadata {
	if mobile {
		return &emulation.UserAgentMetadata{Platform: "Android", PlatformVersion: "14.0.0", Model: "Pixel 7", Mobile: true}
	}
	m := &emulation.UserAgentMetadata{Architecture: "x86", Bitness: "64"}
	if runtime.GOARCH == "arm64" {
		m.Architecture = "arm"
	}
	switch runtime.GOOS {
	case "darwin":
		m.Platform, m.PlatformVersion = "macOS", "15.0.0"
	case "windows":
		m.Platform, m.PlatformVersion = "Windows", "15.0.0"
	default:
		m.Platform = "Linux"
	}
	return m
}

// brands makes the list of brands that Chrome of a version tells, with its
// random-looking one. Pages have it by themselves; workers lose it when their
// user agent is set, so it has to be told.
// https://wicg.github.io/ua-client-hints/#create-arbitrary-brands-section
func brands(brand, version string) (short, full []*emulation.UserAgentBrandVersion) {
	major, _, _ := strings.Cut(version, ".")
	seed, err := strconv.Atoi(major)
	if err != nil {
		return nil, nil
	}
	chars := []string{" ", "(", ":", "-", ".", "/", ")", ";", "=", "?", "_"}
	versions := []string{"8", "99", "24"}
	grease := fmt.Sprintf("Not%sA%sBrand", chars[seed%len(chars)], chars[(seed+1)%len(chars)])
	greaseVersion := versions[seed%len(versions)]
	names := []string{grease, "Chromium"}
	orders := [][]int{{0, 1}, {1, 0}}
	if brand != "" && brand != "Chromium" {
		names = append(names, brand)
		orders = [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}
	}
	order := orders[seed%len(orders)]
	short = make([]*emulation.UserAgentBrandVersion, len(names))
	full = make([]*emulation.UserAgentBrandVersion, len(names))
	for i, name := range names {
		v, f := major, version
		if i == 0 {
			v, f = greaseVersion, greaseVersion+".0.0.0"
		}
		short[order[i]] = &emulation.UserAgentBrandVersion{Brand: name, Version: v}
		full[order[i]] = &emulation.UserAgentBrandVersion{Brand: name, Version: f}
	}
	return short, full
}

// document gives a page or frame the look. A page has the browser's own brands by
// itself.
func (l *look) document(s *cdp.Session) {
	l.override(s, l.foreign)
	if !l.mobile || s.Info.Type != "page" {
		return
	}
	points := int64(5)
	cdp.Send(s, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(l.window.Width), Height: int64(l.window.Height), DeviceScaleFactor: l.window.Scale, Mobile: true,
		ScreenWidth: int64(l.window.ScreenWidth), ScreenHeight: int64(l.window.ScreenHeight),
	})
	cdp.Send(s, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true, MaxTouchPoints: points})
}

// worker gives a worker the look.
func (l *look) worker(s *cdp.Session) { l.override(s, true) }

func (l *look) override(s *cdp.Session, branded bool) {
	p := emulation.SetUserAgentOverrideParams{
		UserAgent: l.userAgent, AcceptLanguage: l.languages, Platform: l.system, UserAgentMetadata: l.metadata,
	}
	if l.metadata != nil && branded {
		m := *l.metadata
		m.Brands, m.FullVersionList = l.brands, l.full
		p.UserAgentMetadata = &m
	}
	cdp.Send(s, emulation.SetUserAgentOverride, p)
}

// UserAgent is what the browser sends when the user has given no other.
func UserAgent(b *browser.Browser) string {
	l := newLook(b, "", nil)
	return l.userAgent
}
