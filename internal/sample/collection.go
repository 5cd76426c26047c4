package sample

import (
	"slices"
	"strings"
)

// collection is what the listener has saved, in the order of saving.
type collection struct {
	songs    []*song
	records  []*record
	artists  []*performer
	shows    []*programme
	episodes []*song
}

// playlist is a list of the listener's own.
type playlist struct {
	*wish
	uri      string
	items    []item
	modified int64
	deleted  bool
}

// item is a song in a playlist.
type item struct {
	song *song
	at   int64
}

// change is something done to the library or a playlist.
type change struct {
	at       int64
	event    string // as the technical log calls it
	uri      string // of what was saved, added or removed
	list     *playlist
	position int
}

func (p *Person) change(at int64, event, uri string, l *playlist, position int) {
	p.changes = append(p.changes, change{at, event, uri, l, position})
}

// like saves songs and follows artists after a play.
func (p *Person) like(s *song, whole bool, m mode) {
	if !whole {
		return
	}
	s.plays++
	at := p.now + int64(p.r.IntN(20)) - 60
	if s.of != nil {
		p.subscribe(s, at)
		return
	}
	if s.saved == 0 && m != guilty && m != feast && s.plays >= 2 && p.r.IntN(11) == 0 || s.saved == 0 && m == discovery && p.r.IntN(9) == 0 {
		s.saved = at
		p.kept.songs = append(p.kept.songs, s)
		p.change(at, "AddedToCollection", s.id, nil, -1)
	}
	if p.r.IntN(110) == 0 && !slices.Contains(p.kept.artists, s.by) && m != guilty {
		p.kept.artists = append(p.kept.artists, s.by)
		p.change(at, "AddedToCollection", s.by.uri, nil, -1)
	}
	if m == albums && len(s.on.songs) > 1 && s == s.on.songs[len(s.on.songs)-1] && p.r.IntN(6) == 0 && !slices.Contains(p.kept.records, s.on) {
		p.kept.records = append(p.kept.records, s.on)
		p.change(at, "AddedToCollection", s.on.uri, nil, -1)
	}
}

// subscribe saves shows and episodes after a play.
func (p *Person) subscribe(s *song, at int64) {
	if s.Kind == Audiobook {
		return
	}
	if s.of.next >= 3 && !slices.Contains(p.kept.shows, s.of) {
		p.kept.shows = append(p.kept.shows, s.of)
		p.change(at, "AddedToCollection", s.of.uri, nil, -1)
	}
	if p.r.IntN(14) == 0 {
		p.kept.episodes = append(p.kept.episodes, s)
		p.change(at, "AddedToCollection", s.id, nil, -1)
	}
}

// tend changes the playlists and the library, once a day.
func (p *Person) tend(d int, year float64) {
	at := p.from + int64(d)*Day + int64(19*3600+p.r.IntN(3*3600))
	for i := range wishes {
		w := &wishes[i]
		if d == p.dayOf(w.made) {
			l := &playlist{wish: w, uri: URI(p.r, "playlist")}
			p.lists = append(p.lists, l)
			p.change(at, "PlaylistCreated", "", l, -1)
			for range w.size / 3 {
				p.put(l, at)
				at += int64(9 + p.r.IntN(50))
			}
		}
	}
	for _, l := range p.lists {
		switch last := min(p.dayOf(l.done), p.days-1); {
		case l.deleted:
		case l.gone > 0 && d == p.dayOf(l.gone):
			l.deleted = true
			p.change(at, "RemovedFromCollection", l.uri, nil, -1)
		case d >= last || len(l.items) >= l.size || year < l.made:
		case p.r.Float64() < float64(l.size-len(l.items))/float64(last-d)*1.2:
			for range min(1+p.r.IntN(3), l.size-len(l.items)) {
				p.put(l, at)
				at += int64(11 + p.r.IntN(300))
			}
		case len(l.items) > 8 && p.r.IntN(160) == 0:
			i := p.r.IntN(len(l.items))
			p.change(at, "RemovedFromPlaylist", l.items[i].song.id, l, i)
			l.items = slices.Delete(l.items, i, i+1)
			l.modified = at
		}
	}
	if n := len(p.kept.songs); n > 60 && p.r.IntN(24) == 0 {
		i := p.r.IntN(n)
		p.change(at, "RemovedFromCollection", p.kept.songs[i].id, nil, -1)
		p.kept.songs[i].saved = 0
		p.kept.songs = slices.Delete(p.kept.songs, i, i+1)
	}
}

