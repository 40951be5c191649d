package respawn

import (
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/evidence"
)

// Codes of the same kind that different profiles got.
const (
	code1 = "3f9c1a7be2d04586b1c7a90de4f25871"
	code2 = "b04d2e6f91a34c7d8e05f1b2c3a49d68"
	code3 = "7e51c9d0a86b4f23950dbe17fa6c2348"
)

// by sets what a second look's cookie was written by.
func byRequest(id string) func(*evidence.Cookie) {
	return func(c *evidence.Cookie) { c.Writes[0].Request, c.Writes[0].Raw = evidence.ID(id), c.Name+"="+c.Value }
}

func byScript(url string) func(*evidence.Cookie) {
	return func(c *evidence.Cookie) {
		c.Writes[0] = evidence.CookieWrite{At: c.At, Kind: "script", URL: url, Raw: c.Name + "=" + c.Value, Call: "none/return1-call/1"}
	}
}

func line(name, value string) evidence.Header { return evidence.Header{Name: name, Value: value} }

func asking(name, value string) func(*evidence.Request) {
	return func(q *evidence.Request) {
		q.Confirmed, q.Headers = true, append(q.Headers, line(name, value))
	}
}

func answering(name, value string) func(*evidence.Request) {
	return func(q *evidence.Request) {
		q.Answer, q.AnswerDigest = append(q.Answer, line(name, value)), "sha256:of-the-pixel"
	}
}

func carrying(text string, more ...evidence.Header) func(*evidence.Request) {
	return func(q *evidence.Request) { q.FromCache, q.Carries, q.Answer = true, []string{text}, more }
}

// profiles builds a visit of three runs, each in a fresh profile, that did
// something with a code of its own; what the first run saw when it came back
// follows.
func profiles(do func(m *try.Maker, code string), codes ...string) *try.Maker {
	m := try.Visit()
	for i, s := range []evidence.Scenario{evidence.None, evidence.Reject, evidence.Accept} {
		if i > 0 {
			m.Another(s)
		}
		do(m, codes[i%len(codes)])
	}
	m.Run, m.Now = &m.Visit.Runs[0], 100
	return m
}

func cookieOf(m *try.Maker, code string) { m.Cookie("vid", "shop.test", code, 365) }

const tagged = "https://t.test/p.gif"

func tagOf(m *try.Maker, code string) { m.Request("image", tagged, answering("ETag", `"`+code+`"`)) }

