package handlers_test

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/spotify-data-tool/spotify-data-tool/handlers"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/signin"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/link"
	"github.com/spotify-data-tool/spotify-data-tool/internal/ratelimit"
	"github.com/spotify-data-tool/spotify-data-tool/internal/reel"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

const uploadBytes = 8 << 20 // what tests may upload

// A site is the handlers behind the real sessions, over a bucket in memory.
type site struct {
	*httptest.Server
	bucket  bucket.Bucket
	logs    *bytes.Buffer
	address *url.URL
	public  string        // what the site calls itself
	hook    atomic.Value  // func(context.Context, string), called before an object is read
	now     *atomic.Int64 // how far the vault's clock is ahead, in nanoseconds

	clockWrong atomic.Bool  // whether the store's clock shows another time
	deletions  atomic.Int64 // of objects
	deleteHook atomic.Value // as hook, before an object is deleted
	sessions   *sessions.Manager
	handlers   *handlers.Server
	vault      *vault.Vault
	clock      func() time.Time
}

// forgetCache lets so much time pass that the vault looks into the bucket again.
func (s *site) forgetCache(t *testing.T) {
	t.Helper()
	s.now.Add(int64(time.Minute))
}

// frozen is the visitor's cookie jar as it is now: a request that is still under
// way while others change the session.
func (v *visitor) frozen() http.CookieJar {
	return &frozenJar{cookies: v.http.Jar.Cookies(v.site.address)}
}

type frozenJar struct{ cookies []*http.Cookie }

func (*frozenJar) SetCookies(*url.URL, []*http.Cookie) {}
func (j *frozenJar) Cookies(*url.URL) []*http.Cookie   { return j.cookies }

func newSite(t testing.TB) *site {
	t.Helper()
	return newSiteFor(t, uploadBytes)
}

func newSiteFor(t testing.TB, uploadBytes int64) *site {
	t.Helper()
	return newSiteWith(t, siteOptions{uploadBytes: uploadBytes})
}

type siteOptions struct {
	uploadBytes, requestBytes int64
	secure                    bool          // behind HTTPS
	hourlyBytes               int64         // 0 is no limit
	ahead                     time.Duration // how far the handlers' clock is
	signIn                    signin.Config
	publicURL                 string
	noCache                   bool // every page opens its dataset anew
	noReels                   bool
}

