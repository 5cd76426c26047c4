package harness

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httputil"
	"strings"
	"testing"
)

// PassOn sends a request to an address of this machine as a proxy does that ends
// TLS, with the body given, and returns once it has the whole answer.
func PassOn(transport http.RoundTripper, r *http.Request, body []byte, address string, change ...func(*http.Request)) (*http.Response, error) {
	out := r.Clone(r.Context())
	out.RequestURI, out.Host = "", r.URL.Host
	out.URL.Scheme, out.URL.Host = "http", address
	if r.Body != nil {
		out.Body, out.ContentLength, out.GetBody = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	}
	out.Header.Set("X-Forwarded-Proto", "https")
	for _, f := range change {
		f(out)
	}
	resp, err := transport.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body, resp.Request, resp.ContentLength = io.NopCloser(bytes.NewReader(answer)), r, int64(len(answer))
	return resp, nil
}

// BodyOf reads the body of a request.
func BodyOf(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(r.Body)
	return body, errors.Join(err, r.Body.Close())
}

// Refusal is an answer of what stands in front of the program.
func Refusal(r *http.Request, status int, text string) *http.Response {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"text/plain"}, "X-Refused-By": {"platform"}},
		Body:   io.NopCloser(strings.NewReader(text)), Request: r, ContentLength: int64(len(text)),
	}
}

// ProxyTo passes requests on to a program and keeps the host they came for, as a
// proxy in front is to.
func ProxyTo(t testing.TB, base string) http.Handler {
	t.Helper()
	target := parsed(t, base)
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host
	}}
}
