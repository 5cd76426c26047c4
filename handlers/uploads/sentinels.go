package uploads

import "errors"

// What they mean to a person is in the table of handlers/errors.go.
var (
	ErrNoSession     = errors.New("no session with data")
	ErrNoFiles       = errors.New("no files in the upload")
	ErrNotForm       = errors.New("upload is not multipart form data")
	ErrBadForm       = errors.New("not a form")
	ErrChanged       = errors.New("data changed during the upload")
	ErrHasData       = errors.New("there is data already")
	ErrForeign       = errors.New("data or uploads lie with another instance")
	ErrLinkSample    = errors.New("invented data is not linked")
	ErrLinkMoved     = errors.New("data behind the code is not there any more")
	ErrLinkOwn       = errors.New("the session holds the data behind the code")
	ErrLinkReplaces  = errors.New("data behind the code would replace data")
	ErrUploadAborted = errors.New("upload broke off")
	ErrTooMuch       = errors.New("too much from one address")
	ErrTooManyCodes  = errors.New("too many codes from one address")
)
