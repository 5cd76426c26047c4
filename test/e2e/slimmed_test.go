package e2e

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
	"github.com/spotify-data-tool/spotify-data-tool/static"
	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// The page makes a smaller ZIP of a package before it sends it. These tests let
// the browser do so and compare what comes of both.

// content is an entry of a test's ZIP.
type content struct {
	name, text string
	stored     bool
}

const (
	logFolder  = "Spotify Technical Log Information/"
	historyRow = `{"ts":"2023-03-15T14:23:45Z","ms_played":215000,"master_metadata_track_name":"Lanterns","master_metadata_album_artist_name":"The Ferry","spotify_track_uri":"spotify:track:0000000000000000000001"}`
	renamedRow = `{"ts":"2023-03-16T14:23:45Z","ms_played":216000,"master_metadata_track_name":"Harbour","master_metadata_album_artist_name":"The Ferry","spotify_track_uri":"spotify:track:0000000000000000000002"}`
	filmedRow  = `{"ts":"2023-03-17T14:23:45Z","ms_played":217000,"master_metadata_track_name":"Tide","master_metadata_album_artist_name":"The Ferry","spotify_track_uri":"spotify:track:0000000000000000000003"}`
)

// telemetry is a file of the technical log that is of no use.
func telemetry(rows int) string {
	row := `{"timestamp_utc":"2024-05-01T10:00:00Z","context_time":1,"message_name":"a \"{b}\" of ü","message_size":12}`
	return "[" + strings.Repeat(row+",\n", rows-1) + row + "]"
}

var fullPackage = []content{
	{name: "Spotify Extended Streaming History/", text: "placeholder", stored: true}, // as Spotify writes it
	{name: "Spotify Extended Streaming History/Streaming_History_Audio_2023.json", text: "[" + historyRow + "]"},
	{name: "Spotify Extended Streaming History/ReadMeFirst.pdf", text: "%PDF-1.4"},
	{name: "Spotify Account Data/Playlist1.json", text: `{"playlists":[{"name":"Für Ü","lastModifiedDate":"2023-01-01","items":[]}]}`},
	{name: "Spotify Account Data/Something new.json", text: `[{"timestamp_utc":"2024"}]`},
	{name: logFolder + "AddedToPlaylist (1).json", text: `[{"timestamp_utc":"2024-05-01T10:00:00Z","context_time":1,"message_playlist_uri":"spotify:playlist:A","message_item_uri":"spotify:track:B"}]`},
	{name: logFolder + "ConnectionError.json", text: telemetry(4000)},
	{name: logFolder + "my old songs.json", text: "[" + renamedRow + "]"},
	{name: logFolder + "Empty.json", text: "[]"},
	{name: `flat\BoomboxPlaybackSession.json`, text: telemetry(1)},
	{name: "Photos/me.JPG", text: "\xff\xd8\xff\xe0" + strings.Repeat("x", 5000), stored: true},
	{name: "Photos/really rows.mp4", text: "\ufeff [" + filmedRow + "]"},
	{name: "Photos/holiday.mp4", text: "\x00\x00\x00\x18ftypmp42" + strings.Repeat("y", 200_000), stored: true},
	{name: "__MACOSX/Photos/._holiday.mp4", text: "\x00\x05\x16\x07"},
}

// notSent is what the browser leaves out of fullPackage.
var notSent = []string{logFolder + "ConnectionError.json", "flat/BoomboxPlaybackSession.json", "Photos/me.JPG", "Photos/holiday.mp4", "__MACOSX/Photos/._holiday.mp4"}

func zipWith(t *testing.T, entries ...content) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: time.Date(2024, 5, 1, 10, i, 0, 0, time.UTC), Comment: "as it came"}
		if e.stored {
			h.Method = zip.Store
		}
		if strings.HasSuffix(e.name, "/") { // the library writes no content of folders
			h.Name = strings.TrimSuffix(e.name, "/") + "\x01"
		}
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = io.WriteString(w, e.text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.ReplaceAll(b.Bytes(), []byte("History\x01"), []byte("History/"))
}

