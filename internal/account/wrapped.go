package account

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Wrapped is Spotify's Wrapped of one year. Its document has a new shape every
// year: the keys of 2024 and 2025 are tried first, and then similar ones
// anywhere in the document. Zero means unknown.
type Wrapped struct {
	Year int

	Ms      int64 // listened to
	Artists int   // different ones
	Tracks  int

	TopArtists  []string // URIs or names
	TopArtistMs int64    // of the first
	TopTracks   []WrappedTrack

	MostDay lens.Date

	Facts []Fact // everything else the document says
}

// WrappedTrack is one of the top tracks. The package of 2024 gives a number of
// plays for the first only.
type WrappedTrack struct {
	URI   string // or a name
	Plays int
	Ms    int64
}

// readWrapped takes one document of each year, the newest.
func (r *reading) readWrapped(sources []source) {
	seen := make(map[int]bool)
	for i := range sources {
		year := yearOf(sources[i].Name)
		if seen[year] || len(seen) == maxWrapped {
			continue
		}
		n := r.document(&sources[i])
		if n == nil || n.Kind != NodeObject {
			continue
		}
		seen[year] = true
		w := wrapped(n)
		w.Year = year
		r.account.Wrapped = append(r.account.Wrapped, w)
	}
	slices.SortFunc(r.account.Wrapped, func(a, b Wrapped) int { return cmp.Compare(a.Year, b.Year) })
}

// yearOf is the year in the name of a document, 0 when there is none.
func yearOf(name string) int {
	base := baseOf(name)
	for i := 0; i+4 <= len(base); i++ {
		if y, err := strconv.Atoi(base[i : i+4]); err == nil && y >= 2010 && y < 2100 {
			return y
		}
	}
	return 0
}

func wrapped(n *Node) Wrapped {
	artists, tracks := n.Child("topArtists"), n.Child("topTracks")
	metrics := n.Child("yearlyMetrics")
	w := Wrapped{
		Ms:          metrics.whole("totalMsListened"),
		Artists:     int(artists.whole("numUniqueArtists")),
		Tracks:      int(tracks.whole("distinctTracksPlayed", "numUniqueTracks")),
		TopArtistMs: artists.whole("topArtistMilliseconds", "topArtistMsPlayed"),
		MostDay:     metrics.date("mostListenedDay"),
	}
	for _, artist := range favourites(n.favouriteNodes("topArtists"), "artistUri") {
		w.TopArtists = append(w.TopArtists, artist.URI)
	}
	songs := n.favouriteNodes("topTracks")
	if songs == nil {
		songs = n.favouriteNodes("topSongs")
	}
	w.TopTracks = favourites(songs, "trackUri")
	if plays := int(tracks.whole("topTrackPlayCount")); len(w.TopTracks) > 0 && w.TopTracks[0].Plays == 0 {
		w.TopTracks[0].Plays = plays
	}
	if w.Ms == 0 {
		w.Ms = n.listened()
	}
	for _, f := range n.facts() {
		if !strings.HasPrefix(f.Path, "top") || !strings.Contains(f.Text, ":") {
			w.Facts = append(w.Facts, f) // the URIs of favourites are told above
		}
	}
	return w
}

// favourites are what nodes name, by themselves or under one of the usual keys.
func favourites(nodes []Node, uri string) []WrappedTrack {
	var list []WrappedTrack
	for i := range nodes {
		c := &nodes[i]
		var t WrappedTrack
		switch c.Kind {
		case NodeText:
			t.URI = c.Text
		case NodeObject:
			t = WrappedTrack{
				URI:   c.text(uri, "uri", "name"),
				Plays: int(c.whole("count", "playCount", "streamCount")),
				Ms:    c.whole("msPlayed", "milliseconds"),
			}
		}
		if t.URI != "" {
			list = append(list, t)
		}
	}
	return list
}

// favouriteNodes are the list of a kind: under its key, or in the first array of
// an object of that key (topArtists.topArtistUris, topPodcasts.topPodcastsUri).
func (n *Node) favouriteNodes(key string) []Node {
	c := n.find(func(n *Node) bool {
		return strings.EqualFold(n.Key, key) && (n.Kind == NodeArray || n.Kind == NodeObject && n.firstArray(key) != nil)
	})
	if c != nil && c.Kind == NodeObject {
		c = c.firstArray(key)
	}
	if c == nil {
		return nil
	}
	return c.Children
}

// firstArray is the first array whose name begins like the key.
func (n *Node) firstArray(key string) *Node {
	stem := strings.ToLower(strings.TrimSuffix(key, "s"))
	for i := range n.Children {
		if c := &n.Children[i]; c.Kind == NodeArray && strings.HasPrefix(strings.ToLower(c.Key), stem) {
			return c
		}
	}
	return nil
}

// find is the first node beneath n, the shallow ones first, that is wanted.
func (n *Node) find(wanted func(*Node) bool) *Node {
	level := []*Node{n}
	for len(level) > 0 {
		var next []*Node
		for _, m := range level {
			for i := range m.Children {
				c := &m.Children[i]
				if wanted(c) {
					return c
				}
				if !c.Scalar() {
					next = append(next, c)
				}
			}
		}
		level = next
	}
	return nil
}

// listened looks for the listening time in a document of unknown shape: the
// first number whose key has "total" and a unit of time in it.
func (n *Node) listened() int64 {
	var ms int64
	n.find(func(c *Node) bool {
		if c.Kind != NodeNumber {
			return false
		}
		key := strings.ToLower(c.Key)
		if !strings.Contains(key, "total") || strings.Contains(key, "podcast") {
			return false
		}
		unit := 0.0
		switch {
		case strings.Contains(key, "minutes"):
			unit = 60_000
		case strings.Contains(key, "seconds") && !strings.Contains(key, "milli"):
			unit = 1000
		case strings.Contains(key, "ms") || strings.Contains(key, "milliseconds"):
			unit = 1
		default:
			return false
		}
		f, err := strconv.ParseFloat(c.Text, 64)
		// No year has more than its milliseconds.
		if err != nil || f <= 0 || f*unit > 366*24*3600*1000 {
			return false
		}
		ms = int64(f * unit)
		return true
	})
	return ms
}
