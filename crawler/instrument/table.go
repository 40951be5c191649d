package instrument

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed probes.yaml
var probesYAML []byte

//go:embed probe.js
var probeJS string

// A Row is one watched browser API; probes.yaml explains its fields.
type Row struct {
	API    string            `yaml:"api"`
	Group  string            `yaml:"group"`
	Opens  map[string]string `yaml:"opens"`
	Static bool              `yaml:"static"`
	Object string            `yaml:"object"`
	Args   int               `yaml:"args"`
	Key    *int              `yaml:"key"`
	Clip   int               `yaml:"clip"`
	Result string            `yaml:"result"`
	Only   []string          `yaml:"only"`
	Texts  bool              `yaml:"texts"`
	Secure bool              `yaml:"secure"`
	Apart  bool              `yaml:"apart"`
	In     string            `yaml:"in"`
	Test   string            `yaml:"test"`
}

// In which realms a row is watched.
const (
	inWorker = "worker"
	inBoth   = "both"
)

// Watched reports whether the row is watched in documents, or in workers.
func (r *Row) Watched(worker bool) bool {
	return r.In == inBoth || (r.In == inWorker) == worker
}

// address splits an API's name into the object that owns it, the member, and
// its kind: m method or getter, s setter, c constructor, M static member. The
// script finds out by itself whether a member is a method or a getter.
func (r *Row) address() (owner, member, kind string) {
	if name, ok := strings.CutPrefix(r.API, "new "); ok {
		return "self", name, "c"
	}
	name, setter := strings.CutSuffix(r.API, "=")
	i := strings.LastIndexByte(name, '.')
	owner, member, kind = name[:i], name[i+1:], "m"
	if setter {
		kind = "s"
	}
	if r.Static {
		kind = "M"
	}
	return owner, member, kind
}

// A Table is the list of watched APIs.
type Table struct {
	Rows   []Row
	Digest string // SHA-256 of the table and the script, first 16 hex digits
}

// Load reads the table that spoor was built with.
func Load() (*Table, error) {
	t, err := parse(probesYAML)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append(slices.Clip(probesYAML), probeJS...))
	t.Digest = hex.EncodeToString(sum[:])[:16]
	return t, nil
}

func parse(data []byte) (*Table, error) {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	var t Table
	if err := d.Decode(&t.Rows); err != nil {
		return nil, fmt.Errorf("instrument: read probes.yaml: %w", err)
	}
	return &t, t.check()
}

// check finds rows that cannot work: unknown groups, doubles, missing tests.
func (t *Table) check() error {
	opened, seen := map[string]bool{}, map[string]bool{}
	for i := range t.Rows {
		r := &t.Rows[i]
		if !strings.Contains(r.API, ".") && !strings.HasPrefix(r.API, "new ") {
			return fmt.Errorf("instrument: probes.yaml: %q is no API name", r.API)
		}
		id := r.API + " " + r.In
		if seen[id] {
			return fmt.Errorf("instrument: probes.yaml: %s is listed twice", r.API)
		}
		seen[id] = true
		if r.Test == "" {
			return fmt.Errorf("instrument: probes.yaml: %s has no test", r.API)
		}
		for g := range r.Opens {
			opened[g] = true
		}
	}
	for i := range t.Rows {
		if g := t.Rows[i].Group; g != "" && !opened[g] {
			return fmt.Errorf("instrument: probes.yaml: no row opens the group %q of %s", g, t.Rows[i].API)
		}
	}
	return nil
}
