package components_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// An invented listener, lively enough to judge the pages by. Some names are
// hostile on purpose: every page has to show them as what they are, text.
const (
	hostileMarkup = `<em>x</em>`
	hostileScript = `"><script>alert(1)</script>`
	longName      = "Im Bodri Shuli Corn Quawyno dridri Sadrei and the Very Long Orchestra of the Northern Shore"
)

var (
	artistNames = []string{
		"Pelwynfai", "Terims Jowyn", "Ski Dridrijoastim", "QUAM", "Naorco Drizenr", "Quacor co ski Hajov Lis",
		"Shufahav", "Hanuwynv Torsh", hostileMarkup, "東京スカイ", hostileScript, "Łódź Nocą", "Öde Inseln", longName,
	}
	trackNames = []string{
		"Lo Or Renloto", "Skiq Bohaorka", longName, "Zen Corn", "Wynwynnas", "Torimt Co Shujomi", "Imz",
		hostileMarkup, "Torcorter", hostileScript, "Nach dem Regen", "Ouverture – live",
	}
	en format.Locale
)

const hour = int64(3_600_000)

// inventor draws the same figures on every run.
type inventor struct{ *rand.Rand }

func newInventor() inventor { return inventor{rand.New(rand.NewPCG(20180329, 20260228))} }

func (g inventor) months() []charts.MonthView {
	var out []charts.MonthView
	first := time.Date(2018, time.March, 1, 0, 0, 0, 0, time.UTC)
	for i := range 96 {
		m := first.AddDate(0, i, 0)
		ms := int64(0)
		if i != 1 && i != 62 {
			season := 0.5 + 0.5*math.Cos(2*math.Pi*float64(m.Month()-1)/12)
			wave := math.Pow(math.Abs(math.Sin(float64(i)*0.11+0.6)), 2)
			ms = int64((4 + 22*season*wave + 14*wave*g.Float64() + 40*math.Pow(float64(i)/96, 9)) * float64(hour))
		}
		if i < 9 {
			ms /= 9
		}
		plays := int(ms / 210_000)
		out = append(out, charts.MonthView{
			Label: format.Month(m),
			Title: fmt.Sprintf("%s: %s, %s", format.Month(m), en.Hours(ms), en.Count(plays, "play", "plays")),
			URL:   m.Format("?from=2006-01&to=2006-01"),
			Hours: en.Hours(ms), Plays: en.Number(plays), Value: ms, Lit: true,
		})
	}
	return out
}

func years(months []charts.MonthView) []charts.YearView {
	var out []charts.YearView
	for i, m := range months {
		label := m.Label[len(m.Label)-4:]
		if n := len(out); n == 0 || out[n-1].Label != label {
			out = append(out, charts.YearView{Label: label, URL: "?from=" + label + "&to=" + label, First: i, Lit: true})
		}
		out[len(out)-1].Count++
		out[len(out)-1].Lit = out[len(out)-1].Lit && m.Lit
	}
	return out
}