func TestRespawn(t *testing.T) {
	three := []string{code1, code2, code3}
	back := func(l *try.Maker) { l.Cookie("vid", "shop.test", code1, 365, byScript(try.ShopJS)) }
	try.All(t, ETagRespawn, []try.Trial{
		try.One("an entity tag holds the value", profiles(cookieOf, three...).Again(try.NoCookies, func(l *try.Maker) {
			l.Request("script", try.OtherJS, asking("If-None-Match", `W/"v-`+code1+`"`))
			back(l)
		}), try.Want{"vid@shop.test high"}),
		try.One("a new value each time", profiles(cookieOf, three...).Again(try.NoCookies, func(l *try.Maker) {
			l.Cookie("vid", "shop.test", code2, 365, byScript(try.ShopJS))
		}), nil),
		try.One("nothing comes back", profiles(cookieOf, three...).Again(try.NoCookies, func(*try.Maker) {}), nil),
		try.One("local storage holds the value", profiles(func(m *try.Maker, code string) {
			m.Cookie("vid", "shop.test", code, 365).Item("local", "https://www.shop.test", "copy", "{\"id\":\""+code+"\"}")
		}, three...).Again(try.NoCookies, back), try.Want{"vid@shop.test high"}),
		try.One("a session cookie that comes back", profiles(func(m *try.Maker, code string) {
			m.Cookie("sid", "shop.test", code, 0).Item("local", "https://www.shop.test", "copy", code)
		}, three...).Again(try.NoCookies, func(l *try.Maker) { l.Cookie("sid", "shop.test", code1, 0) }), try.Want{"sid@shop.test high"}),
		try.One("a choice that comes back", profiles(func(m *try.Maker, _ string) {
			m.Cookie("consent", "shop.test", "analytics-false.v20260101", 365).Item("local", "https://www.shop.test", "consent", "analytics-false.v20260101")
		}, "").Again(try.NoCookies, func(l *try.Maker) { l.Cookie("consent", "shop.test", "analytics-false.v20260101", 365) }), nil),
		try.One("a value that every profile has", profiles(func(m *try.Maker, _ string) {
			m.Cookie("key", "shop.test", code1, 365).Item("local", "https://www.shop.test", "key", code1)
		}, "").Again(try.NoCookies, func(l *try.Maker) { l.Cookie("key", "shop.test", code1, 365, byScript(try.ShopJS)) }), nil),
		try.One("a value beside others that change", profiles(func(m *try.Maker, code string) {
			m.Cookie("key", "shop.test", code3+"."+code[:2], 365).Item("local", "https://www.shop.test", "key", code3)
		}, three...).Again(try.NoCookies, func(l *try.Maker) { l.Cookie("key", "shop.test", code3+".3f", 365) }), nil),
		try.One("a script in the cache holds the value", profiles(cookieOf, three...).Again(try.NoCookies, func(l *try.Maker) {
			l.Request("script", try.OtherJS, carrying(code1, line("Cache-Control", "private, max-age=31536000")))
			back(l)
		}), try.Want{"vid@shop.test high"}),
		try.One("a page in the cache for five minutes holds the value", profiles(cookieOf, three...).Again(try.NoCookies, func(l *try.Maker) {
			l.Request("script", try.OtherJS, carrying(code1, line("Cache-Control", "max-age=300")))
			back(l)
		}).Again(try.CacheOnly, func(*try.Maker) {}), try.Want{"vid@shop.test high"}), // not from the cache, then: by what cannot be seen
		try.One("a tag from which the server works the value out", profiles(func(m *try.Maker, code string) {
			m.Request("image", tagged, answering("ETag", code[:8])).Cookie("uid", "t.test", code, 365)
		}, three...).Again(try.NoCookies, func(l *try.Maker) {
			l.Request("image", tagged, asking("If-None-Match", code1[:8])).Cookie("uid", "t.test", code1, 365, byRequest("none/return1-request/1"))
		}), try.Want{"uid@t.test high"}),
		try.One("an item of local storage that comes back", profiles(func(m *try.Maker, code string) {
			m.Item("local", "https://www.shop.test", "id", code)
		}, three...).Again(try.NoCookies, func(l *try.Maker) { l.Item("local", "https://www.shop.test", "id", code1) }).
			Again(try.CacheOnly, func(l *try.Maker) { l.Item("local", "https://www.shop.test", "id", code1) }), try.Want{"id@https://www.shop.test high"}),
		try.One("an item of local storage that was not cleared", profiles(func(m *try.Maker, code string) {
			m.Item("local", "https://www.shop.test", "id", code)
		}, three...).Again(try.NoCookies, func(l *try.Maker) { l.Item("local", "https://www.shop.test", "id", code1) }), nil),
		try.One("a value that the address holds", func() *try.Maker {
			m := profiles(cookieOf, code1).Again(try.NoCookies, back)
			m.Visit.Subject.URL = try.Shop + "?click=" + code1
			return m
		}(), nil),
		try.One("one profile alone, and a tag", try.Visit().Cookie("vid", "shop.test", code1, 365).Again(try.NoCookies, func(l *try.Maker) {
			l.Request("script", try.OtherJS, asking("If-None-Match", code1))
			back(l)
		}), try.Want{"vid@shop.test high"}),
		try.One("one profile alone, and nothing that holds the value", try.Visit().Cookie("vid", "shop.test", code1, 365).Again(try.CacheOnly, back), nil),
		try.One("known to serve the visitor", profiles(func(m *try.Maker, code string) {
			m.Cookie("PHPSESSID", "shop.test", code, 0).Item("local", "https://www.shop.test", "copy", code)
		}, three...).Again(try.NoCookies, func(l *try.Maker) { l.Cookie("PHPSESSID", "shop.test", code1, 0) }), try.Want{"PHPSESSID@shop.test low"}),
	})
}

