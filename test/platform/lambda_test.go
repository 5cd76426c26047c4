package platform

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

const (
	// lambdaPayload is what Lambda takes as an event and gives as a buffered answer.
	lambdaPayload = 6 << 20
	lambdaTimeout = 30 * time.Second
)

// A lambdaRuntime is the Runtime API of AWS Lambda for one instance, and the
// front that makes events of requests: a function URL or an HTTP API.
type lambdaRuntime struct {
	t       *testing.T
	process *harness.Program
	api     bool // an HTTP API in front, not a function URL
	stream  bool // the function URL is set up with RESPONSE_STREAM

	begun  chan struct{} // closed at the first question for an invocation
	once   sync.Once
	events chan lambdaInvocation
	turn   chan struct{} // an instance answers one invocation at a time

	mu      sync.Mutex
	waiting map[string]chan lambdaResult
}

type lambdaInvocation struct {
	id    string
	event []byte
}

type lambdaResult struct {
	contentType string
	body        []byte
	failed      bool
}

// startLambda returns what starts an instance on Lambda behind that front.
func startLambda(api, stream bool) func(*testing.T, map[string]string, ...string) *instance {
	return func(t *testing.T, shared map[string]string, writable ...string) *instance {
		t.Helper()
		l := &lambdaRuntime{
			t: t, api: api, stream: stream, begun: make(chan struct{}), events: make(chan lambdaInvocation),
			turn: make(chan struct{}, 1), waiting: make(map[string]chan lambdaResult),
		}
		mux := http.NewServeMux()
		mux.HandleFunc("POST /2020-01-01/extension/register", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Lambda-Extension-Identifier", "ext-1")
		})
		mux.HandleFunc("GET /2020-01-01/extension/event/next", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", l.next)
		mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", l.response)
		mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", l.failure)
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close) // after the process, which is asking for an invocation
		env := map[string]string{
			"AWS_LAMBDA_RUNTIME_API": strings.TrimPrefix(server.URL, "http://"), "AWS_LAMBDA_FUNCTION_NAME": "spotify-data-tool",
			"AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512", "AWS_REGION": "eu-central-1",
			"LAMBDA_TASK_ROOT": "/var/task", "_HANDLER": "bootstrap", "TZ": ":UTC",
		}
		if stream {
			env["LAMBDA_INVOKE_MODE"] = "RESPONSE_STREAM"
		}
		maps.Copy(env, shared)
		// The runtime asks while the process is still being wired up here.
		l.mu.Lock()
		l.process = harness.StartProgram(t, env, writable...)
		l.process.Sleeps = true
		l.process.Wake()
		l.mu.Unlock()
		select {
		case <-l.begun:
		case <-time.After(10 * time.Second):
			t.Fatalf("no question for an invocation; log: %s", l.process.Log.String())
		}
		return &instance{l, l.process}
	}
}

// next hands out an invocation. To ask for one is to be done with the last one:
// then the CPU is taken away.
func (l *lambdaRuntime) next(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	l.process.Rest()
	l.mu.Unlock()
	l.once.Do(func() { close(l.begun) })
	select {
	case invocation := <-l.events:
		l.process.Wake()
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", invocation.id)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(lambdaTimeout).UnixMilli()))
		w.Header().Set("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1")
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:123456789012:function:spotify-data-tool")
		_, _ = w.Write(invocation.event)
	case <-r.Context().Done():
	}
}

func (l *lambdaRuntime) response(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		l.t.Errorf("answer of the function: %v", err)
	}
	result := lambdaResult{contentType: r.Header.Get("Content-Type"), body: body, failed: r.Trailer.Get("Lambda-Runtime-Function-Error-Type") != ""}
	if chunked := slices.Contains(r.TransferEncoding, "chunked"); l.streams() && !chunked {
		l.t.Error("a stream must come in chunks")
	}
	if !l.streams() && len(body) > lambdaPayload {
		http.Error(w, `{"errorType":"Function.ResponseSizeTooLarge"}`, http.StatusRequestEntityTooLarge)
		result.failed = true
	} else {
		w.WriteHeader(http.StatusAccepted)
	}
	l.give(r.PathValue("id"), result)
}

func (l *lambdaRuntime) failure(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	l.t.Errorf("the function reports an error: %s", body)
	w.WriteHeader(http.StatusAccepted)
	l.give(r.PathValue("id"), lambdaResult{failed: true})
}

func (l *lambdaRuntime) give(id string, result lambdaResult) {
	l.mu.Lock()
	c := l.waiting[id]
	delete(l.waiting, id)
	l.mu.Unlock()
	if c == nil {
		l.t.Errorf("a second answer to %s", id)
		return
	}
	c <- result
}

func (l *lambdaRuntime) streams() bool { return l.stream && !l.api }

