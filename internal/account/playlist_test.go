package account

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

func names(list []Playlist) []string {
	var n []string
	for _, p := range list {
		n = append(n, p.DisplayName)
	}
	return n
}

func TestDuplicateNamesAreToldApart(t *testing.T) {
	s := doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[
		{"name":"Chill","items":[{"track":{"trackName":"1"}}]},{"name":"Chill (2)","items":[]},
		{"name":"Chill","items":[{"track":{"trackName":"2"}}]},{"name":"","items":[]},{"name":"","items":[]}]}`)
	a := Read([]export.Document{s})
	same(t, "names", names(a.Playlists), []string{"Chill", "Chill (2)", "Chill (3)", "", " (2)"})
	ids := make(map[string]bool)
	for _, p := range a.Playlists {
		ids[p.ID] = true
		found, ok := a.Playlist(p.ID)
		if !ok || found.DisplayName != p.DisplayName {
			t.Errorf("%q is not found by its ID", p.DisplayName)
		}
	}
	same(t, "different IDs", len(ids), 5)
}

func TestPlaylistsOfPackagesAreUnited(t *testing.T) {
	old := aged(doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[
		{"name":"Grown","items":[{"track":{"trackName":"1","artistName":"A"}},{"track":{"trackName":"2"}},{"track":{"trackName":"3"}}]},
		{"name":"Pruned","items":[{"track":{"trackName":"1"}},{"track":{"trackName":"2"}},{"track":{"trackName":"3"}}]},
		{"name":"Deleted","items":[{"track":{"trackName":"9"}}]},
		{"name":"Other","items":[{"track":{"trackName":"1"}}]}]}`), "old.zip", 1_600_000_000)
	recent := doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[
		{"name":"Grown","items":[{"track":{"trackName":"1","artistName":"A","trackUri":"spotify:track:1"}},{"track":{"trackName":"2"}},{"track":{"trackName":"3"}},{"track":{"trackName":"4"}}]},
		{"name":"Pruned","items":[{"track":{"trackName":"3"}},{"track":{"trackName":"2"}}]},
		{"name":"Other","items":[{"track":{"trackName":"2"}}]}]}`)
	a := Read([]export.Document{old, recent})
	same(t, "names", names(a.Playlists), []string{"Grown", "Pruned", "Other", "Deleted", "Other (2)"})
	var current []bool
	for _, p := range a.Playlists {
		current = append(current, p.Current)
	}
	same(t, "current", current, []bool{true, true, true, false, false})
	same(t, "grown", len(a.Playlists[0].Items), 4)
	same(t, "ID of what grew", a.Playlists[0].ID, Read([]export.Document{old}).Playlists[0].ID)
}

// TestOnePlaylistContinuesOneOther: of two old ones that a newer one could have
// grown from, the other was deleted, and is kept.
func TestOnePlaylistContinuesOneOther(t *testing.T) {
	old := aged(doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[
		{"name":"Mix","items":[{"track":{"trackName":"1"}},{"track":{"trackName":"2"}}]},
		{"name":"Mix","items":[{"track":{"trackName":"2"}},{"track":{"trackName":"1"}}]}]}`), "old.zip", 1_600_000_000)
	recent := doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[
		{"name":"Mix","items":[{"track":{"trackName":"3"}},{"track":{"trackName":"2"}},{"track":{"trackName":"1"}}]}]}`)
	a := Read([]export.Document{old, recent})
	same(t, "names", names(a.Playlists), []string{"Mix", "Mix (2)"})
	same(t, "current", []bool{a.Playlists[0].Current, a.Playlists[1].Current}, []bool{true, false})
}

func TestPlaylistTracks(t *testing.T) {
	a := Read([]export.Document{doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[
		{"name":"A","items":[{"track":{"trackName":"Solo","artistName":"X","trackUri":"spotify:track:s"},"addedDate":"2024-05-01"},{"track":{"trackName":"Both","artistName":"Y"}}]},
		{"name":"B","items":[{"track":{"trackName":"BOTH","artistName":"y","trackUri":"spotify:track:b"},"addedDate":"2023-05-01"},
			{"track":{"trackName":"BOTH","artistName":"y","trackUri":"spotify:track:b"},"addedDate":"2022-05-01"},{"episode":{"episodeName":"E","episodeUri":"spotify:episode:e"}}]},
		{"name":"C","items":[]}]}`)})
	tracks := a.PlaylistTracks()
	same(t, "tracks", tracks, []PlaylistTrack{
		{Item: Item{"BOTH", "y", "", "spotify:track:b"}, In: []int{0, 1}, Times: 3, Added: day(2022, 5, 1)},
		{Item: Item{"Solo", "X", "", "spotify:track:s"}, In: []int{0}, Times: 1, Added: day(2024, 5, 1)},
	})
	same(t, "overview", a.PlaylistOverview(len(tracks)), Overview{Playlists: 3, Items: 5, Tracks: 2, Average: 5.0 / 3, Empty: 1})
}
