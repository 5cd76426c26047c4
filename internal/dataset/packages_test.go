package dataset

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// packages is the folder of sample packages, next to the repository.
const packages = "../../../shared/exports"

var (
	extendedName = regexp.MustCompile(`(?i)^(endsong(_\d+)?|endvideo(_\d+)?|Streaming_History_(Audio|Video)_\d{4}(-\d{4})?(_\d+)?)\.json$`)
	accountName  = regexp.MustCompile(`(?i)^StreamingHistory(_(music|podcast|audiobook)_)?\d*\.json$`)
)

// upload is one package, read the obvious way: the plays of each file.
type upload struct {
	receipt export.Receipt
	plays   [][]export.Play
}

// readPackage decodes with encoding/json, apart from package export, so that
// these tests say something about merging alone.
func readPackage(t testing.TB, name string) upload {
	t.Helper()
	file := filepath.Join(packages, name)
	if _, err := os.Stat(file); err != nil {
		t.Skipf("the sample packages are not at %s: %v", packages, err)
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	sort.Slice(z.File, func(i, j int) bool { return z.File[i].Name < z.File[j].Name })
	var u upload
	for _, f := range z.File {
		base := path.Base(f.Name)
		if strings.HasSuffix(f.Name, "/") || !extendedName.MatchString(base) && !accountName.MatchString(base) {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		var rows []packageRow
		if err := json.Unmarshal(b, &rows); err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		plays := make([]export.Play, len(rows))
		for i := range rows {
			if extendedName.MatchString(base) {
				plays[i] = extendedPlay(&rows[i], strings.Contains(strings.ToLower(base), "video"))
			} else {
				plays[i] = accountPlay(&rows[i])
			}
		}
		u.plays = append(u.plays, plays)
		u.receipt.Files = append(u.receipt.Files, export.File{Package: name, Name: f.Name, Rows: len(rows)})
	}
	return u
}

// A packageRow is one of any file, whose keys are told apart by what is there.
type packageRow struct {
	TS             string `json:"ts"`
	Ms             int64  `json:"ms_played"`
	Platform       string `json:"platform"`
	Country        string `json:"conn_country"`
	ReasonStart    string `json:"reason_start"`
	ReasonEnd      string `json:"reason_end"`
	Shuffle        *bool  `json:"shuffle"`
	Skipped        *bool  `json:"skipped"`
	Offline        *bool  `json:"offline"`
	Incognito      *bool  `json:"incognito_mode"`
	TrackURI       string `json:"spotify_track_uri"`
	Track          string `json:"master_metadata_track_name"`
	Artist         string `json:"master_metadata_album_artist_name"`
	Album          string `json:"master_metadata_album_album_name"`
	EpisodeURI     string `json:"spotify_episode_uri"`
	Episode        string `json:"episode_name"`
	Show           string `json:"episode_show_name"`
	AudiobookURI   string `json:"audiobook_uri"`
	Audiobook      string `json:"audiobook_title"`
	ChapterURI     string `json:"audiobook_chapter_uri"`
	Chapter        string `json:"audiobook_chapter_title"`
	End            string `json:"endTime"`
	AccountMs      int64  `json:"msPlayed"`
	AccountTrack   string `json:"trackName"`
	AccountArtist  string `json:"artistName"`
	AccountShow    string `json:"podcastName"`
	AccountEpisode string `json:"episodeName"`
	AccountBook    string `json:"audiobookName"`
	AccountChapter string `json:"chapterName"`
	AccountAuthor  string `json:"authorName"`
}

func told(v *bool) export.Tri {
	switch {
	case v == nil:
		return export.Absent
	case *v:
		return export.True
	}
	return export.False
}

func extendedPlay(r *packageRow, video bool) export.Play {
	ts, err := time.Parse(time.RFC3339, r.TS)
	if err != nil {
		panic(err)
	}
	p := export.Play{
		TS: ts.Unix(), Start: ts.Unix() - r.Ms/1000, MS: uint32(r.Ms), Video: video,
		Platform: []byte(r.Platform), Country: []byte(r.Country),
		ReasonStart: []byte(r.ReasonStart), ReasonEnd: []byte(r.ReasonEnd),
		Shuffle: told(r.Shuffle), Skipped: told(r.Skipped), Offline: told(r.Offline), Incognito: told(r.Incognito),
	}
	switch {
	case r.AudiobookURI != "":
		p.Kind, p.URI, p.Title, p.Collection = export.KindAudiobook, []byte(r.ChapterURI), []byte(r.Chapter), []byte(r.Audiobook)
	case r.EpisodeURI != "" || r.TrackURI == "" && r.Episode != "":
		p.Kind, p.URI, p.Title, p.Collection = export.KindPodcast, []byte(r.EpisodeURI), []byte(r.Episode), []byte(r.Show)
	case r.TrackURI != "" || r.Track != "":
		p.Kind, p.URI, p.Title, p.Creator, p.Collection = export.KindMusic, []byte(r.TrackURI), []byte(r.Track), []byte(r.Artist), []byte(r.Album)
	}
	return p
}

func accountPlay(r *packageRow) export.Play {
	ts, err := time.Parse("2006-01-02 15:04", r.End)
	if err != nil {
		panic(err)
	}
	p := export.Play{TS: ts.Unix(), Start: ts.Unix() - r.AccountMs/1000, MS: uint32(r.AccountMs), Source: export.SourceAccount}
	switch {
	case r.AccountBook != "":
		p.Kind, p.Title, p.Collection, p.Creator = export.KindAudiobook, []byte(r.AccountChapter), []byte(r.AccountBook), []byte(r.AccountAuthor)
	case r.AccountShow != "":
		p.Kind, p.Title, p.Collection = export.KindPodcast, []byte(r.AccountEpisode), []byte(r.AccountShow)
	default:
		p.Kind, p.Title, p.Creator = export.KindMusic, []byte(r.AccountTrack), []byte(r.AccountArtist)
	}
	return p
}

// addTo merges the upload into base, its files spread over two workers.
func (u upload) addTo(t testing.TB, base *Dataset) *Dataset {
	t.Helper()
	r := export.Receipt{Files: append([]export.File(nil), u.receipt.Files...)}
	parts := []*Part{NewPart(), NewPart()}
	for i, plays := range u.plays {
		p := parts[i%2]
		p.Begin(i)
		for j := range plays {
			if err := p.Add(&plays[j]); err != nil {
				t.Fatal(err)
			}
		}
		p.End(true)
	}
	d, err := Merge(base, parts, &r)
	if err != nil {
		t.Fatal(err)
	}
	accounts(t, d)
	return d
}

// accounts checks that every file's counts add up.
func accounts(t testing.TB, d *Dataset) {
	t.Helper()
	kept := 0
	for _, f := range d.Receipt().Files {
		if f.Rows != f.Kept+f.Duplicate+f.Elsewhere+f.Unreadable || min(f.Kept, f.Duplicate, f.Elsewhere) < 0 {
			t.Fatalf("counts of a file do not add up: %+v", f)
		}
		kept += f.Kept
	}
	if kept != d.Rows() {
		t.Fatalf("files say that %d rows were kept, the dataset has %d", kept, d.Rows())
	}
}

func TestPackageOfSixtyThousand(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a large package, as a test of package importer does")
	}
	d := readPackage(t, "extended-v3-2026-59k.zip").addTo(t, nil)
	s := d.Summary(lens.Lens{Min: 30})
	want := Summary{
		Rows: 53_411, Plays: 37_330, Ms: 9_441_600_645, Artists: 1233, Tracks: 6402,
		First: time.Date(2018, 3, 29, 14, 7, 8, 0, time.UTC).Unix(),
		Last:  time.Date(2026, 2, 28, 23, 25, 38, 0, time.UTC).Unix(),
		// Counted apart from this program, with a few lines over the JSON.
		Skips: 15_633, Ended: 53_336,
		// The rest is not in the manifest.
		Albums: s.Albums, Shows: s.Shows, Episodes: s.Episodes,
		LongestDay: s.LongestDay, LongestDayMs: s.LongestDayMs, Days: s.Days,
	}
	if s != want {
		t.Errorf("summary\n got %+v\nwant %+v", s, want)
	}
	if got := d.Receipt().Totals(); got.Rows != 59_404 || got.Duplicate != 5993 || got.Elsewhere != 0 {
		t.Errorf("receipt: %+v", got)
	}
}

func TestTwoPackagesOfOnePerson(t *testing.T) {
	account := readPackage(t, "account-2024-same-person.zip")
	extended := readPackage(t, "extended-v2-2024-same-person.zip")
	both := upload{plays: append(append([][]export.Play(nil), account.plays...), extended.plays...)}
	both.receipt.Files = append(append([]export.File(nil), account.receipt.Files...), extended.receipt.Files...)

	want := extended.addTo(t, nil).Digest()
	for name, uploads := range map[string][]upload{
		"account first":     {account, extended},
		"extended first":    {extended, account},
		"in one ZIP":        {both},
		"account repeated":  {account, account, extended},
		"extended repeated": {extended, account, extended, account},
	} {
		t.Run(name, func(t *testing.T) {
			var d *Dataset
			rows, accountRows := 0, 0
			for _, u := range uploads {
				d = u.addTo(t, d)
			}
			if d.Rows() != 12_327 {
				t.Errorf("%d rows, want 12327", d.Rows())
			}
			if d.Digest() != want {
				t.Error("the dataset is not that of the extended package alone")
			}
			for _, f := range d.Receipt().Files {
				rows += f.Rows
				if strings.HasPrefix(f.Package, "account") {
					accountRows += f.Rows
					if f.Elsewhere != f.Rows {
						t.Errorf("%s: %d of %d rows are elsewhere", f.Name, f.Elsewhere, f.Rows)
					}
				}
			}
			if accountRows%(6806+3) != 0 || accountRows == 0 {
				t.Errorf("%d account rows", accountRows)
			}
		})
	}
	d := extended.addTo(t, nil)
	s := d.Summary(lens.Lens{Min: 30})
	if s.Rows != 12_327 || s.Plays != 8309 || fmt.Sprintf("%.2f", float64(s.Ms)/3.6e6) != "396.79" {
		t.Errorf("%+v", s)
	}
	if s.First != time.Date(2021, 9, 17, 6, 24, 36, 0, time.UTC).Unix() || s.Last != time.Date(2024, 2, 8, 11, 11, 12, 0, time.UTC).Unix() {
		t.Errorf("range %d to %d", s.First, s.Last)
	}
	if s.Tracks != 2804 || s.Artists != 1221 {
		t.Errorf("%d tracks and %d artists, want 2804 and 1221", s.Tracks, s.Artists)
	}
}

func TestAccountPackageAlone(t *testing.T) {
	u := readPackage(t, "account-2025-podcasts-audiobooks.zip")
	d := u.addTo(t, nil)
	s := d.Summary(lens.Lens{Min: 30})
	if got := d.Receipt().Totals(); got.Rows != 14_955+173+4 || got.Elsewhere != 0 {
		t.Errorf("receipt: %+v", got)
	}
	if s.Chapters == 0 || s.Episodes == 0 || s.Shows == 0 || s.Audiobooks == 0 {
		t.Errorf("%+v", s)
	}
	if again := u.addTo(t, d); again.Digest() != d.Digest() {
		t.Error("the same package again changes the dataset")
	}
}
