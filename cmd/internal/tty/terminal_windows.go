package tty

import (
	"os"

	"golang.org/x/sys/windows"
)

func columns(f *os.File) int {
	var info windows.ConsoleScreenBufferInfo
	if err := windows.GetConsoleScreenBufferInfo(windows.Handle(f.Fd()), &info); err != nil {
		return 0
	}
	return int(info.Window.Right-info.Window.Left) + 1
}

// sequences reports whether a console understands ANSI sequences, and asks it
// to: those of Windows 10 and later do, but only when asked.
func sequences(f *os.File) bool {
	var mode uint32
	console := windows.Handle(f.Fd())
	if err := windows.GetConsoleMode(console, &mode); err != nil {
		return true // Not a console of Windows: a Cygwin terminal, which always does.
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
