package dataset

// arena keeps strings. It grows by chunks, so that growing copies nothing.
type arena struct {
	chunks [][]byte
	size   int // of all strings
}

// A position is the number of a chunk and a place in it. A chunk is left when
// the next strings do not fit, so 32 bits reach beyond maxText.
const (
	chunkShift = 20
	chunkBytes = 1 << chunkShift
	firstChunk = 1 << 14
)

// more is how many bytes the arena takes in addition for strings of that size.
func (a *arena) more(size int) int {
	if n := len(a.chunks) - 1; n >= 0 && len(a.chunks[n])+size < min(cap(a.chunks[n]), chunkBytes) {
		return 0
	}
	return a.nextChunk(size)
}

// nextChunk is the size of the next chunk, which begins with size bytes.
func (a *arena) nextChunk(size int) int {
	return max(size+1, min(chunkBytes, firstChunk<<min(len(a.chunks), chunkShift)))
}

// add keeps the strings one behind the other and returns where they begin.
func (a *arena) add(list ...[]byte) uint32 {
	size := 0
	for _, b := range list {
		size += len(b)
	}
	n := len(a.chunks) - 1
	if n < 0 || len(a.chunks[n])+size >= min(cap(a.chunks[n]), chunkBytes) {
		a.chunks = append(a.chunks, make([]byte, 0, a.nextChunk(size)))
		n++
	}
	at := uint32(n)<<chunkShift | uint32(len(a.chunks[n]))
	for _, b := range list {
		a.chunks[n] = append(a.chunks[n], b...)
	}
	a.size += size
	return at
}

// at is what begins at a position, to the end of its chunk.
func (a *arena) at(position uint32) []byte {
	return a.chunks[position>>chunkShift][position&(chunkBytes-1):]
}
