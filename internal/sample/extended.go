package sample

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"time"
)

// maxFileBytes is where Spotify begins a new file.
const maxFileBytes = 12_600_000

// WriteExtended writes the "Extended streaming history" as a ZIP.
func WriteExtended(w io.Writer, o Options, rows Rows) (Counts, error) {
	folder := "Spotify Extended Streaming History"
	if o.Generation == V1 {
		folder = "MyData"
	}
	a, err := newArchive(w, folder, o)
	if err != nil {
		return Counts{}, err
	}
	x := &extended{
		archive: a, generation: o.Generation, layout: layoutOf(o.Generation),
		order: rand.New(rand.NewPCG(o.Seed, 1)),
		audio: historyFile{label: "Audio"}, video: historyFile{label: "Video"},
	}
	if err := rows(x.add); err != nil {
		return x.counts, err
	}
	for _, f := range []*historyFile{&x.audio, &x.video} {
		f.last = true
		if err := x.flush(f); err != nil {
			return x.counts, err
		}
	}
	return x.counts, x.close()
}

// extended collects rows into files.
type extended struct {
	*archive
	generation   Generation
	layout       layout
	order        *rand.Rand // for generations whose rows are not in order
	audio, video historyFile
	counts       Counts
	clock        clock
}

// historyFile is a file that grows.
type historyFile struct {
	label      string
	rows       []byte
	ends       []int // of the rows
	first, cur int   // years of its rows
	number     int
	last       bool // no file of that label follows
}

func (x *extended) add(p *Play, again bool) error {
	x.counts.add(p.TS, p.MS, again)
	f := &x.audio
	if p.Video {
		f = &x.video
		x.counts.Video++
	}
	year := x.clock.year(p.TS)
	newYear := x.generation == V4 && len(f.ends) > 0 && year != f.cur
	if newYear || len(f.rows)+len(f.ends)*len(x.layout.between)+2_000 > maxFileBytes {
		if err := x.flush(f); err != nil {
			return err
		}
		if newYear {
			f.number = 0
		}
	}
	if len(f.ends) == 0 {
		f.first = year
	}
	f.cur = year
	f.rows = x.appendRow(f.rows, p)
	f.ends = append(f.ends, len(f.rows))
	return nil
}

// flush writes a file that is full.
func (x *extended) flush(f *historyFile) error {
	if len(f.ends) == 0 {
		return nil
	}
	w, err := x.create(x.fileName(f))
	if err != nil {
		return err
	}
	x.counts.Files++
	f.number++
	lead := x.layout.open
	for _, i := range x.sequence(len(f.ends)) {
		start := 0
		if i > 0 {
			start = f.ends[i-1]
		}
		if _, err := io.WriteString(w, lead); err != nil {
			return err
		}
		if _, err := w.Write(f.rows[start:f.ends[i]]); err != nil {
			return err
		}
		lead = x.layout.between
	}
	if _, err := io.WriteString(w, x.layout.close); err != nil {
		return err
	}
	f.rows, f.ends = f.rows[:0], f.ends[:0]
	return w.Close()
}

// sequence is the order in which a file holds its rows: as they were played;
// in V1 any; in V4 in several runs one after the other.
func (x *extended) sequence(n int) []int {
	if x.generation == V1 {
		return x.order.Perm(n)
	}
	runs := make([][]int, 1)
	if x.generation == V4 {
		runs = make([][]int, 3)
	}
	for i := range n {
		r := 0
		if len(runs) > 1 {
			r = x.order.IntN(len(runs))
		}
		runs[r] = append(runs[r], i)
	}
	all := runs[0]
	for _, run := range runs[1:] {
		all = append(all, run...)
	}
	return all
}

