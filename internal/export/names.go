package export

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// historyNames are what histories are called, whatever folder a person keeps them
// in: see jsonStem.
var historyNames = []struct {
	class Class
	stem  *regexp.Regexp
}{
	{ClassExtended, regexp.MustCompile(`^(endsong(_\d+)?|streaming_history_audio_\d{4}(-\d{4})?(_\d+)?)$`)},
	{ClassExtendedVideo, regexp.MustCompile(`^(endvideo(_\d+)?|streaming_history_video_\d{4}(-\d{4})?(_\d+)?)$`)},
	{ClassAccountMusic, regexp.MustCompile(`^streaminghistory(_music_)?\d*$`)},
	{ClassAccountPodcast, regexp.MustCompile(`^streaminghistory_podcast_\d*$`)},
	{ClassAccountAudiobook, regexp.MustCompile(`^streaminghistory_audiobook_\d*$`)},
}

// classOfName says what history a file holds by its name: ClassNone when the
// name does not tell.
func classOfName(name string) Class {
	if stem, ok := jsonStem(name); ok {
		for i := range historyNames {
			if historyNames[i].stem.MatchString(stem) {
				return historyNames[i].class
			}
		}
	}
	return ClassNone
}

// saysVideo says whether a person kept the word when they renamed a file of the
// extended history: its content does not tell that it is of videos.
func saysVideo(name string) bool {
	return strings.Contains(strings.ToLower(BaseName(name)), "video")
}

var copyMark = regexp.MustCompile(` ?\(\d+\)$`)

// jsonStem is a JSON file's base name in lower case, without the extension —
// twice in some packages — and without the " (1)" of a second download.
func jsonStem(name string) (string, bool) {
	stem := strings.ToLower(BaseName(name))
	isJSON := false
	for {
		cut := copyMark.ReplaceAllString(stem, "")
		if s, ok := strings.CutSuffix(cut, ".json"); ok {
			cut, isJSON = s, true
		}
		if cut == stem {
			return stem, isJSON
		}
		stem = cut
	}
}

// slashed is a name with the separators that ZIP asks for. Some programs for
// Windows write backslashes.
func slashed(name string) string { return strings.ReplaceAll(name, `\`, "/") }

// BaseName is the name of a file without its folders, whichever slash is between
// them.
func BaseName(name string) string {
	name = slashed(name)
	return name[strings.LastIndexByte(name, '/')+1:]
}

// systemFile is the reason to leave out a file that operating systems add, or
// that is Spotify's own explanation; "" for any other.
func systemFile(name string) Code {
	base := strings.ToLower(BaseName(name))
	path := "/" + strings.ToLower(slashed(name))
	switch {
	case strings.Contains(path, "/__macosx/") || strings.HasPrefix(base, "._") || base == ".ds_store":
		return CodeMacOSFile
	case base == "thumbs.db" || base == "desktop.ini":
		return CodeWindowsFile
	case strings.HasSuffix(base, ".pdf"):
		return CodePDF
	}
	return ""
}

// others matches files that people keep beside their packages: by extension,
// and settings of other programs that are JSON too.
var others = regexp.MustCompile(`\.(txt|md|csv|xml|html?|css|js|ts|log|jpe?g|png|gif|webp|svg|heic|mp3|m4a|wav|ogg|mp4|mov|avi|mkv|webm|docx?|xlsx?|py|ipynb|url|lnk)$|^(ts|js)config\.json$|^package(-lock)?\.json$`)

// isUnrelated reports whether the name shows that a file is not from Spotify.
func isUnrelated(name string) bool { return others.MatchString(strings.ToLower(BaseName(name))) }

// inTechnicalLog says whether the file lies in the folder of that package.
func inTechnicalLog(name string) bool {
	return strings.Contains(strings.ToLower(slashed(name)), "technical log")
}

// unsafeName says whether a name would leave the folder it is unpacked to. We
// unpack nothing, but an archive with such a name is an attack on someone.
func unsafeName(name string) bool {
	path := slashed(name)
	if strings.HasPrefix(path, "/") || strings.ContainsRune(path, 0) {
		return true
	}
	if len(path) >= 2 && path[1] == ':' && isLetter(path[0]) {
		return true
	}
	for part := range strings.SplitSeq(path, "/") {
		if part == ".." {
			return true
		}
	}
	return false
}

// maxName bounds the names on a receipt, in bytes.
const maxName = 240

// printable is a name as it may stand on a receipt: valid UTF-8 without control
// characters, of bounded length.
func printable(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(name, "\uFFFD"))
	if cut := cutText([]byte(name), maxName); len(cut) < len(name) {
		return string(cut) + "…"
	}
	return name
}
