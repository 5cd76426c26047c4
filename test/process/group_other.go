//go:build !unix

package process

import "os/exec"

// ownGroup has nothing to do where a terminal has no process groups.
func ownGroup(*exec.Cmd) {}
