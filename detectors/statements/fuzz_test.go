package statements

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/evidence"
)

func FuzzTCF(f *testing.F) {
	for _, ref := range references(f)[:20] {
		f.Add(ref.String)
	}
	f.Add("")
	f.Add(someTCF + ".IAAA.YAAA")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := decodeTCF(s)
		if (got == nil) == (err == nil) {
			t.Fatalf("%v and %v", got, err)
		}
		if err != nil {
			return
		}
		for _, list := range [][]int{got.Vendors, got.VendorInterests, got.Disclosed, got.Purposes, got.Interests, got.SpecialFeatures} {
			if list == nil || !slices.IsSorted(list) || len(list) > 0 && (list[0] < 1 || list[len(list)-1] > 65535) {
				t.Fatalf("a list that is not in order: %v", list)
			}
		}
		if _, err := json.Marshal(got); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzGPP(f *testing.F) {
	f.Add("DBACNYA~" + someTCF + "~1YNN")
	f.Add("DBABzw~CQpUpZFRJppI.QA")
	f.Add("DBABjw~~")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := decodeGPP(s)
		if err != nil {
			return
		}
		if len(got.Sections) != strings.Count(s, "~") {
			t.Fatalf("%d sections", len(got.Sections))
		}
		for _, x := range got.Sections {
			if (x.Error == "") == (x.TCF == nil && x.USP == nil && x.Fields == nil) {
				t.Fatalf("section %d has neither content nor an error, or both: %+v", x.ID, x)
			}
		}
	})
}

func FuzzUSP(f *testing.F) {
	f.Add("1YNN")
	f.Add("1é-")
	f.Fuzz(func(t *testing.T, s string) {
		if u, err := decodeUSP(s); err == nil && "1"+u.Notice+u.OptOut+u.LSPA != strings.ToUpper(s) {
			t.Fatalf("%q is read as %+v", s, u)
		}
	})
}

func FuzzGCD(f *testing.F) {
	f.Add("13t3q3m3n5l1", "G111")
	f.Add("11p1p1p1p5", "G1--")
	f.Fuzz(func(t *testing.T, gcd, gcs string) {
		g := newGoogle()
		if g.readGCD(gcd) == nil && len(g.Letters) != 4 {
			t.Fatalf("%q has letters %v", gcd, g.Letters)
		}
		if err := g.readGCS(gcs); err == nil && g.GCS != gcs {
			t.Fatal(g.GCS)
		}
		for name, value := range g.Types {
			if value != Granted && value != Denied {
				t.Fatalf("%s is %q", name, value)
			}
		}
	})
}

func FuzzLifetime(f *testing.F) {
	for _, s := range []string{"2 years", "1 an et 1 mois", "Session", "6-12 months", "1.825 Tage", "1,5", "a few seconds", "9999999999999999999999 years", "2 - - years"} {
		f.Add(s, int64(0))
	}
	f.Fuzz(func(t *testing.T, s string, unit int64) {
		l := parseLifetime(s, unit%(10*year))
		if l.Seconds < -1 || l.Seconds > maxSeconds || l.Session && l.Persistent || (l.Session || l.Persistent) && l.Seconds != -1 {
			t.Fatalf("%q is read as %+v", s, l)
		}
	})
}

func FuzzTable(f *testing.F) {
	f.Add("Cookies", "Name|Provider|Expiry", "_ga|google.com|2 years\n_gid, x|a.test, b.test|1 day")
	f.Add("", "", "Name|Google\nCookie Name|_ga\nCookie expiry|2 years\nName|x")
	f.Add("x", "Cookie", "<<{{[[x]]}}>>")
	f.Fuzz(func(t *testing.T, heading, header, body string) {
		table := evidence.Table{Heading: heading}
		if header != "" {
			table.Header = strings.Split(header, "|")
		}
		for line := range strings.SplitSeq(body, "\n") {
			table.Rows = append(table.Rows, strings.Split(line, "|"))
		}
		checkRegister(t, readTablesOf([]evidence.Table{table, table}))
	})
}

func checkRegister(t *testing.T, r *Register) {
	t.Helper()
	if r == nil {
		return
	}
	for i := range r.Rows {
		row := &r.Rows[i]
		if row.Name == "" || row.Pattern == "" || row.Seconds < -1 || row.Host != canonicalHost(row.Host) {
			t.Fatalf("row %+v", *row)
		}
		if utf8.RuneCountInString(row.Purpose) > maxCell {
			t.Fatal("a purpose is too long")
		}
		r.Find(row.Name, row.Host)
	}
}

