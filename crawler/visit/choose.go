package visit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/domstorage"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/crawler/consent"
	"github.com/spoor-audit/spoor/crawler/consent/auto"
	"github.com/spoor-audit/spoor/crawler/consent/readers"
	"github.com/spoor-audit/spoor/evidence"
)

// How long the question for consent is looked for on a page that has settled: a
// dialog that comes later than that is not seen by most visitors either.
const (
	askWait   = 4 * time.Second
	againWait = 1500 * time.Millisecond
)

// after is the rule for waiting after a choice: tags that waited for it begin
// now, and a tag manager needs a moment for them.
func (d *driver) after() Settle {
	s := d.plan.Settle
	return Settle{Quiet: s.Quiet, Min: min(s.Min, 3*time.Second), Max: min(s.Max, 15*time.Second)}
}

// ask looks for the site's question for consent, carries out the choice of the
// scenario, verifies it, and loads the page again. What could not be done is in
// the record.
func (d *driver) ask(ctx context.Context) {
	d.say("asking", d.plan.URL)
	s := surface{d}
	before := d.readSignals(ctx)
	found := d.detect(ctx, s)
	dialog, handle, err := consent.Find(ctx, s, consent.Options{
		Wait: askWait, Scroll: true, TCF: tcfShown(before.signals), URL: d.plan.URL, Now: d.now,
	})
	if err != nil {
		d.lockedGap(evidence.KindDialog, d.plan.URL, "not-looked-for")
		return
	}
	nameDialog(&dialog, found, before.signals)
	if d.plan.Asked != nil {
		d.plan.Asked(dialog)
	}
	d.policies(ctx, s, "page")
	d.formsOf(ctx, s)
	want := d.plan.Scenario
	if want == evidence.Withdraw {
		want = evidence.Accept
	}
	if !phaseless(want) {
		d.collect(ctx, evidence.Before)
		choice := d.choose(ctx, want, found, handle, dialog.Found, before)
		if handle != nil {
			dialog = handle.Dialog()
			nameDialog(&dialog, found, before.signals)
		}
		d.keep(dialog, handle, &choice)
		if d.chosen(choice) {
			d.afterwards(ctx, s, &choice)
		}
		d.keep(dialog, handle, &choice)
		return
	}
	d.keep(dialog, handle, nil)
}

// tcfShown reports whether the page's own consent interface says that its
// question is shown.
func tcfShown(signals []evidence.Signal) bool {
	for _, s := range signals {
		var said struct {
			Ping struct {
				DisplayStatus string `json:"displayStatus"`
			} `json:"ping"`
			Data struct {
				EventStatus string `json:"eventStatus"`
			} `json:"data"`
		}
		if s.Kind == readers.KindTCF && json.Unmarshal(s.Raw, &said) == nil &&
			(said.Data.EventStatus == "cmpuishown" || said.Ping.DisplayStatus == "visible") {
			return true
		}
	}
	return false
}

// keep writes dialog and choice into the record.
func (d *driver) keep(dialog evidence.Dialog, handle *consent.Handle, choice *evidence.Choice) {
	r := d.rec
	r.mu.Lock()
	defer r.mu.Unlock()
	r.run.Dialog = &dialog
	if choice != nil {
		c := *choice
		r.run.Choice = &c
	}
	if handle == nil {
		return
	}
	for _, l := range handle.Policies() {
		r.addPolicy(l)
	}
}

func (r *recorder) addPolicy(l evidence.PolicyLink) {
	for _, have := range r.run.Policies {
		if have.URL == l.URL && have.Where == l.Where {
			return
		}
	}
	r.run.Policies = append(r.run.Policies, l)
}

// now is the time since the run began.
func (d *driver) now() evidence.Millis { return d.rec.since(time.Now()) }

// nameDialog adds what the rules for known consent managers say, and the name
// that the tool is known by, if it was recognised by its record too.
func nameDialog(dialog *evidence.Dialog, found auto.Found, signals []evidence.Signal) {
	if found.Open && !dialog.Found {
		dialog.Found, dialog.Certainty = true, 0.8
		if found.Frame != nil {
			dialog.Frame = found.Frame.URL()
		}
	}
	if found.Open && dialog.By != "gate" {
		dialog.By = "rule"
	}
	dialog.CMP, dialog.Rule = found.CMP, found.Rule
	if tool := toolOf(signals); tool != "" && dialog.Found {
		dialog.CMP = tool
	}
}

// toolOf is the name of the one consent manager whose record was read; "" if
// there are none or several.
func toolOf(signals []evidence.Signal) string {
	name := ""
	for _, s := range signals {
		tool := ""
		if s.Kind == readers.KindCMP {
			tool = readers.Tool(s.Source)
		}
		switch {
		case tool == "" || tool == name:
		case name != "":
			return ""
		default:
			name = tool
		}
	}
	return name
}

