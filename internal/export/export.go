// Package export reads what Spotify hands out about a person — ZIPs as they
// were downloaded, ZIPs a person made, or loose JSON files — and turns it into
// typed records and an account of every file and every row.
//
// It knows nothing of storage, sessions or pages. Whoever calls [Read] brings
// the sinks that receive the records.
package export

import (
	"io"
)

// Kind is what was played.
type Kind uint8

// The kinds of content. KindUnknown is a row that carries time but no title.
const (
	KindUnknown Kind = iota
	KindMusic
	KindPodcast
	KindAudiobook
)

// Source says which package a row came from.
type Source uint8

// The two packages that hold a listening history.
const (
	// SourceExtended rows are exact to the second.
	SourceExtended Source = iota
	// SourceAccount rows carry names, no URIs. Most are floored to the minute.
	SourceAccount
)

// Tri is a boolean that may be absent.
type Tri uint8

// The three states of a [Tri].
const (
	Absent Tri = iota
	False
	True
)

// Bool is nil where nobody said.
func (t Tri) Bool() *bool {
	if t == Absent {
		return nil
	}
	return new(t == True)
}

// Play is one row of a history file.
//
// The byte slices point into the reader's buffer: they are valid UTF-8, and
// valid only until the sink returns.
type Play struct {
	// TS is when the play ended, in Unix seconds UTC, within the years 2000 to
	// 2099. Account rows of a known length are floored to the minute.
	TS int64
	// Start is when the play began, in Unix seconds UTC: the client's own clock
	// where it is sane, TS less the time played otherwise. Start <= TS.
	Start int64
	// MS is the time played in milliseconds, a week at most.
	MS uint32
	// UnknownLength says that the row does not tell how long it was played, as in
	// the account data until 2018. MS is 0 then, and TS exact to the second.
	UnknownLength bool

	Source Source
	Kind   Kind
	Video  bool // the row comes from a video file

	// The texts below are nil when they are absent, null, empty or not texts, and
	// cut at Limits.StringBytes.

	// URI is the full URI of the track, episode or chapter; nil when absent.
	URI []byte
	// Title is the track, episode or chapter; nil when absent.
	Title []byte
	// Creator is the artist of a track, the author of an audiobook (account
	// data only); nil for podcasts.
	Creator []byte
	// Collection is the album, the show or the audiobook; nil when absent.
	Collection []byte

	Platform    []byte // as Spotify wrote it
	Country     []byte // two letters, or nil; Spotify's ZZ, "unknown", is nil
	ReasonStart []byte
	ReasonEnd   []byte

	// Address is the IP address the play came from, as Spotify wrote it; nil when
	// absent. It is there to be counted: nobody may keep it.
	Address []byte

	Shuffle, Skipped, Offline, Incognito Tri
}

// Sink receives the plays of one worker. Its methods are called from one
// goroutine at a time; different sinks are called in parallel.
type Sink interface {
	// Begin says that the plays that follow come from Receipt.Files[file].
	Begin(file int)
	// Add takes one play. An error ends the whole Read with that error.
	Add(p *Play) error
	// End closes the file opened by Begin. With keep false every play since
	// Begin is to be forgotten: the file turned out to be damaged, or begins again
	// because its text is not what it was read as.
	End(keep bool)
}

// Input is one file a person handed over.
type Input struct {
	Name string // the file's name as the browser sent it; never a path that is opened
	R    io.ReaderAt
	Size int64
}

// Progress is how far a Read has come. It holds nothing personal.
type Progress struct {
	Files    int   `json:"files"`     // history files finished
	FilesAll int   `json:"files_all"` // history files in all
	Rows     int64 `json:"rows"`      // rows read so far
	Bytes    int64 `json:"bytes"`     // bytes of JSON read so far
	BytesAll int64 `json:"bytes_all"` // bytes of JSON in all, as the archives declare them
}

// Options steer a Read.
type Options struct {
	// Sinks receive the plays, one worker each. At least one.
	Sinks []Sink
	// Document, when set, receives every document, one at a time and in the order
	// of the receipt, beside what the sinks receive. An error ends the whole Read
	// with that error.
	Document func(Document) error
	// Progress, when set, is called now and then from any worker, never
	// concurrently with itself.
	Progress func(Progress)
	// Memory, when set, is asked before a ZIP inside a ZIP is unpacked, for the
	// bytes that this takes until Read returns. An error ends the whole Read with
	// that error.
	Memory func(bytes int64) error
	// Limits; the zero value means DefaultLimits.
	Limits Limits
}
