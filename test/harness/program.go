package harness

import (
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/process"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// SessionKey seals the sessions of programs under test.
const SessionKey = "Yq3v0kM2s8Zr5tW7xB1nD4fG6hJ9lP0a"

// Binary builds the program as it is deployed, once for all tests of this
// machine: what is up to date is not linked again.
var Binary = sync.OnceValues(func() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	// Working copies must not build into each other.
	folder := filepath.Join(cache, "spotify-data-tool", "tested", strings.ReplaceAll(Root(), string(filepath.Separator), "_"))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	lock, err := os.Create(filepath.Join(folder, "lock"))
	if err != nil {
		return "", err
	}
	defer lock.Close() // and unlock
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	binary := filepath.Join(folder, "server")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags=lambda.norpc,disable_grpc_modules", "-ldflags=-s -w", "-o", binary, "./cmd/server")
	build.Dir, build.Env = Root(), append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return binary, nil
})

// Root is the folder of the repository.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(filepath.Dir(file)))
}

// A Program is the real program, started as a platform starts it: with nothing
// in its environment but what it is given, in a folder it cannot write to.
type Program struct {
	*process.Process
	t   *testing.T
	Log process.Output
	// Address is where it listens, if StartListening started it.
	Address string

	once sync.Once // see Terminate
	mu   sync.Mutex
	busy int // requests under way; see Wake
	// Sleeps says that the platform takes the CPU away between requests. It ends
	// with the process.
	Sleeps bool
	// ExpectsErrors says that the test takes something away from it.
	ExpectsErrors bool
}

// StartProgram starts the program. Of the disk it can write to its temporary
// folder and to what is in writable, and to nothing else where the system lets
// us see to that.
func StartProgram(t *testing.T, env map[string]string, writable ...string) *Program {
	t.Helper()
	binary, err := Binary()
	if err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	p := &Program{t: t}
	var cmd *exec.Cmd
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
		cmd = exec.Command(separate[0], append(separate[1:], "sh", "-c", script, binary)...)
		cmd.Env = append(cmd.Env, "PATH="+os.Getenv("PATH"), "WRITABLE="+strings.Join(append(writable, temp), " "))
	} else {
		t.Log("without a mount namespace the process could write elsewhere too")
		cmd = exec.Command(binary)
	}
	cmd.Dir = t.TempDir()
	cmd.Env = append(cmd.Env, "TMPDIR="+temp, "HOME="+t.TempDir(), "SESSION_SECRET_KEY="+SessionKey)
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stdout, cmd.Stderr = &p.Log, &p.Log
	if p.Process, err = process.Start(cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("log of a process:\n%s", p.Log.String())
		}
		p.Stop()
		for _, line := range strings.Split(p.Log.String(), "\n") {
			if !p.ExpectsErrors && strings.Contains(line, `"level":"ERROR"`) || strings.HasPrefix(line, "panic") || strings.Contains(line, "DATA RACE") {
				t.Errorf("log: %s", line)
			}
		}
		if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
			t.Errorf("left in the temporary folder: %v %v", left, err)
		}
	})
	return p
}

// StartListening starts the program on a free port and returns when it listens.
func StartListening(t *testing.T, env map[string]string, writable ...string) *Program {
	t.Helper()
	port := servers.FreePort(t)
	own := map[string]string{"PORT": port, "HOST": "127.0.0.1"}
	maps.Copy(own, env)
	p := StartProgram(t, own, writable...)
	p.Address = net.JoinHostPort("127.0.0.1", port)
	p.UntilListening(port)
	return p
}

// Memory is a figure of /proc/…/status, such as VmHWM for the peak, in bytes.
// Where the system does not tell it, the test is skipped.
func (p *Program) Memory(name string) int64 {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID()))
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

// Terminate tells the process to stop, once: a second time would end it at once.
func (p *Program) Terminate() {
	p.once.Do(func() { p.signal(syscall.SIGTERM) })
}

// Stop ends the process as every platform does, and expects it to end in order.
func (p *Program) Stop() {
	select {
	case <-p.Ended():
		return // killed, and that on purpose
	default:
	}
	p.mu.Lock()
	p.Sleeps = false
	p.mu.Unlock()
	p.Terminate()
	p.signal(syscall.SIGCONT)
	select {
	case <-p.Ended():
		if err := p.Wait(); err != nil || !strings.Contains(p.Log.String(), `"msg":"stopping"`) {
			p.t.Errorf("process: %v; log: %s", err, p.Log.String())
		}
	case <-time.After(15 * time.Second):
		p.Kill()
		p.t.Error("the process does not stop")
	}
}

func (p *Program) signal(s syscall.Signal) {
	if err := p.Signal(s); err != nil {
		p.t.Error(err)
	}
}

// Wake gives the process its CPU for a request, and rest takes it away after
// the last one.
func (p *Program) Wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy++; p.busy == 1 && p.Sleeps {
		p.signal(syscall.SIGCONT)
	}
}

func (p *Program) Rest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy--; p.busy == 0 && p.Sleeps {
		p.signal(syscall.SIGSTOP)
	}
}

// Frozen reports whether the process has no CPU, where the system tells.
func (p *Program) Frozen() bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.PID()))
	if err != nil {
		return true
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return strings.HasPrefix(rest, "T")
}

// UntilListening waits for the program to answer at the port.
func (p *Program) UntilListening(port string) {
	p.t.Helper()
	answers := servers.Listening("127.0.0.1:" + port)
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if answers() == nil {
			return
		}
	}
	p.t.Fatalf("nobody listens; log: %s", p.Log.String())
}
