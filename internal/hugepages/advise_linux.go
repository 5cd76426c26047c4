package hugepages

import (
	"syscall"
	"unsafe"
)

// size of a huge page of x86-64, and of arm64 with pages of 4 KiB.
const size = 2 << 20

// advise reports whether the system takes the advice, which those without
// transparent huge pages do not.
func advise(block []byte) bool {
	address := uintptr(unsafe.Pointer(unsafe.SliceData(block)))
	skip := int(-address % size)
	if skip >= len(block) {
		return false
	}
	return syscall.Madvise(block[skip:], syscall.MADV_HUGEPAGE) == nil
}
