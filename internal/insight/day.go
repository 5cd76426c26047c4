package insight

import (
	"slices"
	"strconv"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A Sitting is a listening session, or the part of it that began on one day.
type Sitting struct {
	Start, End int64 // Unix seconds
	Ms         int64 // overlap counts once
	Plays      []Play
}

// A DayStory is a day as a timeline.
type DayStory struct {
	Day
	Sittings []Sitting
	// NewArtists and NewSongs had their first play on this day.
	NewArtists, NewSongs []dataset.Entity
	// Settled is false where a first play is only the first in this record.
	Settled bool
	// Before and After are the nearest days with music; 0 for none.
	Before, After int
}

// DayOf tells the day of a selection, whatever its range. A new sitting begins as
// listening sessions do; see [dataset.SessionGap]. It must not be changed.
func DayOf(s dataset.Selection, day int) DayStory {
	return dataset.MemoizeSelection(s, "day "+strconv.Itoa(day), func() DayStory { return dayOf(s, day) })
}

func dayOf(s dataset.Selection, day int) DayStory {
	whole := unbounded(s)
	cal := Days(whole)
	story := DayStory{Day: cal.At(day), Settled: day >= CoveredDays(s.Dataset, s.Lens.Zone()).Settled()}
	for d := min(day-1, cal.Last()); d >= cal.First; d-- {
		if cal.At(d).Rows > 0 {
			story.Before = d
			break
		}
	}
	for d := max(day+1, cal.First); d <= cal.Last(); d++ {
		if cal.At(d).Rows > 0 {
			story.After = d
			break
		}
	}
	artists, songs := artists(s), songs(s)
	firstArtists, firstSongs := firstPlays(s, artists), firstPlays(s, songs)
	session := -1
	layer := s.Derive()
	plays := newTimeline(s.Select(s.Lens.WithRange(date(day), date(day))))
	for plays.next() {
		p := plays.Play
		if n := int(layer.Session(p.Row)); n != session {
			session = n
			story.Sittings = append(story.Sittings, Sitting{Start: p.Start})
		}
		at := &story.Sittings[len(story.Sittings)-1]
		at.Plays = append(at.Plays, p)
		at.Ms += p.AloneMs
		at.End = max(at.End, p.Start+p.Ms/1000)
		if code := artists.Of(p.Row); code != dataset.NoThing && firstArtists.rows[code] == p.Row {
			story.NewArtists = append(story.NewArtists, artists.Entity(code))
		}
		if code := songs.Of(p.Row); code != dataset.NoThing && firstSongs.rows[code] == p.Row {
			story.NewSongs = append(story.NewSongs, songs.Entity(code))
		}
	}
	return story
}

// SameDay is the same day of one year.
type SameDay struct {
	Date lens.Date
	Day
	Top Thing // the artist with most time; the zero Thing for none
	// Songs are those with most time.
	Songs []Thing
}

// sameDaySongs is how many songs of such a day are told.
const sameDaySongs = 5

// OnThisDay is a day of the year in each year of the record that has it, the
// latest first; days without a play are left out. around widens each by so many
// days in both directions, half a year at most. They must not be changed.
func OnThisDay(s dataset.Selection, of lens.Date, around int) []SameDay {
	key := "on this day " + of.String() + " " + strconv.Itoa(around)
	return dataset.MemoizeSelection(s, key, func() []SameDay { return onThisDay(s, of, around) })
}

func onThisDay(s dataset.Selection, of lens.Date, around int) []SameDay {
	cal := Days(unbounded(s))
	if len(cal.Days) == 0 {
		return nil
	}
	var list []SameDay
	var starts []int // of these days, and of the time after each
	for year := date(cal.First - around).Year; year <= date(cal.Last()+around).Year; year++ {
		on := lens.Date{Year: year, Month: of.Month, Day: of.Day}
		if date(on.Number()) != on {
			continue // 29 February
		}
		from, to := on.Number()-around, on.Number()+around
		total := cal.Between(from, to).Total()
		list = append(list, SameDay{Date: on, Day: Day{total.Ms, total.Rows, total.Plays, true}})
		starts = append(starts, from, to+1)
	}
	artists, songs := livesOf(s, artists(s)), livesOf(s, songs(s))
	days := artists.divided(cal.First, cal.Last(), starts)
	tops, topSongs := artists.numberOnes(days), make([]top, len(starts))
	for i := range topSongs {
		topSongs[i] = top{of: &songs.Things, room: sameDaySongs}
	}
	for code := range songs.codes() {
		for _, heard := range songs.sums(code, days) {
			topSongs[heard.period].offer(heard.of(code))
		}
	}
	for i := range list {
		list[i].Songs = topSongs[2*i].things()
		if tops[2*i].plays > 0 {
			list[i].Top = tops[2*i].thing(&artists.Things)
		}
	}
	list = slices.DeleteFunc(list, func(d SameDay) bool { return d.Plays == 0 })
	slices.Reverse(list)
	return list
}
