package chaos

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode/utf16"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// rowWith is a play with one value of its own choosing.
func rowWith(key, value string) string {
	row := `{"ts":"2024-01-01T00:00:00Z","ms_played":60000,"master_metadata_track_name":"` + hostileMark + `","master_metadata_album_artist_name":"a","spotify_track_uri":"spotify:track:0000000000000000000001"`
	return row + `,"` + key + `":` + value + "}"
}

// anyHome is a file that holds the value in a place of its own.
func anyHome(r *rand.Rand, value string) harness.FormFile {
	if r.IntN(2) == 0 {
		key := pick(r, "ts", "ms_played", "master_metadata_track_name", "offline_timestamp", "ip_addr", "conn_country", "shuffle", "unknown", "episode_name", "audiobook_uri")
		return harness.File("Streaming_History_Audio_2024.json", []byte("["+rowWith(key, value)+","+rowWith("shuffle", "true")+"]"))
	}
	home := hostileHomes[r.IntN(len(hostileHomes))]
	return harness.File(home.name, []byte(home.head+value+home.tail))
}

func deepNesting(r *rand.Rand, size int) []harness.FormFile {
	depth := pick(r, 30, 65, 200, 5_000, 100_000, size/2)
	open, close := "[", "]"
	if r.IntN(2) == 0 {
		open, close = `{"a":`, "}"
		depth /= 3
	}
	value := strings.Repeat(open, depth)
	if r.IntN(3) > 0 {
		value += "0" + strings.Repeat(close, depth)
	}
	f := anyHome(r, value)
	f.Content = passable(r, f.Content)
	return packed(f)
}

func hugeStrings(r *rand.Rand, size int) []harness.FormFile {
	unit := pick(r, "a", `\u0000`, `\ud83d\ude00`, `\\`, "é", "\U0001F600", hostileMark, `\"`)
	var b strings.Builder
	b.WriteByte('"')
	for b.Len() < size {
		b.WriteString(unit)
		if r.IntN(64) == 0 {
			fmt.Fprintf(&b, "%x", r.Uint64())
		}
	}
	b.WriteByte('"')
	value := b.String()
	if r.IntN(3) == 0 { // as a key
		value = "{" + value + ":0}"
	}
	f := anyHome(r, value)
	f.Content = passable(r, f.Content)
	return packed(f)
}

func manyNames(r *rand.Rand, size int) []harness.FormFile {
	length := pick(r, 10, 60, 250, 1_000)
	var b bytes.Buffer
	b.WriteByte('[')
	name := make([]byte, length)
	for i := 0; b.Len() < size; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		for j := range name {
			name[j] = "abcdefgh"[r.IntN(8)]
		}
		fmt.Fprintf(&b, `{"ts":"20%02d-%02d-%02dT%02d:%02d:%02dZ","ms_played":%d,"master_metadata_track_name":"%s","master_metadata_album_artist_name":"%s","master_metadata_album_album_name":"%s","spotify_track_uri":"spotify:track:%022d","ip_addr":"%d.%d.%d.1","platform":"%.20s"}`,
			10+r.IntN(16), 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60), r.IntN(400_000), name, name[1:], name[2:], i, r.IntN(223)+1, r.IntN(256), r.IntN(256), name)
	}
	b.WriteByte(']')
	if r.IntN(3) == 0 { // the same in playlists and library
		text := strings.NewReplacer(`"master_metadata_track_name"`, `"track"`, `"master_metadata_album_artist_name"`, `"artist"`, `"spotify_track_uri"`, `"uri"`).Replace(b.String())
		return packed(harness.File("YourLibrary.json", []byte(`{"tracks":`+text+`}`)))
	}
	return packed(harness.File("Streaming_History_Audio_2010-2025.json", b.Bytes()))
}

