package sample

import (
	"slices"
	"strings"
	"time"
)

// belongings are the documents of what the person has: playlists, the library,
// and what was looked for.
func (p *Person) belongings() []Document {
	lists := []object{}
	for _, l := range slices.Backward(p.lists) {
		if !l.deleted {
			lists = append(lists, l.document())
		}
	}
	slices.SortStableFunc(p.searches, func(a, b search) int { return int(a.at - b.at) })
	return []Document{
		{"Playlist1.json", object{"playlists", lists}},
		{"YourLibrary.json", p.library()},
		{"SearchQueries.json", each(p.searches, func(s search) object {
			return object{
				"platform", s.platform, "searchTime", time.UnixMilli(s.at).UTC().Format("2006-01-02T15:04:05.000Z[UTC]"),
				"searchQuery", s.query, "searchInteractionURIs", append([]string{}, s.opened...),
			}
		})},
	}
}

func dateOf(ts int64) string { return time.Unix(ts, 0).UTC().Format(time.DateOnly) }

func (l *playlist) document() object {
	var about any
	if l.about != "" {
		about = l.about
	}
	return object{
		"name", l.name, "lastModifiedDate", dateOf(l.modified), "collaborators", append([]string{}, l.with...),
		"items", each(l.items, func(it item) object {
			s := it.song
			if s.of != nil {
				return object{"episode", object{"episodeName", s.title, "showName", s.of.name, "episodeUri", s.id}, "addedDate", dateOf(it.at)}
			}
			return object{
				"track", object{"trackName", s.title, "artistName", s.by.name, "albumName", s.on.name, "trackUri", s.id},
				"addedDate", dateOf(it.at),
			}
		}),
		"description", about, "numberOfFollowers", l.followers,
	}
}

// library is what was saved, the newest first. Some of it was never played.
func (p *Person) library() object {
	kept := p.kept
	songs := slices.Clone(kept.songs)
	slices.Reverse(songs)
	unheard := p.unheard(14)
	for i, s := range unheard {
		songs = slices.Insert(songs, min(len(songs), 3+i*11), s)
	}
	records := slices.Clone(kept.records)
	slices.Reverse(records)
	for _, s := range unheard[:min(4, len(unheard))] {
		records = append(records, s.on)
	}
	shows := slices.Clone(kept.shows)
	for _, s := range p.world.shows {
		if !slices.Contains(shows, s) {
			shows = append(shows, s)
		}
	}
	artists := slices.Clone(kept.artists)
	// The favourites of each year are followed.
	favourites := []*performer{p.performer(firstLove), p.performer(theOne)}
	for _, year := range p.wrappedYears() {
		favourites = append(favourites, p.counted(year).favourites()...)
	}
	for _, a := range favourites {
		if !slices.Contains(artists, a) {
			artists = append(artists, a)
		}
	}
	slices.SortFunc(artists, func(a, b *performer) int { return strings.Compare(a.name, b.name) })
	banned := p.world.fringe[3].songs[0]
	return object{
		"tracks", each(songs, func(s *song) object {
			return object{"artist", s.by.name, "album", s.on.name, "track", s.title, "uri", s.id}
		}),
		"albums", each(records, func(r *record) object { return object{"artist", r.by.name, "album", r.name, "uri", r.uri} }),
		"shows", each(shows, func(s *programme) object { return object{"name", s.name, "publisher", s.by, "uri", s.uri} }),
		"episodes", each(kept.episodes, func(s *song) object { return object{"name", s.title, "show", s.of.name, "uri", s.id} }),
		"bannedTracks", []object{{"artist", banned.by.name, "album", banned.on.name, "track", banned.title, "uri", banned.id}},
		"artists", each(artists, func(a *performer) object { return object{"name", a.name, "uri", a.uri} }),
		"bannedArtists", []object{{"name", p.world.fringe[5].name, "uri", p.world.fringe[5].uri}},
		"other", []object{},
	}
}

// unheard are songs that were never played, of n different artists.
func (p *Person) unheard(n int) []*song {
	heard := make(map[*song]bool)
	for i := range p.plays {
		heard[p.plays[i].song] = true
	}
	var out []*song
	for _, a := range p.world.performers {
		if a.genre == feastGenre || a.genre == guiltyGenre || a.genre == guiltyBefore {
			continue
		}
		for _, s := range slices.Backward(a.songs) {
			if !heard[s] {
				out = append(out, s)
				break
			}
		}
		if len(out) == n {
			break
		}
	}
	return out
}
