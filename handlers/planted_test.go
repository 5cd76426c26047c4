package handlers_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// onePlay is a file with one play of its own.
func onePlay(n int) file {
	return file{"endsong_" + string(rune('0'+n)) + ".json", history(play{
		ts: time.Date(2024, 2, 1+n, 10, 0, 0, 0, time.UTC).Format(time.RFC3339), ms: 100_000, track: "Only", artist: "One", album: "L", uri: "spotify:track:0000000000000000000007",
	})}
}

// TestPlantedSession: whoever plants a session of their own, whatever is in it,
// and keeps a copy of its cookie, sees nothing of what another person uploads in
// it, by whatever way, and what they send themselves does not get there.
func TestPlantedSession(t *testing.T) {
	for planted, plant := range map[string]func(v *visitor){
		"a namespace": func(v *visitor) {
			v.tus(http.MethodDelete, v.begin(onePlay(0)), nil).want(v.t, http.StatusNoContent)
		},
		"a namespace that was read": func(v *visitor) {
			v.importFiles(url.Values{"file": {v.sendParts(onePlay(0), 1)}}).want(v.t, http.StatusCreated)
		},
		"a dataset":  func(v *visitor) { v.upload("", onePlay(0)).want(v.t, http.StatusCreated) },
		"the sample": func(v *visitor) { v.takeSample() },
	} {
		for way, send := range map[string]func(v *visitor, mode string){
			"a form": func(v *visitor, mode string) { v.upload(mode, library(v.t)).want(v.t, http.StatusCreated) },
			"parts": func(v *visitor, mode string) {
				v.importFiles(url.Values{"file": {v.sendParts(library(v.t), 2)}, "id": {importID}, "mode": {mode}}).want(v.t, http.StatusCreated)
			},
		} {
			for _, mode := range []string{"add", "replace"} {
				t.Run(planted+", "+way+", "+mode, func(t *testing.T) {
					s := newSite(t)
					v := s.visitor(t)
					plant(v)
					planter := &visitor{t: t, site: s, http: &http.Client{Jar: v.frozen(), CheckRedirect: v.http.CheckRedirect}}
					own := planter.get("/api/v1/receipt")
					sees := func(when string) {
						t.Helper()
						s.forgetCache(t)
						if got := planter.get("/files").want(t, http.StatusOK).body; !bytes.Contains(got, []byte(`"items":[]`)) {
							t.Errorf("%s the planter sees the files %s", when, got)
						}
						if a := planter.get("/api/v1/receipt"); a.StatusCode == http.StatusOK && !bytes.Equal(a.body, own.body) {
							t.Errorf("%s the planter sees %.300s", when, a.body)
						}
						if a := planter.post("/imports/"+importID, url.Values{}, "Accept", "application/json"); a.StatusCode < 400 {
							t.Errorf("%s the planter has the import: %s", when, a.body)
						}
						for _, mode := range []string{"add", "replace"} {
							if a := planter.upload(mode, onePlay(9)); strings.Contains(string(a.body), "my_spotify_data") {
								t.Errorf("%s the planter adds and sees %s", when, a.body)
							}
						}
					}
					send(v, mode)
					rows := 400
					if mode == "add" && (planted == "a namespace that was read" || planted == "a dataset") {
						rows++ // the planter's own play
					}
					sees("before the browser is back")
					if got := v.rows(); got != rows {
						t.Errorf("%d rows, want %d", got, rows)
					}
					sees("after the browser is back")
					if a := planter.post("/reset", url.Values{}); a.StatusCode != http.StatusSeeOther {
						t.Errorf("the planter's own end: %s", a.Status)
					}
					s.forgetCache(t)
					if got := v.rows(); got != rows {
						t.Errorf("%d rows after the planter has deleted, want %d", got, rows)
					}
				})
			}
		}
	}
}

