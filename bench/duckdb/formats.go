package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// columns are the columns of a dataset and its dictionary of items, as one would
// hand them to a library: numbers for what repeats.
type columns struct {
	ts, ms, item         []uint32
	lead                 []int32
	platform, country    []uint16
	flags                []uint16
	begin, end           []uint8
	uris, titles         []string
	creators, collection []string

	items map[string]uint32
	words map[string]int
}

var _ export.Sink = (*columns)(nil)

func (c *columns) Begin(int) {}
func (c *columns) End(bool)  {}

func (c *columns) Add(p *export.Play) error {
	key := string(p.URI) + "\x00" + string(p.Title) + "\x00" + string(p.Creator) + "\x00" + string(p.Collection)
	item, ok := c.items[key]
	if !ok {
		item = uint32(len(c.items))
		c.items[key] = item
		c.uris, c.titles = append(c.uris, string(p.URI)), append(c.titles, string(p.Title))
		c.creators, c.collection = append(c.creators, string(p.Creator)), append(c.collection, string(p.Collection))
	}
	word := func(b []byte) int {
		n, ok := c.words[string(b)]
		if !ok {
			n = len(c.words)
			c.words[string(b)] = n
		}
		return n
	}
	c.ts, c.ms, c.item = append(c.ts, uint32(p.TS)), append(c.ms, p.MS), append(c.item, item)
	c.lead = append(c.lead, int32(p.TS-p.Start))
	c.platform, c.country = append(c.platform, uint16(word(p.Platform))), append(c.country, uint16(word(p.Country)))
	c.flags = append(c.flags, uint16(p.Shuffle)|uint16(p.Skipped)<<2|uint16(p.Offline)<<4|uint16(p.Incognito)<<6)
	c.begin, c.end = append(c.begin, uint8(word(p.ReasonStart))), append(c.end, uint8(word(p.ReasonEnd)))
	return nil
}

// A format saves columns and has them again.
type format struct {
	name string
	save func() ([]byte, error)
	load func([]byte) error
}

func compareFormats(ctx context.Context, path string, d *dataset.Dataset) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	c := &columns{items: make(map[string]uint32), words: make(map[string]int)}
	_, err = export.Read(ctx, []export.Input{{Name: "package.zip", R: f, Size: info.Size()}}, export.Options{Sinks: []export.Sink{c}})
	if err != nil {
		return err
	}
	rows, items := c.tables()
	defer rows.Release()
	defer items.Release()

	fmt.Printf("\n| columns and dictionaries | save | load | bytes a row |\n|---|--:|--:|--:|\n")
	for _, form := range []format{
		{"this program: zstd columns, to a dataset that answers", d.Encode, func(b []byte) error { _, err := dataset.Decode(b); return err }},
		{"Arrow IPC, zstd", func() ([]byte, error) { return saveArrow(rows, items) }, loadArrow},
		{"Parquet, zstd (arrow-go)", func() ([]byte, error) { return saveParquet(rows, items) }, func(b []byte) error { return loadParquet(ctx, b) }},
	} {
		var saves, loads []time.Duration
		var blob []byte
		for range rounds {
			start := time.Now()
			var err error
			if blob, err = form.save(); err != nil {
				return fmt.Errorf("save as %s: %w", form.name, err)
			}
			saves = append(saves, time.Since(start))
			start = time.Now()
			if err := form.load(blob); err != nil {
				return fmt.Errorf("load %s: %w", form.name, err)
			}
			loads = append(loads, time.Since(start))
		}
		fmt.Printf("| %s | %s | %s | %.1f |\n", form.name, millis(saves), millis(loads), float64(len(blob))/float64(len(c.ts)))
	}
	return nil
}

// tables are the columns as Arrow has them.
func (c *columns) tables() (rows, items arrow.Record) {
	build := func(fields []arrow.Field, fill func(*array.RecordBuilder)) arrow.Record {
		b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
		defer b.Release()
		fill(b)
		return b.NewRecord()
	}
	field := func(name string, t arrow.DataType) arrow.Field { return arrow.Field{Name: name, Type: t} }
	u32, u16, u8 := arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Uint8
	text := arrow.BinaryTypes.String
	rows = build([]arrow.Field{
		field("ts", u32), field("ms", u32), field("item", u32), field("lead", arrow.PrimitiveTypes.Int32),
		field("platform", u16), field("country", u16), field("flags", u16), field("begin", u8), field("end", u8),
	}, func(b *array.RecordBuilder) {
		for i, v := range [][]uint32{c.ts, c.ms, c.item} {
			b.Field(i).(*array.Uint32Builder).AppendValues(v, nil)
		}
		b.Field(3).(*array.Int32Builder).AppendValues(c.lead, nil)
		for i, v := range [][]uint16{c.platform, c.country, c.flags} {
			b.Field(4+i).(*array.Uint16Builder).AppendValues(v, nil)
		}
		for i, v := range [][]uint8{c.begin, c.end} {
			b.Field(7+i).(*array.Uint8Builder).AppendValues(v, nil)
		}
	})
	items = build([]arrow.Field{field("uri", text), field("title", text), field("creator", text), field("collection", text)},
		func(b *array.RecordBuilder) {
			for i, v := range [][]string{c.uris, c.titles, c.creators, c.collection} {
				b.Field(i).(*array.StringBuilder).AppendValues(v, nil)
			}
		})
	return rows, items
}

func saveArrow(records ...arrow.Record) ([]byte, error) {
	var all []byte
	for _, r := range records {
		var b bytes.Buffer
		w := ipc.NewWriter(&b, ipc.WithSchema(r.Schema()), ipc.WithZstd(), ipc.WithCompressConcurrency(2))
		if err := errors.Join(w.Write(r), w.Close()); err != nil {
			return nil, err
		}
		all = append(all, b.Bytes()...)
	}
	return all, nil
}

// loadArrow reads the streams that saveArrow wrote, one behind the other.
func loadArrow(b []byte) error {
	in := bytes.NewReader(b)
	for in.Len() > 0 {
		r, err := ipc.NewReader(in)
		if err != nil {
			return err
		}
		for r.Next() {
			if r.Record().NumRows() == 0 {
				return errors.New("no rows")
			}
		}
		err = r.Err()
		r.Release()
		if err != nil {
			return err
		}
	}
	return nil
}

// saveParquet writes a file for each record, each behind its length.
func saveParquet(records ...arrow.Record) ([]byte, error) {
	var all []byte
	for _, r := range records {
		table := array.NewTableFromRecords(r.Schema(), []arrow.Record{r})
		var b bytes.Buffer
		err := pqarrow.WriteTable(table, &b, r.NumRows(), parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd)), pqarrow.DefaultWriterProps())
		table.Release()
		if err != nil {
			return nil, err
		}
		n := b.Len()
		all = append(all, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
		all = append(all, b.Bytes()...)
	}
	return all, nil
}

func loadParquet(ctx context.Context, b []byte) error {
	for len(b) > 0 {
		n := int(b[0]) | int(b[1])<<8 | int(b[2])<<16 | int(b[3])<<24
		table, err := pqarrow.ReadTable(ctx, bytes.NewReader(b[4:4+n]), parquet.NewReaderProperties(memory.DefaultAllocator),
			pqarrow.ArrowReadProperties{Parallel: true}, memory.DefaultAllocator)
		if err != nil {
			return err
		}
		table.Release()
		b = b[4+n:]
	}
	return nil
}
