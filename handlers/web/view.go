package web

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/sync/singleflight"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/reel"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// A View is one page over a person's data. Its page, the partial that htmx
// fetches, its answer as JSON, its place in the navigation and what the tests
// know of it all follow from this value; see docs/architecture.md.
type View struct {
	// Path is the page's address as the router takes it: "/artists/:id". Empty for
	// an answer of the API that no page shows.
	Path string
	// Title is what the navigation calls the page.
	Title string
	// Group is where the navigation lists the page.
	Group Group
	// Holds reports whether the page has something to show, and so is listed. Nil
	// is always.
	Holds func(*Request) bool
	// Covers are other pages that the navigation takes for this one.
	Covers []string
	// API is the address of the JSON answer below /api/v1, where it is not Path.
	API string
	// Examples are addresses of a page whose path has a parameter, for a dataset.
	Examples func(*Request) []string
	// Memory is how many bytes an answer builds beside the dataset, at most. Nil
	// is little enough for every page. The request waits until they are free.
	Memory func(*Request) int64
	// Page builds the page and its partial.
	Page func(*Request) (Page, error)
	// More builds what "Older" appends to the list of the page. Nil: nothing.
	More func(*Request) (templ.Component, error)
	// JSON builds the answer of the API: a value to encode, a [File], or nil when
	// the view has none.
	JSON func(*Request) (any, error)
}

// A Group is a part of the navigation.
type Group int

// The groups, in the order of the navigation.
const (
	Unlisted Group = iota
	TheStory
	TheYears // the years, and what is told of time
	TheCharts
	TheHistory
	AboutLibrary
	AboutYou
	AboutData
)

// Groups are what the navigation calls the groups.
var Groups = [...]string{
	TheStory: "Story", TheYears: "Years", TheCharts: "Charts", TheHistory: "History",
	AboutLibrary: "Yours", AboutYou: "Spotify’s file on you", AboutData: "Your data",
}

// PagesOf are the pages of a group that hold something. In two groups they lead to
// each other.
func (req *Request) PagesOf(g Group) []layout.LinkView {
	for _, group := range req.Pages() {
		if group.Label == Groups[g] {
			return group.Links
		}
	}
	return nil
}

// A Page is what a view shows within the frame.
type Page struct {
	Title   string
	Content templ.Component
	// Partial is what search, sort and paging within the page replace. Nil is
	// Content.
	Partial templ.Component
	// Undated pages look at no range of plays and have no lens.
	Undated bool
	// Subject is what the spine shows beside the whole history. Optional.
	Subject *Subject
	// Redirect, when set, is where the page is instead: a form's address in short.
	Redirect string
	// Release gives back the memory of what the content is rendered from. Optional.
	Release func()
}

// A File is an answer of the API that is more than a value to encode.
type File struct {
	Name  string   // it is offered as a download under this name; optional
	Value any      // to encode
	Parts [][]byte // encoded already, in place of Value
}

// A Request is what a view is given.
type Request struct {
	Data *dataset.Dataset
	Lens lens.Lens
	// ID is the parameter of the path.
	ID string
	// Query holds the parameters of the address, those of the lens included.
	Query url.Values
	// Path is the page the view belongs to; its links lead back there.
	Path string
	// Focused is true on an entity's page: its path names what the lens is narrowed to.
	Focused bool
	// Home is the zone of the lens when its query names none.
	Home HomeZone
	// Mended are the parameters that could not be used as they came.
	Mended []MendedField
	// Own are the page's own parameters, beyond the lens: which part of it is
	// shown, in which order. Links that stay on the page keep them.
	Own []layout.FieldView
	// Sample is true for invented data.
	Sample bool
	// Imported is true on the first page after an import.
	Imported bool
	// Linked: other devices may hold the data as well.
	Linked bool
	Locale format.Locale
	// Upload is the form for more data.
	Upload func() list.UploadView
	// Pages are the pages that hold something, by the groups of the navigation,
	// and Missing those that hold nothing.
	Pages   func() []layout.NavGroupView
	Missing func() []layout.LinkView
	// Now is the time of the request.
	Now func() time.Time
	// Kept says until when the data is here.
	Kept func() string
	// Reels keeps clips and reels. Nil where the site makes none.
	Reels *reel.Store
	// Attached is what is stored beside the data.
	Attached func() (vault.Attached, error)
	// Asset is the URL of a file of static/.
	Asset func(name string) string
	// Work admits what is built for the request. Nil admits everything.
	Work *Work
	Ctx  context.Context
}

