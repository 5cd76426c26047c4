package importer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
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
	im, v := newImporter(bucket.NewMemory(time.Now), nil)
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
	var digest [32]byte
	for i, uploads := range [][][]export.Input{
		{one(account, history)}, {one(history, account)}, {one(account), one(history)}, {one(history), one(account)},
		{one(account), one(history), one(account)},
	} {
		d := importAll(t, uploads...)
		if d.Rows() != 12_327 || len(d.Documents()) != 11 {
			t.Errorf("%d: %d plays, %d documents", i, d.Rows(), len(d.Documents()))
		}
		if i == 0 {
			digest = d.Digest()
		}
		if d.Digest() != digest {
			t.Errorf("%d: another dataset", i)
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
	for _, topic := range []export.Topic{export.TopicPlaylists, export.TopicLibrary, export.TopicSearches, export.TopicUserdata} {
		if topics[topic] == 0 {
			t.Errorf("nothing about %s in %v", topic, topics)
		}
	}
	if len(d.Documents()) != 11 {
		t.Errorf("%v", topics)
	}
}
