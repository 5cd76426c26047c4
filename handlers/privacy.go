package handlers

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

const (
	privacySeries = 6  // rows of a series: more cannot be compared
	privacyFields = 60 // fields of one document; its own page has all
	privacyValues = 5  // values of one field
)

func (s *Server) showPrivacy(c echo.Context, v view) error {
	fields, show := v.account().PersonalFields(), reveals(c)
	if show {
		var err error
		fields, err = together(c.Request().Context(), s, fmt.Sprintf("revealed %p", v.data), account.LargestBytes(v.data), func() []account.PersonalField {
			return account.Revealed(v.data)
		})
		if err != nil {
			return err
		}
	}
	m := newPrivacyPageView(v, fields, show)
	return s.render(c, http.StatusOK, pages.Privacy(s.lensPage(c, "Privacy", v, nil), m))
}

func newPrivacyPageView(v view, fields []account.PersonalField, show bool) pages.PrivacyPageView {
	// The series are of the whole history, as the spine is.
	whole := kept(v.lens)
	whole.From, whole.To = dataset.Date{}, dataset.Date{}
	platforms, countries := v.data.Platforms(anyPlatform(whole)), v.data.Countries(anyCountry(whole))
	networks := v.data.Networks()
	devices, places := named(platforms, dataset.FamilyOther), named(countries, unknownCountry)
	m := pages.PrivacyPageView{
		Headline: privacyHeadline(v.loc, devices, places, networks),
		Lede:     prose.Of("Nearly every play says on what, where and from which network you heard it. The addresses of networks were counted when your files were read, and are not stored."),
		None:     "No document in your packages says anything about you by name.",
		Reveal:   *newRevealView(v, show),
	}
	telling := devices+places+len(networks) > 0
	switch {
	case v.data.Rows() == 0:
		m.Headline, m.Lede = prose.Of("Without a play, only the documents tell of you."), nil
	case !telling:
		m.Headline = prose.Of("Your plays do not say where you heard them, or on what.")
		m.Lede = prose.Of("Account data leaves that out, and whether you were offline or in a private session. The extended streaming history says it of nearly every play. ")
		m.Lede = append(m.Lede, pages.AskFor(pages.PackageExtended, v.addURL())...)
	}
	m.Hidden = newHidden(v, whole)
	m.Fields, m.Documents = newPersonalDocuments(v, fields, show)
	for _, card := range []*pages.SeriesCardView{
		platformSeries(v, whole, platforms), countrySeries(v, whole, countries), networkSeries(v, networks),
	} {
		if card != nil && telling {
			m.Series = append(m.Series, *card)
		}
	}
	return m
}

const unknownCountry = "ZZ"

func anyPlatform(l dataset.Lens) dataset.Lens { l.Platform = ""; return l }

func anyCountry(l dataset.Lens) dataset.Lens { l.Country = ""; return l }

