package library

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
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
	*web.Request
	ever func() account.LibraryPlays
	// seen are the saved tracks and episodes under the view's lens.
	seen func() []account.PlayedItem
	// unsaved are the tracks played most, but not saved.
	unsaved func() []dataset.Ranked
}

// newLibraryView joins under a lens without a range: what somebody never played
// does not depend on the days they are looking at.
func newLibraryView(req *web.Request) libraryView {
	whole := lens.Lens{TZ: req.Lens.TZ, Min: req.Lens.Min}
	ever := sync.OnceValue(func() account.LibraryPlays { return req.Account().LibraryPlays(req.Data, whole) })
	return libraryView{req, ever, sync.OnceValue(func() []account.PlayedItem {
		if web.IsWide(req.Played()) {
			return ever().Saved
		}
		return req.Account().SavedPlays(req.Data, req.Played())
	}), sync.OnceValue(func() []dataset.Ranked {
		return req.Account().NotSaved(req.Data, req.Played(), notSavedTracks)
	})}
}

// A libraryPart is one list of the library page.
type libraryPart struct {
	value, label string
	one, many    string
	head         string
	none         string
	things       func(libraryView) []web.Item
	count        func(a *account.Account) int // nil for what is joined with the history
	onAlbums     bool                         // albums tell its things of one name apart
	first        web.Order[web.Item]
}

// name is what a part is called. What account data does not have may have been
// played before its year.
func (p *libraryPart) name(req *web.Request) string {
	if p.value == partNeverPlayed && !req.HasExtended() {
		return "Not played"
	}
	return p.label
}

// heading heads the column of its things.
func (p *libraryPart) heading(req *web.Request) string {
	if p.value == partNeverPlayed {
		return p.name(req)
	}
	return p.head
}

var libraryParts = []libraryPart{
	{partTracks, "Tracks", "track", "tracks", "Track", libraryNoneSaved,
		func(v libraryView) []web.Item { return savedThings(v, v.seen()[:len(v.Account().Library.Tracks)]) },
		func(a *account.Account) int { return len(a.Library.Tracks) }, true, web.ItemsByHours},
	savedSection(web.Albums, func(a *account.Account) []account.Item { return a.Library.Albums }),
	savedSection(web.Artists, func(a *account.Account) []account.Item { return a.Library.Artists }),
	savedSection(web.Shows, func(a *account.Account) []account.Item { return a.Library.Shows }),
	{"episodes", "Episodes", "episode", "episodes", "Episode", libraryNoneSaved,
		func(v libraryView) []web.Item { return savedThings(v, v.seen()[len(v.Account().Library.Tracks):]) },
		func(a *account.Account) int { return len(a.Library.Episodes) }, false, web.ItemsByHours},
	{"banned", "Banned", "banned entry", "banned entries", "Banned", "You have banned nothing.",
		bannedThings, func(a *account.Account) int { return len(a.Library.BannedTracks) + len(a.Library.BannedArtists) },
		true, web.ItemsByName},
	{"other", "Other", "entry", "entries", "Entry", "Your library holds nothing else.",
		otherThings, func(a *account.Account) int {
			n := 0
			for _, o := range a.Library.Other {
				n += len(o.Items)
			}
			return n
		}, true, web.ItemsByHours},
	{partNeverPlayed, "Never played", "saved entry", "saved entries", "Never played", "You have played everything you saved.",
		func(v libraryView) []web.Item { return chosenThings(v, v.ever().NeverPlayed) }, nil, true, web.ItemsByName},
	{partNotSaved, "Not saved", "track", "tracks", "Played, not saved", "You have saved every track you played.",
		notSavedThings, nil, true, web.ItemsByPlays},
	{partAbandoned, "Abandoned", "saved entry", "saved entries", "Saved, then abandoned", "Nothing you saved has gone quiet for a year.",
		func(v libraryView) []web.Item { return chosenThings(v, v.ever().Abandoned) }, nil, true, web.ItemsByHours},
}

// savedSection is a part whose things have a section of their own.
func savedSection(sec web.Section, saved func(*account.Account) []account.Item) libraryPart {
	return libraryPart{sec.Many, sec.Title, sec.One, sec.Many, sec.Kind, libraryNoneSaved,
		func(v libraryView) []web.Item { return knownThings(v, sec.By, sec.Many, saved(v.Account())) },
		func(a *account.Account) int { return len(saved(a)) }, false, web.ItemsByHours}
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
	return nil, &lens.FieldError{Field: fieldPart, Message: "The part is one of " + strings.Join(values, ", ") + "."}
}

// knownThings are artists, albums and shows.
func knownThings(v libraryView, by lens.EntityKind, entries string, things []account.Item) []web.Item {
	return web.NewItems(v.Request, things, v.Account().GroupPlays(v.Data, v.Played(), by, entries, things), func(account.Item) lens.EntityKind { return by })
}

