// Package lambdahttp serves an http.Handler on AWS Lambda.
package lambdahttp

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
)

// maxAnswer is what Lambda passes on of a buffered answer, less a little for its
// headers.
const maxAnswer = 6<<20 - 64<<10

// Errors of an answer that its handler did not finish. Over a connection the
// client would see the answer end too early.
var (
	errAborted  = errors.New("the answer was broken off")
	errPanicked = errors.New("the handler panicked")
)

// A Server answers the invocations of AWS Lambda. They come from a function URL
// or an HTTP API (payload format 2.0), and both look alike.
//
// It replaces package lambdaurl, which can only stream, reads cookies from the
// headers, where an HTTP API has none, and ends the process when a handler
// aborts its answer.
type Server struct {
	Handler http.Handler
	// Stream says that function URLs are set up with RESPONSE_STREAM.
	Stream bool
	// Drain is how long an invocation may go on after the signal to stop.
	Drain time.Duration
	Log   *slog.Logger

	// busy is held for reading by every invocation until the platform has its
	// answer.
	busy sync.RWMutex
}

// Serve answers invocations until ctx ends, and then lets the current one finish.
// The library reads where they come from in AWS_LAMBDA_RUNTIME_API.
func (s *Server) Serve(ctx context.Context) {
	// Requests outlive the signal to stop. StartWithOptions never returns; it ends
	// the process when the platform does not answer.
	go lambda.StartWithOptions(s.invoke,
		lambda.WithContext(context.WithoutCancel(ctx)),
		// Without it the platform kills the process without a signal.
		lambda.WithEnableSIGTERM())
	<-ctx.Done()
	s.Log.Info("stopping")
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Drain)
	defer cancel()
	idle := make(chan struct{})
	go func() {
		s.busy.Lock() // never unlocked: the process ends
		close(idle)
	}()
	select {
	case <-idle:
	case <-deadline.Done():
		s.Log.Warn("requests broken off", "error", deadline.Err())
	}
}

// invoke answers one invocation.
func (s *Server) invoke(ctx context.Context, event *events.LambdaFunctionURLRequest) (*answer, error) {
	s.busy.RLock()
	answer, err := s.respond(ctx, event)
	if err != nil {
		s.busy.RUnlock()
		return nil, err
	}
	answer.delivered = s.busy.RUnlock
	return answer, nil
}

func (s *Server) respond(ctx context.Context, event *events.LambdaFunctionURLRequest) (*answer, error) {
	r, err := newRequest(ctx, event)
	if err != nil {
		return nil, err
	}
	// Only a function URL can be set up for streams.
	if s.Stream && strings.Contains(event.RequestContext.DomainName, ".lambda-url.") {
		return s.streamed(r)
	}
	return s.buffered(r)
}

// newRequest makes the request that the client sent to the platform.
func newRequest(ctx context.Context, event *events.LambdaFunctionURLRequest) (*http.Request, error) {
	body := []byte(event.Body)
	if event.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(event.Body); err != nil {
			return nil, fmt.Errorf("decode the event's body: %w", err)
		}
	}
	// An HTTP API decodes the path, so it may hold what no URL does.
	u, err := url.ParseRequestURI(event.RawPath)
	if err != nil {
		u = &url.URL{Path: event.RawPath}
	}
	u.RawQuery = event.RawQueryString
	in := event.RequestContext
	// Not by its text: an error would quote what somebody looked for.
	r, err := http.NewRequestWithContext(ctx, in.HTTP.Method, "/", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("read the event: %w", err)
	}
	r.URL, r.RequestURI = u, u.RequestURI()
	for name, value := range event.Headers {
		r.Header.Set(name, value)
	}
	if len(event.Cookies) > 0 {
		// A function URL may repeat them among the headers, an HTTP API does not.
		r.Header.Set("Cookie", strings.Join(event.Cookies, "; "))
	}
	r.Host = r.Header.Get("Host")
	if r.Host == "" {
		r.Host = in.DomainName
	}
	r.Header.Del("Host") // as net/http does
	r.RemoteAddr = net.JoinHostPort(in.HTTP.SourceIP, "0")
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		// The platform's own log lines carry it.
		r.Header.Set("X-Request-Id", lc.AwsRequestID)
	}
	return r, nil
}

// buffered gathers the whole answer into one JSON object.
func (s *Server) buffered(r *http.Request) (*answer, error) {
	var body bytes.Buffer
	w := &responseWriter{header: make(http.Header), body: &body, noBody: r.Method == http.MethodHead}
	switch err := s.serve(w, r); {
	case errors.Is(err, errPanicked):
		// Nothing of the answer is on its way yet.
		body.Reset()
		w.status = 0
		w.fail()
	case err != nil:
		return nil, err
	}
	w.WriteHeader(http.StatusOK) // for a silent handler
	headers, cookies := w.split()
	response := events.LambdaFunctionURLResponse{StatusCode: w.status, Headers: headers, Cookies: cookies}
	if utf8.Valid(body.Bytes()) {
		response.Body = body.String()
	} else {
		response.Body, response.IsBase64Encoded = base64.StdEncoding.EncodeToString(body.Bytes()), true
	}
	encoded, err := encode(response)
	if err == nil && len(encoded) > maxAnswer {
		s.Log.ErrorContext(r.Context(), "an answer is larger than Lambda passes on: use a function URL with RESPONSE_STREAM", "bytes", len(encoded))
		encoded, err = encode(events.LambdaFunctionURLResponse{
			StatusCode: http.StatusInternalServerError,
			Headers:    map[string]string{"Content-Type": "text/plain; charset=utf-8"},
			Body:       "This answer is too large for the way this site is set up. Ask for a part of it.\n",
		})
	}
	if err != nil {
		return nil, fmt.Errorf("encode the answer: %w", err)
	}
	return &answer{Reader: bytes.NewReader(encoded), contentType: "application/json"}, nil
}

