package readers

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/spoor-audit/spoor/evidence"
)

// How a choice is judged:
//
// A source counts if it was touched: it holds something else than before the
// choice, or says itself that a person chose. A consent manager's record and a
// TC string are strong, Google's consent mode is weak and only counts if no strong
// source does.
//
// A refusal agrees if nothing of analytics, marketing and social is allowed and
// at least one optional category is known to be refused. What is functional may
// be allowed: sites differ in whether they ask for it. A category "other" that
// is allowed beside refused ones leaves it open. Consent for a TCF purpose is
// contrary; legitimate interest is not, for that is another question. Acceptance
// agrees if something optional is allowed.
//
// A source that says the opposite is contrary if it was touched, or if it says
// that everything was allowed from the beginning and did not change: then the
// refusal was not taken up. One strong source that says the opposite outweighs
// others that agree, for the site then tells different companies different
// things.

// opinion is what one signal says about a choice.
type opinion struct {
	signal  *evidence.Signal
	strong  bool
	touched bool
	agrees  bool
	opposes bool
	state   map[string]bool
}

// Judge says whether what the consent tools say after a choice agrees with it:
// verified if it does, contrary if it says the opposite, neither if it cannot be
// told. By is the source of the signal that decided ("onetrust", "__tcfapi",
// "dataLayer"), and state what that signal allows, by category; they are also
// given for a signal that decides nothing, if there is one. Of before and after,
// the last signal of each kind, source and frame counts. [evidence.Close] and
// [evidence.Withdraw] are judged as a refusal is.
func Judge(before, after []evidence.Signal, want evidence.Scenario) (verified, contrary bool, by string, state map[string]bool) {
	accept := want == evidence.Accept
	var all []opinion
	for _, s := range last(after) {
		if o, ok := weigh(s, earlier(last(before), s), accept); ok {
			all = append(all, o)
		}
	}
	pick := func(want func(o opinion) bool) *opinion {
		if i := slices.IndexFunc(all, want); i >= 0 {
			return &all[i]
		}
		return nil
	}
	if o := pick(func(o opinion) bool { return o.strong && o.opposes }); o != nil {
		return false, true, o.signal.Source, o.state
	}
	if o := pick(func(o opinion) bool { return o.strong && o.agrees }); o != nil {
		return true, false, o.signal.Source, o.state
	}
	if o := pick(func(o opinion) bool { return !o.strong && o.opposes }); o != nil {
		return false, true, o.signal.Source, o.state
	}
	if o := pick(func(o opinion) bool { return !o.strong && o.agrees }); o != nil {
		return true, false, o.signal.Source, o.state
	}
	if o := pick(func(o opinion) bool { return len(o.state) > 0 }); o != nil {
		return false, false, o.signal.Source, o.state
	}
	return false, false, "", nil
}

// last keeps the last signal of each kind, source and frame, consent managers
// first, then TCF, then the rest.
func last(signals []evidence.Signal) []evidence.Signal {
	var out []evidence.Signal
	for i := len(signals) - 1; i >= 0; i-- {
		if find(out, signals[i]) == nil {
			out = append(out, signals[i])
		}
	}
	order := []string{KindCMP, KindTCF, KindGoogle}
	slices.Reverse(out)
	slices.SortStableFunc(out, func(a, b evidence.Signal) int {
		return slices.Index(order, a.Kind) - slices.Index(order, b.Kind)
	})
	return out
}

// find is the signal of the same kind, source and frame.
func find(signals []evidence.Signal, s evidence.Signal) *evidence.Signal {
	for i := range signals {
		if o := &signals[i]; o.Kind == s.Kind && o.Source == s.Source && o.Frame == s.Frame {
			return o
		}
	}
	return nil
}

// earlier is what the source of a signal said before. A frame's address can
// change with the choice, so that another frame's word serves if there is none
// of the same.
func earlier(signals []evidence.Signal, s evidence.Signal) *evidence.Signal {
	if o := find(signals, s); o != nil {
		return o
	}
	for i := range signals {
		if o := &signals[i]; o.Kind == s.Kind && o.Source == s.Source {
			return o
		}
	}
	return nil
}

func weigh(s evidence.Signal, before *evidence.Signal, accept bool) (opinion, bool) {
	switch s.Kind {
	case KindCMP:
		return weighCMP(s, before, accept), true
	case KindTCF:
		return weighTCF(s, before, accept), true
	case KindGoogle:
		return weighGoogle(s, before, accept), true
	}
	return opinion{}, false
}

func weighCMP(s evidence.Signal, before *evidence.Signal, accept bool) opinion {
	o := opinion{signal: &s, strong: true, state: s.Categories}
	changed := before == nil || !bytes.Equal(before.Raw, s.Raw)
	made := s.Made == nil && changed || s.Made != nil && *s.Made
	o.touched = made && changed
	intrusive, refused := false, false
	for category, allowed := range s.Categories {
		switch category {
		case "necessary":
		case "functional":
			refused = refused || !allowed
		case "other":
			refused = refused || !allowed
			intrusive = intrusive || allowed && !knows(s.Categories, "analytics", "marketing", "social")
		default:
			refused = refused || !allowed
			intrusive = intrusive || allowed
		}
	}
	some := slices.ContainsFunc(categories[1:], func(c string) bool { return s.Categories[c] })
	if accept {
		o.agrees = o.touched && some
		o.opposes = o.touched && !some && refused
		return o
	}
	o.agrees = o.touched && !intrusive && refused && !s.Categories["other"]
	o.opposes = made && intrusive
	return o
}

