package privacy

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const (
	privacySeries = 6  // rows of a series: more cannot be compared
	privacyFields = 60 // fields of one document; its own page has all
	privacyValues = 5  // values of one field
)

func newPrivacyPageView(req *web.Request, fields []account.PersonalField, show bool) pageView {
	// The series are of the whole history, as the spine is.
	whole := web.Kept(req.Lens)
	whole.From, whole.To = lens.Date{}, lens.Date{}
	platforms, countries := insight.Platforms(req.Data.Select(anyPlatform(whole))), insight.Countries(req.Data.Select(anyCountry(whole)))
	networks := req.Data.Networks()
	devices, places := named(platforms, lens.FamilyOther), named(countries, words.UnknownCountry)
	m := pageView{
		Headline: privacyHeadline(req.Locale, devices, places, networks),
		Lede:     prose.Of("Nearly every play says on what, where and from which network you heard it. The addresses of networks were counted when your files were read, and are not stored."),
		None:     "No document in your packages says anything about you by name.",
		Reveal:   *web.NewRevealView(req, show),
	}
	telling := devices+places+len(networks) > 0
	switch {
	case req.Data.Rows() == 0:
		m.Headline, m.Lede = prose.Of("Without a play, only the documents tell of you."), nil
	case !telling:
		m.Headline = prose.Of("Your plays do not say where you heard them, or on what.")
		m.Lede = prose.Of("Account data leaves that out, and whether you were offline or in a private session. The extended streaming history says it of nearly every play. ")
		m.Lede = append(m.Lede, web.AskFor(web.PackageExtended, req.AddURL())...)
	}
	m.Hidden = newHidden(req, whole)
	m.Fields, m.Documents = newPersonalDocuments(req, fields, show)
	for _, card := range []*seriesCardView{
		platformSeries(req, whole, platforms), countrySeries(req, whole, countries), networkSeries(req, networks),
	} {
		if card != nil && telling {
			m.Series = append(m.Series, *card)
		}
	}
	return m
}

func anyPlatform(l lens.Lens) lens.Lens { l.Platform = ""; return l }

func anyCountry(l lens.Lens) lens.Lens { l.Country = ""; return l }

// named counts the shares that have a name.
func named(shares []insight.Share, unnamed string) int {
	n := 0
	for _, s := range shares {
		if s.Value != unnamed && s.Value != "" {
			n++
		}
	}
	return n
}

func privacyHeadline(loc format.Locale, platforms, countries int, networks []dataset.NetworkMonth) prose.Text {
	most := 0
	for _, m := range networks {
		most = max(most, m.Networks)
	}
	t := prose.Of("Your plays tell of ").Accent(loc.Count(platforms, "kind of device", "kinds of devices"))
	if most == 0 {
		return t.Plain(" in ").Accent(loc.Count(countries, "country", "countries")).Plain(".")
	}
	return t.Plain(", ").Accent(loc.Count(countries, "country", "countries")).
		Plain(" and up to ").Accent(loc.Count(most, "network", "networks")).Plain(" a month.")
}

func platformSeries(req *web.Request, whole lens.Lens, shares []insight.Share) *seriesCardView {
	card := series(req, "platforms", "Platforms", "Hours a month by platform", whole, shares, words.FamilyName,
		func(l lens.Lens, value string) lens.Lens { l.Platform = value; return l })
	if card != nil {
		card.Sentence = seriesSentence(req.Locale, shares, "What you listened on: ", words.FamilyName)
	}
	return card
}

func countrySeries(req *web.Request, whole lens.Lens, shares []insight.Share) *seriesCardView {
	card := series(req, "countries", "Countries", "Hours a month by country", whole, shares, words.CountryName,
		func(l lens.Lens, value string) lens.Lens { l.Country = value; return l })
	if card != nil {
		card.Sentence = seriesSentence(req.Locale, shares, "Where you listened: ", words.CountryName)
	}
	return card
}

// seriesSentence names the share with most time.
func seriesSentence(loc format.Locale, shares []insight.Share, before string, name func(string) string) string {
	all := int64(0)
	for _, s := range shares {
		all += s.Ms
	}
	if shares[0].Ms == all {
		return before + "only " + words.InSentence(name(shares[0].Value)) + "."
	}
	sentence := before + "mostly " + words.InSentence(name(shares[0].Value)) + ", " + loc.Percent(shares[0].Ms, all) + " of the time."
	if left := len(shares) - privacySeries; left > 0 {
		sentence += words.Plural(left, " The one with least time is not drawn.", " The "+loc.Number(left)+" with least time are not drawn.")
	}
	return sentence
}

