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

func newReceiptPageView(req *web.Request) pageView {
	r := web.ReceiptOf(req.Data)
	t := r.Totals()
	m := pageView{
		Headline: prose.Text{}.Accent(req.Locale.Count(t.Rows, "row", "rows")).
			Plain(" in " + filesCounted(req.Locale, t.Files, historyFiles(r.Files)) + ". Every one accounted for."),
		Total:       req.Locale.Number(t.Rows),
		Parts:       web.NewReceiptParts(req.Locale, t),
		Uploads:     newReceiptUploads(req, r),
		OverviewURL: web.Href(web.PathHome, web.Kept(req.Lens)),
	}
	if t.Rows == 0 {
		m.Headline = prose.Text{}.Accent(req.Locale.Count(t.Files, "file", "files")).Plain(", none of them listening history.")
		m.Total, m.Parts = "", nil
	}
	m.ForgetURL = web.PathForget
	if m.Kept = req.Kept(); req.Sample {
		m.BringURL = web.PathBring
	} else {
		m.Upload = req.Upload()
	}
	m.Coverage = newCoverageView(req)
	m.Problems, m.MoreProblems = newReceiptProblems(req, r)
	for _, n := range r.Notes {
		if words := words.NoteText(req.Locale, n); words != "" {
			m.Lede = m.Lede.Plain(words + " ")
		}
	}
	if left := t.FilesIgnored + t.FilesUnknown; left > 0 {
		m.Lede = m.Lede.Plain(req.Locale.Count(left, "file was", "files were") + " looked at and left aside; each line says why. ")
	}
	if t.FilesLeftOut > 0 {
		m.Lede = m.Lede.Plain(req.Locale.Count(t.FilesLeftOut, "file was", "files were") + " left out by your browser and never sent. ")
	}
	if t.Changes+t.Telemetry > 0 {
		m.Lede = m.Lede.Plain("Of the technical log, ").Link(req.Locale.Count(t.Changes, "change", "changes"), web.Href(web.PathChanges, web.Kept(req.Lens))).
			Plain(" to library and playlists " + words.Plural(t.Changes, "is", "are") + " kept and " + req.Locale.Count(t.Telemetry, "row", "rows") + " of telemetry " + words.Plural(t.Telemetry, "is", "are") + " not. ")
	}
	if notice := web.RulesNotice(req.Data.Rules(), dataset.CurrentRules); notice != "" {
		m.Lede = m.Lede.Plain(notice + " ")
	}
	m.Lede = m.Lede.Link("The whole receipt as JSON", web.PathAPI+web.PathReceipt+"?download=1").Plain(".")
	return m
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

// receiptProblems is how many files with problems stand at the head of the page.
const receiptProblems = 8

// newReceiptProblems are the files that were not read as a whole.
func newReceiptProblems(req *web.Request, r *export.Receipt) (problems []problemView, more string) {
	left := 0
	for _, f := range r.Files {
		if f.Status != export.StatusPartly && f.Status != export.StatusUnknown && len(f.Problems) == 0 {
			continue
		}
		if len(problems) == receiptProblems {
			left++
			continue
		}
		line := newReceiptFile(req, f)
		p := problemView{Name: line.Name, Package: f.Package, Status: line.Status, Reasons: line.Problems}
		if line.Reason != "" {
			p.Reasons = append([]string{line.Reason}, p.Reasons...)
		}
		problems = append(problems, p)
	}
	if left > 0 {
		more = req.Locale.Count(left, "more file stands", "more files stand") + " among the others below."
	}
	return problems, more
}

// receiptLines is how many files of one upload the page lists: all of any
// genuine package. What is left aside gives way to what was read.
const receiptLines = 200

func newReceiptUploads(req *web.Request, r *export.Receipt) []uploadView {
	type key struct {
		upload int
		name   string
	}
	var uploads []uploadView
	var files [][]export.File
	index := map[key]int{}
	for _, f := range r.Files {
		k := key{f.Upload, f.Package}
		i, ok := index[k]
		if !ok {
			i = len(uploads)
			index[k] = i
			uploads = append(uploads, uploadView{Name: f.Package})
			files = append(files, nil)
		}
		files[i] = append(files[i], f)
	}
	for i, all := range files {
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
		u := &uploads[i]
		u.Summary = filesCounted(req.Locale, lines, historyFiles(all)) + ", " + req.Locale.Count(rows, "row", "rows")
		if changes+telemetry > 0 {
			u.Summary += ", " + req.Locale.Count(changes, "change", "changes") + " kept and " + req.Locale.Count(telemetry, "row", "rows") + " of telemetry left out"
		}
		if unsent > 0 {
			u.Summary += ", " + req.Locale.Number(unsent) + " more left out by your browser"
		}
		if len(all) > receiptLines {
			slices.SortStableFunc(all, func(a, b export.File) int { return cmp.Compare(leftAside(a), leftAside(b)) })
			all = all[:receiptLines]
			u.Summary += "; the first " + req.Locale.Number(receiptLines) + " are listed"
		}
		u.Groups = newReceiptGroups(req, all, len(r.Files) <= receiptUnfolded)
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

func newReceiptGroups(req *web.Request, files []export.File, open bool) []groupView {
	var lines [receiptGroups][]fileView
	var counts [receiptGroups]int
	for _, f := range files {
		g := groupOf(f)
		lines[g] = append(lines[g], newReceiptFile(req, f))
		counts[g] += max(f.LeftOut(), 1) // a line may stand for several that were not sent
	}
	var groups []groupView
	for g, title := range [receiptGroups]func(n int) string{
		groupHistory:   func(n int) string { return req.Locale.Count(n, "file of history", "files of history") },
		groupDocuments: func(n int) string { return req.Locale.Count(n, "other document", "other documents") },
		groupAside:     func(n int) string { return req.Locale.Count(n, "file left aside", "files left aside") },
		groupUnsent: func(n int) string {
			return req.Locale.Count(n, "file that your browser left out", "files that your browser left out")
		},
	} {
		if n := counts[g]; n > 0 {
			groups = append(groups, groupView{Title: title(n), Open: open, Files: lines[g]})
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

var statusNames = map[export.Status]fileStatus{
	export.StatusRead:    FileRead,
	export.StatusPartly:  FilePartly,
	export.StatusIgnored: FileIgnored,
	export.StatusUnknown: FileUnknown,
}

func newReceiptFile(req *web.Request, f export.File) fileView {
	m := fileView{
		Name: f.Name, Holds: cmp.Or(words.TopicHolds(f.Topic), classNames[f.Class]),
		Status: cmp.Or(statusNames[f.Status], FileUnknown), Reason: words.FileReason(req.Locale, &f),
	}
	history := f.Topic == "" // a document has no rows to account for
	if history && (f.Status == export.StatusRead || f.Status == export.StatusPartly) {
		m.Rows, m.Kept = req.Locale.Number(f.Rows), req.Locale.Number(f.Kept)
		m.Duplicate, m.Elsewhere, m.Unreadable = req.Locale.Number(f.Duplicate), req.Locale.Number(f.Elsewhere), req.Locale.Number(f.Unreadable)
	}
	if rows := f.Changes + f.Telemetry; rows > 0 {
		m.Rows, m.Kept = req.Locale.Number(rows), req.Locale.Number(f.Changes)
		if f.Changes > 0 && f.Telemetry > 0 {
			m.Problems = append(m.Problems, req.Locale.Count(f.Telemetry, "row says", "rows say")+" nothing of what changed and "+words.Plural(f.Telemetry, "is", "are")+" not kept.")
		}
	}
	if f.First != 0 {
		m.Span = format.Span(time.Unix(f.First, 0).In(req.Lens.Zone()), time.Unix(f.Last, 0).In(req.Lens.Zone()))
	}
	for _, p := range f.Problems {
		words := words.ProblemReason(req.Locale, &p)
		if p.Row > 0 {
			words = req.Locale.Count(p.Count, "row", "rows") + ": " + words + " (first in row " + strconv.Itoa(p.Row) + ")"
		}
		m.Problems = append(m.Problems, words)
	}
	return m
}

var View = web.View{
	Path: web.PathReceipt, Title: "Your data", Group: web.AboutData,
	Page: func(req *web.Request) (web.Page, error) {
		return web.Page{Title: "Your data", Undated: true, Content: page(newReceiptPageView(req))}, nil
	},
	JSON: func(req *web.Request) (any, error) {
		receipt := web.File{Value: web.NewReceiptJSON(req.Data, web.ReceiptOf(req.Data))}
		if req.Query.Get("download") == "1" {
			receipt.Name = "receipt.json"
		}
		return receipt, nil
	},
}
