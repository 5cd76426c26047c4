package account

import (
	"fmt"
	"unicode/utf8"
)

// NodeKind is the kind of a JSON value.
type NodeKind string

// The kinds of JSON values.
const (
	NodeObject NodeKind = "object"
	NodeArray  NodeKind = "array"
	NodeText   NodeKind = "text"
	NodeNumber NodeKind = "number"
	NodeBool   NodeKind = "boolean"
	NodeNull   NodeKind = "null"
)

// Node is a JSON value with what it holds.
type Node struct {
	Key      string // of a member of an object
	Kind     NodeKind
	Text     string // of a scalar: what it says, numbers as they stand
	Cut      int    // bytes of the text that were left out
	Children []Node // in the order of the document
	LeftOut  int    // children that are not here
}

// Tree reads any JSON as a bounded tree. The grammar of what is left out is not
// checked. For a damaged document it returns the tree as far as it could be
// read, with the error, and nil when there was nothing at all.
func Tree(json []byte, limits TreeLimits) (*Node, error) {
	t := treeReader{scanner: scanner{b: withoutMark(json)}, limits: limits, left: max(limits.Nodes, 1) - 1}
	if t.next() == 0 {
		return nil, fmt.Errorf("read a JSON tree: %w", errBroken)
	}
	var n Node
	t.value(&n, 1)
	if t.broken {
		return &n, fmt.Errorf("read a JSON tree: %w", errBroken)
	}
	return &n, nil
}

type treeReader struct {
	scanner
	limits TreeLimits
	left   int // nodes that may still be made
}

func (t *treeReader) value(n *Node, depth int) {
	c := t.next()
	if c == '{' || c == '[' {
		n.Kind = NodeArray
		if c == '{' {
			n.Kind = NodeObject
		}
		t.each(func(key []byte) {
			if depth >= t.limits.Depth || len(n.Children) >= t.limits.Children || t.left <= 0 {
				n.LeftOut++
				t.skip()
				return
			}
			name, _ := cutText(unquoted(key, &t.buf), min(t.limits.Text, maxKey))
			t.left--
			n.Children = append(n.Children, Node{Key: name})
			t.value(&n.Children[len(n.Children)-1], depth+1)
		})
		return
	}
	word := t.skip()
	switch {
	case c == '"':
		n.Kind = NodeText
		n.Text, n.Cut = cutText(unquoted(word, &t.buf), t.limits.Text)
	case c == '-' || c >= '0' && c <= '9':
		n.Kind = NodeNumber
		n.Text, n.Cut = cutText(word, t.limits.Text)
	case string(word) == "true", string(word) == "false":
		n.Kind, n.Text = NodeBool, string(word)
	default:
		n.Kind = NodeNull
		t.broken = t.broken || string(word) != "null"
	}
}

// cutText is the first bytes of b, at most limit, and how many there are more.
// It does not cut characters in two.
func cutText(b []byte, limit int) (string, int) {
	if len(b) <= limit {
		return string(b), 0
	}
	end := max(limit, 0)
	for end > 0 && !utf8.RuneStart(b[end]) {
		end--
	}
	return string(b[:end]), len(b) - end
}

// Scalar reports whether the value is neither an object nor an array.
func (n *Node) Scalar() bool { return n.Kind != NodeObject && n.Kind != NodeArray }

// Child is the member with that key, nil when there is none. It works on nil.
func (n *Node) Child(key string) (found *Node) {
	if n == nil || n.Kind != NodeObject {
		return nil
	}
	for i := range n.Children {
		if n.Children[i].Key == key {
			found = &n.Children[i]
		}
	}
	return found
}

// Table is an array of flat objects.
type Table struct {
	Columns []string // every key, in the order in which the document brings them up
	Rows    [][]Node // a cell for each column; Kind "" where an object lacks the key
	LeftOut int      // rows that are not here
}

// maxColumns is how many keys an array of objects may have to be a table.
const maxColumns = 40

// Table makes a table of an array of objects that hold scalars only.
func (n *Node) Table() (*Table, bool) {
	if n == nil || n.Kind != NodeArray || len(n.Children) == 0 {
		return nil, false
	}
	t := &Table{LeftOut: n.LeftOut}
	column := make(map[string]int)
	for i := range n.Children {
		row := &n.Children[i]
		if row.Kind != NodeObject || row.LeftOut > 0 {
			return nil, false
		}
		for j := range row.Children {
			cell := &row.Children[j]
			if !cell.Scalar() {
				return nil, false
			}
			if _, ok := column[cell.Key]; !ok {
				if len(t.Columns) == maxColumns {
					return nil, false
				}
				column[cell.Key] = len(t.Columns)
				t.Columns = append(t.Columns, cell.Key)
			}
		}
	}
	if len(t.Columns) == 0 {
		return nil, false
	}
	t.Rows = make([][]Node, len(n.Children))
	for i := range n.Children {
		t.Rows[i] = make([]Node, len(t.Columns))
		for _, cell := range n.Children[i].Children {
			t.Rows[i][column[cell.Key]] = cell
		}
	}
	return t, true
}
