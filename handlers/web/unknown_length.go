package web

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// Of the plays that the account data of 2018 tells of, nobody knows how long they
// were. They are counted and listed, and where others have hours they have none.

const (
	UnknownHours  = format.None
	UnknownLength = "length unknown"
)

// OfUnknownLength reports whether nobody knows how long something was heard that
// has no time and so many plays. With a lens that takes plays of no length for
// plays, no time may be all there was.
func (req *Request) OfUnknownLength(ms int64, plays int) bool {
	return ms == 0 && plays > 0 && (req.Lens.Min > 0 || OnlyUnknown(req.Data.Summary(Kept(req.Lens))))
}

// OnlyUnknown reports whether nothing that was added up has a length.
func OnlyUnknown(sum dataset.Summary) bool {
	return sum.UnknownLength > 0 && sum.UnknownLength == sum.Rows
}

// hours is for how long something was heard, in a column of hours, and the same
// exactly.
func (req *Request) hours(ms int64, plays int) (short, exact string) {
	if req.OfUnknownLength(ms, plays) {
		return UnknownHours, UnknownLength
	}
	return req.Locale.Hours(ms), req.Locale.Exact(ms)
}

func (req *Request) shortHours(ms int64, plays int) string {
	if req.OfUnknownLength(ms, plays) {
		return UnknownHours
	}
	return req.Locale.Hours(ms)
}

// Length is how long a play was: "3:42".
func Length(it dataset.Item) string {
	if it.UnknownLength {
		return UnknownHours
	}
	return format.Length(it.Ms)
}

// PlaysOfUnknownLength is how many there are: "2 plays of unknown length".
func (req *Request) PlaysOfUnknownLength(sum dataset.Summary) string {
	return req.Locale.Count(sum.UnknownLength, "play", "plays") + " of unknown length"
}

// KnownLede says how many of the rows whose length is known went on for so long.
func (req *Request) KnownLede(rows, plays int, length string) prose.Text {
	const known = " whose length is known"
	switch {
	case rows == 1 && plays == 1:
		return prose.Of("the one" + known + " went on " + length)
	case rows == 1:
		return prose.Of("the one" + known + " did not go on " + length)
	case plays == 0:
		return prose.Of("none of the " + req.Locale.Number(rows) + known + " went on " + length)
	case plays == rows:
		return prose.Of("all ").Strong(req.Locale.Number(rows)).Plain(known + " went on " + length)
	default:
		return prose.Text{}.Strong(req.Locale.Number(plays)).Plain(" of the " + req.Locale.Number(rows) + known + " went on " + length)
	}
}

// UnknownLede says why some plays have no time; nothing where all have.
func (req *Request) UnknownLede(sum dataset.Summary) []prose.Text {
	if sum.UnknownLength == 0 {
		return nil
	}
	text := req.PlaysOfUnknownLength(sum) + words.Plural(sum.UnknownLength, " adds", " add") + " no time: " +
		"the account data of 2018 and before does not say how long something was played."
	return []prose.Text{prose.Of(text)}
}

// Untimed reports whether no month has any time, and some have plays.
func Untimed(months []dataset.Month) bool {
	plays := false
	for _, m := range months {
		if m.Ms > 0 {
			return false
		}
		plays = plays || m.Plays > 0
	}
	return plays
}

// barsOf is what the bars of months stand for: their time or, where none has any,
// their plays.
func barsOf(months []dataset.Month) func(dataset.Month) int64 {
	if Untimed(months) {
		return func(m dataset.Month) int64 { return int64(m.Plays) }
	}
	return func(m dataset.Month) int64 { return m.Ms }
}
