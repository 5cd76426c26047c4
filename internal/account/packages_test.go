package account

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// packageTopics are the documents of the real packages.
var packageTopics = map[string]export.Topic{
	"Follow.json": export.TopicFollow, "Identifiers.json": export.TopicIdentifiers, "Identity.json": export.TopicIdentity,
	"Inferences.json": export.TopicInferences, "Marquee.json": export.TopicMarquee, "Payments.json": export.TopicPayments,
	"Playlist1.json": export.TopicPlaylists, "PlaylistInABottle.json": export.TopicBottle, "SearchQueries.json": export.TopicSearches,
	"UserPrompts.json": export.TopicPrompts, "Userdata.json": export.TopicUserdata, "Wrapped2024.json": export.TopicWrapped,
	"YourLibrary.json": export.TopicLibrary,
}

// realPackage reads a package of ../shared/exports, and each document again the
// plain way.
func realPackage(t *testing.T, name string) (sources []export.Document, plain map[string]any) {
	t.Helper()
	sources, err := packageDocuments(name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the sample packages are not here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	plain = make(map[string]any)
	for _, s := range sources {
		var v any
		if err := json.Unmarshal(s.JSON, &v); err != nil {
			t.Fatal(err)
		}
		plain[s.Name] = v
	}
	return sources, plain
}

func packageDocuments(name string) ([]export.Document, error) {
	z, err := zip.OpenReader(filepath.Join("..", "..", "..", "shared", "exports", name))
	if err != nil {
		return nil, err
	}
	defer func() { _ = z.Close() }()
	var sources []export.Document
	for _, f := range z.File {
		base := path.Base(f.Name)
		topic, ok := packageTopics[base]
		if !ok {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		sources = append(sources, export.Document{Topic: topic, Name: base, Package: name, Modified: f.Modified.Unix(), JSON: b})
	}
	return sources, nil
}

func list(v any, keys ...string) []any {
	for _, k := range keys {
		m, _ := v.(map[string]any)
		v = m[k]
	}
	l, _ := v.([]any)
	return l
}

func TestRealPackages(t *testing.T) {
	for _, tt := range []struct {
		name                                      string
		playlists, items, saved, banned, searches int
	}{
		{"account-2024-same-person.zip", 6, 438, 27, 1, 54},
		{"account-2025-podcasts-audiobooks.zip", 45, 1558, 396, 0, 926},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sources, plain := realPackage(t, tt.name)
			a := Read(sources)
			same(t, "problems", a.Problems, []Problem(nil))

			same(t, "playlists", len(a.Playlists), tt.playlists)
			items := 0
			for i, v := range list(plain["Playlist1.json"], "playlists") {
				p := v.(map[string]any)
				same(t, "playlist", []any{a.Playlists[i].Name, a.Playlists[i].Modified.String(), len(a.Playlists[i].Items)},
					[]any{p["name"], p["lastModifiedDate"], len(list(p, "items"))})
				for j, v := range list(p, "items") {
					it, got := v.(map[string]any), a.Playlists[i].Items[j]
					want := PlaylistItem{Added: date(it["addedDate"].(string))}
					if track, ok := it["track"].(map[string]any); ok {
						want.Kind = KindTrack
						want.Item = Item{track["trackName"].(string), track["artistName"].(string), track["albumName"].(string), track["trackUri"].(string)}
					} else if e, ok := it["episode"].(map[string]any); ok {
						want.Kind = KindEpisode
						want.Item = Item{e["episodeName"].(string), e["showName"].(string), "", e["episodeUri"].(string)}
					}
					if got != want {
						t.Errorf("item %d of playlist %d: got %+v, want %+v", j, i, got, want)
					}
					items++
				}
			}
			same(t, "items", items, tt.items)

			library, _ := plain["YourLibrary.json"].(map[string]any)
			saved := 0
			for key, want := range map[string][]Item{"tracks": a.Library.Tracks, "albums": a.Library.Albums, "shows": a.Library.Shows, "episodes": a.Library.Episodes, "artists": a.Library.Artists} {
				same(t, key, len(want), len(list(library, key)))
				saved += len(want)
			}
			same(t, "saved", []int{saved, a.Library.Saved()}, []int{tt.saved, tt.saved})
			same(t, "banned", len(a.Library.BannedArtists)+len(a.Library.BannedTracks), tt.banned)

			same(t, "searches, read plainly", len(list(plain["SearchQueries.json"])), tt.searches)
			keystrokes := 0
			for _, s := range a.Searches {
				keystrokes += s.Keystrokes
			}
			same(t, "folded keystrokes", keystrokes, tt.searches)
			if n := len(a.Searches); n == 0 || n >= tt.searches {
				t.Errorf("%d keystrokes folded into %d searches", tt.searches, n)
			}

			marquee := list(plain["Marquee.json"])
			same(t, "marquee", len(a.Marquee), len(marquee))
			for i, v := range marquee {
				m := v.(map[string]any)
				same(t, "marquee row", a.Marquee[i], Marquee{m["artistName"].(string), m["segment"].(string)})
			}
			for _, s := range a.Segments() {
				known := false
				for _, name := range segments {
					known = known || s.Name == name
				}
				if !known {
					t.Errorf("segment %q is not known", s.Name)
				}
			}
			same(t, "inferences", len(a.Inferences), len(list(plain["Inferences.json"], "inferences")))
			follow := plain["Follow.json"].(map[string]any)
			same(t, "followers", float64(a.Follow.Followers), follow["followerCount"])

			shown := newReading(datasetOf(sources)).personalFields(true)
			for n, f := range a.PersonalFields() {
				for i := range f.Values {
					if shown[n].Values[i] == f.Values[i] {
						t.Errorf("%s %s is not masked", f.Document, f.Path)
					}
				}
			}
		})
	}
}
