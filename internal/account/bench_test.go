package account

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// manyItems is a playlist document as long as Spotify makes them.
func manyItems(n int) export.Document {
	var b bytes.Buffer
	b.WriteString(`{"playlists":[`)
	for i := range n {
		if i%100 == 0 {
			if i > 0 {
				b.WriteString(`]},`)
			}
			fmt.Fprintf(&b, `{"name":"List %d","lastModifiedDate":"2025-01-02","collaborators":[],"items":[`, i/100)
		} else {
			b.WriteByte(',')
		}
		id := i * 7 % (n * 2 / 3)
		fmt.Fprintf(&b, `{"track":{"trackName":"Track number %d","artistName":"Artist %d","albumName":"Album %d","trackUri":"spotify:track:%022d"},"episode":null,"audiobook":null,"localTrack":null,"addedDate":"2024-05-%02d"}`,
			id, id%900, id%2000, id, 1+i%28)
	}
	b.WriteString(`]}]}`)
	return doc(export.TopicPlaylists, "Playlist1.json", b.String())
}

func manySearches(n int) export.Document {
	var b bytes.Buffer
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		b.WriteString(map[bool]string{true: "[", false: ","}[i == 0])
		at = at.Add(map[bool]time.Duration{true: time.Hour, false: 300 * time.Millisecond}[i%12 == 0])
		fmt.Fprintf(&b, `{"platform":"IPHONE","searchTime":"%s[UTC]","searchQuery":%q,"searchInteractionURIs":[]}`,
			at.Format("2006-01-02T15:04:05.000Z"), fmt.Sprintf("query %06d word", i/12)[:6+i%12])
	}
	b.WriteByte(']')
	return doc(export.TopicSearches, "SearchQueries.json", b.String())
}

// Each is measured beside what encoding/json takes for the same bytes.
func BenchmarkRead(b *testing.B) {
	for _, s := range []struct {
		name   string
		source export.Document
	}{{"Playlist10000", manyItems(10_000)}, {"Searches50000", manySearches(50_000)}} {
		if a := Read([]export.Document{s.source}); len(a.Problems) > 0 || len(a.Playlists)+len(a.Searches) == 0 {
			b.Fatalf("%s: %+v", s.name, a.Problems)
		}
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(s.source.JSON)))
			d := datasetOf([]export.Document{s.source})
			for b.Loop() {
				newReading(d).readAll()
			}
		})
		b.Run(s.name+"Plainly", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(s.source.JSON)))
			for b.Loop() {
				var v any
				if err := json.Unmarshal(s.source.JSON, &v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkPlaylistTracks(b *testing.B) {
	a := Read([]export.Document{manyItems(10_000)})
	for b.Loop() {
		a.PlaylistTracks()
	}
}

func BenchmarkTree(b *testing.B) {
	s := manyItems(10_000)
	b.SetBytes(int64(len(s.JSON)))
	for b.Loop() {
		if _, err := Tree(s.JSON, DisplayLimits); err != nil {
			b.Fatal(err)
		}
	}
}
