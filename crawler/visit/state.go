package visit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cachestorage"
	"github.com/chromedp/cdproto/domstorage"
	"github.com/chromedp/cdproto/indexeddb"
	"github.com/chromedp/cdproto/serviceworker"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/evidence"
)

// maxValueKept is how much of a stored value stands in the record, in bytes.
const maxValueKept = 2048

// state is what the site keeps in the browser.
type state struct {
	jar   map[cookieKey]*jarCookie
	items map[itemKey]*evidence.StorageItem
	now   map[itemKey]bool // there at the last look
}

type itemKey struct{ kind, origin, key string }

func newState() state {
	return state{jar: map[cookieKey]*jarCookie{}, items: map[itemKey]*evidence.StorageItem{}, now: map[itemKey]bool{}}
}

// put notes a stored item.
func (r *recorder) put(kind, where, key, value string, length int, at time.Time) *evidence.StorageItem {
	o, partition := splitKey(where)
	k := itemKey{kind, o + "^" + partition, key}
	it := r.state.items[k]
	if it == nil {
		it = &evidence.StorageItem{Kind: kind, Origin: o, Partition: partition, Key: key, At: r.since(at), Page: r.page}
		r.state.items[k] = it
	}
	it.Length, it.Deleted = length, false
	if value != "" || length == 0 {
		it.Value = clip(value, maxValueKept)
	}
	if value != "" {
		it.Digest = digest([]byte(value))
	}
	r.state.now[k] = true
	return it
}

// splitKey splits a storage key, "https://a.test/^0https://top.test", into its
// origin and the site under which it is kept apart.
// https://storage.spec.whatwg.org/#storage-keys; Chrome's serialization.
func splitKey(key string) (origin, partition string) {
	origin, rest, ok := strings.Cut(key, "^0")
	if ok {
		partition, _, _ = strings.Cut(rest, "^")
	} else {
		origin, _, _ = strings.Cut(key, "^")
	}
	return strings.TrimSuffix(origin, "/"), strings.TrimSuffix(partition, "/")
}

func kindOfStorage(id *domstorage.StorageID) string {
	if id.IsLocalStorage {
		return "local"
	}
	return "session"
}

func whereOf(id *domstorage.StorageID) string {
	if id.StorageKey != "" {
		return string(id.StorageKey)
	}
	return id.SecurityOrigin
}

func (r *recorder) storageChanged(e cdp.Event) {
	var ev domstorage.EventDomStorageItemUpdated
	if e.Decode(&ev) != nil || ev.StorageID == nil {
		return
	}
	r.put(kindOfStorage(ev.StorageID), whereOf(ev.StorageID), ev.Key, ev.NewValue, len(ev.NewValue), e.At)
}

func (r *recorder) storageRemoved(e cdp.Event) {
	var ev domstorage.EventDomStorageItemRemoved
	if e.Decode(&ev) == nil && ev.StorageID != nil {
		r.gone(kindOfStorage(ev.StorageID), whereOf(ev.StorageID), func(key string) bool { return key == ev.Key })
	}
}

func (r *recorder) storageCleared(e cdp.Event) {
	var ev domstorage.EventDomStorageItemsCleared
	if e.Decode(&ev) == nil && ev.StorageID != nil {
		r.gone(kindOfStorage(ev.StorageID), whereOf(ev.StorageID), func(string) bool { return true })
	}
}

func (r *recorder) gone(kind, where string, which func(key string) bool) {
	o, partition := splitKey(where)
	for k, it := range r.state.items {
		if k.kind == kind && k.origin == o+"^"+partition && which(k.key) {
			it.Deleted = true
			delete(r.state.now, k)
		}
	}
}

func (r *recorder) registered(e cdp.Event) {
	var ev serviceworker.EventWorkerRegistrationUpdated
	if e.Decode(&ev) != nil {
		return
	}
	for _, reg := range ev.Registrations {
		if !reg.IsDeleted {
			r.put("service-worker", origin(reg.ScopeURL), reg.ScopeURL, "", 1, e.At)
		}
	}
}

