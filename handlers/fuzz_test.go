package handlers_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/handlers"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/viewtest"
)

// fuzzedAddresses are all addresses that read something out of a path or a query.
func fuzzedAddresses() []string {
	addresses := []string{"/imports/:id", "/partials/imports/:id", "/gone", "/api/v1/top/:id", "/:id"}
	for _, v := range handlers.Views() {
		addresses = append(addresses, viewtest.Routes(v)...)
	}
	return addresses
}

// FuzzAddresses asks for any address. Whatever it is, the answer is a page, a
// way to another or a refusal, and never a failure of ours.
func FuzzAddresses(f *testing.F) {
	v := newSite(f).visitor(f)
	v.upload("", library(f), accountData(f), technicalLog(f)).want(f, http.StatusCreated)
	addresses := fuzzedAddresses()
	for i := range addresses {
		f.Add(uint8(i), "tracks", "part=never&order=last&page=2&reveal=1&year=2023")
		f.Add(uint8(i), "0000000000000000000001", "q=em&sort=plays&after=o1672603200.0&tz=Asia/Tokyo&page=999999999999")
		f.Add(uint8(i), "../%2e%2e/\x00", "from=2023-02-30&min=-1&part=%00&order=&kind=music,,&not=a&not=b&at=1.2.3")
	}
	f.Fuzz(func(t *testing.T, which uint8, part, query string) {
		path := strings.ReplaceAll(addresses[int(which)%len(addresses)], viewtest.Parameter, url.PathEscape(part))
		req, err := http.NewRequest(http.MethodGet, v.site.URL+path, nil)
		if err != nil {
			return
		}
		req.URL.RawQuery = query
		// What a server cannot read as an address it refuses before any handler.
		if req.URL, err = url.ParseRequestURI(req.URL.RequestURI()); err != nil {
			return
		}
		a := v.straight(req)
		if a.Code >= 500 {
			t.Fatalf("%s: %d\n%.300s", req.URL, a.Code, a.Body)
		}
		if body := a.Body.Bytes(); bytes.Contains(body, []byte("<em>")) || bytes.Contains(body, []byte("alert(1)<")) {
			t.Fatalf("%s: a name has become markup", req.URL)
		}
	})
}

// FuzzUploadForm sends any body as a form.
func FuzzUploadForm(f *testing.F) {
	s := newSiteFor(f, 1<<20)
	body, contentType := form(f, "add", library(f))
	f.Add(contentType, body.Bytes())
	body, contentType = form(f, "both", file{"../a\r\nb.json", []byte("[]")}, file{"", nil})
	f.Add(contentType, body.Bytes())
	f.Add("multipart/form-data", []byte("--\r\n"))
	f.Add(`multipart/form-data; boundary="x"`, []byte("--x\r\nContent-Disposition: form-data; name=files; filename=a\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=\r\n--x--"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		req, err := http.NewRequest(http.MethodPost, s.URL+"/uploads", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("Accept", "application/json")
		if a := s.visitor(t).straight(req); a.Code >= 500 {
			t.Fatalf("%q: %d %.300s", contentType, a.Code, a.Body)
		}
	})
}

// straight hands a request to the handlers without a line in between: what a
// client or a server refuses by itself is no finding, a panic is one.
func (v *visitor) straight(req *http.Request) *httptest.ResponseRecorder {
	for _, cookie := range v.http.Jar.Cookies(v.site.address) {
		req.AddCookie(cookie)
	}
	req.RequestURI, req.RemoteAddr = req.URL.RequestURI(), "192.0.2.1:1234"
	answer := httptest.NewRecorder()
	v.site.Config.Handler.ServeHTTP(answer, req)
	return answer
}
