package export

import (
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
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

// prefixTable tells the symbol that the next bits begin with. The first entries
// are found by a code's first bits; longer codes go on behind a link.
//
//	bits 0-5    how many bits of the input the code has; 0 in an entry without one
//	bits 8-12   how many bits follow that belong to the number; of a link, how many find its entries
//	bits 16-30  the literal, the number's least value, or where a link leads
//	bit 30      of literals: an end of block, a link or nothing (entryOther)
//	bit 31      of literals: a literal; of distances: a link or nothing
type prefixTable [1 << 13]uint32

const (
	entrySize       = 63
	entryExtraShift = 8
	entryExtraMask  = 31
	entryExtra      = entryExtraMask << entryExtraShift
	entryValue      = 16
	entryOther      = 1 << 30
	entryLiteral    = 1 << 31

	literalBits  = 11
	distanceBits = 8
	lengthBits   = 7
	longestCode  = 15
)

// link finds the entry that e leads to.
func (t *prefixTable) link(e uint32, hold uint64) uint32 {
	first := hold >> (e & entrySize)
	return t[(uint64(e>>entryValue&0x1FFF)+first&(1<<(e>>entryExtraShift&entryExtraMask)-1))&(uint64(len(t))-1)]
}

// build makes the table of a code that is given by the lengths of its symbols'
// codes. It answers false for one that is none.
func (t *prefixTable) build(lengths []uint8, first uint, meanings []uint32) bool {
	var count [longestCode + 1]int
	for _, n := range lengths {
		count[n]++
	}
	longest := uint(longestCode)
	for longest > 0 && count[longest] == 0 {
		longest--
	}
	var next [longestCode + 1]uint32
	left, code := 1, uint32(0)
	for n := 1; n <= int(longest); n++ {
		next[n] = code
		code = (code + uint32(count[n])) << 1
		left = left<<1 - count[n]
		if left < 0 {
			return false
		}
	}
	nothing := meanings[len(meanings)-1]
	if left > 0 {
		// A code of one symbol, or of none as long as nobody uses it.
		if longest > 1 || longest == 1 && count[1] != 1 {
			return false
		}
		for i := range 1 << first {
			t[i] = nothing
		}
	}
	more := uint(0) // bits behind a link
	if longest > first {
		more = longest - first
	}
	end := uint32(1) << first
	var linked [1 << literalBits]uint16 // where the links made so far lead
	for symbol, length := range lengths {
		n := uint(length)
		if n == 0 {
			continue
		}
		reversed := bits.Reverse32(next[n]) >> (32 - n)
		next[n]++
		e := meanings[symbol]
		if e != nothing {
			e |= uint32(min(n, first))
		}
		if n <= first {
			for i := reversed; i < 1<<first; i += 1 << n {
				t[i] = e
			}
			continue
		}
		at := reversed & (1<<first - 1)
		if linked[at] == 0 {
			linked[at] = uint16(end)
			t[at] = nothing | end<<entryValue | uint32(more)<<entryExtraShift | uint32(first)
			end += 1 << more
		}
		if e != nothing {
			e += uint32(n - first)
		}
		for i := reversed >> first; i < 1<<more; i += 1 << (n - first) {
			t[uint32(linked[at])+i] = e
		}
	}
	return true
}

// What symbols mean. The last entry of each is that of symbols without meaning.
var (
	fixedLengths     [288 + 32]uint8
	literalMeanings  [289]uint32
	distanceMeanings [33]uint32
	lengthMeanings   [20]uint32

	lengthOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
)

func init() {
	for i := range fixedLengths {
		switch {
		case i < 144:
			fixedLengths[i] = 8
		case i < 256:
			fixedLengths[i] = 9
		case i < 280:
			fixedLengths[i] = 7
		case i < 288:
			fixedLengths[i] = 8
		default:
			fixedLengths[i] = 5
		}
	}
	for i := range literalMeanings {
		switch {
		case i < 256:
			literalMeanings[i] = entryLiteral | uint32(i)<<entryValue
		case i == 256:
			literalMeanings[i] = entryOther | 1<<entryValue // the end of the block
		case i < 285:
			extra := max(0, (i-261)/4)
			base := i - 254
			if extra > 0 {
				base = 3 + (4+(i-261)%4)<<extra
			}
			literalMeanings[i] = uint32(base)<<entryValue | uint32(extra)<<entryExtraShift
		case i == 285:
			literalMeanings[i] = 258 << entryValue
		default:
			literalMeanings[i] = entryOther
		}
	}
	for i := range distanceMeanings {
		if i >= 30 {
			distanceMeanings[i] = entryLiteral
			continue
		}
		extra := max(0, i/2-1)
		base := i + 1
		if extra > 0 {
			base = 1 + (2+i%2)<<extra
		}
		distanceMeanings[i] = uint32(base)<<entryValue | uint32(extra)<<entryExtraShift
	}
	for i := range lengthMeanings {
		lengthMeanings[i] = uint32(i) << entryValue
	}
	lengthMeanings[19] = entryOther
}
