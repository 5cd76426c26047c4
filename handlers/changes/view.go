package changes

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/a-h/templ"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const (
	changesPageSize = 100
	changeItems     = 5 // of one change that are named; a playlist can be filled at once
	fieldChange     = "change"
)

// A change is a change with its place in the list of all.
type change struct {
	account.ResolvedChange
	at lens.Cursor
}

// changes are all changes, the newest first.
func changes(req *web.Request) []change {
	return dataset.Memoize(req.Data, "changes", func() []change {
		all := req.Account().ResolvedChanges(req.Data)
		out := make([]change, len(all))
		for i, c := range all {
			out[i] = change{ResolvedChange: c, at: lens.Cursor{TS: uint32(min(max(c.Time/1000, 0), math.MaxUint32))}}
			if i > 0 && out[i-1].at.TS == out[i].at.TS {
				out[i].at.Ordinal = out[i-1].at.Ordinal + 1
			}
		}
		return out
	})
}

// changesView is which changes are looked at, beyond the lens.
type changesView struct {
	*web.Request
	kind  account.ChangeKind // empty for all
	order web.Order[change]
}

var changeOrders = []web.Order[change]{{Value: "newest", Label: "Newest first"}, {Value: "oldest", Label: "Oldest first"}}

func newChangesView(req *web.Request) (changesView, error) {
	o, err := web.OrderBy(req.Query.Get(web.FieldOrder), changeOrders)
	if err != nil {
		return changesView{}, err
	}
	kind := account.ChangeKind(req.Query.Get(fieldChange))
	if kind != "" && !slices.Contains(account.ChangeKinds, kind) {
		words := make([]string, len(account.ChangeKinds))
		for i, k := range account.ChangeKinds {
			words[i] = string(k)
		}
		return changesView{}, &lens.FieldError{Field: fieldChange, Message: "A change is one of " + strings.Join(words, ", ") + "."}
	}
	after := req.Lens.After
	req.Lens = web.Sole(req.Lens)
	req.Lens.After = after
	cv := changesView{Request: req, kind: kind, order: o}
	cv.Own = cv.parameters(kind, o)
	return cv, nil
}

// parameters are the page's own for other changes or another order.
func (v changesView) parameters(kind account.ChangeKind, o web.Order[change]) []layout.FieldView {
	var own []layout.FieldView
	if kind != "" {
		own = append(own, layout.FieldView{Name: fieldChange, Value: string(kind)})
	}
	if o.Value != changeOrders[0].Value {
		own = append(own, layout.FieldView{Name: web.FieldOrder, Value: o.Value})
	}
	return own
}

// inRange are the changes within the lens's range, whatever their kind and words.
func (v changesView) inRange() []change {
	whole := *v.Request
	whole.Lens = v.Lens.WithQ("")
	return changesView{Request: &whole, order: v.order}.chosen()
}

// chosen are the changes within the lens's range that hold its words, in the
// order asked for.
func (v changesView) chosen() []change {
	words := strings.Fields(fold.Key(v.Lens.Q))
	var found []change
	for _, c := range changes(v.Request) {
		if v.kind != "" && c.Kind != v.kind {
			continue
		}
		if v.Lens.InRange(v.day(c)) && (len(words) == 0 || web.Matches(c.names(), words)) {
			found = append(found, c)
		}
	}
	if v.order.Value == "oldest" {
		slices.Reverse(found)
	}
	return found
}

// names are what a search looks at.
func (c *change) names() []string {
	names := []string{c.Playlist.Name}
	for _, it := range c.Items {
		names = append(names, it.Name, it.Creator)
	}
	return names
}

// day is the day of a change, the zero Date when its time is not known.
func (v changesView) day(c change) lens.Date {
	if c.Time == 0 {
		return lens.Date{}
	}
	return lens.DateIn(c.Time/1000, v.Lens.Zone())
}

// compare orders places as the list does.
func (v changesView) compare(a, b lens.Cursor) int {
	n := cmp.Or(cmp.Compare(b.TS, a.TS), cmp.Compare(a.Ordinal, b.Ordinal))
	if v.order.Value == "oldest" {
		return -n
	}
	return n
}

// page cuts the page at the lens's place out of what was found.
func (v changesView) page(found []change, limit int) (first, end int) {
	at, ok := lens.ParseCursor(v.Lens.After)
	if !ok {
		return 0, min(limit, len(found))
	}
	i, here := slices.BinarySearchFunc(found, at, func(c change, at lens.Cursor) int { return v.compare(c.at, at) })
	if at.Newer {
		return max(0, i-limit), i
	}
	if here {
		i++
	}
	return i, min(i+limit, len(found))
}

