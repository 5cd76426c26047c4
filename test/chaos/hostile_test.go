package chaos

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// hostileMark stands in everything a hostile upload names, so that a log that
// repeats any of it is found out.
const hostileMark = "hostilemark"

// A hostileKind makes the files of an upload, of about so many bytes when
// unpacked. The same generator of numbers gives the same files.
type hostileKind struct {
	name string
	make func(r *rand.Rand, size int) []harness.FormFile
}

var hostileKinds = append(slices.Clip(badKinds), hostileKind{"good and bad", goodAndBad})

var badKinds = []hostileKind{
	{"zip bomb", zipBomb},
	{"deep nesting", deepNesting},
	{"huge strings", hugeStrings},
	{"many names", manyNames},
	{"many elements", manyElements},
	{"truncated ZIP", truncatedZIP},
	{"damaged deflate", damagedDeflate},
	{"wrong checksums and sizes", wrongSums},
	{"nested ZIPs", nestedZIPs},
	{"many entries", manyEntries},
	{"traversal names", traversalNames},
	{"broken encodings", brokenEncodings},
	{"huge numbers", hugeNumbers},
	{"duplicate keys", duplicateKeys},
	{"not JSON", notJSON},
}

// pick returns one of the choices.
func pick[T any](r *rand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }

// zipOf packs files, quickly rather than tightly.
func zipOf(files ...harness.FormFile) []byte {
	var b bytes.Buffer
	var folders []string
	// One after another, and making one takes longer than packing a small file.
	deflate, err := flate.NewWriter(nil, flate.BestSpeed)
	if err != nil {
		panic(err)
	}
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		deflate.Reset(w)
		return deflate, nil
	})
	for _, f := range files {
		name := f.Name
		if strings.HasSuffix(name, "/") {
			// A folder with content, which this package does not write.
			name = strings.TrimSuffix(name, "/") + "\x01"
			folders = append(folders, name)
		}
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(f.Content)
		}
		if err != nil {
			panic(err) // a buffer takes everything
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	content := b.Bytes()
	for _, name := range folders {
		content = bytes.ReplaceAll(content, []byte(name), []byte(strings.TrimSuffix(name, "\x01")+"/"))
	}
	return content
}

// packed is what zipOf makes, as the file of an upload.
func packed(files ...harness.FormFile) []harness.FormFile {
	return []harness.FormFile{harness.File("my_spotify_data.zip", zipOf(files...))}
}

// blanks is white space that deflate makes a quarter of and not less, with which
// a file stays below the ratio that is refused.
func blanks(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = " \t\r\n"[r.IntN(4)]
	}
	return b
}

// passable pads a JSON text until its ratio is one that is let through.
func passable(r *rand.Rand, text []byte) []byte {
	const ratio, small = 180, 1 << 20
	if len(text) <= small {
		return text
	}
	var counted countingWriter
	w, err := flate.NewWriter(&counted, flate.BestSpeed)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err)
	}
	if missing := len(text)/ratio - int(counted); missing > 0 {
		text = append(text, blanks(r, missing*4)...)
	}
	return text
}

type countingWriter int

func (c *countingWriter) Write(b []byte) (int, error) {
	*c += countingWriter(len(b))
	return len(b), nil
}

// filled is head, as many elements as fit into the size, and tail.
func filled(size int, head, element, separator, tail string) []byte {
	b := make([]byte, 0, size+len(head)+len(element)+len(tail)+64)
	b = append(b, head...)
	for b = append(b, element...); len(b) < size; {
		b = append(append(b, separator...), element...)
	}
	return append(b, tail...)
}

