// Package tty owns the terminal: whether there is one, how wide it is, whether
// it shows colour, and the line of progress. It must not know what is being
// done.
package tty

import (
	"fmt"
	"io"
	"os"

	"github.com/mattn/go-isatty"
)

// IsTerminal reports whether a stream is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}

// Rich reports whether a stream is a terminal that understands ANSI sequences.
func Rich(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && IsTerminal(f) && sequences(f)
}

// Width returns the width of a terminal in columns, or 0 if that is not known.
func Width(w io.Writer) int {
	if f, ok := w.(*os.File); ok && IsTerminal(f) {
		return columns(f)
	}
	return 0
}

// Color decides about colour from the word that the user gave: "always",
// "never", or "auto" for a terminal whose user did not ask for none.
func Color(word string, w io.Writer, noColor bool) (bool, error) {
	switch word {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto", "":
		return !noColor && Rich(w), nil
	}
	return false, fmt.Errorf("color %q is none of auto, always, never", word)
}
