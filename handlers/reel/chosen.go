package reel

import (
	"slices"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/identity"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/clip"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/reel"
)

// A choice is one of what a clip may be about.
type choice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// offered is of how many things a person may choose one in a form. An address may name
// others.
const offered = 8

// offer adds what is chosen to what may be, if it is not there.
func (c *told) offer(chosen choice) {
	if !slices.ContainsFunc(c.Choices, func(other choice) bool { return other.Value == chosen.Value }) {
		c.Choices = append(c.Choices, chosen)
	}
}

// labelOf is what a choice is called, or a word for one that is not offered.
func (c *told) labelOf(value, otherwise string) string {
	for _, other := range c.Choices {
		if other.Value == value {
			return other.Label
		}
	}
	return otherwise
}

// missing say that the selection holds too little of what is chosen, or nothing.
var missing = map[reel.Kind]string{
	reel.Months:    "There is too little of that artist here to be told by months.",
	reel.Obsession: "That song was no obsession here.",
	reel.Day:       "Of that day there is too little here to be told: it has a date like 2024-12-31 and at least two hours.",
}

// check refuses what cannot be told of what is chosen for single kinds, besides what
// was chosen before.
func (t *teller) check(own, before map[reel.Kind]string) error {
	for _, kind := range reel.Kinds {
		chosen := own[kind]
		if chosen == "" || chosen == before[kind] {
			continue
		}
		if _, ok := t.tell(kind, chosen); !ok {
			return &lens.FieldError{Field: choiceFields[kind], Message: missing[kind]}
		}
	}
	return nil
}

// months are the hours of each month, or year, of everything or of one artist.
func (t *teller) months(chosen string) (told, bool) {
	c, cal, who := told{Choice: chosen}, t.cal, ""
	if chosen != "" {
		artist, ok := t.req.Data.Find(lens.Artist, chosen)
		if !ok {
			return told{}, false
		}
		cal, who = insight.Days(t.req.Data.Select(t.req.Lens.WithEntity(lens.Artist, chosen))), words.Untitled(artist.Name)
	}
	story := clip.Months{Figure: t.req.Locale.Hours}
	what, name, best, heard := "Months", t.month, "", 0
	unit, periods := t.periods()
	if unit == insight.EveryYear {
		what, name = "Years", func(d lens.Date) string { return web.YearLabel(d.Year) }
	}
	for i, p := range periods {
		label, to := p.Month.String()[:1], p.NextMonth().Number()-1
		if unit == insight.EveryYear {
			_, last := web.YearOf(p.Year)
			label, to = "’"+web.YearLabel(p.Year)[2:], last.Number()
		}
		ms := cal.Between(p.Number(), to).Total().Ms
		if ms > 0 {
			heard++
		}
		story.Labels, story.Values = append(story.Labels, label), append(story.Values, ms)
		if best == "" || ms >= story.Values[story.Best] {
			story.Best, best = i, name(p)
		}
	}
	total := cal.Total().Ms
	if heard < leastRace || total < hourMs {
		return told{}, false
	}
	c.Choices = t.artists(unit)
	if t.hide {
		who = c.labelOf(chosen, "one artist")
	}
	figure := t.req.Locale.HoursInWords(total)
	if chosen == "" {
		story.Head = t.head(what, accent(figure), plain(". The fullest was "+best+"."))
	} else {
		c.offer(choice{chosen, who})
		story.Head = t.head(what, accent(figure), plain(" of "+who+". The fullest was "+best+"."))
	}
	c.Story, c.Text = story, said(story.Head, best+" "+t.req.Locale.HoursInWords(story.Values[story.Best]))
	return c, true
}

// periods are the months of the selection, by their first days, or where they are too
// many its years.
func (t *teller) periods() (unit insight.Every, first []lens.Date) {
	last := t.cal.Last()
	for m := t.cal.Date(0).FirstOfMonth(); m.Number() <= last; m = m.NextMonth() {
		first = append(first, m)
	}
	if len(first) <= most {
		return insight.EveryMonth, first
	}
	years := first[:0]
	for year := first[0].Year; year <= lens.DateOfNumber(int64(last)).Year; year++ {
		from, _ := web.YearOf(year)
		years = append(years, from)
	}
	return insight.EveryYear, years
}

// artists are those with enough in enough periods to be told by them, the most heard
// first.
func (t *teller) artists(unit insight.Every) (list []choice) {
	ranks := insight.RanksOf(t.sel, lens.Artist, insight.EveryMonth, true)
	for i, line := range ranks.Lines[:min(offered, len(ranks.Lines))] {
		heard, before, in := 0, int64(0), -1
		for n, sum := range line.Each {
			period := n
			if unit == insight.EveryYear {
				period = ranks.Periods[n].Year
			}
			if sum > before && period != in {
				heard, in = heard+1, period
			}
			before = sum
		}
		if heard >= leastRace && line.Ms >= hourMs {
			list = append(list, choice{line.ID, t.row(line.Entity, i+1, "").Name})
		}
	}
	return list
}

