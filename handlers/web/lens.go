package web

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// NewLensView lays out the spine and the chips. Every link leads to the same
// page with another lens.
func NewLensView(req *Request, about *Subject) layout.LensView {
	l := req.Lens.ClearedPaging()
	first, last := req.span()
	bar := layout.LensView{
		Spine:   newSpine(req, about),
		Presets: newPresets(req, first, last),
		Zone:    zoneChoice(req),
		Choices: newChoices(req),
		Action:  req.Path,
		Hidden:  req.Hidden("kind", "min", "group", "country", "platform"),
	}
	bar.Filters = newFilters(req, bar.Choices)
	bar.Range = newRange(req, first, last, bar.Presets)
	bar.Exclusions = newExclusions(req)
	bar.Announce = announce(req, first, last, &bar)
	wide := Widened(l).WithQ(l.Q)
	if wide.Min, wide.Group = lens.DefaultMin, ""; req.Href(wide) != req.Href(l) {
		bar.ResetURL = req.Href(wide)
	}
	return bar
}

// Href is this very page under another lens. What the path says already need
// not be said again in the query.
func (req *Request) Href(l lens.Lens) string {
	if req.Focused {
		l.Artist, l.Album, l.Track, l.Show, l.Audiobook = "", "", "", "", ""
	}
	return Address(req.Path, req.Own, l)
}

// span is the first and last day of the whole history in the lens's zone.
func (req *Request) span() (first, last lens.Date) {
	a, b := req.Data.Span()
	return lens.DateIn(a, req.Lens.Zone()), lens.DateIn(b, req.Lens.Zone())
}

// ShownRange is the range that the lens shows: its own bounds where it has any.
func (req *Request) ShownRange() (from, to lens.Date) {
	from, to = req.span()
	if !req.Lens.From.IsZero() {
		from = req.Lens.From
	}
	if !req.Lens.To.IsZero() {
		to = req.Lens.To
	}
	return from, to
}

// newPresets offers all time, the last twelve months of the history, and its
// two latest whole or part years.
func newPresets(req *Request, first, last lens.Date) (links []layout.LinkView) {
	add := func(label string, from, to lens.Date) {
		links = append(links, layout.LinkView{
			Label: label, URL: req.Href(req.Lens.WithRange(from, to)), Current: req.Lens.From == from && req.Lens.To == to,
		})
	}
	add("All time", lens.Date{}, lens.Date{})
	// The same day a year earlier was still in the twelve months before.
	if from := yearBefore(last).AddDays(1); first.Compare(from) < 0 {
		add("Last 12 months", from, last)
	}
	for year := last.Year; year >= first.Year && year > last.Year-2; year-- {
		from, to := YearOf(year)
		add(strconv.Itoa(year), from, to)
	}
	return links
}

// yearBefore is the same day a year earlier, or the last of February.
func yearBefore(d lens.Date) lens.Date {
	d.Year--
	if end := words.MonthEnd(d); d.Day > end.Day {
		return end
	}
	return d
}

func newRange(req *Request, first, last lens.Date, presets []layout.LinkView) layout.RangeView {
	r := layout.RangeView{
		Label:  "Custom…",
		Action: req.Path,
		From:   req.Lens.From.String(), To: req.Lens.To.String(),
		Min: first.String(), Max: last.String(),
		Hidden: req.Hidden("from", "to"),
	}
	if !slices.ContainsFunc(presets, func(p layout.LinkView) bool { return p.Current }) {
		from, to := req.ShownRange()
		r.Label, r.Brief, r.Current = format.Span(words.Civil(from), words.Civil(to)), format.BriefSpan(words.Civil(from), words.Civil(to)), true
	}
	return r
}

// Hidden are the fields that keep this page's lens while a form changes part of it.
func (req *Request) Hidden(changed ...string) []layout.FieldView {
	if req.Focused {
		changed = append(changed, "artist", "album", "track", "show", "audiobook")
	}
	q := req.Lens.ClearedPaging().Query()
	var fields []layout.FieldView
	for _, name := range slices.Sorted(maps.Keys(q)) {
		for _, value := range q[name] {
			fields = append(fields, layout.FieldView{Name: name, Value: value})
		}
	}
	return slices.DeleteFunc(append(fields, req.Own...), func(f layout.FieldView) bool { return slices.Contains(changed, f.Name) })
}

