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

	"github.com/spoor-audit/spoor/evidence"
)

// signal reads one reading of what the page's consent tools say.
func (c *collector) signal(s *evidence.Signal) {
	base := Statement{
		Kind: s.Kind, Phase: s.Phase, At: s.At, Page: s.Page,
		Source: s.Source, Evidence: s.ID, Raw: string(s.Raw),
	}
	switch s.Kind {
	case KindTCF:
		c.tcfSignal(base, s.Raw)
	case KindGPP:
		base.GPP, base.Raw = c.gppSignal(&base, s.Raw)
		c.add(base, "")
	case KindUSP:
		base.USP, base.Raw = uspSignal(&base, s.Raw)
		c.add(base, "")
	case KindGoogle:
		c.googleSignal(base, s.Raw)
	case KindCMP:
		base.CMP = cmpOf(s)
		state, err := json.Marshal(base.CMP) // Readings that differ in their words alone are still told apart by Raw.
		base.fail(err)
		c.add(base, string(state))
	default:
		base.Error = "signals of this kind are not known"
		c.add(base, "")
	}
}

func cmpOf(s *evidence.Signal) *CMP {
	name, known := theTables().names.Managers[s.Source]
	if !known {
		name = s.Source
	}
	out := &CMP{Reader: s.Source, Name: name, Made: s.Made, Method: s.Method, Categories: maps.Clone(s.Categories)}
	if out.Categories == nil {
		out.Categories = map[string]bool{}
	}
	return out
}

// unwrap returns the object inside a JSON string, if raw is one: a reader may
// give what it read as text.
func unwrap(raw json.RawMessage) json.RawMessage {
	raw = bytes.TrimSpace(raw)
	if inner := text(raw); strings.HasPrefix(strings.TrimSpace(inner), "{") {
		return json.RawMessage(inner)
	}
	return raw
}

// tcData is what addEventListener gives, and beside it what ping gives.
// https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework/blob/master/TCFv2/IAB%20Tech%20Lab%20-%20CMP%20API%20v2.md
type tcData struct {
	String  string          `json:"tcString"`
	Status  string          `json:"eventStatus"`
	Applies json.RawMessage `json:"gdprApplies"`
	CMPID   int             `json:"cmpId"`
	Policy  int             `json:"tcfPolicyVersion"`
	Purpose *struct {
		Consents  marks `json:"consents"`
		Interests marks `json:"legitimateInterests"`
	} `json:"purpose"`
	Vendor *struct {
		Consents  marks `json:"consents"`
		Interests marks `json:"legitimateInterests"`
		Disclosed marks `json:"disclosedVendors"`
	} `json:"vendor"`
	Features marks `json:"specialFeatureOptins"`
}

// marks are numbers that a page said yes to: {"1": true, "2": false}.
type marks []int

// UnmarshalJSON never fails: what is no such object says nothing.
func (m *marks) UnmarshalJSON(raw []byte) error {
	var object map[string]any
	if json.Unmarshal(raw, &object) != nil {
		return nil
	}
	for key, value := range object {
		if n, err := strconv.Atoi(key); err == nil && n > 0 && (value == true || value == 1.0) {
			*m = append(*m, n)
		}
	}
	slices.Sort(*m)
	return nil
}

func (m marks) list() []int {
	if m == nil {
		return []int{}
	}
	return m
}

// object makes a TCF of what the page gave in words instead of a string.
func (d *tcData) object() *TCF {
	t := newTCF()
	t.CMPID, t.PolicyVersion = d.CMPID, d.Policy
	t.SpecialFeatures = d.Features.list()
	if d.Purpose != nil {
		t.Purposes, t.Interests = d.Purpose.Consents.list(), d.Purpose.Interests.list()
	}
	if d.Vendor != nil {
		t.Vendors, t.VendorInterests = d.Vendor.Consents.list(), d.Vendor.Interests.list()
		t.Disclosed, t.HasDisclosed = d.Vendor.Disclosed.list(), d.Vendor.Disclosed != nil
	}
	return t
}

// newTCF returns one that says nothing.
func newTCF() *TCF {
	return &TCF{
		SpecialFeatures: []int{}, Purposes: []int{}, Interests: []int{}, Vendors: []int{},
		VendorInterests: []int{}, Restrictions: []Restriction{}, Disclosed: []int{},
	}
}

// truth reads true, false, 1 and 0, as such or as text; nil for all else.
func truth(raw json.RawMessage) *bool {
	return truthOf(strings.Trim(strings.TrimSpace(string(raw)), `"`))
}

