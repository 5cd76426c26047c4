package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/list"
)

// A Failure is what the edge says about an error: a status and a stable code
// for programs, a title and a sentence for people.
type Failure struct {
	Status     int    `json:"-"`
	Code       string `json:"code"`
	Title      string `json:"title"`
	Message    string `json:"message"`
	Field      string `json:"field,omitempty"` // the query parameter or form field that is at fault
	RetryAfter int    `json:"-"`               // seconds; 0 for none
	File       string `json:"file,omitempty"`  // the file of the upload that is at fault
}

// WantsJSON reports whether a program is asking: the API always, elsewhere by
// what the client says it accepts.
func WantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.Header.Get("Accept"), "application/json") || IsTus(r)
}

// IsTus reports whether a program speaks tus: a form cannot.
func IsTus(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, PathFiles) && r.Header.Get("Tus-Resumable") != ""
}

// IsPartial reports whether a request asks for a part of a page.
func IsPartial(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/partials/")
}

// NewAlertView is a failure within a page. id is the request's, shown with our own faults.
func NewAlertView(f Failure, id string) list.AlertView {
	v := list.AlertView{Title: f.Title, Message: f.Message, File: f.File}
	if f.Status >= 500 {
		v.RequestID = id
	}
	return v
}

// IsAPI reports whether a request is a program's.
func IsAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, PathAPI+"/") }

// Errors for Fail.
var (
	// ErrCrossOrigin: another site tried to change something.
	ErrCrossOrigin = errors.New("cross-origin write")
	// ErrSessions: the session store does not answer.
	ErrSessions = errors.New("session store unavailable")
	// ErrRenewing: a newer version of the program has stored something that this
	// one cannot read.
	ErrRenewing = errors.New("stored by a newer version of the program")
	// ErrInternal: a handler panicked; the log has the cause.
	ErrInternal = errors.New("internal error")
)

// LocalPath lets through a path on this very site, so that no form can send a
// person elsewhere.
func LocalPath(p string) string {
	u, err := url.Parse(p)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || strings.ContainsAny(p, "\\\r\n\t") {
		return PathHome
	}
	// What is in front may decode a path before it passes it on.
	if !strings.HasPrefix(p, "/") || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(u.Path, "\\\r\n\t") {
		return PathHome
	}
	return p
}
