package export

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"
)

// Topic is what a document is about.
type Topic string

// The topics of the account data. The values are stored and stand in URLs.
const (
	TopicPlaylists            Topic = "playlists"
	TopicLibrary              Topic = "library"
	TopicSearches             Topic = "searches"
	TopicFollow               Topic = "follow"
	TopicMarquee              Topic = "marquee"
	TopicInferences           Topic = "inferences"
	TopicUserdata             Topic = "userdata"
	TopicIdentity             Topic = "identity"
	TopicIdentifiers          Topic = "identifiers"
	TopicPayments             Topic = "payments"
	TopicAddress              Topic = "address"
	TopicPrompts              Topic = "prompts"
	TopicAgent                Topic = "agent"
	TopicBottle               Topic = "bottle"
	TopicMessages             Topic = "messages"
	TopicPodcastInteractivity Topic = "podcast_interactivity"
	TopicSoundCapsule         Topic = "sound_capsule"
	TopicWrapped              Topic = "wrapped"
	TopicFamilyPlan           Topic = "family_plan"
	TopicTasteProfile         Topic = "taste_profile"
	TopicFestivals            Topic = "festivals"
	TopicPlaylistsCreated     Topic = "playlists_created"
	TopicAdsIdentity          Topic = "ads_identity"
	TopicVoice                Topic = "voice"
	TopicCustomerService      Topic = "customer_service"
	TopicForArtists           Topic = "for_artists"
	TopicChanges              Topic = "changes" // of library and playlists, from the technical log
	TopicOther                Topic = "other"   // JSON that this version does not know
)

// Document is a JSON file that is no listening history.
type Document struct {
	Topic   Topic
	Name    string // its base name in the package
	Package string // the upload it came in, as the person named it
	// Modified is when the file was written, in Unix seconds, as the ZIP says; 0
	// for a loose file and where the ZIP does not tell.
	Modified int64
	// JSON is the whole file: one well-formed JSON value, nested no deeper than
	// 128 brackets. It is as Spotify wrote it, except that it has no byte order
	// mark, that UTF-16 and Windows-1252 have become UTF-8, that U+FFFD stands for
	// what else is no UTF-8, and that an address in Scala's notation has become JSON. Of
	// TopicChanges it is no more than what changed and when, an array of flat
	// objects: change (as Spotify calls it), timestamp_utc and message_*. It is valid
	// only until the function that receives it returns.
	JSON []byte
	File int // its line: Receipt.Files[File]

	Extent  Extent // of JSON
	Reading int64  // bytes of memory that reading it takes at most; 0 if unknown
}

// readDocuments hands the documents over, in the order of the receipt.
func (w *work) readDocuments(ctx context.Context, take func(Document) error) error {
	var buf bytes.Buffer
	var changes []byte
	left := w.limits.DocumentsBytes
	for i := range w.documents {
		d := &w.documents[i]
		f := &w.receipt.Files[d.line]
		limit := min(w.limits.DocumentBytes, left)
		if d.log {
			limit = w.limits.DocumentBytes // little of it is kept, if anything
		}
		if d.size > limit {
			if f.Reason = reasonOf(CodeTelemetryTooLarge); !d.log || d.change != "" {
				f.Status, f.Reason = StatusIgnored, w.tooLarge(limit)
			}
			continue
		}
		err := w.readDocument(ctx, d, limit, &buf)
		if cause := w.failure(ctx, d); cause != nil {
			return cause
		}
		if err != nil {
			d.damaged = true
			f.Status, f.Reason = StatusUnknown, reasonOf(CodeDamagedFile)
			continue
		}
		text := bytes.TrimPrefix(buf.Bytes(), utf8BOM)
		text, encoding := asUTF8(text, limit)
		if d.topic == TopicAddress {
			if json, ok := scalaJSON(text); ok {
				text = json
			}
		}
		switch {
		case int64(len(text)) > limit:
			f.Status, f.Reason = StatusIgnored, w.tooLarge(limit)
			continue
		case d.log:
			rows, st := readLog(text, d.change, changes)
			changes, text = rows.json, rows.json
			f.note(&rows, st)
			if rows.kept == 0 {
				continue
			}
			if int64(len(text)) > left {
				f.Status, f.Reason = StatusIgnored, w.tooLarge(left)
				f.Changes, f.Telemetry = 0, rows.kept+rows.dropped
				continue
			}
		default:
			if st := wellFormed(text); st != done {
				f.Status, f.Reason = StatusUnknown, reasonOf(CodeNotJSON)
				if st == tooDeep {
					f.Reason = reasonOf(CodeTooDeep)
				}
				continue
			}
		}
		if encoding.Code != "" && f.Status == StatusRead {
			f.Reason = encoding
		}
		f.Topic = d.topic
		left -= int64(len(text))
		if take == nil {
			continue
		}
		err = take(Document{
			Topic: d.topic, Name: printable(BaseName(f.Name)), Package: f.Package,
			Modified: d.modified, JSON: text, File: d.line, Extent: Measure(text),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// note completes the line of a file of the technical log.
func (f *File) note(rows *logRows, st progress) {
	f.Changes, f.Telemetry = rows.kept, rows.dropped
	if rows.kept == 0 {
		return // the line is that of telemetry already
	}
	f.Status, f.Reason = StatusRead, Reason{}
	if st != done {
		f.Status = StatusPartly
		f.Reason = breaksOff(rows.kept + rows.dropped)
	}
}

// readDocument reads a document into buf, and no more of it than one byte
// beyond limit. The error is that of the file.
func (w *work) readDocument(ctx context.Context, d *sourceFile, limit int64, buf *bytes.Buffer) (err error) {
	buf.Reset()
	src, err := d.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	buf.Grow(int(d.size) + bytes.MinRead)
	_, err = buf.ReadFrom(io.LimitReader(inUTF8(&countingReader{ctx, src, &w.bytes}), limit+1))
	return err
}

// tooLarge says why a document beyond limit is left out.
func (w *work) tooLarge(limit int64) Reason {
	if limit < w.limits.DocumentBytes {
		return Reason{CodeDocumentsTooLarge, Figures{Limit: w.limits.DocumentsBytes}}
	}
	return Reason{CodeDocumentTooLarge, Figures{Limit: limit}}
}

// wellFormed says whether b is exactly one JSON value: done when it is. It
// builds nothing.
func wellFormed(b []byte) progress {
	p := skipSpace(b, 0)
	if p == len(b) {
		return malformed
	}
	var v value
	end, st := readValue(b, p, &v)
	if st == needMore && b[p] != '{' && b[p] != '[' {
		// A bare number may go on, as far as the reader of tokens can tell.
		end, st = readValue(append(b[p:len(b):len(b)], ' '), 0, &v)
		end += p
	}
	if st == done && skipSpace(b, min(end, len(b))) < len(b) || st == needMore {
		return malformed
	}
	return st
}

// writtenAt is the time of a ZIP's entry in Unix seconds, or 0 when no package
// can be of that time.
func writtenAt(t time.Time) int64 {
	if y := t.UTC().Year(); y < firstYear || y > lastYear {
		return 0
	}
	return t.Unix()
}
