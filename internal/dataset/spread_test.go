package dataset

import (
	"fmt"
	"net/url"
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// TestSpreadAgrees: what several cores add up side by side is what one does.
func TestSpreadAgrees(t *testing.T) {
	const rows = 3*spreadRows + 12_345
	part := NewPart()
	part.Begin(0)
	begun := time.Date(2012, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	numbered := func(n int64, format string) (all [][]byte) {
		for i := range n {
			all = append(all, fmt.Appendf(nil, format, i))
		}
		return all
	}
	uris, titles := numbered(5003, "spotify:track:%022d"), numbered(5003, "Track %d")
	artists, albums := numbered(311, "Artist %d"), numbered(997, "Album %d")
	countries, ends := [][]byte{[]byte("DE"), []byte("FR")}, [][]byte{[]byte("trackdone"), []byte("fwdbtn")}
	for i := range int64(rows) {
		n := i * 7919 % 5003
		ts := begun + i*250
		play := export.Play{
			TS: ts, Start: ts - 100, MS: uint32(i * 37 % 400_000), Kind: export.KindMusic,
			URI: uris[n], Title: titles[n], Creator: artists[n%311], Collection: albums[n%997],
			Country: countries[i%3/2], ReasonEnd: ends[i%5/4],
		}
		if err := part.Add(&play); err != nil {
			t.Fatal(err)
		}
	}
	part.End(true)
	d, err := Merge(nil, []*Part{part}, &export.Receipt{Files: make([]export.File, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, query := range []string{"", "country=FR", "not=Artist+7", "from=2015-03-04&to=2023-01-02&tz=Europe/Berlin", "only=skipped", "country=ZZ"} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		l, err := lens.Parse(values)
		if err != nil {
			t.Fatal(err)
		}
		var answers [][]any
		for _, cores := range []int{1, 2, 3} {
			runtime.GOMAXPROCS(cores)
			d.memo.forget()
			answers = append(answers, []any{d.summary(l), d.rank(l, lens.Track, 0, 50), d.rank(l, lens.Artist, 100, 50)})
		}
		for i, a := range answers[1:] {
			if !reflect.DeepEqual(a, answers[0]) {
				t.Errorf("%q: %d cores say %+v, one says %+v", query, i+2, a, answers[0])
			}
		}
	}
}
