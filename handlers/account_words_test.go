package handlers

import (
	"slices"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

func TestEventWords(t *testing.T) {
	if got := eventWords("AddedToQueue"); got != "Added to queue" {
		t.Errorf("words are %q", got)
	}
}

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
	got := newReceiptJSON(d, receiptOf(d))
	if len(got.Notes) != 1 {
		t.Errorf("notes are %+v", got.Notes)
	}
	for i, want := range [][]problemJSON{
		nil,
		nil,
		{
			{"Entries without a time that can be read: 1.", account.CodeNoTime, "", 1, 0},
			{"Values of another kind than expected, left out: 1.", account.CodeOddKind, "", 1, 0},
		},
		{{documentWords[account.CodeCutShort], account.CodeCutShort, "", 1, 0}},
	} {
		if problems := got.Lines[i].Problems; !slices.Equal(problems, want) {
			t.Errorf("line %d has %+v, want %+v", i, problems, want)
		}
	}
	page := newReceiptPageView(&Request{Data: d, Sample: true, Kept: func() string { return "" }})
	if len(page.Problems) != 2 || !slices.Equal(page.Problems[0].Reasons, []string{got.Lines[2].Problems[0].Reason, got.Lines[2].Problems[1].Reason}) {
		t.Errorf("the page begins with %+v", page.Problems)
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
	if problems := receiptOf(d).Files[1].Problems; len(problems) != 3 {
		t.Errorf("problems are %+v", problems)
	}
	if len(d.Receipt().Files[1].Problems) > 0 {
		t.Error("the stored receipt has changed")
	}
}
