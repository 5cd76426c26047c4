package export

// problem is a reason why a row is unreadable.
type problem uint8

const (
	problemNone problem = iota
	problemNotObject
	problemTooLong
	problemTooDeep
	problemNoTime
	problemNotTime
	problemStrangeTime
	problemNoMS
	problemNotMS
	problemNegativeMS
	problemHugeMS
	problemCount
)

// reason says it in words, with the key as the file's schema spells it.
func (p problem) reason(extended bool) string {
	ts, ms := "endTime", "msPlayed"
	if extended {
		ts, ms = "ts", "ms_played"
	}
	switch p {
	case problemNotObject:
		return "the row is not an object"
	case problemTooLong:
		return "the row is too long"
	case problemTooDeep:
		return "the row is nested too deeply"
	case problemNoTime:
		return ts + " is missing"
	case problemNotTime:
		return ts + " is not a time"
	case problemStrangeTime:
		return ts + " is outside the years 2000 to 2099"
	case problemNoMS:
		return ms + " is missing"
	case problemNotMS:
		return ms + " is not a number"
	case problemNegativeMS:
		return ms + " is negative"
	case problemHugeMS:
		return ms + " is more than a week"
	}
	return ""
}

// tally counts the rows of one file.
type tally struct {
	rows        int
	problems    [problemCount]struct{ count, first int }
	first, last int64
}

// fail counts the current row as unreadable.
func (t *tally) fail(p problem) {
	e := &t.problems[p]
	if e.count++; e.count == 1 {
		e.first = t.rows
	}
}

// seen widens the span of time that the file covers.
func (t *tally) seen(ts int64) {
	if t.first == 0 || ts < t.first {
		t.first = ts
	}
	if ts > t.last {
		t.last = ts
	}
}

// fill writes the counts to the file's line on the receipt.
func (t *tally) fill(f *File) {
	f.Rows, f.First, f.Last = t.rows, t.first, t.last
	extended := f.Class == ClassExtended || f.Class == ClassExtendedVideo
	for p, e := range t.problems {
		if e.count > 0 {
			f.Unreadable += e.count
			f.Problems = append(f.Problems, Problem{problem(p).reason(extended), e.count, e.first})
		}
	}
}
