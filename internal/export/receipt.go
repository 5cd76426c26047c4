package export

// Status is what became of a file.
type Status string

// What can become of a file.
const (
	StatusRead    Status = "read"           // every row was looked at; or a document was handed over, see Topic
	StatusPartly  Status = "partly_read"    // the file breaks off; what came before was read
	StatusIgnored Status = "ignored"        // known, and of no use here; Reason says why
	StatusUnknown Status = "not_understood" // Reason says why
)

// Class is what a file holds.
type Class string

// What a file can hold.
const (
	ClassExtended         Class = "extended_history"
	ClassExtendedVideo    Class = "extended_video_history"
	ClassAccountMusic     Class = "account_music_history"
	ClassAccountPodcast   Class = "account_podcast_history"
	ClassAccountAudiobook Class = "account_audiobook_history"
	ClassAccountOther     Class = "account_other" // playlists, library, searches, … (by name)
	ClassTechnicalLog     Class = "technical_log"
	ClassNone             Class = "none"
)

// Receipt accounts for every file and every row of one upload, or of all
// uploads that make up a dataset.
type Receipt struct {
	Files []File `json:"files"`
	// Notes are what is to be said of all files together: see CodeFewPartners.
	Notes []Reason `json:"notes,omitempty"`
}

// File is one file's line on the receipt.
//
// Rows = Kept + Duplicate + Elsewhere + Unreadable, always.
type File struct {
	// Upload counts the uploads of a dataset from 1; 0 before the merge.
	Upload  int    `json:"upload"`
	Package string `json:"package"` // the upload it came in, as the person named it
	Name    string `json:"name"`    // its path inside, or the same name for a loose file
	Bytes   int64  `json:"bytes"`   // uncompressed
	Class   Class  `json:"class"`
	Status  Status `json:"status"`
	// Reason is zero for files that were read whole and as they stand.
	Reason Reason `json:"why,omitzero"`
	// Topic is what a document is about; empty for everything else.
	Topic Topic `json:"topic,omitempty"`
	// Sentence is what an earlier version wrote down in place of a Reason, where
	// DecodeReceipt finds no code for it.
	Sentence string `json:"reason,omitempty"`

	Rows       int `json:"rows"`
	Kept       int `json:"kept"`
	Duplicate  int `json:"duplicate"`  // the same row exists already (in this or another file)
	Elsewhere  int `json:"elsewhere"`  // an account row that the extended history already covers
	Unreadable int `json:"unreadable"` // see Problems

	// Changes and Telemetry are the rows of a file of the technical log, which are
	// no plays: those kept for what they say of a change, and those counted and
	// dropped.
	Changes   int `json:"changes,omitempty"`
	Telemetry int `json:"telemetry,omitempty"`

	Problems []Problem `json:"problems,omitempty"`

	First int64 `json:"first,omitempty"` // Unix seconds of the earliest and latest row
	Last  int64 `json:"last,omitempty"`
}

// Problem is one reason why rows were unreadable. It quotes no content.
type Problem struct {
	Code Code `json:"code,omitempty"`
	// Key is the key of the row that is at fault, as its schema spells it: ts,
	// endTime, …; empty when it is the row.
	Key string `json:"key,omitempty"`
	// Sentence is what an earlier version wrote down, as in File.
	Sentence string `json:"reason,omitempty"`

	Count int `json:"count"`
	Row   int `json:"first_row"` // the first such row, counted from 1
}

// Totals adds up a receipt.
type Totals struct {
	Files        int `json:"files"`
	FilesRead    int `json:"files_read"`
	FilesPartly  int `json:"files_partly_read"`
	FilesIgnored int `json:"files_ignored"`
	FilesUnknown int `json:"files_not_understood"`
	FilesLeftOut int `json:"files_not_sent"` // the browser left them out; they are in no other count
	Documents    int `json:"documents"`      // of FilesRead, those that are no history
	Rows         int `json:"rows"`
	Kept         int `json:"kept"`
	Duplicate    int `json:"duplicate"`
	Elsewhere    int `json:"elsewhere"`
	Unreadable   int `json:"unreadable"`
	Changes      int `json:"changes"`   // rows of the technical log that are kept
	Telemetry    int `json:"telemetry"` // and those that are not
}

// Totals adds up every line.
func (r *Receipt) Totals() Totals {
	var t Totals
	for i := range r.Files {
		f := &r.Files[i]
		if n := f.LeftOut(); n > 0 {
			t.FilesLeftOut += n
			continue
		}
		t.Files++
		switch f.Status {
		case StatusRead:
			t.FilesRead++
			if f.Topic != "" {
				t.Documents++
			}
		case StatusPartly:
			t.FilesPartly++
		case StatusIgnored:
			t.FilesIgnored++
		case StatusUnknown:
			t.FilesUnknown++
		}
		t.Rows += f.Rows
		t.Kept += f.Kept
		t.Duplicate += f.Duplicate
		t.Elsewhere += f.Elsewhere
		t.Unreadable += f.Unreadable
		t.Changes += f.Changes
		t.Telemetry += f.Telemetry
	}
	return t
}

// LeftOut is the number of files that the line stands for which were not sent.
func (f *File) LeftOut() int {
	switch f.Reason.Code {
	case CodeLeftOut:
		return 1
	case CodeMoreLeftOut:
		return int(f.Reason.Count)
	}
	return 0
}
