package handlers_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
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
	v.importFiles(url.Values{"file": {strings.Repeat("0", 32)}, "id": {strings.Repeat("1", 32)}}, from...).want(t, http.StatusTooManyRequests)
	v.importFiles(url.Values{"file": {arrived}, "id": {importID}}, from...).want(t, http.StatusCreated)
	v.request(http.MethodHead, path, nil, append(tus, from...)...).want(t, http.StatusOK)
	v.request(http.MethodGet, "/files", nil, from...).want(t, http.StatusOK)
	v.request(http.MethodGet, "/", nil, from...).want(t, http.StatusOK)

	send("X-Forwarded-For", "203.0.113.10", "Accept", "application/json").want(t, http.StatusCreated)
	send("X-Forwarded-For", "10.0.0.1", "Accept", "application/json").want(t, http.StatusCreated)
	if strings.Contains(s.logs.String(), "203.0.113") {
		t.Error("the log has an address")
	}
	s.now.Add(int64(time.Duration(2*wait) * time.Second)) // for the import as well
	send(append(from, "Accept", "application/json")...).want(t, http.StatusCreated)
	v.post("/reset", url.Values{}, from...).want(t, http.StatusSeeOther)
}

// TestPartsCost: what a file costs is what arrives of it, whatever was said.
func TestPartsCost(t *testing.T) {
	t.Parallel() // what is not read of a body holds the server up for half a second
	s := newSiteWith(t, siteOptions{uploadBytes: 64 << 20, hourlyBytes: 10 << 20})
	v := s.visitor(t)
	create := []string{"Tus-Resumable", "1.0.0", "Upload-Length", strconv.Itoa(20 << 20), "X-Forwarded-For", "203.0.113.9"}
	path := v.request(http.MethodPost, "/files", nil, create...).want(t, http.StatusCreated).Header.Get("Location")
	at := 0
	for _, status := range []int{http.StatusNoContent, http.StatusNoContent, http.StatusTooManyRequests} {
		v.request(http.MethodPatch, path, strings.NewReader(strings.Repeat("x", 4<<20)), "Tus-Resumable", "1.0.0",
			"Content-Type", "application/offset+octet-stream", "Upload-Offset", strconv.Itoa(at), "X-Forwarded-For", "203.0.113.9").want(t, status)
		at += 4 << 20
	}
	// The third ends where the budget does, and what arrived of it is kept. A
	// megabyte went with the creation.
	arrived, err := strconv.Atoi(v.request(http.MethodHead, path, nil, "Tus-Resumable", "1.0.0").Header.Get("Upload-Offset"))
	if err != nil || arrived < 9<<20 || arrived > 9<<20+128<<10 {
		t.Errorf("%d bytes arrived, %v", arrived, err)
	}
}

// TestBudgetAtOnce: requests at the same time cannot spend together what each of
// them has found.
func TestBudgetAtOnce(t *testing.T) {
	t.Parallel() // what is not read of a body holds the server up for half a second
	const budget = 6 << 20
	s := newSiteWith(t, siteOptions{uploadBytes: 64 << 20, hourlyBytes: budget})
	var group sync.WaitGroup
	var arrived, refused atomic.Int64
	for range 4 {
		v := s.visitor(t)
		path := v.request(http.MethodPost, "/files", nil, "Tus-Resumable", "1.0.0", "Upload-Length", strconv.Itoa(4<<20)).Header.Get("Location")
		group.Go(func() {
			a := v.request(http.MethodPatch, path, strings.NewReader(strings.Repeat("x", 4<<20)), "Tus-Resumable", "1.0.0",
				"Content-Type", "application/offset+octet-stream", "Upload-Offset", "0", "X-Forwarded-For", "203.0.113.9")
			if a.StatusCode == http.StatusTooManyRequests {
				refused.Add(1)
			}
			n, _ := strconv.Atoi(v.request(http.MethodHead, path, nil, "Tus-Resumable", "1.0.0").Header.Get("Upload-Offset"))
			arrived.Add(int64(n))
		})
	}
	group.Wait()
	if n := arrived.Load(); n < budget-64<<10 || n > budget+256<<10 || refused.Load() == 0 {
		t.Errorf("%d bytes arrived over a budget of %d, %d requests refused", n, budget, refused.Load())
	}
}

