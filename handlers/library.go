package handlers

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

const (
	fieldPart        = "part"
	libraryCardSize  = 5
	notSavedTracks   = 200 // how many of the most played are worth a look
	partTracks       = "tracks"
	partNeverPlayed  = "never"
	partNotSaved     = "unsaved"
	partAbandoned    = "abandoned"
	libraryNoneSaved = "Your library holds none of these."
)

// A libraryView is a view of the library beside the whole history, which is
// joined when it is first asked for.
type libraryView struct {
	*Request
	ever func() account.LibraryPlays
	// seen are the saved tracks and episodes under the view's lens.
	seen func() []account.PlayedItem
	// unsaved are the tracks played most, but not saved.
	unsaved func() []dataset.Ranked
}

// newLibraryView joins under a lens without a range: what somebody never played
// does not depend on the days they are looking at.
func newLibraryView(req *Request) libraryView {
	whole := dataset.Lens{TZ: req.Lens.TZ, Min: req.Lens.Min}
	ever := sync.OnceValue(func() account.LibraryPlays { return req.account().LibraryPlays(req.Data, whole) })
	return libraryView{req, ever, sync.OnceValue(func() []account.PlayedItem {
		if isWide(req.played()) {
			return ever().Saved
		}
		return req.account().SavedPlays(req.Data, req.played())
	}), sync.OnceValue(func() []dataset.Ranked {
		return req.account().NotSaved(req.Data, req.played(), notSavedTracks)
	})}
}

// A libraryPart is one list of the library page.
type libraryPart struct {
	value, label string
	one, many    string
	head         string
	none         string
	things       func(libraryView) []thing
	count        func(a *account.Account) int // nil for what is joined with the history
	columns      []partials.ColumnView        // before those of what was heard
	cells        func(t *thing) []partials.CellView
	first        order[thing]
}

// name is what a part is called. What account data does not have may have been
// played before its year.
func (p *libraryPart) name(req *Request) string {
	if p.value == partNeverPlayed && !req.hasExtended() {
		return "Not played"
	}
	return p.label
}

// heading heads the column of its things.
func (p *libraryPart) heading(req *Request) string {
	if p.value == partNeverPlayed {
		return p.name(req)
	}
	return p.head
}

// albumColumn tells tracks of one name apart.
var albumColumn = []partials.ColumnView{{Label: "Album"}}

func albumCell(t *thing) []partials.CellView { return []partials.CellView{{Text: t.Collection}} }

func noCells(*thing) []partials.CellView { return nil }

var libraryParts = []libraryPart{
	{partTracks, "Tracks", "track", "tracks", "Track", libraryNoneSaved,
		func(v libraryView) []thing { return savedThings(v, v.seen()[:len(v.account().Library.Tracks)]) },
		func(a *account.Account) int { return len(a.Library.Tracks) }, albumColumn, albumCell, thingsByHours},
	{"albums", "Albums", "album", "albums", "Album", libraryNoneSaved,
		func(v libraryView) []thing {
			return knownThings(v, dataset.ByAlbum, "albums", v.account().Library.Albums)
		},
		func(a *account.Account) int { return len(a.Library.Albums) }, nil, noCells, thingsByHours},
	{"artists", "Artists", "artist", "artists", "Artist", libraryNoneSaved,
		func(v libraryView) []thing {
			return knownThings(v, dataset.ByArtist, "artists", v.account().Library.Artists)
		},
		func(a *account.Account) int { return len(a.Library.Artists) }, nil, noCells, thingsByHours},
	{"shows", "Shows", "show", "shows", "Show", libraryNoneSaved,
		func(v libraryView) []thing { return knownThings(v, dataset.ByShow, "shows", v.account().Library.Shows) },
		func(a *account.Account) int { return len(a.Library.Shows) }, nil, noCells, thingsByHours},
	{"episodes", "Episodes", "episode", "episodes", "Episode", libraryNoneSaved,
		func(v libraryView) []thing { return savedThings(v, v.seen()[len(v.account().Library.Tracks):]) },
		func(a *account.Account) int { return len(a.Library.Episodes) }, nil, noCells, thingsByHours},
	{"banned", "Banned", "banned entry", "banned entries", "Banned", "You have banned nothing.",
		bannedThings, func(a *account.Account) int { return len(a.Library.BannedTracks) + len(a.Library.BannedArtists) },
		albumColumn, albumCell, thingsByName},
	{"other", "Other", "entry", "entries", "Entry", "Your library holds nothing else.",
		otherThings, func(a *account.Account) int {
			n := 0
			for _, o := range a.Library.Other {
				n += len(o.Items)
			}
			return n
		}, albumColumn, albumCell, thingsByHours},
	{partNeverPlayed, "Never played", "saved entry", "saved entries", "Never played", "You have played everything you saved.",
		neverPlayedThings, nil, albumColumn, albumCell, thingsByName},
	{partNotSaved, "Not saved", "track", "tracks", "Played, not saved", "You have saved every track you played.",
		notSavedThings, nil, albumColumn, albumCell, thingsByPlays},
	{partAbandoned, "Abandoned", "saved entry", "saved entries", "Saved, then abandoned", "Nothing you saved has gone quiet for a year.",
		abandonedThings, nil, albumColumn, albumCell, thingsByHours},
}

