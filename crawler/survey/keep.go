package survey

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A passingError marks an error of the store of evidence that may go away.
type passingError struct{ err error }

func (e *passingError) Error() string { return e.err.Error() }
func (e *passingError) Unwrap() error { return e.err }

func isPassing(err error) bool {
	var p *passingError
	return errors.As(err, &p)
}

// store writes the evidence of a visit and puts its name and digest into the
// outcome.
func (w *worker) store(ctx context.Context, t Task, o *Outcome) error {
	if o.Evidence == nil {
		return nil
	}
	return w.patiently(ctx, func() error {
		path := filepath.Join(w.tempDir(), copyPrefix+w.me.id+fmt.Sprintf("-%d-%d.zip", t.Number, t.Repeat))
		defer os.Remove(path) //nolint:errcheck // Only a copy.
		sum, err := writeSummed(path, o.Evidence)
		if err != nil {
			return err
		}
		name := bundleName(t, w.me.id)
		if err := w.s.bundles.Put(ctx, name, path); err != nil {
			return err
		}
		o.Bundle, o.SHA256 = name, sum
		return nil
	})
}

// Copies of bundles, on their way into the store.
const (
	copyPrefix = "spoor-bundle-"
	copyAge    = 24 * time.Hour // then nobody needs it any more
)

// sweep removes copies that workers left behind which were killed. Failure is
// harmless.
func (w *worker) sweep() {
	left, _ := filepath.Glob(filepath.Join(w.tempDir(), copyPrefix+"*"))
	for _, path := range left {
		if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > copyAge {
			_ = os.Remove(path)
		}
	}
}

func (w *worker) tempDir() string {
	if w.plan.TempDir != "" {
		return w.plan.TempDir
	}
	return os.TempDir()
}

// bundleName names the bundle of a try. Two workers that make one visit, because
// one was taken for dead, do not write the same.
func bundleName(t Task, worker string) string {
	host := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '-'
	}, strings.ToLower(hostPart(t.URL)))
	host = strings.Trim(host[:min(len(host), 80)], ".-")
	return fmt.Sprintf("%03d/%06d-%s-%d-%s.zip", t.Number/1000, t.Number, cmp.Or(host, "site"), t.Repeat, strings.ToLower(worker[:6])+fmt.Sprint(t.Attempt))
}

func hostPart(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

// writeSummed writes a file and returns its digest.
func writeSummed(path string, write func(io.Writer) error) (string, error) {
	f, err := os.Create(path) //nolint:gosec // Its name is the worker's own.
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	err = errors.Join(write(io.MultiWriter(f, sum)), f.Close())
	return hex.EncodeToString(sum.Sum(nil)), err
}
