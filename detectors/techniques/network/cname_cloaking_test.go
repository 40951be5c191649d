package network

import (
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/evidence"
)

func TestCNAMECloaking(t *testing.T) {
	adobe := []string{"shop.test.ssl.sc.omtrdc.net", "shop.test.edge.ssl.sc.omtrdc.net"}
	hidden := func() *try.Maker { return try.Visit().Named("metrics.shop.test", adobe...) }
	socket := func(m *try.Maker) *try.Maker {
		m.Run.Sockets = []evidence.Socket{{ID: "none/socket/1", URL: "wss://metrics.shop.test/live", Status: 101}}
		return m
	}
	try.All(t, CNAMECloaking, []try.Trial{
		try.One("a script", hidden().Request("script", try.Metrics+"s_code.js"), try.Want{"metrics.shop.test medium"}),
		try.One("with a cookie of the site", hidden().Request("script", try.Metrics+"s_code.js", try.Sends("PHPSESSID")), try.Want{"metrics.shop.test high"}),
		try.One("with an identifier", hidden().Request("beacon", try.Metrics+"b?mid="+try.UUID), try.Want{"metrics.shop.test high"}),
		try.One("in a frame of the site", hidden().Request("document", try.Metrics+"frame.html", func(r *evidence.Request) { r.Frame = true }), try.Want{"metrics.shop.test medium"}),
		try.One("over a line", socket(hidden()), try.Want{"metrics.shop.test medium"}),
		try.One("from a worker", hidden().Request("fetch", try.Metrics+"collect", func(r *evidence.Request) { r.Target = "t9" }), try.Want{"metrics.shop.test medium"}),
		try.One("before and after the choice", hidden().Request("script", try.Metrics+"a.js").Choose().Request("fetch", try.Metrics+"b"),
			try.Want{"metrics.shop.test medium", "metrics.shop.test medium after"}),
		try.One("behind a name of the site and a delivery network", try.Visit().Named("s.shop.test", "x.shop.test", "shop.b-cdn.net", "k9.eulerian.net").
			Request("script", "https://s.shop.test/ea.js"), try.Want{"s.shop.test medium"}),
		try.One("the host of a tracker that has no target of its own", try.Visit().Named("analyse.shop.test", "shop.matomo.cloud").
			Request("script", "https://analyse.shop.test/x.js"), try.Want{"analyse.shop.test medium"}),
		try.One("only a picture to be seen", hidden().Request("image", try.Metrics+"logo.png", try.Picture), try.Want{"metrics.shop.test low"}),
		try.One("a pixel", hidden().Request("image", try.Metrics+"p.gif", try.Pixel), try.Want{"metrics.shop.test medium"}),
		try.One("against fraud", try.Visit().Named("id.shop.test", "h.online-metrix.net").Request("script", "https://id.shop.test/fp.js"), try.Want{"id.shop.test low"}),

		try.One("www for the bare name", try.Visit().Named("www.shop.test", "shop.test").Request("image", try.Shop+"a.png"), nil),
		try.One("a delivery network", try.Visit().Named("static.shop.test", "d111111abcdef8.cloudfront.net").Request("script", "https://static.shop.test/a.js", try.Sends("PHPSESSID")), nil),
		try.One("a shop platform", try.Visit().Named("www.shop.test", "shops.myshopify.com").Request("script", try.Shop+"a.js"), nil),
		try.One("a consent dialog", try.Visit().Named("consent.shop.test", "shop.cdn.privacy-mgmt.com").Request("script", "https://consent.shop.test/cmp.js"), nil),
		try.One("a company that nobody knows", try.Visit().Named("x.shop.test", "y.unheard-of.test").Request("script", "https://x.shop.test/a.js"), nil),
		try.One("the host that the page came from", try.Visit().Named("www.shop.test", "1.group4.sites.hubspot.net").Request("document", try.Shop).Request("script", try.Shop+"a.js"), nil),
		try.One("a tracker under its own name", try.Visit().Named("cdn.other.test", adobe...).Request("script", "https://cdn.other.test/s_code.js"), nil),
		try.One("a name that nothing was asked of", hidden().Request("script", try.ShopJS), nil),
		try.One("no alias", try.Visit().Named("metrics.shop.test").Request("script", try.Metrics+"s_code.js"), nil),
	})
}

// A company under a name of its own site hides from nobody.
func TestCNAMEOfTheCompanyItself(t *testing.T) {
	m := try.Visit().Named("r.criteo.com", "r.dnsdelegation.io").Request("script", "https://r.criteo.com/b.js")
	m.Run.Pages[0].FinalURL = "https://www.criteo.com/"
	try.Check(t, m.Judge(t, CNAMECloaking), nil)
}

func TestCNAMEFinding(t *testing.T) {
	m := try.Visit().Named("metrics.shop.test", "a.shop.test", "shop.test.ssl.sc.omtrdc.net").
		Request("script", try.Metrics+"s_code.js", try.Sends("s_vi", "PHPSESSID")).Request("image", try.Metrics+"b", try.Pixel, try.Sends("s_vi"))
	f := m.Judge(t, CNAMECloaking)[0]
	if f.Party != "adobe-analytics" || f.Certainty != detectors.Matched || f.Host != "metrics.shop.test" || !slices.Equal(f.Evidence, []evidence.ID{"none/request/1", "none/request/2"}) {
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
	m := try.Visit().Request("script", "https://"+host+"/x.js")
	m.Run.Pages[0].FinalURL = "https://" + host[strings.IndexByte(host, '.')+1:] + "/"
	found := m.Judge(t, CNAMECloaking)
	try.Check(t, found, try.Want{host + " medium"})
	if f := found[0]; f.Party != "eulerian" || !strings.HasPrefix(f.Args["chain"], "easyprivacy: ") {
		t.Errorf("finding %+v", f)
	}
}

// listedDisguise is a name of three labels that EasyPrivacy keeps for Eulerian.
func listedDisguise(t *testing.T) string {
	t.Helper()
	text, err := try.DB(t).File("easyprivacy.txt")
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
		m := try.Visit().Request("script", try.Metrics+"s_code.js")
		m.Visit.Gaps = []evidence.Gap{{Scenario: evidence.None, Kind: evidence.KindNames, Where: "metrics.shop.test", Why: "DNS: timeout", Whole: whole}}
		j := detectors.Run([]*detectors.Technique{CNAMECloaking}, m.Visit, try.DB(t), detectors.Options{})
		if list := map[bool][]detectors.NotMeasured{true: j.NotMeasured, false: j.Partial}[whole]; len(list) != 1 || !strings.Contains(list[0].Why, "DNS: timeout") {
			t.Errorf("not measured %v, partial %v", j.NotMeasured, j.Partial)
		}
	}
}
