package handlers

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// A document is a document of the packages with the name it has in URLs.
type document struct {
	dataset.Document
	id    string
	at    int    // its place in Documents()
	holds string // "your playlists"
}

const documentIDBytes = 12

// documents are all documents. An ID follows from what a document is called and
// holds, so that it stays when other packages are added.
func (req *Request) documents() []document {
	return dataset.Memoize(req.Data, "documents", func() []document {
		list := req.Data.Documents()
		out := make([]document, len(list))
		for i, d := range list {
			id := sha256.Sum256(append([]byte(string(d.Topic)+"\x00"+d.Name+"\x00"), d.Sum[:]...))
			out[i] = document{
				Document: d, at: i,
				id:    base64.RawURLEncoding.EncodeToString(id[:documentIDBytes]),
				holds: cmp.Or(topicHolds(d.Topic), topicWords[export.TopicOther]),
			}
		}
		return out
	})
}

// fileOf names a file of an upload as documents do.
type fileOf struct{ pack, name string }

func (d document) url(l dataset.Lens) string { return href(pathDocuments+"/"+d.id, kept(l)) }

// sourceOf leads to the newest document of a topic; without a URL when there is none.
func (req *Request) sourceOf(topic export.Topic, named func(name string) bool) layout.LinkView {
	for _, d := range req.documents() {
		if d.Topic == topic && (named == nil || named(d.Name)) {
			return layout.LinkView{Label: d.Name, URL: d.url(req.Lens)}
		}
	}
	return layout.LinkView{}
}

// hasTopic reports whether the packages hold a document of any of the topics.
func (req *Request) hasTopic(topics ...export.Topic) bool {
	return slices.ContainsFunc(req.Data.Documents(), func(d dataset.Document) bool { return slices.Contains(topics, d.Topic) })
}

func newDocumentsPageView(req *Request) (pages.CollectionPageView, error) {
	m := pages.CollectionPageView{Eyebrow: "Everything else", Headline: prose.Of("Nothing but plays.")}
	list, err := newDocuments(req)
	if err != nil {
		return m, err
	}
	if len(list.items) == 0 {
		missing := pages.Missing(pages.PartDocuments, pathReceipt+"#more")
		m.Missing = &missing
		return m, nil
	}
	packages := map[string]bool{}
	for _, d := range list.items {
		packages[d.Package] = true
	}
	m.Headline = prose.Text{}.Accent(req.Locale.Count(len(list.items), "document", "documents")).
		Plain(" in " + req.Locale.Count(len(packages), "upload", "uploads") + ", each of them readable here.")
	m.Lede = prose.Of("Whatever Spotify put beside your plays, as it stands in the files. What is personal is hidden until you ask.")
	req.Own = list.own(list.order, nil)
	m.Search = list.search(req)
	m.List = list.list(req, nil)
	return m, nil
}

// documentOrders are the ways to sort documents. The first is that of the
// packages: by topic.
var documentOrders = []order[document]{
	{"topic", "What it is", func(x, y *document) int { return 0 }},
	{"name", "Name", nil},
	{"newest", "Newest", func(x, y *document) int { return cmp.Compare(y.Modified, x.Modified) }},
	{"size", "Size", func(x, y *document) int { return cmp.Compare(y.Size, x.Size) }},
}

