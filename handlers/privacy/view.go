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

// wholeHistory is the lens without its range: the series are of the whole
// history, as the spine is.
func wholeHistory(req *web.Request) lens.Lens {
	return web.Kept(req.Lens).WithRange(lens.Date{}, lens.Date{})
}

// A dimension is what nearly every play says of where it was heard.
type dimension struct {
	id, title, label, sentence string
	shares                     func(dataset.Selection) []insight.Share
	name                       func(value string) string
	unnamed                    string // the value that has no name
	narrow                     func(l lens.Lens, value string) lens.Lens
}

var (
	platforms = dimension{
		id: "platforms", title: "Platforms", label: "Hours a month by platform", sentence: "What you listened on: ",
		shares: insight.Platforms, name: words.FamilyName, unnamed: lens.FamilyOther,
		narrow: func(l lens.Lens, value string) lens.Lens { l.Platform = value; return l },
	}
	countries = dimension{
		id: "countries", title: "Countries", label: "Hours a month by country", sentence: "Where you listened: ",
		shares: insight.Countries, name: words.CountryName, unnamed: words.UnknownCountry,
		narrow: func(l lens.Lens, value string) lens.Lens { l.Country = value; return l },
	}
)

// of breaks all plays down, whichever value the lens has chosen.
func (d dimension) of(req *web.Request) []insight.Share {
	return d.shares(req.Data.Select(d.narrow(wholeHistory(req), "")))
}

// named counts the shares that have a name.
func (d dimension) named(req *web.Request) int {
	n := 0
	for _, s := range d.of(req) {
		if s.Value != d.unnamed && s.Value != "" {
			n++
		}
	}
	return n
}

// introduction is the headline of the page and what stands beneath it.
func introduction(req *web.Request) (headline, lede prose.Text) {
	switch {
	case req.Data.Rows() == 0:
		return prose.Of("Without a play, only the documents tell of you."), nil
	case !playsTell(req):
		lede = prose.Of("Account data leaves that out, and whether you were offline or in a private session. The extended streaming history says it of nearly every play. ")
		return prose.Of("Your plays do not say where you heard them, or on what."), append(lede, web.AskFor(web.PackageExtended, req.AddURL())...)
	}
	lede = prose.Of("Nearly every play says on what, where and from which network you heard it. The addresses of networks were counted when your files were read, and are not stored.")
	most := 0
	for _, m := range req.Data.Networks() {
		most = max(most, m.Networks)
	}
	headline = prose.Of("Your plays tell of ").Accent(req.Locale.Count(platforms.named(req), "kind of device", "kinds of devices"))
	inCountries := req.Locale.Count(countries.named(req), "country", "countries")
	if most == 0 {
		return headline.Plain(" in ").Accent(inCountries).Plain("."), lede
	}
	return headline.Plain(", ").Accent(inCountries).
		Plain(" and up to ").Accent(req.Locale.Count(most, "network", "networks")).Plain(" a month."), lede
}

// playsTell reports whether any play says where or on what it was heard.
func playsTell(req *web.Request) bool {
	return platforms.named(req)+countries.named(req)+len(req.Data.Networks()) > 0
}

// allSeries are devices, countries and networks over time.
func allSeries(req *web.Request) []charts.SeriesView {
	if !playsTell(req) {
		return nil
	}
	var out []charts.SeriesView
	for _, d := range []dimension{platforms, countries} {
		if shares := d.of(req); len(shares) > 0 {
			out = append(out, d.series(req, shares))
		}
	}
	if networks := req.Data.Networks(); len(networks) > 0 {
		out = append(out, networkSeries(req, networks))
	}
	return out
}

// summary names the share with most time.
func (d dimension) summary(loc format.Locale, shares []insight.Share) string {
	all := int64(0)
	for _, s := range shares {
		all += s.Ms
	}
	top := words.InSentence(d.name(shares[0].Value))
	if shares[0].Ms == all {
		return d.sentence + "only " + top + "."
	}
	sentence := d.sentence + "mostly " + top + ", " + loc.Percent(shares[0].Ms, all) + " of the time."
	if left := len(shares) - privacySeries; left > 0 {
		sentence += words.Plural(left, " The one with least time is not drawn.", " The "+loc.Number(left)+" with least time are not drawn.")
	}
	return sentence
}

