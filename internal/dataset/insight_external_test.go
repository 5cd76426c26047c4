package dataset_test

import (
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
)

func init() {
	shares := func(of func(dataset.Selection) []insight.Share) func(dataset.Selection) []dataset.Share {
		return func(s dataset.Selection) []dataset.Share {
			var list []dataset.Share
			for _, share := range of(s) {
				list = append(list, dataset.Share(share))
			}
			return list
		}
	}
	dataset.Insight.Clock = insight.Clock
	dataset.Insight.Countries, dataset.Insight.Platforms = shares(insight.Countries), shares(insight.Platforms)
	dataset.Insight.PlayedMs = insight.PlayedMs
	dataset.Insight.Coverage = func(d *dataset.Dataset, tz *time.Location) { insight.Coverage(d, tz) }
	dataset.Insight.ZoneGuess = insight.ZoneGuess
}
