package importer_test

import (
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// kept is what an instance of an earlier version has stored, see the README
// beside it.
type kept struct {
	Now              time.Time `json:"now"`
	Scope            string    `json:"scope"`
	Dataset          string    `json:"dataset"`
	Digest           string    `json:"digest"`
	Rows             int       `json:"rows"`
	Done             string    `json:"done"`
	Waiting          string    `json:"waiting"`
	WaitingDigest    string    `json:"waiting_digest"`
	WaitingDocuments int       `json:"waiting_documents"`
	Refused          string    `json:"refused"`
	Half             string    `json:"half"`
	HalfOffset       int64     `json:"half_offset"`

	bucket    *memory.Bucket
	namespace upload.Namespace
	ref       vault.Ref
	vault     *vault.Vault
	files     *upload.Store
	tasks     *importer.Tasks
}

// openKept is an instance of today over what was stored then.
func openKept(t *testing.T, version string) *kept {
	t.Helper()
	folder := filepath.Join("testdata", version)
	content, err := os.ReadFile(filepath.Join(folder, "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	k := &kept{}
	if err := json.Unmarshal(content, k); err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return k.Now }
	k.bucket = memory.New(clock)
	blobs := os.DirFS(filepath.Join(folder, "bucket"))
	err = fs.WalkDir(blobs, ".", func(key string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		blob, err := fs.ReadFile(blobs, key)
		if err != nil {
			return err
		}
		return k.bucket.Put(t.Context(), key, blob, k.Now.Add(time.Hour))
	})
	if err != nil {
		t.Fatal(err)
	}
	if k.namespace, err = upload.ParseNamespace(k.Scope); err != nil {
		t.Fatal(err)
	}
	if k.ref, err = vault.ParseRef(k.Dataset); err != nil {
		t.Fatal(err)
	}
	k.vault = vault.New(vault.Config{Bucket: k.bucket, Now: clock})
	k.files = upload.NewStore(k.bucket, 64<<20, clock)
	k.tasks = importer.NewTasks(importer.New(importer.Config{Vault: k.vault, Now: clock}), k.files)
	return k
}

func digest(d *dataset.Dataset) string {
	sum := d.Digest()
	return hex.EncodeToString(sum[:])
}

func TestADatasetOfAnEarlierVersionOpens(t *testing.T) {
	k := openKept(t, "1aef17c")
	ds, err := k.vault.Open(t.Context(), k.ref)
	if err != nil {
		t.Fatal(err)
	}
	if ds.Rows() != k.Rows || digest(ds) != k.Digest {
		t.Errorf("%d rows, digest %s; want %d, %s", ds.Rows(), digest(ds), k.Rows, k.Digest)
	}

	encoded, err := os.ReadFile("testdata/1aef17c/dataset")
	if err != nil {
		t.Fatal(err)
	}
	if ds, err = dataset.Decode(encoded); err != nil {
		t.Fatal(err)
	}
	if documents := ds.Documents(); digest(ds) != k.WaitingDigest || len(documents) != k.WaitingDocuments {
		t.Errorf("%d documents, digest %s; want %d, %s", len(documents), digest(ds), k.WaitingDocuments, k.WaitingDigest)
	}
	for i, doc := range ds.Documents() {
		if content, err := ds.DocumentJSON(i); err != nil || !json.Valid(content) {
			t.Errorf("%s: %v", doc.Name, err)
		}
	}
	if ds.Rules() != 1 {
		t.Errorf("it was read by rules %d, want the first", ds.Rules())
	}
	if len(ds.Receipt().Files) == 0 {
		t.Error("the receipt lists no file")
	}
}

func TestUploadsOfAnEarlierVersionGoOn(t *testing.T) {
	k := openKept(t, "1aef17c")
	ctx := t.Context()

	if f, err := k.files.Stat(ctx, k.namespace, k.Half); err != nil || f.Offset != k.HalfOffset || f.Done() {
		t.Errorf("the half upload: %d bytes have arrived, %v", f.Offset, err)
	}
	if files, err := k.files.List(ctx, k.namespace); err != nil || len(files) != 3 {
		t.Errorf("files under way: %d, %v", len(files), err)
	}
	if st, err := k.tasks.Look(ctx, k.namespace, k.Done); err != nil || !st.Stored {
		t.Errorf("the task that is done: %+v, %v", st, err)
	}
	if st, err := k.tasks.Look(ctx, k.namespace, k.Refused); err != nil || st.Task.Refused == nil || st.Task.Refused.Code != "not_zip_or_json" {
		t.Errorf("the task that was refused: %+v, %v", st, err)
	}
	if st, err := k.tasks.Look(ctx, k.namespace, k.Waiting); err != nil || st.Stored || st.Running || st.Over {
		t.Errorf("the task that waits: %+v, %v", st, err)
	}
	_, res, err := k.tasks.Run(ctx, k.namespace, k.Waiting, nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.Dataset.Rows() < k.Rows || len(res.Dataset.Documents()) == 0 {
		t.Errorf("the task that waited gave %d rows and %d documents", res.Dataset.Rows(), len(res.Dataset.Documents()))
	}
}
