package browser

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// canPipe is false: Go hands only the standard files to a child on Windows, so
// a WebSocket on loopback serves.
const canPipe = false

func pipes(*exec.Cmd, *os.File, *os.File) ([]string, error) {
	return nil, errors.New("browser: a pipe cannot be handed to the browser on Windows")
}

// own puts the child in a process group of its own, so that Ctrl-C reaches
// spoor alone, which then ends the browser.
func own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// kill ends the process and all that it started.
func kill(p *os.Process) error {
	return exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(p.Pid)).Run() //nolint:gosec // a number
}

// alive reports whether a process exists.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	_ = p.Release()
	return true
}
