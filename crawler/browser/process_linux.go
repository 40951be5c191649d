package browser

import (
	"os/exec"
	"syscall"
)

// own puts the child in a process group of its own, and lets the kernel kill it
// if spoor itself is killed. The kernel ties this to the thread that started the
// child: the caller must stay locked to it for as long as the child lives.
func own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
