package mp4

import (
	"encoding/binary"
	"math"
)

// perChunk is how many samples lie in a chunk: a second of them.
const perChunk = 30

// boxWriter writes boxes within each other. Their sizes are filled in when they
// are closed.
type boxWriter struct{ b []byte }

// box writes a box with what f writes in it.
func (w *boxWriter) box(kind string, f func()) {
	start := len(w.b)
	w.u32(0)
	w.b = append(w.b, kind...)
	f()
	binary.BigEndian.PutUint32(w.b[start:], uint32(len(w.b)-start))
}

// full writes a box with a version of 0 and flags.
func (w *boxWriter) full(kind string, flags uint32, f func()) {
	w.box(kind, func() {
		w.u32(flags)
		f()
	})
}

func (w *boxWriter) u16(values ...int) {
	for _, v := range values {
		w.b = binary.BigEndian.AppendUint16(w.b, uint16(v))
	}
}

func (w *boxWriter) u32(values ...uint32) {
	for _, v := range values {
		w.b = binary.BigEndian.AppendUint32(w.b, v)
	}
}

func (w *boxWriter) zeros(n int) { w.b = append(w.b, make([]byte, n)...) }

// matrix shows the picture as it is.
func (w *boxWriter) matrix() { w.u32(1<<16, 0, 0, 0, 1<<16, 0, 0, 0, 1<<30) }

// header gives all that stands before the samples, and how many bytes they are.
func (m Movie) header() (header []byte, data int64, err error) {
	duration, data, err := m.check()
	if err != nil {
		return nil, 0, err
	}
	// Offsets count from the start of the file, so they are known when the length
	// of what they stand in is. The offset of the last chunk decides how long they
	// are.
	wide := false
	header = m.boxes(uint32(duration), data, 0, wide)
	if int64(len(header))+data > math.MaxUint32 {
		wide = true
		header = m.boxes(uint32(duration), data, 0, wide)
	}
	return m.boxes(uint32(duration), data, int64(len(header)), wide), data, nil
}

// boxes writes the header for samples that begin at an offset.
func (m Movie) boxes(duration uint32, data, offset int64, wide bool) []byte {
	w := &boxWriter{b: make([]byte, 0, 1024+8*len(m.Samples))}
	w.box("ftyp", func() {
		w.b = append(w.b, "isom"...)
		w.u32(0x200)
		w.b = append(w.b, "isomiso2avc1mp41"...)
	})
	w.box("moov", func() {
		w.full("mvhd", 0, func() {
			w.u32(0, 0, m.Timescale, duration, 1<<16)
			w.u16(0x100, 0)
			w.zeros(8)
			w.matrix()
			w.zeros(24)
			w.u32(2) // the next track
		})
		w.box("trak", func() {
			w.full("tkhd", 3, func() {
				w.u32(0, 0, 1, 0, duration)
				w.zeros(16)
				w.matrix()
				w.u32(uint32(m.Width)<<16, uint32(m.Height)<<16)
			})
			w.box("mdia", func() { m.media(w, duration, offset, wide) })
		})
	})
	if wide {
		w.u32(1)
		w.b = append(w.b, "mdat"...)
		w.b = binary.BigEndian.AppendUint64(w.b, uint64(16+data))
	} else {
		w.u32(uint32(8 + data))
		w.b = append(w.b, "mdat"...)
	}
	return w.b
}

func (m Movie) media(w *boxWriter, duration uint32, offset int64, wide bool) {
	w.full("mdhd", 0, func() {
		w.u32(0, 0, m.Timescale, duration)
		w.u16(0x55C4, 0) // in no language
	})
	w.full("hdlr", 0, func() {
		w.u32(0)
		w.b = append(w.b, "vide"...)
		w.zeros(12)
		w.b = append(w.b, "Video\x00"...)
	})
	w.box("minf", func() {
		w.full("vmhd", 1, func() { w.zeros(8) })
		w.box("dinf", func() {
			w.full("dref", 0, func() {
				w.u32(1)
				w.full("url ", 1, func() {}) // in this file
			})
		})
		w.box("stbl", func() {
			w.full("stsd", 0, func() {
				w.u32(1)
				w.box("avc1", func() { m.description(w) })
			})
			m.tables(w, offset, wide)
		})
	})
}

// description says how the samples are encoded.
func (m Movie) description(w *boxWriter) {
	w.zeros(6)
	w.u16(1)
	w.zeros(16)
	w.u16(m.Width, m.Height)
	w.u32(72<<16, 72<<16, 0)
	w.u16(1)
	w.zeros(32)
	w.u16(24, 0xFFFF)
	w.box("avcC", func() {
		w.b = append(w.b, 1, m.SPS[1], m.SPS[2], m.SPS[3], 0xFC|3, 0xE0|1)
		w.u16(len(m.SPS))
		w.b = append(w.b, m.SPS...)
		w.b = append(w.b, 1)
		w.u16(len(m.PPS))
		w.b = append(w.b, m.PPS...)
	})
	w.box("colr", func() {
		w.b = append(w.b, "nclx"...)
		w.u16(1, 1, 1) // BT.709
		w.b = append(w.b, 0)
	})
	w.box("pasp", func() { w.u32(1, 1) })
}

// tables say where the samples are, how long and when.
func (m Movie) tables(w *boxWriter, offset int64, wide bool) {
	w.full("stts", 0, func() {
		at := len(w.b)
		w.u32(0)
		runs := uint32(0)
		for i := 0; i < len(m.Samples); {
			first := i
			for i < len(m.Samples) && m.Samples[i].Duration == m.Samples[first].Duration {
				i++
			}
			w.u32(uint32(i-first), m.Samples[first].Duration)
			runs++
		}
		binary.BigEndian.PutUint32(w.b[at:], runs)
	})
	w.full("stss", 0, func() {
		at := len(w.b)
		w.u32(0)
		keyframes := uint32(0)
		for i, s := range m.Samples {
			if s.Keyframe {
				w.u32(uint32(i + 1))
				keyframes++
			}
		}
		binary.BigEndian.PutUint32(w.b[at:], keyframes)
	})
	w.full("stsc", 0, func() {
		whole, rest := len(m.Samples)/perChunk, len(m.Samples)%perChunk
		switch {
		case whole == 0:
			w.u32(1, 1, uint32(rest), 1)
		case rest == 0:
			w.u32(1, 1, perChunk, 1)
		default:
			w.u32(2, 1, perChunk, 1, uint32(whole+1), uint32(rest), 1)
		}
	})
	w.full("stsz", 0, func() {
		w.u32(0, uint32(len(m.Samples)))
		for _, s := range m.Samples {
			w.u32(uint32(len(s.Data)))
		}
	})
	kind := "stco"
	if wide {
		kind = "co64"
	}
	w.full(kind, 0, func() {
		w.u32(uint32((len(m.Samples) + perChunk - 1) / perChunk))
		for i, s := range m.Samples {
			switch {
			case i%perChunk != 0:
			case wide:
				w.b = binary.BigEndian.AppendUint64(w.b, uint64(offset))
			default:
				w.u32(uint32(offset))
			}
			offset += int64(len(s.Data))
		}
	})
}
