package export

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// archive/zip reads a ZIP's whole table of contents into memory, and makes room
// for as many entries as the archive claims. checkDirectory looks at that table
// first, in constant memory, the way archive/zip will, and stops at the limits.

const (
	endLen          = 22
	end64LocatorLen = 20
	end64Len        = 56
	headerLen       = 46
	maxCommentLen   = 1<<16 - 1
)

var (
	endSignature          = []byte("PK\x05\x06")
	end64LocatorSignature = []byte("PK\x06\x07")
	end64Signature        = []byte("PK\x06\x06")
	headerSignature       = []byte("PK\x01\x02")
)

// errNoEnd: the archive has no end record.
var errNoEnd = errors.New("no end of central directory record")

// directory is where a ZIP's table of contents stands, as its end record says.
type directory struct {
	entries uint64
	size    uint64
	offset  uint64
	at      int64 // of the end record
	disk    uint32
}

// checkDirectory refuses an archive whose table of contents is missing or
// beyond the limits.
func checkDirectory(r io.ReaderAt, size int64, name string, l *Limits) error {
	d, err := readEnd(r, size)
	switch {
	case errors.Is(err, errNoEnd):
		return inputError(CodeTruncated, name, err)
	case err != nil:
		return err
	case d.disk != 0:
		return inputError(CodeSplit, name, nil)
	case d.entries > uint64(l.ArchiveEntries):
		return limitError(CodeTooManyEntries, name, int64(l.ArchiveEntries))
	case d.size > uint64(l.DirectoryBytes):
		return limitError(CodeDirectoryLarge, name, l.DirectoryBytes)
	case d.size > uint64(size) || d.offset > uint64(size):
		return inputError(CodeDamaged, name, errors.New("central directory lies outside the file"))
	}
	// Bytes in front of the archive usually shift all offsets. Where there is a
	// header at the offset as it is written, they do not.
	start := d.at - int64(d.size)
	if int64(d.offset) < start && isHeader(r, int64(d.offset)) {
		start = int64(d.offset)
	}
	if start < 0 {
		return inputError(CodeDamaged, name, errors.New("central directory lies outside the file"))
	}
	return walkDirectory(r, start, size, name, l)
}

// walkDirectory counts the headers from start on. The end record may state a
// wrong number, so they are counted until something else follows.
func walkDirectory(r io.ReaderAt, start, size int64, name string, l *Limits) error {
	in := bufio.NewReaderSize(io.NewSectionReader(r, start, size-start), 32<<10)
	var header [headerLen]byte
	var bytesSeen int64
	for n := 0; ; n++ {
		if _, err := io.ReadFull(in, header[:]); err != nil {
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				return nil
			}
			return err
		}
		if !bytes.HasPrefix(header[:], headerSignature) {
			return nil
		}
		if n == l.ArchiveEntries {
			return limitError(CodeTooManyEntries, name, int64(l.ArchiveEntries))
		}
		rest := int(binary.LittleEndian.Uint16(header[28:])) +
			int(binary.LittleEndian.Uint16(header[30:])) +
			int(binary.LittleEndian.Uint16(header[32:]))
		if bytesSeen += int64(headerLen + rest); bytesSeen > l.DirectoryBytes {
			return limitError(CodeDirectoryLarge, name, l.DirectoryBytes)
		}
		if _, err := in.Discard(rest); err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
	}
}

func isHeader(r io.ReaderAt, at int64) bool {
	var b [4]byte
	n, _ := r.ReadAt(b[:], at)
	return n == len(b) && bytes.Equal(b[:], headerSignature)
}

// readEnd finds and reads the end record, and the one of ZIP64 if it refers to
// one.
func readEnd(r io.ReaderAt, size int64) (directory, error) {
	tail := make([]byte, min(size, endLen+maxCommentLen))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return directory{}, err
	}
	p := findEnd(tail)
	if p < 0 {
		return directory{}, errNoEnd
	}
	e := tail[p:]
	d := directory{
		disk:    uint32(binary.LittleEndian.Uint16(e[4:])),
		entries: uint64(binary.LittleEndian.Uint16(e[10:])),
		size:    uint64(binary.LittleEndian.Uint32(e[12:])),
		offset:  uint64(binary.LittleEndian.Uint32(e[16:])),
		at:      size - int64(len(tail)) + int64(p),
	}
	if d.entries == 1<<16-1 || d.size == 1<<16-1 || d.size == 1<<32-1 || d.offset == 1<<32-1 {
		return readEnd64(r, d)
	}
	return d, nil
}

// findEnd returns where the last end record of b begins whose comment fits.
func findEnd(b []byte) int {
	for p := len(b) - endLen; p >= 0; p-- {
		if bytes.HasPrefix(b[p:], endSignature) {
			if comment := int(binary.LittleEndian.Uint16(b[p+20:])); p+endLen+comment > len(b) {
				return -1
			}
			return p
		}
	}
	return -1
}

// readEnd64 replaces what d says by what the ZIP64 end record says, if there is
// one in front of d's.
func readEnd64(r io.ReaderAt, d directory) (directory, error) {
	var locator [end64LocatorLen]byte
	if d.at < end64LocatorLen {
		return d, nil
	}
	if _, err := r.ReadAt(locator[:], d.at-end64LocatorLen); err != nil {
		return d, err
	}
	if !bytes.HasPrefix(locator[:], end64LocatorSignature) ||
		binary.LittleEndian.Uint32(locator[4:]) != 0 || binary.LittleEndian.Uint32(locator[16:]) != 1 {
		return d, nil
	}
	at := binary.LittleEndian.Uint64(locator[8:])
	var e [end64Len]byte
	if at > uint64(d.at) {
		return d, errNoEnd
	}
	if _, err := r.ReadAt(e[:], int64(at)); err != nil {
		if err == io.EOF {
			return d, errNoEnd
		}
		return d, err
	}
	if !bytes.HasPrefix(e[:], end64Signature) {
		return d, errNoEnd
	}
	return directory{
		disk:    binary.LittleEndian.Uint32(e[16:]),
		entries: binary.LittleEndian.Uint64(e[32:]),
		size:    binary.LittleEndian.Uint64(e[40:]),
		offset:  binary.LittleEndian.Uint64(e[48:]),
		at:      int64(at),
	}, nil
}
