package h264

import (
	"encoding/binary"
	"math/bits"
)

// bitWriter collects bits, the highest first. What it writes has no emulation
// prevention yet: appendNAL puts that in.
type bitWriter struct {
	buf  []byte
	hold uint64 // the last n bits are not in buf yet
	n    uint   // fewer than 32 between calls
}

// reset begins anew and keeps the buffer.
func (w *bitWriter) reset() { w.buf, w.hold, w.n = w.buf[:0], 0, 0 }

// put writes the n lowest bits of v, at most 32, which has no others.
func (w *bitWriter) put(v uint32, n uint) {
	w.hold = w.hold<<n | uint64(v)
	w.n += n
	if w.n >= 32 {
		w.n -= 32
		w.buf = binary.BigEndian.AppendUint32(w.buf, uint32(w.hold>>w.n))
	}
}

// flag writes one bit.
func (w *bitWriter) flag(set bool) {
	if set {
		w.put(1, 1)
	} else {
		w.put(0, 1)
	}
}

// ue writes an unsigned Exp-Golomb code (9.1), of less than 16 bits.
func (w *bitWriter) ue(v uint32) { w.put(v+1, ueBits(v)) }

// se writes a signed Exp-Golomb code (9.1.1).
func (w *bitWriter) se(v int) { w.ue(signed(v)) }

func ueBits(v uint32) uint { return 2*uint(bits.Len32(v+1)) - 1 }

// seBits is the length of what se writes.
func seBits(v int) uint { return ueBits(signed(v)) }

func signed(v int) uint32 {
	if v > 0 {
		return uint32(2*v - 1)
	}
	return uint32(-2 * v)
}

// length is the number of bits written.
func (w *bitWriter) length() int { return 8*len(w.buf) + int(w.n) }

// finish writes the stop bit and fills up the last byte.
func (w *bitWriter) finish() {
	w.put(1, 1)
	w.put(0, (8-w.n&7)&7)
	for ; w.n > 0; w.n -= 8 {
		w.buf = append(w.buf, byte(w.hold>>(w.n-8)))
	}
}

// position is where a writer stood.
type position struct {
	length int
	hold   uint64
	n      uint
}

func (w *bitWriter) position() position { return position{len(w.buf), w.hold, w.n} }

// rewind forgets what was written since.
func (w *bitWriter) rewind(p position) { w.buf, w.hold, w.n = w.buf[:p.length], p.hold, p.n }

// appendNAL appends a NAL unit: its header byte and the payload, with a 3 put
// before each byte that would look like a start code (7.4.1).
func appendNAL(dst []byte, header byte, payload []byte) []byte {
	dst = append(dst, header)
	zeros := 0
	for _, b := range payload {
		if zeros >= 2 && b <= 3 {
			dst = append(dst, 3)
			zeros = 0
		}
		if b == 0 {
			zeros++
		} else {
			zeros = 0
		}
		dst = append(dst, b)
	}
	return dst
}
