package pictures

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/identity"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/picture"
)

// A teller puts the words and figures of a picture together.
type teller struct {
	picture.Content
	req   *web.Request
	hide  bool
	lens  lens.Lens
	sel   dataset.Selection
	cal   insight.Calendar
	total insight.DaysTotal
	says  string // of the record
}

// tell is the content of a picture; false where there is too little for it.
func tell(req *web.Request, c choice) (*teller, bool) {
	of := c.of
	if of == "" {
		var ok bool
		if of, ok = c.kind.find(req); !ok {
			return nil, false
		}
	}
	t := &teller{req: req, hide: c.hide}
	t.over(web.Kept(req.Lens))
	if !c.kind.tell(t, of) {
		return nil, false
	}
	t.Foot = req.MadeFrom() + " · nothing kept, nobody tracked"
	t.describe()
	return t, true
}

// over has the picture look at a selection.
func (t *teller) over(l lens.Lens) {
	t.lens, t.sel = l, t.req.Data.Select(l)
	t.cal = insight.Days(t.sel)
	t.total = t.cal.Total()
}

func date(day int) lens.Date { return lens.DateOfNumber(int64(day)) }

// plain, accent and name add to the sentence.
func (t *teller) plain(s string) *teller {
	t.Sentence = append(t.Sentence, picture.Run{Text: s})
	return t
}

func (t *teller) accent(s string) *teller {
	t.Sentence = append(t.Sentence, picture.Run{Text: s, Accent: true})
	return t
}

// name adds a name, or what stands for one that is hidden or that no font can set.
func (t *teller) name(name, instead string) *teller {
	if t.hide || !settable(name) {
		return t.accent(instead)
	}
	t.Sentence = append(t.Sentence, picture.Run{Text: words.Untitled(name), Accent: true, Name: true})
	return t
}

// by adds who made a thing, where that is known, shown and set.
func (t *teller) by(creator string) {
	if creator != "" && !t.hide && settable(creator) {
		t.plain(" by ")
		t.Sentence = append(t.Sentence, picture.Run{Text: creator, Name: true})
	}
}

// much says how much was heard: hours, or plays where no file tells how long.
func (t *teller) much(ms int64, plays int) string {
	if ms > 0 {
		return t.req.Locale.HoursInWords(ms)
	}
	return t.req.Locale.Count(plays, "play", "plays")
}

// figure is the same in a row. From ten hours on a part of one says nothing.
func (t *teller) figure(ms int64, plays int) string {
	const hour = 3_600_000
	switch {
	case ms >= 10*hour:
		return t.req.Locale.Number(int((ms+hour/2)/hour)) + " h"
	case ms > 0:
		return t.req.Locale.Hours(ms)
	}
	return t.req.Locale.Count(plays, "play", "plays")
}

// top are the rows of the most heard things of a kind, in their colours.
func (t *teller) top(sec web.Section) (ids []string) {
	items := t.req.Data.Rank(t.lens.ClearedPaging(), sec.By, 0, picture.MaxRows).Items
	for i, it := range items {
		r := picture.Row{
			Name: words.Untitled(it.Name), Unset: sec.Kind + " " + t.req.Locale.Number(i+1), Monogram: identity.Monogram(words.IdentityOf(it.Entity)),
			Figure: t.figure(it.Ms, it.Plays), Hue: i, Share: 1,
		}
		if items[0].Ms > 0 {
			r.Share = float64(it.Ms) / float64(items[0].Ms)
		}
		if t.hide {
			r.Name = ""
		}
		t.Rows = append(t.Rows, r)
		t.Disc.Hues = append(t.Disc.Hues, identity.Hue(words.IdentityOf(it.Entity)))
		ids = append(ids, it.ID)
	}
	return ids
}

// row adds a row that is no name: a day, a year.
func (t *teller) row(label, figure string, share float64) {
	t.Rows = append(t.Rows, picture.Row{Name: label, Figure: figure, Share: share})
}

