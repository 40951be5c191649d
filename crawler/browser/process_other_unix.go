//go:build unix && !linux

package browser

import (
	"os/exec"
	"syscall"
)

// own puts the child in a process group of its own.
func own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
