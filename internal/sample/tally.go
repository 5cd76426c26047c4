package sample

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// countedFrom is the shortest play that Spotify counts, in milliseconds.
const countedFrom = 30_000

// late is how long after its end a play may be reported and count, in seconds.
const late = 3600

// count is how often something was played, and for how long.
type count struct {
	plays int
	ms    int64
}

// tally is what was heard in some stretch of time, as Spotify counts it: each row
// once, without what is too short, private, or was reported late.
type tally struct {
	count
	songs    map[*song]count
	artists  map[*performer]count
	records  map[*record]count
	shows    map[*programme]count
	genres   map[string]count
	days     map[int64]int64 // ms by day
	hours    [24]int64       // ms by hour, UTC
	talked   int64           // ms of podcasts
	firstDay map[*song]int64
}

func (p *Person) tally(from, to time.Time) *tally {
	t := &tally{
		songs: make(map[*song]count), artists: make(map[*performer]count), records: make(map[*record]count),
		shows: make(map[*programme]count), genres: make(map[string]count), days: make(map[int64]int64), firstDay: make(map[*song]int64),
	}
	start, _ := slices.BinarySearchFunc(p.plays, from.Unix(), func(l listened, ts int64) int { return cmp.Compare(l.TS, ts) })
	for i := start; i < len(p.plays) && p.plays[i].TS < to.Unix(); i++ {
		l := &p.plays[i]
		if l.again || l.MS < countedFrom || l.Incognito || l.TS-l.Start-int64(l.MS/1000) > late {
			continue
		}
		t.count = t.count.plus(l.MS)
		t.days[l.TS/Day] += int64(l.MS)
		t.hours[l.TS%Day/3600] += int64(l.MS)
		if l.song.of != nil {
			t.shows[l.song.of] = t.shows[l.song.of].plus(l.MS)
			t.talked += int64(l.MS)
			continue
		}
		s, by := l.song, l.song.by
		if _, ok := t.firstDay[s]; !ok {
			t.firstDay[s] = l.TS
		}
		t.songs[s] = t.songs[s].plus(l.MS)
		t.artists[by] = t.artists[by].plus(l.MS)
		t.records[s.on] = t.records[s.on].plus(l.MS)
		t.genres[by.genre] = t.genres[by.genre].plus(l.MS)
	}
	return t
}

func (c count) plus(ms int) count { return count{c.plays + 1, c.ms + int64(ms)} }

// most returns the n keys with most plays or time, in that order; ties are
// ordered by name.
func most[K comparable](of map[K]count, n int, by func(count) int64, name func(K) string) []K {
	keys := slices.SortedFunc(maps.Keys(of), func(a, b K) int {
		return cmp.Or(cmp.Compare(by(of[b]), by(of[a])), strings.Compare(name(a), name(b)))
	})
	return keys[:min(n, len(keys))]
}

func byPlays(c count) int64 { return int64(c.plays) }
func byTime(c count) int64  { return c.ms }

func (t *tally) topSongs(n int) []*song {
	return most(t.songs, n, byPlays, func(s *song) string { return s.id })
}

func (t *tally) topArtists(n int) []*performer {
	return most(t.artists, n, byTime, func(p *performer) string { return p.uri })
}

// favourites are the artists that Wrapped names, which goes by plays.
func (t *tally) favourites() []*performer {
	return most(t.artists, 5, byPlays, func(p *performer) string { return p.uri })
}

func (t *tally) topRecords(n int) []*record {
	return most(t.records, n, byTime, func(r *record) string { return r.uri })
}

func (t *tally) topShows(n int) []*programme {
	return most(t.shows, n, byTime, func(p *programme) string { return p.uri })
}

func (t *tally) topGenres(n int) []string {
	return most(t.genres, n, byTime, func(s string) string { return s })
}

// longestDay is the day with most listening, and its milliseconds.
func (t *tally) longestDay() (time.Time, int64) {
	var best, ms int64
	for d, n := range t.days {
		if n > ms || n == ms && d < best {
			best, ms = d, n
		}
	}
	return time.Unix(best*Day, 0).UTC(), ms
}

// streak is the most days in a row with anything.
func (t *tally) streak() int {
	longest := 0
	for d := range t.days {
		if _, inside := t.days[d-1]; inside {
			continue
		}
		n := 1
		for ; t.days[d+int64(n)] > 0; n++ {
		}
		longest = max(longest, n)
	}
	return longest
}
