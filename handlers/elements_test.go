package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/spotify-data-tool/spotify-data-tool/handlers"
)

// everyChartLeadsToATable: whoever cannot see a chart reads its figures.
func everyChartLeadsToATable(t *testing.T, c crawled) {
	artist := c.example(t, "/artists/")
	for page, charts := range map[string][]string{"/": {"spine", "clock"}, artist: {"spine", "months"}} {
		doc := c.page(t, personAll, page)
		for _, chart := range charts {
			link := doc.Find("#" + chart + "-table")
			if want := "?table=" + chart + "#" + chart + "-table"; !strings.HasSuffix(link.AttrOr("href", ""), want) || link.Text() != "Show as table" {
				t.Errorf("%s: the table of %s is at %q", page, chart, link.AttrOr("href", ""))
			}
		}
		months := doc.Find("#lens .month-links a").Length()
		if page == artist {
			if n := doc.Find("#months .month-links a").Length(); n != months {
				t.Errorf("%d bars of the artist, the spine has %d", n, months)
			}
		}
	}
	doc := c.page(t, personAll, "/artists?table=spine")
	if rows, months := doc.Find("details[open] > #chip-range").Parent().Find("details[open] tbody tr").Length(), doc.Find("#lens .month-links a").Length(); rows != months || rows == 0 {
		t.Errorf("the spine's table has %d rows of %d months, or is in a chip that is closed", rows, months)
	}
	doc = c.page(t, personAll, "/?table=clock")
	if n := doc.Find("#clock details[open] table tbody td").Length(); n != 7*24 {
		t.Errorf("the heatmap's table has %d cells, want 168", n)
	}
	// The 7 days and, in the drawing, 8 of the 24 hours have a link of their own.
	if marks, figures := doc.Find("#clock .heat-frame a").Length(), doc.Find("#clock table a").Length(); marks-7-8 != figures-7-24 || marks < 100 {
		t.Errorf("the heatmap has %d links, its table %d", marks, figures)
	}
	// A chart must not put 168 stops in the way of a keyboard; the table has the links too.
	if n := doc.Find("#clock .heat-frame a:not([tabindex='-1'])").Length(); n != 0 {
		t.Errorf("%d cells are stops of their own", n)
	}
}

func spineIsLinksAndLightsTheRange(t *testing.T, c crawled) {
	doc := c.page(t, personAll, "/?from=2026-01-01&to=2026-03-31")
	all, named := doc.Find("#lens .month-links a").Length(), doc.Find("#lens .month-links a[href][title]").Length()
	if all == 0 || named != all {
		t.Errorf("%d of %d months are links with a name", named, all)
	}
	if n := doc.Find("#lens .month-links .lit a").Length(); n != 3 {
		t.Errorf("%d months are lit, want 3", n)
	}
	if got := strings.Count(doc.Find("#lens .bars .lit").AttrOr("d", ""), "M"); got != 3 {
		t.Errorf("%d bars are lit, want 3", got)
	}
	if n := c.page(t, personAll, "/").Find(".spine-months").Length(); n != 0 {
		t.Error("months at a finger's size although no year is chosen")
	}
	doc = c.page(t, personAll, "/?from=2025&to=2025")
	if lit, large := doc.Find("#lens .month-links .lit a").Length(), doc.Find(".spine-months a").Length(); lit != 12 || large != 12 {
		t.Errorf("of a year %d months are lit and %d at a finger's size, want 12", lit, large)
	}
	if got := doc.Find("#lens .years .lit").AttrOr("title", ""); !strings.HasPrefix(got, "2025") {
		t.Errorf("lit years: %q", got)
	}
	if d := c.page(t, personAll, c.example(t, "/artists/")).Find(".spine.has-subject .part.lit").AttrOr("d", ""); d == "" {
		t.Error("the artist is not drawn on the spine")
	}
}

