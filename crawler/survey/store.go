package survey

import (
	"context"
	"errors"
	"iter"
)

// A Store holds a survey: what was asked, the queue, and what came of it.
type Store struct{}

// ErrNoSurvey says that a store holds no survey.
var ErrNoSurvey = errors.New("survey: the store holds no survey")

// Open opens a store that is there: a folder or a postgres:// address. The error
// is [ErrNoSurvey] if it holds none.
func Open(ctx context.Context, where string) (*Store, error) { return nil, ErrNoSurvey }

// Close ends the connection.
func (s *Store) Close() error { return nil }

// Setup is what the survey was asked.
func (s *Store) Setup() Setup { return Setup{} }

// Visits streams the visits of the survey, sorted by site (byte by byte) and
// repeat, also those that are not over. It takes no snapshot: while a survey runs,
// each row is as it was when it was read.
func (s *Store) Visits(ctx context.Context) iter.Seq2[Row, error] {
	return func(func(Row, error) bool) {}
}

// Replace writes other facts for a visit that is over, in one transaction: rejudge
// is given the row as it is and returns its new facts.
func (s *Store) Replace(ctx context.Context, number, repeat int, rejudge func(Row) ([]byte, error)) error {
	return nil
}

// SetSignatures notes that all facts rest on other signatures now.
func (s *Store) SetSignatures(ctx context.Context, version string) error { return nil }

// Bundles are the bundles of evidence.
func (s *Store) Bundles() Bundles { return nil }
