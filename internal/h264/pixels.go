package h264

import "encoding/binary"

// plane is one component of a frame that was put together as a decoder does it.
type plane struct {
	pix           []byte
	stride        int // and its width
	width, height int
}

func newPlane(width, height int) plane {
	return plane{make([]byte, width*height), width, width, height}
}

// at gives the pixels from a place on.
func (p *plane) at(x, y int) []byte { return p.pix[y*p.stride+x:] }

// window gives width × height pixels of the plane and their stride. What lies
// outside is as the nearest pixel inside (8.4.2.2.1), and put together in room.
func (p *plane) window(x, y, width, height int, room []byte) ([]byte, int) {
	if x >= 0 && y >= 0 && x+width <= p.width && y+height <= p.height {
		return p.at(x, y), p.stride
	}
	for j := range height {
		row := p.at(0, min(max(y+j, 0), p.height-1))
		for i := range width {
			room[j*width+i] = row[min(max(x+i, 0), p.width-1)]
		}
	}
	return room, width
}

// copyBlock copies width × height pixels, a width of four or a multiple of eight.
func copyBlock(dst []byte, dstStride int, src []byte, srcStride, width, height int) {
	for y := range height {
		to, from := dst[y*dstStride:][:width], src[y*srcStride:][:width]
		if width == 4 {
			binary.LittleEndian.PutUint32(to, binary.LittleEndian.Uint32(from))
			continue
		}
		for len(to) >= 8 && len(from) >= 8 {
			binary.LittleEndian.PutUint64(to, binary.LittleEndian.Uint64(from))
			to, from = to[8:], from[8:]
		}
	}
}

const (
	evenBytes = 0x00FF00FF00FF00FF
	evenOnes  = 0x0001000100010001
)

// absDifferences sums up the absolute differences of two blocks of 8×height
// pixels, for heights of at most 16.
func absDifferences(a []byte, aStride int, b []byte, bStride, height int) int {
	// Four sums of 16 bits.
	var sums uint64
	for y := range height {
		v := binary.LittleEndian.Uint64(a[y*aStride:])
		u := binary.LittleEndian.Uint64(b[y*bStride:])
		if v != u {
			sums += laneDifferences(v&evenBytes, u&evenBytes) + laneDifferences(v>>8&evenBytes, u>>8&evenBytes)
		}
	}
	return int(sums * evenOnes >> 48)
}

// laneDifferences gives the absolute differences of four bytes, each in a lane of
// 16 bits.
func laneDifferences(v, u uint64) uint64 {
	d := (v | evenOnes<<8) - u // 256 and the difference
	negative := ^d >> 8 & evenOnes
	return d&evenBytes ^ (negative<<8 - negative) + negative
}

// equal compares two blocks, 8 or 4 wide.
func equal(a []byte, aStride int, b []byte, bStride, width, height int) bool {
	for y := range height {
		if width == 8 && binary.LittleEndian.Uint64(a[y*aStride:]) != binary.LittleEndian.Uint64(b[y*bStride:]) {
			return false
		}
		if width == 4 && binary.LittleEndian.Uint32(a[y*aStride:]) != binary.LittleEndian.Uint32(b[y*bStride:]) {
			return false
		}
	}
	return true
}

// squares sums up the squares of the differences of two square blocks.
func squares(a []byte, aStride int, b []byte, bStride, side int) (sum int) {
	for y := range side {
		row, other := a[y*aStride:][:side], b[y*bStride:][:side]
		for x, v := range row {
			d := int(v) - int(other[x])
			sum += d * d
		}
	}
	return sum
}

// isUniform reports whether all pixels of a block, 8 or 16 wide and as high, are
// the same.
func isUniform(block []byte, stride, side int) bool {
	first := uint64(block[0]) * 0x0101010101010101
	for y := range side {
		row := block[y*stride:]
		if binary.LittleEndian.Uint64(row) != first {
			return false
		}
		if side == 16 && binary.LittleEndian.Uint64(row[8:]) != first {
			return false
		}
	}
	return true
}