// readStorage looks at what is kept for every origin of the run, and notes the
// stage. Live events tell of local and session storage as they change; this
// finds the rest.
func (r *recorder) readStorage(ctx context.Context, phase evidence.Phase) {
	for _, p := range r.storagePlaces() {
		r.readArea(ctx, p, true)
		r.readArea(ctx, p, false)
		r.readDatabases(ctx, p)
		r.readCaches(ctx, p)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for k := range r.state.now {
		if it := r.state.items[k]; !slices.Contains(it.Stages, phase) {
			it.Stages = append(it.Stages, phase)
		}
	}
}

// A storagePlace is an origin, and a session that can be asked about it.
type storagePlace struct {
	session *cdp.Session
	origin  string
}

func (r *recorder) storagePlaces() []storagePlace {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := map[storagePlace]bool{}
	var out []storagePlace
	for _, m := range r.realms.byContext {
		if m.target < 0 || !r.sessions[m.session] || workerKind(m.session.Info.Type) != "" {
			continue
		}
		p := storagePlace{m.session, r.run.Targets[m.target].Origin}
		if p.origin != "" && !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].origin < out[j].origin })
	return out
}

func (r *recorder) readArea(ctx context.Context, p storagePlace, local bool) {
	id := &domstorage.StorageID{SecurityOrigin: p.origin, IsLocalStorage: local}
	entries := p.area(ctx, id)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, item := range entries {
		if k := (itemKey{kindOfStorage(id), p.origin + "^", item[0]}); r.state.items[k] == nil && r.partitioned(k) {
			continue
		}
		r.put(kindOfStorage(id), p.origin, item[0], item[1], len(item[1]), time.Now())
	}
}

// area reads keys and values of a storage area. An origin without storage, or a
// frame that has gone, has none.
func (p *storagePlace) area(ctx context.Context, id *domstorage.StorageID) [][2]string {
	res, err := cdp.Do(ctx, p.session, domstorage.GetDOMStorageItems, domstorage.GetDOMStorageItemsParams{StorageID: id})
	if err != nil {
		return nil
	}
	out := make([][2]string, 0, len(res.Entries))
	for _, item := range res.Entries {
		if len(item) == 2 {
			out = append(out, [2]string{item[0], item[1]})
		}
	}
	return out
}

// partitioned reports whether an item is known under a partition already.
func (r *recorder) partitioned(k itemKey) bool {
	for have := range r.state.items {
		if have.kind == k.kind && have.key == k.key && strings.HasPrefix(have.origin, k.origin) {
			return true
		}
	}
	return false
}

func (r *recorder) readDatabases(ctx context.Context, p storagePlace) {
	names, err := cdp.Do(ctx, p.session, indexeddb.RequestDatabaseNames, indexeddb.RequestDatabaseNamesParams{SecurityOrigin: p.origin})
	if err != nil {
		return
	}
	for _, name := range names.DatabaseNames {
		db, err := cdp.Do(ctx, p.session, indexeddb.RequestDatabase, indexeddb.RequestDatabaseParams{SecurityOrigin: p.origin, DatabaseName: name})
		if err != nil || db.DatabaseWithObjectStores == nil {
			continue
		}
		stores := db.DatabaseWithObjectStores.ObjectStores
		if len(stores) == 0 {
			r.lockedPut("indexeddb", p.origin, name, "", 0)
		}
		for _, st := range stores {
			value, n := r.firstRecords(ctx, p, name, st.Name)
			r.lockedPut("indexeddb", p.origin, name+"/"+st.Name, value, n)
		}
	}
}

// firstRecords reads a few records of an object store: enough to tell an
// identifier from a cache of articles.
func (r *recorder) firstRecords(ctx context.Context, p storagePlace, db, store string) (string, int) {
	const few = 3
	res, err := cdp.Do(ctx, p.session, indexeddb.RequestData, indexeddb.RequestDataParams{
		SecurityOrigin: p.origin, DatabaseName: db, ObjectStoreName: store, PageSize: few,
	})
	if err != nil {
		return "", 0
	}
	var parts []string
	for _, e := range res.ObjectStoreDataEntries {
		for _, o := range []any{e.Key, e.Value} {
			b, err := json.Marshal(o)
			if err != nil {
				continue
			}
			var v struct {
				Value       any    `json:"value"`
				Description string `json:"description"`
				Preview     *struct {
					Properties []struct {
						Name  string `json:"name"`
						Value string `json:"value"`
					} `json:"properties"`
				} `json:"preview"`
			}
			if json.Unmarshal(b, &v) != nil {
				continue
			}
			switch {
			case v.Preview != nil:
				for _, pr := range v.Preview.Properties {
					parts = append(parts, pr.Name+"="+pr.Value)
				}
			case v.Value != nil:
				parts = append(parts, fmt.Sprint(v.Value))
			default:
				parts = append(parts, v.Description)
			}
		}
	}
	n := len(res.ObjectStoreDataEntries)
	if res.HasMore {
		n++
	}
	return strings.Join(parts, " "), n
}

