package account

import (
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// PlaylistPlays is what was heard of the items of a playlist. The history does
// not say from which list they were played.
type PlaylistPlays struct {
	Items       int // different ones
	Plays       int // each different item counted once
	Ms          int64
	NeverPlayed int   // different items without a play
	Last        int64 // end of the last play, Unix seconds, 0 for none
}

// matched finds the items of a list in a history. That does not depend on a
// lens, so it is done once for each list.
func (a *Account) matched(d *dataset.Dataset, list string, refs func() []dataset.TrackRef) *dataset.Matches {
	return dataset.Memoize(d, matchKey{a, list}, func() *dataset.Matches { return d.Match(refs()) })
}

// matchKey is what the matches of a list are remembered under.
type matchKey struct {
	account *Account
	list    string
}

// playlistMatches are the different items of all playlists, and which of them
// each playlist holds.
type playlistMatches struct {
	*dataset.Matches
	lists [][]int
}

func (a *Account) playlistMatches(d *dataset.Dataset) playlistMatches {
	return dataset.Memoize(d, matchKey{a, "playlists"}, func() playlistMatches {
		// A track can be in many lists; it is looked up once.
		at := make(map[string]int)
		var refs []dataset.TrackRef
		lists := make([][]int, len(a.Playlists))
		for i := range a.Playlists {
			items := a.Playlists[i].Items
			lists[i] = make([]int, 0, len(items))
			for j := range items {
				key := items[j].key()
				if key == "" {
					continue
				}
				n, ok := at[key]
				if !ok {
					n = len(refs)
					at[key] = n
					refs = append(refs, items[j].Ref())
				}
				lists[i] = append(lists[i], n)
			}
			slices.Sort(lists[i])
			lists[i] = slices.Compact(lists[i])
		}
		return playlistMatches{d.Match(refs), lists}
	})
}

// PlaylistPlays answers for every playlist, in the order of a.Playlists.
func (a *Account) PlaylistPlays(h *dataset.Dataset, l lens.Lens) []PlaylistPlays {
	m := a.playlistMatches(h)
	heard := h.Stats(l, m.Matches)
	out := make([]PlaylistPlays, len(m.lists))
	for i, list := range m.lists {
		p := &out[i]
		for _, n := range list {
			t := &heard[n]
			p.Items++
			p.Plays += t.Plays
			p.Ms += t.Ms
			p.Last = max(p.Last, t.Last)
			if t.Plays == 0 {
				p.NeverPlayed++
			}
		}
	}
	return out
}

// PlayedItem is something of the account with what was heard of it.
type PlayedItem struct {
	Item
	dataset.Stats
}

// ItemPlays answers for every item of a playlist, in its order.
func ItemPlays(h *dataset.Dataset, l lens.Lens, p *Playlist) []dataset.Stats {
	return h.Lookup(l, refsOf(p.Items))
}

// TrackPlays answers for every track of PlaylistTracks, in its order.
func (a *Account) TrackPlays(h *dataset.Dataset, l lens.Lens, tracks []PlaylistTrack) []dataset.Stats {
	return h.Stats(l, a.matched(h, "playlist tracks", func() []dataset.TrackRef { return refsOf(tracks) }))
}

// ListPlays answers for every track or episode of a list of the account, in its
// order. No two lists have one name.
func (a *Account) ListPlays(h *dataset.Dataset, l lens.Lens, list string, items []Item) []dataset.Stats {
	return h.Stats(l, a.matched(h, list, func() []dataset.TrackRef { return refsOf(items) }))
}

func refsOf[T any, P interface {
	*T
	Ref() dataset.TrackRef
}](items []T) []dataset.TrackRef {
	refs := make([]dataset.TrackRef, len(items))
	for i := range items {
		refs[i] = P(&items[i]).Ref()
	}
	return refs
}

// GroupPlays answers for every artist, album or show of a list of the account,
// in its order. Histories know those by their names only, see
// [dataset.Dataset.MatchGroups].
func (a *Account) GroupPlays(h *dataset.Dataset, l lens.Lens, by lens.EntityKind, list string, items []Item) []dataset.Stats {
	return h.Stats(l, dataset.Memoize(h, matchKey{a, list}, func() *dataset.Matches {
		return h.MatchGroups(by, refsOf(items))
	}))
}

// SavedPlays answers for every saved track and then for every saved episode, in
// the order of the library.
func (a *Account) SavedPlays(h *dataset.Dataset, l lens.Lens) []PlayedItem {
	tracks := a.ListPlays(h, l, "saved tracks", a.Library.Tracks)
	episodes := a.ListPlays(h, l, "saved episodes", a.Library.Episodes)
	out := make([]PlayedItem, 0, len(tracks)+len(episodes))
	for i, heard := range tracks {
		out = append(out, PlayedItem{a.Library.Tracks[i], heard})
	}
	for i, heard := range episodes {
		out = append(out, PlayedItem{a.Library.Episodes[i], heard})
	}
	return out
}

// LibraryPlays is the library beside the history.
type LibraryPlays struct {
	Saved       []PlayedItem // see SavedPlays
	NeverPlayed []int        // of Saved, those without a play
	Abandoned   []int        // of Saved, those that were played, but not within the last year of the history
}

// abandonedAfter is how many seconds before the end of the history something
// saved was last played when it counts as abandoned.
const abandonedAfter = 365 * 24 * 3600

// LibraryPlays joins the saved tracks and episodes.
func (a *Account) LibraryPlays(h *dataset.Dataset, l lens.Lens) LibraryPlays {
	p := LibraryPlays{Saved: a.SavedPlays(h, l)}
	_, last := h.Span()
	for i := range p.Saved {
		switch t := &p.Saved[i]; {
		case t.Plays == 0:
			p.NeverPlayed = append(p.NeverPlayed, i)
		case t.Last < last-abandonedAfter:
			p.Abandoned = append(p.Abandoned, i)
		}
	}
	return p
}

// NotSaved is the most played tracks that are not in the library, at most n. A
// track counts as saved under its URI and under any names it ever carried.
func (a *Account) NotSaved(h *dataset.Dataset, l lens.Lens, n int) []dataset.Ranked {
	saved := a.matched(h, "saved tracks", func() []dataset.TrackRef { return refsOf(a.Library.Tracks) })
	return h.TracksBeside(l, saved, n).Items
}