// detect asks the rules for known consent managers. Without rules, and where
// they fail, nothing is found.
func (d *driver) detect(ctx context.Context, s surface) auto.Found {
	if d.plan.Rules == nil {
		return auto.Found{}
	}
	found, err := d.plan.Rules.Detect(ctx, s)
	if err != nil {
		d.rec.note("rules-failed", err.Error())
	}
	return found
}

// choose carries out a choice: by pressing what a visitor sees and, where spoor's
// own finder cannot, by the steps of a known consent manager's rule.
func (d *driver) choose(ctx context.Context, want evidence.Scenario, found auto.Found, handle *consent.Handle, seen bool, before reading) evidence.Choice {
	choice := evidence.Choice{Want: want, Outcome: evidence.NoDialog}
	if !seen {
		return choice
	}
	choice.Outcome, choice.Reason = evidence.Failed, "not-readable"
	if handle != nil {
		d.say("choosing", d.plan.URL)
		choice = handle.Choose(ctx, want)
	}
	hopeless := choice.Outcome == evidence.PayOrAccept || want == evidence.Close
	if choice.Outcome != evidence.Done && !hopeless && found.Open && !found.Cosmetic {
		d.chooseByRule(ctx, want, &found, &choice)
	}
	if choice.Outcome == evidence.Done {
		d.verify(ctx, before, &choice)
	}
	return choice
}

// chooseByRule lets a rule carry out what the finder could not. A rule may do so
// by calling functions of the consent manager; where the finder saw that there is
// nothing to press, that is no way open to a visitor, and the outcome stays.
func (d *driver) chooseByRule(ctx context.Context, want evidence.Scenario, found *auto.Found, choice *evidence.Choice) {
	at := d.now()
	ok, _, err := found.Choose(ctx, want)
	if err != nil && !errors.Is(err, auto.ErrNoRule) {
		d.rec.note("rule-failed", err.Error())
	}
	if !ok {
		return
	}
	if found.Scripted() && choice.Outcome == evidence.NotOffered {
		choice.Reason = "only-by-script"
		return
	}
	choice.Outcome, choice.Reason, choice.At, choice.Presses = evidence.Done, "by-rule", at, nil
	for _, label := range found.Presses() {
		choice.Presses = append(choice.Presses, evidence.Press{At: at, Label: label, Role: string(want)})
	}
}

// chosen marks the moment of the choice, if there was one: what happens from the
// last click on is after it.
func (d *driver) chosen(c evidence.Choice) bool {
	if c.Outcome != evidence.Done && c.Outcome != evidence.Unverified {
		return false
	}
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	at := c.At
	if n := len(c.Presses); n > 0 && c.Presses[n-1].At > 0 {
		at = c.Presses[n-1].At
	}
	d.rec.run.Chosen = &at
	return true
}

// A reading is what the consent tools and the browser's storage said at one
// moment.
type reading struct {
	signals []evidence.Signal
	state   readers.State
}

// verify reads back what the site made of the choice.
func (d *driver) verify(ctx context.Context, before reading, choice *evidence.Choice) {
	at := choice.At
	d.rec.mu.Lock()
	d.rec.run.Chosen = &at
	d.rec.mu.Unlock()
	d.settle(ctx, time.Now(), d.after())
	after := d.readSignals(ctx)
	choice.Verified, choice.Contrary, choice.By, _ = readers.Judge(before.signals, after.signals, choice.Want)
	if !choice.Verified && !choice.Contrary {
		changes, err := readers.StorageDiff(before.state.Of(d.plan.URL), after.state.Of(d.plan.URL))
		if err == nil {
			choice.Verified, choice.Contrary, _ = readers.JudgeStorage(changes, choice.Want)
			choice.Kept = readers.Keepers(changes)
		}
		if choice.Verified || choice.Contrary {
			choice.By = "storage"
		}
	}
	if !choice.Verified && !choice.Contrary && choice.Want != evidence.Close {
		choice.Outcome = evidence.Unverified
	}
}

// afterwards loads the page again, as a visitor who comes back, looks whether the
// question is asked again, and for a way back to the choice.
func (d *driver) afterwards(ctx context.Context, s surface, choice *evidence.Choice) {
	d.say("reloading", d.plan.URL)
	began := time.Now()
	d.rec.forgetLoad()
	d.pointer = &pointer{}
	if _, err := cdp.Do(ctx, d.main, page.Reload, page.ReloadParams{}); err != nil {
		d.lockedGap(evidence.KindPage, d.plan.URL, "not-reloaded")
		return
	}
	d.settle(ctx, began, d.after())
	after := d.readSignals(ctx)
	again, _, err := consent.Find(ctx, s, consent.Options{Wait: againWait, TCF: tcfShown(after.signals), URL: d.plan.URL, Now: d.now})
	if err == nil && again.Found {
		choice.Back = "reload"
	}
	d.policies(ctx, s, "page-after")
	switch d.plan.Scenario {
	case evidence.Accept:
		controls, err := consent.Controls(ctx, s)
		d.keepControls(controls, err)
	case evidence.Withdraw:
		d.withdraw(ctx, s, after, choice)
	}
}

