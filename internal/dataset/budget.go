package dataset

import (
	"math"
	"sync/atomic"
)

// A Budget bounds the memory that the parts of one import take together, with
// the dataset they are added to. What is built is counted as it is built, by all
// workers, and with an allowance for what a merge makes of it: a merge takes no
// more than the same again.
type Budget struct {
	left     atomic.Int64
	exceeded atomic.Bool
}

// NewBudget is a budget of so many bytes for what is added to base, which may be
// nil. With it they are MaxBytes at most.
func NewBudget(bytes int64, base *Dataset) *Budget {
	b := &Budget{}
	most := int64(MaxBytes)
	if base != nil {
		most -= base.loadedBytes() + mergeBytesPerItem*int64(len(base.spellings)) + 8*int64(len(base.origins))
		most -= int64(len(base.partners.loose)) * (mergeBytesPerItem + int64(rowBytes))
	}
	b.left.Store(min(bytes, most))
	return b
}

// NewPart makes an empty part within the budget.
func (b *Budget) NewPart() *Part {
	return &Part{platforms: newTokens(math.MaxUint16), reasons: newTokens(math.MaxUint8), budget: b}
}

// Exceeded reports whether something did not fit.
func (b *Budget) Exceeded() bool { return b.exceeded.Load() }

// take reports whether so many more bytes fit.
func (b *Budget) take(bytes int) bool {
	if b.left.Add(-int64(bytes)) >= 0 {
		return true
	}
	b.exceeded.Store(true)
	return false
}

// give returns what was taken.
func (b *Budget) give(bytes int) { b.left.Add(int64(bytes)) }

// mergeBytesPerItem is what a merge builds for each spelling of what was played,
// beyond the spelling itself: the item, its names in one vocabulary, the tables that find
// them and, of an artist with a comma, where it stands among these.
const mergeBytesPerItem = 160 + 12