func FuzzMachine(f *testing.F) {
	f.Add(ccJS)
	f.Add("X.cookieTableNecessary = [['a','b.test','c','2 years','HTTP',1]")
	f.Add(`{"DomainData":{"Groups":[{"OptanonGroupId":"C0001","FirstPartyCookies":[{"Name":"a","Length":"1e400"}]}]}}`)
	f.Add(`{"cookies":{"essential":[{"name":"a"}]}}`)
	f.Add(`{"disclosures":[{"identifier":"a","maxAgeSeconds":-9223372036854775808}]}`)
	f.Add(`[{"name":"a","domain":"b.test"}]`)
	f.Fuzz(func(t *testing.T, body string) {
		r, err := readMachine(body)
		if err != nil && r != nil {
			t.Fatal("an answer and an error")
		}
		checkRegister(t, r)
	})
}

func FuzzLiteral(f *testing.F) {
	f.Add(`['a\'b',"\u0041\x41\u12",1,null,[[]],]`)
	f.Add(`[`)
	f.Add(`['`)
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := parseLiteral(s); err == nil && got.list == nil && got.text == "" && !strings.ContainsAny(s, `'"`) {
			t.Fatalf("%q is read as nothing", s)
		}
	})
}

func FuzzClaims(f *testing.F) {
	for _, row := range theTables().claims.Claims {
		for _, s := range row.Hit {
			f.Add(s, "Cookies")
		}
	}
	f.Add("What are cookies?\nWe do not use cookies.", "")
	f.Fuzz(func(t *testing.T, text, title string) {
		for _, c := range claimsIn(text, title) {
			if c.ID == "" || c.Quote == "" || c.Confidence <= 0 || c.Confidence > agreed || c.Days < 0 || math.IsNaN(c.Confidence) {
				t.Fatalf("%+v", c)
			}
			if utf8.ValidString(c.Quote) && !utf8.ValidString(fragment("https://a.test/", c.Quote)) {
				t.Fatal("the address is no text")
			}
		}
	})
}

// FuzzRead sends hostile texts through everything that reads them.
func FuzzRead(f *testing.F) {
	f.Add("tcf", `{"tcString":"`+someTCF+`"}`, "https://a.test/?gdpr=1&gdpr_consent="+someTCF, "euconsent-v2="+someTCF)
	f.Add("google-consent", `{"dataLayer":[["consent","default",{"ad_storage":1}]],"entries":{"a":{"default":true}}}`, "https://a.test/g/collect?gcs=G1--&gcd=11l1l1l1l1", "__gpp=DBABM~x")
	f.Add("gpp", `{"ping":{"gppString":"DBABM~x","applicableSections":[1]}}`, "https://a.test/?gpp=DBABM~x&gpp_sid=2", "usprivacy=1YNN")
	f.Add("cmp", `{`, "::", "x")
	f.Fuzz(func(t *testing.T, kind, raw, address, cookie string) {
		name, value, _ := strings.Cut(cookie, "=")
		v := visitOf(evidence.Run{
			Signals:  []evidence.Signal{{Kind: kind, Source: "s", Raw: json.RawMessage(raw)}},
			Requests: []evidence.Request{{ID: "none/request/1", URL: address, Body: raw}},
			Cookies:  []evidence.Cookie{{Name: name, Value: value, Writes: []evidence.CookieWrite{{Raw: cookie}}}},
			Storage:  []evidence.StorageItem{{Kind: "local", Key: name, Value: raw}},
			Papers:   []evidence.Paper{{Kind: "gpc", Body: raw}, {Kind: "ads-txt", Body: raw}, {Kind: "policy", Body: raw, Text: raw, URL: address}},
			Dialog:   &evidence.Dialog{Found: true, Text: raw},
		})
		list := Read(v, nil)
		if !slices.IsSortedFunc(list, compare) {
			t.Fatal("not in order")
		}
		for i := range list {
			parts := 0
			for _, set := range []bool{list[i].TCF != nil, list[i].GPP != nil, list[i].USP != nil, list[i].Google != nil, list[i].CMP != nil, list[i].Register != nil, list[i].Claim != nil, list[i].GPC != nil, list[i].Ads != nil} {
				if set {
					parts++
				}
			}
			if parts > 1 || (parts == 1) == (list[i].Error != "") {
				t.Fatalf("%d parts and error %q: %+v", parts, list[i].Error, list[i])
			}
			if !json.Valid(list[i].Parsed()) {
				t.Fatal("not JSON")
			}
		}
	})
}
