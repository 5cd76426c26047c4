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
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

const functionURLDomain = "abc.lambda-url.eu-central-1.on.aws"

// lambdaEvent is an event as both kinds of front send it.
func lambdaEvent(method, path, query string) *events.LambdaFunctionURLRequest {
	return &events.LambdaFunctionURLRequest{
		Version: "2.0", RawPath: path, RawQueryString: query,
		Headers: map[string]string{"host": functionURLDomain, "x-forwarded-proto": "https"},
		RequestContext: events.LambdaFunctionURLRequestContext{
			DomainName: functionURLDomain,
			HTTP:       events.LambdaFunctionURLRequestContextHTTPDescription{Method: method, Path: path, SourceIP: "203.0.113.9"},
		},
	}
}

// asked is what came through to the handler.
type asked struct {
	Method, Target, Path, Host, Cookie, Remote, RequestID, Body string
	Length                                                      int64
	HostHeader                                                  bool
}

func ask(r *http.Request) asked {
	body, _ := io.ReadAll(r.Body)
	return asked{
		Method: r.Method, Target: r.RequestURI, Path: r.URL.Path, Host: r.Host, Cookie: r.Header.Get("Cookie"), Remote: r.RemoteAddr,
		RequestID: r.Header.Get("X-Request-Id"), Body: string(body), Length: r.ContentLength, HostHeader: r.Header.Get("Host") != "",
	}
}

func TestLambdaRequest(t *testing.T) {
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "8476a536-e9f4-11e8-9739-2dfe598c3fcd"})
	base := asked{Method: "GET", Target: "/artists?q=a%26b", Path: "/artists", Host: functionURLDomain, Remote: "203.0.113.9:0", RequestID: "8476a536-e9f4-11e8-9739-2dfe598c3fcd"}
	for name, test := range map[string]struct {
		event *events.LambdaFunctionURLRequest
		want  asked
	}{
		"plain":                       {lambdaEvent("GET", "/artists", "q=a%26b"), base},
		"the client's own request ID": {with(lambdaEvent("GET", "/artists", "q=a%26b"), "x-request-id", "made-up-by-the-client"), base},
		"cookies beside the headers": {
			func() *events.LambdaFunctionURLRequest {
				e := lambdaEvent("GET", "/artists", "q=a%26b")
				e.Cookies = []string{"__Host-session=v1.a.b", "__Host-session.1=c"}
				return e
			}(), func() asked { w := base; w.Cookie = "__Host-session=v1.a.b; __Host-session.1=c"; return w }(),
		},
		"cookies in both places": {
			func() *events.LambdaFunctionURLRequest {
				e := with(lambdaEvent("GET", "/artists", "q=a%26b"), "cookie", "theme=dark; session=x")
				e.Cookies = []string{"theme=dark", "session=x"}
				return e
			}(), func() asked { w := base; w.Cookie = "theme=dark; session=x"; return w }(),
		},
		"binary body": {
			func() *events.LambdaFunctionURLRequest {
				e := lambdaEvent("POST", "/uploads", "")
				e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte("\x00\xff\x8bPK")), true
				return e
			}(), func() asked {
				w := base
				w.Method, w.Target, w.Path, w.Body, w.Length = "POST", "/uploads", "/uploads", "\x00\xff\x8bPK", 5
				return w
			}(),
		},
		// Over a connection the server would refuse it; here it is the lens's to refuse.
		"query that is no URL": {
			lambdaEvent("GET", "/artists", "q=a\x7f"),
			func() asked { w := base; w.Target = "/artists?q=a\x7f"; return w }(),
		},
		// An HTTP API hands the path on decoded.
		"path that is no URL": {
			lambdaEvent("GET", "/a b/100%", ""),
			func() asked { w := base; w.Target, w.Path = "/a%20b/100%25", "/a b/100%"; return w }(),
		},
	} {
		var got asked
		s := &Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = ask(r) })}
		answer, err := s.invoke(ctx, test.event)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_ = answer.Close()
		if got != test.want {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, test.want)
		}
	}
}

func with(e *events.LambdaFunctionURLRequest, name, value string) *events.LambdaFunctionURLRequest {
	e.Headers[name] = value
	return e
}

