// Command spoor audits what websites do to their visitors' privacy.
//
// This package owns flags, files and exit codes, with one file for each command.
// What the commands do is in the packages that they call.
//
// Rules of the command line:
//
//   - Results go to stdout, all else to stderr.
//   - An error is "spoor: error: " and a sentence without capital and full stop;
//     "spoor: hint: " lines say what to do, with the corrected command line where
//     that is safe to guess.
//   - Exit codes: 0 measured and nothing against policy, 1 something against
//     policy, 2 wrong use, 3 could not measure, 130 interrupted. They are made
//     here and nowhere else.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spoor-audit/spoor/cmd/internal/config"
	"github.com/spoor-audit/spoor/crawler/printing"
	"github.com/spoor-audit/spoor/reports/clean"
)

// The exit codes.
const (
	exitDone        = 0
	exitPolicy      = 1
	exitUse         = 2
	exitNotMeasured = 3
	exitInterrupted = 130
)

// version is set by the linker for releases.
var version string

func main() {
	// After the first interrupt everything ends in good order; a second one
	// ends the program at once, because stop gives the signal back.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.LookupEnv)
	stop()
	os.Exit(code)
}

// run is the whole program.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env config.Env) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, env: env, visit: browse, visitIn: share, print: printing.PDF}
	return a.run(ctx, args)
}

// run carries out a command line and turns its error into an exit code.
func (a *app) run(ctx context.Context, args []string) int {
	root := newRootCommand(a) //nolint:contextcheck // The commands get it from ExecuteContext.
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	err := root.ExecuteContext(ctx)
	var use *useError
	switch {
	case err == nil:
		return exitDone
	case ctx.Err() != nil:
		a.complain(errors.New("interrupted"))
		return exitInterrupted
	case errors.Is(err, errPolicy):
		return exitPolicy
	case errors.Is(err, errNotMeasured):
		return exitNotMeasured
	case errors.As(err, &use):
		a.complain(err)
		return exitUse
	}
	a.complain(err)
	return exitNotMeasured
}

// note writes what a user should know to stderr.
func (a *app) note(text string) { _, _ = fmt.Fprintf(a.stderr, "spoor: note: %s\n", clean.Line(text)) }

// complain writes an error and its hints to stderr. The texts may hold what a
// page or a file said.
func (a *app) complain(err error) {
	_, _ = fmt.Fprintf(a.stderr, "spoor: error: %s\n", clean.Line(err.Error()))
	var h *hintError
	if errors.As(err, &h) {
		for _, hint := range h.hints {
			_, _ = fmt.Fprintf(a.stderr, "spoor: hint: %s\n", clean.Line(hint))
		}
	}
}
