package dataset

import "slices"

// columns are the rows, sorted by ts. 24 bytes a row, and nothing else.
type columns struct {
	ts       []uint32 // end of the play, Unix seconds
	ms       []uint32
	item     []uint32
	lead     []int32 // seconds from start to end
	platform []uint16
	country  []uint16
	flags    []uint16
	begin    []uint8 // reason_start
	end      []uint8 // reason_end
}

const bytesPerRow = 4*4 + 3*2 + 2

func newColumns(rows int) *columns {
	return &columns{
		ts: make([]uint32, 0, rows), ms: make([]uint32, 0, rows), item: make([]uint32, 0, rows),
		lead: make([]int32, 0, rows), platform: make([]uint16, 0, rows), country: make([]uint16, 0, rows),
		flags: make([]uint16, 0, rows), begin: make([]uint8, 0, rows), end: make([]uint8, 0, rows),
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
