package dataset

import (
	"bytes"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// columns are rows, sorted by ts. 24 bytes a row, and nothing else.
type columns struct {
	ts       []uint32 // end of the play, Unix seconds
	ms       []uint32 // or unknownLength
	item     []uint32
	lead     []int32 // seconds from start to end
	platform []uint16
	country  []uint16
	flags    []uint16
	begin    []uint8 // reason_start
	end      []uint8 // reason_end
}

// unknownLength stands in place of the ms of a row that does not tell how long it
// was played, as those of the account data until 2018: longer than whatever makes
// a play, and no time when lengths are added up.
const unknownLength = 1 << 31

const bytesPerRow = 4*4 + 3*2 + 2

func newColumns(rows int) columns {
	return columns{
		ts: make([]uint32, rows), ms: make([]uint32, rows), item: make([]uint32, rows),
		lead: make([]int32, rows), platform: make([]uint16, rows), country: make([]uint16, rows),
		flags: make([]uint16, rows), begin: make([]uint8, rows), end: make([]uint8, rows),
	}
}

// row is row i.
func (c *columns) row(i int) row {
	return row{c.ts[i], c.ms[i], c.item[i], c.lead[i], c.platform[i], c.country[i], c.flags[i], c.begin[i], c.end[i]}
}

// room is empty columns that grow into the rows from lo to hi of c.
func (c *columns) room(lo, hi int) columns {
	return columns{
		ts: c.ts[lo:lo:hi], ms: c.ms[lo:lo:hi], item: c.item[lo:lo:hi], lead: c.lead[lo:lo:hi],
		platform: c.platform[lo:lo:hi], country: c.country[lo:lo:hi], flags: c.flags[lo:lo:hi],
		begin: c.begin[lo:lo:hi], end: c.end[lo:lo:hi],
	}
}

// moveUp puts rows at n, after which c ends. They may lie there already.
func (c *columns) moveUp(n int, rows *columns) {
	moveUp(&c.ts, n, rows.ts)
	moveUp(&c.ms, n, rows.ms)
	moveUp(&c.item, n, rows.item)
	moveUp(&c.lead, n, rows.lead)
	moveUp(&c.platform, n, rows.platform)
	moveUp(&c.country, n, rows.country)
	moveUp(&c.flags, n, rows.flags)
	moveUp(&c.begin, n, rows.begin)
	moveUp(&c.end, n, rows.end)
}

func moveUp[T any](s *[]T, n int, rows []T) {
	*s = (*s)[:n+len(rows)]
	if len(rows) > 0 && &(*s)[n] != &rows[0] {
		copy((*s)[n:], rows)
	}
}

// clip gives back the room of rows that were not kept, when it is worth a copy.
func (c *columns) clip() columns {
	if len(c.ts) >= cap(c.ts)-cap(c.ts)/16 {
		return *c
	}
	shrink(&c.ts)
	shrink(&c.ms)
	shrink(&c.item)
	shrink(&c.lead)
	shrink(&c.platform)
	shrink(&c.country)
	shrink(&c.flags)
	shrink(&c.begin)
	shrink(&c.end)
	return *c
}

// shrink copies one column at a time, so that the old one is free before the
// next is copied.
func shrink[T any](s *[]T) { *s = slices.Clip(append(make([]T, 0, len(*s)), *s...)) }

// setColumns gives the dataset columns that are decoded.
func (d *Dataset) setColumns(c *columns) {
	d.ts, d.ms, d.item = c.ts, c.ms, c.item
	d.lead = decoded(c.lead)
	d.platform, d.country, d.flags = decoded(c.platform), decoded(c.country), decoded(c.flags)
	d.begin, d.end = decoded(c.begin), decoded(c.end)
}

func decoded[T any](column []T) func() []T { return func() []T { return column } }

// columns decodes whatever is not decoded yet.
func (d *Dataset) columns() (columns, error) {
	c := columns{
		ts: d.ts, ms: d.ms, item: d.item, lead: d.lead(), platform: d.platform(), country: d.country(),
		flags: d.flags(), begin: d.begin(), end: d.end(),
	}
	return c, d.Err()
}

// lateColumn is a column of n values that is inflated and read when it is first
// asked for. Its bytes are those that Encode wrote, because the seal vouches for
// them; should they be damaged all the same, the column is all zeros, which
// nothing can trip over, and Err says so.
func lateColumn[T any](d *Dataset, h *header, z *zstd.Decoder, s, n int, read func(b []byte) ([]T, error)) func() []T {
	frame, length := bytes.Clone(h.stored[s]), h.raw[s]
	d.lateBytes += len(frame)
	return sync.OnceValue(func() []T {
		room := rooms.Get().(*[]byte)
		defer rooms.Put(room)
		b, err := inflateWithin(room, z, frame, length)
		if err == nil {
			var column []T
			if column, err = read(b); err == nil {
				return column
			}
		}
		d.damage.CompareAndSwap(nil, &err)
		return make([]T, n)
	})
}

// Err is ErrCorrupt when a column that was asked for could not be read. What the
// dataset has answered since is wrong, and must not be shown.
func (d *Dataset) Err() error {
	if err := d.damage.Load(); err != nil {
		return *err
	}
	return nil
}
