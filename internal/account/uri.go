package account

import "github.com/spotify-data-tool/spotify-data-tool/internal/dataset"

// trackNames are what a track is called and by whom, exactly as Spotify writes it.
type trackNames struct{ artist, title string }

// TrackURI is the URI that the library has for a track which the history knows
// by its names alone, as account data does, or nothing. Of several the first in
// the library counts.
func (a *Account) TrackURI(h *dataset.Dataset, artist, title string) string {
	uris := dataset.Remember(h, matchKey{a, "uris"}, func() map[trackNames]string {
		uris := make(map[trackNames]string, len(a.Library.Tracks))
		for _, t := range a.Library.Tracks {
			names := trackNames{t.Creator, t.Name}
			if t.URI != "" && t.Name != "" && uris[names] == "" {
				uris[names] = t.URI
			}
		}
		return uris
	})
	return uris[trackNames{artist, title}]
}
