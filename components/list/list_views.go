package list

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// TableListView is a list of what a package names, as a table that search, sort
// and paging replace: playlists, the items of one, what is saved, documents.
type TableListView struct {
	Frame
	// Name heads the first column: "Playlist", "Track".
	Name    string
	Columns []ColumnView // the columns after the first
	Rows    []TableRowView
}

// ColumnView is a column of a table.
type ColumnView struct {
	Label string // "Last played"
	// Figure columns are set flush right.
	Figure bool
	// Main marks the one column that a phone shows beside the name; the others
	// stand beneath it there, with their labels.
	Main bool
}

// TableRowView is one line of a table.
type TableRowView struct {
	Name string // "Untitled" when the package gives none
	// Detail tells things of the same name apart: "41 items, changed 3 May 2024".
	Detail     string
	URL        string // empty when there is no page for it
	Creator    string // artist, show or publisher; optional
	CreatorURL string
	// Identity is the name that gives monogram and hue; empty means Creator, and
	// Name when there is none.
	Identity string
	Kind     string            // "episode", "local file"; empty for what the page is mostly about
	In       []layout.LinkView // the playlists that hold it, optional
	// Quiet dims the line: it was never played.
	Quiet bool
	Cells []CellView // one for each of the list's columns
}

// CellView is one figure of a line. An empty one is shown as a dash.
type CellView struct {
	Text  string // "289 h", "18 Dec 2023"
	Title string // the exact value, optional
	URL   string // optional
	// Never marks what never happened: "never played".
	Never bool
}

// TabView leads to one of the parts of a page that has several.
type TabView struct {
	Label   string // "Albums"
	Count   string // "412"; empty leaves it out
	URL     string
	Current bool
}

// GroupView is a heading with names beneath: the artists of a Marquee segment,
// the inferences about one side of a life.
type GroupView struct {
	Label string // "Super listeners"
	Note  string // what it means, in plain words; optional
	Count string // "31"
	Names []layout.LinkView
}

// RevealView is the choice to see personal values or to mask them.
type RevealView struct {
	Action string // the page itself (GET, reveal=1)
	Hidden []layout.FieldView
	// Shown is true while the values are shown; HideURL masks them again.
	Shown   bool
	HideURL string
}

// PersonalFieldView is one field of a document about the person.
type PersonalFieldView struct {
	Label string // "E-mail address"
	Name  string // "email", as the document writes it
	Value string // masked unless shown: "l•••••@•••••"; empty when the document leaves it empty
	// Masked says that Value hides what the document holds.
	Masked bool
}

// PersonalDocumentView is a document that holds personal fields.
type PersonalDocumentView struct {
	Name    string // "Userdata.json"
	Package string // "my_spotify_data.zip"
	URL     string // where it can be read whole
	Fields  []PersonalFieldView
}

// NodeView is a value of a document: a scalar with its text, or a list or an
// object with its children.
type NodeView struct {
	Label string // the key, or the place in a list: "3"
	// Text is a scalar's value; Kind says how it is set.
	Text string
	Kind NodeKind
	// Summary stands beside a folded node: "12 fields", "1,204 entries".
	Summary  string
	Open     bool
	Children []NodeView
	// Table takes the place of children for lists of flat objects.
	Table *DataTableView
	// Cut says what is left out: "1,104 more entries are in the file."
	Cut string
}

// NodeKind is the kind of a document's value.
type NodeKind uint8

// The kinds of values.
const (
	NodeText    NodeKind = iota
	NodeNumber           // also true and false
	NodeNothing          // null, "" and empty lists; Text says which
	NodeMasked           // a personal value that is not shown
	NodeBranch           // has children or a table
)

// DataTableView is a list of flat objects.
type DataTableView struct {
	Label   string // accessible name: "payments"
	Columns []string
	Rows    [][]NodeView // scalars, one for each column
}

// ComparisonView is one figure as Spotify told it and as the data tells it.
type ComparisonView struct {
	Label   string // "Time listened"
	Spotify string // "41,230 minutes"
	Yours   string // "43,102 minutes"
	Why     prose.Text
	// Agree is true when both say the same.
	Agree bool
}

// Match is where one side's entry stands on the other side.
type Match uint8

// The ways two lists can agree on an entry.
const (
	MatchNone  Match = iota // the other list does not have it
	MatchOther              // it stands in another place there
	MatchSame               // it stands in the same place
)

// SideView is an entry of one of two lists. An empty Name leaves the place
// empty.
type SideView struct {
	Name    string
	URL     string
	Creator string
	Figure  string // "312 plays", optional
	Match   Match
	Note    string // "no. 7 in your data", optional
}

// PairView is the same place in two lists.
type PairView struct {
	Rank    int
	Spotify SideView
	Yours   SideView
}

// SideBySideView is two top lists beside each other.
type SideBySideView struct {
	ID       string // unique on the page
	Title    string // "Artists"
	Sentence string // "Four of five are the same, two in the same place."
	Pairs    []PairView
}

// CapsuleMonthView is a month as Spotify's Sound Capsule tells it.
type CapsuleMonthView struct {
	Label   string // "May 2025", "Week of 19 January 2026"
	Share   float64
	Hours   string // "41.2 h"; empty where only favourites are told
	Streams string // "1,204"; as Hours
	Artist  layout.LinkView
	Track   layout.LinkView
	Genre   string
}