func bannedThings(v libraryView) []web.Item {
	tracks := leafItems(v, "banned tracks", v.Account().Library.BannedTracks)
	artists := knownThings(v, lens.Artist, "banned artists", v.Account().Library.BannedArtists)
	for i := range artists {
		artists[i].Kind = "artist"
	}
	return append(tracks, artists...)
}

// otherThings are the lists of later years, under the names Spotify gave them.
func otherThings(v libraryView) []web.Item {
	var all []account.Item
	for _, entries := range v.Account().Library.Other {
		all = append(all, entries.Items...)
	}
	out := leafItems(v, "other", all)
	rest := out
	for _, entries := range v.Account().Library.Other {
		for i := range entries.Items {
			rest[i].Kind = entries.Key
			rest[i].Name = cmp.Or(rest[i].Name, rest[i].URI)
		}
		rest = rest[len(entries.Items):]
	}
	return out
}

// savedThings are tracks and episodes of the library.
func savedThings(v libraryView, entries []account.PlayedItem) []web.Item {
	out := make([]web.Item, len(entries))
	for i := range entries {
		out[i] = savedThing(v, &entries[i])
	}
	return out
}

func savedThing(v libraryView, h *account.PlayedItem) web.Item {
	t := web.Item{Item: h.Item, Heard: h.Stats, By: web.LikelyBy(h.Item)}
	t.FillNames(v.Data)
	return t
}

// chosenThings are some of what is saved, with what the view's lens sees of them.
func chosenThings(v libraryView, chosen []int) []web.Item {
	out := make([]web.Item, len(chosen))
	for i, n := range chosen {
		out[i] = savedThing(v, &v.seen()[n])
		if out[i].By == lens.Episode {
			out[i].Kind = web.ItemKindWords[account.KindEpisode]
		}
	}
	return out
}

func notSavedThings(v libraryView) []web.Item {
	var out []web.Item
	for _, r := range v.unsaved() {
		out = append(out, web.Item{
			Item: account.Item{Name: r.Name, Creator: r.Creator, Collection: r.Collection, URI: r.URI}, By: lens.Track,
			Heard: dataset.Stats{ID: r.ID, Rows: r.Rows, Plays: r.Plays, Ms: r.Ms, First: r.First, Last: r.Last},
		})
	}
	return out
}

func libraryOf(v libraryView, part *libraryPart) (*web.Collection[web.Item], error) {
	orders := []web.Order[web.Item]{part.first}
	for _, o := range []web.Order[web.Item]{web.ItemsByHours, web.ItemsByPlays, web.ItemsByLast, web.ItemsByName} {
		if o.Value != part.first.Value {
			orders = append(orders, o)
		}
	}
	var which []layout.FieldView
	if v.Query.Get(fieldPart) != "" {
		which = partField(part)
	}
	var columns []list.ColumnView
	if part.onAlbums {
		columns = []list.ColumnView{{Label: "Album"}}
	}
	return web.Sorted(v.Request, web.Collection[web.Item]{
		Label: "Library: " + strings.ToLower(part.name(v.Request)), One: part.one, Many: part.many, Head: part.heading(v.Request),
		LooksAt: "the names of tracks, artists, albums and shows in this part of your library",
		None:    part.none,
		Items:   part.things(v), Names: (*web.Item).Names, Orders: orders, Others: which,
		Columns: append(columns, v.HeardColumns()...),
		Row: func(t *web.Item) list.TableRowView {
			r := t.Row(v.Request)
			if part.onAlbums {
				r.Cells = []list.CellView{{Text: t.Collection}}
			}
			r.Cells = append(r.Cells, web.HeardCells(v.Request, t.Heard)...)
			return r
		},
	})
}

func partField(p *libraryPart) []layout.FieldView {
	return []layout.FieldView{{Name: fieldPart, Value: p.value}}
}

// holdsLibrary reports whether any package tells what was saved or banned.
func holdsLibrary(a *account.Account) bool {
	return a.Library.Saved()+len(a.Library.BannedTracks)+len(a.Library.BannedArtists) > 0
}

