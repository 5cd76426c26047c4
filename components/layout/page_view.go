// Package layout is the frame of every page: head, navigation, the lens with
// its spine, and the foot.
package layout

import "github.com/spotify-data-tool/spotify-data-tool/components/prose"

// Theme is the person's choice of colours.
type Theme string

// The themes. ThemeAuto follows the system.
const (
	ThemeAuto  Theme = "auto"
	ThemeLight Theme = "light"
	ThemeDark  Theme = "dark"
)

// AssetsView is where the browser finds the static files; content-hashed URLs.
type AssetsView struct {
	CSS      string   // app.css
	JS       string   // app.js, a module
	Charts   string   // charts.js, a module
	HTMX     string   // vendor/htmx.min.js
	Icon     string   // icon.svg
	Touch    string   // icons/apple-touch-icon.png
	Manifest string   // manifest.webmanifest
	Fonts    []string // woff2 files to preload
}

// ShareView is what others show of a page when somebody sends them its address.
type ShareView struct {
	Title, Description string
	URL, Image         string // whole, with scheme and host
}

// LinkView is a link with its text.
type LinkView struct {
	Label string
	URL   string
	// Current marks the page or choice that is shown now.
	Current bool
}

// NavGroupView is a group of pages.
type NavGroupView struct {
	Label string // "Charts"
	// Plain groups are one link in the masthead, to the first of their pages; the
	// others open to show all of theirs.
	Plain   bool
	Links   []LinkView
	Current bool // one of the links is
}

// FieldView is a hidden form field.
type FieldView struct {
	Name, Value string
}

// ZoneView is the time zone that a page's days and hours are those of.
type ZoneView struct {
	Time      string // "Warsaw time"; empty on pages without data
	Shown     string // the zone's name
	ChangeURL string // where it is changed
	// URL is where the page's script tells the browser's zone when it is not
	// Known; empty when the person has chosen one.
	URL, Known string
}

// MendedView is a word about a query parameter that could not be used.
type MendedView struct {
	Field, Message string
}

// AccountView is who is signed in, and where one signs in or out. Of the addresses
// one is empty at least.
type AccountView struct {
	Who                   string
	SignInURL, SignOutURL string
	// URL is the page of what is kept with the account; empty where nothing can be.
	URL string
}

// PageView is what the frame needs to know. Every page takes one.
type PageView struct {
	Title  string // of this page; the product's name is added
	Path   string // path and query of this page, to come back to after a change of theme
	Theme  Theme
	Share  *ShareView // nil on all pages that are somebody's own
	Zone   ZoneView
	Mended []MendedView
	Assets AssetsView
	// HomeURL is the overview or start page, with the lens.
	HomeURL string
	// Nav are the pages that hold something, by groups. The last is about the data
	// itself and stands at the end of the masthead.
	Nav []NavGroupView
	// AddURL leads to the form for more data, SearchURL to the search of
	// everything, which sends SearchFor along, and MoreURL to the list of all pages.
	AddURL, SearchURL, MoreURL string
	SearchFor                  []FieldView
	At                         string // the path of the page
	// ForgetURL leads to the page that asks before it deletes; empty while
	// there is nothing to delete.
	ForgetURL string
	// Account says who is signed in; empty where nobody can sign in.
	Account AccountView
	// Lens is nil on pages that do not look at a range of plays.
	Lens *LensView
	// Notice stands above every page while there is something to know about all
	// of them: that the data is invented. Optional.
	Notice prose.Text
	// ThemeURL is where the choice of theme is posted.
	ThemeURL string
}
