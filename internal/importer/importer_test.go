package importer_test

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

func newImporter(b bucket.Bucket, change func(*importer.Config)) (*importer.Importer, *vault.Vault) {
	v := vault.New(vault.Config{Bucket: b, Now: time.Now})
	cfg := importer.Config{Vault: v, Now: time.Now}
	if change != nil {
		change(&cfg)
	}
	return importer.New(cfg), v
}

// extended is a package of so many plays, and what must be found in it.
func extended(t *testing.T, plays int, seed uint64) (export.Input, sample.Counts) {
	t.Helper()
	var b bytes.Buffer
	to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	counts, err := sampletest.Extended(&b, sampletest.Options{Plays: plays, Seed: seed, From: to.AddDate(-3, 0, 0), To: to})
	if err != nil {
		t.Fatal(err)
	}
	return export.Input{Name: "my_spotify_data.zip", R: bytes.NewReader(b.Bytes()), Size: int64(b.Len())}, counts
}

func TestImportStoresWhatWasRead(t *testing.T) {
	ctx := context.Background()
	im, v := newImporter(memory.New(time.Now), nil)
	input, counts := extended(t, 5_000, 1)
	var told []importer.Progress
	job := importer.Job{Inputs: []export.Input{input}, Expires: time.Now().Add(time.Hour), Tell: func(_ context.Context, p importer.Progress) { told = append(told, p) }}
	res, err := im.Import(ctx, job)
	if err != nil {
		t.Fatal(err)
	}
	ds, err := v.Open(ctx, res.Ref)
	if err != nil {
		t.Fatal(err)
	}
	if sum := ds.Summary(lens.Lens{}); sum.Rows != counts.Distinct || sum.Ms != counts.DistinctMS {
		t.Errorf("stored %d rows, %d ms; want %d, %d", sum.Rows, sum.Ms, counts.Distinct, counts.DistinctMS)
	}
	if months := ds.Networks(); len(months) < 36 || months[0].Networks < 1 || months[0].Networks > 6 {
		t.Errorf("networks %v", months) // the listener has six
	}
	if got := res.Dataset.Receipt().Totals(); got.Rows != counts.Rows || got.Kept != counts.Distinct || got.Duplicate != counts.Rows-counts.Distinct {
		t.Errorf("receipt %+v, want %+v", got, counts)
	}
	p := told[len(told)-1]
	if p.Stage != importer.StageDone || p.Rows != int64(counts.Rows) || p.Files != counts.Files {
		t.Errorf("progress at the end %+v, want %+v", p, counts)
	}

	// Once more over itself: the same rows, the same dataset.
	job.Base = ds
	again, err := im.Import(ctx, job)
	if err != nil {
		t.Fatal(err)
	}
	if again.Dataset.Digest() != ds.Digest() {
		t.Error("importing the same package again changed the dataset")
	}
	if again.Ref.ID == res.Ref.ID {
		t.Error("the new dataset took the place of the old one")
	}
}

// TestImportKeepsDocuments: what is no history is kept as well, whether a
// package of plays came before, comes after or never.
func TestImportKeepsDocuments(t *testing.T) {
	ctx := context.Background()
	im, v := newImporter(memory.New(time.Now), nil)
	var b bytes.Buffer
	to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	options := sampletest.Options{Plays: 2_000, Seed: 1, From: to.AddDate(-3, 0, 0), To: to}
	if _, err := sampletest.Account(&b, options); err != nil {
		t.Fatal(err)
	}
	account := export.Input{Name: "account.zip", R: bytes.NewReader(b.Bytes()), Size: int64(b.Len())}
	const saved = `{"tracks":[{"artist":"a","album":"b","track":"c","uri":"spotify:track:1"}]}`
	library := export.Input{Name: "YourLibrary.json", R: strings.NewReader(saved), Size: int64(len(saved))}
	history, counts := extended(t, 2_000, 1)

	digests := make(map[[32]byte]bool)
	for _, order := range [][]export.Input{{library, account, history}, {history, library, account}, {account, history, library}} {
		job := importer.Job{Expires: time.Now().Add(time.Hour)}
		for _, in := range order {
			job.Inputs = []export.Input{in}
			res, err := im.Import(ctx, job)
			if err != nil {
				t.Fatalf("%s: %v", in.Name, err)
			}
			if job.Base, err = v.Open(ctx, res.Ref); err != nil {
				t.Fatal(err)
			}
		}
		digests[job.Base.Digest()] = true
		if got := job.Base.Rows(); got != counts.Distinct {
			t.Errorf("%d rows, want %d", got, counts.Distinct)
		}
		topics := make(map[export.Topic]int)
		for i, d := range job.Base.Documents() {
			topics[d.Topic]++
			content, err := job.Base.DocumentJSON(i)
			if err != nil {
				t.Fatal(err)
			}
			if d.Package == "YourLibrary.json" && string(content) != saved {
				t.Errorf("the library has become %s", content)
			}
		}
		if len(topics) != 11 || topics[export.TopicAddress] != 1 || topics[export.TopicLibrary] != 2 || topics[export.TopicPlaylists] != 1 {
			t.Errorf("%v", topics)
		}
	}
	if len(digests) != 1 {
		t.Errorf("%d different datasets", len(digests))
	}
}