// encode leaves markup as it is, which would grow by half otherwise.
func encode(response events.LambdaFunctionURLResponse) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(response)
	return b.Bytes(), err
}

// streamed returns as soon as the answer begins, and hands on the rest as it
// is written.
func (s *Server) streamed(r *http.Request) (*answer, error) {
	body, pipe := io.Pipe()
	w := &responseWriter{header: make(http.Header), body: pipe, noBody: r.Method == http.MethodHead, begun: make(chan struct{})}
	failed := make(chan error, 1)
	go func() {
		err := s.serve(w, r)
		switch {
		case errors.Is(err, errPanicked) && w.status == 0:
			w.fail()
			err = nil
		case err != nil:
			failed <- err
		default:
			w.WriteHeader(http.StatusOK)
		}
		// Without an error this is the end of the body.
		_ = pipe.CloseWithError(err)
	}()
	select {
	case <-w.begun:
	case err := <-failed:
		// It may have begun and failed at once.
		select {
		case <-w.begun:
		default:
			return nil, err
		}
	}
	headers, cookies := w.split()
	return &answer{
		Reader: &events.LambdaFunctionURLStreamingResponse{
			StatusCode: w.status, Headers: headers, Cookies: cookies, Body: body,
		},
		contentType: "application/vnd.awslambda.http-integration-response",
		// Whoever still writes learns that nobody reads.
		closed: body.Close,
	}, nil
}

// serve calls the handler. A panic becomes an error, whether it is there on
// purpose, to break an answer off, or not: one that the edge has let pass must
// not end the process, which has other people's requests to answer.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		switch cause := recover(); cause {
		case nil:
		case http.ErrAbortHandler:
			err = errAborted
		default:
			s.Log.ErrorContext(r.Context(), "handler panicked",
				"cause", edge.WithoutAddresses(fmt.Sprint(cause)), "stack", string(debug.Stack()),
				"request_id", r.Header.Get("X-Request-Id"))
			err = errPanicked
		}
	}()
	s.Handler.ServeHTTP(w, r)
	return nil
}

// A responseWriter is the http.ResponseWriter of one invocation.
type responseWriter struct {
	header http.Header
	body   io.Writer
	noBody bool

	status int
	sent   http.Header   // header as it was when the answer began
	begun  chan struct{} // closed when the answer begins; nil when nobody waits for it
}

func (w *responseWriter) Header() http.Header { return w.header }

func (w *responseWriter) WriteHeader(status int) {
	if w.status != 0 || status < http.StatusOK { // 1xx has no way through
		return
	}
	w.status, w.sent = status, w.header.Clone()
	if w.begun != nil {
		close(w.begun)
	}
}

// fail answers in the place of a handler that panicked.
func (w *responseWriter) fail() {
	w.header = make(http.Header) // that of the answer that was not given
	w.header.Set("Cache-Control", "private, no-store")
	http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
}

func (w *responseWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		if w.header.Get("Content-Type") == "" {
			w.header.Set("Content-Type", http.DetectContentType(b))
		}
		w.WriteHeader(http.StatusOK)
	}
	if w.noBody {
		return len(b), nil
	}
	return w.body.Write(b)
}

// FlushError begins the answer: what is written of a stream is on its way, and
// what is buffered cannot be hurried.
func (w *responseWriter) FlushError() error {
	w.WriteHeader(http.StatusOK)
	if w.begun == nil {
		return http.ErrNotSupported
	}
	return nil
}

// split returns the headers as Lambda takes them: one value each, and cookies
// apart. The platform counts the body and minds its connections by itself.
func (w *responseWriter) split() (headers map[string]string, cookies []string) {
	header := maps.Clone(w.sent)
	cookies = header["Set-Cookie"]
	for _, name := range []string{"Set-Cookie", "Connection", "Transfer-Encoding"} {
		delete(header, name)
	}
	if !w.noBody {
		delete(header, "Content-Length")
	}
	headers = make(map[string]string, len(header))
	for name, values := range header {
		headers[name] = strings.Join(values, ", ")
	}
	return headers, cookies
}

// A answer goes to the platform as it is. The library closes it when it
// has been delivered.
type answer struct {
	io.Reader
	contentType string
	closed      func() error // may be nil
	delivered   func()
}

func (a *answer) ContentType() string { return a.contentType }

// MarshalJSON keeps the library from taking the answer for a value to encode.
func (a *answer) MarshalJSON() ([]byte, error) {
	return nil, errors.New("an answer is encoded already")
}

func (a *answer) Close() error {
	defer a.delivered()
	if a.closed != nil {
		return a.closed()
	}
	return nil
}
