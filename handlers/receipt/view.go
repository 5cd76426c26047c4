package receipt

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// headline counts the rows, or the files where none is listening history.
func headline(req *web.Request, r *export.Receipt, t export.Totals) prose.Text {
	if t.Rows == 0 {
		return prose.Text{}.Accent(req.Locale.Count(t.Files, "file", "files")).Plain(", none of them listening history.")
	}
	return prose.Text{}.Accent(req.Locale.Count(t.Rows, "row", "rows")).
		Plain(" in " + filesCounted(req.Locale, t.Files, historyFiles(r.Files)) + ". Every one accounted for.")
}

// lede says what concerns all files together.
func lede(req *web.Request, r *export.Receipt, t export.Totals) prose.Text {
	var out prose.Text
	for _, n := range r.Notes {
		if note := words.NoteText(req.Locale, n); note != "" {
			out = out.Plain(note + " ")
		}
	}
	if left := t.FilesIgnored + t.FilesUnknown; left > 0 {
		out = out.Plain(req.Locale.Count(left, "file was", "files were") + " looked at and left aside; each line says why. ")
	}
	if t.FilesLeftOut > 0 {
		out = out.Plain(req.Locale.Count(t.FilesLeftOut, "file was", "files were") + " left out by your browser and never sent. ")
	}
	if t.Changes+t.Telemetry > 0 {
		out = out.Plain("Of the technical log, ").Link(req.Locale.Count(t.Changes, "change", "changes"), web.Href(web.PathChanges, web.Kept(req.Lens))).
			Plain(" to library and playlists " + words.Plural(t.Changes, "is", "are") + " kept and " + req.Locale.Count(t.Telemetry, "row", "rows") + " of telemetry " + words.Plural(t.Telemetry, "is", "are") + " not. ")
	}
	if notice := web.RulesNotice(req.Data.Rules(), dataset.CurrentRules); notice != "" {
		out = out.Plain(notice + " ")
	}
	return out.Link("The whole receipt as JSON", web.PathAPI+web.PathReceipt+"?download=1").Plain(".")
}

// historyFiles counts the files that are listening history.
func historyFiles(files []export.File) (n int) {
	for i := range files {
		if groupOf(files[i]) == groupHistory {
			n++
		}
	}
	return n
}

// filesCounted counts files in one way everywhere: all of them, and how many of
// them are listening history where some are not.
func filesCounted(loc format.Locale, all, history int) string {
	s := loc.Count(all, "file", "files")
	switch {
	case history == all:
		return s
	case history == 0:
		return s + ", none of them history"
	}
	return s + ", " + loc.Number(history) + " of them history"
}

// maxFirst is how many files that were not read as a whole stand at the head of
// the page.
const maxFirst = 8

// incomplete are the files that were not read as a whole.
func incomplete(r *export.Receipt) []export.File {
	return slices.DeleteFunc(slices.Clone(r.Files), func(f export.File) bool {
		return f.Status != export.StatusPartly && f.Status != export.StatusUnknown && len(f.Problems) == 0
	})
}

// receiptLines is how many files of one upload the page lists: all of any
// genuine package. What is left aside gives way to what was read.
const receiptLines = 200

// An upload is one package on the receipt.
type upload struct {
	name    string // "my_spotify_data.zip"
	summary string // "36 files, 13 of them history, 59,404 rows"
	groups  []group
}

// A group is what belongs together in a package, folded until it is asked for.
type group struct {
	title string // "13 files of history"
	open  bool
	files []export.File
}

func uploadsOf(req *web.Request, r *export.Receipt) []upload {
	type key struct {
		upload int
		name   string
	}
	var keys []key
	files := make(map[key][]export.File)
	for _, f := range r.Files {
		k := key{f.Upload, f.Package}
		if files[k] == nil {
			keys = append(keys, k)
		}
		files[k] = append(files[k], f)
	}
	var uploads []upload
	for _, k := range keys {
		all := files[k]
		lines, rows, changes, telemetry, unsent := 0, 0, 0, 0, 0
		for _, f := range all {
			if n := f.LeftOut(); n > 0 {
				unsent += n
				continue
			}
			lines++
			rows += f.Rows
			changes += f.Changes
			telemetry += f.Telemetry
		}
		u := upload{name: k.name}
		u.summary = filesCounted(req.Locale, lines, historyFiles(all)) + ", " + req.Locale.Count(rows, "row", "rows")
		if changes+telemetry > 0 {
			u.summary += ", " + req.Locale.Count(changes, "change", "changes") + " kept and " + req.Locale.Count(telemetry, "row", "rows") + " of telemetry left out"
		}
		if unsent > 0 {
			u.summary += ", " + req.Locale.Number(unsent) + " more left out by your browser"
		}
		if len(all) > receiptLines {
			slices.SortStableFunc(all, func(a, b export.File) int { return cmp.Compare(leftAside(a), leftAside(b)) })
			all = all[:receiptLines]
			u.summary += "; the first " + req.Locale.Number(receiptLines) + " are listed"
		}
		u.groups = groupsOf(req, all, len(r.Files) <= receiptUnfolded)
		uploads = append(uploads, u)
	}
	return uploads
}

