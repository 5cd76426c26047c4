package h264

// Decoded gives the visible pixels of the frame just encoded, as a decoder must
// have them: the planes of 4:2:0 one after another.
func (e *Encoder) Decoded() []byte {
	var pixels []byte
	for i, p := range e.reference {
		width, height := e.width, e.height
		if i > 0 {
			width, height = width/2, height/2
		}
		for y := range height {
			pixels = append(pixels, p.at(0, y)[:width]...)
		}
	}
	return pixels
}
