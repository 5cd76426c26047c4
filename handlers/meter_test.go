package handlers_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestTooMuchFromOneAddress: who has uploaded too much is asked to wait, in the
// words of whoever asks, and may go on afterwards. Others, and everything that
// fills nothing, do not notice.
func TestTooMuchFromOneAddress(t *testing.T) {
	s := newSiteWith(t, siteOptions{uploadBytes: uploadBytes, hourlyBytes: 10 << 20})
	v := s.visitor(t)
	from := []string{"X-Forwarded-For", "203.0.113.9"}
	f := library(t)
	path := v.begin(f)
	arrived := v.sendParts(file{"endsong_1.json", f.content}, 1)
	send := func(header ...string) answer {
		body, contentType := form(t, "", f)
		return v.request(http.MethodPost, "/uploads", body, append([]string{"Content-Type", contentType}, header...)...)
	}
	for range 11 { // small ones cost a megabyte
		send(append(from, "Accept", "application/json")...).want(t, http.StatusCreated)
	}

	var e struct {
		Error struct{ Code, Title, Message string }
	}
	a := send(append(from, "Accept", "application/json")...).want(t, http.StatusTooManyRequests)
	a.json(t, &e)
	wait, err := strconv.Atoi(a.Header.Get("Retry-After"))
	if e.Error.Code != "too_much" || err != nil || wait < 1 || wait > 3600 || !strings.Contains(e.Error.Message, " minutes.") {
		t.Errorf("%+v, Retry-After %q", e.Error, a.Header.Get("Retry-After"))
	}
	doc := send(append(from, "Accept", "text/html")...).want(t, http.StatusTooManyRequests).page(t)
	if got := text(doc, "#upload-alert"); !strings.Contains(got, "uploaded from your network") {
		t.Errorf("the page says %q", got)
	}
	tus := []string{"Tus-Resumable", "1.0.0", "Upload-Length", "10"}
	v.request(http.MethodPost, "/files", nil, append(tus, from...)...).want(t, http.StatusTooManyRequests).json(t, &e)
	v.request(http.MethodPatch, path, strings.NewReader("x"), append(tus, from...)...).want(t, http.StatusTooManyRequests).json(t, &e)
	v.post("/sample", url.Values{}, from...).want(t, http.StatusTooManyRequests)
	v.importFiles(url.Values{"file": {arrived}, "id": {importID}}).want(t, http.StatusCreated)
	v.request(http.MethodHead, path, nil, append(tus, from...)...).want(t, http.StatusOK)
	v.request(http.MethodGet, "/files", nil, from...).want(t, http.StatusOK)
	v.request(http.MethodGet, "/", nil, from...).want(t, http.StatusOK)

	send("X-Forwarded-For", "203.0.113.10", "Accept", "application/json").want(t, http.StatusCreated)
	send("X-Forwarded-For", "10.0.0.1", "Accept", "application/json").want(t, http.StatusCreated)
	if strings.Contains(s.logs.String(), "203.0.113") {
		t.Error("the log has an address")
	}
	s.now.Add(int64(time.Duration(wait) * time.Second))
	send(append(from, "Accept", "application/json")...).want(t, http.StatusCreated)
	v.post("/reset", url.Values{}, from...).want(t, http.StatusSeeOther)
}

// TestPartsCost: what a file costs is what arrives of it, whatever was said.
func TestPartsCost(t *testing.T) {
	s := newSiteWith(t, siteOptions{uploadBytes: 64 << 20, hourlyBytes: 10 << 20})
	v := s.visitor(t)
	create := []string{"Tus-Resumable", "1.0.0", "Upload-Length", strconv.Itoa(20 << 20), "X-Forwarded-For", "203.0.113.9"}
	path := v.request(http.MethodPost, "/files", nil, create...).want(t, http.StatusCreated).Header.Get("Location")
	at := 0
	for _, status := range []int{http.StatusNoContent, http.StatusNoContent, http.StatusNoContent, http.StatusTooManyRequests} {
		v.request(http.MethodPatch, path, strings.NewReader(strings.Repeat("x", 4<<20)), "Tus-Resumable", "1.0.0",
			"Content-Type", "application/offset+octet-stream", "Upload-Offset", strconv.Itoa(at), "X-Forwarded-For", "203.0.113.9").want(t, status)
		at += 4 << 20
	}
	if got := v.request(http.MethodHead, path, nil, "Tus-Resumable", "1.0.0").Header.Get("Upload-Offset"); got != strconv.Itoa(12<<20) {
		t.Errorf("%s bytes arrived", got)
	}
}
