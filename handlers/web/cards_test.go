package web

import "testing"

func TestClockSentence(t *testing.T) {
	fill := func(f func(day, hour int) int64) (c [7][24]int64) {
		for day := range c {
			for hour := range c[day] {
				c[day][hour] = f(day, hour)
			}
		}
		return c
	}
	for want, clock := range map[string][7][24]int64{
		"Nothing was heard in this selection.": {},
		"Mostly on weekday evenings, Tuesday at 20:00 above all. The quietest hour of the week is Wednesday, 4 in the morning.": fill(func(day, hour int) int64 {
			switch {
			case day == 2 && hour == 4:
				return 1
			case day == 1 && hour == 20:
				return 200
			case day < 5 && hour >= 18:
				return 100
			}
			return 10
		}),
		// Weekends are ahead by less than can be seen.
		"Mostly in the evening, Saturday at 18:00 above all. Only Monday, midnight, is silent.": fill(func(day, hour int) int64 {
			switch {
			case day == 0 && hour == 0:
				return 0
			case day >= 5 && hour >= 18:
				return 105
			case hour >= 18:
				return 100
			}
			return 10
		}),
		"All of it on Sunday at 1:00.": fill(func(day, hour int) int64 {
			if day == 6 && hour == 1 {
				return 5
			}
			return 0
		}),
		"Most often on weekday mornings, Monday at 6:00 above all. The quietest hour of the week is Monday, midnight.": fill(func(day, hour int) int64 {
			if day < 5 && hour/6 == 1 {
				return 20
			}
			return 10
		}),
		// The fullest hour lies outside the part of the week that holds most.
		"Most often on weekday evenings. The quietest hour of the week is Monday, midnight.": fill(func(day, hour int) int64 {
			switch {
			case day == 2 && hour == 2:
				return 60
			case day < 5 && hour >= 18:
				return 30
			}
			return 10
		}),
		"Mostly in the afternoon, Monday at 13:00 above all.": fill(func(day, hour int) int64 {
			switch {
			case day == 0 && hour == 13:
				return 20
			case day == 5 && hour == 14:
				return 8
			}
			return 0
		}),
	} {
		if got := clockSentence(clock); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
