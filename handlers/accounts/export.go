package accounts

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
)

// exportDataset gives a kept dataset as a ZIP in Spotify's own form, which this site
// and others read: the plays as they were merged, and the documents as they came.
func (s *Service) exportDataset(c echo.Context, _ state, entry accountstore.Dataset) error {
	spool, size, err := s.spoolExport(c.Request().Context(), entry)
	if err != nil {
		return err
	}
	defer func() { _ = spool.Close() }()
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "application/zip")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="my_spotify_data.zip"`)
	h.Set(echo.HeaderContentLength, strconv.FormatInt(size, 10))
	c.Response().WriteHeader(http.StatusOK)
	_, err = io.Copy(c.Response(), io.NewSectionReader(spool, 0, size))
	return err
}

// spoolExport writes the ZIP to the disk first, because a slow reader must not hold the
// dataset in memory.
func (s *Service) spoolExport(ctx context.Context, entry accountstore.Dataset) (*importer.Spool, int64, error) {
	ctx, done := context.WithCancel(ctx)
	defer done() // the dataset is not in use any more
	d, _, err := s.Vault.OpenCurrent(ctx, entry.Ref, entry.Line)
	if err != nil {
		return nil, 0, missing(err)
	}
	spool, err := importer.NewSpool()
	if err != nil {
		return nil, 0, err
	}
	counted := &countingWriter{w: spool}
	if err := writePackage(counted, d, s.Now()); err != nil {
		_ = spool.Close()
		return nil, 0, fmt.Errorf("write export: %w", err)
	}
	return spool, counted.n, nil
}

type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// Histories are the kinds of files that plays are in. Rows of account data know less
// than those of the extended history, so each kind is written as it came.
type history uint8

const (
	extendedAudio history = iota
	extendedVideo
	accountMusic
	accountPodcast
	accountAudiobook
	histories
)

var historyNames = [histories]string{
	"Streaming_History_Audio_%d.json", "Streaming_History_Video_%d.json",
	"StreamingHistory_music_%d.json", "StreamingHistory_podcast_%d.json", "StreamingHistory_audiobook_%d.json",
}

// rowsPerFile is about how many Spotify puts into one.
const rowsPerFile = 16_000

func historyOf(p dataset.Item) history {
	switch {
	case !p.Minute && !p.UnknownLength && p.Video:
		return extendedVideo
	case !p.Minute && !p.UnknownLength:
		return extendedAudio
	case p.Kind == export.KindPodcast:
		return accountPodcast
	case p.Kind == export.KindAudiobook:
		return accountAudiobook
	default:
		return accountMusic
	}
}

// writePackage writes a dataset as a package.
func writePackage(w io.Writer, d *dataset.Dataset, now time.Time) error {
	z := zip.NewWriter(w)
	of := make([]history, d.Rows())
	var rows [histories]int
	for i := range of {
		of[i] = historyOf(d.Play(i))
		rows[of[i]]++
	}
	create := func(name string) (io.Writer, error) {
		return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: now})
	}
	for h := range histories {
		for file, i := 0, 0; rows[h] > 0; file++ {
			entry, err := create(fmt.Sprintf(historyNames[h], file))
			if err != nil {
				return err
			}
			out := bufio.NewWriterSize(entry, 64<<10)
			n := min(rows[h], rowsPerFile)
			rows[h] -= n
			for written := 0; written < n; i++ {
				if of[i] != h {
					continue
				}
				lead := ",\n"
				if written == 0 {
					lead = "[\n"
				}
				row, err := json.Marshal(rowOf(h, d.Play(i)))
				if err != nil {
					return err
				}
				_, _ = out.WriteString(lead)
				_, _ = out.Write(row)
				written++
			}
			_, _ = out.WriteString("\n]\n")
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
	if err := writeDocuments(create, d); err != nil {
		return err
	}
	return z.Close()
}

// writeDocuments writes each document under its own name; those of one name lie in
// folders.
func writeDocuments(create func(name string) (io.Writer, error), d *dataset.Dataset) error {
	taken := make(map[string]int)
	var content []byte
	for i, doc := range d.Documents() {
		var err error
		if content, err = d.DocumentInto(content, i); err != nil {
			return err
		}
		name := path.Base(path.Clean("/" + strings.ReplaceAll(doc.Name, "\\", "/")))
		if name == "/" || !strings.HasSuffix(strings.ToLower(name), ".json") {
			name = "document.json"
		}
		n := taken[strings.ToLower(name)]
		taken[strings.ToLower(name)]++
		if n > 0 {
			name = fmt.Sprintf("%d/%s", n+1, name)
		}
		entry, err := create(name)
		if err != nil {
			return err
		}
		if _, err := entry.Write(content); err != nil {
			return err
		}
	}
	return nil
}

type extendedRow struct {
	TS               string  `json:"ts"`
	Platform         string  `json:"platform"`
	MS               int64   `json:"ms_played"`
	Country          *string `json:"conn_country"`
	Track            *string `json:"master_metadata_track_name"`
	Artist           *string `json:"master_metadata_album_artist_name"`
	Album            *string `json:"master_metadata_album_album_name"`
	TrackURI         *string `json:"spotify_track_uri"`
	Episode          *string `json:"episode_name"`
	Show             *string `json:"episode_show_name"`
	EpisodeURI       *string `json:"spotify_episode_uri"`
	Audiobook        *string `json:"audiobook_title,omitempty"`
	Chapter          *string `json:"audiobook_chapter_title,omitempty"`
	ChapterURI       *string `json:"audiobook_chapter_uri,omitempty"`
	ReasonStart      *string `json:"reason_start"`
	ReasonEnd        *string `json:"reason_end"`
	Shuffle          *bool   `json:"shuffle"`
	Skipped          *bool   `json:"skipped"`
	Offline          *bool   `json:"offline"`
	OfflineTimestamp *int64  `json:"offline_timestamp"`
	Incognito        *bool   `json:"incognito_mode"`
}

type accountRow struct {
	EndTime   string `json:"endTime,omitempty"`
	Time      string `json:"time,omitempty"` // until 2018, which did not say how long
	Artist    string `json:"artistName,omitempty"`
	Track     string `json:"trackName,omitempty"`
	Podcast   string `json:"podcastName,omitempty"`
	Episode   string `json:"episodeName,omitempty"`
	Audiobook string `json:"audiobookName,omitempty"`
	Chapter   string `json:"chapterName,omitempty"`
	Author    string `json:"authorName,omitempty"`
	MS        *int64 `json:"msPlayed,omitempty"`
}

func rowOf(h history, p dataset.Item) any {
	ended := time.Unix(p.TS, 0).UTC()
	if h == extendedAudio || h == extendedVideo {
		row := extendedRow{
			TS: ended.Format(time.RFC3339), Platform: p.Platform, MS: p.Ms, Country: text(p.Country),
			ReasonStart: text(p.ReasonStart), ReasonEnd: text(p.ReasonEnd),
			Shuffle: p.Shuffle.Bool(), Skipped: p.Skipped.Bool(), Offline: p.Offline.Bool(), Incognito: p.Incognito.Bool(),
		}
		if p.Start != p.TS-p.Ms/1000 {
			row.OfflineTimestamp = &p.Start
		}
		switch p.Kind {
		case export.KindMusic:
			row.Track, row.Artist, row.Album, row.TrackURI = text(p.Name), text(p.Creator), text(p.Collection), text(p.URI)
		case export.KindPodcast:
			row.Episode, row.Show, row.EpisodeURI = text(p.Name), text(p.Creator), text(p.URI)
		case export.KindAudiobook:
			row.Chapter, row.Audiobook, row.ChapterURI = text(p.Name), text(p.Collection), text(p.URI)
		}
		return row
	}
	row := accountRow{EndTime: ended.Format("2006-01-02 15:04"), MS: &p.Ms}
	if p.UnknownLength {
		row.EndTime, row.MS, row.Time = "", nil, ended.Format(time.DateTime)
	}
	switch h {
	case accountPodcast:
		row.Podcast, row.Episode = p.Creator, p.Name
	case accountAudiobook:
		row.Audiobook, row.Chapter, row.Author = p.Collection, p.Name, p.Creator
	default:
		row.Artist, row.Track = p.Creator, p.Name
	}
	return row
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
