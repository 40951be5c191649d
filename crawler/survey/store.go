package survey

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Store holds a survey: what was asked, the queue, and what came of it.
type Store struct {
	db      database
	dir     string // of a store in a folder; "" otherwise
	setup   Setup
	bundles Bundles
}

// ErrNoSurvey says that a store holds no survey.
var ErrNoSurvey = errors.New("survey: the store holds no survey")

// A ChangedError says that a survey is asked for other things than before.
type ChangedError struct{ Differences []string }

func (e *ChangedError) Error() string {
	return "survey: the store holds a survey with other settings: " + strings.Join(e.Differences, "; ")
}

// IsAddress reports whether a store's name is the address of a PostgreSQL server,
// and not a folder.
func IsAddress(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

// Open opens a store that is there: a folder or a postgres:// address. The error
// is [ErrNoSurvey] if it holds none. Keys are those of the bundles' S3 store.
func Open(ctx context.Context, where string, keys Keys) (*Store, error) {
	if !IsAddress(where) {
		//nolint:gosec // The user names the store.
		if _, err := os.Stat(filepath.Join(where, sqliteName)); errors.Is(err, fs.ErrNotExist) {
			return nil, ErrNoSurvey
		} else if err != nil {
			return nil, fmt.Errorf("survey: %w", err)
		}
	}
	s, err := connect(ctx, where)
	if err != nil {
		return nil, err
	}
	if err := s.readSetup(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	if err := s.openBundles(keys); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// Create opens a store and, where it holds no survey yet, makes one. A survey that
// is there must have been asked the same; if not, the error is a [*ChangedError].
func Create(ctx context.Context, where string, setup Setup, keys Keys) (s *Store, fresh bool, err error) {
	if !IsAddress(where) {
		if err := os.MkdirAll(where, 0o750); err != nil {
			return nil, false, fmt.Errorf("survey: %w", err)
		}
	}
	if s, err = connect(ctx, where); err != nil {
		return nil, false, err
	}
	fresh, err = s.begin(ctx, setup)
	if err == nil {
		err = s.openBundles(keys)
	}
	if err != nil {
		_ = s.Close()
		return nil, false, err
	}
	return s, fresh, nil
}

func connect(ctx context.Context, where string) (*Store, error) {
	s := &Store{}
	var err error
	if IsAddress(where) {
		s.db, err = openPostgres(ctx, where)
	} else {
		s.dir = where
		s.db, err = openSQLite(where)
	}
	if err != nil {
		return nil, err
	}
	if err := s.db.migrate(ctx); err != nil {
		_ = s.db.close()
		return nil, fmt.Errorf("survey: open the store: %w", err)
	}
	return s, nil
}

// Close ends the connection.
func (s *Store) Close() error { return s.db.close() }

// Setup is what the survey was asked.
func (s *Store) Setup() Setup { return s.setup }

func (s *Store) readSetup(ctx context.Context) error {
	text, err := one[string](ctx, s.db, `SELECT setup FROM spoor_survey WHERE id = 1`)
	if errors.Is(err, errNoRow) {
		return ErrNoSurvey
	}
	if err != nil {
		return fmt.Errorf("survey: read the store: %w", err)
	}
	if err := json.Unmarshal([]byte(text), &s.setup); err != nil {
		return fmt.Errorf("survey: read the store: %w", err)
	}
	return nil
}

// begin writes the setup of a new survey, or compares it with the one that is
// there.
func (s *Store) begin(ctx context.Context, setup Setup) (fresh bool, err error) {
	setup.Digest, setup.Labels = "", nil // known when the list has been read
	text, err := json.Marshal(setup)
	if err != nil {
		return false, err
	}
	n, err := s.db.exec(ctx, `INSERT INTO spoor_survey (id, setup) VALUES (1, $1) ON CONFLICT (id) DO NOTHING`, string(text))
	if err != nil {
		return false, fmt.Errorf("survey: write the store: %w", err)
	}
	if err := s.readSetup(ctx); err != nil {
		return false, err
	}
	if n > 0 {
		return true, nil
	}
	if d := differences(s.setup, setup); len(d) > 0 {
		return false, &ChangedError{d}
	}
	return false, nil
}

// differences lists in what a survey is asked for other things than before.
func differences(was, is Setup) []string {
	var list []string
	differ := func(what, before, now string) {
		if before != now {
			list = append(list, fmt.Sprintf("%s was %s, and is %s now", what, quoted(before), quoted(now)))
		}
	}
	differ("--scenarios", strings.Join(was.Scenarios, ","), strings.Join(is.Scenarios, ","))
	differ("--repeat", fmt.Sprint(was.Repeat), fmt.Sprint(is.Repeat))
	differ("--evidence", was.Evidence, is.Evidence)
	var names []string
	values := [2]map[string]string{{}, {}}
	for i, setup := range []Setup{was, is} {
		for _, o := range setup.Options {
			values[i][o.Name] = strings.Join(o.Values, ", ")
			names = append(names, o.Name)
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		differ("--"+name, values[0][name], values[1][name])
	}
	return list
}

func quoted(s string) string {
	if s == "" {
		return "not set"
	}
	return s
}

// changeSetup changes the setup in a transaction.
func (s *Store) changeSetup(ctx context.Context, change func(*Setup)) error {
	return s.db.within(ctx, func(tx transaction) error {
		text, err := one[string](ctx, tx, `SELECT setup FROM spoor_survey WHERE id = 1`)
		if err != nil {
			return err
		}
		var setup Setup
		if err := json.Unmarshal([]byte(text), &setup); err != nil {
			return err
		}
		change(&setup)
		changed, err := json.Marshal(setup)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE spoor_survey SET setup = $1 WHERE id = 1`, string(changed)); err != nil {
			return err
		}
		s.setup = setup
		return nil
	})
}

// SetSignatures notes that all facts rest on other signatures now.
func (s *Store) SetSignatures(ctx context.Context, version string) error {
	if err := s.changeSetup(ctx, func(setup *Setup) { setup.Signatures = version }); err != nil {
		return fmt.Errorf("survey: write the store: %w", err)
	}
	return nil
}

// columns are those of a Row, in the order of scanRow.
const columns = `s.number, s.site, s.url, s.bare, s.labels, s.line, v.turn, v.state, v.reason, v.attempts,
	v.started, v.took, v.runs_done, v.runs_failed, v.final_url, v.bundle, v.sha256, v.facts`

func scanRow(r rows) (Row, error) {
	var row Row
	var labels, state string
	var bare, started, took int64
	err := r.Scan(&row.Number, &row.Site, &row.URL, &bare, &labels, &row.Line, &row.Repeat, &state, &row.Reason, &row.Attempt,
		&started, &took, &row.RunsDone, &row.RunsFailed, &row.FinalURL, &row.Bundle, &row.SHA256, &row.Facts)
	if err != nil {
		return row, err
	}
	row.Bare, row.State, row.Took = bare != 0, State(state), time.Duration(took)*time.Millisecond
	if started > 0 {
		row.Started = time.UnixMilli(started).UTC()
	}
	return row, json.Unmarshal([]byte(labels), &row.Labels)
}

// Visits streams the visits of the survey, sorted by site (byte by byte), then by
// number and repeat, also those that are not over. It takes no snapshot: while a
// survey runs, each row is as it was when it was read.
func (s *Store) Visits(ctx context.Context) iter.Seq2[Row, error] {
	const page = 200 // sites
	return func(yield func(Row, error) bool) {
		var last Row
		for {
			var list []Row
			read := 0
			err := each(ctx, s.db, `SELECT `+columns+` FROM
				(SELECT * FROM spoor_sites WHERE (site, number) > ($1, $2) ORDER BY site, number LIMIT $3) s
				JOIN spoor_visits v ON v.number = s.number ORDER BY s.site, s.number, v.turn`,
				[]any{last.Site, last.Number, page}, func(r rows) error {
					row, err := scanRow(r)
					if len(list) == 0 || list[len(list)-1].Number != row.Number {
						read++
					}
					list = append(list, row)
					return err
				}, 0)
			if err != nil {
				yield(Row{}, fmt.Errorf("survey: read the store: %w", err))
				return
			}
			for _, row := range list {
				if !yield(row, nil) {
					return
				}
			}
			if read < page {
				return
			}
			last = list[len(list)-1]
		}
	}
}

// errNotOver says that a visit has no facts yet.
var errNotOver = errors.New("the visit is not over")

// Replace writes other facts for a visit that is over, in one transaction: rejudge
// is given the row as it is and returns its new facts.
func (s *Store) Replace(ctx context.Context, number, repeat int, rejudge func(Row) ([]byte, error)) error {
	err := s.db.within(ctx, func(tx transaction) error {
		var row Row
		err := each(ctx, tx, `SELECT `+columns+` FROM spoor_sites s JOIN spoor_visits v ON v.number = s.number
			WHERE v.number = $1 AND v.turn = $2`, []any{number, repeat}, func(r rows) (err error) {
			row, err = scanRow(r)
			return err
		}, 1)
		if err != nil {
			return err
		}
		if !row.State.Over() {
			return errNotOver
		}
		facts, err := rejudge(row)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE spoor_visits SET facts = $1 WHERE number = $2 AND turn = $3`, facts, number, repeat)
		return err
	})
	if err != nil {
		return fmt.Errorf("survey: judge visit %d of site %d again: %w", repeat, number, err)
	}
	return nil
}

// Bundles are the bundles of evidence.
func (s *Store) Bundles() Bundles { return s.bundles }
