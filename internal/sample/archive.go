package sample

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"time"

	"github.com/klauspost/compress/flate"
)

// archive writes a ZIP as Spotify does: deflated entries with data descriptors,
// names marked as UTF-8, made on system 0, and at the end an entry for the
// folder that has content, which archive/zip refuses to write.
type archive struct {
	w       io.Writer
	folder  string
	at      time.Time
	deflate *flate.Writer
	written uint32
	entries uint16
	toc     []byte
}

// What the headers of an entry say: version 2.0 is needed, sizes follow the
// data, names are UTF-8, and the data is deflated.
const (
	zipVersion = 20
	zipFlags   = 0x808
	zipMethod  = 8
)

func newArchive(w io.Writer, folder string, o Options) (*archive, error) {
	// Level 1 is fast enough while a person waits; 6 comes close to the size of
	// Spotify's archives.
	level := 1
	if o.Small {
		level = 6
	}
	deflate, err := flate.NewWriter(nil, level)
	if err != nil {
		return nil, err
	}
	return &archive{w: w, folder: folder, at: o.To.UTC(), deflate: deflate}, nil
}

// Write implements [io.Writer] and counts the bytes.
func (a *archive) Write(p []byte) (int, error) {
	n, err := a.w.Write(p)
	a.written += uint32(n)
	return n, err
}

// entry is a file on its way into an archive.
type entry struct {
	a      *archive
	name   string
	offset uint32
	begin  uint32 // of its data
	crc    uint32
	packed uint32
	size   uint32
}

// create begins a file. The one before must have been closed.
func (a *archive) create(name string) (*entry, error) {
	e := &entry{a: a, name: a.folder + "/" + name, offset: a.written}
	header := append([]byte("PK\x03\x04"), e.common()...)
	header = binary.LittleEndian.AppendUint16(header, 0) // no extra fields
	header = append(header, e.name...)
	if _, err := a.Write(header); err != nil {
		return nil, err
	}
	e.begin = a.written
	a.deflate.Reset(a)
	return e, nil
}

// common is the part that the local and the central header share, up to the
// length of the name. Before the data is written its sizes are zeros.
func (e *entry) common() []byte {
	le, t := binary.LittleEndian, e.a.at
	b := le.AppendUint16(nil, zipVersion)
	b = le.AppendUint16(b, zipFlags)
	b = le.AppendUint16(b, zipMethod)
	b = le.AppendUint16(b, uint16(t.Second()/2|t.Minute()<<5|t.Hour()<<11))
	b = le.AppendUint16(b, uint16(t.Day()|int(t.Month())<<5|(t.Year()-1980)<<9))
	b = e.appendSizes(b)
	return le.AppendUint16(b, uint16(len(e.name)))
}

func (e *entry) appendSizes(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, e.crc)
	b = binary.LittleEndian.AppendUint32(b, e.packed)
	return binary.LittleEndian.AppendUint32(b, e.size)
}

// Write adds to the file's data.
func (e *entry) Write(p []byte) (int, error) {
	e.crc = crc32.Update(e.crc, crc32.IEEETable, p)
	e.size += uint32(len(p))
	return e.a.deflate.Write(p)
}

// Close ends the file.
func (e *entry) Close() error {
	a := e.a
	if err := a.deflate.Close(); err != nil {
		return err
	}
	e.packed = a.written - e.begin
	if _, err := a.Write(e.appendSizes([]byte("PK\x07\x08"))); err != nil {
		return err
	}
	a.toc = append(a.toc, "PK\x01\x02"...)
	a.toc = binary.LittleEndian.AppendUint16(a.toc, zipVersion)
	a.toc = append(a.toc, e.common()...)
	// No extra fields, no comment, first disk, no attributes.
	a.toc = append(a.toc, make([]byte, 2+2+2+2+4)...)
	a.toc = binary.LittleEndian.AppendUint32(a.toc, e.offset)
	a.toc = append(a.toc, e.name...)
	a.entries++
	return nil
}

// write adds a whole file.
func (a *archive) write(name, content string) error {
	e, err := a.create(name)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(e, content); err != nil {
		return err
	}
	return e.Close()
}

// close ends the archive: the folder, the table of contents, the end record.
func (a *archive) close() error {
	if err := a.write("", "placeholder"); err != nil {
		return err
	}
	le, offset := binary.LittleEndian, a.written
	end := append([]byte("PK\x05\x06"), 0, 0, 0, 0)
	end = le.AppendUint16(end, a.entries)
	end = le.AppendUint16(end, a.entries)
	end = le.AppendUint32(end, uint32(len(a.toc)))
	end = le.AppendUint32(end, offset)
	end = le.AppendUint16(end, 0)
	_, err := a.Write(append(a.toc, end...))
	return err
}
