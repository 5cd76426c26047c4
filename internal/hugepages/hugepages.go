// Package hugepages puts the Go heap on huge pages. Importing, or opening a
// dataset, is for a good part waiting for memory that is touched for the first
// time: on virtual machines a page of 4 KiB can cost ten microseconds, and a
// huge page of 2 MiB hardly more.
package hugepages

import "runtime/debug"

// heapBytes is how much of the heap that is: an import of three million plays.
const heapBytes = 256 << 20

// ForHeap asks the system for huge pages wherever the beginning of the heap is
// touched. It belongs at the start of a program, and takes no memory itself.
// Where there are no such pages it does nothing.
//
// Go has no setting for it. But its heap takes free addresses again, the lowest
// first, and the system keeps its advice about addresses whatever lies there:
// so one large block is advised about, and let go.
func ForHeap() {
	if advise(make([]byte, heapBytes)) {
		debug.FreeOSMemory() // the block is garbage now, and counts as given back
	}
}
