package typing

import (
	"crypto/md5"  //nolint:gosec // Known hashes are compared, nothing rests on their strength.
	"crypto/sha1" //nolint:gosec // See above.
	"crypto/sha256"
	_ "embed" // the table
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/spoor-audit/spoor/detectors/datafile"
	"github.com/spoor-audit/spoor/detectors/values"
)

//go:embed hashed.yaml
var hashedYAML []byte

// A receiver is a row of hashed.yaml: what parameters of requests to some hosts hold.
type receiver struct {
	Hosts  []string          `yaml:"hosts"`
	Path   string            `yaml:"path"`
	With   map[string]string `yaml:"with"`
	As     string            `yaml:"as"`
	Names  map[string]string `yaml:"names"`
	Source string            `yaml:"source"`
}

// A bundle is a parameter that holds several hashes.
type bundle struct {
	Names  []string          `yaml:"names"`
	Parts  map[string]string `yaml:"parts"`
	Source string            `yaml:"source"`

	parts []bundlePart // sorted by what they hold
}

type bundlePart struct {
	what string
	find *regexp.Regexp
}

// The hashed hold what is known of parameters with identifiers; see the head of
// hashed.yaml.
type hashed struct {
	names     map[string]string // generic name -> what
	receivers []receiver
	bundles   []bundle
	sources   struct {
		Names  []string `yaml:"names"`
		Values []string `yaml:"values"`
		Source string   `yaml:"source"`
	}
	nothing map[string]bool // texts and their hashes
}

// theHashed reads the embedded table once, as every table is.
var theHashed = sync.OnceValue(func() *hashed {
	h, err := readHashed(hashedYAML)
	if err != nil {
		panic(err)
	}
	return h
})

func readHashed(data []byte) (*hashed, error) {
	var file struct {
		Names   map[string][]string `yaml:"names"`
		Known   []receiver          `yaml:"known"`
		Values  []bundle            `yaml:"values"`
		Sources struct {
			Names  []string `yaml:"names"`
			Values []string `yaml:"values"`
			Source string   `yaml:"source"`
		} `yaml:"sources"`
		Nothing []string `yaml:"nothing"`
	}
	if err := datafile.Read("hashed.yaml", data, &file); err != nil {
		return nil, err
	}
	h := &hashed{names: map[string]string{}, receivers: file.Known, bundles: file.Values, sources: file.Sources, nothing: map[string]bool{}}
	for what, names := range file.Names {
		for _, n := range names {
			if other, ok := h.names[n]; ok && other != what {
				return nil, fmt.Errorf("detectors: hashed.yaml: %q is %s and %s", n, other, what)
			}
			h.names[n] = what
		}
	}
	for _, r := range h.receivers {
		if len(r.Hosts) == 0 || r.Path == "" || len(r.Names) == 0 || r.Source == "" {
			return nil, fmt.Errorf("detectors: hashed.yaml: the row of %v is not complete", r.Hosts)
		}
	}
	for i := range h.bundles {
		b := &h.bundles[i]
		for _, what := range slices.Sorted(maps.Keys(b.Parts)) {
			re, err := regexp.Compile(b.Parts[what])
			if err != nil {
				return nil, fmt.Errorf("detectors: hashed.yaml: %s: %w", what, err)
			}
			if re.NumSubexp() != 1 {
				return nil, errors.New("detectors: hashed.yaml: the expression for " + what + " must have one group")
			}
			b.parts = append(b.parts, bundlePart{what, re})
		}
	}
	for _, text := range file.Nothing {
		h.nothing[text] = true
		a, b, c := md5.Sum([]byte(text)), sha1.Sum([]byte(text)), sha256.Sum256([]byte(text)) //nolint:gosec // See above.
		for _, sum := range [][]byte{a[:], b[:], c[:]} {
			h.nothing[hex.EncodeToString(sum)] = true
			h.nothing[base64.RawURLEncoding.EncodeToString(sum)] = true
			h.nothing[base64.RawStdEncoding.EncodeToString(sum)] = true
		}
	}
	return h, nil
}

// hashLengths names hashes by their number of hexadecimal digits.
var hashLengths = map[int]string{32: "md5", 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}

// length64 is the number of characters of a SHA-256 in base64, without padding.
const length64 = 43

// hashIn returns the first hash in a value, and which it seems to be. A value may
// be a list.
func (h *hashed) hashIn(value string) (hash, name string) {
	for word := range strings.FieldsFuncSeq(value, func(c rune) bool { return c == ',' || c == '|' || c == ';' || c == ' ' }) {
		word = strings.TrimRight(word, "=")
		if h.nothing[strings.ToLower(word)] || h.nothing[word] || tooEven(word) {
			continue
		}
		if name := hashLengths[len(word)]; name != "" && strings.Trim(strings.ToLower(word), "0123456789abcdef") == "" {
			return word, name
		}
		if len(word) == length64 && mixed64(word) {
			return word, "sha256"
		}
	}
	return "", ""
}

