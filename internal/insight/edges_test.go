package insight_test

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// TestADayThatComesTwice: until 2011 the clocks of St John's went back at one
// minute past midnight, so that the evening before came back.
func TestADayThatComesTwice(t *testing.T) {
	for name, plays := range map[string][]export.Play{
		"ended on the day before it began":   {heard("2010-11-07 02:30:30", 40, "A", "X")}, // 00:00:30 to 23:01:10
		"the first of two on the later day":  {heard("2010-11-07 02:30:10", 30, "A", "X"), heard("2010-11-07 02:40", 60, "B", "Y")},
		"the last of two on the earlier day": {heard("2010-11-05 12:00", 60, "A", "X"), heard("2010-11-07 02:30:05", 30, "A", "X"), heard("2010-11-07 02:31", 60, "B", "Y")},
	} {
		t.Run(name, func(t *testing.T) {
			s := selection(t, "America/St_Johns", plays...)
			insight.Coverage(s.Dataset, s.Lens.TZ)
			cal := insight.Days(s)
			if got := cal.Total().Plays; got != len(plays) {
				t.Errorf("%d plays, want %d", got, len(plays))
			}
			sum := 0
			for i := range cal.Days {
				date := cal.Date(i).String()
				sum += insight.Days(between(s, date, date)).Total().Plays
				if got := len(plays) - len(playsOf(insight.DayOf(s, cal.First+i))) - (cal.Total().Plays - cal.Days[i].Plays); got != 0 {
					t.Errorf("%s: the day has %d plays too few", date, got)
				}
			}
			if sum != len(plays) {
				t.Errorf("%d plays on single days, want %d", sum, len(plays))
			}
			for _, f := range []func(){
				func() { insight.Years(s) }, func() { insight.RecordOf(s) }, func() { insight.RemarkableDays(s) }, func() { insight.Eras(s) },
				func() { insight.DiscoveriesOf(s) }, func() { insight.RanksOf(s, lens.Artist, insight.EveryMonth, true) },
			} {
				f()
			}
		})
	}
}

// TestADayThatComesTwiceIsOne: of a song that was heard on it before and after the
// evening came back.
func TestADayThatComesTwiceIsOne(t *testing.T) {
	var plays []export.Play
	for _, start := range []string{"02:30:00", "02:30:30", "02:40:00", "12:00:00", "12:10:00", "12:20:00"} {
		plays = append(plays, heard("2010-11-07 "+start, 30, "A", "X"))
	}
	s := selection(t, "America/St_Johns", plays...)
	if r := insight.RemarkableDays(s); r.LoopedPlays != 5 || r.LoopedDay != (lens.Date{Year: 2010, Month: 11, Day: 7}).Number() {
		t.Errorf("%d plays on day %d, want 5 on 7 November", r.LoopedPlays, r.LoopedDay)
	}
}

func playsOf(day insight.DayStory) (plays []insight.Play) {
	for _, s := range day.Sittings {
		plays = append(plays, s.Plays...)
	}
	return plays
}

// TestALifeAfterTheSongs: the first plays of songs are not those of tracks told
// apart by their URI.
func TestALifeAfterTheSongs(t *testing.T) {
	single, album := heard("2024-01-01 12:00", minute, "A", "X"), heard("2024-01-02 12:00", minute, "A", "X")
	single.URI, album.URI = []byte("spotify:track:0000000000000000000001"), []byte("spotify:track:0000000000000000000002")
	single.ReasonStart, album.ReasonStart = []byte("clickrow"), []byte("trackdone")
	s := selection(t, "UTC", single, album)
	insight.Years(s)
	for i, want := range []insight.Life{{First: number("2024-01-01"), Reason: "clickrow", Plays: 1}, {First: number("2024-01-02"), Reason: "trackdone", Plays: 1}} {
		got, ok := insight.LifeOf(s, lens.Track, s.Play(i).ID)
		if !ok || got.First != want.First || got.Reason != want.Reason || got.Plays != want.Plays {
			t.Errorf("got  %+v, %v\nwant %+v", got, ok, want)
		}
	}
	s.Lens.Group = lens.GroupTitle
	if got, ok := insight.LifeOf(s, lens.Track, s.Play(1).ID); !ok || got.Plays != 2 || got.Reason != "clickrow" {
		t.Errorf("as one song: %+v, %v", got, ok)
	}
}
