package main

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
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	awslambda "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
)

// maxLambdaAnswer is what Lambda passes on of a buffered answer, less a little
// for its headers.
const maxLambdaAnswer = 6<<20 - 64<<10

// Errors of an answer that its handler did not finish: over a connection the
// client would see it end too early.
var (
	errLambdaAborted  = errors.New("the answer was broken off")
	errLambdaPanicked = errors.New("the handler panicked")
)

// A lambdaServer answers the invocations of AWS Lambda, which come from a
// function URL or an HTTP API (payload format 2.0) and look alike.
//
// It stands in the place of package lambdaurl, which streams only, takes
// cookies from the headers alone, where an HTTP API has none, and ends the
// process when a handler breaks its answer off.
type lambdaServer struct {
	handler http.Handler
	// stream says that function URLs are set up with RESPONSE_STREAM.
	stream bool
	log    *slog.Logger
	// busy is held for reading by every invocation until its answer is with the
	// platform.
	busy sync.RWMutex
}

// serveLambda answers invocations until ctx ends, and then lets the one under
// way finish. Where they come from, the library reads in AWS_LAMBDA_RUNTIME_API.
func serveLambda(ctx context.Context, handler http.Handler, stream bool, log *slog.Logger) error {
	s := &lambdaServer{handler: handler, stream: stream, log: log}
	// Requests outlive the signal to stop. StartWithOptions never returns; it ends
	// the process when the platform does not answer.
	go awslambda.StartWithOptions(s.invoke,
		awslambda.WithContext(context.WithoutCancel(ctx)),
		// Without it the platform kills without a signal.
		awslambda.WithEnableSIGTERM())
	<-ctx.Done()
	log.Info("stopping")
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	idle := make(chan struct{})
	go func() {
		s.busy.Lock() // for good: the process ends
		close(idle)
	}()
	select {
	case <-idle:
	case <-deadline.Done():
		log.Warn("requests broken off", "error", deadline.Err())
	}
	return nil
}

// invoke answers one invocation.
func (s *lambdaServer) invoke(ctx context.Context, event *events.LambdaFunctionURLRequest) (*lambdaAnswer, error) {
	s.busy.RLock()
	answer, err := s.answer(ctx, event)
	if err != nil {
		s.busy.RUnlock()
		return nil, err
	}
	answer.delivered = s.busy.RUnlock
	return answer, nil
}

func (s *lambdaServer) answer(ctx context.Context, event *events.LambdaFunctionURLRequest) (*lambdaAnswer, error) {
	r, err := newLambdaRequest(ctx, event)
	if err != nil {
		return nil, err
	}
	// Only a function URL can be set up for streams.
	if s.stream && strings.Contains(event.RequestContext.DomainName, ".lambda-url.") {
		return s.streamed(r)
	}
	return s.buffered(r)
}

// newLambdaRequest makes the request that the client sent to the platform.
func newLambdaRequest(ctx context.Context, event *events.LambdaFunctionURLRequest) (*http.Request, error) {
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
func (s *lambdaServer) buffered(r *http.Request) (*lambdaAnswer, error) {
	var body bytes.Buffer
	w := &lambdaWriter{header: make(http.Header), body: &body, noBody: r.Method == http.MethodHead}
	switch err := s.serve(w, r); {
	case errors.Is(err, errLambdaPanicked):
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
	encoded, err := encodeLambda(response)
	if err == nil && len(encoded) > maxLambdaAnswer {
		s.log.ErrorContext(r.Context(), "an answer is larger than Lambda passes on: use a function URL with RESPONSE_STREAM", "bytes", len(encoded))
		encoded, err = encodeLambda(events.LambdaFunctionURLResponse{
			StatusCode: http.StatusInternalServerError,
			Headers:    map[string]string{"Content-Type": "text/plain; charset=utf-8"},
			Body:       "This answer is too large for the way this site is set up. Ask for a part of it.\n",
		})
	}
	if err != nil {
		return nil, fmt.Errorf("encode the answer: %w", err)
	}
	return &lambdaAnswer{Reader: bytes.NewReader(encoded), contentType: "application/json"}, nil
}

// encodeLambda leaves markup as it is, which would grow by half otherwise.
func encodeLambda(response events.LambdaFunctionURLResponse) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(response)
	return b.Bytes(), err
}

// streamed returns as soon as the answer begins, and hands on the rest as it
// is written.
func (s *lambdaServer) streamed(r *http.Request) (*lambdaAnswer, error) {
	body, pipe := io.Pipe()
	w := &lambdaWriter{header: make(http.Header), body: pipe, noBody: r.Method == http.MethodHead, begun: make(chan struct{})}
	failed := make(chan error, 1)
	go func() {
		err := s.serve(w, r)
		switch {
		case errors.Is(err, errLambdaPanicked) && w.status == 0:
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
	return &lambdaAnswer{
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
func (s *lambdaServer) serve(w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		switch cause := recover(); cause {
		case nil:
		case http.ErrAbortHandler:
			err = errLambdaAborted
		default:
			s.log.ErrorContext(r.Context(), "handler panicked",
				"cause", edge.WithoutAddresses(fmt.Sprint(cause)), "stack", string(debug.Stack()),
				"request_id", r.Header.Get("X-Request-Id"))
			err = errLambdaPanicked
		}
	}()
	s.handler.ServeHTTP(w, r)
	return nil
}

// A lambdaWriter is the http.ResponseWriter of one invocation.
type lambdaWriter struct {
	header http.Header
	body   io.Writer
	noBody bool

	status int
	sent   http.Header   // header as it was when the answer began
	begun  chan struct{} // closed when the answer begins; nil when nobody waits for it
}

func (w *lambdaWriter) Header() http.Header { return w.header }

func (w *lambdaWriter) WriteHeader(status int) {
	if w.status != 0 || status < http.StatusOK { // 1xx has no way through
		return
	}
	w.status, w.sent = status, w.header.Clone()
	if w.begun != nil {
		close(w.begun)
	}
}

// fail answers in the place of a handler that panicked.
func (w *lambdaWriter) fail() {
	w.header = make(http.Header) // that of the answer that was not given
	w.header.Set("Cache-Control", "private, no-store")
	http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
}

func (w *lambdaWriter) Write(b []byte) (int, error) {
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
func (w *lambdaWriter) FlushError() error {
	w.WriteHeader(http.StatusOK)
	if w.begun == nil {
		return http.ErrNotSupported
	}
	return nil
}

// split returns the headers as Lambda takes them: one value each, and cookies
// apart. The platform counts the body and minds its connections by itself.
func (w *lambdaWriter) split() (headers map[string]string, cookies []string) {
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

// A lambdaAnswer goes to the platform as it is. The library closes it when it
// has been delivered.
type lambdaAnswer struct {
	io.Reader
	contentType string
	closed      func() error // may be nil
	delivered   func()
}

func (a *lambdaAnswer) ContentType() string { return a.contentType }

// MarshalJSON keeps the library from taking the answer for a value to encode.
func (a *lambdaAnswer) MarshalJSON() ([]byte, error) {
	return nil, errors.New("an answer is encoded already")
}

func (a *lambdaAnswer) Close() error {
	defer a.delivered()
	if a.closed != nil {
		return a.closed()
	}
	return nil
}
