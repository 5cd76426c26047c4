package insight

import "github.com/spotify-data-tool/spotify-data-tool/internal/dataset"

// Heard is how many artists and songs have a play in a selection: one at least as long
// as its lens asks. [dataset.Summary] counts those that only started as well.
type Heard struct{ Artists, Songs int }

// HeardIn counts what was heard in a selection.
func HeardIn(s dataset.Selection) Heard {
	return dataset.MemoizeSelection(s, "heard", func() Heard {
		artists, songs := artists(s), songs(s)
		sums := totals(s, s.Starts(), &artists, &songs)
		return Heard{heardOf(sums[0]), heardOf(sums[1])}
	})
}
