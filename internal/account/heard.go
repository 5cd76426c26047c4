package account

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// PlaylistPlays is what was heard of a playlist, from wherever it was played:
// the history does not say from which list.
type PlaylistPlays struct {
	Items       int // different ones
	Plays       int // each different item counted once
	Ms          int64
	NeverPlayed int   // different items without a play
	Last        int64 // end of the last play, Unix seconds, 0 for none
}

// PlaylistPlays answers for every playlist, in the order of a.Playlists.
func (a *Account) PlaylistPlays(h History, l dataset.Lens) []PlaylistPlays {
	// Tracks stand in many lists: each is asked for once.
	at := make(map[string]int)
	var asks []dataset.Ask
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
				n = len(asks)
				at[key] = n
				asks = append(asks, items[j].Ask())
			}
			lists[i] = append(lists[i], n)
		}
	}
	heard := h.Lookup(l, asks)
	out := make([]PlaylistPlays, len(lists))
	for i, list := range lists {
		slices.Sort(list)
		p := &out[i]
		for _, n := range slices.Compact(list) {
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

// HeardThing is something of the account with what was heard of it.
type HeardThing struct {
	Thing
	dataset.Heard
}

// ItemPlays answers for every item of a playlist, in its order.
func ItemPlays(h History, l dataset.Lens, p *Playlist) []dataset.Heard {
	asks := make([]dataset.Ask, len(p.Items))
	for i := range p.Items {
		asks[i] = p.Items[i].Ask()
	}
	return h.Lookup(l, asks)
}

// TrackPlays answers for every track of PlaylistTracks, in its order.
func TrackPlays(h History, l dataset.Lens, tracks []PlaylistTrack) []dataset.Heard {
	asks := make([]dataset.Ask, len(tracks))
	for i := range tracks {
		asks[i] = tracks[i].Ask()
	}
	return h.Lookup(l, asks)
}

// LibraryPlays is the library beside the history.
type LibraryPlays struct {
	Tracks      []HeardThing // every saved track, in the order of the library
	Episodes    []HeardThing
	NeverPlayed []HeardThing // saved tracks and episodes without a play
	Abandoned   []HeardThing // saved and played, but not within the last year of the history; most played first
}

// abandonedAfter is how long something saved must lie still to be abandoned.
const abandonedAfter = 365 * 24 * 3600

// LibraryPlays joins the saved tracks and episodes.
func (a *Account) LibraryPlays(h History, l dataset.Lens) LibraryPlays {
	things := slices.Concat(a.Library.Tracks, a.Library.Episodes)
	asks := make([]dataset.Ask, len(things))
	for i := range things {
		asks[i] = things[i].Ask()
	}
	all := make([]HeardThing, len(things))
	for i, heard := range h.Lookup(l, asks) {
		all[i] = HeardThing{things[i], heard}
	}
	n := len(a.Library.Tracks)
	p := LibraryPlays{Tracks: all[:n:n], Episodes: all[n:]}
	_, last := h.Span()
	for _, t := range all {
		switch {
		case t.Plays == 0:
			p.NeverPlayed = append(p.NeverPlayed, t)
		case t.Last < last-abandonedAfter:
			p.Abandoned = append(p.Abandoned, t)
		}
	}
	slices.SortStableFunc(p.Abandoned, func(x, y HeardThing) int {
		return cmp.Or(cmp.Compare(y.Plays, x.Plays), cmp.Compare(y.Ms, x.Ms), strings.Compare(x.Name, y.Name))
	})
	return p
}

// NotSaved is the most played tracks that are not in the library, at most n. A
// track counts as saved under its URI and under its names.
func (a *Account) NotSaved(h History, l dataset.Lens, n int) []dataset.Ranked {
	saved := make(map[string]bool, 2*len(a.Library.Tracks))
	for i := range a.Library.Tracks {
		t := &a.Library.Tracks[i]
		saved[t.URI] = true
		saved[t.names()] = true
	}
	delete(saved, "") // what has no URI or no names is not known by that
	l.Sort = dataset.SortPlays
	var out []dataset.Ranked
	const page = 500
	for offset := 0; len(out) < n; offset += page {
		r := h.Rank(l, dataset.ByTrack, offset, page)
		for _, t := range r.Items {
			thing := Thing{Name: t.Name, Creator: t.Creator, URI: t.URI}
			if len(out) < n && t.Plays > 0 && !saved[t.URI] && !saved[thing.names()] {
				out = append(out, t)
			}
		}
		if len(r.Items) < page {
			break
		}
	}
	return out
}