// minimums are the lengths offered as what counts as a play, in seconds.
var minimums = []int{0, 10, lens.DefaultMin, 60, 120, 240}

// zones are suggestions; any city, country or zone is taken.
var zones = []string{
	"UTC", "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "America/Argentina/Buenos_Aires",
	"America/Bogota", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Mexico_City",
	"America/New_York", "America/Sao_Paulo", "America/Toronto", "Asia/Dubai", "Asia/Hong_Kong", "Asia/Jakarta",
	"Asia/Kolkata", "Asia/Manila", "Asia/Seoul", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney",
	"Europe/Amsterdam", "Europe/Athens", "Europe/Berlin", "Europe/Brussels", "Europe/Dublin", "Europe/Helsinki",
	"Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/London", "Europe/Madrid", "Europe/Oslo",
	"Europe/Paris", "Europe/Prague", "Europe/Rome", "Europe/Stockholm", "Europe/Vienna", "Europe/Warsaw",
	"Europe/Zurich", "Pacific/Auckland",
}

func newChoices(req *Request) []layout.ChoiceView {
	// What can be chosen does not depend on what is chosen.
	all := lens.Lens{Min: req.Lens.Min}
	choices := []layout.ChoiceView{kindChoice(req), minChoice(req)}
	if req.Lens.Group != "" || req.listsTracks() && req.Data.HasRecordings() {
		choices = append(choices, groupChoice(req))
	}
	// Fewer than two values of a breakdown are no choice, unless one is chosen and must
	// be undone.
	add := func(field, every, legend, chosen string, shares []insight.Share, name func(string) string) {
		if len(shares) < 2 && chosen == "" {
			return
		}
		c := layout.ChoiceView{
			ID: field, Field: field, Legend: legend,
			Changed: chosen != "", Label: every,
			Options: ShareOptions(req, every, chosen, shares, name),
		}
		if chosen != "" {
			c.Label = name(chosen)
		}
		choices = append(choices, c)
	}
	add("country", "Anywhere", "Where you listened", req.Lens.Country, insight.Countries(req.Data.Select(all)), words.CountryName)
	add("platform", "Any device", "What you listened on", req.Lens.Platform, insight.Platforms(req.Data.Select(all)), words.FamilyName)
	return choices
}

func kindChoice(req *Request) layout.ChoiceView {
	c := layout.ChoiceView{
		ID: "kind", Field: "kind", Legend: "What to count", Many: true,
		Note:    "None ticked means everything. Videos are what the video files hold: music videos and video podcasts.",
		Changed: req.Lens.Kinds != 0, Label: "Everything",
	}
	var chosen []string
	for _, k := range words.KindLabels {
		on := req.Lens.Kinds&k.Kind != 0
		c.Options = append(c.Options, layout.OptionView{Value: k.Value, Label: k.Label, Checked: on})
		if on {
			chosen = append(chosen, k.Label)
		}
	}
	if req.Lens.Kinds != 0 {
		for i := 1; i < len(chosen); i++ {
			chosen[i] = strings.ToLower(chosen[i])
		}
		c.Label = strings.Join(chosen, " + ")
	}
	return c
}

func minChoice(req *Request) layout.ChoiceView {
	c := layout.ChoiceView{
		ID: "min", Field: "min", Legend: "What counts as a play",
		Note:    "Hours always count everything you heard, however short.",
		Changed: req.Lens.Min != lens.DefaultMin,
		Label:   "Plays ≥ " + strconv.Itoa(req.Lens.Min) + " s",
	}
	if req.Lens.Min == 0 {
		c.Label = "Every play"
	}
	offered := minimums
	if !slices.Contains(offered, req.Lens.Min) {
		offered = slices.Sorted(slices.Values(append([]int{req.Lens.Min}, minimums...)))
	}
	for _, m := range offered {
		o := layout.OptionView{Value: strconv.Itoa(m), Label: "At least " + req.Locale.HoursInWords(int64(m)*1000), Checked: m == req.Lens.Min}
		switch m {
		case 0:
			o.Label = "Every play, however short"
		case lens.DefaultMin:
			o.Value, o.Detail = "", "as Spotify counts"
		}
		c.Options = append(c.Options, o)
	}
	return c
}

