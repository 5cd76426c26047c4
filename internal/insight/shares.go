package insight

import (
	"cmp"
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// Share is one value of a breakdown.
type Share struct {
	Value       string
	Rows, Plays int
	Ms          int64
}

// Countries breaks a selection down by country, most time first. The shares must
// not be changed.
func Countries(s dataset.Selection) []Share {
	return dataset.MemoizeSelection(s, "countries", func() []Share { return shares(s, s.Countries()) })
}

// Platforms breaks a selection down by platform family, most time first. The
// shares must not be changed.
func Platforms(s dataset.Selection) []Share {
	return dataset.MemoizeSelection(s, "platforms", func() []Share { return shares(s, s.Families()) })
}

// shares adds up by the code of each row, then by the names of codes.
func shares(s dataset.Selection, codes dataset.Codes) []Share {
	sums := make([]Share, codes.N)
	lengths, ofRow, minMs := s.Lengths(), codes.OfRow, s.Lens.MinMs()
	for rows := range s.Blocks() {
		for _, i := range rows {
			sum := &sums[ofRow[i]]
			sum.Rows++
			sum.Plays += int(dataset.IsPlay(lengths[i], minMs))
			sum.Ms += dataset.Ms(lengths[i])
		}
	}
	var out []Share
	at := make(map[string]int)
	for code, sum := range sums {
		if sum.Rows == 0 {
			continue
		}
		name := codes.Name(uint16(code))
		i, ok := at[name]
		if !ok {
			i = len(out)
			at[name] = i
			out = append(out, Share{Value: name})
		}
		out[i].Rows += sum.Rows
		out[i].Plays += sum.Plays
		out[i].Ms += sum.Ms
	}
	slices.SortFunc(out, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Ms, a.Ms), cmp.Compare(b.Plays, a.Plays), cmp.Compare(a.Value, b.Value))
	})
	return out
}
