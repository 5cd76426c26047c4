//go:build linux && (amd64 || arm64)

package hugepages

import (
	"runtime/debug"
	"syscall"
	"unsafe"
)

const (
	// heapBytes is how much of the heap it is at most: an import of three
	// million plays.
	heapBytes = 256 << 20
	// pageBytes is the size of a huge page where small ones have 4 KiB.
	pageBytes = 2 << 20
)

// ForHeap asks the system for huge pages wherever the beginning of the heap is
// touched. It belongs at the start of a program, and takes no memory itself. A
// system without such pages, or with its mind made up, does as it always does.
//
// Go has no setting for it. But its heap takes free addresses again, the lowest
// first, and the system keeps its advice about addresses whatever lies there:
// so one large block is advised about, and let go.
func ForHeap() {
	advise(make([]byte, min(heapBytes, debug.SetMemoryLimit(-1)/2)))
	// The block is garbage now. Collected at once, it neither delays the next
	// collection nor counts as memory in use.
	debug.FreeOSMemory()
}

func advise(block []byte) {
	address := uintptr(unsafe.Pointer(unsafe.SliceData(block)))
	if skip := int(-address % pageBytes); skip < len(block) {
		_ = syscall.Madvise(block[skip:], syscall.MADV_HUGEPAGE) // kernels without them refuse
	}
}
