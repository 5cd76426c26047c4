package documents

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
)

func newDocumentsPageView(req *web.Request) (list.CollectionView, error) {
	m := list.CollectionView{Eyebrow: "Everything else", Headline: prose.Of("Nothing but plays.")}
	entries, err := newDocuments(req)
	if err != nil {
		return m, err
	}
	if len(entries.Items) == 0 {
		m.Missing = web.Missing(req, web.PartDocuments)
		return m, nil
	}
	packages := map[string]bool{}
	for _, d := range entries.Items {
		packages[d.Package] = true
	}
	m.Headline = prose.Text{}.Accent(req.Locale.Count(len(entries.Items), "document", "documents")).
		Plain(" in " + req.Locale.Count(len(packages), "upload", "uploads") + ", each of them readable here.")
	m.Lede = prose.Of("Whatever Spotify put beside your plays, as it stands in the files. What is personal is hidden until you ask.")
	m.Search = entries.Search(req)
	m.List = entries.List(req)
	return m, nil
}

// documentOrders are the ways to sort documents. The first is that of the
// packages: by topic.
var documentOrders = []web.Order[web.Document]{
	{Value: "topic", Label: "What it is", Compare: func(x, y *web.Document) int { return 0 }},
	{Value: "name", Label: "Name", Compare: nil},
	{Value: "newest", Label: "Newest", Compare: func(x, y *web.Document) int { return cmp.Compare(y.Modified, x.Modified) }},
	{Value: "size", Label: "Size", Compare: func(x, y *web.Document) int { return cmp.Compare(y.Size, x.Size) }},
}

// newDocuments are the documents in the order asked for.
func newDocuments(req *web.Request) (*web.Collection[web.Document], error) {
	return web.Sorted(req, web.Collection[web.Document]{
		Label: "Documents", One: "document", Many: "documents",
		LooksAt: "what documents are called, what they hold and what they came in",
		Items:   req.Documents(), Orders: documentOrders,
		Names:   func(d *web.Document) []string { return []string{d.Name, d.Holds, d.Package} },
		Head:    "Document",
		Columns: []list.ColumnView{{Label: "What it holds"}, {Label: "Upload"}, {Label: "Written"}, {Label: "Size", Figure: true, Main: true}},
		Row: func(d *web.Document) list.TableRowView {
			return list.TableRowView{
				Name: d.Name, URL: d.URL(req.Lens),
				Cells: []list.CellView{{Text: d.Holds}, {Text: d.Package}, {Text: writtenOn(d.Modified)}, {Text: req.Locale.Bytes(int64(d.Size))}},
			}
		},
	})
}

// writtenOn is the day a document was written, "" when nobody knows. The ZIP
// gives no zone with it, so it is told as it stands there.
func writtenOn(modified int64) string {
	if modified == 0 {
		return ""
	}
	return format.ShortDate(time.Unix(modified, 0).UTC())
}

// documentOf is the document with that ID.
func documentOf(req *web.Request, id string) (web.Document, error) {
	for _, d := range req.Documents() {
		if d.ID == id {
			return d, nil
		}
	}
	return web.Document{}, web.ErrNotFound
}

// documentTree is as much of a document as its page shows.
type documentTree struct {
	root      *account.Node // nil when there is nothing to show
	damaged   bool          // it cannot be unpacked
	breaksOff bool
}

// treeOf reads the tree of a document.
func treeOf(req *web.Request, d web.Document) (documentTree, error) {
	return web.Together(req, fmt.Sprintf("tree %p %d", req.Data, d.At), int64(d.Size)+web.TreePageBytes, func() documentTree {
		content, err := req.Data.DocumentJSON(d.At)
		if err != nil {
			return documentTree{damaged: true}
		}
		// What breaks off is shown as far as it goes; it was whole when it was read in.
		root, err := account.Tree(content, account.DisplayLimits)
		return documentTree{root: root, breaksOff: err != nil}
	})
}

// allDocuments leads back to the list.
func allDocuments(req *web.Request) layout.LinkView {
	return layout.LinkView{Label: "All documents", URL: web.Href(web.PathDocuments, web.Kept(req.Lens))}
}

// facts say where a document comes from.
func facts(req *web.Request, d web.Document) []list.FactView {
	facts := []list.FactView{
		{Label: "Upload", Value: prose.Of(d.Package)},
		{Label: "Size", Value: prose.Of(req.Locale.Bytes(int64(d.Size)))},
	}
	if on := writtenOn(d.Modified); on != "" {
		facts = append(facts, list.FactView{Label: "Written", Value: prose.Of(on)})
	}
	return facts
}

