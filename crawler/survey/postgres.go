package survey

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

const (
	// lease is how long a worker counts as living after it was last heard of, by
	// the server's clock. It tells every beatEvery.
	lease = 30 * time.Second
	// connectLimit is the time for a connection.
	connectLimit = 10 * time.Second
	// migrationLock is the key of the lock under which tables are made, any number.
	migrationLock = 7310877
)

// serverNow is the server's clock, as clocks of many hosts differ.
const serverNow = `(extract(epoch FROM clock_timestamp()) * 1000)::bigint`

// A postgresDB is a survey in a PostgreSQL database, for any number of machines.
type postgresDB struct {
	pgxQuerier
	pool   *pgxpool.Pool
	client *river.Client[pgx.Tx] // inserts only
}

func openPostgres(ctx context.Context, address string) (*postgresDB, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("survey: %w", err) // pgx leaves the password out.
	}
	config.ConnConfig.ConnectTimeout = connectLimit
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("survey: %w", err)
	}
	p := &postgresDB{pgxQuerier: pgxQuerier{pool}, pool: pool}
	if p.client, err = river.NewClient(riverpgxv5.New(pool), insertOnly()); err != nil {
		pool.Close()
		return nil, err
	}
	return p, nil
}

func (p *postgresDB) close() error {
	p.pool.Close()
	return nil
}

func (p *postgresDB) within(ctx context.Context, f func(transaction) error) error {
	return pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		return f(&postgresTx{pgxQuerier{tx}, tx, p.client})
	})
}

func (p *postgresDB) migrate(ctx context.Context) error {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, migrationLock); err != nil {
		return err
	}
	defer conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, migrationLock) //nolint:errcheck // It ends with the connection.
	m, err := rivermigrate.New(riverpgxv5.New(p.pool), &rivermigrate.Config{Logger: silent()})
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	return p.within(ctx, func(tx transaction) error {
		return migrateOwn(ctx, tx, strings.NewReplacer(" BLOB", " BYTEA", "/* bytewise */", `COLLATE "C"`))
	})
}

func (p *postgresDB) claims(ctx context.Context, q querier) ([]claim, error) {
	return scanClaims(ctx, q, `SELECT id, coalesce(attempted_by[array_upper(attempted_by, 1)], ''),
		(extract(epoch FROM clock_timestamp() - attempted_at) * 1000)::bigint, (args->>'number')::bigint, (args->>'turn')::bigint
		FROM river_job WHERE state = 'running' AND kind = '`+jobKind+`'`)
}

func (p *postgresDB) beat(ctx context.Context, w workerID) error {
	_, err := p.exec(ctx, `INSERT INTO spoor_workers (id, host, pid, seen) VALUES ($1, $2, $3, `+serverNow+`)
		ON CONFLICT (id) DO UPDATE SET seen = excluded.seen`, w.id, w.host, w.pid)
	return err
}

func (p *postgresDB) alive(ctx context.Context) (map[string]bool, error) {
	living := map[string]bool{}
	err := each(ctx, p, `SELECT id FROM spoor_workers WHERE seen > `+serverNow+` - $1`, []any{lease.Milliseconds()}, func(r rows) error {
		var id string
		err := r.Scan(&id)
		living[id] = true
		return err
	}, 0)
	return living, err
}

func (p *postgresDB) leave(ctx context.Context, w workerID) {
	_, _ = p.exec(ctx, `DELETE FROM spoor_workers WHERE id = $1`, w.id)
}

func (p *postgresDB) start(ctx context.Context, config *river.Config) (func(context.Context) error, error) {
	return startClient(ctx, riverpgxv5.New(p.pool), config)
}

// passing takes for passing that the connection is lost, and what the server says
// of itself, not of the statement: that it starts or stops, lacks room, or that
// transactions met.
// https://www.postgresql.org/docs/15/errcodes-appendix.html
func (p *postgresDB) passing(err error) bool {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return slices.ContainsFunc([]string{"08", "25006", "40", "53", "55", "57", "58"}, func(class string) bool {
			return strings.HasPrefix(said.Code, class)
		})
	}
	var network net.Error
	var connect *pgconn.ConnectError
	return pgconn.SafeToRetry(err) || errors.As(err, &network) || errors.As(err, &connect) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, pgx.ErrTxClosed) || errors.Is(err, pgx.ErrTxCommitRollback)
}

// A pgxHandle is a pool or a transaction of pgx.
type pgxHandle interface {
	Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
}

type pgxQuerier struct{ h pgxHandle }

func (q pgxQuerier) exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := q.h.Exec(ctx, query, args...)
	return tag.RowsAffected(), err
}

func (q pgxQuerier) query(ctx context.Context, query string, args ...any) (rows, error) {
	r, err := q.h.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgxRows{r}, nil
}

type pgxRows struct{ pgx.Rows }

func (r pgxRows) close() { r.Close() }

type postgresTx struct {
	pgxQuerier
	tx     pgx.Tx
	client *river.Client[pgx.Tx]
}

func (t *postgresTx) insertJobs(ctx context.Context, jobs []visitJob) error {
	_, err := t.client.InsertManyFastTx(ctx, t.tx, insertions(jobs))
	return err
}

func (t *postgresTx) completeJob(ctx context.Context, job *river.Job[visitJob]) error {
	_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, t.tx, job)
	return err
}
