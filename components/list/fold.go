package list

import (
	"cmp"
	"strconv"
)

// How many names stand open before the others are folded away.
const (
	playlistsShown = 3
	namesShown     = 24
)

// first are the names that stand open. One name too many is not worth folding.
func first[T any](all []T, n int) []T { return all[:split(len(all), n)] }

// rest are the names that are folded away.
func rest[T any](all []T, n int) []T { return all[split(len(all), n):] }

func split(all, n int) int {
	if all <= n+1 {
		return all
	}
	return n
}

func andMore(n int) string { return "and " + strconv.Itoa(n) + " more" }

// identity is the name whose colour and letter a line wears.
func (r TableRowView) identity() string { return cmp.Or(r.Identity, r.Creator, r.Name) }

// column is the column of a line's i-th cell; cells too many have none.
func (v TableListView) column(i int) ColumnView {
	if i < len(v.Columns) {
		return v.Columns[i]
	}
	return ColumnView{}
}