// TestStaleSessionGoesOn: a session whose answer is on its way is told to wait;
// one whose answer is lost for good goes on from the data it names.
func TestStaleSessionGoesOn(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	v.upload("", onePlay(0)).want(t, http.StatusCreated)
	deaf := &visitor{t: t, site: s, http: &http.Client{Jar: v.frozen(), CheckRedirect: v.http.CheckRedirect}}
	s.now.Add(-int64(11 * time.Minute)) // the note will be of then
	deaf.upload("add", onePlay(1)).want(t, http.StatusCreated)
	s.now.Store(0)
	if got := v.rows(); got != 1 {
		t.Errorf("%d rows", got)
	}
	stale := &visitor{t: t, site: s, http: &http.Client{Jar: v.frozen(), CheckRedirect: v.http.CheckRedirect}}
	v.upload("add", onePlay(2)).want(t, http.StatusCreated)
	if got := v.rows(); got != 2 {
		t.Errorf("%d rows of the session that went on", got)
	}
	// Again it is another's answer, of which the session knows nothing.
	var e struct{ Error struct{ Code string } }
	stale.upload("add", onePlay(3)).want(t, http.StatusConflict).json(t, &e)
	if e.Error.Code != "changed_meanwhile" {
		t.Errorf("%+v", e)
	}
	stale.tus(http.MethodPost, "/files", nil, "Upload-Length", "3").want(t, http.StatusConflict)
	// The whole of it is deleted, and stays so.
	v.post("/reset", url.Values{}).want(t, http.StatusSeeOther)
	if got := stale.upload("add", onePlay(4)); got.StatusCode == http.StatusCreated {
		var sum struct{ Rows int }
		got.json(t, &sum)
		if sum.Rows != 1 {
			t.Errorf("deleted rows came back: %s", got.body)
		}
	}
}

// TestForgetBeforeTheAnswer: whoever deletes everything while the answer to an
// upload is on its way does not get it back with that answer. Once the browser has
// come back with the new session, the old one deletes nothing of it.
func TestForgetBeforeTheAnswer(t *testing.T) {
	for _, back := range []bool{false, true} {
		s := newSite(t)
		v := s.visitor(t)
		v.upload("", onePlay(0)).want(t, http.StatusCreated)
		deaf := &visitor{t: t, site: s, http: &http.Client{Jar: v.frozen(), CheckRedirect: v.http.CheckRedirect}}
		answer := deaf.upload("add", onePlay(1)).want(t, http.StatusCreated)
		late := &visitor{t: t, site: s, http: &http.Client{Jar: &frozenJar{answer.Cookies()}, CheckRedirect: v.http.CheckRedirect}}
		if back {
			late.get("/artists").want(t, http.StatusOK)
		}
		v.post("/reset", url.Values{}).want(t, http.StatusSeeOther)
		s.forgetCache(t)
		if back {
			if got := late.rows(); got != 2 {
				t.Errorf("%d rows", got)
			}
			continue
		}
		late.get("/artists").want(t, http.StatusSeeOther)
		late.get("/api/v1/summary").want(t, http.StatusGone)
		if n := len(s.keys(t, "datasets/")); n != 0 {
			t.Errorf("%d datasets are left", n)
		}
	}
}

// TestExpiredSampleBesideAnUpload: the end of the sample takes the sample along,
// and not what is being uploaded beside it.
func TestExpiredSampleBesideAnUpload(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	v.takeSample()
	f := library(t)
	path := v.begin(f)
	v.patch(path, 0, f.content[:1000]).want(t, http.StatusNoContent)
	late := &visitor{t: t, site: s, http: &http.Client{Jar: v.frozen(), CheckRedirect: v.http.CheckRedirect}}
	for _, key := range s.keys(t, "datasets/") {
		if err := s.bucket.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	s.forgetCache(t)
	if got := v.get("/artists").want(t, http.StatusSeeOther).Header.Get("Location"); got != "/gone" {
		t.Errorf("leads to %q", got)
	}
	doc := v.post("/gone", url.Values{}).want(t, http.StatusGone).page(t)
	if doc.Find("[data-arrived] [data-file]").Length() != 1 {
		t.Error("the page does not know of the upload")
	}
	if got := text(v.get("/").want(t, http.StatusOK).page(t), "#arrived-title"); got != "1 upload was interrupted" {
		t.Errorf("title %q", got)
	}
	v.patch(path, 1000, f.content[1000:]).want(t, http.StatusNoContent)
	// A tab that knows nothing of the end imports: both come to the same.
	form := url.Values{"file": {strings.TrimPrefix(path, "/files/")}, "id": {importID}}
	late.importFiles(form).want(t, http.StatusCreated)
	s.forgetCache(t)
	if got := v.rows(); got != 400 {
		t.Errorf("%d rows", got)
	}
}
