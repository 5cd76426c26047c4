package importer

import (
	"errors"
	"fmt"
	"os"
)

// ErrSpool: the temporary folder is missing, full or cannot be written to.
var ErrSpool = errors.New("importer: temporary folder cannot be used")

// A Spool is a temporary file that leaves nothing behind when the process is
// killed, where the system allows it. What is wrong with its writing is
// ErrSpool.
type Spool struct{ file *os.File }

// NewSpool makes an empty one.
func NewSpool() (*Spool, error) {
	f, err := os.CreateTemp("", "upload-*")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSpool, err)
	}
	// Where the system allows it the name goes at once.
	_ = os.Remove(f.Name())
	return &Spool{f}, nil
}

// CheckSpool reports whether uploads can be read: whether a Spool can be made.
func CheckSpool() error {
	s, err := NewSpool()
	if err != nil {
		return err
	}
	return s.Close()
}

// Write implements [io.Writer].
func (s *Spool) Write(b []byte) (int, error) { return written(s.file.Write(b)) }

// WriteAt implements [io.WriterAt].
func (s *Spool) WriteAt(b []byte, offset int64) (int, error) {
	return written(s.file.WriteAt(b, offset))
}

func written(n int, err error) (int, error) {
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrSpool, err)
	}
	return n, err
}

// ReadAt implements [io.ReaderAt].
func (s *Spool) ReadAt(b []byte, offset int64) (int, error) { return s.file.ReadAt(b, offset) }

// Close removes the file.
func (s *Spool) Close() error {
	err := s.file.Close()
	_ = os.Remove(s.file.Name())
	return err
}
