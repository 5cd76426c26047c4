package dataset

import (
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Item is one row of the history.
type Item struct {
	Entity                               // the track, episode or chapter; Name "" when the row has no title
	Kind                                 export.Kind
	Video                                bool
	TS, Start                            int64
	Ms                                   int64
	UnknownLength                        bool // the row does not tell how long; Ms is 0
	Minute                               bool // exact to the minute only
	Platform, Family                     string
	Country                              string
	ReasonStart, ReasonEnd               string
	Shuffle, Skipped, Offline, Incognito export.Tri
	Traits                               lens.Traits
}

// PlayPage is a page of the history, newest first.
type PlayPage struct {
	Items []Item
	Next  string // cursor of the following page; "" at the end
	Prev  string // cursor of the preceding page; "" at the start
	Total int
}

func (d *Dataset) cursor(row int, newer bool) string {
	ts := d.ts[row]
	return lens.Cursor{Newer: newer, TS: ts, Ordinal: uint32(row - d.rowAt(int64(ts)))}.String()
}

// row is the place of a cursor: the first row that is not older than it.
func (d *Dataset) row(c lens.Cursor) int {
	first := d.rowAt(int64(c.TS))
	end := d.rowAt(int64(c.TS) + 1)
	return min(first+int(min(c.Ordinal, maxRows)), end)
}

// Plays is the history the lens sees, newest first: rows of at least l.Min seconds.
func (d *Dataset) Plays(l lens.Lens, limit int) (PlayPage, error) {
	v := d.view(l)
	defer v.done()
	lo, hi := v.lo, v.hi // the rows that the page is taken from
	older := true
	if l.After != "" {
		c, ok := lens.ParseCursor(l.After)
		if !ok {
			return PlayPage{}, &lens.FieldError{Field: "after", Message: lens.BadCursor}
		}
		at := d.row(c)
		if older = !c.Newer; older {
			hi = min(max(at, lo), hi)
		} else {
			if at < d.Rows() && d.ts[at] == c.TS {
				at++ // the row itself is on the page that this one precedes
			}
			lo = min(max(at, lo), hi)
		}
	}
	var page PlayPage
	v.scan(v.lo, v.hi, func(rows []uint32) {
		n := uint32(0)
		for _, i := range rows {
			n += IsPlay(d.ms[i], v.min)
		}
		page.Total += int(n)
	})
	limit = max(limit, 0)
	var rows []int
	if older {
		rows = v.newest(lo, hi, limit)
	} else {
		rows = v.oldest(lo, hi, limit)
		slices.Reverse(rows)
	}
	if len(rows) == 0 {
		return page, nil
	}
	page.Items = make([]Item, len(rows))
	for i, row := range rows {
		page.Items[i] = d.Play(row)
	}
	newest, oldest := rows[0], rows[len(rows)-1]
	if len(v.newest(v.lo, oldest, 1)) > 0 {
		page.Next = d.cursor(oldest, false)
	}
	if len(v.oldest(newest+1, v.hi, 1)) > 0 {
		page.Prev = d.cursor(newest, true)
	}
	return page, nil
}

// newest lists the last rows from lo to hi that are plays, the newest first.
func (v *view) newest(lo, hi, limit int) []int {
	var found []int
	for step := blockRows / 16; hi > lo && len(found) < limit; step = min(2*step, blockRows) {
		from := max(lo, hi-step)
		rows := v.block(from, hi)
		for k := len(rows) - 1; k >= 0 && len(found) < limit; k-- {
			if v.d.ms[rows[k]] >= v.min {
				found = append(found, int(rows[k]))
			}
		}
		hi = from
	}
	return found
}

// oldest lists the first rows from lo to hi that are plays, the oldest first.
func (v *view) oldest(lo, hi, limit int) []int {
	var found []int
	for step := blockRows / 16; lo < hi && len(found) < limit; step = min(2*step, blockRows) {
		to := min(hi, lo+step)
		for _, i := range v.block(lo, to) {
			if v.d.ms[i] >= v.min && len(found) < limit {
				found = append(found, int(i))
			}
		}
		lo = to
	}
	return found
}

// Play describes one row of those that FirstPlays names.
func (d *Dataset) Play(i int) Item {
	flags := d.flags()[i]
	return Item{
		Entity: d.Played(uint32(i)),
		Kind:   export.Kind(d.kinds[d.item[i]]), Video: flags&flagVideo != 0,
		Minute:        flags&flagAccount != 0 && d.ms[i] != unknownLength,
		UnknownLength: d.ms[i] == unknownLength,
		TS:            int64(d.ts[i]), Start: int64(d.ts[i]) - int64(d.lead()[i]), Ms: Ms(d.ms[i]),
		Platform: d.platforms[d.platform()[i]], Country: countryName(d.country()[i]),
		ReasonStart: d.reasons[d.begin()[i]], ReasonEnd: d.reasons[d.end()[i]],
		Shuffle: tri(flags, shiftShuffle), Skipped: tri(flags, shiftSkipped),
		Offline: tri(flags, shiftOffline), Incognito: tri(flags, shiftIncognito),
		Family: d.family(d.platform()[i]), Traits: d.ends.traits(d.ms[i], d.end()[i], flags),
	}
}

func tri(flags uint16, shift uint) export.Tri { return export.Tri(flags >> shift & 3) }
