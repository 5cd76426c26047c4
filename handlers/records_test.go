package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestInventedImportsWriteNothing: an import of files that are not there leaves
// nothing behind, and asks the bucket no more often than its request is worth.
func TestInventedImportsWriteNothing(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	path := v.begin(library(t))
	before := s.keys(t, "")
	asked := 0
	s.hook.Store(func(context.Context, string) { asked++ })
	form := url.Values{"file": {strings.TrimPrefix(path, "/files/")}}
	for i := range 199 {
		form.Add("file", fmt.Sprintf("%032x", i))
	}
	for i := range 20 {
		form.Set("id", fmt.Sprintf("%032x", i))
		v.importFiles(form).want(t, http.StatusNotFound)
		v.post("/imports/"+form.Get("id"), url.Values{}).want(t, http.StatusNotFound)
	}
	if asked > 20*8 {
		t.Errorf("%d questions to the bucket", asked)
	}
	s.hook.Store(func(context.Context, string) {})
	if after := s.keys(t, ""); !slices.Equal(before, after) {
		t.Errorf("before %q, after %q", before, after)
	}
}

// TestImportsOfASessionAreBounded: files that are there do not make for more
// records than a session may hold.
func TestImportsOfASessionAreBounded(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	unfinished := strings.TrimPrefix(v.begin(library(t)), "/files/")
	for i := range 200 {
		v.importFiles(url.Values{"file": {unfinished}, "id": {fmt.Sprintf("%032x", i)}}).want(t, http.StatusConflict)
	}
	before := s.keys(t, "")
	var e struct{ Error struct{ Code string } }
	v.importFiles(url.Values{"file": {unfinished}, "id": {strings.Repeat("f", 32)}}).want(t, http.StatusTooManyRequests).json(t, &e)
	if e.Error.Code != "too_many_imports" || len(before) > 1+2*200 {
		t.Errorf("%+v with %d records", e, len(before))
	}
	if after := s.keys(t, ""); len(after) > len(before) {
		t.Errorf("%d records of %d", len(after), len(before))
	}
	// One that is written down goes on.
	v.importFiles(url.Values{"file": {unfinished}, "id": {strings.Repeat("0", 32)}}).want(t, http.StatusConflict)
}

// TestDamagedUploads: what cannot be read any more is said to be so, and is no
// failure of the site.
func TestDamagedUploads(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	f := library(t)
	spoil := func(part string) {
		t.Helper()
		for _, key := range s.keys(t, "uploads/") {
			if !strings.Contains(key, part) {
				continue
			}
			blob, err := s.bucket.Get(t.Context(), key)
			if err == nil {
				blob[len(blob)/2] ^= 1
				err = s.bucket.Put(t.Context(), key, blob, time.Now().Add(time.Hour))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	var e struct {
		Error struct{ Code, Message string }
	}
	begun := v.begin(f)
	v.patch(begun, 0, f.content[:1000]).want(t, http.StatusNoContent)
	spoil("/index")
	if got := v.tus(http.MethodHead, begun, nil).want(t, http.StatusOK).Header.Get("Upload-Offset"); got != "1000" {
		t.Errorf("without the index, %s bytes are here", got)
	}
	spoil("/files/")
	v.tus(http.MethodHead, begun, nil).want(t, http.StatusGone)
	v.patch(begun, 1000, f.content[1000:]).want(t, http.StatusGone).json(t, &e)
	if e.Error.Code != "upload_damaged" || !strings.Contains(e.Error.Message, "Send the file again.") {
		t.Errorf("%+v", e)
	}
	v.importFiles(url.Values{"file": {strings.TrimPrefix(begun, "/files/")}, "id": {importID}}).want(t, http.StatusGone).json(t, &e)
	spoil("/progress/")
	v.get("/imports/"+importID).want(t, http.StatusGone)
	spoil("/imports/")
	v.get("/imports/"+importID).want(t, http.StatusGone)
	v.get("/files").want(t, http.StatusOK)
	v.get("/").want(t, http.StatusOK)
	// The same file goes in once more.
	v.importFiles(url.Values{"file": {v.sendParts(f, 2)}, "id": {strings.Repeat("e", 32)}}).want(t, http.StatusCreated)
	if strings.Contains(s.logs.String(), "level=ERROR") {
		t.Errorf("log: %s", s.logs)
	}
}

// TestNothingIsTidiedByAWrongClock: what seems to have expired may be alive.
func TestNothingIsTidiedByAWrongClock(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	v.importFiles(url.Values{"file": {v.sendParts(library(t), 1)}, "id": {importID}}).want(t, http.StatusCreated)
	for _, key := range s.keys(t, "datasets/") {
		if err := s.bucket.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	s.forgetCache(t)
	before := s.keys(t, "")
	s.clockWrong.Store(true)
	a := v.post("/gone", url.Values{}).want(t, http.StatusServiceUnavailable)
	if len(a.Cookies()) != 0 || a.Header.Get("Retry-After") == "" {
		t.Errorf("%v", a.Header)
	}
	after := s.keys(t, "")
	for _, key := range before {
		if !slices.Contains(after, key) {
			t.Errorf("%s is gone", key)
		}
	}
	s.clockWrong.Store(false)
	v.post("/gone", url.Values{}).want(t, http.StatusGone)
}
