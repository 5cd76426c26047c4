package web

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A Collection is a list of what the packages name, which people search, sort
// and page through, on a page or with the API.
type Collection[T any] struct {
	Label     string // "Playlists"
	One, Many string
	LooksAt   string // what a search looks at: "the names of playlists"
	None      string // why there may be nothing: "This playlist is empty."
	Items     []T
	Names     func(*T) []string // what a search looks at, the name to sort by first
	Orders    []Order[T]        // the first is the one nobody need ask for
	Order     Order[T]
	Others    []layout.FieldView // the page's parameters beside the order
	Head      string             // of the first column: "Track"
	Columns   []list.ColumnView
	Row       func(*T) list.TableRowView
}

// An Order is a way to sort a collection. Where two are the same, the order of
// the package stands.
type Order[T any] struct {
	Value, Label string
	Compare      func(x, y *T) int // nil sorts by name
}

const FieldOrder = "order"

// OrderBy reads the order somebody asked for.
func OrderBy[T any](value string, orders []Order[T]) (Order[T], error) {
	if value == "" {
		return orders[0], nil
	}
	values := make([]string, len(orders))
	for i, o := range orders {
		if o.Value == value {
			return o, nil
		}
		values[i] = o.Value
	}
	return Order[T]{}, &lens.FieldError{Field: FieldOrder, Message: "The order is one of " + strings.Join(values, ", ") + "."}
}

// Sorted is a collection in the order that a request asks for. It sets the request's
// own parameters, because links all over the page keep them.
func Sorted[T any](req *Request, c Collection[T]) (*Collection[T], error) {
	o, err := OrderBy(req.Query.Get(FieldOrder), c.Orders)
	if err != nil {
		return nil, err
	}
	c.Order, req.Own = o, c.own(o)
	return &c, nil
}

// own are the page's own parameters for an order.
func (c *Collection[T]) own(o Order[T]) []layout.FieldView {
	own := slices.Clone(c.Others)
	if o.Value != c.Orders[0].Value {
		own = append(own, layout.FieldView{Name: FieldOrder, Value: o.Value})
	}
	return own
}

// Chosen are the items that a search finds, in order. There may be a hundred
// thousand: they are not copied.
func (c *Collection[T]) Chosen(q string) []*T {
	words := strings.Fields(fold.Key(q))
	byName := c.Order.Compare == nil
	var names []string // of all items, folded
	if byName {
		names = make([]string, len(c.Items))
	}
	found := make([]int32, 0, len(c.Items)) // places in items
	for i := range c.Items {
		if byName || len(words) > 0 {
			of := c.Names(&c.Items[i])
			if !Matches(of, words) {
				continue
			}
			if byName {
				names[i] = fold.Key(of[0])
			}
		}
		found = append(found, int32(i))
	}
	slices.SortFunc(found, func(x, y int32) int {
		if byName {
			return cmp.Or(strings.Compare(names[x], names[y]), cmp.Compare(x, y))
		}
		return cmp.Or(c.Order.Compare(&c.Items[x], &c.Items[y]), cmp.Compare(x, y))
	})
	out := make([]*T, len(found))
	for i, at := range found {
		out[i] = &c.Items[at]
	}
	return out
}

