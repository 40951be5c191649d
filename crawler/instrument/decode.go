package instrument

import (
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// Kinds of reports from a realm.
const (
	Hello  = 'h' // the probes are in
	Called = 'c' // an API was used in a new way
	LetGo  = 'o' // a row is no longer watched: it was used without end
)

const (
	fieldMark  = "\x1f"
	recordMark = "\x1e"
	itemMark   = "\x1d"
)

// A Report is one thing that the script said.
type Report struct {
	Kind byte
	Hit  int // number of the use in its realm, from 1
	Row  int // into Table.Rows

	// Of Hello:
	Missing []string // APIs that do not exist in the realm, sorted as the table
	URL     string   // of the document
	Crowded bool     // there are too many frames to watch this one

	// Of Called:
	Object  *evidence.Object
	Args    []string
	Result  *evidence.Value
	Gesture bool
	Stack   []evidence.Frame
}

// Code reports whether an address is of spoor's own code, and of which: the row of
// a condition and the DevTools session that set it, or [Boot], or [Other].
func (s *Script) Code(url string) (row int, session string, own bool) {
	rest, ok := strings.CutPrefix(url, s.token+":")
	if !ok {
		return 0, "", false
	}
	if rest == "boot" {
		return Boot, "", true
	}
	rest, session, _ = strings.Cut(rest, ":")
	n, err := strconv.Atoi(rest)
	if err != nil || n < 0 || n >= len(s.table.Rows) {
		return Other, "", true
	}
	return n, session, true
}

// Rows of spoor's own code that are no conditions.
const (
	Other = -1
	Boot  = -2
)

// Decode reads one console message. It reports false for messages that are not
// from the script; nothing a page writes can be taken for one, as the token is
// not known to it.
func (s *Script) Decode(text string) (realm string, reports []Report, ok bool) {
	rest, ok := strings.CutPrefix(text, s.token+fieldMark)
	if !ok {
		return "", nil, false
	}
	realm, rest, _ = strings.Cut(rest, recordMark)
	for _, rec := range strings.Split(rest, recordMark) {
		if r, good := s.report(rec); good {
			reports = append(reports, r)
		}
	}
	return realm, reports, true
}

func (s *Script) report(rec string) (Report, bool) {
	f := strings.SplitN(rec, fieldMark, 9)
	if len(f) < 3 || len(f[0]) != 1 {
		return Report{}, false
	}
	r := Report{Kind: f[0][0]}
	r.Hit, _ = strconv.Atoi(f[1])
	if r.Kind == Hello {
		if len(f) < 4 {
			return Report{}, false
		}
		r.Crowded = f[1] == "1"
		r.URL = f[3]
		for _, n := range strings.Fields(f[2]) {
			if i, err := strconv.Atoi(n); err == nil && i >= 0 && i < len(s.table.Rows) {
				r.Missing = append(r.Missing, s.table.Rows[i].API)
			}
		}
		return r, true
	}
	row, err := strconv.Atoi(f[2])
	if err != nil || row < 0 || row >= len(s.table.Rows) {
		return Report{}, false
	}
	r.Row = row
	if r.Kind == LetGo {
		return r, true
	}
	if r.Kind != Called || len(f) < 9 {
		return Report{}, false
	}
	r.Object = object(f[3], f[4])
	if f[5] != "" {
		r.Args = strings.Split(f[5], itemMark)
	}
	r.Result = result(f[6])
	r.Gesture = f[7] != ""
	r.Stack = s.Stack(f[8])
	return r, true
}

func object(text, font string) *evidence.Object {
	if font != "" {
		return &evidence.Object{Kind: "element", Font: font}
	}
	if text == "" {
		return nil
	}
	f := strings.Split(text, ",")
	o := &evidence.Object{Kind: f[0]}
	if len(f) == 5 {
		o.Number, _ = strconv.Atoi(f[1])
		o.Width, _ = strconv.Atoi(f[2])
		o.Height, _ = strconv.Atoi(f[3])
		o.Shown = f[4] == "1"
	}
	return o
}

// result reads "tTEXT" or "dLENGTH:HASH".
func result(text string) *evidence.Value {
	if text == "" {
		return nil
	}
	if text[0] == 't' {
		return &evidence.Value{Text: text[1:]}
	}
	length, hash, _ := strings.Cut(text[1:], ":")
	n, err := strconv.Atoi(length)
	if err != nil {
		return nil
	}
	v := &evidence.Value{Length: n}
	if h, err := strconv.ParseUint(hash, 10, 64); err == nil {
		v.Digest = strconv.FormatUint(h, 16)
	}
	return v
}

// Filters reports whether the script keeps quiet about some uses of a row.
func (s *Script) Filters(row int) bool {
	r := &s.table.Rows[row]
	return r.Only != nil || r.Texts || r.Object == "element"
}

// API is the name of a row.
func (s *Script) API(row int) string { return s.table.Rows[row].API }