// hostileHomes are a file of every topic, and where in it a list stands.
var hostileHomes = []struct{ name, head, tail string }{
	{"Playlist1.json", `{"playlists":[{"name":"a","items":[`, `]}]}`},
	{"Playlist1.json", `{"playlists":[`, `]}`},
	{"Playlist1.json", `{"playlists":[{"name":"a","collaborators":[`, `]}]}`},
	{"Playlist.json", `{"playlists":[{"name":"a","tracks":[`, `]}]}`},
	{"YourLibrary.json", `{"tracks":[`, `]}`},
	{"YourLibrary.json", `{"tracks":[],"albums":[],"artists":[`, `],"other":[]}`},
	{"YourLibrary.json", `{"tracks":[],"shows":[],"other":[`, `]}`},
	{"SearchQueries.json", `[`, `]`},
	{"SearchQueries.json", `[{"searchTime":"2024-01-01T00:00:00Z[UTC]","searchQuery":"a","searchInteractionURIs":[`, `]}]`},
	{"Marquee.json", `[`, `]`},
	{"Inferences.json", `{"inferences":[`, `]}`},
	{"Follow.json", `{"userIsFollowing":[`, `]}`},
	{"TasteProfile.json", `{"tasteProfile":[`, `]}`},
	{"Userdata.json", `{"username":"a","more":[`, `]}`},
	{"Identity.json", `{"displayName":"a","more":[`, `]}`},
	{"Identifiers.json", `[`, `]`},
	{"Payments.json", `[`, `]`},
	{"UserAddress.json", `[`, `]`},
	{"UserPrompts.json", `[`, `]`},
	{"AgentGateway.json", `[`, `]`},
	{"PlaylistInABottle.json", `[`, `]`},
	{"MessageData.json", `{"chat":{"members":[],"messages":[`, `]}}`},
	{"MessageData.json", `[`, `]`},
	{"PodcastInteractivityRatedShow.json", `{"ratedShows":[`, `]}`},
	{"PodcastInteractivityComments.json", `[`, `]`},
	{"YourSoundCapsule.json", `{"stats":[`, `]}`},
	{"YourSoundCapsule.json", `{"stats":[{"date":"2024-01","topTracks":[`, `]}]}`},
	{"YourSoundCapsule.json", `{"stats":[],"highlights":[`, `]}`},
	{"Wrapped2024.json", `{"topTracks":[`, `]}`},
	{"Wrapped2025.json", `{"topAlbums":[],"archiveReports":[`, `]}`},
	{"FamilyPlan.json", `[`, `]`},
	{"UserFestivalsDataForSAR.json", `[`, `]`},
	{"PlaylistCreated.json", `[`, `]`},
	{"Anything.json", `[`, `]`},
	{"Anything.json", `{"a":{"b":[`, `]}}`},
	{"Spotify Technical Log Information/AddedToPlaylist.json", `[`, `]`},
	{"Spotify Technical Log Information/AddedToCollection.json", `[`, `]`},
	{"StreamingHistory_music_0.json", `[`, `]`},
	{"StreamingHistory_podcast_0.json", `[`, `]`},
	{"Streaming_History_Audio_2024.json", `[`, `]`},
	{"endsong_0.json", `[`, `]`},
}

// hostileElements cost more when they are built than when they are read.
var hostileElements = []string{
	`{}`, `{}`, `{}`, `[]`, `""`, `0`, `null`, `true`, `{"track":{}}`, `{"a":0}`, `[[]]`, `{"name":""}`, `{"items":[{}]}`,
	`{"date":"2024-01"}`, `{"searchTime":"2024-01-01T00:00:00Z[UTC]"}`, `{"uri":"spotify:track:0"}`, `{"timestamp_utc":"2024-01-01T00:00:00.000Z"}`,
}

func manyElements(r *rand.Rand, size int) (files []harness.FormFile) {
	n := 1 + r.IntN(4)
	if r.IntN(3) == 0 {
		n, size = 1, 31<<20 // as much as one document may have
	}
	for range n {
		home := hostileHomes[r.IntN(len(hostileHomes))]
		text := filled(size/n, home.head, pick(r, hostileElements...), ",", home.tail)
		files = append(files, harness.File("Spotify Account Data/"+home.name, passable(r, text)))
	}
	return packed(files...)
}

