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

func (r *reading) readLibrary(sources []source) {
	l := &r.account.Library
	lists := map[string]*[]Item{
		"tracks": &l.Tracks, "albums": &l.Albums, "shows": &l.Shows, "episodes": &l.Episodes,
		"artists": &l.Artists, "bannedTracks": &l.BannedTracks, "bannedArtists": &l.BannedArtists,
	}
	others := make(map[string]int) // into l.Other
	// listOf returns the list of that name; nil for what is no list, and for
	// lists beyond the bound.
	listOf := func(c *cursor, key string) *[]Item {
		if list := lists[key]; list != nil {
			return list
		}
		at, known := others[key]
		if c.kind() != '[' || !known && len(l.Other) == maxOtherLists {
			return nil
		}
		if !known {
			at = len(l.Other)
			others[key] = at
			l.Other = append(l.Other, OtherList{Key: key})
		}
		return &l.Other[at].Items
	}
	for _, s := range sources {
		r.read(&s, func(c *cursor) {
			c.object(func(key []byte) {
				name := string(key)
				list := listOf(c, name)
				if list == nil {
					return
				}
				c.array(func() {
					it := c.item()
					if name == "albums" && it.Name == "" {
						it.Name, it.Collection = it.Collection, ""
					}
					*list = append(*list, it)
				})
			})
		})
	}
}
