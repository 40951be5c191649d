package statements

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/evidence"
)

// Kinds of papers, as the record names them.
const (
	paperGPC = "gpc"
	paperAds = "ads-txt"
)

// paper reads what a text of the site states. A text that could not be fetched
// states nothing.
func (c *collector) paper(p *evidence.Paper) {
	if p.Error != "" || p.Status >= 400 {
		return
	}
	base := Statement{At: p.At, Evidence: p.ID}
	switch p.Kind {
	case paperGPC:
		c.gpc(base, p)
	case paperAds:
		c.ads(base, p)
	default:
		c.register(base, p)
		c.claims(base, p)
	}
}

func addressOf(p *evidence.Paper) string {
	if p.FinalURL != "" {
		return p.FinalURL
	}
	return p.URL
}

// register reads the list of a paper: from the file that was made for machines
// and from tables; where neither is there, from labelled lines, or from names in
// the running text.
func (c *collector) register(base Statement, p *evidence.Paper) {
	base.Kind = KindRegister
	made, err := readMachine(p.Body)
	if err != nil {
		base.Source, base.Raw = p.Kind, p.Body
		base.fail(err)
		c.add(base, addressOf(p))
	}
	table := readTablesOf(p.Tables)
	for _, r := range []*Register{made, table} {
		if r == nil {
			continue
		}
		c.addRegister(base, r, p)
	}
	if made != nil || table != nil {
		return
	}
	r := readLabelled(p.Text)
	if r == nil {
		r = c.inText(p)
	}
	if r != nil {
		c.addRegister(base, r, p)
	}
}

func (c *collector) addRegister(base Statement, r *Register, p *evidence.Paper) {
	r.URL = addressOf(p)
	if r.Language == "" {
		r.Language = language(p.Language)
	}
	r.Updated = updatedIn(p.Text)
	base.Source, base.Register = r.Source, r
	var raw strings.Builder
	for _, row := range r.Rows {
		raw.WriteString(strings.Join([]string{row.Name, row.Host, row.Provider, row.Category, row.Expiry, row.Purpose}, "\t") + "\n")
	}
	base.Raw = raw.String()
	c.add(base, r.URL)
}

// inText makes a register of the names of known or observed items in a running
// text; nil if it names fewer than three.
func (c *collector) inText(p *evidence.Paper) *Register {
	r := &Register{Source: "text", Rows: []Row{}}
	seen := map[string]bool{}
	for _, name := range itemWord.FindAllString(p.Text, -1) {
		name = strings.TrimRight(name, ".-")
		if seen[name] || len(r.Rows) >= maxRows {
			continue
		}
		seen[name] = true
		if c.isItem(name) {
			r.Rows = append(r.Rows, Row{Name: name, Pattern: patternOf(name), Seconds: -1})
		}
	}
	if len(r.Rows) < 3 {
		return nil
	}
	return r
}

