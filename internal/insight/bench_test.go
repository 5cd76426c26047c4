package insight_test

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/test/process"
)

// BenchmarkAnalyses asks each analysis for the first time, of 300,000 plays in 15
// years: the range differs from question to question, so that no answer is
// remembered. What all of them share stands: days, first plays and the plays by thing.
func BenchmarkAnalyses(b *testing.B) {
	if testing.Short() {
		b.Skip("300,000 plays take a while to import")
	}
	d := generated(b, 300_000, 15)
	id := d.Rank(lens.Lens{}, lens.Artist, 0, 1).Items[0].ID
	d.Derive().Sessions()
	for _, of := range []struct {
		name string
		ask  func(dataset.Selection)
	}{
		{"days", func(s dataset.Selection) { insight.Days(s) }},
		{"years", func(s dataset.Selection) { insight.Years(s) }},
		{"record", func(s dataset.Selection) { insight.RecordOf(s) }},
		{"obsessions", func(s dataset.Selection) { insight.Obsessions(s) }},
		{"comebacks", func(s dataset.Selection) { insight.Comebacks(s) }},
		{"forgotten", func(s dataset.Selection) { insight.Forgotten(s) }},
		{"remarkable", func(s dataset.Selection) { insight.RemarkableDays(s) }},
		{"eras", func(s dataset.Selection) { insight.Eras(s) }},
		{"ranks", func(s dataset.Selection) { insight.RanksOf(s, lens.Track, insight.EveryMonth, true) }},
		{"milestones", func(s dataset.Selection) { insight.Milestones(s) }},
		{"anniversaries", func(s dataset.Selection) { insight.Anniversaries(s, lens.Date{Year: 2026, Month: 3, Day: 1}, 14) }},
		{"discoveries", func(s dataset.Selection) { insight.DiscoveriesOf(s) }},
		{"life", func(s dataset.Selection) { insight.LifeOf(s, lens.Artist, id) }},
		{"day", func(s dataset.Selection) { insight.DayOf(s, 20_000) }},
		{"on this day", func(s dataset.Selection) { insight.OnThisDay(s, lens.Date{Year: 2025, Month: 12, Day: 18}, 0) }},
		{"clock", func(s dataset.Selection) { insight.Clock(s) }},
		{"compare", func(s dataset.Selection) {
			insight.Compare(s.Select(s.Lens.WithRange(s.Lens.From, lens.Date{Year: 2020, Month: 12, Day: 31})), s.Select(s.Lens.WithRange(lens.Date{Year: 2021, Month: 1, Day: 1}, lens.Date{})), lens.Artist)
		}},
		{"compare weekdays", func(s dataset.Selection) {
			week, end := s.Lens, s.Lens
			week.Weekdays, end.Weekdays = 0b0011111, 0b1100000
			insight.Compare(s.Select(week), s.Select(end), lens.Artist)
		}},
	} {
		b.Run(of.name, func(b *testing.B) {
			n := 0
			process.Benchmark(b, func() {
				n++
				from := lens.DateOfNumber(int64(n)) // long before the record
				of.ask(d.Select(lens.Lens{Min: lens.DefaultMin}.WithRange(from, lens.Date{})))
			})
		})
	}
}
