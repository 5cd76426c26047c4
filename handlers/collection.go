package handlers

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// A collection is a list of what the packages name, which people search, sort
// and page through, on a page or with the API.
type collection[T any] struct {
	label     string // "Playlists"
	one, many string
	looksAt   string // what a search looks at: "the names of playlists"
	none      string // why there may be nothing: "This playlist is empty."
	items     []T
	names     func(*T) []string // what a search looks at, the name to sort by first
	orders    []order[T]        // the first is the one nobody need ask for
	order     order[T]
	head      string // of the first column: "Track"
	columns   []partials.ColumnView
	row       func(*T) partials.TableRowView
}

// An order is a way to sort a collection. Where two are the same, the order of
// the package stands.
type order[T any] struct {
	value, label string
	compare      func(x, y *T) int // nil sorts by name
}

const fieldOrder = "order"

// orderBy reads the order somebody asked for.
func orderBy[T any](value string, orders []order[T]) (order[T], error) {
	if value == "" {
		return orders[0], nil
	}
	values := make([]string, len(orders))
	for i, o := range orders {
		if o.value == value {
			return o, nil
		}
		values[i] = o.value
	}
	return order[T]{}, &dataset.FieldError{Field: fieldOrder, Message: "The order is one of " + strings.Join(values, ", ") + "."}
}

// own are the page's own parameters for an order.
func (c *collection[T]) own(o order[T], others []layout.FieldView) []layout.FieldView {
	own := slices.Clone(others)
	if o.value != c.orders[0].value {
		own = append(own, layout.FieldView{Name: fieldOrder, Value: o.value})
	}
	return own
}

// chosen are the items that a search finds, in order. There may be a hundred
// thousand: they are not copied.
func (c *collection[T]) chosen(q string) []*T {
	words := strings.Fields(dataset.Folded(q))
	byName := c.order.compare == nil
	var names []string // of all items, folded
	if byName {
		names = make([]string, len(c.items))
	}
	found := make([]int32, 0, len(c.items)) // places in items
	for i := range c.items {
		if byName || len(words) > 0 {
			of := c.names(&c.items[i])
			if !matches(of, words) {
				continue
			}
			if byName {
				names[i] = dataset.Folded(of[0])
			}
		}
		found = append(found, int32(i))
	}
	slices.SortFunc(found, func(x, y int32) int {
		if byName {
			return cmp.Or(strings.Compare(names[x], names[y]), cmp.Compare(x, y))
		}
		return cmp.Or(c.order.compare(&c.items[x], &c.items[y]), cmp.Compare(x, y))
	})
	out := make([]*T, len(found))
	for i, at := range found {
		out[i] = &c.items[at]
	}
	return out
}

// first are the first n of chosen without a search, without putting all the
// others in order.
func (c *collection[T]) first(n int) []*T {
	type candidate struct {
		item *T
		name string // folded, where that is the order
	}
	var best []candidate // in order
	for i := range c.items {
		next := candidate{item: &c.items[i]}
		if c.order.compare == nil {
			next.name = dataset.Folded(c.names(next.item)[0])
		}
		at := len(best)
		for at > 0 {
			b := &best[at-1]
			before := c.order.compare == nil && next.name < b.name || c.order.compare != nil && c.order.compare(next.item, b.item) < 0
			if !before {
				break
			}
			at--
		}
		if at < n {
			best = slices.Insert(best, at, next)
			best = best[:min(n, len(best))]
		}
	}
	out := make([]*T, len(best))
	for i := range best {
		out[i] = best[i].item
	}
	return out
}

