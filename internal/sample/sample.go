// Package sample invents a listener: a person whose years of listening look
// like a real one's, down to the oddities of Spotify's exports, and whose every
// name is made up. It writes the packages Spotify would have sent that person.
//
// The same options give the same bytes. The start page offers such a package to
// try the program with; tests and benchmarks import larger ones.
package sample

import "time"

// Generation is a form that Spotify's extended history has had over the years.
type Generation int

// The generations. The zero value stands for V3b.
const (
	V1  Generation = iota + 1 // 2020: minified, unsorted, no URIs
	V2                        // 2021 to 2024: minified, with user names
	V3a                       // the end of 2024: pretty-printed
	V3b                       // from 2025: with audiobooks
	V4                        // 2026: a set of files per year, in several sorted runs
)

// Options describe the invented listener.
type Options struct {
	Plays      int // rows of the extended history
	Seed       uint64
	Generation Generation
	// From and To bound the history; To is excluded. Both are needed.
	From, To time.Time
	// Small makes smaller archives at the price of time: as small as Spotify's.
	Small bool
}

// Try describes the listener of the start page: nine lively years that end at to.
func Try(to time.Time) Options {
	return Options{Plays: 40_000, Seed: 7, Generation: V3b, From: to.AddDate(-9, 0, 0), To: to}
}

// Counts are what an import of a package must find.
type Counts struct {
	Files       int // history files
	Rows        int
	Video       int // of the rows, those in video files
	Distinct    int // rows that differ in time, content or time played
	MS          int64
	DistinctMS  int64
	First, Last int64 // Unix seconds
}

func (c *Counts) add(at int64, ms int, again bool) {
	c.Rows++
	c.MS += int64(ms)
	if !again {
		c.Distinct++
		c.DistinctMS += int64(ms)
	}
	if c.First == 0 {
		c.First = at
	}
	c.Last = at
}
