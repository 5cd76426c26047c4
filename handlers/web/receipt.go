package web

import (
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// ReceiptJSON is the receipt in the answers of the API.
type ReceiptJSON struct {
	export.Totals
	Notice string     `json:"notice,omitempty"`
	Notes  []noteJSON `json:"notes,omitempty"`
	Lines  []lineJSON `json:"lines"`
}

// noteJSON is what concerns all files together.
type noteJSON struct {
	Reason     string         `json:"reason"`
	ReasonCode export.Code    `json:"reason_code"`
	Figures    export.Figures `json:"figures"`
}

// lineJSON is a file's line, with its codes put into words beside them.
type lineJSON struct {
	Upload     int             `json:"upload"`
	Package    string          `json:"package"`
	Name       string          `json:"name"`
	Bytes      int64           `json:"bytes"`
	Class      export.Class    `json:"class"`
	Status     export.Status   `json:"status"`
	Reason     string          `json:"reason,omitempty"`
	ReasonCode export.Code     `json:"reason_code,omitempty"`
	Figures    *export.Figures `json:"figures,omitempty"`
	Holds      string          `json:"holds,omitempty"`
	Topic      export.Topic    `json:"topic,omitempty"`
	Rows       int             `json:"rows"`
	Kept       int             `json:"kept"`
	Duplicate  int             `json:"duplicate"`
	Elsewhere  int             `json:"elsewhere"`
	Unreadable int             `json:"unreadable"`
	Changes    int             `json:"changes,omitempty"`
	Telemetry  int             `json:"telemetry,omitempty"`
	Problems   []ProblemJSON   `json:"problems,omitempty"`
	First      *string         `json:"first,omitempty"`
	Last       *string         `json:"last,omitempty"`
}

// ProblemJSON is what could not be read of a file.
type ProblemJSON struct {
	Reason     string      `json:"reason"`
	ReasonCode export.Code `json:"reason_code,omitempty"`
	Key        string      `json:"key,omitempty"`
	Count      int         `json:"count"`
	Row        int         `json:"first_row,omitempty"`
}

// NewReceiptJSON is the receipt with its codes in words.
func NewReceiptJSON(d *dataset.Dataset, r *export.Receipt) ReceiptJSON {
	lines := make([]lineJSON, len(r.Files))
	for i := range r.Files {
		lines[i] = NewLineJSON(&r.Files[i])
	}
	var notes []noteJSON
	for _, n := range r.Notes {
		notes = append(notes, noteJSON{words.NoteText(format.Locale{}, n), n.Code, n.Figures})
	}
	return ReceiptJSON{Totals: r.Totals(), Notice: RulesNotice(d.Rules(), dataset.CurrentRules), Notes: notes, Lines: lines}
}

// NewLineJSON is the line of a file.
func NewLineJSON(f *export.File) lineJSON {
	line := lineJSON{
		Upload: f.Upload, Package: f.Package, Name: f.Name, Bytes: f.Bytes, Class: f.Class, Status: f.Status,
		Reason: words.FileReason(format.Locale{}, f), ReasonCode: f.Reason.Code,
		Holds: words.TopicHolds(f.Topic), Topic: f.Topic,
		Rows: f.Rows, Kept: f.Kept, Duplicate: f.Duplicate, Elsewhere: f.Elsewhere, Unreadable: f.Unreadable,
		Changes: f.Changes, Telemetry: f.Telemetry,
		First: RFC3339(f.First), Last: RFC3339(f.Last),
	}
	if f.Reason.Figures != (export.Figures{}) {
		line.Figures = &f.Reason.Figures
	}
	for i := range f.Problems {
		p := &f.Problems[i]
		line.Problems = append(line.Problems, ProblemJSON{words.ProblemReason(format.Locale{}, p), p.Code, p.Key, p.Count, p.Row})
	}
	return line
}

// FileOf names a file of an upload as documents do.
type FileOf struct{ Package, Name string }

// ReceiptOf is the receipt of a dataset, and says on the line of a document how
// much of it is beyond what is read. That is not written down with the receipt:
// the bounds hold over all uploads, so another one may change it.
func ReceiptOf(d *dataset.Dataset) *export.Receipt {
	return dataset.Memoize(d, "receipt", func() *export.Receipt {
		r, problems := d.Receipt(), account.Of(d).Problems
		if len(problems) == 0 {
			return r
		}
		lines := make(map[FileOf][]*export.File)
		files := slices.Clone(r.Files)
		for i := range files {
			if f := &files[i]; f.Topic != "" {
				of := FileOf{f.Package, export.BaseName(f.Name)}
				lines[of] = append(lines[of], f)
			}
		}
		for _, p := range problems {
			of := lines[FileOf{p.Package, p.Document}]
			if len(of) == 0 {
				continue
			}
			// Uploads may have one name, and documents in them another content.
			f := of[max(0, slices.IndexFunc(of, func(f *export.File) bool { return f.Bytes == int64(p.Size) }))]
			if p.Code == export.CodeBeyondBounds {
				f.Reason = export.Reason{Code: p.Code, Figures: export.Figures{Count: int64(p.Count)}}
				continue
			}
			f.Problems = append(f.Problems[:len(f.Problems):len(f.Problems)], export.Problem{Code: p.Code, Count: p.Count})
		}
		return &export.Receipt{Files: files, Notes: r.Notes}
	})
}

// RulesNotice is what to tell of a dataset that was read by earlier rules than
// today's; nothing of one that was not.
func RulesNotice(rules, current int) string {
	if rules >= current {
		return ""
	}
	return "This data was read by earlier rules, which have been mended since. Upload again for corrected figures."
}

// NewReceiptParts are the four ways a row can end. They add up to all rows.
func NewReceiptParts(loc format.Locale, t export.Totals) []list.ReceiptPartView {
	parts := make([]list.ReceiptPartView, 0, 4)
	for _, p := range []struct {
		label, note string
		rows        int
		end         list.RowEnd
		always      bool
	}{
		{"Kept", "What every page counts.", t.Kept, list.EndKept, true},
		{"Exact duplicates, left out", "The same play, recorded twice by Spotify or uploaded twice.", t.Duplicate, list.EndDuplicate, true},
		{"Already in the other package", "Plays of the account data that the extended history holds to the second.", t.Elsewhere, list.EndElsewhere, false},
		{"Unreadable", "Rows without a time or a length that can be understood.", t.Unreadable, list.EndUnreadable, true},
	} {
		if p.rows == 0 && !p.always {
			continue
		}
		parts = append(parts, list.ReceiptPartView{
			Label: p.label, Note: p.note, Rows: loc.Number(p.rows),
			Percent: loc.Percent(int64(p.rows), int64(t.Rows)), Value: int64(p.rows), End: p.end,
		})
	}
	return parts
}
