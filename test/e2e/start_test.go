package e2e

import (
	"bufio"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// startLimit is how long the program may take from exec to listening: where
// instances start with a request, somebody is waiting for it. More than half of what
// it takes are the dictionaries of zxcvbn, which makes them whether they are asked or
// not.
const startLimit = 80 * time.Millisecond

// TestStartTime takes the quickest of several starts. Beside the clock it takes
// the time that the processor spent: on a machine that does other work at the
// same time, the clock says little of the program. It runs before the tests that
// run beside each other, whose work counts here as well. bench measures how it feels.
func TestStartTime(t *testing.T) {
	binary, err := harness.Binary()
	if err != nil {
		t.Fatal(err)
	}
	var clock, processor []time.Duration
	for range 15 {
		cmd := exec.Command(binary)
		cmd.Env = append(os.Environ(), "PORT=0", "HOST=127.0.0.1", "APP_ENV=production", "SESSION_SECRET_KEY="+harness.SessionKey, "DATASET_URL=file://"+t.TempDir())
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(stdout).ReadString('\n')
		clock = append(clock, time.Since(begun))
		if err != nil || !strings.HasPrefix(line, "Listening on ") {
			t.Fatalf("%q, %v", line, err)
		}
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
		processor = append(processor, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	}
	slices.Sort(clock)
	slices.Sort(processor)
	t.Logf("exec to listening: fastest %s, median %s; processor: least %s, median %s", clock[0], clock[len(clock)/2], processor[0], processor[len(processor)/2])
	limit := startLimit
	if os.Getenv("CI") != "" {
		limit *= 2 // slow machines, shared with others
	}
	if quickest := min(clock[0], processor[0]); quickest > limit {
		t.Errorf("the quickest start took %s, want %s at most", quickest, limit)
	}
}
