package export

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
)

// smallLimits bring the bounds within a fuzzer's reach.
var smallLimits = Limits{
	ArchiveEntries: 40, DirectoryBytes: 8 << 10, EntryBytes: 1 << 20, TotalBytes: 2 << 20,
	Ratio: 200, RatioFloor: 64 << 10, RowBytes: 900, StringBytes: 48, Rows: 5_000,
	DocumentBytes: 300, DocumentsBytes: 700, NestedBytes: 8 << 10,
}

// oddRows are lists that a plain reader and a quick one could read differently.
var oddRows = []string{
	``, ` `, `[]`, "\xEF\xBB\xBF[]", `[`, `[1`, `[1]`, `{}`, `x`, `[,]`, `[{},]`, `[{}{}]`, `[{}]x`, `[{}][{}]`, `[[]]`,
	`[{"ts":"2023-03-15T14:23:45Z","ms_played":1}]`,
	`[ {` + "\n" + `  "ts" : "2023-03-15T14:23:45Z",` + "\n" + `  "ms_played" : 1` + "\n" + `}, {` + "\n" + `  "ts" : "2023-03-15T14:23:46Z",` + "\n" + `  "ms_played" : 22` + "\n" + `} ]`,
	`[{"ts":"2023-03-15T14:23:45Z","ms_played":1},{"ts":"2024-02-29T00:00:00Z","ms_played":2},{"ts":"2023-02-29T00:00:00Z","ms_played":2}]`,
	`[{"ts":"2023-03-15T14:23:45.123Z[UTC]","ms_played":"215000","shuffle":"TRUE","skipped":1,"offline":"0","incognito_mode":0}]`,
	`[{"ts":"2023-03-15T14:23:45Z","ms_played":2.15e5},{"ts":"2023-03-15T14:23:45Z","ms_played":1.5},{"ts":"2023-03-15T14:23:45Z","ms_played":-1},{"ts":"2023-03-15T14:23:45Z","ms_played":1e400}]`,
	`[{"ts":"2023-03-15T14:23:45Z","ms_played":1,"master_metadata_track_name":"a\/b \u00e9 \ud83d\ude00 \ud800 \udc00 \"\\\b\f\n\r\t","spotify_track_uri":"spotify:track:1"}]`,
	"[{\"ts\":\"2023-03-15T14:23:45Z\",\"ms_played\":1,\"episode_name\":\"\xff\xc3\x28 ok\"}]",
	`[{"ts":"2023-03-15T14:23:45Z","ms_played":1,"x":{"a":[1,{"b":null}],"c":"}"},"platform":"p"},{"ts":"2023-03-15T14:23:45Z","ms_played":1,"x":[[[[]]]],"platform":"p"}]`,
	`[{"ts":"x","ts":"2023-03-15T14:23:45Z","ms_played":1,"ms_played":2,"conn_country":"DE","conn_country":null}]`,
	`[{"endTime":"2023-03-15 14:23","artistName":"Unknown Artist","trackName":"Unknown Track","msPlayed":0},{"endTime":"2023-03-15 14:23:59","artistName":"","trackName":"x","msPlayed":1}]`,
	`[{"endTime":"2023-03-15 14:23","podcastName":"p","episodeName":"e","msPlayed":9}]`,
	`[{"endTime":"2023-03-15 14:23","audiobookName":"b","chapterName":"c","authorName":"a","msPlayed":9}]`,
	`[{"ts":"2023-03-15T14:23:45Z","ms_played":60000,"offline_timestamp":1678889025},{"ts":"2023-03-15T14:23:45Z","ms_played":60000,"offline_timestamp":1678889025123},{"ts":"2023-03-15T14:23:45Z","ms_played":60000,"offline_timestamp":1}]`,
	`[{"ts":"2023-03-15T14:23:45Z","ms_played":1},null,7,"s",[],true,-0.5e+3]`,
	`[{"ts":"2023-03-15T14:23:45Z","ms_played":1,"ip_addr":"203.0.113.7"},{"ts":"2023-03-15T14:23:45Z","ms_played":1,"ip_addr":null,"ip_addr_decrypted":"2001:db8::1"},{"ts":"2023-03-15T14:23:45Z","ms_played":1,"ip_addr_decrypted":"a","ip_addr":"b"}]`,
	`[{"artistName":"Band One, Writer One, Band One","trackName":"Song One","time":"2018-03-06 07:29:33"},{"artistName":", x","trackName":"Unknown Track","time":"2018-03-06 07:29"},{"artistName":"Unknown Artist, y","time":"2018-03-06T07:29:59Z","endTime":null}]`,
	`[{"artistName":"a","trackName":"b","time":"1218-03-06 07:29:33"},{"artistName":"a","trackName":"b","time":7},{"artistName":"a","trackName":"b","time":"2018-03-06 07:29:33","msPlayed":61000},{"trackName":"b","time":"2018-03-06","endTime":"2018-03-06 07:29","msPlayed":1},{"trackName":"b","time":"2018-03-06 07:29:33","msPlayed":-1}]`,
	`[{"\u0074s":"2023-03-15T14:23:45Z","ms_played":1}]`,
	`[{"ts":"2023-03-15T14:23:45Z","ms_played":01}]`, `[{"ts":"2023-03-15T14:23:45Z","ms_played":1.}]`, `[nul]`,
}

