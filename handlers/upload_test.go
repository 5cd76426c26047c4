package handlers_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
)

type receipt struct {
	Rows, Kept, Duplicate, Elsewhere, Unreadable int
	Lines                                        []struct {
		Name, Status, Reason                         string
		Rows, Kept, Duplicate, Elsewhere, Unreadable int
	}
}

func (r receipt) check(t *testing.T) {
	t.Helper()
	if r.Kept+r.Duplicate+r.Elsewhere+r.Unreadable != r.Rows {
		t.Errorf("receipt does not add up: %+v", r)
	}
	for _, l := range r.Lines {
		if l.Kept+l.Duplicate+l.Elsewhere+l.Unreadable != l.Rows {
			t.Errorf("line does not add up: %+v", l)
		}
	}
}

func TestUploadAddsAndReplaces(t *testing.T) {
	v := newSite(t).visitor(t)
	one := history(play{ts: "2024-01-01T10:00:00Z", ms: 200_000, track: "A", artist: "X", album: "L", uri: "spotify:track:0000000000000000000001"})
	two := history(
		play{ts: "2024-01-01T10:00:00Z", ms: 200_000, track: "A", artist: "X", album: "L", uri: "spotify:track:0000000000000000000001"},
		play{ts: "2024-01-02T10:00:00Z", ms: 100_000, track: "B", artist: "Y", album: "L", uri: "spotify:track:0000000000000000000002"})

	var r receipt
	v.upload("", file{"endsong_0.json", one}).want(t, http.StatusCreated).json(t, &r)
	r.check(t)
	if r.Rows != 1 || r.Kept != 1 {
		t.Errorf("first upload: %+v", r)
	}
	v.upload("add", file{"endsong_1.json", two}).want(t, http.StatusCreated).json(t, &r)
	r.check(t)
	if r.Rows != 3 || r.Kept != 2 || r.Duplicate != 1 {
		t.Errorf("after adding: %+v", r)
	}
	r = receipt{}
	v.upload("replace", file{"endsong_0.json", one}).want(t, http.StatusCreated).json(t, &r)
	if r.Rows != 1 || r.Kept != 1 || len(r.Lines) != 1 {
		t.Errorf("after replacing: %+v", r)
	}
}

func TestUploadWithoutJSONRedirectsToTheStory(t *testing.T) {
	v := newSite(t).visitor(t)
	body, contentType := form(t, "", library(t))
	a := v.request(http.MethodPost, "/uploads", body, "Content-Type", contentType, "Accept", "text/html").want(t, http.StatusSeeOther)
	if got := a.Header.Get("Location"); got != "/" {
		t.Errorf("redirect to %q", got)
	}
	doc := v.get("/receipt").want(t, http.StatusOK).page(t)
	if got := text(doc, "h1"); got != "400 rows in 1 file. Every one accounted for." {
		t.Errorf("heading %q", got)
	}
}

// A file that cannot be used is named on the receipt, and refuses nothing beside it.
func TestABadFileBesideAGoodOne(t *testing.T) {
	const name = "Streaming_History_Audio_2024.json"
	good := []byte(`[{"ts":"2024-01-01T10:00:00Z","ms_played":60000,"spotify_track_uri":"spotify:track:0000000000000000000001"}]`)
	for bad, want := range map[string]struct {
		content string
		code    string
	}{
		"broken.json":   {"{oops", "not_json"},
		"tsconfig.json": {"// settings\n{}", "not_from_spotify"},
		"a.zip":         {"PK\x03\x04 and no more", "truncated_archive"},
	} {
		v := newSite(t).visitor(t)
		var receipt struct {
			Rows  int
			Lines []struct {
				Name, Reason string
				ReasonCode   string `json:"reason_code"`
			}
		}
		v.upload("", file{bad, []byte(want.content)}, file{name, good}).want(t, http.StatusCreated).json(t, &receipt)
		if receipt.Rows != 1 || len(receipt.Lines) != 2 || receipt.Lines[0].ReasonCode != want.code || receipt.Lines[0].Reason == "" {
			t.Errorf("%s: %+v", bad, receipt)
		}
	}
}

