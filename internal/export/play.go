package export

import (
	"bytes"
	"unicode/utf8"
)

const (
	// maxPlayedMS is the longest a row may claim, a week. The longest ever seen
	// is five and a half hours.
	maxPlayedMS = 7 * 24 * 3600 * 1000

	// A client's clock is used from 2008, the year Spotify opened, and when it
	// is at most clientClockBack before the end of the play by the server's
	// clock.
	clientClockFrom = 1_199_145_600 // 2008-01-01T00:00:00Z
	clientClockBack = 30 * 24 * 3600
)

// row is one object of a history file: the window it stands in and where in it
// each field's value is.
type row struct {
	b      []byte
	values [fieldCount]value
}

// reader turns rows into plays. The texts of a play are either slices of the
// row's window or of the scratch space, which the next row overwrites.
type reader struct {
	class   Class
	cut     int // Limits.StringBytes
	clock   clock
	scratch []byte
	play    Play
	broken  int // texts so far that are not UTF-8
}

// read turns r into r.play.
func (d *reader) read(r *row) problem {
	d.scratch = d.scratch[:0]
	switch d.class {
	case ClassExtended, ClassExtendedVideo:
		return d.readExtended(r)
	}
	return d.readAccount(r)
}

func (d *reader) readExtended(r *row) problem {
	p := &d.play
	ts := &r.values[fieldTS]
	if ts.kind <= kindNull {
		return problemNoTime
	}
	if ts.kind != kindString {
		return problemNotTime
	}
	var bad problem
	if p.TS, bad = d.clock.second(d.raw(r, ts)); bad != problemNone {
		return bad
	}
	if p.MS, bad = d.played(r, &r.values[fieldMS]); bad != problemNone {
		return bad
	}
	p.Start = p.TS - int64(p.MS/1000)
	if at, ok := d.whole(r, &r.values[fieldOfflineTimestamp]); ok {
		if at >= 1e12 {
			at /= 1000 // before October 2022 it counted milliseconds
		}
		if at >= clientClockFrom && at <= p.TS && p.TS-at < clientClockBack {
			p.Start = at
		}
	}
	p.Source = SourceExtended
	p.Video = d.class == ClassExtendedVideo
	d.content(r)
	p.Platform = d.text(r, fieldPlatform)
	p.Country = country(d.text(r, fieldCountry))
	p.ReasonStart = d.text(r, fieldReasonStart)
	p.ReasonEnd = d.text(r, fieldReasonEnd)
	if p.Address = d.text(r, fieldIP); p.Address == nil {
		p.Address = d.text(r, fieldIPDecrypted)
	}
	p.Shuffle = d.tri(r, fieldShuffle)
	p.Skipped = d.tri(r, fieldSkipped)
	p.Offline = d.tri(r, fieldOffline)
	p.Incognito = d.tri(r, fieldIncognito)
	return problemNone
}

// content fills in what was played. The URIs decide; rows from before there
// were URIs go by their names.
func (d *reader) content(r *row) {
	p := &d.play
	switch {
	case r.has(fieldAudiobookURI) || r.has(fieldChapterURI):
		p.Kind = KindAudiobook
	case r.has(fieldEpisodeURI):
		p.Kind = KindPodcast
	case r.has(fieldTrackURI):
		p.Kind = KindMusic
	case r.has(fieldAudiobook) || r.has(fieldChapter):
		p.Kind = KindAudiobook
	case r.has(fieldEpisode) || r.has(fieldShow):
		p.Kind = KindPodcast
	case r.has(fieldTrack) || r.has(fieldArtist) || r.has(fieldAlbum):
		p.Kind = KindMusic
	default:
		p.Kind = KindUnknown
	}
	p.URI, p.Title, p.Creator, p.Collection = nil, nil, nil, nil
	switch p.Kind {
	case KindMusic:
		p.URI = d.text(r, fieldTrackURI)
		p.Title = d.text(r, fieldTrack)
		p.Creator = d.text(r, fieldArtist)
		p.Collection = d.text(r, fieldAlbum)
	case KindPodcast:
		p.URI = d.text(r, fieldEpisodeURI)
		p.Title = d.text(r, fieldEpisode)
		p.Collection = d.text(r, fieldShow)
	case KindAudiobook:
		p.URI = d.text(r, fieldChapterURI)
		p.Title = d.text(r, fieldChapter)
		p.Collection = d.text(r, fieldAudiobook)
	}
}

func (d *reader) readAccount(r *row) problem {
	ts := &r.values[fieldEndTime]
	if ts.kind <= kindNull {
		if r.values[fieldTime].kind > kindNull {
			return d.readUntil2018(r)
		}
		return problemNoTime
	}
	if ts.kind != kindString {
		return problemNotTime
	}
	at, bad := d.clock.minute(d.raw(r, ts))
	if bad != problemNone {
		return bad
	}
	ms, bad := d.played(r, &r.values[fieldMSPlayed])
	if bad != problemNone {
		return bad
	}
	d.play = Play{TS: at, Start: at - int64(ms/1000), MS: ms, Source: SourceAccount}
	p := &d.play
	switch r.accountKind(d.class) {
	case KindPodcast:
		p.Kind = KindPodcast
		p.Title = d.text(r, fieldEpisodeName)
		p.Collection = d.text(r, fieldPodcastName)
	case KindAudiobook:
		p.Kind = KindAudiobook
		p.Title = d.text(r, fieldChapterName)
		p.Creator = d.text(r, fieldAuthorName)
		p.Collection = d.text(r, fieldAudiobookName)
	default:
		p.Kind = KindMusic
		p.Title = unlessPlaceholder(d.text(r, fieldTrackName), "Unknown Track")
		p.Creator = unlessPlaceholder(d.text(r, fieldArtistName), "Unknown Artist")
	}
	if p.Title == nil && p.Creator == nil && p.Collection == nil {
		p.Kind = KindUnknown
	}
	return problemNone
}

