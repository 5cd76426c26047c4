package app

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// binaryDir is where buildBinary puts the program.
var binaryDir string

// buildBinary builds the program as it is deployed, once for all tests.
var buildBinary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(binaryDir, "server")
	build := exec.Command("go", "build", "-trimpath", "-tags=lambda.norpc,disable_grpc_modules", "-ldflags=-s -w", "-o", path, "../../cmd/server")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	var err error
	if binaryDir, err = os.MkdirTemp("", "server-binary-*"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(binaryDir)
	os.Exit(code)
}

// A process is the real program, started as a platform starts it: with nothing
// in its environment but what it is given, in a folder it cannot write to.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	log lockedBuffer
	// address is where it listens, if startListening started it.
	address string

	once sync.Once // see terminate
	mu   sync.Mutex
	busy int // requests under way; see wake
	// sleeps says that the platform takes the CPU away between requests. It ends
	// with the process.
	sleeps bool
	// expectsErrors says that the test takes something away from it.
	expectsErrors bool
}

// startProcess starts the program. Of the disk it can write to its temporary
// folder and to what is in writable, and to nothing else where the system lets
// us see to that.
func startProcess(t *testing.T, env map[string]string, writable ...string) *process {
	t.Helper()
	binary, err := buildBinary()
	if err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	p := &process{t: t}
	if separate := mountNamespace(); separate != nil {
		// Every mount is made read-only; what is bound onto itself before stays as it is.
		const script = `set -e
for d in $WRITABLE; do mount --bind "$d" "$d"; done
while read -r _ dir _; do
	case " $WRITABLE " in *" $dir "*) continue;; esac
	case $dir in /proc|/proc/*|/sys|/sys/*|/dev|/dev/*) continue;; esac
	mount -o remount,ro,bind "$dir" 2>/dev/null || true
done </proc/self/mounts
for d in /tmp /var/tmp "$HOME" .; do
	if touch "$d/canary" 2>/dev/null; then echo "can write to $d" >&2; exit 97; fi
done
exec env -u WRITABLE -u PATH "$0"`
		p.cmd = exec.Command(separate[0], append(separate[1:], "sh", "-c", script, binary)...)
		p.cmd.Env = append(p.cmd.Env, "PATH="+os.Getenv("PATH"), "WRITABLE="+strings.Join(append(writable, temp), " "))
	} else {
		t.Log("without a mount namespace the process could write elsewhere too")
		p.cmd = exec.Command(binary)
	}
	p.cmd.Dir = t.TempDir()
	p.cmd.Env = append(p.cmd.Env, "TMPDIR="+temp, "HOME="+t.TempDir(), "SESSION_SECRET_KEY="+testKey)
	for name, value := range env {
		p.cmd.Env = append(p.cmd.Env, name+"="+value)
	}
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("log of a process:\n%s", p.log.String())
		}
		p.stop()
		for _, line := range strings.Split(p.log.String(), "\n") {
			if !p.expectsErrors && strings.Contains(line, `"level":"ERROR"`) || strings.HasPrefix(line, "panic") || strings.Contains(line, "DATA RACE") {
				t.Errorf("log: %s", line)
			}
		}
		if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
			t.Errorf("left in the temporary folder: %v %v", left, err)
		}
	})
	return p
}

// startListening starts the program on a free port and returns when it listens.
func startListening(t *testing.T, env map[string]string, writable ...string) *process {
	t.Helper()
	port := servers.FreePort(t)
	own := map[string]string{"PORT": port, "HOST": "127.0.0.1"}
	maps.Copy(own, env)
	p := startProcess(t, own, writable...)
	p.address = net.JoinHostPort("127.0.0.1", port)
	p.untilListening(port)
	return p
}

// memory is a figure of /proc/…/status, such as VmHWM for the peak, in bytes.
// Where the system does not tell it, the test is skipped.
func (p *process) memory(name string) int64 {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.t.Skipf("no figures of memory here: %v", err)
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			kB, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			if err != nil {
				p.t.Fatal(err)
			}
			return kB << 10
		}
	}
	p.t.Skipf("no %s here", name)
	return 0
}

// mountNamespace returns the command that runs another with mounts of its own,
// or nil where the system has none for us.
var mountNamespace = sync.OnceValue(func() []string {
	for _, command := range [][]string{
		{"unshare", "--mount", "--propagation=private"},
		{"unshare", "--map-root-user", "--mount", "--propagation=private"},
	} {
		try := exec.Command(command[0], append(command[1:], "mount", "-o", "remount,ro,bind", "/")...)
		if try.Run() == nil {
			return command
		}
	}
	return nil
})

// terminate tells the process to stop, once: a second time would end it at once.
func (p *process) terminate() {
	p.once.Do(func() { p.signal(syscall.SIGTERM) })
}

// stop ends the process as every platform does, and expects it to end in order.
func (p *process) stop() {
	if p.cmd.ProcessState != nil {
		return
	}
	p.mu.Lock()
	p.sleeps = false
	p.mu.Unlock()
	p.terminate()
	p.signal(syscall.SIGCONT)
	ended := make(chan error, 1)
	go func() { ended <- p.cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil || !strings.Contains(p.log.String(), `"msg":"stopping"`) {
			p.t.Errorf("process: %v; log: %s", err, p.log.String())
		}
	case <-time.After(15 * time.Second):
		_ = p.cmd.Process.Kill()
		<-ended
		p.t.Error("the process does not stop")
	}
}

func (p *process) signal(s syscall.Signal) {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Error(err)
	}
}

// wake gives the process its CPU for a request, and rest takes it away after
// the last one.
func (p *process) wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy++; p.busy == 1 && p.sleeps {
		p.signal(syscall.SIGCONT)
	}
}

func (p *process) rest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy--; p.busy == 0 && p.sleeps {
		p.signal(syscall.SIGSTOP)
	}
}

// frozen reports whether the process has no CPU, where the system tells.
func (p *process) frozen() bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return true
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return strings.HasPrefix(rest, "T")
}

// untilListening waits for somebody to answer at the port.
func (p *process) untilListening(port string) {
	p.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			_ = c.Close()
			return
		}
	}
	p.t.Fatalf("nobody listens; log: %s", p.log.String())
}