func truthOf(s string) *bool {
	yes, no := true, false
	switch strings.ToLower(s) {
	case "true", "1":
		return &yes
	case "false", "0":
		return &no
	}
	return nil
}

// tcfSignal reads TCData, or {"ping": ..., "data": ...}, or a bare string.
func (c *collector) tcfSignal(base Statement, raw json.RawMessage) {
	if s := text(raw); s != "" && !strings.HasPrefix(strings.TrimSpace(s), "{") {
		base.Raw = s
		var err error
		base.TCF, err = c.tcf(s)
		base.fail(err)
		c.add(base, "")
		return
	}
	var both struct {
		Ping json.RawMessage `json:"ping"`
		Data json.RawMessage `json:"data"`
	}
	raw = unwrap(raw)
	var data, ping tcData
	err := json.Unmarshal(raw, &both)
	if err == nil && (both.Ping != nil || both.Data != nil) {
		err = errors.Join(unmarshalSome(both.Data, &data), unmarshalSome(both.Ping, &ping))
	} else if err == nil {
		err = json.Unmarshal(raw, &data)
	}
	if err != nil {
		base.fail(fmt.Errorf("TC data: %w", err))
		c.add(base, "")
		return
	}
	applies := truth(data.Applies)
	if applies == nil {
		applies = truth(ping.Applies)
	}
	words := data.Purpose != nil || data.Vendor != nil
	if data.String != "" {
		t, err := c.tcf(data.String)
		if err != nil {
			wrong := base
			wrong.fail(err)
			c.add(wrong, "string")
			if !words {
				return
			}
		}
		base.TCF = t
	}
	if base.TCF == nil {
		base.TCF = data.object()
	}
	told := *base.TCF // The string's reading is shared; what was told beside it is not.
	told.Status, told.Applies = data.Status, applies
	base.TCF = &told
	c.add(base, "")
}

func unmarshalSome(raw json.RawMessage, into any) error {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	return json.Unmarshal(raw, into)
}

// gppSignal reads what ping gives.
func (c *collector) gppSignal(s *Statement, raw json.RawMessage) (*GPP, string) {
	if bare := text(raw); bare != "" && !strings.HasPrefix(strings.TrimSpace(bare), "{") {
		g, err := decodeGPP(bare)
		s.fail(err)
		return g, bare
	}
	type ping struct {
		String     string `json:"gppString"`
		Applicable []int  `json:"applicableSections"`
		Status     string `json:"signalStatus"`
	}
	var data struct {
		ping
		Ping *ping `json:"ping"`
		Data *ping `json:"data"`
	}
	if err := json.Unmarshal(unwrap(raw), &data); err != nil {
		s.fail(fmt.Errorf("GPP ping: %w", err))
		return nil, s.Raw
	}
	said := data.ping
	for _, p := range []*ping{data.Data, data.Ping} {
		if p == nil {
			continue
		}
		if p.String != "" {
			said.String = p.String
		}
		if p.Applicable != nil {
			said.Applicable = p.Applicable
		}
		if p.Status != "" {
			said.Status = p.Status
		}
	}
	g := &GPP{Sections: []GPPSection{}}
	if said.String != "" {
		var err error
		if g, err = decodeGPP(said.String); err != nil {
			s.fail(err)
			return nil, s.Raw
		}
	}
	g.Applicable, g.Ready = said.Applicable, said.Status == "ready"
	return g, s.Raw
}

func uspSignal(s *Statement, raw json.RawMessage) (*USP, string) {
	said := text(raw)
	if strings.HasPrefix(strings.TrimSpace(said), "{") || said == "" {
		var data struct {
			String string `json:"uspString"`
		}
		if err := json.Unmarshal(unwrap(raw), &data); err != nil {
			s.fail(fmt.Errorf("US privacy data: %w", err))
			return nil, s.Raw
		}
		said = data.String
	}
	u, err := decodeUSP(said)
	s.fail(err)
	return u, s.Raw
}

// googleSignal adds a statement for each reading of the consent mode.
func (c *collector) googleSignal(base Statement, raw json.RawMessage) {
	parts, err := readGoogleSignal(unwrap(raw))
	for _, part := range parts {
		s := base
		s.Source, s.Raw, s.Google = part.source, part.raw, part.google
		c.add(s, strings.Join(part.google.Region, ","))
	}
	if err != nil {
		base.fail(err)
		c.add(base, "")
	}
}
