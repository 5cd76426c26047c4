package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// goodRow is a row of an extended history, and goodRows a file with two.
const (
	goodRow  = `{"ts":"2023-03-15T14:23:45Z","ms_played":215000,"master_metadata_track_name":"Lanterns","spotify_track_uri":"spotify:track:1"}`
	goodRows = `[` + goodRow + `,` + goodRow + `]`
)

// loose is an input of that content.
func loose(name, content string) Input {
	return Input{Name: name, R: strings.NewReader(content), Size: int64(len(content))}
}

func zipped(tb testing.TB, entries ...entry) Input {
	tb.Helper()
	return loose("package.zip", string(zipOf(tb, entries...)))
}

// mustRead reads inputs with one sink and checks that the receipt adds up.
func mustRead(t *testing.T, inputs ...Input) (*Receipt, []Play) {
	t.Helper()
	sink := newCollector()
	r, err := Read(t.Context(), inputs, Options{Sinks: []Sink{sink}})
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	checkReceipt(t, r, sink)
	return r, sink.kept()
}

// onePlay reads a single row of an extended history.
func onePlay(t *testing.T, row string) Play {
	t.Helper()
	r, plays := mustRead(t, loose("endsong_0.json", "["+row+"]"))
	if len(plays) != 1 {
		t.Fatalf("%d plays of %s: %+v", len(plays), row, r.Files)
	}
	return plays[0]
}

func unix(t *testing.T, s string) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.Unix()
}