func (g inventor) lens(action, subject string, litYear string) *layout.LensView {
	months := g.months()
	for i := range months {
		months[i].Lit = litYear == "" || strings.HasSuffix(months[i].Label, litYear)
		if subject != "" {
			months[i].Part = int64(float64(months[i].Value) * 0.6 * math.Pow(math.Abs(math.Sin(float64(i)*0.05)), 3))
		}
	}
	hidden := []layout.FieldView{{Name: "kind", Value: "music"}, {Name: "not", Value: hostileScript}}
	return &layout.LensView{
		Announce: "29 March 2018 to 28 February 2026, music and podcasts.",
		Spine: charts.SpineView{
			Label: "Hours a month, March 2018 to February 2026", Months: months, Years: years(months),
			Table: charts.TableView{ID: "spine-table", URL: action + "?table=spine#spine-table"}, Subject: subject, Identity: subject,
		},
		Presets: []layout.LinkView{
			{Label: "All time", URL: action, Current: litYear == ""},
			{Label: "Last 12 months", URL: action + "?from=2025-03-01&to=2026-02-28"},
			{Label: "2025", URL: action + "?from=2025&to=2025"},
			{Label: "2024", URL: action + "?from=2024&to=2024"},
		},
		Range: layout.RangeView{
			Label: "Custom…", Action: action, From: "2018-03-29", To: "2026-02-28", Min: "2018-03-29", Max: "2026-02-28",
			Hidden: hidden, Current: false,
		},
		Choices: []layout.ChoiceView{
			{ID: "kind", Label: "Music + podcasts", Legend: "What to look at", Style: layout.ChooseMany, Field: "kind", Action: action, Hidden: hidden,
				Options: []layout.OptionView{
					{Value: "music", Label: "Music", Detail: "2,304 h", Checked: true}, {Value: "podcast", Label: "Podcasts", Detail: "301 h", Checked: true},
					{Value: "audiobook", Label: "Audiobooks", Detail: "18.2 h"}, {Value: "video", Label: "Videos", Detail: "12 min"},
				}},
			{ID: "min", Label: "Plays ≥ 30 s", Legend: "What counts as a play", Style: layout.ChooseOne, Field: "min", Action: action, Hidden: hidden,
				Note: "Hours always count every second.",
				Options: []layout.OptionView{
					{Value: "0", Label: "Everything"}, {Value: "", Label: "At least 30 seconds", Checked: true}, {Value: "60", Label: "At least a minute"},
				}},
			{ID: "tz", Label: "Europe/Berlin", Legend: "Time zone", Style: layout.ChooseText, Field: "tz", Value: "Europe/Berlin", Action: action, Hidden: hidden,
				Options: []layout.OptionView{{Value: "Europe/Berlin", Label: "Germany"}, {Value: "America/New_York", Label: "United States"}}},
			{ID: "country", Label: "Everywhere", Legend: "Where", Style: layout.ChooseOne, Field: "country", Action: action, Hidden: hidden,
				Options: []layout.OptionView{{Label: "Everywhere", Checked: true}, {Value: "DE", Label: "Germany", Detail: "2,201 h"}, {Value: "PT", Label: "Portugal", Detail: "88.1 h"}}},
		},
		Exclusions: &layout.ExclusionsView{
			Label: "2 left out", Action: action, Field: "not", Hidden: hidden, Names: artistNames,
			Items: []layout.ExclusionView{{Name: hostileMarkup, RemoveURL: action}, {Name: "Rain Sounds", RemoveURL: action}},
		},
		ResetURL: action,
	}
}

func (g inventor) rows(names []string, n int, creator bool, firstHours float64, path string) []partials.RowView {
	out := make([]partials.RowView, n)
	hours := firstHours
	for i := range out {
		name := names[i%len(names)]
		centre, width := g.Float64()*40, 2+g.Float64()*6
		spark := make([]int64, 40)
		for j := range spark {
			d := (float64(j) - centre) / width
			spark[j] = int64((math.Exp(-d*d)*(0.4+g.Float64()) + 0.03*g.Float64()) * 1e6)
			if math.Abs(d) > 2.5 {
				spark[j] = 0
			}
		}
		ms := int64(hours * float64(hour))
		plays := int(ms / 280_000)
		out[i] = partials.RowView{
			Rank: i + 1, Name: name, URL: fmt.Sprintf("/%s/%d", path, i+1), Spark: spark,
			Share: hours / firstHours, Hours: en.Hours(ms), Plays: en.Count(plays, "play", "plays"),
			Title: en.Exact(ms) + ", " + en.Count(plays, "play", "plays"),
		}
		if creator {
			out[i].Creator = artistNames[(i*5)%len(artistNames)]
			out[i].Identity = out[i].Creator
			out[i].CreatorURL = fmt.Sprintf("/artists/%d", i)
		}
		hours *= 0.97 - 0.12*math.Exp(-float64(i)/2)
	}
	return out
}