// series draws the shares with most time over the months; nil for none.
func series(req *web.Request, id, title, label string, whole lens.Lens, shares []insight.Share, name func(string) string, narrowed func(lens.Lens, string) lens.Lens) *seriesCardView {
	if len(shares) == 0 {
		return nil
	}
	all := req.Data.Months(whole)
	card := &seriesCardView{Title: title, Chart: charts.SeriesView{ID: id, Label: label, Years: req.Years(all)}}
	for _, m := range all {
		card.Chart.Months = append(card.Chart.Months, format.Month(words.Civil(m.Date)))
	}
	for _, s := range shares[:min(len(shares), privacySeries)] {
		row := charts.SeriesRowView{
			Label: name(s.Value), URL: web.Href(web.PathHome, narrowed(web.Kept(req.Lens), s.Value)), Total: req.Locale.Hours(s.Ms),
		}
		var first, last lens.Date
		for _, m := range req.Data.Months(narrowed(whole, s.Value)) {
			row.Values, row.Figures = append(row.Values, m.Ms), append(row.Figures, req.Locale.Hours(m.Ms))
			if m.Ms > 0 {
				if first.IsZero() {
					first = m.Date
				}
				last = m.Date
			}
		}
		row.Span = monthSpan(first, last)
		card.Chart.Rows = append(card.Chart.Rows, row)
	}
	return card
}

// monthSpan is "Mar 2018 – Feb 2026", or one month alone.
func monthSpan(first, last lens.Date) string {
	const layout = "Jan 2006"
	switch {
	case first.IsZero():
		return ""
	case first == last:
		return words.Civil(first).Format(layout)
	}
	return words.Civil(first).Format(layout) + " – " + words.Civil(last).Format(layout)
}

// hiddenTraits are those of plays that a person may think nobody recorded.
var hiddenTraits = []struct {
	trait   lens.Traits
	id      string
	title   string
	where   string // "You listened … for 3 hours"
	nothing string
}{
	{lens.Offline, "offline", "Offline", "without a connection", "No play in your data is marked as offline."},
	{lens.Private, "private", "Private sessions", "in private sessions", "No play in your data is marked as one of a private session."},
}

// yearShare is what of a year was played in some way.
type yearShare struct {
	year  int
	plays int
	ms    int64
}

// byYear adds up months, leaving out years without any.
func byYear(months []dataset.Month) []yearShare {
	var years []yearShare
	for _, m := range months {
		if m.Ms == 0 && m.Plays == 0 {
			continue
		}
		if n := len(years); n == 0 || years[n-1].year != m.Date.Year {
			years = append(years, yearShare{year: m.Date.Year})
		}
		last := &years[len(years)-1]
		last.plays += m.Plays
		last.ms += m.Ms
	}
	return years
}

// newHidden shows that Spotify recorded what was played offline and in private
// sessions as well, by year.
func newHidden(req *web.Request, whole lens.Lens) []list.BreakdownView {
	if !req.HasExtended() {
		return nil // account data does not tell
	}
	var cards []list.BreakdownView
	for _, t := range hiddenTraits {
		narrow := func(l lens.Lens) lens.Lens { return l.WithOnly(l.Only | t.trait) }
		years := byYear(req.Data.Months(narrow(whole)))
		sum := req.Data.Summary(narrow(whole))
		card := list.BreakdownView{ID: t.id, Title: t.title, Sentence: t.nothing, Count: "Plays"}
		if len(years) > 0 {
			most := slices.MaxFunc(years, func(a, b yearShare) int { return cmp.Compare(a.ms, b.ms) })
			card.Sentence = "You listened " + t.where + " for " + req.Locale.HoursInWords(sum.Ms) + ", " + req.Locale.Count(sum.Plays, "play", "plays") +
				", and Spotify recorded it all the same."
			for _, y := range years {
				from, to := web.YearOf(y.year)
				card.Rows = append(card.Rows, list.ShareRowView{
					Label: strconv.Itoa(y.year), URL: web.Href(web.PathHistory, narrow(web.Kept(req.Lens)).WithRange(from, to)),
					Share: float64(y.ms) / float64(max(most.ms, 1)), Hours: req.Locale.Hours(y.ms), Percent: req.Locale.Count(y.plays, "play", "plays"),
				})
			}
		}
		cards = append(cards, card)
	}
	return cards
}

