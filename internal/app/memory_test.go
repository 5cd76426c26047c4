package app

import (
	"math"
	"runtime/debug"
	"testing"
	"testing/fstest"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

func TestContainerMemory(t *testing.T) {
	const today, yesterday = "sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"
	for _, test := range []struct {
		name, content string
		want          int64
	}{
		{today, "536870912\n", 512 << 20},
		{today, "max\n", math.MaxInt64},
		{today, "", math.MaxInt64},
		{today, "-1\n", math.MaxInt64},
		{yesterday, "268435456\n", 256 << 20},
		{yesterday, "9223372036854771712\n", math.MaxInt64},
		{"elsewhere", "1\n", math.MaxInt64},
	} {
		if got := containerMemory(fstest.MapFS{test.name: {Data: []byte(test.content)}}); got != test.want {
			t.Errorf("%s %q: %d, want %d", test.name, test.content, got, test.want)
		}
	}
}

func TestRespectMemory(t *testing.T) {
	before := debug.SetMemoryLimit(math.MaxInt64)
	defer debug.SetMemoryLimit(before)
	container := fstest.MapFS{memoryFiles[0]: {Data: []byte("10000000000")}}
	RespectMemory(fstest.MapFS{})
	if got := debug.SetMemoryLimit(-1); got != math.MaxInt64 {
		t.Errorf("without a limit it is %d", got)
	}
	RespectMemory(container)
	if got := debug.SetMemoryLimit(-1); got != 8_000_000_000 {
		t.Errorf("of 10 GB it is %d", got)
	}
	// What somebody has said holds.
	debug.SetMemoryLimit(9_000_000_000)
	RespectMemory(container)
	if got := debug.SetMemoryLimit(-1); got != 9_000_000_000 {
		t.Errorf("what was set became %d", got)
	}
}

func TestWorkFitsTheMemory(t *testing.T) {
	for limit, want := range map[int64]int64{math.MaxInt64: 4 << 30, 400 << 20: 352 << 20, 64 << 20: 32 << 20} {
		if got := workFor(limit); got != want {
			t.Errorf("of %d bytes: %d, want %d", limit, got, want)
		}
	}
	// The largest dataset is opened in the memory that compose.yaml gives.
	if most := admission.New(workFor(400<<20), time.Second).Bytes(); most < dataset.MaxBytes {
		t.Errorf("%d bytes are for datasets of up to %d", most, dataset.MaxBytes)
	}
}

func TestCacheFitsTheMemory(t *testing.T) {
	for limit, want := range map[int64]int64{math.MaxInt64: 512 << 20, 3 << 30: 512 << 20, 300 << 20: 100 << 20} {
		if got := cacheFor(limit); got != want {
			t.Errorf("of %d bytes: %d, want %d", limit, got, want)
		}
	}
}
