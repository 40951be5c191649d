package signatures

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// vendorSchema is the version of the vendor files that this code reads.
const vendorSchema = 1

// A vendor is one file of core/vendors.
type vendor struct {
	Schema     int         `yaml:"schema"`
	ID         string      `yaml:"id"`
	Name       string      `yaml:"name"`
	Company    string      `yaml:"company"`
	Country    string      `yaml:"country"`
	Categories []string    `yaml:"categories"`
	Homepage   string      `yaml:"homepage"`
	Sources    []string    `yaml:"sources"`
	Tracking   *bool       `yaml:"tracking"` // overrides the default of the main category
	Match      vendorMatch `yaml:"match"`
	Tests      vendorTests `yaml:"tests"`

	file string
}

// A vendorMatch says by what a vendor is recognised.
type vendorMatch struct {
	Domains   []string        `yaml:"domains"`
	Requests  []string        `yaml:"requests"`
	CNAMEs    []string        `yaml:"cnames"`
	Globals   []string        `yaml:"globals"`
	Cookies   []cookiePattern `yaml:"cookies"`
	Storage   []keyPattern    `yaml:"storage"`
	Libraries []string        `yaml:"libraries"`
}

// A cookiePattern names cookies of a vendor.
type cookiePattern struct {
	Name     string `yaml:"name"`
	Domain   string `yaml:"domain"` // of third-party cookies; "own": see onDomains; "" fits any domain
	Purpose  string `yaml:"purpose"`
	Category string `yaml:"category"`
	MaxAge   string `yaml:"max_age"` // "400d", "session"
}

// ownDomains, as the domain of a cookie, stands for each domain of its vendor.
const ownDomains = "own"

// onDomains lists the domains that a cookie of the vendor is set on; [""] is
// any domain.
func (v *vendor) onDomains(k cookiePattern) []string {
	if k.Domain == ownDomains {
		return v.Match.Domains
	}
	return []string{k.Domain}
}

// A keyPattern names keys of a vendor in web storage.
type keyPattern struct {
	Key      string `yaml:"key"`
	Purpose  string `yaml:"purpose"`
	Category string `yaml:"category"`
}

// vendorTests are the samples of a vendor file. The package's tests run them.
type vendorTests struct {
	Hit     []string `yaml:"hit"`
	Miss    []string `yaml:"miss"`
	Cookies []string `yaml:"cookies"`
}

// readVendors reads every vendor file under vendors/, sorted by file name. It
// reads on after a bad file, so that the error names every complaint, and returns the
// good ones beside the error.
func readVendors(core fs.FS) ([]*vendor, error) {
	names, err := fs.Glob(core, "vendors/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("signatures: list vendors: %w", err)
	}
	slices.Sort(names)
	vendors := make([]*vendor, len(names))
	errs := make([]error, len(names))
	each(len(names), func(i int) {
		data, err := fs.ReadFile(core, names[i])
		if err != nil {
			errs[i] = fmt.Errorf("signatures: read %s: %w", names[i], err)
			return
		}
		vendors[i], errs[i] = parseVendor(names[i], data)
	})
	good := slices.DeleteFunc(vendors, func(v *vendor) bool { return v == nil })
	return good, errors.Join(errs...)
}

// parseVendor reads one vendor file. Unknown keys are errors.
func parseVendor(file string, data []byte) (*vendor, error) {
	v := &vendor{file: file}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(v); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("signatures: %s:1: the file is empty", file)
		}
		return nil, fmt.Errorf("signatures: %s: %s", file, yamlComplaint(err))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("signatures: %s: one vendor a file: there is a second document", file)
	}
	return v, nil
}

// yamlComplaint puts a YAML error on one line and in words of the file.
func yamlComplaint(err error) string {
	msg := strings.TrimPrefix(err.Error(), "yaml: ")
	msg = strings.TrimPrefix(msg, "unmarshal errors:\n")
	var lines []string
	for line := range strings.SplitSeq(msg, "\n") {
		line = strings.TrimSpace(line)
		if before, _, ok := strings.Cut(line, " not found in type "); ok {
			line = before + " is not a key of a vendor file"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

// A problem is a complaint about a vendor file, with the keys that lead to the
// value it is about: ["match", "domains", "2"].
type problem struct {
	vendor *vendor
	keys   []string
	text   string
}

// problemErrors turns problems into errors that name file and line. It reads the files
// again, which only a failing load pays for.
func problemErrors(core fs.FS, problems []problem) error {
	nodes := map[string]*yaml.Node{}
	errs := make([]error, 0, len(problems))
	for _, p := range problems {
		root, ok := nodes[p.vendor.file]
		if !ok {
			root = new(yaml.Node)
			if data, err := fs.ReadFile(core, p.vendor.file); err == nil {
				// The file was read before; without lines the complaint still stands.
				_ = yaml.Unmarshal(data, root)
			}
			nodes[p.vendor.file] = root
		}
		errs = append(errs, fmt.Errorf("signatures: %s:%d: %s", p.vendor.file, lineOf(root, p.keys), p.text))
	}
	return errors.Join(errs...)
}

// lineOf walks keys down a YAML document and returns the line of the last one
// it finds.
func lineOf(n *yaml.Node, keys []string) int {
	if n.Kind == yaml.DocumentNode && len(n.Content) == 1 {
		n = n.Content[0]
	}
	line := max(n.Line, 1)
	for _, key := range keys {
		next := child(n, key)
		if next == nil {
			return line
		}
		n, line = next, next.Line
	}
	return line
}

// child returns the value of a key of a mapping, or the key-th item of a list.
func child(n *yaml.Node, key string) *yaml.Node {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return n.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			if fmt.Sprint(i) == key {
				return item
			}
		}
	}
	return nil
}

// wantID is the id that a vendor file must carry.
func wantID(file string) string { return strings.TrimSuffix(path.Base(file), ".yaml") }
