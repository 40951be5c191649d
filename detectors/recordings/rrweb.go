package recordings

// A keySet is a set of those keys of JSON that tell a recording.
type keySet uint64

// keyNames are the keys that rrweb gives its events, in the order of their bits:
// https://github.com/rrweb-io/rrweb/blob/main/packages/types/src/index.ts
var keyNames = map[string]int{
	"type": 0, "data": 1, "timestamp": 2, "node": 3, "childNodes": 4, "tagName": 5, "source": 6, "positions": 7, "timeOffset": 8,
	"adds": 9, "removes": 10, "texts": 11, "attributes": 12, "isChecked": 13, "initialOffset": 14,
}

func (k *keySet) add(name string) {
	if i, ok := keyNames[name]; ok {
		*k |= 1 << i
	}
}

// has reports whether all of some keys are there.
func (k keySet) has(names ...string) bool {
	for _, name := range names {
		if k&(1<<keyNames[name]) == 0 {
			return false
		}
	}
	return true
}

// rrweb notes what events of rrweb say, and of the many recorders that are made
// from it. Their parts may be packed one by one, so that type and time stand
// elsewhere.
func rrweb(k keySet, t *Traits) {
	page := k.has("node", "childNodes", "tagName", "initialOffset") || k.has("type", "data", "timestamp", "childNodes", "tagName")
	changes := k.has("adds", "removes", "texts", "attributes")
	mouse := k.has("positions", "timeOffset")
	input := k.has("source", "isChecked")
	if page || changes || mouse || input {
		t.Format = "rrweb"
	}
	t.Page, t.Changes, t.Mouse, t.Input = t.Page || page, t.Changes || changes, t.Mouse || mouse, t.Input || input
}