func changesHeadline(req *web.Request, all []change) prose.Text {
	if len(all) == 0 {
		return prose.Of("You changed nothing in this range.")
	}
	count := func(kinds ...account.ChangeKind) (n int) {
		for _, c := range all {
			if slices.Contains(kinds, c.Kind) {
				n += max(1, len(c.Items))
			}
		}
		return n
	}
	var parts []prose.Text
	say := func(did string, n int) {
		if n > 0 {
			parts = append(parts, prose.Of(did).Accent(req.Locale.Times(n)))
		}
	}
	say("saved something ", count(account.ChangeSaved))
	say("put something into a playlist ", count(account.ChangePlaylistAdded))
	say("took something out again ", count(account.ChangeUnsaved, account.ChangePlaylistRemoved))
	if parts == nil {
		return prose.Of("You made ").Accent(req.Locale.Count(len(all), "change", "changes")).Plain(".")
	}
	return append(prose.Of("You "), prose.List(parts)...).Plain(".")
}

var changeLabels = map[account.ChangeKind]string{
	account.ChangeSaved: "Saved", account.ChangeUnsaved: "Removed from library",
	account.ChangePlaylistAdded: "Added to playlist", account.ChangePlaylistRemoved: "Removed from playlist",
	account.ChangePlaylistCreated: "Playlist created", account.ChangeOther: "Other",
}

// changeTabs offer the kinds that there are.
func changeTabs(v changesView, all []change) []list.TabView {
	counts := make(map[account.ChangeKind]int)
	for _, c := range all {
		counts[c.Kind]++
	}
	tab := func(label string, kind account.ChangeKind, n int) list.TabView {
		l := v.Lens.ClearedPaging()
		return list.TabView{Label: label, Count: v.Locale.Number(n), URL: web.Address(web.PathChanges, v.parameters(kind, v.order), l), Current: v.kind == kind}
	}
	tabs := []list.TabView{tab("All", "", len(all))}
	for _, k := range account.ChangeKinds {
		if counts[k] > 0 || v.kind == k {
			tabs = append(tabs, tab(changeLabels[k], k, counts[k]))
		}
	}
	return tabs
}

func newChangeListView(v changesView, found []change) list.Timeline {
	first, end := v.page(found, changesPageSize)
	shown := found[first:end]
	m := list.Timeline{
		Frame: v.Frame("Changes", len(found), "change", "changes"),
		Days:  web.Days(web.Kept(v.Lens), shown, v.day, func(c change) templ.Component { return changed(v, c) }),
	}
	for _, o := range changeOrders {
		step := web.NewStep(o.Label, web.PathChanges, v.parameters(v.kind, o), v.Lens.ClearedPaging())
		step.Current = o.Value == v.order.Value
		m.Sorts = append(m.Sorts, step)
	}
	on, back := "Older", "Newer"
	if v.order.Value == "oldest" {
		on, back = back, on
	}
	if len(shown) > 0 {
		if first > 0 {
			m.Days[0].Continued = v.day(found[first-1]) == v.day(shown[0])
			at := shown[0].at
			at.Newer = true
			m.Newer = new(web.NewStep(back, web.PathChanges, v.Own, v.Lens.WithAfter(at.String())))
		}
		if end < len(found) {
			m.Older = web.NewOlder(on, web.PathChanges, v.Own, v.Lens.WithAfter(shown[len(shown)-1].at.String()))
		}
		return m
	}
	m.Empty = newNoChanges(v, len(found))
	return m
}

func newNoChanges(v changesView, found int) *list.EmptyView {
	switch {
	case found > 0:
		return &list.EmptyView{
			Title:   "The list ends before this place.",
			Message: "It has " + v.Locale.Count(found, "change", "changes") + ".",
			Action:  layout.LinkView{Label: "Go to its beginning", URL: v.Href(v.Lens.ClearedPaging())},
		}
	case v.Lens.Q != "":
		return new(v.NoMatch("titles, artists and playlists, as far as their names are known"))
	default:
		return &list.EmptyView{
			Title:   "No such change in this range.",
			Message: "A technical log reaches back a few weeks from the day it was asked for.",
			Action:  layout.LinkView{Label: "Show all changes", URL: web.Href(web.PathChanges, v.Lens.WithRange(lens.Date{}, lens.Date{}))},
		}
	}
}

