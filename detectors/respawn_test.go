package detectors

import (
	"slices"
	"strings"
	"testing"

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
func profiles(do func(m *maker, code string), codes ...string) *maker {
	m := visit()
	for i, s := range []evidence.Scenario{evidence.None, evidence.Reject, evidence.Accept} {
		if i > 0 {
			m.another(s)
		}
		do(m, codes[i%len(codes)])
	}
	m.run, m.now = &m.v.Runs[0], 100
	return m
}

func cookieOf(m *maker, code string) { m.cookie("vid", "shop.test", code, 365) }

const tagged = "https://t.test/p.gif"

func tagOf(m *maker, code string) { m.request("image", tagged, answering("ETag", `"`+code+`"`)) }

func TestRespawn(t *testing.T) {
	three := []string{code1, code2, code3}
	back := func(l *maker) { l.cookie("vid", "shop.test", code1, 365, byScript(shopJS)) }
	tryAll(t, etagRespawn, []trial{
		{"an entity tag holds the value", profiles(cookieOf, three...).again(noCookies, func(l *maker) {
			l.request("script", otherJS, asking("If-None-Match", `W/"v-`+code1+`"`))
			back(l)
		}), want{"vid@shop.test high"}},
		{"a new value each time", profiles(cookieOf, three...).again(noCookies, func(l *maker) {
			l.cookie("vid", "shop.test", code2, 365, byScript(shopJS))
		}), nil},
		{"nothing comes back", profiles(cookieOf, three...).again(noCookies, func(*maker) {}), nil},
		{"local storage holds the value", profiles(func(m *maker, code string) {
			m.cookie("vid", "shop.test", code, 365).item("local", "https://www.shop.test", "copy", "{\"id\":\""+code+"\"}")
		}, three...).again(noCookies, back), want{"vid@shop.test high"}},
		{"a session cookie that comes back", profiles(func(m *maker, code string) {
			m.cookie("sid", "shop.test", code, 0).item("local", "https://www.shop.test", "copy", code)
		}, three...).again(noCookies, func(l *maker) { l.cookie("sid", "shop.test", code1, 0) }), want{"sid@shop.test high"}},
		{"a choice that comes back", profiles(func(m *maker, _ string) {
			m.cookie("consent", "shop.test", "analytics-false.v20260101", 365).item("local", "https://www.shop.test", "consent", "analytics-false.v20260101")
		}, "").again(noCookies, func(l *maker) { l.cookie("consent", "shop.test", "analytics-false.v20260101", 365) }), nil},
		{"a value that every profile has", profiles(func(m *maker, _ string) {
			m.cookie("key", "shop.test", code1, 365).item("local", "https://www.shop.test", "key", code1)
		}, "").again(noCookies, func(l *maker) { l.cookie("key", "shop.test", code1, 365, byScript(shopJS)) }), nil},
		{"a value beside others that change", profiles(func(m *maker, code string) {
			m.cookie("key", "shop.test", code3+"."+code[:2], 365).item("local", "https://www.shop.test", "key", code3)
		}, three...).again(noCookies, func(l *maker) { l.cookie("key", "shop.test", code3+".3f", 365) }), nil},
		{"a script in the cache holds the value", profiles(cookieOf, three...).again(noCookies, func(l *maker) {
			l.request("script", otherJS, carrying(code1, line("Cache-Control", "private, max-age=31536000")))
			back(l)
		}), want{"vid@shop.test high"}},
		{"a page in the cache for five minutes holds the value", profiles(cookieOf, three...).again(noCookies, func(l *maker) {
			l.request("script", otherJS, carrying(code1, line("Cache-Control", "max-age=300")))
			back(l)
		}).again(cacheOnly, func(*maker) {}), want{"vid@shop.test high"}}, // not from the cache, then: by what cannot be seen
		{"a tag from which the server works the value out", profiles(func(m *maker, code string) {
			m.request("image", tagged, answering("ETag", code[:8])).cookie("uid", "t.test", code, 365)
		}, three...).again(noCookies, func(l *maker) {
			l.request("image", tagged, asking("If-None-Match", code1[:8])).cookie("uid", "t.test", code1, 365, byRequest("none/return1-request/1"))
		}), want{"uid@t.test high"}},
		{"an item of local storage that comes back", profiles(func(m *maker, code string) {
			m.item("local", "https://www.shop.test", "id", code)
		}, three...).again(noCookies, func(l *maker) { l.item("local", "https://www.shop.test", "id", code1) }).
			again(cacheOnly, func(l *maker) { l.item("local", "https://www.shop.test", "id", code1) }), want{"id@https://www.shop.test high"}},
		{"an item of local storage that was not cleared", profiles(func(m *maker, code string) {
			m.item("local", "https://www.shop.test", "id", code)
		}, three...).again(noCookies, func(l *maker) { l.item("local", "https://www.shop.test", "id", code1) }), nil},
		{"a value that the address holds", func() *maker {
			m := profiles(cookieOf, code1).again(noCookies, back)
			m.v.Subject.URL = shop + "?click=" + code1
			return m
		}(), nil},
		{"one profile alone, and a tag", visit().cookie("vid", "shop.test", code1, 365).again(noCookies, func(l *maker) {
			l.request("script", otherJS, asking("If-None-Match", code1))
			back(l)
		}), want{"vid@shop.test high"}},
		{"one profile alone, and nothing that holds the value", visit().cookie("vid", "shop.test", code1, 365).again(cacheOnly, back), nil},
		{"known to serve the visitor", profiles(func(m *maker, code string) {
			m.cookie("PHPSESSID", "shop.test", code, 0).item("local", "https://www.shop.test", "copy", code)
		}, three...).again(noCookies, func(l *maker) { l.cookie("PHPSESSID", "shop.test", code1, 0) }), want{"PHPSESSID@shop.test low"}},
	})
}

func TestRespawnFromTheDevice(t *testing.T) {
	small := size(1, 240, 60)
	set := func(m *maker) {
		m.cookie("device", "shop.test", code1, 365, byScript(otherJS))
	}
	tests := func(m *maker, _ string) {
		m.paint(otherJS, small, probe(ctx)...).paint(otherJS, small, el+"toDataURL")
		set(m)
	}
	chart := func(m *maker, _ string) {
		m.paint(otherJS, small, ctx+"fillText(2026; 5; 5)", el+"toDataURL")
		set(m)
	}
	tryAll(t, etagRespawn, []trial{
		{"the script read the device", profiles(tests, "").again(cacheOnly, set), want{"device@shop.test high"}},
		{"the script drew a chart", profiles(chart, "").again(cacheOnly, set), nil},
		{"another script read the device", profiles(func(m *maker, _ string) {
			m.paint(otherJS, small, probe(ctx)...).paint(otherJS, small, el+"toDataURL")
			m.cookie("device", "shop.test", code1, 365, byScript(shopJS))
		}, "").again(cacheOnly, func(l *maker) { l.cookie("device", "shop.test", code1, 365, byScript(shopJS)) }), nil},
	})
}

func TestTagsAlone(t *testing.T) {
	back := func(value string) func(*maker) {
		return func(l *maker) { l.request("image", tagged, asking("If-None-Match", `"`+value+`"`)) }
	}
	key := "ETag@" + tagged + " high"
	otherContent := func(m *maker, code string) {
		tagOf(m, code)
		m.run.Requests[0].AnswerDigest = "sha256:" + code
	}
	dated := func(m *maker, date string) { m.request("image", tagged, answering("Last-Modified", date)) }
	lasting := func(date string) func(*maker) {
		return func(l *maker) { l.request("image", tagged, asking("If-Modified-Since", date)) }
	}
	tryAll(t, etagRespawn, []trial{
		{"one of its own in each profile", profiles(tagOf, code1, code2, code3).again(noCookies, back(code1)), want{key}},
		{"seen in both looks, told once", profiles(tagOf, code1, code2, code3).again(noCookies, back(code1)).again(cacheOnly, back(code1)), want{key}},
		{"the same in all profiles", profiles(tagOf, code1).again(noCookies, back(code1)), nil},
		{"two servers with tags of their own", profiles(tagOf, code1, code2, code1).again(noCookies, back(code1)), nil},
		{"other content", profiles(otherContent, code1, code2, code3).again(noCookies, back(code1)), nil},
		{"file number, size and moment", profiles(tagOf, "2a41b7-5f3e-63f1c7a2b4c80", "2a52c9-5f3e-63f1c7a2b4c80", "2b63d1-5f3e-63f1c7a2b4c80").
			again(noCookies, back("2a41b7-5f3e-63f1c7a2b4c80")), nil},
		{"not confirmed", profiles(tagOf, code1, code2, code3).again(noCookies, func(l *maker) {
			l.request("image", tagged, asking("If-None-Match", code1), func(q *evidence.Request) { q.Confirmed = false })
		}), nil},
		{"one profile alone", visit().request("image", tagged, answering("ETag", code1)).again(noCookies, back(code1)), nil},
		{"a date of its own in each profile", profiles(dated, "Tue, 04 Mar 1997 10:11:12 GMT", "Sat, 09 Aug 2008 01:02:03 GMT", "Wed, 01 Jan 2014 07:08:09 GMT").
			again(noCookies, lasting("Tue, 04 Mar 1997 10:11:12 GMT")), want{"Last-Modified@" + tagged + " high"}},
		{"copied to three servers one after another", profiles(dated, "Tue, 04 Mar 1997 10:11:12 GMT", "Tue, 04 Mar 1997 10:11:40 GMT", "Tue, 04 Mar 1997 10:12:09 GMT").
			again(noCookies, lasting("Tue, 04 Mar 1997 10:11:12 GMT")), nil},
	})
}

// The means, and how sure they are, are part of what is said.
func TestRespawnMeans(t *testing.T) {
	three := []string{code1, code2, code3}
	back := func(l *maker) { l.cookie("vid", "shop.test", code1, 365, byScript(shopJS)) }
	worker := func(m *maker, code string) {
		m.cookie("vid", "shop.test", code, 365).item("service-worker", "https://www.shop.test", "https://www.shop.test/", "")
	}
	for _, c := range []struct {
		name, want string
		m          *maker
	}{
		{"tag", "etag observed", profiles(cookieOf, three...).again(noCookies, func(l *maker) {
			l.request("script", otherJS, asking("If-None-Match", code1))
			back(l)
		})},
		{"IndexedDB", "indexeddb observed", profiles(func(m *maker, code string) {
			m.cookie("vid", "shop.test", code, 365).item("indexeddb", "https://www.shop.test", "db/ids", "me "+code)
		}, three...).again(noCookies, back)},
		{"an answer of a service worker", "service-worker observed", profiles(worker, three...).again(noCookies, func(l *maker) {
			l.request("script", shopJS, func(q *evidence.Request) { q.FromWorker, q.Carries = true, []string{code1} })
			back(l)
		})},
		{"gone without storage", "service-worker inferred", profiles(worker, three...).again(noCookies, back).again(cacheOnly, func(*maker) {})},
		{"storage that hides the value", "storage inferred", profiles(func(m *maker, code string) {
			m.cookie("vid", "shop.test", code, 365).item("local", "https://www.shop.test", "x", "bm90IHRoZSBzYW1l")
		}, three...).again(noCookies, back).again(cacheOnly, func(*maker) {})},
		{"a picture in the cache", "cache inferred", profiles(cookieOf, three...).again(noCookies, back).again(cacheOnly, func(l *maker) {
			l.request("image", "https://www.shop.test/c.png", func(q *evidence.Request) { q.FromCache = true })
			back(l)
		})},
		{"nothing at all", "unknown inferred", profiles(cookieOf, three...).again(noCookies, back).again(cacheOnly, back)},
		{"one profile alone", "etag inferred", visit().cookie("vid", "shop.test", code1, 365).again(noCookies, func(l *maker) {
			l.request("script", otherJS, asking("If-None-Match", code1))
			back(l)
		})},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := c.m.judge(t, etagRespawn)
			if len(found) != 1 {
				t.Fatalf("found %+v", found)
			}
			f := found[0]
			if got := f.Args["means"] + " " + string(f.Certainty); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if strings.Contains(f.Args["value"], code1) || f.Script != shopJS || !slices.Contains(f.Evidence, "none/cookie/1") {
				t.Errorf("finding %+v", f)
			}
		})
	}
}

// A visit that did not come back says nothing, and that is not clean.
func TestRespawnNotMeasured(t *testing.T) {
	for _, c := range []struct {
		name string
		m    *maker
		want string
	}{
		{"no second look", visit(), "no returns were recorded"},
		{"other scenarios only", func() *maker {
			m := visit()
			m.run.Scenario = evidence.Reject
			return m
		}(), "other-scenario"},
		{"nothing was kept", func() *maker {
			m := visit()
			m.run.Returns = []evidence.Return{{Skipped: evidence.NothingKept}}
			return m
		}(), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := Run([]*Technique{etagRespawn}, c.m.v, db(t), Options{})
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
