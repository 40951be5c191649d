package statements

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// newGoogle returns a reading that says nothing.
func newGoogle() *Google { return &Google{Types: map[string]string{}} }

// readGCS reads the parameter gcs, "G1" and a character for each type: "G100".
func (g *Google) readGCS(s string) error {
	t := theTables().google
	rest, ok := strings.CutPrefix(s, "G1")
	if !ok || len(rest) < len(t.GCS) {
		return fmt.Errorf("gcs: %q is not of the form G100", clip(s))
	}
	state := map[string]string{}
	for i, name := range t.GCS {
		value, ok := t.Digits[rest[i:i+1]]
		if !ok {
			return fmt.Errorf("gcs: %q at %d is none of 0, 1 and -", rest[i], i+3)
		}
		if value != Unset {
			state[name] = value
		}
	}
	g.GCS = s
	maps.Copy(g.Types, state)
	return nil
}

// readGCD reads the parameter gcd: the letters of the first consent types, with
// digits between them. What it says goes before what gcs says, for it tells
// more.
func (g *Google) readGCD(s string) error {
	t := theTables().google
	letters := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return -1
		}
		return c
	}, s)
	if s == "" || s[0] != '1' || len(letters) < len(t.GCD) {
		return fmt.Errorf("gcd: %q is not of the form 13l3l3l3l1", clip(s))
	}
	for i := range len(letters) {
		if c := letters[i] | 0x20; c < 'a' || c > 'z' {
			return fmt.Errorf("gcd: %q is not of the form 13l3l3l3l1", clip(s))
		}
	}
	g.GCD = s
	g.Letters, g.Default, g.Update = map[string]string{}, map[string]string{}, map[string]string{}
	for i, name := range t.GCD {
		letter := letters[i : i+1]
		g.Letters[name] = letter
		means, known := t.Letters[letter]
		if !known {
			continue // Google has letters that nobody has explained yet.
		}
		put(g.Default, name, means.Default)
		put(g.Update, name, means.Update)
		put(g.Types, name, means.Effective)
	}
	return nil
}

func put(m map[string]string, name, value string) {
	if value != "" {
		m[name] = value
	}
}

// A command is one entry of the data layer that speaks of consent.
type command struct {
	verb   string // default or update
	types  map[string]string
	region []string
	wait   int
}

// readCommand reads an entry of the data layer: a list, or the object that the
// arguments of a call become. It returns nil for entries about other things.
func readCommand(raw json.RawMessage) *command {
	var parts []json.RawMessage
	if json.Unmarshal(raw, &parts) != nil {
		var object map[string]json.RawMessage
		if json.Unmarshal(raw, &object) != nil {
			return nil
		}
		for i := range 3 {
			parts = append(parts, object[strconv.Itoa(i)])
		}
	}
	if len(parts) < 3 || text(parts[0]) != "consent" {
		return nil
	}
	c := &command{verb: text(parts[1]), types: map[string]string{}}
	var settings map[string]json.RawMessage
	if c.verb != "default" && c.verb != "update" || json.Unmarshal(parts[2], &settings) != nil {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		value := settings[key]
		switch key {
		case "region":
			c.region = regions(value)
		case "wait_for_update":
			if n, err := strconv.ParseFloat(strings.Trim(string(value), `"`), 64); err == nil && n > 0 && n < 1e9 {
				c.wait = int(n)
			}
		default:
			put(c.types, key, consentWord(value))
		}
	}
	return c
}