// answerOf invokes a handler and reads what goes to the platform.
func answerOf(t *testing.T, stream bool, event *events.LambdaFunctionURLRequest, handler http.HandlerFunc) (events.LambdaFunctionURLResponse, error) {
	t.Helper()
	s := &Server{Handler: handler, Stream: stream, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	answer, err := s.invoke(t.Context(), event)
	if err != nil {
		return events.LambdaFunctionURLResponse{}, err
	}
	defer func() { _ = answer.Close() }()
	if _, err := json.Marshal(answer); err == nil {
		t.Error("the library would encode the answer once more")
	}
	raw, err := io.ReadAll(answer)
	var response events.LambdaFunctionURLResponse
	if !strings.HasSuffix(answer.ContentType(), "http-integration-response") {
		if e := json.Unmarshal(raw, &response); e != nil {
			t.Fatalf("%v in %s", e, raw)
		}
		if response.IsBase64Encoded {
			body, e := base64.StdEncoding.DecodeString(response.Body)
			if e != nil {
				t.Fatal(e)
			}
			response.Body = string(body)
		}
		return response, err
	}
	prelude, body, ok := bytes.Cut(raw, make([]byte, 8))
	if !ok {
		t.Fatalf("no eight zero bytes in %q", raw)
	}
	if e := json.Unmarshal(prelude, &response); e != nil {
		t.Fatal(e)
	}
	response.Body = string(body)
	return response, err
}

// bothModes runs a test buffered and streamed.
func bothModes(t *testing.T, f func(t *testing.T, stream bool)) {
	for _, stream := range []bool{false, true} {
		t.Run(fmt.Sprintf("stream=%v", stream), func(t *testing.T) { f(t, stream) })
	}
}

func TestLambdaAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		method  string
		handler http.HandlerFunc
		want    events.LambdaFunctionURLResponse
	}{
		"page": {"GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Add("Vary", "Accept-Encoding")
			w.Header().Add("Vary", "Cookie")
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
			http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
			w.WriteHeader(http.StatusTeapot)
			w.Header().Set("Late", "too late")
			_, _ = io.WriteString(w, "<p>Motörhead &amp; ")
			_, _ = io.WriteString(w, "friends</p>")
		}, events.LambdaFunctionURLResponse{
			StatusCode: 418, Body: "<p>Motörhead &amp; friends</p>", Cookies: []string{"a=1", "b=2"},
			Headers: map[string]string{"Content-Type": "text/html; charset=utf-8", "Vary": "Accept-Encoding, Cookie"},
		}},
		"binary": {"GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "font/woff2")
			w.Header().Set("Content-Length", "4")
			_, _ = w.Write([]byte("\x1f\x8b\x00\xff"))
		}, events.LambdaFunctionURLResponse{StatusCode: 200, Body: "\x1f\x8b\x00\xff", Headers: map[string]string{"Content-Type": "font/woff2"}}},
		"type by content": {"GET", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<!DOCTYPE html><title>x</title>")
		}, events.LambdaFunctionURLResponse{StatusCode: 200, Body: "<!DOCTYPE html><title>x</title>", Headers: map[string]string{"Content-Type": "text/html; charset=utf-8"}}},
		"silent": {"GET", func(http.ResponseWriter, *http.Request) {},
			events.LambdaFunctionURLResponse{StatusCode: 200, Headers: map[string]string{}}},
		"no content": {"POST", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
			events.LambdaFunctionURLResponse{StatusCode: 204, Headers: map[string]string{}}},
		"early hints": {"GET", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusNotFound)
		}, events.LambdaFunctionURLResponse{StatusCode: 404, Headers: map[string]string{}}},
		"head": {"HEAD", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5")
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, "hello")
		}, events.LambdaFunctionURLResponse{StatusCode: 200, Headers: map[string]string{"Content-Type": "text/plain", "Content-Length": "5"}}},
	} {
		t.Run(name, func(t *testing.T) {
			bothModes(t, func(t *testing.T, stream bool) {
				got, err := answerOf(t, stream, lambdaEvent(test.method, "/", ""), test.handler)
				if err != nil {
					t.Fatal(err)
				}
				got.IsBase64Encoded = false
				if got.Headers == nil { // left out of a prelude when empty
					got.Headers = map[string]string{}
				}
				if !reflect.DeepEqual(got, test.want) {
					t.Errorf("got  %+v\nwant %+v", got, test.want)
				}
			})
		})
	}
}

