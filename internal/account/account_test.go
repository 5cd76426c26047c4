package account

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func doc(topic export.Topic, name, json string) export.Document {
	return export.Document{Topic: topic, Name: name, Package: "my_spotify_data.zip", Modified: 1_700_000_000, JSON: []byte(json)}
}

// datasetOf holds the documents of one upload.
func datasetOf(documents []export.Document) *dataset.Dataset {
	part := dataset.NewPart()
	for _, d := range documents {
		if err := part.AddDocument(d); err != nil {
			panic(err)
		}
	}
	d, err := dataset.Merge(nil, []*dataset.Part{part}, nil)
	if err != nil {
		panic(err)
	}
	return d
}

// Read reads the documents as those of a dataset.
func Read(documents []export.Document) *Account { return Of(datasetOf(documents)) }

// aged is the same document out of a package of another time.
func aged(s export.Document, pkg string, modified int64) export.Document {
	s.Package, s.Modified = pkg, modified
	return s
}

func day(y int, m time.Month, d int) lens.Date { return lens.Date{Year: y, Month: m, Day: d} }

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

// Each documented shape of a document, and what it is read as.
func TestShapes(t *testing.T) {
	tests := []struct {
		name   string
		source export.Document
		of     func(*Account) any
		want   any
	}{
		{
			"playlist of 2020: no URIs, no dates",
			doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[{"name":"Old","lastModifiedDate":"2020-01-02","items":[{"track":{"trackName":"T","artistName":"A","albumName":"B"}}],"description":null,"numberOfFollowers":3}]}`),
			func(a *Account) any { p := a.Playlists[0]; return []any{p.Items, p.Modified, p.Followers} },
			[]any{[]PlaylistItem{{Kind: KindTrack, Item: Item{"T", "A", "B", ""}}}, day(2020, 1, 2), 3},
		},
		{
			"playlist of 2025: exactly one not null",
			doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[{"name":"P","collaborators":["ann"],"items":[
				{"track":null,"episode":{"episodeName":"E","showName":"S","episodeUri":"spotify:episode:e"},"audiobook":null,"localTrack":null,"addedDate":"2025-08-29"},
				{"track":null,"episode":null,"audiobook":null,"localTrack":{"uri":"spotify:local:An+Artist:An+Album:A+Title:123"},"addedDate":"2025-08-30"},
				{"track":null,"episode":null,"audiobook":{"audiobookName":"N","authorName":"W","audiobookUri":"spotify:show:n"},"localTrack":null,"addedDate":null},
				{"track":null,"episode":null,"audiobook":null,"localTrack":null,"addedDate":"2025-08-31"}]}]}`),
			func(a *Account) any { p := a.Playlists[0]; return []any{p.Items, p.Collaborators} },
			[]any{[]PlaylistItem{
				{KindEpisode, Item{"E", "S", "", "spotify:episode:e"}, day(2025, 8, 29)},
				{KindLocal, Item{"A Title", "An Artist", "An Album", "spotify:local:An+Artist:An+Album:A+Title:123"}, day(2025, 8, 30)},
				{KindAudiobook, Item{"N", "W", "", "spotify:show:n"}, lens.Date{}},
				{KindNothing, Item{}, day(2025, 8, 31)},
			}, 1},
		},
		{
			"playlist of 2026: null keys omitted",
			doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[{"name":"P","items":[{"track":{"trackName":"T","artistName":"A","albumName":"B","trackUri":"spotify:track:t"},"addedDate":"2026-01-01"}]}]}`),
			func(a *Account) any { return a.Playlists[0].Items },
			[]PlaylistItem{{KindTrack, Item{"T", "A", "B", "spotify:track:t"}, day(2026, 1, 1)}},
		},
		{
			"library of 2020",
			doc(export.TopicLibrary, "YourLibrary.json", `{"tracks":[{"artist":"A","album":"B","track":"T"}],"albums":[{"artist":"A","album":"B"}],"shows":[{"name":"S","publisher":"P"}]}`),
			func(a *Account) any { return a.Library },
			Library{Tracks: []Item{{"T", "A", "B", ""}}, Albums: []Item{{"B", "A", "", ""}}, Shows: []Item{{"S", "P", "", ""}}},
		},
		{
			"library of 2026",
			doc(export.TopicLibrary, "YourLibrary.json", `{"tracks":[],"episodes":[{"name":"E","show":"S","uri":"spotify:episode:e"}],"artists":[{"name":"","uri":"spotify:artist:a"}],
				"bannedTracks":[{"artist":"X","album":"Y","track":"Z","uri":"spotify:track:z"}],"bannedArtists":[{"name":"N","uri":"spotify:artist:n"}],"other":["spotify:x:1"],"pageMatch":[],"kallaxes":[{"name":"K"}],"odd":3}`),
			func(a *Account) any { return a.Library },
			Library{
				Episodes: []Item{{"E", "S", "", "spotify:episode:e"}}, Artists: []Item{{URI: "spotify:artist:a"}},
				BannedTracks: []Item{{"Z", "X", "Y", "spotify:track:z"}}, BannedArtists: []Item{{Name: "N", URI: "spotify:artist:n"}},
				Other: []OtherList{{"other", []Item{{URI: "spotify:x:1"}}}, {"pageMatch", nil}, {"kallaxes", []Item{{Name: "K"}}}},
			},
		},
		{
			"searches, with and without a fraction",
			doc(export.TopicSearches, "SearchQueries.json", `[{"platform":"IPHONE","searchTime":"2025-06-21T23:02:25.565Z[UTC]","searchQuery":"q","searchInteractionURIs":["spotify:track:t"]},
				{"platform":"","searchTime":"2025-06-21T23:02:26Z[UTC]","searchQuery":"x","searchInteractionURIs":[]}]`),
			func(a *Account) any { return a.Searches },
			[]Search{{"q", 1750546945565, 1750546945565, 1, "IPHONE", []string{"spotify:track:t"}, false}, {"x", 1750546946000, 1750546946000, 1, "", nil, false}},
		},
		{
			"follow as numbers",
			doc(export.TopicFollow, "Follow.json", `{"followerCount":34,"followingUsersCount":38,"dismissingUsersCount":1}`),
			func(a *Account) any { return a.Follow },
			Follow{Followers: 34, Following: 38, Blocked: 1},
		},
		{
			"follow of 2026: names",
			doc(export.TopicFollow, "Follow.json", `{"userIsFollowing":["a",{"name":"b"}],"userIsFollowedBy":["c"],"userIsBlocking":[]}`),
			func(a *Account) any { return a.Follow },
			Follow{Followers: 1, Following: 2, Named: true},
		},
		{
			"marquee",
			doc(export.TopicMarquee, "Marquee.json", `[{"artistName":"A","segment":"Light listeners"},{"artistName":"B","segment":"Super Listeners"},{"artistName":"C","segment":"New kind"}]`),
			func(a *Account) any { return a.Segments() },
			[]Segment{{"Super Listeners", []string{"B"}}, {"Light listeners", []string{"A"}}, {"New kind", []string{"C"}}},
		},
		{
			"inferences",
			doc(export.TopicInferences, "Inferences.json", `{"inferences":["1P_Custom_x","Interest | y"]}`),
			func(a *Account) any { return a.Inferences },
			[]string{"1P_Custom_x", "Interest | y"},
		},
		{
			"taste profile, whatever its shape",
			doc(export.TopicTasteProfile, "TasteProfile.json", `{"tasteProfile":{"summary":"You like x.","more":["And y."]}}`),
			func(a *Account) any { return a.Taste },
			[]string{"You like x.", "And y."},
		},
		{
			"prompts, whose time is a thousand times too small",
			doc(export.TopicPrompts, "UserPrompts.json", `{"created_timestamp":"1970-01-21T00:58:33.078Z","message":"m"}`),
			func(a *Account) any { return a.Prompts },
			[]Prompt{{1731513078000, "m"}},
		},
		{
			"playlist in a bottle",
			doc(export.TopicBottle, "PlaylistInABottle.json", `{"capsule2024":{"vessel":"V","response":[{"question":"q","answer":"spotify:track:t"}],"note":"n"}}`),
			func(a *Account) any { return a.Letters },
			[]Letter{{"capsule2024", "n", []Answer{{"q", "spotify:track:t"}}}},
		},
		{
			"podcast ratings, in microseconds",
			doc(export.TopicPodcastInteractivity, "PodcastInteractivityRatedShow.json", `{"ratedShows":[{"showName":"S","rating":5,"ratedAt":1700000000123456}]}`),
			func(a *Account) any { return a.Podcasts },
			[]PodcastAction{{Kind: PodcastRating, Time: 1700000000123, Subject: "S", Rating: 5}},
		},
		{
			"podcast votes",
			doc(export.TopicPodcastInteractivity, "PodcastInteractivityVotedPollOption.json", `{"responses":[{"entityUri":"spotify:episode:e","response":{"option":"yes"},"postedDate":"2024-05-01"}]}`),
			func(a *Account) any { return a.Podcasts },
			[]PodcastAction{{Kind: PodcastVote, Time: 1714521600000, URI: "spotify:episode:e", Text: "yes"}},
		},
		{
			"sound capsule, days and months",
			doc(export.TopicSoundCapsule, "YourSoundCapsule.json", `{"stats":[{"date":"2025-05-02","streamCount":3,"secondsPlayed":300,"topTracks":[{"name":"T","streamCount":2,"secondsPlayed":200}]},
				{"date":"2025-05","streamCount":30,"secondsPlayed":3000,"timeOfDayStats":{"morning":4}}],
				"highlights":[{"date":"2025-05-02","highlightType":"FANS_LIKE_YOU","fansLikeYouHighlight":{"artistName":"A","percentileFan":2}}]}`),
			func(a *Account) any { return a.Capsule },
			Capsule{
				Stats: []CapsuleStat{
					{Date: day(2025, 5, 1), Monthly: true, Streams: 30, Seconds: 3000},
					{Date: day(2025, 5, 2), Streams: 3, Seconds: 300, Track: "T"},
				},
				Highlights: 1,
			},
		},
		{
			"wrapped of 2024",
			doc(export.TopicWrapped, "Wrapped2024.json", `{"topArtists":{"numUniqueArtists":860,"topArtists":[{"artistUri":"spotify:artist:a"}],"topArtistMilliseconds":109,"topArtistFanPercentage":0.01},
				"topPodcasts":{"topPodcastsUri":["spotify:show:s"],"totalPodcastMilliseconds":126},
				"topTracks":{"topTracks":["spotify:track:t","spotify:track:u"],"topTrackPlayCount":116,"topTrackFirstPlayedDate":"2024-02-19","distinctTracksPlayed":1458},
				"yearlyMetrics":{"totalMsListened":1172840169,"mostListenedDay":"2024-03-18","mostListenedDayMinutes":516.5}}`),
			func(a *Account) any { w := a.Wrapped[0]; w.Facts = nil; return w },
			Wrapped{
				Year: 2024, Ms: 1172840169, Artists: 860, Tracks: 1458, TopArtists: []string{"spotify:artist:a"}, TopArtistMs: 109,
				TopTracks: []WrappedTrack{{URI: "spotify:track:t", Plays: 116}, {URI: "spotify:track:u"}},
				MostDay:   day(2024, 3, 18),
			},
		},
		{
			"wrapped of 2025",
			doc(export.TopicWrapped, "Wrapped2025.json", `{"topArtists":{"topArtistUris":["spotify:artist:a"],"numUniqueArtists":9,"topArtistMsPlayed":8},
				"topTracks":{"topTracks":[{"trackUri":"spotify:track:t","count":7,"msPlayed":6}],"numUniqueTracks":5},
				"yearlyMetrics":{"totalMsListened":4},"topAlbums":{"topAlbums":["spotify:album:b"]},"topGenres":{"topGenres":["spotify:concept:g"]},
				"clubs":{"userClub":"C"}}`),
			func(a *Account) any { return a.Wrapped[0] },
			Wrapped{
				Year: 2025, Ms: 4, Artists: 9, Tracks: 5, TopArtists: []string{"spotify:artist:a"}, TopArtistMs: 8,
				TopTracks: []WrappedTrack{{"spotify:track:t", 7, 6}},
				Facts: []Fact{{"topArtists.numUniqueArtists", "9"}, {"topArtists.topArtistMsPlayed", "8"}, {"topTracks.topTracks.1.count", "7"},
					{"topTracks.topTracks.1.msPlayed", "6"}, {"topTracks.numUniqueTracks", "5"}, {"yearlyMetrics.totalMsListened", "4"}, {"clubs.userClub", "C"}},
			},
		},
		{
			"wrapped of a year to come",
			doc(export.TopicWrapped, "Wrapped2031.json", `{"story":{"totalMinutesListened":1000,"topSongs":{"topSongUris":["spotify:track:t"]},"topArtists":["A"]}}`),
			func(a *Account) any {
				w := a.Wrapped[0]
				return []any{w.Year, w.Ms, w.TopTracks, w.TopArtists}
			},
			[]any{2031, int64(60_000_000), []WrappedTrack{{URI: "spotify:track:t"}}, []string{"A"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := Read([]export.Document{tt.source})
			same(t, "read", tt.of(a), tt.want)
			same(t, "problems", a.Problems, []Problem(nil))
		})
	}
}

// problem is what is to be said of a source.
func problem(s export.Document, code export.Code, count int) Problem {
	return Problem{s.Name, s.Package, code, count, len(s.JSON)}
}

func TestOddValuesAreCountedAndPassedOver(t *testing.T) {
	sources := []export.Document{
		doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[7,null,{"name":{"x":1},"items":[{"track":["y"]},{"track":{"trackName":null,"trackUri":"spotify:track:t"}},"z"]},{"name":"Kept"}]}`),
		doc(export.TopicMarquee, "Marquee.json", `[{"artistName":"A","segment":5},null,"x",{"segment":"S"}]`),
		doc(export.TopicSearches, "SearchQueries.json", `[{"searchTime":"yesterday","searchQuery":"q"},{"searchTime":"2025-06-21T23:02:26Z[UTC]"}]`),
		doc(export.TopicFollow, "Follow.json", `[1,2]`),
		doc(export.TopicPrompts, "UserPrompts.json", `"nobody"`),
	}
	a := Read(sources)
	same(t, "playlists", len(a.Playlists), 2)
	same(t, "kept", a.Playlists[1].Name, "Kept")
	same(t, "item", a.Playlists[0].Items[1].URI, "spotify:track:t")
	same(t, "marquee", a.Marquee, []Marquee{{"A", "5"}, {"", "S"}})
	same(t, "keystrokes", a.Searches[0].Keystrokes+a.Searches[1].Keystrokes, 2)
	same(t, "problems", a.Problems, []Problem{
		problem(sources[3], CodeOddKind, 1),
		problem(sources[1], CodeOddKind, 1),
		problem(sources[0], CodeOddKind, 4), // 7, the name, ["y"], "z"
		problem(sources[4], CodeOddKind, 1),
		problem(sources[2], CodeNoTime, 1),
	})
}

