package uploads

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
)

// StartView is the page of somebody who has uploaded nothing.
type StartView struct {
	Upload    list.UploadView
	SampleURL string // where "Try it with sample data" is posted; empty in the sample
	BackURL   string // back to the sample; empty outside of it
	Lifetime  string // how long data is kept: "7 days"
	// NoData is for somebody who wanted a page of data that is not here.
	NoData bool
}

// ImportView is the page of an import that is under way.
type ImportView struct {
	URL      string // of this page, to look again without script; posted to, to take over or to fetch what is stored
	Progress list.ProgressView
	Stored   bool // the import is done
}

// ForgetView asks before everything is deleted.
type ForgetView struct {
	Rows   string // "53,411 plays", what will be gone
	Kept   bool   // with an account as well
	Token  string // CSRF token of who is signed in
	Linked bool   // it goes from other devices too
}

// GoneView says that the session's data is no longer here.
type GoneView struct {
	Tidy      bool            // the session has been tidied up
	Upload    list.UploadView // when it has
	Elsewhere bool            // another device has deleted the data
}
