package handlers_test

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/identity"
	"github.com/spotify-data-tool/spotify-data-tool/handlers"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/viewtest"
)

// outer is the beginning of an element, for messages.
func outer(s *goquery.Selection) string {
	html, err := goquery.OuterHtml(s)
	if err != nil {
		return err.Error()
	}
	return html[:min(len(html), 200)]
}

// breaches are the ways in which a document breaks the content policy, or in which
// a name has become markup.
func breaches(doc *goquery.Document) []string {
	var found []string
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Nodes[0].Attr {
			switch {
			case a.Key == "style", strings.HasPrefix(a.Key, "on"), strings.HasPrefix(a.Key, "hx-on"), a.Key == "hx-vals":
				found = append(found, "attribute "+a.Key+": "+outer(s))
			case slices.Contains([]string{"href", "src", "action", "hx-get", "hx-post"}, a.Key):
				local := strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//") || strings.HasPrefix(a.Val, "#") || strings.HasPrefix(a.Val, "?")
				if !local && !toSpotify(s) && !s.Is("link[rel=canonical]") {
					found = append(found, a.Key+" leads elsewhere: "+outer(s))
				}
			}
		}
	})
	// No page uses these elements itself, but for the picture that one is about. A name
	// that is put in unescaped does.
	doc.Find("style, script:not([src]), iframe, object, embed, base, em:not(.promises em), img:not([src^='/pictures/'][width][height][alt])").Each(func(_ int, s *goquery.Selection) {
		found = append(found, "an element that no page has: "+outer(s))
	})
	return found
}

// badlyMade are the ways in which a whole page is hard to use for those who
// navigate by headings, labels and links.
func badlyMade(doc *goquery.Document) []string {
	var found []string
	for _, selector := range []string{"html[lang=en][data-theme]", "head title", "h1", "main#main", "header#masthead", ".skip[href='#main']"} {
		if n := doc.Find(selector).Length(); n != 1 {
			found = append(found, strconv.Itoa(n)+" × "+selector)
		}
	}
	ids := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if id == "" || ids[id] || strings.ContainsAny(id, " \t") {
			found = append(found, "an ID that is empty, doubled or spaced: "+outer(s))
		}
		ids[id] = true
	})
	for attribute, selector := range map[string]string{"for": "label[for]", "aria-labelledby": "[aria-labelledby]", "aria-describedby": "[aria-describedby]", "list": "input[list]", "form": "input[form]:not([type=hidden])"} {
		doc.Find(selector).Each(func(_ int, s *goquery.Selection) {
			if !ids[s.AttrOr(attribute, "")] {
				found = append(found, attribute+" points nowhere: "+outer(s))
			}
		})
	}
	doc.Find("a").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("href", "") == "" || strings.TrimSpace(s.Text())+s.AttrOr("aria-label", "")+s.AttrOr("title", "") == "" {
			found = append(found, "a link without address or name: "+outer(s))
		}
	})
	doc.Find("input:not([type=hidden])").Each(func(_ int, s *goquery.Selection) {
		if s.Closest("label").Length() == 0 && doc.Find(`label[for="`+s.AttrOr("id", "–")+`"]`).Length() == 0 {
			found = append(found, "a field without a label: "+outer(s))
		}
	})
	doc.Find("svg").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("aria-hidden", "") != "true" && (s.AttrOr("role", "") == "" || s.AttrOr("aria-label", "")+s.AttrOr("aria-labelledby", "") == "") {
			found = append(found, "a picture neither named nor hidden: "+outer(s))
		}
	})
	// A condition that templ takes for the names of attributes.
	doc.Find("[if], [else]").Each(func(_ int, s *goquery.Selection) {
		found = append(found, "a condition among the attributes: "+outer(s))
	})
	// Those who speak to their computer say what they see.
	doc.Find("a[aria-label], button[aria-label], summary[aria-label]").Each(func(_ int, s *goquery.Selection) {
		seen := strings.Join(strings.Fields(s.Text()), " ")
		if !strings.Contains(strings.ToLower(s.AttrOr("aria-label", "")), strings.ToLower(seen)) {
			found = append(found, "a name that does not contain what is seen: "+outer(s))
		}
	})
	// A name that runs from right to left loses its beginning, and turns the figures
	// after it around, where it does not say its own direction.
	doc.Find(".name, .creator, .tag, .entity h1").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("dir", "") != "auto" {
			found = append(found, "a name without a direction of its own: "+outer(s))
		}
	})
	doc.Find("table:has(thead)").Each(func(_ int, table *goquery.Selection) {
		columns := width(table.Find("thead tr").First())
		table.Find("tbody tr").EachWithBreak(func(_ int, s *goquery.Selection) bool {
			if n := width(s); n != columns {
				found = append(found, strconv.Itoa(n)+" cells beneath "+strconv.Itoa(columns)+" columns: "+outer(s))
				return false
			}
			return true
		})
	})
	return found
}

