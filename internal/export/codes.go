package export

// Code says why something was not taken: an input, a file, or a row. The values
// are stored and stand in the API, so none is ever renamed; words are made of
// them where they are shown.
type Code string

// Why a file was not read, or not to its end: see [File].
const (
	CodeTelemetry         Code = "telemetry"           // technical log, counted and not kept
	CodeTelemetryTooLarge Code = "telemetry_too_large" // technical log, not even counted
	CodeMacOSFile         Code = "macos_file"
	CodeWindowsFile       Code = "windows_file"
	CodePDF               Code = "pdf"
	CodeNotSpotifyFile    Code = "not_spotify_file"
	CodeNotFromSpotify    Code = "not_from_spotify" // by its name something else: a picture, a text, settings
	CodeUnknownJSON       Code = "unknown_json"     // JSON that is not named like that, and that nobody knows
	CodeNotPlays          Code = "not_a_list_of_plays"
	CodeTooDeep           Code = "too_deep"
	CodeDamagedFile       Code = "damaged"
	CodeArchiveTooDeep    Code = "archive_too_deep"    // a ZIP too deep inside another, or too large there
	CodeDocumentTooLarge  Code = "document_too_large"  // Limit: bytes of one
	CodeDocumentsTooLarge Code = "documents_too_large" // Limit: bytes of all of an upload
	CodeNotUTF8           Code = "not_utf8"            // Count: of its texts; it was read all the same
	CodeWindows1252       Code = "windows_1252"        // its text is not UTF-8; it was read as what it is
	CodeBreaksOff         Code = "breaks_off"          // Row: the last one that is whole
	CodeBreaksOffAtOnce   Code = "breaks_off_in_first_row"
	CodeNotJSONAfter      Code = "not_json_after" // Row: the last one before
	CodeBeyondBounds      Code = "beyond_bounds"  // Count: elements that only the page of the document shows

	// What the page itself left out of a ZIP before it was sent: see [LeftOutList].
	CodeLeftOut             Code = "left_out_by_browser"
	CodeMoreLeftOut         Code = "more_left_out_by_browser" // Count: of files beyond those that are named
	CodeLeftOutListUnusable Code = "left_out_list_unusable"
)

// Why an input was not taken: see [InputError]. A file can have these as well:
// [CodeEmptyFile] and [CodeNotJSON], and a ZIP inside another all of them.
const (
	CodeNoFiles        Code = "no_files"
	CodeEmptyFile      Code = "empty_file"
	CodeNotZIPOrJSON   Code = "not_zip_or_json"
	CodeNotJSON        Code = "not_json"
	CodeEmptyArchive   Code = "empty_archive"
	CodeNotSpotify     Code = "nothing_from_spotify"
	CodeNoHistory      Code = "no_history"
	CodeTruncated      Code = "truncated_archive"
	CodeDamaged        Code = "damaged_archive"
	CodeSplit          Code = "split_archive"
	CodeEncrypted      Code = "encrypted"
	CodeNested         Code = "nested_archive"
	CodeUnsafePath     Code = "unsafe_path"
	CodeUnsafeEntry    Code = "unsafe_entry"
	CodeOverlapping    Code = "overlapping_entries"
	CodeCompression    Code = "unsupported_compression"
	CodeTooManyEntries Code = "too_many_entries"    // Limit: entries
	CodeDirectoryLarge Code = "directory_too_large" // Limit: bytes
	CodeEntryTooLarge  Code = "entry_too_large"     // Limit: bytes
	CodeUploadTooLarge Code = "upload_too_large"    // Limit: bytes
	CodeBomb           Code = "compression_bomb"    // Limit: the ratio
	CodeTooManyRows    Code = "too_many_rows"       // Limit: rows of one upload

	// What a dataset cannot hold, whichever input brings it. CodeTooManyRows
	// without a File is another.
	CodeTooMuchText      Code = "too_much_text"
	CodeTooManyDocuments Code = "too_many_documents"
	CodeTooManyFiles     Code = "too_many_files"
)

// Why a row is unreadable: see [Problem].
const (
	CodeRowNotObject  Code = "row_not_an_object"
	CodeRowTooLong    Code = "row_too_long"
	CodeRowTooDeep    Code = "row_too_deep"
	CodeKeyMissing    Code = "key_missing"
	CodeNotTime       Code = "not_a_time"
	CodeStrangeTime   Code = "time_out_of_range"
	CodeNotNumber     Code = "not_a_number"
	CodeNegative      Code = "negative"
	CodeBeyondOneWeek Code = "more_than_a_week"
)

// What is said of all files together: see [Receipt].
const (
	// CodeFewPartners: of the account rows that lie within the extended history
	// (Of), most (Count) are not in it.
	CodeFewPartners Code = "few_account_rows_in_extended_history"
	// CodeUnknownLengths: of so many plays that were kept (Count) no file tells how
	// long they were.
	CodeUnknownLengths Code = "plays_of_unknown_length"
)

// faultOf is the family of the code of an InputError.
func faultOf(code Code) Fault {
	switch code {
	case CodeTooManyEntries, CodeDirectoryLarge, CodeEntryTooLarge, CodeUploadTooLarge, CodeBomb, CodeTooManyRows,
		CodeTooMuchText, CodeTooManyDocuments, CodeTooManyFiles:
		return FaultTooLarge
	case CodeNotZIPOrJSON:
		return FaultUnsupported
	}
	return FaultUnusable
}

// Figures are the numbers that belong to a code. Those its words do not need are
// zero.
type Figures struct {
	Row   int   `json:"row,omitempty"`   // counted from 1
	Count int64 `json:"count,omitempty"` // of rows, entries or elements
	Limit int64 `json:"limit,omitempty"` // that was exceeded, of what the code is about
	Of    int64 `json:"of,omitempty"`    // of how many Count is a part
}

// Reason says why a file was not read as a whole.
type Reason struct {
	Code Code `json:"code"`
	Figures
}

// reasonOf is the reason of a file without figures.
func reasonOf(code Code) Reason { return Reason{Code: code} }
