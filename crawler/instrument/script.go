package instrument

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// budget is what the script may spend in a realm; see probe.js.
const budget = `{
  __proto__: null,
  burst: 400,       // uses of one API at once before it is let go
  rate: 400,        // uses a second that are watched in the long run
  records: 1500,    // records at once
  recordRate: 200,  // records a second in the long run
  keys: 20000,      // different records in all
  direct: 16,       // records that are sent one by one
  batch: 24000,     // characters after which collected records are sent
  clip: 256,        // characters kept of an argument or result
  area: 1000000,    // pixels of the largest canvas that is read again for a digest
  siblings: 20,     // frames beside each other that are watched
  hash: 8192,       // bytes hashed at each end of a result
}`

// early are the groups that are armed at once in a page's own document. To arm a
// row V8 goes through the whole heap, which is small before the first script and
// many times as large when a tag first draws.
const early = `["canvas", "canvas-2d"]`

// A Script is the table made into JavaScript for one run. Names in it are
// random, so that no page can know them.
type Script struct {
	table  *Table
	name   string // of the constant that holds the probes
	token  string // begins every message, and every address of spoor's own code
	source [2]string
}

// New makes a script for one run.
func (t *Table) New() (*Script, error) {
	var b [24]byte
	if _, err := rand.Read(b[:]); err != nil {
		return nil, fmt.Errorf("instrument: %w", err)
	}
	s := &Script{table: t, name: "s" + hex.EncodeToString(b[:12]), token: "t" + hex.EncodeToString(b[12:])}
	for i, worker := range []bool{false, true} {
		s.source[i] = s.build(worker)
	}
	return s, nil
}

// Document is the JavaScript for the documents of a DevTools session.
func (s *Script) Document(session string) string {
	return strings.ReplaceAll(s.source[0], "SESSION", session)
}

// Worker is the JavaScript for the worker of a DevTools session.
func (s *Script) Worker(session string) string {
	return strings.ReplaceAll(s.source[1], "SESSION", session)
}

// Again is JavaScript that watches a row again which was let go.
func (s *Script) Again(row int) string {
	return s.name + ".again(" + strconv.Itoa(row) + ")" + s.own()
}

// Flush is JavaScript that sends collected records.
func (s *Script) Flush() string { return s.name + ".flush()" + s.own() }

// World is the name of the world in which spoor runs JavaScript of its own.
func (s *Script) World() string { return s.token }

// Own marks JavaScript that spoor evaluates itself, so that its calls are not
// taken for the page's.
func (s *Script) Own(js string) string { return js + s.own() }

func (s *Script) own() string { return "\n//# sourceURL=" + s.token + ":own" }

func (s *Script) build(worker bool) string {
	rows := make([]string, 0, len(s.table.Rows))
	groups := map[string][]int{}
	for i := range s.table.Rows {
		r := &s.table.Rows[i]
		if !r.Watched(worker) {
			rows = append(rows, "0")
			continue
		}
		rows = append(rows, r.js())
		groups[r.Group] = append(groups[r.Group], i)
	}
	base := groups[""]
	delete(groups, "")
	var gates strings.Builder
	gates.WriteString("{__proto__:null")
	for _, g := range slices.Sorted(maps.Keys(groups)) {
		gates.WriteString("," + quote(g) + ":" + quote(groups[g]))
	}
	gates.WriteString("}")
	return strings.NewReplacer(
		"NAME", s.name, "TOKEN", s.token, "TABLE", "["+strings.Join(rows, ",")+"]",
		"GATES", gates.String(), "BUDGET", budget, "EARLY", early, "BASE", quote(base),
	).Replace(probeJS)
}

// js is a row as probe.js reads it: [path of the owner, member, kind, object, args, key,
// result, opens, only, apart, clip].
func (r *Row) js() string {
	owner, member, kind := r.address()
	path := []string{}
	if owner != "self" {
		path = strings.Split(owner, ".")
	}
	key := r.Args
	if r.Key != nil {
		key = *r.Key
	}
	opens := [][2]string{}
	for _, g := range slices.Sorted(maps.Keys(r.Opens)) {
		opens = append(opens, [2]string{g, r.Opens[g]})
	}
	only := "null"
	if len(r.Only) > 0 {
		var b strings.Builder
		b.WriteString("{__proto__:null")
		for _, o := range r.Only {
			b.WriteString("," + quote(o) + ":1")
		}
		only = b.String() + "}"
	}
	if r.Texts {
		only = "true"
	}
	gates := "null"
	if len(opens) > 0 {
		gates = quote(opens)
	}
	apart := 0
	if r.Secure || r.Apart {
		apart = 1
	}
	return fmt.Sprintf("[%s,%s,%s,%s,%d,%d,%s,%s,%s,%d,%d]",
		quote(path), quote(member), quote(kind), quote(r.Object), r.Args, key, quote(r.Result), gates, only, apart, r.Clip)
}

// quote writes a value as a JavaScript literal.
func quote(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and numbers only
	}
	return string(b)
}