func TestADamagedDocumentIsReadUpToTheDamage(t *testing.T) {
	for _, s := range []export.Document{
		doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[{"name":"A","items":[]},{"name":"B`),
		doc(export.TopicLibrary, "YourLibrary.json", `{"tracks":[{"track":"T"},{"tra`),
		doc(export.TopicFollow, "Follow.json", `{"followerCount":7,,}`),
		doc(export.TopicInferences, "Inferences.json", ` `),
	} {
		a := Read([]export.Document{s})
		if len(a.Problems) != 1 || a.Problems[0].Code != CodeCutShort {
			t.Errorf("%s: problems %+v", s.Name, a.Problems)
		}
		switch s.Topic {
		case export.TopicPlaylists:
			same(t, s.Name, a.Playlists[0].Name, "A")
		case export.TopicLibrary:
			same(t, s.Name, a.Library.Tracks[0].Name, "T")
		case export.TopicFollow:
			same(t, s.Name, a.Follow.Followers, 7)
		}
	}
}

func TestTheOrderOfDocumentsDoesNotMatter(t *testing.T) {
	var sources []export.Document
	for i, json := range []string{
		`{"playlists":[{"name":"A","items":[{"track":{"trackName":"1"}}]},{"name":"A","items":[]}]}`,
		`{"playlists":[{"name":"A","items":[{"track":{"trackName":"2"}}]}]}`,
	} {
		sources = append(sources, aged(doc(export.TopicPlaylists, "Playlist1.json", json), "p.zip", int64(i)*1e8))
		sources = append(sources, aged(doc(export.TopicPlaylists, "Playlist2.json", json), "q.zip", 0))
	}
	sources = append(sources,
		doc(export.TopicFollow, "Follow.json", `{"followerCount":1}`),
		aged(doc(export.TopicFollow, "Follow.json", `{"followerCount":2}`), "q.zip", 1_600_000_000),
		aged(doc(export.TopicFollow, "Follow.json", `{"followerCount":3}`), "r.zip", 1_700_000_000),
		doc(export.TopicPrompts, "UserPrompts.json", `{`), doc(export.TopicMarquee, "Marquee.json", `[`),
	)
	want := Read(sources)
	same(t, "the newest", want.Follow.Followers, 3)
	for range 50 {
		rand.Shuffle(len(sources), func(i, j int) { sources[i], sources[j] = sources[j], sources[i] })
		if got := Read(sources); !reflect.DeepEqual(got, want) {
			t.Fatalf("another order, another account:\n got %+v\nwant %+v", got, want)
		}
	}
}

func TestStateIsTheNewestPackagesAlone(t *testing.T) {
	old := aged(doc(export.TopicLibrary, "YourLibrary.json", `{"tracks":[{"track":"Gone"}]}`), "my_spotify_data.zip", 1_600_000_000)
	one := doc(export.TopicLibrary, "YourLibrary1.json", `{"tracks":[{"track":"One"}]}`)
	two := doc(export.TopicLibrary, "YourLibrary2.json", `{"tracks":[{"track":"Two"}]}`)
	a := Read([]export.Document{old, two, one})
	same(t, "tracks", a.Library.Tracks, []Item{{Name: "One"}, {Name: "Two"}})
}

// TestNewestWrappedOfAYear: a package that was asked for again has the year's
// Wrapped again.
func TestNewestWrappedOfAYear(t *testing.T) {
	wrapped := func(name, ms string, at int64) export.Document {
		return aged(doc(export.TopicWrapped, name, `{"yearlyMetrics":{"totalMsListened":`+ms+`}}`), name+".zip", at)
	}
	a := Read([]export.Document{wrapped("Wrapped2024.json", "1", 1_700_000_000), wrapped("Wrapped2024.json", "2", 1_800_000_000), wrapped("Wrapped2023.json", "3", 1_700_000_000)})
	var changeValue []int64
	for _, w := range a.Wrapped {
		changeValue = append(changeValue, int64(w.Year), w.Ms)
	}
	same(t, "years and times", changeValue, []int64{2023, 3, 2024, 2})
}
