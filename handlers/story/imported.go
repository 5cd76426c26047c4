package story

import (
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// importedLine is what an import came to. What was refused of it comes first.
func importedLine(req *web.Request) prose.Text {
	r := req.Data.Receipt()
	totals, loc := r.Totals(), req.Locale
	receipt := web.Href(web.PathReceipt, web.Kept(req.Lens))
	refused, uploads := refusedFiles(r)
	var t prose.Text
	switch n := len(refused); {
	case n == 1 && refused[0].Status == export.StatusPartly:
		t = t.Link(refused[0].Name, receipt).Plain(" was read in part. ")
	case n == 1:
		t = t.Link(refused[0].Name, receipt).Plain(" could not be read. ")
	case n > 1:
		t = t.Link(loc.Number(n)+" files", receipt).Plain(" could not be read as a whole, " + refused[0].Name + " among them. ")
	case req.Sample:
		t = t.Plain("Here is somebody invented: ")
	case uploads > 1:
		t = t.Plain("With what you added, ")
	}
	if totals.Rows == 0 {
		return t.Plain(loc.Count(totals.FilesRead, "file", "files")+" read, none of them listening history; ").
			Link("every one accounted for", receipt).Plain(".")
	}
	return append(t, receiptLine(req)...)
}

// refusedFiles are the files of the latest upload that were not read as a whole, and
// how many uploads there are.
func refusedFiles(r *export.Receipt) (refused []*export.File, uploads int) {
	for i := range r.Files {
		uploads = max(uploads, r.Files[i].Upload)
	}
	for i := range r.Files {
		if f := &r.Files[i]; f.Upload == uploads && slices.Contains([]export.Status{export.StatusPartly, export.StatusUnknown}, f.Status) {
			refused = append(refused, f)
		}
	}
	return refused, uploads
}
