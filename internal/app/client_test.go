package app

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// site is the address that people know. What stands in front of the program ends
// its TLS.
const site = "https://music.example.org"

// A client keeps its cookies and follows no redirects.
type client struct {
	t    testing.TB
	http *http.Client
	// origin is where paths are asked for; empty where every address is given in
	// full.
	origin string
}

// newClient returns a client that asks for JSON and names the instance it talks
// to with each request, as a browser behind a load balancer may reach any.
func newClient(t testing.TB) *client {
	c := newVisitor(t, nil)
	c.origin, c.http.Timeout = "", 20*time.Second
	return c
}

// newVisitor returns a client that asks the site for pages, as a browser does,
// through whatever stands in front of the program.
func newVisitor(t testing.TB, front http.RoundTripper) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, origin: site, http: &http.Client{Transport: front, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// do sends a request, which must be answered. Headers come in pairs.
func (c *client) do(method, address string, body io.Reader, headers ...string) (*http.Response, []byte) {
	c.t.Helper()
	resp, b, err := c.try(method, address, body, headers...)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, address, err)
	}
	return resp, b
}

// try sends a request from any goroutine.
func (c *client) try(method, address string, body io.Reader, headers ...string) (*http.Response, []byte, error) {
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.origin+address, body)
	if err != nil {
		return nil, nil, err
	}
	if c.origin == "" {
		r.Header.Set("Accept", "application/json")
	} else {
		r.Header.Set("Accept-Encoding", "gzip")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if method != http.MethodGet && method != http.MethodHead {
			r.Header.Set("Origin", c.origin)
		}
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, nil, err
	}
	var content io.Reader = resp.Body
	if resp.Header.Get("Content-Encoding") == "gzip" && method != http.MethodHead {
		if content, err = gzip.NewReader(resp.Body); err != nil {
			return resp, nil, errors.Join(err, resp.Body.Close())
		}
	}
	b, err := io.ReadAll(content)
	return resp, b, errors.Join(err, resp.Body.Close())
}

// see opens a page, which must be there.
func (c *client) see(path string) *goquery.Document {
	c.t.Helper()
	resp, b := c.do(http.MethodGet, path, nil)
	if resp.StatusCode != http.StatusOK {
		c.t.Fatalf("GET %s: %s: %.300s", path, resp.Status, b)
	}
	page, err := goquery.NewDocumentFromReader(bytes.NewReader(b))
	if err != nil {
		c.t.Fatal(err)
	}
	return page
}

// rows asks for the number of rows of the session's data, at one instance or at
// the site.
func (c *client) rows(at ...string) (status, rows int) {
	c.t.Helper()
	resp, b := c.do(http.MethodGet, strings.Join(at, "")+"/api/v1/summary", nil, "Accept", "application/json")
	var summary struct{ Rows int }
	if resp.StatusCode == http.StatusOK {
		if err := json.Unmarshal(b, &summary); err != nil {
			c.t.Fatalf("%v in %s", err, b)
		}
	}
	return resp.StatusCode, summary.Rows
}

// submit sends a package with the form that needs no JavaScript.
func (c *client) submit(content []byte, at ...string) (*http.Response, []byte) {
	c.t.Helper()
	body, contentType := formOf("", formFile{"my_spotify_data.zip", content})
	return c.do(http.MethodPost, strings.Join(at, "")+"/uploads", bytes.NewReader(body), "Content-Type", contentType)
}

// upload submits the package at a path to an instance, which must store it.
func (c *client) upload(base, path string) {
	c.t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		c.t.Fatal(err)
	}
	if resp, b := c.submit(content, base); resp.StatusCode != http.StatusCreated {
		c.t.Fatalf("upload: %s: %s", resp.Status, b)
	}
}

// sendFile sends a file by tus, its parts in turn to each of the instances or to
// the site, and returns its ID. Before each part it asks how much has arrived, as
// a page does that goes on after a break.
func (c *client) sendFile(content []byte, partBytes int, bases ...string) (id string) {
	c.t.Helper()
	if len(bases) == 0 {
		bases = []string{""}
	}
	tus := func(method, address string, body io.Reader, headers ...string) *http.Response {
		c.t.Helper()
		resp, b := c.do(method, address, body, append([]string{"Tus-Resumable", "1.0.0"}, headers...)...)
		if resp.StatusCode >= 300 {
			c.t.Fatalf("%s %s: %s: %s", method, address, resp.Status, b)
		}
		return resp
	}
	path := tus(http.MethodPost, bases[0]+"/files", nil, "Upload-Length", strconv.Itoa(len(content)),
		"Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte("my_spotify_data.zip"))).Header.Get("Location")
	for offset, turn := 0, 0; offset < len(content); offset, turn = offset+partBytes, turn+1 {
		base := bases[turn%len(bases)]
		if got := tus(http.MethodHead, base+path, nil).Header.Get("Upload-Offset"); got != strconv.Itoa(offset) {
			c.t.Fatalf("%s bytes have arrived, want %d", got, offset)
		}
		part := content[offset:min(offset+partBytes, len(content))]
		tus(http.MethodPatch, base+path, bytes.NewReader(part), "Upload-Offset", strconv.Itoa(offset), "Content-Type", "application/offset+octet-stream")
	}
	return strings.TrimPrefix(path, "/files/")
}

// code asks an instance for the session's data and returns the status and the
// code of the error.
func (c *client) code(base string) string {
	c.t.Helper()
	resp, b := c.do(http.MethodGet, base+"/api/v1/summary", nil)
	var answer struct{ Error struct{ Code string } }
	if err := json.Unmarshal(b, &answer); err != nil {
		c.t.Fatalf("%s: %s", resp.Status, b)
	}
	return strings.TrimSpace(fmt.Sprint(resp.StatusCode, " ", answer.Error.Code))
}

// cookies returns what the client would send to an address.
func (c *client) cookies(address string) []*http.Cookie {
	c.t.Helper()
	return c.http.Jar.Cookies(parsed(c.t, address))
}

// setCookies has the client send more to an address.
func (c *client) setCookies(address string, cookies ...*http.Cookie) {
	c.t.Helper()
	c.http.Jar.SetCookies(parsed(c.t, address), cookies)
}

// copied is a client with a copy of another's cookies.
func (c *client) copied(address string) *client {
	c.t.Helper()
	other := newClient(c.t)
	other.setCookies(address, c.cookies(address)...)
	return other
}

func parsed(t testing.TB, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
