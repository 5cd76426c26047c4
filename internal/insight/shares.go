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
	type sum struct {
		code        uint16
		rows, plays uint32
		ms          int64
	}
	var sums []sum
	place := make([]uint32, codes.N) // of each code in sums, from 1; few codes have one
	lengths, ofRow, minMs := s.Lengths(), codes.OfRow, s.Lens.MinMs()
	for rows := range s.Blocks() {
		for len(rows) > 0 {
			// A person is in one country and at one device for many plays.
			code, n := ofRow[rows[0]], 0
			var plays uint32
			var ms int64
			for n < len(rows) && ofRow[rows[n]] == code {
				length := lengths[rows[n]]
				plays += dataset.IsPlay(length, minMs)
				ms += dataset.Ms(length)
				n++
			}
			rows = rows[n:]
			at := place[code]
			if at == 0 {
				sums = append(sums, sum{code: code})
				at = uint32(len(sums))
				place[code] = at
			}
			of := &sums[at-1]
			of.rows, of.plays, of.ms = of.rows+uint32(n), of.plays+plays, of.ms+ms
		}
	}
	var out []Share
	for _, of := range sums {
		name := codes.Name(of.code)
		i := slices.IndexFunc(out, func(s Share) bool { return s.Value == name })
		if i < 0 {
			i = len(out)
			out = append(out, Share{Value: name})
		}
		out[i].Rows += int(of.rows)
		out[i].Plays += int(of.plays)
		out[i].Ms += of.ms
	}
	slices.SortFunc(out, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Ms, a.Ms), cmp.Compare(b.Plays, a.Plays), cmp.Compare(a.Value, b.Value))
	})
	return out
}
