package survey

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// A sqliteDB is a survey in a folder, for one machine. A worker lives as long as
// it holds the lock of its file in the folder "workers": the system gives it back
// however the worker ends.
type sqliteDB struct {
	sqlQuerier
	db     *sql.DB
	dir    string
	client *river.Client[*sql.Tx] // inserts only
	lives  map[string]*fileLock
}

// sqliteName is the database's file in the store's folder.
const sqliteName = "survey.sqlite"

func openSQLite(dir string) (*sqliteDB, error) {
	path, err := filepath.Abs(filepath.Join(dir, sqliteName))
	if err != nil {
		return nil, err
	}
	// A commit must outlive the machine's power: it says that a visit is done.
	dsn := (&url.URL{
		Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(),
		RawQuery: "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate",
	}).String()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // River's driver for SQLite asks for it.
	s := &sqliteDB{sqlQuerier: sqlQuerier{db}, db: db, dir: dir, lives: map[string]*fileLock{}}
	if s.client, err = river.NewClient(riversqlite.New(db), insertOnly()); err != nil {
		_ = db.Close()
		return nil, err
	}
	return s, nil
}

func (s *sqliteDB) close() error {
	for _, lock := range s.lives {
		lock.release()
	}
	return s.db.Close()
}

func (s *sqliteDB) within(ctx context.Context, f func(transaction) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // After a commit it does nothing.
	if err := f(&sqliteTx{sqlQuerier{tx}, tx, s.client}); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *sqliteDB) migrate(ctx context.Context) error {
	lock, err := lockFile(filepath.Join(s.dir, "open.lock"), true)
	if err != nil {
		return fmt.Errorf("survey: %w", err)
	}
	defer lock.release()
	m, err := rivermigrate.New(riversqlite.New(s.db), &rivermigrate.Config{Logger: silent()})
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	return s.within(ctx, func(tx transaction) error { return migrateOwn(ctx, tx, strings.NewReplacer()) })
}

func (s *sqliteDB) claims(ctx context.Context, q querier) ([]claim, error) {
	return scanClaims(ctx, q, `SELECT id, coalesce(json_extract(attempted_by, '$[#-1]'), ''),
		CAST((julianday('now') - julianday(attempted_at)) * 86400000 AS INTEGER), json_extract(args, '$.number'), json_extract(args, '$.turn')
		FROM river_job WHERE state = 'running' AND kind = '`+jobKind+`'`)
}

func (s *sqliteDB) workerFile(id string) string {
	return filepath.Join(s.dir, "workers", id+".lock")
}

func (s *sqliteDB) beat(_ context.Context, w workerID) error {
	if s.lives[w.id] != nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Join(s.dir, "workers"), 0o750); err != nil {
		return err
	}
	// Who looks whether the worker lives holds the lock for a moment.
	lock, err := lockFile(s.workerFile(w.id), true)
	if err != nil {
		return err
	}
	s.lives[w.id] = lock
	return nil
}

// alive lists the workers whose files are locked, and removes the files of the
// others.
func (s *sqliteDB) alive(context.Context) (map[string]bool, error) {
	files, err := filepath.Glob(filepath.Join(s.dir, "workers", "*.lock"))
	if err != nil {
		return nil, err
	}
	living := map[string]bool{}
	for _, file := range files {
		id := strings.TrimSuffix(filepath.Base(file), ".lock")
		if s.lives[id] != nil {
			living[id] = true
			continue
		}
		lock, err := lockFile(file, false)
		if errors.Is(err, errLocked) {
			living[id] = true
		}
		if err == nil {
			_ = os.Remove(file)
			lock.release()
		}
	}
	return living, nil
}

func (s *sqliteDB) leave(_ context.Context, w workerID) {
	if lock := s.lives[w.id]; lock != nil {
		_ = os.Remove(s.workerFile(w.id))
		lock.release()
		delete(s.lives, w.id)
	}
}

func (s *sqliteDB) start(ctx context.Context, config *river.Config) (func(context.Context) error, error) {
	config.PollOnly = true // Nothing else inserts often enough to be told of it.
	return startClient(ctx, riversqlite.New(s.db), config)
}

func (s *sqliteDB) passing(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case sqlitelib.SQLITE_BUSY, sqlitelib.SQLITE_LOCKED, sqlitelib.SQLITE_FULL, sqlitelib.SQLITE_IOERR, sqlitelib.SQLITE_NOMEM,
		sqlitelib.SQLITE_CANTOPEN, sqlitelib.SQLITE_PROTOCOL:
		return true
	}
	return false
}

// A sqlHandle is a database or a transaction of database/sql.
type sqlHandle interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

type sqlQuerier struct{ h sqlHandle }

func (q sqlQuerier) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := q.h.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (q sqlQuerier) query(ctx context.Context, query string, args ...any) (rows, error) {
	r, err := q.h.QueryContext(ctx, query, args...) //nolint:rowserrcheck,sqlclosecheck // The caller does both.
	if err != nil {
		return nil, err
	}
	return sqlRows{r}, nil
}

type sqlRows struct{ *sql.Rows }

func (r sqlRows) close() { _ = r.Close() }

type sqliteTx struct {
	sqlQuerier
	tx     *sql.Tx
	client *river.Client[*sql.Tx]
}

func (t *sqliteTx) insertJobs(ctx context.Context, jobs []visitJob) error {
	_, err := t.client.InsertManyFastTx(ctx, t.tx, insertions(jobs))
	return err
}

func (t *sqliteTx) completeJob(ctx context.Context, job *river.Job[visitJob]) error {
	_, err := river.JobCompleteTx[*riversqlite.Driver](ctx, t.tx, job)
	return err
}

// isFull reports whether a database says that its disk is full.
func isFull(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlitelib.SQLITE_FULL
}
