package main

import "errors"

var (
	// errPolicy says that something is against policy. All was said before.
	errPolicy = errors.New("something is against policy")
	// errNotMeasured says that a target could not be measured. All was said
	// before.
	errNotMeasured = errors.New("not measured")
	// errNotSaved says that an argument is no file of spoor.
	errNotSaved = errors.New("it is neither saved evidence (.zip) nor a result (.json)")
)

// A useError is wrong use: exit code 2.
type useError struct{ err error }

func (e *useError) Error() string { return e.err.Error() }
func (e *useError) Unwrap() error { return e.err }

// A hintError is an error with advice.
type hintError struct {
	err   error
	hints []string
}

func (e *hintError) Error() string { return e.err.Error() }
func (e *hintError) Unwrap() error { return e.err }

// hint adds advice to an error.
func hint(err error, hints ...string) error { return &hintError{err, hints} }

// wrongUse marks an error as wrong use, with advice.
func wrongUse(err error, hints ...string) error {
	if len(hints) > 0 {
		err = hint(err, hints...)
	}
	return &useError{err}
}
