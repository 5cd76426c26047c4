package words

import (
	"cmp"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// refusalWords say why an input is not taken: what happened, and what to do.
var refusalWords = map[export.Code]string{
	export.CodeNoFiles:   "No file arrived. Choose the ZIP that Spotify sent you and try again.",
	export.CodeEmptyFile: "“{file}” is empty. Download it from Spotify again; the link in their e-mail works for two weeks.",
	export.CodeNotZIPOrJSON: "“{file}” is neither a ZIP nor a JSON file. " +
		"Upload the ZIP as Spotify sent it, or the JSON files inside it.",
	export.CodeNotJSON: "“{file}” is named like a JSON file, but what is in it is not JSON; perhaps another program has saved it. " +
		"Upload the ZIP as Spotify sent it, or the JSON files inside it.",
	export.CodeEmptyArchive: "“{file}” is a ZIP with nothing in it. Download it from Spotify again.",
	export.CodeNotSpotify: "Nothing in “{file}” comes from Spotify. " +
		"Upload the ZIP that Spotify sent you after you asked for your data.",
	export.CodeNoHistory: "“{file}” holds no listening history and nothing else about you. " +
		"Look for the ZIP of your extended streaming history, or for the files whose names begin with Streaming_History.",
	export.CodeTruncated: "“{file}” is cut off: the end of the ZIP is missing. " +
		"The download probably broke off; download it from Spotify again.",
	export.CodeDamaged: "“{file}” is damaged and cannot be read. Download it from Spotify again.",
	export.CodeSplit:   "“{file}” is one part of a ZIP that was split. Upload the ZIP in one piece.",
	export.CodeEncrypted: "“{file}” is protected with a password. " +
		"Upload it without one, as Spotify sent it.",
	export.CodeNested: "“{file}” holds only ZIPs that lie too deep in it or are too large to be opened there. " +
		"Unpack it once and upload the ZIPs inside; you can choose several at a time.",
	export.CodeUnsafePath: "“{file}” holds a file name that leads out of its folder, which no ZIP from Spotify does. " +
		"Upload the ZIP as Spotify sent it.",
	export.CodeUnsafeEntry: "“{file}” holds a link or a device instead of a file, which no ZIP from Spotify does. " +
		"Upload the ZIP as Spotify sent it.",
	export.CodeOverlapping: "“{file}” claims more data than it has, which no ZIP from Spotify does. " +
		"Upload the ZIP as Spotify sent it.",
	export.CodeCompression: "“{file}” is packed in a way that this program does not read. " +
		"Upload the ZIP as Spotify sent it, or pack the files again as an ordinary ZIP.",
	export.CodeTooManyEntries: "“{file}” holds more than {limit} files, many more than Spotify puts into a ZIP. " +
		"Upload only what Spotify sent you.",
	export.CodeDirectoryLarge: "The table of contents of “{file}” is larger than {size}, far larger than in a ZIP from Spotify. " +
		"Upload only what Spotify sent you.",
	export.CodeEntryTooLarge:  "“{file}” holds a file that is larger than {size} unpacked. Upload only what Spotify sent you.",
	export.CodeUploadTooLarge: "With “{file}” the upload is larger than {size} unpacked. Upload fewer files at a time.",
	export.CodeBomb: "“{file}” unpacks to more than {limit} times its size, which no ZIP from Spotify does. " +
		"Upload the ZIP as Spotify sent it.",
	export.CodeTooManyRows: "With “{file}” the upload has more than {limit} rows. Upload fewer files at a time.",
}

// datasetWords say what a dataset cannot hold, where no single input is at fault.
var datasetWords = map[export.Code]string{
	export.CodeTooMuchText:      "These files hold more different names than a listening history can have.",
	export.CodeTooManyDocuments: "Together with what is already here these files hold more playlists, searches and the like than can be kept.",
	export.CodeTooManyFiles:     "Together with what is already here these are more files than a receipt can list. Delete your data and upload the packages once.",
	export.CodeTooManyRows:      "Together with what is already here these files hold more plays than can be kept.",
}

// What is said of an input that is refused with a code of a later version.
const (
	unknownRefusal     = "“{file}” cannot be used, for a reason that this version does not know. Upload the ZIP as Spotify sent it."
	unknownRefusalOfIt = "This cannot be used, for a reason that this version does not know. Upload the ZIP as Spotify sent it."
)

// Why an input holds nothing that can be read, when one of its files tells.
const (
	nothingReadable = "Nothing in “{file}” can be read. {why} Upload the ZIP as Spotify sent it, or download it again."
	onlyRow         = "Its only row is no play: {problem}."
	allRows         = "Not one of its {count} rows is a play: in row {row}, {problem}."
)

// RefusalSentence says why an input is not taken, and what to do.
func RefusalSentence(loc format.Locale, e *export.InputError) string {
	if e.Sentence != "" {
		return e.Sentence
	}
	if why := nothingReadableWords(loc, e); e.Code == export.CodeNoHistory && why != "" {
		if e.Entry != "" {
			why = e.Entry + ": " + why
		}
		return strings.NewReplacer("{file}", e.File, "{why}", why).Replace(nothingReadable)
	}
	words := refusalWords[e.Code]
	if e.File == "" {
		words = cmp.Or(datasetWords[e.Code], words, unknownRefusalOfIt)
	}
	return filled(loc, cmp.Or(words, unknownRefusal), e.File, e.Figures)
}

// nothingReadableWords says what is the matter with the file that stands for all
// that cannot be read, empty when there is none.
func nothingReadableWords(loc format.Locale, e *export.InputError) string {
	switch {
	case e.Problem != nil:
		words := allRows
		if e.Problem.Count == 1 {
			words = onlyRow
		}
		return strings.NewReplacer("{count}", loc.Number(e.Problem.Count), "{row}", loc.Number(e.Problem.Row), "{problem}", rowReason(e.Problem)).Replace(words)
	case e.Reason != nil:
		return cmp.Or(reasonWords(loc, *e.Reason, cmp.Or(e.Entry, e.File)), UnknownLeftOut)
	}
	return ""
}
