package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	out := os.Args[1]
	ctx := context.Background()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	b := bucket.NewMemory(clock)
	v := vault.New(vault.Config{Bucket: b, Now: clock})
	im := importer.New(importer.Config{Vault: v, Now: clock})
	files := upload.NewStore(b, 64<<20, clock)
	tasks := importer.NewTasks(im, files)
	s := upload.NewScope()
	to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	expires := now.Add(7 * 24 * time.Hour)

	arrive := func(name string, content []byte, upto int) string {
		f, err := files.Create(ctx, s, upload.NewFile{Name: name, Size: int64(len(content)), Expires: expires})
		check(err)
		half := upto / 2
		_, err = files.Append(ctx, s, &f, io.MultiReader(bytes.NewReader(content[:half])))
		check(err)
		f, err = files.Stat(ctx, s, f.ID)
		check(err)
		_, err = files.Append(ctx, s, &f, bytes.NewReader(content[half:upto]))
		check(err)
		return f.ID
	}
	o := sample.Options{Plays: 600, Seed: 11, Generation: sample.V3b, From: to.AddDate(-3, 0, 0), To: to, Small: true}
	var extended, account bytes.Buffer
	ec, err := sample.Extended(&extended, o)
	check(err)
	_, err = sample.Account(&account, o)
	check(err)

	done := "00000000000000000000000000000001"
	waiting := "00000000000000000000000000000002"
	refused := "00000000000000000000000000000003"
	_, res, err := tasks.Run(ctx, s, done, &importer.Task{Files: []string{arrive("my_spotify_data.zip", extended.Bytes(), extended.Len())}, Expires: expires})
	check(err)
	base := res.Ref.String()
	check(files.Records().Create(ctx, s, "imports/"+waiting, importer.Task{Files: []string{arrive("account.zip", account.Bytes(), account.Len())}, Base: base, Expires: expires}, now.Add(upload.Life)))
	_, _, err = tasks.Run(ctx, s, refused, &importer.Task{Files: []string{arrive("notes.txt", []byte("no ZIP, no JSON"), 15)}, Expires: expires})
	fmt.Println(err)
	half := arrive("half.zip", extended.Bytes(), extended.Len()/2)

	check(b.List(ctx, "", func(key string) error {
		blob, err := b.Get(ctx, key)
		check(err)
		p := filepath.Join(out, "bucket", key)
		check(os.MkdirAll(filepath.Dir(p), 0o755))
		return os.WriteFile(p, blob, 0o644)
	}))
	digest := res.Dataset.Digest()
	_ = export.Receipt{}
	ds, err := v.Open(ctx, res.Ref)
	check(err)
	keys := map[string]any{
		"now": now, "scope": s.Text(), "dataset": base, "rows": ds.Rows(), "documents": len(ds.Documents()), "digest": hex.EncodeToString(digest[:]),
		"done": done, "waiting": waiting, "refused": refused, "half": half, "half_offset": extended.Len() / 2, "distinct": ec.Distinct,
	}
	// what the waiting task gives, worked out here without being stored
	merged, err := im.Import(ctx, importer.Job{Inputs: []export.Input{{Name: "account.zip", R: bytes.NewReader(account.Bytes()), Size: int64(account.Len())}}, Base: res.Dataset, Expires: expires})
	check(err)
	md := merged.Dataset.Digest()
	keys["waiting_digest"], keys["waiting_documents"] = hex.EncodeToString(md[:]), len(merged.Dataset.Documents())
	enc, err := merged.Dataset.Encode()
	check(err)
	check(os.WriteFile(filepath.Join(out, "dataset"), enc, 0o644))
	j, err := json.MarshalIndent(keys, "", "  ")
	check(err)
	check(os.WriteFile(filepath.Join(out, "keys.json"), append(j, '\n'), 0o644))
}
