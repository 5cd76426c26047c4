package components_test

import (
	"bytes"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/identity"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

func document(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(bytes.NewReader(render(t, c)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// eachPage runs a check on every page of the gallery.
func eachPage(t *testing.T, check func(t *testing.T, d *goquery.Document)) {
	t.Helper()
	for name, page := range gallery() {
		t.Run(name, func(t *testing.T) { check(t, document(t, page)) })
	}
}

func outer(s *goquery.Selection) string {
	html, err := goquery.OuterHtml(s)
	if err != nil {
		return err.Error()
	}
	return html[:min(len(html), 200)]
}

func TestPagesKeepToTheContentPolicy(t *testing.T) {
	eachPage(t, func(t *testing.T, d *goquery.Document) {
		d.Find("*").Each(func(_ int, s *goquery.Selection) {
			for _, a := range s.Nodes[0].Attr {
				switch {
				case a.Key == "style", strings.HasPrefix(a.Key, "on"), strings.HasPrefix(a.Key, "hx-on"), a.Key == "hx-vals":
					t.Errorf("attribute %s in %s", a.Key, outer(s))
				case a.Key == "href" || a.Key == "src" || a.Key == "action" || strings.HasPrefix(a.Key, "hx-get"):
					value := strings.ToLower(strings.TrimSpace(a.Val))
					local := strings.HasPrefix(value, "/") && !strings.HasPrefix(value, "//") || strings.HasPrefix(value, "#") || strings.HasPrefix(value, "?")
					toSpotify := value == pages.PrivacyPage && goquery.NodeName(s) == "a" && s.AttrOr("rel", "") == "noreferrer"
					if !local && !toSpotify && value != "https://example.org/source" {
						t.Errorf("%s leads to %q in %s", a.Key, a.Val, outer(s))
					}
				}
			}
		})
		if n := d.Find("style, script:not([src]), iframe, object, embed, base").Length(); n != 0 {
			t.Errorf("%d inline or embedding elements", n)
		}
	})
}

func TestNamesAreTextWhateverTheyHold(t *testing.T) {
	eachPage(t, func(t *testing.T, d *goquery.Document) {
		d.Find("em").Each(func(_ int, s *goquery.Selection) {
			if s.Text() == "x" {
				t.Errorf("a name became markup: %s", outer(s.Parent()))
			}
		})
		want := 2 // htmx and ours
		if d.Find("#upload").Length() > 0 {
			want = 4 // and tus and the form's
		}
		if n := d.Find("script").Length(); n != want {
			t.Errorf("%d script elements, want %d", n, want)
		}
	})
	evil := document(t, gallery()["artist-evil"])
	if got := evil.Find("h1").Text(); got != hostileScript {
		t.Errorf("heading is %q", got)
	}
	if got := evil.Find("title").First().Text(); got != hostileMarkup+" – Spotify Data Tool" {
		t.Errorf("title is %q", got)
	}
	if n := evil.Find(`input[name="not"][value='` + hostileScript + `']`).Length(); n == 0 {
		t.Error("the hidden parameter lost its value")
	}
}

func TestLinksWithAForeignSchemeAreDropped(t *testing.T) {
	v := newInventor().ranked("Artists", 1)
	v.List.Rows[0].URL = "javascript:alert(1)"
	v.List.Sorts[0].URL = "javascript:alert(1)"
	html := string(render(t, pages.Ranked(frame("Artists", "/artists", nil), v)))
	if strings.Contains(html, `href="javascript:`) {
		t.Error("a javascript: URL was let through")
	}
}

func TestPagesAreWellMade(t *testing.T) {
	eachPage(t, func(t *testing.T, d *goquery.Document) {
		for selector, want := range map[string]int{"html[lang=en][data-theme]": 1, "h1": 1, "main#main": 1, "title": -1, "header#masthead": 1, ".skip[href='#main']": 1} {
			if n := d.Find(selector).Length(); n != want && want >= 0 {
				t.Errorf("%d × %s, want %d", n, selector, want)
			}
		}
		seen := map[string]bool{}
		d.Find("[id]").Each(func(_ int, s *goquery.Selection) {
			id := s.AttrOr("id", "")
			if id == "" || seen[id] || strings.ContainsAny(id, " \t") {
				t.Errorf("id %q is empty, doubled or spaced: %s", id, outer(s))
			}
			seen[id] = true
		})
		for attribute, selector := range map[string]string{"for": "label[for]", "aria-labelledby": "[aria-labelledby]", "aria-describedby": "[aria-describedby]", "list": "input[list]", "form": "input[form]"} {
			d.Find(selector).Each(func(_ int, s *goquery.Selection) {
				if id := s.AttrOr(attribute, ""); !seen[id] {
					t.Errorf("%s=%q points nowhere", attribute, id)
				}
			})
		}
		d.Find("a").Each(func(_ int, s *goquery.Selection) {
			name := strings.TrimSpace(s.Text()) + s.AttrOr("aria-label", "") + s.AttrOr("title", "")
			if s.AttrOr("href", "") == "" || name == "" {
				t.Errorf("a link without address or name: %s", outer(s))
			}
		})
		d.Find("input:not([type=hidden])").Each(func(_ int, s *goquery.Selection) {
			if s.Closest("label").Length() == 0 && d.Find(`label[for="`+s.AttrOr("id", "–")+`"]`).Length() == 0 {
				t.Errorf("a field without a label: %s", outer(s))
			}
		})
		d.Find("svg").Each(func(_ int, s *goquery.Selection) {
			hidden := s.AttrOr("aria-hidden", "") == "true"
			named := s.AttrOr("role", "") != "" && s.AttrOr("aria-label", "") != ""
			if !hidden && !named {
				t.Errorf("a picture neither named nor hidden: %s", outer(s))
			}
		})
	})
}

func TestEveryChartLeadsToATable(t *testing.T) {
	for name, charts := range map[string][]string{"overview": {"spine", "clock"}, "artist": {"spine", "months"}} {
		d := document(t, gallery()[name])
		for _, chart := range charts {
			link := d.Find("#" + chart + "-table")
			if want := "?table=" + chart + "#" + chart + "-table"; !strings.HasSuffix(link.AttrOr("href", ""), want) || link.Text() != "Show as table" {
				t.Errorf("%s: the table of %s is at %q", name, chart, link.AttrOr("href", ""))
			}
		}
	}
	d := document(t, gallery()["tables"])
	if n := d.Find("#chip-range").Parent().Find("details[open] tbody tr").Length(); n != 96 {
		t.Errorf("the spine's table has %d rows, want 96", n)
	}
	if d.Find("details[open] > #chip-range").Length() != 1 {
		t.Error("the table of the spine is in a chip that is closed")
	}
	if n := d.Find("#clock details[open] table tbody td").Length(); n != 7*24 {
		t.Errorf("the heatmap's table has %d cells, want 168", n)
	}
	// All but the one silent hour, seven days, and 8 of the 24 hours labelled in the drawing.
	if marks, figures := d.Find("#clock .heat-frame a").Length(), d.Find("#clock table a").Length(); marks != 167+7+8 || figures != 167+7+24 {
		t.Errorf("the heatmap has %d links, its table %d", marks, figures)
	}
	// A chart must not put 168 stops in the way of a keyboard; the table has the links too.
	if n := d.Find("#clock .heat-frame a:not([tabindex='-1'])").Length(); n != 0 {
		t.Errorf("%d cells are stops of their own", n)
	}
	if n := document(t, gallery()["artist"]).Find("#months .month-links a").Length(); n != 96 {
		t.Errorf("%d bars", n)
	}
}

func TestSpineIsLinksAndLightsTheRange(t *testing.T) {
	d := document(t, gallery()["overview-2024"])
	if n := d.Find("#lens .month-links a[href][title]").Length(); n != 96 {
		t.Errorf("%d months are links with a name, want 96", n)
	}
	if n := d.Find("#lens .month-links .lit a").Length(); n != 12 {
		t.Errorf("%d months are lit, want 12", n)
	}
	if got := strings.Count(d.Find("#lens .bars .lit").AttrOr("d", ""), "M"); got != 12 {
		t.Errorf("%d bars are lit, want 12", got)
	}
	if got := d.Find("#lens .years .lit").AttrOr("title", ""); got != "2024" {
		t.Errorf("lit years: %q", got)
	}
	if n := d.Find(".spine-months a").Length(); n != 12 {
		t.Errorf("%d months at a finger's size, want 12", n)
	}
	if n := document(t, gallery()["overview"]).Find(".spine-months").Length(); n != 0 {
		t.Error("months at a finger's size although no year is chosen")
	}
	if d := document(t, gallery()["artist"]).Find(".spine.has-subject .part.lit").AttrOr("d", ""); d == "" {
		t.Error("the artist is not drawn on the spine")
	}
}

func TestLensFormsKeepTheOtherParameters(t *testing.T) {
	d := document(t, gallery()["overview"])
	forms := d.Find("#lens form")
	if forms.Length() != 6 {
		t.Fatalf("%d forms in the lens, want 6", forms.Length())
	}
	forms.Each(func(_ int, s *goquery.Selection) {
		keeps := s.AttrOr("method", "") == "get" && s.Find(`input[type=hidden][name=kind][value=music]`).Length() == 1
		if s.Find("#field-tz").Length() == 1 {
			// The zone is remembered: its form comes back to the page it is sent from.
			keeps = s.AttrOr("method", "") == "post" && s.Find(`input[type=hidden]`).Length() > 0
		}
		if !keeps {
			t.Errorf("form loses the lens: %s", outer(s))
		}
		if s.Find("button[type=submit]").Length() != 1 {
			t.Errorf("form cannot be sent without a script: %s", outer(s))
		}
	})
}

func TestListStepsWorkWithAndWithoutScript(t *testing.T) {
	d := document(t, gallery()["artists"])
	steps := d.Find("#list .sorts a, #list .pager a")
	if steps.Length() != 7 {
		t.Fatalf("%d steps, want 5 sorts and 2 pages", steps.Length())
	}
	steps.Each(func(_ int, s *goquery.Selection) {
		partial, _ := s.Attr("hx-get")
		push, _ := s.Attr("hx-push-url")
		if href := s.AttrOr("href", ""); href == "" || push != href || !strings.HasPrefix(partial, "/partials/") {
			t.Errorf("href %q, hx-get %q, hx-push-url %q", href, partial, push)
		}
	})
	if got := d.Find(`#list .sorts [aria-current="true"]`).Text(); got != "Hours" {
		t.Errorf("current order is %q", got)
	}
	if got := d.Find(`#list input[form="search"][name="sort"]`).AttrOr("value", ""); got != "plays" {
		t.Errorf("a search would lose the order: %q", got)
	}
	search := d.Find("form#search")
	if search.AttrOr("action", "") != "/artists" || search.AttrOr("hx-get", "") != "/partials/artists" || search.Find("input#q[name=q]").Length() != 1 {
		t.Errorf("search form: %s", outer(search))
	}
}

func TestRankedPartialIsTheListAndTheLens(t *testing.T) {
	g := newInventor()
	html := string(render(t, pages.RankedPartial(frame("Artists", "/artists", g.lens("/artists", "", "")), g.ranked("Artists", 3))))
	d, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(html, "<html") || d.Find("main, #masthead").Length() != 0 {
		t.Error("the partial holds a whole page")
	}
	if d.Find("section#list .row").Length() != 3 || d.Find("section#lens[hx-swap-oob=true]").Length() != 1 {
		t.Error("the partial misses the list or the lens")
	}
	if document(t, gallery()["artists"]).Find("[hx-swap-oob]").Length() != 0 {
		t.Error("a whole page swaps out of band")
	}
}

func TestHistoryAppendsOlderPlays(t *testing.T) {
	g := newInventor()
	d := document(t, gallery()["history"])
	older := d.Find(".older a")
	if older.AttrOr("hx-target", "") != "closest .older" || older.AttrOr("href", "") != "/history?after=x" {
		t.Errorf("older: %s", outer(older))
	}
	if n := d.Find(".play").Length(); n != 27 {
		t.Errorf("%d plays, want 27", n)
	}
	more := document(t, partials.HistoryMore(g.history().List))
	if more.Find(".play").Length() != 27 || more.Find("#list, input").Length() != 0 || more.Find(".older").Length() != 1 {
		t.Error("what is appended is not days and the next step")
	}
	last := g.history().List
	last.Older = nil
	if document(t, partials.HistoryMore(last)).Find(".older").Length() != 0 {
		t.Error("a way on at the end")
	}
}

func TestUploadIsAPlainForm(t *testing.T) {
	d := document(t, gallery()["start-refused"])
	form := d.Find("form#upload")
	for attribute, want := range map[string]string{"method": "post", "enctype": "multipart/form-data", "action": "/uploads"} {
		if got := form.AttrOr(attribute, ""); got != want {
			t.Errorf("%s is %q, want %q", attribute, got, want)
		}
	}
	if form.Find("input[type=file][name=files][multiple][required]").Length() != 1 || form.Find("button[type=submit]").Length() != 1 {
		t.Error("the form cannot be used without a script")
	}
	if form.Find("[name=mode]").Length() != 0 {
		t.Error("a choice of merging although there is nothing to merge with")
	}
	if got := form.Find("[role=alert] .alert-title").Text(); got != "That ZIP is encrypted." {
		t.Errorf("alert is %q", got)
	}
	if d.Find(`form[method=post][action="/sample"] button`).Length() != 1 {
		t.Error("no sample data")
	}
	merge := document(t, gallery()["receipt"]).Find("form#upload input[name=mode]")
	if merge.Length() != 2 || merge.Filter("[checked]").AttrOr("value", "") != "add" {
		t.Error("the receipt does not offer to add, by default, or to replace")
	}
}

func TestProgressAsksAgainUntilItIsOver(t *testing.T) {
	v := partials.ProgressView{PollURL: "/partials/imports/1", Sentence: "File 3 of 7 · 84,000 plays so far", Done: 3, All: 7}
	d := document(t, partials.Progress(v))
	if d.Find(`.reading[hx-get="/partials/imports/1"][hx-trigger] progress[value="3"][max="7"]`).Length() != 1 {
		t.Error("a running import is not asked about again")
	}
	v.PollURL = ""
	if document(t, partials.Progress(v)).Find("[hx-get]").Length() != 0 {
		t.Error("a finished import is asked about again")
	}
	v.TakeOverURL = "/imports/1"
	if document(t, partials.Progress(v)).Find(`[hx-post="/imports/1"][hx-trigger=load]`).Length() != 1 {
		t.Error("an import that nobody is at is not taken over")
	}
}

func TestReceiptAddsUp(t *testing.T) {
	d := document(t, gallery()["receipt"])
	number := func(s string) int {
		n, err := strconv.Atoi(strings.ReplaceAll(strings.TrimSpace(s), ",", ""))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	sum := 0
	d.Find(".tally tbody .figure").Each(func(_ int, s *goquery.Selection) { sum += number(s.Text()) })
	if total := number(d.Find(".tally tfoot .figure").Text()); sum != total {
		t.Errorf("the parts add up to %d, the total is %d", sum, total)
	}
	if n := d.Find(".files tbody tr").Length(); n != 5 {
		t.Errorf("%d files, want 5", n)
	}
	if got := d.Find(".files .status-warn").Length(); got != 2 {
		t.Errorf("%d files stand out, want the broken and the unknown one", got)
	}
	if got := d.Find("main > .problems .status-warn").Length(); got != 1 || d.Find("main > .card").First().AttrOr("aria-labelledby", "") != "problems-title" {
		t.Errorf("%d problems, or something stands before them", got)
	}
	if open, folded := d.Find("details.file-group[open]").Length(), d.Find("details.file-group:not([open])").Length(); open != 1 || folded != 1 {
		t.Errorf("%d groups are open and %d folded", open, folded)
	}
}

// TestNamesContainWhatIsSeen is for those who speak to their computer: they say
// what they see.
func TestNamesContainWhatIsSeen(t *testing.T) {
	eachPage(t, func(t *testing.T, d *goquery.Document) {
		d.Find("a[aria-label], button[aria-label], summary[aria-label]").Each(func(_ int, s *goquery.Selection) {
			seen, name := strings.Join(strings.Fields(s.Text()), " "), s.AttrOr("aria-label", "")
			if !strings.Contains(strings.ToLower(name), strings.ToLower(seen)) {
				t.Errorf("%q is named %q", seen, name)
			}
		})
	})
}

func TestDeleteIsOnEveryPageWithData(t *testing.T) {
	eachPage(t, func(t *testing.T, d *goquery.Document) {
		nav, forget := d.Find("nav.nav a").Length(), d.Find(`a.forget-link[href="/forget"]`).Length()
		if nav > 0 && forget != 1 || nav == 0 && forget != 0 {
			t.Errorf("%d pages to go to, %d ways to delete", nav, forget)
		}
		if d.Find("form[data-theme-form] button[name=theme]").Length() != 3 || d.Find(`form[data-theme-form] [aria-pressed=true]`).Length() != 1 {
			t.Error("the theme cannot be chosen")
		}
	})
	ask := document(t, gallery()["forget"])
	if ask.Find(`main form[method=post][action="/forget"] button`).Length() != 1 {
		t.Error("the page that asks cannot delete")
	}
}

func TestThemeIsRenderedByTheServer(t *testing.T) {
	m := frame("x", "/artists?q=<b>", nil)
	m.Theme = layout.ThemeDark
	d := document(t, pages.Forgotten(m, pages.ForgottenView{StartURL: "/"}))
	if d.Find("html").AttrOr("data-theme", "") != "dark" || d.Find("[aria-pressed=true]").AttrOr("value", "") != "dark" {
		t.Error("the chosen theme is not shown")
	}
	if got := d.Find("[data-theme-form] input[name=return]").AttrOr("value", ""); got != "/artists?q=<b>" {
		t.Errorf("comes back to %q", got)
	}
}

// A name that runs from right to left loses its beginning, and turns the figures
// after it around, where it does not say its own direction.
func TestNamesKeepTheirDirection(t *testing.T) {
	names := 0
	for page, c := range gallery() {
		document(t, c).Find(".name, .creator, .tag, .entity h1").Each(func(_ int, s *goquery.Selection) {
			names++
			if s.AttrOr("dir", "") != "auto" {
				t.Errorf("%s: %q has no direction of its own", page, s.Text())
			}
		})
	}
	if names == 0 {
		t.Error("no page shows a name")
	}
}

func TestErrorPageSaysWhatItIsGiven(t *testing.T) {
	d := document(t, gallery()["error-400"])
	main := d.Find("main").Text()
	for _, want := range []string{"That is not a date.", "01JD4B1D7Q", hostileScript} {
		if !strings.Contains(main, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestProseVoices(t *testing.T) {
	text := prose.Of("You pressed ").Strong("play").Plain(" ").Accent("3").Plain(" times on ").Link("Monday", "/history")
	if got := text.String(); got != "You pressed play 3 times on Monday" {
		t.Errorf("String() is %q", got)
	}
	d := document(t, prose.Inline(text))
	if d.Find("strong").Length() != 2 || d.Find("strong.accent").Text() != "3" || d.Find(`a[href="/history"]`).Text() != "Monday" {
		t.Error("the voices are lost")
	}
	if got := d.Find("body").Text(); got != text.String() {
		t.Errorf("rendered as %q, want the same spaces as %q", got, text.String())
	}
}

func TestStyleSheetKnowsEveryClass(t *testing.T) {
	css, err := os.ReadFile("../static/app.css")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`\.([a-z][a-z0-9-]*)`).FindAllSubmatch(css, -1) {
		known[string(m[1])] = true
	}
	for n := range identity.Hues {
		if class := "hue-" + strconv.Itoa(n); !known[class] {
			t.Errorf("no rule for %s", class)
		}
	}
	for n := range charts.HeatSteps + 1 {
		if class := "heat-" + strconv.Itoa(n); !known[class] {
			t.Errorf("no rule for %s", class)
		}
	}
	used := map[string]bool{}
	for _, page := range gallery() {
		document(t, page).Find("[class]").Each(func(_ int, s *goquery.Selection) {
			for class := range strings.FieldsSeq(s.AttrOr("class", "")) {
				used[class] = true
			}
		})
	}
	for class := range used {
		if !known[class] {
			t.Errorf("no rule for .%s, which pages use", class)
		}
	}
}
