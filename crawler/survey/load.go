package survey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

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

const (
	// batch is how many sites are added in one transaction.
	batch = 500
	// rowsAtOnce is how many rows are added with one statement. The driver of SQLite
	// looks every argument up among all.
	rowsAtOnce = 40
)

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
	err := l.s.db.within(ctx, func(tx transaction) error {
		added = 0
		for some := range slices.Chunk(l.queue, rowsAtOnce) {
			n, err := l.s.add(ctx, tx, some)
			if err != nil {
				return err
			}
			added += n
		}
		return nil
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
	var row []any
	for i, e := range entries {
		labels, err := json.Marshal(e.Labels)
		if err != nil {
			return 0, err
		}
		row = append(row, last+1+int64(i), e.ident, e.Site, e.URL, number(e.Bare), e.domain, string(labels), e.Line)
	}
	const width = 8
	fresh := map[int64]bool{}
	err = each(ctx, tx, `INSERT INTO spoor_sites (number, ident, site, url, bare, domain, labels, line)
		VALUES `+places(len(entries), width)+` ON CONFLICT (ident) DO NOTHING RETURNING number`, row, func(r rows) error {
		var n int64
		err := r.Scan(&n)
		fresh[n] = true
		return err
	}, 0)
	if err != nil {
		return 0, err
	}
	var jobs []visitJob
	for i, e := range entries {
		n := last + 1 + int64(i)
		if fresh[n] {
			for turn := range s.setup.Repeat {
				jobs = append(jobs, visitJob{n, int64(turn + 1)})
			}
			continue
		}
		_, err := tx.exec(ctx, `UPDATE spoor_sites SET labels = $1, line = $2 WHERE ident = $3`, row[i*width+6], e.Line, e.ident)
		if err != nil {
			return 0, err
		}
	}
	for list := range slices.Chunk(jobs, rowsAtOnce) {
		addresses := slices.DeleteFunc(slices.Clone(list), func(j visitJob) bool { return entries[j.Number-last-1].URL == "" })
		if err := s.addVisits(ctx, tx, list, addresses); err != nil {
			return 0, err
		}
	}
	return len(fresh), nil
}

// NotAnAddress is the reason of lines that are no address.
const NotAnAddress = "not-an-address"

// addVisits adds rows for visits, and jobs for those that have an address.
func (s *Store) addVisits(ctx context.Context, tx transaction, all, addresses []visitJob) error {
	has := map[visitJob]bool{}
	for _, job := range addresses {
		has[job] = true
	}
	var row []any
	for _, job := range all {
		state, reason := Pending, ""
		if !has[job] {
			state, reason = Excluded, NotAnAddress
		}
		row = append(row, job.Number, job.Turn, string(state), reason)
	}
	_, err := tx.exec(ctx, `INSERT INTO spoor_visits (number, turn, state, reason) VALUES `+places(len(all), 4), row...)
	if err != nil || len(addresses) == 0 {
		return err
	}
	return tx.insertJobs(ctx, addresses)
}

// places is "($1, $2), ($3, $4), ..." for some rows of some columns.
func places(rows, columns int) string {
	var b strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%columns == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	return b.String() + ")"
}

func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
