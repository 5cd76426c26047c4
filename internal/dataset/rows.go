package dataset

import (
	"slices"
	"sort"
)

// list is a list that grows by blocks, so that growing copies nothing and a
// merge can let go of each block of rows as soon as they are placed.
type list[T any] struct {
	blocks [][]T // all but the last hold blockRows
	size   int
}

const (
	blockShift = 13
	blockRows  = 1 << blockShift
)

// full reports whether the next element needs another block.
func (l *list[T]) full() bool {
	n := len(l.blocks) - 1
	return n < 0 || len(l.blocks[n]) == blockRows
}

func (l *list[T]) at(i int) *T { return &l.blocks[i>>blockShift][i&(blockRows-1)] }

func (l *list[T]) add(x T) {
	if l.full() {
		l.blocks = append(l.blocks, make([]T, 0, blockRows))
	}
	n := len(l.blocks) - 1
	l.blocks[n] = append(l.blocks[n], x)
	l.size++
}

// run is the rows of one file. Once closed they are in order of time, those of
// one second in the order of the file, so that a merge only walks along its runs.
type run struct {
	file int
	list[row]
	last    uint32 // ts of the row added last
	mixed   bool   // rows are not in order of time
	account bool   // some row is of an account package
}

func (r *run) add(x row) {
	r.mixed = r.mixed || x.ts < r.last
	r.account = r.account || x.flags&flagAccount != 0
	r.last = x.ts
	r.list.add(x)
}

// close returns the run in order of time and begins anew. The room of the last
// block serves again: a package may have thousands of files with a few rows.
func (r *run) close() run {
	if r.mixed {
		r.sort()
	}
	whole := *r
	*r = run{}
	if n := len(whole.blocks) - 1; n >= 0 && len(whole.blocks[n]) < blockRows {
		last := whole.blocks[n]
		whole.blocks[n] = slices.Clone(last)
		r.blocks = [][]row{last[:0]}
	}
	return whole
}

// reset forgets the rows.
func (r *run) reset() {
	spare := r.blocks[:min(1, len(r.blocks))]
	*r = run{}
	for _, block := range spare {
		r.blocks = append(r.blocks, block[:0])
	}
}

// sort puts the rows in order of time. Files of the first packages are in no
// order at all.
func (r *run) sort() {
	keys := make([]uint64, r.size)
	for i := range keys {
		keys[i] = uint64(r.at(i).ts)<<32 | uint64(i)
	}
	keys = sortByTime(keys)
	sorted := make([][]row, len(r.blocks))
	for b := range sorted {
		block := make([]row, len(r.blocks[b]), blockRows)
		for i := range block {
			block[i] = *r.at(int(uint32(keys[b<<blockShift+i])))
		}
		sorted[b] = block
	}
	r.blocks, r.mixed = sorted, false
}

// before is the number of rows before ts.
func (r *run) before(ts uint32) int {
	return sort.Search(r.size, func(i int) bool { return r.at(i).ts >= ts })
}
