// Package compare lays two lenses beside each other.
package compare

import (
	"maps"
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// The two sides: each is the query of a lens, encoded as one value. Forms send the
// parameters of a side one by one, as a.from and b.weekday.
const (
	fieldA = "a"
	fieldB = "b"
)

// View is the page.
var View = web.View{
	Path: web.PathCompare, Title: "Compare", Group: web.TheYears,
	Holds: (*web.Request).HasPlays,
	Examples: func(req *web.Request) []string {
		return []string{web.PathCompare + "?a=" + url.QueryEscape("weekday=sat,sun") + "&b=" + url.QueryEscape("weekday=mon,tue,wed,thu,fri")}
	},
	Page: func(req *web.Request) (web.Page, error) {
		req.Lens = web.Kept(req.Lens)
		if to := fromForm(req); to != "" {
			return web.Page{Redirect: to}, nil
		}
		t, err := newTold(req)
		if err != nil {
			return web.Page{}, err
		}
		req.Own = own(t.sides[0].query, t.sides[1].query)
		return web.Page{Title: t.sides[0].label + " against " + t.sides[1].label, Content: page(t), Undated: true}, nil
	},
	JSON: func(req *web.Request) (any, error) {
		t, err := newTold(req)
		if err != nil {
			return nil, err
		}
		for i := range t.sides {
			if wrong := t.sides[i].wrong; len(wrong) > 0 {
				field := slices.Min(slices.Collect(maps.Keys(wrong))) // the same one each time
				return nil, &lens.FieldError{Field: t.sides[i].name, Message: "This side cannot be used: " + field + ": " + wrong[field]}
			}
		}
		return t.json(), nil
	},
}

type side struct {
	name  string // a or b
	query string
	lens  lens.Lens
	wrong wrongs
	label string
	insight.Side
}

type told struct {
	req   *web.Request
	sides [2]side
	insight.Comparison
}

func own(a, b string) []layout.FieldView {
	return []layout.FieldView{{Name: fieldA, Value: a}, {Name: fieldB, Value: b}}
}

// fromForm is the address with both sides encoded, when a form has sent their
// parameters one by one; "" otherwise.
func fromForm(req *web.Request) string {
	sides := map[string]url.Values{fieldA: {}, fieldB: {}}
	found := false
	for name, values := range req.Query {
		of, field, ok := strings.Cut(name, ".")
		if side := sides[of]; ok && side != nil {
			found = true
			for _, v := range values {
				if v != "" {
					side.Add(field, v)
				}
			}
		}
	}
	if !found {
		return ""
	}
	return web.Address(web.PathCompare, own(sides[fieldA].Encode(), sides[fieldB].Encode()), req.Lens)
}

func newTold(req *web.Request) (*told, error) {
	t := &told{req: req}
	a, b := defaults(req)
	for i, s := range [...]struct{ field, fallback string }{{fieldA, a}, {fieldB, b}} {
		query := s.fallback
		if req.Query.Has(s.field) {
			query = req.Query.Get(s.field)
		}
		values, err := url.ParseQuery(query)
		if err != nil {
			return nil, &lens.FieldError{Field: s.field, Message: "This side is not the query of a page."}
		}
		if values.Get("tz") == "" && req.Query.Get("tz") != "" {
			values.Set("tz", req.Query.Get("tz"))
		}
		l, wrong := lensOf(req, values)
		if len(wrong) > 0 {
			query = values.Encode()
		}
		l = web.Kept(l)
		label := "Everything"
		if said := strings.TrimPrefix(strings.TrimPrefix(words.Selection(l), " in "), " "); said != "" {
			label = words.Capital(said)
		}
		t.sides[i] = side{name: s.field, query: query, lens: l, wrong: wrong, label: label}
	}
	t.Comparison = insight.Compare(req.Data.Select(t.sides[0].lens), req.Data.Select(t.sides[1].lens), lens.Artist)
	t.sides[0].Side, t.sides[1].Side = t.A, t.B
	return t, nil
}

// defaults are the two last years with plays.
func defaults(req *web.Request) (a, b string) {
	var years []string
	for _, y := range insight.Years(req.Data.Select(web.Unbounded(req.Lens))) {
		if y.Plays > 0 {
			years = append(years, web.YearLabel(y.Year))
		}
	}
	switch n := len(years); n {
	case 0:
		return "", ""
	case 1:
		return "weekday=mon,tue,wed,thu,fri", "weekday=sat,sun"
	default:
		return "from=" + years[n-2] + "&to=" + years[n-2], "from=" + years[n-1] + "&to=" + years[n-1]
	}
}

// A row is a figure on both sides. Where the sides are of different length it is
// also told by day.
type row struct{ what, a, b string }

func (t *told) figures() []row {
	loc := t.req.Locale
	number := func(a, b int, what string) row { return row{what, loc.Number(a), loc.Number(b)} }
	rows := []row{
		{"Hours", loc.Hours(t.A.Ms), loc.Hours(t.B.Ms)},
		number(t.A.Plays, t.B.Plays, "Plays"),
		number(t.A.Heard, t.B.Heard, "Days with music"),
		number(t.A.Artists, t.B.Artists, "Artists"),
		number(t.A.Songs, t.B.Songs, "Songs"),
	}
	if t.A.Covered != t.B.Covered && t.A.Covered > 0 && t.B.Covered > 0 {
		rows = append(rows, row{"A day, of those covered", loc.Hours(t.A.Ms / int64(t.A.Covered)), loc.Hours(t.B.Ms / int64(t.B.Covered))})
	}
	return rows
}

func (t *told) headline() prose.Text {
	a, b := t.sides[0].label, t.sides[1].label
	perA, perB := perDay(t.A), perDay(t.B)
	switch {
	case t.A.Rows == 0 || t.B.Rows == 0:
		return prose.Of(a + " and " + b + ": one of the two is silent.")
	case perB >= perA*1.1:
		return prose.Of(b + ": ").Accent(t.percent(perB-perA, perA) + " more").Plain(" a day than " + words.InSentence(a) + ".")
	case perA >= perB*1.1:
		return prose.Of(b + ": ").Accent(t.percent(perA-perB, perA) + " less").Plain(" a day than " + words.InSentence(a) + ".")
	}
	return prose.Of(a + " and " + b + ": about as much a day.")
}

// percent is a part of the whole in whole percents: nobody reads tenths of "192% more".
// Only the whole itself is 100%.
func (t *told) percent(part, whole float64) string {
	if whole < 1 {
		return "0%"
	}
	n := int(math.Round(100 * part / whole))
	if n == 100 && part < whole {
		n = 99
	}
	return t.req.Locale.Number(n) + "%"
}

// perDay is the time of a covered day.
func perDay(s insight.Side) float64 { return float64(s.Ms) / float64(max(s.Covered, 1)) }

// A group of things that changed.
type group struct {
	id, title, note string
	shifts          []insight.Shift
}

func (t *told) groups() []group {
	b := t.sides[1].label
	return slices.DeleteFunc([]group{
		{"risers", "Risers", "a larger part of the time in " + b, t.Risers},
		{"fallers", "Fallers", "a smaller part", t.Fallers},
		{"newcomers", "Newcomers", "only in " + b, t.Newcomers},
		{"departures", "Departures", "only in " + t.sides[0].label, t.Departures},
		{"shared", "What both share", "most of the smaller part", t.Shared},
	}, func(g group) bool { return len(g.shifts) == 0 })
}

// examples are comparisons that people ask for.
func (t *told) examples() []layout.LinkView {
	link := func(label, a, b string) layout.LinkView {
		return layout.LinkView{Label: label, URL: web.Address(web.PathCompare, own(a, b), t.req.Lens)}
	}
	return []layout.LinkView{
		link("Weekdays and weekends", "weekday=mon,tue,wed,thu,fri", "weekday=sat,sun"),
		link("Mornings and nights", "hour=5,6,7,8,9,10,11", "hour=22,23,0,1,2,3,4"),
		{Label: "The other way round", URL: web.Address(web.PathCompare, own(t.sides[1].query, t.sides[0].query), t.req.Lens)},
	}
}

type compareJSON struct {
	A          sideJSON    `json:"a"`
	B          sideJSON    `json:"b"`
	Risers     []shiftJSON `json:"risers"`
	Fallers    []shiftJSON `json:"fallers"`
	Newcomers  []shiftJSON `json:"newcomers"`
	Departures []shiftJSON `json:"departures"`
	Shared     []shiftJSON `json:"shared"`
}

type sideJSON struct {
	Query       string `json:"query"`
	MsPlayed    int64  `json:"ms_played"` // overlap counts once
	Plays       int    `json:"plays"`
	Days        int    `json:"days"`
	DaysCovered int    `json:"days_covered"`
	DaysHeard   int    `json:"days_heard"`
	Artists     int    `json:"artists"`
	Songs       int    `json:"songs"`
}

type shiftJSON struct {
	web.EntityJSON
	AMs    int64   `json:"a_ms_played"`
	BMs    int64   `json:"b_ms_played"`
	AShare float64 `json:"a_share"`
	BShare float64 `json:"b_share"`
}

func (t *told) json() compareJSON {
	side := func(s *side) sideJSON {
		return sideJSON{s.query, s.Ms, s.Plays, s.Days, s.Covered, s.Heard, s.Artists, s.Songs}
	}
	shifts := func(list []insight.Shift) []shiftJSON {
		return web.Each(list, func(s insight.Shift) shiftJSON {
			return shiftJSON{web.NewEntityJSON(s.Entity), s.A.Ms, s.B.Ms, s.A.Share, s.B.Share}
		})
	}
	return compareJSON{
		side(&t.sides[0]), side(&t.sides[1]), shifts(t.Risers), shifts(t.Fallers), shifts(t.Newcomers), shifts(t.Departures), shifts(t.Shared),
	}
}
