package export

import (
	"bufio"
	"context"
	"io"
	"sync/atomic"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// trackedInput is an input whose failures are remembered: a disk that cannot be read
// must not pass for a damaged archive.
type trackedInput struct {
	name string
	r    io.ReaderAt
	size int64
	err  atomic.Pointer[error]
}

func (w *trackedInput) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= w.size {
		return 0, io.EOF // the archive points outside of itself
	}
	n, err := w.r.ReadAt(p, off)
	if err != nil && err != io.EOF {
		w.err.CompareAndSwap(nil, &err)
	}
	return n, err
}

// failure is the first error of the input.
func (w *trackedInput) failure() error {
	if p := w.err.Load(); p != nil {
		return *p
	}
	return nil
}

// countingReader counts what is read of a file and stops when the context ends.
type countingReader struct {
	ctx   context.Context
	r     io.Reader
	count *atomic.Int64
}

func (m *countingReader) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.r.Read(p)
	m.count.Add(int64(n))
	return n, err
}

// inUTF8 returns r's text as UTF-8 when a byte order mark shows that it is
// UTF-16, and r itself otherwise.
func inUTF8(r io.Reader) io.Reader {
	in := bufio.NewReaderSize(r, 16) // no more than to peek: large reads go past it
	bom, _ := in.Peek(2)             // an error comes again when reading
	if string(bom) == "\xFF\xFE" || string(bom) == "\xFE\xFF" {
		return transform.NewReader(in, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
	}
	return in
}