// TestBadUploads: whatever is sent, the answer says what is wrong, and what was
// there stays as it was.
func TestBadUploads(t *testing.T) {
	good := history(play{ts: "2024-01-01T10:00:00Z", ms: 200_000, track: "A", artist: "X", album: "L", uri: "spotify:track:0000000000000000000001"})
	name := "Streaming_History_Audio_2024.json"
	many := make([]file, 301)
	for i := range many {
		many[i] = file{fmt.Sprintf("x/%d.json", i), []byte("{}")}
	}
	encrypted := zipped(t, file{name, good})
	for _, signature := range []string{"PK\x03\x04", "PK\x01\x02"} {
		at := bytes.Index(encrypted, []byte(signature))
		offset := map[string]int{"PK\x03\x04": 6, "PK\x01\x02": 8}[signature]
		encrypted[at+offset] |= 1
	}
	whole := zipped(t, file{name, good})

	for _, c := range []struct {
		name   string
		files  []file
		status int
	}{
		{"nothing", nil, http.StatusBadRequest},
		{"not a ZIP", []file{{"photo.zip", []byte("\x89PNG\r\n\x1a\n....")}}, http.StatusUnsupportedMediaType},
		{"a PDF", []file{{"a.pdf", []byte("%PDF-1.7 ...")}}, http.StatusUnsupportedMediaType},
		{"empty file", []file{{"a.zip", nil}}, http.StatusUnprocessableEntity},
		{"empty ZIP", []file{{"a.zip", zipped(t)}}, http.StatusUnprocessableEntity},
		{"nothing from Spotify", []file{{"a.zip", zipped(t, file{"holiday.txt", []byte("sun")})}}, http.StatusUnprocessableEntity},
		{"truncated", []file{{"a.zip", whole[:len(whole)-30]}}, http.StatusUnprocessableEntity},
		{"encrypted", []file{{"a.zip", encrypted}}, http.StatusUnprocessableEntity},
		{"nested twice", []file{{"a.zip", zipped(t, file{"b.zip", zipped(t, file{"c.zip", whole})})}}, http.StatusUnprocessableEntity},
		{"path out", []file{{"a.zip", zipped(t, file{"../" + name, good})}}, http.StatusUnprocessableEntity},
		{"absolute path", []file{{"a.zip", zipped(t, file{"/" + name, good})}}, http.StatusUnprocessableEntity},
		{"symlink", []file{{"a.zip", zippedLink(t, name)}}, http.StatusUnprocessableEntity},
		{"too many entries", []file{{"a.zip", zipped(t, many...)}}, http.StatusRequestEntityTooLarge},
		{"bomb", []file{{"a.zip", zipped(t, file{name, append([]byte("["), bytes.Repeat([]byte(" "), 8<<20)...)})}}, http.StatusRequestEntityTooLarge},
		{"too large", []file{{"a.zip", bytes.Repeat([]byte("x"), uploadBytes)}}, http.StatusRequestEntityTooLarge},
		{"not JSON inside", []file{{"a.zip", zipped(t, file{name, []byte("List(Map(a -> b))")})}}, http.StatusUnprocessableEntity},
		{"nothing readable", []file{{"a.json", []byte(`[{"ts":"nope","ms_played":1},{"ts":"2024-01-01T10:00:00Z","ms_played":"x"}]`)}}, http.StatusUnprocessableEntity},
		{"two bad", []file{{"b.json", []byte("{oops")}, {"a.zip", whole[:50]}}, http.StatusUnprocessableEntity},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := newSite(t).visitor(t)
			v.upload("", file{name, good}).want(t, http.StatusCreated)
			var e struct {
				Error struct{ Code, Message, Field, File string }
			}
			v.upload("", c.files...).want(t, c.status).json(t, &e)
			if e.Error.Code == "" || e.Error.Message == "" {
				t.Errorf("says nothing: %+v", e)
			}
			if len(c.files) == 1 && c.status != http.StatusRequestEntityTooLarge && e.Error.File != c.files[0].name {
				t.Errorf("does not name the file: %+v", e)
			}
			if e.Error.File != "" && !strings.Contains(e.Error.Message, "“"+e.Error.File+"”") {
				t.Errorf("the sentence does not name the file: %+v", e)
			}
			var sum struct{ Rows int }
			v.get("/api/v1/summary").want(t, http.StatusOK).json(t, &sum)
			if sum.Rows != 1 {
				t.Errorf("%d rows afterwards, want the one that was there", sum.Rows)
			}

			// The same in a page: the form is there to try again.
			body, contentType := form(t, "", c.files...)
			doc := v.request(http.MethodPost, "/uploads", body, "Content-Type", contentType, "Accept", "text/html").want(t, c.status).page(t)
			if got := text(doc, "#upload-alert"); got == "" {
				t.Error("the page has no alert")
			}
			if doc.Find("#upload input[type=file]").Length() != 1 {
				t.Error("the page has no form to try again")
			}
		})
	}
}

