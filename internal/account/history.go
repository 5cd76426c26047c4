package account

import "github.com/spotify-data-tool/spotify-data-tool/internal/dataset"

// History is what the account is joined with. A *dataset.Dataset is one.
type History interface {
	// Span is the first and last end of a play in Unix seconds, zeros when
	// there is none.
	Span() (first, last int64)
	// Lookup tells what the lens sees of each thing asked for.
	Lookup(l dataset.Lens, asks []dataset.Ask) []dataset.Heard
	// FirstPlays tells what of each window was played first, nil for nothing.
	FirstPlays(l dataset.Lens, windows []dataset.Window) []*dataset.Item
	Rank(l dataset.Lens, by dataset.By, offset, limit int) dataset.Ranking
	Summary(l dataset.Lens) dataset.Summary
	// PlayedMs is the time of the rows that count as plays.
	PlayedMs(l dataset.Lens) int64
}

var _ History = (*dataset.Dataset)(nil)
