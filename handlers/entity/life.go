package entity

import (
	"strconv"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// latestPlays is how many plays stand on the page of what has been heard often.
const latestPlays = 5

// content is what the page of one thing tells.
type content struct {
	req        *web.Request
	sec        web.Section
	about      *web.Subject
	sum        dataset.Summary
	recordings []dataset.Ranked
	life       insight.Life
	lived      bool           // life is there: it has a play
	plays      []dataset.Item // the latest, or all of a few
}

func newContent(req *web.Request, sec web.Section, about *web.Subject) (*content, error) {
	c := &content{req: req, sec: sec, about: about, sum: req.Data.Summary(req.Lens), recordings: recordings(req, sec, about.Entity.ID)}
	c.life, c.lived = insight.LifeOf(req.Data.Select(req.Lens), sec.By, about.Entity.ID)
	n := latestPlays
	if c.few() {
		n = web.Few
	}
	page, err := req.Data.Plays(req.Lens.ClearedPaging().WithQ(""), n)
	c.plays = page.Items
	return c, err
}

// few reports whether the list of plays says all that there is to say.
func (c *content) few() bool { return c.sum.Plays < web.Few }

// standing says its place among all of its kind; nothing of a few plays.
func (c *content) standing() prose.Text {
	v, loc := c.life, c.req.Locale
	if !c.lived || v.Plays < web.Few || v.Among < 2 {
		return nil
	}
	t := prose.Text{}.Accent("Number " + loc.Number(v.Rank)).Plain(" of " + loc.Number(v.Among) + " " + c.sec.Many)
	if v.Ms > 0 {
		t = t.Plain(", with " + loc.Percent(v.Ms, v.AllMs) + " of the hours")
	}
	if v.BestRank < v.Rank && v.BestPlays >= web.Few {
		t = t.Plain("; number "+loc.Number(v.BestRank)+" in ").Link(strconv.Itoa(v.BestYear), web.YearHref(c.req.Lens, v.BestYear))
	}
	return t.Plain(".")
}

// facts say when and how it came, and how it was heard since.
func (c *content) facts() []list.FactView {
	v, loc := c.life, c.req.Locale
	day := func(d lens.Date) prose.Text {
		return prose.Text{}.Link(format.Date(words.Civil(d)), web.DayHref(c.req.Lens, d))
	}
	var facts []list.FactView
	add := func(label string, value prose.Text, note string) {
		facts = append(facts, list.FactView{Label: label, Value: value, Note: note})
	}
	switch {
	case !c.lived:
		add("Last heard", day(lens.DateIn(c.sum.Last, c.req.Lens.Zone())), "")
	case v.Settled:
		add("First heard", day(date(v.First)), words.Begun(v.Reason))
	default:
		add("First in this record", day(date(v.First)), "") // not how it came
	}
	if c.lived && v.LastPlay != v.First {
		add("Last heard", day(date(v.LastPlay)), "")
	}
	if c.sum.Days > 1 {
		add("Days heard", prose.Of(loc.Number(c.sum.Days)), "")
		if longest := c.sum.LongestDay; c.sum.LongestDayMs > 0 {
			value := prose.Text{}.Link(loc.HoursInWords(c.sum.LongestDayMs), web.DayHref(c.req.Lens, longest))
			add("Most in a day", value, format.Date(words.Civil(longest)))
		}
	}
	if c.lived && !c.few() {
		facts = append(facts, c.course()...)
	}
	return append(facts, c.skipped()...)
}

// course says how many plays lay over the time.
func (c *content) course() (facts []list.FactView) {
	v, loc, l := c.life, c.req.Locale, c.req.Lens
	if v.PeakMs > 0 && v.DaysHeard > 1 {
		facts = append(facts, list.FactView{
			Label: "Fullest month", Note: loc.HoursInWords(v.PeakMs),
			Value: prose.Text{}.Link(format.Month(words.Civil(v.Peak)), c.req.Href(l.WithRange(v.Peak, words.MonthEnd(v.Peak)))),
		})
	}
	if v.Streak.Days() > 2 {
		address := web.StreakHref(web.Kept(l).WithEntity(c.about.Entity.By, c.about.Entity.ID), v.Streak)
		facts = append(facts, list.FactView{
			Label: "Longest streak", Note: "to " + format.Date(words.Civil(v.Streak.Last)),
			Value: prose.Text{}.Link(loc.Number(v.Streak.Days())+" days", address),
		})
	}
	if silent := v.Gap - 1; silent > 1 {
		facts = append(facts, list.FactView{
			Label: "Longest gap", Value: prose.Of(loc.Number(silent) + " days"),
			Note: "after " + format.Date(words.Civil(date(v.GapAfter))),
		})
	}
	half := list.FactView{Label: "Half of all plays", Value: prose.Of("on its first day")}
	if v.HalfDays > 0 {
		half.Value, half.Note = prose.Of("within "+loc.Count(v.HalfDays, "day", "days")), "of the first"
		if !l.From.IsZero() && v.First < l.From.Number() {
			half.Note = "of the first" + words.Selection(l)
		}
	}
	if v.DaysHeard > 1 {
		facts = append(facts, half)
	}
	return facts
}

func date(day int) lens.Date { return lens.DateOfNumber(int64(day)) }

func (c *content) skipped() []list.FactView {
	sum, loc := c.sum, c.req.Locale
	share, link, ok := c.req.Skipped(sum)
	if !ok {
		return nil
	}
	skipped := list.FactView{Label: "Skipped", Value: prose.Of("never")}
	switch {
	case sum.Skips > 0 && sum.Ended < web.Few:
		skipped.Value = prose.Text{}.Link(loc.Number(sum.Skips)+" of "+loc.Count(sum.Ended, "time", "times"), link)
	case sum.Skips > 0:
		skipped.Value, skipped.Note = prose.Text{}.Link(share, link), loc.Times(sum.Skips)
	}
	return []list.FactView{skipped}
}

// playsTitle heads the list of plays.
func (c *content) playsTitle() string {
	switch {
	case !c.few():
		return "Last plays"
	case len(c.plays) == 1:
		return "Its one play"
	}
	return "Its plays"
}

// ended is when a play ended, in the person's zone.
func (c *content) ended(it dataset.Item) time.Time { return time.Unix(it.TS, 0).In(c.req.Lens.Zone()) }

// lifeJSON is a life in the answers of the API.
type lifeJSON struct {
	web.ThingJSON
	Rank     int       `json:"rank"`
	Among    int       `json:"among"`
	AllMs    int64     `json:"ms_played_of_all"`
	Best     *bestJSON `json:"best_year"`
	First    string    `json:"first"` // in the whole history
	New      bool      `json:"new"`   // false: only the first in this record
	Reason   string    `json:"reason_start"`
	Last     string    `json:"last"`
	Days     int       `json:"days"`
	Peak     *peakJSON `json:"peak_month"`
	Streak   [2]string `json:"longest_streak"`
	Gap      int       `json:"longest_gap_days"`
	GapAfter *string   `json:"longest_gap_after"`
	HalfDays int       `json:"days_until_half"`
}

type bestJSON struct {
	Year  int `json:"year"`
	Rank  int `json:"rank"`
	Plays int `json:"plays"`
}

type peakJSON struct {
	Month string `json:"month"`
	Ms    int64  `json:"ms_played"`
}

// newLifeJSON is null for what has no play in the selection.
func newLifeJSON(req *web.Request, by lens.EntityKind) (any, error) {
	entity, ok := req.Data.Find(by, req.ID)
	if !ok {
		return nil, web.ErrNotFound
	}
	v, ok := insight.LifeOf(req.Data.Select(req.Lens), by, req.ID)
	if !ok {
		return map[string]any{"life": nil}, nil
	}
	answer := lifeJSON{
		ThingJSON: web.NewThingJSON(insight.Thing{Entity: entity, Ms: v.Ms, Plays: v.Plays}),
		Rank:      v.Rank, Among: v.Among, AllMs: v.AllMs, Best: &bestJSON{v.BestYear, v.BestRank, v.BestPlays},
		First: date(v.First).String(), New: v.Settled, Reason: v.Reason, Last: date(v.LastPlay).String(), Days: v.DaysHeard,
		Streak: [2]string{v.Streak.First.String(), v.Streak.Last.String()}, Gap: max(0, v.Gap-1), HalfDays: v.HalfDays,
	}
	if v.PeakMs > 0 {
		answer.Peak = &peakJSON{v.Peak.String()[:7], v.PeakMs}
	}
	if v.Gap > 0 {
		answer.GapAfter = new(date(v.GapAfter).String())
	}
	return map[string]any{"life": answer}, nil
}