// record draws the days of a selection, coloured by the artists with most time on
// them, as in the rows. Whoever has no row has no colour, since nothing would say who
// it is. Without rows of artists all are of the first colour.
func (t *teller) record(of dataset.Selection, ids []string) {
	r := insight.RecordOf(of)
	hues := make([]int, len(r.Top))
	if len(ids) > 0 {
		for i, artist := range r.Top {
			hues[i] = slices.Index(ids, artist.ID)
		}
	}
	for _, ray := range r.Rays {
		hue := -1
		switch {
		case len(ids) == 0:
			hue = 0
		case ray.Top >= 0:
			hue = hues[ray.Top]
		}
		t.Disc.Rays = append(t.Disc.Rays, picture.Ray{Ms: ray.Ms, Hue: hue})
	}
	v := web.NewRecordView(t.req, r)
	t.Disc.Label, t.Disc.Note, t.says = v.Label, v.Note, v.Says
}

// fact adds a fact, if there is room.
func (t *teller) fact(label, name, value string) {
	known := slices.ContainsFunc(t.Facts, func(f picture.Fact) bool { return f.Label == label })
	if len(t.Facts) < picture.MaxFacts && !known {
		t.Facts = append(t.Facts, picture.Fact{Label: label, Name: name, Value: value})
	}
}

// isWithinYear reports whether the selection is of one year, so that dates need none.
func (t *teller) isWithinYear() bool {
	return len(t.cal.Days) > 0 && t.cal.Date(0).Year == date(t.cal.Last()).Year
}

// day is a date of the selection: "7 October" where the year is clear.
func (t *teller) day(d lens.Date) string {
	if t.isWithinYear() {
		return web.DayAndMonth(d)
	}
	return format.ShortDate(words.Civil(d))
}

func (t *teller) streakFact() {
	streak := t.cal.LongestStreak()
	if streak.Days() < 3 {
		return
	}
	value := t.req.Locale.Number(streak.Days()) + " days"
	switch first, last := streak.First, streak.Last; {
	case t.isWithinYear() && first.Month == last.Month:
		value += " in " + first.Month.String()
	case !t.isWithinYear() && first.Year == last.Year:
		value += " in " + web.YearLabel(first.Year)
	}
	t.fact("Longest streak", "", value)
}

func (t *teller) loopFact() {
	r := insight.RemarkableDays(t.sel)
	if r.LoopedPlays < 4 {
		return
	}
	label, times := "On repeat, "+t.day(date(r.LoopedDay)), t.req.Locale.Times(r.LoopedPlays)
	if t.hide || !settable(r.Looped.Name) {
		t.fact(label, "", "One song, "+times)
		return
	}
	t.fact(label, words.Untitled(r.Looped.Name), ", "+times)
}

func (t *teller) longestFact() {
	r := insight.RemarkableDays(t.sel)
	if r.LongestMs > 0 && len(t.cal.Days) > 1 {
		t.fact("Longest day, "+t.day(date(r.Longest)), "", t.req.Locale.HoursInWords(r.LongestMs))
	}
}

func (t *teller) heardFact() {
	if t.total.Heard > 1 {
		t.fact("Heard on", "", t.req.Locale.Count(t.total.Heard, "day", "days"))
	}
}

func (t *teller) songsFact() {
	if n := insight.HeardIn(t.sel).Songs; n > 1 {
		t.fact("Different songs", "", t.req.Locale.Number(n))
	}
}

// general are the facts of a time.
func (t *teller) general() {
	t.streakFact()
	t.loopFact()
	t.longestFact()
	t.songsFact()
	t.heardFact()
}

// describe says all that the picture shows.
func (t *teller) describe() {
	var b strings.Builder
	for _, r := range t.Sentence {
		b.WriteString(r.Text)
	}
	for i, r := range t.Rows {
		b.WriteString("\n" + strconv.Itoa(i+1) + ". ")
		if r.Name != "" {
			b.WriteString(r.Name + ", ")
		}
		b.WriteString(r.Figure + ".")
	}
	for _, f := range t.Facts {
		b.WriteString("\n" + f.Label + ": " + f.Name + f.Value + ".")
	}
	if t.says != "" {
		b.WriteString("\n" + t.says)
	}
	t.Alt = b.String()
}
