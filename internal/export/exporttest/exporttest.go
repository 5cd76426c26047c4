// Package exporttest reads a package back and counts what is in it, for tests of
// those who write packages.
package exporttest

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// Counts are what was found.
type Counts struct {
	Files       int // history files
	Rows        int
	Video       int // of the rows, those in video files
	Distinct    int // rows that differ in time, content or time played
	MS          int64
	DistinctMS  int64
	First, Last int64 // Unix seconds
}

// Plays is a sink that tells distinct rows apart, by the rules of the merge.
type Plays struct {
	Counts    Counts
	Artists   map[string]int
	Kinds     map[export.Kind]int
	Countries map[string]bool
	Minutes   []string // minute, title and time played of each row

	seen map[row]bool
}

type row struct {
	uri, title, creator string
	ts                  int64
	ms                  uint32
}

// NewPlays is a sink for one package.
func NewPlays() *Plays {
	return &Plays{Artists: map[string]int{}, Kinds: map[export.Kind]int{}, Countries: map[string]bool{}, seen: map[row]bool{}}
}

// Begin and End do nothing: the files of these packages are sound.
func (*Plays) Begin(int) {}

// End does nothing, see Begin.
func (*Plays) End(bool) {}

// Add counts a play.
func (p *Plays) Add(play *export.Play) error {
	key := row{uri: string(play.URI), ts: play.TS, ms: play.MS}
	if play.URI == nil {
		key.title, key.creator = string(play.Title), string(play.Creator)
	}
	c := &p.Counts
	c.Rows++
	c.MS += int64(play.MS)
	if !p.seen[key] {
		p.seen[key] = true
		c.Distinct++
		c.DistinctMS += int64(play.MS)
	}
	if c.First == 0 || play.TS < c.First {
		c.First = play.TS
	}
	c.Last = max(c.Last, play.TS)
	if play.Video {
		c.Video++
	}
	p.Artists[string(play.Creator)]++
	p.Minutes = append(p.Minutes, fmt.Sprintf("%d %s %d", play.TS/60, play.Title, play.MS))
	p.Kinds[play.Kind]++
	p.Countries[string(play.Country)] = true
	return nil
}

// ReadBack reads a package, every row of which must be readable.
func ReadBack(t *testing.T, pkg []byte) (*Plays, *export.Receipt) {
	t.Helper()
	plays := NewPlays()
	receipt, err := export.Read(t.Context(),
		[]export.Input{{Name: "sample.zip", R: bytes.NewReader(pkg), Size: int64(len(pkg))}},
		export.Options{Sinks: []export.Sink{plays}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range receipt.Files {
		if f.Unreadable > 0 {
			t.Errorf("%s: %d unreadable rows: %v", f.Name, f.Unreadable, f.Problems)
		}
		if f.Status == export.StatusRead && f.Topic == "" {
			plays.Counts.Files++
		}
	}
	return plays, receipt
}