func newSiteWith(t testing.TB, o siteOptions) *site {
	t.Helper()
	s := &site{logs: &bytes.Buffer{}, now: new(atomic.Int64)}
	s.bucket = hooked{memory.New(time.Now), s}
	later := func() time.Time { return time.Now().Add(time.Duration(s.now.Load())) }
	log := slog.New(slog.NewTextHandler(s.logs, nil))
	manager, err := sessions.New(sessions.Config{SecretKey: "only for tests: Wd7mKq2xVr9bTz4nHs6jLp8c", Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	s.sessions = manager
	cacheBytes := int64(64 << 20)
	if o.noCache {
		cacheBytes = 0
	}
	v := vault.New(vault.Config{Bucket: s.bucket, Now: later, Log: log, CacheBytes: cacheBytes})
	limits := export.DefaultLimits
	limits.ArchiveEntries = 300
	im := importer.New(importer.Config{Vault: v, Limits: limits, Now: time.Now})
	files := upload.NewStore(s.bucket, o.uploadBytes, time.Now)
	var meter *ratelimit.Limiter
	if o.hourlyBytes > 0 {
		meter = ratelimit.New(o.hourlyBytes, later)
	}
	h, err := handlers.New(uploads.Config{
		Meter: meter, AddressHeader: "X-Forwarded-For", Memory: admission.New(256<<20, 10*time.Second),
		Sessions: manager, Vault: v, Importer: im,
		Files: files, Tasks: importer.NewTasks(im, files), Links: link.New(s.bucket, later),
		Asset: func(name string) string { return "/static/" + name },
		Log:   log, Now: func() time.Time { return later().Add(o.ahead) }, UploadBytes: o.uploadBytes, RequestBytes: o.requestBytes, SecureCookies: o.secure, PublicURL: o.publicURL,
	}, o.signIn)
	if err != nil {
		t.Fatal(err)
	}
	if !o.noReels {
		h.MakeReels(reel.NewStore(reel.MaxBytes, later))
	}
	s.handlers, s.vault, s.clock = h, v, later
	s.Server = httptest.NewServer(manager.Middleware(h))
	t.Cleanup(s.Close)
	s.public = cmp.Or(o.publicURL, s.URL)
	if s.address, err = url.Parse(s.URL); err != nil {
		t.Fatal(err)
	}
	return s
}

// A visitor is a browser without JavaScript, or a program.
type visitor struct {
	t    testing.TB
	site *site
	http *http.Client
}

// visitor is somebody who has chosen UTC, whatever their data suggests.
func (s *site) visitor(t testing.TB) *visitor {
	t.Helper()
	v := s.stranger(t)
	v.chooseZone("UTC")
	return v
}

// chooseZone makes the visitor one who has chosen a zone.
func (v *visitor) chooseZone(zone string) {
	v.t.Helper()
	v.post("/zone", url.Values{"tz": {zone}, "return": {"/"}}).want(v.t, http.StatusSeeOther)
}

// stranger is somebody who comes for the first time.
func (s *site) stranger(t testing.TB) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, site: s, http: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// An answer is a response that was read whole.
type answer struct {
	*http.Response
	body []byte
}

func (v *visitor) do(req *http.Request) answer {
	v.t.Helper()
	resp, err := v.http.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{resp, b}
}

func (v *visitor) request(method, path string, body io.Reader, header ...string) answer {
	v.t.Helper()
	req, err := http.NewRequest(method, v.site.URL+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return v.do(req)
}

func (v *visitor) get(path string) answer {
	v.t.Helper()
	return v.request(http.MethodGet, path, nil)
}

func (v *visitor) post(path string, form url.Values, header ...string) answer {
	v.t.Helper()
	return v.request(http.MethodPost, path, strings.NewReader(form.Encode()),
		append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)...)
}

// A file is one file of an upload.
type file struct {
	name    string
	content []byte
}

// upload sends files the way a program does.
func (v *visitor) upload(mode string, files ...file) answer {
	v.t.Helper()
	body, contentType := form(v.t, mode, files...)
	return v.request(http.MethodPost, "/uploads", body, "Content-Type", contentType, "Accept", "application/json")
}

func form(t testing.TB, mode string, files ...file) (body *bytes.Buffer, contentType string) {
	t.Helper()
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	for _, f := range files {
		part, err := w.CreateFormFile("files", f.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(f.content); err != nil {
			t.Fatal(err)
		}
	}
	if mode != "" {
		if err := w.WriteField("mode", mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return body, w.FormDataContentType()
}

func (a answer) want(t testing.TB, status int) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s %s: status %d, want %d\n%.500s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, a.body)
	}
	return a
}

func (a answer) json(t testing.TB, into any) {
	t.Helper()
	if got := a.Header.Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
		t.Fatalf("%s: content type %q", a.Request.URL, got)
	}
	if err := json.Unmarshal(a.body, into); err != nil {
		t.Fatalf("%s: %v\n%.300s", a.Request.URL, err, a.body)
	}
}

func (a answer) page(t testing.TB) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// text is what a selector shows, with single spaces.
func text(doc *goquery.Document, selector string) string {
	return strings.Join(strings.Fields(doc.Find(selector).First().Text()), " ")
}

// A play is one row to be put into a package.
type play struct {
	ts, track, artist, album, uri, country, platform, start, end string
	ms                                                           int
	show, episode                                                string
}

func history(plays ...play) []byte {
	type row = map[string]any
	rows := make([]row, 0, len(plays))
	null := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	for _, p := range plays {
		r := row{
			"ts": p.ts, "ms_played": p.ms, "platform": p.platform, "conn_country": p.country,
			"master_metadata_track_name": null(p.track), "master_metadata_album_artist_name": null(p.artist),
			"master_metadata_album_album_name": null(p.album), "spotify_track_uri": null(p.uri),
			"episode_name": null(p.episode), "episode_show_name": null(p.show), "spotify_episode_uri": nil,
			"reason_start": cmp.Or(p.start, "trackdone"), "reason_end": p.end, "shuffle": false, "skipped": false,
			"offline": false, "offline_timestamp": nil, "incognito_mode": false,
		}
		if p.episode != "" {
			r["spotify_episode_uri"] = p.uri
			r["spotify_track_uri"] = nil
		}
		rows = append(rows, r)
	}
	b, err := json.Marshal(rows)
	if err != nil {
		panic(err)
	}
	return b
}

func zipped(t testing.TB, entries ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// nasty are names that try to break out of wherever they are put.
var nasty = []string{
	`<em>x</em>`, `"><script>alert(1)</script>`, `' onmouseover='alert(2)`, `</title><img src=x onerror=alert(4)>`,
	`javascript:alert(3)`, `../../etc/passwd`, "a\u0000b", "😀 Ünïcödé", "مرحبا", `&lt;b&gt;`,
}

// nastyHistory has every kind of content, under nasty names.
var nastyHistory = sync.OnceValue(func() []byte {
	var plays []play
	at := time.Date(2023, 1, 1, 20, 0, 0, 0, time.UTC)
	for i := range 400 {
		name := nasty[i%len(nasty)]
		at = at.Add(9 * time.Hour)
		p := play{
			ts: at.Format(time.RFC3339), ms: 1000 * (20 + i%200), country: []string{"DE", "FR"}[i%2],
			platform: []string{"android", "web_player windows 10;chrome 93;desktop"}[i%2], end: []string{"trackdone", "fwdbtn"}[i%2],
			track: name + fmt.Sprint(i%70), artist: name, album: name + " LP", uri: fmt.Sprintf("spotify:track:%022d", i%70),
		}
		if i%9 == 0 {
			p.episode, p.show, p.track, p.artist, p.album = name+" talk", name+" show", "", "", ""
			p.uri = fmt.Sprintf("spotify:episode:%022d", i%27)
		}
		plays = append(plays, p)
	}
	return history(plays...)
})

// library is a package of a nastyHistory.
func library(t testing.TB) file {
	t.Helper()
	return file{"my_spotify_data.zip", zipped(t, file{"Spotify Extended Streaming History/Streaming_History_Audio_2023.json", nastyHistory()})}
}
