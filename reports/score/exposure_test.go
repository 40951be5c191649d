package score

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestCalibration has the points of docs/consent.md 4.2.
func TestCalibration(t *testing.T) {
	for sum, want := range map[int]int{2: 15, 5: 34, 9: 53, 14: 69, 20: 81, 32: 93} {
		var orgs []Organisation
		for i := range sum {
			orgs = append(orgs, Organisation{ID: fmt.Sprint(i), AdvertisingID: true})
		}
		if got, _ := Exposure(orgs); got != want {
			t.Errorf("exposure of %d is %d, want %d", sum, got, want)
		}
	}
}

func TestExposure(t *testing.T) {
	// 100 (1 - exp(-x/12)) of the weight beside each.
	for _, c := range []struct {
		name  string
		org   Organisation
		score int
		band  string
	}{
		{"nothing", Organisation{}, 0, "none"},
		{"contact, 0.2", Organisation{Contact: true}, 2, "low"},
		{"statistics, 0.6", Organisation{Contact: true, AnalyticsID: true}, 5, "low"},
		{"advertising, 1.0", Organisation{Contact: true, AnalyticsID: true, AdvertisingID: true}, 8, "low"},
		{"statistics by the site's own cookie, 1.3", Organisation{Contact: true, AnalyticsID: true, FirstPartyID: true}, 10, "low"},
		{"two partners, 3", Organisation{AdvertisingID: true, SyncPartners: 2}, 22, "moderate"},
		{"many partners, 4", Organisation{AdvertisingID: true, SyncPartners: 40}, 28, "moderate"},
		{"fingerprinting, 3.2", Organisation{Contact: true, Fingerprinting: true}, 23, "moderate"},
		{"recording, 3.6", Organisation{AnalyticsID: true, Replay: true}, 26, "moderate"},
		{"forms, 5.2", Organisation{Contact: true, FormData: true}, 35, "moderate"},
		{"everything, 15.7", Organisation{
			AdvertisingID: true, FirstPartyID: true, SyncPartners: 3, Fingerprinting: true, Replay: true, FormData: true,
		}, 73, "very-high"},
	} {
		if score, band := Exposure([]Organisation{c.org}); score != c.score || band != c.band {
			t.Errorf("%s: %d %s, want %d %s", c.name, score, band, c.score, c.band)
		}
	}
}

func TestBands(t *testing.T) {
	for advertisers, want := range map[int]string{0: "none", 2: "low", 3: "moderate", 6: "moderate", 8: "high", 14: "high", 15: "very-high", 500: "very-high"} {
		var orgs []Organisation
		for i := range advertisers {
			orgs = append(orgs, Organisation{ID: fmt.Sprint(i), AdvertisingID: true})
		}
		if score, band := Exposure(orgs); band != want {
			t.Errorf("%d advertisers: %d is %s, want %s", advertisers, score, band, want)
		}
	}
}

// TestExposureProperties: an organisation counts once, however its entries are
// split and ordered, and less tracking is never more exposure.
func TestExposureProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4)) // #nosec G404 -- the same sets every time
	yes := func() bool { return r.IntN(3) == 0 }
	for range sets {
		var orgs []Organisation
		for i := range r.IntN(12) {
			orgs = append(orgs, Organisation{
				ID: fmt.Sprint(i), Contact: yes(), AnalyticsID: yes(), AdvertisingID: yes(), FirstPartyID: yes(),
				SyncPartners: r.IntN(6), Fingerprinting: yes(), Replay: yes(), FormData: yes(),
			})
		}
		score, band := Exposure(orgs)
		if score < 0 || score > 100 {
			t.Fatalf("%d of %+v", score, orgs)
		}
		if len(orgs) == 0 {
			continue
		}
		i := r.IntN(len(orgs))
		split := slices.Clone(orgs)
		half := Organisation{ID: orgs[i].ID, Contact: orgs[i].Contact, Replay: orgs[i].Replay, SyncPartners: orgs[i].SyncPartners}
		split = append(split, half, Organisation{ID: orgs[i].ID, FormData: orgs[i].FormData})
		r.Shuffle(len(split), func(i, j int) { split[i], split[j] = split[j], split[i] })
		if s, b := Exposure(split); s != score || b != band {
			t.Fatalf("%d %s, split %d %s: %+v", score, band, s, b, orgs)
		}
		less := slices.Clone(orgs)
		less[i] = half
		if s, _ := Exposure(less); s > score {
			t.Fatalf("%d, with less %d: %+v", score, s, orgs)
		}
		if s, _ := Exposure(slices.Delete(slices.Clone(orgs), i, i+1)); s > score {
			t.Fatalf("%d, with one less %d: %+v", score, s, orgs)
		}
	}
}
