package checks

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"

	"github.com/spoor-audit/spoor/signatures"
)

// TestVendorNumbers: numbers in consent strings come from the checks' own table,
// then from the vendor list of IAB Europe, where the user fetched it.
func TestVendorNumbers(t *testing.T) {
	list := `{"vendorListVersion": 1, "vendors": {
		"16": {"id": 16, "name": "RTB House", "urls": [{"privacy": "https://www.rtbhouse.com/privacy-center/"}]},
		"900": {"id": 900, "name": "Criteo again", "urls": [{"privacy": "https://www.criteo.com/privacy/"}]}}}`
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	with, err := signatures.DefaultWith(signatures.PackSet{
		Files: fstest.MapFS{"gvl.json.zst": {Data: enc.EncodeAll([]byte(list), nil)}},
		Index: signatures.PackIndex{Packs: []signatures.PackEntry{{
			Name: "iab-gvl", Kind: signatures.KindTCF,
			Files: []signatures.PackFile{{Name: "gvl.json", SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(list))), Size: int64(len(list))}},
		}}},
		Origin: signatures.Cached,
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		db    *signatures.DB
		party string
		want  int
	}{
		"own table":                     {db(t), "criteo", 91},
		"own table first":               {with, "criteo", 91},
		"nobody's":                      {db(t), "rtb-house", 0},
		"of the list":                   {with, "rtb-house", 16},
		"not on the list":               {with, "google-fonts", 0},
		"without signatures, own table": {nil, "criteo", 91},
		"without signatures":            {nil, "rtb-house", 0},
	} {
		c := &Case{DB: tt.db}
		if got := c.vendorOf(&contact{party: signatures.Party{ID: tt.party}}); got != tt.want {
			t.Errorf("%s: %s has the number %d, want %d", name, tt.party, got, tt.want)
		}
	}
}