func lensFormsKeepTheOtherParameters(t *testing.T, c crawled) {
	doc := c.page(t, personHostile, "/?from=2023-02&to=2023-03&tz=Asia/Tokyo&min=0&kind=music,podcast&country=DE&platform=web")
	forms := doc.Find("#lens form")
	if forms.Length() < 3 {
		t.Fatalf("%d forms in the lens", forms.Length())
	}
	forms.Each(func(_ int, s *goquery.Selection) {
		keeps := s.AttrOr("method", "") == "get"
		for name, value := range map[string]string{"from": "2023-02", "to": "2023-03", "tz": "Asia/Tokyo", "min": "0", "country": "DE", "platform": "web"} {
			// A form has each parameter once: to be changed, or as it is.
			keeps = keeps && (s.Find(`[name="`+name+`"]:not([type=hidden])`).Length() > 0) != (s.Find(`input[type=hidden][name="`+name+`"][value="`+value+`"]`).Length() == 1)
		}
		if s.AttrOr("action", "") == "/zone" {
			// The zone is remembered: its form comes back to the page it is sent from.
			keeps = s.AttrOr("method", "") == "post" && strings.HasPrefix(s.Find("input[name=return]").AttrOr("value", ""), "/?from=2023-02&to=2023-03&")
		}
		if !keeps {
			t.Errorf("form loses the lens: %s", outer(s))
		}
		if s.Find("button[type=submit]").Length() != 1 {
			t.Errorf("form cannot be sent without a script: %s", outer(s))
		}
	})
}

// listStepsWorkWithAndWithoutScript: sorting and paging are links, which htmx
// makes quicker.
func listStepsWorkWithAndWithoutScript(t *testing.T, c crawled) {
	for path, atLeast := range map[string]int{"/artists": 6, "/tracks": 6, "/playlists": 6, "/library": 4, "/documents": 4, c.example(t, "/playlists/"): 4} {
		doc := c.page(t, personAll, path)
		steps := doc.Find("#list .sorts a, #list .pager a")
		if steps.Length() < atLeast {
			t.Errorf("%s: %d steps, want at least %d", path, steps.Length(), atLeast)
		}
		steps.Each(func(_ int, s *goquery.Selection) {
			href := s.AttrOr("href", "")
			if href == "" || s.AttrOr("hx-push-url", "") != href || s.AttrOr("hx-get", "") != "/partials"+href || s.AttrOr("hx-target", s.Closest("[hx-target]").AttrOr("hx-target", "")) != "#list" {
				t.Errorf("%s: step %s", path, outer(s))
			}
		})
		if n := doc.Find(`#list .sorts [aria-current="true"]`).Length(); n != 1 {
			t.Errorf("%s: %d current orders", path, n)
		}
		search := doc.Find("form#search")
		if search.AttrOr("action", "") != path || search.AttrOr("hx-get", "") != "/partials"+path || search.Find("input#q[name=q]").Length() != 1 {
			t.Errorf("%s: search form: %s", path, outer(search))
		}
	}
	doc := c.page(t, personHostile, "/artists?q=script&sort=name")
	if got := doc.Find(`#list .sorts [aria-current="true"]`).Text(); got != "Name" {
		t.Errorf("current order is %q", got)
	}
	if got := doc.Find(`#list input[form="search"][name="sort"]`).AttrOr("value", ""); got != "name" {
		t.Errorf("a search would lose the order: %q", got)
	}
}

// olderIsAppended: history, searches and changes go on below what is shown,
// until they end.
func olderIsAppended(t *testing.T, c crawled) {
	v := c.visitor(t)
	n := 0
	for _, view := range handlers.Views() {
		if view.More == nil {
			continue
		}
		older := c.page(t, personAll, view.Path).Find(".older a")
		if older.Length() == 0 && view.Path == "/changes" {
			continue // the log holds one page of them
		}
		n++
		next := older.AttrOr("hx-get", "")
		if older.AttrOr("hx-target", "") != "closest .older" || !strings.HasPrefix(older.AttrOr("href", ""), view.Path+"?") || !strings.HasPrefix(next, "/partials"+view.Path+"/older?") {
			t.Errorf("%s: older: %s", view.Path, outer(older))
			continue
		}
		more := v.get(next).want(t, http.StatusOK).page(t)
		if more.Find("time").Length() == 0 || more.Find("#list, input, main, #lens").Length() != 0 || more.Find(".older").Length() > 1 {
			t.Errorf("%s: what is appended is not days and the next step", view.Path)
		}
		if bare := v.get(older.AttrOr("href", "")).want(t, http.StatusOK).page(t); bare.Find("main time").Length() == 0 {
			t.Errorf("%s: without script there is nothing older", view.Path)
		}
	}
	if n < 2 {
		t.Errorf("%d lists go on", n)
	}
	// The end: the one day of a history that begins with it.
	first := c.page(t, personAll, "/history").Find("main time").First().AttrOr("datetime", "")
	if first == "" {
		t.Fatal("the history shows no time")
	}
	if v.get("/history?from="+url.QueryEscape(first[:10])).want(t, http.StatusOK).page(t).Find(".older").Length() != 0 {
		t.Error("a way on at the end")
	}
}

