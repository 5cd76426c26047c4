package account

import (
	"cmp"
	"slices"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Capsule is Spotify's own statistics of a person's listening.
type Capsule struct {
	Stats      []CapsuleStat
	Highlights int // how many things Spotify found remarkable
}

// CapsuleStat is a day, a week or a whole month.
type CapsuleStat struct {
	Date    lens.Date // the first of the month when Monthly, a Monday when Weekly
	Monthly bool
	// Weekly is a week as Spotify has given them since November 2025: with
	// favourites and without figures, which are 0.
	Weekly  bool
	Streams int
	Seconds int64
	// The first of each list of favourites, "" where there is none.
	Track, Artist, Genre string
}

func (r *reading) readCapsule(sources []source) {
	// A newer package repeats the statistics of a day, so the newest counts.
	type key struct {
		date lens.Date
		kind string // of a highlight; "" for a day, "month" for a month
	}
	stats, highlights := make(map[key]bool), make(map[key]bool)
	k := &r.account.Capsule
	for _, documents := range byPackage(sources) {
		var counted []key // a package may have several highlights of one day and kind
		for i := range documents {
			r.read(&documents[i], func(c *cursor) {
				c.capsule(func(n *Node) {
					stat := capsuleStat(n)
					at := key{date: stat.Date}
					if stat.Monthly {
						at.kind = "month"
					}
					switch {
					case stat.Date.IsZero():
						c.timeless++
					case !stats[at]:
						stats[at] = true
						k.Stats = append(k.Stats, stat)
					}
				}, func(n *Node) {
					day, _ := capsuleDate(n.text("date"))
					if at := (key{day, n.text("highlightType", "type")}); !highlights[at] {
						counted = append(counted, at)
						k.Highlights++
					}
				})
			})
		}
		for _, at := range counted {
			highlights[at] = true
		}
	}
	slices.SortStableFunc(k.Stats, compareStats)
}

// compareStats orders by time, a month before its days.
func compareStats(a, b CapsuleStat) int {
	return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(rankOf(b.Monthly), rankOf(a.Monthly)))
}

// capsule calls stat and highlight with the records of a document one by one:
// there is one a day, each with lists of its own.
func (c *cursor) capsule(stat, highlight func(*Node)) {
	c.object(func(key []byte) {
		f := map[string]func(*Node){"stats": stat, "highlights": highlight}[string(key)]
		if f == nil {
			return
		}
		one := func() {
			if n, err := Tree(c.skip(), wholeLimits); err == nil {
				f(n)
			}
		}
		if c.kind() == '{' { // the one record stands alone
			one()
			return
		}
		c.objects(one)
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
		Track: favourite(n.Child("topTracks")), Artist: favourite(n.Child("topArtists")), Genre: favourite(n.Child("topGenres")),
	}
	s.Date, s.Monthly = capsuleDate(n.text("date"))
	s.Weekly = !s.Monthly && !s.Counted() && s.favoured() && !s.Date.IsZero() &&
		time.Unix(s.Date.Start(time.UTC), 0).UTC().Weekday() == time.Monday
	return s
}

// Counted reports whether the document gives figures.
func (s *CapsuleStat) Counted() bool { return s.Streams != 0 || s.Seconds != 0 }

// favoured reports whether the document gives favourites.
func (s *CapsuleStat) favoured() bool { return s.Track != "" || s.Artist != "" || s.Genre != "" }

// Spans are the months and weeks in order of time: months as Spotify sums them
// up, or sums of their days where it has only those. Spans without figures and
// favourites are left out.
func (k *Capsule) Spans() []CapsuleStat {
	whole := make(map[lens.Date]bool)
	for i := range k.Stats {
		whole[k.Stats[i].Date] = whole[k.Stats[i].Date] || k.Stats[i].Monthly
	}
	at := make(map[lens.Date]int) // in spans, of months made of days
	var spans []CapsuleStat
	for _, s := range k.Stats {
		month := lens.Date{Year: s.Date.Year, Month: s.Date.Month, Day: 1}
		n, known := at[month]
		switch {
		case s.Date.IsZero() || !s.Counted() && !s.favoured():
		case s.Monthly || s.Weekly:
			spans = append(spans, s)
		case whole[month]: // the month has it
		case known:
			spans[n].Seconds += s.Seconds
			spans[n].Streams += s.Streams
		default:
			// The favourites of single days do not make that of a month.
			at[month] = len(spans)
			spans = append(spans, CapsuleStat{Date: month, Monthly: true, Seconds: s.Seconds, Streams: s.Streams})
		}
	}
	spans = slices.DeleteFunc(spans, func(s CapsuleStat) bool { return !s.Counted() && !s.favoured() })
	slices.SortStableFunc(spans, compareStats)
	return spans
}

// capsuleDate reads YYYY-MM-DD, or YYYY-MM as a whole month.
func capsuleDate(s string) (day lens.Date, monthly bool) {
	if m := yearMonth(s); !m.IsZero() {
		return m, true
	}
	return date(s), false
}

// favourite is the name of the first record of a list.
func favourite(list *Node) string {
	if list := list.records(); len(list) > 0 {
		return list[0].text("name")
	}
	return ""
}
