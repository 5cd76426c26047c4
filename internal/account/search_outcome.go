package account

import (
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// SearchOutcome is a search with what was played of it.
type SearchOutcome struct {
	*Search     // of Account.Searches
	Row     int // of the first play of it, see [dataset.Dataset.FirstPlays]; -1 when there was none
}

// outcomeWithin is how long after a search a play counts as its outcome, in seconds.
const outcomeWithin = 10 * 60

// SearchOutcomes returns every search with the first play that began within ten
// minutes of it and is what was opened from the results, or has the name that
// was searched for. The history knows artists, albums and shows by name only,
// so what was opened of those counts where the library tells their names.
func (a *Account) SearchOutcomes(h *dataset.Dataset, l lens.Lens) []SearchOutcome {
	names := a.In(h)
	windows := make([]dataset.Window, len(a.Searches))
	out := make([]SearchOutcome, len(a.Searches))
	for i := range a.Searches {
		s := &a.Searches[i]
		out[i].Search = s
		if s.From == 0 || s.DayOnly {
			continue // without a time the window stays empty
		}
		w := dataset.Window{From: s.From / 1000, To: s.To/1000 + outcomeWithin}
		if s.Text != "" {
			w.Names = append(w.Names, s.Text)
		}
		for _, uri := range s.URIs {
			switch name := names.Item(uri).Name; {
			case !isCollection(uri):
				w.Refs = append(w.Refs, names.Ref(uri))
			case name != "":
				w.Names = append(w.Names, name)
			}
		}
		windows[i] = w
	}
	for i, row := range h.FirstPlays(l, windows) {
		out[i].Row = row
	}
	return out
}

// isCollection reports whether the URI is of something that rows of a history
// do not name by URI.
func isCollection(uri string) bool {
	kind, _, _ := strings.Cut(strings.TrimPrefix(uri, "spotify:"), ":")
	switch kind {
	case "artist", "album", "show", "playlist", "user", "search", "cultural-moment":
		return true
	}
	return false
}
