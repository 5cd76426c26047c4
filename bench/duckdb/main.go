// Command duckdb sets the program beside what one would otherwise take: DuckDB
// reading the same package and answering the same questions, and Arrow and
// Parquet holding the same columns. It prints Markdown. It is a module of its
// own, so that the program stays free of cgo and of all it links.
package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/hugepages"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: duckdb package.zip")
		os.Exit(2)
	}
	hugepages.ForHeap() // as the server does
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "duckdb:", err)
		os.Exit(1)
	}
}

// rounds is how often a question is asked, or columns are saved and loaded.
const rounds = 15

func run(ctx context.Context, path string) error {
	dir, err := os.MkdirTemp("", "bench-duckdb-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()

	start := time.Now()
	d, stored, err := importPackage(ctx, path)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	imported := time.Since(start)
	duck, err := openDuck(ctx, dir, path)
	if err != nil {
		return fmt.Errorf("import into DuckDB: %w", err)
	}
	defer func() { _ = duck.db.Close() }()
	if duck.rows < d.Rows() {
		return fmt.Errorf("DuckDB has %d rows, which is fewer than %d", duck.rows, d.Rows())
	}

	fmt.Printf("| %d rows, medians of %d | this program | DuckDB |\n|---|--:|--:|\n", d.Rows(), rounds)
	fmt.Printf("| import, ZIP to encoded dataset, or to database file | %s | %s |\n", seconds(imported), seconds(duck.took))
	fmt.Printf("| of it unpacking to JSON files | – | %s |\n", seconds(duck.unpacked))
	fmt.Printf("| size, bytes a row | %.1f | %.1f |\n", float64(stored)/float64(d.Rows()), float64(duck.size)/float64(d.Rows()))
	for _, q := range questions(d) {
		var own, theirs []time.Duration
		for i := range rounds {
			// Nobody has asked with this least length of a play before, so that
			// nothing is remembered.
			least := 30 + i
			start := time.Now()
			if err := q.own(lens.Lens{Min: least}); err != nil {
				return err
			}
			own = append(own, time.Since(start))
			start = time.Now()
			if err := duck.ask(ctx, q.sql, least*1000); err != nil {
				return fmt.Errorf("%s: %w", q.name, err)
			}
			theirs = append(theirs, time.Since(start))
		}
		fmt.Printf("| %s | %s | %s |\n", q.name, millis(own), millis(theirs))
	}
	return compareFormats(ctx, path, d)
}

func importPackage(ctx context.Context, path string) (*dataset.Dataset, int, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	parts := make([]*dataset.Part, runtime.GOMAXPROCS(0))
	sinks := make([]export.Sink, len(parts))
	for i := range parts {
		parts[i] = dataset.NewPart()
		sinks[i] = parts[i]
	}
	receipt, err := export.Read(ctx, []export.Input{{Name: "package.zip", R: f, Size: info.Size()}}, export.Options{Sinks: sinks})
	if err != nil {
		return nil, 0, err
	}
	d, err := dataset.Merge(nil, parts, receipt)
	if err != nil {
		return nil, 0, err
	}
	blob, err := d.Encode()
	return d, len(blob), err
}

// A question is asked of both.
type question struct {
	name string
	own  func(lens.Lens) error
	sql  string // with the least length of a play, in milliseconds, as $1
}

func questions(d *dataset.Dataset) []question {
	top := d.Rank(lens.Lens{Min: 1}, lens.Artist, 0, 1).Items[0]
	year := func(l lens.Lens) lens.Lens {
		return l.WithRange(lens.Date{Year: 2020, Month: 1, Day: 1}, lens.Date{Year: 2020, Month: 12, Day: 31})
	}
	rank := func(by lens.EntityKind, offset int, with func(lens.Lens) lens.Lens) func(lens.Lens) error {
		return func(l lens.Lens) error {
			d.Rank(with(l), by, offset, 50)
			return nil
		}
	}
	whole := func(l lens.Lens) lens.Lens { return l }
	const figures = "sum(ms) AS total, count(*) FILTER (ms >= $1) AS plays, min(ts), max(ts)"
	const in2020 = "ts >= TIMESTAMP '2020-01-01' AND ts < TIMESTAMP '2021-01-01'"
	artist := sqlText(top.Name)
	return []question{
		{"top artists", rank(lens.Artist, 0, whole),
			"SELECT artist, " + figures + " FROM plays WHERE artist IS NOT NULL GROUP BY artist ORDER BY total DESC LIMIT 50"},
		{"top albums of a year", rank(lens.Album, 0, year),
			"SELECT artist, album, " + figures + " FROM plays WHERE album IS NOT NULL AND " + in2020 + " GROUP BY ALL ORDER BY total DESC LIMIT 50"},
		{"top tracks, second page of a search", rank(lens.Track, 50, func(l lens.Lens) lens.Lens { return l.WithQ("an") }),
			"SELECT uri, any_value(track), " + figures + " FROM plays WHERE uri IS NOT NULL AND (track ILIKE '%an%' OR artist ILIKE '%an%' OR album ILIKE '%an%') GROUP BY uri ORDER BY total DESC LIMIT 50 OFFSET 50"},
		{"figures of everything", func(l lens.Lens) error { d.Summary(l); return nil },
			"SELECT count(DISTINCT artist), count(DISTINCT uri), count(DISTINCT ts::DATE), " + figures + " FROM plays"},
		{"hours a month", func(l lens.Lens) error { d.Months(l); return nil },
			"SELECT date_trunc('month', ts) AS month, " + figures + " FROM plays GROUP BY month ORDER BY month"},
		{"hours of the week", func(l lens.Lens) error { insight.Clock(d.Select(l)); return nil },
			"SELECT isodow(began), hour(began), sum(ms) FROM (SELECT ts - to_milliseconds(ms) AS began, ms FROM plays WHERE $1 > 0) GROUP BY ALL"},
		{"an artist's tracks", func(l lens.Lens) error {
			d.Rank(l.WithEntity(lens.Artist, top.ID), lens.Track, 0, 50)
			return nil
		}, "SELECT uri, any_value(track), " + figures + " FROM plays WHERE artist = " + artist + " GROUP BY uri ORDER BY total DESC LIMIT 50"},
		{"the newest 100 plays of a search", func(l lens.Lens) error { _, err := d.Plays(l.WithQ("an"), 100); return err },
			"SELECT * FROM plays WHERE ms >= $1 AND (track ILIKE '%an%' OR artist ILIKE '%an%' OR album ILIKE '%an%') ORDER BY ts DESC LIMIT 100"},
		{"platforms", func(l lens.Lens) error { insight.Platforms(d.Select(l)); return nil },
			"SELECT platform, " + figures + " FROM plays GROUP BY platform ORDER BY total DESC"},
		{"countries of a year", func(l lens.Lens) error { insight.Countries(d.Select(year(l))); return nil },
			"SELECT country, " + figures + " FROM plays WHERE " + in2020 + " GROUP BY country ORDER BY total DESC"},
	}
}

func median(d []time.Duration) time.Duration {
	return slices.SortedFunc(slices.Values(d), cmp.Compare)[len(d)/2]
}

func millis(d []time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(median(d))/float64(time.Millisecond))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
