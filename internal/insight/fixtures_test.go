package insight_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset/datasettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const minute = 60 // seconds

// heard is a play that began at a time in UTC, such as 2024-02-29 23:59, and
// lasted so many seconds.
func heard(start string, seconds int, title, artist string) export.Play {
	return datasettest.Music(unix(start)+int64(seconds), uint32(seconds)*1000, title, artist, "")
}

func unix(at string) int64 {
	u, err := time.Parse("2006-01-02 15:04", at)
	if err != nil {
		u, err = time.Parse(time.DateTime, at)
	}
	if err != nil {
		panic(err)
	}
	return u.Unix()
}

// evenings are plays of a minute at 20:00 UTC on so many days from a date on.
func evenings(date string, days int, title, artist string) []export.Play {
	list := make([]export.Play, days)
	for i := range list {
		list[i] = heard(day(number(date)+i)+" 20:00", minute, title, artist)
	}
	return list
}

// together is several lists of plays as one.
func together(lists ...[]export.Play) (all []export.Play) {
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// times is a play n times, one after the other.
func times(n int, p export.Play) []export.Play {
	list := make([]export.Play, n)
	for i := range list {
		list[i] = p
		list[i].TS += int64(i) * int64(p.MS) / 1000
	}
	return list
}

// number is the number of a date.
func number(date string) int { return int(unix(date+" 00:00") / lens.SecondsPerDay) }

// day is the date of a number.
func day(number int) string { return lens.DateOfNumber(int64(number)).String() }

// parsed is a date; the zero Date for none.
func parsed(date string) lens.Date {
	if date == "" {
		return lens.Date{}
	}
	return lens.DateOfNumber(int64(number(date)))
}

// selection is these plays by the default lens, in a zone.
func selection(t *testing.T, zoneName string, plays ...export.Play) dataset.Selection {
	t.Helper()
	return datasettest.Of(t, plays...).Select(lens.Lens{Min: lens.DefaultMin, TZ: zone(t, zoneName)})
}

// between is a selection from one date to another.
func between(s dataset.Selection, from, to string) dataset.Selection {
	return s.Select(s.Lens.WithRange(parsed(from), parsed(to)))
}

// sortedLines joins lines in order of the alphabet.
func sortedLines(lines []string) string {
	slices.Sort(lines)
	return strings.Join(lines, "; ")
}
