package importer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// plays is a file of n plays, in a year of its own.
func plays(year, n int) export.Input {
	var rows []string
	for i := range n {
		at := time.Date(year, 1, 1, 0, i, 0, 0, time.UTC).Format(time.RFC3339)
		rows = append(rows, fmt.Sprintf(`{"ts":%q,"ms_played":60000,"master_metadata_track_name":"T","master_metadata_album_artist_name":"A","spotify_track_uri":"spotify:track:0000000000000000000001"}`, at))
	}
	content := "[" + strings.Join(rows, ",") + "]"
	return export.Input{Name: fmt.Sprintf("endsong_%d.json", year), R: strings.NewReader(content), Size: int64(len(content))}
}

// TestTasksSideBySide: several tasks over one dataset, each of them carried out by
// several instances that know nothing of one another. All rows are in the dataset
// that the notes lead to, once, and of each task there is one outcome.
func TestTasksSideBySide(t *testing.T) {
	for what, withBase := range map[string]bool{"over a dataset": true, "the first": false} {
		t.Run(what, func(t *testing.T) {
			b := blindToLeases{memory.New(time.Now)}
			s := upload.NewNamespace()
			end := time.Now().Add(time.Hour)
			im, v := newImporter(b, nil)
			files := upload.NewStore(b, 64<<20, time.Now)
			start, want := importer.Origin(s), 0
			task := importer.Task{Expires: end}
			if withBase {
				res, err := im.Import(t.Context(), importer.Job{Inputs: []export.Input{plays(2010, 3)}, Expires: end})
				if err != nil {
					t.Fatal(err)
				}
				start, want, task.Base = res.Ref, 3, res.Ref.String()
			}
			const tasks, instances = 4, 3
			var group sync.WaitGroup
			for i := range tasks {
				own := task
				own.Files = []string{arrive(t, files, s, plays(2011+i, i+1))}
				want += i + 1
				for range instances {
					one, _ := newTasks(b, nil)
					group.Go(func() {
						id := fmt.Sprintf("%032x", i)
						_, res, err := one.Run(context.Background(), s, id, &own)
						if err != nil || res.Dataset.Rows() < i+1 {
							t.Errorf("task %d: %v", i, err)
						}
						if st, err := one.Look(context.Background(), s, id); err != nil || !st.Stored {
							t.Errorf("task %d afterwards: %+v, %v", i, st, err)
						}
					})
				}
			}
			group.Wait()
			ds, trail, err := v.OpenCurrent(t.Context(), start, importer.Line(s))
			if err != nil || ds.Rows() != want || len(trail.Passed) != tasks {
				t.Fatalf("%d rows, want %d, after %d datasets, %v", ds.Rows(), want, len(trail.Passed), err)
			}
			if receipt := ds.Receipt(); receipt.Totals().Duplicate != 0 {
				t.Errorf("%+v: something was added twice", receipt.Totals())
			}
		})
	}
}

// TestPlaces: what may take a place that another has taken meanwhile, and what not.
func TestPlaces(t *testing.T) {
	ours, theirs := vault.Line("ours"), vault.Line("theirs")
	end := time.Now().Add(time.Hour)
	for what, test := range map[string]struct {
		meanwhile func(t *testing.T, v *vault.Vault, base, other vault.Ref)
		target    importer.Target
		rows      int // 0: it is ErrChanged
	}{
		"nothing happened":             {nil, importer.Target{}, 1 + 4},
		"nothing happened, to replace": {nil, importer.Target{Replace: true}, 4},
		"added to":                     {take(ours, false), importer.Target{}, 2 + 4},
		"added to, to replace":         {take(ours, false), importer.Target{Replace: true}, 0},
		"added to, the sample":         {take(ours, false), importer.Target{Sample: true}, 0},
		"the sample came":              {take(ours, true), importer.Target{}, 4},
		"the sample came, another":     {take(ours, true), importer.Target{Sample: true}, 4},
		"added to by another line":     {take(theirs, false), importer.Target{}, 0},
		"deleted": {func(t *testing.T, v *vault.Vault, base, _ vault.Ref) {
			if err := v.Retire(t.Context(), base, ours, end); err != nil {
				t.Error(err)
			}
		}, importer.Target{}, 0},
		"lost with its store": {func(t *testing.T, v *vault.Vault, base, _ vault.Ref) {
			if err := v.Delete(t.Context(), base); err != nil {
				t.Error(err)
			}
		}, importer.Target{}, 0},
	} {
		for _, early := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, early %t", what, early), func(t *testing.T) {
				memory := memory.New(time.Now)
				var once sync.Once
				var change func()
				armed := false
				im, v := newImporter(buckettest.Hooked{Bucket: memory, Before: func(_ context.Context, op buckettest.Op, key string) error {
					// Late is when its outcome has been made.
					if armed && op == buckettest.OpCreate && strings.HasPrefix(key, "datasets/") {
						once.Do(change)
					}
					return nil
				}}, nil)
				_, outside := newImporter(memory, nil)
				stored := func(input export.Input) vault.Ref {
					res, err := im.Import(t.Context(), importer.Job{Inputs: []export.Input{input}, Expires: end})
					if err != nil {
						t.Fatal(err)
					}
					return res.Ref
				}
				base, other := stored(plays(2010, 1)), stored(plays(2012, 2))
				change = func() {
					if test.meanwhile != nil {
						test.meanwhile(t, outside, base, other)
					}
				}
				armed = true
				if early {
					once.Do(change)
				}
				target := test.target
				target.After, target.Base, target.Line = base, base, ours
				res, err := im.ImportAt(t.Context(), importer.Job{Inputs: []export.Input{plays(2011, 4)}, Expires: end}, target)
				if what == "lost with its store" && !early {
					return // it was open already
				}
				if test.rows == 0 {
					if !errors.Is(err, importer.ErrChanged) {
						t.Errorf("%v, %v", res.Ref, err)
					}
				} else if err != nil || res.Dataset.Rows() != test.rows {
					t.Fatalf("%v, %v", res, err)
				} else if trail, err := v.Current(t.Context(), base, ours); err != nil || trail.Ref.ID != res.Ref.ID {
					t.Errorf("the notes lead to %v, %v", trail.Ref, err)
				}
				// What came to nothing is not left lying about.
				for _, key := range keys(t, memory, "datasets/") {
					if id := strings.TrimPrefix(key, "datasets/"); id != base.ID && id != other.ID && id != res.Ref.ID {
						t.Errorf("left: %s", key)
					}
				}
			})
		}
	}
}

// take puts other in the place of base.
func take(line vault.Line, sample bool) func(*testing.T, *vault.Vault, vault.Ref, vault.Ref) {
	return func(t *testing.T, v *vault.Vault, base, other vault.Ref) {
		if err := v.Supersede(t.Context(), base, vault.Successor{Ref: other, Sample: sample}, line, time.Now().Add(time.Hour)); err != nil {
			t.Error(err)
		}
	}
}
