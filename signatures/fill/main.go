// Command fill fetches the packs that spoor embeds and writes them, compressed
// and otherwise unchanged, to signatures/packs: filter lists out of a Debian
// package, tables out of npm packages.
//
//	go run ./signatures/fill [-dir signatures] [-require] [-core]
//
// It uses apt-get, dpkg-deb and npm as they are set up on this machine and needs
// no rights beyond the network. A source that cannot be had is left out with a
// message; with -require that is an error.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr, command)
	stop()
	os.Exit(code)
}

// A runner runs a program in a folder and returns what it wrote to stdout.
type runner func(ctx context.Context, dir, name string, args ...string) (string, error)

// command is the runner that starts real programs.
func command(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...) // #nosec G204 -- programs and arguments come from this package
	cmd.Dir = dir
	var out, complaint strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		if last := lastLine(complaint.String()); last != "" {
			return "", fmt.Errorf("%s: %w: %s", name, err, last)
		}
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return out.String(), nil
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}

// run fills the packs and returns the exit code: 0, 1 if a required pack is
// missing or packs cannot be written, 2 for wrong use.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, exec runner) int {
	flags := flag.NewFlagSet("fill", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("dir", "signatures", "folder with sources.lock and packs")
	require := flags.Bool("require", false, "fail if a pack cannot be had")
	core := flags.Bool("core", false, "fetch nothing; only make the copy of the vendor files anew")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	f := filler{dir: *dir, exec: exec, stderr: stderr}
	fill := f.fill
	if *core {
		fill = func(context.Context) (bool, error) { return false, f.compile() }
	}
	missing, err := fill(ctx)
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "fill: %v\n", err)
		return 1
	}
	for _, p := range f.index.Packs {
		_, _ = fmt.Fprintf(stdout, "%-16s %-26s %s\n", p.Name, p.Version, p.Licence)
	}
	if missing && *require {
		return 1
	}
	return 0
}

// note tells the user something that does not stop the work.
func (f *filler) note(format string, args ...any) {
	_, _ = fmt.Fprintf(f.stderr, "fill: "+format+"\n", args...)
}

// temporary makes a folder for one source and returns it with its removal.
func temporary() (string, func(), error) {
	dir, err := os.MkdirTemp("", "spoor-packs-")
	if err != nil {
		return "", nil, err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return "", nil, err
	}
	return dir, func() { _ = os.RemoveAll(dir) }, nil
}
