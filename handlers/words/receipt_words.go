package words

import (
	"cmp"
	"path"
	"strconv"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// The receipt holds codes and figures. Here they become words, for the pages and
// for the API. In the sentences {file} stands for a name, {row} for a row,
// {count} for how many and {of} of how many, {limit} for the number that was
// exceeded and {size} for the same in bytes.

// fileWords say why a file was not read as a whole.
var fileWords = map[export.Code]string{
	export.CodeTelemetry:           "Technical log: telemetry about apps and devices, counted and not kept.",
	export.CodeTelemetryTooLarge:   "Technical log: telemetry about apps and devices, too large to be counted, and not kept.",
	export.CodeMacOSFile:           "A file that macOS added; it holds nothing about you.",
	export.CodeWindowsFile:         "A file that Windows added; it holds nothing about you.",
	export.CodePDF:                 "A document to read; it holds nothing about you.",
	export.CodeNotSpotifyFile:      "Not a file of a Spotify package.",
	export.CodeNotFromSpotify:      "Not from Spotify, left out.",
	export.CodeNotJSON:             "It is named like JSON, but what it holds is not JSON.",
	export.CodeUnknownJSON:         "It is JSON, but neither named like that nor a file of a Spotify package that this version knows.",
	export.CodeNotPlays:            "It is JSON, but not a list of plays.",
	export.CodeTooDeep:             "It is JSON, but nested more deeply than any file of a Spotify package.",
	export.CodeEmptyFile:           "The file is empty.",
	export.CodeDamagedFile:         "The file is damaged: what was unpacked is not what was packed.",
	export.CodeArchiveTooDeep:      "This ZIP lies too deep inside the other, or is too large to be opened there. Unpack the outer one and upload this file by itself.",
	export.CodeDocumentTooLarge:    "The file is larger than {size}, more than is kept of a file that is no listening history.",
	export.CodeDocumentsTooLarge:   "With it, the files of this upload that are no listening history would be larger than {size}, more than is kept at a time.",
	export.CodeNotUTF8:             "Some of its text is not UTF-8, as after a program that saved it otherwise: in {count} places the sign � stands for what could not be read.",
	export.CodeWindows1252:         "Its text is not UTF-8 but Windows-1252, as after a program that saved it so, and was read as that.",
	export.CodeBreaksOff:           "The file breaks off after row {row}. The rows before are kept.",
	export.CodeBreaksOffAtOnce:     "The file breaks off in its first row.",
	export.CodeNotJSONAfter:        "After row {row} comes something that is not JSON. The rows before are kept.",
	export.CodeLeftOut:             "Left out by your browser, and never sent: nothing in it is of use here.",
	export.CodeMoreLeftOut:         "More files that your browser left out and never sent: {count}.",
	export.CodeLeftOutListUnusable: "The list of what your browser left out cannot be read. The files that it sent are not touched by that.",
	export.CodeBeyondBounds:        "It holds more than anybody’s: {count} of its entries are kept, and are on no page but the document’s own.",
}

// noteWords say what concerns all files together.
var noteWords = map[export.Code]string{
	export.CodeFewPartners: "Of {of} plays in the account data from the time that the extended history spans, {count} are not in it, and are kept. " +
		"Either a file of the extended history is missing here, or the two belong to different people.",
	export.CodeUnknownLengths: "Plays of unknown length: {count}. The account data of 2018 and before does not say how long something was played; " +
		"these plays are counted and listed, and add no time.",
}

// NoteText puts a note into words, empty when its code is not known.
func NoteText(loc format.Locale, n export.Reason) string {
	return filled(loc, noteWords[n.Code], "", n.Figures)
}

// rowWords say why rows are unreadable, after the key that is at fault where
// there is one.
var rowWords = map[export.Code]string{
	export.CodeRowNotObject:  "the row is not an object",
	export.CodeRowTooLong:    "the row is too long",
	export.CodeRowTooDeep:    "the row is nested too deeply",
	export.CodeKeyMissing:    "is missing",
	export.CodeNotTime:       "is not a time",
	export.CodeStrangeTime:   "is outside the years 2000 to 2099",
	export.CodeNotNumber:     "is not a number",
	export.CodeNegative:      "is negative",
	export.CodeBeyondOneWeek: "is more than a week",
}

// What is said of codes that a later version has written.
const (
	UnknownLeftOut = "It was left out for a reason that this version does not know."
	unknownPartly  = "Part of it was left out for a reason that this version does not know."
	UnknownRow     = "a reason that this version does not know"
)

// FileReason says why a file was not read as a whole, empty when it was.
func FileReason(loc format.Locale, f *export.File) string {
	partly := f.Status == export.StatusRead || f.Status == export.StatusPartly
	words := reasonWords(loc, f.Reason, f.Name)
	switch {
	case words != "":
		return words
	case f.Sentence != "":
		return f.Sentence
	case f.Status == export.StatusRead && f.Reason.Code == "":
		return ""
	case partly:
		return unknownPartly
	}
	return UnknownLeftOut
}

// reasonWords puts a reason into words, empty when its code is not known. A ZIP
// inside another has the reasons of an input.
func reasonWords(loc format.Locale, r export.Reason, name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	return filled(loc, cmp.Or(fileWords[r.Code], refusalWords[r.Code]), name, r.Figures)
}

// ProblemReason says why rows, or parts of a document, could not be read.
func ProblemReason(loc format.Locale, p *export.Problem) string {
	if words := DocumentWords[p.Code]; words != "" {
		return filled(loc, words, "", export.Figures{Count: int64(p.Count)})
	}
	return rowReason(p)
}

// rowReason says why rows are unreadable.
func rowReason(p *export.Problem) string {
	words := rowWords[p.Code]
	switch {
	case words == "":
		return cmp.Or(p.Sentence, UnknownRow)
	case p.Key != "":
		return p.Key + " " + words
	}
	return words
}

// filled puts a name and figures into a sentence.
func filled(loc format.Locale, words, name string, f export.Figures) string {
	if !strings.Contains(words, "{") {
		return words
	}
	return strings.NewReplacer(
		"{file}", name,
		"{row}", loc.Number(f.Row),
		"{count}", loc.Number(int(f.Count)),
		"{limit}", loc.Number(int(f.Limit)),
		"{of}", loc.Number(int(f.Of)),
		"{size}", limitText(f.Limit),
	).Replace(words)
}

// limitText is a limit in bytes as it is set: "32 MB" of 1,048,576 bytes each.
func limitText(n int64) string {
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
