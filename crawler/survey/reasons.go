package survey

import (
	_ "embed"
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"
)

//go:embed reasons.yaml
var reasonsYAML []byte

// A reasonRow is one row of reasons.yaml.
type reasonRow struct {
	Reason  string        `yaml:"reason"`
	Tries   int           `yaml:"tries"`
	Wait    time.Duration `yaml:"wait"`
	Network bool          `yaml:"network"`
	Counts  *bool         `yaml:"counts"`
}

// reasons says which visits are made again.
type reasons map[string]reasonRow

func loadReasons() (reasons, error) {
	var list []reasonRow
	if err := yaml.Unmarshal(reasonsYAML, &list); err != nil {
		return nil, fmt.Errorf("survey: read reasons.yaml: %w", err)
	}
	table := reasons{}
	for _, r := range list {
		table[r.Reason] = r
	}
	return table, nil
}

// again reports whether a visit is made again after a try that was its number-th,
// and when.
func (t reasons) again(o Outcome, number int) (time.Duration, bool) {
	r, ok := t[o.Reason]
	if !ok || o.State != Failed && o.State != Partial || number >= r.Tries {
		return 0, false
	}
	wait := r.Wait
	for range number - 1 {
		wait *= 3
	}
	return wait, true
}

// counts reports whether a try counts as one of the site.
func (t reasons) counts(o Outcome) bool {
	r, ok := t[o.Reason]
	return !ok || o.State != Failed || r.Counts == nil || *r.Counts
}

// network reports whether a failure may be this machine's, without a network.
func (t reasons) network(o Outcome) bool { return o.State == Failed && t[o.Reason].Network }

// ranks orders states by how much they say of a site.
var ranks = map[State]int{Failed: 1, Excluded: 2, Partial: 3, Measured: 4}
