package visit

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	cdptypes "github.com/chromedp/cdproto/cdp"
	cdpnet "github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/evidence"
)

// A jarCookie is a cookie as it stood in the browser at the end of a stage.
type jarCookie struct {
	cookie *cdpnet.Cookie
	at     time.Time
	page   int
	stages []evidence.Phase
	last   bool // in the jar at the run's end
}

type cookieKey struct{ name, domain, path, partition string }

func keyOf(c *cdpnet.Cookie) cookieKey {
	k := cookieKey{c.Name, strings.TrimPrefix(c.Domain, "."), c.Path, ""}
	if c.PartitionKey != nil {
		k.partition = c.PartitionKey.TopLevelSite
	}
	return k
}

// readJar notes which cookies the browser holds now.
func (r *recorder) readJar(ctx context.Context, root *cdp.Session, id cdptypes.BrowserContextID, phase evidence.Phase) error {
	res, err := cdp.Do(ctx, root, storage.GetCookies, storage.GetCookiesParams{BrowserContextID: id})
	if err != nil {
		return err
	}
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, j := range r.state.jar {
		j.last = false
	}
	for _, c := range res.Cookies {
		j := r.state.jar[keyOf(c)]
		if j == nil {
			j = &jarCookie{at: now, page: r.page}
			r.state.jar[keyOf(c)] = j
		}
		j.cookie, j.last = c, true
		if !slices.Contains(j.stages, phase) {
			j.stages = append(j.stages, phase)
		}
	}
	return nil
}

// finishCookies joins what was written with what the jar held. It needs the
// finished requests and calls.
func (r *recorder) finishCookies() {
	byKey := map[cookieKey]*evidence.Cookie{}
	for k, j := range r.state.jar {
		byKey[k] = r.jarCookie(k, j)
	}
	for i := range r.run.Requests {
		r.httpWrites(byKey, &r.run.Requests[i])
	}
	for i := range r.run.Calls {
		if c := &r.run.Calls[i]; c.API == "Document.cookie=" && len(c.Args) > 0 {
			r.scriptWrite(byKey, c, c.Args[0])
		} else if c.API == "CookieStore.set" && len(c.Args) > 1 && !strings.HasPrefix(c.Args[0], "[") {
			r.scriptWrite(byKey, c, c.Args[0]+"="+c.Args[1]+"; Path=/; Secure")
		}
	}
	keys := make([]cookieKey, 0, len(byKey))
	for k := range byKey {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return lessCookie(byKey[keys[i]], byKey[keys[j]]) })
	for n, k := range keys {
		c := byKey[k]
		c.ID = r.id("cookie", n+1)
		sort.SliceStable(c.Writes, func(i, j int) bool { return c.Writes[i].At < c.Writes[j].At })
		c.At, c.Declared = first(c), declared(c)
		c.Lifetime = whole(c.Lifetime, c.Declared)
		r.run.Cookies = append(r.run.Cookies, *c)
	}
}

func lessCookie(a, b *evidence.Cookie) bool {
	for _, d := range []int{
		strings.Compare(a.Domain, b.Domain), strings.Compare(a.Name, b.Name),
		strings.Compare(a.Path, b.Path), strings.Compare(a.Partition, b.Partition),
	} {
		if d != 0 {
			return d < 0
		}
	}
	return false
}

func first(c *evidence.Cookie) evidence.Millis {
	at := c.At
	for _, w := range c.Writes {
		if !w.Delete && (at == 0 || w.At < at) {
			at = w.At
		}
	}
	return at
}

// maxLifetime is how long Chrome keeps a cookie at most, in seconds.
const maxLifetime = 400 * 24 * 60 * 60

// whole corrects a lifetime that was read from the jar a little after the cookie
// was set: it is the declared one or Chrome's longest, if it is nearly that.
func whole(lifetime, declared int64) int64 {
	const late = 120
	for _, exact := range []int64{declared, maxLifetime} {
		if lifetime < exact && exact-lifetime <= late {
			return exact
		}
	}
	return lifetime
}