// listsTracks reports whether the page is about tracks: elsewhere the choice
// what counts as one would be one more for little.
func (req *Request) listsTracks() bool {
	return under(req.Path, pathTracks) || req.Focused && (under(req.Path, pathArtists) || under(req.Path, pathAlbums))
}

func groupChoice(req *Request) layout.ChoiceView {
	grouped := req.Lens.Group == lens.GroupTitle
	c := layout.ChoiceView{
		ID: "group", Field: "group", Legend: "What counts as one track",
		Note:    "Spotify often has one song several times: as a single, on the album, on a compilation.",
		Changed: grouped, Label: "Recordings",
		Options: []layout.OptionView{
			{Value: "", Label: "Each recording by itself", Detail: "as Spotify counts", Checked: !grouped},
			{Value: string(lens.GroupTitle), Label: "All of one title by one artist", Checked: grouped},
		},
	}
	if grouped {
		c.Label = "Recordings together"
	}
	return c
}

// zoneChoice is the chip with the time zone. What is chosen there is remembered;
// an address may name another, for whoever follows it.
func zoneChoice(req *Request) layout.ChoiceView {
	name := req.Lens.Zone().String()
	c := layout.ChoiceView{
		ID: "tz", Field: "tz", Legend: "Time zone",
		Note:   zoneWhy(req) + " Spotify records in UTC. Type a city or a country.",
		Action: PathZone, Hidden: []layout.FieldView{{Name: "return", Value: req.Href(req.Lens)}},
		Changed: name != req.Home.Zone.String(), Label: req.ZoneTime(), Shown: name, Value: lens.ZonePlace(name),
	}
	if m, wrong := req.typed("tz"); wrong {
		c.Value, c.Error = m.value, m.Message
	}
	if guess := insight.ZoneGuess(req.Data); guess != "" && guess != name {
		c.Offer = &layout.OptionView{Value: guess, Label: lens.ZonePlace(guess), Detail: zoneOffer(req)}
	}
	c.Options = zoneOptions()
	return c
}

// zoneOptions are the suggestions, the same on every page.
var zoneOptions = sync.OnceValue(func() (options []layout.OptionView) {
	for _, z := range zones {
		options = append(options, layout.OptionView{Value: lens.ZonePlace(z), Label: z})
	}
	return options
})

// zoneWhy says where the zone comes from.
func zoneWhy(req *Request) string {
	switch {
	case req.Lens.Zone().String() != req.Home.Zone.String():
		return "The address of this page names this zone."
	case req.Home.Source == ZoneChosen:
		return "You chose this zone."
	case req.Home.Source == ZoneTold:
		return "This is your browser’s zone."
	case req.Home.Source == ZoneGuessed:
		return "This is the zone where you listened most."
	}
	return "Nobody said which zone is yours."
}

// zoneOffer says why a zone is offered.
func zoneOffer(req *Request) string {
	for _, s := range insight.Countries(req.Data.Select(lens.Lens{})) {
		if s.Value != words.UnknownCountry {
			return "You listened mostly in " + words.CountryName(s.Value) + "."
		}
	}
	return ""
}