// A receiptGroup is what belongs together on the receipt of an upload.
type receiptGroup int

const (
	groupHistory receiptGroup = iota
	groupDocuments
	groupAside
	groupUnsent
	receiptGroups
)

func groupOf(f export.File) receiptGroup {
	switch {
	case f.LeftOut() > 0:
		return groupUnsent
	case f.Status != export.StatusRead && f.Status != export.StatusPartly:
		return groupAside
	case f.Topic != "":
		return groupDocuments
	}
	return groupHistory
}

// receiptUnfolded is how many files are few enough to be shown without being
// asked for.
const receiptUnfolded = 3

func groupsOf(req *web.Request, files []export.File, open bool) []group {
	var lines [receiptGroups][]export.File
	var counts [receiptGroups]int
	for _, f := range files {
		g := groupOf(f)
		lines[g] = append(lines[g], f)
		counts[g] += max(f.LeftOut(), 1) // a line may stand for several that were not sent
	}
	var groups []group
	for g, title := range [receiptGroups]func(n int) string{
		groupHistory:   func(n int) string { return req.Locale.Count(n, "file of history", "files of history") },
		groupDocuments: func(n int) string { return req.Locale.Count(n, "other document", "other documents") },
		groupAside:     func(n int) string { return req.Locale.Count(n, "file left aside", "files left aside") },
		groupUnsent: func(n int) string {
			return req.Locale.Count(n, "file that your browser left out", "files that your browser left out")
		},
	} {
		if n := counts[g]; n > 0 {
			groups = append(groups, group{title: title(n), open: open, files: lines[g]})
		}
	}
	return groups
}

func leftAside(f export.File) int {
	if groupOf(f) >= groupAside {
		return 1
	}
	return 0
}

var classNames = map[export.Class]string{
	export.ClassExtended:         "extended history",
	export.ClassExtendedVideo:    "extended history, video",
	export.ClassAccountMusic:     "account history, music",
	export.ClassAccountPodcast:   "account history, podcasts",
	export.ClassAccountAudiobook: "account history, audiobooks",
	export.ClassAccountOther:     "account data",
	export.ClassTechnicalLog:     "technical log",
}

// holds says what a file is.
func holds(f export.File) string { return cmp.Or(words.TopicHolds(f.Topic), classNames[f.Class]) }

// status says what became of a file, and how loudly: what was read and what is of
// no use are quiet, what was lost is not.
func status(f export.File) (text, class string) {
	switch f.Status {
	case export.StatusRead:
		return "read", "status-read"
	case export.StatusPartly:
		return "partly read", "status-warn"
	case export.StatusIgnored:
		return "not needed", "status-quiet"
	}
	return "not understood", "status-warn"
}

// counts are what became of the rows of a file: all, kept, duplicate, in the other
// package, unreadable. Empty ones are shown as a dash.
func counts(loc format.Locale, f export.File) (out [5]string) {
	// A document has no rows to account for.
	if f.Topic == "" && (f.Status == export.StatusRead || f.Status == export.StatusPartly) {
		for i, n := range [5]int{f.Rows, f.Kept, f.Duplicate, f.Elsewhere, f.Unreadable} {
			out[i] = loc.Number(n)
		}
	}
	if rows := f.Changes + f.Telemetry; rows > 0 {
		out[0], out[1] = loc.Number(rows), loc.Number(f.Changes)
	}
	return out
}

// countLabels head the columns of counts.
var countLabels = [5]string{"Rows", "Kept", "Duplicates", "Elsewhere", "Unreadable"}

// span is the time that the plays of a file cover: "29 Mar 2018 – 1 Jan 2020".
func span(req *web.Request, f export.File) string {
	if f.First == 0 {
		return ""
	}
	return format.Span(time.Unix(f.First, 0).In(req.Lens.Zone()), time.Unix(f.Last, 0).In(req.Lens.Zone()))
}

// reasons say why a file, or some of its rows, were not read.
func reasons(loc format.Locale, f export.File) []string {
	var out []string
	if reason := words.FileReason(loc, &f); reason != "" {
		out = append(out, reason)
	}
	if f.Changes > 0 && f.Telemetry > 0 {
		out = append(out, loc.Count(f.Telemetry, "row says", "rows say")+" nothing of what changed and "+words.Plural(f.Telemetry, "is", "are")+" not kept.")
	}
	for _, p := range f.Problems {
		reason := words.ProblemReason(loc, &p)
		if p.Row > 0 {
			reason = loc.Count(p.Count, "row", "rows") + ": " + reason + " (first in row " + strconv.Itoa(p.Row) + ")"
		}
		out = append(out, reason)
	}
	return out
}

var View = web.View{
	Path: web.PathReceipt, Title: "Your data", Group: web.AboutData,
	Page: func(req *web.Request) (web.Page, error) {
		r := web.ReceiptOf(req.Data)
		return web.Page{Title: "Your data", Undated: true, Content: page(req, r, r.Totals())}, nil
	},
	JSON: func(req *web.Request) (any, error) {
		receipt := web.File{Value: web.NewReceiptJSON(req.Data, web.ReceiptOf(req.Data))}
		if req.Query.Get("download") == "1" {
			receipt.Name = "receipt.json"
		}
		return receipt, nil
	},
}