// series draws the shares with most time over the months.
func (d dimension) series(req *web.Request, shares []insight.Share) charts.SeriesView {
	whole := wholeHistory(req)
	all := req.Data.Months(whole)
	v := charts.SeriesView{ID: d.id, Title: d.title, Label: d.label, Sentence: d.summary(req.Locale, shares), Years: req.Years(all)}
	for _, m := range all {
		v.Months = append(v.Months, format.Month(words.Civil(m.Date)))
	}
	for _, s := range shares[:min(len(shares), privacySeries)] {
		row := charts.SeriesRowView{
			Label: d.name(s.Value), URL: web.Href(web.PathHome, d.narrow(web.Kept(req.Lens), s.Value)), Total: req.Locale.Hours(s.Ms),
		}
		var first, last lens.Date
		for _, m := range req.Data.Months(d.narrow(whole, s.Value)) {
			row.Values, row.Figures = append(row.Values, m.Ms), append(row.Figures, req.Locale.Hours(m.Ms))
			if m.Ms > 0 {
				first, last = cmp.Or(first, m.Date), m.Date
			}
		}
		row.Span = monthSpan(first, last)
		v.Rows = append(v.Rows, row)
	}
	return v
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
	trait              lens.Traits
	id, title          string
	how, nothingMarked string
}{
	{lens.Offline, "offline", "Offline", "without a connection", "No play in your data is marked as offline."},
	{lens.Private, "private", "Private sessions", "in private sessions", "No play in your data is marked as one of a private session."},
}

// hiddenPlays are the plays of a trait, in all and by year.
type hiddenPlays struct {
	MsPlayed int64       `json:"ms_played"`
	Plays    int         `json:"plays"`
	Years    []yearShare `json:"years"`
}

// yearShare is what of a year was played in some way.
type yearShare struct {
	Year     int   `json:"year"`
	MsPlayed int64 `json:"ms_played"`
	Plays    int   `json:"plays"`
}

// hiddenBy adds up the plays of a trait, leaving out years without any.
func hiddenBy(req *web.Request, trait lens.Traits) hiddenPlays {
	l := wholeHistory(req)
	l.Only |= trait
	sum := req.Data.Summary(l)
	out := hiddenPlays{MsPlayed: sum.Ms, Plays: sum.Plays, Years: []yearShare{}}
	for _, m := range req.Data.Months(l) {
		if m.Ms == 0 && m.Plays == 0 {
			continue
		}
		if n := len(out.Years); n == 0 || out.Years[n-1].Year != m.Date.Year {
			out.Years = append(out.Years, yearShare{Year: m.Date.Year})
		}
		last := &out.Years[len(out.Years)-1]
		last.Plays += m.Plays
		last.MsPlayed += m.Ms
	}
	return out
}

// hiddenCards show that Spotify recorded what was played offline and in private
// sessions as well, by year.
func hiddenCards(req *web.Request) []list.BreakdownView {
	if !req.HasExtended() {
		return nil // account data does not tell
	}
	var cards []list.BreakdownView
	for _, t := range hiddenTraits {
		plays := hiddenBy(req, t.trait)
		card := list.BreakdownView{ID: t.id, Title: t.title, Sentence: t.nothingMarked, Count: "Plays"}
		most := int64(1)
		for _, y := range plays.Years {
			most = max(most, y.MsPlayed)
			card.Sentence = "You listened " + t.how + " for " + req.Locale.HoursInWords(plays.MsPlayed) + ", " +
				req.Locale.Count(plays.Plays, "play", "plays") + ", and Spotify recorded it all the same."
		}
		for _, y := range plays.Years {
			from, to := web.YearOf(y.Year)
			l := web.Kept(req.Lens).WithRange(from, to)
			card.Rows = append(card.Rows, list.ShareRowView{
				Label: strconv.Itoa(y.Year), URL: web.Href(web.PathHistory, l.WithOnly(l.Only|t.trait)),
				Share: float64(y.MsPlayed) / float64(most), Hours: req.Locale.Hours(y.MsPlayed), Percent: req.Locale.Count(y.Plays, "play", "plays"),
			})
		}
		cards = append(cards, card)
	}
	return cards
}

