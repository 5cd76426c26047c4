package scene

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"

	"github.com/klauspost/compress/zlib"
)

// PNG paints a scene as a PNG. Drawings are flat, so the difference to the row above
// is nearly always nothing: looking for the best filter of each row, as image/png
// does, takes most of the time of a picture and saves a few percent.
func PNG(s *Scene) ([]byte, error) {
	return encodePNG(Pixels(s))
}

func encodePNG(img *image.RGBA) ([]byte, error) {
	width, height := img.Rect.Dx(), img.Rect.Dy()
	var header [13]byte
	binary.BigEndian.PutUint32(header[:], uint32(width))
	binary.BigEndian.PutUint32(header[4:], uint32(height))
	header[8], header[9] = 8, 2 // bits a sample, and colours without transparency
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	writeChunk(&b, "IHDR", header[:])
	var packed bytes.Buffer
	compressor, err := zlib.NewWriterLevel(&packed, 1)
	if err != nil {
		return nil, fmt.Errorf("encode PNG: %w", err)
	}
	const up = 2 // the filter: what differs from the row above
	row := make([]byte, 1+3*width)
	row[0] = up
	above := make([]byte, 4*width)
	for y := range height {
		pix := img.Pix[y*img.Stride:][:4*width]
		clear(row[1:])
		for x := 0; x < width; x++ {
			// Most of a drawing is as the row above, two pixels at a time.
			if x+1 < width && binary.LittleEndian.Uint64(pix[4*x:]) == binary.LittleEndian.Uint64(above[4*x:]) {
				x++
				continue
			}
			p, a, r := pix[4*x:4*x+3:4*x+3], above[4*x:4*x+3:4*x+3], row[1+3*x:4+3*x:4+3*x]
			r[0], r[1], r[2] = p[0]-a[0], p[1]-a[1], p[2]-a[2]
		}
		if _, err := compressor.Write(row); err != nil {
			return nil, fmt.Errorf("encode PNG: %w", err)
		}
		above = pix
	}
	if err := compressor.Close(); err != nil {
		return nil, fmt.Errorf("encode PNG: %w", err)
	}
	writeChunk(&b, "IDAT", packed.Bytes())
	writeChunk(&b, "IEND", nil)
	return b.Bytes(), nil
}

func writeChunk(b *bytes.Buffer, kind string, data []byte) {
	b.Write(binary.BigEndian.AppendUint32(b.AvailableBuffer(), uint32(len(data))))
	start := b.Len()
	b.WriteString(kind)
	b.Write(data)
	sum := crc32.ChecksumIEEE(b.Bytes()[start:])
	b.Write(binary.BigEndian.AppendUint32(b.AvailableBuffer(), sum))
}
