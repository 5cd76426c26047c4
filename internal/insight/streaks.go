package insight

import "github.com/spotify-data-tool/spotify-data-tool/internal/lens"

// A Streak is a run of days that all have a play.
type Streak struct{ First, Last lens.Date }

// Days is how long the streak is; 0 for the zero Streak.
func (s Streak) Days() int {
	if s.First.IsZero() {
		return 0
	}
	return s.Last.Number() - s.First.Number() + 1
}

// LongestStreak is the longest run of days of c that all have a play: of equal
// ones the latest.
func (c Calendar) LongestStreak() Streak {
	run, longest, last := 0, 0, 0
	for i, day := range c.Days {
		if day.Plays == 0 {
			run = 0
			continue
		}
		if run++; run >= longest {
			longest, last = run, i
		}
	}
	if longest == 0 {
		return Streak{}
	}
	return Streak{c.Date(last - longest + 1), c.Date(last)}
}
