package insight

import "github.com/spotify-data-tool/spotify-data-tool/internal/dataset"

// lives are the days on which each thing was played, in order: of the thing of
// code c, days[ends[c]:ends[c+1]], a day for each play.
type lives struct {
	things dataset.Things
	days   []int32
	ends   []uint32
}

// livesOf groups the plays of a selection by what was played.
func livesOf(s dataset.Selection, things dataset.Things) lives {
	v := lives{things: things, ends: make([]uint32, things.N+1)}
	type play struct {
		code uint32
		day  int32
	}
	plays := make([]play, 0, s.Rows())
	for p := range timeline(s) {
		if code := things.Of(p.Row); p.Counts && code != dataset.NoThing {
			plays = append(plays, play{code, int32(p.Day)})
			v.ends[code+1]++
		}
	}
	for i := range things.N {
		v.ends[i+1] += v.ends[i]
	}
	next := append([]uint32(nil), v.ends...)
	v.days = make([]int32, len(plays))
	for _, p := range plays {
		v.days[next[p.code]] = p.day
		next[p.code]++
	}
	return v
}

// of are the days of the plays of a thing.
func (v *lives) of(code int) []int32 { return v.days[v.ends[code]:v.ends[code+1]] }
