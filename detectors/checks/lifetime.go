package checks

import (
	"maps"
	"slices"

	"github.com/spoor-audit/spoor/evidence"
)

// lifetime is how long the site asked for a cookie to be kept, in seconds; 0
// until the browser is closed. Chrome keeps nothing longer than 400 days, so
// what it kept says less.
func lifetime(k *evidence.Cookie) int64 {
	if k.Session {
		return 0
	}
	return max(k.Declared, k.Lifetime)
}

// declaredLifetimeExceeded: are cookies kept longer than the register says?
func declaredLifetimeExceeded(c *Case) Verdict {
	reg, id, v := c.register()
	if reg == nil {
		return v
	}
	var over []*item
	compared := 0
	for _, x := range c.everything() {
		if x.cookie == nil || x.row == nil || x.row.Persistent || x.row.Seconds < 0 && !x.row.Session {
			continue
		}
		compared++
		actual, declared := lifetime(x.cookie), x.row.Seconds
		if x.row.Session {
			declared = 0
		}
		if actual-declared >= day && float64(actual) > 1.5*float64(declared) {
			over = append(over, x)
		}
	}
	if len(over) == 0 {
		if compared == 0 {
			return na("no-lifetimes")
		}
		return pass()
	}
	worst := slices.MaxFunc(over, func(a, b *item) int {
		return int((lifetime(a.cookie) - a.row.Seconds) - (lifetime(b.cookie) - b.row.Seconds))
	})
	return c.join([]view{viewOf(over, gradeFail, "fail", certain)}, true).on(id).
		with("cookie", worst.name, "declared", worst.row.Expiry, "days", inDays(lifetime(worst.cookie)))
}

// inDays writes seconds as whole days.
func inDays(seconds int64) int { return int((seconds + day/2) / day) }

// cookieLifetimeOver13Months: are trackers' cookies kept very long?
func cookieLifetimeOver13Months(c *Case) Verdict {
	if _, why := c.before(evidence.KindCookies); why != "" {
		return unknown(why)
	}
	var long, endless []*item
	for _, x := range c.everything() {
		if x.cookie == nil || !x.follows() {
			continue
		}
		days := inDays(lifetime(x.cookie))
		if days > c.Profile.WarnDays {
			long = append(long, x)
		}
		if c.Profile.FailDays > 0 && days > c.Profile.FailDays && x.sure >= certain {
			endless = append(endless, x)
		}
	}
	if len(long) == 0 {
		return pass()
	}
	v := view{}
	if len(endless) > 0 {
		v = viewOf(endless, gradeFail, "fail", certain)
		long = endless
	} else {
		v = viewOf(long, gradeWarn, "warn", certain)
	}
	worst := slices.MaxFunc(long, func(a, b *item) int { return int(lifetime(a.cookie) - lifetime(b.cookie)) })
	return c.join([]view{v}, v.grade == gradeFail).with("cookie", worst.name, "days", inDays(lifetime(worst.cookie)))
}

// minRefusal is how many days a refusal should be remembered at least.
const minRefusal = 30

// consentChoiceLifetime: is a no remembered as long as a yes?
func consentChoiceLifetime(c *Case) Verdict {
	refused, _, v := c.refused(evidence.KindCookies)
	if v.Outcome != "" {
		return v
	}
	accepted, _, v := c.obeyed(evidence.Accept, evidence.KindCookies)
	if v.Outcome != "" {
		return v
	}
	no, yes := choices(refused), choices(accepted)
	best := ""
	for _, name := range slices.Sorted(maps.Keys(yes)) {
		if no[name] != nil && (best == "" || lifetime(yes[name].cookie) > lifetime(yes[best].cookie)) {
			best = name
		}
	}
	if best == "" {
		return na("no-choice-cookie")
	}
	a, r := lifetime(yes[best].cookie), lifetime(no[best].cookie)
	switch {
	case float64(r) < 0.5*float64(a):
		v = fail("uneven", certain)
	case inDays(a) > c.Profile.WarnDays:
		v = warn("long", certain)
	case inDays(r) < minRefusal && r < a:
		v = warn("short", certain)
	case inDays(r) < minRefusal:
		v = warn("short-both", likely)
	default:
		return pass()
	}
	return v.with("cookie", best, "accept", inDays(a), "refuse", inDays(r)).on(no[best].id, yes[best].id)
}
