package discover

import (
	"bytes"
	_ "embed"
	"fmt"
	"net"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

//go:embed skip.yaml
var skipYAML []byte

type skipTable struct {
	TrackingParameters []string `yaml:"tracking-parameters"`
	Extensions         []string `yaml:"extensions"`
	Acts               []string `yaml:"acts"`
}

// skips reads the embedded table. A test reads it too, so that an error cannot
// reach a user.
var skips = sync.OnceValue(func() skipTable {
	table, err := readSkips(skipYAML)
	if err != nil {
		panic(err)
	}
	return table
})

func readSkips(text []byte) (skipTable, error) {
	var table skipTable
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&table); err != nil {
		return table, fmt.Errorf("discover: skip.yaml: %w", err)
	}
	return table, nil
}

// maxAddress is the longest address that is taken up, in bytes.
const maxAddress = 2000

// resolve completes a link and writes it in one way: no fragment, no user, no
// default port, no tracking parameters, host in lower case and ASCII.
func resolve(base *url.URL, link string) (*url.URL, bool) {
	link = strings.TrimSpace(link)
	if link == "" || len(link) > maxAddress {
		return nil, false
	}
	ref, err := url.Parse(link)
	if err != nil {
		return nil, false
	}
	u := base.ResolveReference(ref)
	if u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" {
		return nil, false
	}
	host, ok := cleanHost(u)
	if !ok {
		return nil, false
	}
	clean := &url.URL{Scheme: u.Scheme, Host: host, Path: u.Path, RawPath: u.RawPath, RawQuery: cleanQuery(u.RawQuery)}
	if clean.Path == "" {
		clean.Path = "/"
	}
	return clean, true
}

// cleanHost returns host and port as they stand in a normalised address.
func cleanHost(u *url.URL) (string, bool) {
	host, port := strings.TrimSuffix(u.Hostname(), "."), u.Port()
	if net.ParseIP(host) == nil {
		var err error
		if host, err = idna.Lookup.ToASCII(strings.ToLower(host)); err != nil || host == "" {
			return "", false
		}
	}
	if u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		port = ""
	}
	switch {
	case port != "":
		return net.JoinHostPort(host, port), true
	case strings.Contains(host, ":"):
		return "[" + host + "]", true
	}
	return host, true
}

// cleanQuery leaves out tracking parameters and keeps the order of the others.
func cleanQuery(query string) string {
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if pair != "" && !isTracking(name) {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}

func isTracking(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(skips().TrackingParameters, func(pattern string) bool {
		if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
			return strings.HasPrefix(name, prefix)
		}
		return name == pattern
	})
}

// keyOf returns what is equal for addresses of the same page.
func keyOf(u *url.URL) string {
	host, _ := cleanHost(u)
	pairs := strings.Split(cleanQuery(u.RawQuery), "&")
	slices.Sort(pairs)
	return strings.TrimPrefix(host, "www.") + strings.TrimRight(u.EscapedPath(), "/") + "?" + strings.Join(pairs, "&")
}

// SiteOf returns the registrable domain of an address; of an IP address or a
// host of a single label, host and port, since other ports are other services.
func SiteOf(u *url.URL) string {
	host, _ := cleanHost(u)
	name := (&url.URL{Host: host}).Hostname()
	if net.ParseIP(name) != nil {
		return host
	}
	site, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		return host
	}
	return site
}

// isPage reports whether an address looks like a page that can be opened
// without doing anything.
func isPage(u *url.URL) bool {
	t := skips()
	if ending := strings.TrimPrefix(strings.ToLower(path.Ext(u.Path)), "."); slices.Contains(t.Extensions, ending) {
		return false
	}
	for part := range strings.SplitSeq(u.Path, "/") {
		if isAct(strings.TrimSuffix(part, path.Ext(part))) {
			return false
		}
	}
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		if name, value, _ := strings.Cut(pair, "="); isAct(name) || isAct(value) {
			return false
		}
	}
	return true
}

var bareWord = strings.NewReplacer("-", "", "_", "", "+", "", " ", "", "%20", "")

func isAct(word string) bool {
	return slices.Contains(skips().Acts, bareWord.Replace(strings.ToLower(word)))
}
