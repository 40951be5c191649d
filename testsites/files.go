package testsites

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A rule changes how one file of a site is served. It stands in the site's
// serve.yaml under the path inside the folder; the path need not exist as a file
// if the rule says what to send.
type rule struct {
	Status   int      `yaml:"status"`
	Headers  []string `yaml:"headers"`  // "Name: value"; {id} becomes 32 random hex digits, and stays what it is in a cookie
	Redirect string   `yaml:"redirect"` // Location; 302 if no status is given; {id} is that of the headers, {query} that of the request
	File     string   `yaml:"file"`     // another file to send, relative to the folder
	Body     *string  `yaml:"body"`     // what to send instead of a file; {n} is how often it was asked for, from 1
	DelayMS  int      `yaml:"delay_ms"` // wait before the answer
	// Without makes the rule one for visitors who lack the named cookie.
	Without string `yaml:"without_cookie"`
	// Agents makes the rule one for browsers whose user agent holds one of these.
	Agents []string `yaml:"for_agents"`
}

// readRules collects the rules of all folders by path inside sites/.
func readRules() (map[string]rule, error) {
	rules := map[string]rule{}
	err := fs.WalkDir(embedded, "sites", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "serve.yaml" {
			return err
		}
		data, err := fs.ReadFile(embedded, p)
		if err != nil {
			return err
		}
		folder := strings.TrimPrefix(path.Dir(p), "sites/")
		own, err := parseRules(data)
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		for file, r := range own {
			if r.File != "" {
				r.File = path.Join(folder, r.File)
			}
			rules[path.Join(folder, file)] = r
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("testsites: read serving rules: %w", err)
	}
	return rules, nil
}

func parseRules(data []byte) (map[string]rule, error) {
	var own map[string]rule
	if err := decodeStrict(data, &own); err != nil {
		return nil, err
	}
	for file, r := range own {
		if r.Status != 0 && (r.Status < 200 || r.Status > 599) {
			return nil, fmt.Errorf("%q: status %d is not between 200 and 599", file, r.Status)
		}
		for _, h := range r.Headers {
			if name, _, ok := strings.Cut(h, ":"); !ok || name == "" {
				return nil, fmt.Errorf("%q: header %q has no name", file, h)
			}
		}
	}
	return own, nil
}

// resolve turns host and URL path into a path inside sites/, by the rules of
// the package paragraph.
func (s *Server) resolve(host, urlPath string) string {
	root := "index.html"
	folder := ""
	if name, ok := strings.CutSuffix(host, ".test"); ok {
		name = name[strings.LastIndex(name, ".")+1:]
		if s.sites[name] {
			folder = name
		} else if twin, ok := strings.CutSuffix(name, "-clean"); ok && s.sites[twin] {
			folder, root = twin, "clean.html"
		}
	}
	if folder == "" {
		vendor := "_vendors/" + host
		if info, err := fs.Stat(embedded, "sites/"+vendor); err == nil && info.IsDir() {
			folder = vendor
		}
	}
	p := strings.TrimPrefix(path.Clean("/"+urlPath), "/")
	if strings.HasSuffix(urlPath, "/") {
		p = path.Join(p, root)
	}
	if strings.HasPrefix(p, "_shared/") {
		return p
	}
	return path.Join(folder, p)
}

// serveFile answers from the folder of a site, changed by its serve.yaml.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request, host string) {
	p := s.resolve(host, r.URL.Path)
	how, ruled := s.rule(r, p)
	if how.DelayMS > 0 && !sleep(r, time.Duration(how.DelayMS)*time.Millisecond) {
		return
	}
	file := p
	if how.File != "" {
		file = how.File
	}
	var body []byte
	switch {
	case how.Body != nil:
		body = []byte(s.numbered(p, *how.Body))
	case how.Redirect != "":
		if how.Status == 0 {
			how.Status = http.StatusFound
		}
	default:
		var err error
		body, err = readPublic(file)
		bodyless := ruled && how.File == "" && how.Status != 0
		if err != nil && !bodyless {
			http.NotFound(w, r)
			return
		}
	}
	w.Header().Set("Content-Type", contentType(file))
	visitor := "" // the {id} of the first header that has one
	for _, h := range how.Headers {
		name, value, _ := strings.Cut(h, ":")
		if strings.Contains(value, "{id}") {
			id := visitorID(r, value)
			value, visitor = strings.ReplaceAll(value, "{id}", id), cmp.Or(visitor, id)
		}
		value = strings.TrimSpace(value)
		if strings.EqualFold(name, "Content-Type") {
			w.Header().Set(name, value)
		} else {
			w.Header().Add(name, value)
		}
	}
	if how.Redirect != "" && how.Body == nil {
		w.Header().Set("Location", strings.NewReplacer("{id}", visitor, "{query}", r.URL.RawQuery).Replace(how.Redirect))
	}
	if how.Status == 0 {
		how.Status = http.StatusOK
	}
	w.WriteHeader(how.Status)
	if how.Status != http.StatusNoContent {
		_, _ = w.Write(body)
	}
}

// numbered puts into a body how often its path was asked for.
func (s *Server) numbered(p, body string) string {
	if !strings.Contains(body, "{n}") {
		return body
	}
	s.askedMu.Lock()
	defer s.askedMu.Unlock()
	s.asked[p]++
	return strings.ReplaceAll(body, "{n}", strconv.Itoa(s.asked[p]))
}

// rule gives the rule for a path, if there is one for this visitor.
func (s *Server) rule(r *http.Request, p string) (rule, bool) {
	how, ok := s.rules[p]
	if ok && how.Without != "" {
		if _, err := r.Cookie(how.Without); err == nil {
			return rule{}, false
		}
	}
	if ok && len(how.Agents) > 0 && !slices.ContainsFunc(how.Agents, func(part string) bool { return strings.Contains(r.UserAgent(), part) }) {
		return rule{}, false
	}
	return how, ok
}

// ruled reports whether a rule says what to send instead of a page.
func (s *Server) ruled(r *http.Request, host string) bool {
	how, ok := s.rule(r, s.resolve(host, r.URL.Path))
	return ok && (how.Body != nil || how.Redirect != "" || how.File != "")
}

// errPrivate keeps the files about a site out of the site.
var errPrivate = errors.New("not part of the site")

func readPublic(file string) ([]byte, error) {
	if strings.HasSuffix(file, ".yaml") || strings.HasSuffix(file, ".tmpl") {
		return nil, errPrivate
	}
	return fs.ReadFile(embedded, "sites/"+file)
}

// sleep waits, and reports false if the client left before.
func sleep(r *http.Request, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-r.Context().Done():
		return false
	}
}

// visitorID is what the {id} of a header stands for: new random digits, or those
// that the visitor already has where the header sets a cookie.
func visitorID(r *http.Request, header string) string {
	if name, _, ok := strings.Cut(strings.TrimSpace(header), "={id}"); ok {
		if c, err := r.Cookie(name); err == nil {
			return c.Value
		}
	}
	return randomID()
}

func randomID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}
