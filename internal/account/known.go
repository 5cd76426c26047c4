package account

import (
	"math"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// KnownPlays answers for artists, albums and shows, in their order. Histories
// know those by their names only, so names are what they are found by.
func KnownPlays(h History, l dataset.Lens, by dataset.By, things []Thing) []dataset.Heard {
	heard := make([]dataset.Heard, len(things))
	if len(things) == 0 {
		return heard
	}
	key := func(name, creator string) string {
		if by != dataset.ByAlbum { // an artist is nobody's, and a show's maker stands in no history
			creator = ""
		}
		return dataset.Folded(name) + "\x00" + dataset.Folded(creator)
	}
	ids := make(map[string]string)
	note := func(items []dataset.Ranked) {
		for _, r := range items {
			k := key(r.Name, r.Creator)
			if _, ok := ids[k]; !ok { // of namesakes, the one with most time
				ids[k] = r.ID
			}
		}
	}
	seen := h.Rank(l, by, 0, math.MaxInt32).Items
	figures := make(map[string]*dataset.Ranked, len(seen))
	for i := range seen {
		figures[seen[i].ID] = &seen[i]
	}
	note(seen)
	known := false // whether what the lens does not see is noted, too
	for i := range things {
		t := &things[i]
		if t.Name == "" {
			continue
		}
		k := key(t.Name, t.Creator)
		if _, ok := ids[k]; !ok && !known {
			known = true
			note(h.Rank(dataset.Lens{}, by, 0, math.MaxInt32).Items)
		}
		heard[i].ID = ids[k]
		if r, ok := figures[ids[k]]; ok {
			heard[i] = dataset.Heard{ID: r.ID, Rows: r.Rows, Plays: r.Plays, Ms: r.Ms, First: r.First, Last: r.Last}
		}
	}
	return heard
}
