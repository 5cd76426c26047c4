package uploads

import (
	_ "embed"
	"strconv"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
)

// sampleDays is a line each with the colours of the artists that the record of the
// sample tells apart, the artist of each day among them or - for any other, and how
// many minutes each day was long. It is written by go test ./handlers/uploads -run Record -update.
//
//go:embed sample_days.txt
var sampleDays string

// sampleRecord is the last year of the sample, as it stands on the start page. The
// sample is made when somebody asks for it, so its record is written down here; a
// test compares it.
func sampleRecord() charts.RecordView {
	v := charts.RecordView{Label: "Side A", Note: "one line a day", Says: "A record with a line for each day of a year, as long as what was heard on it."}
	lines := strings.Split(sampleDays, "\n")
	hues, artists := strings.Fields(lines[0]), lines[1]
	for i, text := range strings.Fields(lines[2]) {
		minutes, _ := strconv.ParseInt(text, 10, 64)
		ray := charts.RayView{Ms: minutes * 60_000}
		if artists[i] != '-' {
			ray.Hue = hues[artists[i]-'0']
		}
		v.Rays = append(v.Rays, ray)
	}
	return v
}
