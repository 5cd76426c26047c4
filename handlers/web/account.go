package web

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Account is what the packages say beside the plays, read once for a dataset.
func (req *Request) Account() *account.Account { return account.Of(req.Data) }

// MadeFrom begins the foot of a picture and of a clip.
func (req *Request) MadeFrom() string {
	if req.Sample {
		return "Made from invented data"
	}
	return "Made from my own Spotify export"
}

// Names join the account's URIs with the history's names.
func (req *Request) Names() *account.Resolver { return req.Account().In(req.Data) }

// A Document is a document of the packages with the name it has in URLs.
type Document struct {
	dataset.Document
	ID    string
	At    int    // its place in Documents()
	Holds string // "your playlists"
}

const documentIDBytes = 12

// Documents are all documents. An ID follows from what a document is called and
// holds, so that it stays when other packages are added.
func (req *Request) Documents() []Document {
	return dataset.Memoize(req.Data, "documents", func() []Document {
		list := req.Data.Documents()
		out := make([]Document, len(list))
		for i, d := range list {
			id := sha256.Sum256(append([]byte(string(d.Topic)+"\x00"+d.Name+"\x00"), d.Sum[:]...))
			out[i] = Document{
				Document: d, At: i,
				ID:    base64.RawURLEncoding.EncodeToString(id[:documentIDBytes]),
				Holds: cmp.Or(words.TopicHolds(d.Topic), words.TopicWords[export.TopicOther]),
			}
		}
		return out
	})
}

// URL is the page of the document, under the same lens.
func (d Document) URL(l lens.Lens) string { return Href(PathDocuments+"/"+d.ID, Kept(l)) }

// SourceOf leads to the newest document of a topic; without a URL when there is none.
func (req *Request) SourceOf(topic export.Topic, named func(name string) bool) layout.LinkView {
	for _, d := range req.Documents() {
		if d.Topic == topic && (named == nil || named(d.Name)) {
			return layout.LinkView{Label: d.Name, URL: d.URL(req.Lens)}
		}
	}
	return layout.LinkView{}
}

// HasTopic reports whether the packages hold a document of any of the topics.
func (req *Request) HasTopic(topics ...export.Topic) bool {
	return slices.ContainsFunc(req.Data.Documents(), func(d dataset.Document) bool { return slices.Contains(topics, d.Topic) })
}

// SearchOutcomes are all searches with what was played of them, the newest first. What
// counts as played does not change with the lens: a search has one outcome.
func (req *Request) SearchOutcomes() []account.SearchOutcome {
	return dataset.Memoize(req.Data, "search outcomes", func() []account.SearchOutcome {
		all := req.Account().SearchOutcomes(req.Data, lens.Lens{Min: lens.DefaultMin})
		slices.Reverse(all)
		return all
	})
}

// At is a time of the account data in the lens's zone. 0 is the zero time.
func (req *Request) At(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).In(req.Lens.Zone())
}
