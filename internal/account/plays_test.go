package account

import (
	"fmt"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset/datasettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// play is a row of a history: a track that ended at a time.
type play struct {
	end           string
	seconds       int
	uri           string
	title, artist string
	album         string
}

// history makes a dataset of plays.
func history(t testing.TB, plays ...play) *dataset.Dataset {
	t.Helper()
	rows := make([]export.Play, len(plays))
	for i, p := range plays {
		end, err := time.Parse(time.DateTime, p.end)
		if err != nil {
			t.Fatal(err)
		}
		rows[i] = export.Play{
			TS: end.Unix(), MS: uint32(p.seconds) * 1000, Kind: export.KindMusic,
			URI: []byte(p.uri), Title: []byte(p.title), Creator: []byte(p.artist), Collection: []byte(p.album),
		}
	}
	return datasettest.Of(t, rows...)
}

func unix(t *testing.T, s string) int64 {
	t.Helper()
	at, err := time.Parse(time.DateTime, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.Unix()
}

var usual = lens.Lens{Min: lens.DefaultMin}

func TestPlaylistPlays(t *testing.T) {
	a := Read([]export.Document{doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[
		{"name":"A","items":[{"track":{"trackName":"One","artistName":"X","trackUri":"spotify:track:1"}},{"track":{"trackName":"One","artistName":"X","trackUri":"spotify:track:1"}},
			{"track":{"trackName":"Never","artistName":"X","trackUri":"spotify:track:9"}},{"track":{"trackName":"Short","artistName":"X","trackUri":"spotify:track:3"}}]},
		{"name":"Old","items":[{"track":{"trackName":"one","artistName":"x"}}]},
		{"name":"Empty","items":[]}]}`)})
	h := history(t,
		play{"2024-01-01 10:00:00", 200, "spotify:track:1", "One", "X", ""},
		play{"2024-02-01 10:00:00", 100, "spotify:track:1b", "One", "X", ""}, // the same under another URI
		play{"2024-03-01 10:00:00", 10, "spotify:track:3", "Short", "X", ""},
	)
	last := unix(t, "2024-02-01 10:00:00")
	same(t, "plays", a.PlaylistPlays(h, usual), []PlaylistPlays{
		{Items: 3, Plays: 2, Ms: 310_000, NeverPlayed: 2, Last: unix(t, "2024-03-01 10:00:00")},
		{Items: 1, Plays: 2, Ms: 300_000, Last: last},
		{},
	})
	items := ItemPlays(h, usual, &a.Playlists[0])
	same(t, "items", []int{items[0].Plays, items[1].Plays, items[2].Plays, items[3].Rows}, []int{2, 2, 0, 1})
	tracks := a.PlaylistTracks()
	same(t, "tracks", len(a.TrackPlays(h, usual, tracks)), len(tracks))
	narrow := usual
	narrow.To = day(2024, 1, 31)
	same(t, "under a lens", a.PlaylistPlays(h, narrow)[1], PlaylistPlays{Items: 1, Plays: 1, Ms: 200_000, Last: unix(t, "2024-01-01 10:00:00")})
}

func TestLibraryPlays(t *testing.T) {
	a := Read([]export.Document{doc(export.TopicLibrary, "YourLibrary.json", `{"tracks":[
		{"artist":"X","track":"Loved","uri":"spotify:track:1"},{"artist":"X","track":"Never","uri":"spotify:track:2"},
		{"artist":"X","track":"Left","uri":"spotify:track:3"},{"artist":"X","track":"Left more","uri":"spotify:track:4"}],
		"episodes":[{"name":"E","show":"S","uri":"spotify:episode:e"}]}`)})
	h := history(t,
		play{"2022-01-01 10:00:00", 60, "spotify:track:3", "Left", "X", ""},
		play{"2022-01-02 10:00:00", 60, "spotify:track:4", "Left more", "X", ""},
		play{"2022-01-03 10:00:00", 60, "spotify:track:4", "Left more", "X", ""},
		play{"2024-01-01 10:00:00", 60, "spotify:track:1", "Loved", "X", ""},
		play{"2024-01-01 11:00:00", 60, "spotify:track:5", "Unsaved", "X", ""},
		play{"2024-01-01 12:00:00", 60, "spotify:track:5", "Unsaved", "X", ""},
		play{"2024-01-01 13:00:00", 60, "spotify:track:6", "LOVED", "x", ""}, // saved by its names
		play{"2024-01-01 14:00:00", 60, "spotify:track:7", "Unsaved too", "X", ""},
		play{"2024-01-01 15:00:00", 5, "spotify:track:8", "Skipped", "X", ""},
	)
	p := a.LibraryPlays(h, usual)
	var names []string
	for _, t := range p.Saved {
		names = append(names, t.Name)
	}
	same(t, "saved", names, []string{"Loved", "Never", "Left", "Left more", "E"})
	same(t, "loved", p.Saved[0].Plays, 2)
	same(t, "never", p.NeverPlayed, []int{1, 4})
	same(t, "abandoned", p.Abandoned, []int{2, 3})
	narrow := usual
	narrow.To = lens.Date{Year: 2022, Month: 1, Day: 2}
	same(t, "under another lens", a.SavedPlays(h, narrow)[3].Plays, 1)
	var unsaved []string
	for _, r := range a.NotSaved(h, usual, 10) {
		unsaved = append(unsaved, fmt.Sprint(r.Name, " ", r.Plays))
	}
	same(t, "not saved", unsaved, []string{"Unsaved 2", "Unsaved too 1"})
	same(t, "the first", len(a.NotSaved(h, usual, 1)), 1)
}

func TestSearchedThenPlayed(t *testing.T) {
	s := func(at, query, uri string) string {
		return fmt.Sprintf(`{"searchTime":"2024-01-01T%sZ[UTC]","searchQuery":%q,"searchInteractionURIs":[%q]}`, at, query, uri)
	}
	a := Read([]export.Document{
		doc(export.TopicSearches, "SearchQueries.json", "["+
			s("10:00:00", "abc", "spotify:track:1")+","+ // opened, played
			s("11:00:00", "björk", "")+","+ // by the name of the artist
			s("12:00:00", "nobody", "")+","+
			s("13:00:00", "who", "spotify:artist:b")+","+ // by the name the library gives the artist
			s("14:00:00", "bjork", "")+"]"), // played too late
		doc(export.TopicLibrary, "YourLibrary.json", `{"artists":[{"name":"Björk","uri":"spotify:artist:b"}]}`),
	})
	h := history(t,
		play{"2024-01-01 10:00:30", 60, "spotify:track:1", "One", "X", ""}, // began before the search
		play{"2024-01-01 10:05:00", 60, "spotify:track:1", "One", "X", ""},
		play{"2024-01-01 11:03:00", 60, "spotify:track:2", "Two", "Bjork", ""},
		play{"2024-01-01 12:03:00", 60, "spotify:track:1", "One", "X", ""},
		play{"2024-01-01 13:03:00", 60, "spotify:track:2", "Two", "Bjork", ""},
		play{"2024-01-01 14:12:00", 60, "spotify:track:2", "Two", "Bjork", ""},
	)
	var got []string
	for _, s := range a.SearchOutcomes(h, usual) {
		played := "-"
		if s.Row >= 0 {
			p := h.Play(s.Row)
			played = p.Name + time.Unix(p.TS, 0).UTC().Format(" 15:04:05")
		}
		got = append(got, s.Text+": "+played)
	}
	same(t, "sought", got, []string{"abc: One 10:05:00", "björk: Two 11:03:00", "nobody: -", "who: Two 13:03:00", "bjork: -"})
}

func TestAudit(t *testing.T) {
	a := Read([]export.Document{
		doc(export.TopicWrapped, "Wrapped2024.json", `{"topArtists":{"topArtists":[{"artistUri":"spotify:artist:x"},{"artistUri":"spotify:artist:unknown"}]},
			"topTracks":{"topTracks":["spotify:track:1","spotify:track:2"],"topTrackPlayCount":2},"yearlyMetrics":{"totalMsListened":610000}}`),
		doc(export.TopicLibrary, "YourLibrary.json", `{"artists":[{"name":"X","uri":"spotify:artist:x"}]}`),
		doc(export.TopicWrapped, "Wrapped.json", `{"yearlyMetrics":{}}`), // of no year
	})
	h := history(t,
		play{"2023-12-31 10:00:00", 999, "spotify:track:1", "One", "X", ""},
		play{"2024-03-01 10:00:00", 200, "spotify:track:1", "One", "X", ""},
		play{"2024-11-10 10:00:00", 400, "spotify:track:1", "One", "X", ""},
		play{"2024-11-11 10:00:00", 20, "spotify:track:2", "Two", "Y", ""},
		play{"2024-11-20 10:00:00", 100, "spotify:track:1", "One", "X", ""},
		play{"2024-12-24 10:00:00", 300, "spotify:track:1", "One", "X", ""},
	)
	audits := a.Audits(h, time.UTC)
	same(t, "audits", len(audits), 1)
	w := audits[0]
	same(t, "cut-offs", w.Cutoffs, []Cutoff{
		{day(2024, 10, 31), 200_000, 200_000, w.Cutoffs[0].OffBy},
		{day(2024, 11, 15), 620_000, 600_000, w.Cutoffs[1].OffBy},
		{day(2024, 11, 30), 720_000, 700_000, w.Cutoffs[2].OffBy},
		{day(2024, 12, 31), 1_020_000, 1_000_000, w.Cutoffs[3].OffBy},
	})
	same(t, "best", w.Best, 1)
	same(t, "tracks", []int{w.Tracks[0].Heard.Plays, w.Tracks[0].OurRank, w.Tracks[1].Heard.Plays, w.Tracks[1].OurRank}, []int{2, 1, 0, 2})
	same(t, "artists", w.Artists, []AuditArtist{{"spotify:artist:x", "X", 1, 600_000}, {"spotify:artist:unknown", "", 0, 0}})
	same(t, "differences", w.Differences, []Difference{
		{Cause: CauseCutoff, Ms: -400_000}, {Cause: CauseShortPlays, Ms: -20_000}, {Cause: CauseRest, Ms: 10_000},
	})
	sum := w.Cutoffs[3].AllMs
	for _, d := range w.Differences {
		sum += d.Ms
	}
	same(t, "our year and the differences", sum, w.Ms)
}

func TestAuditWithoutHistory(t *testing.T) {
	a := Read([]export.Document{doc(export.TopicWrapped, "Wrapped2020.json", `{"yearlyMetrics":{"totalMsListened":5}}`)})
	for name, h := range map[string]*dataset.Dataset{"empty": history(t), "later": history(t, play{"2024-01-01 10:00:00", 60, "spotify:track:1", "One", "X", ""})} {
		w := a.Audits(h, time.UTC)[0]
		same(t, name, w.Best, -1)
		same(t, name, w.Differences, []Difference{{Cause: CauseRest, Ms: 5}, {Cause: CauseNoHistory, Days: 366}})
	}
}

func TestOfReadsTheDocumentsOfADataset(t *testing.T) {
	d := datasettest.Documents(t, export.Document{Topic: export.TopicFollow, Name: "Follow.json", Package: "p.zip", JSON: []byte(`{"followerCount":7}`)})
	a := Of(d)
	same(t, "followers", a.Follow.Followers, 7)
	if Of(d) != a {
		t.Error("the account is read again for every question")
	}
}
