package detectors

import (
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

func TestCNAMECloaking(t *testing.T) {
	adobe := []string{"shop.test.ssl.sc.omtrdc.net", "shop.test.edge.ssl.sc.omtrdc.net"}
	hidden := func() *maker { return visit().named("metrics.shop.test", adobe...) }
	socket := func(m *maker) *maker {
		m.run.Sockets = []evidence.Socket{{ID: "none/socket/1", URL: "wss://metrics.shop.test/live", Status: 101}}
		return m
	}
	tryAll(t, cnameCloaking, []trial{
		{"a script", hidden().request("script", metrics+"s_code.js"), want{"metrics.shop.test medium"}},
		{"with a cookie of the site", hidden().request("script", metrics+"s_code.js", sends("PHPSESSID")), want{"metrics.shop.test high"}},
		{"with an identifier", hidden().request("beacon", metrics+"b?mid="+uuid), want{"metrics.shop.test high"}},
		{"in a frame of the site", hidden().request("document", metrics+"frame.html", func(r *evidence.Request) { r.Frame = true }), want{"metrics.shop.test medium"}},
		{"over a line", socket(hidden()), want{"metrics.shop.test medium"}},
		{"from a worker", hidden().request("fetch", metrics+"collect", func(r *evidence.Request) { r.Target = "t9" }), want{"metrics.shop.test medium"}},
		{"before and after the choice", hidden().request("script", metrics+"a.js").choose().request("fetch", metrics+"b"),
			want{"metrics.shop.test medium", "metrics.shop.test medium after"}},
		{"behind a name of the site and a delivery network", visit().named("s.shop.test", "x.shop.test", "shop.b-cdn.net", "k9.eulerian.net").
			request("script", "https://s.shop.test/ea.js"), want{"s.shop.test medium"}},
		{"the host of a tracker that has no target of its own", visit().named("analyse.shop.test", "shop.matomo.cloud").
			request("script", "https://analyse.shop.test/x.js"), want{"analyse.shop.test medium"}},
		{"only a picture to be seen", hidden().request("image", metrics+"logo.png", picture), want{"metrics.shop.test low"}},
		{"a pixel", hidden().request("image", metrics+"p.gif", pixel), want{"metrics.shop.test medium"}},
		{"against fraud", visit().named("id.shop.test", "h.online-metrix.net").request("script", "https://id.shop.test/fp.js"), want{"id.shop.test low"}},

		{"www for the bare name", visit().named("www.shop.test", "shop.test").request("image", shop+"a.png"), nil},
		{"a delivery network", visit().named("static.shop.test", "d111111abcdef8.cloudfront.net").request("script", "https://static.shop.test/a.js", sends("PHPSESSID")), nil},
		{"a shop platform", visit().named("www.shop.test", "shops.myshopify.com").request("script", shop+"a.js"), nil},
		{"a consent dialog", visit().named("consent.shop.test", "shop.cdn.privacy-mgmt.com").request("script", "https://consent.shop.test/cmp.js"), nil},
		{"a company that nobody knows", visit().named("x.shop.test", "y.unheard-of.test").request("script", "https://x.shop.test/a.js"), nil},
		{"the host that the page came from", visit().named("www.shop.test", "1.group4.sites.hubspot.net").request("document", shop).request("script", shop+"a.js"), nil},
		{"a tracker under its own name", visit().named("cdn.other.test", adobe...).request("script", "https://cdn.other.test/s_code.js"), nil},
		{"a name that nothing was asked of", hidden().request("script", shopJS), nil},
		{"no alias", visit().named("metrics.shop.test").request("script", metrics+"s_code.js"), nil},
	})
}

// A company under a name of its own site hides from nobody.
func TestCNAMEOfTheCompanyItself(t *testing.T) {
	m := visit().named("r.criteo.com", "r.dnsdelegation.io").request("script", "https://r.criteo.com/b.js")
	m.run.Pages[0].FinalURL = "https://www.criteo.com/"
	check(t, m.judge(t, cnameCloaking), nil)
}

func TestCNAMEFinding(t *testing.T) {
	m := visit().named("metrics.shop.test", "a.shop.test", "shop.test.ssl.sc.omtrdc.net").
		request("script", metrics+"s_code.js", sends("s_vi", "PHPSESSID")).request("image", metrics+"b", pixel, sends("s_vi"))
	f := m.judge(t, cnameCloaking)[0]
	if f.Party != "adobe-analytics" || f.Certainty != Matched || f.Host != "metrics.shop.test" || !slices.Equal(f.Evidence, []evidence.ID{"none/request/1", "none/request/2"}) {
		t.Errorf("finding %+v", f)
	}
	for name, want := range map[string]string{
		"chain":   "metrics.shop.test → a.shop.test → shop.test.ssl.sc.omtrdc.net",
		"cookies": "PHPSESSID, s_vi", "count": "2", "who": "Adobe Analytics",
	} {
		if f.Args[name] != want {
			t.Errorf("%s is %q, want %q", name, f.Args[name], want)
		}
	}
}

// EasyPrivacy lists names of sites that stand for trackers; the alias may be out
// of sight.
func TestCNAMEByList(t *testing.T) {
	host := listedDisguise(t)
	m := visit().request("script", "https://"+host+"/x.js")
	m.run.Pages[0].FinalURL = "https://" + host[strings.IndexByte(host, '.')+1:] + "/"
	found := m.judge(t, cnameCloaking)
	check(t, found, want{host + " medium"})
	if f := found[0]; f.Party != "eulerian" || !strings.HasPrefix(f.Args["chain"], "easyprivacy: ") {
		t.Errorf("finding %+v", f)
	}
}

// listedDisguise is a name of three labels that EasyPrivacy keeps for Eulerian.
func listedDisguise(t *testing.T) string {
	t.Helper()
	text, err := db(t).File("easyprivacy.txt")
	if err != nil {
		t.Skip("without packs: ", err)
	}
	_, section, _ := strings.Cut(string(text), "/easyprivacy_specific_cname_eulerian.txt ***")
	for line := range strings.Lines(section) {
		host, ok := strings.CutPrefix(strings.TrimSuffix(strings.TrimSpace(line), "^"), "||")
		if ok && strings.Count(host, ".") == 2 {
			return host
		}
	}
	t.Fatal("EasyPrivacy keeps no names for Eulerian")
	return ""
}

// What DNS did not tell is not clean.
func TestCNAMENotMeasured(t *testing.T) {
	for _, whole := range []bool{true, false} {
		m := visit().request("script", metrics+"s_code.js")
		m.v.Gaps = []evidence.Gap{{Scenario: evidence.None, Kind: evidence.KindNames, Where: "metrics.shop.test", Why: "DNS: timeout", Whole: whole}}
		j := Run([]*Technique{cnameCloaking}, m.v, db(t), Options{})
		if list := map[bool][]NotMeasured{true: j.NotMeasured, false: j.Partial}[whole]; len(list) != 1 || !strings.Contains(list[0].Why, "DNS: timeout") {
			t.Errorf("not measured %v, partial %v", j.NotMeasured, j.Partial)
		}
	}
}
