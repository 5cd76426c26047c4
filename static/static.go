// Package static holds the browser's files: embedded, served under URLs that
// name their content, and therefore cached for ever.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed app.css app.js amounts.js answers.js archive.js charts.js choose.js link.js passkeys.js pictures.js rows.js share.js upload.js icon.svg icons manifest.webmanifest robots.txt fonts vendor
var embedded embed.FS

// Prefix is where Handler expects to be mounted.
const Prefix = "/static/"

// files is read once, at start: the embedded files never change, and an error
// in them is an error of the build.
var files = mustLoad(embedded)

// URL is where the file of that name is served: URL("app.css") is
// "/static/app.<hash>.css". It panics for a name that is not embedded, which a
// test of the pages finds.
func URL(name string) string { return named(name).url }

func named(name string) *file {
	f, ok := files.byName[name]
	if !ok {
		panic("static: no file " + name)
	}
	return f
}

// Handler serves the files under their hashed URLs and nothing else.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := files.byURL[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		f.serve(w, r, "public, max-age=31536000, immutable")
	})
}

// Fixed serves one file under whatever address it is mounted at, for addresses
// that others choose: /robots.txt, /favicon.ico.
func Fixed(name string) http.Handler {
	f := named(name)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.serve(w, r, "public, max-age=86400")
	})
}

// file is one embedded file, as it is served.
type file struct {
	url     string
	mime    string
	hash    string
	body    []byte
	gzipped func() []byte // made when first asked for; nil for what is compressed already
}

type fileSet struct {
	byName, byURL map[string]*file
}

func mustLoad(fsys fs.FS) fileSet {
	set, err := load(fsys)
	if err != nil {
		panic(err)
	}
	return set
}

// load reads every file. Those that refer to others, by names relative to the
// root, come last and get the others' hashed URLs written in.
func load(fsys fs.FS) (fileSet, error) {
	set := fileSet{byName: map[string]*file{}, byURL: map[string]*file{}}
	var names []string
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return set, fmt.Errorf("static: %w", err)
	}
	slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
	for put := 0; len(names) > 0; {
		name := names[0]
		names = names[1:]
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return set, fmt.Errorf("static: %w", err)
		}
		if body, err = set.resolve(name, body); err != nil {
			// What it refers to may come behind it, unless all others have been tried.
			if put++; put > len(names) {
				return set, err
			}
			names = append(names, name)
			continue
		}
		put = 0
		set.add(name, body)
	}
	return set, nil
}

// references matches a name in a style sheet's url(), in a script's import and
// in a manifest's "src".
var references = map[string]*regexp.Regexp{
	".js":          regexp.MustCompile(`(from ")\./([^":]+)(")`),
	".css":         regexp.MustCompile(`(url\(")([^":#]+)("\))`),
	".webmanifest": regexp.MustCompile(`("src": ")([^":]+)(")`),
}

func rank(name string) int {
	if references[path.Ext(name)] != nil {
		return 1
	}
	return 0
}

func (s fileSet) resolve(name string, body []byte) ([]byte, error) {
	pattern := references[path.Ext(name)]
	if pattern == nil {
		return body, nil
	}
	var missing error
	body = pattern.ReplaceAllFunc(body, func(match []byte) []byte {
		parts := pattern.FindSubmatch(match)
		f, ok := s.byName[string(parts[2])]
		if !ok {
			missing = fmt.Errorf("static: %s refers to %s, which is not there", name, parts[2])
			return match
		}
		return slices.Concat(parts[1], []byte(f.url), parts[3])
	})
	return body, missing
}

// mimes are named here rather than looked up, because the system's table
// differs from machine to machine.
var mimes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".png":         "image/png",
	".svg":         "image/svg+xml; charset=utf-8",
	".txt":         "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
	".woff2":       "font/woff2",
}

func (s fileSet) add(name string, body []byte) {
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:6])
	ext := path.Ext(name)
	f := &file{
		url:  Prefix + strings.TrimSuffix(name, ext) + "." + hash + ext,
		mime: mimes[ext],
		hash: hash,
		body: body,
	}
	if ext != ".woff2" && ext != ".png" { // already compressed
		f.gzipped = sync.OnceValue(func() []byte { return compress(body) })
	}
	s.byName[name] = f
	s.byURL[f.url] = f
}

func compress(body []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
	_, _ = w.Write(body)                                  // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

func (f *file) serve(w http.ResponseWriter, r *http.Request, caching string) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.mime)
	h.Set("Cache-Control", caching)
	h.Set("X-Content-Type-Options", "nosniff")
	body, tag := f.body, f.hash
	if f.gzipped != nil {
		h.Add("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			body, tag = f.gzipped(), tag+"-gz"
		}
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// acceptsGzip reads an Accept-Encoding header: gzip is taken unless it is
// missing or weighted zero.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if coding = strings.TrimSpace(coding); coding != "gzip" && coding != "*" {
			continue
		}
		weight = strings.ReplaceAll(weight, " ", "")
		return !slices.Contains([]string{"q=0", "q=0.0", "q=0.00", "q=0.000"}, weight)
	}
	return false
}
