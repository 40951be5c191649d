package survey

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// read reads a list and writes its entries in short: the address, or why it is none.
func read(t *testing.T, text string) (labels, entries []string) {
	t.Helper()
	labels, err := ReadList(strings.NewReader(text), func(e Entry) error {
		short := fmt.Sprintf("%d %s", e.Line, e.URL)
		if e.URL == "" {
			short = fmt.Sprintf("%d %q: %s", e.Line, e.Site, e.Why)
		}
		for _, name := range []string{"country", "owner", "rank"} {
			if v := e.Labels[name]; v != "" {
				short += " " + name + "=" + v
			}
		}
		entries = append(entries, short)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return labels, entries
}

func TestReadList(t *testing.T) {
	for name, c := range map[string]struct {
		list   string
		labels []string
		want   []string
	}{
		"a table": {"site,country,owner\nnu.nl,NL,DPG\n\"volkskrant.nl\",NL,\"DPG, Media\"\n", []string{"country", "owner"},
			[]string{"2 https://nu.nl/ country=NL owner=DPG", "3 https://volkskrant.nl/ country=NL owner=DPG, Media"}},
		"semicolons, a mark of order, CRLF": {"\ufeffcountry;Site\r\nDE;spiegel.de\r\n", []string{"country"}, []string{"2 https://spiegel.de/ country=DE"}},
		"tabs":                              {"site\tcountry\nlemonde.fr\tFR\n", []string{"country"}, []string{"2 https://lemonde.fr/ country=FR"}},
		"a field over two lines":            {"site,owner\na.test,\"one\ntwo\"\nb.test,x\n", []string{"owner"}, []string{"2 https://a.test/ owner=one\ntwo", "4 https://b.test/ owner=x"}},
		"a quotation mark that nothing closes": {"site,owner\na.test,\"one\nb.test,x\n", []string{"owner"},
			[]string{"2 https://a.test/ owner=one", "3 https://b.test/ owner=x"}},
		"a row that is too short": {"country,site\nNL\nNL,a.test\n", []string{"country"}, []string{`2 "NL": there is no column site in the line`, "3 https://a.test/ country=NL"}},
		"lines":                   {"# media\nhttps://nu.nl/\n\n  ad.nl  \nhttp://old.example:80/x?y=1#z\n", nil, []string{"2 https://nu.nl/", "4 https://ad.nl/", "5 http://old.example/x?y=1"}},
		"ranks":                   {"1,google.com\n2,facebook.com\n", []string{"rank"}, []string{"1 https://google.com/ rank=1", "2 https://facebook.com/ rank=2"}},
		"nothing":                 {"", nil, nil},
	} {
		labels, entries := read(t, c.list)
		if !slices.Equal(labels, c.labels) || !slices.Equal(entries, c.want) {
			t.Errorf("%s: labels %q, entries %q", name, labels, entries)
		}
	}
}

func TestAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"münchen.de":                      "https://xn--mnchen-3ya.de/",
		"https://MÜNCHEN.de/Straße":       "https://xn--mnchen-3ya.de/Stra%C3%9Fe",
		"shop.test:8443/a":                "https://shop.test:8443/a",
		"http://a.test:8080":              "http://a.test:8080/",
		"https://a.test:443/":             "https://a.test/",
		"localhost:3000":                  "https://localhost:3000/",
		"127.0.0.1:8080/x":                "https://127.0.0.1:8080/x",
		"http://[::1]:8080/":              "http://[::1]:8080/",
		"//cdn.test/x":                    "https://cdn.test/x",
		"Example.NL.":                     "https://example.nl/",
		"under_score.test":                "https://under_score.test/",
		"not a site":                      "",
		"ftp://a.test":                    "",
		"mailto:someone@a.test":           "",
		"someone@a.test":                  "",
		"https://user:secret@a.test/":     "",
		"https://":                        "",
		"a..test":                         "",
		"word":                            "",
		"1.2.3":                           "",
		"999.1.1.1":                       "",
		"a.test:99999":                    "",
		"a.test:0":                        "",
		"http://a.test:x/":                "",
		"javascript:alert(1)":             "",
		"<b>a.test</b>":                   "",
		strings.Repeat("a", 64) + ".test": "",
		"a.test/\x1b[2J":                  "",
	} {
		var e Entry
		e.address(text)
		if e.URL != want || (e.URL == "") != (e.Why != "") {
			t.Errorf("%q: %q (%s), want %q", text, e.URL, e.Why, want)
		}
	}
}

func TestSameSite(t *testing.T) {
	ident := func(text string) string {
		var e Entry
		e.address(text)
		return e.ident
	}
	for _, same := range []string{"https://nu.nl", "NU.nl/", "https://nu.nl:443/", "nu.nl#top", "//nu.nl"} {
		if ident(same) != ident("nu.nl") {
			t.Errorf("%q is not the site nu.nl", same)
		}
	}
	for _, other := range []string{"http://nu.nl", "www.nu.nl", "nu.nl/sport", "nu.nl:8443"} {
		if ident(other) == ident("nu.nl") {
			t.Errorf("%q is the site nu.nl", other)
		}
	}
}

func TestDomain(t *testing.T) {
	for host, want := range map[string]string{"www.shop.co.uk": "shop.co.uk", "a.b.test": "b.test", "127.0.0.1": "127.0.0.1", "localhost": "localhost"} {
		if got := domainOf(host); got != want {
			t.Errorf("%s: %s", host, got)
		}
	}
}

func TestListErrors(t *testing.T) {
	for name, c := range map[string]struct{ list, want string }{
		"no column":  {"domain,country\nnu.nl,NL\n", `"site"`},
		"not UTF-8":  {"s\x00i\x00t\x00e\x00\n", "UTF-8"},
		"of nothing": {"1,2,3\n", `"site"`},
	} {
		_, err := ReadList(strings.NewReader(c.list), func(Entry) error { return nil })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzReadList checks that every line that is neither empty nor a comment is an
// entry with an address or with a reason, whatever is in the list.
func FuzzReadList(f *testing.F) {
	for _, seed := range []string{"site,a\nx.test,1\n", "1,a.test\n", "a.test\n\"", "site;b\n\"x\n\"\n", "\ufeffsite\n", "https://[::1]:1/\n", "xn--a.test\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		_, _ = ReadList(strings.NewReader(text), func(e Entry) error {
			if e.Line <= last {
				t.Fatalf("line %d after line %d", e.Line, last)
			}
			last = e.Line
			if (e.URL == "") == (e.Why == "") || e.ident == "" {
				t.Fatalf("%+v", e)
			}
			if e.URL == "" {
				return nil
			}
			var again Entry
			again.address(e.URL)
			if again.URL != e.URL || again.ident != e.ident || again.domain != e.domain {
				t.Fatalf("%q is read as %q", e.URL, again.URL)
			}
			return nil
		})
	})
}
