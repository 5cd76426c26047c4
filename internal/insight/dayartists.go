package insight

import "github.com/spotify-data-tool/spotify-data-tool/internal/dataset"

// dayArtists are the artists of each day with their time, day by day.
type dayArtists struct {
	first int
	ends  []uint32 // of day i: entries[ends[i]:ends[i+1]]
	list  []artistMs
}

type artistMs struct {
	code  uint32
	plays uint32
	ms    int64
}

// artistsByDay adds up the artists of each day of the calendar.
func artistsByDay(s dataset.Selection, cal Calendar) dayArtists {
	v := dayArtists{first: cal.First, ends: make([]uint32, 1, len(cal.Days)+1)}
	day := newTally(artists(s))
	finish := func() {
		for _, code := range day.codes {
			v.list = append(v.list, artistMs{code, day.plays[code], day.ms[code]})
		}
		v.ends = append(v.ends, uint32(len(v.list)))
		day.next()
	}
	for p := range timeline(s) {
		for p.Day-cal.First > len(v.ends)-1 {
			finish()
		}
		day.add(p)
	}
	for len(v.ends) <= len(cal.Days) {
		finish()
	}
	return v
}

// of are the artists of the i-th day.
func (v *dayArtists) of(i int) []artistMs { return v.list[v.ends[i]:v.ends[i+1]] }
