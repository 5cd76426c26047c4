// Package inflate unpacks deflated data, faster than a general reader: half of an
// import's time would go into one whose source may be any reader and that checks
// the bounds of every copy. compress/flate is its oracle in the tests.
package inflate

import (
	"encoding/binary"
	"errors"
	"io"
	"sync"
)

// reader unpacks deflated data (RFC 1951) with at least eight bytes of input at
// hand and room to spare behind the output, so that few steps check bounds.
type reader struct {
	src    io.Reader
	srcErr error

	in      []byte // input that was read
	pos     int    // in[pos:] is not in hold yet
	padding int    // zeros at the end of in, once the source has ended
	room    [inputSize]byte

	hold  uint64 // the next bits of the input, the lowest first
	holds uint   // how many of them; what is above may be there already

	out  [window + outputSize + slack]byte
	r, w int // out[r:w] is not read yet

	state  state
	last   bool // the block is the last one
	stored int  // bytes left of a stored block
	err    error

	literals  prefixTable
	distances prefixTable
}

const (
	window     = 32 << 10  // how far back a copy may reach
	outputSize = 64 << 10  // unpacked at a time
	slack      = 258 + 8   // the longest copy, and what is written beyond its end
	inputSize  = 128 << 10 // packed bytes read at a time
	lookahead  = 16        // bytes of input that one turn of the decoder may look at
)

type state uint8

const (
	atHeader state = iota
	inStored
	inSymbols
)

var errDeflate = errors.New("not deflated data")

var readers = sync.Pool{New: func() any { return new(reader) }}

// NewReader is a zip.Decompressor. What it returns must be closed, once.
func NewReader(r io.Reader) io.ReadCloser {
	f := readers.Get().(*reader)
	f.reset(r)
	return f
}

func (f *reader) reset(r io.Reader) {
	f.src, f.srcErr = r, nil
	f.in, f.pos, f.padding = f.room[:0], 0, 0
	f.hold, f.holds = 0, 0
	f.r, f.w = 0, 0
	f.state, f.last, f.stored, f.err = atHeader, false, 0, nil
}

// Close must be called once; f may be someone else's afterwards.
func (f *reader) Close() error {
	f.src = nil
	readers.Put(f)
	return nil
}

func (f *reader) Read(p []byte) (int, error) {
	for f.r == f.w {
		if f.err != nil {
			return 0, f.err
		}
		if f.w > window {
			copy(f.out[:], f.out[f.w-window:f.w])
			f.r, f.w = window, window
		}
		f.unpack()
	}
	n := copy(p, f.out[f.r:f.w])
	f.r += n
	return n, nil
}

// fail keeps the first error. What is read after it are zeros.
func (f *reader) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

// unpack goes on until the output is full or something ends.
func (f *reader) unpack() {
	for f.err == nil && f.w < window+outputSize {
		switch {
		case f.state == atHeader && f.last:
			f.fail(io.EOF)
		case f.state == atHeader:
			f.header()
		case f.state == inStored:
			f.copyStored()
		default:
			f.symbols()
			if f.state == inSymbols && len(f.in)-f.pos < lookahead {
				f.fill()
			}
		}
	}
}

// fill reads more input. What the source does not have is made up of zeros; it
// is an error once some of them were used.
func (f *reader) fill() {
	n := copy(f.room[:], f.in[f.pos:])
	f.pos = 0
	for n < lookahead && f.srcErr == nil {
		var more int
		more, f.srcErr = f.src.Read(f.room[n:])
		n += more
	}
	f.in = f.room[:n]
	switch {
	case n >= lookahead:
	case !errors.Is(f.srcErr, io.EOF):
		f.fail(f.srcErr)
	case f.overrun():
		f.fail(io.ErrUnexpectedEOF)
	default:
		clear(f.room[n : n+lookahead])
		f.in = f.room[:n+lookahead]
		f.padding += lookahead
	}
}

