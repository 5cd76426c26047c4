package dataset

import (
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Times are Unix seconds UTC of the end of a play (ts), the time Spotify
// records; Clock and the weekdays and hours of a lens use the start. Ms is
// milliseconds, summed over all rows the lens lets through; Plays counts those
// of at least Lens.Min seconds. A play of unknown length adds no time and counts
// as a play whatever Min is.

// Summary is the totals of what a lens sees.
type Summary struct {
	Rows, Plays             int
	Ms                      int64
	Artists, Albums, Tracks int
	Shows, Episodes         int
	Audiobooks, Chapters    int
	First, Last             int64     // 0 when there are no rows
	LongestDay              lens.Date // the day with most time, in the lens's zone
	LongestDayMs            int64
	Days                    int // days with at least one row
	Skips                   int // rows that were skipped
	Ended                   int // rows of which is known how they ended: the rest may be skips or not
	UnknownLength           int // plays of which is not known how long they were: they add no time
}

// day is what a day of a zone adds up to.
type day struct {
	ms   int64
	rows int
}

// Summary adds up.
func (d *Dataset) Summary(l lens.Lens) Summary {
	return answer(d, query{of: "summary", lens: lensKey(l)}, func() Summary { return d.summary(l) })
}

func (d *Dataset) summary(l lens.Lens) Summary {
	v := d.view(l)
	defer v.done()
	if v.lo == v.hi {
		return Summary{}
	}
	first, last := int64(d.ts[v.lo]), int64(d.ts[v.hi-1])
	zone := lens.ZoneOffsets(v.tz, first, last)
	firstDay := lens.DayNumber(first - lens.SecondsPerDay)
	span := lens.DayNumber(last+lens.SecondsPerDay) - firstDay + 1
	v.spread(func(w *view, lo, hi int) {
		w.hits = sized(w.hits, d.items())
		w.totals = totals{days: make([]day, span), played: w.hits}
		w.total(zone, firstDay, lo, hi)
	}, func(w *view) { v.totals.add(&w.totals) })
	t := &v.totals
	s, days := t.Summary, t.days
	if s.Rows == 0 {
		return Summary{}
	}
	longest := -1
	for i := range days {
		s.Ms += days[i].ms
		if days[i].rows > 0 {
			s.Days++
			if longest < 0 || days[i].ms > days[longest].ms {
				longest = i
			}
		}
	}
	s.LongestDay, s.LongestDayMs = lens.DateOfNumber(firstDay+int64(longest)), days[longest].ms
	v.count(&s, t.played)
	return s
}

// totals are what a stretch of rows adds up to: of a Summary what is a sum, its
// days, and which items were played.
type totals struct {
	Summary
	days   []day
	played []uint8
}

// add adds what comes later.
func (t *totals) add(u *totals) {
	if u.Rows == 0 {
		return
	}
	if t.Rows == 0 {
		t.First = u.First
	}
	t.Last = u.Last
	t.Rows += u.Rows
	t.Plays += u.Plays
	t.Skips += u.Skips
	t.Ended += u.Ended
	t.UnknownLength += u.UnknownLength
	for i := range u.days {
		t.days[i].ms += u.days[i].ms
		t.days[i].rows += u.days[i].rows
	}
	for i, p := range u.played {
		t.played[i] |= p
	}
}

// total adds up the rows from lo to hi. Rows come in order of time, so the day
// changes seldom. zone is a copy: it remembers where it was asked last.
func (v *view) total(zone lens.Offsets, firstDay int64, lo, hi int) {
	d, t := v.d, &v.totals
	ends, end, played := d.ends, d.end(), t.played
	var today *day
	var until int64
	v.scan(lo, hi, func(rows []uint32) {
		if t.Rows == 0 {
			t.First = int64(d.ts[rows[0]])
		}
		t.Last = int64(d.ts[rows[len(rows)-1]])
		t.Rows += len(rows)
		plays, skips, ended := uint32(0), uint32(0), uint32(0)
		for _, i := range rows {
			ms := d.ms[i]
			played[d.item[i]] = 1
			plays += IsPlay(ms, v.min)
			skips += 1 - IsPlay(ms, ends.skipBelow[end[i]])
			ended += uint32(ends.known[end[i]])
			ts := int64(d.ts[i])
			if ts >= until {
				local := ts + zone.At(ts)
				n := lens.DayNumber(local)
				until = zone.Until(ts + (n+1)*lens.SecondsPerDay - local)
				today = &t.days[n-firstDay]
			}
			today.ms += Ms(ms)
			today.rows++
		}
		t.Plays += int(plays)
		t.Skips += int(skips)
		t.Ended += int(ended)
		if d.unknownLengths > 0 {
			for _, i := range rows {
				t.UnknownLength += int(d.ms[i] / unknownLength)
			}
		}
	})
}

// count counts the things that were played.
func (v *view) count(s *Summary, played []uint8) {
	d := v.d
	groups := [...]struct {
		n  *int
		by lens.EntityKind
	}{{&s.Artists, lens.Artist}, {&s.Albums, lens.Album}, {&s.Shows, lens.Show}, {&s.Audiobooks, lens.Audiobook}}
	for _, g := range groups {
		space := d.space(g.by)
		if space.n == 0 {
			continue
		}
		v.marks = sized(v.marks, space.n)
		for i, c := range space.of {
			if played[i] != 0 && c != none {
				*g.n += int(1 - v.marks[c])
				v.marks[c] = 1
			}
		}
	}
	v.marks = sized(v.marks, d.items())
	leaves := [...]*int{export.KindUnknown: new(int), export.KindMusic: &s.Tracks, export.KindPodcast: &s.Episodes, export.KindAudiobook: &s.Chapters}
	for i, c := range v.leaf {
		if played[i] != 0 && c != none {
			*leaves[d.kinds[i]] += int(1 - v.marks[c])
			v.marks[c] = 1
		}
	}
}
