package components_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
)

func TestTablesHaveACellForEveryColumn(t *testing.T) {
	for _, name := range []string{"playlists", "playlist", "playlist-tracks", "library", "documents"} {
		d := document(t, gallery()[name])
		columns := d.Find("#list thead th[scope=col]").Length()
		rows := d.Find("#list tbody tr")
		if columns < 3 || rows.Length() == 0 {
			t.Errorf("%s: %d columns, %d rows", name, columns, rows.Length())
		}
		rows.Each(func(_ int, s *goquery.Selection) {
			if s.Find("th[scope=row]").Length() != 1 || s.Find("th, td").Length() != columns {
				t.Errorf("%s: a row of %d cells beneath %d columns", name, s.Find("th, td").Length(), columns)
			}
			if s.Find("td.main").Length() != 1 {
				t.Errorf("%s: a phone has no figure to show beside %q", name, s.Find(".name").Text())
			}
		})
	}
}

func TestPlaylistMarksWhatWasNeverPlayed(t *testing.T) {
	d := document(t, gallery()["playlist"])
	if rows, marks := d.Find("tr.unplayed").Length(), d.Find("tr.unplayed td.never").Length(); rows != 3 || marks != rows {
		t.Errorf("%d lines are dimmed and %d say why, want 3 of each", rows, marks)
	}
	if n := d.Find("tr.unplayed a.name").Length(); n != 0 {
		t.Errorf("%d links to pages of what was never played", n)
	}
	if got := d.Find("h1").Text(); got != "Road trip" {
		t.Errorf("heading is %q", got)
	}
	twice := document(t, gallery()["playlists"]).Find("#list .entry").FilterFunction(func(_ int, s *goquery.Selection) bool {
		return s.Find(".name").Text() == "Sunday, slowly"
	})
	if a, b := twice.Eq(0).Find(".note").Text(), twice.Eq(1).Find(".note").Text(); twice.Length() != 2 || a == "" || a == b {
		t.Errorf("playlists of the same name are not told apart: %q, %q", a, b)
	}
}

func TestPlaylistTracksNameEveryPlaylist(t *testing.T) {
	d := document(t, gallery()["playlist-tracks"])
	d.Find("#list tbody tr").Each(func(_ int, s *goquery.Selection) {
		want := strings.TrimSpace(s.Find("td").First().Text())
		if got := s.Find(".in li a").Length(); want != en.Number(got) {
			t.Errorf("%q is in %s playlists, %d are named", s.Find(".name").Text(), want, got)
		}
		if open := s.Find(".in > ul li").Length(); open > 4 {
			t.Errorf("%d playlists stand open", open)
		}
	})
	if got := d.Find(".in summary").First().Text(); got != "and 6 more" {
		t.Errorf("what is folded away says %q", got)
	}
}

func TestTableStepsWorkWithAndWithoutScript(t *testing.T) {
	for name, steps := range map[string]int{"playlists": 8, "library": 5, "documents": 4} {
		d := document(t, gallery()[name])
		links := d.Find("#list .sorts a, #list .pager a")
		if links.Length() != steps {
			t.Errorf("%s: %d steps, want %d", name, links.Length(), steps)
		}
		links.Each(func(_ int, s *goquery.Selection) {
			href := s.AttrOr("href", "")
			if href == "" || s.AttrOr("hx-push-url", "") != href || s.AttrOr("hx-get", "") != "/partials"+href || s.AttrOr("hx-target", "") != "#list" {
				t.Errorf("%s: step %s", name, outer(s))
			}
		})
	}
}

func TestPackagePartialsAreTheListAndTheLens(t *testing.T) {
	g := newInventor()
	m := frame("Playlists", "/playlists", g.lens("/playlists", "", ""))
	for name, html := range map[string]string{
		"collection": string(render(t, pages.CollectionPartial(m, g.playlists()))),
		"searches":   string(render(t, pages.SearchesPartial(m, g.searches()))),
	} {
		d, err := goquery.NewDocumentFromReader(strings.NewReader(html))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(html, "<html") || d.Find("main, .cards, form#search").Length() != 0 {
			t.Errorf("%s: the partial holds more than the list", name)
		}
		if d.Find("section#list").Length() != 1 || d.Find("section#lens[hx-swap-oob=true]").Length() != 1 {
			t.Errorf("%s: the partial misses the list or the lens", name)
		}
	}
	more := document(t, partials.SearchMore(g.searches().List))
	if more.Find(".searched").Length() != 15 || more.Find("#list, input").Length() != 0 || more.Find(".older a[hx-target='closest .older']").Length() != 1 {
		t.Error("what is appended is not searches and the next step")
	}
}

