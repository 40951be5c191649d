// Package statements owns reading what a site states about consent and data: the
// strings that its consent tools pass on, the state they keep, its lists of
// cookies, and sentences of its policies. It is pure: it reads one record. It
// must not know what the site does, nor what follows from a statement.
package statements

import (
	"time"

	"github.com/spoor-audit/spoor/evidence"
)

// Kinds of statements.
const (
	KindTCF      = "tcf"
	KindGPP      = "gpp"
	KindUSP      = "usp"
	KindGoogle   = "google-consent"
	KindCMP      = "cmp"
	KindRegister = "register"
	KindClaim    = "claim"
	KindGPC      = "gpc"
	KindAds      = "ads-txt"
)

// A Statement is one thing that the site stated in a run. Exactly one of the
// pointers is set, the one of its kind; none if Error says why it could not be
// read.
//
// Equal statements of the same source and phase are one: At is when it was first
// made, Until when last, Times how often. What was sent to different hosts, and
// what Google was sent on different pages, stays apart.
type Statement struct {
	Kind     string
	Scenario evidence.Scenario
	Phase    evidence.Phase
	At       evidence.Millis
	Until    evidence.Millis
	Times    int
	Page     int
	Source   string      // reader, parameter, cookie or header: "__tcfapi", "gdpr_consent", "onetrust", "policy"
	Sent     evidence.ID // the first request that carried it; "" if the page itself said it
	Host     string      // that it was sent to; "" if the page itself said it
	Kept     bool        // a cookie or storage holds it
	Evidence evidence.ID // signal, paper, request, cookie or storage; "" for the text of a dialog
	Raw      string      // clipped to 4,000 characters
	Error    string

	TCF      *TCF
	GPP      *GPP
	USP      *USP
	Google   *Google
	CMP      *CMP
	Register *Register
	Claim    *Claim
	GPC      *GPC
	Ads      *Ads
}

// A TCF is a transparency and consent string and what was told beside it.
// https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework
type TCF struct {
	Version           int               `json:"version"`
	Created           time.Time         `json:"created"`
	LastUpdated       time.Time         `json:"last_updated"`
	CMPID             int               `json:"cmp_id"`
	CMPVersion        int               `json:"cmp_version"`
	Screen            int               `json:"screen"`
	Language          string            `json:"language"`
	ListVersion       int               `json:"list_version"`
	PolicyVersion     int               `json:"policy_version"`
	ServiceSpecific   bool              `json:"service_specific"`
	NonStandardTexts  bool              `json:"non_standard_texts"`
	SpecialFeatures   []int             `json:"special_features"` // opted in, ascending
	Purposes          []int             `json:"purposes"`         // consented, ascending
	Interests         []int             `json:"interests"`        // purposes on legitimate interest
	PurposeOne        bool              `json:"purpose_one_treatment"`
	Publisher         string            `json:"publisher_country"`
	Vendors           []int             `json:"vendors"` // consented
	VendorInterests   []int             `json:"vendor_interests"`
	Restrictions      []Restriction     `json:"restrictions"`
	Disclosed         []int             `json:"disclosed"`
	HasDisclosed      bool              `json:"has_disclosed"` // the segment is there
	PublisherPurposes *PublisherConsent `json:"publisher_purposes,omitempty"`

	Status  string `json:"status,omitempty"`       // eventStatus: tcloaded cmpuishown useractioncomplete
	Applies *bool  `json:"gdpr_applies,omitempty"` // gdprApplies, as the page said
}

// A Restriction is a publisher restriction: for a purpose, 0 not allowed, 1
// needs consent, 2 needs legitimate interest, for some vendors.
type Restriction struct {
	Purpose int   `json:"purpose"`
	Type    int   `json:"type"`
	Vendors []int `json:"vendors"`
}

// A PublisherConsent is the publisher segment.
type PublisherConsent struct {
	Purposes  []int `json:"purposes"`
	Interests []int `json:"interests"`
	Custom    []int `json:"custom"`
	CustomLI  []int `json:"custom_interests"`
}

// Consents reports whether a vendor has consent.
func (t *TCF) Consents(vendor int) bool { return has(t.Vendors, vendor) }

// Discloses reports whether a vendor was shown to the visitor, by the segment
// of TCF 2.3.
func (t *TCF) Discloses(vendor int) bool { return has(t.Disclosed, vendor) }

func has(list []int, n int) bool {
	for _, x := range list {
		if x == n {
			return true
		}
	}
	return false
}

// A GPP is a Global Privacy Platform string.
// https://github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform
type GPP struct {
	Sections   []GPPSection `json:"sections"`             // by ID
	Applicable []int        `json:"applicable,omitempty"` // sections, as the page said
	Ready      bool         `json:"ready"`                // signalStatus
}

