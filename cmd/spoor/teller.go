package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spoor-audit/spoor/cmd/internal/tty"
	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/crawler/survey"
)

// A teller turns news of a survey into what the bars show.
type teller struct{ bars *tty.Bars }

func visitKey(t survey.Task) string { return fmt.Sprintf("%d/%d", t.Number, t.Repeat) }

// stage takes news of a visit that goes on.
func (c *teller) stage(t survey.Task, p crawler.Progress) {
	if p.Stage != crawler.StageDone {
		c.bars.Begin(visitKey(t), fmt.Sprintf("%s (%s: %s)", t.Site, runWords[p.Scenario], stageOf(p.Stage).doing))
	}
}

// news takes news of the worker.
func (c *teller) news(n survey.News) {
	key := visitKey(n.Task)
	switch n.Kind {
	case survey.Begun:
		c.bars.Begin(key, n.Task.Site)
	case survey.Ended:
		c.bars.End(key, tty.Ended{
			Site: n.Task.Site, Repeat: n.Task.Repeat, Attempt: n.Task.Attempt, State: string(n.Outcome.State),
			Reason: n.Outcome.Reason, Again: n.Again, Took: n.Outcome.Took,
		})
	case survey.Returned:
		c.bars.Stop(key)
		if n.Why != "" {
			c.bars.Note(fmt.Sprintf("%s could not be visited and waits for another try: %s", n.Task.Site, n.Why))
		}
	case survey.Paused:
		c.bars.Note("the survey waits: " + n.Why)
	case survey.Resumed:
		c.bars.Note("the survey goes on")
	}
}

// count tells how far the survey is until the context ends. A count of many visits
// takes time, which is not to be taken from them.
func (c *teller) count(ctx context.Context, store *survey.Store) {
	const every, share = time.Second, 50
	for {
		began := time.Now()
		st, err := store.Status(ctx)
		if err == nil {
			c.bars.Tell(tallyOf(st))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(max(every, share*time.Since(began))):
		}
	}
}

func tallyOf(st survey.Status) tty.Tally {
	t := tty.Tally{
		Sites: st.Sites, Failed: st.Visits[survey.Failed], Excluded: st.Visits[survey.Excluded],
		Running: st.Visits[survey.Running], Waiting: st.Retried,
	}
	for state, n := range st.Visits {
		t.All += n
		if state.Over() {
			t.Over += n
		}
	}
	return t
}
