package importer_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
)

// These tests go through the description of the input format sentence by
// sentence, over a whole import: files in, dataset out. What is said there of
// one reader alone is tested beside that reader.

// A row is a row of a history as JSON has it.
type row map[string]any

// fullRow is a row of an extended history with all keys, and changes to it.
func fullRow(changes row) row {
	r := row{
		"ts": "2023-03-15T14:23:45Z", "platform": "android", "ms_played": 215_000, "conn_country": "DE", "ip_addr": "203.0.113.7",
		"master_metadata_track_name": "Lanterns", "master_metadata_album_artist_name": "Nora Vale", "master_metadata_album_album_name": "Harbour",
		"spotify_track_uri": "spotify:track:0000000000000000000001", "episode_name": nil, "episode_show_name": nil, "spotify_episode_uri": nil,
		"audiobook_title": nil, "audiobook_uri": nil, "audiobook_chapter_uri": nil, "audiobook_chapter_title": nil,
		"reason_start": "trackdone", "reason_end": "trackdone", "shuffle": false, "skipped": false, "offline": false,
		"offline_timestamp": 1678889025, "incognito_mode": false,
	}
	maps.Copy(r, changes)
	return r
}

// accountRow is a row of the account's history of music.
func accountRow(endTime, artist, track string, ms int) row {
	return row{"endTime": endTime, "artistName": artist, "trackName": track, "msPlayed": ms}
}