func regions(raw json.RawMessage) []string {
	var list []string
	if json.Unmarshal(raw, &list) != nil {
		if one := text(raw); one != "" {
			list = []string{one}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// consentWord reads a value that stands for consent: Google's words, or a truth
// value.
func consentWord(raw json.RawMessage) string {
	switch strings.ToLower(strings.Trim(strings.TrimSpace(string(raw)), `"`)) {
	case Granted, "true":
		return Granted
	case Denied, "false":
		return Denied
	}
	return Unset
}

// text returns a JSON string, or "".
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// fromLayer makes readings of the commands of a data layer, in order: one for
// what holds everywhere, and one for each set of regions with defaults of its
// own. Later commands go over earlier ones; updates go over all defaults.
func fromLayer(commands []command) []*Google {
	general := newGoogle()
	general.Default, general.Update = map[string]string{}, map[string]string{}
	said := false
	var regional []*Google
	for _, c := range commands {
		switch {
		case c.verb == "update":
			said = true
			maps.Copy(general.Update, c.types)
		case len(c.region) == 0:
			said = true
			maps.Copy(general.Default, c.types)
			general.Wait = max(general.Wait, c.wait)
		default:
			at := slices.IndexFunc(regional, func(g *Google) bool { return slices.Equal(g.Region, c.region) })
			if at < 0 {
				at = len(regional)
				regional = append(regional, &Google{Types: map[string]string{}, Default: map[string]string{}, Region: c.region})
			}
			maps.Copy(regional[at].Default, c.types)
			regional[at].Wait = max(regional[at].Wait, c.wait)
		}
	}
	list := regional
	if said {
		list = append([]*Google{general}, regional...)
	}
	for _, g := range list {
		g.Update = maps.Clone(general.Update)
		maps.Copy(g.Types, g.Default)
		maps.Copy(g.Types, g.Update)
	}
	return list
}

// fromEntries makes a reading of Google's own state: by type, what was default,
// what is an update, and what holds if neither was said.
func fromEntries(raw json.RawMessage) (*Google, error) {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(raw, &entries); err != nil {
		return nil, fmt.Errorf("entries: %w", err)
	}
	g := &Google{Types: map[string]string{}, Default: map[string]string{}, Update: map[string]string{}}
	for name, value := range entries {
		var entry struct {
			Default  json.RawMessage `json:"default"`
			Update   json.RawMessage `json:"update"`
			Implicit json.RawMessage `json:"implicit"`
		}
		if json.Unmarshal(value, &entry) != nil {
			continue
		}
		put(g.Default, name, consentWord(entry.Default))
		put(g.Update, name, consentWord(entry.Update))
		put(g.Types, name, consentWord(entry.Implicit))
	}
	maps.Copy(g.Types, g.Default)
	maps.Copy(g.Types, g.Update)
	return g, nil
}

// googleSignal is what the reader of Google's consent mode gives.
type googleSignal struct {
	DataLayer []json.RawMessage `json:"dataLayer"`
	Entries   json.RawMessage   `json:"entries"`
}

// A googlePart is one reading of a signal: the place it was read from and the
// part of the signal that it was made of.
type googlePart struct {
	source string
	raw    string
	google *Google
}

// readGoogleSignal reads what the page told Google.
func readGoogleSignal(raw json.RawMessage) ([]googlePart, error) {
	var signal googleSignal
	if err := json.Unmarshal(raw, &signal); err != nil {
		return nil, fmt.Errorf("consent mode: %w", err)
	}
	var commands []command
	var said []json.RawMessage
	for _, entry := range signal.DataLayer {
		if c := readCommand(entry); c != nil {
			commands = append(commands, *c)
			said = append(said, compact(entry))
		}
	}
	var parts []googlePart
	for _, g := range fromLayer(commands) {
		all, err := json.Marshal(said)
		if err != nil {
			return nil, fmt.Errorf("consent mode: %w", err)
		}
		parts = append(parts, googlePart{"dataLayer", string(all), g})
	}
	if len(bytes.TrimSpace(signal.Entries)) > 0 && string(signal.Entries) != "null" {
		g, err := fromEntries(signal.Entries)
		if err != nil {
			return parts, errors.Join(errors.New("consent mode"), err)
		}
		if len(g.Types) > 0 {
			parts = append(parts, googlePart{"google_tag_data", string(compact(signal.Entries)), g})
		}
	}
	return parts, nil
}

func compact(raw json.RawMessage) json.RawMessage {
	var out bytes.Buffer
	if json.Compact(&out, raw) != nil {
		return raw
	}
	return out.Bytes()
}

// googlePath reports whether a path is one of Google's hits.
func googlePath(path string) bool {
	return slices.ContainsFunc(theTables().google.Paths, func(p string) bool {
		start, end := strings.HasPrefix(p, "^"), strings.HasSuffix(p, "$")
		p = strings.Trim(p, "^$")
		switch {
		case start:
			return strings.HasPrefix(path, p)
		case end:
			return strings.HasSuffix(path, p)
		}
		return strings.Contains(path, p)
	})
}