// Context ends with the request.
func (req *Request) Context() context.Context {
	if req.Ctx == nil {
		return context.Background()
	}
	return req.Ctx
}

// RankingPageSize is how many lines a list has on a page.
const RankingPageSize = 50

// Work admits by its bytes what requests build beside their dataset, so that many
// large pages at once wait for each other instead of filling the memory.
type Work struct {
	Gate   *admission.Gate
	shared singleflight.Group
}

// collectBytes is from how much on what was built is collected as garbage before
// anybody else may build. Left to itself the collector waits until as much again
// has piled up as is alive, which here is many times the next page.
const collectBytes = 8 << 20

// Acquire waits for so much memory. Its release may be called more than once.
func (w *Work) Acquire(ctx context.Context, bytes int64) (release func(), err error) {
	if w == nil {
		return func() {}, nil
	}
	hold, err := w.Gate.AcquireWithin(ctx, bytes)
	switch {
	case err != nil:
		return nil, err
	case bytes < collectBytes:
		return hold.Release, nil
	}
	return sync.OnceFunc(func() {
		runtime.GC()
		hold.Release()
	}), nil
}

// Together is what f answers for all who ask for the same at the same time. It
// is worked out when there is memory for it, and not kept: what documents say
// may be private.
func Together[T any](req *Request, key string, bytes int64, f func() T) (T, error) {
	if req.Work == nil {
		return f(), nil
	}
	ctx := context.WithoutCancel(req.Context()) // who asks first may leave while others wait
	answer, err, _ := req.Work.shared.Do(key, func() (any, error) {
		release, err := req.Work.Acquire(ctx, bytes)
		if err != nil {
			return nil, fmt.Errorf("read document: %w", err)
		}
		defer release()
		return f(), nil
	})
	if err != nil {
		var none T
		return none, err
	}
	return answer.(T), nil
}

// Limit is how many items a program wants at once.
func (req *Request) Limit() (int, error) {
	text := req.Query.Get("limit")
	if text == "" {
		return apiDefaultLimit, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > apiMaxLimit {
		return 0, &lens.FieldError{Field: "limit", Message: fmt.Sprintf("The limit is a whole number from 1 to %d.", apiMaxLimit)}
	}
	return n, nil
}

const (
	apiDefaultLimit = 100
	apiMaxLimit     = 1000
)

// RFC3339 prints Unix seconds; the zero time is null.
func RFC3339(unix int64) *string {
	if unix == 0 {
		return nil
	}
	return new(time.Unix(unix, 0).UTC().Format(time.RFC3339))
}

// Includes reports whether a page is the view's or belongs to it.
func (v *View) Includes(path string) bool {
	return under(path, v.Path) || slices.ContainsFunc(v.Covers, func(covered string) bool { return under(path, covered) })
}

// under reports whether a page lies at or below a path.
func under(path, above string) bool {
	return path == above || above != PathHome && strings.HasPrefix(path, above+"/")
}

const (
	PageBytes     = 2 << 20  // of any page of a list
	RowBytes      = 350      // of each element that the page puts in order
	NameBytes     = 700      // of each that it names, all on one page
	TreePageBytes = 6 << 20  // of a page with the tree of a document
	ShownBytes    = 16 << 20 // of a document as the API gives it
)

// ErrNotFound: the data holds no such thing.
var ErrNotFound = errors.New("no such thing in this data")

// LibraryBytes is what a list of the library builds.
func LibraryBytes(req *Request) int64 {
	l := &req.Account().Library
	return int64(l.Saved()+len(l.BannedTracks)+len(l.BannedArtists)) * RowBytes
}

// PlaylistBytes is what a list of everything in playlists builds.
func PlaylistBytes(req *Request) int64 {
	a := req.Account()
	n := len(a.Playlists)
	for i := range a.Playlists {
		n += len(a.Playlists[i].Items)
	}
	return int64(n) * RowBytes
}
