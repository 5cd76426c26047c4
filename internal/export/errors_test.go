package export

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
)

// TestAnInputErrorCanBeWrittenDown: whoever asks later hears the same, but not
// the cause, which may quote what it failed on.
func TestAnInputErrorCanBeWrittenDown(t *testing.T) {
	for _, e := range []*InputError{
		limitError(CodeBomb, "a.zip", 200),
		{Fault: FaultUnusable, Code: CodeNoHistory, File: "a.zip", Entry: "x.json", Reason: &Reason{CodeBreaksOff, Figures{Row: 7}}},
		{Fault: FaultUnusable, Code: CodeNoHistory, File: "a.zip", Problem: &Problem{Code: CodeNotTime, Key: "ts", Count: 2, Row: 1}},
		{Fault: FaultUnusable, Code: CodeDamaged, File: "a.zip", Sentence: "The dog ate it."},
	} {
		failed := *e
		failed.Err = errors.New("secret")
		b, err := json.Marshal(&failed)
		if err != nil {
			t.Fatal(err)
		}
		var got InputError
		if err := json.Unmarshal(b, &got); err != nil || !reflect.DeepEqual(&got, e) {
			t.Errorf("%s: %+v, %v, want %+v", b, got, err, e)
		}
	}
}
