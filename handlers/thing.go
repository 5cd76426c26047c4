package handlers

import (
	"cmp"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// A thing is something the packages name, with what was heard of it.
type thing struct {
	account.Item
	by    dataset.By // what it most likely is in the history
	kind  string     // for people, where it is not what the list is about: "episode"
	added dataset.Date
	in    []int // indexes of the playlists it is in
	times int   // how often it is in them
	heard dataset.Heard
}

func (t *thing) names() []string { return []string{t.Name, t.Creator, t.Collection} }

// entity is the thing in the history, if it was ever played.
func (t *thing) entity(d *dataset.Dataset) (dataset.Entity, bool) {
	if t.heard.ID == "" {
		return dataset.Entity{}, false
	}
	e, ok := d.Find(t.by, t.heard.ID)
	for _, by := range [...]dataset.By{dataset.ByTrack, dataset.ByEpisode, dataset.ByChapter} {
		if !ok { // found by its names, as something else than the package says
			e, ok = d.Find(by, t.heard.ID)
		}
	}
	return e, ok
}

// likelyBy is what a thing of a package most likely is in the history.
func likelyBy(t account.Item) dataset.By {
	switch {
	case strings.HasPrefix(t.URI, "spotify:episode:"):
		return dataset.ByEpisode
	case strings.HasPrefix(t.URI, "spotify:chapter:"):
		return dataset.ByChapter
	default:
		return dataset.ByTrack
	}
}

// newThings puts things together with what was heard of them. Where a package
// gives no names, the history may know them.
func newThings(req *Request, list []account.Item, heard []dataset.Heard, by func(account.Item) dataset.By) []thing {
	out := make([]thing, len(list))
	for i := range list {
		t := thing{Item: list[i], heard: heard[i], by: by(list[i])}
		t.fillNames(req.Data)
		out[i] = t
	}
	return out
}

func (t *thing) fillNames(d *dataset.Dataset) {
	if t.Name != "" {
		return
	}
	if e, ok := t.entity(d); ok {
		t.Name, t.Creator, t.Collection = e.Name, cmp.Or(t.Creator, e.Creator), cmp.Or(t.Collection, e.Collection)
	}
}

// The orders of things that several lists share.
var (
	thingsByHours = order[thing]{"hours", "Hours", func(x, y *thing) int {
		return cmp.Or(cmp.Compare(y.heard.Ms, x.heard.Ms), cmp.Compare(y.heard.Plays, x.heard.Plays))
	}}
	thingsByPlays = order[thing]{"plays", "Plays", func(x, y *thing) int {
		return cmp.Or(cmp.Compare(y.heard.Plays, x.heard.Plays), cmp.Compare(y.heard.Ms, x.heard.Ms))
	}}
	thingsByLast = order[thing]{"last", "Last played", func(x, y *thing) int {
		return cmp.Compare(y.heard.Last, x.heard.Last)
	}}
	thingsByAdded = order[thing]{"added", "Added", func(x, y *thing) int { return y.added.Compare(x.added) }}
	thingsByName  = order[thing]{"name", "Name", nil}
)

// row is a thing's line without its cells.
func (t *thing) row(req *Request) partials.TableRowView {
	r := partials.TableRowView{Name: untitled(t.Name), Creator: credited(t.Creator), Kind: t.kind, Quiet: t.heard.Plays == 0 && req.hasPlays()}
	if e, ok := t.entity(req.Data); ok {
		r.URL = entityHref(e.By, e.ID, req.Lens)
		r.CreatorURL = creatorHref(req, e)
	}
	return r
}

// never says in the words of the lens that there was no play. What account data
// does not have may have been played before its year.
func (req *Request) never() string {
	if isWide(req.played()) && req.hasExtended() {
		return "never played"
	}
	return "not played"
}

// heardCells are the plays, the hours and the last play of something.
func heardCells(req *Request, h dataset.Heard) []partials.CellView {
	if !req.hasPlays() {
		return nil
	}
	if h.Plays == 0 {
		never := partials.CellView{Text: req.never(), Never: true}
		if h.Rows > 0 {
			never.Title = "Heard for " + req.Locale.Exact(h.Ms) + ", never long enough to count as a play"
		}
		return []partials.CellView{{}, never, {}}
	}
	hours, exact := req.hours(h.Ms, h.Plays)
	return []partials.CellView{
		{Text: req.Locale.Number(h.Plays)},
		{Text: hours, Title: exact},
		momentCell(req, h.Last),
	}
}

// heardColumns head heardCells. Where there is no history, nothing is known of
// what was heard, and there are none.
func (req *Request) heardColumns() []partials.ColumnView {
	if !req.hasPlays() {
		return nil
	}
	return []partials.ColumnView{
		{Label: "Plays", Figure: true}, {Label: "Hours", Figure: true, Main: true}, {Label: "Last played"},
	}
}

// momentCell is the day of a moment in the lens's zone.
func momentCell(req *Request, unix int64) partials.CellView {
	if unix == 0 {
		return partials.CellView{}
	}
	return dateCell(dataset.DateIn(unix, req.Lens.Zone()))
}

func dateCell(d dataset.Date) partials.CellView {
	if d.IsZero() {
		return partials.CellView{}
	}
	return partials.CellView{Text: format.ShortDate(civil(d)), Title: format.LongDate(civil(d))}
}

// cardRow is a thing's line in a card.
func (t *thing) cardRow(req *Request, rank int) partials.RowView {
	table := t.row(req)
	r := partials.RowView{
		Rank: rank, Name: table.Name, URL: table.URL, Creator: table.Creator, CreatorURL: table.CreatorURL,
		Identity: cmp.Or(t.Creator, table.Name),
	}
	if t.heard.Rows > 0 {
		hours, exact := req.hours(t.heard.Ms, t.heard.Plays)
		r.Hours, r.Plays = hours, req.Locale.Count(t.heard.Plays, "play", "plays")
		r.Title = exact + ", " + r.Plays
	}
	return r
}