func networkSeries(req *web.Request, networks []dataset.NetworkMonth) *seriesCardView {
	if len(networks) == 0 {
		return nil
	}
	byMonth := make(map[lens.Date]int, len(networks))
	most := networks[0]
	for _, m := range networks {
		byMonth[m.Date] = m.Networks
		if m.Networks > most.Networks {
			most = m
		}
	}
	row := charts.SeriesRowView{
		Label: "Networks", Total: req.Locale.Number(most.Networks) + " at most",
		Span: monthSpan(networks[0].Date, networks[len(networks)-1].Date),
	}
	card := &seriesCardView{
		Title: "Networks",
		Sentence: "From how many networks you listened each month, the most in " + format.Month(words.Civil(most.Date)) + ": " +
			req.Locale.Number(most.Networks) + ". A network is what a home, an office or a mobile cell shares.",
	}
	// Networks are counted in months of UTC.
	var months []dataset.Month
	end := networks[len(networks)-1].Date
	for d := networks[0].Date; d.Compare(end) <= 0; d = words.MonthEnd(d).AddDays(1) {
		n := byMonth[d]
		months = append(months, dataset.Month{Date: d})
		card.Chart.Months = append(card.Chart.Months, format.Month(words.Civil(d)))
		row.Values, row.Figures = append(row.Values, int64(n)), append(row.Figures, req.Locale.Number(n))
	}
	card.Chart.ID, card.Chart.Label, card.Chart.Years = "networks", "Networks a month", req.Years(months)
	card.Chart.Rows = []charts.SeriesRowView{row}
	return card
}

// newPersonalDocuments lists the personal fields by document.
func newPersonalDocuments(req *web.Request, fields []account.PersonalField, show bool) (prose.Text, []list.PersonalDocumentView) {
	urls := make(map[web.FileOf]string)
	for _, d := range req.Documents() {
		if at := (web.FileOf{Package: d.Package, Name: d.Name}); urls[at] == "" {
			urls[at] = d.Url(req.Lens)
		}
	}
	var out []list.PersonalDocumentView
	left := 0 // fields of the current document that are not listed
	for i, f := range fields {
		if n := len(out); n == 0 || out[n-1].Name != f.Document || out[n-1].Package != f.Package {
			out = append(out, list.PersonalDocumentView{Name: f.Document, Package: f.Package, URL: urls[web.FileOf{Package: f.Package, Name: f.Document}]})
			left = 0
		}
		d := &out[len(out)-1]
		if len(d.Fields) < privacyFields {
			d.Fields = append(d.Fields, newPersonalField(req.Locale, f, show))
			continue
		}
		left++
		if last := i+1 == len(fields) || fields[i+1].Document != f.Document || fields[i+1].Package != f.Package; last {
			d.Fields = append(d.Fields, list.PersonalFieldView{
				Label: "And " + req.Locale.Count(left, "more field", "more fields"), Name: "…", Value: "on the document’s own page",
			})
		}
	}
	t := prose.Text{}.Strong(req.Locale.Count(len(fields), "field", "fields")).
		Plain(" about you or people you know in " + req.Locale.Count(len(out), "document", "documents") + ".")
	if show {
		return t.Plain(" They are shown on this page only, and never written to a log."), out
	}
	return t.Plain(" Their values are hidden until you ask, and never written to a log."), out
}

func newPersonalField(loc format.Locale, f account.PersonalField, show bool) list.PersonalFieldView {
	shown := f.Values[:min(len(f.Values), privacyValues)]
	text := strings.Join(slices.Compact(slices.Clone(shown)), ", ")
	if more := f.Count - len(shown); more > 0 {
		text += " and " + loc.Number(more) + " more"
	}
	path := strings.TrimPrefix(f.Path, "$.")
	steps := strings.Split(strings.ReplaceAll(path, "[]", ""), ".")
	return list.PersonalFieldView{Label: words.Humanized(steps[len(steps)-1]), Name: path, Value: text, Masked: !show}
}

type privacySeriesJSON struct {
	Value    string  `json:"value"`
	MsPlayed int64   `json:"ms_played"`
	Months   []int64 `json:"months"` // parallel to months of the answer
}

type personalFieldJSON struct {
	Document string   `json:"document"`
	Package  string   `json:"package"`
	Path     string   `json:"path"`
	Count    int      `json:"count"`
	Masked   []string `json:"masked"`
}

