package receipt

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export/exporttest"
)

// datasetOf is a dataset of a play of unknown length, in the first file of the
// receipt, and documents.
func datasetOf(t *testing.T, r *export.Receipt, documents ...export.Document) *dataset.Dataset {
	t.Helper()
	part := dataset.NewPart()
	part.Begin(0)
	if err := part.Add(&export.Play{TS: 1_500_000_000, Start: 1_500_000_000, UnknownLength: true, Source: export.SourceAccount, Kind: export.KindMusic, Title: []byte("a")}); err != nil {
		t.Fatal(err)
	}
	part.End(true)
	for _, d := range documents {
		d.Extent = export.Measure(d.JSON)
		if err := part.AddDocument(d); err != nil {
			t.Fatal(err)
		}
	}
	d, err := dataset.Merge(nil, []*dataset.Part{part}, r)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestProblemsOfDocumentsAreOnTheReceipt: what could not be read of a document is
// on its own line, in words for people and as codes and figures for programs, and
// the notes of the receipt stay.
func TestProblemsOfDocumentsAreOnTheReceipt(t *testing.T) {
	searches := `[{"searchTime":"yesterday","searchQuery":{}},{"searchTime":"2025-06-21T23:02:26Z[UTC]"}]`
	guesses := `{"inferences":["x","y`
	line := func(name, json string, topic export.Topic) export.File {
		return export.File{Package: "p.zip", Name: "Account/" + name, Bytes: int64(len(json)), Class: export.ClassAccountOther, Status: export.StatusRead, Topic: topic}
	}
	receipt := &export.Receipt{Files: []export.File{
		{Package: "p.zip", Name: "StreamingHistory.json", Class: export.ClassAccountMusic, Status: export.StatusRead, Rows: 1},
		line("SearchQueries.json", searches+" ", export.TopicSearches), // of the same name in another folder
		line("SearchQueries.json", searches, export.TopicSearches),
		line("Inferences.json", guesses, export.TopicInferences),
	}}
	d := datasetOf(t, receipt,
		export.Document{Topic: export.TopicSearches, Name: "SearchQueries.json", Package: "p.zip", JSON: []byte(searches), File: 2},
		export.Document{Topic: export.TopicInferences, Name: "Inferences.json", Package: "p.zip", JSON: []byte(guesses), File: 3},
	)
	got := web.NewReceiptJSON(d, web.ReceiptOf(d))
	if len(got.Notes) != 1 {
		t.Errorf("notes are %+v", got.Notes)
	}
	for i, want := range [][]web.ProblemJSON{
		nil,
		nil,
		{
			{Reason: "Entries without a time that can be read: 1.", ReasonCode: account.CodeNoTime, Count: 1},
			{Reason: "Values of another kind than expected, left out: 1.", ReasonCode: account.CodeOddKind, Count: 1},
		},
		{{Reason: words.DocumentWords[account.CodeCutShort], ReasonCode: account.CodeCutShort, Count: 1}},
	} {
		if problems := got.Lines[i].Problems; !slices.Equal(problems, want) {
			t.Errorf("line %d has %+v, want %+v", i, problems, want)
		}
	}
	first := incomplete(web.ReceiptOf(d))
	if len(first) != 2 || !slices.Equal(reasons(format.Locale{}, first[0]), []string{got.Lines[2].Problems[0].Reason, got.Lines[2].Problems[1].Reason}) {
		t.Errorf("the page begins with %+v", first)
	}
}

// A document that says less than expected in every way has few problems, however
// long it is.
func TestProblemsOfDocumentsAreFew(t *testing.T) {
	rows := "[" + strings.Repeat(`{"searchTime":[],"searchQuery":{}},7,`, 5_000) + `{"searchTime":`
	d := datasetOf(t, &export.Receipt{Files: []export.File{
		{Package: "p.zip", Name: "StreamingHistory.json", Class: export.ClassAccountMusic, Status: export.StatusRead, Rows: 1},
		{Package: "p.zip", Name: "SearchQueries.json", Topic: export.TopicSearches, Status: export.StatusRead},
	}}, export.Document{Topic: export.TopicSearches, Name: "SearchQueries.json", Package: "p.zip", JSON: []byte(rows), File: 1})
	if problems := web.ReceiptOf(d).Files[1].Problems; len(problems) != 3 {
		t.Errorf("problems are %+v", problems)
	}
	if len(d.Receipt().Files[1].Problems) > 0 {
		t.Error("the stored receipt has changed")
	}
}

// TestALineOfALaterVersion: what this version does not know has neutral words.
func TestALineOfALaterVersion(t *testing.T) {
	r, err := export.DecodeReceipt([]byte(`{"files":[{"upload":1,"package":"a.zip","name":"x.json","class":"dreams","status":"digested","why":{"code":"eaten"},"topic":"dreams","problems":[{"code":"odd","count":2,"first_row":1}],"new":[1]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	f := r.Files[0]
	if text, _ := status(f); holds(f) != "something that this version does not know by name" || text != "not understood" || counts(format.Locale{}, f) != [5]string{} {
		t.Errorf("it holds %s and is %s, with the rows %v", holds(f), text, counts(format.Locale{}, f))
	}
	want := []string{words.UnknownLeftOut, "2 rows: a reason that this version does not know (first in row 1)"}
	if got := reasons(format.Locale{}, f); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	line := web.NewLineJSON(&r.Files[0])
	if line.Reason != words.UnknownLeftOut || line.ReasonCode != "eaten" || line.Topic != "dreams" || line.Problems[0].ReasonCode != "odd" || line.Problems[0].Reason != words.UnknownRow {
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
		if b, err := json.Marshal(web.NewLineJSON(&f)); err != nil || string(b) != want {
			t.Errorf("%v\n got %s\nwant %s", err, b, want)
		}
	}
}

const fixtures = "../../internal/dataset/testdata/v1aef17c/"

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
		b, err = json.Marshal(web.NewReceiptJSON(d, d.Receipt()))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &now); err != nil {
			t.Fatal(err)
		}
		compareFields(t, name, old.Receipt, now)
		for i, doc := range (&web.Request{Data: d}).Documents() {
			if want := old.Documents[i]; doc.Name != want.Name || doc.Holds != want.Holds {
				t.Errorf("document %s holds %s, want %+v", doc.Name, doc.Holds, want)
			}
		}
		for _, l := range web.NewReceiptJSON(d, d.Receipt()).Lines {
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
	codes := exporttest.ReadCodes(t)
	for _, code := range slices.Concat(codes.File, codes.Row) {
		if !said[string(code)] && !newerCodes[code] {
			t.Errorf("no fixture has %s; it is newer than they are, or not covered", code)
		}
	}
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

func TestTheReceiptTellsOfEarlierRules(t *testing.T) {
	for _, c := range []struct {
		rules, current int
		want           bool
	}{{1, 1, false}, {1, 2, true}, {2, 3, true}, {3, 2, false}} {
		if got := strings.Contains(web.RulesNotice(c.rules, c.current), "Upload again for corrected figures"); got != c.want {
			t.Errorf("rules %d of %d: told %v", c.rules, c.current, got)
		}
	}
}

// newerCodes came after the fixtures, so that none of them has one.
var newerCodes = map[export.Code]bool{
	export.CodeNotFromSpotify: true, export.CodeNotUTF8: true, export.CodeWindows1252: true, export.CodeBeyondBounds: true,
	export.CodeLeftOut: true, export.CodeMoreLeftOut: true, export.CodeLeftOutListUnusable: true,
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
