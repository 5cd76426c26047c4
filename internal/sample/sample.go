// Package sample invents the listener of the start page and writes the packages
// that Spotify would have sent her, down to the oddities of its exports. Every name
// is made up.
//
// [Person] has lived eight years that end today, told in life.go, with the music of
// catalogue.txt. [WriteExtended], [WriteAccount] and [WriteTechnicalLog] write the
// packages of any history; package sampletest makes them of any size, in any
// generation of the exports.
//
// The same options, and the same day, give the same bytes.
package sample

import "time"

// Options describe the packages of an invented listener.
type Options struct {
	To   time.Time // the end of the history
	Seed uint64
	// Small makes smaller archives at the price of time: as small as Spotify's.
	Small bool
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
