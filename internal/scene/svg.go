package scene

import (
	"bytes"
	"encoding/xml"
	"strconv"
)

// SVG paints a scene as an SVG document. Text becomes outlines, so that it needs
// no font where it is shown; title and description carry the words.
func SVG(s *Scene) []byte {
	t := newTypesetter()
	defer t.release()
	var b bytes.Buffer
	size := strconv.Itoa(s.Width) + " " + strconv.Itoa(s.Height)
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" width="` + strconv.Itoa(s.Width) + `" height="` + strconv.Itoa(s.Height) +
		`" viewBox="0 0 ` + size + `" role="img" aria-labelledby="title desc"><title id="title">`)
	escape(&b, s.Title)
	b.WriteString(`</title><desc id="desc">`)
	escape(&b, s.Description)
	b.WriteString(`</desc><path d="M0 0H` + strconv.Itoa(s.Width) + `V` + strconv.Itoa(s.Height) + `H0Z"`)
	fill(&b, "fill", s.Background)
	b.WriteString("/>\n")
	for i := range s.Items {
		writeItem(&b, t, &s.Items[i])
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// escape writes text as XML. It cannot fail: what XML has no way to say becomes a
// replacement character.
func escape(b *bytes.Buffer, text string) { _ = xml.EscapeText(b, []byte(text)) }

func writeItem(b *bytes.Buffer, t *typesetter, item *Item) {
	if item.Fill.A == 0 {
		return
	}
	if shape, isRect := item.Shape.(Rect); isRect {
		b.WriteString(`<rect`)
		attribute(b, "x", item.X)
		attribute(b, "y", item.Y)
		attribute(b, "width", shape.W)
		attribute(b, "height", shape.H)
		if shape.Radius > 0 {
			attribute(b, "rx", shape.Radius)
		}
		fill(b, "fill", item.Fill)
		b.WriteString("/>\n")
		return
	}
	b.WriteString(`<path`)
	shape := item.Shape
	if line, isPath := shape.(Path); isPath && line.Stroke > 0 {
		b.WriteString(` fill="none" stroke-linejoin="round"`)
		if line.Round {
			b.WriteString(` stroke-linecap="round"`)
		}
		attribute(b, "stroke-width", line.Stroke)
		fill(b, "stroke", item.Fill)
		line.Stroke = 0 // its line and not its outline
		shape = line
	} else {
		fill(b, "fill", item.Fill)
	}
	b.WriteString(` d="`)
	shape.draw(t, &pathWriter{b: b}, item.X, item.Y)
	b.WriteString("\"/>\n")
}

func attribute(b *bytes.Buffer, name string, value float64) {
	b.WriteString(` ` + name + `="`)
	b.Write(strconv.AppendFloat(b.AvailableBuffer(), round(value), 'f', -1, 64))
	b.WriteByte('"')
}

// round keeps a tenth of a pixel.
func round(value float64) float64 {
	if value < 0 {
		return float64(int64(value*10-0.5)) / 10
	}
	return float64(int64(value*10+0.5)) / 10
}

func fill(b *bytes.Buffer, name string, c Color) {
	const digits = "0123456789abcdef"
	b.WriteString(` ` + name + `="#`)
	for _, v := range [3]uint8{c.R, c.G, c.B} {
		b.WriteByte(digits[v>>4])
		b.WriteByte(digits[v&15])
	}
	b.WriteByte('"')
	if c.A < 255 {
		b.WriteString(` ` + name + `-opacity="`)
		b.Write(strconv.AppendFloat(b.AvailableBuffer(), float64(c.A)/255, 'f', 2, 64))
		b.WriteByte('"')
	}
}

// A pathWriter writes the outline as the data of a path.
type pathWriter struct{ b *bytes.Buffer }

func (w *pathWriter) op(letter byte, values ...float64) {
	w.b.WriteByte(letter)
	for i, v := range values {
		if v = round(v); i > 0 && v >= 0 {
			w.b.WriteByte(' ')
		}
		w.b.Write(strconv.AppendFloat(w.b.AvailableBuffer(), v, 'f', -1, 64))
	}
}

func (w *pathWriter) moveTo(x, y float64)         { w.op('M', x, y) }
func (w *pathWriter) lineTo(x, y float64)         { w.op('L', x, y) }
func (w *pathWriter) quadTo(x1, y1, x, y float64) { w.op('Q', x1, y1, x, y) }
func (w *pathWriter) cubeTo(x1, y1, x2, y2, x, y float64) {
	w.op('C', x1, y1, x2, y2, x, y)
}
func (w *pathWriter) closePath() { w.b.WriteByte('Z') }
