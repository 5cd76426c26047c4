package sample

import (
	"strconv"
	"strings"
	"time"
)

// firstWrapped is the first year whose Wrapped is in the account data.
const firstWrapped = 2021

// wrappedStopped is when Wrapped stopped counting, month and day. It differs
// from year to year.
var wrappedStopped = map[int][2]int{2021: {10, 31}, 2022: {11, 15}, 2023: {10, 31}, 2024: {11, 30}}

// wrappedYears are the past years whose Wrapped is in the account data.
func (p *Person) wrappedYears() (years []int) {
	for year := max(firstWrapped, time.Unix(p.from, 0).UTC().Year()+1); year < p.to.Year(); year++ {
		years = append(years, year)
	}
	return years
}

// counted is what Wrapped counted of a year.
func (p *Person) counted(year int) *tally {
	stop, ok := wrappedStopped[year]
	if !ok {
		stop = [2]int{11, 15}
	}
	return p.tally(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year, time.Month(stop[0]), stop[1]+1, 0, 0, 0, 0, time.UTC))
}

// wrappedShapes are the forms that Wrapped had before the latest.
var wrappedShapes = map[int]func(*Person, *tally, int) object{2021: wrapped2021, 2022: wrapped2022, 2023: wrapped2023, 2024: wrapped2024}

// wrappeds are the documents of all years that are over, by file name.
func (p *Person) wrappeds() (documents []Document) {
	for _, year := range p.wrappedYears() {
		t := p.counted(year)
		if len(t.songs) == 0 {
			continue
		}
		shape, ok := wrappedShapes[year]
		if !ok {
			shape = wrapped2025
		}
		documents = append(documents, Document{"Wrapped" + strconv.Itoa(year) + ".json", shape(p, t, year)})
	}
	return documents
}

func songURI(s *song) string           { return s.id }
func artistURI(a *performer) string    { return a.uri }
func artistObject(a *performer) object { return object{"artistUri", a.uri} }

func genresIn(t *tally, n int) []string {
	return each(t.topGenres(n), strings.ToLower)
}

func wrapped2021(_ *Person, t *tally, _ int) object {
	songs, artists := t.topSongs(5), t.favourites()
	return object{
		"topArtists", object{"topArtists", each(artists, artistObject), "numUniqueArtists", len(t.artists), "topArtistMilliseconds", t.artists[artists[0]].ms},
		"topTracks", object{"topTracks", each(songs, songURI), "topTrackPlayCount", t.songs[songs[0]].plays, "numUniqueTracks", len(t.songs)},
		"topGenres", genresOf(t),
		"topPodcasts", podcastsOf(t),
		"audioAura", object{"moods", []string{"wistful", "bold"}, "colors", []string{"violet", "amber"}},
		"yearlyMetrics", object{"totalMsListened", t.ms, "percentGreaterThanWorldwideUsers", 84.2},
	}
}

func genresOf(t *tally) object {
	return object{"topGenres", genresIn(t, 5), "totalNumGenres", len(t.genres)}
}

// tracksOf are the top tracks as they were from 2022 to 2024.
func tracksOf(t *tally) object {
	songs := t.topSongs(5)
	return object{"topTracks", each(songs, songURI), "topTrackPlayCount", t.songs[songs[0]].plays, "topTrackFirstPlayedDate", dateOf(t.firstDay[songs[0]]), "distinctTracksPlayed", len(t.songs)}
}

func podcastsOf(t *tally) object {
	shows := t.topShows(3)
	top := int64(0)
	if len(shows) > 0 {
		top = t.shows[shows[0]].ms
	}
	return object{
		"topPodcastsUri", each(shows, func(s *programme) string { return s.uri }),
		"topPodcastMilliseconds", top, "topPodcastPercentage", 0.0, "totalPodcastMilliseconds", t.talked,
	}
}

func wrapped2022(_ *Person, t *tally, _ int) object {
	artists := t.favourites()
	return object{
		"topArtists", object{"topArtists", each(artists, artistObject), "numUniqueArtists", len(t.artists), "topArtistMilliseconds", t.artists[artists[0]].ms, "topArtistFanPercentage", 0.0137},
		"topTracks", tracksOf(t),
		"topGenres", genresOf(t),
		"topPodcasts", podcastsOf(t),
		"listeningPersonality", object{"type", "The Deep Diver", "code", "FNLU", "description", "Finds somebody new, and then hears every record of theirs."},
		"audioDay", object{
			"morning", []string{"commute", "curious", "calm"}, "afternoon", []string{"focus", "glow"}, "night", []string{"nocturnal", "drifting", "tender"},
		},
		"yearlyMetrics", object{"totalMsListened", t.ms, "percentGreaterThanWorldwideUsers", 88.6},
	}
}

func wrapped2023(p *Person, t *tally, year int) object {
	artists := t.favourites()
	longest, ms := t.longestDay()
	return object{
		"topArtists", object{
			"topArtists", each(artists, func(a *performer) object {
				months := []object{}
				for m := time.January; m <= time.October; m++ {
					from := time.Date(year, m, 1, 0, 0, 0, 0, time.UTC)
					one, two := p.tally(from, from.AddDate(0, 0, 14)).artists[a].plays, p.tally(from.AddDate(0, 0, 14), from.AddDate(0, 1, 0)).artists[a].plays
					if one+two == 0 {
						continue
					}
					months = append(months, object{"month", int(m), "biweeklyStreams", []object{{"period", 1, "numStreams", one}, {"period", 2, "numStreams", two}}})
				}
				return object{"artistUri", a.uri, "monthlyStreams", months}
			}),
			"numUniqueArtists", len(t.artists), "topArtistMilliseconds", t.artists[artists[0]].ms,
		},
		"topTracks", tracksOf(t),
		"topGenres", genresOf(t),
		"topPodcasts", podcastsOf(t),
		"meIn2023", object{"character", "Luminary", "soundTown", "Évora", "soundTownCountry", "PT"},
		"yearlyMetrics", object{"totalMsListened", t.ms, "mostListenedDay", longest.Format(time.DateOnly), "mostListenedDayMinutes", float64(ms) / 60_000, "percentGreaterThanWorldwideUsers", 71.9},
	}
}

