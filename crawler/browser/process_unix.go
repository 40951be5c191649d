//go:build unix

package browser

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// pipes gives the child the two ends of the protocol's pipe as file
// descriptors 3 and 4, where Chrome expects them.
func pipes(cmd *exec.Cmd, read, write *os.File) ([]string, error) {
	cmd.ExtraFiles = []*os.File{read, write}
	return []string{"--remote-debugging-pipe"}, nil
}

// canPipe says that a pipe can be handed to the browser.
const canPipe = true

// kill ends the process and all that it started. Debian's headless-shell is a
// script that stays in front of the browser, so the process alone is not enough.
func kill(p *os.Process) error {
	if err := syscall.Kill(-p.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	return nil
}

// alive reports whether a process exists.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
