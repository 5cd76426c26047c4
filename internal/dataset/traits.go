package dataset

import (
	"math"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// skipBelow is, for each reason an end can have, the milliseconds below which
// it was a skip. The skipped that Spotify writes is no guide: it says nothing of
// the years from 2016 to 2022. The buttons for the next and the previous track
// always skip what plays; whoever starts something else skips it when less than
// half a minute of it was heard, which Spotify does not count as a play.
var skipBelow = map[string]uint32{
	"fwdbtn": math.MaxUint32, "backbtn": math.MaxUint32,
	"endplay": lens.DefaultMin * 1000, "clickrow": lens.DefaultMin * 1000, "clickside": lens.DefaultMin * 1000,
}

// endUnknown are the reasons that do not tell how a play ended.
func endUnknown(reason string) bool { return reason == "" || reason == "unknown" }

// ends is what each code of a reason means for the end of a play.
type ends struct {
	skipBelow [1 << 8]uint32
	known     [1 << 8]uint8
}

func endsOf(reasons []string) *ends {
	e := new(ends)
	for code, reason := range reasons {
		e.skipBelow[code] = skipBelow[reason]
		if !endUnknown(reason) {
			e.known[code] = 1
		}
	}
	return e
}

// traits are those of a row.
func (e *ends) traits(ms uint32, end uint8, flags uint16) lens.Traits {
	var t lens.Traits
	if ms < e.skipBelow[end] {
		t |= lens.Skipped
	}
	if tri(flags, shiftOffline) == export.True {
		t |= lens.Offline
	}
	if tri(flags, shiftIncognito) == export.True {
		t |= lens.Private
	}
	return t
}

// family is that of a platform by its code. Finding out takes a search for every
// mark, and plays ask one by one.
func (d *Dataset) family(platform uint16) lens.Family {
	d.familyOnce.Do(func() {
		d.families = make([]lens.Family, len(d.platforms))
		for i, p := range d.platforms {
			d.families[i] = lens.FamilyOf(p)
		}
	})
	return d.families[platform]
}
