package export

import (
	"bytes"
	"io"
	"strings"
)

// sniffBytes is how much of a file is read at first to find out what it is,
// maxSniffBytes how much at most.
const (
	sniffBytes    = 4 << 10
	maxSniffBytes = 64 << 10
)

// shape is what the beginning of a file shows.
type shape uint8

const (
	shapeEmpty   shape = iota
	shapeOther         // not JSON
	shapeJSON          // JSON, as far as it was looked at
	shapeArchive       // a ZIP
)

// sniffed is what the beginning of a file tells.
type sniffed struct {
	shape shape
	keys  map[string]bool // of the first object that has any
}

// sniff reads the beginning of a file, as much of it as is needed. The error is
// that of r.
func sniff(r io.Reader, buf []byte) (sniffed, error) {
	n := 0
	for _, want := range []int{sniffBytes, maxSniffBytes} {
		m, err := io.ReadFull(r, buf[n:want])
		n += m
		whole := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !whole {
			return sniffed{}, err
		}
		g, more := inspect(buf[:n])
		if !more || whole {
			return g, nil
		}
	}
	g, _ := inspect(buf[:n])
	return g, nil
}

// inspect examines the beginning of a file, and says whether more of it would help.
func inspect(b []byte) (g sniffed, more bool) {
	if isZIP(b) {
		return sniffed{shape: shapeArchive}, false
	}
	b = bytes.TrimPrefix(b, utf8BOM)
	p := skipSpace(b, 0)
	if p == len(b) {
		return sniffed{shape: shapeEmpty}, true
	}
	switch b[p] {
	case '{':
		keys, _, st := objectKeys(b, p)
		return sniffed{shapeOf(st), keys}, st == needMore && len(keys) == 0
	case '[':
		keys, st := firstKeys(b, p)
		return sniffed{shapeOf(st), keys}, st == needMore && !conclusive(keys)
	}
	// A bare number or word is JSON when nothing follows; else it is some text
	// that happens to begin like that.
	var v value
	p, st := readScalar(b, p, &v)
	if st == done && skipSpace(b, p) < len(b) {
		st = malformed
	}
	return sniffed{shape: shapeOf(st)}, false
}

func shapeOf(st progress) shape {
	if st == malformed {
		return shapeOther
	}
	return shapeJSON
}

// firstKeys returns the keys of the first object with keys in the list at p.
func firstKeys(b []byte, p int) (keys map[string]bool, st progress) {
	_, st = eachElement(b, p, func(p int) (int, progress) {
		if b[p] != '{' {
			var v value
			return readValue(b, p, &v)
		}
		var end int
		var st progress
		if keys, end, st = objectKeys(b, p); len(keys) > 0 && st == done {
			st = enough
		}
		return end, st
	})
	return keys, st
}

// objectKeys returns the keys of the object at p, as many as the window holds.
func objectKeys(b []byte, p int) (keys map[string]bool, next int, st progress) {
	const most = 256
	next, st = eachMember(b, p, func(key value, p int) (int, progress) {
		if keys == nil {
			keys = make(map[string]bool)
		}
		if len(keys) < most {
			keys[string(appendText(nil, b, &key))] = true
		}
		var v value
		return readValue(b, p, &v)
	})
	return keys, next, st
}

// conclusive says whether keys tell what a file is.
func conclusive(keys map[string]bool) bool {
	return classOfKeys(keys) != ClassNone || knownByKeys(keys) != nil
}

// classOfKeys says what a file holds by the keys of its first object: a
// history, the technical log, or ClassNone. Any single key may be missing.
func classOfKeys(keys map[string]bool) Class {
	count := func(of ...string) (n int) {
		for _, k := range of {
			if keys[k] {
				n++
			}
		}
		return n
	}
	if count("ts", "ms_played") > 0 && count("ts", "ms_played", "conn_country", "reason_start", "reason_end",
		"master_metadata_track_name", "spotify_track_uri", "episode_name", "offline_timestamp") > 1 {
		return ClassExtended
	}
	if count("endTime", "msPlayed") > 0 {
		switch {
		case count("podcastName", "episodeName") > 0:
			return ClassAccountPodcast
		case count("audiobookName", "chapterName", "authorName") > 0:
			return ClassAccountAudiobook
		case count("artistName", "trackName") > 0 || count("endTime", "msPlayed") == 2:
			return ClassAccountMusic
		}
	}
	if keys["time"] && count("artistName", "trackName") == 2 {
		return ClassAccountMusic // until 2018
	}
	if keys["timestamp_utc"] {
		for k := range keys {
			if strings.HasPrefix(k, "context_") || strings.HasPrefix(k, "message_") {
				return ClassTechnicalLog
			}
		}
	}
	return ClassNone
}

// isZIP says whether a file begins with one of ZIP's signatures.
func isZIP(b []byte) bool {
	return bytes.HasPrefix(b, []byte("PK\x03\x04")) ||
		bytes.HasPrefix(b, []byte("PK\x05\x06")) ||
		bytes.HasPrefix(b, []byte("PK\x07\x08"))
}
