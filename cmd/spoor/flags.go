package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spoor-audit/spoor/cmd/internal/config"
	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/cmd/internal/steps"
	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/discover"
	"github.com/spoor-audit/spoor/crawler/find"
	"github.com/spoor-audit/spoor/crawler/hostrules"
	"github.com/spoor-audit/spoor/crawler/names"
	"github.com/spoor-audit/spoor/crawler/visit"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
)

// maxPages is the most further pages of one run.
const maxPages = 100

// visitOptions are the flags that say how a site is visited.
type visitOptions struct {
	scenarios         []string
	pages             int
	seed              int64
	hostRules         string
	insecure          bool
	spki              []string
	dns               string
	chrome            string
	mode              string
	flags             []string
	thirdPartyCookies string
	device            string
	langs             []string
	userAgent         string
	proxy             string
	do                []string
	stepsFile         string
	timeout           time.Duration
	secondLook        bool
	vantage           string
}

func (o *visitOptions) addFlags(f *pflag.FlagSet) {
	f.StringSliceVar(&o.scenarios, "scenarios", []string{string(evidence.None), string(evidence.Reject), string(evidence.Accept)},
		"what each run does (`NAME,...`): none, reject, accept, gpc, withdraw, close with the question for consent; forms types into forms")
	f.IntVar(&o.pages, "pages", 0, "visit `N` further pages of the site; robots.txt is honoured")
	f.Int64Var(&o.seed, "seed", 1, "seed of the choice of further pages (`N`)")
	f.StringArrayVar(&o.do, "do", nil, "do something on the page (`ACTION`, repeatable): \"click SEL\", \"type SEL TEXT\", \"press KEY\", \"wait 500ms\", \"scroll\", \"reload\", \"goto URL\"")
	f.StringVar(&o.stepsFile, "steps", "", "read actions from a YAML `FILE`; ${NAME} stands for a variable of the environment")
	f.DurationVar(&o.timeout, "timeout", time.Minute, "budget of one run (`DURATION`)")
	f.BoolVar(&o.secondLook, "second-look", true, "before any choice, come back to the page with cookies deleted, to see what recognises the visitor still")
	f.StringVar(&o.device, "device", "", "visit as `desktop|mobile` (default desktop, mobile in an app)")
	f.StringSliceVar(&o.langs, "lang", nil, "languages of the visitor, the preferred first, and of the report (`nl,en`; default: the locale's)")
	f.StringVar(&o.userAgent, "user-agent", "", "user agent of the visitor (`STRING`; default: the browser's own), or an app whose in-app browser is compared with an ordinary one: "+strings.Join(appIDs(), ", "))
	f.StringVar(&o.thirdPartyCookies, "third-party-cookies", "allow", "`allow|block` cookies of third parties")
	f.StringVar(&o.chrome, "chrome", "", "browser to use (`PATH`; default: the first that is found)")
	f.StringVar(&o.mode, "browser-mode", browser.Headless, "`headless` is a whole browser; shell is faster, but another browser to the page")
	f.StringArrayVar(&o.flags, "chrome-flag", nil, "pass a `FLAG` to the browser (repeatable)")
	f.StringVar(&o.proxy, "proxy", "", "go through a proxy (`URL`)")
	f.StringVar(&o.hostRules, "host-rules", "", "send requests elsewhere, in Chrome's syntax: \"MAP *:80 127.0.0.1:8080\" (`RULES`)")
	f.StringVar(&o.dns, "dns", "", "DNS server to ask for aliases of hosts (`ADDR`; default: the system's)")
	f.BoolVar(&o.insecure, "insecure", false, "accept invalid TLS certificates; the report says so")
	f.StringVar(&o.vantage, "vantage", "", "where you are, as a `LABEL` for the report")
	f.StringArrayVar(&o.spki, "accept-key", nil, "accept certificates with this public key (base64 of its SHA-256)")
	cobraHide(f, "accept-key")
}

func cobraHide(f *pflag.FlagSet, name string) {
	if flag := f.Lookup(name); flag != nil {
		flag.Hidden = true
	}
}