func uploadIsAPlainForm(t *testing.T, c crawled) {
	for _, p := range c.pages[personNone] {
		if p.path == "/nowhere" || p.path == "/forgotten" {
			continue
		}
		form := p.doc.Find("form#upload")
		for attribute, want := range map[string]string{"method": "post", "enctype": "multipart/form-data", "action": "/uploads"} {
			if got := form.AttrOr(attribute, ""); got != want {
				t.Errorf("%s: %s is %q, want %q", p.path, attribute, got, want)
			}
		}
		if form.Find("input[type=file][name=files][multiple][required]").Length() != 1 || form.Find("button[type=submit]").Length() != 1 {
			t.Errorf("%s: the form cannot be used without a script", p.path)
		}
		if form.Find("[name=mode]").Length() != 0 {
			t.Errorf("%s: a choice of merging although there is nothing to merge with", p.path)
		}
		if n := form.Find("[role=alert] .alert-title").Length(); (n == 1) != (p.path == "/uploads") {
			t.Errorf("%s: %d alerts", p.path, n)
		}
		if p.doc.Find(`form[method=post][action="/sample"] button`).Length() != 1 {
			t.Errorf("%s: no sample data", p.path)
		}
	}
	merge := c.page(t, personAll, "/receipt").Find("form#upload input[name=mode]")
	if merge.Length() != 2 || merge.Filter("[checked]").AttrOr("value", "") != "add" {
		t.Error("the receipt does not offer to add, by default, or to replace")
	}
	if c.page(t, personAll, "/forget").Find(`main form[method=post][action="/reset"] button, main form[method=post][action="/forget"] button`).Length() != 1 {
		t.Error("the page that asks cannot delete")
	}
}

func receiptAddsUp(t *testing.T, c crawled) {
	for person, pages := range c.pages {
		for _, p := range pages {
			if p.path != "/receipt" {
				continue
			}
			number := func(s *goquery.Selection) int {
				n, err := strconv.Atoi(strings.ReplaceAll(strings.TrimSpace(s.Text()), ",", ""))
				if err != nil {
					t.Fatalf("%s: %v", person, err)
				}
				return n
			}
			sum, parts := 0, p.doc.Find(".tally tbody .figure")
			parts.Each(func(_ int, s *goquery.Selection) { sum += number(s) })
			if total := p.doc.Find(".tally tfoot .figure"); parts.Length() > 0 && sum != number(total) {
				t.Errorf("%s: the parts add up to %d, the total is %s", person, sum, total.Text())
			}
			if p.doc.Find(".files tbody tr").Length() == 0 {
				t.Errorf("%s: no files", person)
			}
		}
	}
}

func privacyMasksUntilAsked(t *testing.T, c crawled) {
	doc, shown := c.page(t, personAll, "/privacy?tz=Asia/Tokyo"), c.page(t, personAll, "/privacy?reveal=1&tz=Asia/Tokyo")
	masked := doc.Find("dd.masked").Length()
	if masked == 0 || shown.Find("dd.masked").Length() != 0 {
		t.Errorf("%d values are masked, and %d when asked for", masked, shown.Find("dd.masked").Length())
	}
	form := doc.Find(`form.reveal[method=get][action="/privacy"]`)
	if form.Find("input[name=reveal][value='1']").Length() != 1 || form.Find("input[name=tz]").Length() != 1 || form.Find("button[type=submit]").Length() != 1 {
		t.Errorf("the values cannot be asked for: %s", outer(form))
	}
	if shown.Find("form.reveal").Length() != 0 || shown.Find(`.reveal a[href^="/privacy"]`).Length() != 1 {
		t.Error("shown values cannot be hidden again")
	}
	months := doc.Find("#platforms details tbody tr").Length()
	for _, id := range []string{"platforms", "countries", "networks"} {
		if n := doc.Find("#" + id + " details tbody tr").Length(); n == 0 || n > months {
			t.Errorf("%s: the table behind has %d months of %d", id, n, months)
		}
	}
}

