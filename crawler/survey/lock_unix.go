//go:build unix

package survey

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// A fileLock is a lock that the system gives back however its holder ends.
type fileLock struct{ f *os.File }

// errLocked says that another process holds the lock.
var errLocked = errors.New("survey: another process holds the lock")

// lockFile locks a file, making it if need be. Without wait, a lock that another
// holds is [errLocked].
func lockFile(path string, wait bool) (*fileLock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644) //nolint:gosec // In the user's own store.
	if err != nil {
		return nil, err
	}
	how := unix.LOCK_EX
	if !wait {
		how |= unix.LOCK_NB
	}
	for {
		err = unix.Flock(int(f.Fd()), how) //nolint:gosec // A file descriptor is a small number.
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err != nil {
		_ = f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, errLocked
		}
		return nil, &os.PathError{Op: "lock", Path: path, Err: err}
	}
	// Somebody may have removed the file between the opening and the lock.
	opened, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	if there, err := os.Stat(path); err != nil || !os.SameFile(opened, there) {
		_ = f.Close()
		return lockFile(path, wait)
	}
	return &fileLock{f}, nil
}

func (l *fileLock) release() { _ = l.f.Close() }
