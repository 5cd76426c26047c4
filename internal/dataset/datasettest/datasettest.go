// Package datasettest makes datasets for tests.
package datasettest

import (
	"bytes"
	"fmt"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// TB is what the functions need of a testing.TB; that of package rapid has it too.
type TB interface {
	Helper()
	Fatal(args ...any)
}

// Of is the dataset of one file with these plays. What a play leaves out is
// filled in: a URI made of kind, title and creator, and a start as early as it
// was long.
func Of(t TB, plays ...export.Play) *dataset.Dataset {
	t.Helper()
	part := dataset.NewPart()
	part.Begin(0)
	for _, p := range plays {
		if p.URI == nil && p.Title != nil && p.Source != export.SourceAccount {
			kind := "track"
			if p.Kind == export.KindPodcast || p.Kind == export.KindAudiobook {
				kind = "episode"
			}
			p.URI = fmt.Appendf(nil, "spotify:%s:%s by %s", kind, p.Title, p.Creator)
		}
		if p.Start == 0 {
			p.Start = p.TS - int64(p.MS)/1000
		}
		if err := part.Add(&p); err != nil {
			t.Fatal(err)
		}
	}
	part.End(true)
	d, err := dataset.Merge(nil, []*dataset.Part{part}, &export.Receipt{Files: []export.File{{Name: "plays.json", Rows: len(plays)}}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Damaged is a dataset of the plays that opens, and whose columns cannot all be
// read: byte by byte it is looked for where damage is found late.
func Damaged(t TB, plays ...export.Play) *dataset.Dataset {
	t.Helper()
	blob, err := Of(t, plays...).Encode()
	if err != nil {
		t.Fatal(err)
	}
	for i := range blob {
		blob[i] ^= 0xff
		if d, err := dataset.Decode(bytes.Clone(blob)); err == nil {
			if _, err := d.Encode(); err != nil {
				if d, err = dataset.Decode(bytes.Clone(blob)); err != nil {
					t.Fatal(err)
				}
				return d
			}
		}
		blob[i] ^= 0xff
	}
	t.Fatal("all damage is found while decoding")
	return nil
}

// Documents is a dataset of these documents and no plays.
func Documents(t TB, documents ...export.Document) *dataset.Dataset {
	t.Helper()
	part := dataset.NewPart()
	for _, d := range documents {
		if err := part.AddDocument(d); err != nil {
			t.Fatal(err)
		}
	}
	d, err := dataset.Merge(nil, []*dataset.Part{part}, &export.Receipt{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Music is a play of a track that lasted ms and ended by itself at ts.
func Music(ts int64, ms uint32, title, artist, album string) export.Play {
	return export.Play{
		Kind: export.KindMusic, TS: ts, MS: ms, ReasonEnd: []byte("trackdone"),
		Title: []byte(title), Creator: []byte(artist), Collection: []byte(album),
	}
}
