package typing

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/detectors/values"
	"github.com/spoor-audit/spoor/evidence"
)

// KeyLogging is the technique key-logging.
var KeyLogging = &detectors.Technique{
	ID: "key-logging",
	Doc: detectors.Doc{
		Found: "Keystrokes leave while a visitor types",
		Clean: "No keystrokes were seen leaving while something was typed",
		Sentence: `While something was typed ({what}), {host} ({who}) got it key by key. Way: {way}, messages: {count}, ` +
			`script: {script}.`,
		Why: "Whoever gets every key sees also what you take back: the sentence you did not send, the wrong password. How " +
			"fast somebody types even tells people apart.",
		Fix: "Take out scripts that send keys, or turn off the recording of fields. For a search that answers while one " +
			"types, ask the own site, and only from the search field.",
		Limits: "Keys count where they can be read in what was sent: a text that grows with at least three messages or " +
			"entries, or five keys in their order. Messages that cannot be read count only if another company's script " +
			"listens to keys and sends about as many as there were keys, in more than one field; that is a conclusion. " +
			"Listening alone is no finding: nearly every page does. A search field or address that asks its own site " +
			"while one types is none either, and weighs little with companies that look texts up. A script that waits " +
			"for a pause is shown by what it sent of the form, not here.",
		Severity: detectors.High,
		Refs: []string{
			"Englehardt, Acar, Narayanan: No boundaries (2017)",
			"Senol et al.: Leaky Forms (USENIX Security 2022)",
			"The Markup: Blacklight, methodology (2020)",
			"W3C UI Events",
		},
		Since: "1.0",
	},
	Needs:     []evidence.Kind{evidence.KindPage, evidence.KindRequests, evidence.KindScripts, evidence.KindCalls, evidence.KindTyped},
	Scenarios: []evidence.Scenario{evidence.Forms},
	Run:       runKeyLogging,
}

// A tapped is what one host got key by key in one phase.
type tapped struct {
	host      string
	phase     evidence.Phase
	asks      []string
	ways      []string
	from      []*Departure
	severity  detectors.Severity
	certainty detectors.Certainty
}

func runKeyLogging(v *detectors.View) []detectors.Finding {
	var list []*tapped
	add := func(host string, k keying, asks string, severity detectors.Severity, certainty detectors.Certainty) {
		if severity == silent {
			return
		}
		phase := k.from[0].Phase
		i := slices.IndexFunc(list, func(x *tapped) bool { return x.host == host && x.phase == phase })
		if i < 0 {
			i = len(list)
			list = append(list, &tapped{host: host, phase: phase, severity: silent, certainty: certainty})
		}
		x := list[i]
		x.asks, x.ways, x.from = append(x.asks, asks), append(x.ways, k.way), append(x.from, k.from...)
		x.severity = heavier(x.severity, severity)
	}
	for _, s := range streams(v) {
		for i := range v.Run.Typed {
			t := &v.Run.Typed[i]
			if k, ok := s.keyed(t); ok {
				asks, row := Fields().Of(t)
				add(s.host, k, asks, leakSeverity(v, &Leak{Departure: k.from[0], Asks: asks, Field: row}), detectors.Observed)
			}
		}
	}
	for _, k := range unreadable(v) {
		host := k.from[0].Host
		if !slices.ContainsFunc(list, func(x *tapped) bool { return x.host == host }) {
			add(host, k, "unreadable", detectors.Medium, detectors.Inferred)
		}
	}
	out := make([]detectors.Finding, 0, len(list))
	for _, x := range list {
		out = append(out, tappedFinding(v, x))
	}
	return out
}