// inZIP64 writes the table of contents of a ZIP again, with every size and offset
// where ZIP64 has them.
func inZIP64(z []byte) []byte {
	le := binary.LittleEndian
	end := bytes.LastIndex(z, []byte("PK\x05\x06"))
	at, count := int(le.Uint32(z[end+16:])), uint64(le.Uint16(z[end+10:]))
	b := bytes.Clone(z[:at])
	for range count {
		h := z[at:]
		name, extra, comment := int(le.Uint16(h[28:])), int(le.Uint16(h[30:])), int(le.Uint16(h[32:]))
		n := len(b)
		b = append(b, h[:46+name]...)
		wide := []byte{1, 0, 24, 0}
		for _, where := range []int{24, 20, 42} {
			wide = le.AppendUint64(wide, uint64(le.Uint32(h[where:])))
			le.PutUint32(b[n+where:], 1<<32-1)
		}
		le.PutUint16(b[n+30:], uint16(len(wide)+extra))
		b = append(append(append(b, wide...), h[46+name:46+name+extra]...), h[46+name+extra:46+name+extra+comment]...)
		at += 46 + name + extra + comment
	}
	start := le.Uint32(z[end+16:])
	size, end64 := uint64(len(b))-uint64(start), uint64(len(b))
	b = append(b, "PK\x06\x06"...)
	b = le.AppendUint64(b, 44)
	b = append(b, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	for _, v := range []uint64{count, count, size, uint64(start)} {
		b = le.AppendUint64(b, v)
	}
	b = append(b, "PK\x06\x07\x00\x00\x00\x00"...)
	b = le.AppendUint64(b, end64)
	b = append(b, 1, 0, 0, 0)
	return append(b, "PK\x05\x06\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00"...)
}

type slimZIP struct {
	Bytes string
	Left  *struct{ Files, Bytes int }
	Name  string
	Time  int64
}

// slim lets the page make a smaller ZIP.
func (b *tab) slim(content []byte) ([]byte, slimZIP) {
	b.t.Helper()
	script := fmt.Sprintf(`(async () => {
		const { slimmed } = await import(%q);
		const bytes = Uint8Array.from(atob(%q), (c) => c.charCodeAt(0));
		const { file, left } = await slimmed(new File([bytes], "my_spotify_data.zip", { lastModified: 1700000000000 }));
		let text = "";
		for (const byte of new Uint8Array(await file.arrayBuffer())) text += String.fromCharCode(byte);
		return { Bytes: btoa(text), Left: left ?? null, Name: file.name, Time: file.lastModified };
	})()`, static.URL("archive.js"), base64.StdEncoding.EncodeToString(content))
	var got slimZIP
	b.run(chromedp.Evaluate(script, &got, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	z, err := base64.StdEncoding.DecodeString(got.Bytes)
	if err != nil {
		b.t.Fatal(err)
	}
	return z, got
}

func imported(t *testing.T, content []byte) *dataset.Dataset {
	t.Helper()
	im := importer.New(importer.Config{Vault: vault.New(vault.Config{Bucket: memory.New(time.Now), Now: time.Now}), Now: time.Now})
	res, err := im.Import(t.Context(), importer.Job{
		Inputs:  []export.Input{{Name: "my_spotify_data.zip", R: bytes.NewReader(content), Size: int64(len(content))}},
		Expires: time.Now().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	return res.Dataset
}

// linesOf are the lines of a receipt, but for those of files that were left out
// in either way.
func linesOf(d *dataset.Dataset) (lines []string, unsent []string) {
	for _, f := range d.Receipt().Files {
		switch {
		case f.Reason.Code == export.CodeLeftOut:
			unsent = append(unsent, f.Name)
		case f.Class != export.ClassTechnicalLog && f.Status == export.StatusIgnored || f.Class == export.ClassTechnicalLog && f.Changes == 0:
		default:
			lines = append(lines, fmt.Sprintf("%+v", f))
		}
	}
	return lines, unsent
}

func TestTheBrowserSendsWhatMattersOnly(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	b := newTab(t, s.Base, tabOptions{})
	b.open("/")
	plain := zipWith(t, fullPackage...)
	for name, whole := range map[string][]byte{"ZIP": plain, "ZIP64": inZIP64(plain)} {
		t.Run(name, func(t *testing.T) {
			slim, got := b.slim(whole)
			again, _ := b.slim(whole)
			if !bytes.Equal(slim, again) {
				t.Error("one file becomes two ZIPs")
			}
			if got.Left == nil || got.Left.Files != len(notSent) || got.Left.Bytes != len(whole)-len(slim) || got.Name != "my_spotify_data.zip" || got.Time != 1700000000000 {
				t.Errorf("%+v of %d and %d bytes", got.Left, len(whole), len(slim))
			}
			if !bytes.Contains(whole, []byte("History/")) || !bytes.Contains(whole, []byte("placeholder")) {
				t.Error("the package has no folder with content")
			}
			if bytes.Contains(slim, []byte("ftypmp42")) || bytes.Contains(slim, []byte("placeholder")) || len(slim) > 8000 {
				t.Errorf("%d bytes, with what is of no use", len(slim))
			}
			z, err := zip.NewReader(bytes.NewReader(slim), int64(len(slim)))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range z.File {
				r, err := f.Open()
				if err == nil {
					_, err = io.Copy(io.Discard, r) // with its checksum
				}
				if err != nil {
					t.Errorf("%s: %v", f.Name, err)
				}
			}
			one, other := imported(t, whole), imported(t, slim)
			if one.Rows() != 3 || len(one.Documents()) != 3 {
				t.Fatalf("%d rows, %d documents: the package does not hold what it is to show", one.Rows(), len(one.Documents()))
			}
			if one.Digest() != other.Digest() {
				t.Error("another dataset comes of the smaller ZIP")
			}
			lines, _ := linesOf(one)
			slimLines, unsent := linesOf(other)
			if !slices.Equal(lines, slimLines) {
				t.Errorf("the receipts differ:\n%s\n\n%s", strings.Join(lines, "\n"), strings.Join(slimLines, "\n"))
			}
			if !slices.Equal(unsent, notSent) {
				t.Errorf("not sent: %q, want %q", unsent, notSent)
			}
		})
	}
}

// TestTheBrowserKeepsWhatChanged: of a whole technical log as Spotify writes it,
// the files that tell what changed are sent, and no others.
func TestTheBrowserKeepsWhatChanged(t *testing.T) {
	t.Parallel()
	person, err := sample.NewPerson(time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	if _, err := person.TechnicalLog(&log); err != nil {
		t.Fatal(err)
	}
	s := harness.StartServer(t, nil)
	b := newTab(t, s.Base, tabOptions{})
	b.open("/")
	slim, _ := b.slim(log.Bytes())
	one, other := imported(t, log.Bytes()), imported(t, slim)
	changes, telemetry := 0, 0
	for _, f := range one.Receipt().Files {
		if f.Changes > 0 {
			changes++
		} else if f.Telemetry > 0 {
			telemetry++
		}
	}
	totals := other.Receipt().Totals()
	if changes == 0 || telemetry == 0 || totals.FilesRead != changes || totals.FilesLeftOut != telemetry || totals.Telemetry != 0 {
		t.Errorf("%d files of changes, %d of telemetry; sent: %+v", changes, telemetry, totals)
	}
	if one.Digest() != other.Digest() {
		t.Error("another dataset comes of the smaller ZIP")
	}
}

// TestTheBrowserSendsOddFilesAsTheyAre: what is wrong with them is for the server
// to say.
func TestTheBrowserSendsOddFilesAsTheyAre(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	b := newTab(t, s.Base, tabOptions{})
	b.open("/")
	whole := zipWith(t, fullPackage[1:]...)
	end := bytes.LastIndex(whole, []byte("PK\x05\x06"))
	start := int(binary.LittleEndian.Uint32(whole[end+16:]))
	with := func(at int, value byte) []byte {
		z := bytes.Clone(whole)
		z[at] = value
		return z
	}
	for name, content := range map[string][]byte{
		"nothing":            nil,
		"JSON":               []byte("[" + historyRow + "]"),
		"nothing to leave":   zipWith(t, fullPackage[1:4]...),
		"cut off":            whole[:len(whole)-100],
		"its beginning":      whole[:40],
		"something in front": append([]byte("PK\x03\x04 and so on"), whole...),
		"encrypted":          with(start+8, whole[start+8]|1),
		"another method":     with(start+10, 12),
		"split":              with(end+4, 1),
		"fewer entries":      with(end+10, whole[end+10]-1),
		"more entries":       with(end+10, whole[end+10]+1),
		"content elsewhere":  with(start+42, 1),
		"no headers":         with(start, 'X'),
		"beyond the end":     with(start+23, 0x7f),
		"ZIP64, cut":         append(inZIP64(whole)[:1000], inZIP64(whole)[1100:]...),
	} {
		if got, slim := b.slim(content); !bytes.Equal(got, content) || slim.Left != nil {
			t.Errorf("%s: %d bytes became %d", name, len(content), len(got))
		}
	}
}

// TestManyFilesAreNotSent: the list is bounded, whatever is in the ZIP.
func TestManyFilesAreNotSent(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	b := newTab(t, s.Base, tabOptions{})
	b.open("/")
	for name, long := range map[string]string{"short names": "", "long names": strings.Repeat("ü", 300)} {
		entries := []content{{name: "endsong_0.json", text: "[" + historyRow + "]"}}
		for i := range 450 {
			entries = append(entries, content{name: fmt.Sprintf("%03d%s.mp3", i, long), text: "ID3"})
		}
		slim, _ := b.slim(zipWith(t, entries...))
		d := imported(t, slim)
		totals := d.Receipt().Totals()
		if totals.FilesLeftOut != 450 || totals.FilesRead != 1 || totals.FilesUnknown != 0 || len(d.Receipt().Files) > 202 {
			t.Errorf("%s: %+v in %d lines", name, totals, len(d.Receipt().Files))
		}
	}
}

// TestUploadOfWhatMatters sends a package beyond what one upload may have.
func TestUploadOfWhatMatters(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, map[string]string{"UPLOAD_MAX_MB": "1"})
	film := content{name: "Photos/long.mp4", text: "\x00\x00\x00\x18ftypmp42" + strings.Repeat("z", 3<<20), stored: true}
	path := filepath.Join(t.TempDir(), "my_spotify_data.zip")
	if err := os.WriteFile(path, zipWith(t, append(slices.Clone(fullPackage), film)...), 0o600); err != nil {
		t.Fatal(err)
	}
	video := filepath.Join(t.TempDir(), "holiday.mp4")
	large := filepath.Join(t.TempDir(), "large.zip")
	for name, content := range map[string][]byte{
		video: []byte(film.text),
		large: zipWith(t, content{name: "endsong_0.json", text: "[" + historyRow + strings.Repeat(" ", 2<<20) + "]", stored: true}),
	} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}

	b := newTab(t, s.Base, tabOptions{width: 390})
	b.open("/")
	// What cannot be taken is refused before it is sent.
	b.run(chromedp.SetUploadFiles("#files", []string{video}, chromedp.ByQuery))
	b.until("#upload-alert", "“holiday.mp4” is neither a ZIP nor a JSON file, so it was not taken.")
	b.run(chromedp.SetUploadFiles("#files", []string{large}, chromedp.ByQuery))
	b.until("#upload-alert", "“large.zip” has 2.1 MB, and this site takes 1 MB in one go. Unzip it and choose the JSON files in it")
	if n := b.count("[data-chosen] li"); n != 0 {
		t.Fatalf("%d files are chosen", n)
	}

	// And what is beside what can be taken does not keep that from being sent.
	b.run(chromedp.SetUploadFiles("#files", []string{path, video}, chromedp.ByQuery))
	b.until("[data-chosen] .file-state", "to send; 6 files of 3.4 MB stay with you")
	b.until("#upload-alert", "holiday.mp4")
	b.click("#upload button[type=submit]")
	b.untilImported()
	b.open("/receipt")
	b.until(".lede", "6 files were left out by your browser and never sent.")
	b.until(".tally tfoot .figure", "3")
	b.until(".card-head .dim", "8 files, 3 of them history, 3 rows, 1 change kept and 0 rows of telemetry left out, 6 more left out by your browser")
	b.until("main", "Left out by your browser, and never sent: nothing in it is of use here.")

	var receipt struct {
		NotSent int `json:"files_not_sent"`
		Rows    int `json:"rows"`
		Lines   []struct {
			Name string `json:"name"`
			Code string `json:"reason_code"`
		} `json:"lines"`
	}
	var raw string
	b.run(chromedp.Evaluate(`fetch("/api/v1/receipt").then((r) => r.text())`, &raw, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	if err := json.Unmarshal([]byte(raw), &receipt); err != nil {
		t.Fatal(err)
	}
	unsent := 0
	for _, l := range receipt.Lines {
		if l.Code == string(export.CodeLeftOut) {
			unsent++
		}
	}
	if receipt.NotSent != 6 || unsent != 6 || receipt.Rows != 3 {
		t.Errorf("%d not sent, %d such lines, %d rows", receipt.NotSent, unsent, receipt.Rows)
	}
}
