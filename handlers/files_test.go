package handlers_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
)

const patchType = "application/offset+octet-stream"

func (v *visitor) tus(method, path string, body []byte, header ...string) answer {
	v.t.Helper()
	return v.request(method, path, bytes.NewReader(body), append([]string{"Tus-Resumable", "1.0.0"}, header...)...)
}

// begin creates a file without a byte in it.
func (v *visitor) begin(f file, header ...string) (path string) {
	v.t.Helper()
	a := v.tus(http.MethodPost, "/files", nil, append([]string{"Upload-Length", strconv.Itoa(len(f.content)),
		"Upload-Metadata", "filename " + base64.StdEncoding.EncodeToString([]byte(f.name))}, header...)...).want(v.t, http.StatusCreated)
	return a.Header.Get("Location")
}

func (v *visitor) patch(path string, offset int, body []byte) answer {
	v.t.Helper()
	return v.tus(http.MethodPatch, path, body, "Content-Type", patchType, "Upload-Offset", strconv.Itoa(offset))
}

// sendParts sends a whole file in so many parts and returns its id.
func (v *visitor) sendParts(f file, parts int) (id string) {
	v.t.Helper()
	path := v.begin(f)
	for i := range parts {
		from, to := len(f.content)*i/parts, len(f.content)*(i+1)/parts
		v.patch(path, from, f.content[from:to]).want(v.t, http.StatusNoContent)
	}
	return strings.TrimPrefix(path, "/files/")
}

func (v *visitor) importFiles(form url.Values, header ...string) answer {
	v.t.Helper()
	return v.post("/imports", form, append([]string{"Accept", "application/json"}, header...)...)
}

func (v *visitor) rows() int {
	v.t.Helper()
	var sum struct{ Rows int }
	v.get("/api/v1/summary").want(v.t, http.StatusOK).json(v.t, &sum)
	return sum.Rows
}