func (g inventor) clock() pages.ClockView {
	v := pages.ClockView{
		Sentence: "Mostly on weekday evenings. The quietest hour of your week is Tuesday, 4 in the morning.",
		Heatmap:  charts.HeatmapView{ID: "clock", Label: "Hours by weekday and time of day. The busiest is Thursday from 20 to 21 with 41 h.", Table: charts.TableView{ID: "clock-table", URL: "/?table=clock#clock-table"}},
	}
	for day := range 7 {
		for h := range 24 {
			evening := math.Exp(-math.Pow((float64(h)-20)/4.5, 2)) + 0.35*math.Exp(-math.Pow((float64(h)-13)/4, 2))
			ms := int64((evening + 0.05 + 0.15*g.Float64()) * 30 * float64(hour))
			if h > 1 && h < 7 {
				ms /= 5
			}
			v.Heatmap.Cells[day][h] = charts.HeatCellView{Value: ms, Hours: en.Hours(ms), Title: fmt.Sprintf("Day %d, %d to %d: %s", day, h, h+1, en.Hours(ms)), URL: fmt.Sprintf("/history?weekday=%d&hour=%d", day, h)}
			v.Heatmap.HourURLs[h] = fmt.Sprint("/history?hour=", h)
		}
		v.Heatmap.DayURLs[day] = fmt.Sprint("/history?weekday=", day)
	}
	v.Heatmap.Cells[1][4] = charts.HeatCellView{Title: "Tuesday, 4 to 5: 0 s", Hours: "0 s"}
	return v
}

func receiptParts() []partials.ReceiptPartView {
	return []partials.ReceiptPartView{
		{Label: "Kept", Rows: "53,411", Percent: "89.9%", Value: 53411, End: partials.EndKept, Note: "These are what every page counts."},
		{Label: "Exact duplicates, left out", Rows: "5,906", Percent: "9.9%", Value: 5906, End: partials.EndDuplicate, Note: "The same row stands in this or another file."},
		{Label: "Already in the other package", Rows: "84", Percent: "0.1%", Value: 84, End: partials.EndElsewhere, Note: "The extended history has the same play, to the second."},
		{Label: "Unreadable", Rows: "3", Percent: "< 0.1%", Value: 3, End: partials.EndUnreadable, Note: "Not a row as Spotify writes them."},
	}
}

func upload(merge bool) partials.UploadView {
	return partials.UploadView{
		Action: "/uploads", FilesURL: "/files", ImportsURL: "/imports", ProgressURL: "/partials/imports/", DiscardURL: "/files/discard", DoneURL: "/receipt",
		ImportID: "4b1d", PartBytes: 4 << 20, MaxBytes: 2 << 30, Accept: ".zip,.json,application/zip,application/json", Limit: "Up to 2 GB in one go.", Merge: merge,
		PlainLimit: "Without JavaScript this site takes 4.5 MB in one go. With it, files travel in parts.",
		Files: []partials.UploadFileView{
			{ID: "1", Name: "my_spotify_data.zip", Size: "12.4 MB", Arrived: "12.4 MB", Bytes: 12_400_000, ArrivedBytes: 12_400_000, Done: true},
			{ID: "2", Name: hostileMarkup + ".zip", Size: "9.9 MB", Arrived: "4.2 MB", Bytes: 9_900_000, ArrivedBytes: 4_200_000},
		},
		Scripts: []string{"/static/vendor/tus.min.js", "/static/upload.js"},
	}
}

