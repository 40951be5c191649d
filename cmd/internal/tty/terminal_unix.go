//go:build !windows

package tty

import (
	"os"

	"golang.org/x/sys/unix"
)

func columns(f *os.File) int {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ) //nolint:gosec // A file descriptor is a small number.
	if err != nil {
		return 0
	}
	return int(size.Col)
}

// sequences reports whether a terminal understands ANSI sequences.
func sequences(*os.File) bool { return true }