// matches reports whether every word stands somewhere in the names.
func matches(names, words []string) bool {
	if len(words) == 0 {
		return true
	}
	text := dataset.Folded(strings.Join(names, "\n"))
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// cut is a page of a list, counted from 1.
func cut[T any](items []T, page, size int) []T {
	if page > (len(items)+size-1)/size {
		return nil
	}
	return items[(page-1)*size : min(page*size, len(items))]
}

// sole is the lens of a page that is about no list of plays: it says which plays
// count, and the search and the page are those of the page's own list.
func sole(l dataset.Lens) dataset.Lens {
	k := kept(l).WithQ(l.Q)
	k.Page = l.Page
	return k
}

// played is the lens without the search, which looks for names and not for plays.
func (req *Request) played() dataset.Lens { return kept(req.Lens) }

// list is the table of a collection. others are the page's parameters beside
// the order.
func (c *collection[T]) list(req *Request, others []layout.FieldView) partials.TableListView {
	all := c.chosen(req.Lens.Q)
	page := max(req.Lens.Page, 1)
	shown := cut(all, page, rankingPageSize)
	m := partials.TableListView{
		Label: c.label, Name: c.head, Columns: c.columns,
		Count:  req.Locale.Count(len(all), c.one, c.many),
		Hidden: req.hidden("q"),
	}
	if req.Lens.Q != "" {
		m.Count += " for “" + req.Lens.Q + "”"
	}
	for _, item := range shown {
		m.Rows = append(m.Rows, c.row(item))
	}
	step := func(label string, o order[T], l dataset.Lens, current bool) partials.StepView {
		own := c.own(o, others)
		return partials.StepView{Label: label, URL: address(req.Path, own, l), Partial: address(pathPartials+req.Path, own, l), Current: current}
	}
	if len(c.items) > 1 {
		for _, o := range c.orders {
			if !req.hasPlays() && slices.Contains(ordersByPlays, o.value) {
				continue
			}
			m.Sorts = append(m.Sorts, step(o.label, o, req.Lens.ClearedPaging(), o.value == c.order.value))
		}
	}
	if len(m.Sorts) == 1 { // no choice
		m.Sorts = nil
	}
	switch {
	case len(shown) > 0:
		first := (page-1)*rankingPageSize + 1
		m.Pager.Text = req.Locale.Number(first) + "–" + req.Locale.Number(first+len(shown)-1) + " of " + req.Locale.Number(len(all))
		turn := func(label string, to int) *partials.StepView {
			s := step(label, c.order, req.Lens.WithPage(to), false)
			return &s
		}
		if page > 1 {
			m.Pager.Previous = turn("Previous", page-1)
		}
		if page*rankingPageSize < len(all) {
			m.Pager.Next = turn("Next", page+1)
		}
	case len(all) > 0:
		m.Empty = &partials.EmptyView{
			Title:   "The list ends before page " + req.Locale.Number(page) + ".",
			Message: "It has " + m.Count + " on " + req.Locale.Count((len(all)+rankingPageSize-1)/rankingPageSize, "page", "pages") + ".",
			Action:  layout.LinkView{Label: "Go to its beginning", URL: req.href(req.Lens.ClearedPaging())},
		}
	case req.Lens.Q != "":
		m.Empty = &partials.EmptyView{
			Title:   "Nothing matches “" + req.Lens.Q + "”.",
			Message: "The search looks at " + c.looksAt + ".",
			Action:  layout.LinkView{Label: "Clear the search", URL: req.href(req.Lens.WithQ(""))},
		}
	default:
		m.Empty = &partials.EmptyView{
			Title: c.none, Message: "The receipt says what each file held.",
			Action: layout.LinkView{Label: "See the receipt", URL: href(pathReceipt, kept(req.Lens))},
		}
	}
	return m
}

// ordersByPlays are no orders where there is no history.
var ordersByPlays = []string{"hours", "plays", "never", "last"}

// search is the search field of a collection.
func (c *collection[T]) search(req *Request) partials.SearchView {
	return partials.SearchView{
		Label: "Search " + c.many, Placeholder: "Search " + c.many,
		Action: req.Path, Partial: pathPartials + req.Path, Query: req.Lens.Q,
	}
}

// collectionPage makes the page of a view around a collection. build sets the
// request's own parameters, because links all over the page keep them.
func collectionPage(build func(*Request) (title string, m pages.CollectionPageView, err error)) func(*Request) (Page, error) {
	return func(req *Request) (Page, error) {
		req.Lens = sole(req.Lens)
		title, m, err := build(req)
		return Page{Title: title, Content: pages.Collection(m), Partial: partials.TableList(m.List)}, err
	}
}