func frame(title, path string, lens *layout.LensView) layout.PageView {
	m := layout.PageView{
		Title: title, Path: path, Theme: layout.ThemeAuto, HomeURL: "/", ThemeURL: "/theme",
		Assets: layout.AssetsView{
			CSS: "/static/app.css", JS: "/static/app.js", HTMX: "/static/vendor/htmx.min.js", Icon: "/static/icon.svg", Touch: "/static/icons/apple-touch-icon.png",
			Manifest: "/static/manifest.webmanifest",
			Fonts:    []string{"/static/fonts/inter-latin.woff2", "/static/fonts/bricolage-grotesque-latin.woff2"},
		},
		Lens: lens,
	}
	if lens != nil {
		withNavigation(&m)
	}
	return m
}

func withNavigation(m *layout.PageView) {
	m.ForgetURL = "/forget"
	for _, n := range [][2]string{
		{"Overview", "/"}, {"Artists", "/artists"}, {"Albums", "/albums"}, {"Tracks", "/tracks"}, {"Shows", "/shows"},
		{"Audiobooks", "/audiobooks"}, {"History", "/history"},
	} {
		m.Nav = append(m.Nav, layout.LinkView{Label: n[0], URL: n[1], Current: n[1] == m.Path})
	}
	group := func(label string, inline bool, pages ...[2]string) {
		g := layout.NavGroupView{Label: label, Inline: inline}
		for _, n := range pages {
			g.Links = append(g.Links, layout.LinkView{Label: n[0], URL: n[1], Current: n[1] == m.Path})
		}
		m.More = append(m.More, g)
	}
	group("What you keep", true, [2]string{"Playlists", "/playlists"}, [2]string{"Library", "/library"}, [2]string{"Searches", "/searches"})
	group("What they keep", false, [2]string{"Spotify on you", "/opinions"}, [2]string{"Wrapped", "/wrapped"}, [2]string{"Privacy", "/privacy"}, [2]string{"Everything else", "/documents"}, [2]string{"Your data", "/receipt"})
}

func (g inventor) overview() pages.OverviewView {
	return pages.OverviewView{
		Span:     "29 Mar 2018 – 28 Feb 2026",
		Headline: prose.Text{}.Accent("2,623").Plain(" hours, or 109 days of your life, across ").Accent("1,233").Plain(" artists."),
		Lede: []prose.Text{
			prose.Of("Something started playing ").Strong("53,411 times").Plain("; ").Strong("37,330 times").Plain(" it went on for at least half a minute."),
			prose.Of("Your longest day was ").Link("18 December 2023", "/history?from=2023-12-18&to=2023-12-18").Plain(", 17.5 hours."),
		},
		Artists: partials.CardListView{ID: "artists", Title: "Artists", AllLabel: "all 1,233", AllURL: "/artists", Rows: g.rows(artistNames, 10, false, 289, "artists")},
		Tracks:  partials.CardListView{ID: "tracks", Title: "Tracks", AllLabel: "all 9,021", AllURL: "/tracks", Rows: g.rows(trackNames, 8, true, 29.9, "tracks")},
		Albums:  partials.CardListView{ID: "albums", Title: "Albums", AllLabel: "all 3,117", AllURL: "/albums", Rows: g.rows(trackNames, 8, true, 94, "albums")},
		Shows:   partials.CardListView{ID: "shows", Title: "Shows", AllLabel: "all 41", AllURL: "/shows", Rows: g.rows(artistNames[3:], 3, false, 61, "shows")},
		Clock:   g.clock(),
		Receipt: pages.ReceiptCardView{URL: "/receipt", Sentence: "Every row accounted for.", Total: "59,404", Parts: receiptParts()},
		Breakdowns: []partials.BreakdownView{{
			ID: "countries", Title: "Countries", Sentence: "Nearly all of it in Germany.",
			Rows: []partials.ShareRowView{
				{Label: "Germany", URL: "/?country=DE", Share: 1, Percent: "83.9%", Hours: "2,201 h"},
				{Label: "Portugal", URL: "/?country=PT", Share: .13, Percent: "11.2%", Hours: "294 h"},
				{Label: "Unknown", Share: .05, Percent: "4.9%", Hours: "128 h"},
			},
		}},
	}
}

