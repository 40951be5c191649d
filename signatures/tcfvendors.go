package signatures

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/signatures/abp"
)

// A TCFVendor is a company of the Global Vendor List of IAB Europe.
type TCFVendor struct {
	Number int    `json:"number"` // in consent strings
	Name   string `json:"name"`
	Site   string `json:"site,omitempty"` // registrable domain of its privacy statement
}

// tcfVendors is the list, version 2 or 3:
// https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework.
type tcfVendors struct {
	byNumber map[int]TCFVendor
	version  string
	date     string
}

// maxTCFNumber is the largest number that a consent string can hold.
const maxTCFNumber = 1<<16 - 1

// parseTCFVendors reads the list. Companies that left it are not read.
func parseTCFVendors(data []byte) (*tcfVendors, error) {
	var list struct {
		Version int    `json:"vendorListVersion"`
		Updated string `json:"lastUpdated"`
		Vendors map[string]struct {
			ID         int    `json:"id"`
			Name       string `json:"name"`
			Deleted    string `json:"deletedDate"`
			Policy     string `json:"policyUrl"` // version 2
			Disclosure string `json:"deviceStorageDisclosureUrl"`
			URLs       []struct {
				Privacy string `json:"privacy"`
			} `json:"urls"`
		} `json:"vendors"`
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("signatures: TCF vendors: %w", err)
	}
	t := &tcfVendors{byNumber: map[int]TCFVendor{}, version: strconv.Itoa(list.Version), date: listDate(list.Updated)}
	for _, v := range list.Vendors {
		if v.Deleted != "" || v.ID <= 0 || v.ID > maxTCFNumber || oneLine(v.Name) == "" {
			continue
		}
		site := siteOfURL(v.Policy)
		for _, u := range v.URLs {
			if site == "" {
				site = siteOfURL(u.Privacy)
			}
		}
		if site == "" {
			site = siteOfURL(v.Disclosure)
		}
		t.byNumber[v.ID] = TCFVendor{v.ID, oneLine(v.Name), site}
	}
	if len(t.byNumber) == 0 {
		return nil, errors.New("signatures: TCF vendors: the list names nobody")
	}
	return t, nil
}

func siteOfURL(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Hostname() == "" {
		return ""
	}
	return Site(abp.Host(u.Host))
}

// TCFVendor returns the company that has a number in consent strings. It knows
// none without the list of IAB Europe, which only its user may fetch.
func (db *DB) TCFVendor(number int) (TCFVendor, bool) {
	if db.tcf == nil {
		return TCFVendor{}, false
	}
	v, ok := db.tcf.byNumber[number]
	return v, ok
}

// TCFNumber returns the number that a party which follows visitors has in consent
// strings, where it is beyond doubt: of the whole list, one entry alone has its
// privacy statement on a domain of the party's company.
func (db *DB) TCFNumber(party string) (int, bool) {
	i, ok := db.byID[party]
	if !ok {
		return 0, false
	}
	n, ok := db.ofTCF[i]
	return n, ok
}

// matchTCF finds the parties of the vendors of TCF.
func (db *DB) matchTCF() map[int32]int {
	if db.tcf == nil {
		return nil
	}
	numbers := map[string][]int{} // by company
	for n, v := range db.tcf.byNumber {
		if w, ok := db.core.ofHost(v.Site); ok {
			company := db.parties[w.party].Company
			numbers[company] = append(numbers[company], n)
		}
	}
	of := map[int32]int{}
	for i, p := range db.core.parties {
		if list := numbers[p.Company]; len(list) == 1 && db.core.tracker[i] {
			of[int32(i)] = list[0] // #nosec G115 -- a few thousand parties
		}
	}
	return of
}