// overrun reports whether bits were used that the source does not have.
func (f *reader) overrun() bool {
	return f.padding > 0 && f.padding*8 > (len(f.in)-f.pos)*8+int(f.holds)
}

// take takes n bits, at most 16; zeros after an error.
func (f *reader) take(n uint) uint32 {
	for f.holds < n && f.pull() {
	}
	v := uint32(f.hold) & (1<<n - 1)
	f.hold >>= n
	f.holds -= min(n, f.holds)
	if f.overrun() {
		f.fail(io.ErrUnexpectedEOF)
	}
	if f.err != nil {
		return 0
	}
	return v
}

// pull moves a byte from the input to the bits that are held. It answers false
// after an error.
func (f *reader) pull() bool {
	if f.pos == len(f.in) {
		f.fill()
	}
	if f.err != nil {
		return false
	}
	f.hold |= uint64(f.in[f.pos]) << f.holds
	f.pos++
	f.holds += 8
	return true
}

// header reads what a block begins with.
func (f *reader) header() {
	v := f.take(3)
	f.last = v&1 != 0
	f.state = inSymbols
	switch v >> 1 {
	case 0:
		f.take(f.holds & 7) // to the next whole byte
		f.state, f.stored = inStored, int(f.take(16))
		if f.take(16) != ^uint32(f.stored)&0xFFFF {
			f.fail(errDeflate)
		}
	case 1:
		f.literals.build(fixedLengths[:288], literalBits, literalMeanings[:])
		f.distances.build(fixedLengths[288:], distanceBits, distanceMeanings[:])
	case 2:
		f.readCodes()
	default:
		f.fail(errDeflate)
	}
}

func (f *reader) copyStored() {
	for f.stored > 0 && f.w < window+outputSize && f.err == nil {
		if f.holds >= 8 { // whole bytes that were taken from the input
			f.out[f.w] = byte(f.take(8))
			f.w++
			f.stored--
			continue
		}
		f.hold = 0 // what is above the bits held comes again
		if f.pos == len(f.in) {
			f.fill()
		}
		if f.padding > 0 && len(f.in)-f.pos <= f.padding {
			f.fail(io.ErrUnexpectedEOF)
			return
		}
		room := min(f.stored, window+outputSize-f.w)
		n := copy(f.out[f.w:f.w+room], f.in[f.pos:len(f.in)-f.padding])
		f.pos += n
		f.w += n
		f.stored -= n
	}
	if f.stored == 0 {
		f.state = atHeader
	}
}

// readCodes reads the two codes of a block that brings its own.
func (f *reader) readCodes() {
	v := f.take(14)
	literals, distances, lengths := int(v&31)+257, int(v>>5&31)+1, int(v>>10)+4
	if literals > 286 || distances > 30 {
		f.fail(errDeflate)
		return
	}
	var of [19]uint8
	for _, i := range lengthOrder[:lengths] {
		of[i] = uint8(f.take(3))
	}
	// The table of distances serves for the lengths until its own turn comes.
	if !f.distances.build(of[:], lengthBits, lengthMeanings[:]) {
		f.fail(errDeflate)
	}
	var all [286 + 30]uint8
	for i := 0; i < literals+distances && f.err == nil; {
		symbol := f.takeLength()
		value, times := uint8(symbol), 1
		switch symbol {
		case 16:
			if i == 0 {
				f.fail(errDeflate)
				return
			}
			value, times = all[i-1], int(f.take(2))+3
		case 17:
			value, times = 0, int(f.take(3))+3
		case 18:
			value, times = 0, int(f.take(7))+11
		}
		if i+times > literals+distances {
			f.fail(errDeflate)
			return
		}
		for range times {
			all[i] = value
			i++
		}
	}
	if !f.literals.build(all[:literals], literalBits, literalMeanings[:]) ||
		!f.distances.build(all[literals:literals+distances], distanceBits, distanceMeanings[:]) {
		f.fail(errDeflate)
	}
}