func knows(m map[string]bool, names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { _, ok := m[n]; return ok })
}

// tcData is what is needed of an answer of the TCF.
// https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework
type tcData struct {
	Data struct {
		TCString    string `json:"tcString"`
		EventStatus string `json:"eventStatus"`
		GDPRApplies *bool  `json:"gdprApplies"`
		Purpose     struct {
			Consents map[string]bool `json:"consents"`
		} `json:"purpose"`
	} `json:"data"`
}

// tcfPurposes are the categories of the TCF's purposes: 1 is storage itself, 2 to
// 4 and 7 are advertising, 5, 6 and 11 content, 8 and 9 measuring, 10 developing.
var tcfPurposes = map[string]string{
	"1": "other", "2": "marketing", "3": "marketing", "4": "marketing", "5": "functional", "6": "functional",
	"7": "marketing", "8": "analytics", "9": "analytics", "10": "other", "11": "functional",
}

func weighTCF(s evidence.Signal, before *evidence.Signal, accept bool) opinion {
	o := opinion{signal: &s, strong: true}
	var now, then tcData
	if json.Unmarshal(s.Raw, &now) != nil || now.Data.EventStatus == "" || now.Data.GDPRApplies != nil && !*now.Data.GDPRApplies {
		return o
	}
	if before != nil {
		// What cannot be read counts as not there.
		_ = json.Unmarshal(before.Raw, &then)
	}
	o.state = map[string]bool{}
	some := false
	for id, category := range tcfPurposes {
		allowed := now.Data.Purpose.Consents[id]
		o.state[category] = o.state[category] || allowed
		some = some || allowed
	}
	// After the page is loaded again, the string of an earlier choice is there from
	// the start.
	changed := now.Data.TCString != then.Data.TCString || now.Data.EventStatus != then.Data.EventStatus
	o.touched = changed && (now.Data.EventStatus == "useractioncomplete" || now.Data.EventStatus == "tcloaded" && now.Data.TCString != "")
	o.agrees = o.touched && some == accept
	o.opposes = o.touched && some != accept
	if !accept && some && now.Data.EventStatus != "cmpuishown" {
		o.opposes = true
	}
	return o
}

// googleState is what the consent mode says in the end, and how many updates led
// to it.
func googleState(raw json.RawMessage) (state map[string]bool, updates int) {
	var in struct {
		DataLayer [][]json.RawMessage `json:"dataLayer"`
		Entries   map[string]struct {
			Default *bool `json:"default"`
			Update  *bool `json:"update"`
		} `json:"entries"`
	}
	state = map[string]bool{}
	if json.Unmarshal(raw, &in) != nil {
		return state, 0
	}
	for _, e := range in.DataLayer {
		var command string
		var values map[string]any
		if len(e) < 3 || json.Unmarshal(e[1], &command) != nil || json.Unmarshal(e[2], &values) != nil {
			continue
		}
		if command == "update" {
			updates++
		}
		for k, v := range values {
			if v == "granted" || v == "denied" {
				state[k] = v == "granted"
			}
		}
	}
	for k, e := range in.Entries {
		switch {
		case e.Update != nil:
			state[k] = *e.Update
			updates = max(updates, 1)
		case e.Default != nil:
			if _, ok := state[k]; !ok {
				state[k] = *e.Default
			}
		}
	}
	return state, updates
}

// googleTypes are the consent types that are about tracking, and their categories.
// https://support.google.com/tagmanager/answer/13802165
var googleTypes = map[string]string{
	"ad_storage": "marketing", "ad_user_data": "marketing", "ad_personalization": "marketing",
	"analytics_storage": "analytics", "functionality_storage": "functional", "personalization_storage": "functional",
}

// weighGoogle judges by an update of the consent mode: a default that stays as it
// was says nothing about a choice.
func weighGoogle(s evidence.Signal, before *evidence.Signal, accept bool) opinion {
	o := opinion{signal: &s, state: map[string]bool{}}
	now, updates := googleState(s.Raw)
	then, earlier := map[string]bool{}, 0
	if before != nil {
		then, earlier = googleState(before.Raw)
	}
	changed := updates > earlier
	for k, category := range googleTypes {
		if allowed, ok := now[k]; ok {
			o.state[category] = o.state[category] || allowed
			changed = changed || updates > 0 && allowed != then[k]
		}
	}
	o.touched = changed
	marketing, ok := o.state["marketing"]
	analytics, also := o.state["analytics"]
	if !changed || !ok && !also {
		return o
	}
	some := marketing || analytics
	o.agrees = some == accept
	// Statistics alone may be counted without consent in some countries.
	o.opposes = accept && !some || !accept && marketing
	return o
}