// named counts the shares that have a name.
func named(shares []dataset.Share, unnamed string) int {
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

func platformSeries(v view, whole dataset.Lens, shares []dataset.Share) *pages.SeriesCardView {
	card := v.series("platforms", "Platforms", "Hours a month by platform", whole, shares, familyName,
		func(l dataset.Lens, value string) dataset.Lens { l.Platform = value; return l })
	if card != nil {
		card.Sentence = seriesSentence(v.loc, shares, "What you listened on: ", familyName)
	}
	return card
}

func countrySeries(v view, whole dataset.Lens, shares []dataset.Share) *pages.SeriesCardView {
	card := v.series("countries", "Countries", "Hours a month by country", whole, shares, countryName,
		func(l dataset.Lens, value string) dataset.Lens { l.Country = value; return l })
	if card != nil {
		card.Sentence = seriesSentence(v.loc, shares, "Where you listened: ", countryName)
	}
	return card
}

// seriesSentence names the share with most time.
func seriesSentence(loc format.Locale, shares []dataset.Share, before string, name func(string) string) string {
	all := int64(0)
	for _, s := range shares {
		all += s.Ms
	}
	if shares[0].Ms == all {
		return before + "only " + inSentence(name(shares[0].Value)) + "."
	}
	sentence := before + "mostly " + inSentence(name(shares[0].Value)) + ", " + loc.Percent(shares[0].Ms, all) + " of the time."
	if left := len(shares) - privacySeries; left > 0 {
		sentence += plural(left, " The one with least time is not drawn.", " The "+loc.Number(left)+" with least time are not drawn.")
	}
	return sentence
}

// series draws the shares with most time over the months; nil for none.
func (v view) series(id, title, label string, whole dataset.Lens, shares []dataset.Share, name func(string) string, narrowed func(dataset.Lens, string) dataset.Lens) *pages.SeriesCardView {
	if len(shares) == 0 {
		return nil
	}
	all := v.data.Months(whole)
	card := &pages.SeriesCardView{Title: title, Chart: charts.SeriesView{ID: id, Label: label, Years: v.years(all)}}
	for _, m := range all {
		card.Chart.Months = append(card.Chart.Months, format.Month(civil(m.Date)))
	}
	for _, s := range shares[:min(len(shares), privacySeries)] {
		row := charts.SeriesRowView{
			Label: name(s.Value), URL: href(pathHome, narrowed(kept(v.lens), s.Value)), Total: v.loc.Hours(s.Ms),
		}
		var first, last dataset.Date
		for _, m := range v.data.Months(narrowed(whole, s.Value)) {
			row.Values, row.Figures = append(row.Values, m.Ms), append(row.Figures, v.loc.Hours(m.Ms))
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
func monthSpan(first, last dataset.Date) string {
	const layout = "Jan 2006"
	switch {
	case first.IsZero():
		return ""
	case first == last:
		return civil(first).Format(layout)
	}
	return civil(first).Format(layout) + " – " + civil(last).Format(layout)
}

// hiddenTraits are those of plays that a person may think nobody recorded.
var hiddenTraits = []struct {
	trait   dataset.Traits
	id      string
	title   string
	where   string // "You listened … for 3 hours"
	nothing string
}{
	{dataset.Offline, "offline", "Offline", "without a connection", "No play in your data is marked as offline."},
	{dataset.Private, "private", "Private sessions", "in private sessions", "No play in your data is marked as one of a private session."},
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
func newHidden(v view, whole dataset.Lens) []partials.BreakdownView {
	if !v.hasExtended() {
		return nil // account data does not tell
	}
	var cards []partials.BreakdownView
	for _, t := range hiddenTraits {
		narrow := func(l dataset.Lens) dataset.Lens { return l.WithOnly(l.Only | t.trait) }
		years := byYear(v.data.Months(narrow(whole)))
		sum := v.data.Summary(narrow(whole))
		card := partials.BreakdownView{ID: t.id, Title: t.title, Sentence: t.nothing, Count: "Plays"}
		if len(years) > 0 {
			most := slices.MaxFunc(years, func(a, b yearShare) int { return cmp.Compare(a.ms, b.ms) })
			card.Sentence = "You listened " + t.where + " for " + v.loc.HoursInWords(sum.Ms) + ", " + v.loc.Count(sum.Plays, "play", "plays") +
				", and Spotify recorded it all the same."
			for _, y := range years {
				from, to := yearOf(y.year)
				card.Rows = append(card.Rows, partials.ShareRowView{
					Label: strconv.Itoa(y.year), URL: href(pathHistory, narrow(kept(v.lens)).WithRange(from, to)),
					Share: float64(y.ms) / float64(max(most.ms, 1)), Hours: v.loc.Hours(y.ms), Percent: v.loc.Count(y.plays, "play", "plays"),
				})
			}
		}
		cards = append(cards, card)
	}
	return cards
}

func networkSeries(v view, networks []dataset.NetworkMonth) *pages.SeriesCardView {
	if len(networks) == 0 {
		return nil
	}
	byMonth := make(map[dataset.Date]int, len(networks))
	most := networks[0]
	for _, m := range networks {
		byMonth[m.Date] = m.Networks
		if m.Networks > most.Networks {
			most = m
		}
	}
	row := charts.SeriesRowView{
		Label: "Networks", Total: v.loc.Number(most.Networks) + " at most",
		Span: monthSpan(networks[0].Date, networks[len(networks)-1].Date),
	}
	card := &pages.SeriesCardView{
		Title: "Networks",
		Sentence: "From how many networks you listened each month, the most in " + format.Month(civil(most.Date)) + ": " +
			v.loc.Number(most.Networks) + ". A network is what a home, an office or a mobile cell shares.",
	}
	// Networks are counted in months of UTC.
	var months []dataset.Month
	end := networks[len(networks)-1].Date
	for d := networks[0].Date; d.Compare(end) <= 0; d = monthEnd(d).AddDays(1) {
		n := byMonth[d]
		months = append(months, dataset.Month{Date: d})
		card.Chart.Months = append(card.Chart.Months, format.Month(civil(d)))
		row.Values, row.Figures = append(row.Values, int64(n)), append(row.Figures, v.loc.Number(n))
	}
	card.Chart.ID, card.Chart.Label, card.Chart.Years = "networks", "Networks a month", v.years(months)
	card.Chart.Rows = []charts.SeriesRowView{row}
	return card
}

// newPersonalDocuments lists the personal fields by document.
func newPersonalDocuments(v view, fields []account.PersonalField, show bool) (prose.Text, []partials.PersonalDocumentView) {
	urls := make(map[fileOf]string)
	for _, d := range v.documents() {
		if at := (fileOf{d.Package, d.Name}); urls[at] == "" {
			urls[at] = d.url(v.lens)
		}
	}
	var out []partials.PersonalDocumentView
	left := 0 // fields of the current document that are not listed
	for i, f := range fields {
		if n := len(out); n == 0 || out[n-1].Name != f.Document || out[n-1].Package != f.Package {
			out = append(out, partials.PersonalDocumentView{Name: f.Document, Package: f.Package, URL: urls[fileOf{f.Package, f.Document}]})
			left = 0
		}
		d := &out[len(out)-1]
		if len(d.Fields) < privacyFields {
			d.Fields = append(d.Fields, newPersonalField(v.loc, f, show))
			continue
		}
		left++
		if last := i+1 == len(fields) || fields[i+1].Document != f.Document || fields[i+1].Package != f.Package; last {
			d.Fields = append(d.Fields, partials.PersonalFieldView{
				Label: "And " + v.loc.Count(left, "more field", "more fields"), Name: "…", Value: "on the document’s own page",
			})
		}
	}
	t := prose.Text{}.Strong(v.loc.Count(len(fields), "field", "fields")).
		Plain(" about you or people you know in " + v.loc.Count(len(out), "document", "documents") + ".")
	if show {
		return t.Plain(" They are shown on this page only, and never written to a log."), out
	}
	return t.Plain(" Their values are hidden until you ask, and never written to a log."), out
}

func newPersonalField(loc format.Locale, f account.PersonalField, show bool) partials.PersonalFieldView {
	shown := f.Values[:min(len(f.Values), privacyValues)]
	text := strings.Join(slices.Compact(slices.Clone(shown)), ", ")
	if more := f.Count - len(shown); more > 0 {
		text += " and " + loc.Number(more) + " more"
	}
	path := strings.TrimPrefix(f.Path, "$.")
	steps := strings.Split(strings.ReplaceAll(path, "[]", ""), ".")
	return partials.PersonalFieldView{Label: humanized(steps[len(steps)-1]), Name: path, Value: text, Masked: !show}
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

func newHiddenJSON(d *dataset.Dataset, l dataset.Lens) hiddenJSON {
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
func newPrivacyJSON(v view) privacyJSON {
	whole := kept(v.lens)
	whole.From, whole.To = dataset.Date{}, dataset.Date{}
	out := privacyJSON{
		Months: []string{}, Platforms: []privacySeriesJSON{}, Countries: []privacySeriesJSON{},
		Networks: []networkMonthJSON{},
		Offline:  newHiddenJSON(v.data, whole.WithOnly(whole.Only|dataset.Offline)),
		Private:  newHiddenJSON(v.data, whole.WithOnly(whole.Only|dataset.Private)),
		Fields:   []personalFieldJSON{},
	}
	monthOf := func(d dataset.Date) string { return d.String()[:len("2006-01")] }
	for _, m := range v.data.Months(whole) {
		out.Months = append(out.Months, monthOf(m.Date))
	}
	series := func(s dataset.Share, l dataset.Lens) privacySeriesJSON {
		row := privacySeriesJSON{Value: s.Value, MsPlayed: s.Ms}
		for _, m := range v.data.Months(l) {
			row.Months = append(row.Months, m.Ms)
		}
		return row
	}
	for _, s := range v.data.Platforms(anyPlatform(whole)) {
		l := whole
		l.Platform = s.Value
		out.Platforms = append(out.Platforms, series(s, l))
	}
	for _, s := range v.data.Countries(anyCountry(whole)) {
		l := whole
		l.Country = s.Value
		out.Countries = append(out.Countries, series(s, l))
	}
	for _, m := range v.data.Networks() {
		out.Networks = append(out.Networks, networkMonthJSON{monthOf(m.Date), m.Networks})
	}
	for _, f := range v.account().PersonalFields() {
		out.Fields = append(out.Fields, personalFieldJSON{f.Document, f.Package, f.Path, f.Count, f.Values})
	}
	return out
}

func (s *Server) apiPrivacy(c echo.Context, v view) error {
	return c.JSON(http.StatusOK, newPrivacyJSON(v))
}
