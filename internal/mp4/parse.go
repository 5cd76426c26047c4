package mp4

import (
	"bytes"
	"encoding/binary"
)

// Parse reads a movie that Marshal has written, and nothing else: what it reads
// writes the same bytes again, else the error is ErrFormat. The movie shares the
// memory of data, and beside that takes at most ten times as much as its tables.
func Parse(data []byte) (Movie, error) {
	m, err := parse(data)
	if err != nil {
		return Movie{}, err
	}
	// What the boxes say beside this has to be what Marshal says.
	header, size, err := m.header()
	if err != nil || int64(len(header))+size != int64(len(data)) || !bytes.HasPrefix(data, header) {
		return Movie{}, ErrFormat
	}
	return m, nil
}

func parse(data []byte) (Movie, error) {
	moov, err := find(data, "moov")
	if err != nil {
		return Movie{}, err
	}
	table := func(kind string) fields {
		if err != nil {
			return fields{}
		}
		var content []byte
		content, err = find(moov, "trak", "mdia", "minf", "stbl", kind)
		return fields{b: content}
	}
	description, sizes, durations, keyframes := table("stsd"), table("stsz"), table("stts"), table("stss")
	if err != nil {
		return Movie{}, err
	}
	media, err := find(moov, "trak", "mdia", "mdhd")
	if err != nil {
		return Movie{}, err
	}
	content, err := find(data, "mdat")
	if err != nil {
		return Movie{}, err
	}

	var m Movie
	clock := fields{b: media}
	clock.skip(4 + 8)
	m.Timescale = clock.u32()
	m.describe(&description)

	sizes.skip(4 + 4)
	count := sizes.u32()
	if clock.short || description.short || sizes.short || int64(count)*4 != int64(len(sizes.b)) {
		return Movie{}, ErrFormat
	}
	m.Samples = make([]Sample, count)
	for i := range m.Samples {
		size := int64(sizes.u32())
		if size > int64(len(content)) {
			return Movie{}, ErrFormat
		}
		m.Samples[i].Data, content = content[:size:size], content[size:]
	}

	durations.skip(4)
	rest := m.Samples
	for range durations.u32() {
		run, duration := durations.u32(), durations.u32()
		if durations.short || run == 0 || int64(run) > int64(len(rest)) {
			return Movie{}, ErrFormat
		}
		for i := range rest[:run] {
			rest[i].Duration = duration
		}
		rest = rest[run:]
	}
	keyframes.skip(4)
	for range keyframes.u32() {
		at := keyframes.u32()
		if keyframes.short || at < 1 || int64(at) > int64(len(m.Samples)) {
			return Movie{}, ErrFormat
		}
		m.Samples[at-1].Keyframe = true
	}
	return m, nil
}

// describe reads the sample description.
func (m *Movie) describe(f *fields) {
	f.skip(4 + 4)              // of stsd
	f.skip(4 + 4 + 6 + 2 + 16) // of avc1, up to the size
	m.Width, m.Height = int(f.u16()), int(f.u16())
	f.skip(12 + 2 + 32 + 4 + 4 + 4 + 6) // up to the parameter sets of avcC
	m.SPS = f.bytes(int(f.u16()))
	f.skip(1)
	m.PPS = f.bytes(int(f.u16()))
}

// find gives the content of a box within others.
func find(data []byte, path ...string) ([]byte, error) {
	for _, kind := range path {
		found := false
		for !found {
			if len(data) < 8 {
				return nil, ErrFormat
			}
			size, header := uint64(binary.BigEndian.Uint32(data)), uint64(8)
			if size == 1 && len(data) >= 16 {
				size, header = binary.BigEndian.Uint64(data[8:]), 16
			}
			if size < header || size > uint64(len(data)) {
				return nil, ErrFormat
			}
			if found = string(data[4:8]) == kind; found {
				data = data[header:size]
			} else {
				data = data[size:]
			}
		}
	}
	return data, nil
}

// fields are read from a box one after another.
type fields struct {
	b     []byte
	short bool // there was less than was asked for
}

func (f *fields) bytes(n int) []byte {
	if f.short || n > len(f.b) {
		f.short = true
		return nil
	}
	taken := f.b[:n:n]
	f.b = f.b[n:]
	return taken
}

func (f *fields) skip(n int) { f.bytes(n) }

func (f *fields) u16() uint16 {
	if b := f.bytes(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (f *fields) u32() uint32 {
	if b := f.bytes(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}
