package account

import (
	"slices"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

func changesDoc(name, rows string) export.Document { return doc(export.TopicChanges, name, rows) }

func TestChanges(t *testing.T) {
	sources := []export.Document{
		changesDoc("AddedToPlaylist.json", `[
			{"change":"AddedToPlaylist","timestamp_utc":"2024-03-01T10:00:00.500Z","message_playlist_uri":"spotify:playlist:P","message_item_uris":["spotify:track:A","spotify:track:A","spotify:episode:B"],"message_position":"7"},
			{"change":"AddedToPlaylist","timestamp_utc":"x","message_context_uri":"spotify:playlist:Q","message_uri":"spotify:track:C","message_name":"Named"}]`),
		changesDoc("AddedToCollection.json", `[{"change":"AddedToCollection","timestamp_utc":1709287200,"message_uri":"spotify:playlist:P","message_context_uri":"spotify:album:Z"}]`),
		changesDoc("PlaylistCreated.json", `[{"change":"PlaylistCreated","timestamp_utc":"2024-02-29T10:00:00Z","message_uri":"spotify:playlist:P","message_name":"Road"}]`),
		changesDoc("RemovedFromPlaylist.json", `[{"change":"RemovedFromPlaylist","timestamp_utc":"2024-03-02T10:00:00Z","message_playlist_name":"Road","message_track_uri":"spotify:track:A"}]`),
		changesDoc("AddedToQueue.json", `[{"change":"AddedToQueue","timestamp_utc":"2024-03-03T10:00:00Z","message_track_uri":"spotify:track:A"}]`),
	}
	a := Read(sources)
	same(t, "changes", a.Changes, []Change{
		{Kind: ChangePlaylistAdded, Event: "AddedToPlaylist", URIs: []string{"spotify:track:C"}, Name: "Named", Playlist: Named{URI: "spotify:playlist:Q"}, Position: -1},
		{Time: 1709200800000, Kind: ChangePlaylistCreated, Event: "PlaylistCreated", Playlist: Named{"spotify:playlist:P", "Road"}, Position: -1},
		{Time: 1709287200000, Kind: ChangeSaved, Event: "AddedToCollection", URIs: []string{"spotify:playlist:P"}, Position: -1},
		{Time: 1709287200500, Kind: ChangePlaylistAdded, Event: "AddedToPlaylist", URIs: []string{"spotify:track:A", "spotify:episode:B"}, Playlist: Named{URI: "spotify:playlist:P"}, Position: 7},
		{Time: 1709373600000, Kind: ChangePlaylistRemoved, Event: "RemovedFromPlaylist", URIs: []string{"spotify:track:A"}, Playlist: Named{Name: "Road"}, Position: -1},
		{Time: 1709460000000, Kind: ChangeOther, Event: "AddedToQueue", URIs: []string{"spotify:track:A"}, Position: -1},
	})
	same(t, "problems", a.Problems, []Problem{problem(sources[0], CodeNoTime, 1)})
}

// TestChangesOfSeveralLogsCountOnce: logs of a few weeks each overlap, in
// whichever order they come.
func TestChangesOfSeveralLogsCountOnce(t *testing.T) {
	row := func(at string) string {
		return `{"change":"AddedToCollection","timestamp_utc":"2024-03-` + at + `T10:00:00Z","message_uri":"spotify:track:A"}`
	}
	older := aged(changesDoc("AddedToCollection.json", "["+row("01")+","+row("02")+","+row("02")+"]"), "log (1).zip", 1_710_000_000)
	newer := aged(changesDoc("AddedToCollection.json", "["+row("02")+","+row("03")+"]"), "log (2).zip", 1_720_000_000)
	once := Read([]export.Document{older, newer}).Changes
	same(t, "changes", len(once), 4)
	same(t, "the other way round", Read([]export.Document{newer, older}).Changes, once)
	if !slices.IsSortedFunc(once, func(a, b Change) int { return int(a.Time - b.Time) }) {
		t.Error("not in order of time")
	}
}

func TestChangesAreNamed(t *testing.T) {
	h := history(t, play{end: "2024-01-01 10:00:00", seconds: 60, uri: "spotify:track:0000000000000000000001", title: "Played", artist: "Artist"})
	a := Read([]export.Document{
		changesDoc("AddedToPlaylist.json", `[{"change":"AddedToPlaylist","timestamp_utc":"2024-03-01T10:00:00Z","message_playlist_uri":"spotify:playlist:P",
			"message_item_uris":["spotify:track:0000000000000000000001","spotify:album:S","spotify:track:L","spotify:track:nobody","spotify:local:Me:Mine:Song:200"]}]`),
		changesDoc("PlaylistCreated.json", `[{"change":"PlaylistCreated","timestamp_utc":"2024-02-29T10:00:00Z","message_uri":"spotify:playlist:P","message_name":"Road"}]`),
		changesDoc("AddedToCollection.json", `[{"change":"AddedToCollection","timestamp_utc":"2024-02-28T10:00:00Z","message_uri":"spotify:playlist:P"}]`),
		doc(export.TopicLibrary, "YourLibrary.json", `{"albums":[{"album":"Saved","artist":"Someone","uri":"spotify:album:S"}]}`),
		doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[{"name":"Road","items":[{"track":{"trackName":"Listed","artistName":"Else","trackUri":"spotify:track:L"}}]}]}`),
	})
	changed := a.ResolvedChanges(h)
	var names []string
	for _, it := range changed[0].Items {
		names = append(names, it.Name+" by "+it.Creator)
	}
	same(t, "names", names, []string{"Played by Artist", "Saved by Someone", "Listed by Else", " by ", "Song by Me"})
	if changed[0].Items[0].Entity.ID != "0000000000000000000001" || changed[0].Items[2].Entity.ID != "" {
		t.Errorf("%+v", changed[0].Items)
	}
	for i, want := range []string{"Road", "Road", ""} {
		if got := changed[i].Playlist.Name; got != want || (changed[i].PlaylistID == a.Playlists[0].ID) != (want != "") {
			t.Errorf("change %d: playlist %q, %q", i, got, changed[i].PlaylistID)
		}
	}
	same(t, "a saved playlist", changed[2].Items[0].Name, "Road")
}
