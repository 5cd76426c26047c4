package handlers_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/link"
)

// code makes a code as a program does.
func (v *visitor) code() string {
	v.t.Helper()
	var made struct{ State, Code, URL string }
	v.post("/link", url.Values{}, "Accept", "application/json").want(v.t, http.StatusCreated).json(v.t, &made)
	if made.State != "waiting" || made.URL != v.site.public+"/link#"+made.Code {
		v.t.Fatalf("%+v", made)
	}
	return made.Code
}

// join uses a code as a program does.
func (v *visitor) join(code string, more ...string) answer {
	v.t.Helper()
	form := url.Values{"code": {code}}
	for _, name := range more {
		form.Set(name, "yes")
	}
	return v.post("/link/join", form, "Accept", "application/json")
}

func (v *visitor) linkState() string {
	v.t.Helper()
	var told struct{ State string }
	v.request(http.MethodGet, "/link", nil, "Accept", "application/json").want(v.t, http.StatusOK).json(v.t, &told)
	return told.State
}

func (a answer) refused(t testing.TB, status int, code string) {
	t.Helper()
	var e struct {
		Error struct{ Code, Title, Message string }
	}
	a.want(t, status).json(t, &e)
	if e.Error.Code != code || e.Error.Title == "" || e.Error.Message == "" {
		t.Errorf("%s, want %s", a.body, code)
	}
}

// TestLinkedDevicesHoldTheSame: what one adds, replaces or deletes, the other has,
// by whatever way it was sent.
func TestLinkedDevicesHoldTheSame(t *testing.T) {
	s := newSite(t)
	v, phone := s.visitor(t), s.visitor(t)
	v.upload("", onePlay(0)).want(t, http.StatusCreated)
	code := v.code()
	if got := v.linkState(); got != "waiting" {
		t.Errorf("state %s", got)
	}
	v.get("/partials/link").want(t, http.StatusNoContent)

	var offered struct {
		Plays    int
		Replaces bool
		Until    time.Time
	}
	phone.post("/link/open", url.Values{"code": {strings.ToLower(strings.ReplaceAll(code, "-", " "))}}, "Accept", "application/json").want(t, http.StatusOK).json(t, &offered)
	if left := time.Until(offered.Until); offered.Plays != 1 || offered.Replaces || left < 6*24*time.Hour || left > 7*24*time.Hour {
		t.Errorf("%+v", offered)
	}
	phone.join(code).want(t, http.StatusOK)
	for who, v := range map[string]*visitor{"the first": v, "the phone": phone} {
		if got := v.linkState(); got != "linked" {
			t.Errorf("%s is told %s", who, got)
		}
		if doc := v.get("/link").page(t); !strings.Contains(doc.Find("h1").Text(), "Linked just now") {
			t.Errorf("%s reads %q", who, doc.Find("h1").Text())
		}
		if got := v.rows(); got != 1 {
			t.Errorf("%s has %d rows", who, got)
		}
	}
	if to := v.request(http.MethodGet, "/partials/link", nil, "HX-Request", "true").want(t, http.StatusOK).Header.Get("HX-Redirect"); to != "/link" {
		t.Errorf("the page is led to %q", to)
	}

	same := func(when string, rows int) {
		t.Helper()
		s.forgetCache(t)
		for who, v := range map[string]*visitor{"the first": v, "the phone": phone} {
			if got := v.rows(); got != rows {
				t.Errorf("%s: %s has %d rows, want %d", when, who, got, rows)
			}
		}
	}
	phone.upload("add", onePlay(1)).want(t, http.StatusCreated)
	same("the phone added by a form", 2)
	v.importFiles(url.Values{"file": {v.sendParts(onePlay(2), 2)}, "mode": {"add"}}).want(t, http.StatusCreated)
	same("the first added in parts", 3)
	phone.importFiles(url.Values{"file": {phone.sendParts(onePlay(3), 2)}, "mode": {"add"}}).want(t, http.StatusCreated)
	same("the phone added in parts", 4)
	v.upload("replace", onePlay(4), onePlay(5)).want(t, http.StatusCreated)
	same("the first replaced", 2)

	// A third one, by a code of the second.
	tablet := s.visitor(t)
	tablet.join(phone.code()).want(t, http.StatusOK)
	if got := tablet.rows(); got != 2 {
		t.Errorf("the third has %d rows", got)
	}
	if text := tablet.get("/forget").page(t).Find("main").Text(); !strings.Contains(text, "every device that you have linked") {
		t.Error("who deletes is not told that it goes from other devices")
	}
	tablet.post("/reset", url.Values{}).want(t, http.StatusSeeOther)
	s.forgetCache(t)
	for who, v := range map[string]*visitor{"the first": v, "the phone": phone} {
		v.get("/api/v1/receipt").refused(t, http.StatusGone, "data_gone")
		if to := v.get("/receipt").want(t, http.StatusSeeOther).Header.Get("Location"); to != "/gone" {
			t.Errorf("%s is led to %q", who, to)
		}
		for _, a := range []answer{v.get("/gone"), v.post("/gone", url.Values{})} {
			if h1 := a.want(t, http.StatusGone).page(t).Find("h1").Text(); h1 != "Your data was deleted on another device." {
				t.Errorf("%s reads %q", who, h1)
			}
		}
		// Nothing is left of the link: what comes now is its own.
		v.upload("", onePlay(6)).want(t, http.StatusCreated)
	}
	v.upload("add", onePlay(7)).want(t, http.StatusCreated)
	if one, two := v.rows(), phone.rows(); one != 2 || two != 1 {
		t.Errorf("after the end: %d and %d rows", one, two)
	}
}

