package export

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// Receipts that earlier versions stored hold English sentences where there are
// codes now: "reason" of a file and of its problems, and "holds" of a document.
// They are translated when they are read, and become codes when they are stored
// again.

// DecodeReceipt reads a receipt from JSON, as this or an earlier version wrote
// it. What a later version adds is ignored.
func DecodeReceipt(b []byte) (*Receipt, error) {
	var stored struct {
		Files []struct {
			File
			Holds string `json:"holds"`
		} `json:"files"`
		Notes []Reason `json:"notes"`
	}
	if err := json.Unmarshal(b, &stored); err != nil {
		return nil, err
	}
	r := &Receipt{Notes: stored.Notes}
	if stored.Files != nil {
		r.Files = make([]File, len(stored.Files))
	}
	for i := range stored.Files {
		f := &r.Files[i]
		*f = stored.Files[i].File
		if holds := stored.Files[i].Holds; f.Topic == "" && holds != "" {
			if f.Topic = oldHolds[holds]; f.Topic == "" {
				f.Topic = TopicOther
			}
		}
		if f.Reason.Code == "" && f.Sentence != "" {
			if f.Reason = oldReason(f.Sentence); f.Reason.Code != "" {
				f.Sentence = ""
			}
		}
		for k := range f.Problems {
			if p := &f.Problems[k]; p.Code == "" && p.Sentence != "" {
				if p.Code, p.Key = oldProblem(p.Sentence); p.Code != "" {
					p.Sentence = ""
				}
			}
		}
	}
	return r, nil
}

// oldFigure matches what differs between two sentences for one reason: the name
// of the file, and a number.
var oldFigure = regexp.MustCompile(`“.*”|\d[\d,]*( bytes| KB| MB| GB)?`)

// oldReason is the reason that an old sentence gives, zero for one that is not
// known.
func oldReason(sentence string) Reason {
	var figure string
	key := oldFigure.ReplaceAllStringFunc(sentence, func(s string) string {
		if strings.HasPrefix(s, "“") {
			return "“”"
		}
		figure = s
		return "#"
	})
	r := reasonOf(oldReasons[key])
	if r.Code == "" || figure == "" {
		return r
	}
	n, err := oldNumber(figure)
	if err != nil {
		return Reason{}
	}
	switch r.Code {
	case CodeBreaksOff, CodeNotJSONAfter:
		r.Row = int(n)
	default:
		r.Limit = n
	}
	return r
}

// oldNumber reads "1,234" and "32 MB".
func oldNumber(s string) (int64, error) {
	digits, unit, _ := strings.Cut(s, " ")
	n, err := strconv.ParseInt(strings.ReplaceAll(digits, ",", ""), 10, 32)
	return n << map[string]int{"KB": 10, "MB": 20, "GB": 30}[unit], err
}