// takeLength takes a symbol of the code of lengths.
func (f *reader) takeLength() uint32 {
	if f.holds < lengthBits {
		f.pull()
	}
	e := f.distances[f.hold&(1<<lengthBits-1)]
	if e&entrySize == 0 {
		f.fail(errDeflate)
	}
	f.take(uint(e & entrySize))
	return e >> entryValue
}

// symbols decodes literals and copies until the block ends, the output is full
// or the input must be read on.
func (f *reader) symbols() {
	in, pos, hold, holds := f.in, f.pos, f.hold, f.holds
	out, w := &f.out, f.w
	literals, distances := &f.literals, &f.distances
	var err error
	for pos+lookahead <= len(in) && w < window+outputSize {
		// At least 56 bits, whatever was left: the bits that are held already
		// come again, and are the same.
		hold |= binary.LittleEndian.Uint64(in[pos:]) << (holds & 63)
		pos += int(63-holds) >> 3
		holds |= 56

		e := literals[hold&(1<<literalBits-1)]
		if e&entryLiteral != 0 {
			hold >>= e & entrySize
			holds -= uint(e & entrySize)
			out[w] = byte(e >> entryValue)
			w++
			e = literals[hold&(1<<literalBits-1)]
			if e&entryLiteral != 0 {
				hold >>= e & entrySize
				holds -= uint(e & entrySize)
				out[w] = byte(e >> entryValue)
				w++
				continue
			}
			hold |= binary.LittleEndian.Uint64(in[pos:][:8]) << (holds & 63)
			pos += int(63-holds) >> 3
			holds |= 56
		}
		if e&entryOther != 0 {
			if e&entryExtra != 0 {
				e = literals.link(e, hold)
			}
			if e&entryLiteral != 0 {
				hold >>= e & entrySize
				holds -= uint(e & entrySize)
				out[w] = byte(e >> entryValue)
				w++
				continue
			}
			if e&entryOther != 0 {
				if e&entrySize == 0 {
					err = errDeflate
				}
				hold >>= e & entrySize
				holds -= uint(e & entrySize)
				f.state = atHeader
				break
			}
		}
		length, used := extended(e, hold)
		hold >>= used
		holds -= used

		e = distances[hold&(1<<distanceBits-1)]
		if e&entryLiteral != 0 {
			if e&entryExtra != 0 {
				e = distances.link(e, hold)
			}
			if e&entryLiteral != 0 {
				err = errDeflate
				break
			}
		}
		distance, used := extended(e, hold)
		hold >>= used
		holds -= used
		if distance > w {
			err = errDeflate
			break
		}
		copyBack(out[:], w, distance, length)
		w += length
	}
	f.pos, f.hold, f.holds, f.w = pos, hold, holds, w
	if err == nil && f.overrun() {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		f.fail(err)
	}
}

// extended is the number that an entry and the bits behind its code stand for,
// and how many bits that took.
func extended(e uint32, hold uint64) (n int, used uint) {
	size := uint(e & entrySize)
	extra := uint(e >> entryExtraShift & entryExtraMask)
	n = int(e>>entryValue&0x7FFF) + int(hold>>(size&63))&(1<<(extra&31)-1)
	return n, size + extra
}

// copyBack copies length bytes from that far back to w. Up to seven bytes more
// may be overwritten: nothing stands there yet.
func copyBack(out []byte, w, distance, length int) {
	from := w - distance
	switch {
	case distance >= 8 && length <= 32:
		for end := w + length; w < end; w, from = w+8, from+8 {
			binary.LittleEndian.PutUint64(out[w:], binary.LittleEndian.Uint64(out[from:]))
		}
	case distance >= length:
		copy(out[w:w+length], out[from:from+length])
	default: // what is copied grows out of itself
		for length > 0 {
			n := copy(out[w:w+length], out[from:w])
			w += n
			length -= n
		}
	}
}
