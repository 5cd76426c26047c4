package sample

import (
	"fmt"
	"io"
	"strconv"
	"time"
)

// MaxFileBytes is where Spotify begins a new file.
const MaxFileBytes = 12_600_000

// Format is how the files of an extended history are written.
type Format struct {
	Folder               string
	Open, Between, Close string // around and between the rows
	Begin, End           string // around the members of a row
	First, Next, Colon   string // before the first key and the others, and before the values
	Columns              []Column
	Yearly               bool                 // every year begins a new file
	Name                 func(f *File) string // of a file
	Order                func(rows int) []int // of the rows of a file; nil for that in which they were played
}

// Column is a member of every row.
type Column struct {
	Key    string
	Append func(b []byte, p *Play) []byte // appends the value as JSON
}

// File is what the name of a file tells.
type File struct {
	Label       string // Audio or Video
	First, Last int    // years of its rows
	Number      int    // counts the files of the label
	Final       bool   // no file of the label follows
}

// ExtendedFormat is that of 2025: pretty-printed, with audiobooks.
func ExtendedFormat() Format {
	return Format{
		Folder: "Spotify Extended Streaming History",
		Open:   "[\n  ", Between: ",\n  ", Close: "\n]", Begin: "{\n", End: "\n  }", First: "    ", Next: ",\n    ", Colon: ": ",
		Columns: columns(), Name: func(f *File) string { return f.HistoryName(f.Final && f.Number == 0) },
	}
}

// HistoryName is the name of a file, which has a number unless it is alone.
func (f *File) HistoryName(alone bool) string {
	name := fmt.Sprintf("Streaming_History_%s_%d", f.Label, f.First)
	if f.Last != f.First {
		name += fmt.Sprintf("-%d", f.Last)
	}
	if !alone {
		name += fmt.Sprintf("_%d", f.Number)
	}
	return name + ".json"
}

func columns() []Column {
	text := func(key string, of func(p *Play) string) Column {
		return Column{key, func(b []byte, p *Play) []byte { return append(b, of(p)...) }}
	}
	// only is a text of one kind of content.
	only := func(kind Kind, key string, of func(p *Play) string) Column {
		return text(key, func(p *Play) string {
			if p.Track.Kind == kind {
				return of(p)
			}
			return "null"
		})
	}
	name, uri := func(p *Play) string { return p.Name }, func(p *Play) string { return p.URI }
	artist, album := func(p *Play) string { return p.Track.Artist }, func(p *Play) string { return p.Track.Album }
	return []Column{
		{"ts", func(b []byte, p *Play) []byte {
			return append(time.Unix(p.TS, 0).UTC().AppendFormat(append(b, '"'), time.RFC3339), '"')
		}},
		text("platform", func(p *Play) string { return p.Platform }),
		{"ms_played", func(b []byte, p *Play) []byte { return strconv.AppendInt(b, int64(p.MS), 10) }},
		text("conn_country", func(p *Play) string { return p.Country }),
		text("ip_addr", func(p *Play) string { return p.Address }),
		only(Music, "master_metadata_track_name", name),
		only(Music, "master_metadata_album_artist_name", artist),
		only(Music, "master_metadata_album_album_name", album),
		only(Music, "spotify_track_uri", uri),
		only(Podcast, "episode_name", name),
		only(Podcast, "episode_show_name", artist),
		only(Podcast, "spotify_episode_uri", uri),
		only(Audiobook, "audiobook_title", album),
		only(Audiobook, "audiobook_uri", func(p *Play) string { return p.Track.Show }),
		only(Audiobook, "audiobook_chapter_uri", uri),
		only(Audiobook, "audiobook_chapter_title", name),
		text("reason_start", func(p *Play) string { return p.ReasonStart }),
		text("reason_end", func(p *Play) string { return p.ReasonEnd }),
		text("shuffle", func(p *Play) string { return strconv.FormatBool(p.Shuffle) }),
		text("skipped", skipped),
		text("offline", func(p *Play) string { return strconv.FormatBool(p.Offline) }),
		{"offline_timestamp", appendOfflineTimestamp},
		text("incognito_mode", func(p *Play) string { return strconv.FormatBool(p.Incognito) }),
	}
}

// appendOfflineTimestamp writes when the client says that a play began. Until
// October 2022 it is in milliseconds, or missing, for plays that were not offline.
func appendOfflineTimestamp(b []byte, p *Play) []byte {
	switch {
	case p.TS >= ShortNamesFrom || p.Offline:
		return strconv.AppendInt(b, p.Start, 10)
	case p.MS%3 == 0:
		return append(b, "null"...)
	case p.MS%3 == 1:
		return append(b, '0')
	}
	return strconv.AppendInt(b, p.Start*1000+int64(p.MS%1000), 10)
}

// WriteExtended writes the "Extended streaming history" as a ZIP.
func WriteExtended(w io.Writer, o Options, format Format, rows Rows) (Counts, error) {
	a, err := newArchive(w, format.Folder, o)
	if err != nil {
		return Counts{}, err
	}
	x := &extended{archive: a, Format: format, audio: historyFile{File: File{Label: "Audio"}}, video: historyFile{File: File{Label: "Video"}}}
	if err := rows(x.add); err != nil {
		return x.counts, err
	}
	for _, f := range []*historyFile{&x.audio, &x.video} {
		f.Final = true
		if err := x.flush(f); err != nil {
			return x.counts, err
		}
	}
	return x.counts, x.close()
}

// extended collects rows into files.
type extended struct {
	*archive
	Format
	audio, video historyFile
	counts       Counts
}

// historyFile is a file that grows.
type historyFile struct {
	File
	rows []byte
	ends []int // of the rows
}

func (x *extended) add(p *Play, repeated bool) error {
	x.counts.add(p.TS, p.MS, repeated)
	f := &x.audio
	if p.Video {
		f = &x.video
		x.counts.Video++
	}
	year := time.Unix(p.TS, 0).UTC().Year()
	newYear := x.Yearly && len(f.ends) > 0 && year != f.Last
	if newYear || len(f.rows)+len(f.ends)*len(x.Between)+2_000 > MaxFileBytes {
		if err := x.flush(f); err != nil {
			return err
		}
		if newYear {
			f.Number = 0
		}
	}
	if len(f.ends) == 0 {
		f.First = year
	}
	f.Last = year
	f.rows = append(f.rows, x.Begin...)
	lead := x.First
	for _, c := range x.Columns {
		f.rows = append(append(append(append(f.rows, lead...), '"'), c.Key...), '"')
		f.rows = c.Append(append(f.rows, x.Colon...), p)
		lead = x.Next
	}
	f.rows = append(f.rows, x.End...)
	f.ends = append(f.ends, len(f.rows))
	return nil
}

// flush writes a file that is full.
func (x *extended) flush(f *historyFile) error {
	if len(f.ends) == 0 {
		return nil
	}
	order := make([]int, len(f.ends))
	for i := range order {
		order[i] = i
	}
	if x.Order != nil {
		order = x.Order(len(order))
	}
	w, err := x.create(x.Name(&f.File))
	if err != nil {
		return err
	}
	x.counts.Files++
	f.Number++
	starts := append([]int{0}, f.ends...)
	lead := x.Open
	for _, i := range order {
		if _, err := io.WriteString(w, lead); err != nil {
			return err
		}
		if _, err := w.Write(f.rows[starts[i]:f.ends[i]]); err != nil {
			return err
		}
		lead = x.Between
	}
	if _, err := io.WriteString(w, x.Close); err != nil {
		return err
	}
	f.rows, f.ends = f.rows[:0], f.ends[:0]
	return w.Close()
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
