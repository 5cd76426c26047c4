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
	problemNotPlayTime
	problemStrangePlayTime
	problemNoMS
	problemNotMS
	problemNegativeMS
	problemHugeMS
	problemCount
)

// problems are their codes, and the key at fault as each of the two packages
// spells it.
var problems = [problemCount]struct {
	code              Code
	extended, account string
}{
	problemNotObject:       {code: CodeRowNotObject},
	problemTooLong:         {code: CodeRowTooLong},
	problemTooDeep:         {code: CodeRowTooDeep},
	problemNoTime:          {CodeKeyMissing, "ts", "endTime"},
	problemNotTime:         {CodeNotTime, "ts", "endTime"},
	problemStrangeTime:     {CodeStrangeTime, "ts", "endTime"},
	problemNotPlayTime:     {CodeNotTime, "", "time"},
	problemStrangePlayTime: {CodeStrangeTime, "", "time"},
	problemNoMS:            {CodeKeyMissing, "ms_played", "msPlayed"},
	problemNotMS:           {CodeNotNumber, "ms_played", "msPlayed"},
	problemNegativeMS:      {CodeNegative, "ms_played", "msPlayed"},
	problemHugeMS:          {CodeBeyondOneWeek, "ms_played", "msPlayed"},
}

// rowCounts counts the rows of one file.
type rowCounts struct {
	rows        int
	problems    [problemCount]struct{ count, first int }
	first, last int64
}

// fail counts the current row as unreadable.
func (t *rowCounts) fail(p problem) {
	e := &t.problems[p]
	if e.count++; e.count == 1 {
		e.first = t.rows
	}
}

// seen widens the span of time that the file covers.
func (t *rowCounts) seen(ts int64) {
	if t.first == 0 || ts < t.first {
		t.first = ts
	}
	if ts > t.last {
		t.last = ts
	}
}

// fill writes the counts to the file's line on the receipt.
func (t *rowCounts) fill(f *File) {
	f.Rows, f.First, f.Last = t.rows, t.first, t.last
	extended := f.Class == ClassExtended || f.Class == ClassExtendedVideo
	for p, e := range t.problems {
		if e.count > 0 {
			f.Unreadable += e.count
			key := problems[p].account
			if extended {
				key = problems[p].extended
			}
			f.Problems = append(f.Problems, Problem{Code: problems[p].code, Key: key, Count: e.count, Row: e.first})
		}
	}
}