func TestRespawnFromTheDevice(t *testing.T) {
	small := try.Size(1, 240, 60)
	set := func(m *try.Maker) {
		m.Cookie("device", "shop.test", code1, 365, byScript(try.OtherJS))
	}
	tests := func(m *try.Maker, _ string) {
		m.Paint(try.OtherJS, small, try.Probe(try.Context)...).Paint(try.OtherJS, small, try.Canvas+"toDataURL")
		set(m)
	}
	chart := func(m *try.Maker, _ string) {
		m.Paint(try.OtherJS, small, try.Context+"fillText(2026; 5; 5)", try.Canvas+"toDataURL")
		set(m)
	}
	try.All(t, ETagRespawn, []try.Trial{
		try.One("the script read the device", profiles(tests, "").Again(try.CacheOnly, set), try.Want{"device@shop.test high"}),
		try.One("the script drew a chart", profiles(chart, "").Again(try.CacheOnly, set), nil),
		try.One("another script read the device", profiles(func(m *try.Maker, _ string) {
			m.Paint(try.OtherJS, small, try.Probe(try.Context)...).Paint(try.OtherJS, small, try.Canvas+"toDataURL")
			m.Cookie("device", "shop.test", code1, 365, byScript(try.ShopJS))
		}, "").Again(try.CacheOnly, func(l *try.Maker) { l.Cookie("device", "shop.test", code1, 365, byScript(try.ShopJS)) }), nil),
	})
}

func TestTagsAlone(t *testing.T) {
	back := func(value string) func(*try.Maker) {
		return func(l *try.Maker) { l.Request("image", tagged, asking("If-None-Match", `"`+value+`"`)) }
	}
	key := "ETag@" + tagged + " high"
	otherContent := func(m *try.Maker, code string) {
		tagOf(m, code)
		m.Run.Requests[0].AnswerDigest = "sha256:" + code
	}
	dated := func(m *try.Maker, date string) { m.Request("image", tagged, answering("Last-Modified", date)) }
	lasting := func(date string) func(*try.Maker) {
		return func(l *try.Maker) { l.Request("image", tagged, asking("If-Modified-Since", date)) }
	}
	try.All(t, ETagRespawn, []try.Trial{
		try.One("one of its own in each profile", profiles(tagOf, code1, code2, code3).Again(try.NoCookies, back(code1)), try.Want{key}),
		try.One("seen in both looks, told once", profiles(tagOf, code1, code2, code3).Again(try.NoCookies, back(code1)).Again(try.CacheOnly, back(code1)), try.Want{key}),
		try.One("the same in all profiles", profiles(tagOf, code1).Again(try.NoCookies, back(code1)), nil),
		try.One("two servers with tags of their own", profiles(tagOf, code1, code2, code1).Again(try.NoCookies, back(code1)), nil),
		try.One("other content", profiles(otherContent, code1, code2, code3).Again(try.NoCookies, back(code1)), nil),
		try.One("file number, size and moment", profiles(tagOf, "2a41b7-5f3e-63f1c7a2b4c80", "2a52c9-5f3e-63f1c7a2b4c80", "2b63d1-5f3e-63f1c7a2b4c80").
			Again(try.NoCookies, back("2a41b7-5f3e-63f1c7a2b4c80")), nil),
		try.One("not confirmed", profiles(tagOf, code1, code2, code3).Again(try.NoCookies, func(l *try.Maker) {
			l.Request("image", tagged, asking("If-None-Match", code1), func(q *evidence.Request) { q.Confirmed = false })
		}), nil),
		try.One("one profile alone", try.Visit().Request("image", tagged, answering("ETag", code1)).Again(try.NoCookies, back(code1)), nil),
		try.One("a date of its own in each profile", profiles(dated, "Tue, 04 Mar 1997 10:11:12 GMT", "Sat, 09 Aug 2008 01:02:03 GMT", "Wed, 01 Jan 2014 07:08:09 GMT").
			Again(try.NoCookies, lasting("Tue, 04 Mar 1997 10:11:12 GMT")), try.Want{"Last-Modified@" + tagged + " high"}),
		try.One("copied to three servers one after another", profiles(dated, "Tue, 04 Mar 1997 10:11:12 GMT", "Tue, 04 Mar 1997 10:11:40 GMT", "Tue, 04 Mar 1997 10:12:09 GMT").
			Again(try.NoCookies, lasting("Tue, 04 Mar 1997 10:11:12 GMT")), nil),
	})
}

