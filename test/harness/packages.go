package harness

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
)

// SmallPackage is an extended history whose names try to break out of the page.
func SmallPackage(t *testing.T, rows int) string {
	t.Helper()
	names := []string{`<em>x</em>`, `"><script>alert(1)</script>`, `' onmouseover='alert(2)`, `javascript:alert(3)`, `</title><img src=x onerror=alert(4)>`, `{{7*7}}`, `Motörhead`}
	var b bytes.Buffer
	b.WriteString("[")
	start := time.Date(2022, 1, 1, 12, 0, 0, 0, time.UTC)
	for i := range rows {
		if i > 0 {
			b.WriteString(",")
		}
		name := names[i%len(names)]
		fmt.Fprintf(&b, `{"ts":%q,"platform":"android","ms_played":%d,"conn_country":"DE","ip_addr":"203.0.113.7","master_metadata_track_name":%q,"master_metadata_album_artist_name":%q,"master_metadata_album_album_name":%q,"spotify_track_uri":"spotify:track:%022d","episode_name":null,"episode_show_name":null,"spotify_episode_uri":null,"reason_start":"trackdone","reason_end":"trackdone","shuffle":false,"skipped":false,"offline":false,"offline_timestamp":null,"incognito_mode":false}`,
			start.Add(time.Duration(i)*7*time.Hour).Format(time.RFC3339), 180_000+i, fmt.Sprintf("%s %d", name, i%150), name, name, i%150)
	}
	b.WriteString("]")
	path := filepath.Join(t.TempDir(), "my_spotify_data.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	w, err := z.Create("Spotify Extended Streaming History/Streaming_History_Audio_2022.json")
	if err == nil {
		_, err = w.Write(b.Bytes())
	}
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// BigPackage is more than any platform but Azure takes in one request.
var BigPackage = sync.OnceValues(func() ([]byte, int) { return Generate(70_000) })

// Package is a package of so many plays, and how many of them differ.
func Package(t *testing.T, plays int) ([]byte, int) {
	t.Helper()
	content, rows := Generate(plays)
	if rows == 0 {
		t.Fatal("no package")
	}
	return content, rows
}

// Generate is Package where no test is at hand. Without a row it has failed.
func Generate(plays int) ([]byte, int) {
	var b bytes.Buffer
	to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	counts, err := sampletest.Extended(&b, sampletest.Options{Plays: plays, Seed: 3, Generation: sampletest.V3b, From: to.AddDate(-8, 0, 0), To: to})
	if err != nil {
		return nil, 0 // a buffer takes everything
	}
	return b.Bytes(), counts.Distinct
}

// OnePlay is a history of one play, on a day of its own.
func OnePlay(day int) []byte {
	at := time.Date(2020, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, day)
	return fmt.Appendf(nil, `[{"ts":%q,"ms_played":100000,"master_metadata_track_name":"T","master_metadata_album_artist_name":"A","spotify_track_uri":"spotify:track:%022d"}]`, at.Format(time.RFC3339), day)
}
