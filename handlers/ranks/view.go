// Package ranks shows how the places of artists, albums and tracks changed over
// the years or months.
package ranks

import (
	"slices"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/identity"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Parameters of the page.
const (
	fieldOf    = "of"    // artists, albums, tracks
	fieldEvery = "every" // year, month
	fieldCount = "count" // each, cumulative
	fieldAt    = "at"    // the period of the race that is shown: YYYY or YYYY-MM
)

// View is the page.
var View = web.View{
	Path: web.PathRanks, Title: "Ranks", Group: web.TheYears,
	Holds: (*web.Request).HasPlays,
	Page: func(req *web.Request) (web.Page, error) {
		req.Lens = web.Kept(req.Lens)
		t, err := newTold(req)
		if err != nil {
			return web.Page{}, err
		}
		return web.Page{Title: "Ranks of " + t.of + words.Selection(req.Lens), Content: page(t), Partial: frame(t)}, nil
	},
	JSON: web.AnswerOf(newTold, (*told).json),
}

// choice is a parameter with a few values, the first of which need not be said.
type choice struct {
	field, label string
	values       []string
	labels       []string
}

var choices = []choice{
	{fieldOf, "Of", []string{"artists", "albums", "tracks"}, []string{"Artists", "Albums", "Tracks"}},
	{fieldEvery, "Every", []string{"year", "month"}, []string{"Each year", "Each month"}},
	{fieldCount, "Count", []string{"each", "cumulative"}, []string{"On its own", "Everything so far"}},
}

func (c *choice) read(req *web.Request) (string, error) {
	value := req.Query.Get(c.field)
	if value == "" {
		return c.values[0], nil
	}
	if !slices.Contains(c.values, value) {
		return "", &lens.FieldError{Field: c.field, Message: "It is one of " + strings.Join(c.values, ", ") + "."}
	}
	return value, nil
}

type told struct {
	req    *web.Request
	of     string
	every  insight.Every
	chosen map[string]string
	at     int // the period of the race, in Periods
	insight.Ranks
}

var kinds = map[string]lens.EntityKind{"artists": lens.Artist, "albums": lens.Album, "tracks": lens.Track}

func newTold(req *web.Request) (*told, error) {
	t := &told{req: req, chosen: make(map[string]string)}
	for i := range choices {
		value, err := choices[i].read(req)
		if err != nil {
			return nil, err
		}
		t.chosen[choices[i].field] = value
	}
	t.of = t.chosen[fieldOf]
	if t.chosen[fieldEvery] == "month" {
		t.every = insight.EveryMonth
	}
	t.Ranks = insight.RanksOf(req.Data.Select(req.Lens), kinds[t.of], t.every, t.chosen[fieldCount] == "cumulative")
	t.at = len(t.Periods) - 1
	if at := req.Query.Get(fieldAt); at != "" {
		i := slices.IndexFunc(t.Periods, func(d lens.Date) bool { return t.key(d) == at })
		if i < 0 {
			return nil, &lens.FieldError{Field: fieldAt, Message: "The period is a year such as 2024, or a month such as 2024-05, of the range."}
		}
		t.at = i
	}
	req.Own = t.own("", "")
	return t, nil
}

// own are the page's parameters with one of them changed.
func (t *told) own(field, value string) []layout.FieldView {
	var own []layout.FieldView
	for _, c := range choices {
		v := t.chosen[c.field]
		if c.field == field {
			v = value
		}
		if v != c.values[0] {
			own = append(own, layout.FieldView{Name: c.field, Value: v})
		}
	}
	if field == fieldAt {
		own = append(own, layout.FieldView{Name: fieldAt, Value: value})
	}
	return own
}

func (t *told) href(field, value string) string {
	return web.Address(web.PathRanks, t.own(field, value), t.req.Lens)
}

// key is a period as it stands in addresses.
func (t *told) key(d lens.Date) string {
	if t.every == insight.EveryYear {
		return d.String()[:4]
	}
	return d.String()[:7]
}

// keys are all periods as they stand in addresses.
func (t *told) keys() string {
	return strings.Join(web.Each(t.Periods, t.key), " ")
}

// raceTitle says which period the page came with. The slider says where the race is.
func (t *told) raceTitle() prose.Text {
	if len(t.Periods) == 1 {
		return prose.Of("The race in ").Accent(t.period(t.Periods[0])).Plain(".")
	}
	return prose.Of("The race from ").Accent(t.period(t.Periods[0])).Plain(" to ").Accent(t.period(t.Periods[len(t.Periods)-1])).Plain(".")
}

// period is a period in words.
func (t *told) period(d lens.Date) string {
	if t.every == insight.EveryYear {
		return web.YearLabel(d.Year)
	}
	return format.Month(words.Civil(d))
}

func (t *told) headline() prose.Text {
	if len(t.Leaders) == 0 {
		return prose.Of("Nothing to rank" + words.Selection(t.req.Lens) + ".")
	}
	first := t.Leaders[0]
	return web.EntityLink(nil, first.Entity, t.req.Lens).Plain(" led ").
		Accent(t.req.Locale.Count(first.Weeks, "week", "weeks")).Plain(" of " + t.req.Locale.Number(t.Weeks) + words.Selection(t.req.Lens) + ".")
}

// depth is how many places the chart draws.
const depth = 10

// widest is how many periods the chart draws at most: of more, the last.
const widest = 24

func (t *told) chart() charts.BumpView {
	from := max(0, len(t.Periods)-widest)
	v := charts.BumpView{ID: "ranks-chart", Label: "Places of the most heard " + t.of, Depth: depth}
	for _, d := range t.Periods[from:] {
		label := web.YearLabel(d.Year)
		if t.every == insight.EveryMonth {
			label = d.Month.String()[:3] + " " + label[2:]
		}
		v.Periods = append(v.Periods, label)
	}
	for _, l := range t.Lines {
		v.Lines = append(v.Lines, charts.BumpLineView{
			Name: words.Untitled(l.Name), URL: web.EntityHref(l.By, l.ID, t.req.Lens),
			Hue: identity.Class(words.IdentityOf(l.Entity)), Places: l.Ranks[from:],
		})
	}
	return v
}

// A racer is a line of the race at one period.
type racer struct {
	insight.RankLine
	place int
	share float64
}

// race are the lines at the chosen period, the first first.
func (t *told) race() []racer {
	var list []racer
	var most int64
	for _, l := range t.Lines {
		if l.Ranks[t.at] > 0 {
			list = append(list, racer{RankLine: l, place: l.Ranks[t.at]})
			most = max(most, l.Each[t.at])
		}
	}
	slices.SortFunc(list, func(a, b racer) int { return a.place - b.place })
	for i := range list {
		list[i].share = float64(list[i].Each[t.at]) / float64(max(most, 1))
	}
	return list
}

// mostRacers is how many lines the race has where it has most: the page keeps room for
// them, so that what follows stays where it is.
func (t *told) mostRacers() (most int) {
	for i := range t.Periods {
		n := 0
		for _, l := range t.Lines {
			if l.Ranks[i] > 0 {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// moved says where something moved: "new at 5", "from 12 to 3".
func (t *told) moved(m insight.Move) string {
	loc := t.req.Locale
	switch {
	case m.From == 0:
		return "new at " + loc.Number(m.To)
	case m.To == 0:
		return "gone from " + loc.Number(m.From)
	}
	return "from " + loc.Number(m.From) + " to " + loc.Number(m.To)
}

type ranksJSON struct {
	Periods []string     `json:"periods"`
	Lines   []lineJSON   `json:"lines"`
	Leaders []leaderJSON `json:"weeks_at_number_one"`
	Weeks   int          `json:"weeks"`
	Up      []moveJSON   `json:"up"`
	Down    []moveJSON   `json:"down"`
}

type lineJSON struct {
	web.ThingJSON
	Ranks []int   `json:"ranks"` // 0 beyond the fiftieth place
	Each  []int64 `json:"ms_played_each"`
}

type leaderJSON struct {
	web.ThingJSON
	Weeks int `json:"weeks"`
}

type moveJSON struct {
	web.EntityJSON
	From int `json:"from"`
	To   int `json:"to"`
}

func (t *told) json() any {
	line := func(l insight.RankLine) lineJSON { return lineJSON{web.NewThingJSON(l.Thing), l.Ranks, l.Each} }
	leader := func(l insight.Leader) leaderJSON { return leaderJSON{web.NewThingJSON(l.Thing), l.Weeks} }
	move := func(m insight.Move) moveJSON { return moveJSON{web.NewEntityJSON(m.Entity), m.From, m.To} }
	return ranksJSON{
		web.Each(t.Periods, t.key), web.Each(t.Lines, line), web.Each(t.Leaders, leader), t.Weeks, web.Each(t.Up, move), web.Each(t.Down, move),
	}
}

const counted = "Places go by the time of each period, added up play by play, or by all time until its end. Tracks are told apart by artist and title. The chart follows the ten with most time over all, down to the tenth place. A week goes from Monday to Sunday; who led it had most time in it. Climbers and fallers are those between the last two periods, among the first fifty."
