package uploads

import (
	"bytes"
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/identity"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

var update = flag.Bool("update", false, "write the record of the sample into sample_days.txt")

// TestTheStartPageShowsTheRecordOfTheSample: the last year of the invented life,
// whose days are the same whenever it is made.
func TestTheStartPageShowsTheRecordOfTheSample(t *testing.T) {
	if testing.Short() && !*update {
		t.Skip("it imports the whole sample")
	}
	day := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	zips, err := makeSample(day)
	if err != nil {
		t.Fatal(err)
	}
	job := importer.Job{Expires: time.Now().Add(time.Hour)}
	for _, z := range zips {
		job.Inputs = append(job.Inputs, export.Input{Name: z.name, R: bytes.NewReader(z.content), Size: int64(len(z.content))})
	}
	v := vault.New(vault.Config{Bucket: memory.New(time.Now), Now: time.Now})
	res, err := importer.New(importer.Config{Vault: v, Now: time.Now}).Import(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	_, last := res.Dataset.Span()
	to := lens.DateIn(last, time.UTC)
	record := insight.RecordOf(res.Dataset.Select(lens.Lens{Min: lens.DefaultMin, From: to.AddDays(-364), To: to}))
	minutes, artists, hues := make([]string, len(record.Rays)), make([]byte, len(record.Rays)), make([]string, len(record.Top))
	for i, artist := range record.Top {
		hues[i] = identity.Class(artist.Name)
	}
	for i, ray := range record.Rays {
		minutes[i], artists[i] = strconv.FormatInt(ray.Ms/60_000, 10), '-'
		if ray.Top >= 0 {
			artists[i] = byte('0' + ray.Top)
		}
	}
	days := strings.Join(hues, " ") + "\n" + string(artists) + "\n" + strings.Join(minutes, " ") + "\n"
	if *update {
		if err := os.WriteFile("sample_days.txt", []byte(days), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if days != sampleDays {
		t.Error("the start page does not show the record of the sample: run this test with -update")
	}
}