func brokenEncodings(r *rand.Rand, _ int) []harness.FormFile {
	text := `[` + rowWith("conn_country", `"DE"`) + `]`
	var content []byte
	switch r.IntN(8) {
	case 0:
		content = []byte(strings.ReplaceAll(text, hostileMark, "\xff\xfe\xc0\x80\xed\xa0\x80"+hostileMark))
	case 1: // UTF-16 without a mark, with one, and cut in the middle of a character
		content = utf16Bytes(text, r.IntN(2) == 0)
	case 2:
		content = append([]byte("\xff\xfe"), utf16Bytes(text, false)...)
	case 3:
		content = append([]byte("\xfe\xff"), utf16Bytes(text, true)...)
		content = content[:len(content)-1]
	case 4:
		content = append([]byte("\xef\xbb\xbf\xef\xbb\xbf"), text...)
	case 5:
		content = []byte(strings.ReplaceAll(text, hostileMark, `\ud800\udc\u00`))
	case 6:
		content = []byte(strings.ReplaceAll(text, hostileMark, "a\x00\x01\x1f\x7f"))
	default:
		content = []byte("\x00\x00\xfe\xff" + text)
	}
	return packed(harness.File(pick(r, "Streaming_History_Audio_2024.json", "Playlist1.json", "Anything.json"), content))
}

func utf16Bytes(text string, big bool) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		if big {
			b = append(b, byte(unit>>8), byte(unit))
		} else {
			b = append(b, byte(unit), byte(unit>>8))
		}
	}
	return b
}

func hugeNumbers(r *rand.Rand, size int) []harness.FormFile {
	value := pick(r, "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e308", "1e309", "1E400000000", "-0", "0.1e-999999", "-1",
		"1"+strings.Repeat("0", min(size, 1<<20)), "0."+strings.Repeat("1", min(size, 1<<18)), "NaN", "-Infinity", "0x10", "01", "+1", `"9223372036854775807"`,
		`"-292277022657-01-27T08:29:52Z"`, `"9999-12-31T23:59:59Z"`, `"0000-01-01T00:00:00Z"`, `"2024-02-30T25:61:61Z"`, "18446744073709551616")
	files := []harness.FormFile{anyHome(r, value)}
	// Many of the largest time there is, whose sum is beyond any counter.
	if r.IntN(3) == 0 {
		files = append(files, harness.File("endsong_0.json", filled(min(size, 1<<20), "[", rowWith("ms_played", value), ",", "]")))
	}
	return packed(files...)
}

func duplicateKeys(r *rand.Rand, size int) []harness.FormFile {
	key := pick(r, `"ts":"2024-01-01T00:00:00Z"`, `"ms_played":1`, `"ms_played":null`, `"":0`, `"playlists":[]`, `"tracks":[{}]`, `"master_metadata_track_name":"x"`, `"a":{"a":{}}`)
	object := string(filled(min(size, 4<<20), "{", key, ",", "}"))
	f := anyHome(r, object)
	f.Content = passable(r, f.Content)
	other := harness.File("Playlist1.json", []byte(`{"playlists":[{"name":"a","name":null,"items":[],"items":[{"track":{}}],"items":0}],"playlists":{},"playlists":[]}`))
	return packed(f, other)
}

// notJSON are loose files: no ZIP around them.
func notJSON(r *rand.Rand, size int) []harness.FormFile {
	chance := make([]byte, min(size, 1<<20))
	for i := range chance {
		chance[i] = byte(r.Uint32())
	}
	content := pick(r, chance, nil, []byte("{"), []byte("List(Map(city -> "+hostileMark+"))"), []byte("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aa\">]><x>&a;</x>"),
		[]byte("PK\x03\x04"), []byte("PK\x05\x06"+strings.Repeat("\x00", 18)), []byte("Rar!\x1a\x07\x00"), []byte("\x1f\x8b\x08\x00"), []byte("%PDF-1.7"), bytes.Repeat([]byte("["), min(size, 1<<20)), []byte("\xef\xbb\xbf"))
	return []harness.FormFile{harness.File(pick(r, "endsong_0.json", "my_spotify_data.zip", "Playlist1.json", hostileMark+".exe", "my_spotify_data.rar"), content)}
}

// goodAndBad puts what is bad beside a package with nothing wrong.
func goodAndBad(r *rand.Rand, size int) []harness.FormFile {
	files := []harness.FormFile{harness.File("my_spotify_data.zip", ordinary(r))}
	for range 1 + r.IntN(3) {
		kind := badKinds[r.IntN(len(badKinds))]
		files = append(files, kind.make(r, size/4)...)
	}
	r.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
	return files
}