// TestABrokenUploadIsAnswered: when the body ends early, or stands still for too
// long, the server gives up reading, but the browser may be there to be told.
func TestABrokenUploadIsAnswered(t *testing.T) {
	site := newSite(t)
	body, contentType := form(t, "", library(t))
	for accept, check := range map[string]func(a answer){
		"text/html": func(a answer) {
			if got := text(a.page(t), "#upload-alert"); !strings.Contains(got, "send it again") {
				t.Errorf("the page says %q", got)
			}
		},
		"application/json": func(a answer) {
			var e struct{ Error struct{ Code string } }
			if a.json(t, &e); e.Error.Code != "upload_incomplete" {
				t.Errorf("%s", a.body)
			}
		},
	} {
		sent := httptest.NewRequest(http.MethodPost, "/uploads", nil)
		conn, err := net.Dial("tcp", site.address.Host)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_, err = fmt.Fprintf(conn, "POST /uploads HTTP/1.1\r\nHost: %s\r\nAccept: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
			site.address.Host, accept, contentType, body.Len(), body.Bytes()[:body.Len()/2])
		if err == nil {
			err = conn.(*net.TCPConn).CloseWrite()
		}
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), sent)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		check(answer{resp, b}.want(t, http.StatusBadRequest))
	}
	site.Close() // whoever writes to the log is done
	if strings.Contains(site.logs.String(), "level=ERROR") {
		t.Errorf("a broken line is no error of ours:\n%s", site.logs)
	}
}