// The means, and how sure they are, are part of what is said.
func TestRespawnMeans(t *testing.T) {
	three := []string{code1, code2, code3}
	back := func(l *try.Maker) { l.Cookie("vid", "shop.test", code1, 365, byScript(try.ShopJS)) }
	worker := func(m *try.Maker, code string) {
		m.Cookie("vid", "shop.test", code, 365).Item("service-worker", "https://www.shop.test", "https://www.shop.test/", "")
	}
	for _, c := range []struct {
		name, want string
		m          *try.Maker
	}{
		{"tag", "etag observed", profiles(cookieOf, three...).Again(try.NoCookies, func(l *try.Maker) {
			l.Request("script", try.OtherJS, asking("If-None-Match", code1))
			back(l)
		})},
		{"IndexedDB", "indexeddb observed", profiles(func(m *try.Maker, code string) {
			m.Cookie("vid", "shop.test", code, 365).Item("indexeddb", "https://www.shop.test", "db/ids", "me "+code)
		}, three...).Again(try.NoCookies, back)},
		{"an answer of a service worker", "service-worker observed", profiles(worker, three...).Again(try.NoCookies, func(l *try.Maker) {
			l.Request("script", try.ShopJS, func(q *evidence.Request) { q.FromWorker, q.Carries = true, []string{code1} })
			back(l)
		})},
		{"gone without storage", "service-worker inferred", profiles(worker, three...).Again(try.NoCookies, back).Again(try.CacheOnly, func(*try.Maker) {})},
		{"storage that hides the value", "storage inferred", profiles(func(m *try.Maker, code string) {
			m.Cookie("vid", "shop.test", code, 365).Item("local", "https://www.shop.test", "x", "bm90IHRoZSBzYW1l")
		}, three...).Again(try.NoCookies, back).Again(try.CacheOnly, func(*try.Maker) {})},
		{"a picture in the cache", "cache inferred", profiles(cookieOf, three...).Again(try.NoCookies, back).Again(try.CacheOnly, func(l *try.Maker) {
			l.Request("image", "https://www.shop.test/c.png", func(q *evidence.Request) { q.FromCache = true })
			back(l)
		})},
		{"nothing at all", "unknown inferred", profiles(cookieOf, three...).Again(try.NoCookies, back).Again(try.CacheOnly, back)},
		{"one profile alone", "etag inferred", try.Visit().Cookie("vid", "shop.test", code1, 365).Again(try.NoCookies, func(l *try.Maker) {
			l.Request("script", try.OtherJS, asking("If-None-Match", code1))
			back(l)
		})},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := c.m.Judge(t, ETagRespawn)
			if len(found) != 1 {
				t.Fatalf("found %+v", found)
			}
			f := found[0]
			if got := f.Args["means"] + " " + string(f.Certainty); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if strings.Contains(f.Args["value"], code1) || f.Script != try.ShopJS || !slices.Contains(f.Evidence, "none/cookie/1") {
				t.Errorf("finding %+v", f)
			}
		})
	}
}

// A visit that did not come back says nothing, and that is not clean.
func TestRespawnNotMeasured(t *testing.T) {
	for _, c := range []struct {
		name string
		m    *try.Maker
		want string
	}{
		{"no second look", try.Visit(), "no returns were recorded"},
		{"other scenarios only", func() *try.Maker {
			m := try.Visit()
			m.Run.Scenario = evidence.Reject
			return m
		}(), "other-scenario"},
		{"nothing was kept", func() *try.Maker {
			m := try.Visit()
			m.Run.Returns = []evidence.Return{{Skipped: evidence.NothingKept}}
			return m
		}(), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := detectors.Run([]*detectors.Technique{ETagRespawn}, c.m.Visit, try.DB(t), detectors.Options{})
			got := ""
			if len(j.NotMeasured) == 1 {
				got = j.NotMeasured[0].Why
			}
			if got != c.want || len(j.Findings) > 0 {
				t.Errorf("not measured %v, found %v", j.NotMeasured, j.Findings)
			}
		})
	}
}
