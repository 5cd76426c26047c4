package history

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

func TestPlayDetail(t *testing.T) {
	for want, it := range map[string]dataset.Item{
		"":                   {Country: words.UnknownCountry},
		"in the Netherlands": {ReasonStart: "unknown", ReasonEnd: "a_later_code", Platform: "not_applicable", Country: "NL"},
		"chosen from a list, ended by itself, shuffle on, offline, private session, on iOS 13.3 (iPhone11,8), in Germany": {
			ReasonStart: "clickrow", ReasonEnd: "trackdone", Platform: "iOS 13.3 (iPhone11,8)", Country: "DE",
			Shuffle: export.True, Offline: export.True, Incognito: export.True,
		},
		"known to the minute only": {Country: words.UnknownCountry, Minute: true, Shuffle: export.False},
	} {
		if got := playDetail(it); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
