package handlers_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
)

// personsPackages are the packages of the person of the start page as they are on one
// day, and the documents of the account data without its history.
func personsPackages(t *testing.T) (extended, account, log, documents file) {
	t.Helper()
	files, err := madePackages()
	if err != nil {
		t.Fatal(err)
	}
	return files[0], files[1], files[2], files[3]
}

var madePackages = sync.OnceValues(func() (files [4]file, err error) {
	person, err := sample.NewPerson(time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC))
	if err != nil {
		return files, err
	}
	var e, a, l, d bytes.Buffer
	_, err1 := person.Extended(&e)
	_, err2 := person.Account(&a)
	_, err3 := person.TechnicalLog(&l)
	in, err := zip.NewReader(bytes.NewReader(a.Bytes()), int64(a.Len()))
	if err := errors.Join(err1, err2, err3, err); err != nil {
		return files, err
	}
	out := zip.NewWriter(&d)
	for _, f := range in.File {
		if !strings.Contains(f.Name, "StreamingHistory") && !strings.HasSuffix(f.Name, "/") {
			err = errors.Join(err, out.Copy(f))
		}
	}
	err = errors.Join(err, out.Close())
	return [4]file{{"history.zip", e.Bytes()}, {"account.zip", a.Bytes()}, {"log.zip", l.Bytes()}, {"documents.zip", d.Bytes()}}, err
})

// sampled is somebody with invented data.
func sampled(t *testing.T) (*site, *visitor) {
	t.Helper()
	s := newSite(t)
	v := s.visitor(t)
	v.takeSample()
	return s, v
}

// firstSample is what the first to take the sample had: its import takes a while.
var firstSample struct {
	sync.Mutex
	stored  map[string][]byte
	cookies []*http.Cookie
}

// takeSample is for those who have the invented data, and do not test how it comes:
// the sealed dataset and the session are those of the first to take it, on a site of
// theirs. All sites have the same key of sessions.
func (v *visitor) takeSample() {
	v.t.Helper()
	first := &firstSample
	first.Lock()
	defer first.Unlock()
	if first.stored == nil {
		s := newSite(v.t)
		taker := s.stranger(v.t)
		taker.post("/sample", url.Values{}).want(v.t, http.StatusSeeOther)
		keys, err := s.bucket.List(v.t.Context(), "")
		if err != nil {
			v.t.Fatal(err)
		}
		stored := make(map[string][]byte)
		for _, key := range keys {
			if stored[key], err = s.bucket.Get(v.t.Context(), key); err != nil {
				v.t.Fatal(err)
			}
		}
		first.stored, first.cookies = stored, taker.http.Jar.Cookies(s.address)
	}
	for key, blob := range first.stored {
		if err := v.site.bucket.Put(v.t.Context(), key, blob, time.Now().Add(time.Hour)); err != nil {
			v.t.Fatal(err)
		}
	}
	v.http.Jar.SetCookies(v.site.address, first.cookies)
}

// sampleFillsEveryPage: who tries the program sees a person on every page,
// with nothing missing, and no name that is made to break it.
func sampleFillsEveryPage(t *testing.T, c crawled) {
	for _, p := range []struct {
		path, what string
		least      int // that many of it
	}{
		{"/", `main a[href^="/artists/"]`, 8},
		{"/artists", `main a[href^="/artists/"]`, 30},
		{"/albums", `main a[href^="/albums/"]`, 30},
		{"/tracks", `main a[href^="/tracks/"]`, 30},
		{"/shows", `main a[href^="/shows/"]`, 8},
		{"/audiobooks", `main a[href^="/audiobooks/"]`, 3},
		{"/history", `main a[href^="/tracks/"]`, 30},
		{"/playlists", `main a[href^="/playlists/"]`, 12},
		{"/playlists/tracks", `main a[href^="/tracks/"]`, 30},
		{"/library", `main a[href^="/tracks/"]`, 30},
		{"/searches", `main a[href^="/tracks/"]`, 20},
		{"/changes", `main a[href^="/tracks/"]`, 20},
		{"/opinions", `main a[href^="/artists/"]`, 40},
		{"/wrapped", `main a[href^="/tracks/"]`, 40},
		{"/privacy", "main svg", 3},
		{"/documents", `main a[href^="/documents/"]`, 25},
		{"/receipt", "main table tbody tr", 30},
	} {
		doc := c.page(t, personAll, p.path)
		if n := doc.Find(p.what).Length(); n < p.least {
			t.Errorf("%s: %d × %s, want %d", p.path, n, p.what, p.least)
		}
		main := doc.Find("main")
		for _, words := range []string{"No package holds", "None in this selection", "without a name", "listens to <"} {
			if strings.Contains(main.Text(), words) {
				t.Errorf("%s says %q", p.path, words)
			}
		}
		if n := main.Find(".empty").Length(); n > 0 {
			t.Errorf("%s: %d empty parts", p.path, n)
		}
		doc.Find("nav a").Each(func(_ int, s *goquery.Selection) {
			if strings.HasPrefix(s.AttrOr("href", ""), "/receipt#more") {
				t.Errorf("%s asks for a package", p.path)
			}
		})
	}
}

// sampleIsConsistent: its packages agree with each other, as those of one
// person do, and Wrapped is a little off, as Wrapped is.
func sampleIsConsistent(t *testing.T, c crawled) {
	v := c.visitor(t)
	var wrapped struct {
		Items []struct {
			Year    int
			Spotify struct {
				MsPlayed int64 `json:"ms_played"`
			}
			Yours struct {
				MsPlayed int64 `json:"ms_played"`
			}
			Tracks []struct {
				ID   string
				Rank int `json:"your_rank"`
			} `json:"top_tracks"`
			Artists []struct{ Name string } `json:"top_artists"`
		}
	}
	v.get("/api/v1/wrapped").want(t, http.StatusOK).json(t, &wrapped)
	if len(wrapped.Items) < 4 {
		t.Errorf("%d years of Wrapped", len(wrapped.Items))
	}
	for _, w := range wrapped.Items {
		off := float64(w.Spotify.MsPlayed)/float64(w.Yours.MsPlayed) - 1
		if off >= 0 || off < -0.05 { // private sessions do not count, nor what came late
			t.Errorf("%d: Spotify is off by %.2f %%", w.Year, 100*off)
		}
		if len(w.Tracks) != 5 || len(w.Artists) != 5 {
			t.Errorf("%d: %d tracks, %d artists", w.Year, len(w.Tracks), len(w.Artists))
		}
		for _, track := range w.Tracks {
			if track.ID == "" || track.Rank == 0 || track.Rank > 20 {
				t.Errorf("%d: a top track of Spotify's is no. %d", w.Year, track.Rank)
			}
		}
		for _, artist := range w.Artists {
			if artist.Name == "" {
				t.Errorf("%d: an artist without a name", w.Year)
			}
		}
	}

	var searches struct {
		Items []struct{ Played *struct{} }
		Total int
	}
	v.get("/api/v1/searches?limit=200").want(t, http.StatusOK).json(t, &searches)
	led := 0
	for _, s := range searches.Items {
		if s.Played != nil {
			led++
		}
	}
	if n := len(searches.Items); searches.Total < 100 || led < n/2 || led == n {
		t.Errorf("%d of %d searches led to a play, %d in all", led, n, searches.Total)
	}
}
