package statements

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// readMachine reads a register in a file that was made for machines. It returns
// nil without an error if the text is no such file.
func readMachine(body string) (*Register, error) {
	body = strings.TrimSpace(body)
	switch {
	case body == "" || body[0] == '<':
		return nil, nil
	case strings.Contains(body, "CookieConsentDialog") || cookiebotArray.MatchString(body):
		return readCookiebot(body)
	case body[0] == '{' || body[0] == '[':
		return readJSON([]byte(body))
	}
	return nil, nil
}

// cookiebotArray finds the lists in Cookiebot's script cc.js.
var cookiebotArray = regexp.MustCompile(`\.(cookieTable[A-Za-z]+)\s*=\s*\[`)

// readCookiebot reads the arrays of cc.js: name, provider, purpose, expiry,
// type, number of the type.
func readCookiebot(body string) (*Register, error) {
	r := &Register{Source: "cookiebot", Rows: []Row{}}
	found := false
	for _, m := range cookiebotArray.FindAllStringSubmatchIndex(body, 50) {
		category, known := theTables().registers.Cookiebot[body[m[2]:m[3]]]
		if !known {
			continue
		}
		found = true
		value, err := parseLiteral(body[m[1]-1:])
		if err != nil {
			return nil, fmt.Errorf("register of Cookiebot: %s: %w", body[m[2]:m[3]], err)
		}
		for _, item := range value.list {
			cell := func(i int) string {
				if i < len(item.list) {
					return plain(item.list[i].text)
				}
				return ""
			}
			provider := cell(1)
			r.take(entry{name: cell(0), host: provider, provider: provider, purpose: cell(2), expiry: cell(3), kind: cell(4), category: category})
		}
	}
	if !found {
		return nil, errors.New("register of Cookiebot: it holds no list")
	}
	return r, nil
}

// tag finds markup inside a text of a register.
var tag = regexp.MustCompile(`<[^<>]{0,400}>`)

// plain takes markup out of a text and resolves the commonest entities.
func plain(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	s = breaks.ReplaceAllString(s, "\n")
	s = tag.ReplaceAllString(s, "")
	return strings.NewReplacer("&amp;", "&", "&quot;", `"`, "&#39;", "'", "&nbsp;", " ", "&lt;", "<", "&gt;", ">").Replace(s)
}

// readJSON reads a register in JSON: OneTrust's, Termly's, device storage of a
// TCF vendor, or any list of objects that have the name of an item and
// something else about it.
func readJSON(body []byte) (*Register, error) {
	var root map[string]json.RawMessage
	if body[0] == '{' {
		if err := json.Unmarshal(body, &root); err != nil {
			return nil, fmt.Errorf("register: JSON: %w", err)
		}
	}
	switch {
	case root["DomainData"] != nil:
		return readOneTrust(root["DomainData"])
	case root["cookies"] != nil && isTermly(root["cookies"]):
		return readTermly(root["cookies"])
	case root["disclosures"] != nil:
		return readDeviceStorage(root["disclosures"])
	}
	var value any
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := dec.Decode(&value); err != nil {
		return nil, fmt.Errorf("register: JSON: %w", err)
	}
	r := &Register{Source: "json", Rows: []Row{}}
	r.walk(value, "", 0)
	if len(r.Rows) == 0 {
		return nil, nil
	}
	return r, nil
}

// oneTrustCookie is a cookie of OneTrust's file. Length counts days.
type oneTrustCookie struct {
	Name        string          `json:"Name"`
	Host        string          `json:"Host"`
	IsSession   bool            `json:"IsSession"`
	Length      json.RawMessage `json:"Length"`
	Description string          `json:"description"`
}

func readOneTrust(raw json.RawMessage) (*Register, error) {
	var data struct {
		Language struct {
			Culture string `json:"Culture"`
		} `json:"Language"`
		Groups []struct {
			ID    string           `json:"OptanonGroupId"`
			Own   string           `json:"CustomGroupId"`
			Name  string           `json:"GroupName"`
			First []oneTrustCookie `json:"FirstPartyCookies"`
			Hosts []struct {
				Name    string           `json:"HostName"`
				Cookies []oneTrustCookie `json:"Cookies"`
			} `json:"Hosts"`
		} `json:"Groups"`
	}
	if err := json.Unmarshal(raw, &data); err != nil {
		return nil, fmt.Errorf("register of OneTrust: %w", err)
	}
	r := &Register{Source: "onetrust", Rows: []Row{}, Language: language(data.Language.Culture)}
	for _, g := range data.Groups {
		id := g.ID
		if g.Own != "" {
			id = g.Own
		}
		category, known := theTables().registers.OneTrust[id]
		if !known {
			category = categoryOf(g.Name)
		}
		for _, k := range g.First {
			r.oneTrust(k, "", category)
		}
		for _, h := range g.Hosts {
			for _, k := range h.Cookies {
				r.oneTrust(k, h.Name, category)
			}
		}
	}
	return r, nil
}

