package handlers_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/spotify-data-tool/spotify-data-tool/handlers"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/viewtest"
)

// The people whose pages crawledPages has: by what they have uploaded.
const (
	personAll       = "all packages"
	personExtended  = "extended history alone"
	personAccount   = "account data alone"
	personDocuments = "documents alone"
	personLog       = "technical log alone"
	personHostile   = "hostile names"
	personNone      = "no data"
)

// A crawledPage is a page, or the partial of one, as it was answered.
type crawledPage struct {
	path string
	doc  *goquery.Document
}

func (p crawledPage) isPartial() bool { return strings.HasPrefix(p.path, "/partials/") }

// crawled holds what crawledPages has found, so that every check reads the same
// pages and they are asked for once.
var crawled struct {
	once  sync.Once
	pages map[string][]crawledPage
}

// crawledPages returns every page that a person can reach, whichever packages
// they have, for tests that read pages and change nothing.
func crawledPages(t *testing.T) map[string][]crawledPage {
	t.Helper()
	crawled.once.Do(func() {
		found := make(map[string][]crawledPage)
		extended, account, log, documents := personsPackages(t)
		s := newSite(t)
		for person, files := range map[string][]file{
			personAll: {extended, account, log}, personExtended: {extended}, personAccount: {account}, personDocuments: {documents}, personLog: {log},
		} {
			v := s.visitor(t)
			v.upload("", files...).want(t, http.StatusCreated)
			// Every list leads to things of its kind: two of each are like all.
			deeper := map[string]int{}
			found[person] = crawl(t, v, 1000, func(href string) bool {
				kind, rest, _ := strings.Cut(strings.TrimPrefix(href, "/"), "/")
				if rest == "" || strings.ContainsAny(rest, "?#/") || deeper[kind] == 2 {
					return false
				}
				deeper[kind]++
				return true
			}, "/?from=2026-01-01&to=2026-03-31", "/history?min=0&only=skipped", "/?from=2001&to=2001", "/?from=2025&to=2025", "/artists?table=spine", "/?table=clock", "/privacy?reveal=1&tz=Asia/Tokyo", "/privacy?tz=Asia/Tokyo")
			for _, page := range v.pages() {
				found[person] = append(found[person], crawledPage{"/partials" + page, v.get("/partials"+page).want(t, http.StatusOK).page(t)})
			}
		}
		v := s.visitor(t)
		v.upload("", library(t), belongings(t)).want(t, http.StatusCreated)
		found[personHostile] = crawl(t, v, 450, notOfTime,

			"/playlists?q=script&order=name", "/library?part=never",
			"/?from=2023-02&to=2023-03&tz=Asia/Tokyo&min=0&kind=music,podcast&country=DE&platform=web", "/artists?q=script&sort=name",
			"/history?q=em&min=0", "/history?weekday=mon,tue&hour=5,6,23", "/tracks?page=2", "/artists?q=nothing-is-called-this", "/?from=1999&to=1999",
			"/history?not="+url.QueryEscape(nasty[1]))
		v = s.visitor(t)
		for _, path := range []string{"/", "/?nodata", "/forgotten"} {
			found[personNone] = append(found[personNone], crawledPage{path, v.get(path).want(t, http.StatusOK).page(t)})
		}
		found[personNone] = append(found[personNone], crawledPage{"/nowhere", v.get("/nowhere").want(t, http.StatusNotFound).page(t)})
		body, contentType := form(t, "", file{"x.zip", []byte("no ZIP")})
		refused := v.request(http.MethodPost, "/uploads", body, "Content-Type", contentType)
		found[personNone] = append(found[personNone], crawledPage{"/uploads", refused.want(t, http.StatusUnsupportedMediaType).page(t)})
		crawled.pages = found
	})
	if crawled.pages == nil {
		t.Fatal("the crawl has failed in an earlier test")
	}
	return crawled.pages
}

