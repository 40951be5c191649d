package statements

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const ccJS = `var CookieConsentDialog = CookieConsentDialog || {};
CookieConsentDialog.cookieTableNecessary = [['PHPSESSID','www.shop.test','Keeps the visitor\'s session','Session','HTTP',1,'','','1'],["CookieConsent","<a href=\"https://x.test\">shop.test<\/a>","Keeps the choice","1 year","HTTP",1]];
CookieConsentDialog.cookieTablePreference = [];
CookieConsentDialog.cookieTableStatistics = [['_ga','shop.test','Counts \u0026 tells apart','2 years','HTTP',1],['_ga_#','shop.test','','2 years','HTTP',1,null,[1,2]]];
CookieConsentDialog.cookieTableAdvertising = [ ['collect','google.com','','Session','Pixel',5] , ['lastSeen','shop.test','x','Persistent','HTML',2] ];
CookieConsentDialog.cookieTableUnclassified = [['abc','shop.test','Pending','Session','HTTP',1]];
CookieConsentDialog.cookieTableNecessaryCount = 2;`

func TestMachines(t *testing.T) {
	for _, tt := range []struct {
		name, body, source string
		want               []string
	}{
		{"cookiebot", ccJS, "cookiebot", []string{
			"PHPSESSID|PHPSESSID|shop.test|necessary|cookie|session",
			"CookieConsent|CookieConsent|shop.test|necessary|cookie|365d",
			"_ga|_ga|shop.test|analytics|cookie|2y",
			"_ga_#|_ga_*|shop.test|analytics|cookie|2y",
			"collect|collect|google.com|marketing|pixel|session",
			"lastSeen|lastSeen|shop.test|marketing|local|persistent",
			"abc|abc|shop.test|unclassified|cookie|session",
		}},
		{"onetrust", `{"DomainData":{"Language":{"Culture":"nl-NL"},"Groups":[
			{"OptanonGroupId":"C0001","GroupName":"Strikt noodzakelijk","FirstPartyCookies":[{"Name":"sid","Host":"www.shop.test","IsSession":true,"Length":"0","description":"x"}],"Hosts":[]},
			{"OptanonGroupId":"BG9","CustomGroupId":"TRACK","GroupName":"Marketing","FirstPartyCookies":[],"Hosts":[{"HostName":"ads.test","Cookies":[{"Name":"uid","Host":"ads.test","IsSession":false,"Length":"365"},{"Name":"x","Host":"ads.test","IsSession":false,"Length":30}]}]},
			{"OptanonGroupId":"C0002","GroupName":"Whatever","FirstPartyCookies":null,"Hosts":null}]}}`, "onetrust", []string{
			"sid|sid|shop.test|necessary|cookie|session",
			"uid|uid|ads.test|marketing|cookie|365d",
			"x|x|ads.test|marketing|cookie|30d",
		}},
		{"termly", `{"cookies":{"essential":[{"name":"csrf","domain":"shop.test","expire":"session","tracker_type":"http_cookie","en_us":"Guards"}],
			"advertising":[{"name":"_fbp","domain":".shop.test","expire":"3 months","tracker_type":"http_cookie","service":"Facebook","category":"advertising"}],
			"unclassified":[{"name":"ls_key","domain":"shop.test","expire":"persistent","tracker_type":"html_local_storage"}]}}`, "termly", []string{
			"_fbp|_fbp|shop.test|marketing|cookie|3mo", "csrf|csrf|shop.test|necessary|cookie|session", "ls_key|ls_key|shop.test|unclassified|local|persistent",
		}},
		{"device storage of a vendor", `{"disclosures":[{"identifier":"uid*","type":"cookie","maxAgeSeconds":7776000,"cookieRefresh":true,"domains":["*.ads.test","ads2.test"],"purposes":[1,2]},
			{"identifier":"key","type":"web","maxAgeSeconds":null,"domain":"*"},{"identifier":"s","type":"cookie","maxAgeSeconds":0}]}`, "device-storage", []string{
			"uid*|uid*|ads.test||cookie|90d", "uid*|uid*|ads2.test||cookie|90d", "key|key|||local|?", "s|s|||cookie|session",
		}},
		{"any JSON", `{"site":{"name":"Shop","marketing":{"list":[{"name":"_fbp","domain":"shop.test","duration":"90 days"}]},"groups":[{"name":"Necessary","cookies":[{"cookieName":"sid","expiry":"session","description":"<b>x</b>"}]}]}}`, "json", []string{
			"sid|sid||necessary||session", "_fbp|_fbp|shop.test|marketing||90d",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := readMachine(tt.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, lines(r)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if r.Source != tt.source {
				t.Errorf("source %q", r.Source)
			}
		})
	}
	r, err := readMachine(ccJS)
	if err != nil {
		t.Fatal(err)
	}
	if p := r.Rows[2].Purpose; p != "Counts & tells apart" {
		t.Errorf("escapes are read as %q", p)
	}
	if p := r.Rows[0].Purpose; p != "Keeps the visitor's session" {
		t.Errorf("escapes are read as %q", p)
	}
}

func TestMachinesRefused(t *testing.T) {
	for name, body := range map[string]string{
		"a page":          "<!doctype html><script>CookieConsentDialog.cookieTableNecessary = []</script>",
		"other JSON":      `{"version":1,"name":"shop","domain":["x"]}`,
		"a list of words": `["a","b"]`,
		"nothing":         "", "text": "hello",
	} {
		if r, err := readMachine(body); r != nil || err != nil {
			t.Errorf("%s is read as %+v (%v)", name, r, err)
		}
	}
	for name, body := range map[string]string{
		"cut array":       ccJS[:strings.Index(ccJS, "'Session'")],
		"no array":        "CookieConsentDialog.init()",
		"broken JSON":     `{"DomainData":{`,
		"wrong OneTrust":  `{"DomainData":{"Groups":7}}`,
		"wrong storage":   `{"disclosures":"none"}`,
		"code in arrays":  "CookieConsentDialog.cookieTableNecessary = [['a' + b]];",
		"nested too deep": "CookieConsentDialog.cookieTableNecessary = " + strings.Repeat("[", 5000),
	} {
		if r, err := readMachine(body); err == nil {
			t.Errorf("%s is read as %+v", name, r)
		}
	}
}
