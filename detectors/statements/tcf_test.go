package statements

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prebid/go-gdpr/consentconstants"
	tcf2 "github.com/prebid/go-gdpr/vendorconsent/tcf2"
)

// span is a run of numbers in a fixture, first and last.
type span [2]int

func unfold(spans []span) []int {
	list := []int{}
	for _, s := range spans {
		for n := s[0]; n <= s[1]; n++ {
			list = append(list, n)
		}
	}
	return list
}

// reference is a row of iabtcf.json, written by testdata/generate.mjs.
type reference struct {
	String string `json:"string"`
	Fields struct {
		TCF
		Vendors         []span `json:"vendors"`
		VendorInterests []span `json:"vendor_interests"`
		Disclosed       []span `json:"disclosed"`
		Restrictions    []struct {
			Purpose int    `json:"purpose"`
			Type    int    `json:"type"`
			Vendors []span `json:"vendors"`
		} `json:"restrictions"`
	} `json:"fields"`
}

func references(t testing.TB) []reference {
	t.Helper()
	raw, err := os.ReadFile("testdata/iabtcf.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		MadeWith string      `json:"made_with"`
		Strings  []reference `json:"strings"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return file.Strings
}

// TestTCFAsReference compares with what the reference implementation reads.
func TestTCFAsReference(t *testing.T) {
	list := references(t)
	ranges, restricted, disclosed, publisher := 0, 0, 0, 0
	for _, ref := range list {
		want := ref.Fields.TCF
		want.Vendors, want.VendorInterests, want.Disclosed = unfold(ref.Fields.Vendors), unfold(ref.Fields.VendorInterests), unfold(ref.Fields.Disclosed)
		want.Restrictions = []Restriction{}
		for _, r := range ref.Fields.Restrictions {
			want.Restrictions = append(want.Restrictions, Restriction{r.Purpose, r.Type, unfold(r.Vendors)})
		}
		got, err := decodeTCF(ref.String)
		if err != nil {
			t.Errorf("%s: %v", ref.String, err)
			continue
		}
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Errorf("%s (-reference +ours):\n%s", ref.String, diff)
		}
		if !looksLikeTCF(ref.String) {
			t.Errorf("%s: is not recognised by its form", ref.String)
		}
		if len(got.Vendors) > len(ref.Fields.Vendors) {
			ranges++
		}
		if len(got.Restrictions) > 0 {
			restricted++
		}
		if got.HasDisclosed {
			disclosed++
		}
		if got.PublisherPurposes != nil {
			publisher++
		}
	}
	if len(list) < 200 || ranges < 50 || restricted < 40 || disclosed < 100 || publisher < 20 {
		t.Errorf("the fixture is too poor: %d strings, %d with runs, %d restricted, %d disclosed, %d of publishers", len(list), ranges, restricted, disclosed, publisher)
	}
}

// TestTCFCutShort cuts every reference string in every place: what is left of
// the first segment must be refused, and so must a further segment.
func TestTCFCutShort(t *testing.T) {
	for _, ref := range references(t)[:60] {
		segments := strings.Split(ref.String, ".")
		for n := range len(segments[0]) - 4 {
			if got, err := decodeTCF(segments[0][:n]); err == nil {
				t.Fatalf("%s: cut to %d of %d characters it is read as %+v", ref.String, n, len(segments[0]), got)
			}
		}
		for _, s := range segments[1:] {
			for n := range max(0, len(s)-4) {
				if _, err := decodeTCF(segments[0] + "." + s[:n]); err == nil {
					t.Fatalf("%s: with a segment cut to %d of %d characters it is read", ref.String, n, len(s))
				}
			}
		}
	}
}

func randomTCF(r *rand.Rand) *TCF {
	some := func(highest int, share float64) []int {
		list := []int{}
		for i := 1; i <= highest; i++ {
			if r.Float64() < share {
				list = append(list, i)
			}
		}
		return list
	}
	t := newTCF()
	t.Version, t.CMPID, t.CMPVersion, t.Screen = 2, 2+r.IntN(4000), r.IntN(4096), r.IntN(64)
	t.Created = time.UnixMilli(1_600_000_000_000 + int64(r.IntN(1_000_000_000))*100).UTC()
	t.LastUpdated = t.Created.Add(time.Duration(r.IntN(1000)) * time.Hour)
	t.Language, t.Publisher = "NL", "DE"
	t.ListVersion, t.PolicyVersion = 1+r.IntN(4000), 2+r.IntN(4)
	t.ServiceSpecific, t.NonStandardTexts, t.PurposeOne = r.IntN(2) == 0, r.IntN(2) == 0, r.IntN(2) == 0
	t.SpecialFeatures, t.Purposes, t.Interests = some(12, 0.3), some(24, 0.5), some(24, 0.3)
	t.Vendors, t.VendorInterests = some(1+r.IntN(1200), r.Float64()), some(1+r.IntN(1200), r.Float64())
	for range r.IntN(4) {
		t.Restrictions = append(t.Restrictions, Restriction{Purpose: len(t.Restrictions) + 1, Type: r.IntN(3), Vendors: some(600, r.Float64()*r.Float64())})
	}
	if r.IntN(2) == 0 {
		t.HasDisclosed, t.Disclosed = true, some(1200, 0.7)
	}
	if r.IntN(3) == 0 {
		t.PublisherPurposes = &PublisherConsent{some(24, 0.5), some(24, 0.5), some(6, 0.5), some(6, 0.5)}
	}
	return t
}

// TestTCFAsOtherReader compares with a reader that was written by others.
func TestTCFAsOtherReader(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var list []string
	for i := range 300 {
		want := randomTCF(r)
		s := writeTCF(want, i%2 == 0)
		got, err := decodeTCF(s)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s (-written +read):\n%s", s, diff)
		}
		list = append(list, s)
	}
	for _, ref := range references(t) {
		list = append(list, ref.String)
	}
	for _, s := range list {
		got, err := decodeTCF(s)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := tcf2.ParseString(s)
		if err != nil {
			t.Fatalf("%s: the other reader refuses it: %v", s, err)
		}
		other := parsed.(tcf2.ConsentMetadata)
		if diff := diffOther(got, other); diff != "" {
			t.Errorf("%s: %s", s, diff)
		}
	}
}

func diffOther(got *TCF, other tcf2.ConsentMetadata) string {
	facts := [][2]any{
		{got.Version, int(other.Version())}, {got.CMPID, int(other.CmpID())}, {got.CMPVersion, int(other.CmpVersion())},
		{got.Screen, int(other.ConsentScreen())}, {got.Language, other.ConsentLanguage()}, {got.ListVersion, int(other.VendorListVersion())},
		{got.PolicyVersion, int(other.TCFPolicyVersion())}, {got.PurposeOne, other.PurposeOneTreatment()},
		{got.Created.Unix(), other.Created().Unix()}, {got.LastUpdated.Unix(), other.LastUpdated().Unix()},
	}
	for i, f := range facts {
		if f[0] != f[1] {
			return fmt.Sprintf("fact %d: ours is %v, theirs %v", i, f[0], f[1])
		}
	}
	for p := 1; p <= 24; p++ {
		if has(got.Purposes, p) != other.PurposeAllowed(consentconstants.Purpose(p)) || has(got.Interests, p) != other.PurposeLITransparency(consentconstants.Purpose(p)) {
			return fmt.Sprintf("purpose %d", p)
		}
	}
	for v := 1; v <= 1500; v++ {
		id := uint16(v)
		if got.Consents(v) != other.VendorConsent(id) || has(got.VendorInterests, v) != other.VendorLegitInterest(id) {
			return fmt.Sprintf("vendor %d", v)
		}
		for _, r := range got.Restrictions {
			if has(r.Vendors, v) != other.CheckPubRestriction(uint8(r.Purpose), uint8(r.Type), id) {
				return fmt.Sprintf("restriction %d %d of vendor %d", r.Purpose, r.Type, v)
			}
		}
	}
	return ""
}

func TestTCFRefused(t *testing.T) {
	good := references(t)[1].String
	core := randomTCF(rand.New(rand.NewPCG(3, 4)))
	core.Vendors, core.VendorInterests, core.Restrictions, core.HasDisclosed, core.PublisherPurposes = []int{}, []int{}, []Restriction{}, false, nil
	for range 2 { // Ranges over all numbers, twice: more than a list can be.
		core.Restrictions = append(core.Restrictions, Restriction{Purpose: 1 + len(core.Restrictions), Vendors: unfold([]span{{1, 65535}})})
	}
	first := strings.Split(good, ".")[0]
	for _, tt := range []struct{ name, string, want string }{
		{"empty", "", "empty"},
		{"version 1", "BOEFEAyOEFEAyAHABDENAIgAAAB9vABAASA", "version 1"},
		{"a macro", "${GDPR_CONSENT_755}", "base64url"},
		{"plus sign", strings.Replace(good, good[20:21], "+", 1), "base64url"},
		{"unknown segment", first + ".4AAA", "type 7"},
		{"core as a segment", first + ".AAAA", "type 0"},
		{"segment twice", first + ".IAAA.IAAA", "two of type 1"},
		{"empty segment", first + ".", "empty"},
		{"too many vendors", writeTCF(core, true), "too many"},
		{"far too long", strings.Repeat("C", 1<<17), "too long"},
		{"range backwards", badRange(9, 3), "9 to 3"},
		{"range over the end", badRange(3, 99), "3 to 99"},
		{"vendor 0", badRange(0, 4), "0 to 4"},
		{"cut short", first[:30], "cut short"},
	} {
		got, err := decodeTCF(tt.string)
		if err == nil {
			t.Errorf("%s: read as %+v", tt.name, got)
		} else if !strings.HasPrefix(err.Error(), "TC string: ") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: the error does not say %q: %v", tt.name, tt.want, err)
		}
	}
}

// badRange makes a string whose list of up to 20 vendors holds one range.
func badRange(first, last int) string {
	w := &writer{}
	w.number(2, 6)
	w.bits = append(w.bits, make([]bool, 36+36+12+12+6+12+12+6+2+12+24+24+1+12)...) // up to the list of vendors
	w.number(20, 16)
	w.flag(true)
	w.number(1, 12)
	w.flag(true)
	w.number(first, 16)
	w.number(last, 16)
	w.number(0, 16)
	w.flag(false)
	w.number(0, 12)
	return w.text(8)
}

// TestTCFNotFound holds texts that look a little like a consent string.
func TestTCFNotFound(t *testing.T) {
	for _, s := range []string{
		"CAESEJ2rXsmW1v4uGZ0v5QyN3oU1234567890abcdefghijkl", // an identifier of an exchange
		"CPXxRfAPXxRfAAfKABENB", "C", "", strings.Repeat("C", 60), strings.Repeat("A", 60),
		"CO" + strings.Repeat("A", 50),
	} {
		if looksLikeTCF(s) {
			t.Errorf("%q is taken for a consent string", s)
		}
	}
}