// TestCodesThatCannotBeUsed: each has a page of its own, with the way to type
// another, and leaves everything as it was.
func TestCodesThatCannotBeUsed(t *testing.T) {
	s := newSite(t)
	v, phone := s.visitor(t), s.visitor(t)
	v.upload("", onePlay(0)).want(t, http.StatusCreated)
	used := v.code()
	s.visitor(t).join(used).want(t, http.StatusOK)
	withdrawn := v.code()
	live := v.code()
	for name, test := range map[string]struct {
		who    *visitor
		code   string
		status int
		want   string
	}{
		"none":             {phone, "", http.StatusBadRequest, "bad_code"},
		"too short":        {phone, live[:15], http.StatusBadRequest, "bad_code"},
		"an odd letter":    {phone, "U" + live[1:], http.StatusBadRequest, "bad_code"},
		"markup":           {phone, "<script>alert(1)</script>", http.StatusBadRequest, "bad_code"},
		"guessed":          {phone, link.NewCode().Text(), http.StatusNotFound, "unknown_code"},
		"used":             {phone, used, http.StatusConflict, "code_used"},
		"another was made": {phone, withdrawn, http.StatusGone, "code_expired"},
		"its own":          {v, live, http.StatusConflict, "own_code"},
	} {
		for _, path := range []string{"/link/open", "/link/join"} {
			form := url.Values{"code": {test.code}}
			test.who.post(path, form, "Accept", "application/json").refused(t, test.status, test.want)
			a := test.who.post(path, form).want(t, test.status)
			doc := a.page(t)
			if doc.Find("main h1").Length() != 1 || doc.Find("main form[action='/link/open'] input[name=code]").Length() != 1 || doc.Find("main [role=alert]").Length() != 1 {
				t.Errorf("%s: no page of its own at %s", name, path)
			}
			if test.code != "" && bytes.Contains(a.body, []byte(test.code)) {
				t.Errorf("%s: the page repeats what was typed", name)
			}
		}
	}
	s.now.Add(int64(link.Life))
	phone.join(live).refused(t, http.StatusGone, "code_expired")
	s.now.Store(0)
	phone.join(live).want(t, http.StatusOK) // nothing of all this has used it up

	// What is behind a code may be gone.
	live = v.code()
	v.post("/reset", url.Values{}).want(t, http.StatusSeeOther)
	s.visitor(t).join(live).refused(t, http.StatusGone, "code_expired")

	// Without data there is nothing to hand over, and invented data needs no code.
	stranger := s.visitor(t)
	stranger.post("/link", url.Values{}, "Accept", "application/json").refused(t, http.StatusUnauthorized, "no_session")
	stranger.takeSample()
	stranger.post("/link", url.Values{}, "Accept", "application/json").refused(t, http.StatusConflict, "sample_not_linked")
}

// TestLinkAsksBeforeItReplaces: a link to somebody else's data takes the place of
// nothing unless the visitor says so.
func TestLinkAsksBeforeItReplaces(t *testing.T) {
	s := newSite(t)
	v, phone := s.visitor(t), s.visitor(t)
	v.upload("", onePlay(0), onePlay(1)).want(t, http.StatusCreated)
	phone.upload("", onePlay(2)).want(t, http.StatusCreated)
	before := phone.frozen()
	code := v.code()
	doc := phone.post("/link/open", url.Values{"code": {code}}).want(t, http.StatusOK).page(t)
	if text := doc.Find(".link-warning").Text(); !strings.Contains(text, "1 play") || !strings.Contains(text, "deleted for good") {
		t.Errorf("the page warns %q", text)
	}
	phone.join(code).refused(t, http.StatusConflict, "replaces_data")
	if got := phone.rows(); got != 1 {
		t.Errorf("%d rows before anything was said", got)
	}
	phone.join(code, "replace").want(t, http.StatusOK)
	if got := phone.rows(); got != 2 {
		t.Errorf("%d rows", got)
	}
	s.forgetCache(t)
	old := &visitor{t: t, site: s, http: &http.Client{Jar: before, CheckRedirect: phone.http.CheckRedirect}}
	old.get("/api/v1/receipt").refused(t, http.StatusGone, "data_gone")

	// Data that others hold as well stays theirs.
	other := s.visitor(t)
	other.upload("", onePlay(3)).want(t, http.StatusCreated)
	phone.join(other.code(), "replace").want(t, http.StatusOK)
	if one, two := v.rows(), phone.rows(); one != 2 || two != 1 {
		t.Errorf("%d and %d rows", one, two)
	}
	// The invented listener makes room by itself.
	visitor := s.visitor(t)
	visitor.takeSample()
	visitor.join(v.code()).want(t, http.StatusOK)
	if got := visitor.rows(); got != 2 {
		t.Errorf("%d rows in the place of the sample", got)
	}
}

