package recordings

// A keySet is a set of those keys of JSON that tell a recording.
type keySet uint64

// keyNames are the keys that rrweb gives its events, in the order of their bits:
// https://github.com/rrweb-io/rrweb/blob/main/packages/types/src/index.ts
var keyNames = map[string]int{
	"childNodes": 0, "tagName": 1, "attributes": 2, "positions": 3, "timeOffset": 4, "adds": 5, "removes": 6, "texts": 7, "source": 8,
	"isChecked": 9,
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
	page := k.has("childNodes", "tagName", "attributes")
	changes := k.has("adds", "removes", "texts", "attributes")
	mouse := k.has("positions", "timeOffset")
	input := k.has("source", "isChecked")
	if page || changes || mouse || input {
		t.Format = "rrweb"
	}
	t.Page, t.Changes, t.Mouse, t.Input = t.Page || page, t.Changes || changes, t.Mouse || mouse, t.Input || input
}