// keepControls records the ways back to the choice.
func (d *driver) keepControls(controls []evidence.Control, err error) {
	if err != nil {
		d.lockedGap(evidence.KindDialog, d.plan.URL, "no-controls")
		return
	}
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	d.rec.run.Controls = controls
}

// tryControls presses the ways back to the choice, to see whether they lead there.
// It is the last thing that a run does with its page: a way may lead anywhere.
func (d *driver) tryControls(ctx context.Context) {
	d.rec.mu.Lock()
	try := len(d.rec.run.Controls) > 0 && d.plan.Scenario == evidence.Accept && d.rec.page == 0
	d.rec.mu.Unlock()
	if !try || len(d.plan.Steps) > 0 || d.gone() {
		return
	}
	d.say("reopening", d.plan.URL)
	controls, _, err := consent.Reopen(ctx, surface{d}, consent.Options{URL: d.plan.URL, Now: d.now})
	if err != nil && len(controls) == 0 {
		return // those that were found without pressing are on record
	}
	d.keepControls(controls, nil)
}

// withdraw goes back on an acceptance by the site's own control.
func (d *driver) withdraw(ctx context.Context, s surface, before reading, choice *evidence.Choice) {
	d.say("withdrawing", d.plan.URL)
	c, controls, err := consent.Withdraw(ctx, s, consent.Options{Wait: askWait, URL: d.plan.URL, Now: d.now})
	d.keepControls(controls, err)
	if err != nil {
		d.rec.note("choice-failed", err.Error())
	}
	c.Want = evidence.Withdraw
	if c.Outcome == evidence.Done {
		d.verify(ctx, before, &c)
	}
	*choice = c
	if !d.chosen(c) {
		return
	}
	began := time.Now()
	d.rec.forgetLoad()
	if _, err := cdp.Do(ctx, d.main, page.Reload, page.ReloadParams{}); err == nil {
		d.settle(ctx, began, d.after())
		d.readSignals(ctx)
	}
}

// readSignals reads what the consent tools say now, and puts it on record.
func (d *driver) readSignals(ctx context.Context) reading {
	state, err := d.kept(ctx)
	if err != nil {
		d.lockedGap(evidence.KindSignals, d.plan.URL, "no-storage")
	}
	at := d.now()
	signals, err := readers.Read(ctx, surface{d}, state)
	if err != nil {
		d.lockedGap(evidence.KindSignals, d.plan.URL, "not-readable")
	}
	phase := d.phase()
	r := d.rec
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range signals {
		s := &signals[i]
		s.ID, s.At, s.Page, s.Phase = r.id("signal", len(r.run.Signals)+1), at, r.page, phase
		r.run.Signals = append(r.run.Signals, *s)
	}
	return reading{signals, state}
}

// kept reads the browser's cookies, and the storage of the page's origins.
func (d *driver) kept(ctx context.Context) (readers.State, error) {
	s := readers.State{Local: map[string]map[string]string{}, Session: map[string]map[string]string{}}
	res, err := cdp.Do(ctx, d.hub.Browser.Conn.Root(), storage.GetCookies, storage.GetCookiesParams{BrowserContextID: d.context})
	if err != nil {
		return s, fmt.Errorf("visit: read the cookies: %w", err)
	}
	for _, c := range res.Cookies {
		s.Cookies = append(s.Cookies, readers.Cookie{Name: c.Name, Value: c.Value, Domain: c.Domain})
	}
	for _, p := range d.rec.storagePlaces() {
		for _, local := range []bool{true, false} {
			area := s.Session
			if local {
				area = s.Local
			}
			for _, item := range p.area(ctx, &domstorage.StorageID{SecurityOrigin: p.origin, IsLocalStorage: local}) {
				if area[p.origin] == nil {
					area[p.origin] = map[string]string{}
				}
				area[p.origin][item[0]] = item[1]
			}
		}
	}
	return s, nil
}

// policies records the page's own links to statements.
func (d *driver) policies(ctx context.Context, s surface, where string) {
	links, err := consent.Links(ctx, s)
	if err != nil {
		d.lockedGap(evidence.KindPapers, d.plan.URL, "no-links")
		return
	}
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	for _, l := range links {
		l.Where = where
		d.rec.addPolicy(l)
	}
}

// formsOf records the page's forms.
func (d *driver) formsOf(ctx context.Context, s surface) {
	forms, err := consent.Forms(ctx, s)
	if err != nil {
		d.lockedGap(evidence.KindForms, d.plan.URL, "not-readable")
		return
	}
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	d.rec.run.Forms = forms
}