// TestLinkUsedAtOnce: of several devices that use one code at once one is linked.
func TestLinkUsedAtOnce(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	v.upload("", onePlay(0)).want(t, http.StatusCreated)
	code := v.code()
	var group sync.WaitGroup
	var mu sync.Mutex
	counts := make(map[int]int)
	for range 6 {
		phone := s.visitor(t)
		group.Go(func() {
			a := phone.join(code)
			mu.Lock()
			defer mu.Unlock()
			counts[a.StatusCode]++
		})
	}
	group.Wait()
	if counts[http.StatusOK] != 1 || counts[http.StatusConflict] != 5 {
		t.Errorf("%v", counts)
	}
}

// TestCodesAreNotGuessed: an address has so many attempts an hour, right ones and
// wrong ones, and others have theirs.
func TestCodesAreNotGuessed(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	v.upload("", onePlay(0)).want(t, http.StatusCreated)
	code := v.code()
	guesser := s.visitor(t)
	tries := 0
	for ; tries < 200; tries++ {
		a := guesser.post("/link/open", url.Values{"code": {link.NewCode().Text()}}, "Accept", "application/json", "X-Forwarded-For", "203.0.113.9")
		if a.StatusCode == http.StatusTooManyRequests {
			if a.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			a.refused(t, http.StatusTooManyRequests, "too_many_codes")
			break
		}
		a.refused(t, http.StatusNotFound, "unknown_code")
	}
	if tries < 50 || tries > 70 {
		t.Errorf("%d attempts", tries)
	}
	guesser.post("/link/join", url.Values{"code": {code}}, "Accept", "application/json", "X-Forwarded-For", "203.0.113.9").refused(t, http.StatusTooManyRequests, "too_many_codes")
	page := guesser.post("/link/open", url.Values{"code": {code}}, "X-Forwarded-For", "203.0.113.9").want(t, http.StatusTooManyRequests)
	if page.Header.Get("Retry-After") == "" || page.page(t).Find("main h1").Length() != 1 {
		t.Error("no page that says so")
	}
	guesser.post("/link/join", url.Values{"code": {code}}, "Accept", "application/json", "X-Forwarded-For", "203.0.113.10").want(t, http.StatusOK)
}

// TestLinkTellsNoAddress: the code is in the page and the picture, and in no address,
// log or header.
func TestLinkTellsNoAddress(t *testing.T) {
	s := newSite(t)
	v, phone := s.visitor(t), s.visitor(t)
	v.upload("", onePlay(0)).want(t, http.StatusCreated)
	made := v.post("/link", url.Values{}).want(t, http.StatusSeeOther)
	if to := made.Header.Get("Location"); to != "/link" {
		t.Errorf("led to %q", to)
	}
	doc := v.get("/link").page(t)
	label, _ := doc.Find("p.code").Attr("aria-label")
	code := strings.TrimPrefix(label, "The code: ")
	if _, err := link.ParseCode(code); err != nil {
		t.Fatalf("%q: %v", label, err)
	}
	qr := doc.Find("svg.qr")
	if qr.Length() != 1 || qr.Find("image, script").Length() != 0 || doc.Find("[data-link-wait]").AttrOr("data-seconds", "") == "" || doc.Find("main [aria-live]").Length() == 0 {
		t.Error("no picture of the code, or no time")
	}
	if !strings.Contains(doc.Find(".code-life").Text(), "10 more minutes") {
		t.Errorf("without script: %q", doc.Find(".code-life").Text())
	}
	done := phone.post("/link/join", url.Values{"code": {code}}).want(t, http.StatusSeeOther)
	if to := done.Header.Get("Location"); to != "/link" {
		t.Errorf("led to %q", to)
	}
	if strings.Contains(s.logs.String(), code[:9]) {
		t.Error("the log holds the code")
	}
	keys, err := s.bucket.List(t.Context(), "links/")
	if err != nil || len(keys) == 0 {
		t.Fatal(err, keys)
	}
	for _, key := range keys {
		blob, err := s.bucket.Get(t.Context(), key)
		if err != nil || bytes.Contains(blob, []byte("ref")) || errors.Is(err, link.ErrUsed) {
			t.Errorf("%s: %v, %q", key, err, blob)
		}
	}
}
