package signatures

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/net/publicsuffix"
)

// entities is the pack third-party-web: who owns a domain.
type entities struct {
	parties []Party
	names   []entityUse // by party
	exact   hostMap     // hosts that stand for themselves alone
	below   hostMap     // domains with everything below them
	spared  hostMap     // domains that are never accused
	domains int
}

// An entityUse is how the category of an entity is read.
type entityUse struct {
	category string // the pack's own word
	tracker  bool
}

// An entityRecord is one record of entities-nostats.json.
type entityRecord struct {
	Name     string   `json:"name"`
	Company  string   `json:"company"`
	Homepage string   `json:"homepage"`
	Category string   `json:"category"`
	Domains  []string `json:"domains"`
}

// entityRules is core/third-party-web.yaml.
type entityRules struct {
	Categories map[string]struct {
		Category string `yaml:"category"`
		Tracker  bool   `yaml:"tracker"`
	} `yaml:"categories"`
	Spared map[string][]string `yaml:"spared"`
}

// readEntityRules reads how the pack third-party-web is to be read.
func readEntityRules(core fs.FS) (entityRules, error) {
	var rules entityRules
	return rules, readYAML(core, entitiesFile, &rules)
}

// readYAML reads one of spoor's own data files. Unknown keys are errors.
func readYAML(files fs.FS, name string, to any) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("signatures: read %s: %w", name, err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(to); err != nil {
		return fmt.Errorf("signatures: %s: %s", name, yamlComplaint(err))
	}
	return nil
}

// parseEntities reads the pack.
func parseEntities(data []byte, rules entityRules) (*entities, error) {
	var records []entityRecord
	if err := json.Unmarshal(data, &records); err != nil {
		return nil, fmt.Errorf("signatures: third-party-web: %w", err)
	}
	e := &entities{
		exact: hostMap{}, below: make(hostMap, 2*len(records)), spared: hostMap{},
	}
	for _, list := range rules.Spared {
		for _, domain := range list {
			e.spared[domain] = 0
		}
	}
	for _, r := range records {
		e.add(r, rules)
	}
	return e, nil
}

// add stores one record.
func (e *entities) add(r entityRecord, rules entityRules) {
	r.Name = html.UnescapeString(r.Name)
	p := Party{ID: slug(r.Name), Name: r.Name, Company: html.UnescapeString(r.Company), Homepage: r.Homepage, Categories: []string{}}
	if p.ID == "" || len(r.Domains) == 0 {
		return
	}
	if p.Company == "" {
		p.Company = p.Name
	}
	use := rules.Categories[r.Category]
	if use.Category != "" {
		p.Categories = []string{use.Category}
	}
	owner := int32(len(e.parties)) // #nosec G115 -- a few thousand records
	e.parties = append(e.parties, p)
	e.names = append(e.names, entityUse{r.Category, use.Tracker})
	for _, domain := range r.Domains {
		domain = strings.ToLower(domain)
		e.domains++
		if name, ok := strings.CutPrefix(domain, "*."); ok {
			e.below.first(name, owner)
		} else {
			e.exact.first(domain, owner)
		}
	}
}

// find returns the owner of a host, and the entry that says so as it stands in
// the pack.
func (e *entities) find(host string) (owner int32, entry string, ok bool) {
	if e == nil {
		return 0, "", false
	}
	if owner, ok = e.exact[host]; ok {
		return owner, host, true
	}
	owner, suffix, ok := e.below.find(host)
	return owner, "*." + suffix, ok
}

// of lists the domains of entities, sorted, as they stand in the pack.
func (e *entities) of(is func(owner int32) bool) []string {
	if e == nil {
		return nil
	}
	var list []string
	for host, owner := range e.exact {
		if is(owner) {
			list = append(list, host)
		}
	}
	for domain, owner := range e.below {
		if is(owner) {
			list = append(list, "*."+domain)
		}
	}
	slices.Sort(list)
	return list
}

// accused says whether the owner's category makes a request to a host a
// tracker. Hosts below a spared domain or a public suffix are not accused,
// unless the entry names the very host: "d1xyz.cloudfront.net" has one owner,
// "cloudfront.net" has not.
func (e *entities) accused(host string, owner int32, entry string) bool {
	if !e.names[owner].tracker {
		return false
	}
	if _, _, spared := e.spared.find(host); spared {
		return false
	}
	domain := strings.TrimPrefix(entry, "*.")
	suffix, _ := publicsuffix.PublicSuffix(domain)
	return suffix != domain
}

// slug makes an ID of a name: "A.C. Niel's" gives "a-c-niel-s".
func slug(name string) string {
	var b strings.Builder
	gap := false
	for _, c := range strings.ToLower(name) {
		if c < 'a' || c > 'z' {
			if c < '0' || c > '9' {
				gap = b.Len() > 0
				continue
			}
		}
		if gap {
			b.WriteByte('-')
			gap = false
		}
		b.WriteRune(c)
	}
	return b.String()
}