func tappedFinding(v *detectors.View, x *tapped) detectors.Finding {
	slices.SortStableFunc(x.from, func(a, b *Departure) int { return detectors.InTime(a.At, a.ID, b.At, b.ID) })
	x.from = slices.Compact(x.from)
	var ids []evidence.ID
	for _, d := range x.from {
		if !slices.Contains(ids, d.ID) && len(ids) < detectors.MaxEvidence {
			ids = append(ids, d.ID)
		}
	}
	slices.Sort(x.asks)
	slices.Sort(x.ways)
	first := x.from[0]
	party := cmp.Or(v.Known.Party(x.host), detectors.PartyOf(v.Judge(first.Contact)))
	by := v.Sender(first.Contact)
	return detectors.Finding{
		Key: x.host, Phase: x.phase, Party: party, Host: x.host, Script: by.URL, URL: first.URL,
		Certainty: x.certainty, Severity: x.severity, First: first.At, Evidence: ids,
		Args: map[string]string{
			"what": strings.Join(slices.Compact(x.asks), ", "), "way": strings.Join(slices.Compact(x.ways), ", "), "host": x.host,
			"who": v.Known.Name(party, x.host), "count": strconv.Itoa(len(x.from)), "script": by.URL, "own": detectors.Yes(!first.Third),
		},
	}
}

// Bounds of what counts as a message for each key where it cannot be read.
const (
	slowest   = 1000 // milliseconds that a key of the last field takes at most, with what it sets off
	minFields = 2    // in which it happens
	perKey    = 3    // messages for a key at most: when it goes down, changes the text, and comes up
)

// unreadable lists hosts that another company's script sent something unreadable
// with nearly every key to, while it listened to keys.
func unreadable(v *detectors.View) []keying {
	listens := map[*detectors.Actor]bool{}
	for i := range v.Calls {
		if c := &v.Calls[i]; c.Plays(apis.Keys) && v.Third(c.By.Host, 0) {
			listens[c.By] = true
		}
	}
	if len(listens) == 0 {
		return nil
	}
	var out []keying
	all := departures(v)
	byHost := map[string][]*Departure{}
	var hosts []string
	for i := range all {
		d := &all[i]
		if d.Third && listens[v.Sender(d.Contact)] && opaque(d.Parts) {
			if byHost[d.Host] == nil {
				hosts = append(hosts, d.Host)
			}
			byHost[d.Host] = append(byHost[d.Host], d)
		}
	}
	for _, host := range hosts {
		k := keying{way: "message-per-key"}
		fields := 0
		for i := range v.Run.Typed {
			t := &v.Run.Typed[i]
			n := len([]rune(t.Value))
			end := nextTyped(v, t, t.At+evidence.Millis(n*slowest))
			during := slices.DeleteFunc(slices.Clone(byHost[host]), func(d *Departure) bool { return d.At < t.At || d.At >= end })
			if keepsPace(len(during), n) {
				fields++
				k.from = append(k.from, during...)
			}
		}
		if fields >= minFields {
			out = append(out, k)
		}
	}
	return out
}

// nextTyped is when the next field was typed into, or the end.
func nextTyped(v *detectors.View, t *evidence.Typed, end evidence.Millis) evidence.Millis {
	for i := range v.Run.Typed {
		if at := v.Run.Typed[i].At; at > t.At {
			end = min(end, at)
		}
	}
	return end
}

// keepsPace reports whether there are about as many messages as keys, or a few times
// as many.
func keepsPace(messages, keys int) bool {
	for k := 1; k <= perKey; k++ {
		if want := k * keys; messages >= want-max(2, want/5) && messages <= want+max(2, want/5) {
			return keys >= minGrown
		}
	}
	return false
}

// opaque reports whether a message carries mostly what cannot be read.
func opaque(parts []values.Part) bool {
	for _, where := range []string{"body", "frame", "query"} {
		all, strange := 0, 0
		for i := range parts {
			if parts[i].Where != where {
				continue
			}
			all += len(parts[i].Text)
			for _, l := range values.Leaves(parts[i : i+1]) {
				if !strings.Contains(l.Name, "~") && unreadableText(l.Text) {
					strange += len(l.Text)
				}
			}
		}
		if strange > 0 && strange*2 >= all {
			return true
		}
	}
	return false
}

// minUnreadable is the least number of characters of an encrypted key in base64: one
// block of a cipher.
const minUnreadable = 20

// unreadableText reports whether a text is bytes or a long word of base64. Hexadecimal
// words and UUIDs are mostly names of things.
func unreadableText(s string) bool {
	if len(s) < minUnreadable {
		return false
	}
	strange := 0
	for i := range len(s) {
		if c := s[i]; c < 0x20 && c != '\n' && c != '\t' && c != '\r' || c >= 0x7f {
			strange++
		}
	}
	return strange*4 > len(s) || mixed64(strings.TrimRight(s, "="))
}