func TestLibraryTabsAreLinksWithCounts(t *testing.T) {
	tabs := document(t, gallery()["library"]).Find("nav.tabs a[href]")
	if tabs.Length() != 7 || tabs.Find(".tab-count").Length() != 7 {
		t.Fatalf("%d tabs with %d counts, want 7", tabs.Length(), tabs.Find(".tab-count").Length())
	}
	if got := tabs.Filter("[aria-current=page]"); got.Length() != 1 || !strings.Contains(got.Text(), "1,893") {
		t.Errorf("current is %q", got.Text())
	}
}

func TestSearchesSayWhatWasPlayedAfterwards(t *testing.T) {
	d := document(t, gallery()["searches"])
	d.Find(".searched").Each(func(_ int, s *goquery.Selection) {
		if fruitless := s.HasClass("fruitless"); fruitless == (s.Find(".then li").Length() > 0) {
			t.Errorf("%q: fruitless is %v with %d plays", s.Find(".name").First().Text(), fruitless, s.Find(".then li").Length())
		}
		if !strings.Contains(s.Find(".keys").Text(), "recorded") || s.Find("time[datetime]").Length() != 1 {
			t.Errorf("without records or time: %s", outer(s))
		}
	})
	if n := d.Find(".day h2").Length(); n != 3 {
		t.Errorf("%d days, want 3", n)
	}
}

func TestOpinionsOwnUpToWhatIsAbsent(t *testing.T) {
	d := document(t, gallery()["opinions"])
	if n := d.Find("section.opinion").Length(); n != 5 {
		t.Errorf("%d opinions, want the 5 that are held", n)
	}
	if n := d.Find(".absent dd").Length(); n != 2 {
		t.Errorf("%d absences, want 2", n)
	}
	d.Find("nav.tabs a").Each(func(_ int, s *goquery.Selection) {
		if href := s.AttrOr("href", ""); d.Find("section.opinion"+href).Length() != 1 {
			t.Errorf("a tab leads to %s, which is not there", href)
		}
	})
	groups := d.Find("#marquee .group")
	if n := groups.Eq(1).Find("details .tag").Length(); n != 61-24 {
		t.Errorf("%d names are folded away, want 37", n)
	}
	if n := groups.Eq(0).Find("details").Length(); n != 0 {
		t.Error("a short group is folded")
	}
}

func TestWrappedMarksMatches(t *testing.T) {
	d := document(t, gallery()["wrapped"])
	year := d.Find("#wrapped-2024")
	if n := year.Find(".versus tbody tr").Length(); n != 3 {
		t.Errorf("%d figures, want 3", n)
	}
	year.Find(".versus .why").Each(func(_ int, s *goquery.Selection) {
		if strings.TrimSpace(s.Text()) == "" {
			t.Error("a figure without a reason")
		}
	})
	for class, want := range map[string]int{".match-same": 6, ".match-other": 4, ".match-none": 3} {
		if n := year.Find(".pairs " + class).Length(); n != want {
			t.Errorf("%d × %s, want %d", n, class, want)
		}
	}
	if got := year.Find(".pairs .match-other .visually-hidden").First().Text(); got != "(another place in the other list)" {
		t.Errorf("a mark says %q to those who cannot see it", got)
	}
}

func TestPrivacyMasksUntilAsked(t *testing.T) {
	d := document(t, gallery()["privacy"])
	if n := d.Find("dd.masked").Length(); n != 3 {
		t.Errorf("%d values are masked, want 3", n)
	}
	if strings.Contains(d.Text(), "listener@example.org") {
		t.Error("a value shows unasked")
	}
	form := d.Find(`form.reveal[method=get][action="/privacy"]`)
	if form.Find("input[name=reveal][value='1']").Length() != 1 || form.Find("input[name=tz]").Length() != 1 || form.Find("button[type=submit]").Length() != 1 {
		t.Errorf("the values cannot be asked for: %s", outer(form))
	}
	shown := document(t, gallery()["privacy-shown"])
	if shown.Find("form.reveal").Length() != 0 || shown.Find(`.reveal a[href="/privacy"]`).Length() != 1 {
		t.Error("shown values cannot be hidden again")
	}
	if n := shown.Find("a[href*='example.org'], form[action*='example.org']").Length(); n != 0 {
		t.Error("a value stands in an address")
	}
	for _, id := range []string{"platforms", "countries", "networks"} {
		if n := d.Find("#" + id + " details tbody tr").Length(); n != 96 {
			t.Errorf("%s: the table behind has %d months, want 96", id, n)
		}
	}
}

