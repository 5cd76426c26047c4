//go:build !(linux && (amd64 || arm64))

package hugepages

// ForHeap does nothing here.
func ForHeap() {}
