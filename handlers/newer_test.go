package handlers_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestWhatALaterVersionStoredIsLeftAlone: while instances are renewed one after
// the other, one that does not know what another has stored says so, and takes
// nothing for gone.
func TestWhatALaterVersionStoredIsLeftAlone(t *testing.T) {
	s := newSiteWith(t, siteOptions{uploadBytes: uploadBytes, noCache: true})
	v := s.visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	change := func(part string, change func([]byte) []byte) (back func()) {
		t.Helper()
		keys, err := s.bucket.List(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		stored := map[string][]byte{}
		for _, key := range keys {
			if !strings.Contains(key, part) {
				continue
			}
			blob, err := s.bucket.Get(t.Context(), key)
			if err == nil {
				stored[key] = blob
				err = s.bucket.Put(t.Context(), key, change(bytes.Clone(blob)), time.Now().Add(time.Hour))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if len(stored) == 0 {
			t.Fatalf("nothing is stored under %q", part)
		}
		return func() {
			for key, blob := range stored {
				if now, err := s.bucket.Get(t.Context(), key); err != nil || !bytes.Equal(now, change(bytes.Clone(blob))) {
					t.Errorf("%s was changed or deleted: %v", key, err)
				}
				if err := s.bucket.Put(t.Context(), key, blob, time.Now().Add(time.Hour)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	later := func(blob []byte) []byte {
		blob[len("sdtseal")]++
		return blob
	}
	renewing := func(a answer) {
		t.Helper()
		a.want(t, http.StatusServiceUnavailable)
		if a.Header.Get("Retry-After") == "" || !strings.Contains(string(a.body), "This site is being renewed") {
			t.Errorf("%s: Retry-After %q, %.300s", a.Request.URL.Path, a.Header.Get("Retry-After"), a.body)
		}
	}

	back := change("datasets/", later)
	for _, path := range []string{"/", "/receipt", "/artists", "/api/v1/summary", "/gone"} {
		renewing(v.get(path))
	}
	renewing(v.upload("add", library(t)))
	back()
	v.get("/").want(t, http.StatusOK)
	v.get("/receipt").want(t, http.StatusOK)

	// Files under way.
	file := v.sendParts(library(t), 2)
	back = change("/files/", later)
	renewing(v.post("/imports", url.Values{"file": {file}}, "Accept", "application/json"))
	back()
	v.post("/imports", url.Values{"file": {file}}, "Accept", "application/json").want(t, http.StatusCreated)
}
