package main

import (
	"archive/zip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the driver

	"golang.org/x/sync/errgroup"
)

// duck is a DuckDB that holds a package.
type duck struct {
	db             *sql.DB
	rows           int
	size           int64
	took, unpacked time.Duration

	mu       sync.Mutex
	prepared map[string]*sql.Stmt
}

// openDuck unpacks the histories of a package and lets DuckDB read them into a
// database file.
func openDuck(ctx context.Context, dir, path string) (*duck, error) {
	start := time.Now()
	if err := unpack(path, dir); err != nil {
		return nil, err
	}
	d := &duck{unpacked: time.Since(start), prepared: make(map[string]*sql.Stmt)}
	file := filepath.Join(dir, "plays.duckdb")
	var err error
	if d.db, err = sql.Open("duckdb", file); err != nil {
		return nil, err
	}
	// In the order of time, as every question about a range wants them.
	_, err = d.db.ExecContext(ctx, `
		CREATE TABLE plays AS
		SELECT ts::TIMESTAMP AS ts, ms_played::UINTEGER AS ms,
			coalesce(spotify_track_uri, spotify_episode_uri) AS uri,
			master_metadata_track_name AS track, master_metadata_album_artist_name AS artist,
			master_metadata_album_album_name AS album,
			platform, conn_country AS country, reason_start, reason_end, shuffle, skipped
		FROM read_json(`+sqlText(filepath.Join(dir, "*.json"))+`, format = 'array', columns = {
			ts: 'VARCHAR', ms_played: 'BIGINT', platform: 'VARCHAR', conn_country: 'VARCHAR',
			master_metadata_track_name: 'VARCHAR', master_metadata_album_artist_name: 'VARCHAR', master_metadata_album_album_name: 'VARCHAR',
			spotify_track_uri: 'VARCHAR', spotify_episode_uri: 'VARCHAR',
			reason_start: 'VARCHAR', reason_end: 'VARCHAR', shuffle: 'BOOLEAN', skipped: 'BOOLEAN'})
		ORDER BY ts;
		CHECKPOINT;`)
	if err != nil {
		return nil, errors.Join(err, d.db.Close())
	}
	d.took = time.Since(start)
	info, err := os.Stat(file)
	if err == nil {
		d.size = info.Size()
		err = d.db.QueryRowContext(ctx, "SELECT count(*) FROM plays").Scan(&d.rows)
	}
	if err != nil {
		return nil, errors.Join(err, d.db.Close())
	}
	return d, nil
}

// ask reads a whole answer.
func (d *duck) ask(ctx context.Context, query string, least int) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.prepared[query]
	if s == nil {
		var err error
		if s, err = d.db.PrepareContext(ctx, query); err != nil {
			return err
		}
		d.prepared[query] = s
	}
	rows, err := s.QueryContext(ctx, least)
	if err != nil {
		return err
	}
	columns, err := rows.Columns()
	if err != nil {
		return errors.Join(err, rows.Close())
	}
	into := make([]any, len(columns))
	for i := range into {
		into[i] = new(any)
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

func sqlText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// unpack writes the histories of a package into a folder, on two workers.
func unpack(path, dir string) error {
	z, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer func() { _ = z.Close() }()
	var g errgroup.Group
	g.SetLimit(2)
	for i, f := range z.File {
		if !strings.Contains(f.Name, "Streaming_History") || !strings.HasSuffix(f.Name, ".json") {
			continue
		}
		g.Go(func() error {
			r, err := f.Open()
			if err != nil {
				return err
			}
			w, err := os.Create(filepath.Join(dir, fmt.Sprintf("%d.json", i)))
			if err == nil {
				_, err = io.Copy(w, r)
				err = errors.Join(err, w.Close())
			}
			return errors.Join(err, r.Close())
		})
	}
	return g.Wait()
}