func TestImportRefusesWhatHoldsNothing(t *testing.T) {
	b := memory.New(time.Now)
	im, _ := newImporter(b, nil)
	const history = "Streaming_History_Audio_2024.json"
	reason := func(code export.Code) *export.Reason { return &export.Reason{Code: code} }
	for _, c := range []struct {
		name, content string
		reason        *export.Reason
		problem       *export.Problem
	}{
		{"YourLibrary.json", `{"tracks":[`, reason(export.CodeNotJSON), nil},
		{history, `{"ts":"2024-01-01T10:00:00Z","ms_played":1}`, reason(export.CodeNotPlays), nil},
		{history, `[{"ts":"2024-01-01T10:00:00Z","ms_played":`, reason(export.CodeBreaksOffAtOnce), nil},
		{history, `[{"ts":"soon","ms_played":1},{}]`, nil, &export.Problem{Code: export.CodeNotTime, Key: "ts", Count: 2, Row: 1}},
		{history, `[7]`, nil, &export.Problem{Code: export.CodeRowNotObject, Count: 1, Row: 1}},
		{history, `[]`, nil, nil},
	} {
		name, content := c.name, c.content
		var p importer.Progress
		_, err := im.Import(context.Background(), importer.Job{
			Inputs:  []export.Input{{Name: name, R: strings.NewReader(content), Size: int64(len(content))}},
			Expires: time.Now().Add(time.Hour), Tell: func(_ context.Context, now importer.Progress) { p = now },
		})
		var input *export.InputError
		if !errors.As(err, &input) || input.Fault != export.FaultUnusable || input.Code != export.CodeNoHistory || input.File != name ||
			!reflect.DeepEqual(input.Reason, c.reason) || !reflect.DeepEqual(input.Problem, c.problem) {
			t.Errorf("%s: %v: %+v", content, err, input)
		}
		if p.Stage != importer.StageFailed {
			t.Errorf("%s: progress %+v", name, p)
		}
	}
	if stored := keys(t, b, "datasets/"); len(stored) > 0 {
		t.Errorf("something was stored: %v", stored)
	}
}

func TestImportFailsWithTheStore(t *testing.T) {
	b := buckettest.Hooked{Bucket: memory.New(time.Now), Before: func(_ context.Context, op buckettest.Op, key string) error {
		if op == buckettest.OpPut || op == buckettest.OpCreate {
			return bucket.ErrUnavailable
		}
		return nil
	}}
	im, _ := newImporter(b, nil)
	input, _ := extended(t, 1_000, 1)
	_, err := im.Import(context.Background(), importer.Job{Inputs: []export.Input{input}, Expires: time.Now().Add(time.Hour)})
	if !errors.Is(err, bucket.ErrUnavailable) {
		t.Errorf("store away: %v", err)
	}
}

// TestBusy: an import beyond what runs at once waits, and then is told so.
func TestBusy(t *testing.T) {
	hold, held := make(chan struct{}), make(chan struct{})
	var once sync.Once
	b := buckettest.Hooked{Bucket: memory.New(time.Now), Before: func(_ context.Context, op buckettest.Op, key string) error {
		if strings.HasPrefix(key, "datasets/") {
			once.Do(func() { close(held) })
			<-hold
		}
		return nil
	}}
	im, _ := newImporter(b, func(c *importer.Config) { c.Concurrent, c.Wait = 1, 20*time.Millisecond })
	input, _ := extended(t, 1_000, 1)
	first := make(chan error, 1)
	go func() {
		_, err := im.Import(context.Background(), importer.Job{Inputs: []export.Input{input}, Expires: time.Now().Add(time.Hour)})
		first <- err
	}()
	<-held
	if _, err := im.Import(context.Background(), importer.Job{Inputs: []export.Input{input}}); !errors.Is(err, importer.ErrBusy) {
		t.Errorf("second import: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := im.Import(ctx, importer.Job{Inputs: []export.Input{input}}); !errors.Is(err, context.Canceled) {
		t.Errorf("person gone while waiting: %v", err)
	}
	close(hold)
	if err := <-first; err != nil {
		t.Errorf("first import: %v", err)
	}
}
