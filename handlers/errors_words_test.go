package handlers

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
)

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
		if got := words.RefusalSentence(format.Locale{}, c.err); got != c.want {
			t.Errorf("%+v\n got %s\nwant %s", c.err, got, c.want)
		}
	}
}

// TestTasksOfEarlierVersionsKeepTheirWords: tasks that commit 1aef17c refused
// say the same sentence, and have the same code and file.
func TestTasksOfEarlierVersionsKeepTheirWords(t *testing.T) {
	var old []struct {
		Refused struct{ Code, File, Message string }
	}
	var now []importer.Task
	readFixture(t, "../internal/dataset/testdata/v1aef17c/refused.json", &old)
	readFixture(t, "../internal/dataset/testdata/v1aef17c/refused.json", &now)
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

func readFixture(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}