// FuzzScan holds the scanner against the plain decoder.
func FuzzScan(f *testing.F) {
	for _, s := range oddRows {
		f.Add([]byte(s), uint16(64), uint8(0))
		f.Add([]byte(s), uint16(1), uint8(2))
	}
	classes := []Class{
		ClassExtended, ClassExtendedVideo, ClassAccountMusic, ClassAccountPodcast, ClassAccountAudiobook,
	}
	f.Fuzz(func(t *testing.T, src []byte, chunk uint16, class uint8) {
		sameReading(t, src, classes[int(class)%len(classes)], &smallLimits, 1+int(chunk)%2048)
	})
}

// FuzzRead gives any bytes as an upload. Whatever they are, the answer is a
// receipt whose numbers add up or a refusal.
func FuzzRead(f *testing.F) {
	for _, s := range oddRows {
		f.Add([]byte(s))
	}
	to := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, g := range []sampletest.Generation{sampletest.V1, sampletest.V2, sampletest.V4} {
		var b bytes.Buffer
		o := sampletest.Options{Plays: 40, Seed: 2, Generation: g, From: to.AddDate(-1, 0, 0), To: to}
		if _, err := sampletest.Extended(&b, o); err != nil {
			f.Fatal(err)
		}
		f.Add(bytes.Clone(b.Bytes()))
		b.Reset()
		if _, err := sampletest.Account(&b, o); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add(zipOf(f, entry{"endsong_0.json", `[{"ts":"2023-03-15T14:23:45Z","ms_played":1}]`}, entry{"a.zip", "PK\x03\x04"}))
	f.Add(zipOf(f, entry{"endsong_0.json", `[{"ts":"2023-03-15T14:23:45Z","ms_played":1}]`}, entry{LeftOutList, `{"files":[{"name":"a.mp4","bytes":1},{"name":"b.json","bytes":2,"log":true}],"more":3}`}))
	f.Add(rawZip(f, stored("b.zip", string(rawZip(f, stored("endsong_0.json", `[{"ts":"2023-03-15T14:23:45Z","ms_played":1}]`))))))
	f.Fuzz(func(t *testing.T, b []byte) {
		checkAnyUpload(t, b)
	})
}

// FuzzArchive puts any bytes into a sound archive under any name.
func FuzzArchive(f *testing.F) {
	for _, s := range oddRows {
		f.Add("endsong_0.json", []byte(s))
	}
	f.Add("MyData/Playlist1 (1).json.json", []byte(`{"playlists":[]}`))
	f.Add("x.json", []byte(`[{"timestamp_utc":"x","context_time":1}]`))
	f.Add(`..\x`, []byte(`List(Map(`))
	f.Add("folder/", []byte("placeholder"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, err := z.Create(name)
		if err != nil {
			return
		}
		if _, err := w.Write(content); err != nil {
			return // a folder
		}
		if err := z.Close(); err != nil {
			return
		}
		checkAnyUpload(t, b.Bytes())
	})
}

func checkAnyUpload(t *testing.T, b []byte) {
	t.Helper()
	sink := newCollector()
	documents := make(map[int]bool)
	receipt, err := Read(context.Background(), []Input{{"upload", bytes.NewReader(b), int64(len(b))}},
		Options{Sinks: []Sink{sink}, Limits: smallLimits, Document: func(d Document) error {
			if documents[d.File] || !json.Valid(d.JSON) || !utf8.Valid(d.JSON) || d.Topic == "" ||
				len(d.JSON) > int(smallLimits.DocumentBytes) {
				t.Errorf("document %+v", d)
			}
			documents[d.File] = true
			return nil
		}})
	if err != nil {
		var refused *InputError
		if !errors.As(err, &refused) || refused.Code == "" || refused.Fault == 0 {
			t.Fatalf("not a refusal: %v", err)
		}
		return
	}
	checkReceipt(t, receipt, sink)
	for i, f := range receipt.Files {
		if documents[i] != (f.Topic != "") || documents[i] && (f.Status != StatusRead || f.Rows > 0) {
			t.Fatalf("%+v, handed over: %v", f, documents[i])
		}
	}
}

// FuzzWellFormed holds the check of documents against encoding/json, which
// has no bound on brackets within a fuzzer's reach.
func FuzzWellFormed(f *testing.F) {
	for _, s := range append(oddRows, `1`, `-`, `1e`, `1.5e+7`, `01`, `"a`, `"\u00e"`, ` true `, `truex`, `nul`, `{"a":[1,]}`, `[1`,
		strings.Repeat("[", maxNesting)+strings.Repeat("]", maxNesting)) {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		st := wellFormed(b)
		if st != tooDeep && (st == done) != json.Valid(b) {
			t.Fatalf("%q: %v", b, st)
		}
		if st == tooDeep && bytes.Count(b, []byte("["))+bytes.Count(b, []byte("{")) <= maxNesting {
			t.Fatalf("%q is not deep", b)
		}
		if !bytes.Equal(b, before) {
			t.Fatalf("%q has become %q", before, b)
		}
	})
}

