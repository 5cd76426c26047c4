package account

import (
	"fmt"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const (
	resolverLibrary = `{"tracks":[{"artist":"Band One","album":"Album","track":"Song One","uri":"spotify:track:one"},{"artist":"","album":"","track":"","uri":"spotify:track:two"}],
		"artists":[{"name":"Band Two","uri":"spotify:artist:two"}]}`
	resolverPlaylists = `{"playlists":[{"name":"Mix","items":[{"track":{"trackName":"Song Two","artistName":"Band Two","albumName":"Album","trackUri":"spotify:track:two"}},
		{"track":{"trackName":"Never","artistName":"Band Two","albumName":"","trackUri":"spotify:track:never"}}]}]}`
)

// accountPlays are ten plays of each of two songs, as account data tells them:
// by names alone.
func accountPlays() []play {
	var plays []play
	for month := range 10 {
		for n, names := range [][2]string{{"Song One", "Band One"}, {"Song Two", "Band Two"}} {
			plays = append(plays, play{end: fmt.Sprintf("2024-%02d-10 10:%02d:00", month+1, n*5), seconds: 200, title: names[0], artist: names[1]})
		}
	}
	return plays
}

func TestWrappedBesideAccountDataAlone(t *testing.T) {
	a := Read([]export.Document{
		doc(export.TopicWrapped, "Wrapped2024.json", `{"topTracks":{"topTracks":["spotify:track:one","spotify:track:two","spotify:track:never"],"topTrackPlayCount":10},
			"topArtists":{"topArtistUris":["spotify:artist:two"]},"yearlyMetrics":{"totalMsListened":4000000}}`),
		doc(export.TopicLibrary, "YourLibrary.json", resolverLibrary),
		doc(export.TopicPlaylists, "Playlist1.json", resolverPlaylists),
	})
	audit := a.Audits(history(t, accountPlays()...), time.UTC)[0]
	var got []string
	for _, track := range audit.Tracks {
		got = append(got, fmt.Sprint(track.Item.Creator, ": ", track.Item.Name, " ", track.Heard.Plays, " plays, rank ", track.OurRank))
	}
	same(t, "tracks", got, []string{
		"Band One: Song One 10 plays, rank 1", "Band Two: Song Two 10 plays, rank 2", "Band Two: Never 0 plays, rank 0",
	})
	same(t, "artist", []any{audit.Artists[0].Name, audit.Artists[0].Ms}, []any{"Band Two", int64(2_000_000)})
	same(t, "the nameless entry of the library", a.Library.Tracks[1], Item{"Song Two", "Band Two", "Album", "spotify:track:two"})
}

// TestAnotherReleaseOfATrack: Wrapped names one release, and what was played
// is another, or both.
func TestAnotherReleaseOfATrack(t *testing.T) {
	a := Read([]export.Document{
		doc(export.TopicWrapped, "Wrapped2024.json", `{"topTracks":{"topTracks":["spotify:track:one","spotify:track:single"]}}`),
		doc(export.TopicLibrary, "YourLibrary.json", resolverLibrary),
	})
	audit := a.Audits(history(t,
		play{"2024-01-10 10:00:00", 200, "spotify:track:remaster", "Song One", "Band One", "Remastered"},
		play{"2024-01-11 10:00:00", 200, "spotify:track:single", "Song Two", "Band Two", "Single"},
		play{"2024-01-12 10:00:00", 200, "spotify:track:album", "Song Two", "Band Two", "Album"},
		play{"2024-01-13 10:00:00", 200, "spotify:track:cover", "Song Two", "Another band", "Covers"},
	), time.UTC)[0]
	same(t, "plays", []int{audit.Tracks[0].Heard.Plays, audit.Tracks[1].Heard.Plays}, []int{1, 2})
}

func TestSearchesBesideAccountDataAlone(t *testing.T) {
	a := Read([]export.Document{
		doc(export.TopicSearches, "SearchQueries.json", `[
			{"searchTime":"2024-03-01T10:00:00.000Z[UTC]","searchQuery":"song o","searchInteractionURIs":["spotify:track:one"]},
			{"searchTime":"2024-03-01T11:00:00.000Z[UTC]","searchQuery":"covers","searchInteractionURIs":["spotify:track:one"]}]`),
		doc(export.TopicLibrary, "YourLibrary.json", resolverLibrary),
	})
	h := history(t,
		play{"2024-03-01 10:05:00", 200, "", "Song One", "Band One", ""},
		play{"2024-03-01 11:05:00", 200, "", "Song One", "Another band", ""},
	)
	sought := a.SearchOutcomes(h, usual)
	if sought[0].Row < 0 || h.Play(sought[0].Row).TS != unix(t, "2024-03-01 10:05:00") {
		t.Errorf("the search was followed by row %d", sought[0].Row)
	}
	same(t, "a track of the same title by others", sought[1].Row, -1)
}

func TestResolver(t *testing.T) {
	a := Read([]export.Document{
		doc(export.TopicLibrary, "YourLibrary.json", resolverLibrary),
		doc(export.TopicPlaylists, "Playlist1.json", resolverPlaylists),
	})
	h := history(t, append(accountPlays(), play{"2024-12-01 10:00:00", 200, "spotify:track:played", "Played", "Band One", ""})...)
	names := a.In(h)
	for uri, want := range map[string]Item{
		"spotify:track:one":    {"Song One", "Band One", "Album", "spotify:track:one"},
		"spotify:track:never":  {"Never", "Band Two", "", "spotify:track:never"},
		"spotify:track:played": {"Played", "Band One", "", "spotify:track:played"},
		"spotify:artist:two":   {"Band Two", "", "", "spotify:artist:two"},
		"spotify:track:nobody": {"", "", "", "spotify:track:nobody"},
		"":                     {},
	} {
		same(t, uri, names.Item(uri), want)
	}
	uris := []string{"spotify:track:two", "spotify:track:nobody", "spotify:track:played", "spotify:track:never"}
	var played []string
	for _, e := range names.Entities(uris) {
		played = append(played, e.Name)
	}
	same(t, "entities", played, []string{"Song Two", "", "Played", ""})
	same(t, "URI by the library", names.TrackURI("Band One", "Song One"), "spotify:track:one")
	same(t, "URI by a playlist", names.TrackURI("Band Two", "Song Two"), "spotify:track:two")
	same(t, "URI of nothing", names.TrackURI("", ""), "")
	e, ok := h.Find(lens.Artist, names.ArtistID("BAND one"))
	same(t, "artist", []any{e.Name, ok}, []any{"Band One", true})
	same(t, "no artist", names.ArtistID("Nobody"), "")
}
