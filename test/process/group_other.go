//go:build !unix

package process

import "os/exec"

// ownGroup has nothing to do where a terminal has no process groups.
func ownGroup(*exec.Cmd) {}

// KillGroup ends the process at once. What it has started stays.
func (p *Process) KillGroup() { p.Kill() }