// checkReceipt fails the test unless the receipt's numbers add up and agree
// with what the sinks got.
func checkReceipt(t *testing.T, r *Receipt, sinks ...*collector) {
	t.Helper()
	for i, f := range r.Files {
		readable := 0
		for _, s := range sinks {
			readable += len(s.files[i])
		}
		problems := 0
		for _, p := range f.Problems {
			problems += p.Count
			if p.Row < 1 || p.Row > f.Rows || p.Code == "" {
				t.Errorf("%s: problem %+v of %d rows", f.Name, p, f.Rows)
			}
		}
		if f.Rows != readable+f.Unreadable || problems != f.Unreadable {
			t.Errorf("%s: %d rows, %d readable, %d unreadable, %d problems", f.Name, f.Rows, readable, f.Unreadable, problems)
		}
		if (f.Status == StatusRead) != (f.Reason.Code == "" || f.Reason.Code == CodeNotUTF8 || f.Reason.Code == CodeWindows1252) {
			t.Errorf("%s: status %s with reason %+v", f.Name, f.Status, f.Reason)
		}
		if readable > 0 && (f.First == 0 || f.Last < f.First) {
			t.Errorf("%s: from %d to %d", f.Name, f.First, f.Last)
		}
	}
}

// entry is a file of a test's ZIP.
type entry struct{ name, content string }

// zipOf makes a ZIP.
func zipOf(tb testing.TB, entries ...entry) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.Create(e.name)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := io.WriteString(w, e.content); err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}