func TestTreeIsBoundedAndMasks(t *testing.T) {
	d := document(t, gallery()["document"])
	if d.Find(".tree").Length() != 1 || strings.Contains(d.Find(".tree").Text(), "deepest") {
		t.Error("the tree is drawn to the bottom, however deep")
	}
	if !strings.Contains(d.Find(".tree").Text(), "The levels below are in the file itself.") {
		t.Error("what is left out is not said")
	}
	table := d.Find(`.tree .scroll[tabindex="0"][role=region] table.data`)
	if table.Length() != 1 || table.Find("tbody tr").Length() != 6 || table.Find("thead th").Length() != 6 {
		t.Error("the list of flat objects is no table of its own")
	}
	if n := d.Find(".tree .masked").Length(); n != 7 {
		t.Errorf("%d values are masked, want 7", n)
	}
	if got := d.Find(".tree summary").Last().Text(); got != "1 field" {
		t.Errorf("a folded node says %q", got)
	}
	if document(t, gallery()["document-broken"]).Find(".tree").Length() != 0 {
		t.Error("a tree of what cannot be read")
	}
}

func TestReceiptMapsTheDays(t *testing.T) {
	d := document(t, gallery()["receipt"])
	figure := d.Find("#coverage")
	if links, lines := figure.Find("svg a.stretch[href]").Length(), figure.Find("tbody tr").Length(); links != 5 || lines != 7 {
		t.Errorf("%d bands in the chart, want 5; %d lines in the table, want these and the 2 gaps", links, lines)
	}
	for class, want := range map[string]int{".coverage-exact": 2, ".coverage-rough": 2, ".coverage-both": 1} {
		if n := figure.Find(class + " rect.band").Length(); n != want {
			t.Errorf("%d bands of %s, want %d", n, class, want)
		}
		if figure.Find(class+" .series-name .note").Text() == "" || figure.Find(class+" .series-total").Text() == "" {
			t.Errorf("%s does not say what it covers", class)
		}
	}
	if got := figure.Find("tbody tr").Eq(1).Text(); !strings.Contains(got, "2 Apr – 21 May 2021") || !strings.Contains(got, "In neither") {
		t.Errorf("the second line of the table is %q", got)
	}
}

func TestNothingInAPackageIsADesignedPage(t *testing.T) {
	for p := pages.PartPlaylists; p <= pages.PartDocuments; p++ {
		v := pages.Missing(p, "/receipt#more")
		if v.Title == "" || v.Message == "" || v.Action.URL != "/receipt#more" || v.Action.Label == "" {
			t.Errorf("part %d: %+v", p, v)
		}
	}
	for _, name := range []string{"playlists-absent", "library-absent", "searches-absent", "changes-absent", "opinions-absent", "wrapped-absent", "documents-absent"} {
		d := document(t, gallery()[name])
		if d.Find("main .empty a.button").Length() != 1 || d.Find("#list, form#search, .facts").Length() != 0 {
			t.Errorf("%s: not the one thing to do, or more than it", name)
		}
	}
}

func TestNavigationReachesEveryPageOnEveryWidth(t *testing.T) {
	d := document(t, gallery()["library"])
	menu := d.Find("nav.nav > details.nav-more[data-popover]")
	if menu.Length() != 1 || menu.Find("summary").Text() != "More" {
		t.Fatal("no menu that opens without a script")
	}
	row := d.Find(".nav-row li:not(.nav-wide) a").Length()
	if all := row + menu.Find("a").Length(); all != 15 {
		t.Errorf("%d pages on a phone, want 15", all)
	}
	if wide := row + d.Find(".nav-row .nav-wide a").Length() + menu.Find("div:not(.nav-narrow) > ul a").Length(); wide != 15 {
		t.Errorf("%d pages on a wide screen, want 15", wide)
	}
	if menu.Find("summary.current-narrow").Length() != 1 {
		t.Error("on a phone the menu does not say that it holds the page")
	}
	if document(t, gallery()["receipt"]).Find(".nav-more summary.current").Length() != 1 {
		t.Error("the menu does not say that it holds the page")
	}
	m := frame("x", "/", nil)
	m.Nav = []layout.LinkView{{Label: "Overview", URL: "/"}}
	if document(t, pages.Forgotten(m, pages.ForgottenView{StartURL: "/"})).Find(".nav-more").Length() != 0 {
		t.Error("an empty menu")
	}
}
