package uploads

import "github.com/spotify-data-tool/spotify-data-tool/components/charts"

// sampleRecord is the last year of the sample, as it stands on the start page. The
// sample is made when somebody asks for it, so its record is written down here; a
// test compares it.
func sampleRecord() charts.RecordView {
	v := charts.RecordView{Label: "Side A", Note: "one line a day", Says: "A record with a line for each day of a year, as long as what was heard on it."}
	for i, minutes := range sampleMinutes {
		ray := charts.RayView{Ms: int64(minutes) * 60_000}
		if artist := sampleArtists[i]; artist != '-' {
			ray.Hue = sampleHues[artist-'0']
		}
		v.Rays = append(v.Rays, ray)
	}
	return v
}
