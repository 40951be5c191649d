package survey

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"

	"github.com/riverqueue/river"
)

// A querier takes SQL. Both databases take the same: "$1" stands for the first
// argument, times are Unix milliseconds.
type querier interface {
	exec(ctx context.Context, query string, args ...any) (affected int64, err error)
	query(ctx context.Context, query string, args ...any) (rows, error)
}

// Rows are the answer to a query.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	close()
}

// A transaction is one of the database, in which the queue takes part.
type transaction interface {
	querier
	insertJobs(ctx context.Context, jobs []visitJob) error
	// completeJob is called within a job. The error is [river.ErrNotFound] if the
	// job is no longer this worker's.
	completeJob(ctx context.Context, job *river.Job[visitJob]) error
}

// A claim is a job that some worker has taken and not finished.
type claim struct {
	id     int64 // of the job
	worker string
	age    int64 // milliseconds since it was taken
	job    visitJob
}

// A database is SQLite or PostgreSQL.
type database interface {
	querier
	within(ctx context.Context, f func(transaction) error) error
	// migrate brings the tables of both spoor and the queue up to date.
	migrate(ctx context.Context) error
	// claims lists the jobs that are taken.
	claims(ctx context.Context, q querier) ([]claim, error)
	// beat tells that a worker lives, and alive lists those that do.
	beat(ctx context.Context, w workerID) error
	alive(ctx context.Context) (map[string]bool, error)
	// leave tells that a worker ended in good order.
	leave(ctx context.Context, w workerID)
	// start begins to hand jobs to work, of which some at a time; the client stops
	// when it is told to, and cancels what goes on.
	start(ctx context.Context, config *river.Config) (stop func(context.Context) error, err error)
	// passing reports whether an error is of the kind that goes away by itself: no
	// connection, no space, a locked file.
	passing(err error) bool
	close() error
}

// A workerID names one worker.
type workerID struct {
	id   string // of its own
	host string
	pid  int
}

//go:embed schema/*.sql
var schemaFiles embed.FS

// schemaVersion is that of the newest file in schema.
const schemaVersion = 1

// errNewer says that a newer spoor made the tables.
var errNewer = errors.New("survey: the store was made by a newer version of spoor")

// migrateOwn carries out the steps of schema that were not carried out yet. Words are
// what the database calls otherwise.
func migrateOwn(ctx context.Context, q querier, words *strings.Replacer) error {
	if _, err := q.exec(ctx, `CREATE TABLE IF NOT EXISTS spoor_schema (version BIGINT PRIMARY KEY)`); err != nil {
		return err
	}
	have, err := one[int64](ctx, q, `SELECT coalesce(max(version), 0) FROM spoor_schema`)
	if err != nil {
		return err
	}
	if have > schemaVersion {
		return errNewer
	}
	for v := have + 1; v <= schemaVersion; v++ {
		text, err := schemaFiles.ReadFile(fmt.Sprintf("schema/%d.sql", v))
		if err != nil {
			return err
		}
		for statement := range strings.SplitSeq(words.Replace(string(text)), ";\n") {
			if strings.TrimSpace(statement) == "" {
				continue
			}
			if _, err := q.exec(ctx, statement); err != nil {
				return fmt.Errorf("survey: bring the store to version %d: %w", v, err)
			}
		}
		if _, err := q.exec(ctx, `INSERT INTO spoor_schema (version) VALUES ($1)`, v); err != nil {
			return err
		}
	}
	return nil
}

// errNoRow says that a query had no answer.
var errNoRow = errors.New("survey: no row")

// one returns the only column of the only row.
func one[T any](ctx context.Context, q querier, query string, args ...any) (T, error) {
	var value T
	err := each(ctx, q, query, args, func(r rows) error { return r.Scan(&value) }, 1)
	return value, err
}

// each calls scan with every row; if least is given, fewer rows are [errNoRow].
func each(ctx context.Context, q querier, query string, args []any, scan func(rows) error, least int) error {
	r, err := q.query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer r.close()
	n := 0
	for ; r.Next(); n++ {
		if err := scan(r); err != nil {
			return err
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	if n < least {
		return errNoRow
	}
	return nil
}
