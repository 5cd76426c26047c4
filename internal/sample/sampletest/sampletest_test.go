package sampletest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export/exporttest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
)

var (
	from = time.Date(2017, 3, 1, 0, 0, 0, 0, time.UTC)
	to   = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
)

func TestExtendedIsReadAsPromised(t *testing.T) {
	plays := 20_000
	if testing.Short() {
		plays = 5_000
	}
	for name, g := range map[string]Generation{"v1": V1, "v2": V2, "v3a": V3a, "v3b": V3b, "v4": V4} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			want, err := Extended(&b, Options{Plays: plays, Seed: 3, Generation: g, From: from, To: to})
			if err != nil {
				t.Fatal(err)
			}
			got, _ := exporttest.ReadBack(t, b.Bytes())
			if sample.Counts(got.Counts) != want {
				t.Errorf("\n got %+v\nwant %+v", got.Counts, want)
			}
			if want.Rows != plays || want.Distinct >= want.Rows || want.Distinct < want.Rows*96/100 {
				t.Errorf("rows %d, distinct %d", want.Rows, want.Distinct)
			}
			if want.First < from.Unix() || want.Last >= to.Unix() {
				t.Errorf("history from %v to %v", time.Unix(want.First, 0), time.Unix(want.Last, 0))
			}
		})
	}
}

func TestAccountIsTheSamePersonsLastYear(t *testing.T) {
	o := Options{Plays: 40_000, Seed: 3, Generation: V3b, From: from, To: to}
	var whole, year bytes.Buffer
	if _, err := Extended(&whole, o); err != nil {
		t.Fatal(err)
	}
	want, err := Account(&year, o)
	if err != nil {
		t.Fatal(err)
	}
	got, receipt := exporttest.ReadBack(t, year.Bytes())
	if sample.Counts(got.Counts) != want {
		t.Errorf("\n got %+v\nwant %+v", got.Counts, want)
	}
	if want.First < to.AddDate(-1, 0, 0).Unix()-60 {
		t.Errorf("the account data begins at %v", time.Unix(want.First, 0).UTC())
	}
	// Every row of the year is one of the whole history's.
	plays := map[string]bool{}
	extended, _ := exporttest.ReadBack(t, whole.Bytes())
	for _, m := range extended.Minutes {
		plays[m] = true
	}
	for _, m := range got.Minutes {
		if !plays[m] {
			t.Fatalf("%q is not in the extended history", m)
		}
	}
	unknown := 0
	for _, f := range receipt.Files {
		if f.Status == export.StatusUnknown {
			unknown++
		}
	}
	if unknown != 0 {
		t.Errorf("%d files are not understood", unknown)
	}
}

func TestThePackageIsMadeAsSpotifyMakesIt(t *testing.T) {
	var b bytes.Buffer
	if _, err := Extended(&b, Options{Plays: 40_000, Seed: 1, Generation: V3b, From: from, To: to}); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.Flags != 0x808 || f.CreatorVersion>>8 != 0 || f.ExternalAttrs != 0 {
			t.Errorf("%s: flags %#x, system %d, attributes %#x", f.Name, f.Flags, f.CreatorVersion>>8, f.ExternalAttrs)
		}
		if f.UncompressedSize64 > sample.MaxFileBytes {
			t.Errorf("%s: %d bytes", f.Name, f.UncompressedSize64)
		}
	}
	folder := z.File[len(z.File)-1]
	if !strings.HasSuffix(folder.Name, "/") || folder.UncompressedSize64 != 11 {
		t.Errorf("last entry %s with %d bytes, want the folder with 11", folder.Name, folder.UncompressedSize64)
	}
	// 12.6 MB a file, numbered from 0 where there are several.
	var names []string
	for _, f := range z.File {
		names = append(names, path.Base(f.Name))
	}
	want := []string{
		"Streaming_History_Audio_2017-2022_0.json", "Streaming_History_Audio_2022-2024_1.json",
		"Streaming_History_Audio_2024-2026_2.json", "Streaming_History_Video_2023-2026.json",
		"Spotify Extended Streaming History",
	}
	if !slices.Equal(names, want) {
		t.Errorf("files %q, want %q", names, want)
	}
}

func TestEveryFileIsJSON(t *testing.T) {
	for _, g := range []Generation{V1, V2, V3a, V3b, V4} {
		var b bytes.Buffer
		if _, err := Extended(&b, Options{Plays: 2_000, Seed: 5, Generation: g, From: from, To: to}); err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		keys := map[Generation]int{V1: 24, V2: 21, V3a: 19, V3b: 23, V4: 23}[g]
		for _, f := range z.File[:len(z.File)-1] {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			raw, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			var rows []map[string]any
			if err := json.Unmarshal(raw, &rows); err != nil {
				t.Fatalf("generation %d, %s: %v", g, f.Name, err)
			}
			for _, row := range rows {
				if len(row) != keys {
					t.Fatalf("generation %d: %d keys, want %d", g, len(row), keys)
				}
			}
		}
	}
}

func TestSmallHistoriesAreWholeToo(t *testing.T) {
	for seed := range uint64(40) {
		if testing.Short() && seed%5 > 0 {
			continue
		}
		for _, days := range []int{1, 5, 60} {
			o := Options{Plays: int(seed), Seed: seed, From: from, To: from.AddDate(0, 0, days)}
			if c, err := Extended(io.Discard, o); err != nil || c.Rows != o.Plays {
				t.Errorf("%d rows of %d in %d days, %v", c.Rows, o.Plays, days, err)
			}
		}
	}
}

func TestTheSameOptionsGiveTheSameBytes(t *testing.T) {
	var a, b bytes.Buffer
	o := Options{Plays: 3_000, Seed: 9, From: from, To: to}
	for _, w := range []*bytes.Buffer{&a, &b} {
		if _, err := Extended(w, o); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two runs differ")
	}
}

func TestTechnicalLog(t *testing.T) {
	o := Options{Plays: 2000, Seed: 5, From: to.AddDate(-2, 0, 0), To: to}
	var b, again bytes.Buffer
	counts, err := TechnicalLog(&b, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := TechnicalLog(&again, o); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Fatalf("the same options give other bytes: %v", err)
	}
	kept := ""
	r, err := export.Read(t.Context(), []export.Input{{Name: "log.zip", R: bytes.NewReader(b.Bytes()), Size: int64(b.Len())}},
		export.Options{Sinks: []export.Sink{exporttest.NewPlays()}, Document: func(d export.Document) error {
			kept += string(d.JSON)
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	if s := r.Totals(); s.Changes != counts.Changes || s.Telemetry != counts.Telemetry || counts.Changes < 200 || counts.Telemetry < 200 || s.Rows != 0 {
		t.Errorf("%+v, want %+v", s, counts)
	}
	for _, secret := range []string{"203.0.113.", "sample-listener", "5a3b0c9d", "session", `"context_`, "Sample phone"} {
		if strings.Contains(kept, secret) {
			t.Errorf("%q was kept", secret)
		}
	}
}
