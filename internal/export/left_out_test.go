package export

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestFilesThatWereNotSentAreOnTheReceipt(t *testing.T) {
	const log = "Spotify Technical Log Information/"
	r, plays := mustRead(t, zipped(t,
		entry{"MyData/endsong_0.json", goodRows},
		entry{LeftOutList, `{"files":[{"name":"` + log + `Connection\nError.json","bytes":12345,"log":true},{"name":"MyData/holiday.mp4","bytes":9007199254740992,"kind":"new"}],"more":7}`},
	))
	want := []File{
		{Package: "package.zip", Name: "MyData/endsong_0.json", Class: ClassExtended, Status: StatusRead},
		{Package: "package.zip", Name: log + "Connection�Error.json", Bytes: 12345, Class: ClassTechnicalLog, Status: StatusIgnored, Reason: reasonOf(CodeLeftOut)},
		{Package: "package.zip", Name: "MyData/holiday.mp4", Bytes: 1 << 53, Class: ClassNone, Status: StatusIgnored, Reason: reasonOf(CodeLeftOut)},
		{Package: "package.zip", Name: LeftOutList, Class: ClassNone, Status: StatusIgnored, Reason: Reason{CodeMoreLeftOut, Figures{Count: 7}}},
	}
	if len(r.Files) != len(want) || len(plays) != 2 {
		t.Fatalf("%d plays, %+v", len(plays), r.Files)
	}
	for i, w := range want {
		f := r.Files[i]
		if f.Package != w.Package || f.Name != w.Name || w.Bytes != 0 && f.Bytes != w.Bytes || f.Class != w.Class || f.Status != w.Status || f.Reason != w.Reason {
			t.Errorf("line %d: %+v, want %+v", i, f, w)
		}
	}
	if got, want := r.Totals(), (Totals{Files: 1, FilesRead: 1, FilesLeftOut: 9, Rows: 2}); got != want {
		t.Errorf("totals %+v, want %+v", got, want)
	}
}

// TestAListOfWhatWasNotSentIsDoubted: anybody can write one.
func TestAListOfWhatWasNotSentIsDoubted(t *testing.T) {
	const file = `{"name":"a.mp4","bytes":1}`
	for name, list := range map[string]string{
		"nothing":        ``,
		"not JSON":       `{"files":[` + file,
		"two values":     `{"files":[` + file + `]}{}`,
		"a list":         `[` + file + `]`,
		"no files":       `{"files":[],"more":3}`,
		"other types":    `{"files":[{"name":1,"bytes":1}]}`,
		"fractions":      `{"files":[{"name":"a","bytes":1.5}]}`,
		"no name":        `{"files":[{"name":"","bytes":1}]}`,
		"less than none": `{"files":[{"name":"a","bytes":-1}]}`,
		"too much":       `{"files":[{"name":"a","bytes":9007199254740993}]}`,
		"fewer":          `{"files":[` + file + `],"more":-1}`,
		"many more":      `{"files":[` + file + `],"more":9223372036854775807}`,
		"too many":       `{"files":[` + strings.Repeat(file+",", maxLeftOutFiles) + file + `]}`,
		"too long":       `{"files":[` + file + `],"x":"` + strings.Repeat("x", maxLeftOutBytes) + `"}`,
		"not UTF-8":      "{\"files\":[{\"name\":\"\xff\",\"bytes\":1}]}",
	} {
		t.Run(name, func(t *testing.T) {
			r, plays := mustRead(t, zipped(t, entry{LeftOutList, list}, entry{"endsong_0.json", goodRows}))
			if len(plays) != 2 || len(r.Files) != 2 || r.Files[0].Reason.Code != CodeLeftOutListUnusable || r.Files[0].Status != StatusUnknown {
				t.Errorf("%d plays, %+v", len(plays), r.Files)
			}
		})
	}

	// Elsewhere the name means nothing.
	r, _ := mustRead(t, zipped(t, entry{"MyData/" + LeftOutList, `{"files":[` + file + `]}`}, entry{"endsong_0.json", goodRows}), loose(LeftOutList, `{"files":[`+file+`]}`))
	if slices.ContainsFunc(r.Files, func(f File) bool { return f.LeftOut() > 0 }) {
		t.Errorf("read as a list: %+v", r.Files)
	}
}

// TestListsOfWhatWasNotSentAreBounded: their lines count like entries, over all
// archives of an upload.
func TestListsOfWhatWasNotSentAreBounded(t *testing.T) {
	full := `{"files":[` + strings.Repeat(`{"name":"a","bytes":1},`, maxLeftOutFiles-1) + `{"name":"a","bytes":1}]}`
	var inside []entry
	for i := range 30 {
		inside = append(inside, entry{fmt.Sprintf("%d.zip", i), string(zipOf(t, entry{LeftOutList, full}, entry{"Follow.json", "{}"}))})
	}
	r, _ := mustRead(t, zipped(t, append(inside, entry{"endsong_0.json", goodRows})...))
	if len(r.Files) > DefaultLimits.ArchiveEntries || !slices.ContainsFunc(r.Files, func(f File) bool { return f.Reason.Code == CodeTooManyEntries }) {
		t.Errorf("%d lines", len(r.Files))
	}
}

// TestNothingButTelemetryIsRefusedAlike, whether it was sent or not.
func TestNothingButTelemetryIsRefusedAlike(t *testing.T) {
	const name = "Spotify Technical Log Information/ConnectionError.json"
	whole := zipped(t, entry{name, `[{"timestamp_utc":"2024","context_ip":"203.0.113.7"}]`})
	packed := zipped(t, entry{LeftOutList, `{"files":[{"name":"` + name + `","bytes":60,"log":true}]}`})
	for _, in := range []Input{whole, packed} {
		if _, err := Read(t.Context(), []Input{in}, Options{Sinks: []Sink{newCollector()}}); err != nil {
			t.Error(err) // it is Spotify's; that nothing can be made of it is said by NoHistory
		}
	}
	_, err := Read(t.Context(), []Input{zipped(t, entry{LeftOutList, `{"files":[{"name":"a.mp4","bytes":60}]}`})}, Options{Sinks: []Sink{newCollector()}})
	var refusal *InputError
	if !errors.As(err, &refusal) || refusal.Code != CodeNotSpotify {
		t.Errorf("a ZIP of which nothing was sent: %v", err)
	}
}

// TestThePageKeepsWhatIsReadHere compares the rules of the page with those of this
// package, as far as they are written down twice.
func TestThePageKeepsWhatIsReadHere(t *testing.T) {
	script, err := os.ReadFile("../../static/archive.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/" + changeFile.String() + "/", `"` + LeftOutList + `"`, fmt.Sprintf("listedFiles = %d;", maxLeftOutFiles)} {
		if !strings.Contains(string(script), want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	media := regexp.MustCompile(`media = /\\\.\((.*)\)\$/i`).FindStringSubmatch(string(script))
	if media == nil {
		t.Fatal("the page does not say what media are")
	}
	for ending := range strings.SplitSeq(media[1], "|") {
		if name := "x." + strings.ReplaceAll(ending, "?", ""); !isUnrelated(name) {
			t.Errorf("%s is left out by the page, and a reason to worry here", name)
		}
	}
}
