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

// The people whose pages are crawled, by what they have uploaded.
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

// crawled are the pages of each person.
type crawled struct {
	pages map[string][]crawledPage
	all   *visitor // the person with all packages
}

// visitor is the person with all packages, for what is not among the pages.
func (c crawled) visitor(t *testing.T) *visitor {
	return &visitor{t: t, site: c.all.site, http: c.all.http}
}

// TestPagesOfEveryPerson reads every page that a person can reach, whichever packages
// they have. All checks read the same pages, which are asked for once and kept no
// longer than this test: the collector walks whatever is alive, time and again.
func TestPagesOfEveryPerson(t *testing.T) {
	c := crawlEveryPerson(t)
	for name, check := range map[string]func(*testing.T, crawled){
		"chart leads to a table":    everyChartLeadsToATable,
		"spine":                     spineIsLinksAndLightsTheRange,
		"forms of the lens":         lensFormsKeepTheOtherParameters,
		"steps of lists":            listStepsWorkWithAndWithoutScript,
		"older is appended":         olderIsAppended,
		"upload is a plain form":    uploadIsAPlainForm,
		"receipt adds up":           receiptAddsUp,
		"privacy masks until asked": privacyMasksUntilAsked,
		"nothing in a package":      nothingInAPackageIsADesignedPage,
		"navigation":                navigationReachesEveryPageInTwoSteps,
		"markup":                    everyPage,
		"partials":                  partialsAreTheListAndTheLens,
		"style sheet":               styleSheetKnowsEveryClass,
		"words":                     wordsOfEveryPackage,
		"sample fills every page":   sampleFillsEveryPage,
		"sample is consistent":      sampleIsConsistent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, c)
		})
	}
}

// crawlEveryPerson gives each person their packages and opens their pages.
func crawlEveryPerson(t *testing.T) crawled {
	t.Helper()
	extended, account, log, documents := personsPackages(t)
	s := newSite(t)
	// Every list leads to things of its kind: two of each are like all.
	sampled := func(v *visitor) []crawledPage {
		deeper := map[string]int{}
		return crawl(v, 1000, func(href string) bool {
			kind, rest, _ := strings.Cut(strings.TrimPrefix(href, "/"), "/")
			if rest == "" || strings.ContainsAny(rest, "?#/") || deeper[kind] == 2 {
				return false
			}
			deeper[kind]++
			return true
		}, "/?from=2026-01-01&to=2026-03-31", "/history?min=0&only=skipped", "/?from=2001&to=2001", "/?from=2025&to=2025", "/artists?table=spine", "/?table=clock", "/privacy?reveal=1&tz=Asia/Tokyo", "/privacy?tz=Asia/Tokyo")
	}
	hostile := func(v *visitor) []crawledPage {
		most := 450
		if testing.Short() {
			most = 300 // of every kind some
		}
		return crawl(v, most, notOfTime,
			"/playlists?q=script&order=name", "/library?part=never",
			"/?from=2023-02&to=2023-03&tz=Asia/Tokyo&min=0&kind=music,podcast&country=DE&platform=web", "/artists?q=script&sort=name",
			"/history?q=em&min=0", "/history?weekday=mon,tue&hour=5,6,23", "/tracks?page=2", "/artists?q=nothing-is-called-this", "/?from=1999&to=1999",
			"/history?not="+url.QueryEscape(nasty[1]))
	}
	without := func(v *visitor) []crawledPage {
		body, contentType := form(t, "", file{"x.zip", []byte("no ZIP")})
		refused := v.request(http.MethodPost, "/uploads", body, "Content-Type", contentType)
		return []crawledPage{
			v.open("/", http.StatusOK), v.open("/?nodata", http.StatusOK), v.open("/forgotten", http.StatusOK), v.open("/nowhere", http.StatusNotFound),
			{"/uploads", refused.want(v.t, http.StatusUnsupportedMediaType).page(v.t)},
		}
	}
	c := crawled{pages: make(map[string][]crawledPage)}
	var together sync.Mutex
	t.Run("crawl", func(t *testing.T) {
		for person, p := range map[string]struct {
			files []file
			crawl func(*visitor) []crawledPage
		}{
			personAll: {[]file{extended, account, log}, sampled}, personExtended: {[]file{extended}, sampled}, personAccount: {[]file{account}, sampled},
			personDocuments: {[]file{documents}, sampled}, personLog: {[]file{log}, sampled},
			personHostile: {[]file{library(t), belongings(t)}, hostile}, personNone: {nil, without},
		} {
			t.Run(person, func(t *testing.T) {
				t.Parallel()
				v := s.visitor(t)
				if p.files != nil {
					v.upload("", p.files...).want(t, http.StatusCreated)
				}
				found := p.crawl(v)
				if person == personAll || p.files != nil && !testing.Short() {
					for _, page := range v.pages() {
						found = append(found, v.open("/partials"+page, http.StatusOK))
					}
				}
				together.Lock()
				defer together.Unlock()
				if c.pages[person] = found; person == personAll {
					c.all = v
				}
			})
		}
	})
	if t.Failed() {
		t.FailNow()
	}
	return c
}

// open asks for one page.
func (v *visitor) open(path string, status int) crawledPage {
	v.t.Helper()
	return crawledPage{path, v.get(path).want(v.t, status).page(v.t)}
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

// each calls check with every crawled page.
func (c crawled) each(t *testing.T, check func(t *testing.T, person string, p crawledPage)) {
	t.Helper()
	for _, person := range slices.Sorted(maps.Keys(c.pages)) {
		t.Run(person, func(t *testing.T) {
			for _, p := range c.pages[person] {
				if !p.isPartial() {
					check(t, person, p)
				}
			}
		})
	}
}

// page returns one of the pages of a person.
func (c crawled) page(t *testing.T, person, path string) *goquery.Document {
	t.Helper()
	for _, p := range c.pages[person] {
		if p.path == path {
			return p.doc
		}
	}
	t.Fatalf("%s: no page %s", person, path)
	return nil
}

// example is the first page of a kind that the person with all packages has.
func (c crawled) example(t *testing.T, prefix string) string {
	t.Helper()
	i := slices.IndexFunc(c.pages[personAll], func(p crawledPage) bool { return strings.HasPrefix(p.path, prefix) && p.path != "/playlists/tracks" })
	if i < 0 {
		t.Fatalf("no page below %s", prefix)
	}
	return c.pages[personAll][i].path
}

// crawl opens every view's page, more and then the links that it follows, as a
// browser without script, until it has most pages.
func crawl(v *visitor, most int, follow func(href string) bool, more ...string) []crawledPage {
	v.t.Helper()
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
			v.t.Errorf("GET %s: %s\n%.300s", path, a.Status, a.body)
			continue
		}
		doc := a.page(v.t)
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
