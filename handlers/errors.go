package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// Sentinels of this package. What they mean to a person is in the table below.
var (
	errNoSession     = errors.New("no session with data")
	errNotFound      = errors.New("no such thing in this data")
	errNoFiles       = errors.New("no files in the upload")
	errNotForm       = errors.New("upload is not multipart form data")
	errTooManyFiles  = errors.New("too many files in one upload")
	errHasData       = errors.New("there is data already")
	errUploadAborted = errors.New("upload broke off")
)

// A failure is what the edge says about an error: a status and a stable code
// for programs, a title and a sentence for people.
type failure struct {
	Status     int
	Code       string
	Title      string
	Message    string
	Field      string // the query parameter, form field or file that is at fault
	RetryAfter int    // seconds; 0 for none
}

// failures is the one table from sentinels to answers.
var failures = []struct {
	err error
	failure
}{
	{errNoSession, failure{http.StatusUnauthorized, "no_session", "There is no data here yet", "Upload your Spotify data first; everything else starts from it.", "", 0}},
	{vault.ErrGone, failure{http.StatusGone, "data_gone", "Your data is no longer here", "It has expired or was deleted. Upload it again to go on.", "", 0}},
	{errNotFound, failure{http.StatusNotFound, "not_found", "That is not in your data", "The address names something this data does not hold. It may have been written down before you replaced your data.", "", 0}},
	{errNoFiles, failure{http.StatusBadRequest, "no_files", "No file arrived", "Choose at least one ZIP or JSON file from Spotify, then send it.", "files", 0}},
	{errNotForm, failure{http.StatusUnsupportedMediaType, "not_a_form", "That was not an upload form", "Send the files as multipart/form-data in the field “files”.", "files", 0}},
	{errTooManyFiles, failure{http.StatusRequestEntityTooLarge, "too_many_files", "Too many files at once", fmt.Sprintf("Send at most %d files in one go. The ZIP as Spotify made it is one file.", maxUploadFiles), "files", 0}},
	{errHasData, failure{http.StatusConflict, "has_data", "You already have data here", "The sample would be mixed up with it. Delete your data first to look at the sample.", "", 0}},
	{ErrCrossOrigin, failure{http.StatusForbidden, "cross_origin", "That request came from another site", "For your safety this page only takes changes from its own forms. Open it directly and try again.", "", 0}},
	{errUploadAborted, failure{http.StatusBadRequest, "upload_incomplete", "The upload broke off", "The connection ended before the whole file was here. Nothing was changed; send it again.", "files", 0}},
	{importer.ErrBusy, failure{http.StatusServiceUnavailable, "busy", "Many people are uploading right now", "Nothing was changed. Try again in half a minute.", "", 30}},
	{importer.ErrBadProgressID, failure{http.StatusNotFound, "not_found", "There is no such upload", "The address does not name an upload.", "", 0}},
	{importer.ErrTooManyPlays, failure{http.StatusRequestEntityTooLarge, "dataset_too_large", "That is more than one person listens to", "Together the files hold more plays than this tool keeps for one person. Nothing was changed.", "files", 0}},
	{ErrSessions, failure{http.StatusServiceUnavailable, "sessions_unavailable", "The session store does not answer", "Your session and your data are safe. Try again in a few seconds.", "", 5}},
	{bucket.ErrUnavailable, failure{http.StatusServiceUnavailable, "store_unavailable", "The data store does not answer", "Your data is safe. Try again in a few seconds.", "", 5}},
	{context.DeadlineExceeded, failure{http.StatusServiceUnavailable, "timeout", "That took too long", "Nothing was changed. Try again in a few seconds.", "", 5}},
}

// describe finds the failure an error stands for. Unknown errors are 500
// without a word of their cause: that belongs in the log.
func describe(err error) failure {
	var input *export.InputError
	if errors.As(err, &input) {
		f := failure{Code: input.Code, Message: input.Message, Field: input.File}
		switch input.Fault {
		case export.FaultTooLarge:
			f.Status, f.Title = http.StatusRequestEntityTooLarge, "That is too large"
		case export.FaultUnsupported:
			f.Status, f.Title = http.StatusUnsupportedMediaType, "That is not a file from Spotify"
		default:
			f.Status, f.Title = http.StatusUnprocessableEntity, "That file cannot be used"
		}
		return f
	}
	var field *dataset.FieldError
	if errors.As(err, &field) {
		return failure{http.StatusBadRequest, "bad_parameter", "One part of the address cannot be used", field.Message, field.Field, 0}
	}
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		return failure{http.StatusRequestEntityTooLarge, "upload_too_large", "That upload is too large",
			fmt.Sprintf("One upload may have %d MB. Send the packages one after another; they add up.", tooBig.Limit>>20), "files", 0}
	}
	for i := range failures {
		if errors.Is(err, failures[i].err) {
			return failures[i].failure
		}
	}
	var he *echo.HTTPError
	if errors.As(err, &he) {
		switch he.Code {
		case http.StatusNotFound:
			return failure{he.Code, "not_found", "There is no such page", "The address is wrong, or the page has moved.", "", 0}
		case http.StatusMethodNotAllowed:
			return failure{he.Code, "method_not_allowed", "That does not work here", "This address does not take that kind of request.", "", 0}
		}
		if he.Code >= 400 && he.Code < 500 {
			return failure{he.Code, "bad_request", "That request cannot be used", http.StatusText(he.Code) + ".", "", 0}
		}
	}
	return failure{http.StatusInternalServerError, "internal", "Something went wrong on our side", "Nothing you stored is lost. Try again; if it happens again, tell whoever runs this page the number below.", "", 0}
}

// wantsJSON reports whether a program is asking: the API always, elsewhere by
// what the client says it accepts.
func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

func isPartial(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/partials/")
}
