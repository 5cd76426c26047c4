package app

import (
	"io/fs"
	"math"
	"runtime/debug"
	"strconv"
	"strings"
)

// The files in which Linux tells a container its memory, of today's and of
// yesterday's control groups.
var memoryFiles = []string{"sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"}

// RespectMemory tells Go how much memory there is, where that is limited and
// nobody has said so with GOMEMLIMIT. The garbage collector then works harder
// before the system kills the process.
func RespectMemory(root fs.FS) {
	if current := debug.SetMemoryLimit(-1); current != math.MaxInt64 {
		return
	}
	if limit := containerMemory(root); limit < math.MaxInt64 {
		// A fifth is for what Go does not count, and for the time it needs.
		debug.SetMemoryLimit(limit / 5 * 4)
	}
}

// containerMemory returns math.MaxInt64 where there is no limit to be found.
func containerMemory(root fs.FS) int64 {
	for _, name := range memoryFiles {
		content, err := fs.ReadFile(root, name)
		if err != nil {
			continue
		}
		// "max", and with the older ones a number beyond all machines, is none.
		if limit, err := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64); err == nil && 0 < limit && limit < 1<<50 {
			return limit
		}
	}
	return math.MaxInt64
}

const defaultCacheBytes = 512 << 20

// cacheFor is the memory for opened datasets that nobody uses, when nobody has
// said how much: a third of what there is. They give way to whatever needs it.
func cacheFor(limit int64) int64 { return min(defaultCacheBytes, limit/3) }

const (
	// restBytes is what the program takes before anybody has asked it anything,
	// and what requests do that nobody admits.
	restBytes = 48 << 20
	// defaultWorkBytes is for a machine whose memory nobody has limited.
	defaultWorkBytes = 4 << 30
)

// workFor is the memory that is given out by bytes, to the opening of datasets,
// imports and pages (see package admission).
func workFor(limit int64) int64 {
	return min(defaultWorkBytes, max(limit-restBytes, limit/2))
}
