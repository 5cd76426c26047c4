package insight

import (
	"reflect"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestCoverageDays(t *testing.T) {
	noon := func(month time.Month, day int) int64 {
		return time.Date(2024, month, day, 12, 0, 0, 0, time.UTC).Unix()
	}
	date := func(month time.Month, day int) lens.Date { return lens.Date{Year: 2024, Month: month, Day: day} }
	p := dataset.NewPart()
	add := func(source export.Source, ts int64) {
		t.Helper()
		if err := p.Add(&export.Play{TS: ts, MS: 60_000, Source: source}); err != nil {
			t.Fatal(err)
		}
	}
	p.Begin(0)
	add(export.SourceExtended, noon(1, 1))
	add(export.SourceExtended, noon(1, 9)) // seven silent days are bridged
	add(export.SourceExtended, noon(1, 18))
	p.End(true)
	p.Begin(1)
	add(export.SourceAccount, noon(2, 1))
	add(export.SourceAccount, noon(2, 1)+600)
	p.End(true)
	d, err := dataset.Merge(nil, []*dataset.Part{p}, &export.Receipt{Files: []export.File{
		{Class: export.ClassExtended, Rows: 3, First: noon(1, 1), Last: noon(1, 18)},
		// What the extended history has already leaves no row, but its days are covered.
		{Class: export.ClassAccountMusic, Rows: 9, First: noon(1, 17), Last: noon(2, 1)},
		{Class: export.ClassAccountPodcast, First: 0, Last: 0},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := CoverageDays{
		First: date(1, 1), Last: date(2, 1),
		Extended: []DayStretch{{date(1, 1), date(1, 9), 2}, {date(1, 18), date(1, 18), 1}},
		Account:  []DayStretch{{date(1, 17), date(2, 1), 2}},
		Gaps:     []DayStretch{{date(1, 10), date(1, 16), 0}},
		Overlaps: []DayStretch{{date(1, 18), date(1, 18), 1}},
	}
	if got := Coverage(d, time.UTC); !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	if got := want.Extended[0].Days(); got != 9 {
		t.Errorf("the first stretch has %d days, want 9", got)
	}
	kiritimati, err := time.LoadLocation("Pacific/Kiritimati") // 14 hours ahead: noon is tomorrow
	if err != nil {
		t.Fatal(err)
	}
	if got := Coverage(d, kiritimati); got.First != date(1, 2) || got.Last != date(2, 2) {
		t.Errorf("from %v to %v", got.First, got.Last)
	}
}

func TestCoverageDaysOfNothing(t *testing.T) {
	d, err := dataset.Merge(nil, nil, &export.Receipt{})
	if err != nil {
		t.Fatal(err)
	}
	if got := Coverage(d, time.UTC); !reflect.DeepEqual(got, CoverageDays{}) {
		t.Errorf("%+v", got)
	}
}
