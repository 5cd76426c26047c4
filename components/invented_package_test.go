package components_test

import (
	"fmt"
	"math"
	"time"

	"github.com/a-h/templ"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// The invented listener's account data.

var playlistNames = []string{"Road trip", "Sunday, slowly", "Sunday, slowly", "für die Küche", hostileMarkup, "2019 in one evening", longName, hostileScript, "夜"}

// packagePages are the pages of the rest of a package.
func (g inventor) packagePages() map[string]templ.Component {
	with := func(title, path string) layout.PageView { return frame(title, path, g.lens(path, "", "")) }
	without := func(p pages.Part) *partials.EmptyView { return new(pages.Missing(p, "/receipt#more")) }
	noHit := g.playlists()
	noHit.Search.Query, noHit.Cards, noHit.List.Rows, noHit.List.Sorts, noHit.List.Pager = hostileMarkup, nil, nil, nil, partials.PagerView{}
	noHit.List.Count = "No playlists for “" + hostileMarkup + "”"
	noHit.List.Empty = &partials.EmptyView{Title: "No playlist is called “" + hostileMarkup + "”.", Message: "The search looks at the names of playlists.", Action: layout.LinkView{Label: "Show all playlists", URL: "/playlists"}}
	shown := g.privacy()
	shown.Reveal = partials.RevealView{Shown: true, HideURL: "/privacy"}
	for i := range shown.Documents[0].Fields {
		if f := &shown.Documents[0].Fields[i]; f.Masked {
			f.Masked, f.Value = false, "listener@example.org"
		}
	}
	bare := g.privacy()
	bare.Documents, bare.None = nil, "No document in your packages says anything about you by name."
	broken := pages.DocumentPageView{
		Name: "UserAddress.json", Headline: prose.Of("Your address, 212 bytes."),
		Unreadable: &partials.EmptyView{Title: "It is called JSON and is none.", Message: "Spotify wrote it in another notation. The file in your package can be read with a text editor.", Action: layout.LinkView{Label: "All documents", URL: "/documents"}},
	}
	return map[string]templ.Component{
		"playlists":        pages.Collection(with("Playlists", "/playlists"), g.playlists()),
		"playlists-none":   pages.Collection(with("Playlists", "/playlists"), noHit),
		"playlists-absent": pages.Collection(with("Playlists", "/playlists"), pages.CollectionPageView{Eyebrow: "Playlists", Headline: prose.Of("No playlists here yet."), Missing: without(pages.PartPlaylists)}),
		"playlist":         pages.Collection(with("Road trip", "/playlists/1"), g.playlist("Road trip")),
		"playlist-evil":    pages.Collection(with(hostileScript, "/playlists/2"), g.playlist(hostileScript)),
		"playlist-tracks":  pages.Collection(with("Tracks of playlists", "/playlists/tracks"), g.playlistTracks()),
		"library":          pages.Collection(with("Library", "/library"), g.library()),
		"library-absent":   pages.Collection(with("Library", "/library"), pages.CollectionPageView{Eyebrow: "Library", Headline: prose.Of("No library here yet."), Missing: without(pages.PartLibrary)}),
		"searches":         pages.Searches(with("Searches", "/searches"), g.searches()),
		"searches-absent":  pages.Searches(with("Searches", "/searches"), pages.SearchesPageView{Headline: prose.Of("No searches here yet."), Missing: without(pages.PartSearches)}),
		"opinions":         pages.Opinions(with("Spotify on you", "/opinions"), opinions()),
		"opinions-absent":  pages.Opinions(with("Spotify on you", "/opinions"), pages.OpinionsPageView{Headline: prose.Of("Spotify keeps its opinion to itself."), Missing: without(pages.PartOpinions)}),
		"wrapped":          pages.Wrapped(with("Wrapped", "/wrapped"), wrapped()),
		"wrapped-absent":   pages.Wrapped(with("Wrapped", "/wrapped"), pages.WrappedPageView{Headline: prose.Of("No Wrapped here yet."), Missing: without(pages.PartWrapped)}),
		"privacy":          pages.Privacy(with("Privacy", "/privacy"), g.privacy()),
		"privacy-shown":    pages.Privacy(with("Privacy", "/privacy"), shown),
		"privacy-bare":     pages.Privacy(with("Privacy", "/privacy"), bare),
		"documents":        pages.Collection(with("Everything else", "/documents"), documents()),
		"changes":          pages.Changes(with("Changes", "/changes"), g.changes()),
		"changes-absent":   pages.Changes(with("Changes", "/changes"), pages.ChangesPageView{Headline: prose.Of("No changes here yet."), Missing: without(pages.PartChanges)}),
		"documents-absent": pages.Collection(with("Everything else", "/documents"), pages.CollectionPageView{Eyebrow: "Everything else", Headline: prose.Of("Nothing but plays."), Missing: without(pages.PartDocuments)}),
		"document":         pages.Document(with("FamilyPlan.json", "/documents/7"), familyPlan()),
		"document-broken":  pages.Document(with("UserAddress.json", "/documents/8"), broken),
	}
}

func sortsOf(path string, labels ...string) []partials.StepView {
	out := make([]partials.StepView, len(labels))
	for i, label := range labels {
		url := fmt.Sprintf("%s?sort=%d", path, i)
		out[i] = partials.StepView{Label: label, URL: url, Partial: "/partials" + url, Current: i == 0}
	}
	return out
}

func searchOf(path, what string) partials.SearchView {
	return partials.SearchView{Label: "Search " + what, Placeholder: "Search " + what, Action: path, Partial: "/partials" + path}
}

func pagerOf(path, text string) partials.PagerView {
	return partials.PagerView{Text: text, Next: &partials.StepView{Label: "Next", URL: path + "?page=2", Partial: "/partials" + path + "?page=2"}}
}

func (g inventor) hoursCell() partials.CellView {
	ms := int64(math.Exp(g.Float64()*6) * 0.3 * float64(hour))
	return partials.CellView{Text: en.Hours(ms), Title: en.Exact(ms)}
}

func (g inventor) date() partials.CellView {
	at := time.Date(2019, time.January, 3+g.IntN(2500), 0, 0, 0, 0, time.UTC)
	return partials.CellView{Text: format.ShortDate(at), Title: format.LongDate(at)}
}

func (g inventor) playlists() pages.CollectionPageView {
	v := pages.CollectionPageView{
		Eyebrow:  "Playlists",
		Headline: prose.Text{}.Accent("41").Plain(" playlists hold ").Strong("3,204").Plain(" different tracks. You never played ").Accent("611").Plain(" of them."),
		Lede:     prose.Of("The one you lived with most is ").Link("Road trip", "/playlists/1").Plain(": ").Strong("84.2 hours").Plain(" of its tracks."),
		Facts: []partials.FactView{
			{Label: "Playlists", Value: prose.Of("41")}, {Label: "Items", Value: prose.Of("4,918")},
			{Label: "Different tracks", Value: prose.Text{}.Link("3,204", "/playlists/tracks")}, {Label: "A playlist on average", Value: prose.Of("120 items")},
			{Label: "Played of them", Value: prose.Of("812 h"), Note: "31% of all your time"},
		},
		Cards: []partials.CardListView{
			{ID: "most-playlists", Title: "In most playlists", AllLabel: "all 3,204", AllURL: "/playlists/tracks", Rows: g.rows(trackNames, 6, true, 29, "tracks")},
			{ID: "most-played", Title: "Played most", AllLabel: "all 3,204", AllURL: "/playlists/tracks?sort=plays", Rows: g.rows(trackNames[3:], 6, true, 48, "tracks")},
			{ID: "most-artists", Title: "Artists", AllLabel: "all 812", AllURL: "/artists", Rows: g.rows(artistNames, 6, false, 91, "artists")},
		},
		Search: searchOf("/playlists", "playlists"),
		List: partials.TableListView{
			Label: "Playlists", Count: "41 playlists", Sorts: sortsOf("/playlists", "Hours", "Plays", "Items", "Never played", "Last played", "Changed", "Name"),
			Hidden: []layout.FieldView{{Name: "sort", Value: "plays"}}, Name: "Playlist",
			Columns: []partials.ColumnView{{Label: "Items", Figure: true}, {Label: "Never played", Figure: true}, {Label: "Plays", Figure: true}, {Label: "Hours", Figure: true, Main: true}, {Label: "Last played"}, {Label: "Changed"}},
			Pager:   pagerOf("/playlists", "1–9 of 41"),
		},
		Actions: []layout.LinkView{{Label: "All tracks of all playlists", URL: "/playlists/tracks"}},
	}
	for i := range v.Cards[0].Rows {
		v.Cards[0].Rows[i].Hours = en.Count(9-i, "playlist", "playlists")
	}
	// A track of a playlist that was never played has no page.
	v.Cards[0].Rows[2].URL, v.Cards[0].Rows[2].CreatorURL = "", ""
	for i, name := range playlistNames {
		r := partials.TableRowView{Name: name, URL: fmt.Sprintf("/playlists/%d", i+1)}
		if name == "Sunday, slowly" {
			r.Detail = fmt.Sprintf("%d items, changed %s", 40+i, g.date().Text)
		}
		if i == 5 {
			r.Quiet = true
			r.Cells = []partials.CellView{{Text: "4"}, {Text: "4"}, {}, {}, {Text: "never played", Never: true}, g.date()}
		} else {
			r.Cells = []partials.CellView{{Text: en.Number(20 + g.IntN(1400))}, {Text: en.Number(g.IntN(90))}, {Text: en.Number(g.IntN(9000))}, g.hoursCell(), g.date(), g.date()}
		}
		v.List.Rows = append(v.List.Rows, r)
	}
	return v
}

func (g inventor) playlist(name string) pages.CollectionPageView {
	v := pages.CollectionPageView{
		Eyebrow: "Playlist", Trail: []layout.LinkView{{Label: "All playlists", URL: "/playlists"}}, Title: name,
		Headline: prose.Text{}.Strong("84.2 hours").Plain(" in 1,204 plays of its 61 items. You never played ").Strong("7").Plain(" of them."),
		Lede:     prose.Of("“for the long way south, windows down”"),
		Facts: []partials.FactView{
			{Label: "Items", Value: prose.Of("61")}, {Label: "Never played", Value: prose.Of("7")},
			{Label: "Last played", Value: prose.Text{}.Link("28 February 2026", "/history"), Note: longName},
			{Label: "Changed", Value: prose.Of("3 May 2024")}, {Label: "Followers", Value: prose.Of("2")},
		},
		Search: searchOf("/playlists/1", "this playlist"),
		List: partials.TableListView{
			Label: "Items", Count: "61 items", Sorts: sortsOf("/playlists/1", "As in the playlist", "Hours", "Plays", "Added", "Last played", "Name"), Name: "Title",
			Columns: []partials.ColumnView{{Label: "Added"}, {Label: "Plays", Figure: true}, {Label: "Hours", Figure: true, Main: true}, {Label: "Last played"}},
			Pager:   pagerOf("/playlists/1", "1–14 of 61"),
		},
	}
	for i := range 14 {
		r := partials.TableRowView{
			Name: trackNames[(i*5)%len(trackNames)], URL: fmt.Sprintf("/tracks/%d", i), Creator: artistNames[(i*3)%len(artistNames)], CreatorURL: "/artists/1",
			Cells: []partials.CellView{g.date(), {Text: en.Number(1 + g.IntN(300))}, g.hoursCell(), g.date()},
		}
		switch {
		case i == 4:
			r.Kind, r.URL, r.CreatorURL = "local file", "", ""
		case i == 9:
			r.Kind = "episode"
		}
		if i%4 == 2 {
			r.Quiet, r.URL = true, ""
			r.Cells = []partials.CellView{g.date(), {}, {Text: "never played", Never: true}, {}}
		}
		v.List.Rows = append(v.List.Rows, r)
	}
	return v
}

func (g inventor) playlistTracks() pages.CollectionPageView {
	v := pages.CollectionPageView{
		Eyebrow: "Tracks of playlists", Trail: []layout.LinkView{{Label: "All playlists", URL: "/playlists"}},
		Headline: prose.Text{}.Accent("3,204").Plain(" different tracks in 41 playlists."),
		Search:   searchOf("/playlists/tracks", "tracks and artists"),
		List: partials.TableListView{
			Label: "Tracks", Count: "3,204 tracks", Sorts: sortsOf("/playlists/tracks", "Playlists", "Hours", "Plays", "Name"), Name: "Track",
			Columns: []partials.ColumnView{{Label: "Playlists", Figure: true}, {Label: "Plays", Figure: true}, {Label: "Hours", Figure: true, Main: true}},
			Pager:   pagerOf("/playlists/tracks", "1–12 of 3,204"),
		},
	}
	for i, name := range trackNames {
		r := partials.TableRowView{
			Name: name, URL: fmt.Sprintf("/tracks/%d", i), Creator: artistNames[i%len(artistNames)], CreatorURL: "/artists/1",
			Cells: []partials.CellView{{Text: en.Number(9 - i/2)}, {Text: en.Number(1 + g.IntN(300))}, g.hoursCell()},
		}
		for j := range 9 - i/2 {
			r.In = append(r.In, layout.LinkView{Label: playlistNames[(i+j)%len(playlistNames)], URL: fmt.Sprintf("/playlists/%d", j+1)})
		}
		v.List.Rows = append(v.List.Rows, r)
	}
	return v
}

func (g inventor) library() pages.CollectionPageView {
	tab := func(label, count string) partials.TabView {
		return partials.TabView{Label: label, Count: count, URL: "/library?part=" + label[:3], Current: label == "Tracks"}
	}
	v := pages.CollectionPageView{
		Eyebrow:  "Library",
		Headline: prose.Text{}.Accent("1,893").Plain(" tracks saved, ").Accent("402").Plain(" of them never played."),
		TabsName: "Parts of the library",
		Tabs:     []partials.TabView{tab("Tracks", "1,893"), tab("Albums", "212"), tab("Artists", "98"), tab("Shows", "17"), tab("Episodes", "4"), tab("Banned tracks", "3"), tab("Banned artists", "1")},
		Cards: []partials.CardListView{
			{ID: "never", Title: "Saved, never played", Rows: g.rows(trackNames, 5, true, 29, "tracks")},
			{ID: "unsaved", Title: "Played most, not saved", Rows: g.rows(trackNames[4:], 5, true, 61, "tracks")},
			{ID: "abandoned", Title: "Saved, then abandoned", Empty: "Nothing you saved has gone quiet for a year."},
		},
		Search: searchOf("/library", "saved tracks"),
		List: partials.TableListView{
			Label: "Saved tracks", Count: "1,893 tracks", Sorts: sortsOf("/library", "Hours", "Plays", "Last played", "Name"), Name: "Track",
			Hidden:  []layout.FieldView{{Name: "part", Value: "tracks"}},
			Columns: []partials.ColumnView{{Label: "Album"}, {Label: "Plays", Figure: true}, {Label: "Hours", Figure: true, Main: true}, {Label: "Last played"}},
			Pager:   pagerOf("/library", "1–12 of 1,893"),
		},
	}
	for i := range v.Cards[0].Rows {
		v.Cards[0].Rows[i].URL, v.Cards[0].Rows[i].Hours, v.Cards[0].Rows[i].Spark = "", "", nil
	}
	for i, name := range trackNames {
		r := partials.TableRowView{
			Name: name, URL: fmt.Sprintf("/tracks/%d", i), Creator: artistNames[i%len(artistNames)], CreatorURL: "/artists/1",
			Cells: []partials.CellView{{Text: "Nach dem Regen", URL: "/albums/1"}, {Text: en.Number(1 + g.IntN(300))}, g.hoursCell(), g.date()},
		}
		if i%5 == 3 {
			r.Quiet, r.URL = true, ""
			r.Cells = []partials.CellView{{Text: hostileMarkup}, {}, {Text: "never played", Never: true}, {}}
		}
		v.List.Rows = append(v.List.Rows, r)
	}
	return v
}

func (g inventor) searches() pages.SearchesPageView {
	words := []string{"pelwynfai live", "quam", hostileMarkup, "rain sounds for sleeping", hostileScript, "東京", longName}
	v := pages.SearchesPageView{
		Headline: prose.Text{}.Accent("1,204").Plain(" searches in three months. After ").Strong("two in three").Plain(" of them you played something."),
		Facts: []partials.FactView{
			{Label: "Records in the file", Value: prose.Of("9,412")}, {Label: "Searches", Value: prose.Of("1,204")}, {Label: "Different searches", Value: prose.Of("655")}, {Label: "Keystrokes a search", Value: prose.Of("7.8")},
		},
		Top:    partials.CardListView{ID: "top", Title: "Searched most", Rows: g.rows(words, 6, false, 9, "searches")},
		Search: searchOf("/searches", "your searches"),
		List: partials.SearchListView{
			Count: "1,204 searches", Newer: &partials.StepView{Label: "Newest", URL: "/searches"},
			Older: &partials.StepView{Label: "Older searches", URL: "/searches?after=x", Partial: "/partials/searches/older?after=x"},
		},
	}
	for i := range v.Top.Rows {
		v.Top.Rows[i].Hours = en.Count(31-4*i, "time", "times")
	}
	at := time.Date(2026, time.February, 28, 22, 47, 0, 0, time.UTC)
	for day := range 3 {
		d := partials.SearchDayView{Date: format.LongDate(at), ISO: at.Format("2006-01-02"), URL: "/history?from=x", Continued: day == 0}
		for i := range 5 {
			at = at.Add(-time.Duration(9+g.IntN(70)) * time.Minute)
			s := partials.SearchedView{
				Time: format.Clock(at), Instant: at.Format(time.RFC3339), Text: words[(i+day*2)%len(words)], URL: "/searches?q=x",
				Records: "recorded " + en.Times(2+g.IntN(20)), Device: []string{"Android", "", "Windows"}[g.IntN(3)],
			}
			for j := range (i + day) % 3 {
				s.Played = append(s.Played, partials.PlayedView{Name: trackNames[(i+j*3)%len(trackNames)], URL: "/tracks/1", Creator: artistNames[(i*j+1)%len(artistNames)], After: en.HoursInWords(int64(9000+g.IntN(200_000))) + " later"})
			}
			d.Searches = append(d.Searches, s)
		}
		v.List.Days = append(v.List.Days, d)
		at = at.Add(-31 * time.Hour)
	}
	return v
}

func opinions() pages.OpinionsPageView {
	names := func(n int) []layout.LinkView {
		out := make([]layout.LinkView, n)
		for i := range out {
			out[i].Label = artistNames[i%len(artistNames)]
			if i%3 > 0 {
				out[i].URL = "/artists/1"
			}
		}
		return out
	}
	v := pages.OpinionsPageView{
		Headline: prose.Text{}.Plain("To Spotify you are ").Accent("62").Plain(" guesses and a super listener of ").Accent("14").Plain(" artists."),
		Lede:     prose.Of("What the packages say about you beside what you played, in plain words. None of it was checked with you."),
		Opinions: []pages.OpinionView{
			{ID: "marquee", Title: "Fan of whom", Sentence: prose.Of("Labels call it Marquee: whom to show you an advertisement for. ").Strong("98").Plain(" artists have you on such a list."), Source: layout.LinkView{Label: "Marquee.json", URL: "/documents/2"},
				Groups: []partials.GroupView{
					{Label: "Super listeners", Note: "Among those who play the artist most.", Count: "14", Names: names(14)},
					{Label: "Previously active", Note: "You have gone quiet. They would like you back.", Count: "61", Names: names(61)},
				}},
			{ID: "inferences", Title: "What it infers", Sentence: prose.Of("Segments that advertisers can buy, guessed from what you do."), Source: layout.LinkView{Label: "Inferences.json", URL: "/documents/3"},
				Groups: []partials.GroupView{
					{Label: "Interests", Count: "3", Names: []layout.LinkView{{Label: "cooking"}, {Label: hostileMarkup}, {Label: "light rail"}}},
					{Label: "About you", Count: "2", Names: []layout.LinkView{{Label: "25 to 34 years old"}, {Label: "has a dog"}}},
				}},
			{ID: "taste", Title: "Taste profile", Absent: "No package holds TasteProfile.json; Spotify hands it out to few."},
			{ID: "follow", Title: "Follow", Facts: []partials.FactView{{Label: "Followers", Value: prose.Of("12")}, {Label: "You follow", Value: prose.Of("31")}, {Label: "Blocked", Value: prose.Of("0")}}, Source: layout.LinkView{Label: "Follow.json", URL: "/documents/4"}},
			{ID: "prompts", Title: "What you asked for", Sentence: prose.Of("Prompts you gave the DJ and the playlist maker."), Quotes: []pages.QuoteView{
				{Text: "songs for a train at night, no vocals", When: "3 May 2025"}, {Text: hostileScript, Note: "made a playlist of 30"},
			}},
			{ID: "bottle", Title: "Playlist in a bottle", Absent: "No package holds PlaylistInABottle.json."},
			{ID: "capsule", Title: "Sound Capsule", Sentence: prose.Of("Your month as Spotify summed it up.")},
		},
	}
	for i, label := range []string{"May 2025", "April 2025", "March 2025", "February 2025"} {
		m := partials.CapsuleMonthView{Label: label, Share: 1 - float64(i)*0.21, Hours: en.Hours(int64(41-8*i) * hour), Streams: en.Number(1204 - 100*i), Artist: layout.LinkView{Label: artistNames[i], URL: "/artists/1"}, Track: layout.LinkView{Label: trackNames[i+1]}, Genre: "hyper" + "pop"}
		if i == 2 {
			m.Artist, m.Genre = layout.LinkView{}, ""
		}
		v.Opinions[6].Months = append(v.Opinions[6].Months, m)
	}
	return v
}

func wrapped() pages.WrappedPageView {
	pair := func(rank int, a, b string, ma, mb partials.Match, note string) partials.PairView {
		p := partials.PairView{Rank: rank, Spotify: partials.SideView{Name: a, Match: ma, Note: note}, Yours: partials.SideView{Name: b, URL: "/artists/1", Figure: "312 plays", Match: mb}}
		if b == "" {
			p.Yours = partials.SideView{}
		}
		return p
	}
	year := func(label string) pages.WrappedYearView {
		return pages.WrappedYearView{
			Year: label, Sentence: prose.Of("Spotify tells you ").Strong("1,870 minutes").Plain(" less than you played. It stops counting in the middle of November."),
			Source: layout.LinkView{Label: "Wrapped" + label + ".json", URL: "/documents/9"},
			Figures: []partials.ComparisonView{
				{Label: "Time listened", Spotify: "41,232 minutes", Yours: "43,102 minutes", Why: prose.Of("Wrapped ends on ").Strong("17 November").Plain("; up to that day your data has 41,240 minutes. The rest are plays under 30 seconds.")},
				{Label: "Artists", Spotify: "1,204", Yours: "1,204", Agree: true},
				{Label: "Top artist’s listeners", Spotify: "top 0.5%", Why: prose.Of("Your data knows nothing of other people.")},
			},
			Lists: []partials.SideBySideView{
				{ID: "artists-" + label, Title: "Artists", Sentence: "Four of five are the same, two in the same place.", Pairs: []partials.PairView{
					pair(1, "Pelwynfai", "Pelwynfai", partials.MatchSame, partials.MatchSame, ""),
					pair(2, hostileMarkup, "QUAM", partials.MatchOther, partials.MatchOther, "no. 3 in your data"),
					pair(3, "QUAM", hostileMarkup, partials.MatchOther, partials.MatchOther, "no. 2 in your data"),
					pair(4, longName, "Terims Jowyn", partials.MatchNone, partials.MatchNone, "no. 14 in your data"),
					pair(5, "Öde Inseln", "Öde Inseln", partials.MatchSame, partials.MatchSame, ""),
				}},
				{ID: "tracks-" + label, Title: "Tracks", Sentence: "One of two is the same.", Pairs: []partials.PairView{
					pair(1, "Imz", "Imz", partials.MatchSame, partials.MatchSame, ""), pair(2, hostileScript, "", partials.MatchNone, partials.MatchNone, ""),
				}},
			},
			Rest: []partials.FactView{{Label: "Listening age", Value: prose.Of("73")}, {Label: "Club", Value: prose.Of("Cosmic Stereo Club")}},
		}
	}
	bare := pages.WrappedYearView{Year: "2023", Sentence: prose.Of("The file names no figures that your data can check.")}
	return pages.WrappedPageView{
		Headline: prose.Text{}.Accent("3").Plain(" years of Wrapped, beside your own plays."),
		Lede:     prose.Of("Where the two differ, the reason stands beside it."),
		Years:    []pages.WrappedYearView{year("2025"), year("2024"), bare},
	}
}

func (g inventor) privacy() pages.PrivacyPageView {
	months := g.months()
	series := func(id, label string, rows ...string) charts.SeriesView {
		v := charts.SeriesView{ID: id, Label: label, Years: years(months)}
		for _, m := range months {
			v.Months = append(v.Months, m.Label)
		}
		for i, name := range rows {
			r := charts.SeriesRowView{Label: name, URL: "/?platform=x", Total: en.Hours(int64(900/(i+1)) * hour), Span: "Mar 2018 – Feb 2026"}
			for j, m := range months {
				value := int64(float64(m.Value) * math.Max(0, math.Sin(float64(j)/30+float64(i)*1.7)))
				r.Values, r.Figures = append(r.Values, value), append(r.Figures, en.Hours(value))
			}
			v.Rows = append(v.Rows, r)
		}
		return v
	}
	networks := series("networks", "Networks a month", "Networks")
	networks.Rows[0].Total, networks.Rows[0].URL, networks.Rows[0].Span = "212", "", "at most 19 a month"
	return pages.PrivacyPageView{
		Headline: prose.Text{}.Plain("Your data knows ").Accent("9").Plain(" devices, ").Accent("4").Plain(" countries and ").Accent("212").Plain(" networks."),
		Lede:     prose.Of("Every play says on what, where and from which network. The networks’ addresses were counted when your data was read, and thrown away."),
		Facts:    []partials.FactView{{Label: "Plays with a country", Value: prose.Of("53,411")}, {Label: "Played offline", Value: prose.Of("12%")}, {Label: "In private sessions", Value: prose.Of("31 plays")}},
		Series: []pages.SeriesCardView{
			{Title: "Platforms", Sentence: "The phone took over from the computer in the summer of 2021.", Chart: series("platforms", "Hours a month by platform", "Android", "Windows", "Web player", hostileMarkup)},
			{Title: "Countries", Sentence: "Nearly all of it in Germany.", Chart: series("countries", "Hours a month by country", "Germany", "Portugal")},
			{Title: "Networks", Sentence: "The most in August 2022: 19.", Chart: networks},
		},
		Hidden: []partials.BreakdownView{
			{ID: "offline", Title: "Offline", Sentence: "You listened without a connection for 40 hours, 700 plays, and Spotify recorded it all the same.", Count: "Plays", Rows: []partials.ShareRowView{
				{Label: "2022", URL: "/history?only=offline&from=2022-01-01&to=2022-12-31", Share: 1, Hours: "30 h", Percent: "500 plays"},
				{Label: "2023", URL: "/history?only=offline&from=2023-01-01&to=2023-12-31", Share: .3, Hours: "10 h", Percent: "200 plays"},
			}},
			{ID: "private", Title: "Private sessions", Sentence: "No play in your data is marked as one of a private session.", Count: "Plays"},
		},
		Fields: prose.Of("").Strong("7 fields").Plain(" about you in 2 documents. Their values are hidden until you ask, and never written to a log."),
		Reveal: partials.RevealView{Action: "/privacy", Hidden: []layout.FieldView{{Name: "tz", Value: "Europe/Berlin"}}},
		Documents: []partials.PersonalDocumentView{
			{Name: "Userdata.json", Package: "my_spotify_data.zip", URL: "/documents/1", Fields: []partials.PersonalFieldView{
				{Label: "E-mail address", Name: "email", Value: "l•••••@•••••", Masked: true}, {Label: "Date of birth", Name: "birthdate", Value: "••••", Masked: true},
				{Label: "Country", Name: "country", Value: "DE"}, {Label: "Facebook", Name: "facebookUid"},
			}},
			{Name: hostileMarkup, Package: hostileScript, Fields: []partials.PersonalFieldView{{Label: "Card", Name: "payment_method_" + longName, Value: "••••", Masked: true}}},
		},
	}
}

func documents() pages.CollectionPageView {
	v := pages.CollectionPageView{
		Eyebrow:  "Everything else",
		Headline: prose.Text{}.Accent("23").Plain(" documents in 2 packages, all of them readable here."),
		Search:   searchOf("/documents", "documents"),
		List: partials.TableListView{
			Label: "Documents", Count: "23 documents", Sorts: sortsOf("/documents", "Topic", "Name", "Size", "Newest"), Name: "Document",
			Columns: []partials.ColumnView{{Label: "What it holds"}, {Label: "Package"}, {Label: "Written"}, {Label: "Size", Figure: true, Main: true}},
		},
	}
	for i, d := range [][3]string{{"Playlist1.json", "your playlists", "1.2 MB"}, {"Userdata.json", "your account", "1 kB"}, {"FamilyPlan.json", "your family plan", "2 kB"}, {hostileScript + ".json", "something new", "12 kB"}} {
		v.List.Rows = append(v.List.Rows, partials.TableRowView{Name: d[0], URL: fmt.Sprintf("/documents/%d", i), Cells: []partials.CellView{{Text: d[1]}, {Text: "my_spotify_data.zip"}, {Text: "3 May 2024"}, {Text: d[2]}}})
	}
	return v
}

func familyPlan() pages.DocumentPageView {
	text := func(label, s string) partials.NodeView { return partials.NodeView{Label: label, Text: s} }
	deep := partials.NodeView{Label: "deepest", Text: "found"}
	for i := range 40 {
		deep = partials.NodeView{Label: fmt.Sprintf("level %d", 40-i), Kind: partials.NodeBranch, Children: []partials.NodeView{deep}}
	}
	table := &partials.DataTableView{Label: "members", Columns: []string{"name", "joined", "premium", "address_line_one", "address_line_two", "note"}}
	for i := range 6 {
		table.Rows = append(table.Rows, []partials.NodeView{
			text("", artistNames[i]), text("", "2021-04-0"+fmt.Sprint(i+1)), {Text: "true", Kind: partials.NodeNumber}, {Text: "••••", Kind: partials.NodeMasked}, {Kind: partials.NodeNothing, Text: "null"}, text("", hostileScript+longName),
		})
	}
	return pages.DocumentPageView{
		Name: "FamilyPlan.json", Trail: []layout.LinkView{{Label: "All documents", URL: "/documents"}},
		Headline: prose.Of("Your family plan, ").Strong("2 kB").Plain(", written on 3 May 2024."),
		Facts:    []partials.FactView{{Label: "Package", Value: prose.Of("my_spotify_data.zip")}, {Label: "Size", Value: prose.Of("2 kB")}},
		Reveal:   &partials.RevealView{Action: "/documents/7"},
		Root: partials.NodeView{Kind: partials.NodeBranch, Children: []partials.NodeView{
			text("plan", "family"), {Label: "seats", Text: "6", Kind: partials.NodeNumber}, {Label: "manager", Text: "••••", Kind: partials.NodeMasked}, {Label: "invitation", Kind: partials.NodeNothing},
			{Label: "members", Kind: partials.NodeBranch, Open: true, Table: table, Cut: "1,104 more entries are in the file."},
			{Label: hostileMarkup, Kind: partials.NodeBranch, Children: []partials.NodeView{text("0", longName), text("1", hostileScript)}},
			deep,
		}},
	}
}

func coverage() *charts.CoverageView {
	stretch := func(first, days int, label, plays string) charts.StretchView {
		return charts.StretchView{First: first, Days: days, Label: label, Count: en.Count(days, "day", "days"), Plays: plays, URL: fmt.Sprintf("/?from=%d", first)}
	}
	row := func(kind charts.CoverageKind, label string, stretches ...charts.StretchView) charts.CoverageRowView {
		return charts.CoverageRowView{
			Kind: kind, Label: label, Span: "29 Mar 2018 – 10 Aug 2025", Total: en.Count(2600, "day", "days"), Bands: stretches, Stretches: stretches,
		}
	}
	return &charts.CoverageView{
		ID: "coverage", Label: "Covered days, 29 March 2018 to 28 February 2026", Days: 2894,
		Sentence: "Two packages cover all but 92 of 2,894 days. 260 days are in both, and count once.",
		Years:    []charts.YearView{{Label: "2018", URL: "/", Count: 278}, {Label: "2019", URL: "/", First: 278, Count: 365}, {Label: "2020", URL: "/", First: 643, Count: 366}, {Label: "2021", URL: "/", First: 1009, Count: 365}, {Label: "2022", URL: "/", First: 1374, Count: 365}, {Label: "2023", URL: "/", First: 1739, Count: 365}, {Label: "2024", URL: "/", First: 2104, Count: 366}, {Label: "2025", URL: "/", First: 2470, Count: 365}, {Label: "2026", URL: "/", First: 2835, Count: 59}},
		Rows: []charts.CoverageRowView{
			row(charts.CoverageExact, "Extended history", stretch(0, 1100, "29 Mar 2018 – 1 Apr 2021", "20,401 plays"), stretch(1192, 1500, "3 Jul 2021 – 10 Aug 2025", "31,204 plays")),
			row(charts.CoverageRough, "Account data", stretch(2432, 462, "24 Nov 2024 – 28 Feb 2026", "2,204 plays"), stretch(1150, 1, "22 May 2021", "3 plays")),
			row(charts.CoverageBoth, "In both", stretch(2432, 260, "24 Nov 2024 – 10 Aug 2025", "1,801 plays")),
		},
		Gaps: []charts.StretchView{stretch(1100, 50, "2 Apr – 21 May 2021", ""), stretch(1151, 41, "23 May – 2 Jul 2021", "")},
	}
}

func (g inventor) changes() pages.ChangesPageView {
	day := func(date, iso string, changes ...partials.ChangeView) partials.ChangeDayView {
		return partials.ChangeDayView{Date: date, ISO: iso, URL: "/history?from=" + iso, Changes: changes}
	}
	playlist := &layout.LinkView{Label: hostileMarkup, URL: "/playlists/x"}
	return pages.ChangesPageView{
		Headline: prose.Of("You saved something ").Accent("160 times").Plain(" and put something into a playlist ").Accent("98 times").Plain("."),
		Lede:     prose.Of("What you saved, removed and put into playlists, as the technical log recorded it."),
		Kinds:    []partials.TabView{{Label: "All", Count: "258", URL: "/changes", Current: true}, {Label: "Saved", Count: "160", URL: "/changes?change=saved"}},
		Search:   partials.SearchView{Label: "Search changes", Placeholder: "Search titles, artists, playlists", Action: "/changes", Partial: "/partials/changes"},
		List: partials.ChangeListView{
			Count: "258 changes",
			Sorts: []partials.StepView{{Label: "Newest first", URL: "/changes", Current: true}, {Label: "Oldest first", URL: "/changes?order=oldest"}},
			Days: []partials.ChangeDayView{
				day("Monday, 18 December 2023", "2023-12-18",
					partials.ChangeView{Time: "21:47", Instant: "2023-12-18T21:47:00Z", Label: "Saved", Items: []partials.ChangedItemView{{Name: hostileScript, URL: "/tracks/x", Creator: longName}}},
					partials.ChangeView{Time: "20:01", Instant: "2023-12-18T20:01:00Z", Label: "Added to playlist", More: "and 12 more", Where: "to", Playlist: playlist,
						Items: []partials.ChangedItemView{{Name: "One", URL: "/tracks/1", Creator: "Someone"}, {Name: longName, Creator: "Else"}}}),
				day("Sunday, 17 December 2023", "2023-12-17",
					partials.ChangeView{Time: "09:00", Instant: "2023-12-17T09:00:00Z", Label: "Removed from playlist", Where: "from", Playlist: &layout.LinkView{Label: "a playlist whose name is not known"},
						Items: []partials.ChangedItemView{{Name: "A track whose name is not known"}}}),
			},
			Older: &partials.StepView{Label: "Older", URL: "/changes?after=o1.0", Partial: "/partials/changes/older?after=o1.0"},
		},
	}
}
