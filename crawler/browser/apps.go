package browser

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed apps.yaml
var appsYAML []byte

// An App is an app for a phone whose in-app browser a visit can be made as. What
// of it is imitated stands in apps.yaml.
type App struct {
	ID      string   `yaml:"id"`
	Name    string   `yaml:"name"`
	System  string   `yaml:"system"`
	Adds    string   `yaml:"adds"`
	Sources []string `yaml:"sources"`

	system system
}

// A system is what the in-app browsers of one system have in common.
type system struct {
	View     string   `yaml:"view"`
	Ordinary string   `yaml:"ordinary"`
	Hints    string   `yaml:"hints"`
	Platform string   `yaml:"platform"`
	Differs  []string `yaml:"differs"`
	Window   struct {
		Width  int     `yaml:"width"`
		Height int     `yaml:"height"`
		Scale  float64 `yaml:"scale"`
	} `yaml:"window"`
}

// An Agent is how a browser presents itself, where that is not its own way.
type Agent struct {
	UserAgent string
	Brand     string // among the brands of its client hints; "" sends no hints
	Platform  string // navigator.platform
	Window    Window
}

// Apps lists the apps, sorted by ID. It fails if the data are malformed.
func Apps() ([]App, error) {
	var file struct {
		Systems map[string]system `yaml:"systems"`
		Apps    []App             `yaml:"apps"`
	}
	if err := yaml.Unmarshal(appsYAML, &file); err != nil {
		return nil, fmt.Errorf("browser: read apps.yaml: %w", err)
	}
	for i := range file.Apps {
		a := &file.Apps[i]
		var ok bool
		if a.system, ok = file.Systems[a.System]; !ok {
			return nil, fmt.Errorf("browser: read apps.yaml: %q is for an unknown system %q", a.ID, a.System)
		}
	}
	slices.SortFunc(file.Apps, func(a, b App) int { return strings.Compare(a.ID, b.ID) })
	return file.Apps, nil
}

// AppByID returns the app of an ID.
func AppByID(id string) (App, bool) {
	apps, err := Apps()
	if err != nil {
		return App{}, false
	}
	i := slices.IndexFunc(apps, func(a App) bool { return a.ID == id })
	if i < 0 {
		return App{}, false
	}
	return apps[i], true
}

// Differs lists, as ids, what of the in-app browser is not imitated.
func (a *App) Differs() []string { return slices.Clone(a.system.Differs) }

// Agent is how the in-app browser presents itself with a version of the browser,
// for the visitor of the options.
func (a *App) Agent(o *Options, version string) Agent {
	lang := "en"
	if len(o.Langs) > 0 {
		lang, _, _ = strings.Cut(o.Langs[0], "-")
	}
	region := strings.ToUpper(lang)
	if lang == "en" {
		region = "US"
	}
	fill := strings.NewReplacer("{chrome}", version, "{lang}", lang, "{locale}", lang+"_"+region)
	return a.agent(fill.Replace(a.system.View+" "+a.Adds), a.system.Hints)
}

// Ordinary is how the ordinary browser of the same device presents itself.
func (a *App) Ordinary(o *Options, version string) Agent {
	if a.system.Ordinary != "" {
		return a.agent(a.system.Ordinary, "")
	}
	major, _, _ := strings.Cut(version, ".")
	mobile := *o
	mobile.Mobile = true
	return a.agent(mobile.UserAgent(major), o.Brand)
}

func (a *App) agent(userAgent, brand string) Agent {
	w := a.system.Window
	return Agent{UserAgent: userAgent, Brand: brand, Platform: a.system.Platform, Window: Window{w.Width, w.Height, w.Width, w.Height, w.Scale}}
}