// TestTreesAreBoundedAndMask: a document is drawn to a depth, and what is personal
// is shown when asked for.
func TestTreesAreBoundedAndMask(t *testing.T) {
	deep := strings.Repeat(`{"level":`, 40) + `"deepest"` + strings.Repeat(`}`, 40)
	v := newSite(t).visitor(t)
	v.upload("", file{"a.zip", zipped(t,
		file{"Spotify Account Data/YourLibrary.json", []byte(`{"tracks":[{"artist":"A","album":"B","track":"C","uri":"spotify:track:0000000000000000000001"}],"unknown":` + deep + `}`)},
		file{"Spotify Account Data/Userdata.json", []byte(`{"username":"ada","email":"ada@example.org","birthdate":"1815-12-10"}`)})}).want(t, http.StatusCreated)
	page := func(name, query string) *goquery.Document {
		href := v.get("/documents").want(t, http.StatusOK).page(t).Find("#list a.name").FilterFunction(func(_ int, s *goquery.Selection) bool {
			return strings.Contains(s.Text(), name)
		}).AttrOr("href", "")
		return v.get(href+query).want(t, http.StatusOK).page(t)
	}
	tree := page("YourLibrary", "").Find(".tree")
	if tree.Length() != 1 || strings.Contains(tree.Text(), "deepest") {
		t.Error("the tree is drawn to the bottom, however deep")
	}
	if !strings.Contains(tree.Text(), "1 more is in the file.") {
		t.Errorf("what is left out is not said: %.600s", tree.Text())
	}
	if n := tree.Find(`.scroll[tabindex="0"][role=region] table.data tbody tr`).Length(); n != 1 {
		t.Errorf("the list of flat objects is a table of %d rows", n)
	}
	if masked := page("Userdata", ""); masked.Find(".tree .masked").Length() < 2 || strings.Contains(masked.Text(), "ada@example.org") {
		t.Error("personal values show unasked")
	}
	if shown := page("Userdata", "?reveal=1"); shown.Find(".tree .masked").Length() != 0 || !strings.Contains(shown.Find(".tree").Text(), "ada@example.org") {
		t.Error("personal values do not show when asked for")
	}
}

// nothingInAPackageIsADesignedPage: a page that can hold nothing says what to
// do, and nothing else.
func nothingInAPackageIsADesignedPage(t *testing.T, c crawled) {
	for _, path := range []string{"/playlists", "/library", "/searches", "/changes", "/opinions", "/wrapped", "/documents"} {
		doc := c.page(t, personExtended, path)
		if doc.Find("main .empty a.button").Length() != 1 || doc.Find("#list, form#search, .facts").Length() != 0 {
			t.Errorf("%s: not the one thing to do, or more than it", path)
		}
	}
}

// navigationReachesEveryPageInTwoSteps: by a link of the masthead, by one in a
// menu that opens without a script, or by one on the page of the years; and on a
// phone by the bar at its foot and what that leads to.
func navigationReachesEveryPageInTwoSteps(t *testing.T, c crawled) {
	var listed []string
	for _, v := range handlers.Views() {
		if v.Group != 0 {
			listed = append(listed, v.Path)
		}
	}
	paths := func(links *goquery.Selection) (list []string) {
		links.Each(func(_ int, a *goquery.Selection) {
			path, _, _ := strings.Cut(a.AttrOr("href", ""), "?")
			list = append(list, path)
		})
		return list
	}
	years := paths(c.page(t, personAll, "/years").Find("main nav.more-ways a"))
	more := paths(c.page(t, personAll, "/more").Find("main a"))
	for _, path := range []string{"/", "/library", "/receipt", c.example(t, "/tracks/")} {
		doc := c.page(t, personAll, path)
		wide := append(paths(doc.Find("#masthead .nav a, #masthead .your-data a")), years...)
		if phone := paths(doc.Find("#masthead .phone-bar a")); !slices.Contains(phone, "/more") || !slices.Contains(phone, "/search") || len(phone) != 5 {
			t.Errorf("%s: the bar of a phone leads to %q", path, phone)
		}
		for _, page := range listed {
			if !slices.Contains(wide, page) || !slices.Contains(more, page) {
				t.Errorf("%s: no way to %s", path, page)
			}
		}
	}
	if c.page(t, personAll, "/library").Find(".menu summary.current").Length() != 1 || c.page(t, personAll, "/eras").Find(`.nav a[href="/years"][aria-current]`).Length() != 1 {
		t.Error("the navigation does not say where the page is")
	}
	if n := c.page(t, personNone, "/").Find(".menu, .phone-bar").Length(); n != 0 {
		t.Error("a menu without data")
	}
}
