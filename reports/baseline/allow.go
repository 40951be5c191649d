package baseline

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/evidence"
)

// An Allow is a fact, or all facts behind a door, that somebody has allowed for a
// reason and for a time. What is empty is not asked about; a subject may hold "*".
type Allow struct {
	// Receiver allows contact with a domain, and what that domain keeps in the
	// browser. What it does beyond that needs an allowance of its own.
	Receiver  string
	Cookie    string
	Storage   string
	Technique string
	// LoadedBy is a door: the domain or host without which the fact would not have
	// been. It allows whatever the door brings in.
	LoadedBy string
	Scenario evidence.Scenario
	Target   string
	Reason   string
	Until    time.Time // the last day on which it holds
	Line     int       // where it stands in its file, from 1; 0 is not known
}

// wanted lists the kinds of facts that an allowance names, with their subjects.
func (a *Allow) wanted() map[string]string {
	out := map[string]string{}
	for kind, subject := range map[string]string{Receiver: a.Receiver, Cookie: a.Cookie, Storage: a.Storage, Technique: a.Technique} {
		if subject != "" {
			out[kind] = subject
		}
	}
	return out
}

// covers reports whether an allowance speaks of a fact.
func (a *Allow) covers(s *Seen) bool {
	if a.Target != "" && a.Target != s.Target || a.Scenario != "" && a.Scenario != s.Scenario {
		return false
	}
	if a.LoadedBy != "" && !slices.Contains(s.Doors, Site(a.LoadedBy)) {
		return false
	}
	wanted := a.wanted()
	if len(wanted) == 0 {
		return a.LoadedBy != ""
	}
	if pattern, ok := wanted[s.Kind]; ok {
		return like(pattern, s.Subject, s.Kind)
	}
	domain := s.Subject[strings.LastIndexByte(s.Subject, '@')+1:]
	return a.Receiver != "" && (s.Kind == Cookie || s.Kind == Storage) && like(a.Receiver, domain, Receiver)
}

// like compares a subject with a pattern. A host stands for its registrable
// domain; of what has a name and a domain, the name alone will do.
func like(pattern, subject, kind string) bool {
	if kind == Receiver {
		return pattern == subject || Site(pattern) == subject || glob(pattern, subject)
	}
	name := subject[:max(0, strings.LastIndexByte(subject, '@'))]
	return pattern == subject || pattern == name || glob(pattern, subject) || glob(pattern, name)
}

// glob matches "*" with anything. Subjects hold "*" themselves, for codes: such a
// pattern matches them too.
func glob(pattern, subject string) bool {
	if !strings.Contains(pattern, "*") {
		return false
	}
	// path.Match does not let "*" match "/", which is nothing special here.
	flat := strings.NewReplacer("/", "\x00", "[", "\x01", "?", "\x02", `\`, "\x03")
	ok, err := path.Match(flat.Replace(pattern), flat.Replace(subject))
	return err == nil && ok
}

// Expired reports whether an allowance holds no more on a day.
func (a *Allow) Expired(today time.Time) bool {
	return !a.Until.IsZero() && dayOf(today).After(dayOf(a.Until))
}

func dayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