// declared is the lifetime that the last write asked for.
func declared(c *evidence.Cookie) int64 {
	for i := len(c.Writes) - 1; i >= 0; i-- {
		if w := c.Writes[i]; !w.Delete {
			life, _ := lifetime(w.Raw, time.Time{})
			return life
		}
	}
	return c.Lifetime
}

func (r *recorder) jarCookie(k cookieKey, j *jarCookie) *evidence.Cookie {
	c := j.cookie
	out := &evidence.Cookie{
		Name: c.Name, Value: c.Value, Domain: k.domain, HostOnly: !strings.HasPrefix(c.Domain, "."), Path: c.Path,
		Partition: k.partition, HTTPOnly: c.HTTPOnly, Secure: c.Secure, SameSite: string(c.SameSite), Session: c.Session,
		At: r.since(j.at), Page: j.page, State: "stored", Stages: j.stages,
	}
	if !c.Session {
		out.Lifetime = int64(c.Expires) - j.at.Unix()
	}
	if !j.last {
		out.State = "deleted"
	}
	return out
}

// httpWrites takes the Set-Cookie lines of an answer.
func (r *recorder) httpWrites(byKey map[cookieKey]*evidence.Cookie, q *evidence.Request) {
	refused := map[string][]string{}
	for _, ref := range q.CookiesRefused {
		if ref.Direction == "stored" {
			refused[ref.Line] = ref.Reasons
		}
	}
	for _, h := range q.Answer {
		if !strings.EqualFold(h.Name, "set-cookie") {
			continue
		}
		partition := ""
		if strings.Contains(strings.ToLower(h.Value), "partitioned") {
			partition = r.net.partitions[q.ID]
		}
		r.write(byKey, q.URL, partition, evidence.CookieWrite{
			At: q.At + q.Took, Kind: "http", Request: q.ID, URL: q.URL, Raw: h.Value, Refused: refused[h.Value],
		}, q.Page)
	}
}

func (r *recorder) scriptWrite(byKey map[cookieKey]*evidence.Cookie, call *evidence.Call, raw string) {
	doc, page := "", 0
	for i := range r.run.Targets {
		if t := &r.run.Targets[i]; t.ID == call.In {
			doc, page = r.cookieURL(t), t.Page
		}
	}
	w := evidence.CookieWrite{At: call.At, Kind: "script", Call: call.ID, Raw: raw}
	if len(call.Stack) > 0 {
		w.URL, w.Line = call.Stack[0].URL, call.Stack[0].Line
	}
	r.write(byKey, doc, "", w, page)
}

// cookieURL is the address whose cookies a document sees: blank frames share
// their parent's.
func (r *recorder) cookieURL(t *evidence.Target) string {
	for range 10 {
		if strings.HasPrefix(t.URL, "http") || t.Parent == "" {
			break
		}
		for i := range r.run.Targets {
			if r.run.Targets[i].ID == t.Parent {
				t = &r.run.Targets[i]
				break
			}
		}
	}
	return t.URL
}

// write adds one attempt to set a cookie to the cookie it was meant for.
func (r *recorder) write(byKey map[cookieKey]*evidence.Cookie, address, partition string, w evidence.CookieWrite, page int) {
	c, ok := parseCookie(w.Raw, address)
	if !ok {
		return
	}
	c.Partition = partition
	life, session := lifetime(w.Raw, r.began)
	w.Delete = !session && life <= 0
	k := cookieKey{c.Name, c.Domain, c.Path, partition}
	have := byKey[k]
	if have == nil && partition == "" {
		have = anyPartition(byKey, k)
	}
	if have == nil && w.Delete {
		return // deleting what never was is no cookie
	}
	if have == nil {
		have = c
		have.At, have.Page, have.Session, have.Lifetime = w.At, page, session, life
		have.State = "deleted"
		byKey[k] = have
	}
	if len(have.Stages) == 0 {
		have.State = stateOf(have, w)
		if len(w.Refused) > 0 {
			have.Reasons = w.Refused
		}
	}
	have.Writes = append(have.Writes, w)
}

