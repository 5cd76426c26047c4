package account

import (
	"cmp"
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// Capsule is Spotify's own statistics of a person's listening.
type Capsule struct {
	Stats      []CapsuleStat
	Highlights []CapsuleHighlight
}

// CapsuleStat is a day, or a whole month.
type CapsuleStat struct {
	Date    dataset.Date // the first of the month when Monthly
	Monthly bool
	Streams int
	Seconds int64
	Tracks  []CapsuleTop
	Artists []CapsuleTop
	Genres  []CapsuleTop
	Hours   []Fact // by time of day, as the document has it
}

// CapsuleTop is one entry of a list of favourites.
type CapsuleTop struct {
	Name    string
	Streams int
	Seconds int64
}

// CapsuleHighlight is something that Spotify found remarkable.
type CapsuleHighlight struct {
	Date  dataset.Date
	Type  string // such as FANS_LIKE_YOU
	Facts []Fact
}

func (r *reading) readCapsule(sources []Source) {
	// A newer package says the same of a day again, so the newest counts.
	type span struct {
		date    dataset.Date
		monthly bool
	}
	type highlight struct {
		date dataset.Date
		kind string
	}
	stats := make(map[span]bool)
	highlights := make(map[highlight]bool)
	k := &r.account.Capsule
	for _, handout := range handouts(sources) {
		var told []highlight // several of one day and type are fine within a package
		for i := range handout {
			n := r.document(&handout[i])
			untimed := 0
			for _, s := range n.Child("stats").records() {
				stat := capsuleStat(s)
				at := span{stat.Date, stat.Monthly}
				if stat.Date.IsZero() {
					untimed++
				} else if stats[at] {
					continue
				}
				stats[at] = true
				k.Stats = append(k.Stats, stat)
			}
			for _, h := range n.Child("highlights").records() {
				day, _ := capsuleDate(h.text("date"))
				at := highlight{day, h.text("highlightType", "type")}
				if highlights[at] {
					continue
				}
				told = append(told, at)
				k.Highlights = append(k.Highlights, CapsuleHighlight{at.date, at.kind, h.facts("date", "highlightType", "type")})
			}
			r.problem(&handout[i], ReasonNoTime, untimed)
		}
		for _, at := range told {
			highlights[at] = true
		}
	}
	slices.SortStableFunc(k.Stats, func(a, b CapsuleStat) int {
		// A month stands before its days.
		return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(rankOf(b.Monthly), rankOf(a.Monthly)))
	})
	slices.SortStableFunc(k.Highlights, func(a, b CapsuleHighlight) int {
		return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.Type, b.Type))
	})
}

func rankOf(b bool) int {
	if b {
		return 1
	}
	return 0
}

func capsuleStat(n *Node) CapsuleStat {
	s := CapsuleStat{
		Streams: int(n.whole("streamCount")), Seconds: n.whole("secondsPlayed"),
		Tracks: capsuleTop(n.Child("topTracks")), Artists: capsuleTop(n.Child("topArtists")), Genres: capsuleTop(n.Child("topGenres")),
		Hours: n.Child("timeOfDayStats").facts(),
	}
	s.Date, s.Monthly = capsuleDate(n.text("date"))
	return s
}

// capsuleDate reads YYYY-MM-DD, or YYYY-MM as a whole month.
func capsuleDate(s string) (day dataset.Date, monthly bool) {
	if m := yearMonth(s); !m.IsZero() {
		return m, true
	}
	return date(s), false
}

func capsuleTop(n *Node) []CapsuleTop {
	var list []CapsuleTop
	for _, t := range n.records() {
		list = append(list, CapsuleTop{t.text("name"), int(t.whole("streamCount")), t.whole("secondsPlayed")})
	}
	return list
}