// First are the first n of chosen without a search, without putting all the
// others in order.
func (c *Collection[T]) First(n int) []*T {
	type candidate struct {
		item *T
		name string // folded, where that is the order
	}
	var best []candidate // in order
	for i := range c.Items {
		next := candidate{item: &c.Items[i]}
		if c.Order.Compare == nil {
			next.name = fold.Key(c.Names(next.item)[0])
		}
		at := len(best)
		for at > 0 {
			b := &best[at-1]
			before := c.Order.Compare == nil && next.name < b.name || c.Order.Compare != nil && c.Order.Compare(next.item, b.item) < 0
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

// Matches reports whether every word stands somewhere in the names.
func Matches(names, words []string) bool {
	if len(words) == 0 {
		return true
	}
	text := fold.Key(strings.Join(names, "\n"))
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

// Sole is the lens of a page that is about no list of plays: it says which plays
// count, and the search and the page are those of the page's own list.
func Sole(l lens.Lens) lens.Lens {
	k := Kept(l).WithQ(l.Q)
	k.Page = l.Page
	return k
}

// Played is the lens without the search, which looks for names and not for plays.
func (req *Request) Played() lens.Lens { return Kept(req.Lens) }

// List is the table of a collection.
func (c *Collection[T]) List(req *Request) list.TableListView {
	all := c.Chosen(req.Lens.Q)
	page := max(req.Lens.Page, 1)
	shown := cut(all, page, RankingPageSize)
	m := list.TableListView{Frame: req.Frame(c.Label, len(all), c.One, c.Many), Name: c.Head, Columns: c.Columns}
	for _, item := range shown {
		m.Rows = append(m.Rows, c.Row(item))
	}
	if len(c.Items) > 1 {
		for _, o := range c.Orders {
			if !req.HasPlays() && slices.Contains(ordersByPlays, o.Value) {
				continue
			}
			step := NewStep(o.Label, req.Path, c.own(o), req.Lens.ClearedPaging())
			step.Current = o.Value == c.Order.Value
			m.Sorts = append(m.Sorts, step)
		}
	}
	if len(m.Sorts) == 1 { // no choice
		m.Sorts = nil
	}
	m.Pager = req.Pager(len(shown), len(all), func(label string, page int) list.StepView {
		return NewStep(label, req.Path, c.own(c.Order), req.Lens.WithPage(page))
	})
	switch {
	case len(shown) > 0:
	case len(all) > 0:
		m.Empty = req.BeyondEnd(len(all), m.Count)
	case req.Lens.Q != "":
		m.Empty = new(req.NoMatch(c.LooksAt))
	default:
		m.Empty = &list.EmptyView{
			Title: c.None, Message: "The receipt says what each file held.",
			Action: layout.LinkView{Label: "See the receipt", URL: Href(PathReceipt, Kept(req.Lens))},
		}
	}
	return m
}

// ordersByPlays are no orders where there is no history.
var ordersByPlays = []string{"hours", "plays", "never", "last"}

// Search is the search field of a collection.
func (c *Collection[T]) Search(req *Request) list.SearchView {
	return req.Search("Search "+c.Many, "Search "+c.Many)
}

// CollectionPage makes the page of a view around a collection.
func CollectionPage(build func(*Request) (list.CollectionView, error)) func(*Request) (Page, error) {
	return func(req *Request) (Page, error) {
		req.Lens = Sole(req.Lens)
		m, err := build(req)
		return Page{Title: cmp.Or(m.Title, m.Eyebrow), Content: list.Collection(m), Partial: list.TableList(m.List)}, err
	}
}

// CollectionJSON makes the answer of a view that is a collection and no more.
func CollectionJSON[T, J any](of func(*Request) (*Collection[T], error), item func(*Request, *T) J) func(*Request) (any, error) {
	return func(req *Request) (any, error) {
		entries, err := of(req)
		if err != nil {
			return nil, err
		}
		return PageJSON(req, entries.Chosen(req.Lens.Q), item)
	}
}

// ListJSON is a page of a collection.
type ListJSON[T any] struct {
	Items []T  `json:"items"`
	Total int  `json:"total"`
	Next  *int `json:"next"` // the page after this one
}

// PageJSON is the page of a list that a request asks for.
func PageJSON[T, J any](req *Request, all []T, item func(*Request, T) J) (ListJSON[J], error) {
	limit, err := req.Limit()
	if err != nil {
		return ListJSON[J]{}, err
	}
	page := max(req.Lens.Page, 1)
	shown := cut(all, page, limit)
	out := ListJSON[J]{Items: Each(shown, func(entry T) J { return item(req, entry) }), Total: len(all)}
	if len(shown) > 0 && page*limit < len(all) {
		out.Next = new(page + 1)
	}
	return out, nil
}