// stateOf is the state of a cookie that was in the jar at no stage's end.
func stateOf(c *evidence.Cookie, w evidence.CookieWrite) string {
	for _, old := range append(slices.Clone(c.Writes), w) {
		if len(old.Refused) == 0 && old.Kind == "http" || old.Delete {
			return "deleted"
		}
	}
	return "blocked"
}

func anyPartition(byKey map[cookieKey]*evidence.Cookie, k cookieKey) *evidence.Cookie {
	for have, c := range byKey {
		if have.name == k.name && have.domain == k.domain && have.path == k.path {
			return c
		}
	}
	return nil
}

// parseCookie reads a Set-Cookie line, or what a script wrote, in the light of
// the address it came from (RFC 6265 bis, section 5).
func parseCookie(raw, address string) (*evidence.Cookie, bool) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, false
	}
	pair, rest, _ := strings.Cut(raw, ";")
	name, value, ok := strings.Cut(pair, "=")
	if !ok {
		name, value = "", pair
	}
	c := &evidence.Cookie{
		Name: strings.TrimSpace(name), Value: strings.TrimSpace(value),
		Domain: u.Hostname(), HostOnly: true, Path: defaultPath(u.Path),
	}
	if c.Name == "" && c.Value == "" {
		return nil, false
	}
	for _, attr := range strings.Split(rest, ";") {
		k, v, _ := strings.Cut(strings.TrimSpace(attr), "=")
		v = strings.TrimSpace(v)
		switch strings.ToLower(strings.TrimSpace(k)) {
		case "domain":
			if d := strings.ToLower(strings.TrimPrefix(v, ".")); d != "" {
				c.Domain, c.HostOnly = d, false
			}
		case "path":
			if strings.HasPrefix(v, "/") {
				c.Path = v
			}
		case "secure":
			c.Secure = true
		case "httponly":
			c.HTTPOnly = true
		case "samesite":
			c.SameSite = canonicalSameSite(v)
		}
	}
	return c, true
}

func canonicalSameSite(v string) string {
	switch strings.ToLower(v) {
	case "strict":
		return "Strict"
	case "lax":
		return "Lax"
	case "none":
		return "None"
	}
	return ""
}

func defaultPath(p string) string {
	i := strings.LastIndexByte(p, '/')
	if i <= 0 {
		return "/"
	}
	return p[:i]
}

// lifetime is how long a written cookie is to live, in seconds from now, and
// whether it is a session cookie. Max-Age wins over Expires.
func lifetime(raw string, now time.Time) (seconds int64, session bool) {
	session = true
	if now.IsZero() {
		now = time.Now()
	}
	_, rest, _ := strings.Cut(raw, ";")
	age := false
	for _, attr := range strings.Split(rest, ";") {
		k, v, _ := strings.Cut(strings.TrimSpace(attr), "=")
		v = strings.TrimSpace(v)
		switch strings.ToLower(strings.TrimSpace(k)) {
		case "max-age":
			if n, err := strconv.ParseInt(v, 10, 64); err == nil {
				seconds, session, age = n, false, true
			}
		case "expires":
			if t, ok := cookieDate(v); ok && !age {
				seconds, session = int64(t.Sub(now).Seconds()), false
			}
		}
	}
	return seconds, session
}

// cookieDate reads the forms of date that are met in cookies.
func cookieDate(v string) (time.Time, bool) {
	if t, err := http.ParseTime(v); err == nil {
		return t, true
	}
	for _, form := range []string{"Mon, 02-Jan-2006 15:04:05 MST", "Mon, 2 Jan 2006 15:04:05 MST", "Mon Jan _2 2006 15:04:05 GMT-0700", time.RFC1123Z} {
		if t, err := time.Parse(form, v); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
