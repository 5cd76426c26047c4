package receipt

import (
	"slices"
	"strconv"

	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// newCoverageView is the map of the days on the receipt; nil without a day.
func newCoverageView(req *web.Request) *charts.CoverageView {
	days := insight.Coverage(req.Data, req.Lens.Zone())
	if days.First.IsZero() {
		return nil
	}
	whole := insight.DayStretch{First: days.First, Last: days.Last}
	m := &charts.CoverageView{
		ID:       "coverage",
		Label:    "Covered days, " + format.Span(words.Civil(days.First), words.Civil(days.Last)),
		Sentence: coverageSentence(req.Locale, days),
		Days:     whole.Days(),
		Gaps:     stretches(req, days, days.Gaps, false),
	}
	for year := days.First.Year; year <= days.Last.Year; year++ {
		from, to := web.YearOf(year)
		from = slices.MaxFunc([]lens.Date{from, days.First}, lens.Date.Compare)
		to = slices.MinFunc([]lens.Date{to, days.Last}, lens.Date.Compare)
		m.Years = append(m.Years, charts.YearView{
			Label: strconv.Itoa(year),
			URL:   web.Href(web.PathHome, web.Kept(req.Lens).WithRange(from, to)),
			First: from.Number() - days.First.Number(),
			Count: insight.DayStretch{First: from, Last: to}.Days(),
		})
	}
	add := func(label, precision string, kind charts.CoverageKind, list []insight.DayStretch) {
		if len(list) == 0 {
			return
		}
		m.Rows = append(m.Rows, charts.CoverageRowView{
			Label: label, Kind: kind,
			Span:      format.Span(words.Civil(list[0].First), words.Civil(list[len(list)-1].Last)) + precision,
			Total:     req.Locale.Count(sumDays(list), "day", "days"),
			Bands:     stretches(req, days, joined(list), true),
			Stretches: stretches(req, days, list, true),
		})
	}
	add("Extended history", ", to the second", charts.CoverageExact, days.Extended)
	add("Account data", ", to the minute", charts.CoverageRough, days.Account)
	add("In both", ", counted once", charts.CoverageBoth, days.Overlaps)
	return m
}

// joined makes one of stretches that have no whole month between them.
func joined(list []insight.DayStretch) []insight.DayStretch {
	month := func(d lens.Date) int { return d.Year*12 + int(d.Month) }
	var out []insight.DayStretch
	for _, s := range list {
		if n := len(out); n > 0 && month(s.First)-month(out[n-1].Last) <= 1 {
			out[n-1].Last = s.Last
			out[n-1].Rows += s.Rows
			continue
		}
		out = append(out, s)
	}
	return out
}

func stretches(req *web.Request, days insight.CoverageDays, list []insight.DayStretch, plays bool) []charts.StretchView {
	out := make([]charts.StretchView, len(list))
	for i, s := range list {
		out[i] = charts.StretchView{
			First: s.First.Number() - days.First.Number(),
			Days:  s.Days(),
			Label: format.Span(words.Civil(s.First), words.Civil(s.Last)),
			Count: req.Locale.Count(s.Days(), "day", "days"),
			URL:   web.Href(web.PathHome, web.Kept(req.Lens).WithRange(s.First, s.Last)),
		}
		if plays {
			out[i].Plays = req.Locale.Count(s.Rows, "row", "rows")
		}
	}
	return out
}

// coverageSentence sums the map up. What is silent for more than a week may be
// a holiday or a missing file; only the person can tell.
func coverageSentence(loc format.Locale, days insight.CoverageDays) string {
	all := insight.DayStretch{First: days.First, Last: days.Last}.Days()
	gaps, overlaps := sumDays(days.Gaps), sumDays(days.Overlaps)
	var s string
	switch {
	case all == 1:
		s = "The plays are all of one day."
	case gaps == 0:
		s = "Every one of the " + loc.Number(all) + " days is covered; pauses of up to a week count as silence."
	default:
		s = loc.Number(all-gaps) + " of " + loc.Count(all, "day is", "days are") + " covered. The other " +
			loc.Number(gaps) + " lie in " + loc.Count(len(days.Gaps), "pause", "pauses") +
			" of more than a week: silence, or a file that is not here."
	}
	if overlaps > 0 {
		s += " " + loc.Count(overlaps, "day is", "days are") + " in both packages and counted once."
	}
	return s
}

func sumDays(list []insight.DayStretch) int {
	n := 0
	for _, s := range list {
		n += s.Days()
	}
	return n
}

type stretchJSON struct {
	From string `json:"from"`
	To   string `json:"to"`
	Days int    `json:"days"`
	Rows int    `json:"rows"`
}

type coverageSourceJSON struct {
	Source    string        `json:"source"`
	Exact     bool          `json:"exact"` // to the second; to the minute otherwise
	Stretches []stretchJSON `json:"stretches"`
}

type coverageJSON struct {
	From     *string              `json:"from"`
	To       *string              `json:"to"`
	Days     int                  `json:"days"`
	Sources  []coverageSourceJSON `json:"sources"`
	Gaps     []stretchJSON        `json:"gaps"`
	Overlaps []stretchJSON        `json:"overlaps"`
}

func newStretchesJSON(list []insight.DayStretch) []stretchJSON {
	out := make([]stretchJSON, len(list))
	for i, s := range list {
		out[i] = stretchJSON{From: s.First.String(), To: s.Last.String(), Days: s.Days(), Rows: s.Rows}
	}
	return out
}

func newCoverageJSON(days insight.CoverageDays) coverageJSON {
	out := coverageJSON{
		Sources: []coverageSourceJSON{
			{"extended", true, newStretchesJSON(days.Extended)},
			{"account", false, newStretchesJSON(days.Account)},
		},
		Gaps: newStretchesJSON(days.Gaps), Overlaps: newStretchesJSON(days.Overlaps),
	}
	if !days.First.IsZero() {
		out.From, out.To = new(days.First.String()), new(days.Last.String())
		out.Days = insight.DayStretch{First: days.First, Last: days.Last}.Days()
	}
	return out
}

var Coverage = web.View{
	API: "/coverage",
	JSON: func(req *web.Request) (any, error) {
		return newCoverageJSON(insight.Coverage(req.Data, req.Lens.Zone())), nil
	},
}