type networkMonthJSON struct {
	Month    string `json:"month"`
	Networks int    `json:"networks"`
}

type hiddenJSON struct {
	MsPlayed int64            `json:"ms_played"`
	Plays    int              `json:"plays"`
	Years    []hiddenYearJSON `json:"years"`
}

type hiddenYearJSON struct {
	Year     int   `json:"year"`
	MsPlayed int64 `json:"ms_played"`
	Plays    int   `json:"plays"`
}

func newHiddenJSON(d *dataset.Dataset, l lens.Lens) hiddenJSON {
	sum := d.Summary(l)
	out := hiddenJSON{MsPlayed: sum.Ms, Plays: sum.Plays, Years: []hiddenYearJSON{}}
	for _, y := range byYear(d.Months(l)) {
		out.Years = append(out.Years, hiddenYearJSON{y.year, y.ms, y.plays})
	}
	return out
}

type privacyJSON struct {
	Months    []string            `json:"months"`
	Platforms []privacySeriesJSON `json:"platforms"`
	Countries []privacySeriesJSON `json:"countries"`
	Networks  []networkMonthJSON  `json:"networks"`
	Offline   hiddenJSON          `json:"offline"`
	Private   hiddenJSON          `json:"private"`
	Fields    []personalFieldJSON `json:"fields"`
}

// newPrivacyJSON holds no personal value: programs that want them have the files.
func newPrivacyJSON(req *web.Request) privacyJSON {
	whole := web.Kept(req.Lens)
	whole.From, whole.To = lens.Date{}, lens.Date{}
	out := privacyJSON{
		Months: []string{}, Platforms: []privacySeriesJSON{}, Countries: []privacySeriesJSON{},
		Networks: []networkMonthJSON{},
		Offline:  newHiddenJSON(req.Data, whole.WithOnly(whole.Only|lens.Offline)),
		Private:  newHiddenJSON(req.Data, whole.WithOnly(whole.Only|lens.Private)),
		Fields:   []personalFieldJSON{},
	}
	monthOf := func(d lens.Date) string { return d.String()[:len("2006-01")] }
	for _, m := range req.Data.Months(whole) {
		out.Months = append(out.Months, monthOf(m.Date))
	}
	series := func(s insight.Share, l lens.Lens) privacySeriesJSON {
		row := privacySeriesJSON{Value: s.Value, MsPlayed: s.Ms}
		for _, m := range req.Data.Months(l) {
			row.Months = append(row.Months, m.Ms)
		}
		return row
	}
	for _, s := range insight.Platforms(req.Data.Select(anyPlatform(whole))) {
		l := whole
		l.Platform = s.Value
		out.Platforms = append(out.Platforms, series(s, l))
	}
	for _, s := range insight.Countries(req.Data.Select(anyCountry(whole))) {
		l := whole
		l.Country = s.Value
		out.Countries = append(out.Countries, series(s, l))
	}
	for _, m := range req.Data.Networks() {
		out.Networks = append(out.Networks, networkMonthJSON{monthOf(m.Date), m.Networks})
	}
	for _, f := range req.Account().PersonalFields() {
		out.Fields = append(out.Fields, personalFieldJSON{f.Document, f.Package, f.Path, f.Count, f.Values})
	}
	return out
}

var View = web.View{
	Path: web.PathPrivacy, Title: "Privacy", Group: web.AboutYou,
	Page: func(req *web.Request) (web.Page, error) {
		fields, show := req.Account().PersonalFields(), web.Reveals(req)
		if show {
			var err error
			fields, err = web.Together(req, fmt.Sprintf("revealed %p", req.Data), account.LargestBytes(req.Data), func() []account.PersonalField {
				return account.Revealed(req.Data)
			})
			if err != nil {
				return web.Page{}, err
			}
		}
		return web.Page{Title: "Privacy", Content: page(newPrivacyPageView(req, fields, show))}, nil
	},
	JSON: func(req *web.Request) (any, error) {
		release, err := req.Work.Acquire(req.Context(), web.PageBytes+privacyBytes(req))
		if err != nil {
			return nil, fmt.Errorf("build page: %w", err)
		}
		defer release()
		return newPrivacyJSON(req), nil
	},
}

func privacyBytes(req *web.Request) int64 {
	return int64(len(req.Account().PersonalFields())) * web.NameBytes
}