// minDifferent is how many different characters a hash has at least. Of 32 random
// hexadecimal digits, fewer than one in ten million have only seven.
const minDifferent = 8

func tooEven(word string) bool {
	seen := map[byte]bool{}
	for i := range len(word) {
		seen[word[i]] = true
	}
	return len(seen) < minDifferent
}

// mixed64 reports whether a word is base64 with letters of both cases and digits, as
// 32 random bytes have in nearly all cases.
func mixed64(word string) bool {
	const small, capitals, digits = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	return strings.Trim(word, small+capitals+digits+"+/-_") == "" && strings.ContainsAny(word, small) && strings.ContainsAny(word, capitals) &&
		strings.ContainsAny(word, digits)
}

// A claim is a parameter that holds an identifier.
type claim struct {
	what, name, form string
	known            bool // the receiver's documentation says so
}

// claims reads the parameters of a request.
func (h *hashed) claims(host, path string, third bool, parts []values.Part) []claim {
	var out []claim
	leaves := values.Leaves(parts)
	rows := slices.DeleteFunc(h.rowsOf(host, path), func(r *receiver) bool { return !r.meets(leaves) })
	for _, p := range leaves {
		if p.Where == "header" || p.Where == "host" || p.Where == "path" || p.Name == "" {
			continue
		}
		name := unmarked(p.Name)
		if c, ok := h.bundled(name, p.Text); len(c) > 0 {
			out = append(out, c...)
			if ok {
				continue
			}
		}
		if slices.Contains(h.sources.Names, lastWords(name, 2)) && slices.Contains(h.sources.Values, strings.ToLower(p.Text)) {
			out = append(out, claim{"email", p.Text, "identifier of " + strings.ToLower(p.Text), true})
			continue
		}
		if c, ok := h.read(rows, name, p.Text, third); ok {
			out = append(out, c)
		}
	}
	return out
}

// meets reports whether a request has the parameters that a row goes with.
func (r *receiver) meets(leaves []values.Part) bool {
	for name, want := range r.With {
		if !slices.ContainsFunc(leaves, func(p values.Part) bool { return unmarked(p.Name) == name && p.Text == want }) {
			return false
		}
	}
	return true
}

// unmarked takes the marks of encodings off the name of a leaf.
func unmarked(name string) string {
	for {
		before, after, ok := strings.Cut(name, "~")
		if !ok {
			return name
		}
		_, rest, more := strings.Cut(after, ".")
		if name = before; more {
			name += "." + rest
		}
	}
}

// read reads one parameter by the rows of its receiver, or by its name.
func (h *hashed) read(rows []*receiver, name, text string, third bool) (claim, bool) {
	hash, form := h.hashIn(text)
	for _, r := range rows {
		what, ok := r.Names[name]
		switch {
		case !ok:
		case hash != "":
			return claim{what, name, form, true}, true
		case r.As == "plain" && !h.nothing[strings.ToLower(strings.TrimSpace(text))]:
			return claim{what, name, "plain", true}, true
		}
	}
	short := strings.ToLower(innermost(name))
	what, ok := h.names[short]
	if !ok || !third || hash == "" || len(short) <= 2 && form != "sha256" {
		return claim{}, false
	}
	return claim{what, name, form, false}, true
}

func (h *hashed) bundled(name, text string) (out []claim, ok bool) {
	for i := range h.bundles {
		b := &h.bundles[i]
		if !slices.Contains(b.Names, innermost(name)) {
			continue
		}
		for _, p := range b.parts {
			if m := p.find.FindStringSubmatch(text); m != nil && !h.nothing[m[1]] {
				out = append(out, claim{p.what, name, "sha256", true})
			}
		}
	}
	return out, len(out) > 0
}

// rowsOf returns the rows of a receiver.
func (h *hashed) rowsOf(host, path string) []*receiver {
	var out []*receiver
	for i := range h.receivers {
		r := &h.receivers[i]
		if strings.Contains(path, r.Path) && slices.ContainsFunc(r.Hosts, func(x string) bool { return host == x || strings.HasSuffix(host, "."+x) }) {
			out = append(out, r)
		}
	}
	return out
}

// innermost returns the last part of a name: em of user.em and of user_data[em].
func innermost(name string) string {
	if inner, ok := strings.CutSuffix(name, "]"); ok {
		if i := strings.LastIndexByte(inner, '['); i >= 0 && i+1 < len(inner) {
			return inner[i+1:]
		}
	}
	return lastWords(name, 1)
}

// lastWords returns the last n parts of a path of names.
func lastWords(name string, n int) string {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' {
			if n--; n == 0 {
				return name[i+1:]
			}
		}
	}
	return name
}