// libraryPartOf reads which part somebody asked for; the first one with
// something in it when they asked for none.
func libraryPartOf(value string, a *account.Account) (*libraryPart, error) {
	values := make([]string, len(libraryParts))
	for i := range libraryParts {
		p := &libraryParts[i]
		if p.value == value || value == "" && p.count != nil && p.count(a) > 0 {
			return p, nil
		}
		values[i] = p.value
	}
	if value == "" {
		return &libraryParts[0], nil
	}
	return nil, &dataset.FieldError{Field: fieldPart, Message: "The part is one of " + strings.Join(values, ", ") + "."}
}

// leafThings are tracks and episodes.
func leafThings(v libraryView, list string, things []account.Item) []thing {
	return newThings(v.Request, things, v.account().ListPlays(v.Data, v.played(), list, things), likelyBy)
}

// knownThings are artists, albums and shows.
func knownThings(v libraryView, by dataset.By, list string, things []account.Item) []thing {
	return newThings(v.Request, things, v.account().GroupPlays(v.Data, v.played(), by, list, things), func(account.Item) dataset.By { return by })
}

func bannedThings(v libraryView) []thing {
	tracks := leafThings(v, "banned tracks", v.account().Library.BannedTracks)
	artists := knownThings(v, dataset.ByArtist, "banned artists", v.account().Library.BannedArtists)
	for i := range artists {
		artists[i].kind = "artist"
	}
	return append(tracks, artists...)
}

// otherThings are the lists of later years, under the names Spotify gave them.
func otherThings(v libraryView) []thing {
	var all []account.Item
	for _, list := range v.account().Library.Other {
		all = append(all, list.Items...)
	}
	out := leafThings(v, "other", all)
	rest := out
	for _, list := range v.account().Library.Other {
		for i := range list.Items {
			rest[i].kind = list.Key
			rest[i].Name = cmp.Or(rest[i].Name, rest[i].URI)
		}
		rest = rest[len(list.Items):]
	}
	return out
}

// savedThings are tracks and episodes of the library.
func savedThings(v libraryView, list []account.PlayedItem) []thing {
	out := make([]thing, len(list))
	for i := range list {
		out[i] = savedThing(v, &list[i])
	}
	return out
}

func savedThing(v libraryView, h *account.PlayedItem) thing {
	t := thing{Item: h.Item, heard: h.Heard, by: likelyBy(h.Item)}
	t.fillNames(v.Data)
	return t
}

func neverPlayedThings(v libraryView) []thing { return chosenThings(v, v.ever().NeverPlayed) }

func abandonedThings(v libraryView) []thing { return chosenThings(v, v.ever().Abandoned) }

