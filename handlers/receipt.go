package handlers

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// receiptOf is the receipt of a dataset, and says on the line of a document how
// much of it is beyond what is read. That is not written down with the receipt:
// the bounds hold over all uploads, so another one may change it.
func receiptOf(d *dataset.Dataset) *export.Receipt {
	return dataset.Memoize(d, "receipt", func() *export.Receipt {
		r, problems := d.Receipt(), account.Of(d).Problems
		if len(problems) == 0 {
			return r
		}
		lines := make(map[fileOf][]*export.File)
		files := slices.Clone(r.Files)
		for i := range files {
			if f := &files[i]; f.Topic != "" {
				of := fileOf{f.Package, export.BaseName(f.Name)}
				lines[of] = append(lines[of], f)
			}
		}
		for _, p := range problems {
			of := lines[fileOf{p.Package, p.Document}]
			if len(of) == 0 {
				continue
			}
			// Uploads may have one name, and documents in them another content.
			f := of[max(0, slices.IndexFunc(of, func(f *export.File) bool { return f.Bytes == int64(p.Size) }))]
			if p.Code == export.CodeBeyondBounds {
				f.Reason = export.Reason{Code: p.Code, Figures: export.Figures{Count: int64(p.Count)}}
				continue
			}
			f.Problems = append(f.Problems[:len(f.Problems):len(f.Problems)], export.Problem{Code: p.Code, Count: p.Count})
		}
		return &export.Receipt{Files: files, Notes: r.Notes}
	})
}

// answerReceipt is the answer to an import: the receipt of all that there is now.
func (s *Server) answerReceipt(c echo.Context, d *dataset.Dataset) error {
	r := d.Receipt()
	// The import is done, whether or not there is memory to read the documents.
	if err := s.readAccount(c.Request().Context(), d); err == nil {
		r = receiptOf(d)
	}
	return c.JSON(http.StatusCreated, newReceiptJSON(d, r))
}

