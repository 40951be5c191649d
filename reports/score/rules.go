package score

import (
	"bytes"
	"cmp"
	_ "embed" // the rules
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/spoor-audit/spoor/detectors"
)

//go:embed rules.yaml
var rulesYAML []byte

// rules is rules.yaml; each key is explained there.
type rules struct {
	Version    string                         `yaml:"version"`
	Caps       map[string]float64             `yaml:"caps"`
	Severities map[detectors.Severity]float64 `yaml:"severities"`
	Verdicts   map[Outcome]float64            `yaml:"verdicts"`
	Certainty  []step                         `yaml:"certainty"`
	Certain    float64                        `yaml:"certain"`
	Spread     struct {
		Base float64 `yaml:"base"`
		Rest float64 `yaml:"rest"`
		Full int     `yaml:"full"`
	} `yaml:"spread"`
	Ceilings    ceilings    `yaml:"ceilings"`
	Dominance   []dominance `yaml:"dominance"`
	PolicyWords int         `yaml:"policy-words"`
	NoNeed      struct {
		Check         string   `yaml:"check"`
		Reason        string   `yaml:"reason"`
		Groups        []string `yaml:"groups"`
		LiftedBy      []string `yaml:"lifted-by"`
		UnlessUnknown []string `yaml:"unless-unknown"`
	} `yaml:"nothing-needs-consent"`
	Grades []struct {
		Grade string `yaml:"grade"`
		From  int    `yaml:"from"`
	} `yaml:"grades"`
	Interval struct {
		Width       int `yaml:"width"`
		AtMostBelow int `yaml:"at-most-below"`
	} `yaml:"interval"`
	LeftOut struct {
		Reasons   []string          `yaml:"reasons"`
		Scenarios map[string]string `yaml:"scenarios"`
	} `yaml:"left-out"`
	Exposure exposureRules `yaml:"exposure"`
	Limits   []string      `yaml:"limits"`
}

// A step says what a certainty of at least From counts as.
type step struct {
	From   float64 `yaml:"from"`
	Factor float64 `yaml:"factor"`
}

type ceilings struct {
	High     int      `yaml:"high"`
	Critical int      `yaml:"critical"`
	Several  int      `yaml:"several"`
	Except   []string `yaml:"except"`
	Full     []string `yaml:"full"`
}

// A dominance is one rule that says what follows from a failure elsewhere.
type dominance struct {
	Code          string   `yaml:"code"`
	When          []string `yaml:"when"`
	Organisations int      `yaml:"organisations"`
	Unless        string   `yaml:"unless"`
	Charges       []string `yaml:"charges"`
	Adds          []added  `yaml:"adds"`
}

type added struct {
	Check    string             `yaml:"check"`
	Group    string             `yaml:"group"`
	Severity detectors.Severity `yaml:"severity"`
}

type exposureRules struct {
	Contact       float64 `yaml:"contact"`
	AnalyticsID   float64 `yaml:"analytics-id"`
	AdvertisingID float64 `yaml:"advertising-id"`
	FirstPartyID  float64 `yaml:"first-party-id"`
	SyncPartner   float64 `yaml:"sync-partner"`
	SyncPartners  int     `yaml:"sync-partners"`
	Fingerprint   float64 `yaml:"fingerprinting"`
	Replay        float64 `yaml:"replay"`
	FormData      float64 `yaml:"form-data"`
	Half          float64 `yaml:"half"`
	Bands         []struct {
		Band string `yaml:"band"`
		From int    `yaml:"from"`
	} `yaml:"bands"`
	Signs       []sign   `yaml:"signs"`
	Advertising []string `yaml:"advertising"`
	Harmless    []string `yaml:"harmless"`
}

// policySeen is the one word that "unless" may be.
const policySeen = "policy-seen"

// theRules reads the embedded rules once. They are part of the program, so a
// mistake in them is a mistake of the programmer; the tests find it.
var theRules = sync.OnceValue(func() *rules {
	r, err := readRules(rulesYAML)
	if err != nil {
		panic(err)
	}
	return r
})

func readRules(data []byte) (*rules, error) {
	var r rules
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&r); err != nil {
		return nil, fmt.Errorf("score: read rules: %w", err)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("score: rules: %w", err)
	}
	return &r, nil
}

// check reports contradictions that would make scores wrong without a sign.
func (r *rules) check() error {
	return errors.Join(append(r.checkWeights(), r.checkNames()...)...)
}

func (r *rules) checkWeights() []error {
	var errs []error
	sum := 0.0
	for _, points := range r.Caps {
		sum += points
	}
	if sum != 100 {
		errs = append(errs, fmt.Errorf("caps add up to %g, want 100", sum))
	}
	for severity, weight := range r.Severities {
		if weight < 0 || weight >= 1 {
			errs = append(errs, fmt.Errorf("severity %q weighs %g, want 0 to below 1", severity, weight))
		}
	}
	if !slices.IsSortedFunc(r.Certainty, func(a, b step) int { return cmp.Compare(b.From, a.From) }) || len(r.Certainty) == 0 {
		errs = append(errs, errors.New("certainty must be listed, heaviest first"))
	}
	if r.Version == "" || len(r.Grades) == 0 || len(r.Exposure.Bands) == 0 || r.Exposure.Half <= 0 || r.Spread.Full < 1 {
		errs = append(errs, errors.New("version, grades, bands, half and spread must be given"))
	}
	return errs
}

func (r *rules) checkNames() []error {
	var errs []error
	groups := func(where string, lists ...[]string) {
		for _, g := range slices.Concat(lists...) {
			if _, ok := r.Caps[g]; !ok {
				errs = append(errs, fmt.Errorf("%s: no group %q", where, g))
			}
		}
	}
	groups("ceilings", r.Ceilings.Except, r.Ceilings.Full)
	groups("nothing-needs-consent", r.NoNeed.Groups, r.NoNeed.LiftedBy, r.NoNeed.UnlessUnknown)
	for _, d := range r.Dominance {
		groups(d.Code, d.Charges)
		if d.Unless != "" && d.Unless != policySeen {
			errs = append(errs, fmt.Errorf("%s: unless %q", d.Code, d.Unless))
		}
		for _, a := range d.Adds {
			groups(d.Code, []string{a.Group})
		}
	}
	for _, s := range r.Exposure.Signs {
		if !slices.Contains(acts, s.Says) {
			errs = append(errs, fmt.Errorf("sign %s: says %q", s.Finding, s.Says))
		}
	}
	return errs
}

// matches reports whether an ID fits a pattern: itself, or all that begins like
// it where it ends in *.
func matches(pattern, id string) bool {
	if start, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(id, start)
	}
	return pattern == id
}

func matchesAny(patterns []string, id string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, id) })
}

// Version is the number of the rules. Scores of different versions do not
// compare.
func Version() string { return theRules().Version }
