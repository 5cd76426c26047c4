package account

import "slices"

// Marquee is the segment in which Spotify sells a person to an artist.
type Marquee struct {
	Artist  string
	Segment string
}

func (r *reading) readMarquee(sources []source) {
	for _, s := range sources {
		r.read(&s, func(c *cursor) {
			c.objects(func() {
				var m Marquee
				c.object(func(key []byte) {
					switch string(key) {
					case "artistName":
						m.Artist = c.text()
					case "segment":
						m.Segment = c.text()
					}
				})
				r.account.Marquee = append(r.account.Marquee, m)
			})
		})
	}
}

// Segment is a kind of listener, with the artists to whom the person is one.
type Segment struct {
	Name    string   `json:"segment"`
	Artists []string `json:"artists"`
}

// segments are the known ones, the most devoted first.
var segments = []string{"Super Listeners", "Moderate listeners", "Light listeners", "Previously Active Listeners"}

// Segments groups the marquee rows, the most devoted segment first; segments
// that are not known follow in the order of the document.
func (a *Account) Segments() []Segment {
	at := make(map[string]int, len(segments))
	all := make([]Segment, len(segments))
	for i, name := range segments {
		at[name], all[i].Name = i, name
	}
	for _, m := range a.Marquee {
		i, ok := at[m.Segment]
		if !ok {
			i = len(all)
			at[m.Segment] = i
			all = append(all, Segment{Name: m.Segment})
		}
		all[i].Artists = append(all[i].Artists, m.Artist)
	}
	return slices.DeleteFunc(all, func(s Segment) bool { return len(s.Artists) == 0 })
}

func (r *reading) readInferences(sources []source) {
	for _, s := range sources {
		n := r.document(&s)
		list := n.Child("inferences").texts()
		if list == nil {
			list = n.texts()
		}
		r.account.Inferences = append(r.account.Inferences, list...)
	}
}

// readTaste takes every text of the taste profile, whose shape is not
// documented: it is prose.
func (r *reading) readTaste(sources []source) {
	for _, s := range sources {
		n := r.document(&s)
		if n != nil && n.Kind == NodeText && n.Text != "" {
			r.account.Taste = append(r.account.Taste, n.Text)
		}
		for _, f := range n.facts() {
			r.account.Taste = append(r.account.Taste, f.Text)
		}
	}
}
