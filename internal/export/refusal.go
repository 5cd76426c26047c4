package export

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// The codes of an [InputError]. They are stable: programs may test for them.
const (
	CodeNoFiles        = "no_files"
	CodeEmptyFile      = "empty_file"
	CodeNotZIPOrJSON   = "not_zip_or_json"
	CodeNotJSON        = "not_json"
	CodeEmptyArchive   = "empty_archive"
	CodeNotSpotify     = "nothing_from_spotify"
	CodeNoHistory      = "no_history"
	CodeTruncated      = "truncated_archive"
	CodeDamaged        = "damaged_archive"
	CodeSplit          = "split_archive"
	CodeEncrypted      = "encrypted"
	CodeNested         = "nested_archive"
	CodeUnsafePath     = "unsafe_path"
	CodeUnsafeEntry    = "unsafe_entry"
	CodeOverlapping    = "overlapping_entries"
	CodeCompression    = "unsupported_compression"
	CodeTooManyEntries = "too_many_entries"
	CodeDirectoryLarge = "directory_too_large"
	CodeEntryTooLarge  = "entry_too_large"
	CodeUploadTooLarge = "upload_too_large"
	CodeBomb           = "compression_bomb"
	CodeTooManyRows    = "too_many_rows"
)

// refusals says for each code which family it is of and what to tell the
// person: what happened, and what to do. %[1]s is the file's name, %[2]s a
// limit.
var refusals = map[string]struct {
	fault   Fault
	message string
}{
	CodeNoFiles:   {FaultUnusable, "No file arrived. Choose the ZIP that Spotify sent you and try again."},
	CodeEmptyFile: {FaultUnusable, "“%[1]s” is empty. Download it from Spotify again; the link in their e-mail works for two weeks."},
	CodeNotZIPOrJSON: {FaultUnsupported, "“%[1]s” is neither a ZIP nor a JSON file. " +
		"Upload the ZIP as Spotify sent it, or the JSON files inside it."},
	CodeNotJSON: {FaultUnusable, "“%[1]s” is named like a JSON file, but what is in it is not JSON; perhaps another program has saved it. " +
		"Upload the ZIP as Spotify sent it, or the JSON files inside it."},
	CodeEmptyArchive: {FaultUnusable, "“%[1]s” is a ZIP with nothing in it. Download it from Spotify again."},
	CodeNotSpotify: {FaultUnusable, "Nothing in “%[1]s” comes from Spotify. " +
		"Upload the ZIP that Spotify sent you after you asked for your data."},
	CodeNoHistory: {FaultUnusable, "“%[1]s” holds no listening history and nothing else about you. " +
		"Look for the ZIP of your extended streaming history, or for the files whose names begin with Streaming_History."},
	CodeTruncated: {FaultUnusable, "“%[1]s” is cut off: the end of the ZIP is missing. " +
		"The download probably broke off; download it from Spotify again."},
	CodeDamaged: {FaultUnusable, "“%[1]s” is damaged and cannot be read. Download it from Spotify again."},
	CodeSplit:   {FaultUnusable, "“%[1]s” is one part of a ZIP that was split. Upload the ZIP in one piece."},
	CodeEncrypted: {FaultUnusable, "“%[1]s” is protected with a password. " +
		"Upload it without one, as Spotify sent it."},
	CodeNested: {FaultUnusable, "“%[1]s” holds only ZIPs that lie too deep in it or are too large to be opened there. " +
		"Unpack it once and upload the ZIPs inside; you can choose several at a time."},
	CodeUnsafePath: {FaultUnusable, "“%[1]s” holds a file name that leads out of its folder, which no ZIP from Spotify does. " +
		"Upload the ZIP as Spotify sent it."},
	CodeUnsafeEntry: {FaultUnusable, "“%[1]s” holds a link or a device instead of a file, which no ZIP from Spotify does. " +
		"Upload the ZIP as Spotify sent it."},
	CodeOverlapping: {FaultUnusable, "“%[1]s” claims more data than it has, which no ZIP from Spotify does. " +
		"Upload the ZIP as Spotify sent it."},
	CodeCompression: {FaultUnusable, "“%[1]s” is packed in a way that this program does not read. " +
		"Upload the ZIP as Spotify sent it, or pack the files again as an ordinary ZIP."},
	CodeTooManyEntries: {FaultTooLarge, "“%[1]s” holds more than %[2]s files, many more than Spotify puts into a ZIP. " +
		"Upload only what Spotify sent you."},
	CodeDirectoryLarge: {FaultTooLarge, "The table of contents of “%[1]s” is larger than %[2]s, far larger than in a ZIP from Spotify. " +
		"Upload only what Spotify sent you."},
	CodeEntryTooLarge: {FaultTooLarge, "“%[1]s” holds a file that is larger than %[2]s unpacked. Upload only what Spotify sent you."},
	CodeUploadTooLarge: {FaultTooLarge, "With “%[1]s” the upload is larger than %[2]s unpacked. " +
		"Upload fewer files at a time."},
	CodeBomb: {FaultTooLarge, "“%[1]s” unpacks to more than %[2]s times its size, which no ZIP from Spotify does. " +
		"Upload the ZIP as Spotify sent it."},
	CodeTooManyRows: {FaultTooLarge, "With “%[1]s” the upload has more than %[2]s rows. Upload fewer files at a time."},
}

// refuse makes the error that says why the input called name is not taken.
func refuse(code, name string, cause error) *InputError {
	return refuseBeyond(code, name, "", cause)
}

// refuseBeyond is refuse for a limit, which the message names.
func refuseBeyond(code, name, limit string, cause error) *InputError {
	r := refusals[code]
	name = printable(name)
	message := r.message
	if code != CodeNoFiles {
		message = fmt.Sprintf(message+"%.0[2]s", name, limit)
	}
	return &InputError{Fault: r.fault, Code: code, File: name, Message: message, Err: cause}
}

// NoHistory makes the error that says why inputs that may well come from
// Spotify give neither a play nor a document. r is their receipt.
func NoHistory(inputs []Input, r *Receipt) *InputError {
	for i := range r.Files {
		f := &r.Files[i]
		var why string
		switch {
		case len(f.Problems) > 0:
			first := slices.MinFunc(f.Problems, func(a, b Problem) int { return cmp.Compare(a.Row, b.Row) })
			if why = "Its only row is no play: " + first.Reason + "."; f.Rows > 1 {
				why = fmt.Sprintf("Not one of its %s rows is a play: in row %s, %s.", countText(int64(f.Rows)), countText(int64(first.Row)), first.Reason)
			}
		case f.Status == StatusUnknown || f.Status == StatusPartly:
			why = f.Reason
		default:
			continue
		}
		e := refuse(CodeNoHistory, f.Package, nil)
		if f.Name != f.Package { // one of several in a ZIP
			why = baseName(f.Name) + ": " + why
		}
		e.Message = "Nothing in “" + e.File + "” can be read. " + why + " Upload the ZIP as Spotify sent it, or download it again."
		return e
	}
	return refuse(CodeNoHistory, inputs[0].Name, nil)
}

// sizeText is a number of bytes in words.
func sizeText(n int64) string {
	for _, u := range []struct {
		size int64
		name string
	}{{1 << 30, "GB"}, {1 << 20, "MB"}, {1 << 10, "KB"}} {
		if n >= u.size {
			return strconv.FormatInt(n/u.size, 10) + " " + u.name
		}
	}
	return strconv.FormatInt(n, 10) + " bytes"
}

// countText is a number with its thousands set apart.
func countText(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