func encoded(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func loose(name, content string) export.Input {
	return export.Input{Name: name, R: strings.NewReader(content), Size: int64(len(content))}
}

// file is a file of a package.
type file struct{ name, content string }

func zipped(t testing.TB, files ...file) export.Input {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f.name)
		if err == nil {
			_, err = io.WriteString(w, f.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return loose("my_spotify_data.zip", b.String())
}

// one is the dataset of one upload.
func one(t *testing.T, in ...export.Input) *dataset.Dataset {
	t.Helper()
	return importAll(t, in)
}

// oneOf is the dataset of one file of an extended history.
func oneOf(t *testing.T, rows ...row) *dataset.Dataset {
	t.Helper()
	return one(t, loose("Streaming_History_Audio_2023.json", encoded(t, rows)))
}

// items are all rows of a dataset, the oldest first.
func items(t *testing.T, d *dataset.Dataset) []dataset.Item {
	t.Helper()
	page, err := d.Plays(lens.Lens{}, d.Rows())
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(page.Items)
	return page.Items
}

func item(t *testing.T, changes row) dataset.Item {
	t.Helper()
	list := items(t, oneOf(t, fullRow(changes)))
	if len(list) != 1 {
		t.Fatalf("%d rows of one", len(list))
	}
	return list[0]
}

func second(t *testing.T, s string) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.Unix()
}

func eq[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// invented is the package of an invented listener, and what must be found in it.
func invented(t *testing.T, g sampletest.Generation, plays int) (pkg []byte, counts sample.Counts) {
	t.Helper()
	var b bytes.Buffer
	to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	counts, err := sampletest.Extended(&b, sampletest.Options{Plays: plays, Seed: 9, Generation: g, From: to.AddDate(-3, 0, 0), To: to})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), counts
}

// A hazard is a sentence of the description, and what an import makes of it.
type hazard struct {
	sentence string
	test     func(t *testing.T)
}

func run(t *testing.T, hazards []hazard) {
	t.Helper()
	for _, h := range hazards {
		t.Run(h.sentence, h.test)
	}
}

// utf16Text is a text as an editor for Windows may save it.
func utf16Text(s string, order binary.AppendByteOrder) string {
	var b []byte
	for _, u := range utf16.Encode([]rune("\uFEFF" + s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

// TestSection0 is "What breaks a naive importer".
func TestSection0(t *testing.T) {
	good := file{"Spotify Extended Streaming History/Streaming_History_Audio_2023.json", ""}
	good.content = encoded(t, []row{fullRow(nil)})

	run(t, []hazard{
		{"genuine ZIPs hold a folder with 11 bytes of content", func(t *testing.T) {
			pkg, counts := invented(t, sampletest.V3b, 300)
			z, err := zip.NewReader(bytes.NewReader(pkg), int64(len(pkg)))
			if err != nil {
				t.Fatal(err)
			}
			folders := 0
			for _, f := range z.File {
				if strings.HasSuffix(f.Name, "/") {
					folders++
					eq(t, "bytes in the folder", f.UncompressedSize64, 11)
				}
			}
			eq(t, "folders", folders, 1)
			d := one(t, loose("a.zip", string(pkg)))
			eq(t, "rows", d.Rows(), counts.Distinct)
			for _, f := range d.Receipt().Files {
				if strings.HasSuffix(f.Name, "/") {
					t.Errorf("the receipt lists a folder: %+v", f)
				}
			}
		}},
		{"entries have data descriptors, and local headers carry no sizes", func(t *testing.T) {
			pkg, counts := invented(t, sampletest.V3b, 300)
			changed := 0
			for at := 0; ; at++ {
				next := bytes.Index(pkg[at:], []byte("PK\x03\x04"))
				if next < 0 {
					break
				}
				at += next
				eq(t, "flags", binary.LittleEndian.Uint16(pkg[at+6:]), 0x808)
				// Whoever believes local headers about time, checksum and sizes is lost.
				copy(pkg[at+10:at+26], bytes.Repeat([]byte{0xfe}, 16))
				changed++
			}
			if changed < 2 {
				t.Fatalf("%d local headers", changed)
			}
			d := one(t, loose("a.zip", string(pkg)))
			eq(t, "rows", d.Rows(), counts.Distinct)
		}},
		{"match on the base name, whatever folder and case", func(t *testing.T) {
			extended, video, music := export.ClassExtended, export.ClassExtendedVideo, export.ClassAccountMusic
			for name, want := range map[string]export.Class{
				"MyData/endsong.json":                                                       extended,
				"MyData/endsong_0.json":                                                     extended,
				"MyData/endvideo.json":                                                      video,
				"Streaming_History_Audio_2023.json":                                         extended,
				"a/b/Streaming_History_Audio_2019-2023_12.json":                             extended,
				"STREAMING_HISTORY_AUDIO_2023_1.JSON":                                       extended,
				"x/Streaming_History_Video_2019-2023.json":                                  video,
				"Spotify Account Data/StreamingHistory0.json":                               music,
				"Spotify Account Data/StreamingHistory_music_0.json":                        music,
				"Spotify Account Data/StreamingHistory_podcast_0.json":                      export.ClassAccountPodcast,
				"Spotify Account Data/StreamingHistory_audiobook_0.json":                    export.ClassAccountAudiobook,
				`Spotify Account Data\StreamingHistory_music_1.json`:                        music,
				"meine Daten/Streaming_History_Audio_2023 (1).json":                         extended,
				"meine Daten/Streaming_History_Audio_2023.json.json":                        extended,
				"meine Daten/Streaming_History_Video_2023 (2).json.json":                    video,
				"Spotify Extended Streaming History 2/endsong_10.json":                      extended,
				"Spotify Account Data (1)/StreamingHistory_music_0 (1).json":                music,
				"home/me/Downloads/my_spotify_data/MyData/endvideo_1.json":                  video,
				"Spotify Extended Streaming History/Streaming_History_Audio_2023_1(1).json": extended,
			} {
				// The keys of an empty list say nothing: the name alone decides.
				d := one(t, zipped(t, good, file{name, "[]"}))
				if f := d.Receipt().Files[1]; f.Class != want || f.Status != export.StatusRead {
					t.Errorf("%s is %s, %s", name, f.Class, f.Status)
				}
			}
		}},
		{"where the name says nothing, decide by content", func(t *testing.T) {
			for content, want := range map[string]string{
				encoded(t, []row{fullRow(nil)}): "spotify:track:0000000000000000000001",
				encoded(t, []row{accountRow("2023-03-15 14:23", "Nora Vale", "Lanterns", 215_000)}): "",
			} {
				for _, name := range []string{"1.json", "history", "meine Musik.txt", "ts.json"} {
					list := items(t, one(t, zipped(t, file{name, content})))
					if len(list) != 1 || list[0].Name != "Lanterns" || list[0].URI != want {
						t.Errorf("%s: %+v", name, list)
					}
				}
			}
		}},
		{"ignore __MACOSX, .DS_Store and PDFs", func(t *testing.T) {
			d := one(t, zipped(t, good, file{"__MACOSX/Spotify Extended Streaming History/._Streaming_History_Audio_2023.json", "\x00\x05\x16\x07"},
				file{"Spotify Extended Streaming History/.DS_Store", "\x00\x00\x00\x01Bud1"}, file{"Spotify Extended Streaming History/ReadMeFirst.pdf", "%PDF-1.4"}))
			totals := d.Receipt().Totals()
			eq(t, "ignored", totals.FilesIgnored, 3)
			eq(t, "rows", d.Rows(), 1)
		}},
		{"any key may be missing or null, unknown keys will appear", func(t *testing.T) {
			for key := range fullRow(nil) {
				missing, unlike := fullRow(row{"ms_played": 1000}), []row{}
				delete(missing, key)
				for _, v := range []any{nil, "", "x", 7, -1.5, true, []any{}, []any{1}, row{"x": nil}} {
					unlike = append(unlike, fullRow(row{key: v, "ms_played": 1000, "new_in_2031": v}))
					if key == "ms_played" {
						unlike[len(unlike)-1][key] = v
					}
				}
				unlike = append(unlike, missing, fullRow(row{"ts": "2024-01-01T00:00:00Z"}))
				d := oneOf(t, unlike...)
				f := d.Receipt().Files[0]
				if f.Status != export.StatusRead || f.Rows != len(unlike) {
					t.Errorf("%s: %+v", key, f)
				}
				required := key == "ts" || key == "ms_played"
				if f.Unreadable > 0 != required {
					t.Errorf("%s: %d unreadable rows", key, f.Unreadable)
				}
				if _, last := d.Span(); last != second(t, "2024-01-01T00:00:00Z") {
					t.Errorf("%s: the row after the odd ones is lost", key)
				}
			}
		}},
		{"never reject a file for one row: count it and say why", func(t *testing.T) {
			d := oneOf(t, fullRow(nil), fullRow(row{"ts": "soon"}), fullRow(row{"ms_played": "long"}), fullRow(row{"ts": "2023-03-16T00:00:00Z"}))
			f := d.Receipt().Files[0]
			eq(t, "kept", f.Kept, 2)
			eq(t, "problems", fmt.Sprint(f.Problems), fmt.Sprint([]export.Problem{{Code: export.CodeNotTime, Key: "ts", Count: 1, Row: 2}, {Code: export.CodeNotNumber, Key: "ms_played", Count: 1, Row: 3}}))
		}},
		{"nor an upload for one file", func(t *testing.T) {
			for name, content := range map[string]string{
				"Streaming_History_Audio_2024.json": "[{oops", "Streaming_History_Video_2024.json": "", "endsong_0.json": "{}",
				"StreamingHistory_music_0.json": "\x00\x01\x02", "Playlist1.json": `{"playlists":`, "YourLibrary.json": "null", "new.bin": "\xff",
			} {
				d := one(t, zipped(t, file{"x/" + name, content}, good))
				eq(t, name+": rows", d.Rows(), 1)
				if f := d.Receipt().Files[0]; (f.Status == export.StatusRead) != (name == "YourLibrary.json") || f.Status != export.StatusRead && f.Reason.Code == "" {
					t.Errorf("%s: %+v", name, f)
				}
			}
		}},
		{"some .json files are not JSON: UserAddress.json holds Scala text", func(t *testing.T) {
			d := one(t, zipped(t, good, file{"Spotify Account Data/UserAddress.json", "List(Map(city -> Springfield, street -> Elm Street 1))"}))
			f := d.Receipt().Files[1]
			eq(t, "status", f.Status, export.StatusRead)
			eq(t, "topic", f.Topic, export.TopicAddress)
			content, err := d.DocumentJSON(0)
			eq(t, "error", err, nil)
			eq(t, "address", string(content), `[{"city":"Springfield","street":"Elm Street 1"}]`)
		}},
		{"text is raw UTF-8; BOM, CRLF and UTF-16 appear after an editor", func(t *testing.T) {
			names := []string{"🌙 夜の水槽", "نجمة", "Северный ветер", "e\u0301 is not NFC", " edges ", "AC/DC", "한국어", "Ünïcödé"}
			var rows []row
			for i, n := range names {
				rows = append(rows, fullRow(row{"ts": fmt.Sprintf("2023-03-15T14:23:%02dZ", i), "master_metadata_track_name": n, "spotify_track_uri": fmt.Sprintf("spotify:track:%022d", i)}))
			}
			plain := encoded(t, rows)
			digest := oneOf(t, rows...).Digest()
			for how, content := range map[string]string{
				"BOM": "\uFEFF" + plain, "CRLF": strings.ReplaceAll(plain, ",\"", ",\r\n\"") + "\r\n",
				"UTF-16 LE": utf16Text(plain, binary.LittleEndian), "UTF-16 BE": utf16Text(plain, binary.BigEndian),
			} {
				d := one(t, loose("Streaming_History_Audio_2023.json", content))
				if d.Digest() != digest {
					t.Errorf("%s gives another dataset", how)
				}
				for i, it := range items(t, d) {
					eq(t, how, it.Name, names[i])
				}
			}
		}},
		{"name order is not time order: sort by time", func(t *testing.T) {
			var files []file
			for i := range 12 {
				at := time.Date(2023, time.Month(i+1), 1, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)
				files = append(files, file{fmt.Sprintf("x/Streaming_History_Audio_2023_%d.json", i), encoded(t, []row{fullRow(row{"ts": at})})})
			}
			slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
			if !strings.HasSuffix(files[2].name, "_10.json") {
				t.Fatal("_10 is not before _2")
			}
			list := items(t, one(t, zipped(t, files...)))
			for i, it := range list {
				eq(t, "month", time.Unix(it.TS, 0).UTC().Month(), time.Month(i+1))
			}
		}},
	})
}

// rendered is a history in one of the layouts that Spotify has used.
func rendered(t *testing.T, rows []row, layout string) string {
	t.Helper()
	if layout == "minified" {
		return encoded(t, rows)
	}
	b, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	s := string(b)
	if layout == "spaced" { // [ {\n  "ts" : …
		s = strings.NewReplacer("[\n  {", "[ {", "\": ", "\" : ", "},\n  {", "}, {", "\n  }\n]", "\n} ]").Replace(s)
	}
	return s
}

// TestSection1 is "Extended streaming history".
func TestSection1(t *testing.T) {
	run(t, []hazard{
		{"generations v1 to v4, in their files, keys and layouts", func(t *testing.T) {
			for g, marks := range map[sampletest.Generation][]string{
				sampletest.V1: {"endsong_", "metro_code"}, sampletest.V2: {"username", "user_agent_decrypted"}, sampletest.V3a: {"Streaming_History_Audio_", "\"ip_addr\""},
				sampletest.V3b: {"audiobook_chapter_title"}, sampletest.V4: {"Streaming_History_Audio_2024"},
			} {
				pkg, counts := invented(t, g, 3_000)
				z, err := zip.NewReader(bytes.NewReader(pkg), int64(len(pkg)))
				if err != nil {
					t.Fatal(err)
				}
				var all strings.Builder
				for _, f := range z.File {
					all.WriteString(f.Name)
					if strings.HasSuffix(f.Name, "/") {
						continue
					}
					r, err := f.Open()
					if err == nil {
						_, err = io.Copy(&all, r)
					}
					if err != nil {
						t.Fatal(err)
					}
				}
				for _, m := range marks {
					if !strings.Contains(all.String(), m) {
						t.Errorf("generation %d has no %s", g, m)
					}
				}
				s := one(t, loose("a.zip", string(pkg))).Summary(lens.Lens{})
				eq(t, "rows", s.Rows, counts.Distinct)
				eq(t, "ms", s.Ms, counts.DistinctMS)
				eq(t, "first", s.First, counts.First)
				eq(t, "last", s.Last, counts.Last)
			}
		}},
		{"minified, pretty or spaced; sorted, unsorted or in several runs", func(t *testing.T) {
			var rows []row
			for i := range 500 {
				at := time.Date(2024, 1, 1, 0, 7*i, 0, 0, time.UTC).Format(time.RFC3339)
				rows = append(rows, fullRow(row{"ts": at, "ms_played": 1000 * (i % 300), "spotify_track_uri": fmt.Sprintf("spotify:track:%022d", i%40)}))
			}
			want := oneOf(t, rows...).Digest()
			shuffled := slices.Clone(rows)
			rand.New(rand.NewPCG(1, 1)).Shuffle(len(rows), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			runs := slices.Concat(rows[300:], rows[100:300], rows[:100])
			for order, list := range map[string][]row{"sorted": rows, "unsorted": shuffled, "runs": runs} {
				for _, layout := range []string{"minified", "pretty", "spaced"} {
					d := one(t, loose("Streaming_History_Audio_2024.json", rendered(t, list, layout)))
					if d.Digest() != want {
						t.Errorf("%s and %s is another dataset", layout, order)
					}
				}
			}
		}},
		{"ts is UTC and when the play ended", func(t *testing.T) {
			it := item(t, row{"offline_timestamp": nil})
			eq(t, "end", it.TS, second(t, "2023-03-15T14:23:45Z"))
			eq(t, "start", it.Start, it.TS-215)
		}},
		{"up to 56 rows share one ts: never a key", func(t *testing.T) {
			var rows []row
			for i := range 56 {
				rows = append(rows, fullRow(row{"spotify_track_uri": fmt.Sprintf("spotify:track:%022d", i), "master_metadata_track_name": fmt.Sprint("T", i)}))
			}
			d := oneOf(t, rows...)
			eq(t, "rows", d.Rows(), 56)
			slices.Reverse(rows)
			if oneOf(t, rows...).Digest() != d.Digest() {
				t.Error("rows of one second have no stable order")
			}
			// Every page of them shows others.
			seen := map[string]bool{}
			l := lens.Lens{}
			for {
				page, err := d.Plays(l, 10)
				if err != nil {
					t.Fatal(err)
				}
				for _, it := range page.Items {
					seen[it.URI] = true
				}
				if l.After = page.Next; l.After == "" {
					break
				}
			}
			eq(t, "on pages", len(seen), 56)
		}},
		{"ms_played of 0 is common, 19.8 million the maximum", func(t *testing.T) {
			d := oneOf(t, fullRow(row{"ms_played": 0}), fullRow(row{"ts": "2023-03-16T00:00:00Z", "ms_played": 19_800_000}))
			s := d.Summary(lens.Lens{Min: 30})
			eq(t, "rows", s.Rows, 2)
			eq(t, "plays", s.Plays, 1)
			eq(t, "ms", s.Ms, 19_800_000)
		}},
		{"conn_country ZZ is unknown", func(t *testing.T) {
			eq(t, "DE", item(t, nil).Country, "DE")
			eq(t, "ZZ", item(t, row{"conn_country": "ZZ"}).Country, item(t, row{"conn_country": nil}).Country)
		}},
		{"IP v4, v6 or null are counted and never stored", func(t *testing.T) {
			d := oneOf(t, fullRow(nil), fullRow(row{"ts": "2023-03-15T15:00:00Z", "ip_addr": "2001:db8::beef"}),
				fullRow(row{"ts": "2023-03-15T16:00:00Z", "ip_addr": nil}), fullRow(row{"ts": "2023-03-15T17:00:00Z", "ip_addr": nil, "ip_addr_decrypted": "198.51.100.23"}))
			if n := d.Networks(); len(n) != 1 || n[0].Networks != 3 {
				t.Errorf("networks %+v", n)
			}
			blob, err := d.Encode()
			if err != nil {
				t.Fatal(err)
			}
			stored := string(blob) + encoded(t, items(t, d)) + encoded(t, d.Receipt())
			for _, ip := range []string{"203.0.113", "2001:db8", "198.51.100", "\xcb\x00\x71\x07"} {
				if strings.Contains(stored, ip) {
					t.Errorf("%q is stored", ip)
				}
			}
		}},
		{"the longest strings are whole", func(t *testing.T) {
			for key, n := range map[string]int{"master_metadata_track_name": 197, "master_metadata_album_artist_name": 67, "master_metadata_album_album_name": 253, "platform": 83} {
				long := strings.Repeat("𝄞", n) // four bytes each
				if key == "platform" {
					long = strings.Repeat("x", n)
				}
				it := item(t, row{key: long})
				eq(t, key, map[string]string{"master_metadata_track_name": it.Name, "master_metadata_album_artist_name": it.Creator,
					"master_metadata_album_album_name": it.Collection, "platform": it.Platform}[key], long)
			}
			music := row{"spotify_track_uri": nil, "master_metadata_track_name": nil, "master_metadata_album_artist_name": nil, "master_metadata_album_album_name": nil,
				"spotify_episode_uri": "spotify:episode:0000000000000000000001", "episode_name": strings.Repeat("ж", 165), "episode_show_name": strings.Repeat("中", 92)}
			it := item(t, music)
			eq(t, "episode", it.Name, strings.Repeat("ж", 165))
			eq(t, "show", it.Creator, strings.Repeat("中", 92))
		}},
		{"audiobooks use show and episode URIs in their own columns", func(t *testing.T) {
			none := row{"spotify_track_uri": nil, "master_metadata_track_name": nil, "master_metadata_album_artist_name": nil, "master_metadata_album_album_name": nil}
			book := maps.Clone(none)
			maps.Copy(book, row{"audiobook_uri": "spotify:show:0000000000000000000009", "audiobook_title": "B", "audiobook_chapter_uri": "spotify:episode:0000000000000000000008", "audiobook_chapter_title": nil})
			it := item(t, book)
			eq(t, "kind", it.Kind, export.KindAudiobook)
			eq(t, "book", it.Collection, "B")
			eq(t, "chapter", it.URI, "spotify:episode:0000000000000000000008")
			show := maps.Clone(none)
			maps.Copy(show, row{"spotify_episode_uri": "spotify:episode:0000000000000000000008", "episode_name": "E", "episode_show_name": nil})
			it = item(t, show)
			eq(t, "kind", it.Kind, export.KindPodcast)
			eq(t, "episode", it.Name, "E")
			eq(t, "show", it.Creator, "")
		}},
		{"rows with no title at all keep their time as Unknown", func(t *testing.T) {
			d := oneOf(t, fullRow(row{"spotify_track_uri": nil, "master_metadata_track_name": nil, "master_metadata_album_artist_name": nil, "master_metadata_album_album_name": nil}))
			s := d.Summary(lens.Lens{})
			eq(t, "ms", s.Ms, 215_000)
			eq(t, "tracks", s.Tracks, 0)
			eq(t, "kind", items(t, d)[0].Kind, export.KindUnknown)
		}},
		{"video files hold ordinary track URIs: import them", func(t *testing.T) {
			d := one(t, zipped(t, file{"x/Streaming_History_Audio_2023.json", encoded(t, []row{fullRow(nil)})},
				file{"x/Streaming_History_Video_2023.json", encoded(t, []row{fullRow(row{"ts": "2023-03-15T18:00:00Z"})})}))
			list := items(t, d)
			if len(list) != 2 || list[0].Video || !list[1].Video || list[0].ID != list[1].ID {
				t.Errorf("%+v", list)
			}
			eq(t, "videos", d.Summary(lens.Lens{Filter: lens.Filter{Kinds: lens.KindVideo}}).Rows, 1)
		}},
		{"shuffle, offline and incognito_mode may be strings or 0/1", func(t *testing.T) {
			for v, want := range map[any]export.Tri{true: export.True, "true": export.True, 1: export.True, "1": export.True, false: export.False, "False": export.False, 0: export.False, "maybe": export.Absent} {
				it := item(t, row{"shuffle": v, "offline": v, "incognito_mode": v, "skipped": v})
				if it.Shuffle != want || it.Offline != want || it.Incognito != want || it.Skipped != want {
					t.Errorf("%v: %+v", v, it)
				}
			}
		}},
		{"offline_timestamp: 13 digits, 10 digits; 0, 1, null and the insane are absent", func(t *testing.T) {
			end := second(t, "2023-03-15T14:23:45Z")
			for in, want := range map[any]int64{
				end - 500: end - 500, (end-500)*1000 + 999: end - 500, end: end, end - 30*86400 + 1: end - 30*86400 + 1,
				0: end - 215, 1: end - 215, nil: end - 215, end + 1: end - 215, end - 30*86400: end - 215, 1_199_145_599: end - 215,
			} {
				eq(t, fmt.Sprint(in), item(t, row{"offline_timestamp": in}).Start, want)
			}
		}},
		{"all reasons seen, reported or to come are kept", func(t *testing.T) {
			for _, reason := range []string{
				"trackdone", "fwdbtn", "clickrow", "unknown", "playbtn", "appload", "remote", "backbtn", "popup", "trackerror", "", "clickside", "switched-to-video", "uriopen",
				"switched-to-audio", "endplay", "reconnect", "persisted", "splitdelivery", "autoplay", "logout", "unexpected-exit-while-paused", "unexpected-exit", "requested", "new in 2031",
			} {
				it := item(t, row{"reason_start": reason, "reason_end": reason})
				eq(t, "start", it.ReasonStart, reason)
				eq(t, "end", it.ReasonEnd, reason)
			}
			eq(t, "null", item(t, row{"reason_end": nil}).ReasonEnd, "")
		}},
		{"platforms are told web, cast, TV, console, speaker before the systems", func(t *testing.T) {
			for platform, want := range map[string]lens.Family{
				"Android OS 12 API 31 (maker, model)": lens.FamilyAndroid, "iOS 13.3 (iPhone12,1)": lens.FamilyIOS, "Windows 10 (10.0.1; x64)": lens.FamilyWindows,
				"OS X 10.15 [x86 8]": lens.FamilyMac, "web_player windows 10;chrome 99;desktop": lens.FamilyWeb, "WebPlayer (websocket)": lens.FamilyWeb,
				"Partner amazon_salmon Amazon;Echo;": lens.FamilySpeaker, "Partner sonos_ppc Sonos;One;": lens.FamilySpeaker, "Partner google cast;Chromecast;": lens.FamilyCast,
				"Partner android_tv Sony;Bravia;": lens.FamilyTV, "Partner webos_tv LG;OLED;": lens.FamilyTV, "Partner roku_tv TCL;X;": lens.FamilyTV,
				"Partner scei sony_computer_entertainment;ps4;": lens.FamilyConsole, "android": lens.FamilyAndroid, "ios": lens.FamilyIOS, "windows": lens.FamilyWindows,
				"osx": lens.FamilyMac, "linux": lens.FamilyLinux, "playstation": lens.FamilyConsole, "tizen": lens.FamilyTV, "not_applicable": lens.FamilyOther, "unknown": lens.FamilyOther,
			} {
				it := item(t, row{"platform": platform})
				eq(t, platform, it.Family, want)
				eq(t, "as Spotify wrote it", it.Platform, platform)
			}
		}},
		{"exact duplicate rows count once", func(t *testing.T) {
			d := oneOf(t, fullRow(nil), fullRow(nil), fullRow(row{"ts": "2023-03-16T00:00:00Z"}), fullRow(nil))
			f := d.Receipt().Files[0]
			eq(t, "kept", f.Kept, 2)
			eq(t, "duplicate", f.Duplicate, 2)
		}},
		{"near-duplicates, with another ms_played, are kept", func(t *testing.T) {
			d := oneOf(t, fullRow(nil), fullRow(row{"ms_played": 215_001}))
			eq(t, "rows", d.Rows(), 2)
		}},
		{"plays overlap the one before: nothing is cut", func(t *testing.T) {
			d := oneOf(t, fullRow(nil), fullRow(row{"ts": "2023-03-15T14:24:00Z"}))
			eq(t, "ms", d.Summary(lens.Lens{}).Ms, 430_000)
		}},
		{"one URI can carry two names: the latest is shown, both are found", func(t *testing.T) {
			renamed := []row{fullRow(nil), fullRow(row{"ts": "2024-01-01T00:00:00Z", "master_metadata_track_name": "Lanterns (2024 Remaster)"})}
			for range 2 {
				d := oneOf(t, renamed...)
				r := d.Rank(lens.Lens{}, lens.Track, 0, 10)
				if len(r.Items) != 1 || r.Items[0].Name != "Lanterns (2024 Remaster)" || r.Items[0].Rows != 2 {
					t.Errorf("%+v", r.Items)
				}
				heard := d.Lookup(lens.Lens{}, []dataset.TrackRef{{Title: "Lanterns", Creator: "Nora Vale"}})
				eq(t, "by its old name", heard[0].Rows, 2)
				slices.Reverse(renamed)
			}
		}},
		{"names map to more than one URI: a track is its URI", func(t *testing.T) {
			d := oneOf(t, fullRow(nil), fullRow(row{"ts": "2024-01-01T00:00:00Z", "spotify_track_uri": "spotify:track:0000000000000000000002"}))
			eq(t, "tracks", d.Summary(lens.Lens{}).Tracks, 2)
			heard := d.Lookup(lens.Lens{}, []dataset.TrackRef{{Title: "LANTERNS", Creator: "nora vale"}})
			eq(t, "together", heard[0].Rows, 2)
		}},
	})
}

// TestSection2 is "Account data". What every file of it says is read by package
// account, whose TestShapes has a row for each; here it is that all of them
// arrive there.
func TestSection2(t *testing.T) {
	run(t, []hazard{
		{"histories of music, podcasts and audiobooks, old names and new", func(t *testing.T) {
			d := one(t, zipped(t,
				file{"MyData/StreamingHistory0.json", encoded(t, []row{accountRow("2023-02-03 13:30", "A", "T", 30_233)})},
				file{"MyData/StreamingHistory_music_1.json", encoded(t, []row{accountRow("2023-02-03 13:31", "Unknown Artist", "Unknown Track", 0), {"endTime": "2023-02-03 13:32", "trackName": "U", "msPlayed": 5}})},
				file{"MyData/StreamingHistory_podcast_0.json", encoded(t, []row{{"endTime": "2023-02-03 13:33", "podcastName": "S", "episodeName": "E", "msPlayed": 1}})},
				file{"MyData/StreamingHistory_audiobook_0.json", encoded(t, []row{{"endTime": "2023-02-03 13:34", "audiobookName": "B", "chapterName": "C", "authorName": "W", "msPlayed": 2}})}))
			list := items(t, d)
			got := make([]string, len(list))
			for i, it := range list {
				got[i] = fmt.Sprint(it.Kind, it.Name, it.Creator, it.Ms, it.Minute)
			}
			eq(t, "rows", strings.Join(got, " "), "1TA30233 true 00 true 1U5 true 2ES1 true 3CW2 true")
		}},
		{"files are split at 10,000", func(t *testing.T) {
			var music []file
			for n := range 3 {
				var rows []row
				for i := range 10_000 {
					at := time.Date(2023, 1, 1, 0, 10_000*n+i, 0, 0, time.UTC).Format("2006-01-02 15:04")
					rows = append(rows, accountRow(at, "A", "T", i))
				}
				music = append(music, file{fmt.Sprintf("x/StreamingHistory_music_%d.json", n), encoded(t, rows)},
					file{fmt.Sprintf("x/Playlist%d.json", n+1), fmt.Sprintf(`{"playlists":[{"name":"P%d","items":[{"track":{"trackName":"T","artistName":"A"}}]}]}`, n)})
			}
			d := one(t, zipped(t, music...))
			eq(t, "rows", d.Rows(), 30_000)
			eq(t, "playlists", len(account.Of(d).Playlists), 3)
		}},
		{"every file that was ever seen or documented is recognised by its name", func(t *testing.T) {
			topics := map[string]export.Topic{
				"Playlist1": export.TopicPlaylists, "YourLibrary": export.TopicLibrary, "SearchQueries": export.TopicSearches, "Follow": export.TopicFollow, "Marquee": export.TopicMarquee,
				"Inferences": export.TopicInferences, "Userdata": export.TopicUserdata, "UserAttributes": export.TopicUserdata, "Identity": export.TopicIdentity, "Identifiers": export.TopicIdentifiers,
				"Payments": export.TopicPayments, "UserPrompts": export.TopicPrompts, "AgentGateway": export.TopicAgent, "PlaylistInABottle": export.TopicBottle, "MessageData": export.TopicMessages,
				"PodcastInteractivityRatedShow": export.TopicPodcastInteractivity, "PodcastInteractivityComments": export.TopicPodcastInteractivity, "PodcastInteractivityReactions": export.TopicPodcastInteractivity,
				"PodcastInteractivityVotedPollOption": export.TopicPodcastInteractivity, "YourSoundCapsule": export.TopicSoundCapsule, "Wrapped2024": export.TopicWrapped, "Wrapped2025": export.TopicWrapped,
				"FamilyPlan": export.TopicFamilyPlan, "DuoNewFamily": export.TopicFamilyPlan, "TasteProfile": export.TopicTasteProfile, "UserFestivalsDataForSAR": export.TopicFestivals,
				"PlaylistCreated": export.TopicPlaylistsCreated, "AdsIdentitySecondPartyIdentifiers": export.TopicAdsIdentity, "UserAddress": export.TopicAddress,
				"VoiceInput": export.TopicVoice, "Voice Input": export.TopicVoice, "CustomerServiceHistory": export.TopicCustomerService, "Customer Service History": export.TopicCustomerService,
				"SpotifyForArtists": export.TopicForArtists, "Spotify for Artists": export.TopicForArtists, "BrandNew2031": export.TopicOther,
			}
			var files []file
			for name := range topics {
				files = append(files, file{"Spotify Account Data/" + name + ".json", fmt.Sprintf(`{"in":%q}`, name)})
			}
			d := one(t, zipped(t, files...))
			eq(t, "documents", len(d.Documents()), len(topics))
			for i, doc := range d.Documents() {
				name := strings.TrimSuffix(doc.Name, path.Ext(doc.Name))
				eq(t, name, doc.Topic, topics[name])
				if b, err := d.DocumentJSON(i); err != nil || string(b) != fmt.Sprintf(`{"in":%q}`, name) {
					t.Errorf("%s: %s, %v", name, b, err)
				}
			}
			account.Of(d) // and nothing of it stops the reading
		}},
		{"the technical log is recognised and not kept", func(t *testing.T) {
			d := one(t, zipped(t, file{"Spotify Account Data/Follow.json", "{}"},
				file{"Spotify Technical Log Information/ConnectionError.json", `[{"timestamp_utc":"2024-01-01T00:00:00Z","context_device_id":"0123abcd","message_ip":"203.0.113.7"}]`}))
			f := d.Receipt().Files[1]
			eq(t, "class", f.Class, export.ClassTechnicalLog)
			blob, err := d.Encode()
			if err != nil || bytes.Contains(blob, []byte("0123abcd")) {
				t.Errorf("a device is stored, %v", err)
			}
		}},
	})
}

// TestSection3 is "Merging packages without counting twice".
func TestSection3(t *testing.T) {
	extended := func(rows ...row) export.Input {
		return loose("Streaming_History_Audio_2023.json", encoded(t, rows))
	}
	music := func(rows ...row) export.Input {
		return loose("StreamingHistory_music_0.json", encoded(t, rows))
	}
	// bothOrders imports two files in one upload and in two, either one first.
	bothOrders := func(t *testing.T, a, b func() export.Input, check func(t *testing.T, d *dataset.Dataset)) {
		t.Helper()
		for _, uploads := range [][][]export.Input{{{a(), b()}}, {{b(), a()}}, {{a()}, {b()}}, {{b()}, {a()}}, {{a()}, {b()}, {a()}}} {
			check(t, importAll(t, uploads...))
		}
	}
	run(t, []hazard{
		{"1. extended rows are one on (ts, URI or name, ms_played), across files and repeated uploads", func(t *testing.T) {
			withoutURI := row{"spotify_track_uri": nil}
			bothOrders(t, func() export.Input { return extended(fullRow(nil), fullRow(row{"ms_played": 1})) },
				func() export.Input {
					return loose("endsong_0.json", encoded(t, []row{fullRow(withoutURI), fullRow(nil)}))
				},
				func(t *testing.T, d *dataset.Dataset) {
					eq(t, "rows", d.Rows(), 2)
					eq(t, "tracks", d.Summary(lens.Lens{}).Tracks, 1)
				})
		}},
		{"2. account rows that merely lie inside what the extended rows span are kept, and the receipt says so", func(t *testing.T) {
			var rows []row
			for i := range 50 {
				at := time.Date(2023, 3, 1+i, 12, 0, 0, 0, time.UTC).Format(time.RFC3339)
				rows = append(rows, fullRow(row{"ts": at}))
			}
			bothOrders(t, func() export.Input { return extended(rows...) },
				func() export.Input {
					return music(accountRow("2023-03-10 09:00", "A", "only here", 60_000), accountRow("2023-06-10 09:00", "A", "afterwards", 60_000), accountRow("2022-06-10 09:00", "A", "before", 60_000))
				},
				func(t *testing.T, d *dataset.Dataset) {
					eq(t, "rows", d.Rows(), 53)
					if notes := d.Receipt().Notes; len(notes) != 1 || notes[0].Code != export.CodeFewPartners || notes[0].Count != 1 || notes[0].Of != 1 {
						t.Errorf("notes %+v", notes)
					}
				})
		}},
		{"3. partners agree in (minute, artist, track, ms) or, one for one, in (minute, ms)", func(t *testing.T) {
			bothOrders(t, func() export.Input { return extended(fullRow(nil)) },
				func() export.Input {
					return music(accountRow("2023-03-15 14:23", "Nora Vale", "Lanterns", 215_000), accountRow("2023-03-15 14:23", "Nora Vale", "Lanterns (renamed)", 215_000))
				},
				func(t *testing.T, d *dataset.Dataset) { eq(t, "rows", d.Rows(), 2) })
			bothOrders(t, func() export.Input { return extended(fullRow(nil)) },
				func() export.Input {
					return music(accountRow("2023-03-15 14:23", "Nora Vale", "Lanterns (renamed)", 215_000))
				},
				func(t *testing.T, d *dataset.Dataset) { eq(t, "rows", d.Rows(), 1) })
		}},
		{"4. what is left is kept, and is the track of the extended rows by (artist, track)", func(t *testing.T) {
			bothOrders(t, func() export.Input { return extended(fullRow(nil)) },
				func() export.Input { return music(accountRow("2024-06-01 10:00", "Nora Vale", "Lanterns", 100_000)) },
				func(t *testing.T, d *dataset.Dataset) {
					eq(t, "rows", d.Rows(), 2)
					r := d.Rank(lens.Lens{}, lens.Track, 0, 10)
					if len(r.Items) != 1 || r.Items[0].URI != "spotify:track:0000000000000000000001" || r.Items[0].Rows != 2 {
						t.Errorf("%+v", r.Items)
					}
				})
		}},
		{"a package may be split over any number of uploads", func(t *testing.T) {
			pkg, counts := invented(t, sampletest.V4, 3_000)
			whole := one(t, loose("a.zip", string(pkg)))
			z, err := zip.NewReader(bytes.NewReader(pkg), int64(len(pkg)))
			if err != nil {
				t.Fatal(err)
			}
			var uploads [][]export.Input
			for _, f := range slices.Backward(z.File) {
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
				uploads = append(uploads, []export.Input{loose(path.Base(f.Name), string(b))})
			}
			if len(uploads) < 4 {
				t.Fatalf("%d files", len(uploads))
			}
			d := importAll(t, uploads...)
			eq(t, "rows", d.Rows(), counts.Distinct)
			if d.Digest() != whole.Digest() {
				t.Error("loose files give another dataset than the ZIP")
			}
		}},
		{"people zip again: stored, without folders, with ZIP64, with __MACOSX", func(t *testing.T) {
			pkg, _ := invented(t, sampletest.V3b, 500)
			whole := one(t, loose("a.zip", string(pkg)))
			for how, again := range map[string][]byte{
				"stored": repacked(t, pkg, zip.Store), "deflated": repacked(t, pkg, zip.Deflate), "ZIP64": zip64(t, pkg),
				"macOS": asMac(t, pkg),
			} {
				if d := one(t, loose("again.zip", string(again))); d.Digest() != whole.Digest() {
					t.Errorf("%s gives another dataset", how)
				}
			}
		}},
		{"the ZIPs of all packages in one ZIP", func(t *testing.T) {
			history, counts := invented(t, sampletest.V3b, 500)
			var account bytes.Buffer
			to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
			if _, err := sampletest.Account(&account, sampletest.Options{Plays: 500, Seed: 9, From: to.AddDate(-3, 0, 0), To: to}); err != nil {
				t.Fatal(err)
			}
			d := one(t, zipped(t, file{"Archive/my_spotify_data.zip", string(history)}, file{"Archive/my_spotify_data (1).zip", account.String()},
				file{"__MACOSX/Archive/._my_spotify_data.zip", "\x00\x05\x16\x07"}))
			eq(t, "rows", d.Rows(), counts.Distinct)
			apart := one(t, loose("a.zip", string(history)), loose("b.zip", account.String()))
			eq(t, "documents", len(d.Documents()), len(apart.Documents()))
			if !slices.Equal(items(t, d), items(t, apart)) {
				t.Error("other plays than those of the ZIPs by themselves")
			}
		}},
		{"all three packages in one ZIP", func(t *testing.T) {
			d := one(t, zipped(t, file{"mine/Spotify Extended Streaming History/Streaming_History_Audio_2023.json", encoded(t, []row{fullRow(nil)})},
				file{"mine/Spotify Account Data/StreamingHistory_music_0.json", encoded(t, []row{accountRow("2023-03-15 14:23", "Nora Vale", "Lanterns", 215_000)})},
				file{"mine/Spotify Account Data/Playlist1.json", `{"playlists":[{"name":"P","items":[]}]}`},
				file{"mine/Spotify Technical Log Information/A.json", `[{"timestamp_utc":"x","context_time":1}]`}))
			totals := d.Receipt().Totals()
			eq(t, "kept", totals.Kept, 1)
			eq(t, "elsewhere", totals.Elsewhere, 1)
			eq(t, "playlists", len(account.Of(d).Playlists), 1)
			eq(t, "ignored", totals.FilesIgnored, 1)
		}},
	})
}

// asMac is a package as macOS zips its unpacked folder.
func asMac(t *testing.T, pkg []byte) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(pkg), int64(len(pkg)))
	if err != nil {
		t.Fatal(err)
	}
	files := []file{{".DS_Store", "\x00\x00\x00\x01Bud1"}, {"__MACOSX/._.DS_Store", "\x00\x05\x16\x07"}}
	for _, f := range from.File {
		if strings.HasSuffix(f.Name, "/") {
			files = append(files, file{f.Name, ""})
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
		files = append(files, file{f.Name, string(b)}, file{"__MACOSX/" + path.Dir(f.Name) + "/._" + path.Base(f.Name), "\x00\x05\x16\x07"})
	}
	in := zipped(t, files...)
	b, err := io.ReadAll(io.NewSectionReader(in.R, 0, in.Size))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// zip64 is a package whose sizes and offsets stand in the wide fields, as
// programs that write to a pipe do it.
func zip64(t *testing.T, pkg []byte) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(pkg), int64(len(pkg)))
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	var b, toc []byte
	entries := uint64(0)
	for _, f := range from.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		size, offset := uint64(len(content)), uint64(len(b))
		// Stored, named in UTF-8, the narrow sizes full of ones.
		header := func(to []byte, extra int) []byte {
			to = append(to, 45, 0, 0, 8, 0, 0, 0, 0, 0, 0)
			to = le.AppendUint64(le.AppendUint32(to, crc32.ChecksumIEEE(content)), 1<<64-1)
			return le.AppendUint16(le.AppendUint16(to, uint16(len(f.Name))), uint16(extra))
		}
		wide := le.AppendUint64(le.AppendUint64(nil, size), size)
		b = append(header(append(b, "PK\x03\x04"...), 4+len(wide)), f.Name...)
		b = append(append(append(b, 1, 0, byte(len(wide)), 0), wide...), content...)
		wide = le.AppendUint64(wide, offset)
		toc = header(append(toc, "PK\x01\x02\x2d\x00"...), 4+len(wide))
		toc = le.AppendUint32(append(toc, make([]byte, 10)...), 1<<32-1)
		toc = append(append(append(toc, f.Name...), 1, 0, byte(len(wide)), 0), wide...)
		entries++
	}
	offset := uint64(len(b))
	b = append(b, toc...)
	end := uint64(len(b))
	b = le.AppendUint64(append(b, "PK\x06\x06"...), 44)
	b = append(b, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	for _, n := range []uint64{entries, entries, uint64(len(toc)), offset} {
		b = le.AppendUint64(b, n)
	}
	b = le.AppendUint64(append(b, "PK\x06\x07\x00\x00\x00\x00"...), end)
	b = append(b, 1, 0, 0, 0)
	b = le.AppendUint64(append(b, "PK\x05\x06\x00\x00\x00\x00\xff\xff\xff\xff"...), 1<<64-1)
	return append(b, 0, 0)
}
