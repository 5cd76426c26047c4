package dataset

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// origins says which file of the receipt each row came from, so that a later
// merge can move a row's count when the row turns out to be somewhere else. No
// query reads it. It is kept as it is stored: runs of (rows, file), then the
// number of doubles, then each double as (distance from the row of the one
// before, file).
//
// A double is an account row that was counted as a duplicate of a kept account
// row. It must be remembered: should the extended history cover that row later,
// the double is elsewhere too, and is counted so whichever upload came first.
type origins []byte

// span is a run of rows from one file; end is one past its last row.
type span struct {
	end  int
	file uint32
}

// double is a duplicate of an account row that was kept.
type double struct {
	row  uint32
	file uint32
}

// originsWriter collects origins in the order of rows.
type originsWriter struct {
	buf     []byte
	file    uint32
	run     uint64
	doubles []double
}

func (w *originsWriter) add(file uint32, rows uint64) {
	if file != w.file {
		w.flush()
		w.file = file
	}
	w.run += rows
}

// follow goes on with what was written about the rows from first on.
func (w *originsWriter) follow(later *originsWriter, first int) {
	later.flush()
	for b := later.buf; len(b) > 0; {
		rows, n := binary.Uvarint(b)
		file, m := binary.Uvarint(b[n:])
		w.add(uint32(file), rows)
		b = b[n+m:]
	}
	for _, d := range later.doubles {
		w.doubles = append(w.doubles, double{d.row + uint32(first), d.file})
	}
}

func (w *originsWriter) flush() {
	if w.run > 0 {
		w.buf = binary.AppendUvarint(w.buf, w.run)
		w.buf = binary.AppendUvarint(w.buf, uint64(w.file))
		w.run = 0
	}
}

func (w *originsWriter) close() origins {
	w.flush()
	slices.SortFunc(w.doubles, func(a, b double) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.file, b.file)) })
	w.buf = binary.AppendUvarint(w.buf, uint64(len(w.doubles)))
	last := uint32(0)
	for _, d := range w.doubles {
		w.buf = binary.AppendUvarint(w.buf, uint64(d.row-last))
		w.buf = binary.AppendUvarint(w.buf, uint64(d.file))
		last = d.row
	}
	return origins(w.buf)
}

// walk reads origins for a dataset of so many rows and files, calling run and
// dup for each entry. Anything out of bounds is ErrCorrupt.
func (o origins) walk(rows, files int, run func(span), dup func(double)) error {
	bad := corrupt("origins of rows")
	b := []byte(o)
	var n, file int
	for end := 0; end < rows; {
		if !readNumber(&b, &n, rows-end) || !readNumber(&b, &file, files-1) || n == 0 {
			return bad
		}
		end += n
		run(span{end: end, file: uint32(file)})
	}
	if !readNumber(&b, &n, len(b)) {
		return bad
	}
	row := 0
	for range n {
		var d int
		if !readNumber(&b, &d, rows-1-row) || !readNumber(&b, &file, files-1) {
			return bad
		}
		row += d
		dup(double{row: uint32(row), file: uint32(file)})
	}
	if len(b) > 0 {
		return bad
	}
	return nil
}
