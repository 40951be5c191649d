package mail

import (
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/evidence"
)

// told lists findings as "kind@host certainty severity phase count/of".
func told(t testing.TB, m *try.Maker) []string {
	t.Helper()
	var out []string
	for _, f := range m.Judge(t, EmailTracking) {
		out = append(out, strings.Join([]string{f.Args["kind"] + "@" + f.Host, string(f.Certainty), string(f.Severity), string(f.Phase), f.Args["count"] + "/" + f.Args["of"]}, " "))
	}
	slices.Sort(out)
	return out
}

func TestEmailTracking(t *testing.T) {
	const chimp, club = "bikeshop.us7.list-manage.com", "www.rowingclub.test"
	for _, c := range []struct {
		name string
		m    *try.Maker
		want []string
	}{
		{"one copy, not shown", try.LetterOf(t, "bikeshop.eml"), []string{
			"open-pixel@" + chimp + " matched medium after 1/2", "wrapped-link@" + chimp + " matched medium before 5/6",
		}},
		{"one copy, shown", try.LetterOf(t, "bikeshop.eml").Shown(map[string]int{"/images/": 576}), []string{
			"open-pixel@" + chimp + " observed medium after 1/2", "wrapped-link@" + chimp + " matched medium before 5/6",
		}},
		{"two copies", try.LetterOf(t, "bikeshop.eml", "bikeshop-copy.eml"), []string{
			"open-pixel@" + chimp + " observed medium after 1/2", "wrapped-link@" + chimp + " observed medium before 5/6",
		}},
		{"a service on the sender's own domain", try.LetterOf(t, "teahouse.eml"), []string{
			"open-pixel@link.teahouse.test matched medium after 1/2", "wrapped-link@link.teahouse.test matched medium before 4/5",
		}},
		{"a club's own counter with short numbers, one copy", try.LetterOf(t, "rowingclub.eml"), []string{
			"open-count@" + club + " inferred low after 1/2",
		}},
		{"the same, two copies", try.LetterOf(t, "rowingclub.eml", "rowingclub-copy.eml"), []string{
			"link-code@" + club + " observed medium before 3/4", "open-pixel@" + club + " observed medium after 1/2",
		}},
		{"an honest letter", try.LetterOf(t, "museum.eml"), nil},
		{"an honest letter, shown", try.LetterOf(t, "museum.eml").Shown(map[string]int{"logo": 200, "glass": 560, "banner": 320}), nil},
		{"an honest letter, two copies", try.LetterOf(t, "museum.eml", "museum-copy.eml"), nil},
		{"codes of files, articles and an order", try.LetterOf(t, "lamps.eml"), nil},
		{"the same, shown", try.LetterOf(t, "lamps.eml").Shown(map[string]int{".jpg": 300, "logo": 160}), nil},
		{"pictures that came along", try.LetterOf(t, "garden.eml"), nil},
		{"plain text", try.LetterOf(t, "choir.eml"), nil},
		{"the reader's address", try.LetterOf(t, "hotel.eml"), []string{
			"open-pixel@match.adnet.test observed medium after 1/1",
			"recipient-address@go.partner.test observed high before 1/5", "recipient-address@match.adnet.test observed high after 1/5",
			"recipient-address@www.hotel.test observed medium before 2/5",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			slices.Sort(c.want)
			if got := told(t, c.m); !slices.Equal(got, c.want) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// TestPixels has single pictures: what reports an opening, and what looks alike.
func TestPixels(t *testing.T) {
	const code, long = "f3a91c07d2", "Q7vT0Zk2LmN9xR4wYb8s"
	for name, c := range map[string]struct {
		html  string
		shown int // the picture's own size; 0: not shown
		want  string
	}{
		"one pixel with a code":         {`<img src="https://t.other.test/o/` + code + `" width=1 height=1>`, 0, "open-pixel inferred"},
		"the same, fetched":             {`<img src="https://t.other.test/o/` + code + `" width=1 height=1>`, 1, "open-pixel observed"},
		"no size, one pixel when shown": {`<img src="https://t.other.test/o?x=` + code + `">`, 1, "open-pixel observed"},
		"no size, not shown":            {`<img src="https://t.other.test/o?x=` + code + `">`, 0, ""},
		"no size, a picture when shown": {`<img src="https://t.other.test/i/` + long + `">`, 400, ""},
		"no height":                     {`<img src="https://t.other.test/o/` + code + `.gif" height=0>`, 0, "open-pixel inferred"},
		"hidden by a class":             {`<style>.x{display:none}</style><img class=x src="https://t.other.test/o.php?id=` + code + `">`, 0, "open-pixel inferred"},
		"hidden around it":              {`<div style="max-height:0;overflow:hidden"><img src="https://t.other.test/o.aspx?` + long + `"></div>`, 0, "open-pixel inferred"},
		"a background":                  {`<td background="https://t.other.test/b?u=` + code + `" width=1 height=1>`, 0, ""},
		"a cell of one pixel":           {`<table><tr><td background="https://t.other.test/b?u=` + code + `" width=1 height=1></table>`, 0, "open-pixel inferred"},
		"a style":                       {`<div style="width:1px;height:1px;background:url(https://t.other.test/b?u=` + code + `)">`, 0, "open-pixel inferred"},
		"of a program, without code":    {`<img src="https://www.shop.test/count.php?mail=41" width=1 height=1>`, 0, "open-count inferred"},
		"of a service, without code":    {`<img src="https://x.list-manage.com/track/open.php" width=1 height=1>`, 0, "open-count matched"},
		"a code for the campaign":       {`<img src="https://www.shop.test/p.gif?utm_campaign=` + long + `" width=1 height=1>`, 0, ""},
		"a spacer":                      {`<img src="https://www.shop.test/spacer.gif" width=1 height=1>`, 0, ""},
		"a spacer with a version":       {`<img src="https://www.shop.test/img/s.gif?v=` + code + `" width=1 height=1>`, 0, ""},
		"a spacer with a hash":          {`<img src="https://cdn.other.test/` + long + `/spacer.gif" width=1 height=1>`, 0, ""},
		"a dot with a hash":             {`<img src="https://cdn.other.test/point-4f3a2b1c9d8e7f60.gif" width=1 height=1>`, 0, ""},
		"a line":                        {`<img src="https://www.shop.test/l.php?c=` + code + `" width=600 height=1>`, 0, ""},
		"hidden on large screens":       {`<div style="display:none"><img src="https://cdn.other.test/7d44f1c2-9a0b-4c3d-8e5f-112233445566.jpg" width=320 height=80></div>`, 0, ""},
		"the same, without a size":      {`<div style="display:none"><img src="https://cdn.other.test/7d44f1c2-9a0b-4c3d-8e5f-112233445566.jpg"></div>`, 0, ""},
		"a large picture with a code":   {`<img src="https://cdn.other.test/logo?id=` + long + `" width=200 height=60>`, 0, ""},
		"a font":                        {`<style>@font-face{font-family:x;src:url(https://fonts.other.test/` + long + `)}</style>`, 0, ""},
		"the hash of the address":       {`<img src="https://x.other.test/logo.png?e=6e4ef3e1e0fbb7d8b8b8" width=90 height=90>`, 0, ""},
		"the address in a picture":      {`<img src="https://x.other.test/logo.png?e=jan%2540reader.test" width=90 height=90>`, 0, "open-pixel observed+recipient-address observed"},
	} {
		m := try.Composed(t, c.html)
		if c.shown > 0 {
			m.Shown(map[string]int{"/": c.shown})
		}
		var got []string
		for _, f := range m.Judge(t, EmailTracking) {
			got = append(got, f.Args["kind"]+" "+string(f.Certainty))
		}
		slices.Sort(got)
		if g := strings.Join(got, "+"); g != c.want {
			t.Errorf("%s: found %q, want %q", name, g, c.want)
		}
	}
}

// TestLinks has the links of one message: what leads by others, and what looks alike.
func TestLinks(t *testing.T) {
	link := func(text, address string) string { return `<a href="` + address + `">` + text + `</a> ` }
	sealed := func(n int) string { return strings.Repeat("aB3xY9", 12) + string(rune('a'+n)) + "7Q" }
	each := func(address func(i int) string) string {
		out := ""
		for i, text := range []string{"One", "Two", "Three", "Four"} {
			out += link(text, address(i))
		}
		return out
	}
	for name, c := range map[string]struct{ html, want string }{
		"through another host, destination inside": {each(func(i int) string {
			return "https://go.clicks.test/c?u=https%3A%2F%2Fwww.shop.test%2Fp" + string(rune('0'+i)) + "&r=f3a91c07d2"
		}), "wrapped-link@go.clicks.test inferred"},
		"destination in Base64":                      {each(func(int) string { return "https://go.clicks.test/c/aHR0cHM6Ly93d3cuc2hvcC50ZXN0L29mZmVy/" }), "wrapped-plain@go.clicks.test inferred"},
		"sealed, at another host":                    {each(func(i int) string { return "https://go.clicks.test/" + sealed(i) }), "wrapped-link@go.clicks.test inferred"},
		"sealed, at the own site":                    {each(func(i int) string { return "https://click.shop.test/ls?q=" + sealed(i) }), "wrapped-link@click.shop.test inferred"},
		"a service known by its host":                {link("One", "https://abc.r.eu-west-1.awstrack.me/L0/https:%2F%2Fwww.shop.test%2F/1/0102018b-1f2e3d4c-aaaa-4bbb-8ccc-112233445566-000000/x=30") + link("Two", "https://www.shop.test/"), "wrapped-link@abc.r.eu-west-1.awstrack.me matched"},
		"a parameter that services give each reader": {link("One", "https://www.shop.test/p?mc_eid=83f1a9b2c4&utm_source=x"), "link-code@www.shop.test matched"},
		"a code shared with the way to leave":        {each(func(i int) string { return "https://www.shop.test/p" + string(rune('0'+i)) + "?m=Zk2Lm9Qw7TyB4x" }), "link-code@www.shop.test inferred"},
		"the mailing in every link":                  {each(func(i int) string { return "https://www.shop.test/p?mc_cid=83f1a9b2c4&utm_content=aB3xY9aB3xY9" }), ""},
		"articles with identifiers": {each(func(i int) string {
			return "https://www.shop.test/p/2f6c1d84-77aa-4b0e-9d1c-0a5b6c7d8e9" + string(rune('0'+i))
		}), ""},
		"articles of another shop in words and numbers": {each(func(i int) string {
			return "https://www.other.test/p/83712" + string(rune('0'+i)) + "-floor-lamp-f3a91c07d2"
		}), ""},
		"videos":  {each(func(i int) string { return "https://www.youtube.com/watch?v=dQw4w9WgXcQ" }), ""},
		"sharing": {link("Share", "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fwww.shop.test%2F") + link("Tweet", "https://twitter.com/intent/tweet?url=https%3A%2F%2Fwww.shop.test%2F") + link("Shop", "https://www.shop.test/"), ""},
		"the reader's own gateway": {each(func(int) string {
			return "https://nam12.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.shop.test%2F&data=05%7C02%7Cjan%40reader.test%7C6f1e"
		}), ""},
		"only the way to leave":                   {link("Unsubscribe", "https://www.shop.test/u/Q7vT0Zk2LmN9xR4wYb8s?email=jan%40reader.test"), ""},
		"the address, hashed, to another company": {link("One", "https://www.other.test/?h="+try.MD5("jan@reader.test")), "recipient-address@www.other.test observed"},
		"what stands before the @":                {link("One", "https://www.shop.test/jan.reader"), ""},
		"a mailing in a parameter of the service": {link("One", "https://www.shop.test/p?spMailingID=48213977&_hsmi=2839471"), ""},
		"the address, in Base64 inside JSON":      {link("One", "https://www.shop.test/?d=eyJtYWlsIjoiSmFuQHJlYWRlci50ZXN0In0"), "recipient-address@www.shop.test observed"},
		"the hash of another address":             {link("One", "https://www.other.test/?h="+try.MD5("piet@reader.test")), ""},
	} {
		var got []string
		for _, f := range try.Composed(t, c.html).Judge(t, EmailTracking) {
			got = append(got, f.Args["kind"]+"@"+f.Host+" "+string(f.Certainty))
		}
		if g := strings.Join(got, "+"); g != c.want {
			t.Errorf("%s: found %q, want %q", name, g, c.want)
		}
	}
}

// TestNameOfTheSender says that the company behind a name of the sender is named.
func TestNameOfTheSender(t *testing.T) {
	m := try.Composed(t, `<img width="1" height="1" src="https://px.shop.test/o?r=f3a91c07d2">`)
	for _, chain := range []struct{ end, party string }{{"sendgrid.net", "sendgrid"}, {"shop.hosting.test", ""}} {
		m.Visit.Names = []evidence.Name{{Host: "px.shop.test", Chain: []string{chain.end}}}
		if f := m.Judge(t, EmailTracking); len(f) != 1 || f[0].Party != chain.party {
			t.Errorf("%s: %+v", chain.end, f)
		}
	}
}
