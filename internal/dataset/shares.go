package dataset

import (
	"cmp"
	"slices"
)

// Share is one value of a breakdown.
type Share struct {
	Value       string
	Rows, Plays int
	Ms          int64
}

// Countries breaks down what the lens sees, most time first. ZZ is unknown;
// account rows have no country and are unknown too. The shares are shared: they
// must not be changed.
func (d *Dataset) Countries(l Lens) []Share {
	return answer(d, query{of: queryCountries, lens: lensKey(l)}, func() []Share {
		return d.shares(l, d.country, unknownCountry+1, countryName)
	})
}

// Platforms breaks down what the lens sees by family, most time first. They must
// not be changed either.
func (d *Dataset) Platforms(l Lens) []Share {
	return answer(d, query{of: queryPlatforms, lens: lensKey(l)}, func() []Share {
		return d.shares(l, d.platform, len(d.platforms), d.family)
	})
}

// shares adds up by the code of each row, below n, then by what codes are called.
func (d *Dataset) shares(l Lens, codes []uint16, n int, called func(code uint16) string) []Share {
	v := d.view(l)
	defer v.done()
	v.groups = sized(v.groups, n)
	v.scan(v.lo, v.hi, func(rows []uint32) {
		for _, i := range rows {
			t := &v.groups[codes[i]]
			t.rows++
			t.plays += isPlay(d.ms[i], v.min)
			t.ms += length(d.ms[i])
		}
	})
	var out []Share
	at := make(map[string]int)
	for c := range v.groups {
		t := &v.groups[c]
		if t.rows == 0 {
			continue
		}
		name := called(uint16(c))
		i, ok := at[name]
		if !ok {
			i = len(out)
			at[name] = i
			out = append(out, Share{Value: name})
		}
		out[i].Rows += int(t.rows)
		out[i].Plays += int(t.plays)
		out[i].Ms += t.ms
	}
	slices.SortFunc(out, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Ms, a.Ms), cmp.Compare(b.Plays, a.Plays), cmp.Compare(a.Value, b.Value))
	})
	return out
}
