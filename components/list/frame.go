package list

import "github.com/spotify-data-tool/spotify-data-tool/components/layout"

// listFrame is what all lists have that search, sort and paging replace.
type listFrame struct {
	label  string // accessible name
	class  string
	count  string
	newer  *StepView
	sorts  []StepView
	hidden []layout.FieldView
	pager  PagerView
	empty  *EmptyView
}

func (v RankedListView) frame() listFrame {
	return listFrame{label: "List", count: v.Count, sorts: v.Sorts, hidden: v.Hidden, pager: v.Pager, empty: v.Empty}
}

func (v TableListView) frame() listFrame {
	return listFrame{label: v.Label, count: v.Count, sorts: v.Sorts, hidden: v.Hidden, pager: v.Pager, empty: v.Empty}
}

func (v HistoryListView) frame() listFrame {
	return listFrame{label: "Plays", class: "history", count: v.Count, newer: v.Newer, hidden: v.Hidden, empty: v.Empty}
}

func (v ChangeListView) frame() listFrame {
	return listFrame{label: "Changes", class: "history", count: v.Count, newer: v.Newer, sorts: v.Sorts, hidden: v.Hidden, empty: v.Empty}
}

func (v SearchListView) frame() listFrame {
	return listFrame{label: "Searches", class: "history", count: v.Count, newer: v.Newer, hidden: v.Hidden, empty: v.Empty}
}