// A GPPSection is one section of a GPP string. Fields holds the values of US
// sections by the specification's names; TCF is set for section 2.
type GPPSection struct {
	ID     int            `json:"id"`
	Name   string         `json:"name"`
	Raw    string         `json:"raw"`
	TCF    *TCF           `json:"tcf,omitempty"`
	USP    *USP           `json:"usp,omitempty"`
	Fields map[string]int `json:"fields,omitempty"`
	Error  string         `json:"error,omitempty"`
}

// A USP is a US privacy string, "1YNN".
type USP struct {
	Version int    `json:"version"`
	Notice  string `json:"notice"`  // Y N -
	OptOut  string `json:"opt_out"` // Y N -: sale is opted out
	LSPA    string `json:"lspa"`
}

// Effective consent of a Google consent type.
const (
	Granted = "granted"
	Denied  = "denied"
	Unset   = ""
)

// A Google is one reading of Google's consent mode: from the data layer, from
// its own state, or from a hit (gcs, gcd, dma).
type Google struct {
	// Types: effective consent by type: ad_storage analytics_storage ad_user_data
	// ad_personalization and others.
	Types map[string]string `json:"types"`
	// Letters of gcd by type, "l" to "v"; empty for other sources.
	Letters map[string]string `json:"letters,omitempty"`
	Default map[string]string `json:"default,omitempty"` // of the data layer
	Update  map[string]string `json:"update,omitempty"`
	Region  []string          `json:"region,omitempty"` // the defaults hold there alone
	Wait    int               `json:"wait_for_update,omitempty"`
	GCS     string            `json:"gcs,omitempty"`
	GCD     string            `json:"gcd,omitempty"`
	DMA     string            `json:"dma,omitempty"`
	NPA     string            `json:"npa,omitempty"`
	// Client is the client id of a hit (cid), Measurement its tid.
	Client      string `json:"client,omitempty"`
	Measurement string `json:"measurement,omitempty"`
}

// A CMP is the state that a consent manager keeps.
type CMP struct {
	Reader     string          `json:"reader"`
	Name       string          `json:"name"`
	Made       *bool           `json:"made,omitempty"` // a person has chosen
	Method     string          `json:"method,omitempty"`
	Categories map[string]bool `json:"categories"`
}

// A Register is a list of cookies and other storage that the site declares.
type Register struct {
	// Source: the maker, "json" or "device-storage" for a file; "table", "list"
	// (labelled lines) or "text" (names in sentences) for a page.
	Source   string   `json:"source"`
	URL      string   `json:"url"`
	Language string   `json:"language,omitempty"`
	Updated  string   `json:"updated,omitempty"` // as written
	Rows     []Row    `json:"rows"`
	Unread   int      `json:"unread,omitempty"` // rows without a name
	Columns  []string `json:"columns,omitempty"`
}

// A Row is one declared item.
type Row struct {
	Name    string `json:"name"`           // as written
	Pattern string `json:"pattern"`        // with * for what varies
	Host    string `json:"host,omitempty"` // canonical: no scheme, no www., no leading dot
	// Maker says that Host was written where the register names who sets the item,
	// which need not be where it is kept.
	Maker    bool   `json:"maker,omitempty"`
	Provider string `json:"provider,omitempty"` // as written
	Purpose  string `json:"purpose,omitempty"`
	// Category: necessary functional analytics marketing social unclassified, or
	// "" if the register does not say.
	Category string `json:"category,omitempty"`
	Type     string `json:"type,omitempty"`   // cookie local session indexeddb pixel, or ""
	Expiry   string `json:"expiry,omitempty"` // as written
	// Seconds that it is kept; -1 if the register does not say or it cannot be
	// read. Session and Persistent are kept apart.
	Seconds    int64 `json:"seconds"`
	Session    bool  `json:"session,omitempty"`
	Persistent bool  `json:"persistent,omitempty"` // without a stated end
}

// A Claim is a sentence of the site that binds something that can be observed.
type Claim struct {
	ID         string  `json:"id"` // claims-no-cookies ...
	Quote      string  `json:"quote"`
	URL        string  `json:"url"`
	Language   string  `json:"language"`
	Confidence float64 `json:"confidence"`         // at most 0.9
	Category   string  `json:"category,omitempty"` // that it speaks of, where it does
	Days       int     `json:"days,omitempty"`     // of retention
	Where      string  `json:"where"`              // dialog or policy
}

// A GPC is the file /.well-known/gpc.json.
type GPC struct {
	Honours bool   `json:"gpc"`
	Version int    `json:"version,omitempty"`
	Updated string `json:"last_update,omitempty"`
}

// An Ads is a list of sellers, ads.txt.
type Ads struct {
	Systems []string `json:"systems"` // domains, sorted, each once
	Direct  int      `json:"direct"`
	Resell  int      `json:"resell"`
}
