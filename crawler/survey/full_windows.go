package survey

import (
	"errors"

	"golang.org/x/sys/windows"
)

// noSpace reports whether an error says that a disk is full.
func noSpace(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}
