package score

import "math"

// An Organisation is one receiver of data, over all its hosts and services, and
// what it got in one scenario.
type Organisation struct {
	// ID is the company's name where signatures know it, else the party's ID or
	// the registrable domain.
	ID string `json:"id"`
	// Contact says that the browser contacted it.
	Contact bool `json:"contact"`
	// AnalyticsID and AdvertisingID say that it got an identifier of its own, for
	// statistics or for anything heavier. An identifier for a purpose that is not
	// known counts as statistics.
	AnalyticsID   bool `json:"analytics_id"`
	AdvertisingID bool `json:"advertising_id"`
	// FirstPartyID says that it got an identifier that is kept on the site's own
	// domain.
	FirstPartyID   bool `json:"first_party_id"`
	SyncPartners   int  `json:"sync_partners"` // with which it matched identifiers
	Fingerprinting bool `json:"fingerprinting"`
	Replay         bool `json:"replay"`    // it recorded the session
	FormData       bool `json:"form_data"` // it got what was typed before it was submitted
}

// Identified reports whether the organisation can tell the visitor apart.
func (o Organisation) Identified() bool {
	return o.AnalyticsID || o.AdvertisingID || o.FirstPartyID || o.Fingerprinting
}

// Exposure says how much a visitor is followed by organisations, 0 to 100, and
// the band: none low moderate high very-high. An organisation that is listed
// twice counts once, with all that is said of it.
func Exposure(orgs []Organisation) (score int, band string) { return theRules().Exposure.score(orgs) }

func (x *exposureRules) score(orgs []Organisation) (int, string) {
	sum := 0.0
	for _, o := range united(orgs) {
		sum += x.weight(o)
	}
	score := int(math.Round(100 * (1 - math.Exp(-sum/x.Half))))
	for _, b := range x.Bands {
		if score >= b.From {
			return score, b.Band
		}
	}
	return score, x.Bands[len(x.Bands)-1].Band
}

// weight is what one organisation weighs.
func (x *exposureRules) weight(o Organisation) float64 {
	w := 0.0
	if o.Contact {
		w = x.Contact
	}
	if o.AnalyticsID {
		w = max(w, x.AnalyticsID)
	}
	if o.AdvertisingID {
		w = max(w, x.AdvertisingID)
	}
	if o.FirstPartyID {
		w += x.FirstPartyID
	}
	w += x.SyncPartner * float64(max(0, min(o.SyncPartners, x.SyncPartners)))
	if o.Fingerprinting {
		w += x.Fingerprint
	}
	if o.Replay {
		w += x.Replay
	}
	if o.FormData {
		w += x.FormData
	}
	return w
}

// united joins entries of the same organisation, in order of their first ones.
// Of sync partners the larger number stands: they may be the same.
func united(orgs []Organisation) []Organisation {
	var out []Organisation
	index := map[string]int{}
	for _, o := range orgs {
		i, ok := index[o.ID]
		if !ok {
			index[o.ID] = len(out)
			out = append(out, o)
			continue
		}
		a := &out[i]
		a.Contact = a.Contact || o.Contact
		a.AnalyticsID = a.AnalyticsID || o.AnalyticsID
		a.AdvertisingID = a.AdvertisingID || o.AdvertisingID
		a.FirstPartyID = a.FirstPartyID || o.FirstPartyID
		a.SyncPartners = max(a.SyncPartners, o.SyncPartners)
		a.Fingerprinting = a.Fingerprinting || o.Fingerprinting
		a.Replay = a.Replay || o.Replay
		a.FormData = a.FormData || o.FormData
	}
	return out
}
