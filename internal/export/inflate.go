package export

import (
	"encoding/binary"
	"errors"
	"io"
	"sync"
)

// inflater unpacks deflated data (RFC 1951). Half of an import's time would go
// into a general one, whose source may be any reader and whose every copy is
// asked about its bounds. This one takes eight bytes of its input at a time and
// decodes into a window with room to spare; compress/flate is its oracle in the
// tests.
type inflater struct {
	src    io.Reader
	srcErr error

	in      []byte // input that was read
	pos     int    // in[pos:] is not in hold yet
	padding int    // zeros at the end of in, once the source has ended
	room    [inflateInput]byte

	hold  uint64 // the next bits of the input, the lowest first
	holds uint   // how many of them; what is above may be there already

	out  [inflateWindow + inflateOutput + inflateSlack]byte
	r, w int // out[r:w] is not read yet

	state  inflateState
	last   bool // the block is the last one
	stored int  // bytes left of a stored block
	err    error

	literals  prefixTable
	distances prefixTable
}

const (
	inflateWindow = 32 << 10  // how far back a copy may reach
	inflateOutput = 64 << 10  // unpacked at a time
	inflateSlack  = 258 + 8   // the longest copy, and what is written beyond its end
	inflateInput  = 128 << 10 // packed bytes read at a time
	inflateAhead  = 16        // bytes of input that one turn of the decoder may look at
)

type inflateState uint8

const (
	atHeader inflateState = iota
	inStored
	inSymbols
)

var errDeflate = errors.New("not deflated data")

var inflaters = sync.Pool{New: func() any { return new(inflater) }}

// newInflater is a zip.Decompressor.
func newInflater(r io.Reader) io.ReadCloser {
	f := inflaters.Get().(*inflater)
	f.reset(r)
	return f
}

func (f *inflater) reset(r io.Reader) {
	f.src, f.srcErr = r, nil
	f.in, f.pos, f.padding = f.room[:0], 0, 0
	f.hold, f.holds = 0, 0
	f.r, f.w = 0, 0
	f.state, f.last, f.stored, f.err = atHeader, false, 0, nil
}

// Close must be called once; f may be someone else's afterwards.
func (f *inflater) Close() error {
	f.src = nil
	inflaters.Put(f)
	return nil
}

func (f *inflater) Read(p []byte) (int, error) {
	for f.r == f.w {
		if f.err != nil {
			return 0, f.err
		}
		if keep := min(f.w, inflateWindow); f.w > inflateWindow {
			copy(f.out[:], f.out[f.w-keep:f.w])
			f.r, f.w = keep, keep
		}
		f.err = f.unpack()
	}
	n := copy(p, f.out[f.r:f.w])
	f.r += n
	return n, nil
}

