package dataset

import (
	"bytes"
	"math"
	"runtime"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// A loaded dataset takes 24 bytes a play and what its dictionaries take. The
// dictionaries are counted by what they hold, so that nothing that grows with
// the rows can hide among them.
func TestALoadedDatasetTakes24BytesAPlay(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a large dataset")
	}
	const rows = 200_000
	parts, r := fill(t, listener(rows))
	if err := parts[0].AddDocument(export.Document{Topic: export.TopicOther, Name: "x.json", JSON: []byte(`{"x":[1,2,3]}`)}); err != nil {
		t.Fatal(err)
	}
	d, err := Merge(nil, parts, r)
	if err != nil {
		t.Fatal(err)
	}
	blob := encode(t, d)
	// What it was decoded from is not needed any more, whatever documents there are.
	decoded := func() *Dataset {
		d, err := Decode(bytes.Clone(blob))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	// What coders keep for the next time, now of one blob and now of two, is not
	// the dataset's: the least of some tries is.
	parts = nil
	loaded := int64(math.MaxInt64)
	for range 8 {
		d = nil
		before := heapAlive()
		d = decoded()
		loaded = min(loaded, heapAlive()-before)
	}
	n := int64(d.items())
	// Kind and class, where its spellings begin, the names shown and five codes;
	// a spelling; and what groups and names take.
	dictionaries := n*(2+4+16+5*4) + int64(len(d.spellings))*16 + d.uris.size() + d.names.size() +
		int64(4*cap(d.artists)+8*cap(d.albums)+4*cap(d.shows)+8*cap(d.books)) + int64(len(d.origins))
	if columns := loaded - dictionaries; columns >= (bytesPerRow+1)*rows { // whole pages, not whole bytes
		t.Errorf("%.2f bytes a play, and dictionaries of %d", float64(columns)/rows, dictionaries)
	}
	if loaded > d.Size() {
		t.Errorf("%d bytes are loaded, the cache is told of %d", loaded, d.Size())
	}
	runtime.KeepAlive(blob)
	runtime.KeepAlive(d)
}

func heapAlive() int64 {
	runtime.GC()
	runtime.GC() // the first only moves pools aside
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