func buildLibrary(req *web.Request) (list.CollectionView, error) {
	m := list.CollectionView{Eyebrow: "Library"}
	a := req.Account()
	part, err := libraryPartOf(req.Query.Get(fieldPart), a)
	if err != nil {
		return m, err
	}
	v := newLibraryView(req)
	entries, err := libraryOf(v, part)
	if err != nil {
		return m, err
	}
	if !holdsLibrary(a) {
		m.Headline = prose.Of("No library here yet.")
		m.Missing = web.Missing(req, web.PartLibrary)
		return m, nil
	}
	joined := v.ever()
	m.Headline = libraryHeadline(v, a, len(joined.Saved), len(joined.NeverPlayed))
	m.TabsName = "Parts of the library"
	m.Tabs = newLibraryTabs(v, part, map[string]int{
		partNeverPlayed: len(joined.NeverPlayed), partAbandoned: len(joined.Abandoned),
	})
	m.Search, m.List = entries.Search(req), entries.List(req)
	if v.Lens.Q == "" && v.HasPlays() {
		for _, card := range []struct{ title, part string }{
			{"Saved, never played", partNeverPlayed},
			{"Played most, not saved", partNotSaved},
			{"Saved, then abandoned", partAbandoned},
		} {
			entries := newLibraryCard(v, card.title, card.part)
			if card.part == partNeverPlayed && !v.HasExtended() {
				entries.Title = "Saved, not played"
			}
			// Of a year, most cannot tell what has gone quiet for one.
			if card.part != partAbandoned || v.HasExtended() || len(entries.Rows) > 0 {
				m.Cards = append(m.Cards, entries)
			}
		}
	}
	return m, nil
}

func libraryHeadline(v libraryView, a *account.Account, leaves, never int) prose.Text {
	n := len(a.Library.Tracks)
	episodes := leaves - n
	t := prose.Of("You saved ")
	count := func(n int, one, many string) { t = t.Accent(v.Locale.Number(n)).Plain(words.Plural(n, one, many)) }
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
	case leaves == 1 && v.HasExtended():
		return t.Plain(" and never played it.")
	}
	if !v.HasExtended() {
		return t.Plain("; ").Accent(v.Locale.Number(never)).Plain(" of them you did not play in the time that your account data covers.")
	}
	return t.Plain("; ").Accent(v.Locale.Number(never)).Plain(" of them you never played.")
}

// newLibraryTabs leads to the parts with something in them, and to the one shown.
func newLibraryTabs(v libraryView, current *libraryPart, joined map[string]int) []list.TabView {
	var tabs []list.TabView
	for i := range libraryParts {
		p := &libraryParts[i]
		tab := list.TabView{Label: p.name(v.Request), URL: web.Address(web.PathLibrary, partField(p), v.Played()), Current: p.value == current.value}
		if p.count == nil && !v.HasPlays() && !tab.Current {
			continue
		}
		n, counted := joined[p.value]
		if p.count != nil {
			n, counted = p.count(v.Account()), true
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
func allOf(req *web.Request, part *libraryPart, n int) string {
	if part.value == partNotSaved && n == notSavedTracks {
		return "the first " + req.Locale.Number(n)
	}
	return "all " + req.Locale.Number(n)
}

func newLibraryCard(v libraryView, title, value string) list.CardListView {
	i := slices.IndexFunc(libraryParts, func(p libraryPart) bool { return p.value == value })
	part := &libraryParts[i]
	entries := web.Collection[web.Item]{Items: part.things(v), Order: part.first, Names: (*web.Item).Names}
	all := len(entries.Items)
	card := list.CardListView{ID: value, Title: title, Empty: part.none}
	top := entries.First(libraryCardSize)
	for i, t := range top {
		r := t.CardRow(v.Request, i+1)
		if most := top[0].Heard.Plays; most > 0 && value != partNeverPlayed {
			r.Share = float64(t.Heard.Plays) / float64(most)
		}
		if part.first.Value == web.ItemsByPlays.Value {
			r.Hours, r.Plays = r.Plays, r.Hours // what the order is by comes first
		}
		card.Rows = append(card.Rows, r)
	}
	if all > libraryCardSize {
		card.AllLabel, card.AllURL = allOf(v.Request, part, all), web.Address(web.PathLibrary, partField(part), v.Played())
	}
	return card
}

var View = web.View{
	Path: web.PathLibrary, Title: "Library", Group: web.AboutLibrary, Memory: web.LibraryBytes,
	Holds: func(req *web.Request) bool { return holdsLibrary(req.Account()) },
	Page:  web.CollectionPage(buildLibrary),
	JSON: func(req *web.Request) (any, error) {
		part, err := libraryPartOf(req.Query.Get(fieldPart), req.Account())
		if err != nil {
			return nil, err
		}
		entries, err := libraryOf(newLibraryView(req), part)
		if err != nil {
			return nil, err
		}
		items, err := web.PageJSON(req, entries.Chosen(req.Lens.Q), web.NewItemJSON)
		if err != nil {
			return nil, err
		}
		counts := make(map[string]int)
		for i := range libraryParts {
			if p := &libraryParts[i]; p.count != nil {
				counts[p.value] = p.count(req.Account())
			}
		}
		return struct {
			Part   string         `json:"part"`
			Counts map[string]int `json:"counts"`
			web.ListJSON[web.ItemJSON]
		}{part.value, counts, items}, nil
	},
}

// leafItems are tracks and episodes.
func leafItems(v libraryView, entries string, things []account.Item) []web.Item {
	return web.NewItems(v.Request, things, v.Account().ListPlays(v.Data, v.Played(), entries, things), web.LikelyBy)
}
