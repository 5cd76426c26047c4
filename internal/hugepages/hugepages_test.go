package hugepages

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"testing"
)

func TestForHeap(t *testing.T) {
	mode, _ := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled")
	if !bytes.Contains(mode, []byte("[madvise]")) {
		t.Skipf("the system gives huge pages to all or to nobody: %q", mode)
	}
	debug.FreeOSMemory()
	before := onHugePages(t)
	ForHeap()
	if got := onHugePages(t); got > before+8<<10 {
		t.Errorf("%d KiB before anything was touched, %d before", got, before)
	}
	const blocks, block = 64, 1 << 20 // smaller than a huge page, as most of the heap is
	var held [blocks][]byte
	for i := range held {
		held[i] = bytes.Repeat([]byte{1}, block)
	}
	if got := onHugePages(t); got < before+blocks*block>>10/2 {
		t.Errorf("%d KiB of 64 MiB are on huge pages", got-before)
	}
	runtime.KeepAlive(&held)
}

// onHugePages is in KiB.
func onHugePages(t *testing.T) (n int) {
	t.Helper()
	smaps, err := os.ReadFile("/proc/self/smaps_rollup")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(smaps, []byte("AnonHugePages:"))
	if _, err := fmt.Sscan(string(rest), &n); err != nil {
		t.Fatal(err)
	}
	return n
}