// ShareOptions are the values of a breakdown and every, which is none of them. The
// chosen one is there even where nothing has it.
func ShareOptions(req *Request, every, chosen string, shares []insight.Share, name func(string) string) []layout.OptionView {
	options := []layout.OptionView{{Value: "", Label: every, Checked: chosen == ""}}
	found := chosen == ""
	for _, s := range shares {
		if s.Value == "" {
			continue
		}
		found = found || s.Value == chosen
		options = append(options, layout.OptionView{
			Value: s.Value, Label: name(s.Value), Detail: req.Locale.Hours(s.Ms), Checked: s.Value == chosen,
		})
	}
	if !found {
		options = append(options, layout.OptionView{Value: chosen, Label: name(chosen), Detail: req.Locale.Hours(0), Checked: true})
	}
	return options
}

// undone are, of each choice, what undoes it and the lens without it.
var undone = map[string]struct {
	remove string
	undo   func(*lens.Lens)
}{
	"kind":     {"Count everything", func(l *lens.Lens) { l.Kinds = 0 }},
	"min":      {"Count plays as Spotify does", func(l *lens.Lens) { l.Min = lens.DefaultMin }},
	"group":    {"Each recording by itself", func(l *lens.Lens) { l.Group = "" }},
	"country":  {"Show every country", func(l *lens.Lens) { l.Country = "" }},
	"platform": {"Show every device", func(l *lens.Lens) { l.Platform = "" }},
}

// newFilters are what links and choices set.
func newFilters(req *Request, choices []layout.ChoiceView) (filters []layout.FilterView) {
	add := func(label, remove string, without lens.Lens) {
		filters = append(filters, layout.FilterView{Label: label, Remove: remove, RemoveURL: req.Href(without)})
	}
	for _, c := range choices {
		if c.Changed {
			without := req.Lens.ClearedPaging()
			undone[c.Field].undo(&without)
			add(c.Label, undone[c.Field].remove, without)
		}
	}
	if days := req.Lens.Weekdays; days != 0 {
		add(words.WeekdaysLabel(days), "Show every weekday", req.Lens.WithClock(0, req.Lens.Hours))
	}
	if hours := req.Lens.Hours; hours != 0 {
		add(words.HoursLabel(hours), "Show every hour", req.Lens.WithClock(req.Lens.Weekdays, 0))
	}
	for _, t := range traitLabels {
		if req.Lens.Only&t.trait != 0 {
			add(t.label, "Show other plays too", req.Lens.WithOnly(req.Lens.Only&^t.trait))
		}
	}
	return filters
}

var traitLabels = []struct {
	trait lens.Traits
	label string
}{{lens.Skipped, "Skipped"}, {lens.Offline, "Offline"}, {lens.Private, "Private sessions"}}

// suggestedExclusions is how many names the form for leaving out suggests.
const suggestedExclusions = 30

func newExclusions(req *Request) (e layout.ExclusionsView) {
	for _, name := range req.Lens.Not {
		item := layout.ExclusionView{Name: name, RemoveURL: req.Href(req.Lens.WithoutNot(name))}
		if !req.Data.HasName(name) {
			item.Note = "No artist or show has this name, so nothing is left out."
			e.Missing = append(e.Missing, "“"+name+"” is no artist or show in your data, so nothing was left out.")
		}
		e.Items = append(e.Items, item)
	}
	all := lens.Lens{Min: req.Lens.Min}
	for _, by := range []lens.EntityKind{lens.Artist, lens.Show} {
		for _, r := range req.Data.Rank(all, by, 0, suggestedExclusions).Items {
			if !slices.Contains(req.Lens.Not, r.Name) {
				e.Names = append(e.Names, r.Name)
			}
		}
	}
	return e
}

// announce says what the lens sees, for those who cannot see the spine.
func announce(req *Request, first, last lens.Date, bar *layout.LensView) string {
	from, to := req.ShownRange()
	parts := []string{"All time"}
	if from != first || to != last {
		parts[0] = format.Span(words.Civil(from), words.Civil(to))
	}
	for _, f := range bar.Filters {
		parts = append(parts, f.Label)
	}
	if bar.Zone.Changed {
		parts = append(parts, bar.Zone.Label)
	}
	if n := len(req.Lens.Not); n > 0 {
		parts = append(parts, fmt.Sprintf("%d left out", n))
	}
	return strings.Join(parts, ", ") + "."
}
