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
	for _, r := range h.Rank(dataset.Lens{}, by, 0, math.MaxInt32).Items {
		k := key(r.Name, r.Creator)
		if _, ok := ids[k]; !ok { // of namesakes, the one with most time
			ids[k] = r.ID
		}
	}
	figures := make(map[string]dataset.Ranked)
	for _, r := range h.Rank(l, by, 0, math.MaxInt32).Items {
		figures[r.ID] = r
	}
	for i := range things {
		id := ids[key(things[i].Name, things[i].Creator)]
		if things[i].Name == "" || id == "" {
			continue
		}
		r := figures[id]
		heard[i] = dataset.Heard{ID: id, Rows: r.Rows, Plays: r.Plays, Ms: r.Ms, First: r.First, Last: r.Last}
	}
	return heard
}
