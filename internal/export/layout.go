package export

import "bytes"

// layout is how the rows of a file are written: the bytes before each value,
// which in a genuine file are the same in every row. A row that keeps to the
// layout of the row before needs no look at its keys: one comparison per value
// shows that the grammar and the key are the ones already known.
type layout struct {
	slots []slot
	glue  []byte // backs the slots
	tail  []byte // from the end of the last value to the row's last byte
	known bool
}

// slot is one value of a row and the bytes that lead to it.
type slot struct {
	glue  []byte
	field field
}

// span is a slot by its positions in the window.
type span struct {
	start, end int
	field      field
}

// learn takes over the layout of the row b[start:end], whose values stand where
// spans say. The last span leads to the closing bracket.
func (l *layout) learn(b []byte, spans []span) {
	l.slots, l.glue = l.slots[:0], l.glue[:0]
	for _, s := range spans {
		l.glue = append(l.glue, b[s.start:s.end]...)
	}
	from := 0
	for _, s := range spans {
		to := from + s.end - s.start
		l.slots = append(l.slots, slot{l.glue[from:to:to], s.field})
		from = to
	}
	last := len(l.slots) - 1
	l.tail = l.slots[last].glue
	l.slots = l.slots[:last]
	l.known = true
}

// readRow reads the row at b[p:] if it keeps to the layout. It returns -1 for
// any other row, also for broken and incomplete ones, which the general path
// reports.
func (l *layout) readRow(b []byte, p int, values *[fieldCount]value) int {
	for i := range l.slots {
		s := &l.slots[i]
		n := len(s.glue)
		if len(b)-p < n+5 || !bytes.Equal(b[p:p+n], s.glue) {
			return -1
		}
		p += n
		v := &values[s.field]
		if b[p] == '"' {
			start := p + 1
			end, wide := plainRun(b, start)
			if end < len(b) && b[end] == '"' {
				*v = value{start: int32(start), end: int32(end), kind: kindString, wide: wide}
				p = end + 1
				continue
			}
		} else if string(b[p:p+4]) == "null" {
			*v = value{kind: kindNull}
			p += 4
			continue
		}
		var st progress
		if p, st = readValue(b, p, v); st != done {
			return -1
		}
	}
	n := len(l.tail)
	if len(b)-p < n || !bytes.Equal(b[p:p+n], l.tail) {
		return -1
	}
	return p + n
}

// readAnyRow reads the row at b[p:], whatever its layout, and learns the layout.
func (s *scanner) readAnyRow(b []byte, p int) (int, progress) {
	s.row.values = [fieldCount]value{}
	s.spans = s.spans[:0]
	start := p
	end, st := eachMember(b, p, func(key value, p int) (int, progress) {
		name := b[key.start:key.end]
		if key.escaped || key.wide {
			s.key = appendText(s.key[:0], b, &key)
			name = s.key
		}
		f := fields[string(name)]
		s.spans = append(s.spans, span{start, p, f})
		p, st := readValue(b, p, &s.row.values[f])
		start = p
		return p, st
	})
	if st == done && len(s.spans) <= maxSlots {
		s.spans = append(s.spans, span{start, end, fieldNone})
		s.layout.learn(b, s.spans)
	}
	return end, st
}

// maxSlots bounds the layouts worth remembering. Genuine rows have 24 keys.
const maxSlots = 64