// width is how many columns the cells of a table's row take.
func width(row *goquery.Selection) int {
	columns := 0
	row.Children().Each(func(_ int, cell *goquery.Selection) {
		if span, err := strconv.Atoi(cell.AttrOr("colspan", "1")); err == nil {
			columns += span
		}
	})
	return columns
}

// TestBadMarkupIsFound: what the checks look for, they find.
func TestBadMarkupIsFound(t *testing.T) {
	for html, check := range map[string]func(*goquery.Document) []string{
		`<p style="color:red">`: breaches, `<p onclick="x()">`: breaches, `<p hx-on:load="x()">`: breaches, `<a href="javascript:alert(1)">`: breaches,
		`<a href="//example.org">`: breaches, `<form action="https://example.org">`: breaches, `<em>x</em>`: breaches, `<script>alert(1)</script>`: breaches,
	} {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
		if err != nil {
			t.Fatal(err)
		}
		if got := check(doc); len(got) != 1 {
			t.Errorf("%s: %q", html, got)
		}
	}
	const frame = `<html lang="en" data-theme="auto"><title>x</title><a class="skip" href="#main">Skip</a><header id="masthead"></header><main id="main"><h1>x</h1>`
	for html, want := range map[string]int{
		``: 0, `<h1>y</h1>`: 1, `<p id="main">`: 1, `<p id="a b">`: 1, `<label for="nothing">x</label>`: 1, `<section aria-labelledby="nothing">`: 1, `<a href="/"></a>`: 1, `<a>x</a>`: 1,
		`<input name="x">`: 1, `<label>x<input name="x"></label>`: 0, `<svg></svg>`: 1, `<svg aria-hidden="true"></svg>`: 0, `<svg role="img" aria-label="x"></svg>`: 0,
		`<a href="/" else>x</a>`: 1, `<a href="/" aria-label="Artists">Albums</a>`: 1, `<a class="name" href="/">x</a>`: 1, `<a class="name" dir="auto" href="/">x</a>`: 0,
		`<table><thead><tr><th>a<th>b<tbody><tr><td>1`: 1, `<table><thead><tr><th>a<th>b<tbody><tr><td colspan="2">1`: 0,
	} {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(frame + html))
		if err != nil {
			t.Fatal(err)
		}
		if got := badlyMade(doc); len(got) != want {
			t.Errorf("%s: %q, want %d", html, got, want)
		}
	}
}