func (g inventor) ranked(heading string, n int) pages.RankedPageView {
	step := func(label, sort string) partials.StepView {
		return partials.StepView{Label: label, URL: "/artists?sort=" + sort, Partial: "/partials/artists?sort=" + sort, Current: sort == "hours"}
	}
	return pages.RankedPageView{
		Heading:  heading,
		Headline: prose.Text{}.Accent("1,233").Plain(" artists. Half of your time went to ").Strong("31").Plain(" of them."),
		Search:   partials.SearchView{Label: "Search artists", Placeholder: "Search artists", Action: "/artists", Partial: "/partials/artists", Query: ""},
		List: partials.RankedListView{
			Count: "1,233 artists", Rows: g.rows(artistNames, n, false, 289, "artists"),
			Sorts:  []partials.StepView{step("Hours", "hours"), step("Plays", "plays"), step("Name", "name"), step("First play", "first"), step("Last play", "last")},
			Hidden: []layout.FieldView{{Name: "sort", Value: "plays"}},
			Pager: partials.PagerView{
				Text:     "51–100 of 1,233",
				Previous: &partials.StepView{Label: "Previous", URL: "/artists", Partial: "/partials/artists"},
				Next:     &partials.StepView{Label: "Next", URL: "/artists?page=3", Partial: "/partials/artists?page=3"},
			},
		},
	}
}

func (g inventor) entity(name string) pages.EntityPageView {
	months := g.months()
	for i := range months {
		months[i].Value = int64(float64(months[i].Value) * 0.6 * math.Pow(math.Abs(math.Sin(float64(i)*0.05)), 3))
	}
	return pages.EntityPageView{
		Kind: "Artist", Name: name,
		Headline: prose.Text{}.Strong("289 hours").Plain(" in 2,780 plays, more than any other artist. One play in six is ").Strong("Lo Or Renloto").Plain("."),
		Facts: []partials.FactView{
			{Label: "First play", Value: prose.Text{}.Link("29 March 2018", "/history?artist=1&from=2018-03-29"), Note: "Lo Or Renloto"},
			{Label: "Last play", Value: prose.Text{}.Link("28 February 2026", "/history?artist=1"), Note: longName},
			{Label: "Tracks", Value: prose.Of("61")},
			{Label: "Rank", Value: prose.Of("1 of 1,233")},
			{Label: "Skipped", Value: prose.Of("12%")},
		},
		Months: charts.MonthsView{
			Table: charts.TableView{ID: "months-table", URL: "/artists/1?table=months#months-table"},
			ID:    "months", Sentence: "It began in the spring of 2019 and never quite stopped. The fullest month was January 2026.",
			Label: "Hours a month of " + name, Months: months, Years: years(months), Identity: name, Max: 40 * hour, MaxLabel: "40 h",
		},
		Lists: []partials.CardListView{
			{ID: "tracks", Title: "Tracks", AllLabel: "all 61", AllURL: "/tracks?artist=1", Rows: g.rows(trackNames, 10, false, 48, "tracks")},
			{ID: "albums", Title: "Albums", AllLabel: "all 9", AllURL: "/albums?artist=1", Rows: g.rows(trackNames[2:], 6, false, 92, "albums")},
		},
		Actions: []layout.LinkView{{Label: "Every play", URL: "/history?artist=1"}, {Label: "Leave out of everything", URL: "/?not=x"}},
	}
}