func zippedLink(t *testing.T, name string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: name}
	h.SetMode(os.ModeSymlink | 0o777)
	w, err := z.CreateHeader(h)
	if err == nil {
		_, err = w.Write([]byte("/etc/passwd"))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUploadRefusesOtherForms(t *testing.T) {
	v := newSite(t).visitor(t)
	v.request(http.MethodPost, "/uploads", strings.NewReader("x"), "Content-Type", "text/plain", "Accept", "application/json").
		want(t, http.StatusUnsupportedMediaType)
	v.upload("both", file{"endsong.json", history()}).want(t, http.StatusBadRequest)

	// The whole of it arrived: nobody is told that the connection broke.
	body, contentType := form(t, "", file{"a\x07.json", history()})
	var e struct{ Error struct{ Code string } }
	v.request(http.MethodPost, "/uploads", body, "Content-Type", contentType, "Accept", "application/json").want(t, http.StatusBadRequest).json(t, &e)
	if e.Error.Code != "bad_form" {
		t.Errorf("a header that is none: %+v", e)
	}
}

// TestTimesOnTheReceipt: they are written as everywhere in the API.
func TestTimesOnTheReceipt(t *testing.T) {
	v := newSite(t).visitor(t)
	one := history(
		play{ts: "2024-01-01T10:00:00Z", ms: 200_000, track: "A", artist: "X", album: "L", uri: "spotify:track:0000000000000000000001"},
		play{ts: "2024-01-02T10:00:00Z", ms: 100_000, track: "B", artist: "Y", album: "L", uri: "spotify:track:0000000000000000000002"})
	type lines struct {
		Lines []struct {
			Name        string
			First, Last *string
		}
	}
	var answers [2]lines
	var sum struct{ Receipt lines }
	v.upload("", file{"endsong_0.json", one}, file{"Follow.json", []byte(`{"followerCount":1}`)}).want(t, http.StatusCreated).json(t, &answers[0])
	v.get("/api/v1/receipt").want(t, http.StatusOK).json(t, &answers[1])
	v.get("/api/v1/summary").want(t, http.StatusOK).json(t, &sum)
	for _, r := range append(answers[:], sum.Receipt) {
		if len(r.Lines) != 2 || r.Lines[0].First == nil || *r.Lines[0].First != "2024-01-01T10:00:00Z" || r.Lines[0].Last == nil || *r.Lines[0].Last != "2024-01-02T10:00:00Z" {
			t.Errorf("a history: %+v", r)
		} else if r.Lines[1].First != nil || r.Lines[1].Last != nil {
			t.Errorf("a document: %+v", r)
		}
	}
}

func TestSampleNeverTouchesOwnData(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	v.post("/sample", url.Values{}).want(t, http.StatusConflict)
	var sum struct{ Rows int }
	v.get("/api/v1/summary").want(t, http.StatusOK).json(t, &sum)
	if sum.Rows != 400 {
		t.Errorf("%d rows, want 400", sum.Rows)
	}
}

func TestUploadReplacesTheSample(t *testing.T) {
	v := newSite(t).visitor(t)
	v.post("/sample", url.Values{}).want(t, http.StatusSeeOther)
	var sum struct{ Rows int }
	v.get("/api/v1/summary").want(t, http.StatusOK).json(t, &sum)
	if sum.Rows < 10_000 {
		t.Errorf("sample of %d rows", sum.Rows)
	}
	v.upload("add", library(t)).want(t, http.StatusCreated)
	v.get("/api/v1/summary").want(t, http.StatusOK).json(t, &sum)
	if sum.Rows != 400 {
		t.Errorf("%d rows, want only the 400 uploaded", sum.Rows)
	}
}

// slow sends the files of an upload when told to, so that something else can
// happen in the middle of it.
func (v *visitor) slow(mode string, files ...file) (finish func() answer) {
	v.t.Helper()
	body, contentType := form(v.t, mode, files...)
	r, w := io.Pipe()
	half := body.Len() / 2
	answered := make(chan answer, 1)
	go func() {
		answered <- v.request(http.MethodPost, "/uploads", r, "Content-Type", contentType, "Accept", "application/json")
	}()
	if _, err := w.Write(body.Next(half)); err != nil {
		v.t.Fatal(err)
	}
	return func() answer {
		if _, err := io.Copy(w, body); err != nil {
			v.t.Error(err)
		}
		_ = w.Close()
		return <-answered
	}
}

// big is a file that does not fit into what a connection buffers.
func big() file {
	one := history(play{ts: "2020-01-01T00:00:00Z", ms: 60_000, track: "T", artist: "A", uri: "spotify:track:0000000000000000000009"})
	return file{"endsong_9.json", append(one, bytes.Repeat([]byte(" "), 12<<20)...)}
}

// TestForgetDuringUpload: what somebody deletes stays deleted, whatever was
// under way.
func TestForgetDuringUpload(t *testing.T) {
	v := newSiteFor(t, 64<<20).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	for _, mode := range []string{"add", "replace"} {
		v.upload("", library(t)).want(t, http.StatusCreated)
		finish := v.slow(mode, big())
		v.post("/reset", url.Values{}).want(t, http.StatusSeeOther)
		var e struct{ Error struct{ Code string } }
		finish().want(t, http.StatusConflict).json(t, &e)
		if e.Error.Code != "changed_meanwhile" {
			t.Errorf("%s: code %q", mode, e.Error.Code)
		}
		v.get("/api/v1/summary").want(t, http.StatusUnauthorized)
	}
	if stored, err := v.site.bucket.List(t.Context(), "datasets/"); err != nil || len(stored) > 0 {
		t.Errorf("datasets left: %q, %v", stored, err)
	}
}

// TestUploadsSideBySide: of two uploads over the same data the second to finish
// is told, instead of dropping what the first has added.
func TestUploadsSideBySide(t *testing.T) {
	v := newSiteFor(t, 64<<20).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	finish := v.slow("add", big())
	one := history(play{ts: "2024-01-01T10:00:00Z", ms: 200_000, track: "A", artist: "X", album: "L", uri: "spotify:track:0000000000000000000001"})
	v.upload("add", file{"endsong_0.json", one}).want(t, http.StatusCreated)
	v.get("/receipt").want(t, http.StatusOK)
	finish().want(t, http.StatusConflict)
	var sum struct{ Rows int }
	v.get("/api/v1/summary").want(t, http.StatusOK).json(t, &sum)
	if sum.Rows != 401 {
		t.Errorf("%d rows, want those of the upload that finished", sum.Rows)
	}
}

// TestSessionIsNewWhenDataArrives: a token that somebody else knows does not
// lead to what is uploaded under it.
func TestSessionIsNewWhenDataArrives(t *testing.T) {
	s := newSite(t)
	v := s.stranger(t)
	v.takeSample()
	planted := sessionCookies(v.http.Jar.Cookies(s.address))
	v.upload("", library(t)).want(t, http.StatusCreated)
	now := sessionCookies(v.http.Jar.Cookies(s.address))
	if len(planted) != 1 || len(now) != 1 || planted[0].Value == now[0].Value {
		t.Errorf("the session's cookie stayed: %v", now)
	}
}

// TestReadingWritesNoSession: a request that deletes what an upload has replaced
// leaves the session alone. It may have begun before another upload ended, and
// would bring back what that one has replaced. And once is enough.
func TestReadingWritesNoSession(t *testing.T) {
	for _, path := range []string{"/receipt", "/api/v1/summary"} {
		s := newSite(t)
		v := s.visitor(t)
		v.upload("", library(t)).want(t, http.StatusCreated)
		v.upload("replace", library(t)).want(t, http.StatusCreated)
		if n := len(s.keys(t, "datasets/")); n != 2 {
			t.Fatalf("%d datasets, want the one that may have to stay as well", n)
		}
		slow := &visitor{t: t, site: s, http: &http.Client{Jar: v.frozen()}}
		for range 3 {
			if a := slow.get(path).want(t, http.StatusOK); len(a.Cookies()) != 0 {
				t.Errorf("%s writes the session: %v", path, a.Header["Set-Cookie"])
			}
		}
		if n := len(s.keys(t, "datasets/")); n != 1 {
			t.Errorf("%s: %d datasets, want what was replaced to be gone", path, n)
		}
		if n := s.deletions.Load(); n != 1 {
			t.Errorf("%s: %d deletions of one dataset", path, n)
		}
	}
}

func TestSmallFormsAreBounded(t *testing.T) {
	t.Parallel() // what is not read of a body holds the server up for half a second
	v := newSite(t).visitor(t)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("x", "x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	a := v.request(http.MethodPost, "/theme", &body, "Content-Type", w.FormDataContentType())
	if a.StatusCode != http.StatusBadRequest {
		t.Errorf("a file sent to /theme: %s", a.Status)
	}
	a = v.post("/theme", url.Values{"theme": {strings.Repeat("x", 1<<20)}})
	if a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a megabyte sent to /theme: %s", a.Status)
	}
	// It is no upload, and the limit is not that of one.
	if got := a.page(t).Find("main").Text(); !strings.Contains(got, "That form is too large") || strings.Contains(got, "MB") {
		t.Errorf("a megabyte sent to /theme: %s", got)
	}
}

// TestNothingButDocuments: somebody whose package holds no play still sees
// pages, and no date that nobody lived through.
func TestNothingButDocuments(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", file{"YourLibrary.json", []byte(`{"tracks":[{"artist":"A","album":"B","track":"C","uri":"spotify:track:0000000000000000000001"}]}`)}).want(t, http.StatusCreated)
	for _, path := range v.addresses() {
		if a := v.get(path).want(t, http.StatusOK); bytes.Contains(a.body, []byte("1970")) {
			t.Errorf("%s speaks of 1970", path)
		}
	}
}

// TestRefusedUploadKeepsTheChoice: the form that is shown again has the choice
// that was made.
func TestRefusedUploadKeepsTheChoice(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	body, contentType := form(t, "replace", file{"a.zip", zipped(t)})
	doc := v.request(http.MethodPost, "/uploads", body, "Content-Type", contentType, "Accept", "text/html").
		want(t, http.StatusUnprocessableEntity).page(t)
	if doc.Find(`#upload input[name=mode][value=replace][checked]`).Length() != 1 {
		t.Error("the choice to replace is gone")
	}
	if doc.Find(".masthead a[href='/artists']").Length() == 0 {
		t.Error("the way back to the data is gone")
	}
}
