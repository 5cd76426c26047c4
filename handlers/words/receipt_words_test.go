package words

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export/exporttest"
)

var figures = export.Figures{Row: 1_234, Count: 2_345, Limit: 3 << 20}

// isSentence reports whether words are whole: no marks, and a full stop.
func isSentence(words string) bool {
	return strings.HasSuffix(words, ".") && !strings.ContainsAny(words, "{}")
}

func TestEveryCodeHasWords(t *testing.T) {
	codes := exporttest.ReadCodes(t)
	for _, code := range codes.File {
		f := &export.File{Name: "a/b.json", Status: export.StatusIgnored, Reason: export.Reason{Code: code, Figures: figures}}
		if words := FileReason(format.Locale{}, f); !isSentence(words) || words == UnknownLeftOut {
			t.Errorf("file, %s: %q", code, words)
		}
	}
	for _, code := range codes.Note {
		if words := NoteText(format.Locale{}, export.Reason{Code: code, Figures: figures}); !isSentence(words) {
			t.Errorf("note, %s: %q", code, words)
		}
	}
	for _, code := range codes.Input {
		for _, name := range []string{"b.zip", ""} {
			words := RefusalSentence(format.Locale{}, &export.InputError{Code: code, File: name, Figures: figures})
			inside := reasonWords(format.Locale{}, export.Reason{Code: code, Figures: figures}, `a\b.zip`)
			ofDataset := datasetWords[code] != "" && refusalWords[code] == ""
			switch {
			case name == "" && datasetWords[code] == "" && code != export.CodeNoFiles, name != "" && ofDataset:
				continue // such a thing is never said
			case !isSentence(words) || strings.Contains(words, "does not know") || name != "" && code != export.CodeNoFiles && !strings.Contains(words, "“b.zip”"):
				t.Errorf("refusal, %s: %q", code, words)
			case !ofDataset && !isSentence(inside):
				t.Errorf("inside, %s: %q", code, inside)
			}
		}
	}
	for _, code := range codes.Row {
		if words := rowReason(&export.Problem{Code: code}); words == UnknownRow || words == "" || isSentence(words) {
			t.Errorf("row, %s: %q", code, words)
		}
	}
}

// TestEveryCodeIsDocumented: programs find the codes of a receipt in docs/api.md.
func TestEveryCodeIsDocumented(t *testing.T) {
	docs, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	codes := exporttest.ReadCodes(t)
	for _, code := range slices.Concat(codes.File, codes.Row, codes.Note) {
		if !strings.Contains(string(docs), "`"+string(code)+"`") {
			t.Errorf("docs/api.md does not name %s", code)
		}
	}
}

func TestNoWordsWithoutACode(t *testing.T) {
	codes := exporttest.ReadCodes(t).All()
	for _, words := range []map[export.Code]string{fileWords, refusalWords, datasetWords, rowWords, noteWords} {
		for code := range words {
			if !slices.Contains(codes, code) {
				t.Errorf("%q is no code", code)
			}
		}
	}
}

func TestEveryTopicHasWords(t *testing.T) {
	b, err := os.ReadFile("../../internal/export/document.go")
	if err != nil {
		t.Fatal(err)
	}
	topics := regexp.MustCompile(`(?m)^\tTopic\w+ +Topic = "(\w+)"`).FindAllSubmatch(b, -1)
	if len(topics) < 28 {
		t.Errorf("only %d topics", len(topics))
	}
	for _, m := range topics {
		if TopicWords[export.Topic(m[1])] == "" {
			t.Errorf("%s has no words", m[1])
		}
	}
	if len(TopicWords) != len(topics) {
		t.Errorf("%d topics with words, %d topics", len(TopicWords), len(topics))
	}
}

func TestFileReasons(t *testing.T) {
	in := func(status export.Status, code export.Code, f export.Figures) *export.File {
		return &export.File{Name: `MyData\x.zip`, Status: status, Reason: export.Reason{Code: code, Figures: f}}
	}
	for _, c := range []struct {
		loc  format.Locale
		file *export.File
		want string
	}{
		{format.Locale{}, in(export.StatusPartly, export.CodeBreaksOff, export.Figures{Row: 1234}), "The file breaks off after row 1,234. The rows before are kept."},
		{format.Locale{}, in(export.StatusPartly, export.CodeBreaksOffAtOnce, export.Figures{}), "The file breaks off in its first row."},
		{format.Locale{}, in(export.StatusIgnored, export.CodeDocumentTooLarge, export.Figures{Limit: 32 << 20}), "The file is larger than 32 MB, more than is kept of a file that is no listening history."},
		{format.Locale{}, in(export.StatusIgnored, export.CodeDocumentsTooLarge, export.Figures{Limit: 5}), "With it, the files of this upload that are no listening history would be larger than 5 bytes, more than is kept at a time."},
		{format.Locale{}, in(export.StatusUnknown, export.CodeTruncated, export.Figures{}), "“x.zip” is cut off: the end of the ZIP is missing. The download probably broke off; download it from Spotify again."},
		{format.Locale{}, in(export.StatusUnknown, export.CodeTooManyEntries, export.Figures{Limit: 5000}), "“x.zip” holds more than 5,000 files, many more than Spotify puts into a ZIP. Upload only what Spotify sent you."},
		{format.Locale{}, in(export.StatusUnknown, export.CodeUploadTooLarge, export.Figures{Limit: 6 << 30}), "With “x.zip” the upload is larger than 6 GB unpacked. Upload fewer files at a time."},
		{format.Locale{}, &export.File{Status: export.StatusUnknown, Sentence: "The dog ate it."}, "The dog ate it."},
		// What later versions write is never an empty line.
		{format.Locale{}, in(export.StatusIgnored, "eaten", export.Figures{Row: 1}), "It was left out for a reason that this version does not know."},
		{format.Locale{}, in(export.StatusUnknown, "", export.Figures{}), "It was left out for a reason that this version does not know."},
		{format.Locale{}, in("digested", "eaten", export.Figures{}), "It was left out for a reason that this version does not know."},
		{format.Locale{}, in(export.StatusPartly, "eaten", export.Figures{}), "Part of it was left out for a reason that this version does not know."},
		{format.Locale{}, in(export.StatusRead, "eaten", export.Figures{}), "Part of it was left out for a reason that this version does not know."},
		{format.Locale{}, in(export.StatusRead, "", export.Figures{}), ""},
	} {
		if got := FileReason(c.loc, c.file); got != c.want {
			t.Errorf("%+v\n got %s\nwant %s", c.file, got, c.want)
		}
	}
}

func TestLimitsInWords(t *testing.T) {
	for n, want := range map[int64]string{5: "5 bytes", 2048: "2 KB", 4 << 20: "4 MB", 6 << 30: "6 GB"} {
		if got := limitText(n); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}