// everyPage looks at every page a person can reach, whatever they have
// uploaded, names that try to break out of the page included.
func everyPage(t *testing.T, c crawled) {
	c.each(t, func(t *testing.T, person string, p crawledPage) {
		for _, wrong := range slices.Concat(breaches(p.doc), badlyMade(p.doc)) {
			t.Errorf("%s: %s", p.path, wrong)
		}
		scripts := 3 // htmx and our two
		if p.doc.Find("#upload").Length() > 0 {
			scripts = 5 // and tus and the form's
		}
		if p.doc.Find("[data-link-form]").Length() > 0 {
			scripts++ // that of the codes
		}
		if address, _, _ := strings.Cut(p.path, "?"); address == "/pictures" {
			scripts++ // that of sharing and copying
		}
		if n := p.doc.Find("script").Length(); n != scripts {
			t.Errorf("%s: %d scripts, want %d", p.path, n, scripts)
		}
		nav, forget, want := p.doc.Find("nav.nav a").Length(), p.doc.Find(`a.forget-link[href="/forget"]`).Length(), 1
		if person == personNone {
			want = 0
		}
		if (nav > 0) != (want > 0) && p.path != "/forget" && p.path != "/link" || forget != want {
			t.Errorf("%s: %d pages to go to, %d ways to delete", p.path, nav, forget)
		}
		if p.doc.Find("form[data-theme-form] button[name=theme]").Length() != 3 || p.doc.Find(`form[data-theme-form] [aria-pressed=true]`).Length() != 1 {
			t.Errorf("%s: the theme cannot be chosen", p.path)
		}
		if p.doc.Find("[hx-swap-oob]").Length() != 0 {
			t.Errorf("%s: a whole page swaps out of band", p.path)
		}
	})
	if n := len(c.pages[personHostile]); n < 200 {
		t.Errorf("only %d pages of hostile names", n)
	}
	// Lists lead to things of every kind, and every view has been seen.
	for _, v := range handlers.Views() {
		if v.Page == nil {
			continue
		}
		prefix, _, parameter := strings.Cut(v.Path, viewtest.Parameter)
		is := func(address string) bool {
			return address == v.Path || parameter && strings.HasPrefix(address, prefix) && address != "/playlists/tracks"
		}
		if !slices.ContainsFunc(c.pages[personAll], func(p crawledPage) bool { return is(p.path) }) {
			t.Errorf("no page of %s was seen", v.Path)
		}
		linked := slices.ContainsFunc(c.pages[personAll], func(p crawledPage) bool {
			return p.doc.Find("a[href]").FilterFunction(func(_ int, s *goquery.Selection) bool {
				href, _, _ := strings.Cut(s.AttrOr("href", ""), "?")
				return is(href)
			}).Length() > 0
		})
		if !linked {
			t.Errorf("no page leads to %s", v.Path)
		}
	}
	for _, prefix := range []string{"/artists/", "/tracks/", "/playlists/", "/playlists/tracks?", "/playlists?", "/library?"} {
		if !slices.ContainsFunc(c.pages[personHostile], func(p crawledPage) bool { return strings.HasPrefix(p.path, prefix) }) {
			t.Errorf("no page below %s was reached", prefix)
		}
	}
}

// partialsAreTheListAndTheLens: htmx replaces a part of a page, and the lens
// beside it.
func partialsAreTheListAndTheLens(t *testing.T, c crawled) {
	n := 0
	for _, p := range c.pages[personAll] {
		if !p.isPartial() {
			continue
		}
		n++
		for _, wrong := range breaches(p.doc) {
			t.Errorf("%s: %s", p.path, wrong)
		}
		whole := c.page(t, personAll, strings.TrimPrefix(p.path, "/partials"))
		if p.doc.Find("main, header#masthead, head title").Length() != 0 {
			t.Errorf("%s: the partial holds a whole page", p.path)
		}
		if lens := whole.Find("section#lens").Length(); p.doc.Find("section#lens[hx-swap-oob=true]").Length() != lens {
			t.Errorf("%s: the page has %d lenses, the partial another number", p.path, lens)
		}
		if whole.Find("form#search[hx-get], #list [hx-target='#list']").Length() > 0 && (p.doc.Find("section#list").Length() != 1 || p.doc.Find("h1, form#search").Length() != 0) {
			t.Errorf("%s: the partial is not the list that the page replaces", p.path)
		}
	}
	if n < len(viewtest.Pages(handlers.Views())) {
		t.Errorf("%d partials", n)
	}
}

// styleSheetKnowsEveryClass: a class without a rule is a page that has lost its
// looks.
func styleSheetKnowsEveryClass(t *testing.T, c crawled) {
	css, err := os.ReadFile("../static/app.css")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`\.([a-z][a-z0-9-]*)`).FindAllSubmatch(css, -1) {
		known[string(m[1])] = true
	}
	used := map[string]string{}
	for n := range identity.Hues {
		used["hue-"+strconv.Itoa(n)] = "a hue"
	}
	for n := range charts.HeatSteps + 1 {
		used["heat-"+strconv.Itoa(n)] = "a step of the heatmap"
	}
	for _, pages := range c.pages {
		for _, p := range pages {
			p.doc.Find("[class]").Each(func(_ int, s *goquery.Selection) {
				for class := range strings.FieldsSeq(s.AttrOr("class", "")) {
					used[class] = p.path
				}
			})
		}
	}
	for class, where := range used {
		if !known[class] {
			t.Errorf("no rule for .%s of %s", class, where)
		}
	}
	if len(used) < 100 {
		t.Errorf("only %d classes in use", len(used))
	}
}