// networkSeries counts the networks of each month.
func networkSeries(req *web.Request, networks []dataset.NetworkMonth) charts.SeriesView {
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
	v := charts.SeriesView{
		ID: "networks", Title: "Networks", Label: "Networks a month",
		Sentence: "From how many networks you listened each month, the most in " + format.Month(words.Civil(most.Date)) + ": " +
			req.Locale.Number(most.Networks) + ". A network is what a home, an office or a mobile cell shares.",
	}
	// Networks are counted in months of UTC.
	var months []dataset.Month
	end := networks[len(networks)-1].Date
	for d := networks[0].Date; d.Compare(end) <= 0; d = words.MonthEnd(d).AddDays(1) {
		n := byMonth[d]
		months = append(months, dataset.Month{Date: d})
		v.Months = append(v.Months, format.Month(words.Civil(d)))
		row.Values, row.Figures = append(row.Values, int64(n)), append(row.Figures, req.Locale.Number(n))
	}
	v.Years, v.Rows = req.Years(months), []charts.SeriesRowView{row}
	return v
}

// personalDocuments lists the personal fields by document, after a sentence that
// counts them.
func personalDocuments(req *web.Request, fields []account.PersonalField, show bool) (prose.Text, []list.PersonalDocumentView) {
	urls := make(map[web.FileOf]string)
	for _, d := range req.Documents() {
		if at := (web.FileOf{Package: d.Package, Name: d.Name}); urls[at] == "" {
			urls[at] = d.URL(req.Lens)
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
			d.Fields = append(d.Fields, newPersonalFieldView(req.Locale, f, show))
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

func newPersonalFieldView(loc format.Locale, f account.PersonalField, show bool) list.PersonalFieldView {
	shown := f.Values[:min(len(f.Values), privacyValues)]
	text := strings.Join(slices.Compact(slices.Clone(shown)), ", ")
	if more := f.Count - len(shown); more > 0 {
		text += " and " + loc.Number(more) + " more"
	}
	path := strings.TrimPrefix(f.Path, "$.")
	steps := strings.Split(strings.ReplaceAll(path, "[]", ""), ".")
	return list.PersonalFieldView{Label: words.Humanized(steps[len(steps)-1]), Name: path, Value: text, Masked: !show}
}

type seriesJSON struct {
	Value    string  `json:"value"`
	MsPlayed int64   `json:"ms_played"`
	Months   []int64 `json:"months"` // parallel to months of the answer
}

type networkMonthJSON struct {
	Month    string `json:"month"`
	Networks int    `json:"networks"`
}

type privacyJSON struct {
	Months    []string                `json:"months"`
	Platforms []seriesJSON            `json:"platforms"`
	Countries []seriesJSON            `json:"countries"`
	Networks  []networkMonthJSON      `json:"networks"`
	Offline   hiddenPlays             `json:"offline"`
	Private   hiddenPlays             `json:"private"`
	Fields    []account.PersonalField `json:"fields"`
}

// newPrivacyJSON holds no personal value: programs that want them have the files.
func newPrivacyJSON(req *web.Request) privacyJSON {
	out := privacyJSON{
		Months: []string{}, Platforms: platforms.json(req), Countries: countries.json(req), Networks: []networkMonthJSON{},
		Offline: hiddenBy(req, lens.Offline), Private: hiddenBy(req, lens.Private), Fields: append([]account.PersonalField{}, req.Account().PersonalFields()...),
	}
	monthOf := func(d lens.Date) string { return d.String()[:len("2006-01")] }
	for _, m := range req.Data.Months(wholeHistory(req)) {
		out.Months = append(out.Months, monthOf(m.Date))
	}
	for _, m := range req.Data.Networks() {
		out.Networks = append(out.Networks, networkMonthJSON{monthOf(m.Date), m.Networks})
	}
	return out
}

func (d dimension) json(req *web.Request) []seriesJSON {
	out := []seriesJSON{}
	for _, s := range d.of(req) {
		row := seriesJSON{Value: s.Value, MsPlayed: s.Ms}
		for _, m := range req.Data.Months(d.narrow(wholeHistory(req), s.Value)) {
			row.Months = append(row.Months, m.Ms)
		}
		out = append(out, row)
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
		return web.Page{Title: "Privacy", Content: page(req, fields, show)}, nil
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
