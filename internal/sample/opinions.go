package sample

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// opinions are the documents of what Spotify thinks of the person, and of what
// the person told it.
func (p *Person) opinions() []Document {
	return []Document{
		{"Marquee.json", p.marquee()},
		{"TasteProfile.json", object{"tasteProfile", p.taste()}},
		{"PlaylistInABottle.json", p.letters()},
		{"PodcastInteractivityRatedShow.json", object{"ratedShows", p.ratings()}},
		{"YourSoundCapsule.json", p.capsule()},
	}
}

// marquee gives the segment of the person for each artist who was heard in the
// last year.
func (p *Person) marquee() []object {
	lately := p.tally(p.to.AddDate(0, 0, -28), p.to)
	year := p.tally(p.to.AddDate(-2, 0, 0), p.to)
	out := []object{}
	for _, a := range year.topArtists(130) {
		segment := ""
		switch now := lately.artists[a].plays; {
		case now >= 9:
			segment = "Super Listeners"
		case now >= 4:
			segment = "Moderate listeners"
		case now >= 1:
			segment = "Light listeners"
		case year.artists[a].plays >= 25:
			segment = "Previously Active Listeners"
		default:
			continue
		}
		out = append(out, object{"artistName", a.name, "segment", segment})
	}
	slices.SortStableFunc(out, func(a, b object) int { return strings.Compare(a[1].(string), b[1].(string)) })
	return out
}

func (p *Person) taste() object {
	lately := p.tally(p.to.AddDate(0, -6, 0), p.to)
	artists, genres := lately.topArtists(4), genresIn(lately, 3)
	names := each(artists, func(a *performer) string { return a.name })
	for len(names) < 4 {
		names = append(names, firstLove)
	}
	for len(genres) < 3 {
		genres = append(genres, "music")
	}
	return object{
		"summary", "Your mornings start quickly and your evenings end quietly. You come back to " + names[0] + " and " + names[1] + " more than to anybody else, and between them you make room for " + genres[0] + " and " + genres[1] + ".",
		"detail", "You seldom skip within a record, and often within a playlist. " + names[2] + " is for the evening, " + names[3] + " for everything that needs a deadline.",
		"languages", "You listen in more languages than most: Finnish and Portuguese on weekdays, Japanese when you are on your own.",
	}
}

// letters are the playlists in a bottle of two years.
func (p *Person) letters() object {
	out := object{}
	for i, note := range []string{
		"Dear me: you said two winters. If you read this in Helsinki, buy better boots. If you read this in Lisbon, call Aarne.",
		"You played that song three hundred times. I hope you are over it. I hope you are not completely over it.",
	} {
		year := p.to.Year() - 2 + i
		t := p.tally(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC))
		answers := []object{}
		for _, q := range []struct{ about, genre string }{
			{"song_of_the_year", ""}, {"song_from_home", homeGenre}, {"song_for_the_quiet", focusGenre}, {"song_for_tokyo", tokyoGenre}, {"song_for_next_december", feastGenre},
		} {
			for _, s := range t.topSongs(len(t.songs)) {
				if q.genre == "" || s.by.genre == q.genre {
					answers = append(answers, object{"question", q.about, "answer", s.id})
					break
				}
			}
		}
		out = append(out, "capsule"+strconv.Itoa(year), object{"vessel", []string{"BOTTLE", "TEAPOT"}[i], "response", answers, "note", note})
	}
	return out
}

func (p *Person) ratings() []object {
	stars := []int{5, 4, 5, 3, 5, 2, 4, 0, 0, 5}
	out := []object{}
	for i, s := range p.world.shows {
		if stars[i%len(stars)] > 0 {
			at := time.Unix(p.from, 0).AddDate(3, 2*i, 5*i).UTC()
			out = append(out, object{"showName", s.name, "rating", stars[i%len(stars)], "ratedAt", at.UnixMicro()})
		}
	}
	return out
}

// weeklyFrom is when the Sound Capsule went from months to weeks.
var weeklyFrom = time.Date(2025, time.November, 3, 0, 0, 0, 0, time.UTC)

// capsule is the Sound Capsule of the last two years: months first, and from
// November 2025 on weeks, which have favourites and no sums.
func (p *Person) capsule() object {
	stats, highlights := []object{}, []object{}
	begin := p.to.AddDate(-2, 0, 0)
	for m := time.Date(begin.Year(), begin.Month(), 1, 0, 0, 0, 0, time.UTC); m.Before(p.to) && m.Format("2006-01") < weeklyFrom.Format("2006-01"); m = m.AddDate(0, 1, 0) {
		t := p.tally(m, m.AddDate(0, 1, 0))
		if t.plays == 0 {
			continue
		}
		stats = append(stats, capsuleOf(t, m.Format("2006-01"), t.count))
		if artists := t.topArtists(1); len(artists) > 0 && m.Month()%3 == 0 {
			highlights = append(highlights, object{"date", m.AddDate(0, 1, -1).Format(time.DateOnly), "highlightType", "TOP_ARTIST_SHARE", "artist", artists[0].name, "percentage", 100 * t.artists[artists[0]].ms / t.ms})
		}
	}
	week := weeklyFrom
	if week.Before(begin) {
		week = begin.AddDate(0, 0, (8-int(begin.Weekday()))%7)
	}
	for ; !week.AddDate(0, 0, 7).After(p.to); week = week.AddDate(0, 0, 7) {
		t := p.tally(week, week.AddDate(0, 0, 7))
		if t.plays == 0 {
			continue
		}
		stats = append(stats, capsuleOf(t, week.Format(time.DateOnly), count{}))
		if t.streak() == 7 && week.Day() <= 7 {
			highlights = append(highlights, object{"date", week.AddDate(0, 0, 6).Format(time.DateOnly), "highlightType", "LISTENING_STREAK", "days", 7})
		}
	}
	slices.Reverse(stats) // the newest first
	return object{"stats", stats, "highlights", highlights}
}

func capsuleOf(t *tally, date string, sum count) object {
	top := func(name string, c count) object {
		return object{"name", name, "streamCount", c.plays, "secondsPlayed", c.ms / 1000}
	}
	return object{
		"date", date, "streamCount", sum.plays, "secondsPlayed", sum.ms / 1000,
		"topTracks", each(t.topSongs(5), func(s *song) object { return top(s.title, t.songs[s]) }),
		"topArtists", each(t.topArtists(5), func(a *performer) object { return top(a.name, t.artists[a]) }),
		"topGenres", each(t.topGenres(3), func(g string) object { return top(strings.ToLower(g), t.genres[g]) }),
	}
}
