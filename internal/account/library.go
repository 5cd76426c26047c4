package account

// Library is what was saved, followed and banned.
type Library struct {
	Tracks   []Item
	Albums   []Item
	Shows    []Item
	Episodes []Item
	Artists  []Item

	BannedTracks  []Item
	BannedArtists []Item

	Other []OtherList // lists of later years, by the names Spotify gave them
}

// OtherList is a list that has no place of its own.
type OtherList struct {
	Key   string
	Items []Item
}

// Saved is how many items there are in the library, banned ones not counted.
func (l *Library) Saved() int {
	n := len(l.Tracks) + len(l.Albums) + len(l.Shows) + len(l.Episodes) + len(l.Artists)
	for _, o := range l.Other {
		n += len(o.Items)
	}
	return n
}

func (r *reading) readLibrary(sources []Source) {
	l := &r.account.Library
	lists := map[string]*[]Item{
		"tracks": &l.Tracks, "albums": &l.Albums, "shows": &l.Shows, "episodes": &l.Episodes,
		"artists": &l.Artists, "bannedTracks": &l.BannedTracks, "bannedArtists": &l.BannedArtists,
	}
	others := make(map[string]int) // into l.Other
	newest := newest(sources)
	for i := range newest {
		c, done := r.open(&newest[i])
		c.object(func(key []byte) {
			list, known := lists[string(key)]
			albums := string(key) == "albums"
			if !known {
				if c.kind() != '[' {
					return
				}
				at, ok := others[string(key)]
				if !ok && len(l.Other) == maxOtherLists {
					return
				}
				if !ok {
					at = len(l.Other)
					others[string(key)] = at
					l.Other = append(l.Other, OtherList{Key: string(key)})
				}
				list = &l.Other[at].Items
			}
			c.array(func() {
				t := c.item()
				if albums && t.Name == "" {
					t.Name, t.Collection = t.Collection, ""
				}
				*list = append(*list, t)
			})
		})
		done()
	}
}