// eraWords are how Wrapped 2024 called the phases of a year.
var eraWords = [][3]string{{"Quiet kitchen", "hushed", "#7A6FF0"}, {"Ferry deck", "open-hearted", "#F59B23"}, {"Dark-season", "glowing", "#1F3A93"}}

func wrapped2024(p *Person, t *tally, year int) object {
	artists := t.favourites()
	longest, ms := t.longestDay()
	eras := []object{}
	for i, peak := range []time.Month{time.February, time.July, time.October} {
		from := time.Date(year, peak, 1, 0, 0, 0, 0, time.UTC)
		month := p.tally(from, from.AddDate(0, 1, 0))
		if month.plays == 0 {
			continue
		}
		words := eraWords[i]
		genre := ""
		if g := genresIn(month, 1); len(g) > 0 {
			genre = g[0]
		}
		eras = append(eras, object{
			"key", strconv.Itoa(i), "peakMonth", int(peak), "color", words[2], "genre", genre, "mood", words[1], "descriptor", words[0],
			"pivotalArtists", each(month.topArtists(3), artistURI),
			"tracks", each(month.topSongs(3), func(s *song) object { return object{"trackName", s.title, "trackUri", s.id} }),
		})
	}
	return object{
		"topArtists", object{"numUniqueArtists", len(t.artists), "topArtists", each(artists, artistObject), "topArtistMilliseconds", t.artists[artists[0]].ms, "topArtistFanPercentage", 0.011589752},
		"topPodcasts", podcastsOf(t),
		"topTracks", tracksOf(t),
		"yearlyMetrics", object{"totalMsListened", t.ms, "mostListenedDay", longest.Format(time.DateOnly), "mostListenedDayMinutes", float64(ms) / 60_000, "percentGreaterThanWorldwideUsers", 76.31533},
		"musicEvolution", object{"eras", eras},
	}
}

func wrapped2025(p *Person, t *tally, year int) object {
	songs, artists, records := t.topSongs(5), t.favourites(), t.topRecords(5)
	night := int64(0)
	for _, hour := range []int{22, 23, 0, 1, 2, 3} {
		night += t.hours[hour]
	}
	race := each(artists, func(a *performer) object {
		return object{"artistUri", a.uri, "monthsStats", p.race(a, year)}
	})
	before := p.tally(time.Unix(p.from, 0), time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))
	discovered := 0
	for a := range t.artists {
		if before.artists[a].plays == 0 {
			discovered++
		}
	}
	return object{
		"topArtists", object{"topArtistUris", each(artists, artistURI), "numUniqueArtists", len(t.artists), "topNPercentileFan", 0.018, "topArtistMsPlayed", t.artists[artists[0]].ms},
		"topPodcasts", podcastsOf(t),
		"topTracks", object{
			"topTracks", each(songs, func(s *song) object {
				return object{"trackUri", s.id, "count", t.songs[s].plays, "msPlayed", t.songs[s].ms}
			}),
			"numUniqueTracks", len(t.songs),
		},
		"yearlyMetrics", object{"totalMsListened", t.ms},
		"topAlbums", object{"topAlbums", each(records, func(r *record) string { return r.uri }), "numCompletedAlbums", len(t.records) / 9, "topAlbumTimePlayed", t.records[records[0]].ms},
		"topGenres", genresOf(t),
		"clubs", object{"userClub", "SOFT_HEARTS_CLUB", "percentInClub", 0.062, "role", "ARCHIVIST", "artists", each(artists[:min(3, len(artists))], artistURI)},
		"listeningAge", object{"listeningAge", 41, "windowStartYear", 1984, "decadePhase", "MID"},
		"party", object{
			"avgTrackPopularityScore", 0.31, "numListenedAlbums", len(t.records), "percentListenedNight", 100 * float64(night) / float64(t.ms),
			"percentListenedTopArtist", 100 * float64(t.artists[artists[0]].ms) / float64(t.ms), "totalNumListeningMinutes", t.ms / 60_000,
			"totalNumListeningDays", len(t.days), "streakNumListeningDays", t.streak(), "numArtistsDiscovered", discovered,
		},
		"topArtistRace", object{"topArtists", race, "totalNumArtists", len(t.artists)},
	}
}

// race is the rank of a performer in each month of the year that Wrapped
// counted.
func (p *Person) race(a *performer, year int) []object {
	months := []object{}
	for m := time.January; m <= time.October; m++ {
		from := time.Date(year, m, 1, 0, 0, 0, 0, time.UTC)
		month := p.tally(from, from.AddDate(0, 1, 0))
		for i, other := range month.topArtists(100) {
			if other == a {
				trail := "LOW"
				if i < 5 {
					trail = "HIGH"
				}
				months = append(months, object{"rank", i + 1, "month", strings.ToUpper(m.String()), "trailSize", trail})
			}
		}
	}
	return months
}