// content lays out what a document holds, and reports whether some of it is personal.
func content(req *web.Request, d web.Document, tree documentTree, show bool) (root list.NodeView, personal bool) {
	t := web.TreeView{Loc: req.Locale, Show: show}
	root = t.Node(tree.root, "", account.NewRedactor(d.Topic), 0)
	if tree.breaksOff {
		root.Cut = strings.TrimSpace(root.Cut + " It breaks off here.")
	}
	return root, t.Personal
}

type documentJSON struct {
	ID       string  `json:"id"`
	Topic    string  `json:"topic"`
	Name     string  `json:"name"`
	Holds    string  `json:"holds"`
	Package  string  `json:"package"`
	Modified *string `json:"modified"`
	Bytes    int     `json:"bytes"`
}

func newDocumentJSON(d web.Document) documentJSON {
	return documentJSON{d.ID, string(d.Topic), d.Name, d.Holds, d.Package, web.RFC3339(d.Modified), d.Size}
}

// documentContentJSON is a document with what it holds.
type documentContentJSON struct {
	documentJSON
	Veiled  bool `json:"veiled"`   // whether a value is masked
	LeftOut int  `json:"left_out"` // elements and fields that are not in the content
}

var View = web.View{
	Path: web.PathDocuments, Title: "Everything else", Group: web.AboutYou, Memory: documentsBytes,
	Holds: func(req *web.Request) bool { return len(req.Data.Documents()) > 0 },
	Page: func(req *web.Request) (web.Page, error) {
		p, err := web.CollectionPage(newDocumentsPageView)(req)
		p.Undated = true
		return p, err
	},
	JSON: func(req *web.Request) (any, error) {
		entries, err := newDocuments(req)
		if err != nil {
			return nil, err
		}
		out := struct {
			Items []documentJSON `json:"items"`
			Total int            `json:"total"`
		}{Items: []documentJSON{}}
		for _, d := range entries.Chosen(req.Lens.Q) {
			out.Items = append(out.Items, newDocumentJSON(*d))
		}
		out.Total = len(out.Items)
		return out, nil
	},
}

var Document = web.View{
	Path: web.PathDocuments + "/:id", Title: "Document",
	Examples: func(req *web.Request) []string {
		var out []string
		for _, d := range req.Documents()[:min(2, len(req.Documents()))] {
			out = append(out, web.PathDocuments+"/"+d.ID)
		}
		return out
	},
	Page: func(req *web.Request) (web.Page, error) {
		d, err := documentOf(req, req.ID)
		if err != nil {
			return web.Page{}, err
		}
		tree, err := treeOf(req, d)
		if err != nil {
			return web.Page{}, err
		}
		release, err := req.Work.Acquire(req.Context(), web.TreePageBytes)
		if err != nil {
			return web.Page{}, fmt.Errorf("show document: %w", err)
		}
		return web.Page{Title: d.Name, Undated: true, Content: document(req, d, tree, web.Reveals(req)), Release: release}, nil
	},
	JSON: documentContent,
}

// documentContent gives a document as its page does: personal values are masked
// unless they are asked for.
func documentContent(req *web.Request) (any, error) {
	d, err := documentOf(req, req.ID)
	if err != nil {
		return nil, err
	}
	reveal := web.Reveals(req)
	key := fmt.Sprintf("content %p %d %t", req.Data, d.At, reveal)
	shown, err := web.Together(req, key, int64(d.Size)+web.ShownBytes, func() (shown account.Redacted) {
		if content, err := req.Data.DocumentJSON(d.At); err == nil {
			shown, _ = account.Redact(content, d.Extent, d.Topic, reveal)
		}
		return shown
	})
	if err != nil {
		return nil, err
	}
	if shown.JSON == nil {
		shown.JSON = []byte("null") // it is damaged
	}
	about, err := json.Marshal(documentContentJSON{newDocumentJSON(d), shown.Masked, shown.LeftOut})
	if err != nil {
		return nil, err
	}
	// The content may be megabytes, and is JSON already.
	return web.File{Parts: [][]byte{about[:len(about)-1], []byte(`,"content":`), shown.JSON, []byte("}\n")}}, nil
}

func documentsBytes(req *web.Request) int64 { return int64(len(req.Data.Documents())) * web.NameBytes }
