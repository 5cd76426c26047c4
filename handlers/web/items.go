package web

import (
	"cmp"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A Item is something the packages name, with what was heard of it.
type Item struct {
	account.Item
	By    lens.EntityKind // what it most likely is in the history
	Kind  string          // for people, where it is not what the list is about: "episode"
	Added lens.Date
	In    []int // indexes of the playlists it is in
	Times int   // how often it is in them
	Heard dataset.Stats
}

// Names are what a search looks at.
func (t *Item) Names() []string { return []string{t.Name, t.Creator, t.Collection} }

// Entity is the thing in the history, if it was ever played.
func (t *Item) Entity(d *dataset.Dataset) (dataset.Entity, bool) {
	if t.Heard.ID == "" {
		return dataset.Entity{}, false
	}
	e, ok := d.Find(t.By, t.Heard.ID)
	for _, by := range [...]lens.EntityKind{lens.Track, lens.Episode, lens.Chapter} {
		if !ok { // found by its names, as something else than the package says
			e, ok = d.Find(by, t.Heard.ID)
		}
	}
	return e, ok
}

// LikelyBy is what a thing of a package most likely is in the history.
func LikelyBy(t account.Item) lens.EntityKind {
	switch {
	case strings.HasPrefix(t.URI, "spotify:episode:"):
		return lens.Episode
	case strings.HasPrefix(t.URI, "spotify:chapter:"):
		return lens.Chapter
	default:
		return lens.Track
	}
}

// NewItems puts things together with what was heard of them. Where a package
// gives no names, the history may know them.
func NewItems(req *Request, entries []account.Item, heard []dataset.Stats, by func(account.Item) lens.EntityKind) []Item {
	out := make([]Item, len(entries))
	for i := range entries {
		t := Item{Item: entries[i], Heard: heard[i], By: by(entries[i])}
		t.FillNames(req.Data)
		out[i] = t
	}
	return out
}

// FillNames takes names from the history where the package gives none.
func (t *Item) FillNames(d *dataset.Dataset) {
	if t.Name != "" {
		return
	}
	if e, ok := t.Entity(d); ok {
		t.Name, t.Creator, t.Collection = e.Name, cmp.Or(t.Creator, e.Creator), cmp.Or(t.Collection, e.Collection)
	}
}

// The orders of things that several lists share.
var (
	ItemsByHours = Order[Item]{Value: "hours", Label: "Hours", Compare: func(x, y *Item) int {
		return cmp.Or(cmp.Compare(y.Heard.Ms, x.Heard.Ms), cmp.Compare(y.Heard.Plays, x.Heard.Plays))
	}}
	ItemsByPlays = Order[Item]{Value: "plays", Label: "Plays", Compare: func(x, y *Item) int {
		return cmp.Or(cmp.Compare(y.Heard.Plays, x.Heard.Plays), cmp.Compare(y.Heard.Ms, x.Heard.Ms))
	}}
	ItemsByLast = Order[Item]{Value: "last", Label: "Last played", Compare: func(x, y *Item) int {
		return cmp.Compare(y.Heard.Last, x.Heard.Last)
	}}
	ItemsByAdded = Order[Item]{Value: "added", Label: "Added", Compare: func(x, y *Item) int { return y.Added.Compare(x.Added) }}
	ItemsByName  = Order[Item]{Value: "name", Label: "Name", Compare: nil}
)

// Row is a thing's line without its cells.
func (t *Item) Row(req *Request) list.TableRowView {
	r := list.TableRowView{Name: words.Untitled(t.Name), Creator: words.Credited(t.Creator), Kind: t.Kind, Quiet: t.Heard.Plays == 0 && req.HasPlays()}
	if e, ok := t.Entity(req.Data); ok {
		r.URL = EntityHref(e.By, e.ID, req.Lens)
		r.CreatorURL = creatorHref(req, e)
	}
	return r
}

// Never says in the words of the lens that there was no play. What account data
// does not have may have been played before its year.
func (req *Request) Never() string {
	if IsWide(req.Played()) && req.HasExtended() {
		return "never played"
	}
	return "not played"
}

// HeardCells are the plays, the hours and the last play of something.
func HeardCells(req *Request, h dataset.Stats) []list.CellView {
	if !req.HasPlays() {
		return nil
	}
	if h.Plays == 0 {
		never := list.CellView{Text: req.Never(), Never: true}
		if h.Rows > 0 {
			never.Title = "Heard for " + req.Locale.Exact(h.Ms) + ", never long enough to count as a play"
		}
		return []list.CellView{{}, never, {}}
	}
	hours, exact := req.hours(h.Ms, h.Plays)
	return []list.CellView{
		{Text: req.Locale.Number(h.Plays)},
		{Text: hours, Title: exact},
		momentCell(req, h.Last),
	}
}

// HeardColumns head heardCells. Where there is no history, nothing is known of
// what was heard, and there are none.
func (req *Request) HeardColumns() []list.ColumnView {
	if !req.HasPlays() {
		return nil
	}
	return []list.ColumnView{
		{Label: "Plays", Figure: true}, {Label: "Hours", Figure: true, Main: true}, {Label: "Last played"},
	}
}

// momentCell is the day of a moment in the lens's zone.
func momentCell(req *Request, unix int64) list.CellView {
	if unix == 0 {
		return list.CellView{}
	}
	return DateCell(lens.DateIn(unix, req.Lens.Zone()))
}

// DateCell is a day; empty for the zero Date.
func DateCell(d lens.Date) list.CellView {
	if d.IsZero() {
		return list.CellView{}
	}
	return list.CellView{Text: format.ShortDate(words.Civil(d)), Title: format.LongDate(words.Civil(d))}
}

// CardRow is a thing's line in a card.
func (t *Item) CardRow(req *Request, rank int) list.RowView {
	table := t.Row(req)
	r := list.RowView{
		Rank: rank, Name: table.Name, URL: table.URL, Creator: table.Creator, CreatorURL: table.CreatorURL,
		Identity: cmp.Or(t.Creator, table.Name),
	}
	if t.Heard.Rows > 0 {
		hours, exact := req.hours(t.Heard.Ms, t.Heard.Plays)
		r.Hours, r.Plays = hours, req.Locale.Count(t.Heard.Plays, "play", "plays")
		r.Title = exact + ", " + r.Plays
	}
	return r
}

// Day is a date for programs; no date is null.
func Day(d lens.Date) *string {
	if d.IsZero() {
		return nil
	}
	return new(d.String())
}

// ItemJSON is an item in the answers of the API.
type ItemJSON struct {
	ID        string   `json:"id"` // in the history; empty when it was never played
	Kind      string   `json:"kind,omitempty"`
	Name      string   `json:"name"`
	Artist    string   `json:"artist"`
	Album     string   `json:"album,omitempty"`
	URI       string   `json:"uri"`
	Added     *string  `json:"added,omitempty"`
	Playlists []string `json:"playlists,omitempty"` // their IDs
	Times     int      `json:"times,omitempty"`     // how often it is in them
	Rows      int      `json:"rows"`
	Plays     int      `json:"plays"`
	MsPlayed  int64    `json:"ms_played"`
	First     *string  `json:"first"`
	Last      *string  `json:"last"`
}

// NewItemJSON is an item with what was heard of it.
func NewItemJSON(req *Request, t *Item) ItemJSON {
	out := ItemJSON{
		ID: t.Heard.ID, Kind: t.Kind, Name: t.Name, Artist: t.Creator, Album: t.Collection, URI: t.URI,
		Added: Day(t.Added), Times: t.Times, Rows: t.Heard.Rows, Plays: t.Heard.Plays, MsPlayed: t.Heard.Ms,
		First: RFC3339(t.Heard.First), Last: RFC3339(t.Heard.Last),
	}
	for _, i := range t.In {
		out.Playlists = append(out.Playlists, req.Account().Playlists[i].ID)
	}
	return out
}

// PlaylistItems are the different tracks of all playlists, those in most of
// them first.
func PlaylistItems(req *Request) []Item {
	tracks := dataset.Memoize(req.Data, "playlist tracks", req.Account().PlaylistTracks)
	heard := req.Account().TrackPlays(req.Data, req.Played(), tracks)
	out := make([]Item, len(tracks))
	for i := range tracks {
		t := &tracks[i]
		out[i] = Item{Item: t.Item, By: lens.Track, Added: t.Added, In: t.In, Times: t.Times, Heard: heard[i]}
		if t.Local {
			out[i].Kind = ItemKindWords[account.KindLocal]
		}
		out[i].FillNames(req.Data)
	}
	return out
}

// ItemKindWords are what an item is called that is no track of Spotify's.
var ItemKindWords = map[account.Kind]string{
	account.KindEpisode: "episode", account.KindAudiobook: "audiobook",
	account.KindLocal: "local file", account.KindNothing: "nothing",
}