// RoundTrip makes an event of a request, and an answer of what the function
// returns.
func (l *lambdaRuntime) RoundTrip(r *http.Request) (*http.Response, error) {
	event, err := l.event(r)
	if err != nil {
		return nil, err
	}
	if len(event) > lambdaPayload {
		return harness.Refusal(r, http.StatusRequestEntityTooLarge, "the platform takes no event of this size"), nil
	}
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	invocation := lambdaInvocation{id: strings.ToLower(rand.Text()), event: event}
	result := make(chan lambdaResult, 1)
	l.mu.Lock()
	l.waiting[invocation.id] = result
	l.mu.Unlock()
	timeout := time.After(lambdaTimeout)
	select {
	case l.events <- invocation:
	case <-timeout:
		return harness.Refusal(r, http.StatusGatewayTimeout, "the function does not ask for invocations"), nil
	}
	select {
	case got := <-result:
		if got.failed {
			return harness.Refusal(r, http.StatusBadGateway, "Internal Server Error"), nil
		}
		return l.read(r, got)
	case <-timeout:
		return harness.Refusal(r, http.StatusGatewayTimeout, "the function does not answer"), nil
	}
}

// event is the request in payload format 2.0.
func (l *lambdaRuntime) event(r *http.Request) ([]byte, error) {
	body, err := harness.BodyOf(r)
	if err != nil {
		return nil, err
	}
	domain, path := "abc.lambda-url.eu-central-1.on.aws", r.URL.EscapedPath()
	if l.api {
		domain, path = "abc.execute-api.eu-central-1.amazonaws.com", r.URL.Path
	}
	headers := map[string]string{
		"host": r.URL.Host, "x-forwarded-for": "203.0.113.9", "x-forwarded-port": "443", "x-forwarded-proto": "https",
		"content-length": fmt.Sprint(len(body)),
	}
	var cookies []string
	for name, values := range r.Header {
		if name == "Cookie" {
			cookies = strings.Split(strings.Join(values, "; "), "; ")
			continue
		}
		headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	event := map[string]any{
		"version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": r.URL.RawQuery, "headers": headers,
		"requestContext": map[string]any{
			"accountId": "123456789012", "apiId": "abc", "domainName": domain, "domainPrefix": "abc", "requestId": rand.Text(),
			"routeKey": "$default", "stage": "$default", "time": "22/Nov/2026:08:00:00 +0000", "timeEpoch": time.Now().UnixMilli(),
			"http": map[string]any{"method": r.Method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.9", "userAgent": r.UserAgent()},
		},
	}
	if len(cookies) > 0 {
		event["cookies"] = cookies
	}
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if text := strings.HasPrefix(mediaType, "text/") || mediaType == "application/json"; text {
		event["body"], event["isBase64Encoded"] = string(body), false
	} else if len(body) > 0 {
		event["body"], event["isBase64Encoded"] = base64.StdEncoding.EncodeToString(body), true
	} else {
		event["isBase64Encoded"] = false
	}
	return json.Marshal(event)
}

// read makes an HTTP answer of what the function returned.
func (l *lambdaRuntime) read(r *http.Request, got lambdaResult) (*http.Response, error) {
	var response struct {
		StatusCode      int               `json:"statusCode"`
		Headers         map[string]string `json:"headers"`
		Cookies         []string          `json:"cookies"`
		Body            string            `json:"body"`
		IsBase64Encoded bool              `json:"isBase64Encoded"`
	}
	body := got.body
	if l.streams() {
		if got.contentType != "application/vnd.awslambda.http-integration-response" {
			l.t.Errorf("a stream of type %q", got.contentType)
		}
		prelude, rest, ok := bytes.Cut(body, make([]byte, 8))
		if !ok {
			return harness.Refusal(r, http.StatusBadGateway, "no prelude"), nil
		}
		if err := json.Unmarshal(prelude, &response); err != nil {
			return nil, err
		}
		body = rest
	} else {
		if err := json.Unmarshal(body, &response); err != nil {
			return harness.Refusal(r, http.StatusBadGateway, err.Error()), nil
		}
		body = []byte(response.Body)
		if response.IsBase64Encoded {
			var err error
			if body, err = base64.StdEncoding.DecodeString(response.Body); err != nil {
				return nil, err
			}
		}
	}
	header := make(http.Header)
	for name, value := range response.Headers {
		header.Set(name, value)
	}
	if header.Get("Set-Cookie") != "" {
		l.t.Error("a cookie among the headers: a second one would be lost")
	}
	for _, cookie := range response.Cookies {
		header.Add("Set-Cookie", cookie)
	}
	return &http.Response{
		StatusCode: response.StatusCode, Status: fmt.Sprint(response.StatusCode, " ", http.StatusText(response.StatusCode)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}, nil
}