// newDocuments are the documents in the order asked for.
func newDocuments(req *Request) (*collection[document], error) {
	o, err := orderBy(req.Query.Get(fieldOrder), documentOrders)
	if err != nil {
		return nil, err
	}
	return &collection[document]{
		label: "Documents", one: "document", many: "documents",
		looksAt: "what documents are called, what they hold and what they came in",
		items:   req.documents(), orders: documentOrders, order: o,
		names:   func(d *document) []string { return []string{d.Name, d.holds, d.Package} },
		head:    "Document",
		columns: []partials.ColumnView{{Label: "What it holds"}, {Label: "Upload"}, {Label: "Written"}, {Label: "Size", Figure: true, Main: true}},
		row: func(d *document) partials.TableRowView {
			return partials.TableRowView{
				Name: d.Name, URL: d.url(req.Lens),
				Cells: []partials.CellView{{Text: d.holds}, {Text: d.Package}, {Text: writtenOn(d.Modified)}, {Text: req.Locale.Bytes(int64(d.Size))}},
			}
		},
	}, nil
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
func (req *Request) documentOf(id string) (document, error) {
	for _, d := range req.documents() {
		if d.id == id {
			return d, nil
		}
	}
	return document{}, errNotFound
}

// documentTree is as much of a document as its page shows.
type documentTree struct {
	root      *account.Node // nil when there is nothing to show
	damaged   bool          // it cannot be unpacked
	breaksOff bool
}

// treeOf reads the tree of a document.
func treeOf(req *Request, d document) (documentTree, error) {
	return Together(req, fmt.Sprintf("tree %p %d", req.Data, d.at), int64(d.Size)+treePageBytes, func() documentTree {
		content, err := req.Data.DocumentJSON(d.at)
		if err != nil {
			return documentTree{damaged: true}
		}
		// What breaks off is shown as far as it goes; it was whole when it was read in.
		root, err := account.Tree(content, account.DisplayLimits)
		return documentTree{root: root, breaksOff: err != nil}
	})
}

func newDocumentPageView(req *Request, d document, tree documentTree, show bool) pages.DocumentPageView {
	all := layout.LinkView{Label: "All documents", URL: href(pathDocuments, kept(req.Lens))}
	m := pages.DocumentPageView{
		Name: d.Name, Trail: []layout.LinkView{all},
		Headline: prose.Of("It holds " + d.holds + "."),
		Facts: []partials.FactView{
			{Label: "Upload", Value: prose.Of(d.Package)},
			{Label: "Size", Value: prose.Of(req.Locale.Bytes(int64(d.Size)))},
		},
	}
	if on := writtenOn(d.Modified); on != "" {
		m.Facts = append(m.Facts, partials.FactView{Label: "Written", Value: prose.Of(on)})
	}
	if tree.damaged {
		m.Unreadable = &partials.EmptyView{Title: "It is damaged.", Message: "It is damaged and could not be unpacked.", Action: all}
		return m
	}
	if tree.root == nil {
		m.Unreadable = &partials.EmptyView{Title: "It cannot be read.", Message: "It is called JSON and is none.", Action: all}
		return m
	}
	t := treeView{loc: req.Locale, show: show}
	m.Root = t.node(tree.root, "", account.NewRedactor(d.Topic), 0)
	if tree.breaksOff {
		m.Root.Cut = strings.TrimSpace(m.Root.Cut + " It breaks off here.")
	}
	if t.personal {
		m.Reveal = newRevealView(req, show)
	}
	return m
}

// fieldReveal asks for personal values. It is not "show", which narrows the lens
// to a show.
const fieldReveal = "reveal"

type documentJSON struct {
	ID       string  `json:"id"`
	Topic    string  `json:"topic"`
	Name     string  `json:"name"`
	Holds    string  `json:"holds"`
	Package  string  `json:"package"`
	Modified *string `json:"modified"`
	Bytes    int     `json:"bytes"`
}

func newDocumentJSON(d document) documentJSON {
	return documentJSON{d.id, string(d.Topic), d.Name, d.holds, d.Package, rfc3339(d.Modified), d.Size}
}

// documentContentJSON is a document with what it holds.
type documentContentJSON struct {
	documentJSON
	Veiled  bool `json:"veiled"`   // whether a value is masked
	LeftOut int  `json:"left_out"` // elements and fields that are not in the content
}

func reveals(req *Request) bool { return req.Query.Get(fieldReveal) == "1" }

var documentsView = View{
	Path: pathDocuments, Title: "Everything else", Group: Spotify, Memory: documentsBytes,
	Holds: func(req *Request) bool { return len(req.Data.Documents()) > 0 },
	Page: func(req *Request) (Page, error) {
		req.Lens = sole(req.Lens)
		m, err := newDocumentsPageView(req)
		return Page{Title: "Everything else", Undated: true, Content: pages.Collection(m), Partial: partials.TableList(m.List)}, err
	},
	JSON: func(req *Request) (any, error) {
		list, err := newDocuments(req)
		if err != nil {
			return nil, err
		}
		out := struct {
			Items []documentJSON `json:"items"`
			Total int            `json:"total"`
		}{Items: []documentJSON{}}
		for _, d := range list.chosen(req.Lens.Q) {
			out.Items = append(out.Items, newDocumentJSON(*d))
		}
		out.Total = len(out.Items)
		return out, nil
	},
}

var documentView = View{
	Path: pathDocuments + "/:id", Title: "Document",
	Examples: func(req *Request) []string {
		var out []string
		for _, d := range req.documents()[:min(2, len(req.documents()))] {
			out = append(out, pathDocuments+"/"+d.id)
		}
		return out
	},
	Page: func(req *Request) (Page, error) {
		d, err := req.documentOf(req.ID)
		if err != nil {
			return Page{}, err
		}
		tree, err := treeOf(req, d)
		if err != nil {
			return Page{}, err
		}
		release, err := req.Work.Acquire(req.Context(), treePageBytes)
		if err != nil {
			return Page{}, fmt.Errorf("show document: %w", err)
		}
		m := newDocumentPageView(req, d, tree, reveals(req))
		return Page{Title: d.Name, Undated: true, Content: pages.Document(m), Release: release}, nil
	},
	JSON: documentContent,
}

// documentContent gives a document as its page does: personal values are masked
// unless they are asked for.
func documentContent(req *Request) (any, error) {
	d, err := req.documentOf(req.ID)
	if err != nil {
		return nil, err
	}
	reveal := reveals(req)
	key := fmt.Sprintf("content %p %d %t", req.Data, d.at, reveal)
	shown, err := Together(req, key, int64(d.Size)+shownBytes, func() account.Redacted {
		content, err := req.Data.DocumentJSON(d.at)
		if err != nil {
			return account.Redacted{}
		}
		shown, err := account.Redact(content, d.Extent, d.Topic, reveal)
		if err != nil {
			return account.Redacted{}
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
	return File{Parts: [][]byte{about[:len(about)-1], []byte(`,"content":`), shown.JSON, []byte("}\n")}}, nil
}

// newRevealView asks before this very page shows what is personal.
func newRevealView(req *Request, show bool) *partials.RevealView {
	l := req.Lens.ClearedPaging()
	return &partials.RevealView{Action: req.Path, Hidden: req.hidden(), Shown: show, HideURL: req.href(l)}
}
