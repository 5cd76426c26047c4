package insight

import (
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// coveragePause is how many days without a play a source's stretch bridges.
// Most people skip a day now and then; a file that is missing leaves months.
const coveragePause = 7

// DayStretch is a run of days, both inclusive.
type DayStretch struct {
	First, Last lens.Date
	Rows        int
}

// Days is how long the stretch is.
func (s DayStretch) Days() int { return s.Last.Number() - s.First.Number() + 1 }

// CoverageDays says which of the two sources covers which days.
type CoverageDays struct {
	First, Last lens.Date // the whole map; zero when nothing is covered
	// Extended are the days on which rows of the extended history began or ended.
	// Pauses of up to a week between starts are bridged.
	Extended []DayStretch
	// Account are the days with rows of the account data and those between the
	// first and last row of each of its files: most of these rows are left out
	// again because the extended history has them too. Rows counts what is left.
	Account []DayStretch
	// Gaps are the days between First and Last that neither covers.
	Gaps []DayStretch
	// Overlaps are the days that both cover, with the rows of the extended
	// history on them.
	Overlaps []DayStretch
}

// dayCount is what is known of a day.
type dayCount struct {
	extended, account           int32 // rows that began on it
	extendedEnded, accountEnded bool  // a row ended on it
	inFile                      bool  // between the first and last row of an account file
}

// Coverage maps the days of tz. Its lists are shared: they must not be
// changed.
func Coverage(d *dataset.Dataset, tz *time.Location) CoverageDays {
	return dataset.Memoize(d, "coverage in "+tz.String(), func() CoverageDays { return coverage(d, tz) })
}

func coverage(d *dataset.Dataset, tz *time.Location) CoverageDays {
	first, last := d.Span()
	var files []export.File
	for _, f := range d.Receipt().Files {
		// Files whose rows cannot be right are bounded like rows are.
		if !isAccountHistory(f.Class) || f.First <= 0 || f.Last < f.First || f.Last > int64(^uint32(0)) {
			continue
		}
		files = append(files, f)
		if last == 0 {
			first, last = f.First, f.Last
		}
		first, last = min(first, f.First), max(last, f.Last)
	}
	if last == 0 {
		return CoverageDays{}
	}
	zone := lens.ZoneOffsets(tz, first, last)
	// Where the clocks go back over midnight, as in St John's until 2011, what
	// ended first may have ended on the later day: a day more at both ends.
	from, to := zone.Day(first)-1, zone.Day(last)+1
	starts := d.Select(lens.Lens{TZ: tz}).Starts()
	if len(starts.Rows) > 0 {
		from, to = min(from, starts.First), max(to, starts.First+starts.Count-1)
	}
	days := make([]dayCount, to-from+1)
	ends, isAccount := d.Ends(), d.FromAccount()
	for i, row := range starts.Rows {
		if day := &days[starts.First+int(starts.Days[i])-from]; isAccount(row) {
			day.account++
		} else {
			day.extended++
		}
	}
	for row, ts := range ends {
		if day := &days[zone.Day(int64(ts))-from]; isAccount(uint32(row)) {
			day.accountEnded = true
		} else {
			day.extendedEnded = true
		}
	}
	for _, f := range files {
		for n, end := zone.Day(f.First), zone.Day(f.Last); n <= end; n++ {
			days[n-from].inFile = true
		}
	}
	for ; days[0] == (dayCount{}); from++ {
		days = days[1:]
	}
	for days[len(days)-1] == (dayCount{}) {
		days = days[:len(days)-1]
	}
	m := mapDays(days, from)
	m.First, m.Last = lens.DateOfNumber(int64(from)), lens.DateOfNumber(int64(from+len(days)-1))
	return m
}

// mapDays makes stretches of days, of which the first has the number from.
func mapDays(days []dayCount, from int) CoverageDays {
	extended := bridged(days, func(d dayCount) bool { return d.extended > 0 })
	account := bridged(days, func(d dayCount) bool { return d.account > 0 || d.inFile })
	for i, d := range days {
		extended[i] = extended[i] || d.extendedEnded
		account[i] = account[i] || d.accountEnded
	}
	ofExtended := func(d dayCount) int32 { return d.extended }
	ofAccount := func(d dayCount) int32 { return d.account }
	none := func(dayCount) int32 { return 0 }
	return CoverageDays{
		Extended: stretches(days, from, ofExtended, func(i int) bool { return extended[i] }),
		Account:  stretches(days, from, ofAccount, func(i int) bool { return account[i] }),
		Gaps:     stretches(days, from, none, func(i int) bool { return !extended[i] && !account[i] }),
		Overlaps: stretches(days, from, ofExtended, func(i int) bool { return extended[i] && account[i] }),
	}
}

// bridged marks the days that are covered, and short pauses between them.
func bridged(days []dayCount, covered func(dayCount) bool) []bool {
	marks := make([]bool, len(days))
	before := -1 // the last covered day
	for i, d := range days {
		if !covered(d) {
			continue
		}
		marks[i] = true
		if before >= 0 && i-before-1 <= coveragePause {
			for j := before + 1; j < i; j++ {
				marks[j] = true
			}
		}
		before = i
	}
	return marks
}

func stretches(days []dayCount, from int, rows func(dayCount) int32, in func(i int) bool) []DayStretch {
	var list []DayStretch
	for i := 0; i < len(days); i++ {
		if !in(i) {
			continue
		}
		s := DayStretch{First: lens.DateOfNumber(int64(from + i))}
		for ; i < len(days) && in(i); i++ {
			s.Rows += int(rows(days[i]))
			s.Last = lens.DateOfNumber(int64(from + i))
		}
		list = append(list, s)
	}
	return list
}

func isAccountHistory(c export.Class) bool {
	return c == export.ClassAccountMusic || c == export.ClassAccountPodcast || c == export.ClassAccountAudiobook
}