// itemWord finds words of a text that may be names of items.
var itemWord = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_.*-]{2,60}`)

// isItem reports whether a word is the name of an item that the visit saw or
// that is known to exist. Plain words are not, whoever named a cookie so.
func (c *collector) isItem(name string) bool {
	if !strings.ContainsAny(name, "_0123456789") && (strings.ToLower(name) == name || titled(name)) {
		return false
	}
	if c.itemNames()[name] {
		return true
	}
	if c.db == nil || !strings.Contains(name, "_") {
		return false
	}
	_, known := c.db.Cookie(name, "")
	return known
}

// itemNames returns the names of all cookies and keys that the visit saw.
func (c *collector) itemNames() map[string]bool {
	if c.items == nil {
		c.items = map[string]bool{}
		for i := range c.visit.Runs {
			for _, k := range c.visit.Runs[i].Cookies {
				c.items[k.Name] = true
			}
			for _, k := range c.visit.Runs[i].Storage {
				c.items[k.Key] = true
			}
		}
	}
	return c.items
}

// updatedIn returns the day on which a text says that it was last changed, as it
// is written; "" if it does not.
func updatedIn(text string) string {
	for line := range strings.SplitSeq(text, "\n") {
		lower := strings.ToLower(line)
		if len(lower) != len(line) || len(line) > 400 {
			continue
		}
		for _, phrase := range theTables().registers.Updated {
			at := strings.Index(lower, phrase)
			if at < 0 {
				continue
			}
			rest := strings.TrimLeft(line[at+len(phrase):], " :-–")
			if m := day.FindString(rest); m != "" {
				return m
			}
		}
	}
	return ""
}

// day finds a date near the start of a text: "3 maart 2025", "March 3, 2025",
// "2025-03-03", "03.03.2025", "maart 2025".
var day = regexp.MustCompile(`^(?:(?:on|op|am|le|el|il|:)\s+)?(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}|[0-9]{1,2}\.?(?:st|nd|rd|th|er)?\s+(?:de\s+)?\p{L}{3,12}\.?\s+(?:de\s+)?[0-9]{4}|\p{L}{3,12}\.?\s+(?:[0-9]{1,2}(?:st|nd|rd|th)?,?\s+)?[0-9]{4})`)

// claims adds the claims of a policy.
func (c *collector) claims(base Statement, p *evidence.Paper) {
	base.Kind, base.Source = KindClaim, inPolicy
	for _, found := range claimsIn(p.Text, p.Title) {
		found.Where, found.URL = inPolicy, fragment(addressOf(p), found.Quote)
		c.addClaim(base, found, addressOf(p))
	}
}

// dialog adds the claims that the question for consent itself makes.
func (c *collector) dialog(d *evidence.Dialog) {
	if d == nil || !d.Found {
		return
	}
	base := Statement{Kind: KindClaim, Source: inDialog, At: d.At}
	texts := []string{d.Text}
	for _, l := range d.Layers {
		texts = append(texts, l.Text)
	}
	for _, text := range texts {
		for _, found := range claimsIn(text, "") {
			found.Where, found.URL = inDialog, d.Frame
			if found.Confidence >= onePattern {
				found.Confidence = agreed
			}
			c.addClaim(base, found, "")
		}
	}
}

func (c *collector) addClaim(base Statement, found Claim, apart string) {
	base.Claim, base.Raw = &found, found.Quote
	c.add(base, apart+"\x00"+found.ID+"\x00"+found.Category)
}

// gpc reads /.well-known/gpc.json.
// https://privacycg.github.io/gpc-spec/
func (c *collector) gpc(base Statement, p *evidence.Paper) {
	base.Kind, base.Source, base.Raw = KindGPC, "gpc.json", p.Body
	if isPage(p) {
		return // A page that stands there for all missing files says nothing.
	}
	var file struct {
		GPC     *bool           `json:"gpc"`
		Version json.RawMessage `json:"version"`
		Updated string          `json:"lastUpdate"`
	}
	err := json.Unmarshal([]byte(strings.TrimPrefix(p.Body, "\uFEFF")), &file)
	switch {
	case err != nil:
		err = fmt.Errorf("gpc.json: %w", err)
	case file.GPC == nil:
		err = errors.New("gpc.json: it does not say whether the signal is obeyed")
	default:
		version := ints(strings.Trim(string(file.Version), `"`))
		base.GPC = &GPC{Honours: *file.GPC, Updated: file.Updated}
		if len(version) > 0 {
			base.GPC.Version = version[0]
		}
	}
	base.fail(err)
	c.add(base, "")
}

func isPage(p *evidence.Paper) bool {
	return strings.Contains(p.Type, "html") || strings.HasPrefix(strings.TrimSpace(p.Body), "<")
}

// ads reads ads.txt.
// https://iabtechlab.com/ads-txt/
func (c *collector) ads(base Statement, p *evidence.Paper) {
	base.Kind, base.Source, base.Raw = KindAds, "ads.txt", p.Body
	if isPage(p) {
		return
	}
	a, err := readAds(p.Body)
	base.Ads = a
	base.fail(err)
	c.add(base, addressOf(p))
}

func readAds(body string) (*Ads, error) {
	if !utf8.ValidString(body) {
		return nil, errors.New("ads.txt: it is not text")
	}
	a := &Ads{}
	systems := map[string]bool{}
	other := false
	for line := range strings.Lines(strings.TrimPrefix(body, "\uFEFF")) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.FieldsFunc(line, func(c rune) bool { return c == ',' || c == ';' })
		if len(fields) < 3 {
			other = other || strings.Contains(line, "=")
			continue
		}
		host := canonicalHost(fields[0])
		relation := strings.ToUpper(strings.TrimSpace(fields[2]))
		if host == "" || relation != "DIRECT" && relation != "RESELLER" {
			continue
		}
		systems[host] = true
		if relation == "DIRECT" {
			a.Direct++
		} else {
			a.Resell++
		}
	}
	if len(systems) == 0 && !other && strings.TrimSpace(body) != "" {
		return nil, errors.New("ads.txt: it holds no record")
	}
	a.Systems = slices.AppendSeq([]string{}, maps.Keys(systems))
	slices.Sort(a.Systems)
	return a, nil
}
