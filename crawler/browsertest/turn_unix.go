//go:build unix

package browsertest

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// turn waits until no other test process drives a browser, and keeps them
// waiting until this one ends, which closes the file. The tests of several
// packages run at once, and a page that is judged while another package's
// browser has the processors is judged by what is left of them.
var turn = sync.OnceValue(func() error {
	path := filepath.Join(os.TempDir(), "spoor-test-browser.lock")
	fd, err := syscall.Open(path, syscall.O_CREAT|syscall.O_RDWR|syscall.O_CLOEXEC, 0o600)
	for err == nil {
		if err = syscall.Flock(fd, syscall.LOCK_EX); !errors.Is(err, syscall.EINTR) {
			break
		}
		err = nil
	}
	return err
})
