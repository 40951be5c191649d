package reports_test

import (
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/sample"
	"github.com/spoor-audit/spoor/reports/lang"
)

// TestLists: how old a list is counts to the visit, and one that was older than
// 90 days is warned of.
func TestLists(t *testing.T) {
	en, nl := lang.Get("en"), lang.Get("nl")
	r := &reports.Result{}
	if got := r.ListDates(en); got != "Lists: none, only what spoor knows itself" {
		t.Error(got)
	}
	r.Tools.Signatures.Packs = []reports.Pack{
		{Name: "easylist", Date: "2026-08-01", AgeDays: 112, Old: true},
		{Name: "easyprivacy", Date: "2026-11-20", AgeDays: 1},
		{Name: "third-party-web", Version: "0.30.0", AgeDays: -1},
	}
	if got, want := r.ListDates(en), "Lists: easylist of 1 August 2026, easyprivacy of 20 November 2026 and third-party-web 0.30.0"; strings.ReplaceAll(got, "\u00a0", " ") != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := r.OldLists(nl), "Eén lijst was bij dit bezoek meer dan 90 dagen oud en kent nieuwere bedrijven niet: easylist (112 dagen). Een nieuwere: spoor signatures update"; strings.ReplaceAll(got, "\u00a0", " ") != want {
		t.Errorf("%q, want %q", got, want)
	}
	r.Tools.Signatures.Packs[0].Old = false
	if got := r.OldLists(en); got != "" {
		t.Error(got)
	}
}

// TestListsOfResult: the lists of the signatures stand in the result, with their
// age and where they come from.
func TestListsOfResult(t *testing.T) {
	db, err := sample.DBWithList("! Last modified: 01 Aug 2026 12:00 UTC\n||a.test^\n")
	if err != nil {
		t.Fatal(err)
	}
	for started, want := range map[string]struct {
		age int
		old bool
	}{
		"2026-08-01T18:00:00Z": {0, false},
		"2026-10-30T10:00:00Z": {90, false},
		"2026-10-31T10:00:00Z": {91, true},
		"2026-07-01T10:00:00Z": {0, false}, // the clock of the machine was wrong
	} {
		at, err := time.Parse(time.RFC3339, started)
		if err != nil {
			t.Fatal(err)
		}
		v := sample.Shop()
		v.Subject.Started = at
		packs := reports.New(reports.Input{Visit: v, Judgement: sample.Judgement(), DB: db}).Tools.Signatures.Packs
		if len(packs) != 1 {
			t.Fatalf("%+v", packs)
		}
		if p := packs[0]; p.AgeDays != want.age || p.Old != want.old || p.Date != "2026-08-01" || p.Origin != "embedded" || p.Source != "sample" || len(p.SHA256) != 64 {
			t.Errorf("%s: %+v, want %+v", started, p, want)
		}
	}
	v := sample.Shop()
	v.Subject.Started = time.Time{}
	if p := reports.New(reports.Input{Visit: v, Judgement: sample.Judgement(), DB: db}).Tools.Signatures.Packs[0]; p.AgeDays != -1 || p.Old {
		t.Errorf("without a time: %+v", p)
	}
}
