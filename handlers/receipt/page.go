package receipt

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/charts"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// pageView accounts for every file and every row.
type pageView struct {
	Headline prose.Text // "59,404 rows in 14 files. Every one accounted for."
	Lede     prose.Text // optional
	Total    string
	Parts    []list.ReceiptPartView // they add up to Total
	// Problems are the files that were not read as a whole, to be seen first; they
	// stand among the others as well. MoreProblems says how many there are beyond.
	Problems     []problemView
	MoreProblems string
	Uploads      []uploadView
	// Coverage is which source covers which days; nil leaves it out.
	Coverage *charts.CoverageView
	// OverviewURL is where to go from here.
	OverviewURL string
	Kept        string // until when the data is here
	ForgetURL   string // where it is deleted
	// Upload adds to it, with Merge set; BringURL is where one's own data goes
	// instead, in the sample.
	Upload   list.UploadView
	BringURL string
}

// uploadView is one package on the receipt.
type uploadView struct {
	Name    string // "my_spotify_data.zip"
	Summary string // "36 files, 13 of them history, 59,404 rows"
	Groups  []groupView
}

// groupView is what belongs together in a package, folded until it is
// asked for.
type groupView struct {
	Title string // "13 files of history"
	Open  bool
	Files []fileView
}

// problemView is a file that was not read as a whole.
type problemView struct {
	Name    string
	Package string // the upload that it lies in
	Status  fileStatus
	Reasons []string
}

// fileView is one file on the receipt. Counts are formatted; empty ones
// are shown as a dash.
type fileView struct {
	Name       string
	Holds      string // "extended history", "playlists"
	Span       string // "29 Mar 2018 – 1 Jan 2020", optional
	Status     fileStatus
	Reason     string // one sentence, optional
	Problems   []string
	Rows       string
	Kept       string
	Duplicate  string
	Elsewhere  string
	Unreadable string
}

// fileStatus is what became of a file.
type fileStatus string

// What can become of a file.
const (
	FileRead    fileStatus = "read"
	FilePartly  fileStatus = "partly read"
	FileIgnored fileStatus = "not needed"
	FileUnknown fileStatus = "not understood"
)

// statusClass is how loudly a file's status speaks: what was read and what is
// of no use are quiet, what was lost is not.
func statusClass(s fileStatus) string {
	switch s {
	case FileRead:
		return "status-read"
	case FilePartly, FileUnknown:
		return "status-warn"
	default:
		return "status-quiet"
	}
}