func zipBomb(r *rand.Rand, size int) []harness.FormFile {
	row := fmt.Sprintf(`{"ts":"2024-01-01T00:00:00Z","ms_played":%d,"master_metadata_track_name":"%s","spotify_track_uri":"spotify:track:0000000000000000000001"}`, r.IntN(1e6), hostileMark)
	text := filled(size*4, "[", row, ",\n", "]")
	if r.IntN(3) > 0 {
		text = passable(r, text)
	}
	files := []harness.FormFile{harness.File("Streaming_History_Audio_2024.json", text)}
	if r.IntN(2) == 0 {
		// The same data under many names.
		content := zipOf(files...)
		return []harness.FormFile{harness.File("my_spotify_data.zip", repeatEntries(content, 1+r.IntN(400)))}
	}
	return packed(files...)
}

// repeatEntries writes every entry of the table of contents so many times: each
// points at the same data.
func repeatEntries(content []byte, times int) []byte {
	end := bytes.LastIndex(content, []byte("PK\x05\x06"))
	offset := int(binary.LittleEndian.Uint32(content[end+16:]))
	table, entries := content[offset:end], int(binary.LittleEndian.Uint16(content[end+10:]))
	times = min(times, math.MaxUint16/max(entries, 1))
	out := append(bytes.Clone(content[:offset]), bytes.Repeat(table, times)...)
	tail := bytes.Clone(content[end : end+22])
	binary.LittleEndian.PutUint16(tail[8:], uint16(entries*times))
	binary.LittleEndian.PutUint16(tail[10:], uint16(entries*times))
	binary.LittleEndian.PutUint32(tail[12:], uint32(len(table)*times))
	return append(out, tail...)
}

// ordinary is a package with nothing wrong, to be damaged.
func ordinary(r *rand.Rand) []byte {
	content, _ := harness.Generate(50 + r.IntN(500))
	return content
}

func truncatedZIP(r *rand.Rand, _ int) []harness.FormFile {
	content := ordinary(r)
	switch r.IntN(3) {
	case 0:
		content = content[:r.IntN(len(content))]
	case 1: // without its beginning
		content = content[r.IntN(len(content)):]
	default: // without its middle
		a, b := r.IntN(len(content)), r.IntN(len(content))
		content = append(bytes.Clone(content[:min(a, b)]), content[max(a, b):]...)
	}
	return []harness.FormFile{harness.File("my_spotify_data.zip", content)}
}

func damagedDeflate(r *rand.Rand, size int) []harness.FormFile {
	content := bytes.Clone(ordinary(r))
	if r.IntN(4) == 0 { // nothing but chance behind a header
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		chance := make([]byte, min(size, 1<<20))
		for i := range chance {
			chance[i] = byte(r.Uint32())
		}
		w, err := z.CreateRaw(&zip.FileHeader{Name: "endsong_0.json", Method: zip.Deflate, CompressedSize64: uint64(len(chance)), UncompressedSize64: uint64(size)})
		if err == nil {
			_, err = w.Write(chance)
		}
		if err = errors.Join(err, z.Close()); err != nil {
			panic(err)
		}
		return []harness.FormFile{harness.File("my_spotify_data.zip", b.Bytes())}
	}
	end := bytes.LastIndex(content, []byte("PK\x05\x06"))
	data := int(binary.LittleEndian.Uint32(content[end+16:]))
	for range 1 + r.IntN(20) {
		content[r.IntN(data)] ^= 1 << r.IntN(8)
	}
	return []harness.FormFile{harness.File("my_spotify_data.zip", content)}
}