// A handler that breaks its answer off must not look finished, and must not end
// the process.
func TestLambdaAbort(t *testing.T) {
	bothModes(t, func(t *testing.T, stream bool) {
		for name, handler := range map[string]http.HandlerFunc{
			"at once": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			"half way": func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, "half")
				panic(http.ErrAbortHandler)
			},
		} {
			if _, err := answerOf(t, stream, lambdaEvent("GET", "/", ""), handler); !errors.Is(err, errAborted) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// A panic that nobody else has caught is answered, and does not end the process.
func TestLambdaPanic(t *testing.T) {
	bothModes(t, func(t *testing.T, stream bool) {
		var log bytes.Buffer
		s := &Server{Stream: stream, Log: slog.New(slog.NewTextHandler(&log, nil)), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			if r.URL.Path == "/late" {
				_, _ = io.WriteString(w, "half")
			}
			panic("the cause, said by " + r.RemoteAddr)
		})}
		ask := func(path string) (string, error) {
			t.Helper()
			answer, err := s.invoke(t.Context(), lambdaEvent("GET", path, ""))
			if err != nil {
				return "", err
			}
			defer func() { _ = answer.Close() }()
			raw, err := io.ReadAll(answer)
			return string(raw), err
		}
		got, err := ask("/")
		if err != nil || !strings.Contains(got, `"statusCode":500`) || !strings.Contains(got, "Internal Server Error") || strings.Contains(got, "elsewhere") {
			t.Errorf("%s, %v", got, err)
		}
		got, err = ask("/late")
		if stream && !errors.Is(err, errPanicked) || !stream && !strings.Contains(got, `"statusCode":500`) || strings.Contains(got, "half") && !stream {
			t.Errorf("half way: %s, %v", got, err)
		}
		if n := strings.Count(log.String(), "handler panicked"); n != 2 || !strings.Contains(log.String(), "the cause") || strings.Contains(log.String(), "203.0.113.9") {
			t.Errorf("log: %s", log.String())
		}
		if !s.busy.TryLock() {
			t.Error("still busy")
		}
	})
}

// What a stream holds goes out while the handler is still at it.
func TestLambdaStreamFlows(t *testing.T) {
	goOn := make(chan struct{})
	s := &Server{Stream: true, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, "first")
		<-goOn
		_, _ = io.WriteString(w, "last")
	})}
	answer, err := s.invoke(t.Context(), lambdaEvent("GET", "/", ""))
	if err != nil {
		t.Fatal(err)
	}
	var got []byte
	for b := make([]byte, 512); !bytes.HasSuffix(got, []byte("first")); {
		n, err := answer.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, b[:n]...)
	}
	close(goOn)
	if rest, err := io.ReadAll(answer); err != nil || string(rest) != "last" {
		t.Errorf("%q, %v", rest, err)
	}
	_ = answer.Close()
	if !s.busy.TryLock() {
		t.Error("still busy")
	}
}

// An HTTP API cannot take a stream, whatever the function URL beside it can.
func TestLambdaBuffersForAPI(t *testing.T) {
	event := lambdaEvent("GET", "/", "")
	event.RequestContext.DomainName = "abc.execute-api.eu-central-1.amazonaws.com"
	s := &Server{Stream: true, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).Flush(); !errors.Is(err, http.ErrNotSupported) {
			t.Errorf("flush: %v", err)
		}
	})}
	answer, err := s.invoke(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	if answer.ContentType() != "application/json" {
		t.Error(answer.ContentType())
	}
}

func TestLambdaTooLarge(t *testing.T) {
	large := func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bytes.Repeat([]byte{0xff}, 5<<20)) }
	got, err := answerOf(t, false, lambdaEvent("GET", "/", ""), large)
	if err != nil || got.StatusCode != http.StatusInternalServerError || !strings.Contains(got.Body, "too large") {
		t.Errorf("buffered: %+v, %v", got, err)
	}
	got, err = answerOf(t, true, lambdaEvent("GET", "/", ""), large)
	if err != nil || got.StatusCode != http.StatusOK || len(got.Body) != 5<<20 {
		t.Errorf("streamed: %d, %d bytes, %v", got.StatusCode, len(got.Body), err)
	}
}

func TestLambdaRefusesBrokenEvents(t *testing.T) {
	s := &Server{Handler: http.NotFoundHandler()}
	broken := lambdaEvent("POST", "/uploads", "")
	broken.Body, broken.IsBase64Encoded = "not base64!", true
	for _, event := range []*events.LambdaFunctionURLRequest{broken, lambdaEvent("GE T", "/", "")} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		if _, err := s.invoke(ctx, event); err == nil {
			t.Errorf("%+v was taken", event)
		}
		cancel()
	}
	if !s.busy.TryLock() {
		t.Error("still busy")
	}
}
