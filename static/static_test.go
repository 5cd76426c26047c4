package static

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func get(t *testing.T, h http.Handler, method, url string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEveryFileIsServedUnderItsHash(t *testing.T) {
	hashed := regexp.MustCompile(`^/static/.+\.[0-9a-f]{12}\.[a-z0-9]+$`)
	for name, f := range files.byName {
		if !hashed.MatchString(URL(name)) {
			t.Errorf("%s has the URL %s", name, URL(name))
		}
		r := get(t, Handler(), "GET", URL(name))
		if r.StatusCode != 200 || r.Header.Get("Content-Type") != mimes[path.Ext(name)] || r.Header.Get("Content-Type") == "" {
			t.Errorf("%s: %s, %q", name, r.Status, r.Header.Get("Content-Type"))
		}
		if got := r.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control is %q", name, got)
		}
		if body(t, r.Body) != string(f.body) {
			t.Errorf("%s: the body differs", name)
		}
		again := get(t, Handler(), "GET", URL(name), "If-None-Match", r.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("%s: asked again with its ETag: %s", name, again.Status)
		}
	}
}

func TestCompressedTwinHoldsTheSame(t *testing.T) {
	r := get(t, Handler(), "GET", URL("app.css"), "Accept-Encoding", "br, gzip;q=0.8")
	if r.Header.Get("Content-Encoding") != "gzip" || r.Header.Get("Vary") != "Accept-Encoding" {
		t.Fatalf("headers: %v", r.Header)
	}
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	plain := get(t, Handler(), "GET", URL("app.css"))
	if body(t, z) != body(t, plain.Body) {
		t.Error("the compressed file differs from the plain one")
	}
	if r.Header.Get("ETag") == plain.Header.Get("ETag") {
		t.Error("two encodings share a strong ETag")
	}
	for header, want := range map[string]string{
		"": "", "br": "", "gzip;q=0": "", "gzip; q=0.000": "", "identity": "", "*": "gzip", "deflate, gzip": "gzip", "gzip;q=0.01": "gzip",
	} {
		if got := get(t, Handler(), "GET", URL("app.js"), "Accept-Encoding", header).Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q gives %q, want %q", header, got, want)
		}
	}
	if got := get(t, Handler(), "GET", URL("fonts/inter-latin.woff2"), "Accept-Encoding", "gzip").Header.Get("Content-Encoding"); got != "" {
		t.Errorf("a font is compressed twice: %q", got)
	}
}

func TestNothingElseIsServed(t *testing.T) {
	for _, url := range []string{"/static/", "/static/app.css", "/static/static.go", "/static/../static.go", "/static/fonts/", "/"} {
		if r := get(t, Handler(), "GET", url); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", url, r.Status)
		}
	}
	if r := get(t, Handler(), "POST", URL("app.css")); r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") == "" {
		t.Errorf("POST: %s", r.Status)
	}
	if r := get(t, Handler(), "HEAD", URL("app.css")); r.StatusCode != 200 || body(t, r.Body) != "" {
		t.Errorf("HEAD: %s", r.Status)
	}
}

func TestFilesReferToEachOtherByHash(t *testing.T) {
	css := string(files.byName["app.css"].body)
	fonts := regexp.MustCompile(`url\("([^"]*)"\)`).FindAllStringSubmatch(css, -1)
	if len(fonts) != 4 {
		t.Fatalf("the style sheet names %d fonts", len(fonts))
	}
	for _, m := range fonts {
		if files.byURL[m[1]] == nil {
			t.Errorf("the style sheet refers to %s, which is not served", m[1])
		}
	}
	var manifest struct {
		Icons []struct{ Src, Sizes, Purpose string }
	}
	if err := json.Unmarshal(files.byName["manifest.webmanifest"].body, &manifest); err != nil || len(manifest.Icons) != 4 {
		t.Fatalf("%v, %+v", err, manifest)
	}
	for _, icon := range manifest.Icons {
		f := files.byURL[icon.Src]
		if f == nil {
			t.Errorf("the manifest refers to %s, which is not served", icon.Src)
			continue
		}
		if f.mime != "image/png" {
			continue
		}
		drawn, err := png.DecodeConfig(bytes.NewReader(f.body))
		if size := fmt.Sprintf("%dx%d", drawn.Width, drawn.Height); err != nil || size != icon.Sizes {
			t.Errorf("%s is %s, %v", icon.Src, size, err)
		}
	}
	for name, f := range files.byName {
		// Licences and the program's own comments may name addresses.
		if path.Ext(name) != ".css" {
			continue
		}
		if strings.Contains(string(f.body), "//") {
			t.Errorf("%s refers to somewhere else", name)
		}
	}
}

func TestAReferenceToNothingIsAnError(t *testing.T) {
	_, err := load(fstest.MapFS{"a.css": {Data: []byte(`b { src: url("gone.woff2") }`)}})
	if err == nil || !strings.Contains(err.Error(), "gone.woff2") {
		t.Errorf("error is %v", err)
	}
}

func TestFixedAddresses(t *testing.T) {
	r := get(t, Fixed("robots.txt"), "GET", "/robots.txt")
	if r.StatusCode != 200 || r.Header.Get("Cache-Control") != "public, max-age=86400" || !strings.HasPrefix(body(t, r.Body), "User-agent: *") {
		t.Errorf("%s %v", r.Status, r.Header)
	}
}

// What is text says in which encoding; nothing is left for a browser to guess.
func TestTextNamesItsEncoding(t *testing.T) {
	for name, f := range files.byName {
		text := !slices.Contains([]string{".woff2", ".png", ".webmanifest"}, path.Ext(name)) // always UTF-8 by its kind
		if strings.HasSuffix(f.mime, "; charset=utf-8") != text || f.mime == "" {
			t.Errorf("%s is %q", name, f.mime)
		}
	}
	if got := get(t, Fixed("icon.svg"), "GET", "/favicon.ico").Header.Get("Content-Type"); got != "image/svg+xml; charset=utf-8" {
		t.Errorf("the icon is %q", got)
	}
}