// unpack goes on until the output is full or something ends.
func (f *inflater) unpack() error {
	for f.w < inflateWindow+inflateOutput {
		switch f.state {
		case atHeader:
			if f.last {
				return io.EOF
			}
			if err := f.header(); err != nil {
				return err
			}
		case inStored:
			if err := f.copyStored(); err != nil {
				return err
			}
		case inSymbols:
			if err := f.symbols(); err != nil {
				return err
			}
			if f.state == inSymbols && len(f.in)-f.pos < inflateAhead {
				if err := f.fill(); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// fill reads more input. What the source does not have is made up of zeros; it
// is an error once some of them were used.
func (f *inflater) fill() error {
	n := copy(f.room[:], f.in[f.pos:])
	f.pos = 0
	for n < inflateAhead && f.srcErr == nil {
		var more int
		more, f.srcErr = f.src.Read(f.room[n:])
		n += more
	}
	f.in = f.room[:n]
	if n >= inflateAhead {
		return nil
	}
	if f.srcErr != io.EOF {
		return f.srcErr
	}
	if f.used() {
		return io.ErrUnexpectedEOF
	}
	clear(f.room[n : n+inflateAhead])
	f.in = f.room[:n+inflateAhead]
	f.padding += inflateAhead
	return nil
}

// used says whether bits were used that the source does not have.
func (f *inflater) used() bool { return f.padding*8 > (len(f.in)-f.pos)*8+int(f.holds) }

// take takes n bits, at most 16.
func (f *inflater) take(n uint) (uint32, error) {
	for f.holds < n {
		if f.pos == len(f.in) {
			if err := f.fill(); err != nil {
				return 0, err
			}
		}
		f.hold |= uint64(f.in[f.pos]) << f.holds
		f.pos++
		f.holds += 8
	}
	v := uint32(f.hold) & (1<<n - 1)
	f.hold >>= n
	f.holds -= n
	if f.padding > 0 && f.used() {
		return 0, io.ErrUnexpectedEOF
	}
	return v, nil
}

// header reads what a block begins with.
func (f *inflater) header() error {
	v, err := f.take(3)
	if err != nil {
		return err
	}
	f.last = v&1 != 0
	switch v >> 1 {
	case 0:
		if _, err := f.take(f.holds & 7); err != nil { // to the next whole byte
			return err
		}
		n, err := f.take(16)
		if err != nil {
			return err
		}
		inverse, err := f.take(16)
		if err != nil {
			return err
		}
		if n != ^inverse&0xFFFF {
			return errDeflate
		}
		f.state, f.stored = inStored, int(n)
		return nil
	case 1:
		f.state = inSymbols
		f.literals.build(fixedLengths[:288], literalBits, literalMeanings[:])
		f.distances.build(fixedLengths[288:], distanceBits, distanceMeanings[:])
		return nil
	case 2:
		f.state = inSymbols
		return f.readCodes()
	}
	return errDeflate
}

func (f *inflater) copyStored() error {
	for f.stored > 0 && f.w < inflateWindow+inflateOutput {
		if f.holds >= 8 { // whole bytes that were taken from the input
			b, err := f.take(8)
			if err != nil {
				return err
			}
			f.out[f.w] = byte(b)
			f.w++
			f.stored--
			continue
		}
		f.hold = 0 // what is above the bits held comes again
		if f.pos == len(f.in) {
			if err := f.fill(); err != nil {
				return err
			}
		}
		if f.padding > 0 && len(f.in)-f.pos <= f.padding {
			return io.ErrUnexpectedEOF
		}
		room := min(f.stored, inflateWindow+inflateOutput-f.w)
		n := copy(f.out[f.w:f.w+room], f.in[f.pos:len(f.in)-f.padding])
		f.pos += n
		f.w += n
		f.stored -= n
	}
	if f.stored == 0 {
		f.state = atHeader
	}
	return nil
}

// readCodes reads the two codes of a block that brings its own.
func (f *inflater) readCodes() error {
	v, err := f.take(14)
	if err != nil {
		return err
	}
	literals, distances, lengths := int(v&31)+257, int(v>>5&31)+1, int(v>>10)+4
	if literals > 286 || distances > 30 {
		return errDeflate
	}
	var of [19]uint8
	for _, i := range lengthOrder[:lengths] {
		n, err := f.take(3)
		if err != nil {
			return err
		}
		of[i] = uint8(n)
	}
	// The table of distances serves for the lengths until its own turn comes.
	if !f.distances.build(of[:], lengthBits, lengthMeanings[:]) {
		return errDeflate
	}
	var all [286 + 30]uint8
	for i := 0; i < literals+distances; {
		symbol, err := f.takeLength()
		if err != nil {
			return err
		}
		if symbol < 16 {
			all[i] = uint8(symbol)
			i++
			continue
		}
		var value uint8
		var more uint32
		switch symbol {
		case 16:
			if i == 0 {
				return errDeflate
			}
			value = all[i-1]
			more, err = f.take(2)
			more += 3
		case 17:
			more, err = f.take(3)
			more += 3
		default:
			more, err = f.take(7)
			more += 11
		}
		if err != nil {
			return err
		}
		if i+int(more) > literals+distances {
			return errDeflate
		}
		for range more {
			all[i] = value
			i++
		}
	}
	if !f.literals.build(all[:literals], literalBits, literalMeanings[:]) ||
		!f.distances.build(all[literals:literals+distances], distanceBits, distanceMeanings[:]) {
		return errDeflate
	}
	return nil
}

// takeLength takes a symbol of the code of lengths.
func (f *inflater) takeLength() (uint32, error) {
	if f.holds < lengthBits {
		if f.pos == len(f.in) {
			if err := f.fill(); err != nil {
				return 0, err
			}
		}
		f.hold |= uint64(f.in[f.pos]) << f.holds
		f.pos++
		f.holds += 8
	}
	e := f.distances[f.hold&(1<<lengthBits-1)]
	if e&entrySize == 0 {
		return 0, errDeflate
	}
	_, err := f.take(uint(e & entrySize))
	return e >> entryValue, err
}

// symbols decodes literals and copies until the block ends, the output is full
// or the input must be read on.
func (f *inflater) symbols() error {
	in, pos, hold, holds := f.in, f.pos, f.hold, f.holds
	out, w := &f.out, f.w
	literals, distances := &f.literals, &f.distances
	var err error
	for pos+inflateAhead <= len(in) && w < inflateWindow+inflateOutput {
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
	if err == nil && f.padding > 0 && f.used() {
		return io.ErrUnexpectedEOF
	}
	return err
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
