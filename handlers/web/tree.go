package web

import (
	"strconv"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
)

// TreeView lays a document out, level by level.
type TreeView struct {
	Loc  format.Locale
	Show bool // personal values as they are
	// personal says that some value is personal, shown or not.
	Personal bool
}

// openLevels is how many levels of a document are unfolded at first.
const openLevels = 1

// Node lays out a node and what is beneath it.
func (t *TreeView) Node(n *account.Node, label string, redactor account.Redactor, depth int) list.NodeView {
	if n.Scalar() {
		return t.scalar(n, label, redactor)
	}
	m := list.NodeView{Label: label, Kind: list.NodeBranch, Open: depth <= openLevels}
	all := len(n.Children) + n.LeftOut
	if all == 0 {
		return list.NodeView{Label: label, Kind: list.NodeNothing, Text: "an empty list"}
	}
	m.Summary = t.Loc.Count(all, "entry", "entries")
	if n.Kind == account.NodeObject {
		m.Summary = t.Loc.Count(all, "field", "fields")
	}
	if n.LeftOut > 0 {
		m.Cut = t.Loc.Number(n.LeftOut) + words.Plural(n.LeftOut, " more is", " more are") + " in the file."
	}
	if table, ok := n.Table(); ok {
		m.Table = t.table(table, label, redactor)
		return m
	}
	for i := range n.Children {
		c := &n.Children[i]
		name, inner := strconv.Itoa(i+1), redactor
		if n.Kind == account.NodeObject {
			name, inner = c.Key, redactor.Member(c.Key)
		}
		m.Children = append(m.Children, t.Node(c, name, inner, depth+1))
	}
	return m
}

func (t *TreeView) table(table *account.Table, label string, redactor account.Redactor) *list.DataTableView {
	m := &list.DataTableView{Label: label, Columns: table.Columns}
	if label == "" {
		m.Label = "Entries"
	}
	for _, row := range table.Rows {
		cells := make([]list.NodeView, len(row))
		for i := range row {
			cells[i] = t.scalar(&row[i], "", redactor.Member(table.Columns[i]))
		}
		m.Rows = append(m.Rows, cells)
	}
	return m
}

func (t *TreeView) scalar(n *account.Node, label string, redactor account.Redactor) list.NodeView {
	m := list.NodeView{Label: label, Text: n.Text}
	switch {
	case n.Kind == account.NodeNull:
		m.Kind, m.Text = list.NodeNothing, "null"
		return m
	case n.Text == "":
		m.Kind, m.Text = list.NodeNothing, "" // a text without a letter, or a field that this row lacks
		return m
	}
	if redactor.Redacts(n) {
		t.Personal = true
		if !t.Show {
			m.Kind, m.Text = list.NodeMasked, redactor.Mask(n)
			return m
		}
	}
	if n.Kind == account.NodeNumber || n.Kind == account.NodeBool {
		m.Kind = list.NodeNumber
	}
	if n.Cut > 0 {
		m.Text += "… (" + t.Loc.Bytes(int64(n.Cut)) + " more in the file)"
	}
	return m
}
