package account

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestKnownPlays(t *testing.T) {
	h := history(t,
		play{"2023-01-01 10:00:00", 60, "spotify:track:1", "One", "Björk", "Same"},
		play{"2023-02-01 10:00:00", 90, "spotify:track:2", "Two", "Other", "Same"},
		play{"2024-02-01 10:00:00", 10, "spotify:track:1", "One", "Björk", "Same"},
	)
	a := &Account{}
	artists := []Item{{Name: "bjork"}, {Name: ""}, {Name: "Nobody"}, {Name: "Other", Creator: "ignored"}}
	got := a.GroupPlays(h, usual, lens.Artist, "artists", artists)
	if len(got) != 4 || got[0].Plays != 1 || got[0].Rows != 2 || got[0].Ms != 70_000 || got[0].First != unix(t, "2023-01-01 10:00:00") || got[3].Plays != 1 {
		t.Errorf("artists: %+v", got)
	}
	if got[1] != (dataset.Stats{}) || got[2] != (dataset.Stats{}) {
		t.Errorf("unknown artists: %+v", got[1:3])
	}
	albums := a.GroupPlays(h, usual, lens.Album, "albums", []Item{{Name: "SAME", Creator: "other"}, {Name: "Same"}})
	if albums[0].Ms != 90_000 || albums[1].ID != "" {
		t.Errorf("albums: %+v", albums)
	}
	// What the lens does not see keeps its page.
	later := usual
	later.From = lens.Date{Year: 2024, Month: 1, Day: 1}
	other := a.GroupPlays(h, later, lens.Artist, "artists", artists)[3]
	if other.ID != got[3].ID || other.ID == "" || other.Rows != 0 {
		t.Errorf("out of range: %+v", other)
	}
	if got := a.GroupPlays(h, usual, lens.Show, "shows", nil); len(got) != 0 {
		t.Errorf("nothing: %+v", got)
	}
}
