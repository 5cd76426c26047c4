package export

import (
	"encoding/json"
	"reflect"
	"testing"
)

// TestReceiptsOfEarlierVersions: the fixtures of package dataset hold every
// sentence there was; here is what they become.
func TestReceiptsOfEarlierVersions(t *testing.T) {
	for name, c := range map[string]struct {
		stored string
		want   File
	}{
		"a sentence":       {`{"status":"ignored","reason":"A file that macOS added; it holds nothing about you."}`, File{Status: StatusIgnored, Reason: reasonOf(CodeMacOSFile)}},
		"with a row":       {`{"reason":"The file breaks off after row 1,234,567. The rows before are kept."}`, File{Reason: Reason{CodeBreaksOff, Figures{Row: 1_234_567}}}},
		"with a size":      {`{"reason":"The file is larger than 32 MB, more than is kept of a file that is no listening history."}`, File{Reason: Reason{CodeDocumentTooLarge, Figures{Limit: 32 << 20}}}},
		"with bytes":       {`{"reason":"“a.zip” holds a file that is larger than 700 bytes unpacked. Upload only what Spotify sent you."}`, File{Reason: Reason{CodeEntryTooLarge, Figures{Limit: 700}}}},
		"with a number":    {`{"reason":"“2 “x” 3.zip” unpacks to more than 200 times its size, which no ZIP from Spotify does. Upload the ZIP as Spotify sent it."}`, File{Reason: Reason{CodeBomb, Figures{Limit: 200}}}},
		"an endless one":   {`{"reason":"The file breaks off after row 99,999,999,999,999,999,999. The rows before are kept."}`, File{Sentence: "The file breaks off after row 99,999,999,999,999,999,999. The rows before are kept."}},
		"an unknown one":   {`{"reason":"The dog ate it."}`, File{Sentence: "The dog ate it."}},
		"problems":         {`{"problems":[{"reason":"msPlayed is negative","count":2,"first_row":3},{"reason":"the row is too long","count":1,"first_row":1},{"reason":"the row is odd","count":4,"first_row":5}]}`, File{Problems: []Problem{{Code: CodeNegative, Key: "msPlayed", Count: 2, Row: 3}, {Code: CodeRowTooLong, Count: 1, Row: 1}, {Sentence: "the row is odd", Count: 4, Row: 5}}}},
		"a document":       {`{"holds":"your postal address"}`, File{Topic: TopicAddress}},
		"an odd document":  {`{"holds":"your dreams"}`, File{Topic: TopicOther}},
		"of this version":  {`{"why":{"code":"document_too_large","limit":7},"topic":"voice","problems":[{"code":"not_a_time","key":"ts","count":1,"first_row":2}]}`, File{Reason: Reason{CodeDocumentTooLarge, Figures{Limit: 7}}, Topic: TopicVoice, Problems: []Problem{{Code: CodeNotTime, Key: "ts", Count: 1, Row: 2}}}},
		"of a later one":   {`{"why":{"code":"eaten","dog":"Rex"},"topic":"dreams","moon":{"phase":3}}`, File{Reason: reasonOf("eaten"), Topic: "dreams"}},
		"of both versions": {`{"why":{"code":"eaten"},"reason":"The dog ate it.","topic":"dreams","holds":"your dreams"}`, File{Reason: reasonOf("eaten"), Sentence: "The dog ate it.", Topic: "dreams"}},
	} {
		r, err := DecodeReceipt([]byte(`{"files":[` + c.stored + `],"later":1}`))
		if err != nil || !reflect.DeepEqual(r.Files, []File{c.want}) {
			t.Errorf("%s: %+v, %v, want %+v", name, r, err, c.want)
			continue
		}
		// Stored again, it is what it has become.
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := DecodeReceipt(b); err != nil || !reflect.DeepEqual(again, r) {
			t.Errorf("%s: stored again it is %+v, %v, want %+v", name, again, err, r)
		}
	}
	if _, err := DecodeReceipt([]byte(`{"files":[{"rows":"x"}]}`)); err == nil {
		t.Error("took a row count that is none")
	}
}