func (r *recorder) readCaches(ctx context.Context, p storagePlace) {
	res, err := cdp.Do(ctx, p.session, cachestorage.RequestCacheNames, cachestorage.RequestCacheNamesParams{SecurityOrigin: p.origin})
	if err != nil {
		return
	}
	for _, c := range res.Caches {
		n := 0
		page := int64(50)
		if entries, err := cdp.Do(ctx, p.session, cachestorage.RequestEntries, cachestorage.RequestEntriesParams{CacheID: c.CacheID, PageSize: page}); err == nil {
			n = int(entries.ReturnCount)
		}
		r.lockedPut("cache", p.origin, c.CacheName, "", n)
	}
}

func (r *recorder) lockedPut(kind, where, key, value string, length int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.put(kind, where, key, value, length, time.Now())
}

// A storageWriter is a call that writes storage. The kind "dom" is local and
// session storage, which the call's object tells apart.
type storageWriter struct {
	kind string
	arg  int
}

func (w storageWriter) writes(kind string, on *evidence.Object) bool {
	return w.kind == kind || w.kind == "dom" && on != nil && on.Kind == kind
}

// writers names the calls by which a kind of storage is written, and which
// argument holds the key.
var writers = map[string]storageWriter{
	"Storage.setItem":                 {"dom", 0},
	"IDBFactory.open":                 {"indexeddb", 0},
	"CacheStorage.open":               {"cache", 0},
	"ServiceWorkerContainer.register": {"service-worker", -1},
}

// finishStorage names the writer of each item, and puts the items in order. It
// needs the finished calls.
func (r *recorder) finishStorage() {
	origins := map[evidence.TargetID]string{}
	for i := range r.run.Targets {
		origins[r.run.Targets[i].ID] = origin(r.cookieURL(&r.run.Targets[i]))
	}
	for _, it := range r.state.items {
		if c := r.writer(it, origins); c != nil {
			it.Call = c.ID
			if len(c.Stack) > 0 {
				f := c.Stack[0]
				it.Writer = &f
			}
			it.At = min(it.At, max(c.At, 0))
		}
		r.run.Storage = append(r.run.Storage, *it)
	}
	sort.Slice(r.run.Storage, func(i, j int) bool {
		a, b := &r.run.Storage[i], &r.run.Storage[j]
		if a.Origin != b.Origin {
			return a.Origin < b.Origin
		}
		if a.Kind != b.Kind {
			return a.Kind < b.Kind
		}
		if a.Key != b.Key {
			return a.Key < b.Key
		}
		return a.Partition < b.Partition
	})
	for i := range r.run.Storage {
		r.run.Storage[i].ID = r.id("storage", i+1)
	}
}

// writer finds the call that wrote an item. Storage that was written as a
// property, localStorage.x = 1, is written by no call: then the last script
// that took the storage in hand before is the best that can be said.
func (r *recorder) writer(it *evidence.StorageItem, origins map[evidence.TargetID]string) *evidence.Call {
	var taken *evidence.Call
	for i := range r.run.Calls {
		c := &r.run.Calls[i]
		if origins[c.In] != it.Origin {
			continue
		}
		if (c.API == "self.localStorage" && it.Kind == "local" || c.API == "self.sessionStorage" && it.Kind == "session") && c.At <= it.At+1 {
			taken = c
		}
		w, ok := writers[c.API]
		if !ok || !w.writes(it.Kind, c.Object) {
			continue
		}
		if w.arg < 0 {
			return c
		}
		name, _, _ := strings.Cut(it.Key, "/")
		if len(c.Args) > w.arg && (c.Args[w.arg] == it.Key || it.Kind == "indexeddb" && c.Args[w.arg] == name) {
			return c
		}
	}
	return taken
}