// oldReasons are the sentences of files, with # for the number. The ones about a
// ZIP inside another begin with its name.
var oldReasons = map[string]Code{
	"Technical log: telemetry about apps and devices, counted and not kept.":                  CodeTelemetry,
	"Technical log: telemetry about apps and devices, too large to be counted, and not kept.": CodeTelemetryTooLarge,
	"A file that macOS added; it holds nothing about you.":                                    CodeMacOSFile,
	"A file that Windows added; it holds nothing about you.":                                  CodeWindowsFile,
	"A document to read; it holds nothing about you.":                                         CodePDF,
	"Not a file of a Spotify package.":                                                        CodeNotSpotifyFile,
	"It is named like JSON, but what it holds is not JSON.":                                   CodeNotJSON,
	"It is JSON, but not a list of plays.":                                                    CodeNotPlays,
	"It is JSON, but nested more deeply than any file of a Spotify package.":                  CodeTooDeep,
	"The file is empty.": CodeEmptyFile,
	"The file is damaged: what was unpacked is not what was packed.":                                                                    CodeDamagedFile,
	"The file breaks off in its first row.":                                                                                             CodeBreaksOffAtOnce,
	"The file breaks off after row #. The rows before are kept.":                                                                        CodeBreaksOff,
	"After row # comes something that is not JSON. The rows before are kept.":                                                           CodeNotJSONAfter,
	"The file is larger than #, more than is kept of a file that is no listening history.":                                              CodeDocumentTooLarge,
	"It is JSON, but neither named like that nor a file of a Spotify package that this version knows.":                                  CodeUnknownJSON,
	"With it, the files of this upload that are no listening history would be larger than #, more than is kept at a time.":              CodeDocumentsTooLarge,
	"This ZIP lies too deep inside the other, or is too large to be opened there. Unpack the outer one and upload this file by itself.": CodeArchiveTooDeep,

	"“” is a ZIP with nothing in it. Download it from Spotify again.":                                                                                              CodeEmptyArchive,
	"Nothing in “” comes from Spotify. Upload the ZIP that Spotify sent you after you asked for your data.":                                                        CodeNotSpotify,
	"“” is cut off: the end of the ZIP is missing. The download probably broke off; download it from Spotify again.":                                               CodeTruncated,
	"“” is damaged and cannot be read. Download it from Spotify again.":                                                                                            CodeDamaged,
	"“” is one part of a ZIP that was split. Upload the ZIP in one piece.":                                                                                         CodeSplit,
	"“” is protected with a password. Upload it without one, as Spotify sent it.":                                                                                  CodeEncrypted,
	"“” holds only ZIPs that lie too deep in it or are too large to be opened there. Unpack it once and upload the ZIPs inside; you can choose several at a time.": CodeNested,
	"“” holds a file name that leads out of its folder, which no ZIP from Spotify does. Upload the ZIP as Spotify sent it.":                                        CodeUnsafePath,
	"“” holds a link or a device instead of a file, which no ZIP from Spotify does. Upload the ZIP as Spotify sent it.":                                            CodeUnsafeEntry,
	"“” claims more data than it has, which no ZIP from Spotify does. Upload the ZIP as Spotify sent it.":                                                          CodeOverlapping,
	"“” is packed in a way that this program does not read. Upload the ZIP as Spotify sent it, or pack the files again as an ordinary ZIP.":                        CodeCompression,
	"“” holds more than # files, many more than Spotify puts into a ZIP. Upload only what Spotify sent you.":                                                       CodeTooManyEntries,
	"The table of contents of “” is larger than #, far larger than in a ZIP from Spotify. Upload only what Spotify sent you.":                                      CodeDirectoryLarge,
	"“” holds a file that is larger than # unpacked. Upload only what Spotify sent you.":                                                                           CodeEntryTooLarge,
	"With “” the upload is larger than # unpacked. Upload fewer files at a time.":                                                                                  CodeUploadTooLarge,
	"“” unpacks to more than # times its size, which no ZIP from Spotify does. Upload the ZIP as Spotify sent it.":                                                 CodeBomb,
}

// oldProblem is the code, and the key, that an old sentence about rows gives.
func oldProblem(sentence string) (Code, string) {
	if code := oldProblems[sentence]; code != "" {
		return code, ""
	}
	key, rest, _ := strings.Cut(sentence, " ")
	if code := oldProblems["… "+rest]; code != "" {
		return code, key
	}
	return "", ""
}

// oldProblems are the sentences of rows, with … for the key they begin with.
var oldProblems = map[string]Code{
	"the row is not an object":            CodeRowNotObject,
	"the row is too long":                 CodeRowTooLong,
	"the row is nested too deeply":        CodeRowTooDeep,
	"… is missing":                        CodeKeyMissing,
	"… is not a time":                     CodeNotTime,
	"… is outside the years 2000 to 2099": CodeStrangeTime,
	"… is not a number":                   CodeNotNumber,
	"… is negative":                       CodeNegative,
	"… is more than a week":               CodeBeyondOneWeek,
}

// oldHolds are the sentences that named the topic of a document.
var oldHolds = map[string]Topic{
	"your playlists": TopicPlaylists,
	"your library: what you saved and whom you follow": TopicLibrary,
	"your searches": TopicSearches,
	"how many people you follow and who follows you": TopicFollow,
	"what kind of listener advertisers take you for": TopicMarquee,
	"what Spotify infers about you for advertising":  TopicInferences,
	"your account details":                           TopicUserdata,
	"your public profile":                            TopicIdentity,
	"the address or number you sign in with":         TopicIdentifiers,
	"how you pay":                                    TopicPayments,
	"your postal address":                            TopicAddress,
	"what you asked Spotify to make playlists of":    TopicPrompts,
	"your conversations with Spotify's assistant":    TopicAgent,
	"your letters to your later self":                TopicBottle,
	"your messages on Spotify":                       TopicMessages,
	"your ratings, comments and votes on podcasts":   TopicPodcastInteractivity,
	"Spotify's own statistics of your listening":     TopicSoundCapsule,
	"your Wrapped of one year":                       TopicWrapped,
	"your family or duo plan":                        TopicFamilyPlan,
	"the taste Spotify takes you to have":            TopicTasteProfile,
	"your festivals":                                 TopicFestivals,
	"the playlists you made":                         TopicPlaylistsCreated,
	"what ties you to advertisers' own data":         TopicAdsIdentity,
	"what you said to Spotify":                       TopicVoice,
	"your talks with Spotify's customer service":     TopicCustomerService,
	"your Spotify for Artists account":               TopicForArtists,
	"changes to your library and your playlists, without the telemetry around them": TopicChanges,
	"something that this version does not know by name":                             TopicOther,
}
