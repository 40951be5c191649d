package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"runtime"
	"time"

	"github.com/spoor-audit/spoor/crawler/survey"
	"github.com/spoor-audit/spoor/reports"
	tables "github.com/spoor-audit/spoor/reports/survey"
)

// Packed returns the visits of a survey's store as reports take them.
func Packed(ctx context.Context, store *survey.Store) iter.Seq2[tables.Packed, error] {
	return func(yield func(tables.Packed, error) bool) {
		for row, err := range store.Visits(ctx) {
			if !yield(packed(&row), err) {
				return
			}
		}
	}
}

func packed(row *survey.Row) tables.Packed {
	p := tables.Packed{Data: row.Facts, Visit: tables.Visit{
		Site: row.Site, URL: row.URL, FinalURL: row.FinalURL, Labels: row.Labels, Repeat: row.Repeat, State: string(row.State), Reason: row.Reason,
		Attempts: row.Attempt, Bundle: row.Bundle, SHA256: row.SHA256, TookMS: row.Took.Milliseconds(),
	}}
	if !row.State.Over() {
		p.State, p.Reason, p.Data = tables.Pending, "", nil
	}
	if !row.Started.IsZero() {
		p.Started = row.Started.UTC().Format(time.RFC3339)
	}
	return p
}

// Facts are what a survey keeps of an audit.
func Facts(a *Audit) ([]byte, error) { return tables.EncodeFacts(tables.Reduce(a.Result)) }

// Rejudged is what became of judging one visit again.
type Rejudged struct {
	Row     survey.Row
	Was, Is *tables.Facts // Was is nil if the facts in the store cannot be read
	Err     error         // the evidence is not there, or cannot be read
}

// Rejudge judges the evidence of all visits of a survey again, in the way in which it
// was judged before, in the order of the store, on all processors. Visits that
// say nothing and have no evidence are left out.
func (p *Pipeline) Rejudge(ctx context.Context, store *survey.Store) iter.Seq2[Rejudged, error] {
	return eachBundle(ctx, store, func(ctx context.Context, row survey.Row) Rejudged {
		out := Rejudged{Row: row}
		out.Was, _ = tables.DecodeFacts(row.Facts)
		out.Err = local(ctx, store, &row, func(path string) error {
			audit, err := p.Open(path)
			if err != nil {
				return err
			}
			out.Is = tables.Reduce(audit.Result)
			return nil
		})
		return out
	})
}

// Verified is what became of verifying one visit of a survey.
type Verified struct {
	Row survey.Row
	*Verification
	// Whole is false if the file is not the one whose sum the store knows.
	Whole bool
	// Facts lists in what the facts in the store do not follow from the evidence.
	Facts []tables.Difference
	// FactsComparable is set if the facts were judged with the signatures at hand.
	FactsComparable bool
	Missing         bool
	Err             error // the evidence cannot be read
}

// VerifySurvey verifies the evidence of all visits of a survey, and that the facts in
// the store follow from it.
func (p *Pipeline) VerifySurvey(ctx context.Context, store *survey.Store, version string) iter.Seq2[Verified, error] {
	return eachBundle(ctx, store, func(ctx context.Context, row survey.Row) Verified {
		out := Verified{Row: row}
		out.Err = local(ctx, store, &row, func(path string) error {
			sum, err := sumOf(path)
			if err != nil {
				return err
			}
			out.Whole = sum == row.SHA256
			var derived *reports.Result
			if out.Verification, derived, err = p.verify(path, version); err != nil {
				return err
			}
			return p.verifyFacts(&out, derived)
		})
		if errors.Is(out.Err, fs.ErrNotExist) {
			out.Missing = true
		}
		return out
	})
}

// verifyFacts compares the facts in the store with those that follow from a result.
func (p *Pipeline) verifyFacts(out *Verified, derived *reports.Result) error {
	was, err := tables.DecodeFacts(out.Row.Facts)
	if err != nil {
		return fmt.Errorf("the facts in the store cannot be read: %w", err)
	}
	out.FactsComparable = was.Method.Signatures == p.DB.Version()
	out.Facts = tables.Differences(was, tables.Reduce(derived))
	return nil
}

// errNoEvidence says that a visit counts and has no evidence.
var errNoEvidence = fmt.Errorf("there is no evidence of the visit: %w", fs.ErrNotExist)

// local calls use with a file that holds the evidence of a visit.
func local(ctx context.Context, store *survey.Store, row *survey.Row, use func(path string) error) error {
	if row.Bundle == "" {
		return errNoEvidence
	}
	return store.Bundles().Local(ctx, row.Bundle, use)
}

// proves reports whether there should be evidence of a visit.
func proves(row *survey.Row) bool {
	return row.State.Over() && (row.Bundle != "" || row.State == survey.Measured || row.State == survey.Partial)
}

// eachBundle carries out work on all visits that should have evidence, several at a
// time, and yields what came of it in the order of the store.
func eachBundle[T any](ctx context.Context, store *survey.Store, work func(context.Context, survey.Row) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		workers := runtime.GOMAXPROCS(0)
		order := make(chan chan T, 2*workers)
		slots := make(chan struct{}, workers)
		var failed error
		go func() {
			defer close(order)
			for row, err := range store.Visits(ctx) {
				if err != nil {
					failed = err
					return
				}
				if !proves(&row) {
					continue
				}
				select {
				case slots <- struct{}{}:
				case <-ctx.Done():
					return
				}
				done := make(chan T, 1)
				go func() {
					defer func() { <-slots }()
					done <- work(ctx, row)
				}()
				select {
				case order <- done:
				case <-ctx.Done():
					return
				}
			}
		}()
		for done := range order {
			if !yield(<-done, nil) {
				return
			}
		}
		if err := errors.Join(failed, ctx.Err()); err != nil {
			var none T
			yield(none, err)
		}
	}
}

// sumOf is the SHA-256 of a file, in hexadecimal digits.
func sumOf(path string) (string, error) {
	f, err := os.Open(path) //nolint:gosec // The store names the file.
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // Nothing is written.
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
