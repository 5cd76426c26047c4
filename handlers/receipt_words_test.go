package handlers

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
)

var figures = export.Figures{Row: 1_234, Count: 2_345, Limit: 3 << 20}

// isSentence reports whether words are whole: no marks, and a full stop.
func isSentence(words string) bool {
	return strings.HasSuffix(words, ".") && !strings.ContainsAny(words, "{}")
}

func TestEveryCodeHasWords(t *testing.T) {
	for _, code := range export.FileCodes() {
		f := &export.File{Name: "a/b.json", Status: export.StatusIgnored, Reason: export.Reason{Code: code, Figures: figures}}
		if words := fileReason(format.Locale{}, f); !isSentence(words) || words == unknownLeftOut {
			t.Errorf("file, %s: %q", code, words)
		}
	}
	for _, code := range export.NoteCodes() {
		if words := noteText(format.Locale{}, export.Reason{Code: code, Figures: figures}); !isSentence(words) {
			t.Errorf("note, %s: %q", code, words)
		}
	}
	for _, code := range export.InputCodes() {
		for _, name := range []string{"b.zip", ""} {
			words := refusalSentence(format.Locale{}, &export.InputError{Code: code, File: name, Figures: figures})
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
	for _, code := range export.RowCodes() {
		if words := rowReason(&export.Problem{Code: code}); words == unknownRow || words == "" || isSentence(words) {
			t.Errorf("row, %s: %q", code, words)
		}
	}
}

// TestEveryCodeIsDocumented: programs find the codes of a receipt in docs/api.md.
func TestEveryCodeIsDocumented(t *testing.T) {
	docs, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range slices.Concat(export.FileCodes(), export.RowCodes(), export.NoteCodes()) {
		if !strings.Contains(string(docs), "`"+string(code)+"`") {
			t.Errorf("docs/api.md does not name %s", code)
		}
	}
}

func TestNoWordsWithoutACode(t *testing.T) {
	list := map[export.Code]bool{}
	for _, codes := range [][]export.Code{export.FileCodes(), export.InputCodes(), export.RowCodes(), export.NoteCodes()} {
		for _, code := range codes {
			list[code] = true
		}
	}
	for _, words := range []map[export.Code]string{fileWords, refusalWords, datasetWords, rowWords, noteWords} {
		for code := range words {
			if !list[code] {
				t.Errorf("%q is no code", code)
			}
		}
	}
}

func TestEveryTopicHasWords(t *testing.T) {
	b, err := os.ReadFile("../internal/export/document.go")
	if err != nil {
		t.Fatal(err)
	}
	topics := regexp.MustCompile(`(?m)^\tTopic\w+ +Topic = "(\w+)"`).FindAllSubmatch(b, -1)
	if len(topics) < 28 {
		t.Errorf("only %d topics", len(topics))
	}
	for _, m := range topics {
		if topicWords[export.Topic(m[1])] == "" {
			t.Errorf("%s has no words", m[1])
		}
	}
	if len(topicWords) != len(topics) {
		t.Errorf("%d topics with words, %d topics", len(topicWords), len(topics))
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
		if got := fileReason(c.loc, c.file); got != c.want {
			t.Errorf("%+v\n got %s\nwant %s", c.file, got, c.want)
		}
	}
}

func TestRefusalSentences(t *testing.T) {
	const history = "Streaming_History_Audio_2024.json"
	nothing := func(why string) string {
		return "Nothing in “" + history + "” can be read. " + why + " Upload the ZIP as Spotify sent it, or download it again."
	}
	because := func(code export.Code, f export.Figures) *export.InputError {
		return &export.InputError{Code: export.CodeNoHistory, File: history, Reason: &export.Reason{Code: code, Figures: f}}
	}
	rows := func(p export.Problem) *export.InputError {
		return &export.InputError{Code: export.CodeNoHistory, File: history, Problem: &p}
	}
	inside := because(export.CodeTruncated, export.Figures{})
	inside.Entry = "x.zip"
	for _, c := range []struct {
		err  *export.InputError
		want string
	}{
		{&export.InputError{Code: export.CodeNoHistory, File: history}, "“" + history + "” holds no listening history and nothing else about you. Look for the ZIP of your extended streaming history, or for the files whose names begin with Streaming_History."},
		{because(export.CodeNotJSON, export.Figures{}), nothing("It is named like JSON, but what it holds is not JSON.")},
		{because(export.CodeNotPlays, export.Figures{}), nothing("It is JSON, but not a list of plays.")},
		{because(export.CodeBreaksOffAtOnce, export.Figures{}), nothing("The file breaks off in its first row.")},
		{because("eaten", export.Figures{}), nothing("It was left out for a reason that this version does not know.")},
		{inside, nothing("x.zip: “x.zip” is cut off: the end of the ZIP is missing. The download probably broke off; download it from Spotify again.")},
		{rows(export.Problem{Code: export.CodeNotTime, Key: "ts", Count: 2_000, Row: 1_001}), nothing("Not one of its 2,000 rows is a play: in row 1,001, ts is not a time.")},
		{rows(export.Problem{Code: export.CodeRowNotObject, Count: 1, Row: 1}), nothing("Its only row is no play: the row is not an object.")},
		{rows(export.Problem{Code: "eaten", Count: 1, Row: 1}), nothing("Its only row is no play: a reason that this version does not know.")},
		{&export.InputError{Code: export.CodeTooManyRows, File: "{limit}.json", Figures: export.Figures{Limit: 8_000_000}}, "With “{limit}.json” the upload has more than 8,000,000 rows. Upload fewer files at a time."},
		{&export.InputError{Code: export.CodeTooManyRows}, "Together with what is already here these files hold more plays than can be kept."},
		{&export.InputError{Code: "eaten", File: "a.zip"}, "“a.zip” cannot be used, for a reason that this version does not know. Upload the ZIP as Spotify sent it."},
		{&export.InputError{Code: "eaten"}, "This cannot be used, for a reason that this version does not know. Upload the ZIP as Spotify sent it."},
		{&export.InputError{Code: export.CodeDamaged, File: "a.zip", Sentence: "The dog ate it."}, "The dog ate it."},
	} {
		if got := refusalSentence(format.Locale{}, c.err); got != c.want {
			t.Errorf("%+v\n got %s\nwant %s", c.err, got, c.want)
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

// TestALineOfALaterVersion: what this version does not know has neutral words.
func TestALineOfALaterVersion(t *testing.T) {
	r, err := export.DecodeReceipt([]byte(`{"files":[{"upload":1,"package":"a.zip","name":"x.json","class":"dreams","status":"digested","why":{"code":"eaten"},"topic":"dreams","problems":[{"code":"odd","count":2,"first_row":1}],"new":[1]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	got := newReceiptFile(&Request{}, r.Files[0])
	want := pages.ReceiptFileView{
		Name: "x.json", Holds: "something that this version does not know by name", Status: pages.FileUnknown, Reason: unknownLeftOut,
		Problems: []string{"2 rows: a reason that this version does not know (first in row 1)"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	line := newLineJSON(&r.Files[0])
	if line.Reason != unknownLeftOut || line.ReasonCode != "eaten" || line.Topic != "dreams" || line.Problems[0].ReasonCode != "odd" || line.Problems[0].Reason != unknownRow {
		t.Errorf("%+v", line)
	}
}

func TestALineOfTheAPI(t *testing.T) {
	for want, f := range map[string]export.File{
		`{"upload":1,"package":"a.zip","name":"x/endsong_0.json","bytes":9,"class":"extended_history","status":"partly_read",` +
			`"reason":"The file breaks off after row 1,234. The rows before are kept.","reason_code":"breaks_off","figures":{"row":1234},` +
			`"rows":1234,"kept":1233,"duplicate":0,"elsewhere":0,"unreadable":1,` +
			`"problems":[{"reason":"ts is not a time","reason_code":"not_a_time","key":"ts","count":1,"first_row":7}],` +
			`"first":"1970-01-01T00:00:01Z","last":"1970-01-01T00:00:02Z"}`: {
			Upload: 1, Package: "a.zip", Name: "x/endsong_0.json", Bytes: 9, Class: export.ClassExtended, Status: export.StatusPartly,
			Reason: export.Reason{Code: export.CodeBreaksOff, Figures: export.Figures{Row: 1234}}, Rows: 1234, Kept: 1233, Unreadable: 1,
			Problems: []export.Problem{{Code: export.CodeNotTime, Key: "ts", Count: 1, Row: 7}}, First: 1, Last: 2,
		},
		`{"upload":2,"package":"a.zip","name":"Follow.json","bytes":2,"class":"account_other","status":"read",` +
			`"holds":"how many people you follow and who follows you","topic":"follow",` +
			`"rows":0,"kept":0,"duplicate":0,"elsewhere":0,"unreadable":0}`: {
			Upload: 2, Package: "a.zip", Name: "Follow.json", Bytes: 2, Class: export.ClassAccountOther, Status: export.StatusRead, Topic: export.TopicFollow,
		},
	} {
		if b, err := json.Marshal(newLineJSON(&f)); err != nil || string(b) != want {
			t.Errorf("%v\n got %s\nwant %s", err, b, want)
		}
	}
}

const fixtures = "../internal/dataset/testdata/v1aef17c/"

// TestReceiptsOfEarlierVersionsKeepTheirWords: datasets that commit 1aef17c
// stored say in the API what they said then, word for word, and more.
func TestReceiptsOfEarlierVersionsKeepTheirWords(t *testing.T) {
	names, err := filepath.Glob(fixtures + "*.dataset")
	if err != nil || len(names) < 2 {
		t.Fatal(names, err)
	}
	said := map[string]bool{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := dataset.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		var old struct {
			Receipt   map[string]any
			Documents []struct{ Name, Holds string }
		}
		readJSON(t, strings.TrimSuffix(name, ".dataset")+".json", &old)
		var now map[string]any
		b, err = json.Marshal(newReceiptJSON(d, d.Receipt()))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &now); err != nil {
			t.Fatal(err)
		}
		compareFields(t, name, old.Receipt, now)
		for i, doc := range (&Request{Data: d}).documents() {
			if want := old.Documents[i]; doc.Name != want.Name || doc.holds != want.Holds {
				t.Errorf("document %s holds %s, want %+v", doc.Name, doc.holds, want)
			}
		}
		for _, l := range newReceiptJSON(d, d.Receipt()).Lines {
			if (l.Reason == "") != (l.ReasonCode == "") {
				t.Errorf("%s: %q is %q", l.Name, l.ReasonCode, l.Reason)
			}
			said[string(l.ReasonCode)] = true
			for _, p := range l.Problems {
				said[string(p.ReasonCode)] = true
			}
		}
	}
	// The fixtures hold every reason there was.
	for _, codes := range [][]export.Code{export.FileCodes(), export.RowCodes()} {
		for _, code := range codes {
			if !said[string(code)] && !newerCodes[code] {
				t.Errorf("no fixture has %s; it is newer than they are, or not covered", code)
			}
		}
	}
}

// newerCodes came after the fixtures, so that none of them has one.
var newerCodes = map[export.Code]bool{
	export.CodeNotFromSpotify: true, export.CodeNotUTF8: true, export.CodeWindows1252: true, export.CodeBeyondBounds: true,
	export.CodeLeftOut: true, export.CodeMoreLeftOut: true, export.CodeLeftOutListUnusable: true,
}

// compareFields reports the fields of old that are missing in now or differ.
func compareFields(t *testing.T, at string, old, now any) {
	t.Helper()
	switch o := old.(type) {
	case map[string]any:
		n, ok := now.(map[string]any)
		if !ok {
			t.Fatalf("%s has become %v", at, now)
		}
		for k, v := range o {
			compareFields(t, at+"."+k, v, n[k])
		}
	case []any:
		n, ok := now.([]any)
		if !ok || len(n) != len(o) {
			t.Fatalf("%s has become %v", at, now)
		}
		for i := range o {
			compareFields(t, at+"[]", o[i], n[i])
		}
	default:
		if old != now {
			t.Errorf("%s\n got %v\nwant %v", at, now, old)
		}
	}
}

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

// TestTasksOfEarlierVersionsKeepTheirWords: tasks that commit 1aef17c refused
// say the same sentence, and have the same code and file.
func TestTasksOfEarlierVersionsKeepTheirWords(t *testing.T) {
	var old []struct {
		Refused struct{ Code, File, Message string }
	}
	var now []importer.Task
	readJSON(t, fixtures+"refused.json", &old)
	readJSON(t, fixtures+"refused.json", &now)
	if len(now) < 10 {
		t.Fatalf("%d tasks", len(now))
	}
	for i, task := range now {
		f := describe(task.Refused)
		if want := old[i].Refused; f.Message == "" || f.Message != want.Message || f.Code != want.Code || f.File != want.File || f.Status < 413 || f.Status > 422 {
			t.Errorf("got %+v, want %+v", f, want)
		}
	}
}

func TestKeptUntil(t *testing.T) {
	now := time.Date(2026, 11, 28, 16, 0, 0, 0, time.UTC)
	for want, c := range map[string]struct{ left, idle time.Duration }{
		"Your data is here until 5 December 2026, or until you delete it.":                                     {left: 7 * 24 * time.Hour},
		"Your data is here until 29 November 2026 at 06:30, or until you delete it.":                           {left: 14*time.Hour + 30*time.Minute},
		"Your data is here until 5 December 2026, until you stay away for 2 days, or until you delete it.":     {left: 7 * 24 * time.Hour, idle: 48 * time.Hour},
		"Your data is here until 5 December 2026, until you stay away for 30 minutes, or until you delete it.": {left: 7 * 24 * time.Hour, idle: 30 * time.Minute},
	} {
		if got := keptUntil(now.Add(c.left), now, c.idle); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestReceiptCountsFilesOneWay counts a package of three sorts of files.
func TestReceiptCountsFilesOneWay(t *testing.T) {
	for _, c := range []struct {
		all, history int
		want         string
	}{{1, 1, "1 file"}, {36, 36, "36 files"}, {36, 13, "36 files, 13 of them history"}, {2, 0, "2 files, none of them history"}} {
		if got := filesCounted(format.Locale{}, c.all, c.history); got != c.want {
			t.Errorf("%d of %d: %q, want %q", c.history, c.all, got, c.want)
		}
	}
	for _, c := range []struct {
		file export.File
		want receiptGroup
	}{
		{export.File{Status: export.StatusRead, Class: export.ClassExtended}, groupHistory},
		{export.File{Status: export.StatusPartly, Class: export.ClassAccountMusic}, groupHistory},
		{export.File{Status: export.StatusRead, Topic: export.TopicPlaylists}, groupDocuments},
		{export.File{Status: export.StatusRead, Class: export.ClassTechnicalLog, Topic: export.TopicChanges}, groupDocuments},
		{export.File{Status: export.StatusIgnored}, groupAside},
		{export.File{Status: export.StatusUnknown}, groupAside},
	} {
		if got := groupOf(c.file); got != c.want {
			t.Errorf("%+v is in group %d, want %d", c.file, got, c.want)
		}
	}
}