// notOfTime leaves out the days and years that a record leads to by the hundred;
// two of each are among the pages of the views.
func notOfTime(href string) bool {
	for _, of := range []string{"/days/", "/years/", "/calendar?", "/ranks?", "/eras?", "/discoveries?", "/compare?", "/on-this-day?"} {
		if strings.HasPrefix(href, of) {
			return false
		}
	}
	return true
}

// eachPage calls check with every crawled page.
func eachPage(t *testing.T, check func(t *testing.T, person string, p crawledPage)) {
	t.Helper()
	pages := crawledPages(t)
	for _, person := range slices.Sorted(maps.Keys(pages)) {
		t.Run(person, func(t *testing.T) {
			for _, p := range pages[person] {
				if !p.isPartial() {
					check(t, person, p)
				}
			}
		})
	}
}

// pageOf returns one of the pages of a person.
func pageOf(t *testing.T, person, path string) *goquery.Document {
	t.Helper()
	for _, p := range crawledPages(t)[person] {
		if p.path == path {
			return p.doc
		}
	}
	t.Fatalf("%s: no page %s", person, path)
	return nil
}

// crawl opens every view's page, more and then the links that it follows, as a
// browser without script, until it has most pages.
func crawl(t *testing.T, v *visitor, most int, follow func(href string) bool, more ...string) []crawledPage {
	t.Helper()
	queue := slices.Concat(v.pages(), []string{"/forget"}, more)
	queued := map[string]bool{}
	for _, path := range queue {
		queued[path] = true
	}
	var pages []crawledPage
	for i := 0; i < len(queue) && len(pages) < most; i++ {
		path := queue[i]
		a := v.get(path)
		if a.StatusCode != http.StatusOK {
			t.Errorf("GET %s: %s\n%.300s", path, a.Status, a.body)
			continue
		}
		doc := a.page(t)
		pages = append(pages, crawledPage{path, doc})
		// Links of lists first: the spine repeats itself on every page.
		// The hours of the week are 168 histories like any other, and downloads no pages.
		doc.Find("main a[href], .chips a[href]").Not("#clock a, [download]").Each(func(_ int, s *goquery.Selection) {
			href := s.AttrOr("href", "")
			if strings.HasPrefix(href, "?") {
				page, _, _ := strings.Cut(path, "?")
				href = page + href
			}
			if strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "/api/") && !queued[href] && follow(href) {
				queued[href] = true
				queue = append(queue, href)
			}
		})
	}
	return pages
}

// pages returns the address of every view's page, and of its examples.
func (v *visitor) pages() []string {
	v.t.Helper()
	pages, examples := viewtest.Pages(handlers.Views()), v.examples()
	for _, view := range handlers.Views() {
		pages = append(pages, examples[view.Path]...)
	}
	return pages
}

// addresses returns every address of the views: pages, partials and answers of the
// API, with the examples in place of parameters.
func (v *visitor) addresses() []string {
	v.t.Helper()
	examples := v.examples()
	var addresses []string
	for _, view := range handlers.Views() {
		for _, route := range viewtest.Routes(view) {
			if !strings.Contains(route, viewtest.Parameter) {
				addresses = append(addresses, route)
				continue
			}
			for _, example := range examples[view.Path] {
				addresses = append(addresses, strings.ReplaceAll(route, viewtest.Parameter, path.Base(example)))
			}
		}
	}
	return addresses
}

// examples returns the examples of each view whose path has a parameter.
func (v *visitor) examples() map[string][]string {
	v.t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, c := range v.http.Jar.Cookies(v.site.address) {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	v.site.sessions.Middleware(http.HandlerFunc(v.site.handlers.ListExamples)).ServeHTTP(w, r)
	var examples map[string][]string
	if err := json.NewDecoder(bytes.NewReader(w.Body.Bytes())).Decode(&examples); err != nil || w.Code != http.StatusOK {
		v.t.Fatalf("examples: %d %v: %.300s", w.Code, err, w.Body)
	}
	return examples
}