func (g inventor) history() pages.HistoryPageView {
	v := pages.HistoryPageView{
		Headline: prose.Text{}.Accent("37,330").Plain(" plays, newest first."),
		Search:   partials.SearchView{Label: "Search plays", Placeholder: "Search plays", Action: "/history", Partial: "/partials/history", Query: ""},
		List: partials.HistoryListView{
			Count: "37,330 plays",
			Newer: &partials.StepView{Label: "Newest", URL: "/history"},
			Older: &partials.StepView{Label: "Older plays", URL: "/history?after=x", Partial: "/partials/history/more?after=x"},
		},
	}
	at := time.Date(2026, time.February, 28, 22, 47, 0, 0, time.UTC)
	for day := range 3 {
		d := partials.DayView{Date: format.LongDate(at), ISO: at.Format("2006-01-02"), URL: "/history?from=x", Continued: day == 0}
		for i := range 9 {
			at = at.Add(-time.Duration(120+g.IntN(400)) * time.Second)
			skipped := g.IntN(4) == 0
			end := "finished"
			if skipped {
				end = "skipped"
			}
			kind := ""
			if i == 5 {
				kind = "podcast"
			}
			d.Plays = append(d.Plays, partials.PlayView{
				Time: format.Clock(at), Instant: at.Format(time.RFC3339), Title: trackNames[(i*3+day)%len(trackNames)], URL: "/tracks/1",
				Artist: artistNames[(i+day)%len(artistNames)], ArtistURL: "/artists/1", Played: format.Length(int64(20_000 + g.IntN(300_000))),
				End: end, Skipped: skipped, Detail: "ended by " + hostileScript, Device: []string{"Android", "Web player", "Windows"}[g.IntN(3)], Kind: kind,
			})
		}
		v.List.Days = append(v.List.Days, d)
		at = at.Add(-11 * time.Hour)
	}
	return v
}

func receipt() pages.ReceiptPageView {
	return pages.ReceiptPageView{
		Headline: prose.Text{}.Accent("59,404").Plain(" rows in 14 files. Every one accounted for."),
		Total:    "59,404", Parts: receiptParts(), OverviewURL: "/", Kept: "Your data is here until 5 December 2026, or until you delete it.", ForgetURL: "/forget", Upload: upload(true), Coverage: coverage(),
		Problems: []pages.ReceiptProblemView{
			{Name: hostileScript + ".json", Package: hostileMarkup + ".zip", Status: pages.FileUnknown, Reasons: []string{"It is not a file Spotify is known to hand out."}},
		},
		Uploads: []pages.ReceiptUploadView{
			{Name: "my_spotify_data.zip", Summary: "4 files, 2 of them history, 59,320 rows", Groups: []pages.ReceiptGroupView{{Title: "4 files", Files: []pages.ReceiptFileView{
				{Name: "Spotify Extended Streaming History/Streaming_History_Audio_2018-2020_0.json", Holds: "extended history", Span: "29 Mar 2018 – 1 Jan 2020", Status: pages.FileRead, Rows: "16,384", Kept: "14,201", Duplicate: "2,183"},
				{Name: "Spotify Extended Streaming History/Streaming_History_Audio_2020-2026_1.json", Holds: "extended history", Span: "1 Jan 2020 – 28 Feb 2026", Status: pages.FilePartly, Reason: "The file breaks off after row 42,936.", Problems: []string{"2 rows: ts is not a time (first: row 77)", "1 row: ms_played is not a number (row 1,204)"}, Rows: "42,936", Kept: "39,210", Duplicate: "3,723", Unreadable: "3"},
				{Name: "Spotify Extended Streaming History/ReadMeFirst_ExtendedStreamingHistory.pdf", Holds: "a document", Status: pages.FileIgnored, Reason: "It explains the files and holds no plays."},
				{Name: hostileScript + ".json", Holds: "something else", Status: pages.FileUnknown, Reason: "It is not a file Spotify is known to hand out."},
			}}}},
			{Name: hostileMarkup + ".zip", Summary: "1 file, 84 rows", Groups: []pages.ReceiptGroupView{{Title: "1 file of history", Open: true, Files: []pages.ReceiptFileView{
				{Name: "StreamingHistory_music_0.json", Holds: "account data", Span: "3 – 9 Jan 2026", Status: pages.FileRead, Rows: "84", Elsewhere: "84"},
			}}}},
		},
	}
}
