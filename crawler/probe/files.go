package probe

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/temoto/robotstxt"

	"github.com/spoor-audit/spoor/crawler/discover"
)

const (
	maxSitemaps = 100
	maxWord     = 300 // characters of a value that is kept
	maxSystems  = 20000
)

// readRobots reads robots.txt for an agent and the path of its page.
func readRobots(body []byte, agent, path string) (Robots, *robotstxt.RobotsData) {
	r := Robots{State: Present, Sitemaps: []string{}}
	if looksLikeHTML(body) {
		r.State = Malformed
	}
	data, err := discover.ReadRobots(body)
	if err != nil {
		r.State = Malformed
		return r, nil
	}
	for _, s := range data.Sitemaps {
		if len(r.Sitemaps) < maxSitemaps {
			r.Sitemaps = append(r.Sitemaps, cutTo(s, maxWord))
		}
	}
	// A path that no rule names is as good as any.
	r.DisallowsAll = !data.TestAgent("/", agent) && !data.TestAgent(path, agent) && !data.TestAgent("/spoor-of-nothing/", agent)
	return r, data
}

// readGPC reads /.well-known/gpc.json. A member of another kind than the
// specification says counts as not there; a file without "gpc" says nothing.
func readGPC(body []byte) GPC {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(bytes.TrimPrefix(body, []byte("\ufeff")), &members); err != nil {
		return GPC{State: Malformed}
	}
	g := GPC{State: Present}
	var value bool
	switch raw := members["gpc"]; {
	case raw == nil || string(raw) == "null" || json.Unmarshal(raw, &value) != nil:
		g.State = Malformed
	default:
		g.Value = &value
	}
	var update string
	if json.Unmarshal(members["lastUpdate"], &update) == nil {
		g.LastUpdate = cutTo(update, maxWord)
	}
	return g
}

// readAds reads ads.txt. A line is "domain, account, DIRECT|RESELLER[, authority]"
// or "NAME=value"; both may be followed by "#" and a comment, or by ";" and
// extensions (ads.txt 1.1, 3.4).
func readAds(body []byte) Ads {
	a := Ads{State: Present}
	if looksLikeHTML(body) {
		a.State = Malformed
		return a
	}
	systems := map[string]bool{}
	named := false
	for line := range strings.FieldsFuncSeq(strings.TrimPrefix(string(body), "\ufeff"), func(r rune) bool { return r == '\n' || r == '\r' }) {
		line, _, _ = strings.Cut(line, "#")
		line, _, _ = strings.Cut(line, ";")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if a.record(line, systems) {
			continue
		}
		if a.variable(line) {
			named = true
			continue
		}
		a.Errors++
	}
	a.Systems = len(systems)
	// An empty file is valid, and says that nobody may sell.
	if a.Direct+a.Reseller == 0 && !named && a.Errors > 0 {
		return Ads{State: Malformed}
	}
	return a
}

// record takes a line that names who may sell.
func (a *Ads) record(line string, systems map[string]bool) bool {
	fields := strings.Split(line, ",")
	if len(fields) < 3 {
		return false
	}
	system, account := strings.ToLower(strings.TrimSpace(fields[0])), strings.TrimSpace(fields[1])
	if !isDomain(system) || account == "" {
		return false
	}
	switch relation := strings.TrimSpace(fields[2]); {
	case strings.EqualFold(relation, "direct"):
		a.Direct++
	case strings.EqualFold(relation, "reseller"):
		a.Reseller++
	default:
		return false
	}
	if len(systems) < maxSystems {
		systems[system] = true
	}
	return true
}

// variable takes a line that says something of the site.
func (a *Ads) variable(line string) bool {
	name, value, ok := strings.Cut(line, "=")
	if !ok {
		return false
	}
	value = strings.TrimSpace(value)
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "ownerdomain":
		if value = strings.ToLower(value); !isDomain(value) {
			return false
		}
		if a.Owner == "" {
			a.Owner = value
		}
	case "managerdomain":
		value, _, _ = strings.Cut(strings.ToLower(value), ",") // The country that it is for follows.
		if value = strings.TrimSpace(value); !isDomain(value) {
			return false
		}
		if a.Manager == "" {
			a.Manager = value
		}
	case "contact", "subdomain", "inventorypartnerdomain":
		return value != ""
	default:
		return false
	}
	return true
}

// isDomain reports whether a word may be the name of a domain.
func isDomain(s string) bool {
	return len(s) <= 253 && strings.Contains(strings.Trim(s, "."), ".") && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && r != '.' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && r < utf8.RuneSelf
	})
}

// looksLikeHTML reports whether a page answers where a file of lines should.
func looksLikeHTML(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff"))), []byte("<"))
}

// cutTo keeps the beginning of a text.
func cutTo(s string, characters int) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	n := 0
	for i := range s {
		if n == characters {
			return s[:i]
		}
		n++
	}
	return s
}