// readUntil2018 reads a row of the account data as they were until 2018: when
// something was played, to the second, and not for how long.
func (d *reader) readUntil2018(r *row) problem {
	ts := &r.values[fieldTime]
	if ts.kind != kindString {
		return problemNotPlayTime
	}
	var at int64
	var bad problem
	if b := d.raw(r, ts); len(b) == len("2006-01-02 15:04") {
		at, bad = d.clock.minute(b)
	} else {
		at, bad = d.clock.second(b)
	}
	switch bad {
	case problemNone:
	case problemStrangeTime:
		return problemStrangePlayTime
	default:
		return problemNotPlayTime
	}
	d.play = Play{TS: at, Start: at, Source: SourceAccount, UnknownLength: true}
	p := &d.play
	if ms := &r.values[fieldMSPlayed]; ms.kind > kindNull {
		if p.MS, bad = d.played(r, ms); bad != problemNone {
			return bad
		}
		p.UnknownLength = false
		p.TS -= p.TS % 60
		p.Start = p.TS - int64(p.MS/1000)
	}
	p.Kind = KindMusic
	p.Title = unlessPlaceholder(d.text(r, fieldTrackName), "Unknown Track")
	p.Creator = unlessPlaceholder(firstOfList(d.text(r, fieldArtistName)), "Unknown Artist")
	if p.Title == nil && p.Creator == nil {
		p.Kind = KindUnknown
	}
	return problemNone
}

// firstOfList is the artist of a row until 2018, whose artistName lists all who
// performed and then all who wrote, some of them twice: the first, whom the album
// is mostly filed under. A name with a comma of its own loses what follows it,
// because nothing tells it from two names.
func firstOfList(names []byte) []byte {
	first, _, _ := bytes.Cut(names, []byte(", "))
	if len(first) == 0 {
		return names
	}
	return first
}

// accountKind is the kind that a row has names of: one file can hold several. A
// row with names of several, or of none, is what its file is said to hold.
func (r *row) accountKind(class Class) Kind {
	music := r.has(fieldTrackName) || r.has(fieldArtistName)
	podcast := r.has(fieldEpisodeName) || r.has(fieldPodcastName)
	book := r.has(fieldChapterName) || r.has(fieldAudiobookName) || r.has(fieldAuthorName)
	switch {
	case podcast && (class == ClassAccountPodcast || !music && !book):
		return KindPodcast
	case book && (class == ClassAccountAudiobook || !music && !podcast):
		return KindAudiobook
	}
	return KindMusic
}

// unlessPlaceholder drops a name that says there is none.
func unlessPlaceholder(name []byte, placeholder string) []byte {
	if string(name) == placeholder {
		return nil
	}
	return name
}

// has reports whether the field is a text that is not empty.
func (r *row) has(f field) bool {
	v := &r.values[f]
	return v.kind == kindString && v.end > v.start
}

// raw is a string's text as UTF-8, or any value's bytes as they stand.
func (d *reader) raw(r *row, v *value) []byte {
	b := r.b[v.start:v.end]
	broken := v.wide && !utf8.Valid(b)
	if broken {
		d.broken++
	}
	if v.escaped || broken {
		from := len(d.scratch)
		d.scratch = appendText(d.scratch, r.b, v)
		b = d.scratch[from:len(d.scratch):len(d.scratch)]
	}
	return b
}

// text is what an optional text field says: nil when it is absent, null, empty
// or not a string.
func (d *reader) text(r *row, f field) []byte {
	v := &r.values[f]
	if v.kind != kindString || v.start == v.end {
		return nil
	}
	return cutText(d.raw(r, v), d.cut)
}

// whole is an integer, which some files write as a string.
func (d *reader) whole(r *row, v *value) (int64, bool) {
	if v.kind != kindNumber && v.kind != kindString {
		return 0, false
	}
	return wholeNumber(d.raw(r, v))
}

// played reads the milliseconds of a play.
func (d *reader) played(r *row, v *value) (uint32, problem) {
	if v.kind <= kindNull {
		return 0, problemNoMS
	}
	n, ok := d.whole(r, v)
	switch {
	case !ok:
		return 0, problemNotMS
	case n < 0:
		return 0, problemNegativeMS
	case n > maxPlayedMS:
		return 0, problemHugeMS
	}
	return uint32(n), problemNone
}

// tri reads a boolean, which older or edited files write as a string or as 0 or 1.
func (d *reader) tri(r *row, f field) Tri {
	v := &r.values[f]
	switch v.kind {
	case kindTrue:
		return True
	case kindFalse:
		return False
	case kindNumber, kindString:
		b := d.raw(r, v)
		switch {
		case string(b) == "1" || bytes.EqualFold(b, []byte("true")):
			return True
		case string(b) == "0" || bytes.EqualFold(b, []byte("false")):
			return False
		}
	}
	return Absent
}

// country returns a code of two letters, and nil for ZZ, which means "unknown".
func country(b []byte) []byte {
	if len(b) != 2 || !isLetter(b[0]) || !isLetter(b[1]) || string(b) == "ZZ" {
		return nil
	}
	return b
}

func isLetter(c byte) bool { return (c|0x20)-'a' < 26 }