func newReceiptPageView(req *Request) pages.ReceiptPageView {
	r := receiptOf(req.Data)
	t := r.Totals()
	m := pages.ReceiptPageView{
		Headline: prose.Text{}.Accent(req.Locale.Count(t.Rows, "row", "rows")).
			Plain(" in " + filesCounted(req.Locale, t.Files, historyFiles(r.Files)) + ". Every one accounted for."),
		Total:       req.Locale.Number(t.Rows),
		Parts:       newReceiptParts(req.Locale, t),
		Uploads:     newReceiptUploads(req, r),
		OverviewURL: href(pathHome, kept(req.Lens)),
	}
	if t.Rows == 0 {
		m.Headline = prose.Text{}.Accent(req.Locale.Count(t.Files, "file", "files")).Plain(", none of them listening history.")
		m.Total, m.Parts = "", nil
	}
	m.ForgetURL = pathForget
	if m.Kept = req.Kept(); req.Sample {
		m.BringURL = pathBring
	} else {
		m.Upload = req.Upload()
	}
	m.Coverage = newCoverageView(req)
	m.Problems, m.MoreProblems = newReceiptProblems(req, r)
	for _, n := range r.Notes {
		if words := noteText(req.Locale, n); words != "" {
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
		m.Lede = m.Lede.Plain("Of the technical log, ").Link(req.Locale.Count(t.Changes, "change", "changes"), href(pathChanges, kept(req.Lens))).
			Plain(" to library and playlists " + plural(t.Changes, "is", "are") + " kept and " + req.Locale.Count(t.Telemetry, "row", "rows") + " of telemetry " + plural(t.Telemetry, "is", "are") + " not. ")
	}
	if notice := rulesNotice(req.Data.Rules(), dataset.CurrentRules); notice != "" {
		m.Lede = m.Lede.Plain(notice + " ")
	}
	m.Lede = m.Lede.Link("The whole receipt as JSON", pathAPI+pathReceipt+"?download=1").Plain(".")
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
func newReceiptProblems(req *Request, r *export.Receipt) (problems []pages.ReceiptProblemView, more string) {
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
		p := pages.ReceiptProblemView{Name: line.Name, Package: f.Package, Status: line.Status, Reasons: line.Problems}
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

// rulesNotice is what to tell of a dataset that was read by earlier rules than
// today's; nothing of one that was not.
func rulesNotice(rules, current int) string {
	if rules >= current {
		return ""
	}
	return "This data was read by earlier rules, which have been mended since. Upload again for corrected figures."
}

// newReceiptParts are the four ways a row can end. They add up to all rows.
func newReceiptParts(loc format.Locale, t export.Totals) []partials.ReceiptPartView {
	parts := make([]partials.ReceiptPartView, 0, 4)
	for _, p := range []struct {
		label, note string
		rows        int
		end         partials.RowEnd
		always      bool
	}{
		{"Kept", "What every page counts.", t.Kept, partials.EndKept, true},
		{"Exact duplicates, left out", "The same play, recorded twice by Spotify or uploaded twice.", t.Duplicate, partials.EndDuplicate, true},
		{"Already in the other package", "Plays of the account data that the extended history holds to the second.", t.Elsewhere, partials.EndElsewhere, false},
		{"Unreadable", "Rows without a time or a length that can be understood.", t.Unreadable, partials.EndUnreadable, true},
	} {
		if p.rows == 0 && !p.always {
			continue
		}
		parts = append(parts, partials.ReceiptPartView{
			Label: p.label, Note: p.note, Rows: loc.Number(p.rows),
			Percent: loc.Percent(int64(p.rows), int64(t.Rows)), Value: int64(p.rows), End: p.end,
		})
	}
	return parts
}

func newReceiptCard(req *Request) pages.ReceiptCardView {
	t := req.Data.Receipt().Totals()
	return pages.ReceiptCardView{
		URL:      href(pathReceipt, kept(req.Lens)),
		Sentence: "Every row accounted for.",
		Total:    req.Locale.Number(t.Rows),
		Parts:    newReceiptParts(req.Locale, t),
	}
}

// receiptLines is how many files of one upload the page lists: all of any
// genuine package. What is left aside gives way to what was read.
const receiptLines = 200

func newReceiptUploads(req *Request, r *export.Receipt) []pages.ReceiptUploadView {
	type key struct {
		upload int
		name   string
	}
	var uploads []pages.ReceiptUploadView
	var files [][]export.File
	index := map[key]int{}
	for _, f := range r.Files {
		k := key{f.Upload, f.Package}
		i, ok := index[k]
		if !ok {
			i = len(uploads)
			index[k] = i
			uploads = append(uploads, pages.ReceiptUploadView{Name: f.Package})
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

func newReceiptGroups(req *Request, files []export.File, open bool) []pages.ReceiptGroupView {
	var lines [receiptGroups][]pages.ReceiptFileView
	var counts [receiptGroups]int
	for _, f := range files {
		g := groupOf(f)
		lines[g] = append(lines[g], newReceiptFile(req, f))
		counts[g] += max(f.LeftOut(), 1) // a line may stand for several that were not sent
	}
	var groups []pages.ReceiptGroupView
	for g, title := range [receiptGroups]func(n int) string{
		groupHistory:   func(n int) string { return req.Locale.Count(n, "file of history", "files of history") },
		groupDocuments: func(n int) string { return req.Locale.Count(n, "other document", "other documents") },
		groupAside:     func(n int) string { return req.Locale.Count(n, "file left aside", "files left aside") },
		groupUnsent: func(n int) string {
			return req.Locale.Count(n, "file that your browser left out", "files that your browser left out")
		},
	} {
		if n := counts[g]; n > 0 {
			groups = append(groups, pages.ReceiptGroupView{Title: title(n), Open: open, Files: lines[g]})
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

var statusNames = map[export.Status]pages.FileStatus{
	export.StatusRead:    pages.FileRead,
	export.StatusPartly:  pages.FilePartly,
	export.StatusIgnored: pages.FileIgnored,
	export.StatusUnknown: pages.FileUnknown,
}

func newReceiptFile(req *Request, f export.File) pages.ReceiptFileView {
	m := pages.ReceiptFileView{
		Name: f.Name, Holds: cmp.Or(topicHolds(f.Topic), classNames[f.Class]),
		Status: cmp.Or(statusNames[f.Status], pages.FileUnknown), Reason: fileReason(req.Locale, &f),
	}
	history := f.Topic == "" // a document has no rows to account for
	if history && (f.Status == export.StatusRead || f.Status == export.StatusPartly) {
		m.Rows, m.Kept = req.Locale.Number(f.Rows), req.Locale.Number(f.Kept)
		m.Duplicate, m.Elsewhere, m.Unreadable = req.Locale.Number(f.Duplicate), req.Locale.Number(f.Elsewhere), req.Locale.Number(f.Unreadable)
	}
	if rows := f.Changes + f.Telemetry; rows > 0 {
		m.Rows, m.Kept = req.Locale.Number(rows), req.Locale.Number(f.Changes)
		if f.Changes > 0 && f.Telemetry > 0 {
			m.Problems = append(m.Problems, req.Locale.Count(f.Telemetry, "row says", "rows say")+" nothing of what changed and "+plural(f.Telemetry, "is", "are")+" not kept.")
		}
	}
	if f.First != 0 {
		m.Span = format.Span(time.Unix(f.First, 0).In(req.Lens.Zone()), time.Unix(f.Last, 0).In(req.Lens.Zone()))
	}
	for _, p := range f.Problems {
		words := problemReason(req.Locale, &p)
		if p.Row > 0 {
			words = req.Locale.Count(p.Count, "row", "rows") + ": " + words + " (first in row " + strconv.Itoa(p.Row) + ")"
		}
		m.Problems = append(m.Problems, words)
	}
	return m
}

var receiptView = View{
	Path: pathReceipt, Title: "Your data", Group: Yours,
	Page: func(req *Request) (Page, error) {
		return Page{Title: "Your data", Undated: true, Content: pages.Receipt(newReceiptPageView(req))}, nil
	},
	JSON: func(req *Request) (any, error) {
		receipt := File{Value: newReceiptJSON(req.Data, receiptOf(req.Data))}
		if req.Query.Get("download") == "1" {
			receipt.Name = "receipt.json"
		}
		return receipt, nil
	},
}
