package survey

import (
	"context"
	"fmt"
)

// A Status says how far a survey is. Runs are counted as sites by repeats by
// scenarios.
type Status struct {
	Sites   int            // lines of the list that are no address are none
	Visits  map[State]int  // of all sites, by state
	Reasons map[string]int // of visits that failed or are excluded, by reason
	Done    int            // runs
	Failed  int
	Pending int
	Running int
	Retried int // visits that wait for another try
}

// Runs is the number of all runs.
func (s *Status) Runs() int { return s.Done + s.Failed + s.Pending + s.Running }

// Status counts.
func (s *Store) Status(ctx context.Context) (Status, error) {
	st := Status{Visits: map[State]int{}, Reasons: map[string]int{}}
	scenarios := len(s.setup.Scenarios)
	err := each(ctx, s.db, `SELECT state, CASE WHEN state IN ('failed', 'excluded') THEN reason ELSE '' END AS why, count(*),
		sum(CASE WHEN state = 'pending' AND best <> '' THEN 1 ELSE 0 END),
		sum(runs_done), sum(runs_failed) FROM spoor_visits GROUP BY 1, 2`, nil, func(r rows) error {
		var state, why string
		var n, retried, done, failed int64
		if err := r.Scan(&state, &why, &n, &retried, &done, &failed); err != nil {
			return err
		}
		st.Visits[State(state)] += int(n)
		if why != "" {
			st.Reasons[why] += int(n)
		}
		switch State(state) {
		case Pending:
			st.Pending += int(n) * scenarios
			st.Retried += int(retried)
		case Running:
			st.Running += int(n) * scenarios
		default:
			st.Done += int(done)
			st.Failed += int(failed)
		}
		return nil
	}, 0)
	if err == nil {
		var sites int64
		sites, err = one[int64](ctx, s.db, `SELECT count(*) FROM spoor_sites WHERE url <> ''`)
		st.Sites = int(sites)
	}
	if err != nil {
		return st, fmt.Errorf("survey: read the store: %w", err)
	}
	return st, nil
}
