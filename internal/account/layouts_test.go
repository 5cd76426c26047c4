package account

import (
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestSearchesByDay(t *testing.T) {
	row := func(date, words string) string {
		return `{"date":"` + date + `","platform":"ANDROID","country":"BR","terminationReason":"INTERACTION","msDuration":3621,"typedQuery":"` + words +
			`","selectedQuery":"` + words + `","userIntent":"navigate-forward","viewUri":"spotify:search:` + words + `"}`
	}
	a := Read([]export.Document{doc(export.TopicSearches, "SearchQueries.json", "["+row("2019-01-12", "nirvana")+","+row("2019-01-11", "beat")+","+row("2019-01-11", "beatles")+"]")})
	type search struct {
		text string
		day  lens.Date
	}
	var got []search
	for i := range a.Searches {
		s := &a.Searches[i]
		if !s.DayOnly || s.From != s.To {
			t.Errorf("%+v", s)
		}
		got = append(got, search{s.Text, lens.DateIn(s.From/1000, time.UTC)})
	}
	same(t, "searches", got, []search{{"beat", day(2019, 1, 11)}, {"beatles", day(2019, 1, 11)}, {"nirvana", day(2019, 1, 12)}})
	same(t, "problems", len(a.Problems), 0)
	// A day is no moment: what was played in its first minutes was not its outcome.
	h := history(t, play{"2019-01-11 00:05:00", 200, "", "Beatles", "X", ""})
	for _, s := range a.SearchOutcomes(h, usual) {
		same(t, s.Text, s.Row, -1)
	}
}

func TestPlaylistOfTracks(t *testing.T) {
	a := Read([]export.Document{doc(export.TopicPlaylists, "Playlist.json", `{"playlists":[{"name":"Mix","lastModifiedDate":"2018-12-23","tracks":[
		{"trackName":"Song One","artistName":"Band One","note":null},{"trackName":"Song Two","artistName":"Band Two","note":"x"}]}]}`)})
	same(t, "playlists", len(a.Playlists), 1)
	same(t, "items", a.Playlists[0].Items, []PlaylistItem{
		{Kind: KindTrack, Item: Item{Name: "Song One", Creator: "Band One"}}, {Kind: KindTrack, Item: Item{Name: "Song Two", Creator: "Band Two"}},
	})
	same(t, "problems", len(a.Problems), 0)
}

func TestFollowedArtists(t *testing.T) {
	a := Read([]export.Document{doc(export.TopicFollow, "Follow.json", `{"followerCount":3,"followingUsersCount":4,"followingArtists":["Band One","Band Two"]}`)})
	same(t, "follow", a.Follow, Follow{Followers: 3, Following: 4, Artists: []string{"Band One", "Band Two"}})
}

func TestCapsuleOfWeeks(t *testing.T) {
	a := Read([]export.Document{doc(export.TopicSoundCapsule, "YourSoundCapsule.json", `{"stats":[
		{"date":"2026-01-19","streamCount":0,"secondsPlayed":0,"topTracks":[{"name":"Song One","streamCount":8}],"topArtists":[{"name":"Band One"}],"topGenres":[]},
		{"date":"2026-01-12","streamCount":0,"secondsPlayed":0,"topArtists":[{"name":"Band Two"}]},
		{"date":"2025-10","streamCount":10,"secondsPlayed":100,"topArtists":[{"name":"Band Three"}]},
		{"date":"2025-10-13","streamCount":5,"secondsPlayed":50},
		{"date":"2025-09-01","streamCount":1,"secondsPlayed":10},{"date":"2025-09-09","streamCount":2,"secondsPlayed":20},
		{"date":"2025-08","streamCount":0,"secondsPlayed":0}]}`)})
	same(t, "spans", a.Capsule.Spans(), []CapsuleStat{
		{Date: day(2025, 9, 1), Monthly: true, Streams: 3, Seconds: 30},
		{Date: day(2025, 10, 1), Monthly: true, Streams: 10, Seconds: 100, Artist: "Band Three"},
		{Date: day(2026, 1, 12), Weekly: true, Artist: "Band Two"},
		{Date: day(2026, 1, 19), Weekly: true, Track: "Song One", Artist: "Band One"},
	})
}
