package account

import (
	"strings"
	"testing"
)

func TestTreeKeepsTheOrderAndKinds(t *testing.T) {
	n, err := Tree([]byte(`{"b":"x","a":[1.50,true,null,{}],"a2":"\u00e9"}`), DisplayLimits)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "tree", *n, Node{Kind: NodeObject, Children: []Node{
		{Key: "b", Kind: NodeText, Text: "x"},
		{Key: "a", Kind: NodeArray, Children: []Node{
			{Kind: NodeNumber, Text: "1.50"}, {Kind: NodeBool, Text: "true"}, {Kind: NodeNull}, {Kind: NodeObject},
		}},
		{Key: "a2", Kind: NodeText, Text: "é"},
	}})
}

func TestTreeCountsWhatItLeavesOut(t *testing.T) {
	read := func(json string, l TreeLimits) Node {
		n, err := Tree([]byte(json), l)
		if err != nil {
			t.Fatal(err)
		}
		return *n
	}
	all := TreeLimits{Depth: 9, Children: 9, Nodes: 99, Text: 99}
	l := all
	l.Children = 2
	n := read(`[1,2,3,4,5]`, l)
	same(t, "children", []int{len(n.Children), n.LeftOut}, []int{2, 3})
	l = all
	l.Depth = 2
	n = read(`{"a":{"b":1,"c":2},"d":3}`, l)
	same(t, "depth", []int{len(n.Children), n.Children[0].LeftOut, n.LeftOut}, []int{2, 2, 0})
	l = all
	l.Nodes = 4
	n = read(`[[1,2],[3,4],5]`, l)
	same(t, "nodes", []int{len(n.Children), len(n.Children[0].Children), n.LeftOut}, []int{1, 2, 2})
	l = all
	l.Text = 5
	n = read(`"abcdéf"`, l)
	same(t, "text", []any{n.Text, n.Cut}, []any{"abcd", 3})
}

func TestTreeOfDamage(t *testing.T) {
	n, err := Tree([]byte(`{"a":1,"b":[2,`), DisplayLimits)
	if err == nil || n == nil || n.Child("a").Text != "1" || len(n.Child("b").Children) != 1 {
		t.Errorf("tree %+v, error %v", n, err)
	}
	if n, err := Tree([]byte(" "), DisplayLimits); err == nil || n != nil {
		t.Errorf("of nothing: tree %+v, error %v", n, err)
	}
	deep := strings.Repeat(`[`, 100_000)
	if _, err := Tree([]byte(deep), DisplayLimits); err == nil {
		t.Error("no error for a bottomless document")
	}
}

func TestTable(t *testing.T) {
	read := func(json string) *Node {
		n, err := Tree([]byte(json), DisplayLimits)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	table, ok := read(`[{"a":1,"b":"x"},{"c":null,"a":2}]`).Table()
	if !ok {
		t.Fatal("no table")
	}
	same(t, "columns", table.Columns, []string{"a", "b", "c"})
	same(t, "rows", table.Rows, [][]Node{
		{{Key: "a", Kind: NodeNumber, Text: "1"}, {Key: "b", Kind: NodeText, Text: "x"}, {}},
		{{Key: "a", Kind: NodeNumber, Text: "2"}, {}, {Key: "c", Kind: NodeNull}},
	})
	for _, json := range []string{`[]`, `[1]`, `{"a":1}`, `[{}]`, `[{"a":[1]}]`, `[{"a":1},2]`} {
		if _, ok := read(json).Table(); ok {
			t.Errorf("%s is a table", json)
		}
	}
}