// plan checks the flags. It does not look for a browser; the secrets are texts
// that must not be recorded.
func (o *visitOptions) plan(env config.Env) (p pipeline.Plan, secrets []string, err error) {
	if p.Scenarios, err = scenariosOf(o.scenarios); err != nil {
		return p, nil, err
	}
	if err := o.as(&p); err != nil {
		return p, nil, err
	}
	for _, choice := range []struct {
		flag, value string
		allowed     []string
	}{
		{"device", cmp.Or(o.device, "desktop"), []string{"desktop", "mobile"}},
		{"third-party-cookies", o.thirdPartyCookies, []string{"allow", "block"}},
		{"browser-mode", o.mode, []string{browser.Headless, browser.Shell}},
	} {
		if !slices.Contains(choice.allowed, choice.value) {
			return p, nil, wrongUse(fmt.Errorf("--%s %q is none of %s", choice.flag, choice.value, strings.Join(choice.allowed, ", ")))
		}
	}
	if o.pages < 0 || o.pages > maxPages {
		return p, nil, wrongUse(fmt.Errorf("--pages %d is not a number from 0 to %d", o.pages, maxPages))
	}
	if o.timeout < time.Second || o.timeout > time.Hour {
		return p, nil, wrongUse(fmt.Errorf("--timeout %v is not a time from 1s to 1h", o.timeout))
	}
	if _, err := hostrules.Parse(o.hostRules); err != nil {
		return p, nil, wrongUse(fmt.Errorf("--host-rules: %w", err))
	}
	if o.proxy != "" {
		if _, err := discover.ParseProxy(o.proxy); err != nil {
			return p, nil, wrongUse(fmt.Errorf("--proxy: %w", err))
		}
	}
	if o.dns != "" {
		if err := names.CheckServer(o.dns); err != nil {
			return p, nil, wrongUse(fmt.Errorf("--dns: %w", err))
		}
	}
	for _, flag := range o.flags {
		if !strings.HasPrefix(flag, "--") {
			return p, nil, wrongUse(fmt.Errorf("--chrome-flag %q does not begin with --", flag), "write it as --chrome-flag=--name=value")
		}
	}
	if p.Steps, secrets, err = o.steps(env); err != nil {
		return p, nil, wrongUse(err)
	}
	p.Pages, p.Seed, p.Timeout, p.Vantage = o.pages, o.seed, o.timeout, o.vantage
	p.Version, p.Papers, p.Return = versionText(), true, o.secondLook
	// A site's owner can ask.
	p.Agent = "spoor/" + versionText() + " (+" + reports.Homepage + ")"
	p.Browser = browser.Options{
		Mode: o.mode, BlockThirdPartyCookies: o.thirdPartyCookies == "block", Flags: o.flags,
		HostRules: o.hostRules, Insecure: o.insecure, SPKI: o.spki, Proxy: o.proxy,
		Langs: o.languages(env), Mobile: o.device == "mobile" || p.App != "",
	}
	return p, secrets, nil
}

// as says how the browser presents itself.
func (o *visitOptions) as(p *pipeline.Plan) error {
	app, isApp := browser.AppByID(o.userAgent)
	switch {
	case isApp && o.device == "desktop":
		return wrongUse(fmt.Errorf("--user-agent %s is an app for phones, and --device says desktop", app.ID))
	case isApp:
		p.App = app.ID
		return nil
	}
	// What is nearly an app's name is no user agent.
	if near := pipeline.Near(o.userAgent, appIDs()); near != "" && o.userAgent != "" && !strings.ContainsAny(o.userAgent, "/ ") {
		return wrongUse(fmt.Errorf("--user-agent: there is no app %q", o.userAgent), "did you mean "+near+" ?")
	}
	p.UserAgent = o.userAgent
	return nil
}

// appIDs lists the apps whose in-app browsers a visit can be made as.
func appIDs() []string {
	apps, err := browser.Apps()
	cobra.CheckErr(err) // It is part of the program.
	ids := make([]string, len(apps))
	for i := range apps {
		ids[i] = apps[i].ID
	}
	return ids
}

func scenariosOf(names []string) ([]evidence.Scenario, error) {
	var list []evidence.Scenario
	for _, name := range names {
		s := evidence.Scenario(name)
		switch {
		case !slices.Contains(evidence.Scenarios, s):
			return nil, wrongUse(fmt.Errorf("--scenarios: there is no scenario %q", name))
		case !slices.Contains(list, s):
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return nil, wrongUse(errors.New("--scenarios names none"))
	}
	return list, nil
}

// languages are those of the flag, or of the locale. English comes last, as in
// browsers.
func (o *visitOptions) languages(env config.Env) []string {
	if len(o.langs) > 0 {
		return o.langs
	}
	if l := env.Language(); l != "" && l != "en" {
		return []string{l, "en"}
	}
	return []string{"en"}
}

// steps reads --steps and then --do.
func (o *visitOptions) steps(env config.Env) (list []visit.Step, secrets []string, err error) {
	var read []steps.Step
	if o.stepsFile != "" {
		f, err := os.Open(o.stepsFile)
		if err != nil {
			return nil, nil, fmt.Errorf("--steps: %w", err)
		}
		defer f.Close() //nolint:errcheck // Nothing is written.
		if read, secrets, err = steps.Read(f, env); err != nil {
			return nil, nil, fmt.Errorf("--steps %s: %w", o.stepsFile, err)
		}
	}
	for _, text := range o.do {
		s, err := steps.Parse(text)
		if err != nil {
			return nil, nil, fmt.Errorf("--do: %w", err)
		}
		read = append(read, s)
	}
	for _, s := range read {
		list = append(list, visit.Step{Act: s.Act, Selector: s.Selector, Text: s.Text, Key: s.Key, URL: s.URL, Wait: s.Wait})
	}
	return list, secrets, nil
}

// findBrowser puts the browser into the plan.
func (o *visitOptions) findBrowser(env config.Env, p *pipeline.Plan) error {
	b, tried, err := find.Find(find.Options{Path: o.chrome, Mode: o.mode, Getenv: env.Get})
	switch {
	case err != nil && o.chrome != "" && len(tried) == 1:
		return hint(fmt.Errorf("cannot start the browser %s: %s", o.chrome, tried[0].Why), noBrowserHints(o)...)
	case err != nil:
		return hint(errors.New("cannot start a browser: none found"), noBrowserHints(o)...)
	}
	p.Browser.Path, p.Browser.Mode = b.Path, b.Mode
	return nil
}

func noBrowserHints(o *visitOptions) []string {
	first := "install Chrome or Chromium, or set --chrome PATH"
	switch {
	case o.chrome != "":
		first = "leave --chrome and SPOOR_CHROME out to have one looked for"
	case o.mode == browser.Shell:
		first = "install chromium-headless-shell, or leave --browser-mode out"
	}
	return []string{first, `"spoor doctor" shows where spoor looked`}
}

// browse is the visitor of the program.
var browse pipeline.Visitor = crawler.Visit