// chosenThings are some of what is saved, with what the view's lens sees of them.
func chosenThings(v libraryView, chosen []int) []thing {
	out := make([]thing, len(chosen))
	for i, n := range chosen {
		out[i] = savedThing(v, &v.seen()[n])
		if out[i].by == dataset.ByEpisode {
			out[i].kind = itemKindWords[account.KindEpisode]
		}
	}
	return out
}

func notSavedThings(v libraryView) []thing {
	var out []thing
	for _, r := range v.unsaved() {
		out = append(out, thing{
			Item: account.Item{Name: r.Name, Creator: r.Creator, Collection: r.Collection, URI: r.URI}, by: dataset.ByTrack,
			heard: dataset.Heard{ID: r.ID, Rows: r.Rows, Plays: r.Plays, Ms: r.Ms, First: r.First, Last: r.Last},
		})
	}
	return out
}

func libraryOf(v libraryView, part *libraryPart, orderValue string) (*collection[thing], error) {
	orders := []order[thing]{part.first}
	for _, o := range []order[thing]{thingsByHours, thingsByPlays, thingsByLast, thingsByName} {
		if o.value != part.first.value {
			orders = append(orders, o)
		}
	}
	o, err := orderBy(orderValue, orders)
	if err != nil {
		return nil, err
	}
	return &collection[thing]{
		label: "Library: " + strings.ToLower(part.name(v.Request)), one: part.one, many: part.many, head: part.heading(v.Request),
		looksAt: "the names of tracks, artists, albums and shows in this part of your library",
		none:    part.none,
		items:   part.things(v), names: (*thing).names, orders: orders, order: o,
		columns: slices.Concat(part.columns, v.heardColumns()),
		row: func(t *thing) partials.TableRowView {
			r := t.row(v.Request)
			r.Cells = slices.Concat(part.cells(t), heardCells(v.Request, t.heard))
			return r
		},
	}, nil
}

func buildLibrary(req *Request) (string, pages.CollectionPageView, error) {
	var none pages.CollectionPageView
	part, err := libraryPartOf(req.Query.Get(fieldPart), req.account())
	if err != nil {
		return "", none, err
	}
	look := newLibraryView(req)
	list, err := libraryOf(look, part, req.Query.Get(fieldOrder))
	if err != nil {
		return "", none, err
	}
	var which []layout.FieldView
	if req.Query.Get(fieldPart) != "" {
		which = partField(part)
	}
	req.Own = list.own(list.order, which)
	look.Own = req.Own
	return "Library", newLibraryPageView(look, part, list, which), nil
}

func partField(p *libraryPart) []layout.FieldView {
	return []layout.FieldView{{Name: fieldPart, Value: p.value}}
}

// holdsLibrary reports whether any package tells what was saved or banned.
func holdsLibrary(a *account.Account) bool {
	return a.Library.Saved()+len(a.Library.BannedTracks)+len(a.Library.BannedArtists) > 0
}

func newLibraryPageView(v libraryView, part *libraryPart, list *collection[thing], which []layout.FieldView) pages.CollectionPageView {
	m := pages.CollectionPageView{Eyebrow: "Library"}
	a := v.account()
	if !holdsLibrary(a) {
		m.Headline = prose.Of("No library here yet.")
		m.Missing = missing(v.Request, pages.PartLibrary)
		return m
	}
	joined := v.ever()
	m.Headline = libraryHeadline(v, a, len(joined.Saved), len(joined.NeverPlayed))
	m.TabsName = "Parts of the library"
	m.Tabs = newLibraryTabs(v, part, map[string]int{
		partNeverPlayed: len(joined.NeverPlayed), partAbandoned: len(joined.Abandoned),
	})
	m.Search, m.List = list.search(v.Request), list.list(v.Request, which)
	if v.Lens.Q == "" && v.hasPlays() {
		for _, card := range []struct{ id, title, part string }{
			{"never", "Saved, never played", partNeverPlayed},
			{"unsaved", "Played most, not saved", partNotSaved},
			{"abandoned", "Saved, then abandoned", partAbandoned},
		} {
			list := newLibraryCard(v, card.id, card.title, card.part)
			if card.part == partNeverPlayed && !v.hasExtended() {
				list.Title = "Saved, not played"
			}
			// Of a year, most cannot tell what has gone quiet for one.
			if card.part != partAbandoned || v.hasExtended() || len(list.Rows) > 0 {
				m.Cards = append(m.Cards, list)
			}
		}
	}
	return m
}

