package reports

import (
	"time"

	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
	"github.com/spoor-audit/spoor/signatures"
)

// OldAfterDays is how many days older than a visit a list of third parties may be
// before reports warn: trackers change their hosts faster than that.
const OldAfterDays = 90

// maxListName is how long the name or version of a list is shown.
const maxListName = 60

// unknownAge is the age of a list without a date.
const unknownAge = -1

// newPack puts a list into the result. Its age counts to the beginning of the
// visit, so that the same record gives the same result on any day.
func newPack(p signatures.Pack, started time.Time) Pack {
	out := Pack{
		Name: p.Name, Version: p.Version, Rules: p.Rules, Date: p.Date, Licence: p.Licence, Skipped: p.Skipped,
		Origin: p.Origin, Source: p.Source, SHA256: p.SHA256, AgeDays: unknownAge,
	}
	if day, err := time.Parse(time.DateOnly, p.Date); err == nil && !started.IsZero() {
		out.AgeDays = max(int(started.Sub(day).Hours()/24), 0)
		out.Old = out.AgeDays > OldAfterDays
	}
	return out
}

// ListDates says in one line which lists of third parties were used, and how old
// each is.
func (r *Result) ListDates(t *lang.Text) string {
	if len(r.Tools.Signatures.Packs) == 0 {
		return t.T("lists.none")
	}
	var names []string
	for _, p := range r.Tools.Signatures.Packs {
		name := clean.Short(p.Name, maxListName)
		if day, err := time.Parse(time.DateOnly, p.Date); err == nil {
			names = append(names, t.T("lists.dated", "name", name, "date", t.Date(day)))
		} else {
			names = append(names, t.T("lists.undated", "name", name, "version", clean.Short(p.Version, maxListName)))
		}
	}
	return t.T("lists.used", "lists", t.List(names))
}

// OldLists warns of lists that were old at the time of the visit; "" if none was.
func (r *Result) OldLists(t *lang.Text) string {
	var names []string
	for _, p := range r.Tools.Signatures.Packs {
		if p.Old {
			names = append(names, t.T("lists.aged", "name", clean.Short(p.Name, maxListName), "age", t.Days(float64(p.AgeDays))))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return t.N("lists.old", len(names), "lists", t.List(names))
}