// wrongSums lets the table of contents lie.
func wrongSums(r *rand.Rand, _ int) []harness.FormFile {
	content := bytes.Clone(ordinary(r))
	for at := 0; ; at++ {
		i := bytes.Index(content[at:], []byte("PK\x01\x02"))
		if i < 0 || at+i+46 > len(content) {
			break
		}
		at += i
		entry := content[at:]
		lie := pick(r, 0, 1, uint32(r.IntN(1<<20)), math.MaxInt32, math.MaxUint32-1, math.MaxUint32)
		// The checksum, the packed and the unpacked size, the offset; the method and the flags.
		switch r.IntN(7) {
		case 0:
			binary.LittleEndian.PutUint32(entry[16:], lie)
		case 1:
			binary.LittleEndian.PutUint32(entry[20:], lie)
		case 2:
			binary.LittleEndian.PutUint32(entry[24:], lie)
		case 3:
			binary.LittleEndian.PutUint32(entry[42:], lie)
		case 4:
			binary.LittleEndian.PutUint16(entry[10:], uint16(lie))
		case 5:
			binary.LittleEndian.PutUint16(entry[8:], uint16(lie)|1) // encrypted
		default:
			binary.LittleEndian.PutUint16(entry[28:], uint16(lie)) // the length of its name
		}
	}
	if r.IntN(3) == 0 {
		end := content[bytes.LastIndex(content, []byte("PK\x05\x06")):]
		binary.LittleEndian.PutUint16(end[10:], uint16(r.Uint32()))
		binary.LittleEndian.PutUint32(end[12+4*r.IntN(2):], pick(r, r.Uint32(), math.MaxUint32))
	}
	return []harness.FormFile{harness.File("my_spotify_data.zip", content)}
}

func nestedZIPs(r *rand.Rand, size int) []harness.FormFile {
	inner := packed(harness.File("Streaming_History_Audio_2024.json", passable(r, filled(size, "[", `{"ts":"2024-01-01T00:00:00Z","ms_played":1}`, ",", "]"))))
	for depth := range 1 + r.IntN(40) {
		copies := 1
		if depth < 3 {
			copies = 1 + r.IntN(20)
		}
		var files []harness.FormFile
		for i := range copies {
			files = append(files, harness.File(fmt.Sprintf("%d/my_spotify_data (%d).zip", i, depth), inner[0].Content))
		}
		next := packed(files...)
		if len(next[0].Content) > 8<<20 {
			break
		}
		inner = next
	}
	return inner
}

func manyEntries(r *rand.Rand, _ int) []harness.FormFile {
	var files []harness.FormFile
	for i := range pick(r, 300, 3_000, 6_000) {
		content := pick(r, "", "[]", "{}", `[{}]`, "not JSON")
		files = append(files, harness.File(fmt.Sprintf("%s/%s%d.json", hostileMark, pick(r, "Playlist", "x", "endsong_", "StreamingHistory"), i), []byte(content)))
	}
	return packed(files...)
}

func traversalNames(r *rand.Rand, _ int) []harness.FormFile {
	bad := []string{
		"../../etc/passwd", `..\..\windows\win.ini`, "/etc/passwd", "C:\\x.json", "a/../../b.json", strings.Repeat("../", 200) + "x.json", "x\x00.json",
		strings.Repeat("a/", 5_000) + "x.json", strings.Repeat("n", 60_000) + ".json", "", ".", "..", "CON", "endsong_0.json/", "\xff\xfe.json",
		"\u202egnp.json", "endsong_0.json\r\nX-Injected: 1", "<script>alert(1)</script>.json", "__MACOSX/._endsong_0.json", "Playlist1.json.json (1).json",
	}
	history := []byte(`[{"ts":"2024-01-01T00:00:00Z","ms_played":60000,"master_metadata_track_name":"` + hostileMark + `"}]`)
	files := []harness.FormFile{harness.File("Streaming_History_Audio_2024.json", history)}
	if r.IntN(2) == 0 {
		files = append(files, harness.File(bad[r.IntN(len(bad))], history))
	} else {
		files = append(files, files[0], files[0]) // three of one name
	}
	upload := packed(files...)
	upload[0].Name = pick(r, bad...)
	return upload
}
