//go:build !unix

package process

import (
	"os/exec"
	"time"
)

// ownGroup has nothing to do where a terminal has no process groups.
func ownGroup(*exec.Cmd) {}

// KillGroup ends the process at once. What it has started stays.
func (p *Process) KillGroup() { p.Kill() }

// cpuTime is not known.
func cpuTime() time.Duration { return 0 }