// put adds a song to a playlist: one of its genres that is not in it yet, and
// mostly one that the listener knows.
func (p *Person) put(l *playlist, at int64) {
	// Friends may add what the listener has never heard.
	friends := len(l.with) > 0 && p.r.IntN(2) == 0
	for try := range 12 {
		var s *song
		switch n := len(p.kept.songs); {
		case l.listed == talk:
			show := p.world.shows[p.r.IntN(len(p.world.shows))]
			s = show.parts[min(show.next+p.r.IntN(6), len(show.parts)-1)]
		case len(l.genres) > 0:
			by := p.drawnOf(l.genres)
			s = p.some(by, 1)[0]
			if friends {
				s = by.songs[len(by.songs)-1-p.r.IntN(1+len(by.songs)/3)]
			}
		case n > 20:
			f := p.r.Float64()
			s = p.kept.songs[n-1-int(f*f*float64(n))]
		default:
			s = p.some(p.drawn(), 1)[0]
		}
		if try < 7 && s.plays == 0 && l.listed != talk && !friends {
			continue
		}
		if slices.ContainsFunc(l.items, func(it item) bool { return it.song == s }) {
			continue
		}
		l.items = append(l.items, item{s, at})
		l.modified = at
		p.change(at, "AddedToPlaylist", s.id, l, len(l.items)-1)
		return
	}
}

// search is one row of what the listener typed.
type search struct {
	at       int64 // Unix milliseconds
	platform string
	query    string
	opened   []string // URIs
}

// fruitless are searches that led nowhere.
var fruitless = []string{"rain sounds no ads", "that song from the ferry advert", "aarnen soittolista", "fado noturno 2009", "running 172 bpm", "saunamusiikki", "kuinka oppia suomea", "pastel de nata", "white noise fan", "half marathon pace"}

// look sometimes searches for what is played next, in the last year, and
// reports whether it did. Spotify has a row for the content of the field after
// nearly every key.
func (p *Person) look(s *sitting, next *song) bool {
	if p.now < p.to.AddDate(-1, 0, 0).Unix() || next.by == nil || s.mode != albums && s.mode != mixes && s.mode != discovery || p.r.IntN(5) == 0 {
		return false
	}
	query, opened := next.title, next.id
	switch k := p.r.IntN(10); {
	case k < 3:
		query, opened = next.by.name, next.by.uri
	case k < 4:
		query, opened = next.on.name, next.on.uri
	}
	platform := map[gadget]string{phone: "IPHONE", laptop: "OSX"}[s.device]
	begun := (p.now - int64(9+p.r.IntN(30))) * 1000
	if p.r.IntN(7) == 0 {
		p.enter(begun-int64(60_000+p.r.IntN(400_000)), platform, fruitless[p.r.IntN(len(fruitless))], "")
	}
	p.enter(begun, platform, query, opened)
	return true
}

// enter types a query letter by letter, until the result shows.
func (p *Person) enter(at int64, platform, query, opened string) {
	letters := []rune(query)
	enough := len(letters)
	if opened != "" && enough > 5 {
		enough = min(enough, 4+p.r.IntN(8))
	}
	for n := 0; n < enough; {
		n = min(n+1+p.r.IntN(3), enough)
		at += int64(180 + 260*p.r.IntN(4))
		row := search{at: at, platform: platform, query: strings.ToLower(string(letters[:n]))}
		if n == enough && opened != "" {
			row.opened = []string{opened}
		}
		p.searches = append(p.searches, row)
	}
}
