package importer_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// packages is the folder of genuine packages with invented content, next to the
// repository and no part of it.
const packages = "../../../shared/exports"

// genuine is one of them.
func genuine(t *testing.T, name string) export.Input {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(packages, name))
	if err != nil {
		t.Skipf("the genuine packages are not here: %v", err)
	}
	return export.Input{Name: name, R: bytes.NewReader(b), Size: int64(len(b))}
}

// importAll imports one upload after the other, each added to the one before
// as it was stored.
func importAll(t *testing.T, uploads ...[]export.Input) *dataset.Dataset {
	t.Helper()
	ctx := context.Background()
	im, v := newImporter(memory.New(time.Now), nil)
	var base *dataset.Dataset
	for _, inputs := range uploads {
		res, err := im.Import(ctx, importer.Job{Inputs: inputs, Base: base, Expires: time.Now().Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		stored, err := res.Dataset.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if base, err = dataset.Decode(stored); err != nil {
			t.Fatal(err)
		}
		if held, err := v.Open(ctx, res.Ref); err != nil || held.Digest() != base.Digest() {
			t.Fatalf("what the vault holds is another dataset: %v", err)
		}
	}
	return base
}

func TestPackagesOfOnePersonInAnyOrder(t *testing.T) {
	account, history := genuine(t, "account-2024-same-person.zip"), genuine(t, "extended-v2-2024-same-person.zip")
	one := func(in ...export.Input) []export.Input { return in }
	together := zipped(t, append(unpacked(t, account, "Spotify Account Data/"), unpacked(t, history, "MyData/")...)...)
	// Loose files carry no time of writing, which only tells packages apart.
	var loosely [][]export.Input
	for _, f := range append(unpacked(t, history, ""), unpacked(t, account, "")...) {
		loosely = append(loosely, one(loose(f.name, f.content)))
	}
	backwards := slices.Clone(loosely)
	slices.Reverse(backwards)
	plays := importAll(t, one(history))
	want, wantItems := plays.Summary(lens.Lens{Min: lens.DefaultMin}), items(t, plays)
	for name, uploads := range map[string][][]export.Input{
		"one upload": {one(account, history)}, "the other way round": {one(history, account)},
		"account first": {one(account), one(history)}, "history first": {one(history), one(account)},
		"account twice": {one(account), one(history), one(account)}, "history twice": {one(history), one(account), one(history)},
		"one ZIP": {one(together)}, "one ZIP after all": {one(account), one(together)},
		"each file by itself": loosely, "each file by itself, backwards": backwards,
	} {
		if testing.Short() && len(uploads) != 2 {
			continue // the two packages one after the other, in both orders
		}
		t.Run(name, func(t *testing.T) {
			d := importAll(t, uploads...)
			s := d.Summary(lens.Lens{Min: lens.DefaultMin})
			if s != want || s.Rows != 12_327 || s.Plays != 8309 || s.Tracks != 2804 || s.Artists != 1221 || len(d.Documents()) != 11 {
				t.Errorf("%d documents, %+v", len(d.Documents()), s)
			}
			if !reflect.DeepEqual(items(t, d), wantItems) {
				t.Error("other plays than those of the history alone")
			}
			// Every account row is recognised, however often it came.
			account, elsewhere := 0, 0
			for _, f := range d.Receipt().Files {
				if f.Class == export.ClassAccountMusic || f.Class == export.ClassAccountPodcast {
					account += f.Rows
					elsewhere += f.Elsewhere
				}
			}
			if account != elsewhere || account == 0 || account%(6806+3) != 0 {
				t.Errorf("%d of %d account rows are elsewhere", elsewhere, account)
			}
		})
	}
}

// unpacked are the files of a package in another folder.
func unpacked(t *testing.T, pkg export.Input, folder string) []file {
	t.Helper()
	z, err := zip.NewReader(pkg.R, pkg.Size)
	if err != nil {
		t.Fatal(err)
	}
	var files []file
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file{folder + path.Base(f.Name), string(b)})
	}
	return files
}

// TestManifest: a whole import gives the counts that stand beside the packages.
func TestManifest(t *testing.T) {
	manifest := genuine(t, "manifest.json")
	var want map[string]struct {
		Rows      int      `json:"ext_rows"`
		Doubles   int      `json:"dup_ts_uri_ms"`
		Videos    int      `json:"ext_video_rows"`
		Hours     float64  `json:"hours_dedup"`
		Plays     int      `json:"rows_ge30s_dedup"`
		Tracks    int      `json:"distinct_track_uris"`
		Artists   int      `json:"distinct_artists"`
		Range     []string `json:"range"`
		Music     int      `json:"acct_music_rows"`
		Podcasts  int      `json:"acct_podcast_rows"`
		Books     int      `json:"acct_audiobook_rows"`
		Documents int      `json:"other_json"`
		NotJSON   []string `json:"not_json"` // an address in Scala's notation, which is a document too
	}
	if err := json.NewDecoder(io.NewSectionReader(manifest.R, 0, manifest.Size)).Decode(&want); err != nil {
		t.Fatal(err)
	}
	for name, w := range want {
		d := importAll(t, []export.Input{genuine(t, name)})
		totals, s := d.Receipt().Totals(), d.Summary(lens.Lens{Min: lens.DefaultMin})
		eq(t, name+": documents", len(d.Documents()), w.Documents+len(w.NotJSON))
		eq(t, name+": rows", totals.Rows, w.Rows+w.Music+w.Podcasts+w.Books)
		eq(t, name+": unreadable", totals.Unreadable, 0)
		if w.Rows == 0 {
			continue
		}
		eq(t, name+": kept", totals.Kept, w.Rows-w.Doubles)
		eq(t, name+": plays", s.Plays, w.Plays)
		eq(t, name+": hours", fmt.Sprintf("%.2f", float64(s.Ms)/3_600_000), fmt.Sprintf("%.2f", w.Hours))
		eq(t, name+": tracks", s.Tracks, w.Tracks)
		eq(t, name+": artists", s.Artists, w.Artists)
		eq(t, name+": first", s.First, second(t, w.Range[0]))
		eq(t, name+": last", s.Last, second(t, w.Range[1]))
		if name == "extended-v3-2026-59k.zip" {
			eq(t, name+": ms", s.Ms, 9_441_600_645)
		}
	}
}

func TestDocumentsOfAPackageWithEverything(t *testing.T) {
	d := importAll(t, []export.Input{genuine(t, "account-2025-podcasts-audiobooks.zip")})
	topics := make(map[export.Topic]int)
	for i, doc := range d.Documents() {
		topics[doc.Topic]++
		b, err := d.DocumentJSON(i)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(b) || len(b) != doc.Size || doc.Modified == 0 {
			t.Errorf("%+v", doc)
		}
	}
	for _, topic := range []export.Topic{export.TopicPlaylists, export.TopicLibrary, export.TopicSearches, export.TopicUserdata, export.TopicAddress} {
		if topics[topic] == 0 {
			t.Errorf("nothing about %s in %v", topic, topics)
		}
	}
	if len(d.Documents()) != 12 {
		t.Errorf("%v", topics)
	}
}