// prepositions lead from a change to its playlist; elsewhere it is "to".
var prepositions = map[account.ChangeKind]string{account.ChangePlaylistRemoved: "from", account.ChangePlaylistCreated: "as"}

// playlistOf leads to the playlist of a change, where there is a page for it.
func playlistOf(v changesView, c change) layout.LinkView {
	link := layout.LinkView{Label: cmp.Or(c.Playlist.Name, "a playlist whose name is not known")}
	if c.PlaylistID != "" {
		link.URL = web.Href(web.PathPlaylists+"/"+c.PlaylistID, web.Kept(v.Lens))
	}
	return link
}

// unnamedResource says what a URI is of when nothing tells its name: "A track
// whose name is not known".
func unnamedResource(uri string) string {
	kind, _, _ := strings.Cut(strings.TrimPrefix(uri, "spotify:"), ":")
	switch kind {
	case "track", "show", "chapter", "playlist":
		return "A " + kind + " whose name is not known"
	case "album", "artist", "episode", "audiobook":
		return "An " + kind + " whose name is not known"
	}
	return uri
}

type changedItemJSON struct {
	URI     string `json:"uri"`
	ID      string `json:"id"` // empty when the history does not hold it
	Name    string `json:"name"`
	Creator string `json:"creator"`
}

type changePlaylistJSON struct {
	URI  string `json:"uri"`
	ID   string `json:"id"` // empty when the packages do not hold it
	Name string `json:"name"`
}

type changeJSON struct {
	At       *string             `json:"at"`
	Change   account.ChangeKind  `json:"change"`
	Event    string              `json:"event"` // as Spotify calls it
	Items    []changedItemJSON   `json:"items"`
	Playlist *changePlaylistJSON `json:"playlist"`
	Position *int                `json:"position"`
}

type changesJSON struct {
	Items []changeJSON `json:"items"`
	Total int          `json:"total"`
	Next  *string      `json:"next"` // give it as after to get what follows
}

func newChangesJSON(v changesView, limit int) changesJSON {
	found := v.chosen()
	first, end := v.page(found, limit)
	out := changesJSON{Items: make([]changeJSON, 0, end-first), Total: len(found)}
	for _, c := range found[first:end] {
		item := changeJSON{At: web.RFC3339(c.Time / 1000), Change: c.Kind, Event: c.Event, Items: []changedItemJSON{}}
		for _, it := range c.Items {
			item.Items = append(item.Items, changedItemJSON{it.URI, it.Entity.ID, it.Name, it.Creator})
		}
		if c.Playlist != (account.Named{}) {
			item.Playlist = &changePlaylistJSON{c.Playlist.URI, c.PlaylistID, c.Playlist.Name}
		}
		if c.Position >= 0 {
			item.Position = &c.Position
		}
		out.Items = append(out.Items, item)
	}
	if end < len(found) && end > first {
		out.Next = new(found[end-1].at.String())
	}
	return out
}

var View = web.View{
	Path: web.PathChanges, Title: "Changes", Group: web.AboutYou, Memory: changeBytes,
	Holds: func(req *web.Request) bool { return len(req.Account().Changes) > 0 },
	Page: func(req *web.Request) (web.Page, error) {
		v, err := newChangesView(req)
		if err != nil {
			return web.Page{}, err
		}
		shown := newChangeListView(v, v.chosen())
		return web.Page{Title: "Changes", Content: page(v, shown), Partial: list.TimelineList(shown)}, nil
	},
	More: func(req *web.Request) (templ.Component, error) {
		v, err := newChangesView(req)
		if err != nil {
			return nil, err
		}
		return list.TimelineMore(newChangeListView(v, v.chosen())), nil
	},
	JSON: func(req *web.Request) (any, error) {
		limit, err := req.Limit()
		if err != nil {
			return nil, err
		}
		v, err := newChangesView(req)
		if err != nil {
			return nil, err
		}
		return newChangesJSON(v, limit), nil
	},
}

// changeBytes counts that changes are named by what library and playlists hold.
func changeBytes(req *web.Request) int64 {
	n := int64(len(req.Account().Changes))
	if n == 0 {
		return 0
	}
	return n*web.RowBytes + (web.PlaylistBytes(req)+web.LibraryBytes(req))/2
}

// eventWords is the name of an event in the technical log as people write it:
// "Added to queue" for AddedToQueue.
func eventWords(event string) string {
	var b strings.Builder
	for i, r := range event {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte(' ')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}
