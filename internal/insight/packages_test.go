package insight_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// packages is the folder of genuine packages with invented content, beside the
// repository where it is there.
const packages = "../../../shared/exports"

func openPackage(t testing.TB, name string) *dataset.Dataset {
	t.Helper()
	f, err := os.Open(filepath.Join(packages, name))
	if err != nil {
		t.Skipf("the packages are not there: %v", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return imported(t, f, info.Size())
}

// generated is the history of an invented listener until 1 March 2026.
func generated(t testing.TB, plays, years int) *dataset.Dataset {
	t.Helper()
	to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var zip bytes.Buffer
	if _, err := sampletest.Extended(&zip, sampletest.Options{Plays: plays, Seed: 1, From: to.AddDate(-years, 0, 0), To: to}); err != nil {
		t.Fatal(err)
	}
	return imported(t, bytes.NewReader(zip.Bytes()), int64(zip.Len()))
}

func imported(t testing.TB, r io.ReaderAt, size int64) *dataset.Dataset {
	t.Helper()
	v := vault.New(vault.Config{Bucket: memory.New(time.Now), Now: time.Now})
	res, err := importer.New(importer.Config{Vault: v, Now: time.Now}).Import(t.Context(), importer.Job{
		Inputs:  []export.Input{{Name: "package.zip", R: r, Size: size}},
		Expires: time.Now().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	return res.Dataset
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	tz, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return tz
}

// figures are those of a history in a zone that were computed apart.
type figures struct {
	longest     string // the day and its hours
	hours       string
	streak      string // the days and the last of them
	artists2025 string // new ones of all
	sessions    int
}

func figuresOf(d *dataset.Dataset, tz *time.Location) (f figures) {
	s := d.Select(lens.Lens{Min: lens.DefaultMin, TZ: tz})
	cal := insight.Days(s)
	r := insight.RemarkableDays(s)
	streak := cal.LongestStreak()
	f.longest = fmt.Sprintf("%s: %.1f", day(r.Longest), hours(r.LongestMs))
	f.hours = fmt.Sprintf("%.0f", hours(cal.Total().Ms))
	f.streak = fmt.Sprintf("%d to %v", streak.Days(), streak.Last)
	for _, y := range insight.Years(s) {
		if y.Year == 2025 {
			f.artists2025 = fmt.Sprintf("%d of %d", y.Artists.New, y.Artists.Heard)
		}
	}
	f.sessions = d.Derive().Sessions()
	return f
}

func hours(ms int64) float64 { return float64(ms) / 3_600_000 }

func TestFiguresOfAPackage(t *testing.T) {
	d := openPackage(t, "extended-v3-2026-59k.zip")
	for tz, want := range map[string]figures{
		"UTC":           {"2026-01-27: 13.1", "2589", "37 to 2026-02-04", "127 of 202", 1840},
		"Europe/Warsaw": {"2026-01-27: 12.9", "2589", "38 to 2026-02-05", "127 of 202", 1840},
	} {
		if got := figuresOf(d, zone(t, tz)); got != want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", tz, got, want)
		}
	}
}

func TestErasOfAPackage(t *testing.T) {
	d := openPackage(t, "extended-v3-2026-59k.zip")
	eras := insight.Eras(d.Select(lens.Lens{Min: lens.DefaultMin, TZ: zone(t, "Europe/Warsaw")}))
	if len(eras) != 6 {
		t.Fatalf("%d eras, want six", len(eras))
	}
	e := eras[2]
	share := float64(e.Artists[0].Ms) / float64(e.Artists[0].AllMs)
	if got, want := fmt.Sprintf("%v to %v: %.0f %% of %s", e.From, e.To, 100*share, e.Artists[0].Name), "2021-03-01 to 2022-01-31: 73 % of Skiims"; got != want {
		t.Errorf("the third is %s, want %s", got, want)
	}
}

// TestFiguresOfAGeneratedPackage: the same figures of a package that is made for
// the test, computed apart as well.
func TestFiguresOfAGeneratedPackage(t *testing.T) {
	d := generated(t, 12_000, 4)
	for tz, want := range map[string]figures{
		"UTC":           {"2025-04-05: 2.8", "610", "199 to 2024-11-17", "76 of 271", 2201},
		"Europe/Warsaw": {"2025-01-04: 2.7", "610", "99 to 2023-02-23", "76 of 271", 2201},
	} {
		if got := figuresOf(d, zone(t, tz)); got != want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", tz, got, want)
		}
	}
	var names []string
	for _, e := range insight.Eras(d.Select(lens.Lens{Min: lens.DefaultMin})) {
		names = append(names, fmt.Sprintf("%v %d %s", e.From, e.Months, e.Artists[0].Name))
	}
	if got, want := strings.Join(names, "; "), "2022-03-03 17 Velvet Harbour; 2023-08-01 15 夜の水槽; 2024-11-01 16 نجمة الصحراء"; got != want {
		t.Errorf("eras: %s, want %s", got, want)
	}
}
