package handlers

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

func TestPlayDetail(t *testing.T) {
	for want, it := range map[string]dataset.Item{
		"": {Country: unknownCountry},
		"started by clickrow, ended by trackdone, shuffle on, offline, private session, on ios, in Germany": {
			ReasonStart: "clickrow", ReasonEnd: "trackdone", Platform: "ios", Country: "DE",
			Shuffle: export.True, Offline: export.True, Incognito: export.True,
		},
		"known to the minute only": {Country: unknownCountry, Minute: true, Shuffle: export.False},
	} {
		if got := playDetail(it); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
