package survey

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// A fileLock is a lock that the system gives back however its holder ends.
type fileLock struct{ f *os.File }

// errLocked says that another process holds the lock.
var errLocked = errors.New("survey: another process holds the lock")

// lockFile locks a file, making it if need be. Without wait, a lock that another
// holds is [errLocked].
func lockFile(path string, wait bool) (*fileLock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	how := uint32(windows.LOCKFILE_EXCLUSIVE_LOCK)
	if !wait {
		how |= windows.LOCKFILE_FAIL_IMMEDIATELY
	}
	if err := windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, new(windows.Overlapped)); err != nil {
		_ = f.Close()
		if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
			return nil, errLocked
		}
		return nil, &os.PathError{Op: "lock", Path: path, Err: err}
	}
	return &fileLock{f}, nil
}

func (l *fileLock) release() { _ = l.f.Close() }