func TestMatchTheBaseNameWhateverTheFolderAndCase(t *testing.T) {
	for name, want := range map[string]Class{
		"endsong.json":           ClassExtended,
		"MyData/endsong_12.json": ClassExtended,
		"endvideo.json":          ClassExtendedVideo,
		"endvideo_3.json":        ClassExtendedVideo,
		"Spotify Extended Streaming History/Streaming_History_Audio_2018-2020_0.json": ClassExtended,
		"Streaming_History_Audio_2024.json":                                           ClassExtended,
		"a/b/c/STREAMING_HISTORY_AUDIO_2024_1.JSON":                                   ClassExtended,
		"Streaming_History_Video_2022-2025.json":                                      ClassExtendedVideo,
		"Streaming_History_Video_2024_2 (1).json":                                     ClassExtendedVideo,
		"Streaming_History_Audio_2024.json.json":                                      ClassExtended,
		"Streaming_History_Audio_2024(2).json":                                        ClassExtended,
		"StreamingHistory.json":                                                       ClassAccountMusic,
		"StreamingHistory0.json":                                                      ClassAccountMusic,
		"Spotify Account Data/StreamingHistory_music_1.json":                          ClassAccountMusic,
		"StreamingHistory_podcast_0.json":                                             ClassAccountPodcast,
		"StreamingHistory_audiobook_0.json":                                           ClassAccountAudiobook,
		`MyData\endsong_0.json`:                                                       ClassExtended,
		"Streaming_History_Audio_24.json":                                             ClassNone,
		"my endsong_0.json":                                                           ClassNone,
		"endsong_0.txt":                                                               ClassNone,
		"Playlist1.json":                                                              ClassNone,
	} {
		if got := classOfName(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestWhereTheNameSaysNothingTheKeysDo(t *testing.T) {
	for _, c := range []struct {
		content string
		class   Class
		status  Status
	}{
		{goodRows, ClassExtended, StatusRead},
		{`[{},7,` + goodRow + `]`, ClassExtended, StatusRead},
		{`[{"conn_country":"DE","ms_played":5}]`, ClassExtended, StatusRead},
		{`[{"endTime":"2023-03-15 14:23","trackName":"x","msPlayed":1}]`, ClassAccountMusic, StatusRead},
		{`[{"endTime":"2023-03-15 14:23","podcastName":"x","msPlayed":1}]`, ClassAccountPodcast, StatusRead},
		{`[{"endTime":"2023-03-15 14:23","chapterName":"x","msPlayed":1}]`, ClassAccountAudiobook, StatusRead},
		{`{"playlists":[{"name":"x","items":[]}]}`, ClassAccountOther, StatusRead},
		{`[{"searchTime":"2023-03-15T14:23:45Z[UTC]","searchQuery":"x"}]`, ClassAccountOther, StatusRead},
		{`[{"timestamp_utc":"2023","context_time":1,"message_uri":"x"}]`, ClassTechnicalLog, StatusIgnored},
		{`{"something":"else"}`, ClassNone, StatusRead},
	} {
		r, _ := mustRead(t, loose("endsong_0.json", goodRows), loose("renamed by hand.json", c.content))
		if f := r.Files[1]; f.Class != c.class || f.Status != c.status {
			t.Errorf("%s: %s, %s (%+v), want %s, %s", c.content, f.Class, f.Status, f.Reason, c.class, c.status)
		}
	}
}

func TestWhatAFileHoldsCountsForMoreThanItsName(t *testing.T) {
	r, plays := mustRead(t, loose("StreamingHistory0.json", goodRows), loose("Streaming_History_Video_2023.json", goodRows),
		loose("my old videos.json", goodRows))
	if r.Files[0].Class != ClassExtended || plays[0].Source != SourceExtended || plays[0].Video {
		t.Errorf("%+v", r.Files[0])
	}
	// Only the name tells a video.
	for i, f := range r.Files[1:] {
		if f.Class != ClassExtendedVideo || !plays[2+2*i].Video {
			t.Errorf("%+v", f)
		}
	}
}

func TestEveryFileIsNamed(t *testing.T) {
	r, _ := mustRead(t, zipped(t,
		entry{"Spotify Account Data/StreamingHistory_music_0.json", `[]`},
		entry{"Spotify Account Data/Playlist1.json.json", `{"playlists":[]}`},
		entry{"Spotify Account Data/YourLibrary.json", `{"tracks":[]}`},
		entry{"Spotify Account Data/Wrapped2025.json", `{}`},
		entry{"Spotify Account Data/UserAddress.json", `List(Map(city -> Somewhere, street -> Some Street 1))`},
		entry{"Spotify Technical Log Information/Strange.json", `[]`},
		entry{"__MACOSX/Spotify Account Data/._Playlist1.json", "\x00\x05\x16\x07"},
		entry{"Spotify Account Data/.DS_Store", "\x00\x00\x00\x01Bud1"},
		entry{"Spotify Account Data/Read Me First.pdf", "%PDF-1.4"},
		entry{"Spotify Account Data/New Thing.json", `{"new":true}`},
		entry{"notes.txt", "to do"},
		entry{"numbers", "[1,2]"},
		entry{"old.zip", string(zipOf(t, entry{"endsong_0.json", goodRows}))},
	))
	type line struct {
		class  Class
		status Status
		code   Code
		topic  Topic
	}
	want := []line{
		{ClassAccountMusic, StatusRead, "", ""},
		{ClassAccountOther, StatusRead, "", TopicPlaylists},
		{ClassAccountOther, StatusRead, "", TopicLibrary},
		{ClassAccountOther, StatusRead, "", TopicWrapped},
		{ClassAccountOther, StatusRead, "", TopicAddress},
		{ClassTechnicalLog, StatusIgnored, CodeTelemetry, ""},
		{ClassNone, StatusIgnored, CodeMacOSFile, ""},
		{ClassNone, StatusIgnored, CodeMacOSFile, ""},
		{ClassNone, StatusIgnored, CodePDF, ""},
		{ClassNone, StatusRead, "", TopicOther},
		{ClassNone, StatusIgnored, CodeNotFromSpotify, ""},
		{ClassNone, StatusUnknown, CodeUnknownJSON, ""},
		{ClassExtended, StatusRead, "", ""},
	}
	if len(r.Files) != len(want) {
		t.Fatalf("%d files, want %d", len(r.Files), len(want))
	}
	for i, f := range r.Files {
		if w := want[i]; f.Class != w.class || f.Status != w.status || f.Reason != reasonOf(w.code) || f.Topic != w.topic {
			t.Errorf("%s: %s, %s, %+v, %q, want %+v", f.Name, f.Class, f.Status, f.Reason, f.Topic, w)
		}
	}
}

func TestAnyKeyMayBeMissingNullOrUnknown(t *testing.T) {
	p := onePlay(t, `{"ts":"2023-03-15T14:23:45Z","ms_played":1}`)
	if p.Kind != KindUnknown || p.Title != nil || p.URI != nil || p.Shuffle != Absent || p.Country != nil {
		t.Errorf("only what is required: %+v", p)
	}
	p = onePlay(t, `{"new":{"deep":[1,{"x":null}]},"ts":"2023-03-15T14:23:45Z","platform":null,"ms_played":1,
		"master_metadata_track_name":"Lanterns","skipped":null,"later":[]}`)
	if p.Kind != KindMusic || string(p.Title) != "Lanterns" || p.Skipped != Absent || p.Platform != nil {
		t.Errorf("nulls and unknown keys: %+v", p)
	}
}

func TestAddressesGoByTwoNames(t *testing.T) {
	for keys, want := range map[string]string{
		`"ip_addr":"203.0.113.7"`:                                   "203.0.113.7",
		`"ip_addr_decrypted":"2001:db8::1"`:                         "2001:db8::1",
		`"ip_addr":null,"ip_addr_decrypted":"203.0.113.7"`:          "203.0.113.7",
		`"ip_addr_decrypted":"203.0.113.7","ip_addr":"203.0.113.8"`: "203.0.113.8",
		`"ip_addr":7`: "",
	} {
		if p := onePlay(t, `{"ts":"2023-03-15T14:23:45Z","ms_played":1,`+keys+`}`); string(p.Address) != want {
			t.Errorf("%s is %q", keys, p.Address)
		}
	}
}

func TestABadRowCostsNoMoreThanItself(t *testing.T) {
	row := func(ts, ms string) string { return `{"ts":` + ts + `,"ms_played":` + ms + `}` }
	const ok = `"2023-03-15T14:23:45Z"`
	rows := []struct {
		row  string
		code Code
		key  string
	}{
		{goodRow, "", ""},
		{`17`, CodeRowNotObject, ""},
		{`null`, CodeRowNotObject, ""},
		{`[]`, CodeRowNotObject, ""},
		{`"x"`, CodeRowNotObject, ""},
		{`{}`, CodeKeyMissing, "ts"},
		{row(`null`, `1`), CodeKeyMissing, "ts"},
		{row(`17`, `1`), CodeNotTime, "ts"},
		{row(`"yesterday"`, `1`), CodeNotTime, "ts"},
		{row(`"2023-02-29T00:00:00Z"`, `1`), CodeNotTime, "ts"},
		{row(`"2100-02-29T00:00:00Z"`, `1`), CodeNotTime, "ts"},
		{row(`"2023-04-31T00:00:00Z"`, `1`), CodeNotTime, "ts"},
		{row(`"2023-13-01T00:00:00Z"`, `1`), CodeNotTime, "ts"},
		{row(`"2023-00-01T00:00:00Z"`, `1`), CodeNotTime, "ts"},
		{row(`"2023-03-00T00:00:00Z"`, `1`), CodeNotTime, "ts"},
		{row(`"2023-03-15T24:00:00Z"`, `1`), CodeNotTime, "ts"},
		{row(`"2023-03-15T23:60:00Z"`, `1`), CodeNotTime, "ts"},
		{row(`"2023-03-15T23:59:60Z"`, `1`), CodeNotTime, "ts"},
		{row(`"2023-03-15T14:23:45+15:00"`, `1`), CodeNotTime, "ts"},
		{row(`"2023-03-15T14:23:45+0"`, `1`), CodeNotTime, "ts"},
		{row(`"2023-03-15T14:23"`, `1`), CodeNotTime, "ts"},
		{row(`"0001-01-01T00:00:00Z"`, `1`), CodeStrangeTime, "ts"},
		{row(`"9999-12-31T00:00:00Z"`, `1`), CodeStrangeTime, "ts"},
		{row(ok, `null`), CodeKeyMissing, "ms_played"},
		{row(ok, `"long"`), CodeNotNumber, "ms_played"},
		{row(ok, `""`), CodeNotNumber, "ms_played"},
		{row(ok, `true`), CodeNotNumber, "ms_played"},
		{row(ok, `1.5`), CodeNotNumber, "ms_played"},
		{row(ok, `[1]`), CodeNotNumber, "ms_played"},
		{row(ok, `-1`), CodeNegative, "ms_played"},
		{row(ok, `99999999999999999999`), CodeBeyondOneWeek, "ms_played"},
		{row(ok, `604800001`), CodeBeyondOneWeek, "ms_played"},
		{`{"x":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`, CodeRowTooDeep, ""},
		{`{"x":"` + strings.Repeat("x", 300<<10) + `"}`, CodeRowTooLong, ""},
		{goodRow, "", ""},
	}
	var all []string
	want := map[string]Problem{}
	for i, r := range rows {
		all = append(all, r.row)
		if r.code != "" {
			p := want[r.key+string(r.code)]
			if p.Count++; p.Count == 1 {
				p.Code, p.Key, p.Row = r.code, r.key, i+1
			}
			want[r.key+string(r.code)] = p
		}
	}
	r, plays := mustRead(t, loose("endsong_0.json", "["+strings.Join(all, ",\n")+"]"))
	f := r.Files[0]
	if f.Status != StatusRead || f.Rows != len(rows) || len(plays) != 2 {
		t.Errorf("%s, %d rows, %d plays; want %d rows, 2 plays", f.Status, f.Rows, len(plays), len(rows))
	}
	for _, p := range f.Problems {
		if p != want[p.Key+string(p.Code)] {
			t.Errorf("got %+v, want %+v", p, want[p.Key+string(p.Code)])
		}
		delete(want, p.Key+string(p.Code))
	}
	for _, p := range want {
		t.Errorf("missing %+v", p)
	}
}

func TestTimesOfOtherProgramsAreTimes(t *testing.T) {
	const want = 1678890225 // 2023-03-15T14:23:45Z
	for _, ts := range []string{
		"2023-03-15T14:23:45Z", "2023-03-15T14:23:45.123Z", "2023-03-15T14:23:45Z[UTC]", "2023-03-15 14:23:45", "2023-03-15 14:23:45Z",
		"2023-03-15T16:23:45+02:00", "2023-03-15T16:23:45+0200", "2023-03-15 09:53:45.000000-04:30", "2023-03-15T14:23:45",
	} {
		if p := onePlay(t, `{"ts":"`+ts+`","ms_played":60000,"platform":"ios"}`); p.TS != want {
			t.Errorf("%s is %d, want %d", ts, p.TS, want)
		}
		_, plays := mustRead(t, loose("StreamingHistory_music_0.json", `[{"endTime":"`+ts+`","msPlayed":1000,"trackName":"T","artistName":"A"}]`))
		if len(plays) != 1 || plays[0].TS != want-45 {
			t.Errorf("%s in the account data is %+v, want %d", ts, plays, want-45)
		}
	}
}

// A client's clock that is fast must not let a play begin after its end.
func TestNoPlayBeginsAfterItsEnd(t *testing.T) {
	for clock, want := range map[string]string{
		"1709287100": "2024-03-01T09:58:20Z", "1709287200": "2024-03-01T10:00:00Z", // within the play
		"1709287201": "2024-03-01T09:56:40Z", "1709287300": "2024-03-01T09:56:40Z", "1709287300000": "2024-03-01T09:56:40Z", "1709297300": "2024-03-01T09:56:40Z",
	} {
		p := onePlay(t, `{"ts":"2024-03-01T10:00:00Z","ms_played":200000,"offline_timestamp":`+clock+`}`)
		if got := time.Unix(p.Start, 0).UTC().Format(time.RFC3339); got != want {
			t.Errorf("by the clock %s it began at %s, want %s", clock, got, want)
		}
	}
}

func TestRowsOfSeveralKindsInOneFileKeepTheirNames(t *testing.T) {
	const rows = `[{"endTime":"2023-02-03 10:00","msPlayed":1000,"artistName":"A","trackName":"T"},
		{"endTime":"2023-02-03 11:00","msPlayed":1000,"podcastName":"P","episodeName":"E"},
		{"endTime":"2023-02-03 12:00","msPlayed":1000,"audiobookName":"B","chapterName":"C","authorName":"W"},
		{"endTime":"2023-02-03 13:00","msPlayed":1000,"artistName":"","trackName":"T"}]`
	for _, name := range []string{"StreamingHistory.json", "StreamingHistory_podcast_0.json", "StreamingHistory_audiobook_0.json"} {
		_, plays := mustRead(t, loose(name, rows))
		got := ""
		for _, p := range plays {
			got += fmt.Sprintf("%d %s/%s/%s, ", p.Kind, p.Title, p.Creator, p.Collection)
		}
		if want := "1 T/A/, 2 E//P, 3 C/W/B, 1 T//, "; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestTheHistoryUntil2018HasNoLengths(t *testing.T) {
	const rows = `[
 {
  "artistName": "The Lanterns, A. Writer, The Lanterns",
  "trackName": "Harbour",
  "time": "2018-03-06 07:29:33"
 },
 {"artistName": "Solo Name", "trackName": "Second", "time": "2018-03-06 07:36:02"},
 {"artistName": "Unknown Artist, B. Writer", "trackName": "Third", "time": "2018-03-06 07:40"},
 {"artistName": "With a length, C. Writer", "trackName": "Fourth", "time": "2018-03-06 07:50:59", "msPlayed": 61000},
 {"artistName": "", "trackName": "Unknown Track", "time": "2018-03-06T08:00:01Z"},
 {"artistName": "x", "trackName": "y", "time": "yesterday"},
 {"artistName": "x", "trackName": "y", "time": "1018-03-06 07:29:33"},
 {"artistName": "x", "trackName": "y"}
]`
	for _, name := range []string{"StreamingHistory.json", "renamed.json"} {
		r, plays := mustRead(t, loose(name, rows))
		var got []string
		for _, p := range plays {
			got = append(got, fmt.Sprintf("%s %s %d/%s/%s %d %v", time.Unix(p.TS, 0).UTC().Format(time.TimeOnly),
				time.Unix(p.Start, 0).UTC().Format(time.TimeOnly), p.Kind, p.Title, p.Creator, p.MS, p.UnknownLength))
		}
		if want := []string{
			"07:29:33 07:29:33 1/Harbour/The Lanterns 0 true", "07:36:02 07:36:02 1/Second/Solo Name 0 true",
			"07:40:00 07:40:00 1/Third/ 0 true", "07:50:00 07:48:59 1/Fourth/With a length 61000 false",
			"08:00:01 08:00:01 0// 0 true",
		}; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		f := r.Files[0]
		if f.Class != ClassAccountMusic || f.Status != StatusRead || f.Rows != 8 || f.Unreadable != 3 || !slices.Equal(f.Problems, []Problem{
			{Code: CodeKeyMissing, Key: "endTime", Count: 1, Row: 8},
			{Code: CodeNotTime, Key: "time", Count: 1, Row: 6}, {Code: CodeStrangeTime, Key: "time", Count: 1, Row: 7},
		}) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestTextThatIsNotUTF8IsSaid(t *testing.T) {
	const bad = `[{"endTime":"2023-02-03 10:00","msPlayed":1000,"artistName":"Bj` + "\xf6" + `rk","trackName":"J` + "\xf3" + `ga"},
		{"endTime":"2023-02-03 11:00","msPlayed":1000,"artistName":"Björk","trackName":"T"}]`
	r, plays := mustRead(t, loose("StreamingHistory.json", bad), loose("Playlist1.json", `{"playlists":[{"name":"`+"\xe9té"+`"}]}`),
		loose("endsong_0.json", goodRows))
	if len(plays) != 4 {
		t.Errorf("%d plays, want 4", len(plays))
	}
	for i, want := range []Reason{{CodeNotUTF8, Figures{Count: 2}}, {CodeNotUTF8, Figures{Count: 1}}, {}} {
		if f := r.Files[i]; f.Status != StatusRead || f.Reason != want {
			t.Errorf("%s: %s, %+v, want %+v", f.Name, f.Status, f.Reason, want)
		}
	}
}

func TestWindows1252IsReadAsWhatItIs(t *testing.T) {
	windows := func(s string) string {
		b, err := charmap.Windows1252.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	const row = `{"endTime":"2023-02-03 10:%02d","msPlayed":1000,"artistName":"Björk “live”","trackName":"Jóga – %d €"}`
	rows := make([]string, 1500) // more than is looked at in one go
	for i := range rows {
		rows[i] = fmt.Sprintf(row, i%60, i)
	}
	whole := "[" + strings.Join(rows, ",\n") + "]"
	const list = `{"playlists":[{"name":"Été “à deux”"}]}`
	var documents []string
	sink := newCollector()
	r, err := Read(t.Context(), []Input{
		loose("StreamingHistory0.json", string(utf8BOM)+windows(whole)), loose("Playlist1.json", windows(list)), loose("StreamingHistory1.json", windows(whole[:len(whole)-40])),
	}, Options{Sinks: []Sink{sink}, Document: func(d Document) error {
		documents = append(documents, string(d.JSON))
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	plays := sink.kept()
	if len(plays) != 2999 {
		t.Fatalf("%d plays", len(plays))
	}
	for i, p := range plays {
		if n := i % 1500; string(p.Creator) != "Björk “live”" || string(p.Title) != fmt.Sprintf("Jóga – %d €", n) {
			t.Fatalf("play %d is %q by %q", i, p.Title, p.Creator)
		}
	}
	if len(documents) != 1 || documents[0] != list {
		t.Errorf("%q", documents)
	}
	for i, want := range []Reason{reasonOf(CodeWindows1252), reasonOf(CodeWindows1252), {CodeBreaksOff, Figures{Row: 1499}}} {
		if f := r.Files[i]; f.Reason != want {
			t.Errorf("%s: %s, %+v, want %+v", f.Name, f.Status, f.Reason, want)
		}
	}
	if r.Files[0].Rows != 1500 || r.Files[2].Rows != 1499 {
		t.Errorf("%+v", r.Files)
	}
}

func TestAccountRowsNameTheirOwnKeys(t *testing.T) {
	r, _ := mustRead(t, loose("StreamingHistory_music_0.json", `[{"endTime":"2023-02-30 10:00","msPlayed":1},{"endTime":"2023-02-03 13:30"}]`))
	got := r.Files[0].Problems
	if !slices.Equal(got, []Problem{{Code: CodeNotTime, Key: "endTime", Count: 1, Row: 1}, {Code: CodeKeyMissing, Key: "msPlayed", Count: 1, Row: 2}}) {
		t.Errorf("%+v", got)
	}
}

func TestAWrongTypeInAnOptionalFieldCostsTheFieldAlone(t *testing.T) {
	p := onePlay(t, `{"ts":"2023-03-15T14:23:45Z","ms_played":60000,"platform":7,"conn_country":{},
		"master_metadata_track_name":[],"spotify_track_uri":"spotify:track:1","shuffle":"maybe","skipped":2,
		"offline":[],"offline_timestamp":"soon","incognito_mode":null}`)
	if p.Platform != nil || p.Country != nil || p.Title != nil || p.Shuffle != Absent || p.Skipped != Absent ||
		p.Offline != Absent || p.Start != p.TS-60 || string(p.URI) != "spotify:track:1" {
		t.Errorf("%+v", p)
	}
}

func TestTextIsRawUTF8WithEscapesSurrogatesAndMistakes(t *testing.T) {
	for in, want := range map[string]string{
		`Ünïcödé`: "Ünïcödé",
		` edges `: " edges ",
		`🌙 夜の水槽 نجمة Северный`:              "🌙 夜の水槽 نجمة Северный",
		`AC\/DC \"live\" \\ \t`:             "AC/DC \"live\" \\ \t",
		`\u00e9\u4e2d`:                      "é中",
		`\ud83c\udf19!`:                     "🌙!",
		`\ud83c!`:                           "\uFFFD!",
		`\udf19\ud83c`:                      "\uFFFD\uFFFD",
		`\ud83c\u0041`:                      "\uFFFDA",
		"bad \x81\xc3( bytes":               "bad \uFFFD\uFFFD( bytes",
		"bad \xff( bytes, 夜":                "bad \uFFFD( bytes, 夜",
		"a \xdcber":                         "a Über",
		`<em>x</em>`:                        "<em>x</em>",
		"e\u0301 is not NFC":                "e\u0301 is not NFC",
		strings.Repeat("x", 2000):           strings.Repeat("x", 1024),
		strings.Repeat("日", 1000):           strings.Repeat("日", 341),
		`x` + strings.Repeat(`\u65e5`, 900): "x" + strings.Repeat("日", 341),
	} {
		p := onePlay(t, `{"ts":"2023-03-15T14:23:45Z","ms_played":1,"master_metadata_track_name":"`+in+`"}`)
		if string(p.Title) != want {
			t.Errorf("%.40s: got %.60q, want %.60q", in, p.Title, want)
		}
	}
}

func TestWhatAnEditorLeavesBehind(t *testing.T) {
	lines := "[\r\n\t" + strings.ReplaceAll(goodRow, ",", ",\r\n\t") + "\r\n]\r\n"
	unicode16 := func(s string, high, low int) string {
		b := make([]byte, 0, 2*len(s))
		for _, u := range utf16.Encode([]rune("\uFEFF" + s)) {
			two := [2]byte{byte(u), byte(u >> 8)}
			b = append(b, two[high], two[low])
		}
		return string(b)
	}
	wide := strings.ReplaceAll(goodRows, "Lanterns", "灯 🌙")
	for name, c := range map[string]struct {
		content, title string
		rows           int
	}{
		"CRLF":                 {lines, "Lanterns", 1},
		"byte order mark":      {"\xEF\xBB\xBF" + goodRows, "Lanterns", 2},
		"UTF-16 little endian": {unicode16(wide, 0, 1), "灯 🌙", 2},
		"UTF-16 big endian":    {unicode16(wide, 1, 0), "灯 🌙", 2},
		"space in front":       {"\n\n  " + goodRows, "Lanterns", 2},
		"two lists in one":     {goodRows + "\n" + goodRows, "Lanterns", 4},
	} {
		t.Run(name, func(t *testing.T) {
			for _, in := range []Input{loose("endsong_0.json", c.content), zipped(t, entry{"endsong_0.json", c.content})} {
				r, plays := mustRead(t, in)
				if len(plays) != c.rows || string(plays[0].Title) != c.title {
					t.Errorf("%d plays, %+v", len(plays), r.Files)
				}
			}
		})
	}
}

func TestLayoutsKeyOrdersAndTypes(t *testing.T) {
	for name, rows := range map[string]string{
		"pretty":     "[\n  {\n    \"ts\": \"2023-03-15T14:23:45Z\",\n    \"ms_played\": 215000\n  },\n  {\n    \"ts\": \"2023-03-15T14:23:45Z\",\n    \"ms_played\": 215000\n  }\n]",
		"spaced":     "[ {\n  \"ts\" : \"2023-03-15T14:23:45Z\",\n  \"ms_played\" : 215000\n}, {\n  \"ts\" : \"2023-03-15T14:23:45Z\",\n  \"ms_played\" : 215000\n} ]",
		"minified":   `[{"ts":"2023-03-15T14:23:45Z","ms_played":215000},{"ts":"2023-03-15T14:23:45Z","ms_played":215000}]`,
		"mixed":      `[{"ms_played":215000,"ts":"2023-03-15T14:23:45Z"},{ "ts":"2023-03-15T14:23:45Z" , "ms_played":215000}]`,
		"strings":    `[{"ts":"2023-03-15T14:23:45Z","ms_played":"215000"},{"ts":"2023-03-15T14:23:45.999Z[UTC]","ms_played":"2.15e5"}]`,
		"floats":     `[{"ts":"2023-03-15T14:23:45Z","ms_played":215000.0},{"ts":"2023-03-15T14:23:45.1Z","ms_played":2.15E+5}]`,
		"duplicates": `[{"ts":7,"ts":"2023-03-15T14:23:45Z","ms_played":1,"ms_played":215000},{"ts":null,"ms_played":[],"ts":"2023-03-15T14:23:45Z","ms_played":215000}]`,
		"escaped":    `[{"\u0074\u0073":"2023-03-15T14:23:45Z","ms\u005fplayed":215000},{"ts":"2023-03-15T14:23:45\u005a","ms_played":"\u003215000"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			_, plays := mustRead(t, loose("endsong_0.json", rows))
			if len(plays) != 2 {
				t.Fatalf("%d plays", len(plays))
			}
			for _, p := range plays {
				if p.TS != unix(t, "2023-03-15T14:23:45Z") || p.MS != 215_000 {
					t.Errorf("%+v", p)
				}
			}
		})
	}
}

func TestBooleansInAllTheirForms(t *testing.T) {
	for in, want := range map[string]Tri{
		`true`: True, `false`: False, `null`: Absent, `"true"`: True, `"False"`: False, `1`: True, `0`: False,
		`"1"`: True, `"0"`: False, `""`: Absent, `2`: Absent, `{}`: Absent,
	} {
		p := onePlay(t, `{"ts":"2023-03-15T14:23:45Z","ms_played":1,"shuffle":`+in+`,"skipped":`+in+`,"offline":`+in+`,"incognito_mode":`+in+`}`)
		if p.Shuffle != want || p.Skipped != want || p.Offline != want || p.Incognito != want {
			t.Errorf("%s: %+v, want %d", in, p, want)
		}
	}
}

func TestTheContentIsToldByItsURIsAndThenByItsNames(t *testing.T) {
	for _, c := range []struct {
		row  string
		want Play
	}{
		{`"spotify_track_uri":"spotify:track:1","master_metadata_track_name":"T","master_metadata_album_artist_name":"A","master_metadata_album_album_name":"L"`,
			Play{Kind: KindMusic, URI: []byte("spotify:track:1"), Title: []byte("T"), Creator: []byte("A"), Collection: []byte("L")}},
		{`"spotify_episode_uri":"spotify:episode:1","episode_name":"E","episode_show_name":null`,
			Play{Kind: KindPodcast, URI: []byte("spotify:episode:1"), Title: []byte("E")}},
		{`"spotify_track_uri":"spotify:track:1","spotify_episode_uri":"spotify:episode:1","episode_name":"E","episode_show_name":"S"`,
			Play{Kind: KindPodcast, URI: []byte("spotify:episode:1"), Title: []byte("E"), Collection: []byte("S")}},
		{`"spotify_track_uri":"spotify:track:1","audiobook_uri":"spotify:show:1","audiobook_title":"B","audiobook_chapter_uri":"spotify:episode:2","audiobook_chapter_title":null`,
			Play{Kind: KindAudiobook, URI: []byte("spotify:episode:2"), Collection: []byte("B")}},
		{`"audiobook_title":"B","episode_name":"E"`, Play{Kind: KindAudiobook, Collection: []byte("B")}},
		{`"episode_name":"E","master_metadata_track_name":"T"`, Play{Kind: KindPodcast, Title: []byte("E")}},
		{`"master_metadata_track_name":"T","master_metadata_album_artist_name":"A"`, Play{Kind: KindMusic, Title: []byte("T"), Creator: []byte("A")}},
		{`"master_metadata_track_name":null`, Play{Kind: KindUnknown}},
		{`"master_metadata_track_name":"","spotify_track_uri":""`, Play{Kind: KindUnknown}},
	} {
		got := onePlay(t, `{"ts":"2023-03-15T14:23:45Z","ms_played":0,`+c.row+`}`)
		c.want.TS, c.want.Start = got.TS, got.TS
		if !equalPlays(&got, &c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", c.row, got, c.want)
		}
	}
}

func TestTheStartIsTheClientsClockWhereItIsSane(t *testing.T) {
	const ts, ms = "2023-03-15T14:23:45Z", 215_000
	end := unix(t, ts)
	for in, want := range map[string]int64{
		`null`: end - 215, `0`: end - 215, `1`: end - 215, `"x"`: end - 215, `-5`: end - 215,
		fmt.Sprint(end - 100):                       end - 100,
		fmt.Sprintf(`"%d"`, end-100):                end - 100,
		fmt.Sprint((end-100)*1000 + 123):            end - 100,
		fmt.Sprintf("%d.0", end-100):                end - 100,
		fmt.Sprint(end):                             end,
		fmt.Sprint(end + 1):                         end - 215,
		fmt.Sprint(end - 30*86400 + 1):              end - 30*86400 + 1,
		fmt.Sprint(end - 30*86400):                  end - 215,
		fmt.Sprint(unix(t, "2007-12-31T23:59:59Z")): end - 215,
		`99999999999999999999999`:                   end - 215,
	} {
		p := onePlay(t, fmt.Sprintf(`{"ts":%q,"ms_played":%d,"offline_timestamp":%s}`, ts, ms, in))
		if p.Start != want {
			t.Errorf("offline_timestamp %s: start %d, want %d", in, p.Start-end, want-end)
		}
	}
}

func TestCountriesAreTwoLettersOrNone(t *testing.T) {
	for in, want := range map[string]string{"DE": "DE", "ZZ": "", "": "", "DEU": "", "D1": "", "é": ""} {
		p := onePlay(t, `{"ts":"2023-03-15T14:23:45Z","ms_played":1,"conn_country":"`+in+`"}`)
		if string(p.Country) != want || (want == "") != (p.Country == nil) {
			t.Errorf("%q: %q", in, p.Country)
		}
	}
}

func TestAccountHistory(t *testing.T) {
	r, plays := mustRead(t, zipped(t,
		entry{"StreamingHistory_music_0.json", `[
			{"endTime":"2023-02-03 13:30","artistName":"A","trackName":"T","msPlayed":30233},
			{"endTime":"2023-02-03 13:31","artistName":"Unknown Artist","trackName":"Unknown Track","msPlayed":0},
			{"endTime":"2023-02-03 13:32","trackName":"T","msPlayed":5}]`},
		entry{"StreamingHistory_podcast_0.json", `[{"endTime":"2023-02-03 13:33","podcastName":"S","episodeName":"E","msPlayed":1}]`},
		entry{"StreamingHistory_audiobook_0.json", `[{"endTime":"2023-02-03 13:34","audiobookName":"B","chapterName":"C","authorName":"W","msPlayed":2}]`},
	))
	at := unix(t, "2023-02-03T13:30:00Z")
	want := []Play{
		{TS: at, Start: at - 30, MS: 30233, Kind: KindMusic, Title: []byte("T"), Creator: []byte("A")},
		{TS: at + 60, Start: at + 60, Kind: KindUnknown},
		{TS: at + 120, Start: at + 120, MS: 5, Kind: KindMusic, Title: []byte("T")},
		{TS: at + 180, Start: at + 180, MS: 1, Kind: KindPodcast, Title: []byte("E"), Collection: []byte("S")},
		{TS: at + 240, Start: at + 240, MS: 2, Kind: KindAudiobook, Title: []byte("C"), Collection: []byte("B"), Creator: []byte("W")},
	}
	slices.SortFunc(plays, func(a, b Play) int { return int(a.TS - b.TS) })
	if len(plays) != len(want) {
		t.Fatalf("%d plays: %+v", len(plays), r.Files)
	}
	for i := range want {
		want[i].Source = SourceAccount
		if !equalPlays(&plays[i], &want[i]) {
			t.Errorf("row %d:\n got %+v\nwant %+v", i, plays[i], want[i])
		}
	}
	if f := r.Files[0]; f.First != at || f.Last != at+120 {
		t.Errorf("from %d to %d", f.First, f.Last)
	}
}

func TestDuplicatesAndEqualTimesArePassedOn(t *testing.T) {
	_, plays := mustRead(t, loose("endsong_0.json", goodRows), loose("endsong_1.json", goodRows))
	if len(plays) != 4 {
		t.Errorf("%d plays, want 4: merging is not this package's business", len(plays))
	}
}

func TestFilesThatBreakOffKeepWhatCameBefore(t *testing.T) {
	for _, c := range []struct {
		content string
		rows    int
		status  Status
		reason  Reason
	}{
		{"[" + goodRow + "," + goodRow, 2, StatusPartly, Reason{CodeBreaksOff, Figures{Row: 2}}},
		{"[" + goodRow + "," + goodRow[:40], 1, StatusPartly, Reason{CodeBreaksOff, Figures{Row: 1}}},
		{"[" + goodRow[:40], 0, StatusPartly, reasonOf(CodeBreaksOffAtOnce)},
		{"[" + goodRow + ",", 1, StatusPartly, Reason{CodeBreaksOff, Figures{Row: 1}}},
		{"[" + goodRow + ",}]", 1, StatusPartly, Reason{CodeNotJSONAfter, Figures{Row: 1}}},
		{"[" + goodRow + "] and more", 1, StatusPartly, Reason{CodeNotJSONAfter, Figures{Row: 1}}},
		{"[" + goodRow + `,{"ts":` + strings.Repeat("1", 300<<10), 1, StatusPartly, Reason{CodeBreaksOff, Figures{Row: 1}}},
		{"[oops]", 0, StatusUnknown, reasonOf(CodeNotJSON)},
		{`{"ts":1}`, 0, StatusUnknown, reasonOf(CodeNotPlays)},
		{"List(Map(", 0, StatusUnknown, reasonOf(CodeNotJSON)},
		{"", 0, StatusUnknown, reasonOf(CodeEmptyFile)},
		{" \n", 0, StatusUnknown, reasonOf(CodeEmptyFile)},
		{"[]", 0, StatusRead, Reason{}},
	} {
		r, plays := mustRead(t, zipped(t, entry{"endsong_0.json", goodRows}, entry{"endsong_1.json", c.content}))
		f := r.Files[1]
		if f.Status != c.status || f.Rows != c.rows || f.Reason != c.reason || len(plays) != 2+c.rows {
			t.Errorf("%.60s: %s, %d rows, %d plays, %+v", c.content, f.Status, f.Rows, len(plays), f.Reason)
		}
	}
}

func TestFilesKeepTheOrderOfInputsAndArchives(t *testing.T) {
	long := "[" + strings.Repeat(goodRow+",", 99) + goodRow + "]"
	inputs := []Input{
		zipped(t, entry{"x/endsong_10.json", goodRows}, entry{"x/endsong_2.json", long}, entry{"x/Follow.json", "{}"}),
		loose("endsong_0.json", goodRows),
	}
	sinks := []*collector{newCollector(), newCollector(), newCollector(), newCollector(), newCollector()}
	var o Options
	for _, s := range sinks {
		o.Sinks = append(o.Sinks, s)
	}
	r, err := Read(t.Context(), inputs, o)
	if err != nil {
		t.Fatal(err)
	}
	checkReceipt(t, r, sinks...)
	var names []string
	for _, f := range r.Files {
		names = append(names, f.Package+":"+f.Name)
	}
	want := []string{"package.zip:x/endsong_10.json", "package.zip:x/endsong_2.json", "package.zip:x/Follow.json", "endsong_0.json:endsong_0.json"}
	if !slices.Equal(names, want) {
		t.Errorf("%q", names)
	}
	if got := r.Totals(); got.Rows != 104 || got.FilesRead != 4 || got.Documents != 1 {
		t.Errorf("%+v", got)
	}
}

func TestProgressEndsWithEverything(t *testing.T) {
	var last Progress
	calls := 0
	in := zipped(t, entry{"endsong_0.json", goodRows}, entry{"endsong_1.json", goodRows})
	_, err := Read(t.Context(), []Input{in}, Options{
		Sinks:    []Sink{newCollector(), newCollector()},
		Progress: func(p Progress) { last = p; calls++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Progress{Files: 2, FilesAll: 2, Rows: 4, Bytes: int64(2 * len(goodRows)), BytesAll: int64(2 * len(goodRows))}
	if last != want || calls == 0 {
		t.Errorf("%+v after %d calls, want %+v", last, calls, want)
	}
}

// stopping cancels its context with the first play.
type stopping struct {
	*collector
	cancel context.CancelFunc
}

func (s *stopping) Add(*Play) error {
	s.cancel()
	return nil
}

func TestACancelledContextEndsTheRead(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rows := 0
	long := "[" + strings.Repeat(goodRow+",", 200_000) + goodRow + "]"
	_, err := Read(ctx, []Input{loose("endsong_0.json", long)}, Options{
		Sinks:    []Sink{&stopping{newCollector(), cancel}},
		Progress: func(p Progress) { rows = int(p.Rows) },
	})
	if !errors.Is(err, context.Canceled) || rows > 100_000 {
		t.Errorf("%v after %d rows", err, rows)
	}
	if _, err := Read(ctx, []Input{zipped(t, entry{"endsong_0.json", goodRows})}, Options{Sinks: []Sink{newCollector()}}); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
}

// refusing is a sink that fails.
type refusing struct {
	*collector
	err error
}

func (s *refusing) Add(*Play) error { return s.err }

func TestASinksErrorEndsTheRead(t *testing.T) {
	full := errors.New("full")
	_, err := Read(t.Context(), []Input{loose("endsong_0.json", goodRows)}, Options{Sinks: []Sink{&refusing{newCollector(), full}}})
	if !errors.Is(err, full) {
		t.Error(err)
	}
}

// failingDisk fails beyond a position.
type failingDisk struct {
	io.ReaderAt
	good int64
	err  error
}

func (d *failingDisk) ReadAt(p []byte, off int64) (int, error) {
	if off >= d.good {
		return 0, d.err
	}
	return d.ReaderAt.ReadAt(p, off)
}

func TestADiskThatFailsIsNoDamagedPackage(t *testing.T) {
	broken := errors.New("input/output error")
	pkg := zipOf(t, entry{"endsong_0.json", goodRows})
	lost := fmt.Errorf("%w: %w", broken, io.EOF)
	long := "[" + strings.Repeat(goodRow+",", 9_999) + goodRow + "]"
	two := long + strings.Repeat(" ", scanBytes) + goodRows
	for name, in := range map[string]Input{
		"archive": {"a.zip", &failingDisk{bytes.NewReader(pkg), 10, broken}, int64(len(pkg))},
		"at once": {"a.json", &failingDisk{strings.NewReader(long), 0, broken}, int64(len(long))},
		"midway":  {"a.json", &failingDisk{strings.NewReader(long), 300_000, broken}, int64(len(long))},
		// A store over a network loses its connection: that is not the end of the file,
		// even where a list of rows ends.
		"lost midway":        {"a.json", &failingDisk{strings.NewReader(long), 300_000, lost}, int64(len(long))},
		"lost between lists": {"a.json", &failingDisk{strings.NewReader(two), int64(len(long)) + 100, lost}, int64(len(two))},
	} {
		_, err := Read(t.Context(), []Input{in}, Options{Sinks: []Sink{newCollector()}})
		var refused *InputError
		if !errors.Is(err, broken) || errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNamesOnTheReceiptAreFitToPrint(t *testing.T) {
	r, _ := mustRead(t, zipped(t, entry{"endsong_0.json", goodRows}, entry{"a\nb\xff\x1b[31m" + strings.Repeat("x", 400) + ".txt", "x"}))
	if got := r.Files[1].Name; strings.ContainsAny(got, "\n\x1b") || !utf8.ValidString(got) || len(got) > 250 {
		t.Errorf("%q", got)
	}
}
