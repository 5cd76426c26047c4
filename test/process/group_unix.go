//go:build unix

package process

import (
	"os/exec"
	"syscall"
	"time"
)

// ownGroup keeps a terminal's Ctrl-C from a command.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// KillGroup ends the process and what it has started, at once. What nobody
// collects, as where nothing like init runs, is not waited for.
func (p *Process) KillGroup() {
	_ = syscall.Kill(-p.PID(), syscall.SIGKILL)
	<-p.ended
	for deadline := time.Now().Add(time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if syscall.Kill(-p.PID(), 0) != nil {
			return
		}
	}
}

// cpuTime is the processor time that this process has taken so far.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
