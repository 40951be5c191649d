package pipeline

import (
	"slices"
	"testing"

	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/evidence"
)

// TestNews checks that runs which go side by side each end once, and the last of
// them only when the pipeline has done its own part.
func TestNews(t *testing.T) {
	var got []string
	n := &news{tell: func(p crawler.Progress) { got = append(got, string(p.Scenario)+" "+p.Stage) }}
	tell := func(s evidence.Scenario, stage string) { n.pass(crawler.Progress{Scenario: s, Stage: stage}) }
	tell(evidence.None, "loading")
	tell(evidence.Reject, "loading")
	tell(evidence.None, "settling")
	tell(evidence.None, crawler.StageDone)
	tell(evidence.Reject, "settling")
	n.stage(StageFurther)
	tell(evidence.Reject, crawler.StageDone)
	n.stage(StageNames)
	n.end()
	n.end()
	want := []string{
		"none loading", "reject loading", "none settling", "none done", "reject settling", "reject further",
		"reject names", "reject done",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
