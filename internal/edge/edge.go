// Package edge is what every request passes before it reaches a handler and
// every answer on its way out: a request ID, the access log, security headers,
// refusal of cross-site writes, compression, and a last resort for panics.
//
// It is plain net/http, so that it serves any framework.
package edge

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"
)

// Config names what the edge needs. Log and Now are required.
type Config struct {
	Log *slog.Logger
	Now func() time.Time
	// HTTPS says that people reach this server over TLS, whoever ends it. It
	// adds Strict-Transport-Security.
	HTTPS bool
	// RequestIDHeader is the header in which a request brings the ID that a
	// platform or proxy in front has logged it under. Empty means X-Request-Id.
	RequestIDHeader string
	// Failed answers a request whose handler panicked before it answered. It
	// writes the status too. Nil answers 500 in plain text.
	Failed http.Handler
	// Denied answers a cross-site write. It writes the status too. Nil answers
	// 403 in plain text.
	Denied http.Handler
}

const (
	// minCompressed is the size below which compressing costs more than it saves:
	// an answer of that size fits into one packet anyway.
	minCompressed = 1024
	// padding hides the exact compressed size. A page repeats what the address
	// asks for beside what belongs to its owner alone; a size that shrinks when
	// the two agree would tell one from the other.
	padding = 32
)

// Wrap puts the edge around next.
func Wrap(next http.Handler, c Config) (http.Handler, error) {
	if c.Log == nil || c.Now == nil {
		return nil, errors.New("edge: incomplete Config")
	}
	if c.Failed == nil {
		c.Failed = plain(http.StatusInternalServerError)
	}
	if c.RequestIDHeader == "" {
		c.RequestIDHeader = requestIDHeader
	}
	// zstd stays off: it saves little over gzip on pages of this size, and each
	// of its encoders holds megabytes.
	compress, err := gzhttp.NewWrapper(
		gzhttp.EnableZstd(false),
		gzhttp.CompressionLevel(gzip.BestSpeed),
		gzhttp.MinSize(minCompressed),
		gzhttp.ContentTypeFilter(compressible),
		gzhttp.RandomJitter(padding, 0, false),
		gzhttp.DropETag(),
	)
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(c.Denied)

	// Panics are caught inside the compression, which would otherwise send what
	// it has buffered of a broken page, and once more around everything that
	// could panic besides: the page for a panic, the compression itself.
	h := crossOrigin.Handler(next)
	h = recoverPanics(h, c.Log, c.Failed)
	h = compress(h)
	h = secure(h, c.HTTPS)
	h = hurry(h, c.Now)
	h = recoverPanics(h, c.Log, plain(http.StatusInternalServerError))
	h = logAccess(h, c)
	return identify(h, c.RequestIDHeader), nil
}

// compressible names what is text; images, fonts and archives are compressed
// as they are.
func compressible(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch mediaType {
	case "application/json", "application/javascript", "application/manifest+json", "image/svg+xml":
		return true
	default:
		return strings.HasPrefix(mediaType, "text/")
	}
}

const (
	// answerTime is how long a client may take to fetch an answer to a question
	// that brought no body. Uploads have no such limit: they take as long as the
	// line needs.
	answerTime = 2 * time.Minute
	// bodyTime is how long a body may take to arrive. Handlers of uploads put it
	// off for as long as something comes.
	bodyTime = time.Minute
)

// hurry ends answers that nobody fetches, and bodies that never end.
func hurry(next http.Handler, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		var end time.Time // none, also for what came before on this connection
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			end = now().Add(answerTime)
		}
		// Where there is no connection to put a limit on, the server in front has
		// its own.
		_ = control.SetWriteDeadline(end)
		if r.ContentLength != 0 {
			// It holds for what the server reads of it after the handler, too.
			_ = control.SetReadDeadline(now().Add(bodyTime))
			r.Body = &timedBody{r.Body, control}
		}
		next.ServeHTTP(w, r)
	})
}

// A timedBody lifts the deadline when the body is here. The server goes on
// reading, to learn when the client has gone, and would end the request.
type timedBody struct {
	io.ReadCloser
	control *http.ResponseController
}

func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

func plain(status int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, http.StatusText(status), status)
	})
}
