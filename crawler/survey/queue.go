package survey

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
)

// jobKind names the jobs in River's tables.
const jobKind = "visit"

// A visitJob is a visit in the queue. What is visited stands in spoor's own tables.
type visitJob struct {
	Number int64 `json:"number"`
	Turn   int64 `json:"turn"`
}

// Kind implements [river.JobArgs].
func (visitJob) Kind() string { return jobKind }

// lastPriority is River's.
const lastPriority = 4

// maxTries of River's own are never reached: spoor counts itself, by reason.
const maxTries = 30000

func insertions(jobs []visitJob) []river.InsertManyParams {
	out := make([]river.InsertManyParams, len(jobs))
	for i, job := range jobs {
		// All sites once, then all sites again: a survey that is stopped half way has
		// seen every site.
		priority := min(int(job.Turn), lastPriority)
		out[i] = river.InsertManyParams{Args: job, InsertOpts: &river.InsertOpts{MaxAttempts: maxTries, Priority: priority}}
	}
	return out
}

func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }

func insertOnly() *river.Config { return &river.Config{Logger: silent()} }

// startClient begins to work on jobs.
func startClient[T any](ctx context.Context, driver riverdriver.Driver[T], config *river.Config) (func(context.Context) error, error) {
	client, err := river.NewClient(driver, config)
	if err != nil {
		return nil, fmt.Errorf("survey: %w", err)
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return nil, fmt.Errorf("survey: start the queue: %w", err)
	}
	return client.StopAndCancel, nil
}

// queueConfig says how jobs are handed out.
func queueConfig(id string, limit int, workers *river.Workers) *river.Config {
	return &river.Config{
		ID: id, Logger: silent(), Workers: workers,
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: limit}},
		// Visits have limits of their own, and what a dead worker held is taken back
		// as soon as it is known to be dead.
		JobTimeout: -1, RescueStuckJobsAfter: 24 * time.Hour,
		// A place that is free is not to wait for its next visit.
		FetchCooldown: 20 * time.Millisecond,
		MaxAttempts:   maxTries, CompletedJobRetentionPeriod: time.Hour,
	}
}

func scanClaims(ctx context.Context, q querier, query string) ([]claim, error) {
	var list []claim
	err := each(ctx, q, query, nil, func(r rows) error {
		var c claim
		if err := r.Scan(&c.id, &c.worker, &c.age, &c.job.Number, &c.job.Turn); err != nil {
			return err
		}
		list = append(list, c)
		return nil
	}, 0)
	return list, err
}