func (s *site) keys(t *testing.T, prefix string) []string {
	t.Helper()
	keys, err := s.bucket.List(context.Background(), prefix)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

const importID = "0123456789abcdef0123456789abcdef"

// TestFilesInParts: a file in parts is the same as one in a form, the parts are
// gone afterwards, and whatever is sent twice is done once.
func TestFilesInParts(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	id := v.sendParts(library(t), 3)
	form := url.Values{"file": {id}, "id": {importID}}
	var r receipt
	v.importFiles(form).want(t, http.StatusCreated).json(t, &r)
	r.check(t)
	if r.Rows != 400 || len(r.Lines) == 0 {
		t.Errorf("receipt %+v", r)
	}
	v.importFiles(form).want(t, http.StatusCreated)
	v.post("/imports/"+importID, url.Values{}, "Accept", "application/json").want(t, http.StatusCreated)
	if got := v.get("/imports/"+importID).want(t, http.StatusSeeOther).Header.Get("Location"); got != "/" {
		t.Errorf("the page of a finished import leads to %q", got)
	}
	if got := v.rows(); got != 400 {
		t.Errorf("%d rows", got)
	}
	if n := len(s.keys(t, "datasets/")); n != 1 {
		t.Errorf("%d datasets", n)
	}
	for _, key := range s.keys(t, "uploads/") {
		if !strings.Contains(key, "/imports/") {
			t.Errorf("left behind: %s", key)
		}
	}
	v.tus(http.MethodHead, "/files/"+id, nil).want(t, http.StatusNotFound)

	// With nothing left to read, pages do not look for it.
	asked := false
	s.hook.Store(func(ctx context.Context, key string) { asked = asked || strings.HasPrefix(key, "uploads/") })
	v.get("/receipt").want(t, http.StatusOK)
	if asked || text(v.get("/receipt").page(t), "#arrived-title") != "" {
		t.Error("the page looks for uploads that were read")
	}

	// A second import adds, a third replaces.
	one := file{"endsong_1.json", history(play{ts: "2024-01-02T10:00:00Z", ms: 100_000, track: "B", artist: "Y", album: "L", uri: "spotify:track:0000000000000000000002"})}
	v.importFiles(url.Values{"file": {v.sendParts(one, 1)}}).want(t, http.StatusCreated)
	if got := v.rows(); got != 401 {
		t.Errorf("%d rows after adding", got)
	}
	v.importFiles(url.Values{"file": {v.sendParts(one, 1)}, "mode": {"replace"}}).want(t, http.StatusCreated)
	if got := v.rows(); got != 1 {
		t.Errorf("%d rows after replacing", got)
	}
	v.get("/receipt").want(t, http.StatusOK)
	if n := len(s.keys(t, "datasets/")); n != 1 {
		t.Errorf("%d datasets", n)
	}
}

// TestAnotherPersonsFile: it is not there, whatever is asked of it.
func TestAnotherPersonsFile(t *testing.T) {
	s := newSite(t)
	v, stranger, newcomer := s.visitor(t), s.visitor(t), s.visitor(t)
	f := library(t)
	path := v.begin(f)
	stranger.begin(f) // has uploads of its own
	for _, who := range []*visitor{stranger, newcomer} {
		who.tus(http.MethodHead, path, nil).want(t, http.StatusNotFound)
		who.patch(path, 0, f.content).want(t, http.StatusNotFound)
		who.tus(http.MethodDelete, path, nil).want(t, http.StatusNotFound)
		who.post("/files/discard", url.Values{"file": {strings.TrimPrefix(path, "/files/")}}).want(t, http.StatusSeeOther)
		who.importFiles(url.Values{"file": {strings.TrimPrefix(path, "/files/")}, "id": {importID}}).want(t, http.StatusNotFound)
		who.get("/imports/"+importID[:31]+"0").want(t, http.StatusNotFound)
	}
	v.patch(path, 0, f.content).want(t, http.StatusNoContent)
	v.importFiles(url.Values{"file": {strings.TrimPrefix(path, "/files/")}, "id": {importID}}).want(t, http.StatusCreated)
	stranger.post("/imports/"+importID, url.Values{}).want(t, http.StatusNotFound)
	stranger.get("/imports/"+importID).want(t, http.StatusNotFound)
	stranger.get("/api/v1/summary").want(t, http.StatusUnauthorized)
}

func TestFilesOverTheLine(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	f := library(t)
	path := v.begin(f)
	v.patch(path, 5, f.content[5:]).want(t, http.StatusConflict)
	a := v.tus(http.MethodPost, "/files", nil, "Upload-Length", fmt.Sprint(uploadBytes+1)).want(t, http.StatusRequestEntityTooLarge)
	var e struct {
		Error struct{ Code, Message string }
	}
	a.json(t, &e)
	// Alone it is too large: making room would not help.
	if e.Error.Code != "upload_too_large" || !strings.HasPrefix(e.Error.Message, "One upload may have 8 MB.") || !strings.Contains(e.Error.Message, "unzip it, and choose the JSON files in it") || a.Header.Get("Tus-Resumable") != "1.0.0" {
		t.Errorf("%+v", e)
	}
	v.tus(http.MethodPost, "/files", nil, "Upload-Length", fmt.Sprint(uploadBytes)).want(t, http.StatusRequestEntityTooLarge).json(t, &e)
	if e.Error.Code != "upload_too_large" || !strings.Contains(e.Error.Message, "beside what has arrived already") {
		t.Errorf("%+v", e)
	}
	v.tus(http.MethodPost, "/files", nil, "Upload-Length", "x").want(t, http.StatusBadRequest)
	a = v.tus(http.MethodOptions, "/files", nil).want(t, http.StatusOK)
	if !strings.Contains(a.Header.Get("Tus-Extension"), "termination") || a.Header.Get("Tus-Max-Size") != fmt.Sprint(uploadBytes) {
		t.Errorf("%v", a.Header)
	}
	if strings.Contains(s.logs.String(), "library") || strings.Contains(s.logs.String(), path) {
		t.Errorf("the log names the file: %s", s.logs)
	}

	// What has arrived is listed, for programs and on the page.
	v.patch(path, 0, f.content[:1000]).want(t, http.StatusNoContent)
	whole := v.sendParts(file{"b.json", history()}, 1)
	var list struct {
		Items []struct {
			ID, Name       string
			Bytes, Arrived int
		}
	}
	v.get("/files").want(t, http.StatusOK).json(t, &list)
	if len(list.Items) != 2 || list.Items[0].Arrived != 1000 || list.Items[0].Name != f.name || list.Items[1].ID != whole {
		t.Errorf("%+v", list)
	}
	doc := v.get("/").want(t, http.StatusOK).page(t)
	if got := text(doc, "#arrived-title"); got != "1 upload was interrupted" {
		t.Errorf("title %q", got)
	}
	if doc.Find("[data-arrived] [data-file]").Length() != 2 || doc.Find(`[data-arrived] [name=whole][value="`+whole+`"]`).Length() != 1 {
		t.Error("the files are not on the page")
	}
	if got := v.post("/files/discard", url.Values{"file": {whole}}).want(t, http.StatusSeeOther).Header.Get("Location"); got != "/#bring" {
		t.Errorf("discarding leads to %q", got)
	}
	v.tus(http.MethodDelete, path, nil).want(t, http.StatusNoContent)
	if keys := s.keys(t, "uploads/"); len(keys) != 0 {
		t.Errorf("left: %v", keys)
	}
}

// TestOnlyTheFirstFileWritesTheSession: a session begins with the first file and not
// with a refusal, and further files leave it alone: answers that cross must not
// bring back what another has changed.
func TestOnlyTheFirstFileWritesTheSession(t *testing.T) {
	v := newSite(t).visitor(t)
	a := v.tus(http.MethodPost, "/files", nil, "Upload-Length", fmt.Sprint(uploadBytes+1))
	if len(a.Cookies()) != 0 {
		t.Error("a refusal sets a cookie")
	}
	f := library(t)
	v.takeSample()
	planted := v.frozen()
	if a = v.tus(http.MethodPost, "/files", nil, "Upload-Length", "3"); len(a.Cookies()) != 1 {
		t.Errorf("the first file: %v", a.Cookies())
	}
	whoPlanted := &visitor{t: t, site: v.site, http: &http.Client{Jar: planted}}
	if got := whoPlanted.get("/files").want(t, http.StatusOK).body; !bytes.Contains(got, []byte(`"items":[]`)) {
		t.Errorf("whoever planted the session sees %s", got)
	}
	path := v.begin(f)
	for what, a := range map[string]answer{
		"another file": v.tus(http.MethodPost, "/files", nil, "Upload-Length", "3"),
		"a part":       v.patch(path, 0, f.content[:10]),
		"a look":       v.tus(http.MethodHead, path, nil),
		"a list":       v.get("/files"),
		"a page":       v.get("/"),
	} {
		if len(sessionCookies(a.Cookies())) != 0 {
			t.Errorf("%s sets a cookie of the session", what)
		}
	}
}

// sessionCookies are all but the one that says that an import has just ended.
func sessionCookies(cookies []*http.Cookie) []*http.Cookie {
	return slices.DeleteFunc(slices.Clone(cookies), func(c *http.Cookie) bool { return c.Name == "imported" })
}

// TestRefusedImport: files that are of no use are gone with the refusal, and
// whoever asks later hears why.
func TestRefusedImport(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	id := v.sendParts(file{"holiday.zip", zipped(t, file{"sun.txt", []byte("sun")})}, 2)
	var e struct {
		Error struct{ Code, File string }
	}
	v.importFiles(url.Values{"file": {id}, "id": {importID}, "mode": {"replace"}}).want(t, http.StatusUnprocessableEntity).json(t, &e)
	if e.Error.File != "holiday.zip" {
		t.Errorf("%+v", e)
	}
	doc := v.get("/imports/"+importID).want(t, http.StatusUnprocessableEntity).page(t)
	if text(doc, "#upload-alert") == "" || doc.Find("#upload input[value=replace][checked]").Length() != 1 {
		t.Error("the page of the import does not say why")
	}
	if n := len(s.keys(t, "uploads/")); n != 1 {
		t.Errorf("%d objects left, want the task", n)
	}
	if got := v.rows(); got != 400 {
		t.Errorf("%d rows afterwards", got)
	}
	for _, form := range []url.Values{{}, {"file": {id}}, {"file": {"../x"}}} {
		if a := v.importFiles(form); a.StatusCode != http.StatusBadRequest && a.StatusCode != http.StatusNotFound {
			t.Errorf("%v: %s", form, a.Status)
		}
	}
	v.importFiles(url.Values{"file": {id}, "mode": {"both"}}).want(t, http.StatusBadRequest)
	v.importFiles(url.Values{"file": {id}, "id": {"x"}}).want(t, http.StatusBadRequest)
	half := v.begin(library(t))
	v.importFiles(url.Values{"file": {strings.TrimPrefix(half, "/files/")}}).want(t, http.StatusConflict)
}

// TestImportOverChangedData: what somebody deletes stays deleted, what another
// import has added stays, and what is added to it is added to the newest. What was
// to be replaced is, or nothing is.
func TestImportOverChangedData(t *testing.T) {
	one := file{"endsong_0.json", history(play{ts: "2024-01-01T10:00:00Z", ms: 200_000, track: "A", artist: "X", album: "L", uri: "spotify:track:0000000000000000000001"})}
	two := file{"endsong_1.json", history(play{ts: "2024-01-02T10:00:00Z", ms: 200_000, track: "B", artist: "X", album: "L", uri: "spotify:track:0000000000000000000002"})}
	add := func(v *visitor) {
		v.upload("add", one).want(v.t, http.StatusCreated)
		v.get("/receipt").want(v.t, http.StatusOK)
	}
	for what, test := range map[string]struct {
		change func(v *visitor)
		mode   string
		status int
		rows   int
	}{
		"deleted":                  {func(v *visitor) { v.post("/reset", url.Values{}).want(v.t, http.StatusSeeOther) }, "add", http.StatusConflict, 0},
		"added to":                 {add, "add", http.StatusCreated, 402},
		"replaced":                 {func(v *visitor) { v.upload("replace", one).want(v.t, http.StatusCreated) }, "add", http.StatusCreated, 2},
		"added to, to be replaced": {add, "replace", http.StatusConflict, 401},
	} {
		t.Run(what, func(t *testing.T) {
			s := newSite(t)
			v := s.visitor(t)
			v.upload("", library(t)).want(t, http.StatusCreated)
			id := v.sendParts(two, 1)

			// The import of a browser that has not heard of the change yet.
			late := &visitor{t: t, site: s, http: &http.Client{Jar: v.frozen()}}
			hold, held := make(chan struct{}), make(chan struct{})
			var once sync.Once
			s.hook.Store(func(ctx context.Context, key string) {
				if strings.HasPrefix(key, "uploads/") && strings.HasSuffix(key, "/000000000000") {
					once.Do(func() { close(held); <-hold })
				}
			})
			answered := make(chan answer)
			go func() {
				answered <- late.importFiles(url.Values{"file": {id}, "id": {importID}, "mode": {test.mode}})
			}()
			<-held
			test.change(v)
			close(hold)
			(<-answered).want(t, test.status)
			// The answer of the change was the last to arrive: it leads to the newest.
			s.forgetCache(t)
			if test.rows == 0 {
				v.get("/api/v1/summary").want(t, http.StatusUnauthorized)
			} else if got := v.rows(); got != test.rows {
				t.Errorf("%d rows, want %d", got, test.rows)
			}
			if n := len(s.keys(t, "datasets/")); n != min(test.rows, 1) {
				t.Errorf("%d datasets", n)
			}
			for _, key := range s.keys(t, "uploads/") {
				if !strings.Contains(key, "/imports/") {
					t.Errorf("left behind: %s", key)
				}
			}
		})
	}
}

// TestTakeOver: an import whose instance has died is shown, and carried out by
// whoever asks next, once.
func TestTakeOver(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	id := v.sendParts(library(t), 2)
	// The instance dies: the store sees nothing more of this request.
	alive, die := context.WithCancel(context.Background())
	reached := make(chan struct{})
	var once sync.Once
	s.hook.Store(func(ctx context.Context, key string) {
		if strings.HasSuffix(key, "/000000000000") {
			once.Do(func() { close(reached); <-ctx.Done() }) // until the server has noticed
		}
	})
	req, err := http.NewRequestWithContext(alive, http.MethodPost, s.URL+"/imports", strings.NewReader(url.Values{"file": {id}, "id": {importID}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	go func() {
		if resp, err := v.http.Do(req); err == nil {
			_ = resp.Body.Close()
		}
	}()
	<-reached

	// While somebody is at it, others are told so and wait.
	doc := v.get("/imports/"+importID).want(t, http.StatusOK).page(t)
	if doc.Find(`.reading[hx-get="/partials/imports/`+importID+`"]`).Length() != 1 {
		t.Error("the page does not watch the import")
	}
	v.get("/partials/imports/"+importID).want(t, http.StatusOK)
	v.importFiles(url.Values{"file": {id}, "id": {importID}}).want(t, http.StatusAccepted)
	v.post("/imports/"+importID, url.Values{}).want(t, http.StatusSeeOther)

	die()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		doc = v.get("/partials/imports/"+importID).want(t, http.StatusOK).page(t)
		if doc.Find(`.reading[hx-post="/imports/`+importID+`"]`).Length() == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("nobody is asked to take over")
		}
	}
	if v.get("/imports/"+importID).want(t, http.StatusOK).page(t).Find(`form[action="/imports/`+importID+`"] button`).Length() != 1 {
		t.Error("no way to take over without a script")
	}
	a := v.post("/imports/"+importID, url.Values{}, "HX-Request", "true").want(t, http.StatusOK)
	if a.Header.Get("HX-Redirect") != "/" {
		t.Errorf("taken over: %v", a.Header)
	}
	if got := v.rows(); got != 400 {
		t.Errorf("%d rows", got)
	}
	if n := len(s.keys(t, "datasets/")); n != 1 {
		t.Errorf("%d datasets", n)
	}
}

// TestLostAnswer: an import that is done when its answer is lost reaches the
// session with the next request.
func TestLostAnswer(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	id := v.sendParts(library(t), 2)
	deaf := &visitor{t: t, site: s, http: &http.Client{Jar: v.frozen()}}
	deaf.importFiles(url.Values{"file": {id}, "id": {importID}}).want(t, http.StatusCreated)
	v.get("/api/v1/summary").want(t, http.StatusUnauthorized)
	a := v.request(http.MethodGet, "/partials/imports/"+importID, nil, "HX-Request", "true").want(t, http.StatusOK)
	if a.Header.Get("HX-Redirect") != "/imports/"+importID || len(a.Cookies()) != 0 {
		t.Errorf("the partial: %v", a.Header)
	}
	// Looking changes nothing; the button does.
	for range 2 {
		a = v.get("/imports/"+importID).want(t, http.StatusOK)
		if len(a.Cookies()) != 0 || a.page(t).Find(`form[method=post][action="/imports/`+importID+`"][data-press] button`).Length() != 1 {
			t.Errorf("the page of an import that is done: %v %s", a.Cookies(), a.body)
		}
	}
	v.post("/imports/"+importID, url.Values{}).want(t, http.StatusSeeOther)
	if got := v.rows(); got != 400 {
		t.Errorf("%d rows", got)
	}
	v.get("/imports/"+importID).want(t, http.StatusSeeOther)
}

// TestLostAnswerOfMore: whoever has sent files in parts and lost the answer is
// led to what came of them, since the session still knows of the parts.
func TestLostAnswerOfMore(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	id := v.sendParts(onePlay(0), 1)
	deaf := &visitor{t: t, site: s, http: &http.Client{Jar: v.frozen()}}
	deaf.importFiles(url.Values{"file": {id}, "id": {importID}}).want(t, http.StatusCreated)
	if got := v.rows(); got != 401 {
		t.Errorf("%d rows", got)
	}
	v.upload("add", onePlay(1)).want(t, http.StatusCreated)
	if got := v.rows(); got != 402 {
		t.Errorf("%d rows after adding to it", got)
	}
}

// TestUnheardOfImport: its progress is waited for, but not for ever.
func TestUnheardOfImport(t *testing.T) {
	v := newSite(t).visitor(t)
	v.begin(library(t))
	a := v.get("/partials/imports/"+importID).want(t, http.StatusOK)
	if got := a.page(t).Find(".reading").AttrOr("hx-get", ""); got != "/partials/imports/"+importID+"?n=1" {
		t.Errorf("asks %q", got)
	}
	v.get("/partials/imports/"+importID+"?n=40").want(t, http.StatusNotFound)
	v.get("/imports/"+importID).want(t, http.StatusNotFound)
}

// TestPollOfARenewedSession: the end of a first import gives the session another
// token. A poll that was under way brings the old one, which is nobody's any
// more with sessions in Redis, and is sent to ask with the new one.
func TestPollOfARenewedSession(t *testing.T) {
	v := newSite(t).visitor(t)
	a := v.request(http.MethodGet, "/partials/imports/"+importID, nil, "HX-Request", "true").want(t, http.StatusOK)
	if a.Header.Get("HX-Redirect") != "/imports/"+importID || len(a.body) != 0 {
		t.Errorf("%v with %q", a.Header, a.body)
	}
	v.get("/imports/"+importID).want(t, http.StatusNotFound)
}

// TestOldTokenUntilTheEnd: the session gets its new token when all the rest is
// done. An instance that dies before leaves the old one, which leads to the
// import.
func TestOldTokenUntilTheEnd(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	id := v.sendParts(library(t), 2)
	tokens := func() (read, deleted map[string]bool) {
		read, deleted = map[string]bool{}, map[string]bool{}
		var mu sync.Mutex
		note := func(seen map[string]bool) func(context.Context, string) {
			return func(ctx context.Context, key string) {
				mu.Lock()
				defer mu.Unlock()
				if strings.HasPrefix(key, "uploads/") {
					seen[s.sessions.ID(ctx)] = true
				}
			}
		}
		s.hook.Store(note(read))
		s.deleteHook.Store(note(deleted))
		return read, deleted
	}
	read, deleted := tokens()
	v.importFiles(url.Values{"file": {id}, "id": {importID}}).want(t, http.StatusCreated)
	if len(read) != 1 || len(deleted) != 1 || !maps.Equal(read, deleted) {
		t.Errorf("%d tokens while it is read, %d while it is tidied up, want one and the same", len(read), len(deleted))
	}
}

// TestForgetTakesUploadsAlong: with the data goes what was uploaded and not read.
func TestForgetTakesUploadsAlong(t *testing.T) {
	s := newSite(t)
	v, other := s.visitor(t), s.visitor(t)
	f := library(t)
	v.upload("", f).want(t, http.StatusCreated)
	v.patch(v.begin(f), 0, f.content[:100]).want(t, http.StatusNoContent)
	other.begin(f)
	v.post("/reset", url.Values{}).want(t, http.StatusSeeOther)
	if keys := s.keys(t, "uploads/"); len(keys) != 1 {
		t.Errorf("left: %v", keys)
	}
}

// TestNothingIsCalledDeletedThatIsNot: the page that says so is open to all.
func TestNothingIsCalledDeletedThatIsNot(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	if got := v.get("/forgotten").want(t, http.StatusSeeOther).Header.Get("Location"); got != "/forget" {
		t.Errorf("with data it leads to %q", got)
	}
	v.post("/reset", url.Values{}).want(t, http.StatusSeeOther)
	v.get("/forgotten").want(t, http.StatusOK)
}

// TestForgetTakesUnansweredImports: what was imported when its answer was lost
// goes too, and does not come back by the page of the import.
func TestForgetTakesUnansweredImports(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	id := v.sendParts(file{"endsong_1.json", history(play{ts: "2024-01-02T10:00:00Z", ms: 100_000, track: "B", artist: "Y", album: "L", uri: "spotify:track:0000000000000000000002"})}, 1)
	deaf := &visitor{t: t, site: s, http: &http.Client{Jar: v.frozen()}}
	deaf.importFiles(url.Values{"file": {id}, "id": {importID}}).want(t, http.StatusCreated)
	if n := len(s.keys(t, "datasets/")); n != 2 {
		t.Fatalf("%d datasets", n)
	}
	replayed := &visitor{t: t, site: s, http: &http.Client{Jar: v.frozen()}}
	v.post("/reset", url.Values{}).want(t, http.StatusSeeOther)
	// Marks stay, which name nothing.
	for _, key := range s.keys(t, "") {
		if !strings.HasPrefix(key, "notes/") {
			t.Errorf("left: %s", key)
		}
	}
	replayed.get("/imports/"+importID).want(t, http.StatusNotFound)
	replayed.get("/api/v1/summary").want(t, http.StatusGone)
	deaf.get("/api/v1/summary").want(t, http.StatusGone)
}

// TestDiscardIsBounded: a form is a form, also when it says that it speaks tus,
// and names that are made up cost nothing.
func TestDiscardIsBounded(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	id := strings.TrimPrefix(v.begin(library(t)), "/files/")
	names := url.Values{}
	for i := range 1000 {
		names.Add("file", fmt.Sprintf("%032x", i))
	}
	asked := 0
	s.hook.Store(func(ctx context.Context, key string) { asked++ })
	v.post("/files/discard", names).want(t, http.StatusSeeOther)
	if asked > 2 {
		t.Errorf("%d questions to the bucket", asked)
	}
	s.hook.Store(func(context.Context, string) {})
	for i := range 2000 {
		names.Add("file", fmt.Sprintf("%032x", i))
	}
	v.post("/files/discard", names, "Tus-Resumable", "1.0.0", "Accept", "application/json").want(t, http.StatusRequestEntityTooLarge)
	v.post("/files/discard", url.Values{"file": {id, id}}).want(t, http.StatusSeeOther)
	if keys := s.keys(t, "uploads/"); len(keys) != 0 {
		t.Errorf("left: %v", keys)
	}
}

// TestUploadsSayNothing: no object of an upload has a name or a byte of it.
func TestUploadsSayNothing(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	content := history(play{ts: "2024-01-01T10:00:00Z", ms: 200_000, track: "Lighthouse Waltz", artist: "Invented Tides", album: "L", uri: "spotify:track:0000000000000000000001"})
	id := v.sendParts(file{"history-of-somebody.json", content}, 2)
	look := func() {
		t.Helper()
		for _, key := range s.keys(t, "") {
			blob, err := s.bucket.Get(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range []string{"somebody", "Lighthouse", "Invented", "spotify:", "ms_played"} {
				if bytes.Contains(blob, []byte(secret)) || strings.Contains(key, secret) {
					t.Errorf("%s holds %q", key, secret)
				}
			}
		}
	}
	look()
	v.importFiles(url.Values{"file": {id}, "id": {importID}}).want(t, http.StatusCreated)
	look()
}

// TestPlatformLimit: where the platform takes little, the form says so, and
// what is beyond it is refused with the way out. Parts go on working.
func TestPlatformLimit(t *testing.T) {
	t.Parallel() // what is not read of a body holds the server up for half a second
	s := newSiteWith(t, siteOptions{uploadBytes: uploadBytes, requestBytes: 4_500_000})
	v := s.visitor(t)
	if got := text(v.get("/").page(t), ".upload .plain-only"); !strings.Contains(got, "4.5 MB") {
		t.Errorf("the form says %q", got)
	}
	f := file{"a.zip", bytes.Repeat([]byte("x"), 5_000_000)}
	body, contentType := form(t, "", f)
	doc := v.request(http.MethodPost, "/uploads", body, "Content-Type", contentType, "Accept", "text/html").want(t, http.StatusRequestEntityTooLarge).page(t)
	if got := text(doc, "#upload-alert"); !strings.Contains(got, "Switch JavaScript on") {
		t.Errorf("the refusal says %q", got)
	}
	path := v.begin(f)
	v.patch(path, 0, f.content[:upload.PartBytes]).want(t, http.StatusNoContent)
	if got := text(newSite(t).visitor(t).get("/").page(t), ".upload .plain-only"); got != "" {
		t.Errorf("without a limit the form says %q", got)
	}
}

var _ bucket.Bucket = hooked{}

// hooked is a bucket that tells what is read or listed, and counts what is
// deleted.
type hooked struct {
	bucket.Bucket
	site *site
}

func (h hooked) Delete(ctx context.Context, key string) error {
	h.site.deletions.Add(1)
	if f, ok := h.site.deleteHook.Load().(func(context.Context, string)); ok {
		f(ctx, key)
	}
	return h.Bucket.Delete(ctx, key)
}

func (h hooked) CheckClock(ctx context.Context) error {
	if h.site.clockWrong.Load() {
		return bucket.ErrClock
	}
	return h.Bucket.CheckClock(ctx)
}

func (h hooked) List(ctx context.Context, prefix string) ([]string, error) {
	if hook, ok := h.site.hook.Load().(func(context.Context, string)); ok {
		hook(ctx, prefix)
	}
	return h.Bucket.List(ctx, prefix)
}

func (h hooked) Get(ctx context.Context, key string) ([]byte, error) {
	if f, ok := h.site.hook.Load().(func(context.Context, string)); ok {
		f(ctx, key)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return h.Bucket.Get(ctx, key)
}