func (t *teller) obsession(chosen string) (told, bool) {
	all := insight.Obsessions(t.sel)
	if len(all) == 0 {
		return told{}, false
	}
	o, c := all[0], told{Choice: chosen}
	for i, other := range all {
		named := choice{other.Song.ID, t.row(other.Song, i+1, "").Name}
		if other.Song.ID == chosen {
			o = other
			c.offer(named)
		} else if i < offered {
			c.Choices = append(c.Choices, named)
		}
	}
	if chosen != "" && o.Song.ID != chosen {
		return told{}, false
	}
	from, to := lens.DateOfNumber(int64(o.First)), lens.DateOfNumber(int64(o.Last))
	l := web.Unbounded(t.req.Lens).WithGroup(lens.GroupTitle).WithEntity(lens.Track, o.Song.ID).WithRange(from, to)
	days := insight.Days(t.req.Data.Select(l))
	story := clip.Obsession{Song: t.row(o.Song, 1, t.req.Locale.Times(o.Plays)), By: o.Song.Creator, Figure: t.req.Locale.Number}
	if t.hide {
		story.Song.Name, story.By = "One song", ""
	}
	for day := o.First; day <= o.Last; day++ {
		story.Days = append(story.Days, words.Civil(lens.DateOfNumber(int64(day))).Weekday().String()[:3])
		story.Plays = append(story.Plays, days.At(day).Plays)
	}
	n := o.Last - o.First + 1
	story.Head = t.head("The obsession", accent(t.req.Locale.Times(o.Plays)), plain(" in "+words.Cardinal(t.req.Locale, n)+words.Plural(n, " day", " days")+", from "+together(web.DayAndMonth(from))+"."))
	c.Story, c.Text = story, said(story.Head, strings.TrimSuffix(story.Song.Name+" by "+story.By, " by "))
	return c, true
}

// leastDay is the time that a day has at least to be told.
const leastDay = 2 * hourMs

func (t *teller) day(chosen string) (told, bool) {
	r := insight.RemarkableDays(t.sel)
	day, c := r.Longest, told{Choice: chosen}
	for _, of := range []struct {
		day   int
		label string
	}{{r.Longest, "the longest"}, {r.Newest, "most new artists"}, {r.Devoted, "the most devoted"}, {r.Nostalgic, "the most nostalgic"}, {r.Unusual, "the most unusual"}} {
		if of.day != 0 && t.cal.At(of.day).Ms >= leastDay {
			d := lens.DateOfNumber(int64(of.day))
			c.offer(choice{d.String(), format.Date(words.Civil(d)) + ", " + of.label})
		}
	}
	if chosen != "" {
		d, ok := lens.ParseDate(chosen)
		if !ok {
			return told{}, false
		}
		day = d.Number()
		c.offer(choice{chosen, format.Date(words.Civil(d))})
	}
	total := t.cal.At(day)
	if day == 0 || total.Ms < leastDay {
		return told{}, false
	}
	date := lens.DateOfNumber(int64(day))
	story := clip.Day{Marks: marks, Figure: t.req.Locale.HoursInWords}
	for _, sitting := range insight.DayOf(t.sel, day).Sittings {
		for _, p := range sitting.Plays {
			at := time.Unix(p.Start, 0).In(t.req.Lens.Zone())
			from := float64(at.Hour()*3600+at.Minute()*60+at.Second()) / daySeconds
			story.Plays = append(story.Plays, clip.Stretch{
				From: from, To: min(1, from+float64(p.Ms)/1000/daySeconds), Hue: identity.Hue(words.IdentityOf(t.req.Data.Played(p.Row))), Adds: p.AloneMs,
			})
			story.Total += p.AloneMs
		}
	}
	var figures []string
	for i, it := range t.req.Data.Rank(t.req.Lens.WithRange(date, date), lens.Artist, 0, 3).Items {
		r := t.row(it.Entity, i+1, t.req.Locale.Hours(it.Ms))
		story.Names = append(story.Names, r)
		figures = append(figures, r.Name+" "+r.Figure)
	}
	story.Head = t.head("", accent(t.req.Locale.HoursInWords(total.Ms)), plain(" on "+together(format.Date(words.Civil(date)))+"."))
	c.Story, c.Text = story, said(story.Head, figures...)
	return c, true
}