func libraryHeadline(v libraryView, a *account.Account, leaves, never int) prose.Text {
	n := len(a.Library.Tracks)
	episodes := leaves - n
	t := prose.Of("You saved ")
	count := func(n int, one, many string) { t = t.Accent(v.Locale.Number(n)).Plain(plural(n, one, many)) }
	switch {
	case leaves == 0 && a.Library.Saved() == 0:
		return prose.Of("You saved nothing, and banned what is listed here.")
	case leaves == 0:
		count(a.Library.Saved(), " album, artist or show", " albums, artists and shows")
		return t.Plain(".")
	case episodes == 0:
		count(n, " track", " tracks")
	case n == 0:
		count(episodes, " episode", " episodes")
	default:
		count(n, " track", " tracks")
		t = t.Plain(" and ")
		count(episodes, " episode", " episodes")
	}
	switch {
	case v.Data.Rows() == 0:
		return t.Plain(".")
	case never == 0 && leaves == 1:
		return t.Plain(" and played it.")
	case never == 0:
		return t.Plain(" and played every one of them.")
	case leaves == 1 && v.hasExtended():
		return t.Plain(" and never played it.")
	}
	if !v.hasExtended() {
		return t.Plain("; ").Accent(v.Locale.Number(never)).Plain(" of them you did not play in the time that your account data covers.")
	}
	return t.Plain("; ").Accent(v.Locale.Number(never)).Plain(" of them you never played.")
}

// newLibraryTabs leads to the parts with something in them, and to the one shown.
func newLibraryTabs(v libraryView, current *libraryPart, joined map[string]int) []partials.TabView {
	var tabs []partials.TabView
	for i := range libraryParts {
		p := &libraryParts[i]
		tab := partials.TabView{Label: p.name(v.Request), URL: address(pathLibrary, partField(p), v.played()), Current: p.value == current.value}
		if p.count == nil && !v.hasPlays() && !tab.Current {
			continue
		}
		n, counted := joined[p.value]
		if p.count != nil {
			n, counted = p.count(v.account()), true
		}
		if counted {
			tab.Count = v.Locale.Number(n)
		}
		if tab.Current || !counted || n > 0 {
			tabs = append(tabs, tab)
		}
	}
	return tabs
}

// allOf says how long the whole list is. The tracks that are not saved end after
// those worth a look, so their number is no count.
func allOf(req *Request, part *libraryPart, n int) string {
	if part.value == partNotSaved && n == notSavedTracks {
		return "the first " + req.Locale.Number(n)
	}
	return "all " + req.Locale.Number(n)
}

func newLibraryCard(v libraryView, id, title, value string) partials.CardListView {
	i := slices.IndexFunc(libraryParts, func(p libraryPart) bool { return p.value == value })
	part := &libraryParts[i]
	list := collection[thing]{items: part.things(v), order: part.first, names: (*thing).names}
	all := len(list.items)
	card := partials.CardListView{ID: id, Title: title, Empty: part.none}
	top := list.first(libraryCardSize)
	for i, t := range top {
		r := t.cardRow(v.Request, i+1)
		if most := top[0].heard.Plays; most > 0 && value != partNeverPlayed {
			r.Share = float64(t.heard.Plays) / float64(most)
		}
		if part.first.value == thingsByPlays.value {
			r.Hours, r.Plays = r.Plays, r.Hours // what the order is by comes first
		}
		card.Rows = append(card.Rows, r)
	}
	if all > libraryCardSize {
		card.AllLabel, card.AllURL = allOf(v.Request, part, all), address(pathLibrary, partField(part), v.played())
	}
	return card
}