func (x *extended) fileName(f *historyFile) string {
	switch {
	case x.generation == V1 && f.label == "Video":
		if f.last && f.number == 0 {
			return "endvideo.json"
		}
		return fmt.Sprintf("endvideo_%d.json", f.number)
	case x.generation == V1:
		return fmt.Sprintf("endsong_%d.json", f.number)
	}
	name := fmt.Sprintf("Streaming_History_%s_%d", f.label, f.first)
	if f.cur != f.first {
		name += fmt.Sprintf("-%d", f.cur)
	}
	// Where there is but one file, it has no number.
	alone := f.last && f.number == 0
	if x.generation == V4 {
		alone = f.number == 0
	}
	if !alone {
		name += fmt.Sprintf("_%d", f.number)
	}
	return name + ".json"
}

// appendRow writes a row with every key of its generation.
func (x *extended) appendRow(b []byte, p *Play) []byte {
	b = append(b, x.layout.row...)
	key := 0
	put := func(value string) {
		b = append(b, x.layout.keys[key]...)
		b = append(b, value...)
		key++
	}
	number := func(n int64) {
		b = append(b, x.layout.keys[key]...)
		b = strconv.AppendInt(b, n, 10)
		key++
	}
	g, t := x.generation, p.Track

	b = append(b, x.layout.keys[key]...)
	b = append(x.clock.append(append(b, '"'), p.TS), `Z"`...)
	key++
	if g <= V2 {
		put(`"sample-listener"`)
	}
	put(p.Platform)
	number(int64(p.MS))
	put(p.Country)
	put(p.Address)
	if g <= V2 {
		put(`"unknown"`)
	}
	if g == V1 {
		for range 5 { // city, region, metro_code, longitude, latitude
			put("null")
		}
	}
	name, artist, album, trackURI := "null", "null", "null", "null"
	episode, show, episodeURI := "null", "null", "null"
	switch t.Kind {
	case Music:
		name, artist, album, trackURI = p.Name, t.Artist, t.Album, p.URI
	case Podcast:
		episode, show, episodeURI = p.Name, t.Artist, p.URI
	}
	put(name)
	put(artist)
	put(album)
	if g > V1 {
		put(trackURI)
	}
	put(episode)
	put(show)
	if g > V1 {
		put(episodeURI)
	}
	if g >= V3b {
		if t.Kind == Audiobook {
			put(t.Album)
			put(t.Show)
			put(p.URI)
			put(p.Name)
		} else {
			for range 4 {
				put("null")
			}
		}
	}
	put(p.ReasonStart)
	put(p.ReasonEnd)
	put(boolean(p.Shuffle))
	put(skipped(p))
	put(boolean(p.Offline))
	switch {
	case p.TS >= ShortNamesFrom || p.Offline:
		number(p.Start)
	case p.MS%3 == 0:
		put("null")
	case p.MS%3 == 1:
		number(0)
	default:
		number(p.Start*1000 + int64(p.MS%1000))
	}
	put(boolean(p.Incognito))
	return append(b, x.layout.end...)
}

func boolean(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// skipped is what Spotify writes: the truth only from October 2022 on.
func skipped(p *Play) string {
	if p.TS < ShortNamesFrom {
		if p.MS%2 == 0 {
			return "null"
		}
		return "false"
	}
	switch p.ReasonEnd {
	case `"endplay"`, `"fwdbtn"`, `"backbtn"`, `"clickrow"`:
		return "true"
	}
	return "false"
}

// clock writes times, remembering the day it is.
type clock struct {
	from int64 // midnight
	date string
	y    int
}

func (c *clock) day(ts int64) {
	if c.date == "" || ts < c.from || ts >= c.from+Day {
		t := time.Unix(ts, 0).UTC()
		c.from, c.date, c.y = ts-ts%Day, t.Format(time.DateOnly), t.Year()
	}
}

func (c *clock) year(ts int64) int {
	c.day(ts)
	return c.y
}

// append writes YYYY-MM-DDTHH:MM:SS.
func (c *clock) append(b []byte, ts int64) []byte {
	c.day(ts)
	s := ts - c.from
	two := func(n int64) { b = append(b, byte('0'+n/10), byte('0'+n%10)) }
	b = append(append(b, c.date...), 'T')
	two(s / 3600)
	b = append(b, ':')
	two(s / 60 % 60)
	b = append(b, ':')
	two(s % 60)
	return b
}
