package main

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/cmd/internal/tty"
	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports/clean"
)

// A stage says in words what the crawler does, and what it then waits for.
type stage struct{ id, doing, waiting string }

// stages lists those of [crawler.Progress] and of the pipeline.
var stages = [...]stage{
	{"loading", "loading", "the page to load"},
	{"settling", "settling", "the network to fall silent"},
	{"asking", "looking for the question for consent", "the page to ask"},
	{"choosing", "answering the question for consent", "the dialog to react"},
	{"reloading", "loading the page again", "the network to fall silent"},
	{"reopening", "trying the way back", "the dialog to come back"},
	{"withdrawing", "withdrawing consent", "the dialog to react"},
	{"typing", "typing into forms", "the page to take what is typed"},
	{"acting", "carrying out steps", "the page to react"},
	{"returning", "coming back without cookies", "the network to fall silent"},
	{"collecting", "collecting", "the browser to hand over what it kept"},
	{pipeline.StageFurther, "looking for further pages", "the site to answer"},
	{pipeline.StageNames, "asking for names", "DNS to answer"},
}

// runWords says what a run is.
var runWords = map[evidence.Scenario]string{
	evidence.None:     "before any choice",
	evidence.Reject:   "after no",
	evidence.Accept:   "after yes",
	evidence.GPC:      "with GPC",
	evidence.Withdraw: "after withdrawing",
	evidence.Close:    "after closing",
	evidence.Forms:    "while typing",
}

// stageOf returns the words for a stage; one that is not known stands for itself.
func stageOf(id string) stage {
	for _, s := range stages {
		if s.id == id {
			return s
		}
	}
	return stage{id, id, id}
}

// A narrator turns news of one visit into events for the display.
type narrator struct {
	target string
	words  string // for the only run, where the scenario's do not fit; else ""
	of     int
	order  []evidence.Scenario
	began  map[evidence.Scenario]time.Time
	tell   func(tty.Event)
}

func (n *narrator) news(p crawler.Progress) {
	if _, ok := n.began[p.Scenario]; !ok {
		n.began[p.Scenario] = time.Now()
		n.order = append(n.order, p.Scenario)
	}
	doing := stageOf(p.Stage)
	e := tty.Event{
		Target: n.target, Run: cmp.Or(n.words, runWords[p.Scenario]), Number: slices.Index(n.order, p.Scenario) + 1, Of: max(n.of, len(n.order)),
		Stage: doing.doing, Waiting: doing.waiting, Requests: p.Requests, Open: p.Open,
		Elapsed: time.Since(n.began[p.Scenario]), Left: p.Left, Done: p.Stage == crawler.StageDone,
	}
	n.tell(e)
}

// headline names what audits are made with.
func (job *auditJob) headline(chrome string) string {
	db := job.pipeline.DB
	parts := []string{"spoor " + versionText()}
	if chrome != "" {
		parts = append(parts, "Chrome "+chrome)
	}
	parts = append(parts, "signatures "+db.Version()[:6]+packNote(db))
	if v := job.plan.Vantage; v != "" {
		parts = append(parts, "vantage "+clean.Line(v))
	}
	return strings.Join(parts, "  ")
}
