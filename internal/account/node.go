package account

import (
	"strconv"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// The small documents are read as trees, because their shape changes most. All
// methods below work on nil, and return the zero value for what is missing or
// of another kind.

// document reads a whole small document.
func (r *reading) document(s *source) *Node {
	json, ok := r.content(s)
	if !ok {
		return nil
	}
	n, err := Tree(json, wholeLimits)
	if err != nil && !s.cut {
		r.problem(s, CodeCutShort, 1)
	}
	if n != nil && n.Scalar() && s.Topic != export.TopicTasteProfile {
		r.problem(s, CodeOddKind, 1)
	}
	if n != nil && n.missing() > 0 {
		r.problem(s, CodeTooMuch, 1)
	}
	return n
}

// missing is how many nodes were left out beneath n.
func (n *Node) missing() int {
	m := n.LeftOut
	for i := range n.Children {
		m += n.Children[i].missing()
	}
	return m
}

// records are the objects of an array, or a single object. In some years the
// array is a member of an object, under one of the wrappers.
func (n *Node) records(wrappers ...string) []*Node {
	if n == nil {
		return nil
	}
	if n.Kind == NodeObject {
		for _, w := range wrappers {
			if inner := n.Child(w); inner != nil && inner.Kind == NodeArray {
				return inner.records()
			}
		}
		if len(n.Children) == 0 {
			return nil
		}
		return []*Node{n}
	}
	var list []*Node
	for i := range n.Children {
		if n.Children[i].Kind == NodeObject {
			list = append(list, &n.Children[i])
		}
	}
	return list
}

// text is the value of the first of the keys that has a text or a number.
func (n *Node) text(keys ...string) string {
	for _, key := range keys {
		if c := n.Child(key); c != nil && c.Scalar() && c.Kind != NodeNull && c.Text != "" {
			return c.Text
		}
	}
	return ""
}

func (n *Node) number(keys ...string) float64 {
	f, err := strconv.ParseFloat(n.text(keys...), 64)
	if err != nil || f != f || f > 1e18 || f < -1e18 {
		return 0
	}
	return f
}

func (n *Node) whole(keys ...string) int64 { return int64(n.number(keys...)) }

func (n *Node) date(keys ...string) lens.Date { return date(n.text(keys...)) }

// texts are the strings of an array.
func (n *Node) texts() []string {
	if n == nil || n.Kind != NodeArray {
		return nil
	}
	var list []string
	for i := range n.Children {
		if c := &n.Children[i]; c.Kind == NodeText && c.Text != "" {
			list = append(list, c.Text)
		}
	}
	return list
}

// Fact is one value of a document and where it stands.
type Fact struct {
	Path string // keys joined by dots, elements of arrays counted from 1
	Text string
}

// facts lists the scalars beneath n.
func (n *Node) facts() []Fact {
	if n == nil {
		return nil
	}
	var list []Fact
	for i := range n.Children {
		list = n.Children[i].appendFacts(list, stepOf(n, i))
	}
	return list
}

func stepOf(n *Node, i int) string {
	if n.Kind == NodeArray {
		return strconv.Itoa(i + 1)
	}
	return n.Children[i].Key
}

func (n *Node) appendFacts(list []Fact, path string) []Fact {
	if len(list) >= maxFacts {
		return list
	}
	if n.Scalar() {
		if n.Kind == NodeNull || n.Text == "" {
			return list
		}
		return append(list, Fact{path, n.Text})
	}
	for i := range n.Children {
		list = n.Children[i].appendFacts(list, path+"."+stepOf(n, i))
	}
	return list
}