func (r *Register) oneTrust(k oneTrustCookie, provider, category string) {
	days := strings.Trim(string(k.Length), `"`)
	e := entry{name: k.Name, host: k.Host, provider: provider, purpose: plain(k.Description)}
	rows := len(r.Rows)
	r.take(e)
	for i := rows; i < len(r.Rows); i++ {
		row := &r.Rows[i]
		row.Category, row.Type = category, "cookie"
		row.Session = k.IsSession
		if n, err := strconv.ParseFloat(days, 64); err == nil && n >= 0 && !k.IsSession {
			row.Expiry, row.Seconds = days+" days", clamp(n*86400)
		}
	}
}

// language is the main part of a language tag, in lower case.
func language(tag string) string {
	main, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	return strings.ToLower(strings.TrimSpace(main))
}

func isTermly(raw json.RawMessage) bool {
	var groups map[string][]json.RawMessage
	if json.Unmarshal(raw, &groups) != nil {
		return false
	}
	for key := range groups {
		if _, ok := theTables().registers.Termly[key]; ok {
			return true
		}
	}
	return false
}

func readTermly(raw json.RawMessage) (*Register, error) {
	var groups map[string][]struct {
		Name     string `json:"name"`
		Domain   string `json:"domain"`
		Expire   string `json:"expire"`
		Type     string `json:"tracker_type"`
		Purpose  string `json:"en_us"`
		Service  string `json:"service"`
		Category string `json:"category"`
	}
	if err := json.Unmarshal(raw, &groups); err != nil {
		return nil, fmt.Errorf("register of Termly: %w", err)
	}
	r := &Register{Source: "termly", Rows: []Row{}}
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		category, known := theTables().registers.Termly[key]
		if !known {
			category = categoryOf(strings.ReplaceAll(key, "_", " "))
		}
		for _, k := range groups[key] {
			rows := len(r.Rows)
			r.take(entry{name: k.Name, host: k.Domain, provider: k.Service, purpose: plain(k.Purpose), expiry: k.Expire, kind: strings.ReplaceAll(k.Type, "_", " ")})
			for i := rows; i < len(r.Rows); i++ {
				r.Rows[i].Category = category
			}
		}
	}
	return r, nil
}

// readDeviceStorage reads what a TCF vendor discloses of its storage.
// https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework/blob/master/TCFv2/Vendor%20Device%20Storage%20%26%20Operational%20Disclosures.md
func readDeviceStorage(raw json.RawMessage) (*Register, error) {
	var list []struct {
		Identifier string   `json:"identifier"`
		Type       string   `json:"type"`
		MaxAge     *int64   `json:"maxAgeSeconds"`
		Domains    []string `json:"domains"`
		Domain     string   `json:"domain"`
		Purposes   []int    `json:"purposes"`
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("register of a vendor: %w", err)
	}
	r := &Register{Source: "device-storage", Rows: []Row{}}
	for _, d := range list {
		rows := len(r.Rows)
		purposes := make([]string, len(d.Purposes))
		for i, p := range d.Purposes {
			purposes[i] = strconv.Itoa(p)
		}
		r.take(entry{name: d.Identifier, host: strings.Join(append(d.Domains, d.Domain), " "), purpose: strings.Join(purposes, ", ")})
		for i := rows; i < len(r.Rows); i++ {
			row := &r.Rows[i]
			row.Type = map[string]string{"cookie": "cookie", "web": "local"}[d.Type]
			if d.MaxAge != nil {
				row.Expiry = strconv.FormatInt(*d.MaxAge, 10) + " seconds"
				row.Session = *d.MaxAge == 0 && d.Type == "cookie"
				if *d.MaxAge > 0 {
					row.Seconds = min(*d.MaxAge, maxSeconds)
				}
			}
		}
	}
	return r, nil
}

// walk looks for items in JSON of an unknown make. The key under which a list
// stands may name its category.
func (r *Register) walk(value any, above string, depth int) {
	if depth > 12 || len(r.Rows) >= maxRows {
		return
	}
	switch v := value.(type) {
	case []any:
		for _, x := range v {
			r.walk(x, above, depth+1)
		}
	case map[string]any:
		if e, ok := itemOf(v, above); ok {
			r.take(e)
			return
		}
		for _, r := range []role{roleName, roleCategory} {
			if title := textOf(v, r); categoryOf(title) != "" {
				above = title
			}
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			heading := above
			if k := strings.ReplaceAll(key, "_", " "); categoryOf(k) != "" {
				heading = k
			}
			r.walk(v[key], heading, depth+1)
		}
	}
}

// itemOf reads an object that has the name of an item, and a lifetime or a host.
func itemOf(object map[string]any, above string) (entry, bool) {
	e := entry{
		name: textOf(object, roleName), host: textOf(object, roleHost), provider: textOf(object, roleProvider),
		purpose: plain(textOf(object, rolePurpose)), expiry: textOf(object, roleExpiry), kind: textOf(object, roleType),
		category: textOf(object, roleCategory), heading: above,
	}
	if !isItemName(strings.TrimSpace(e.name)) || e.expiry == "" && len(hostsOf(e.host)) == 0 {
		return entry{}, false
	}
	return e, true
}

func textOf(object map[string]any, r role) string {
	for _, key := range theTables().registers.JSON[r] {
		switch v := object[key].(type) {
		case string:
			if v != "" {
				return v
			}
		case json.Number:
			return v.String()
		}
	}
	return ""
}
