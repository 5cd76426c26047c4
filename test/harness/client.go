package harness

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
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

// Site is the address that people know. What stands in front of the program ends
// its TLS.
const Site = "https://music.example.org"

// A Client keeps its cookies and follows no redirects.
type Client struct {
	T    testing.TB
	HTTP *http.Client
	// origin is where paths are asked for; empty where every address is given in
	// full.
	origin string
}

// NewClient returns a client that asks for JSON and names the instance it talks
// to with each request, as a browser behind a load balancer may reach any.
func NewClient(t testing.TB) *Client {
	c := NewVisitor(t, nil)
	c.origin, c.HTTP.Timeout = "", 20*time.Second
	return c
}

// NewVisitor returns a client that asks the site for pages, as a browser does,
// through whatever stands in front of the program.
func NewVisitor(t testing.TB, front http.RoundTripper) *Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Client{T: t, origin: Site, HTTP: &http.Client{Transport: front, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Do sends a request, which must be answered. Headers come in pairs.
func (c *Client) Do(method, address string, body io.Reader, headers ...string) (*http.Response, []byte) {
	c.T.Helper()
	resp, b, err := c.Try(method, address, body, headers...)
	if err != nil {
		c.T.Fatalf("%s %s: %v", method, address, err)
	}
	return resp, b
}

// Try sends a request from any goroutine.
func (c *Client) Try(method, address string, body io.Reader, headers ...string) (*http.Response, []byte, error) {
	r, err := http.NewRequestWithContext(c.T.Context(), method, c.origin+address, body)
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
	resp, err := c.HTTP.Do(r)
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

// See opens a page, which must be there.
func (c *Client) See(path string) *goquery.Document {
	c.T.Helper()
	resp, b := c.Do(http.MethodGet, path, nil)
	if resp.StatusCode != http.StatusOK {
		c.T.Fatalf("GET %s: %s: %.300s", path, resp.Status, b)
	}
	page, err := goquery.NewDocumentFromReader(bytes.NewReader(b))
	if err != nil {
		c.T.Fatal(err)
	}
	return page
}

// Rows asks for the number of rows of the session's data, at one instance or at
// the site.
func (c *Client) Rows(at ...string) (status, rows int) {
	c.T.Helper()
	resp, b := c.Do(http.MethodGet, strings.Join(at, "")+"/api/v1/summary", nil, "Accept", "application/json")
	var summary struct{ Rows int }
	if resp.StatusCode == http.StatusOK {
		if err := json.Unmarshal(b, &summary); err != nil {
			c.T.Fatalf("%v in %s", err, b)
		}
	}
	return resp.StatusCode, summary.Rows
}

// Submit sends a package with the form that needs no JavaScript.
func (c *Client) Submit(content []byte, at ...string) (*http.Response, []byte) {
	c.T.Helper()
	body, contentType := Form("", FormFile{"my_spotify_data.zip", content})
	return c.Do(http.MethodPost, strings.Join(at, "")+"/uploads", bytes.NewReader(body), "Content-Type", contentType)
}

// Upload submits the package at a path to an instance, which must store it.
func (c *Client) Upload(base, path string) {
	c.T.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		c.T.Fatal(err)
	}
	if resp, b := c.Submit(content, base); resp.StatusCode != http.StatusCreated {
		c.T.Fatalf("upload: %s: %s", resp.Status, b)
	}
}

// SendFile sends a file by tus, its parts in turn to each of the instances or to
// the site, and returns its ID. Before each part it asks how much has arrived, as
// a page does that goes on after a break.
func (c *Client) SendFile(content []byte, partBytes int, bases ...string) (id string) {
	c.T.Helper()
	if len(bases) == 0 {
		bases = []string{""}
	}
	tus := func(method, address string, body io.Reader, headers ...string) *http.Response {
		c.T.Helper()
		resp, b := c.Do(method, address, body, append([]string{"Tus-Resumable", "1.0.0"}, headers...)...)
		if resp.StatusCode >= 300 {
			c.T.Fatalf("%s %s: %s: %s", method, address, resp.Status, b)
		}
		return resp
	}
	path := tus(http.MethodPost, bases[0]+"/files", nil, "Upload-Length", strconv.Itoa(len(content)),
		"Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte("my_spotify_data.zip"))).Header.Get("Location")
	for offset, turn := 0, 0; offset < len(content); offset, turn = offset+partBytes, turn+1 {
		base := bases[turn%len(bases)]
		if got := tus(http.MethodHead, base+path, nil).Header.Get("Upload-Offset"); got != strconv.Itoa(offset) {
			c.T.Fatalf("%s bytes have arrived, want %d", got, offset)
		}
		part := content[offset:min(offset+partBytes, len(content))]
		tus(http.MethodPatch, base+path, bytes.NewReader(part), "Upload-Offset", strconv.Itoa(offset), "Content-Type", "application/offset+octet-stream")
	}
	return strings.TrimPrefix(path, "/files/")
}

// Code asks an instance for the session's data and returns the status and the
// code of the error.
func (c *Client) Code(base string) string {
	c.T.Helper()
	resp, b := c.Do(http.MethodGet, base+"/api/v1/summary", nil)
	var answer struct{ Error struct{ Code string } }
	if err := json.Unmarshal(b, &answer); err != nil {
		c.T.Fatalf("%s: %s", resp.Status, b)
	}
	return strings.TrimSpace(fmt.Sprint(resp.StatusCode, " ", answer.Error.Code))
}

// Cookies returns what the client would send to an address.
func (c *Client) Cookies(address string) []*http.Cookie {
	c.T.Helper()
	return c.HTTP.Jar.Cookies(parsed(c.T, address))
}

// Cookie is the value of a cookie that the client sends to an address.
func (c *Client) Cookie(address, name string) string {
	c.T.Helper()
	for _, cookie := range c.Cookies(address) {
		if cookie.Name == name {
			return cookie.Value
		}
	}
	c.T.Fatalf("no cookie %s", name)
	return ""
}

// SetCookies has the client send more to an address.
func (c *Client) SetCookies(address string, cookies ...*http.Cookie) {
	c.T.Helper()
	c.HTTP.Jar.SetCookies(parsed(c.T, address), cookies)
}

// Copied is a client with a copy of another's cookies.
func (c *Client) Copied(address string) *Client {
	c.T.Helper()
	other := NewClient(c.T)
	other.SetCookies(address, c.Cookies(address)...)
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

// A FormFile is one file of an upload.
type FormFile struct {
	Name    string
	Content []byte
}

// File is one file of an upload.
func File(name string, content []byte) FormFile { return FormFile{name, content} }

// Form is the form that sends files without JavaScript, with a mode or without.
func Form(mode string, files ...FormFile) (body []byte, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	var err error
	if mode != "" {
		err = w.WriteField("mode", mode)
	}
	for _, f := range files {
		part, partErr := w.CreateFormFile("files", f.Name)
		if err = errors.Join(err, partErr); err == nil {
			_, err = part.Write(f.Content)
		}
	}
	if err = errors.Join(err, w.Close()); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes(), w.FormDataContentType()
}

// PartSize is what the page sends at once: small enough for every platform.
const PartSize = 4 << 20
