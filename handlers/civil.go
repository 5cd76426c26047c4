package handlers

import (
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// civil is a date as a time, for formatting: noon, where no zone can move it
// to another day.
func civil(d dataset.Date) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC)
}

// monthEnd is the last day of a date's month.
func monthEnd(d dataset.Date) dataset.Date {
	return dataset.Date{Year: d.Year, Month: d.Month + 1, Day: 1}.AddDays(-1)
}
