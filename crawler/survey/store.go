package survey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
		if err := os.MkdirAll(where, 0o755); err != nil {
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

// A Loaded says what the reading of a list brought.
type Loaded struct {
	Same       bool // the list is the one that was read before
	Lines      int  // with something on them
	Added      int  // sites that the store did not hold
	Duplicates int  // lines of sites that stand in the list before
	Junk       []Entry
}

// maxJunkTold is how many lines that are no address are told one by one.
const maxJunkTold = 1000

// batch is how many sites are added in one transaction.
const batch = 500

// Load reads a list, which is that of the survey's Setup, and adds the sites that
// the store does not hold, with their visits. What it holds stays, also what the
// list does not name any more.
func (s *Store) Load(ctx context.Context, list io.ReadSeeker) (Loaded, error) {
	sum := sha256.New()
	if _, err := io.Copy(sum, list); err != nil {
		return Loaded{}, fmt.Errorf("survey: read the list: %w", err)
	}
	if _, err := list.Seek(0, io.SeekStart); err != nil {
		return Loaded{}, fmt.Errorf("survey: read the list: %w", err)
	}
	digest := hex.EncodeToString(sum.Sum(nil))
	if s.setup.Digest == digest {
		return Loaded{Same: true}, nil
	}
	l := &loader{s: s, seen: map[string]bool{}}
	labels, err := ReadList(list, func(e Entry) error { return l.take(ctx, e) })
	if err == nil {
		err = l.flush(ctx)
	}
	if err != nil {
		return l.loaded, err
	}
	err = s.changeSetup(ctx, func(setup *Setup) {
		setup.Digest = digest
		for _, label := range labels {
			if !slices.Contains(setup.Labels, label) {
				setup.Labels = append(setup.Labels, label)
			}
		}
	})
	return l.loaded, err
}

// A loader adds the entries of a list to a store.
type loader struct {
	s      *Store
	seen   map[string]bool // by ident
	queue  []Entry
	loaded Loaded
}

func (l *loader) take(ctx context.Context, e Entry) error {
	l.loaded.Lines++
	if l.seen[e.ident] {
		l.loaded.Duplicates++
		return nil
	}
	l.seen[e.ident] = true
	if e.URL == "" && len(l.loaded.Junk) < maxJunkTold {
		l.loaded.Junk = append(l.loaded.Junk, e)
	}
	l.queue = append(l.queue, e)
	if len(l.queue) < batch {
		return nil
	}
	return l.flush(ctx)
}

func (l *loader) flush(ctx context.Context) error {
	if len(l.queue) == 0 {
		return ctx.Err()
	}
	added := 0
	err := l.s.db.within(ctx, func(tx transaction) (err error) {
		added, err = l.s.add(ctx, tx, l.queue)
		return err
	})
	if err != nil {
		return fmt.Errorf("survey: write the list into the store: %w", err)
	}
	l.loaded.Added += added
	l.queue = l.queue[:0]
	return nil
}

// add adds those entries that the store does not hold, and their visits.
func (s *Store) add(ctx context.Context, tx transaction, entries []Entry) (added int, err error) {
	// The row's lock keeps others from numbering at the same time.
	if _, err := tx.exec(ctx, `UPDATE spoor_survey SET id = 1 WHERE id = 1`); err != nil {
		return 0, err
	}
	last, err := one[int64](ctx, tx, `SELECT coalesce(max(number), 0) FROM spoor_sites`)
	if err != nil {
		return 0, err
	}
	var jobs []visitJob
	for _, e := range entries {
		labels, err := json.Marshal(e.Labels)
		if err != nil {
			return 0, err
		}
		n, err := tx.exec(ctx, `INSERT INTO spoor_sites (number, ident, site, url, bare, domain, labels, line)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (ident) DO NOTHING`,
			last+1, e.ident, e.Site, e.URL, number(e.Bare), e.domain, string(labels), e.Line)
		if err != nil {
			return 0, err
		}
		if n == 0 {
			_, err := tx.exec(ctx, `UPDATE spoor_sites SET labels = $1, line = $2 WHERE ident = $3`, string(labels), e.Line, e.ident)
			if err != nil {
				return 0, err
			}
			continue
		}
		last++
		added++
		for turn := 1; turn <= s.setup.Repeat; turn++ {
			if e.URL != "" {
				jobs = append(jobs, visitJob{last, int64(turn)})
			}
			if err := s.addVisit(ctx, tx, last, turn, e.URL != ""); err != nil {
				return 0, err
			}
		}
	}
	if len(jobs) == 0 {
		return added, nil
	}
	// All sites once, then all sites again: a survey that is stopped half way has
	// seen every site.
	slices.SortStableFunc(jobs, func(a, b visitJob) int { return int(a.Turn - b.Turn) })
	return added, tx.insertJobs(ctx, jobs)
}

// NotAnAddress is the reason of lines that are no address.
const NotAnAddress = "not-an-address"

func (s *Store) addVisit(ctx context.Context, tx transaction, site int64, turn int, address bool) error {
	state, reason, failed := Pending, "", 0
	if !address {
		state, reason, failed = Excluded, NotAnAddress, len(s.setup.Scenarios)
	}
	_, err := tx.exec(ctx, `INSERT INTO spoor_visits (number, turn, state, reason, runs_failed) VALUES ($1, $2, $3, $4, $5)`,
		site, turn, string(state), reason, failed)
	return err
}

func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
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
	const page = 200
	return func(yield func(Row, error) bool) {
		var last Row
		for {
			var list []Row
			err := each(ctx, s.db, `SELECT `+columns+` FROM spoor_sites s JOIN spoor_visits v ON v.number = s.number
				WHERE (s.site`+s.db.bytewise()+`, s.number, v.turn) > ($1, $2, $3)
				ORDER BY s.site`+s.db.bytewise()+`, s.number, v.turn LIMIT $4`,
				[]any{last.Site, last.Number, last.Repeat, page}, func(r rows) error {
					row, err := scanRow(r)
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
			if len(list) < page {
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
