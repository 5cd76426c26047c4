package list

import "strconv"

// treeDepth is how many levels of a document are drawn. A document can be
// nested without end, and every level costs the browser a box.
const treeDepth = 24

// summary stands beside a folded node.
func (n NodeView) summary() string {
	switch {
	case n.Summary != "":
		return n.Summary
	case n.Table != nil:
		return counted(len(n.Table.Rows), "row")
	}
	return counted(len(n.Children), "field")
}

func counted(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + one + "s"
}

// nothing says in which way a value is nothing.
func (n NodeView) nothing() string {
	if n.Text != "" {
		return n.Text
	}
	return "empty"
}
