package insight

import (
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// MilestoneKind says of what a milestone is a round number.
type MilestoneKind uint8

// The kinds.
const (
	MilestonePlay   MilestoneKind = iota // the n-th play
	MilestoneArtist                      // the n-th artist
	MilestoneSong                        // the n-th song
	MilestoneHour                        // the n-th hour, overlap counted once
)

// A Milestone is the play with which a round number was reached.
type Milestone struct {
	Kind MilestoneKind
	N    int
	Day  int
	Play dataset.Entity // what was played; without a name when the row has none
}

// milestones of each kind; from the last on, every multiple of it.
var milestoneSteps = [...][]int{
	MilestonePlay:   {1, 1_000, 10_000},
	MilestoneArtist: {100, 500, 1_000},
	MilestoneSong:   {1_000, 5_000},
	MilestoneHour:   {100, 1_000},
}

const hourMs = 3_600_000

// Milestones are the round numbers of a selection in order of time, counted from
// its beginning. They must not be changed.
func Milestones(s dataset.Selection) []Milestone {
	return dataset.MemoizeSelection(s, "milestones", func() []Milestone { return milestones(s) })
}

func milestones(s dataset.Selection) []Milestone {
	var list []Milestone
	var reached, next [len(milestoneSteps)]int
	for kind, steps := range milestoneSteps {
		next[kind] = steps[0]
	}
	songs, artists := songs(s), artists(s)
	heardSongs, heardArtists := make([]bool, songs.N), make([]bool, artists.N)
	itemOf, items := s.Items()
	heardItems := make([]bool, items)
	var ms int64 // since the last full hour
	p := newTimeline(s)
	pass := func(kind MilestoneKind) {
		for ; reached[kind] >= next[kind]; next[kind] = stepAfter(milestoneSteps[kind], next[kind]) {
			m := Milestone{Kind: kind, N: next[kind], Day: p.Day, Play: s.Played(p.Row)}
			if kind == MilestoneArtist {
				m.Play = artists.Entity(artists.Of(p.Row))
			}
			list = append(list, m)
		}
	}
	hear := func(kind MilestoneKind, code uint32, heard []bool) {
		if code != dataset.NoThing && !heard[code] {
			heard[code] = true
			reached[kind]++
			pass(kind)
		}
	}
	for p.next() {
		if p.Counts {
			if reached[MilestonePlay]++; reached[MilestonePlay] >= next[MilestonePlay] {
				pass(MilestonePlay)
			}
			if item := itemOf[p.Row]; !heardItems[item] { // else its artist and song were heard
				heardItems[item] = true
				hear(MilestoneArtist, artists.OfItem(item), heardArtists)
				hear(MilestoneSong, songs.OfItem(item), heardSongs)
			}
		}
		if ms += p.AloneMs; ms >= hourMs {
			reached[MilestoneHour] += int(ms / hourMs)
			ms %= hourMs
			pass(MilestoneHour)
		}
	}
	return list
}

func stepAfter(steps []int, n int) int {
	for _, step := range steps {
		if step > n {
			return step
		}
	}
	return n + steps[len(steps)-1]
}