// drip opens a connection and sends the beginning of a request, and nothing more.
func (s *site) drip(t *testing.T, head string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.address.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, head); err != nil {
		t.Fatal(err)
	}
	return conn
}

// TestOneAddressLeavesRoom: whoever holds all places of an address holds none of
// the others', and no import waits for forms.
func TestOneAddressLeavesRoom(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	f := library(t)
	from := func(address string) []string {
		return []string{"X-Forwarded-For", address, "Accept", "application/json"}
	}
	path := v.begin(f)
	whole := v.sendParts(file{"endsong_1.json", f.content}, 1)
	cookie := ""
	for _, c := range v.http.Jar.Cookies(s.address) {
		cookie = c.Name + "=" + c.Value
	}
	const own, other = "203.0.113.9", "203.0.113.10"
	dripAll := func() {
		s.drip(t, "POST /uploads HTTP/1.1\r\nHost: here\r\nX-Forwarded-For: "+own+
			"\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000\r\n\r\n--x")
		s.drip(t, "PATCH "+path+" HTTP/1.1\r\nHost: here\r\nCookie: "+cookie+"\r\nX-Forwarded-For: "+own+
			"\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 1000\r\n\r\nx")
	}
	for range 4 {
		dripAll()
	}
	send := func(address string) answer {
		body, contentType := form(t, "", f)
		return s.visitor(t).request(http.MethodPost, "/uploads", body, append(from(address), "Content-Type", contentType)...)
	}
	create := func(address string) answer {
		return s.visitor(t).tus(http.MethodPost, "/files", nil, append(from(address), "Upload-Length", "5")...)
	}
	var e struct{ Error struct{ Code string } }
	for name, ask := range map[string]func(string) answer{"form": send, "file": create} {
		// The drips arrive when they like, and one may find this request in its place.
		a := ask(own)
		for range 100 {
			if a.StatusCode != http.StatusCreated {
				break
			}
			dripAll()
			time.Sleep(10 * time.Millisecond)
			a = ask(own)
		}
		a.want(t, http.StatusTooManyRequests).json(t, &e)
		if e.Error.Code != "too_many_at_once" || a.Header.Get("Retry-After") != "5" {
			t.Errorf("%s: %+v, Retry-After %q", name, e, a.Header.Get("Retry-After"))
		}
		ask(other).want(t, http.StatusCreated)
	}
	v.importFiles(url.Values{"file": {whole}, "id": {importID}}, from(own)...).want(t, http.StatusCreated)
}

// TestTooSlow: a body that does not keep the pace ends, whoever sent it is told
// why, and of a part what has arrived is kept.
func TestTooSlow(t *testing.T) {
	t.Parallel()
	const soon = 300 * time.Millisecond
	s := newSiteWith(t, siteOptions{uploadBytes: uploadBytes, ahead: soon - 30*time.Second})
	v := s.visitor(t)
	f := library(t)
	path := v.begin(f)
	cookie := ""
	for _, c := range v.http.Jar.Cookies(s.address) {
		cookie = c.Name + "=" + c.Value
	}
	const length = "Content-Length: 1000\r\nAccept: application/json\r\n\r\n"
	for name, head := range map[string]string{
		"form": "POST /uploads HTTP/1.1\r\nHost: here\r\nContent-Type: multipart/form-data; boundary=x\r\n" + length + "--x",
		"part": "PATCH " + path + " HTTP/1.1\r\nHost: here\r\nCookie: " + cookie +
			"\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\n" + length + string(f.content[:7]),
	} {
		conn := s.drip(t, head)
		_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
		reader := bufio.NewReader(conn)
		resp, err := http.ReadResponse(reader, httptest.NewRequest(http.MethodPost, "/uploads", nil))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		b, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != http.StatusRequestTimeout || !strings.Contains(string(b), "upload_too_slow") || !strings.Contains(string(b), "Less than 2 KB a second") {
			t.Errorf("%s: %s %s", name, resp.Status, b)
		}
		if _, err := reader.ReadByte(); err == nil {
			t.Errorf("%s: the connection goes on", name)
		}
	}
	v.tus(http.MethodHead, path, nil).want(t, http.StatusOK)
	if got := v.tus(http.MethodHead, path, nil).Header.Get("Upload-Offset"); got != "7" {
		t.Errorf("%s bytes are kept", got)
	}
}
